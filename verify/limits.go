package verify

import "time"

// Limits of what one message may ask for.
const (
	// maxTextHeader bounds the MIME header that -text takes off: mail headers are
	// some kilobytes.
	maxTextHeader = 64 << 10
	// wholeMessage is the size up to which a message is read at once: less than
	// the buffer that a stream needs.
	wholeMessage = 64 << 10
	// spoolMemory is how much content is held in memory before a file is used.
	spoolMemory = 256 << 10
)

// copyBuffer is the size of reads of content: above 128 KiB SHA-256 alone sets
// the speed.
const copyBuffer = 128 << 10

// Limits of what is looked at for judging certificates.
const (
	// maxPool is how many certificates, CRLs and OCSP responses of one file are
	// looked at: a hundred signatures with ten each.
	maxPool = 2048
	// maxStamps is how many timestamps of one file are judged: each costs
	// signature verifications.
	maxStamps = 512
	// maxChainChecks is how many signatures of certificates are verified for one file in
	// search of paths: some thousand certificates with two or three above each.
	maxChainChecks = 1 << 14
	// maxRefused is how much outdated data of one certificate is asked again whether
	// it tells of a revocation.
	maxRefused = 16
	// maxATSHashIndex bounds an ATSHashIndex: a hash for each thing in a message.
	maxATSHashIndex = 1 << 20
)

// maxClockSkew is by how much the clocks of signers, authorities and verifiers
// may differ.
const maxClockSkew = 5 * time.Minute
