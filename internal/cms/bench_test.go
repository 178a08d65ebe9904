package cms_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"io"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// BenchmarkEncode is all of a signature but the key's own work.
func BenchmarkEncode(b *testing.B) {
	s := testSigner("org-rsa2048.pem")
	opt := cms.SignatureOptions{SigningTime: time.Unix(1700000000, 0)}
	value := s.sign(b, []byte(testContent), opt).Value()
	opt.Certificate = s.cert
	digest := make([]byte, 32)
	h := crypto.SHA256.New()
	h.Write([]byte(testContent))
	copy(digest, h.Sum(nil))
	b.ReportAllocs()
	for b.Loop() {
		sig, err := cms.NewSignature(opt)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := sig.Bind("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", digest); err != nil {
			b.Fatal(err)
		}
		if err := sig.SetValue(value); err != nil {
			b.Fatal(err)
		}
		if _, err := sig.Marshal(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify decodes a small message and verifies its signer; beside it the
// RSA verification alone.
func BenchmarkVerify(b *testing.B) {
	s := testSigner("org-rsa2048.pem")
	message := s.message(b, true, cms.SignatureOptions{})
	key, err := trust.ParsePublicKey(s.cert.RawSubjectPublicKeyInfo)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := cms.DecodeBytes(message, cms.DecodeOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode+verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var digests *cms.Digests
			sd, err := cms.DecodeBytes(message, cms.DecodeOptions{Content: func(sd *cms.SignedData) (io.Writer, error) {
				digests, _ = cms.NewDigests(sd.DigestAlgorithms)
				return digests, nil
			}})
			if err != nil {
				b.Fatal(err)
			}
			if err := sd.Signers[0].Verify(key, digests); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("RSA alone", func(b *testing.B) {
		k := ca.Key("org-rsa2048.pem").(*rsa.PrivateKey)
		digest := make([]byte, 32)
		value, err := rsa.SignPKCS1v15(nil, k, crypto.SHA256, digest)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if err := rsa.VerifyPKCS1v15(&k.PublicKey, crypto.SHA256, digest, value); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkHostile reads each input made to cost much.
func BenchmarkHostile(b *testing.B) {
	for name, input := range hostile() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := cms.Decode(io.MultiReader(bytes.NewReader(input)), cms.DecodeOptions{}); err == nil {
					b.Fatal("it is read")
				}
			}
		})
	}
}
