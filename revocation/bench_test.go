package revocation_test

import (
	"bytes"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// BenchmarkSignaturesOfOneCA is what revocation costs for each of many signatures that
// embed the same CRL of 100,000 entries, beside reading it anew each time.
func BenchmarkSignaturesOfOneCA(b *testing.B) {
	a := newAuthority(b)
	raw := a.list(1, func(l *x509.RevocationList) {
		for i := range int64(100_000) {
			l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(1000 + i), RevocationTime: now.Add(-time.Hour)})
		}
	}).Raw
	judge := func(b *testing.B, p *revocation.Pool) {
		crl, err := p.CRL(raw)
		if err != nil {
			b.Fatal(err)
		}
		if e := a.check(crl); e.Status != revocation.Good {
			b.Fatal(e.Explanation())
		}
	}
	b.Run("pool", func(b *testing.B) {
		var p revocation.Pool
		for b.Loop() {
			judge(b, &p)
		}
	})
	b.Run("anew", func(b *testing.B) {
		for b.Loop() {
			judge(b, nil)
		}
	})
	b.Run("kept", func(b *testing.B) { // the caller keeps the CRL itself
		crl, err := trust.ParseCRL(raw)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if e := a.check(crl); e.Status != revocation.Good {
				b.Fatal(e.Explanation())
			}
		}
	})
}

// TestTenThousandSignatures: each embeds its own copy of the CA's CRL, and all are judged by
// one reading of it.
func TestTenThousandSignatures(t *testing.T) {
	a := newAuthority(t)
	raw := a.revoking(1, 1).Raw
	var p revocation.Pool
	first, err := p.CRL(raw)
	if err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		crl, err := p.CRL(bytes.Clone(raw))
		if err != nil {
			t.Fatal(err)
		}
		if e := a.check(crl); e.Status != revocation.Revoked || e.Sources[0].CRL != first {
			t.Fatalf("%v, by the first reading: %v", e.Explanation(), e.Sources[0].CRL == first)
		}
	}
}
