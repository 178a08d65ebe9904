package emulator

import "time"

const (
	// minMaxAPDU leaves room for the longest command without which the card
	// cannot be used: a DigestInfo with SHA-512.
	minMaxAPDU = 83
	// maxMaxAPDU is what the short form of an APDU holds anyway.
	maxMaxAPDU = 256

	// maxDelay is longer than any card takes to sign, and short enough that a
	// mistyped unit does not look like a hang for ever.
	maxDelay = time.Minute

	// maxChallenge is what GET CHALLENGE was measured to give.
	maxChallenge = 256

	// maxSignData is the longest data that type 1 padding leaves room for in
	// 2048 bits (RFC 8017, 9.2: 11 bytes).
	maxSignData = 245

	// maxFrame is the longest message of the vpcd protocol: its length field
	// has two bytes.
	maxFrame = 65535

	// maxPort has no next one.
	maxPort = 65535

	// maxPortAttempts is how often two consecutive free ports are looked for.
	maxPortAttempts = 50
)
