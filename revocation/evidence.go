package revocation

import (
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// Status is what is known of a certificate's revocation. The zero value is
// NotChecked.
type Status int

// The states.
const (
	NotChecked Status = iota // nothing was there to ask, or nobody asked
	Unknown                  // something was asked, and it does not settle the matter
	Good                     // not revoked, for all reasons
	Revoked
)

// String returns "not checked", "unknown", "good" or "revoked".
func (s Status) String() string { return s.Message().In(lang.English) }

// Message returns the state in both languages.
func (s Status) Message() lang.Message {
	switch s {
	case Unknown:
		return lang.M("unknown", "不明")
	case Good:
		return lang.M("good", "失効していない")
	case Revoked:
		return lang.M("revoked", "失効")
	}
	return lang.M("not checked", "未確認")
}

// Evidence is what was found out about one certificate. It is data.
type Evidence struct {
	Certificate *trust.Certificate
	Status      Status
	// RevokedAt, Reason (a CRLReason, -1 when not given) and Invalidity (zero when
	// not given) are filled when Revoked.
	RevokedAt  time.Time
	Reason     int
	Invalidity time.Time
	// Sources are the CRLs that led to the status, in order.
	Sources []Source
	// FreshUntil is the earliest nextUpdate of Sources; zero when one has none.
	FreshUntil time.Time
	// Refused are the CRLs that were looked at and could not be used.
	Refused []Refusal
}

// Source is a CRL that was used, with its delta.
type Source struct {
	CRL, Delta *trust.CRL
	Issuer     *trust.Certificate
	ThisUpdate time.Time // the delta's, when there is one
	NextUpdate time.Time // likewise; zero when absent
}

// Refusal says why a CRL could not be used.
type Refusal struct {
	CRL    *trust.CRL
	Code   trust.Code
	Clause string
	Queue  []trust.QueueEntry
}

// RevokedBy reports whether the certificate was revoked, or is said to have been
// invalid, at a time.
func (e *Evidence) RevokedBy(t time.Time) bool {
	if e.Status != Revoked {
		return false
	}
	return !t.Before(e.RevokedAt) || !e.Invalidity.IsZero() && !t.Before(e.Invalidity)
}

// add records a source that was used.
func (e *Evidence) add(s Source) {
	if len(e.Sources) == 0 || s.NextUpdate.IsZero() || !e.FreshUntil.IsZero() && s.NextUpdate.Before(e.FreshUntil) {
		e.FreshUntil = s.NextUpdate
	}
	e.Sources = append(e.Sources, s)
}
