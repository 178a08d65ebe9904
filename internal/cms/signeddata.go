package cms

import (
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
)

// SignedData is a decoded message (RFC 5652, 5.1). Its slices are the message's
// own: treat them as read-only. It may be read by any number of goroutines.
type SignedData struct {
	Version          *big.Int
	DigestAlgorithms []der.AlgorithmIdentifier
	ContentType      der.OID // eContentType
	// HasContent tells an attached message (eContent present, even empty) from a
	// detached one; ContentSize counts the content's octets.
	HasContent   bool
	ContentSize  int64
	Certificates []CertificateChoice // message order
	CRLs         []RevocationChoice  // message order
	Signers      []SignerInfo        // message order
	// Findings are the faults that did not keep the message from being read, in
	// the order met.
	Findings []Finding
}

// CertificateChoice is one element of certificates (RFC 5652, 10.2.2).
type CertificateChoice struct {
	Kind CertificateKind
	Raw  []byte // as on the wire, BER included
	DER  []byte // Raw re-encoded; the same slice where Raw is DER
}

// CertificateKind tells the choices of CertificateChoices.
type CertificateKind int

// The choices.
const (
	X509Certificate      CertificateKind = iota // Certificate (RFC 5280)
	ExtendedCertificate                         // [0] PKCS #6, obsolete
	AttributeCertificate                        // [1] version 1, [2] version 2
	AttributeCertV2
	OtherCertificate // [3]
)

// RevocationChoice is one element of crls (RFC 5652, 10.2.1).
type RevocationChoice struct {
	Format der.OID // "" for a CertificateList; else otherRevInfoFormat
	Raw    []byte  // as on the wire, BER included
	DER    []byte  // Raw re-encoded; the same slice where Raw is DER
}

// SignerInfo is one decoded signer (RFC 5652, 5.3).
type SignerInfo struct {
	Raw                []byte // as on the wire, BER included
	Version            *big.Int
	Issuer             []byte // DER of the issuer's Name; nil when named by key identifier
	Serial             *big.Int
	SubjectKeyID       []byte // nil when named by issuer and serial number
	DigestAlgorithm    der.AlgorithmIdentifier
	SignedAttrs        *AttributeSet // nil when absent
	SignatureAlgorithm der.AlgorithmIdentifier
	Signature          []byte
	UnsignedAttrs      *AttributeSet // nil when absent
}

// AttributeSet is signedAttrs or unsignedAttrs.
type AttributeSet struct {
	Raw        []byte // as on the wire, with its implicit tag
	Attributes []Attribute
}

// Finding is a fault that was read over.
type Finding struct {
	Code   string
	Signer int
}

func (sd *SignedData) requiredVersion() int { return 1 }
