package revocation

import "time"

// DefaultSkew is the difference of clocks to tolerate where data is fetched and judged
// at once: clocks of personal computers are minutes off.
const DefaultSkew = 5 * time.Minute

const (
	// maxCRLIssuers is how many certificates of one name are tried as a CRL's issuer:
	// each costs a signature verification, and perhaps a path. JPKI has three
	// generations of one name.
	maxCRLIssuers = 8
	// maxEffort is how many signatures of CRLs are verified for one certificate, by keys
	// of ordinary size; larger ones count for more.
	maxEffort = 2048
	// maxPairs is how many CRLs that have a certificate in scope are looked at,
	// counted anew for each distribution point. Of CRLs partitioned by place, as
	// JPKI's, only one is in scope.
	maxPairs = 1024

	// maxOCSP is the size of an OCSP response: with a chain it has 2 to 10 kB.
	maxOCSP = 1 << 20
	// maxSingle is how many certificates one response speaks of; mostly one.
	maxSingle = 4096
	// maxCertificates come with one response: the responder's and its chain.
	maxCertificates = 64
	// maxExtensions of a response, or of what it says of one certificate.
	maxExtensions = 64
	// maxSerial is the size of a serial number; certificates may have 20 octets.
	maxSerial = 1024
	// maxResponders is how many certificates of the responder's name or key are
	// tried: each costs signature verifications.
	maxResponders = 8
	// maxResponses is how many OCSP responses that name a certificate are verified:
	// documents whose proofs are renewed gather one a renewal.
	maxResponses = 16
	// maxUndatedAge is how old a response without nextUpdate may be: it says that newer
	// information is there at any time (RFC 6960, 4.2.2.1).
	maxUndatedAge = 24 * time.Hour

	// maxPool is how many octets a Pool keeps; their readings take a few times that.
	maxPool = 512 << 20
	// poolOverhead is counted for each content beside its octets.
	poolOverhead = 1 << 10
)
