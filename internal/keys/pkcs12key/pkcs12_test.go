package pkcs12key_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/pkcs12key"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/testdata/ca"
)

func put(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.p12")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// source gives one passphrase, and remembers what it gave.
type source struct {
	passphrase string
	given      []keys.Secret
	prompt     string
}

func (s *source) ask(_ context.Context, prompt lang.Message) (keys.Secret, error) {
	secret := keys.Secret(s.passphrase)
	s.given, s.prompt = append(s.given, secret), prompt.In(lang.Japanese)
	return secret, nil
}

func unlock(t *testing.T, content []byte, s *source) (keys.Session, error) {
	t.Helper()
	k, err := pkcs12key.Open(put(t, content), s.ask)
	if err != nil {
		return nil, err
	}
	return k.Unlock(t.Context())
}

func TestUnlock(t *testing.T) {
	for file, leaf := range map[string]string{
		"org-rsa2048.p12": ca.OrgRSA2048, "org-rsa2048-3des.p12": ca.OrgRSA2048, "org-rsa2048-rc2.p12": ca.OrgRSA2048,
		"org-rsa2048-pbmac1.p12": ca.OrgRSA2048, "org-rsa4096.p12": ca.OrgRSA4096,
		"org-p256.p12": ca.OrgP256, "org-ed25519.p12": ca.OrgEd25519,
	} {
		from := &source{passphrase: ca.Password}
		s, err := unlock(t, ca.DER(file), from)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for i, name := range []string{leaf, ca.OrgCA, ca.OrgRoot} {
			if !s.Chain()[i].Equal(ca.Certificate(name)) {
				t.Errorf("%s: certificate %d is %v", file, i, s.Chain()[i].Subject)
			}
		}
		if len(from.given) != 1 || !bytes.Equal(from.given[0], make([]byte, len(ca.Password))) {
			t.Errorf("%s: asked %d times, or not wiped", file, len(from.given))
		}
		if !strings.Contains(from.prompt, "key.p12のパスフレーズ") {
			t.Errorf("%s: prompt %q", file, from.prompt)
		}
	}
}

func TestSigns(t *testing.T) {
	s, err := unlock(t, ca.DER("org-rsa2048.p12"), &source{passphrase: ca.Password})
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte("契約書"))
	signature, err := s.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if err := rsa.VerifyPKCS1v15(s.Chain()[0].PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], signature); err != nil {
		t.Error(err)
	}
}

func TestWrongPassphrase(t *testing.T) {
	for _, file := range []string{"org-rsa2048.p12", "org-rsa2048-3des.p12", "org-rsa2048-rc2.p12", "org-rsa2048-pbmac1.p12"} {
		for _, wrong := range []string{"", "x", strings.ToUpper(ca.Password)} {
			from := &source{passphrase: wrong}
			if _, err := unlock(t, ca.DER(file), from); !errors.Is(err, keys.ErrPassphrase) || len(from.given) != 1 {
				t.Errorf("%s with %q: asked %d times, %v", file, wrong, len(from.given), err)
			}
		}
	}
	k, err := pkcs12key.Open(put(t, ca.DER("org-p256.p12")), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unlock(t.Context()); err == nil || !strings.Contains(err.Error(), "no passphrase") {
		t.Errorf("without a source: %v", err)
	}
	gaveUp := errors.New("gave up")
	k, err = pkcs12key.Open(put(t, ca.DER("org-p256.p12")), func(context.Context, lang.Message) (keys.Secret, error) { return nil, gaveUp })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unlock(t.Context()); !errors.Is(err, gaveUp) {
		t.Errorf("the source fails: %v", err)
	}
}

func encode(t *testing.T, e *pkcs12.Encoder, key any, leaf string, chain []string, passphrase string) []byte {
	t.Helper()
	var certificates []*x509.Certificate
	for _, name := range chain {
		certificates = append(certificates, ca.Certificate(name))
	}
	der, err := e.Encode(key, ca.Certificate(leaf), certificates, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// A file without a passphrase asks nobody.
func TestEmptyPassphrase(t *testing.T) {
	for name, e := range map[string]*pkcs12.Encoder{"empty": pkcs12.Modern2023, "none": pkcs12.Passwordless} {
		from := &source{}
		_, err := unlock(t, encode(t, e, ca.Key(ca.OrgP256), ca.OrgP256, nil, ""), from)
		if err != nil || len(from.given) != 0 {
			t.Errorf("%s: %v, asked %d times", name, err, len(from.given))
		}
	}
}

func TestChainInAnyOrder(t *testing.T) {
	der := encode(t, pkcs12.Modern2023, ca.Key(ca.OrgP256), ca.OrgRoot, []string{ca.OrgP256, ca.OrgCA}, "p")
	s, err := unlock(t, der, &source{passphrase: "p"})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Chain()) != 3 || !s.Chain()[0].Equal(ca.Certificate(ca.OrgP256)) || !s.Chain()[1].Equal(ca.Certificate(ca.OrgCA)) {
		t.Errorf("a chain of %d from %v", len(s.Chain()), s.Chain()[0].Subject)
	}
	other := encode(t, pkcs12.Modern2023, ca.Key(ca.OrgP384), ca.OrgP256, nil, "p")
	if _, err := unlock(t, other, &source{passphrase: "p"}); !errors.Is(err, keys.ErrNoCertificate) {
		t.Errorf("key of another certificate: %v", err)
	}
}

func TestPassphraseOutsideASCII(t *testing.T) {
	for name, e := range map[string]*pkcs12.Encoder{"modern": pkcs12.Modern2023, "legacy": pkcs12.LegacyDES} {
		der := encode(t, e, ca.Key(ca.OrgP256), ca.OrgP256, nil, "日本語 パス")
		if _, err := unlock(t, der, &source{passphrase: "日本語 パス"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := unlock(t, der, &source{passphrase: "\xff"}); !errors.Is(err, keys.ErrPassphrase) {
			t.Errorf("%s, not UTF-8: %v", name, err)
		}
		if _, err := unlock(t, der, &source{passphrase: "\U0001F5DD"}); err == nil || !strings.Contains(err.Error(), "no code") {
			t.Errorf("%s, an emoji: %v", name, err)
		}
	}
}

// Each fault is found before the passphrase is asked for.
func TestFaultyFiles(t *testing.T) {
	good := ca.DER("org-rsa2048-3des.p12")
	ber := append([]byte{0x30, 0x80}, good[4:]...)
	for name, c := range map[string]struct {
		content    []byte
		want, hint string
	}{
		"empty":          {nil, "not a PKCS #12 file", ""},
		"text":           {[]byte("hello"), "not a PKCS #12 file", ""},
		"certificate":    {ca.DER(ca.OrgP256), "not a PKCS #12 file", ""},
		"PEM":            {ca.PEM(ca.OrgP256), "is PEM", "pem:CERT,KEY"},
		"BER":            {append(ber, 0, 0), "in BER", "openssl pkcs12"},
		"cut short":      {good[:len(good)-1], "not a PKCS #12 file", ""},
		"more behind":    {append(bytes.Clone(good), 0), "not a PKCS #12 file", ""},
		"too large":      {make([]byte, keys.MaxFileSize+1), "too large", ""},
		"key iterations": {enlarge(t, good, 0x08, 0x00), "iterations", ""},
		"MAC iterations": {slowMAC(t), "iterations", ""},
	} {
		from := &source{passphrase: ca.Password}
		_, err := unlock(t, c.content, from)
		if err == nil || len(from.given) > 0 {
			t.Errorf("%s: %v, asked %d times", name, err, len(from.given))
			continue
		}
		en, ja := lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese)
		if !strings.Contains(en, c.want) || en == ja || strings.Contains(en+ja, "%!") {
			t.Errorf("%s: %s / %s", name, en, ja)
		}
		if hint := lang.Hint(err, lang.English); !strings.Contains(hint, c.hint) || (hint == "") != (c.hint == "") || strings.Contains(hint, "%!") {
			t.Errorf("%s: hint %q", name, hint)
		}
	}
	if _, err := pkcs12key.Open(filepath.Join(t.TempDir(), "none"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

// enlarge replaces the first INTEGER of two bytes, high and low, by 2^31-1.
func enlarge(t *testing.T, der []byte, high, low byte) []byte {
	t.Helper()
	out, ok := replaceInteger(der, []byte{0x02, 0x02, high, low}, []byte{0x02, 0x04, 0x7f, 0xff, 0xff, 0xff})
	if !ok {
		t.Fatal("the iterations are not in the file")
	}
	return out
}

// slowMAC makes a file whose MAC alone demands too much.
func slowMAC(t *testing.T) []byte {
	t.Helper()
	der := encode(t, pkcs12.LegacyDES.WithIterations(3), ca.Key(ca.OrgP256), ca.OrgP256, nil, "p")
	if !bytes.HasSuffix(der, []byte{0x02, 0x01, 0x03}) {
		t.Fatal("the MAC's iterations are not at the end")
	}
	out, ok := replaceLast(der, []byte{0x02, 0x01, 0x03}, []byte{0x02, 0x04, 0x7f, 0xff, 0xff, 0xff})
	if !ok {
		t.Fatal("no MAC")
	}
	return out
}

// altered makes a file without a passphrase and MAC, in which the nth value of
// 16 bytes (salt, IV, salt, IV) is one byte long.
func altered(t *testing.T, nth int) []byte {
	t.Helper()
	der := encode(t, pkcs12.Modern2023, ca.Key(ca.OrgP256), ca.OrgP256, nil, "")
	seen := 0
	out, ok := replaceWhere(der, func(element []byte) []byte {
		if len(element) == 18 && element[0] == 0x04 && element[1] == 16 {
			if seen++; seen == nth {
				return []byte{0x04, 1, 0}
			}
		}
		return nil
	})
	if !ok {
		t.Fatal("no such value")
	}
	return withoutMAC(t, out)
}

func TestDamagedParameters(t *testing.T) {
	_, err := unlock(t, altered(t, 2), &source{})
	if err == nil || !strings.Contains(lang.Explain(err, lang.English), "damaged") || !strings.Contains(err.Error(), "IV") {
		t.Errorf("%v", err)
	}
}

// Where Go accepts approved cryptography only, a short salt is an error and not
// a crash. The mode is chosen at start, so the test runs itself.
func TestApprovedCryptographyOnly(t *testing.T) {
	if os.Getenv("GODEBUG") == "fips140=only" {
		content, err := os.ReadFile(os.Getenv("PKCS12_TEST_FILE"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := unlock(t, content, &source{}); err == nil || !strings.Contains(err.Error(), "refused on this system") {
			t.Errorf("%v", err)
		}
		return
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestApprovedCryptographyOnly$")
	child.Env = append(os.Environ(), "GODEBUG=fips140=only", "PKCS12_TEST_FILE="+put(t, altered(t, 1)))
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// The wait for a slow file ends with the context.
func TestContextEndsTheWait(t *testing.T) {
	slow, ok := replaceLast(ca.DER("org-p256.p12"), []byte{0x02, 0x02, 0x08, 0x00}, []byte{0x02, 0x03, 0x1e, 0x84, 0x80})
	if !ok {
		t.Fatal("the MAC's iterations are not in the file")
	}
	k, err := pkcs12key.Open(put(t, slow), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Unlock(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// What openssl writes is read.
func TestFilesOfOpenSSL(t *testing.T) {
	program, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("openssl is not installed")
		}
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "in.pem")
	content := append(append(ca.PEM("org-rsa2048.key.pem"), ca.PEM(ca.OrgRSA2048)...), ca.PEM(ca.OrgCA)...)
	if err := os.WriteFile(in, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"default":     nil,
		"iterations":  {"-iter", "5000"},
		"triple DES":  {"-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"},
		"AES-128":     {"-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha512"},
		"plain certs": {"-certpbe", "NONE"},
		"named":       {"-name", "契約書用の鍵"},
	} {
		out := filepath.Join(dir, "out.p12")
		command := append([]string{"pkcs12", "-export", "-in", in, "-out", out, "-passout", "pass:秘密"}, args...)
		if text, err := exec.Command(program, command...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		made, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := unlock(t, made, &source{passphrase: "秘密"}); err != nil || len(s.Chain()) != 2 {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := unlock(t, made, &source{passphrase: "公開"}); !errors.Is(err, keys.ErrPassphrase) {
			t.Errorf("%s, wrong passphrase: %v", name, err)
		}
	}
}
