package emulator_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/jsign-jp/jsign/cardio/cardtest"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// OpenSC judges the emulated card: it has a driver for the real one, and shares
// no line with this project. Every test has a pcscd of its own.

// judge is OpenSC on one emulated card.
type judge struct {
	t     *testing.T
	stack *cardtest.Stack
	card  *emulator.Card
	dir   string
}

func newJudge(t *testing.T, o emulator.Options) *judge {
	t.Helper()
	cardtest.RequireTools(t, "opensc-tool", "pkcs15-tool", "pkcs11-tool", "openssl", "ssh-keygen")
	card := newCard(t, o)
	return &judge{t, cardtest.StartPCSC(t, card), card, t.TempDir()}
}

// run runs a program on the stack and returns what it printed, standard error
// apart.
func (j *judge) run(name string, args ...string) (stdout, stderr string, err error) {
	j.t.Helper()
	ctx, cancel := context.WithTimeout(j.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = j.stack.Env()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// must runs a program that has to succeed, and returns its standard output.
func (j *judge) must(name string, args ...string) string {
	j.t.Helper()
	out, errs, err := j.run(name, args...)
	if err != nil {
		j.t.Fatalf("%s %q: %v\n%s%s", name, args, err, out, errs)
	}
	return out
}

// contains ends the test unless the text holds every part.
func (j *judge) contains(text string, parts ...string) {
	j.t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			j.t.Fatalf("%q is missing in\n%s", part, text)
		}
	}
}

// module finds OpenSC's PKCS #11 module.
func (j *judge) module() string {
	j.t.Helper()
	for _, pattern := range []string{"/usr/lib/*/opensc-pkcs11.so", "/usr/lib*/opensc-pkcs11.so", "/usr/lib64/pkcs11/opensc-pkcs11.so"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0]
		}
	}
	if os.Getenv("CI") == "true" {
		j.t.Fatal("opensc-pkcs11.so is not installed")
	}
	j.t.Skip("opensc-pkcs11.so is not installed")
	return ""
}

func TestOpenSCRecognises(t *testing.T) {
	for name, o := range map[string]emulator.Options{
		"contact":     {},
		"contactless": {Contactless: true},
		"android":     {Token: emulator.Android},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJudge(t, o)
			if got := strings.TrimSpace(j.must("opensc-tool", "--name", "--reader", j.stack.Reader)); got != "jpki" {
				t.Errorf("name %q", got)
			}
			atr := strings.ReplaceAll(strings.TrimSpace(j.must("opensc-tool", "--atr", "--reader", j.stack.Reader)), ":", "")
			if want := hex.EncodeToString(j.card.ATR()); atr != want {
				t.Errorf("ATR %s, want %s", atr, want)
			}
		})
	}
}

// TestOpenSCListsObjects: both PINs with their counters, both keys, four
// certificates, also when a PIN is blocked or a certificate missing.
func TestOpenSCListsObjects(t *testing.T) {
	for name, test := range map[string]struct {
		options emulator.Options
		tries   []string
	}{
		"new card":       {emulator.Options{}, []string{"Tries left     : 3", "Tries left     : 5"}},
		"one try":        {emulator.Options{SignTries: 1, AuthTries: 1}, []string{"Tries left     : 1", "Tries left     : 1"}},
		"blocked":        {emulator.Options{SignTries: emulator.Blocked, AuthTries: emulator.Blocked}, []string{"Tries left     : 0", "Tries left     : 0"}},
		"no certificate": {emulator.Options{NoSigningCertificate: true}, []string{"Tries left     : 3", "Tries left     : 5"}},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJudge(t, test.options)
			list := j.must("pkcs15-tool", "--dump", "--reader", j.stack.Reader)
			j.contains(list, "PIN [User Authentication PIN]", "PIN [Digital Signature PIN]",
				"Private RSA Key [User Authentication Key]", "Private RSA Key [Digital Signature Key]",
				"X.509 Certificate [User Authentication Certificate]", "X.509 Certificate [Digital Signature Certificate]")
			rest := list
			for _, tries := range test.tries {
				j.contains(rest, tries)
				_, rest, _ = strings.Cut(rest, tries)
			}
			if n := j.card.VerifyCount(); n != 0 {
				t.Errorf("%d VERIFYs for a list", n)
			}
		})
	}
}

// TestOpenSCReadsCertificates: byte for byte those of the test PKI; the signing
// certificate only with its password.
func TestOpenSCReadsCertificates(t *testing.T) {
	j := newJudge(t, emulator.Options{})
	for id, name := range map[string]string{"01": ca.Auth, "03": ca.AuthCA2, "04": ca.SignCA2} {
		j.certificate(name, "--read-certificate", id)
	}
	if out, _, err := j.run("pkcs15-tool", "--reader", j.stack.Reader, "--read-certificate", "02"); err == nil && strings.Contains(out, "BEGIN CERTIFICATE") {
		t.Error("the signing certificate can be read without its password")
	}
	j.certificate(ca.Sign, "--read-certificate", "02", "--verify-pin", "--auth-id", "02", "--pin", emulator.SignPassword)
}

// certificate reads one and compares it.
func (j *judge) certificate(name string, args ...string) {
	j.t.Helper()
	out := j.must("pkcs15-tool", append(args, "--reader", j.stack.Reader)...)
	block, _ := pem.Decode([]byte(out))
	if block == nil || !bytes.Equal(block.Bytes, ca.DER(name)) {
		j.t.Errorf("%q is not %s", args, name)
	}
}

// TestOpenSCSigns: both slots, two digests, one process after the other on the
// same card; openssl verifies.
func TestOpenSCSigns(t *testing.T) {
	j := newJudge(t, emulator.Options{})
	for _, slot := range []struct{ index, id, pin, certificate string }{
		{"0", "01", emulator.AuthPIN, ca.Auth},
		{"1", "02", emulator.SignPassword, ca.Sign},
	} {
		for _, digest := range []string{"sha256", "sha512"} {
			j.sign(slot.index, slot.id, slot.pin, digest)
			j.verify(slot.certificate, digest)
		}
	}
	if n := j.card.SignCount(); n != 4 {
		t.Errorf("%d signatures, want 4", n)
	}
	if a, s := j.card.AuthTries(), j.card.SignTries(); a != 3 || s != 5 {
		t.Errorf("tries %d and %d", a, s)
	}
}

// file returns the path of a file of the test's.
func (j *judge) file(name string) string { return filepath.Join(j.dir, name) }

// sign has pkcs11-tool sign a file.
func (j *judge) sign(slot, id, pin, digest string) {
	j.t.Helper()
	if err := os.WriteFile(j.file("data"), []byte("契約書\n"), 0o600); err != nil {
		j.t.Fatal(err)
	}
	j.must("pkcs11-tool", "--module", j.module(), "--slot-index", slot, "--login", "--pin", pin, "--sign", "--id", id,
		"--mechanism", strings.ToUpper(digest)+"-RSA-PKCS", "--input-file", j.file("data"), "--output-file", j.file("signature"))
}

// verify has openssl verify the signature under a certificate of the test PKI.
func (j *judge) verify(certificate, digest string) {
	j.t.Helper()
	key, err := x509.MarshalPKIXPublicKey(ca.Certificate(certificate).PublicKey)
	if err != nil {
		j.t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: key})
	if err := os.WriteFile(j.file("key.pem"), text, 0o600); err != nil {
		j.t.Fatal(err)
	}
	j.must("openssl", "dgst", "-"+digest, "-verify", j.file("key.pem"), "-signature", j.file("signature"), j.file("data"))
}

func TestOpenSCWrongPIN(t *testing.T) {
	j := newJudge(t, emulator.Options{})
	for left := 2; left >= 0; left-- {
		out, errs, err := j.run("pkcs11-tool", "--module", j.module(), "--slot-index", "0", "--login", "--pin", "0000", "--list-objects")
		j.contains(out+errs, "CKR_PIN_INCORRECT")
		if err == nil || j.card.AuthTries() != left {
			t.Fatalf("%d tries left, want %d; error %v", j.card.AuthTries(), left, err)
		}
	}
	// Now it is blocked, and the right PIN comes too late.
	_, errs, err := j.run("pkcs11-tool", "--module", j.module(), "--slot-index", "0", "--login", "--pin", emulator.AuthPIN, "--list-objects")
	if err == nil || !strings.Contains(errs, "CKR_") {
		t.Errorf("login with a blocked PIN: error %v\n%s", err, errs)
	}
	j.contains(j.must("pkcs15-tool", "--list-pins", "--reader", j.stack.Reader), "Tries left     : 0", "Tries left     : 5")
}

// TestOpenSCLeavesStatus: OpenSC leaves the card powered and the PIN verified;
// the next process must find its way all the same.
func TestOpenSCLeavesStatus(t *testing.T) {
	j := newJudge(t, emulator.Options{StatusSurvivesReset: true})
	for range 2 {
		j.sign("0", "01", emulator.AuthPIN, "sha256")
		j.verify(ca.Auth, "sha256")
		j.contains(j.must("pkcs15-tool", "--list-pins", "--reader", j.stack.Reader), "Tries left     : 3")
	}
}

func TestSSHReadsKey(t *testing.T) {
	j := newJudge(t, emulator.Options{})
	key, err := ssh.NewPublicKey(ca.Certificate(ca.Auth).PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	if first, _, _ := strings.Cut(j.must("ssh-keygen", "-D", j.module()), "\n"); !strings.HasPrefix(first, want) {
		t.Errorf("ssh-keygen -D starts with\n%s\nwant\n%s", first, want)
	}
}
