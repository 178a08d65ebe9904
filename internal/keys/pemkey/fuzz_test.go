package pemkey

import (
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// No content of a key file makes reading panic, and what is read is one key for
// signatures.
func FuzzKeyFile(f *testing.F) {
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
	f.Fuzz(func(t *testing.T, content []byte) {
		block, err := findKey("k", content)
		if err != nil {
			return
		}
		if strings.Count(string(content), "PRIVATE KEY-----") < 2 {
			t.Error("a key without its two lines")
		}
		signer, err := parseKey("k", block)
		if (signer == nil) != (err != nil) {
			t.Errorf("signer %T, error %v", signer, err)
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
