package trust

import "github.com/jsign-jp/jsign/internal/lang"

// Verdict is the outcome of a judgement. The zero value is NotKnown.
type Verdict int

// The verdicts.
const (
	NotKnown Verdict = iota // not judged
	Valid
	Invalid
)

// Result is what Verify and VerifyOpenSSL found. It is data: nothing in it changes.
type Result struct {
	Verdict Verdict
	// Code is the first fault in the order of checks (OK when Valid), Depth the
	// certificate in Chain it concerns, 0 being the leaf.
	Code  Code
	Depth int
	// Queue is what OpenSSL would leave in its error queue beside Code.
	Queue []QueueEntry
	// Chain is the chain built, leaf first, as far as it was built. The first
	// Untrusted of it came from the message, the rest from the store.
	Chain     []*Certificate
	Untrusted int
	// Policy is filled when policies were processed.
	Policy PolicyOutcome
	// Findings are the objections of RFC 5280 to the chain: the one that made
	// Verify refuse, or, when Options.Findings asks VerifyOpenSSL for them, all that
	// OpenSSL does not make.
	Findings []Finding
}

// Finding is one objection, with its clause.
type Finding struct {
	Code   Code
	Depth  int
	Clause string // "RFC 5280, 4.2.1.9"
	Text   lang.Message
}

// PolicyOutcome is the result of policy processing (RFC 5280, 6.1.6).
type PolicyOutcome struct {
	Processed       bool
	RequireExplicit bool         // an explicit policy is required
	Authority       []PolicyNode // authority-constrained policies
	User            []PolicyNode // user-constrained policies
}

// PolicyNode is a valid policy of the leaf.
type PolicyNode struct {
	Policy     OID
	Critical   bool
	Qualifiers []PolicyQualifier
}

// PolicyQualifier is a qualifier of a policy (RFC 5280, 4.2.1.4).
type PolicyQualifier struct {
	ID    OID
	Value []byte // the qualifier's element, tag and length included
}
