package trust

import (
	"fmt"
	"net/netip"
	"time"
)

// Options says how a chain is judged; it holds what X509_VERIFY_PARAM holds, and
// the material. The zero value judges at the present time, for no purpose in
// particular, with no anchors: nothing is trusted. Options are read only; one
// value may serve many goroutines when its Store and RevocationChecker may.
type Options struct {
	// Anchors are what is trusted; nil trusts nothing. Its CRLs are for the
	// RevocationChecker.
	Anchors *Store
	// Untrusted are further certificates, in the order of the message.
	Untrusted []*Certificate
	// CRLs are those that came with the message.
	CRLs []*CRL

	// Time is the moment of judgement; the zero time takes Now, and a nil Now
	// the system's clock.
	Time time.Time
	Now  func() time.Time
	// NoCheckTime leaves dates out (-no_check_time); beside a given Time it has no
	// effect, as in OpenSSL.
	NoCheckTime bool

	// Purpose is what the leaf and its CAs must be fit for; the zero value,
	// PurposeAny, asks nothing. `cms -verify` means PurposeSMIMESign.
	Purpose Purpose
	// Trust is the use whose trust and reject settings of TRUSTED CERTIFICATE
	// files count; TrustDefault takes that of no particular use. `cms -verify`
	// means TrustEmail.
	Trust TrustUse
	// VerifyDepth is the number of intermediates allowed; nil is 100.
	VerifyDepth *int
	// AuthLevel is the security level of keys and digests, 0 to 5; 0 asks nothing.
	AuthLevel int

	PartialChain    bool  // every certificate of Anchors ends a chain, self-signed or not
	NoTrustedFirst  bool  // look for issuers in the message before the store
	NoAltChains     bool  // with NoTrustedFirst: no second try with the store
	CheckSSSig      bool  // verify the root's own signature
	X509Strict      bool  // further requirements of RFC 5280
	IgnoreCritical  bool  // unknown critical extensions are no fault
	AllowProxyCerts bool  // RFC 3820 certificates may be in the chain
	SuiteB128Only   bool  // RFC 6460 at 128 bits only (-suiteB_128_only)
	SuiteB128       bool  // at 128 bits, 192 allowed (-suiteB_128)
	SuiteB192       bool  // at 192 bits (-suiteB_192)
	PolicyCheck     bool  // process policies
	ExplicitPolicy  bool  // initial-explicit-policy; implies PolicyCheck
	InhibitAny      bool  // initial-any-policy-inhibit; implies PolicyCheck
	InhibitMap      bool  // initial-policy-mapping-inhibit; implies PolicyCheck
	Policies        []OID // user-initial-policy-set; not empty implies PolicyCheck

	// Emails, Hostnames and IPs are what the leaf must name, one of each kind that is
	// not empty.
	Emails    []string
	Hostnames []string
	IPs       []netip.Addr

	// CRLCheck asks Revocation about the leaf, CRLCheckAll about the whole
	// chain; VerifyOpenSSL means the root too, Verify does not. With either and a nil Revocation the outcome is CodeUnableToGetCRL.
	CRLCheck    bool
	CRLCheckAll bool
	ExtendedCRL bool // indirect CRLs, reasons, CRL issuers off the path (-extended_crl)
	UseDeltas   bool // -use_deltas
	Revocation  RevocationChecker

	// Algorithms is Verify's judgement of algorithms; nil is DefaultAlgorithms().
	Algorithms *AlgorithmPolicy
	// Work bounds what Verify does for all calls that share it; nil bounds each alone.
	Work *Work
	// Findings makes VerifyOpenSSL list what RFC 5280 has against a chain that
	// OpenSSL accepts.
	Findings bool
}

// Purpose is a use of a certificate that OpenSSL knows a rule for (X509_PURPOSE_*).
type Purpose int

// The purposes, with OpenSSL's numbers.
const (
	PurposeAny           Purpose = 0 // no check; also what "any" is read as
	PurposeSSLClient     Purpose = 1
	PurposeSSLServer     Purpose = 2
	PurposeNSSSLServer   Purpose = 3
	PurposeSMIMESign     Purpose = 4
	PurposeSMIMEEncrypt  Purpose = 5
	PurposeCRLSign       Purpose = 6
	PurposeAnyExplicit   Purpose = 7 // "any" on the command line
	PurposeOCSPHelper    Purpose = 8
	PurposeTimestampSign Purpose = 9
)

// TrustUse is a use that a TRUSTED CERTIFICATE file can allow or reject
// (X509_TRUST_*).
type TrustUse int

// The uses, with OpenSSL's numbers.
const (
	TrustDefault     TrustUse = 0
	TrustCompatible  TrustUse = 1
	TrustSSLClient   TrustUse = 2
	TrustSSLServer   TrustUse = 3
	TrustEmail       TrustUse = 4
	TrustObjectSign  TrustUse = 5
	TrustOCSPSign    TrustUse = 6
	TrustOCSPRequest TrustUse = 7
	TrustTSA         TrustUse = 8
)

// RevocationChecker is asked about one certificate of a chain at the place in
// the order of checks where OpenSSL looks at CRLs: after names, before
// signatures and dates. Package revocation has the two that there are.
type RevocationChecker interface {
	// CheckRevocation judges p.Chain[depth]. A Fault with code OK means no
	// objection.
	CheckRevocation(p *Path, depth int) Fault
}

// Path is what a RevocationChecker is shown. It must not be changed.
type Path struct {
	Chain   []*Certificate // leaf first
	Options *Options
	Time    time.Time // the moment of judgement
	// CheckTime is false when dates do not count.
	CheckTime bool
	// CRLIssuerPath builds and verifies a path for a CRL issuer that is not on
	// Chain; its chain is leaf first. It is nil inside such a path.
	CRLIssuerPath func(issuer *Certificate) ([]*Certificate, Fault)
}

// Fault is one objection: its code and what lower layers say of it.
type Fault struct {
	Code  Code
	Depth int
	Queue []QueueEntry // OpenSSL's error queue, oldest first; mostly empty
}

// QueueEntry is an entry that OpenSSL leaves in its error queue below the
// verification's own.
type QueueEntry struct {
	Code     uint32 // library << 23 | reason, or as OpenSSL prints it
	Library  string // "rsa routines"
	Function string
	Reason   string // "invalid padding"
	File     string
	Line     int
	Data     string
}

// String returns the entry as OpenSSL prints it, without the thread id:
// "error:0200008A:rsa routines:RSA_padding_check_PKCS1_type_1:invalid padding:FILE:LINE:DATA".
func (q QueueEntry) String() string {
	return fmt.Sprintf("error:%08X:%s:%s:%s:%s:%d:%s", q.Code, q.Library, q.Function, q.Reason, q.File, q.Line, q.Data)
}
