package verify

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
