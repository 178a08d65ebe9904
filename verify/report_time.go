package verify

import "time"

// Timestamp is what was found about one timestamp token.
type Timestamp struct {
	Kind TimestampKind
	// Field is the signature field of a document timestamp.
	Field string
	// Time is what the token says; it proves something only when Indication is
	// TotalPassed.
	Time          time.Time
	Indication    Indication
	SubIndication SubIndication
	// Authority is the TSA's certificate; nil when it was not found. Chain,
	// Revocation and Evidence are as in Signature.
	Authority  *Certificate
	Chain      []Certificate
	Revocation Revocation
	Evidence   []Evidence
	Findings   []Finding
	// Raw is the token in DER.
	Raw []byte
}

// TimestampKind tells what a token was made for.
type TimestampKind string

// The kinds (ETSI EN 319 122-1, 5.2.8, 5.3, 5.5.3; ISO 32000-2, 12.8.5).
const (
	ContentTimestamp   TimestampKind = "content"   // the content, before it was signed
	SignatureTimestamp TimestampKind = "signature" // the signature value
	ArchiveTimestamp   TimestampKind = "archive"   // the signature and what it is verified with
	DocumentTimestamp  TimestampKind = "document"  // a PDF up to there
)

// Evidence is what is known of one certificate's revocation. The zero value says
// that nothing is known.
type Evidence struct {
	Certificate Certificate
	State       Revocation
	// RevokedAt and Reason are filled when the certificate was revoked; Reason is
	// a CRLReason in the words of RFC 5280, 5.3.1, "" when none is given.
	RevokedAt time.Time
	Reason    string
	// Sources are what the state was taken from.
	Sources []EvidenceSource
	// FreshUntil is the earliest time at which newer data is to be had; zero when
	// that is not said.
	FreshUntil time.Time
	// Tried tells in one entry each what was looked at or asked for in vain.
	Tried []Finding
}

// EvidenceSource is one CRL or OCSP response.
type EvidenceSource struct {
	Kind        string // "crl" or "ocsp"
	Origin      Origin
	Location    string // where it was fetched
	Fingerprint string // SHA-256, hexadecimal
	ThisUpdate  time.Time
	NextUpdate  time.Time // zero when absent
	// Raw is the CRL or response, Delta the delta CRL it was read with, Issuer the
	// certificate it is verified with, all in DER; nil when there is none.
	Raw, Delta, Issuer []byte
}

// Origin tells where revocation data came from.
type Origin string

// The origins, in the order they are asked.
const (
	OriginEmbedded Origin = "embedded" // in the signature or the document
	OriginFile     Origin = "file"     // named by the caller
	OriginCache    Origin = "cache"    // fetched earlier
	OriginNetwork  Origin = "network"
)

// Level is a baseline level (ETSI EN 319 122-1, 6; EN 319 142-1, 6): what the
// signature has reached, by what was found valid in it.
type Level string

// The levels.
const (
	NoLevel  Level = ""
	LevelB   Level = "B-B"   // the signer's certificate is signed with the rest
	LevelT   Level = "B-T"   // a timestamp proves when it existed
	LevelLT  Level = "B-LT"  // it carries what its certificates are judged by
	LevelLTA Level = "B-LTA" // and a timestamp covers that
)
