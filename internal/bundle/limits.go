package bundle

// Limits on a bundle that is read.
const (
	// maxEntries: certificates and revocation data of a document with a thousand
	// signatures and their timestamps.
	maxEntries = 10_000
	// maxEntry is the size of the largest public CRLs.
	maxEntry = 64 << 20
	// maxTotal bounds what is held in memory.
	maxTotal = 256 << 20
	// maxAnswers is what a Recorder keeps.
	maxAnswers = 10_000
)
