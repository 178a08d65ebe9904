package revocation

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/jsign-jp/jsign/trust"
)

// GatherOptions says about which certificates Gather asks, and whom.
type GatherOptions struct {
	// Path is the chain to ask about, as trust.Result.Path gives it. The CRLs of its
	// options and its store are looked at with Embedded.
	Path *trust.Path
	// Time is the moment the statuses are wanted for; zero is Path.Time.
	Time time.Time
	// Now and Skew are those of Query.
	Now  time.Time
	Skew time.Duration
	// Embedded came with the signature or the document, Files were named by the user.
	Embedded, Files Material
	// Fetcher is asked about what those do not settle; nil asks nobody, so that
	// nothing leaves the machine.
	Fetcher Fetcher
	// Algorithms is that of Query; nil is Path.Options.Algorithms.
	Algorithms *trust.AlgorithmPolicy
}

// Gather finds out the status of each certificate of a path but the last, which is
// trusted by itself: from what is embedded and from files, and from the Fetcher when
// those did not settle it. What is at hand is all looked at: a revocation in a file is
// not hidden by what a signature brings along. evidence has one entry for
// each of those certificates, the leaf's first. used is what led to the statuses, with
// the certificates it needs, for embedding and for bundles. What could not be had is in
// the evidence, with its reason: nothing here fails.
func Gather(ctx context.Context, opt GatherOptions) (evidence []Evidence, used Material) {
	g := &gathering{opt: opt}
	for depth := range max(len(opt.Path.Chain)-1, 0) {
		e := g.settle(ctx, depth)
		evidence = append(evidence, e)
		used.add(e.material())
	}
	return evidence, used
}

// gathering is the state of one Gather.
type gathering struct {
	opt     GatherOptions
	fetched Material // for all certificates: a CRL may settle several
}

// settle asks about one certificate.
func (g *gathering) settle(ctx context.Context, depth int) Evidence {
	e := g.check(depth)
	if !e.settled() && g.opt.Fetcher != nil {
		e = g.ask(ctx, depth)
	}
	g.label(&e)
	return e
}

// ask asks the Fetcher about one certificate, and then, if it must be, about those who
// signed responses about it.
func (g *gathering) ask(ctx context.Context, depth int) Evidence {
	issuer := g.opt.Path.Chain[depth+1]
	attempts := g.fetch(ctx, g.opt.Path.Chain[depth], issuer)
	e := g.check(depth)
	if responders := e.unchecked(g.query(depth, g.opt.Embedded, g.opt.Files, g.fetched)); !e.settled() && len(responders) > 0 {
		for _, c := range responders {
			attempts = append(attempts, g.fetch(ctx, c, issuer)...)
		}
		e = g.check(depth)
	}
	e.Attempts = attempts
	return e
}

// check looks at all that is at hand. Where that is too much, what the document does not
// bring is looked at by itself too: it must not be hidden behind what the document brings.
func (g *gathering) check(depth int) Evidence {
	e := Check(g.query(depth, g.opt.Embedded, g.opt.Files, g.fetched))
	if e.limited {
		e = join(e, Check(g.query(depth, g.opt.Files, g.fetched)))
	}
	return e
}

// unchecked lists the delegated responders, at most maxResponders, whose responses were
// refused because their own status is not known.
func (e *Evidence) unchecked(q Query) (list []*trust.Certificate) {
	for _, r := range e.Refused {
		if r.OCSP == nil || r.Clause != clauseNoCheck {
			continue
		}
		for _, c := range append(slices.Clip(r.OCSP.Certificates), q.Candidates...) {
			if r.OCSP.isResponder(c) && len(list) < maxResponders && !slices.ContainsFunc(list, c.Equal) {
				list = append(list, c)
			}
		}
	}
	return list
}

// settled reports whether nothing more needs to be asked.
func (e *Evidence) settled() bool { return e.Status == Good || e.Status == Revoked }

// query makes the question about one certificate with some of the material.
func (g *gathering) query(depth int, material ...Material) Query {
	q := QueryFor(g.opt.Path, depth)
	if !g.opt.Time.IsZero() {
		q.Time = g.opt.Time
	}
	q.Now, q.Skew = g.opt.Now, g.opt.Skew
	if g.opt.Algorithms != nil {
		q.Algorithms = g.opt.Algorithms
	}
	for _, m := range material {
		q.CRLs = append(q.CRLs, m.CRLs...)
		q.OCSPs = append(q.OCSPs, m.OCSPs...)
		q.Candidates = append(slices.Clip(m.Certificates), q.Candidates...) // the document's last: few are tried
	}
	return q
}

// fetch asks the Fetcher about one certificate.
func (g *gathering) fetch(ctx context.Context, certificate, issuer *trust.Certificate) []Attempt {
	m, err := g.opt.Fetcher.Fetch(ctx, certificate, issuer)
	if err != nil && len(m.Attempts) == 0 {
		m.Attempts = []Attempt{{Err: err}}
	}
	g.fetched.add(m)
	return m.Attempts
}

// label says of each source where it came from.
func (g *gathering) label(e *Evidence) {
	for i := range e.Sources {
		s := &e.Sources[i]
		s.Origin, s.Location = g.origin(s)
		if s.IssuerStatus != nil {
			g.label(s.IssuerStatus)
		}
	}
}

func (g *gathering) origin(s *Source) (Origin, string) {
	switch {
	case g.opt.Embedded.has(s):
		return Embedded, ""
	case g.opt.Files.has(s):
		return File, ""
	}
	for _, a := range g.fetched.Attempts {
		if a.brought(s) {
			if a.Cached {
				return Cache, a.Location
			}
			return Network, a.Location
		}
	}
	return Given, ""
}

// brought reports whether the source's data came by this attempt.
func (a *Attempt) brought(s *Source) bool {
	return a.CRL != nil && s.CRL != nil && bytes.Equal(a.CRL.Raw, s.CRL.Raw) ||
		a.OCSP != nil && s.OCSP != nil && bytes.Equal(a.OCSP.Raw, s.OCSP.Raw)
}

// has reports whether the source's CRL or response is in the material.
func (m *Material) has(s *Source) bool {
	return s.CRL != nil && slices.Contains(m.CRLs, s.CRL) || s.OCSP != nil && slices.Contains(m.OCSPs, s.OCSP)
}

// material returns what led to the status.
func (e *Evidence) material() (m Material) {
	for _, s := range e.Sources {
		if s.CRL != nil {
			m.CRLs = append(m.CRLs, s.CRL)
		}
		if s.Delta != nil {
			m.CRLs = append(m.CRLs, s.Delta)
		}
		if s.OCSP != nil {
			m.OCSPs = append(m.OCSPs, s.OCSP)
		}
		m.Certificates = append(m.Certificates, s.Issuer)
		if s.IssuerStatus != nil {
			m.add(s.IssuerStatus.material())
		}
	}
	return m
}
