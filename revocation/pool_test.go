package revocation

import (
	"bytes"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// TestPoolReadsOnce: equal octets are one value, however many ask at the same time.
func TestPoolReadsOnce(t *testing.T) {
	var p Pool
	var reads atomic.Int32
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			crl, err := pooled(&p, 'L', bytes.Clone(ca.DER("sign-ca-2.crl")), func(data []byte) (*trust.CRL, error) {
				reads.Add(1)
				return trust.ParseCRL(data)
			})
			if first, _ := p.CRL(ca.DER("sign-ca-2.crl")); err != nil || crl != first {
				t.Error("another value", err)
			}
		})
	}
	wg.Wait()
	if reads.Load() != 1 {
		t.Errorf("read %d times", reads.Load())
	}
	other, err := p.CRL(ca.DER("sign-ca-1.crl"))
	if first, _ := p.CRL(ca.DER("sign-ca-2.crl")); err != nil || other == first {
		t.Error("another CRL's value", err)
	}
}

func TestPoolKinds(t *testing.T) {
	for _, p := range []*Pool{nil, {}} {
		if c, err := p.Certificate(ca.DER("sign.pem")); err != nil || c == nil {
			t.Error(err)
		}
		if o, err := p.OCSP(ca.DER("sign.ocsp")); err != nil || o == nil {
			t.Error(err)
		}
		for range 2 { // the error is kept like a value
			if crl, err := p.CRL(ca.DER("sign.ocsp")); err == nil || crl != nil {
				t.Error("a response was read as a CRL")
			}
		}
	}
}

func TestPoolForgetsTheOldest(t *testing.T) {
	p := Pool{limit: 4 * poolOverhead}
	read := func() (any, error) { return nil, errors.New("not read") }
	for i := range byte(4) {
		p.entry(i, make([]byte, poolOverhead), read)
	}
	if len(p.entries) != 2 || len(p.order) != 2 || p.size > p.limit || p.order[1].kind != 3 {
		t.Errorf("%d entries, %d in order, %d octets", len(p.entries), len(p.order), p.size)
	}
	p.entry(9, make([]byte, 5*poolOverhead), read)
	if len(p.entries) != 1 || p.order[0].kind != 9 {
		t.Errorf("%d entries beside one that is too large", len(p.entries)-1)
	}
}
