package trust

import (
	"math/big"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
)

// Certificate is a certificate as it was found (RFC 5280, 4.1). ParseCertificate
// reads what is common to all; extensions and the public key are read when they are
// asked for. A Certificate is read only and safe for concurrent use.
type Certificate struct {
	Raw                     []byte // the whole
	RawTBSCertificate       []byte // what the signature covers
	RawIssuer               []byte // Name
	RawSubject              []byte // Name
	RawSubjectPublicKeyInfo []byte
	Version                 int                     // 1, 2, 3; others as found
	Serial                  *big.Int                // may be zero or negative
	NotBefore, NotAfter     time.Time               // UTC; the zero time when the encoding is not RFC 5280's
	SignatureAlgorithm      der.AlgorithmIdentifier // the outer one
	TBSSignature            der.AlgorithmIdentifier // the inner one
	Signature               []byte                  // the bit string's octets
	Extensions              []Extension             // in order
}

// Extension is one extension (RFC 5280, 4.1.2.9).
type Extension struct {
	ID       OID
	Critical bool
	Value    []byte // the octet string's content
}
