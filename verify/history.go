package verify

import (
	"context"
	"slices"
	"time"

	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// history is what is known of one file's past: what it carries for judging its
// certificates, and until when back each thing is proven to have existed (the
// proofs of existence of ETSI EN 319 102-1, 5.6.2.3).
type history struct {
	ctx     context.Context
	now     time.Time
	opt     ReportOptions
	trust   trust.Options
	pool    *pool
	fetched *fetched
	stamps  []*stamp
	proofs  map[objectID]proof
	paths   map[pathKey]*trust.Result
	pinned  func(*trust.Certificate) (trust.PinnedAnchor, bool) // trust.Pinned
}

// proof is the earliest moment at which a thing is proven to have existed.
type proof struct {
	at time.Time
	by *stamp
}

// newHistory makes the history of a file before anything is known of it. chains
// says what is trusted; its own way of checking revocation is left out.
func newHistory(ctx context.Context, chains trust.Options, opt ReportOptions) *history {
	h := &history{ctx: ctx, opt: opt, trust: chains, pool: newPool(opt.Pool), proofs: make(map[objectID]proof), paths: make(map[pathKey]*trust.Result)}
	h.now, h.pinned = momentOf(chains, opt), trust.Pinned
	h.pool.parsed(chains.Untrusted...)
	h.pool.CRLs = append(h.pool.CRLs, chains.CRLs...)
	h.trust.Time, h.trust.CRLs, h.trust.Findings = h.now, nil, false
	if chains.CRLCheck || chains.CRLCheckAll {
		h.opt.RevocationOptional = false
	}
	h.trust.CRLCheck, h.trust.CRLCheckAll, h.trust.Revocation, h.trust.Work = false, false, nil, trust.NewWork(maxChainChecks)
	if opt.Fetcher != nil {
		h.fetched = &fetched{from: opt.Fetcher, answers: make(map[objectID]answer)}
	}
	return h
}

// momentOf is the moment of judgement: that of the chains, where one is given.
func momentOf(chains trust.Options, opt ReportOptions) time.Time {
	if chains.Time.IsZero() && !opt.Time.IsZero() {
		return opt.Time
	}
	return chains.Moment()
}

// prove records that things existed when a timestamp was made.
func (h *history) prove(ids []objectID, p proof) {
	for _, id := range ids {
		if old, ok := h.proofs[id]; !ok || p.at.Before(old.at) {
			h.proofs[id] = p
		}
	}
}

// existed is when a thing is known to have existed: now at the latest.
func (h *history) existed(octets []byte) time.Time {
	if p, ok := h.proofs[idOf(octets)]; ok {
		return p.at
	}
	return h.now
}

// walk judges the timestamps from the newest back (5.6.3): each that holds proves
// what it covers, older timestamps among it. One that covers another comes before it
// whatever their clocks say.
func (h *history) walk() {
	slices.SortStableFunc(h.stamps, func(a, b *stamp) int { return b.Time.Compare(a.Time) })
	above := make(map[objectID][]*stamp) // those that cover a thing
	for _, s := range h.stamps {
		for _, id := range s.covers {
			above[id] = append(above[id], s)
		}
	}
	judged := make(map[*stamp]bool)
	var judge func(s *stamp)
	judge = func(s *stamp) {
		if judged[s] {
			return
		}
		judged[s] = true
		if s.token != nil {
			for _, o := range above[idOf(s.value())] {
				judge(o)
			}
		}
		h.judgeStamp(s)
	}
	for _, s := range h.stamps {
		judge(s)
	}
}

// material returns what was in the file, and what the caller gave beside, as far as
// it existed by a time.
func (h *history) material(by time.Time) (embedded, files revocation.Material) {
	return h.provenBy(h.pool.Material, by), h.provenBy(h.opt.Material, by)
}

func (h *history) provenBy(m revocation.Material, by time.Time) revocation.Material {
	if !by.Before(h.now) {
		return m
	}
	m.CRLs = slices.DeleteFunc(slices.Clone(m.CRLs), func(l *trust.CRL) bool { return h.existed(l.Raw).After(by) })
	m.OCSPs = slices.DeleteFunc(slices.Clone(m.OCSPs), func(o *revocation.OCSP) bool { return h.existed(o.Raw).After(by) })
	return m
}

// fetched asks a Fetcher about each certificate once.
type fetched struct {
	from    revocation.Fetcher
	answers map[objectID]answer
}

type answer struct {
	material revocation.Material
	err      error
}

// Fetch implements revocation.Fetcher.
func (f *fetched) Fetch(ctx context.Context, certificate, issuer *trust.Certificate) (revocation.Material, error) {
	id := idOf(slices.Concat(certificate.Raw, issuer.Raw))
	a, ok := f.answers[id]
	if !ok {
		a.material, a.err = f.from.Fetch(ctx, certificate, issuer)
		f.answers[id] = a
	}
	return a.material, a.err
}
