package tsp

import "github.com/jsign-jp/jsign/internal/lang"

// Code names what is wrong with a token or an answer. Codes are stable: reports
// carry them.
type Code string

// The codes, with the clause each comes from.
const (
	// Of a token: reasons why it proves nothing.
	ImprintDiffers       Code = "imprint-differs"            // RFC 3161, 2.4.2
	WeakDigest           Code = "weak-digest"                // NIST SP 800-131A
	WeakKey              Code = "weak-key"                   // likewise
	SignerMissing        Code = "signer-certificate-missing" // RFC 3161, 2.4.1, certReq
	AttributesBad        Code = "attributes-bad"             // RFC 5652, 5.3 and 11
	SignatureWrong       Code = "signature-wrong"            // RFC 5652, 5.6
	NoCertificateID      Code = "no-certificate-id"          // RFC 3161, 2.4.2: ESSCertID
	CertificateIDDiffers Code = "certificate-id-differs"     // RFC 5816, 2.2.1
	WrongPurpose         Code = "wrong-purpose"              // RFC 3161, 2.3: timeStamping alone
	PurposeNotCritical   Code = "purpose-not-critical"       // RFC 3161, 2.3
	NameDiffers          Code = "tsa-name-differs"           // RFC 3161, 2.4.2: tsa
	ChainBad             Code = "chain-bad"                  // RFC 5280, 6

	// Of an answer: reasons why the next server is asked.
	Refused       Code = "refused"        // RFC 3161, 2.4.2: PKIStatus
	NoToken       Code = "no-token"       // RFC 3161, 2.4.2
	NonceDiffers  Code = "nonce-differs"  // RFC 3161, 2.4.2
	PolicyDiffers Code = "policy-differs" // RFC 3161, 2.4.2
	TimeFarOff    Code = "time-far-off"   // RFC 3161, 2.2
	HTTPStatus    Code = "http-status"    // RFC 9110, 15
	ContentType   Code = "content-type"   // RFC 3161, 3.4
	TooLarge      Code = "too-large"      // maxResponse
	TooSlow       Code = "too-slow"       // ClientOptions.Timeout
	BadRedirect   Code = "bad-redirect"   // other scheme, other host with credentials, changed method, too many
	Unreachable   Code = "unreachable"    // no connection, or one that broke
	Unreadable    Code = "unreadable"     // no TimeStampResp, no token
	BadServer     Code = "bad-server"     // an address that cannot be asked
)

// Finding is one objection. It is an error too, in both languages.
type Finding struct {
	Code Code
	Text lang.Message
	// Cause is the error of the layer below; nil for none.
	Cause error
}

// Error returns the text in English.
func (f Finding) Error() string { return f.Text.In(lang.English) }

// Message returns the text, for lang.Explain.
func (f Finding) Message() lang.Message { return f.Text }

// Unwrap returns Cause.
func (f Finding) Unwrap() error { return f.Cause }

// finding makes a Finding; an error among args becomes its Cause.
func finding(code Code, en, ja string, args ...any) Finding {
	f := Finding{Code: code, Text: lang.M(en, ja, args...)}
	for _, a := range args {
		if err, ok := a.(error); ok {
			f.Cause = err
		}
	}
	return f
}
