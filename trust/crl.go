package trust

import (
	"math/big"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
)

// CRL is a certificate revocation list as it was found (RFC 5280, 5.1). Its
// entries are read one by one, when they are asked for. A CRL is read only and safe for
// concurrent use. What it means for a certificate is package revocation's business.
type CRL struct {
	Raw                    []byte
	RawTBSCertList         []byte
	RawIssuer              []byte
	Version                int       // 1 or 2; others as found
	ThisUpdate, NextUpdate time.Time // UTC; zero when absent or not RFC 5280's encoding
	HasNextUpdate          bool
	SignatureAlgorithm     der.AlgorithmIdentifier
	TBSSignature           der.AlgorithmIdentifier
	Signature              []byte
	Extensions             []Extension
	RawEntries             []byte // content of revokedCertificates; nil when absent
}

// CRLEntry is one entry of a CRL (RFC 5280, 5.3).
type CRLEntry struct {
	Serial     *big.Int
	Date       time.Time // zero when not RFC 5280's encoding
	Extensions []Extension
}
