package verify_test

import (
	"bytes"
	"context"
	"crypto"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// BenchmarkEvidence compares a verification of the value alone with one of value,
// chain and embedded revocation, and tells the difference in RSA verifications of the
// same size. The CA's CRLs were met before.
func BenchmarkEvidence(b *testing.B) {
	signer := &holder{ca.Certificate(ca.OrgRSA2048), ca.Key(ca.OrgRSA2048)}
	l := signer.signed(cms.SignatureOptions{}, &holder{Certificate: ca.Certificate(ca.OrgCA)}).crls(ca.DER("org-ca.crl"), ca.DER("org-root.crl"))
	message := l.bytes(b)
	anchors := trust.NewStore()
	anchors.AddCertificate(must(trust.ParseCertificate(ca.DER(ca.OrgRoot))))
	pool := new(revocation.Pool)
	judge := func(noChain bool) *verify.Report {
		m := must(verify.Open(verify.Input{Bytes: message}, verify.OpenOptions{}))
		defer m.Close()
		if err := m.SetContent(verify.Input{Stream: bytes.NewReader(letterText)}.Copy); err != nil {
			b.Fatal(err)
		}
		r := m.Check(verify.CheckOptions{NoChain: noChain, Trust: trust.Options{Anchors: anchors}})
		return m.Report(context.Background(), r, verify.ReportOptions{Time: at("2026"), Pool: pool})
	}
	if r := judge(false); !r.Valid() || r.Signatures[0].Revocation != verify.RevocationGood {
		b.Fatalf("%+v", r.Signatures[0])
	}
	key := must(must(trust.ParseCertificate(ca.DER(ca.OrgCA))).PublicKey())
	leaf := must(trust.ParseCertificate(ca.DER(ca.OrgRSA2048)))
	b.Run("value", func(b *testing.B) {
		for b.Loop() {
			judge(true)
		}
	})
	b.Run("value, chain and revocation", func(b *testing.B) {
		for b.Loop() {
			judge(false)
		}
	})
	b.Run("one RSA verification", func(b *testing.B) {
		digest := make([]byte, crypto.SHA256.Size())
		for b.Loop() {
			_ = key.VerifyPKCS1(crypto.SHA256, digest, leaf.Signature)
		}
	})
}
