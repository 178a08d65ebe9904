package revocation

import (
	"bytes"
	"crypto"
	"crypto/sha1" // CertID and ResponderID are made with it (RFC 6960, 4.1.1, 4.2.1; RFC 5019, 2.1.1)

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

// CertID names a certificate by hashes of its issuer's name and key, and its serial
// number (RFC 6960, 4.1.1).
type CertID struct {
	Hash           crypto.Hash // 0 when it is not known here
	IssuerNameHash []byte
	IssuerKeyHash  []byte
	RawSerial      []byte // INTEGER content
}

// NewCertID names a certificate; hash must be linked in. ok is false when the issuer's
// key cannot be read.
func NewCertID(hash crypto.Hash, certificate, issuer *trust.Certificate) (id CertID, ok bool) {
	key, ok := subjectPublicKey(issuer)
	if !ok || !hash.Available() {
		return CertID{}, false
	}
	return CertID{hash, sum(hash, certificate.RawIssuer), sum(hash, key), certificate.RawSerial}, true
}

// Marshal returns the DER encoding.
func (id CertID) Marshal() []byte {
	return der.Sequence(der.DigestAlgorithm(id.Hash).Marshal(), der.OctetString(id.IssuerNameHash),
		der.OctetString(id.IssuerKeyHash), der.Element(der.TagInteger, id.RawSerial))
}

// names reports whether the CertID is that of the certificate under this issuer. CAs
// that share one name differ in the key's hash.
func (id CertID) names(certificate, issuer *trust.Certificate) bool {
	if !bytes.Equal(id.RawSerial, certificate.RawSerial) {
		return false
	}
	own, ok := NewCertID(id.Hash, certificate, issuer)
	return ok && bytes.Equal(id.IssuerNameHash, own.IssuerNameHash) && bytes.Equal(id.IssuerKeyHash, own.IssuerKeyHash)
}

// isResponder reports whether the certificate is the one that the response names as
// its signer.
func (o *OCSP) isResponder(c *trust.Certificate) bool {
	if o.ResponderKeyHash == nil {
		return trust.EqualNames(o.ResponderName, c.RawSubject)
	}
	key, ok := subjectPublicKey(c)
	hash := sha1.Sum(key)
	return ok && bytes.Equal(o.ResponderKeyHash, hash[:])
}

// subjectPublicKey returns the octets of the bit string: without tag, length and number
// of unused bits (RFC 6960, 4.1.1).
func subjectPublicKey(c *trust.Certificate) (key []byte, ok bool) {
	in := cryptobyte.String(c.RawSubjectPublicKeyInfo)
	var spki cryptobyte.String
	ok = in.ReadASN1(&spki, asn1.SEQUENCE) && spki.SkipASN1(asn1.SEQUENCE) && spki.ReadASN1BitStringAsBytes(&key)
	return key, ok
}

func sum(h crypto.Hash, octets []byte) []byte {
	d := h.New()
	d.Write(octets)
	return d.Sum(nil)
}
