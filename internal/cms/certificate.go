package cms

import (
	"bytes"
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
)

// CertificateFields are what finding and checking a signer needs of its
// certificate. They are read without judging the rest, so that certificates
// crypto/x509 refuses can be found too.
type CertificateFields struct {
	Raw       []byte // the Certificate, DER outside of the TBSCertificate
	Serial    *big.Int
	Issuer    []byte // Name
	Subject   []byte // Name
	PublicKey []byte // SubjectPublicKeyInfo, for ParsePublicKey
	// SubjectKeyID is the extension's value, nil without one.
	SubjectKeyID []byte
}

// ParseCertificate reads the fields of a Certificate in DER or BER (RFC 5280,
// 4.1). Errors are *der.SyntaxError.
func ParseCertificate(raw []byte) (*CertificateFields, error) {
	raw, err := der.ToDER(raw)
	if err != nil {
		return nil, err
	}
	c := &CertificateFields{Raw: raw}
	r := der.NewBytesReader(raw)
	if err := r.EnterTag(der.TagSequence, "Certificate"); err != nil {
		return nil, err
	}
	if err := r.EnterTag(der.TagSequence, "TBSCertificate"); err != nil {
		return nil, err
	}
	if err := skipIf(r, der.ContextConstructed); err != nil { // version
		return nil, err
	}
	if c.Serial, err = r.Integer("serialNumber", maxSerial); err != nil {
		return nil, err
	}
	for _, field := range []*[]byte{nil, &c.Issuer, nil, &c.Subject, &c.PublicKey} { // nil: signature, validity
		if _, err := r.Expect(der.TagSequence, "TBSCertificate"); err != nil {
			return nil, err
		}
		b, err := r.Raw(maxKept)
		if err != nil {
			return nil, err
		}
		if field != nil {
			*field = b
		}
	}
	return c, c.extensions(r)
}

func skipIf(r *der.Reader, tag byte) error {
	there, err := r.NextIs(tag)
	if err != nil || !there {
		return err
	}
	return r.Skip()
}

// extensions reads what follows the public key.
func (c *CertificateFields) extensions(r *der.Reader) error {
	for _, tag := range []byte{der.ContextPrimitive | 1, der.ContextPrimitive | 2} { // unique identifiers
		if err := skipIf(r, tag); err != nil {
			return err
		}
	}
	there, err := r.NextIs(der.ContextConstructed | 3)
	if err != nil || !there {
		return err
	}
	if err := r.Enter(); err != nil {
		return err
	}
	if err := r.EnterTag(der.TagSequence, "Extensions"); err != nil {
		return err
	}
	for {
		_, more, err := r.Next()
		if err != nil || !more {
			return err
		}
		if err := c.extension(r); err != nil {
			return err
		}
	}
}

func (c *CertificateFields) extension(r *der.Reader) error {
	const where = "Extension"
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	id, err := r.OID(where)
	if err != nil {
		return err
	}
	if err := skipIf(r, der.TagBoolean); err != nil { // critical
		return err
	}
	value, err := r.Octets(der.TagOctetString, where, maxKept)
	if err != nil {
		return err
	}
	if id == der.ExtensionSubjectKeyID {
		if c.SubjectKeyID, err = der.NewBytesReader(value).Octets(der.TagOctetString, where, maxKeyID); err != nil {
			return err
		}
	}
	return leave(r, where)
}

// SignedWith reports whether a certificate is the one that the signer names:
// by key identifier, or by serial number and issuer, whose names are compared as
// CanonicalName writes them.
func (s *SignerInfo) SignedWith(c *CertificateFields) bool {
	if s.Serial == nil {
		return c.SubjectKeyID != nil && bytes.Equal(s.SubjectKeyID, c.SubjectKeyID)
	}
	return s.Serial.Cmp(c.Serial) == 0 && SameName(s.Issuer, c.Issuer)
}
