package tsp

import "time"

// Limits on what a server or a token can make this package do.
const (
	// maxResponse is the size of an answer: a token with its chain has 4 to 20 kB,
	// one that carries CRLs a few hundred.
	maxResponse = 1 << 20
	// maxToken is the size of a token found in a signature: those that were given
	// revocation data later are larger than what a server sends.
	maxToken = 16 << 20
	// maxHeader is the size of an HTTP answer's header.
	maxHeader = 64 << 10
	// maxServers is how many servers are asked for one token.
	maxServers = 16
	// maxRedirects is how often one server may point elsewhere.
	maxRedirects = 3
	// DefaultTimeout is how long one server may take, from the connection to the
	// answer's last octet: real ones take less than a second.
	DefaultTimeout = 30 * time.Second
	// maxSkew is how far a fresh token's time may be from this clock: clocks of
	// personal computers are minutes off, an answer from a store is older.
	maxSkew = 10 * time.Minute

	// nonceSize is the nonce in octets: 64 bits (RFC 3161, 2.4.1).
	nonceSize = 8

	maxInteger    = 64      // octets of a serial number (RFC 3161, 2.4.2: 20) or nonce
	maxAlgorithm  = 4 << 10 // octets of an AlgorithmIdentifier's parameters
	maxDigest     = 64      // octets of a hash: SHA-512
	maxName       = 64 << 10
	maxTime       = 40 // octets of a GeneralizedTime with a fraction
	maxText       = 1 << 10
	maxTexts      = 16 // lines of a refusal
	maxExtensions = 64
	// maxAccuracy is in seconds: 136 years, what a Duration holds.
	maxAccuracy = 1<<32 - 1
)
