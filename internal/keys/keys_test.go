package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/testdata/ca"
)

func TestSecretPrintsNothing(t *testing.T) {
	s := Secret("hunter2")
	inside := struct{ S Secret }{s}
	for _, v := range []any{s, &s, inside, &inside, []Secret{s}, map[string]Secret{"k": s}, fmt.Errorf("%w: %v", errors.New("x"), s)} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%08b", "%c"} {
			text := fmt.Sprintf(format, v)
			for _, leak := range []string{"hunter2", "68756e74", "68756E74", "104 117", "150 165", "h u n", "[h"} {
				if strings.Contains(text, leak) {
					t.Errorf("%s of %T shows it: %s", format, v, text)
				}
			}
		}
	}
	if text, err := json.Marshal(inside); err != nil || string(text) != `{"S":"[secret]"}` {
		t.Errorf("JSON: %s, %v", text, err)
	}
	s.Wipe()
	if !bytes.Equal(s, make([]byte, 7)) {
		t.Error("Wipe leaves something")
	}
}

func certificates(names ...string) []*x509.Certificate {
	var list []*x509.Certificate
	for _, n := range names {
		list = append(list, ca.Certificate(n))
	}
	return list
}

// The signer comes first and its issuers follow, whatever the order was.
func TestChainOrder(t *testing.T) {
	for _, c := range []struct{ key, in, want string }{
		{ca.OrgP256, ca.OrgP256, ca.OrgP256},
		{ca.OrgP256, ca.OrgRoot + " " + ca.OrgCA + " " + ca.OrgP256, ca.OrgP256 + " " + ca.OrgCA + " " + ca.OrgRoot},
		{ca.OrgP256, ca.OrgP256 + " " + ca.OrgP256 + " " + ca.OrgCA + " " + ca.OrgCA, ca.OrgP256 + " " + ca.OrgCA},
		{ca.OrgP256, ca.TSA + " " + ca.OrgRoot + " " + ca.OrgP256, ca.OrgP256 + " " + ca.TSA + " " + ca.OrgRoot},
		{ca.Sign, ca.SignCA1 + " " + ca.SignCAImpostor + " " + ca.SignCA2 + " " + ca.Sign,
			ca.Sign + " " + ca.SignCA2 + " " + ca.SignCA1 + " " + ca.SignCAImpostor},
	} {
		s, err := NewSession(ca.Key(c.key), certificates(strings.Fields(c.in)...))
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		want := certificates(strings.Fields(c.want)...)
		if got := s.Chain(); len(got) != len(want) {
			t.Errorf("%s: %d certificates", c.in, len(got))
		} else {
			for i := range got {
				if !got[i].Equal(want[i]) {
					t.Errorf("%s: certificate %d is %v", c.in, i, got[i].Subject)
				}
			}
		}
	}
}

func TestKeyWithoutCertificate(t *testing.T) {
	for _, list := range [][]*x509.Certificate{nil, certificates(ca.OrgCA, ca.OrgRSA2048)} {
		if _, err := NewSession(ca.Key(ca.OrgP256), list); !errors.Is(err, ErrNoCertificate) {
			t.Errorf("%d certificates: %v", len(list), err)
		}
	}
}

func TestSessionSigns(t *testing.T) {
	message := []byte("契約書")
	digest := sha256.Sum256(message)
	pss := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}
	for _, c := range []struct {
		name   string
		input  []byte
		opts   crypto.SignerOpts
		verify func(public any, signature []byte) bool
	}{
		{ca.OrgRSA2048, digest[:], crypto.SHA256, func(p any, sig []byte) bool {
			return rsa.VerifyPKCS1v15(p.(*rsa.PublicKey), crypto.SHA256, digest[:], sig) == nil
		}},
		{ca.OrgRSA3072, digest[:], pss, func(p any, sig []byte) bool {
			return rsa.VerifyPSS(p.(*rsa.PublicKey), crypto.SHA256, digest[:], sig, pss) == nil
		}},
		{ca.OrgP256, digest[:], crypto.SHA256, func(p any, sig []byte) bool {
			return ecdsa.VerifyASN1(p.(*ecdsa.PublicKey), digest[:], sig)
		}},
		{ca.OrgEd25519, message, crypto.Hash(0), func(p any, sig []byte) bool {
			return ed25519.Verify(p.(ed25519.PublicKey), message, sig)
		}},
	} {
		s, err := NewSession(ca.Key(c.name), certificates(c.name))
		if err != nil {
			t.Fatal(err)
		}
		for _, random := range []interface{ Read([]byte) (int, error) }{rand.Reader, nil} {
			signature, err := s.Sign(random, c.input, c.opts)
			if err != nil || !c.verify(s.Chain()[0].PublicKey, signature) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		for range 2 {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Sign(rand.Reader, c.input, c.opts); !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v", c.name, err)
		}
		if s.Public() == nil || len(s.Chain()) != 1 {
			t.Errorf("%s: Close forgets the certificate", c.name)
		}
	}
}

func TestReadFile(t *testing.T) {
	folder := t.TempDir()
	small, large := filepath.Join(folder, "small"), filepath.Join(folder, "large")
	for path, size := range map[string]int{small: MaxFileSize, large: MaxFileSize + 1} {
		if err := os.WriteFile(path, make([]byte, size), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if data, mode, err := ReadFile(small); err != nil || len(data) != MaxFileSize || mode.Perm() != 0o640 {
		t.Errorf("%d bytes, mode %v, %v", len(data), mode, err)
	}
	for path, want := range map[string]string{
		large: "too large", filepath.Join(folder, "no\nsuch"): `no\nsuch" does not exist`, folder: "cannot read",
	} {
		_, _, err := ReadFile(path)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(lang.Explain(err, lang.Japanese), "%!") {
			t.Errorf("%s: %v / %s", path, err, lang.Explain(err, lang.Japanese))
		}
	}
	if _, _, err := ReadFile(filepath.Join(folder, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
