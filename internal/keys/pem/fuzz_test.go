package pem

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// No content of a key file makes Open panic, and what it accepts belongs to the
// certificate. Nothing is signed: random signatures would mislead the fuzzer.
func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	seeds := 0
	entries, err := ca.Files.ReadDir(".")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "org-p256") || strings.HasPrefix(e.Name(), "org-ed25519") || strings.Contains(e.Name(), "encrypted") {
			f.Add(ca.PEM(e.Name()))
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("no seed")
	}
	certificates, key := filepath.Join(dir, "c"), filepath.Join(dir, "k")
	if err := os.WriteFile(certificates, append(ca.PEM(ca.OrgP256), ca.PEM(ca.OrgEd25519)...), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(key, content, 0o600); err != nil {
			t.Fatal(err)
		}
		opened, err := Open(certificates, key, Options{})
		if err != nil {
			return
		}
		s, err := opened.Unlock(t.Context())
		if err != nil {
			if !strings.Contains(string(content), "ENCRYPTED") {
				t.Errorf("a plain key that opens does not unlock: %v", err)
			}
			return
		}
		if len(s.Chain()) != 2 {
			t.Errorf("a chain of %d", len(s.Chain()))
		}
	})
}

// Parameters of an encrypted key that are accepted can be used: decrypting ends
// in a plain text or in a wrong passphrase, and never panics.
func FuzzEncryptedKey(f *testing.F) {
	f.Add(ca.DER("org-rsa2048.encrypted.key.pem"))
	f.Fuzz(func(t *testing.T, der []byte) {
		e, err := parseEncrypted(der)
		if err != nil || e.iterations > 5000 {
			return // many iterations are slow, and no different
		}
		plain, err := decryptPKCS8(der, keys.Secret(ca.Password))
		if err != nil && err != keys.ErrPassphrase {
			t.Errorf("%v", err)
		}
		if len(plain) > len(e.data) {
			t.Errorf("%d bytes from %d", len(plain), len(e.data))
		}
	})
}
