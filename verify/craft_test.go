package verify

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// craft is a message put together by hand, so that tests can put one thing
// wrong and sign it all the same.
type craft struct {
	cert          string // of the test PKI
	content       []byte
	detached      bool
	contentType   der.OID
	version       int64
	signerVersion int64
	digests       [][]byte // digestAlgorithms
	digest        []byte   // the signer's
	algorithm     []byte   // signatureAlgorithm
	attributes    [][]byte // nil: none
	asTheyStand   bool     // attributes are not sorted
	unsigned      [][]byte
	certificates  [][]byte
	value         func([]byte) []byte // changes the signature value
	trailing      []byte
	encap         []byte // encapContentInfo, in place of the one made here
}

// signingTime is when crafted messages claim to be signed.
var signingTime = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

func newCraft(cert string) *craft {
	c := &craft{
		cert: cert, content: []byte("Hello, world.\n"), contentType: der.Data, version: 1, signerVersion: 1,
		digest: der.DigestAlgorithm(crypto.SHA256).Marshal(),
	}
	c.digests = [][]byte{c.digest}
	switch ca.Certificate(cert).PublicKeyAlgorithm {
	case x509.RSA:
		c.algorithm = der.AlgorithmIdentifier{Algorithm: der.SHA256WithRSA, Parameters: der.Null()}.Marshal()
	case x509.ECDSA:
		c.algorithm = der.AlgorithmIdentifier{Algorithm: der.ECDSAWithSHA256}.Marshal()
	}
	c.attributes = [][]byte{
		attribute(der.AttributeContentType, der.ObjectIdentifier(der.Data)),
		attribute(der.AttributeMessageDigest, der.OctetString(sha256Of(c.content))),
		attribute(der.AttributeSigningTime, der.Time(signingTime)),
	}
	c.certificates = [][]byte{ca.DER(cert), ca.DER("org-ca.pem")}
	return c
}

func attribute(kind der.OID, values ...[]byte) []byte {
	return der.Sequence(der.ObjectIdentifier(kind), der.Element(der.TagSet, values...))
}

func sha256Of(b []byte) []byte {
	h := crypto.SHA256.New()
	h.Write(b)
	return h.Sum(nil)
}

// set replaces an attribute, or takes it out when there are no values.
func (c *craft) set(kind der.OID, values ...[]byte) {
	var list [][]byte
	prefix := der.ObjectIdentifier(kind)
	for _, a := range c.attributes {
		if string(a[2:2+len(prefix)]) != string(prefix) {
			list = append(list, a)
		}
	}
	if values != nil {
		list = append(list, attribute(kind, values...))
	}
	c.attributes = list
}

// marshal signs and encodes the message.
func (c *craft) marshal(t testing.TB) []byte {
	t.Helper()
	cert := ca.Certificate(c.cert)
	attributes := c.attributes
	if !c.asTheyStand {
		attributes = der.Sorted(attributes)
	}
	signed := c.content
	var attrs []byte
	if c.attributes != nil {
		signed = der.Element(der.TagSet, attributes...)
		attrs = der.Element(der.ContextConstructed, attributes...)
	}
	value, err := ca.Key(c.cert).Sign(rand.Reader, sha256Of(signed), crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if c.value != nil {
		value = c.value(value)
	}
	var unsigned []byte
	if c.unsigned != nil {
		unsigned = der.Element(der.ContextConstructed|1, c.unsigned...)
	}
	signer := der.Sequence(der.Integer(c.signerVersion), der.Sequence(cert.RawIssuer, der.BigInteger(cert.SerialNumber)),
		c.digest, attrs, c.algorithm, der.OctetString(value), unsigned)
	encap := c.encap
	if encap == nil {
		var content []byte
		if !c.detached {
			content = der.Element(der.ContextConstructed, der.OctetString(c.content))
		}
		encap = der.Sequence(der.ObjectIdentifier(c.contentType), content)
	}
	signedData := der.Sequence(der.Integer(c.version), der.Element(der.TagSet, c.digests...), encap,
		der.Element(der.ContextConstructed, c.certificates...), der.Element(der.TagSet, signer))
	info := der.Sequence(der.ObjectIdentifier(der.SignedData), der.Element(der.ContextConstructed, signedData))
	return append(info, c.trailing...)
}

// orgAnchors trusts the organisation's root.
func orgAnchors(t testing.TB) trust.Options {
	t.Helper()
	root, err := trust.ParseCertificate(ca.DER("org-root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	store := trust.NewStore()
	store.AddCertificate(root)
	return trust.Options{Anchors: store, Now: func() time.Time { return signingTime }}
}
