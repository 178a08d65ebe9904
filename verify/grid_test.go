package verify_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// key is a signer of the test PKI.
type key struct {
	crypto.Signer
	chain []*x509.Certificate
}

func (k key) Chain() []*x509.Certificate { return k.chain }

func orgKey(cert string) key {
	return key{ca.Key(cert), []*x509.Certificate{ca.Certificate(cert), ca.Certificate(ca.OrgCA)}}
}

func orgTrust(t testing.TB) trust.Options {
	t.Helper()
	root, err := trust.ParseCertificate(ca.DER(ca.OrgRoot))
	if err != nil {
		t.Fatal(err)
	}
	store := trust.NewStore()
	store.AddCertificate(root)
	return trust.Options{Anchors: store, Purpose: trust.PurposeSMIMESign, Trust: trust.TrustEmail}
}

// reportOn verifies a message in the given form; content is what a detached one
// signs, nil for multipart/signed and for attached ones.
func reportOn(t testing.TB, message []byte, form cms.Form, content []byte) *verify.Report {
	t.Helper()
	m, err := verify.Open(verify.Input{At: bytes.NewReader(message), Size: int64(len(message))}, verify.OpenOptions{Form: form})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	switch {
	case m.Multipart():
		err = m.UsePart(cms.PartOptions{}, false)
	case !m.HasContent():
		err = m.SetContent(verify.Input{Stream: bytes.NewReader(content)}.Copy)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m.Report(context.Background(), m.Check(verify.CheckOptions{Trust: orgTrust(t)}), verify.ReportOptions{Time: time.Now(), RevocationOptional: true})
}

// shape is one point of the grid of signatures.
type shape struct {
	cert     string
	pss      bool
	digest   crypto.Hash
	attached bool
	format   sign.Format
	bare     bool // no signed attributes
	signers  int
}

func (s shape) String() string {
	return fmt.Sprintf("%s pss=%v %v attached=%v form=%d bare=%v signers=%d", s.cert, s.pss, s.digest, s.attached, s.format, s.bare, s.signers)
}

// others are the second and the third signer.
func (s shape) others() []string {
	list := slices.DeleteFunc([]string{ca.OrgRSA3072, ca.OrgP256, ca.OrgP384}, func(cert string) bool { return cert == s.cert })
	return list[:s.signers-1]
}

// grid calls f with every shape.
func grid(f func(shape)) {
	for _, alg := range []shape{{cert: ca.OrgRSA2048}, {cert: ca.OrgRSA2048, pss: true}, {cert: ca.OrgP256}, {cert: ca.OrgP384}, {cert: ca.OrgEd25519}} {
		for _, digest := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			for i := range 2 * 3 * 2 * 3 {
				s := shape{alg.cert, alg.pss, digest, i%2 == 1, sign.Format(i / 2 % 3), i/6%2 == 1, 1 + i/12}
				if s.cert == ca.OrgEd25519 && (digest != crypto.SHA512 || s.bare) {
					continue // RFC 8419, 3.1
				}
				f(s)
			}
		}
	}
}

var gridContent = []byte("The grid's content.\r\nIt has two lines.\r\n")

// make signs the content, one signer after the other.
func (s shape) make(t testing.TB) []byte {
	t.Helper()
	opt := sign.CMSOptions{Attached: s.attached, Format: s.format, Digest: s.digest, PSS: s.pss, NoSignedAttributes: s.bare, SigningTime: time.Now()}
	if s.bare {
		opt.SigningTime = time.Time{}
	}
	var out bytes.Buffer
	if err := sign.CMS(context.Background(), &out, bytes.NewReader(gridContent), int64(len(gridContent)), orgKey(s.cert), opt); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < s.signers; i++ {
		before := bytes.Clone(out.Bytes())
		opt := sign.CMSOptions{Format: s.format, Existing: bytes.NewReader(before), ExistingSize: int64(len(before))}
		content := gridContent
		if s.attached || s.format == sign.SMIME {
			content = nil
		}
		out.Reset()
		if err := addSigner(&out, content, orgKey(s.others()[i-1]), opt); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func addSigner(out *bytes.Buffer, content []byte, k key, opt sign.CMSOptions) error {
	if content == nil {
		return sign.CMS(context.Background(), out, nil, 0, k, opt)
	}
	return sign.CMS(context.Background(), out, bytes.NewReader(content), int64(len(content)), k, opt)
}

var forms = map[sign.Format]cms.Form{sign.DER: cms.FormDER, sign.PEM: cms.FormPEM, sign.SMIME: cms.FormSMIME}

func TestGridOfOurs(t *testing.T) {
	count := 0
	grid(func(s shape) {
		count++
		if s.format == sign.SMIME && !s.attached && s.signers > 1 {
			return // jsign does not add signers to multipart/signed; TestGridOfOpenSSL has these
		}
		report := reportOn(t, s.make(t), forms[s.format], gridContent)
		if !report.Valid() || len(report.Signatures) != s.signers {
			t.Errorf("%v: %+v", s, report.Signatures)
		}
	})
	if count != 4*3*36+18 {
		t.Errorf("%d shapes", count)
	}
}

func TestGridOfOpenSSL(t *testing.T) {
	openssl := tool(t, "openssl")
	dir := t.TempDir()
	write(t, dir, "content", gridContent)
	for _, cert := range []string{ca.OrgRSA2048, ca.OrgRSA3072, ca.OrgP256, ca.OrgP384, ca.OrgCA} {
		write(t, dir, cert, ca.PEM(cert))
		if cert != ca.OrgCA {
			write(t, dir, ca.KeyFile(cert), ca.PEM(ca.KeyFile(cert)))
		}
	}
	formats := map[sign.Format]string{sign.DER: "DER", sign.PEM: "PEM", sign.SMIME: "SMIME"}
	n := 0
	grid(func(s shape) {
		n++
		if s.cert == ca.OrgEd25519 || testing.Short() && n%7 != 0 {
			return // OpenSSL 3.0 cannot make CMS with Ed25519
		}
		args := []string{"cms", "-sign", "-binary", "-in", "content", "-certfile", ca.OrgCA, "-outform", formats[s.format],
			"-md", s.digest.String(), "-signer", s.cert, "-inkey", ca.KeyFile(s.cert)}
		if s.pss {
			args = append(args, "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest")
		}
		for _, other := range s.others() {
			args = append(args, "-signer", other, "-inkey", ca.KeyFile(other))
		}
		if s.attached {
			args = append(args, "-nodetach")
		}
		if s.bare {
			args = append(args, "-noattr")
		}
		report := reportOn(t, output(t, dir, openssl, args...), forms[s.format], gridContent)
		if !report.Valid() || len(report.Signatures) != s.signers {
			t.Errorf("%v: %+v", s, report.Signatures)
		}
	})
}

// tool finds a program that only tests use.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed: run scripts/install-test-deps.sh", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// output runs a program and returns its standard output.
func output(t *testing.T, dir, program string, args ...string) []byte {
	t.Helper()
	return feed(t, dir, "", program, args...)
}

// feed is output with something on standard input.
func feed(t *testing.T, dir, stdin, program string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, stderr.Bytes())
	}
	return out
}
