package revocation

import (
	"bytes"

	"github.com/jsign-jp/jsign/trust"
)

// OpenSSL judges by CRLs as OpenSSL 3.0 does, for trust.VerifyOpenSSL. It has no
// state: CRLs and flags are those of trust.Options. The zero value is ready and safe
// for concurrent use.
type OpenSSL struct{}

// The score of a CRL for a certificate; a higher one is better. The values are
// OpenSSL's, since their sums are compared.
const (
	scoreNoCritical = 0x100 // no critical extension that is not processed
	scoreScope      = 0x080 // the certificate is in the CRL's scope
	scoreTime       = 0x040 // this is its time
	scoreIssuerName = 0x020 // its issuer has the name of the certificate's
	scoreIssuerCert = 0x018 // its issuer is the certificate's
	scoreSamePath   = 0x008 // its issuer is on the path
	scoreKeyID      = 0x004 // its issuer was found
	scoreDeltaTime  = 0x002 // and there is a delta of this time
	scoreValid      = scoreNoCritical | scoreTime | scoreScope
)

// CheckRevocation implements trust.RevocationChecker. CRLs that cover some reasons
// are gathered until all reasons are covered.
func (OpenSSL) CheckRevocation(p *trust.Path, depth int) trust.Fault {
	s := &search{path: p, depth: depth, certificate: p.Chain[depth]}
	for s.reasons != trust.AllReasons {
		before := s.reasons
		if !s.find() {
			return s.fault(trust.CodeUnableToGetCRL)
		}
		if fault := s.judge(); fault.Code != trust.OK {
			return fault
		}
		if s.reasons == before {
			return s.fault(trust.CodeUnableToGetCRL)
		}
	}
	return trust.Fault{}
}

// search is the choice of a CRL for one certificate.
type search struct {
	path        *trust.Path
	depth       int
	certificate *trust.Certificate

	crl, delta *trust.CRL
	issuer     *trust.Certificate
	score      int
	reasons    uint32
}

func (s *search) fault(code trust.Code) trust.Fault { return trust.Fault{Code: code, Depth: s.depth} }

// find chooses the best CRL, of the message first; one that has all it needs there
// ends the search.
func (s *search) find() bool {
	best := candidate{reasons: s.reasons}
	s.choose(&best, s.path.Options.CRLs)
	if best.crl == nil || best.score < scoreValid {
		s.choose(&best, s.path.Options.Anchors.CRLsByIssuer(s.certificate.RawIssuer))
	}
	if best.crl == nil {
		return false
	}
	s.crl, s.delta, s.issuer, s.score, s.reasons = best.crl, best.delta, best.issuer, best.score, best.reasons
	return true
}

// candidate is the best CRL so far.
type candidate struct {
	crl, delta *trust.CRL
	issuer     *trust.Certificate
	score      int
	reasons    uint32
}

// choose compares the CRLs of one source with the best so far; of equal ones in the
// source the newer is better.
func (s *search) choose(best *candidate, crls []*trust.CRL) {
	var found *candidate
	score := best.score
	for _, crl := range crls {
		c := s.rate(crl, best.reasons)
		if c.score < score || c.score == 0 {
			continue
		}
		if c.score == score && found != nil && !crl.ThisUpdate.After(found.crl.ThisUpdate) {
			continue
		}
		found, score = &c, c.score
	}
	if found == nil {
		return
	}
	*best = *found
	s.findDelta(best, crls)
}

// rate scores one CRL; a score of 0 is of no use.
func (s *search) rate(crl *trust.CRL, reasons uint32) candidate {
	none := candidate{}
	c := candidate{crl: crl, reasons: reasons}
	info, opt := crl.Info(), s.path.Options
	if info.Invalid || info.BaseNumber != nil {
		return none
	}
	scope := info.Scope
	if scope != nil && !acceptable(scope, opt.ExtendedCRL, reasons) {
		return none
	}
	if crl.SharesIssuer(s.certificate) {
		c.score |= scoreIssuerName
	} else if scope == nil || !scope.IndirectCRL {
		return none
	}
	readable, critical := crl.EntriesReadable()
	if !readable {
		return none
	}
	if !info.Unsupported && !critical {
		c.score |= scoreNoCritical
	}
	if s.timeFault(crl, false) == trust.OK {
		c.score |= scoreTime
	}
	if !s.findIssuer(&c) {
		return none
	}
	if covered, ok := s.inScope(crl, c.score); ok {
		if covered&^reasons == 0 {
			return none
		}
		c.reasons |= covered
		c.score |= scoreScope
	}
	return c
}

// acceptable: CRLs for some reasons and indirect ones need extended support.
func acceptable(scope *trust.IssuingDistributionPoint, extended bool, reasons uint32) bool {
	if scope.Invalid {
		return false
	}
	if !extended {
		return !scope.IndirectCRL && !scope.SomeReasons
	}
	return !scope.SomeReasons || scope.Reasons&^reasons != 0
}

// timeFault judges the CRL's dates as certificates' dates are judged: nextUpdate's
// second is too late.
func (s *search) timeFault(crl *trust.CRL, deltaValid bool) trust.Code {
	now := s.path.Time
	switch {
	case !s.path.CheckTime:
		return trust.OK
	case crl.ThisUpdate.IsZero():
		return trust.CodeErrorInCRLLastUpdateField
	case now.Before(crl.ThisUpdate):
		return trust.CodeCRLNotYetValid
	case !crl.HasNextUpdate:
		return trust.OK
	case crl.NextUpdate.IsZero():
		return trust.CodeErrorInCRLNextUpdateField
	case !now.Before(crl.NextUpdate) && !deltaValid:
		return trust.CodeCRLHasExpired
	}
	return trust.OK
}

// findIssuer looks for the CRL's issuer: the certificate's own, then further up the
// path, then among the message's when extended support is asked for.
func (s *search) findIssuer(c *candidate) bool {
	chain := s.path.Chain
	i := min(s.depth+1, len(chain)-1)
	if c.score&scoreIssuerName != 0 && signs(chain[i], c.crl) {
		c.score |= scoreKeyID | scoreIssuerCert
		c.issuer = chain[i]
		return true
	}
	for _, issuer := range chain[i+1:] {
		if signs(issuer, c.crl) {
			c.score |= scoreKeyID | scoreSamePath
			c.issuer = issuer
			return true
		}
	}
	if !s.path.Options.ExtendedCRL {
		return false
	}
	for _, issuer := range s.path.Options.Untrusted {
		if signs(issuer, c.crl) {
			c.score |= scoreKeyID
			c.issuer = issuer
			return true
		}
	}
	return false
}

// signs reports whether a certificate's name and key identifier are those of the
// CRL's issuer.
func signs(issuer *trust.Certificate, crl *trust.CRL) bool {
	return crl.IssuedUnder(issuer) && issuer.MatchesAuthorityKeyID(crl.Info().AuthorityKeyID)
}

// inScope matches the certificate's distribution points with the CRL's scope and
// returns the reasons covered.
func (s *search) inScope(crl *trust.CRL, score int) (reasons uint32, ok bool) {
	scope := crl.Info().Scope
	reasons = trust.AllReasons
	if scope != nil {
		reasons = scope.Reasons
		ca := s.certificate.IsCA()
		if scope.OnlyAttributeCerts || ca && scope.OnlyUserCerts || !ca && scope.OnlyCACerts {
			return 0, false
		}
	}
	for _, point := range s.certificate.CRLDistributionPoints() {
		if !names(point, crl, score) {
			continue
		}
		if scope == nil || point.Match(scope.Point) {
			return reasons & point.Reasons, true
		}
	}
	return reasons, (scope == nil || !scope.Point.HasName) && score&scoreIssuerName != 0
}

// names reports whether a distribution point's CRL issuer is the CRL's.
func names(point trust.DistributionPoint, crl *trust.CRL, score int) bool {
	if point.CRLIssuer == nil {
		return score&scoreIssuerName != 0
	}
	for _, g := range point.CRLIssuer {
		if g.NamesIssuerOf(crl) {
			return true
		}
	}
	return false
}

// findDelta takes the first delta of the source that fits the base.
func (s *search) findDelta(best *candidate, crls []*trust.CRL) {
	if !s.path.Options.UseDeltas || !s.certificate.HasFreshestCRL() && !best.crl.Info().FreshestCRL {
		return
	}
	for _, delta := range crls {
		if !fitsBase(delta, best.crl) {
			continue
		}
		best.delta = delta
		if s.timeFault(delta, false) == trust.OK {
			best.score |= scoreDeltaTime
		}
		return
	}
}

// fitsBase reports whether a delta continues the base (RFC 5280, 5.2.4).
func fitsBase(delta, base *trust.CRL) bool {
	d, b := delta.Info(), base.Info()
	return d.BaseNumber != nil && b.Number != nil && d.Number != nil &&
		trust.EqualNames(delta.RawIssuer, base.RawIssuer) &&
		sameExtension(delta, base, trust.ExtensionAuthorityKeyID) &&
		sameExtension(delta, base, trust.ExtensionIssuingDistributionPoint) &&
		d.BaseNumber.Cmp(b.Number) <= 0 && d.Number.Cmp(b.Number) > 0
}

func sameExtension(a, b *trust.CRL, id trust.OID) bool {
	x, inA := a.Extension(id)
	y, inB := b.Extension(id)
	return inA == inB && bytes.Equal(x.Value, y.Value)
}

// judge checks the chosen CRLs and looks for the certificate in them: in the delta
// first, and not in the base when the delta says removeFromCRL.
func (s *search) judge() trust.Fault {
	if fault := s.checkCRL(s.crl); fault.Code != trust.OK {
		return fault
	}
	removed := false
	if s.delta != nil {
		if fault := s.checkCRL(s.delta); fault.Code != trust.OK {
			return fault
		}
		var code trust.Code
		if code, removed = s.lookUp(s.delta); code != trust.OK {
			return s.fault(code)
		}
	}
	if removed {
		return trust.Fault{}
	}
	code, _ := s.lookUp(s.crl)
	return s.fault(code)
}

// checkCRL judges the CRL itself. A delta was measured against its base already.
func (s *search) checkCRL(crl *trust.CRL) trust.Fault {
	if crl.Info().BaseNumber == nil {
		if usage, present := s.issuer.KeyUsage(); present && usage&trust.CRLSign == 0 {
			return s.fault(trust.CodeKeyUsageNoCRLSign)
		}
		if s.score&scoreScope == 0 {
			return s.fault(trust.CodeDifferentCRLScope)
		}
		if s.score&scoreSamePath == 0 {
			if fault := s.checkIssuerPath(); fault.Code != trust.OK {
				return fault
			}
		}
	}
	if s.score&scoreTime == 0 {
		if code := s.timeFault(crl, s.score&scoreDeltaTime != 0); code != trust.OK {
			return s.fault(code)
		}
	}
	if _, err := s.issuer.PublicKey(); err != nil {
		return s.fault(trust.CodeUnableToDecodeIssuerPublicKey)
	}
	if code := s.path.Options.CheckSuiteB(s.issuer, crl.SignatureAlgorithm.Algorithm); code != trust.OK {
		return s.fault(code)
	}
	if err := crl.VerifySignature(s.issuer, s.path.Chain); err != nil {
		fault := s.fault(trust.CodeCRLSignatureFailure)
		fault.Queue = trust.QueueOf(err)
		return fault
	}
	return trust.Fault{}
}

// checkIssuerPath verifies the path of a CRL issuer off the certificate's path; both
// must end in the same anchor.
func (s *search) checkIssuerPath() trust.Fault {
	if s.path.CRLIssuerPath == nil {
		return s.fault(trust.CodeCRLPathValidationError)
	}
	chain, fault := s.path.CRLIssuerPath(s.issuer)
	if fault.Code != trust.OK {
		return fault
	}
	if !chain[len(chain)-1].Equal(s.path.Chain[len(s.path.Chain)-1]) {
		return s.fault(trust.CodeCRLPathValidationError)
	}
	return trust.Fault{}
}

// lookUp finds the certificate in a CRL. The date of revocation is not compared, as
// OpenSSL does not.
func (s *search) lookUp(crl *trust.CRL) (code trust.Code, removed bool) {
	_, critical := crl.EntriesReadable()
	if (crl.Info().Unsupported || critical) && !s.path.Options.IgnoreCritical {
		return trust.CodeUnhandledCriticalCRLExtension, false
	}
	entry, found := findEntry(crl, s.certificate)
	switch {
	case !found:
		return trust.OK, false
	case entry.Reason == trust.ReasonRemoveFromCRL:
		return trust.OK, true
	}
	return trust.CodeCertificateRevoked, false
}

// findEntry finds the first entry with the certificate's serial and issuer.
func findEntry(crl *trust.CRL, c *trust.Certificate) (trust.CRLEntry, bool) {
	for _, e := range crl.Lookup(c.RawSerial) {
		if e.Covers(crl, c) {
			return e, true
		}
	}
	return trust.CRLEntry{}, false
}
