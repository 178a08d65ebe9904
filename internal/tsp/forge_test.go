package tsp_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/tsp"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// testPolicy is 1.2.3.4.1, otherPolicy 1.2.3.4.2.
const (
	testPolicy  der.OID = "\x2a\x03\x04\x01"
	otherPolicy der.OID = "\x2a\x03\x04\x02"
)

// forged is a token to be made, by default a right one; tests change one field each.
type forged struct {
	digest      []byte
	hash        crypto.Hash
	policy      der.OID
	nonce       *big.Int
	time        time.Time
	accuracy    []byte // Accuracy's element
	tsa         []byte // GeneralName's element
	extensions  []byte // [1]'s element
	contentType der.OID
	signature   cms.SignatureOptions
	key         crypto.Signer
	embedded    []*x509.Certificate
	signers     int
	breakValue  bool // change the content after it was signed
}

func right(digest []byte, nonce *big.Int, at time.Time) *forged {
	tsa := ca.Certificate(ca.TSA)
	return &forged{
		digest: digest, hash: crypto.SHA256, policy: testPolicy, nonce: nonce, time: at, contentType: der.TSTInfo,
		signature: cms.SignatureOptions{Certificate: tsa}, key: ca.Key(ca.TSA), embedded: []*x509.Certificate{tsa}, signers: 1,
	}
}

// by makes the token signed by another certificate of the TSA's key.
func (f *forged) by(c *x509.Certificate) {
	f.signature.Certificate, f.embedded = c, []*x509.Certificate{c}
}

func (f *forged) info() []byte {
	parts := [][]byte{
		der.Integer(1), der.ObjectIdentifier(f.policy),
		der.Sequence(der.DigestAlgorithm(f.hash).Marshal(), der.OctetString(f.digest)),
		der.Integer(42), der.Element(der.TagGeneralizedTime, []byte(f.time.UTC().Format("20060102150405Z"))),
	}
	if f.accuracy != nil {
		parts = append(parts, f.accuracy)
	}
	if f.nonce != nil {
		parts = append(parts, der.BigInteger(f.nonce))
	}
	if f.tsa != nil {
		parts = append(parts, der.Element(der.ContextConstructed, f.tsa))
	}
	if f.extensions != nil {
		parts = append(parts, f.extensions)
	}
	return der.Sequence(parts...)
}

// token makes the token with the CMS writer, which openssl's tests hold to account.
func (f *forged) token(t testing.TB) []byte {
	t.Helper()
	info := f.info()
	m := cms.Message{ContentType: f.contentType, Certificates: f.embedded}
	for range f.signers {
		s, err := cms.NewSignature(f.signature)
		must(t, err)
		h := s.Digest().New()
		h.Write(info)
		tbs, err := s.Bind(f.contentType, h.Sum(nil))
		must(t, err)
		value, err := f.key.Sign(rand.Reader, tbs.Digest, tbs.Options)
		must(t, err)
		must(t, s.SetValue(value))
		m.Signatures = append(m.Signatures, s)
	}
	if f.breakValue {
		info = bytes.Replace(info, f.digest, sha(f.digest), 1)
	}
	var out bytes.Buffer
	must(t, m.WriteAttached(&out, int64(len(info)), func(w io.Writer) error {
		_, err := w.Write(info)
		return err
	}))
	return out.Bytes()
}

// granted wraps a token into a TimeStampResp.
func granted(token []byte) []byte { return der.Sequence(der.Sequence(der.Integer(0)), token) }

// mint makes a certificate for the TSA's key under the TSA's CA: the TSA's own with
// changes.
func mint(t testing.TB, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	template := ca.Certificate(ca.TSA)
	template.ExtKeyUsage, template.UnknownExtKeyUsage = nil, nil
	template.ExtraExtensions = []pkix.Extension{purpose(true, 8)}
	change(template)
	raw, err := x509.CreateCertificate(rand.Reader, template, ca.Certificate(ca.TSACA), ca.Key(ca.TSA).Public(), ca.Key(ca.TSACA))
	must(t, err)
	c, err := x509.ParseCertificate(raw)
	must(t, err)
	return c
}

// purpose is an extended key usage of id-kp purposes: 8 is timeStamping.
func purpose(critical bool, purposes ...int) pkix.Extension {
	var list []asn1.ObjectIdentifier
	for _, p := range purposes {
		list = append(list, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, p})
	}
	value, err := asn1.Marshal(list)
	if err != nil {
		panic(err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: critical, Value: value}
}

func anchors(t testing.TB, name string) *trust.Store {
	t.Helper()
	c, err := trust.ParseCertificate(ca.DER(name))
	must(t, err)
	s := trust.NewStore()
	s.AddCertificate(c)
	return s
}

func sha(b []byte) []byte {
	d := sha256.Sum256(b)
	return d[:]
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func codes(found []tsp.Finding) (list []tsp.Code) {
	for _, f := range found {
		list = append(list, f.Code)
	}
	return list
}
