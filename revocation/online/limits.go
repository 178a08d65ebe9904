package online

import "time"

// DefaultTimeout is how long one question may take, from resolving the name to the
// answer's last octet: responders answer in less than a second, large CRLs take longer.
const DefaultTimeout = 10 * time.Second

const (
	// timeoutsPerCertificate bounds all questions about one certificate together.
	timeoutsPerCertificate = 3
	// maxQuestions is how many places are asked about one certificate.
	maxQuestions = 16
	// maxRedirects is how often one server may point elsewhere.
	maxRedirects = 3
	// maxHeader is the size of an HTTP answer's header.
	maxHeader = 64 << 10
	// maxURL is the length of a location.
	maxURL = 4 << 10
	// maxResponse is the size of an OCSP response: with a chain it has 2 to 10 kB.
	maxResponse = 1 << 20
	// maxCRL is the size of a CRL over the network, and of all that one LDAP entry
	// holds: partitioned ones, as JPKI's, have up to a few megabytes.
	maxCRL = 32 << 20
	// maxCRLs is how many CRLs one LDAP entry may hold.
	maxCRLs = 8
	// maxGET is the length of the request in the URL up to which GET is used (RFC
	// 5019, 5).
	maxGET = 255
	// nonceSize is the nonce in octets, the most that RFC 8954, 2.1 allows.
	nonceSize = 32
	// maxNameAttributes of a directory name.
	maxNameAttributes = 64

	// retryAfter is how long a server that failed is left alone by a Client.
	retryAfter = time.Minute
	// maxSlots is how many answers and failures a Client remembers; then it forgets.
	maxSlots = 1 << 16

	// maxCacheSize and maxCacheEntries bound a Cache on disk; the oldest entries go.
	maxCacheSize    = 256 << 20
	maxCacheEntries = 20_000
	// abandonedAfter is the age of a temporary file that nobody writes any more.
	abandonedAfter = time.Hour
)
