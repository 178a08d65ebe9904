package cms

// Limits on a message that is read. The content is not limited: it is never
// held.
const (
	// maxKept is the size of all that is held of one message: certificates, CRLs,
	// signers with their attributes. The largest real ones carry CRLs and archived
	// revocation data of a few MiB.
	maxKept = 16 << 20
	// maxDigestAlgorithms: one for each hash in use; six is much.
	maxDigestAlgorithms = 64
	// maxCertificates and maxCRLs: chains of all signers and their timestamps.
	maxCertificates = 1024
	maxCRLs         = 1024
	// maxSigners: a petition of a thousand signers has been seen, more not.
	maxSigners = 4096
	// maxRecipients is the same for messages that are only looked at.
	maxRecipients = 4096
	// maxAttributes and maxAttributeValues: real ones have a dozen, and one value
	// (archive timestamps: one attribute each).
	maxAttributes      = 256
	maxAttributeValues = 256
	// maxAlgorithm is the size of an AlgorithmIdentifier's parameters: RSASSA-PSS
	// needs 60, explicit curve parameters 250.
	maxAlgorithm = 4 << 10
	// maxSerial is the length of a serial number: 20 by RFC 5280, 4.1.2.2, yet
	// longer ones exist.
	maxSerial = 256
	// maxName is the size of an issuer's name.
	maxName = 64 << 10
	// maxKeyID is the length of a subject key identifier.
	maxKeyID = 4 << 10
	// maxSignature is the length of a signature value: RSA-16384 has 2048.
	maxSignature = 64 << 10
)
