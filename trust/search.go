package trust

import (
	"bytes"
	"slices"
	"time"
)

// pathSearch tries all paths within limits: depth first, likely issuers first.
type pathSearch struct {
	opt     *Options
	now     time.Time
	crlPath bool
	active  []*Certificate // CRL issuers whose paths are being searched: no loops
	checks  *int           // signature verifications left, shared with searches below
	best    *Result        // of the paths that failed: the one that got furthest
	reached int
}

// Verify judges a certificate by RFC 5280: all candidates are tried, within limits
// on the length of a path and on signature verifications, and every clause counts.
// The first path without a fault is the result; without one, the path that got
// furthest, with its first fault in the order of RFC 5280, 6.1. Beyond RFC 5280,
// the anchor's dates and constraints count. PartialChain makes any certificate of
// Anchors an anchor; else those that are not self-issued are further candidates.
func Verify(leaf *Certificate, opt Options) *Result {
	allowed := opt.Work.allowed()
	left := allowed
	s := &pathSearch{opt: &opt, now: opt.Moment(), checks: &left}
	r := s.run(leaf)
	opt.Work.spend(allowed - left)
	return r
}

func (s *pathSearch) run(leaf *Certificate) *Result {
	if r := s.extend([]*Certificate{leaf}); r != nil {
		return r
	}
	return s.best
}

// extend tries all continuations of a chain; nil when none is good.
func (s *pathSearch) extend(chain []*Certificate) *Result {
	top := chain[len(chain)-1]
	if s.isAnchor(top) {
		return s.judge(chain)
	}
	if len(chain) > min(maxChain, s.opt.depth()+1) {
		s.failed(chain, CodeCertificateChainTooLong)
		return nil
	}
	issuers := s.issuers(top, chain)
	for _, issuer := range issuers {
		if *s.checks <= 0 {
			s.failed(chain, CodeCertificateChainTooLong)
			return nil
		}
		if !s.signed(top, issuer) {
			s.failed(append(slices.Clone(chain), issuer), CodeCertificateSignatureFailure)
			continue
		}
		if r := s.extend(append(slices.Clone(chain), issuer)); r != nil {
			return r
		}
	}
	if len(issuers) == 0 {
		s.failed(chain, incompleteCode(top, len(chain)))
	}
	return nil
}

func incompleteCode(top *Certificate, n int) Code {
	switch {
	case !top.SelfSigned():
		return CodeUnableToGetIssuerCertificateLocally
	case n == 1:
		return CodeDepthZeroSelfSignedCertificate
	}
	return CodeSelfSignedCertificateInChain
}

// signed verifies one signature during the search, so that wrong issuers cost one
// verification each. A key without parameters is left to the whole path.
func (s *pathSearch) signed(c, issuer *Certificate) bool {
	key, err := issuer.PublicKey()
	if err != nil {
		*s.checks--
		return false
	}
	*s.checks -= key.Effort()
	return key.MissingParameters() || c.VerifySignatureBy(key) == nil
}

// inherits reports whether a key of the chain takes its parameters from above: then
// the search could not verify all signatures.
func inherits(chain []*Certificate) bool {
	return slices.ContainsFunc(chain, func(c *Certificate) bool {
		key, err := c.PublicKey()
		return err == nil && key.MissingParameters()
	})
}

func (s *pathSearch) isAnchor(c *Certificate) bool {
	if !s.opt.Anchors.Contains(c) {
		return false
	}
	switch s.opt.Anchors.trust(c, s.opt.Trust, true) {
	case stateTrusted:
		return true
	case stateRejected:
		return false
	}
	return s.opt.PartialChain || c.SelfIssued()
}

// issuers lists the candidates for c's issuer: anchors first, then those whose key
// identifier is the one named, then those valid now.
func (s *pathSearch) issuers(c *Certificate, chain []*Certificate) []*Certificate {
	var list []*Certificate
	add := func(candidates []*Certificate) {
		for _, candidate := range candidates {
			if candidate.Issued(c) && !repeats(chain, candidate) && !slices.ContainsFunc(list, candidate.Equal) {
				list = append(list, candidate)
			}
		}
	}
	add(s.opt.Anchors.issuersOf(c))
	add(s.opt.Untrusted)
	slices.SortStableFunc(list, func(a, b *Certificate) int { return s.rank(b, c) - s.rank(a, c) })
	return list
}

func (s *pathSearch) rank(issuer, c *Certificate) (r int) {
	if s.isAnchor(issuer) {
		r += 4
	}
	if matchesKeyID(issuer, issuer.SubjectKeyID(), c.AuthorityKeyID()) == OK {
		r += 2
	}
	if !s.now.Before(issuer.NotBefore) && !s.now.After(issuer.NotAfter) {
		r++
	}
	return r
}

// repeats reports whether a path has the subject and key already (RFC 4158, 2.4.2).
func repeats(chain []*Certificate, c *Certificate) bool {
	return slices.ContainsFunc(chain, func(o *Certificate) bool {
		return o.subject() == c.subject() && bytes.Equal(o.RawSubjectPublicKeyInfo, c.RawSubjectPublicKeyInfo)
	})
}

// failed keeps an incomplete path if none got further.
func (s *pathSearch) failed(chain []*Certificate, code Code) {
	depth := len(chain) - 1
	if code == CodeCertificateSignatureFailure {
		depth--
	}
	s.keep(&Result{
		Verdict: Invalid, Code: code, Depth: depth, Chain: chain, Untrusted: s.untrusted(chain),
		Findings: []Finding{{Code: code, Depth: depth, Clause: "RFC 5280, 6.1", Text: code.Message()}},
	}, len(chain))
}

func (s *pathSearch) keep(r *Result, reached int) {
	if s.best == nil || reached > s.reached {
		s.best, s.reached = r, reached
	}
}

func (s *pathSearch) untrusted(chain []*Certificate) (n int) {
	for n < len(chain) && !s.opt.Anchors.Contains(chain[n]) {
		n++
	}
	return n
}

// judge validates a complete path; nil when it has a fault.
func (s *pathSearch) judge(chain []*Certificate) *Result {
	r := &Result{Verdict: Valid, Chain: chain, Untrusted: s.untrusted(chain)}
	v := &validator{
		opt: s.opt, now: s.now, chain: chain, crlPath: s.crlPath, signatures: inherits(chain),
		found: func(f Finding, queue []QueueEntry) bool {
			r.Verdict, r.Code, r.Depth, r.Queue = Invalid, f.Code, f.Depth, queue
			r.Findings = []Finding{f}
			return false
		},
	}
	if s.opt.CRLCheck || s.opt.CRLCheckAll {
		v.revocation = s.revocation(chain)
	}
	v.judge()
	r.Policy = v.policy
	if r.Verdict == Valid {
		return r
	}
	const complete = 1000 // a whole path is further than any part
	s.keep(r, complete-r.Depth)
	return nil
}

// revocation makes the question of 6.1.3 (a)(3) for one path.
func (s *pathSearch) revocation(chain []*Certificate) func(int) Fault {
	path := &Path{Chain: chain, Options: s.opt, Time: s.now, CheckTime: s.opt.checksTime(), CRLIssuerPath: s.crlIssuerPath}
	return func(depth int) Fault {
		switch {
		case depth > 0 && !s.opt.CRLCheckAll:
			return Fault{}
		case s.opt.Revocation == nil:
			return at(CodeUnableToGetCRL, depth)
		}
		return s.opt.Revocation.CheckRevocation(path, depth)
	}
}

// Path returns what a RevocationChecker is shown of the result's chain, for asking
// about its certificates afterwards. opt are the options that the chain was judged
// with; CRL issuers off the chain are judged by RFC 5280.
func (r *Result) Path(opt Options) *Path {
	checks := maxSignatureChecks
	s := &pathSearch{opt: &opt, now: opt.Moment(), checks: &checks}
	return &Path{Chain: r.Chain, Options: &opt, Time: s.now, CheckTime: opt.checksTime(), CRLIssuerPath: s.crlIssuerPath}
}

// crlIssuerPath verifies the path of a CRL issuer (6.3.3 (f)), with the same anchors.
// An issuer whose own status its own CRL tells is met again below itself: there
// the path counts without revocation, which is being judged above.
func (s *pathSearch) crlIssuerPath(issuer *Certificate) ([]*Certificate, Fault) {
	sub := &pathSearch{
		opt: s.opt, now: s.now, crlPath: true, checks: s.checks,
		active: append(slices.Clone(s.active), issuer),
	}
	if slices.ContainsFunc(s.active, issuer.Equal) {
		opt := *s.opt
		opt.CRLCheck, opt.CRLCheckAll = false, false
		sub.opt = &opt
	}
	r := sub.run(issuer)
	return r.Chain, Fault{Code: r.Code, Depth: r.Depth, Queue: r.Queue}
}
