package pemkey_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/pemkey"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// folder holds the test PKI's files under their names, readable by the owner.
func folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	entries, err := ca.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		put(t, filepath.Join(dir, e.Name()), ca.PEM(e.Name()))
	}
	return dir
}

func put(t testing.TB, path string, content []byte) string {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// answer gives one passphrase and counts how often it is asked for.
func answer(passphrase string, asked *int, given *keys.Secret) keys.PassphraseSource {
	return func(context.Context, lang.Message) (keys.Secret, error) {
		*asked++
		s := keys.Secret(passphrase)
		if given != nil {
			*given = s
		}
		return s, nil
	}
}

func unlock(t *testing.T, certificates, key string, o pemkey.Options) (keys.Session, error) {
	t.Helper()
	k, err := pemkey.Open(certificates, key, o)
	if err != nil {
		return nil, err
	}
	return k.Unlock(t.Context())
}

func TestOpen(t *testing.T) {
	dir := folder(t)
	for _, c := range []struct {
		certificates, key, leaf string
		chain                   int
	}{
		{"org-rsa2048.pem", "org-rsa2048.key.pem", ca.OrgRSA2048, 1},
		{"org-rsa2048.chain.pem", "org-rsa2048.pkcs1.key.pem", ca.OrgRSA2048, 2},
		{"org-rsa2048.chain.pem", "org-rsa2048.encrypted.key.pem", ca.OrgRSA2048, 2},
		{"org-rsa4096.pem", "org-rsa4096.key.pem", ca.OrgRSA4096, 1},
		{"org-p256.chain.pem", "org-p256.sec1.key.pem", ca.OrgP256, 2},
		{"org-p384.pem", "org-p384.key.pem", ca.OrgP384, 1},
		{"org-ed25519.chain.pem", "org-ed25519.key.pem", ca.OrgEd25519, 2},
	} {
		asked := 0
		s, err := unlock(t, filepath.Join(dir, c.certificates), filepath.Join(dir, c.key),
			pemkey.Options{Passphrase: answer(ca.Password, &asked, nil)})
		if err != nil {
			t.Errorf("%s: %v", c.key, err)
			continue
		}
		if !s.Chain()[0].Equal(ca.Certificate(c.leaf)) || len(s.Chain()) != c.chain {
			t.Errorf("%s: a chain of %d from %v", c.key, len(s.Chain()), s.Chain()[0].Subject)
		}
		if encrypted := strings.Contains(c.key, "encrypted"); (asked == 1) != encrypted {
			t.Errorf("%s: the passphrase is asked %d times", c.key, asked)
		}
		if public := s.Public().(interface{ Equal(crypto.PublicKey) bool }); !public.Equal(ca.Key(c.leaf).Public()) {
			t.Errorf("%s: another key", c.key)
		}
	}
}

func TestOneFile(t *testing.T) {
	dir := t.TempDir()
	both := append(append(ca.PEM(ca.OrgCA), ca.PEM("org-p256.key.pem")...), ca.PEM(ca.OrgP256)...)
	path := put(t, filepath.Join(dir, "both.pem"), both)
	s, err := unlock(t, path, path, pemkey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Chain()) != 2 || !s.Chain()[0].Equal(ca.Certificate(ca.OrgP256)) {
		t.Errorf("a chain of %d from %v", len(s.Chain()), s.Chain()[0].Subject)
	}
}

func TestPassphrase(t *testing.T) {
	dir := folder(t)
	certificate, key := filepath.Join(dir, ca.OrgRSA2048), filepath.Join(dir, "org-rsa2048.encrypted.key.pem")
	for _, wrong := range []string{"", "x", ca.Password + " "} {
		asked := 0
		if _, err := unlock(t, certificate, key, pemkey.Options{Passphrase: answer(wrong, &asked, nil)}); !errors.Is(err, keys.ErrPassphrase) || asked != 1 {
			t.Errorf("%q: asked %d times, %v", wrong, asked, err)
		}
	}
	asked := 0
	var given keys.Secret
	if _, err := unlock(t, certificate, key, pemkey.Options{Passphrase: answer(ca.Password, &asked, &given)}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(given, make([]byte, len(ca.Password))) {
		t.Error("the passphrase is not wiped")
	}
	if _, err := unlock(t, certificate, key, pemkey.Options{}); err == nil || !strings.Contains(err.Error(), "no passphrase") {
		t.Errorf("without a source: %v", err)
	}
	gaveUp := errors.New("gave up")
	source := func(context.Context, lang.Message) (keys.Secret, error) { return nil, gaveUp }
	if _, err := unlock(t, certificate, key, pemkey.Options{Passphrase: source}); !errors.Is(err, gaveUp) {
		t.Errorf("the source fails: %v", err)
	}
}

func TestKeyOfAnotherCertificate(t *testing.T) {
	dir := folder(t)
	_, err := pemkey.Open(filepath.Join(dir, ca.OrgRSA3072), filepath.Join(dir, "org-rsa2048.key.pem"), pemkey.Options{})
	if !errors.Is(err, keys.ErrNoCertificate) {
		t.Errorf("plain key, found out by Open: %v", err)
	}
	asked := 0
	_, err = unlock(t, filepath.Join(dir, ca.OrgRSA3072), filepath.Join(dir, "org-rsa2048.encrypted.key.pem"),
		pemkey.Options{Passphrase: answer(ca.Password, &asked, nil)})
	if !errors.Is(err, keys.ErrNoCertificate) {
		t.Errorf("encrypted key: %v", err)
	}
}

func TestWarnsOfReadableKey(t *testing.T) {
	dir := folder(t)
	for _, c := range []struct {
		file   string
		mode   fs.FileMode
		warned bool
	}{
		{"org-p256.key.pem", 0o600, false}, {"org-p256.key.pem", 0o400, false},
		{"org-p256.key.pem", 0o640, true}, {"org-p256.key.pem", 0o604, true},
	} {
		path := filepath.Join(dir, c.file)
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		var warning string
		warn := func(m lang.Message) { warning = m.In(lang.English) }
		if _, err := pemkey.Open(filepath.Join(dir, ca.OrgP256), path, pemkey.Options{Warn: warn}); err != nil {
			t.Errorf("mode %o: %v", c.mode, err)
		}
		if c.warned != strings.Contains(warning, path) {
			t.Errorf("mode %o: warning %q", c.mode, warning)
		}
	}
}

func block(kind string, der []byte, headers ...string) []byte {
	b := &pem.Block{Type: kind, Bytes: der, Headers: map[string]string{}}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		b.Headers[name] = value
	}
	return pem.EncodeToMemory(b)
}

// Each fault has its own text in both languages, and a hint where there is a
// way out.
func TestFaultyFiles(t *testing.T) {
	dir := folder(t)
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x25519DER, err := x509.MarshalPKCS8PrivateKey(x25519)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key := ca.PEM(ca.OrgRSA2048), ca.PEM("org-rsa2048.key.pem")
	encrypted := ca.DER("org-rsa2048.encrypted.key.pem")
	for name, c := range map[string]struct {
		certificate, key []byte
		want, hint       string
	}{
		"empty certificate":     {nil, key, "holds no certificate", ""},
		"certificate in DER":    {ca.DER(ca.OrgRSA2048), key, "holds no certificate", "openssl x509 -inform DER"},
		"malformed certificate": {block("CERTIFICATE", []byte{0x30, 0}), key, "certificate 1 of", ""},
		"too many":              {bytes.Repeat(certificate, 33), key, "more than 32", ""},
		"empty key":             {certificate, nil, "holds no private key", ""},
		"certificate as key":    {certificate, certificate, "holds no private key", ""},
		"key in DER":            {certificate, ca.DER("org-rsa2048.key.pem"), "holds no private key", "openssl pkey -inform DER"},
		"two keys":              {certificate, append(bytes.Clone(key), key...), "more than one", ""},
		"PEM headers": {certificate, block("RSA PRIVATE KEY", []byte("x"), "Proc-Type: 4,ENCRYPTED", "DEK-Info: DES-EDE3-CBC,00"),
			"outdated", "openssl pkcs8 -topk8"},
		"malformed key":    {certificate, block("PRIVATE KEY", []byte{0x30, 0}), "malformed", ""},
		"OpenSSH key":      {certificate, block("OPENSSH PRIVATE KEY", []byte{1}), "not supported", "openssl pkcs8 -topk8"},
		"X25519":           {certificate, block("PRIVATE KEY", x25519DER), "not one for signatures", ""},
		"malformed PBES2":  {certificate, block("ENCRYPTED PRIVATE KEY", encrypted[:40]), "malformed", ""},
		"scrypt":           {certificate, block("ENCRYPTED PRIVATE KEY", replaceOnce(t, encrypted, "\x05\x0c", "\x05\x0b")), "not supported", "openssl pkcs8 -topk8"},
		"PBES1":            {certificate, block("ENCRYPTED PRIVATE KEY", replaceOnce(t, encrypted, "\x05\x0d", "\x05\x03")), "not supported", "openssl pkcs8 -topk8"},
		"too many rounds":  {certificate, block("ENCRYPTED PRIVATE KEY", manyRounds(t, encrypted)), "more than 10000000", ""},
		"no whole block":   {certificate, block("ENCRYPTED PRIVATE KEY", shortened(t, encrypted)), "malformed", ""},
		"too large a file": {certificate, make([]byte, keys.MaxFileSize+1), "too large", ""},
	} {
		certificateFile, keyFile := put(t, filepath.Join(dir, "c"), c.certificate), put(t, filepath.Join(dir, "k"), c.key)
		_, err := pemkey.Open(certificateFile, keyFile, pemkey.Options{})
		if err == nil {
			t.Errorf("%s: accepted", name)
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
	if _, err := pemkey.Open(filepath.Join(dir, "none"), filepath.Join(dir, "k"), pemkey.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing certificate: %v", err)
	}
	if _, err := pemkey.Open(filepath.Join(dir, ca.OrgP256), filepath.Join(dir, "none"), pemkey.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing key: %v", err)
	}
}

func replaceOnce(t *testing.T, der []byte, old, new string) []byte {
	t.Helper()
	if !bytes.Contains(der, []byte(old)) {
		t.Fatalf("%x is not in the file", old)
	}
	return bytes.Replace(der, []byte(old), []byte(new), 1)
}

// manyRounds turns 2048 iterations into 2^31-1 and adds the two bytes to the
// lengths of all that encloses them.
func manyRounds(t *testing.T, der []byte) []byte {
	t.Helper()
	out := replaceOnce(t, der, "\x02\x02\x08\x00", "\x02\x04\x7f\xff\xff\xff")
	for _, at := range []int{3, 5, 18, 20, 33} {
		out[at] += 2
	}
	return out
}

// shortened drops the last byte of the encrypted data.
func shortened(t *testing.T, der []byte) []byte {
	t.Helper()
	out := bytes.Clone(der[:len(der)-1])
	if out[101] != 0x04 || out[102] != 0x82 {
		t.Fatal("the encrypted data is not where it was")
	}
	out[3]--
	out[104]--
	return out
}
