package cms

import (
	"fmt"

	"github.com/jsign-jp/jsign/internal/der"
)

// Reason says why a signer is not verified. The zero value is none.
type Reason int

// The reasons, in the order the checks are made.
const (
	_                      Reason = iota
	UnknownDigest                 // digestAlgorithm is not known
	AttributeRules                // an attribute missing, repeated, out of place or with a wrong number of values
	SignatureWrong                // the value does not match the key and what is signed, or was not looked at: Cause says more
	NoMatchingDigest              // digestAlgorithms does not list the signer's, so the content was not hashed with it
	BadMessageDigest              // the messageDigest attribute is no OCTET STRING
	DigestLength                  // the messageDigest attribute has another length than the digest
	DigestMismatch                // the content is not what was signed
	BadSigningCertificate         // an ESS signing certificate attribute cannot be read
	OtherCertificateSigned        // the ESS attribute names another certificate
	NoSigningCertificate          // no ESS attribute is there
)

// String returns the reason in words.
func (r Reason) String() string {
	switch r {
	case UnknownDigest:
		return "unknown digest algorithm"
	case AttributeRules:
		return "attribute missing, repeated or out of place"
	case SignatureWrong:
		return "wrong signature value"
	case NoMatchingDigest:
		return "digest algorithm not listed in the message"
	case BadMessageDigest:
		return "message digest attribute unreadable"
	case DigestLength:
		return "message digest attribute of wrong length"
	case DigestMismatch:
		return "content differs from what was signed"
	case BadSigningCertificate:
		return "signing certificate attribute unreadable"
	case OtherCertificateSigned:
		return "signing certificate attribute names another certificate"
	case NoSigningCertificate:
		return "no signing certificate attribute"
	}
	return "no reason"
}

// VerifyError is a signer that is not verified.
type VerifyError struct {
	Reason Reason
	// Algorithm is the algorithm or attribute type at fault, "" if none is.
	Algorithm der.OID
	Cause     error // what the key said, nil if it was not asked
}

// Error returns one line.
func (e *VerifyError) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("cms: %v", e.Cause)
	}
	if e.Algorithm == "" {
		return "cms: " + e.Reason.String()
	}
	return fmt.Sprintf("cms: %s (%s)", e.Reason, e.Algorithm)
}

// Unwrap returns the cause.
func (e *VerifyError) Unwrap() error { return e.Cause }

func failed(r Reason) error { return &VerifyError{Reason: r} }
