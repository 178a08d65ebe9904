package jpki

const (
	// maxCertificate bounds a certificate on the card. The largest seen is
	// 1.8 kB; offsets of READ BINARY end at 32 kB.
	maxCertificate = 8 << 10

	// maxTokenInfo is the size of EF 0006.
	maxTokenInfo = 160

	// availabilitySize is the size of EF 0008.
	availabilitySize = 3

	// maxBlock and smallBlock are the most bytes asked for by one READ BINARY:
	// all that a one-byte Le can say, and what readers take that count the
	// status word's side of a short APDU differently.
	maxBlock   = 256
	smallBlock = 255

	// maxLooks is how often the card is looked at: a second time only, after
	// powering it down because a PIN was found verified.
	maxLooks = 2
)
