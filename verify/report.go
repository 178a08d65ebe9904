package verify

import (
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
)

// Report is what was found about one file. It is data: renderers and callers
// decide by it, and nothing in it changes after it was returned. The zero value
// of every field that judges says that nothing is known.
type Report struct {
	// Format is what the file is.
	Format Format
	// Time is the moment of judgement.
	Time time.Time
	// Policy says by which rules certificates and revocation were judged.
	Policy Policy
	// Signatures are the signatures (and, in a PDF, document timestamps) in
	// document order.
	Signatures []Signature
	// EmptyFields are the PDF signature fields that hold no signature.
	EmptyFields []string
	// Findings concern the file as a whole.
	Findings []Finding
	// Profile is the one that was asked for, and Rules what it found, for each
	// signature in turn.
	Profile Profile
	Rules   []Rule
}

// Policy is the set of rules a report was made by.
type Policy struct {
	// Name is "openssl-3.0" for openssl's own checks and "jsign" for EN 319 102-1
	// style judgement with RFC 5652, 5035 and 8933 applied in full.
	Name string
	// RevocationRequired tells that a chain whose revocation state is not known
	// is no valid one.
	RevocationRequired bool
}

// Format is a kind of signed file.
type Format string

// The formats. The zero value says that the file was not recognised.
const (
	FormatUnknown     Format = ""
	FormatCMSAttached Format = "cms-attached"
	FormatCMSDetached Format = "cms-detached"
	FormatPDF         Format = "pdf"
)

// Signature is what was found about one signature.
type Signature struct {
	// Field is the name of the PDF signature field; "" in CMS.
	Field string
	// Format is the kind of signature: for CMS that of the file, for PDF the
	// SubFilter.
	Format string

	// Integrity, Coverage and Changes are judged whether or not the certificate
	// is trusted.
	Integrity Integrity
	Coverage  Coverage
	Changes   Changes

	// Indication and SubIndication are the words of ETSI EN 319 102-1, 5.1.3.
	Indication    Indication
	SubIndication SubIndication

	// Signer is the certificate's side; nil when the certificate was not found.
	Signer *Certificate
	// Chain are the certificates up to the anchor, the signer's first; empty
	// when none could be built.
	Chain []Certificate
	// Revocation is the state of revocation of the whole chain, at the moment that
	// the verdict rests on: ProvenTime, when it was needed, and the moment of
	// judgement else. Evidence is that of each certificate of Chain but the anchor.
	Revocation Revocation
	Evidence   []Evidence

	// ClaimedTime is the signing-time attribute, which proves nothing; zero when
	// there is none. ProvenTime is when the signature existed, by a timestamp that
	// was found valid.
	ClaimedTime time.Time
	ProvenTime  time.Time
	// Timestamps are those that cover the signature or what it needs, newest
	// first. A document timestamp is a signature of its own beside.
	Timestamps []Timestamp
	// Level is the baseline level that was reached; "" for a signature that is
	// no baseline signature, or is not intact.
	Level Level

	DigestAlgorithm    string // "SHA-256"
	SignatureAlgorithm string // "RSASSA-PKCS1-v1_5"

	// Findings are what speaks against the signature, and what is worth knowing.
	Findings []Finding
}

// Certificate tells certificates apart without telling who they belong to.
type Certificate struct {
	Fingerprint string // SHA-256, hexadecimal
	Serial      string // hexadecimal
	Issuer      string // RFC 4514
	NotBefore   time.Time
	NotAfter    time.Time
	// Subject and Raw identify a person where the certificate is one's own:
	// renderers leave them out unless the caller asks for the identity.
	Subject string
	Raw     []byte
}

// Finding is one observation. Code is stable, for programs; Message is for
// people and may change.
type Finding struct {
	Code     string
	Severity Severity
	Clause   string // of the standard, such as "RFC 5652, 11.1"; may be empty
	Message  lang.Message
}

// Severity says what a finding does to the verdict.
type Severity string

// The severities. The zero value is never used.
const (
	Info    Severity = "info"    // worth knowing
	Warning Severity = "warning" // a fault that openssl passes over; --strict does not
	Failure Severity = "error"   // a fault
)

// Integrity tells whether the signature value is right for exactly the bytes
// it should cover.
type Integrity string

// The states of integrity.
const (
	IntegrityUnknown Integrity = ""
	Intact           Integrity = "intact"
	Broken           Integrity = "broken"
)

// Coverage tells what a signature covers.
type Coverage string

// The states of coverage.
const (
	CoverageUnknown Coverage = ""
	CoversFile      Coverage = "file"     // all of it
	CoversRevision  Coverage = "revision" // the file as it was when signed
	CoversNothing   Coverage = "none"     // less than that
)

// Changes tells what became of the document after it was signed.
type Changes string

// The states of change.
const (
	ChangesUnknown   Changes = ""
	ChangesNone      Changes = "none"
	ChangesPermitted Changes = "permitted"
	ChangesForbidden Changes = "forbidden"
)

// Revocation is the state of revocation of the signer's chain.
type Revocation string

// The states of revocation.
const (
	RevocationUnknown    Revocation = ""
	RevocationNotChecked Revocation = "not-checked"
	RevocationGood       Revocation = "good"
	RevocationRevoked    Revocation = "revoked"
	RevocationMissing    Revocation = "unavailable"
)

// Indication is the main status of EN 319 102-1.
type Indication string

// The indications. The zero value says that nothing was judged.
const (
	IndicationUnknown Indication = ""
	TotalPassed       Indication = "TOTAL-PASSED"
	TotalFailed       Indication = "TOTAL-FAILED"
	Indeterminate     Indication = "INDETERMINATE"
)

// SubIndication is the reason of EN 319 102-1, table 5 and 6.
type SubIndication string

// The sub-indications that are used.
const (
	NoSubIndication           SubIndication = ""
	FormatFailure             SubIndication = "FORMAT_FAILURE"
	HashFailure               SubIndication = "HASH_FAILURE"
	SigCryptoFailure          SubIndication = "SIG_CRYPTO_FAILURE"
	Revoked                   SubIndication = "REVOKED"
	Expired                   SubIndication = "EXPIRED"
	NotYetValid               SubIndication = "NOT_YET_VALID"
	SigConstraintsFailure     SubIndication = "SIG_CONSTRAINTS_FAILURE"
	ChainConstraintsFailure   SubIndication = "CHAIN_CONSTRAINTS_FAILURE"
	CertificateChainGeneral   SubIndication = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
	CryptoConstraintsFailure  SubIndication = "CRYPTO_CONSTRAINTS_FAILURE"
	NoSigningCertificateFound SubIndication = "NO_SIGNING_CERTIFICATE_FOUND"
	NoCertificateChainFound   SubIndication = "NO_CERTIFICATE_CHAIN_FOUND"
	OutOfBoundsNoPOE          SubIndication = "OUT_OF_BOUNDS_NO_POE"
	RevokedNoPOE              SubIndication = "REVOKED_NO_POE"
	RevokedCANoPOE            SubIndication = "REVOKED_CA_NO_POE"
	CryptoConstraintsNoPOE    SubIndication = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
	TimestampOrderFailure     SubIndication = "TIMESTAMP_ORDER_FAILURE"
	TryLater                  SubIndication = "TRY_LATER"
	SignedDataNotFound        SubIndication = "SIGNED_DATA_NOT_FOUND"
)

// Valid reports whether the file is signed and every signature and document timestamp
// passed.
func (r *Report) Valid() bool {
	for _, s := range r.Signatures {
		if s.Indication != TotalPassed {
			return false
		}
	}
	return r.Signed()
}

// Signed reports whether somebody signed: a document timestamp is an authority's word on
// when, which anybody can have for any file.
func (r *Report) Signed() bool {
	for i := range r.Signatures {
		if !r.Signatures[i].IsTimestamp() {
			return true
		}
	}
	return false
}

// IsTimestamp tells document timestamps from signatures.
func (s *Signature) IsTimestamp() bool { return s.Format == string(pades.SubFilterTimestamp) }
