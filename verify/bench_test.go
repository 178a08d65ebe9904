package verify

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"testing"

	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// BenchmarkRSAVerification is the yardstick for BenchmarkSmallMessage.
func BenchmarkRSAVerification(b *testing.B) {
	key := ca.Key(rsaLeaf)
	digest := sha256Of([]byte("x"))
	value, err := key.Sign(rand.Reader, digest, crypto.SHA256)
	if err != nil {
		b.Fatal(err)
	}
	pub := key.Public().(*rsa.PublicKey)
	for b.Loop() {
		if err := rsa.VerifyPKCS1v15(pub, crypto.SHA256, digest, value); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSmallMessage decodes and verifies a message of one kilobyte, its
// chain being the signer's certificate and a known CA.
func BenchmarkSmallMessage(b *testing.B) {
	c := newCraft(rsaLeaf)
	c.content = bytes.Repeat([]byte("x"), 1000)
	c.attributes[1] = attribute("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04", append([]byte{4, 32}, sha256Of(c.content)...))
	c.certificates = c.certificates[:1]
	message := c.marshal(b)
	known, err := trust.ParseCertificate(ca.DER("org-ca.pem"))
	if err != nil {
		b.Fatal(err)
	}
	opt := CheckOptions{Trust: trust.Options{Anchors: trust.NewStore(), PartialChain: true}}
	opt.Trust.Anchors.AddCertificate(known)
	opt.Trust.Purpose = trust.PurposeSMIMESign
	for b.Loop() {
		m, err := Open(Input{Bytes: message}, OpenOptions{})
		if err != nil {
			b.Fatal(err)
		}
		s := m.Check(opt).Signers[0]
		if s.Chain.Verdict != trust.Valid || !s.Attributes.OK() || !s.Content.OK() {
			b.Fatalf("%+v", s)
		}
	}
}
