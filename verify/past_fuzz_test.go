package verify

import (
	"bytes"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// FuzzHashIndex: what is read of an index is all of it: written again it is the same.
func FuzzHashIndex(f *testing.F) {
	index := cms.ATSHashIndex{Algorithm: der.AlgorithmIdentifier{Algorithm: der.SHA256}, Certificates: [][]byte{make([]byte, 32)}, Unsigned: [][]byte{{1}, {2}}}
	f.Add(index.Marshal(), false)
	f.Add(index.Marshal(), true)
	f.Add(der.Sequence(der.Sequence(), der.Sequence(), der.Sequence()), true)
	f.Fuzz(func(t *testing.T, value []byte, older bool) {
		x := parseHashIndex(value, older)
		if x == nil {
			return
		}
		if !x.hash.Available() || !bytes.Equal(x.raw, value) {
			t.Errorf("%v of %x", x.hash, value)
		}
		n := len(x.certificates) + len(x.crls) + len(x.unsigned)
		if 2*n > len(value) {
			t.Errorf("%d hashes in %d octets", n, len(value))
		}
		if ids, ok := x.covered(nil, nil, nil); ok != (n == 0) || len(ids) > 0 {
			t.Errorf("%d hashes cover nothing: %v", n, ok)
		}
	})
}

// FuzzRevocationValues: attributes with revocation data add what they hold and no
// more, and no input ends otherwise.
func FuzzRevocationValues(f *testing.F) {
	crls := der.Element(der.ContextConstructed, der.Sequence(ca.DER("org-ca.crl"), ca.DER("org-root.crl")))
	responses := der.Element(der.ContextConstructed|1, der.Sequence(ca.DER("org-rsa2048.ocsp")))
	f.Add(der.Sequence(crls, responses))
	f.Add(der.Sequence(ca.DER("org-ca.pem"), ca.DER("org-root.pem")))
	f.Add(der.Sequence(responses))
	f.Fuzz(func(t *testing.T, value []byte) {
		for _, kind := range []der.OID{der.AttributeCertificateValues, der.AttributeRevocationValues, der.AttributeRevocationInfoArchival} {
			p := newPool(nil)
			ids := p.attributeValue(kind, value)
			if n := len(p.Certificates) + len(p.CRLs) + len(p.OCSPs); n > len(ids) || len(p.seen) > len(ids) {
				t.Errorf("%d things of %d elements", n, len(ids))
			}
		}
	})
}

// TestRevocationValues: CRLs, responses in both forms and certificates come out of the
// attributes that hold them.
func TestRevocationValues(t *testing.T) {
	crls := der.Element(der.ContextConstructed, der.Sequence(ca.DER("org-ca.crl"), ca.DER("org-root.crl")))
	whole := ca.DER("org-rsa2048.ocsp")
	archival := der.Sequence(crls, der.Element(der.ContextConstructed|1, der.Sequence(whole)))
	p := newPool(nil)
	p.attributeValue(der.AttributeRevocationInfoArchival, archival)
	if len(p.CRLs) != 2 || len(p.OCSPs) != 1 {
		t.Fatalf("%d CRLs, %d responses", len(p.CRLs), len(p.OCSPs))
	}
	basic := der.Sequence(crls, der.Element(der.ContextConstructed|1, der.Sequence(p.OCSPs[0].RawBasic)))
	again := newPool(nil)
	again.attributeValue(der.AttributeRevocationValues, basic)
	if len(again.CRLs) != 2 || len(again.OCSPs) != 1 || !bytes.Equal(again.OCSPs[0].RawBasic, p.OCSPs[0].RawBasic) {
		t.Errorf("%d CRLs, %d responses", len(again.CRLs), len(again.OCSPs))
	}
	again.attributeValue(der.AttributeCertificateValues, der.Sequence(ca.DER("org-ca.pem"), ca.DER("org-root.pem")))
	if len(again.Certificates) != 2 {
		t.Errorf("%d certificates", len(again.Certificates))
	}
}

// TestPoolIsBounded: a file with too many things is judged by the first of them.
func TestPoolIsBounded(t *testing.T) {
	p := newPool(nil)
	for i := range maxPool + 10 {
		p.crl([]byte{byte(i), byte(i >> 8)})
	}
	if len(p.seen) != maxPool {
		t.Errorf("%d things", len(p.seen))
	}
}
