package cms

import (
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
)

// SignedData is a decoded message (RFC 5652, 5.1). Its slices may share memory:
// treat them as read-only. It may be read by any number of goroutines.
type SignedData struct {
	Version          int
	DigestAlgorithms []der.AlgorithmIdentifier
	ContentType      der.OID // eContentType
	// HasContent tells an attached message (eContent present, even empty) from a
	// detached one; ContentSize counts the content's octets.
	HasContent   bool
	ContentSize  int64
	Certificates []CertificateChoice // message order
	CRLs         []RevocationChoice  // message order
	Signers      []SignerInfo        // message order

	// NotDER is the offset of the first BER that is not DER, outside of
	// certificates, CRLs and signers; -1 for none.
	NotDER int64
	// Trailing is what follows the message in the input.
	Trailing Trailing
	// contentStart is how the content begins, for Audit.
	contentStart []byte
}

// Trailing says what follows a message.
type Trailing int

// What may follow. Zeros are what a PDF's /Contents is padded with.
const (
	NoTrailing Trailing = iota
	TrailingZeros
	TrailingData
)

// CertificateChoice is one element of certificates (RFC 5652, 10.2.2).
type CertificateChoice struct {
	Kind CertificateKind
	Raw  []byte // as on the wire, BER included
}

// DER returns the element in DER: Raw itself where it is.
func (c CertificateChoice) DER() ([]byte, error) { return der.ToDER(c.Raw) }

// CertificateKind tells the choices of CertificateChoices apart.
type CertificateKind int

// The choices.
const (
	X509Certificate        CertificateKind = iota // Certificate (RFC 5280)
	ExtendedCertificate                           // [0], PKCS #6, obsolete
	AttributeCertificateV1                        // [1], obsolete
	AttributeCertificateV2                        // [2] (RFC 5755)
	OtherCertificate                              // [3]
)

// RevocationChoice is one element of crls (RFC 5652, 10.2.1).
type RevocationChoice struct {
	Format der.OID // "" for a CertificateList, otherRevInfoFormat else
	Raw    []byte  // as on the wire, BER included
}

// DER returns the element in DER: Raw itself where it is.
func (c RevocationChoice) DER() ([]byte, error) { return der.ToDER(c.Raw) }

// SignerInfo is one decoded signer (RFC 5652, 5.3).
type SignerInfo struct {
	Raw                []byte // as on the wire, BER included
	Version            int
	Issuer             []byte   // the issuer's Name, DER; nil when named by key identifier
	Serial             *big.Int // nil when named by key identifier
	SubjectKeyID       []byte   // nil when named by issuer and serial number
	DigestAlgorithm    der.AlgorithmIdentifier
	SignedAttrs        *AttributeSet // nil when absent
	SignatureAlgorithm der.AlgorithmIdentifier
	Signature          []byte
	UnsignedAttrs      *AttributeSet // nil when absent
}

// AttributeSet is signedAttrs or unsignedAttrs.
type AttributeSet struct {
	Raw []byte // as on the wire, with its implicit tag
	// Attributes are in message order. Universal strings in pieces are joined in
	// the values; a SEQUENCE or SET is as on the wire (as OpenSSL keeps them).
	Attributes []Attribute
}

// Get returns all attributes of a type, in message order.
func (s *AttributeSet) Get(t der.OID) []Attribute {
	var found []Attribute
	if s == nil {
		return nil
	}
	for _, a := range s.Attributes {
		if a.Type == t {
			found = append(found, a)
		}
	}
	return found
}

// find returns the first attribute of a type and how many there are.
func (s *AttributeSet) find(t der.OID) (first *Attribute, n int) {
	if s == nil {
		return nil, 0
	}
	for i := range s.Attributes {
		if s.Attributes[i].Type != t {
			continue
		}
		if n == 0 {
			first = &s.Attributes[i]
		}
		n++
	}
	return first, n
}

// Value returns the value of an attribute that is there once with one value;
// ok is false in all other cases.
func (s *AttributeSet) Value(t der.OID) (value []byte, ok bool) {
	if a, n := s.find(t); n == 1 && len(a.Values) == 1 {
		return a.Values[0], true
	}
	return nil, false
}

// Message returns what a signature over the attributes signs: a SET OF with the
// attributes in the order found, each in DER (RFC 5652, 5.4). Where the wire has
// them unsorted the result is not DER, and what a signer signed who took them as
// they stand: OpenSSL does so. Audit tells.
func (s *AttributeSet) Message() []byte {
	size := 0
	for _, a := range s.Attributes {
		size += a.size()
	}
	out := der.AppendHeader(make([]byte, 0, der.ElementSize(int64(size))), der.TagSet, int64(size))
	for _, a := range s.Attributes {
		out = a.append(out)
	}
	return out
}

// requiredVersion is the version RFC 5652, 5.1 wants for what the message holds.
func (sd *SignedData) requiredVersion() int {
	version := 1
	if sd.ContentType != der.Data {
		version = 3
	}
	for i := range sd.Signers {
		if sd.Signers[i].Version == 3 {
			version = 3
		}
	}
	for _, c := range sd.Certificates {
		switch c.Kind {
		case AttributeCertificateV1:
			version = max(version, 3)
		case AttributeCertificateV2:
			version = max(version, 4)
		case OtherCertificate:
			version = 5
		}
	}
	for _, c := range sd.CRLs {
		if c.Format != "" {
			version = 5
		}
	}
	return version
}
