package pkcs12key

import (
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/jsign-jp/jsign/testdata/ca"
)

// fewIterations keeps fuzzing fast; the test PKI's files have 2048.
const fewIterations = 10

// No file makes checking or decoding panic. Only files of few iterations are
// decoded, as the real bound is slow. Those without a MAC take an empty
// passphrase, and so let damage through to the decryption.
func FuzzDecode(f *testing.F) {
	seeds := 0
	entries, err := ca.Files.ReadDir(".")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".p12") {
			f.Add(ca.DER(e.Name()))
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("no seed")
	}
	for _, e := range []*pkcs12.Encoder{pkcs12.Passwordless, pkcs12.Modern2023, pkcs12.LegacyDES} {
		if e != pkcs12.Passwordless {
			e = e.WithIterations(2)
		}
		der, err := e.Encode(ca.Key(ca.OrgP256), ca.Certificate(ca.OrgP256), nil, "")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(withoutMAC(f, der))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if check("x", data) != nil {
			return
		}
		p, ok := parsePFX(data)
		if !ok {
			t.Fatal("checked, and not a PFX")
		}
		if !p.isBounded(fewIterations) {
			return
		}
		for _, passphrase := range []string{"", ca.Password} {
			if c := decode(data, passphrase); c.err == nil && (c.key == nil || len(c.certificates) == 0) {
				t.Error("decoded, and no key or no certificate")
			}
		}
	})
}

// withoutMAC keeps version and authSafe.
func withoutMAC(f *testing.F, der cryptobyte.String) []byte {
	var whole, version, safe cryptobyte.String
	if !der.ReadASN1(&whole, cbasn1.SEQUENCE) || !whole.ReadASN1Element(&version, cbasn1.INTEGER) ||
		!whole.ReadASN1Element(&safe, cbasn1.SEQUENCE) {
		f.Fatal("not a PFX")
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(version)
		b.AddBytes(safe)
	})
	return b.BytesOrPanic()
}
