package revocation

import (
	"slices"
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
	// Sources are the CRLs and responses that led to the status, in order.
	Sources []Source
	// FreshUntil is the earliest nextUpdate of Sources; zero when one has none.
	FreshUntil time.Time
	// Refused are the CRLs and responses that were looked at and could not be used.
	Refused []Refusal
	// Attempts are what was tried to get data from elsewhere (Gather).
	Attempts []Attempt

	limited bool // there was more to look at than a limit allows
}

// Source is what was used: a CRL with its delta, or an OCSP response.
type Source struct {
	CRL, Delta *trust.CRL
	OCSP       *OCSP
	// Issuer issued the CRL or signed the response.
	Issuer *trust.Certificate
	// IssuerStatus is what is known of a delegated OCSP responder's own revocation; nil
	// where nothing needs to be.
	IssuerStatus *Evidence
	ThisUpdate   time.Time // the delta's, when there is one
	NextUpdate   time.Time // likewise; zero when absent
	// Origin and Location (a URL, or empty) say where it came from (Gather).
	Origin   Origin
	Location string
}

// Refusal says why a CRL or a response could not be used.
type Refusal struct {
	CRL    *trust.CRL
	OCSP   *OCSP
	Code   trust.Code
	Clause string
	Text   lang.Message
	Queue  []trust.QueueEntry
}

// RevokedBy reports whether the certificate was revoked, or is said to have been
// invalid, at a time.
func (e *Evidence) RevokedBy(t time.Time) bool {
	return e.Status == Revoked && !t.Before(e.InvalidSince())
}

// InvalidSince is the time from which on a certificate that is Revoked counts for
// nothing: that of the revocation, or the invalidity date where that is earlier
// (RFC 5280, 5.3.2).
func (e *Evidence) InvalidSince() time.Time {
	if !e.Invalidity.IsZero() && e.Invalidity.Before(e.RevokedAt) {
		return e.Invalidity
	}
	return e.RevokedAt
}

// Explanation says in one sentence what is behind a status that is not settled: the
// first fault of what was looked at, or why nothing could be had.
func (e *Evidence) Explanation() lang.Message {
	switch {
	case e.settled():
		return e.Status.Message()
	case len(e.Refused) > 0:
		return lang.M("%s: %s", "%s: %s", e.Status.Message(), e.Refused[0].Text)
	}
	for _, a := range e.Attempts {
		if a.Err != nil {
			return lang.M("%s: not available to this verifier: %s", "%s: この検証者には提供されていません: %s", e.Status.Message(), a.Err)
		}
	}
	return lang.M("%s: no revocation data is at hand", "%s: 失効情報がありません", e.Status.Message())
}

// add records a source that was used.
func (e *Evidence) add(s Source) {
	if len(e.Sources) == 0 || s.NextUpdate.IsZero() || !e.FreshUntil.IsZero() && s.NextUpdate.Before(e.FreshUntil) {
		e.FreshUntil = s.NextUpdate
	}
	e.Sources = append(e.Sources, s)
}

// join makes one of two answers about the same certificate. A revocation goes before
// good, whichever is newer, since it is for ever: but for a hold that a newer source
// has lifted.
func join(a, b Evidence) Evidence {
	if overrules(&b, &a) {
		a, b = b, a
	}
	a.Refused = append(slices.Clip(a.Refused), b.Refused...)
	a.limited = a.limited || b.limited
	return a
}

// overrules reports whether b counts and not a.
func overrules(b, a *Evidence) bool {
	switch {
	case a.Status == Revoked && b.Status == Revoked:
		return b.RevokedAt.Before(a.RevokedAt)
	case a.Status == Revoked:
		return lifted(a, b)
	case b.Status == Revoked:
		return !lifted(b, a)
	}
	return b.Status > a.Status
}

// lifted reports whether a revocation is a hold that ended before the newer source.
func lifted(hold, newer *Evidence) bool {
	return hold.Reason == trust.ReasonCertificateHold && newer.Status == Good && newer.oldest().After(hold.newest())
}

// oldest and newest are thisUpdate's extremes.
func (e *Evidence) oldest() (t time.Time) {
	for i, s := range e.Sources {
		if i == 0 || s.ThisUpdate.Before(t) {
			t = s.ThisUpdate
		}
	}
	return t
}

func (e *Evidence) newest() (t time.Time) {
	for _, s := range e.Sources {
		if s.ThisUpdate.After(t) {
			t = s.ThisUpdate
		}
	}
	return t
}
