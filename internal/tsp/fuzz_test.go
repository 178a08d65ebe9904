package tsp_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

func tokenSeeds(t testing.TB) [][]byte {
	digest := sha([]byte("data"))
	plain := right(digest, big.NewInt(9), moment())
	full := right(digest, big.NewInt(9), moment())
	full.accuracy = der.Sequence(der.Integer(1), der.Element(der.ContextPrimitive|1, []byte{5}))
	full.tsa = der.Element(der.ContextConstructed|4, ca.Certificate(ca.TSA).RawSubject)
	full.embedded = append(full.embedded, ca.Certificate(ca.TSACA))
	bare := right(digest, nil, moment())
	bare.embedded = []*x509.Certificate{}
	bare.signature = cms.SignatureOptions{Certificate: ca.Certificate(ca.TSA), BySubjectKeyID: true, NoSigningCertificate: true}
	return [][]byte{plain.token(t), full.token(t), bare.token(t), unsignedAttributes(t)}
}

// unsignedAttributes is a token whose signature is over the content itself, which the
// CMS writer refuses to make (RFC 5652, 5.3).
func unsignedAttributes(t testing.TB) []byte {
	info, tsa := right(sha([]byte("data")), nil, moment()).info(), ca.Certificate(ca.TSA)
	value, err := ca.Key(ca.TSA).Sign(rand.Reader, sha(info), crypto.SHA256)
	must(t, err)
	algorithm, _ := der.RSAAlgorithm(crypto.SHA256)
	sid := der.Sequence(tsa.RawIssuer, der.BigInteger(tsa.SerialNumber))
	signer := der.Sequence(der.Integer(1), sid, der.DigestAlgorithm(crypto.SHA256).Marshal(), algorithm.Marshal(), der.OctetString(value))
	content := der.Sequence(der.ObjectIdentifier(der.TSTInfo), der.Element(der.ContextConstructed, der.OctetString(info)))
	sd := der.Sequence(der.Integer(3), der.SetOf(der.TagSet, der.DigestAlgorithm(crypto.SHA256).Marshal()), content,
		der.Element(der.ContextConstructed, tsa.Raw), der.SetOf(der.TagSet, signer))
	return der.Sequence(der.ObjectIdentifier(der.SignedData), der.Element(der.ContextConstructed, sd))
}

func TestVerifyNeedsSignedAttributes(t *testing.T) {
	token, err := tsp.ParseToken(unsignedAttributes(t))
	must(t, err)
	r := token.Verify(tsp.Options{Digest: sha([]byte("data")), Chain: trust.Options{Anchors: anchors(t, ca.TSACA)}})
	if got := codes(r.Findings); len(got) != 2 || got[0] != tsp.AttributesBad || got[1] != tsp.NoCertificateID {
		t.Errorf("findings %v", r.Findings)
	}
}

// A changed token is never valid, unless what changed is not part of what is signed
// and shown: then it proves the same.
func FuzzTokenProvesTheSameOrNothing(f *testing.F) {
	seeds := tokenSeeds(f)
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	opt := tsp.Options{Digest: sha([]byte("data")), Chain: trust.Options{Anchors: anchors(f, ca.TSACA)}}
	f.Fuzz(func(t *testing.T, b []byte) {
		token, err := tsp.ParseToken(b)
		if err != nil {
			return
		}
		r := token.Verify(opt)
		if (r.Verdict == trust.Valid) != (len(r.Findings) == 0) || r.Time.IsZero() == (r.Verdict == trust.Valid) {
			t.Fatalf("verdict %v, findings %v, time %v", r.Verdict, r.Findings, r.Time)
		}
		if r.Verdict == trust.Valid && (!r.Time.Equal(moment()) || r.Policy != testPolicy || r.Serial.Int64() != 42) {
			t.Fatalf("proves something else: %+v", r)
		}
	})
}

// Whatever a server answers, a token that Check hands out is for the request.
func FuzzResponseAnswersTheRequest(f *testing.F) {
	seeds := tokenSeeds(f)
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, seed := range seeds {
		f.Add(granted(seed))
	}
	f.Add(refusal(2, "no"))
	q := tsp.Request{Hash: crypto.SHA256, Digest: sha([]byte("data")), Nonce: big.NewInt(9)}
	f.Fuzz(func(t *testing.T, b []byte) {
		token, err := q.Check(b, moment())
		if (token == nil) == (err == nil) {
			t.Fatalf("token %v, error %v", token, err)
		}
		if token != nil && (!bytes.Equal(token.Info.Digest, q.Digest) || token.Info.Nonce.Cmp(q.Nonce) != 0) {
			t.Fatalf("answers another request: %+v", token.Info)
		}
	})
}

func TestSeedsAreJudgedAsMeant(t *testing.T) {
	q := tsp.Request{Hash: crypto.SHA256, Digest: sha([]byte("data")), Nonce: big.NewInt(9)}
	for i, seed := range tokenSeeds(t) {
		if _, err := q.Check(granted(seed), moment()); (err == nil) != (i < 2) {
			t.Errorf("seed %d: %v", i, err)
		}
	}
}
