package revocation

import (
	"bytes"
	"slices"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// Query is the question about one certificate. Issuer is handed in: nothing here
// builds the certificate's own path.
type Query struct {
	Certificate *trust.Certificate
	Issuer      *trust.Certificate // without it, OCSP responses are of no use
	// Chain is the certificate's path, leaf first; CRL issuers on it need no path
	// of their own. It may be nil.
	Chain []*trust.Certificate
	// Time is the moment the status is wanted for: data that ended before it is stale.
	Time time.Time
	// Now is the moment up to which data may have been issued; the zero time is Time.
	// A later one lets data issued after Time count too, as long as the certificate
	// had not expired by then (EN 319 102-1, 5.2.5); Evidence.RevokedBy then tells
	// whether a revocation concerns Time.
	Now time.Time
	// Skew is the difference of clocks that is tolerated; 0 is none. DefaultSkew suits
	// data that was fetched just now.
	Skew time.Duration
	// CRLs and OCSPs are those to look at; those that do not concern the certificate
	// cost little.
	CRLs  []*trust.CRL
	OCSPs []*OCSP
	// Candidates are certificates that may be a CRL's issuer or an OCSP responder's.
	Candidates []*trust.Certificate
	// IssuerPath verifies the path of a CRL issuer that is not Issuer, and returns
	// it, leaf first. nil refuses such CRLs.
	IssuerPath func(issuer *trust.Certificate) ([]*trust.Certificate, trust.Fault)
	// Algorithms judges the algorithms of CRLs and responses; nil is trust.DefaultAlgorithms().
	Algorithms *trust.AlgorithmPolicy
}

// Check finds out a certificate's status, from OCSP responses by RFC 6960, 3.2 and
// 4.2.2, and from CRLs by RFC 5280, 6.3.3. A response must be signed by the
// certificate's issuer or by a responder that this very issuer delegated, be of its
// time, and name the certificate by issuer name, issuer key and serial number. Each
// CRL must be of its time, in scope, issued by whom the certificate names and free of
// unknown critical extensions, until all reasons are covered or a revocation is found;
// newer ones go first, and deltas are used where they fit. A revocation that either
// tells of goes before good. No network is used. Nothing that concerns the
// certificate gives NotChecked. Safe for concurrent use.
func Check(q Query) Evidence {
	byOCSP, byCRLs := newCheck(q), newCheck(q)
	byOCSP.byOCSP()
	byCRLs.byCRLs()
	return join(byOCSP.evidence, byCRLs.evidence)
}

func newCheck(q Query) *check {
	return &check{Query: q, evidence: Evidence{Certificate: q.Certificate, Reason: -1}}
}

// byCRLs looks at the CRLs for each point, the newest first.
func (c *check) byCRLs() {
	crls := slices.Clone(c.CRLs)
	slices.SortStableFunc(crls, func(a, b *trust.CRL) int { return b.ThisUpdate.Compare(a.ThisUpdate) })
	for _, point := range c.points() {
		for _, crl := range crls {
			if c.evidence.limited = c.pairs == maxPairs || c.effort >= maxEffort; c.evidence.limited || c.done() {
				break
			}
			c.consider(crl, point)
		}
	}
	if !c.done() && c.concerned {
		c.evidence.Status = Unknown
	}
}

// now is the moment up to which data may have been issued.
func (c *check) now() time.Time {
	if c.Now.After(c.Time) {
		return c.Now
	}
	return c.Time
}

// check is the state of 6.3.2.
type check struct {
	Query
	evidence  Evidence
	reasons   uint32 // reasons_mask
	pairs     int    // CRLs in scope looked at, once for each point
	effort    int    // signature verifications of CRLs
	concerned bool   // a CRL of the right issuer, or a response, was seen
	refused   map[*trust.CRL]bool
}

// done reports whether the status is settled; Good needs all reasons.
func (c *check) done() bool {
	if c.evidence.Status != Revoked && c.reasons == trust.AllReasons {
		c.evidence.Status = Good
	}
	return c.evidence.Status == Revoked || c.evidence.Status == Good
}

// points are the certificate's distribution points and the one that RFC 5280 adds:
// the certificate's issuer.
func (c *check) points() []trust.DistributionPoint {
	return append(slices.Clip(c.Certificate.CRLDistributionPoints()), c.Certificate.IssuerPoint())
}

// consider takes one CRL through (b)-(l) for one distribution point.
func (c *check) consider(crl *trust.CRL, point trust.DistributionPoint) {
	info := crl.Info()
	if info.BaseNumber != nil || !c.rightIssuer(crl, point) {
		return
	}
	c.concerned = true
	if clause := c.outOfScope(crl, point); clause != "" {
		c.refuse(crl, trust.CodeDifferentCRLScope, clause, nil)
		return
	}
	c.pairs++
	reasons := point.Reasons // (d)
	if info.Scope != nil {
		reasons &= info.Scope.Reasons
	}
	if reasons&^c.reasons == 0 { // (e)
		return
	}
	issuer, ok := c.usable(crl)
	if !ok {
		return
	}
	source := Source{CRL: crl, Issuer: issuer, ThisUpdate: crl.ThisUpdate, NextUpdate: crl.NextUpdate}
	if delta := c.delta(crl, issuer); delta != nil {
		source.Delta, source.ThisUpdate, source.NextUpdate = delta, delta.ThisUpdate, delta.NextUpdate
	} else if !c.timely(crl, true) {
		return
	}
	if c.dropped(source) {
		return
	}
	c.evidence.add(source)
	c.reasons |= reasons
	c.lookUp(source)
}

// dropped refuses a CRL that says nothing of a certificate because that had expired when
// the CRL was issued (RFC 5280, 3.3), unless it says that it keeps such ones.
func (c *check) dropped(s Source) bool {
	if _, found := findEntry(s.CRL, c.Certificate); found || !c.forgotten(s.ThisUpdate, keepsExpiredSince(s.CRL)) {
		return false
	}
	c.evidence.Refused = append(c.evidence.Refused, Refusal{
		CRL: s.CRL, Code: trust.CodeDifferentCRLScope, Clause: "RFC 5280, 3.3",
		Text: lang.M("the CRL was issued after the certificate had expired", "CRLは証明書の有効期限後に発行されています"),
	})
	return true
}

// keepsExpiredSince reads expiredCertsOnCRL (X.509, 9.5.2.8); zero when it is not there.
func keepsExpiredSince(crl *trust.CRL) (since time.Time) {
	if x, present := crl.Extension(oidExpiredCerts); present && !readTime(x.Value, &since) {
		return time.Time{}
	}
	return since
}

// rightIssuer is (b)(1).
func (c *check) rightIssuer(crl *trust.CRL, point trust.DistributionPoint) bool {
	if point.CRLIssuer == nil {
		return crl.SharesIssuer(c.Certificate)
	}
	scope := crl.Info().Scope
	if scope == nil || !scope.IndirectCRL {
		return false
	}
	for _, g := range point.CRLIssuer {
		if g.NamesIssuerOf(crl) {
			return true
		}
	}
	return false
}

// outOfScope is (b)(2); it returns the clause that excludes the certificate.
func (c *check) outOfScope(crl *trust.CRL, point trust.DistributionPoint) string {
	scope := crl.Info().Scope
	if scope == nil {
		return ""
	}
	ca := c.Certificate.IsCA()
	switch {
	case scope.Point.HasName && !pointMatches(point, scope.Point):
		return "RFC 5280, 6.3.3 (b)(2)(i)"
	case scope.Invalid:
		return "RFC 5280, 5.2.5"
	case scope.OnlyUserCerts && ca:
		return "RFC 5280, 6.3.3 (b)(2)(ii)"
	case scope.OnlyCACerts && !ca:
		return "RFC 5280, 6.3.3 (b)(2)(iii)"
	case scope.OnlyAttributeCerts:
		return "RFC 5280, 6.3.3 (b)(2)(iv)"
	}
	return ""
}

// pointMatches is (b)(2)(i): the names of the point, or those of its CRL issuer when
// it has none.
func pointMatches(point, scope trust.DistributionPoint) bool {
	if !point.HasName {
		point.HasName, point.FullName = true, point.CRLIssuer
	}
	return point.Match(scope)
}

func (c *check) refuse(crl *trust.CRL, code trust.Code, clause string, queue []trust.QueueEntry) {
	if c.refused[crl] {
		return
	}
	if c.refused == nil {
		c.refused = make(map[*trust.CRL]bool)
	}
	c.refused[crl] = true
	c.evidence.Refused = append(c.evidence.Refused, Refusal{CRL: crl, Code: code, Clause: clause, Text: code.Message(), Queue: queue})
}

// usable judges a CRL itself, without its nextUpdate, and finds its issuer.
func (c *check) usable(crl *trust.CRL) (*trust.Certificate, bool) {
	if !c.readable(crl) || !c.timely(crl, false) {
		return nil, false
	}
	issuer := c.findIssuer(crl)
	return issuer, issuer != nil
}

func (c *check) readable(crl *trust.CRL) bool {
	info := crl.Info()
	ok, critical := crl.EntriesReadable()
	switch {
	case crl.SignatureAlgorithm.Algorithm != crl.TBSSignature.Algorithm || !bytes.Equal(crl.SignatureAlgorithm.Parameters, crl.TBSSignature.Parameters):
		c.refuse(crl, trust.CodeSignatureAlgorithmInconsistency, "RFC 5280, 5.1.1.2", nil)
	case info.Invalid || !ok:
		c.refuse(crl, trust.CodeInvalidExtension, "RFC 5280, 5.2", nil)
	case info.Unsupported:
		c.refuse(crl, trust.CodeUnhandledCriticalCRLExtension, "RFC 5280, 5.2", nil)
	case critical:
		c.refuse(crl, trust.CodeUnhandledCriticalCRLExtension, "RFC 5280, 5.3", nil)
	default:
		return true
	}
	return false
}

// timely judges thisUpdate, or with end nextUpdate (5.1.2.4, 5.1.2.5, 6.3.3 (a)).
func (c *check) timely(crl *trust.CRL, end bool) bool {
	switch {
	case end && crl.HasNextUpdate && crl.NextUpdate.IsZero():
		c.refuse(crl, trust.CodeErrorInCRLNextUpdateField, "RFC 5280, 5.1.2.5", nil)
	case end && crl.HasNextUpdate && !c.Time.Before(crl.NextUpdate.Add(c.Skew)):
		c.refuse(crl, trust.CodeCRLHasExpired, "RFC 5280, 6.3.3 (a)", nil)
	case !end && crl.ThisUpdate.IsZero():
		c.refuse(crl, trust.CodeErrorInCRLLastUpdateField, "RFC 5280, 5.1.2.4", nil)
	case !end && c.now().Add(c.Skew).Before(crl.ThisUpdate):
		c.refuse(crl, trust.CodeCRLNotYetValid, "RFC 5280, 5.1.2.4", nil)
	default:
		return true
	}
	return false
}

// findIssuer is (f), (g): a certificate of the CRL issuer's name whose key made the
// signature, that may sign CRLs, and whose path ends where the certificate's does.
func (c *check) findIssuer(crl *trust.CRL) *trust.Certificate {
	worst := Refusal{CRL: crl, Code: trust.CodeUnableToGetCRLIssuer, Clause: "RFC 5280, 6.3.3 (f)"}
	for _, issuer := range c.issuers(crl) {
		refusal := c.tryIssuer(crl, issuer)
		if refusal.Code == trust.OK {
			return issuer
		}
		worst = refusal
	}
	c.refuse(crl, worst.Code, worst.Clause, worst.Queue)
	return nil
}

// issuers lists the candidates: the certificate's own issuer first.
func (c *check) issuers(crl *trust.CRL) (list []*trust.Certificate) {
	seen := make(map[*trust.Certificate]bool)
	add := func(candidates ...*trust.Certificate) {
		for _, x := range candidates {
			if x != nil && !seen[x] && signs(x, crl) && len(list) < maxCRLIssuers {
				seen[x] = true
				list = append(list, x)
			}
		}
	}
	add(c.Issuer)
	if len(c.Chain) > 0 {
		add(c.Chain[1:]...)
	}
	add(c.Candidates...)
	return list
}

func (c *check) tryIssuer(crl *trust.CRL, issuer *trust.Certificate) Refusal {
	refusal := Refusal{CRL: crl, Code: trust.OK}
	if usage, present := issuer.KeyUsage(); present && usage&trust.CRLSign == 0 {
		refusal.Code, refusal.Clause = trust.CodeKeyUsageNoCRLSign, "RFC 5280, 6.3.3 (f)"
		return refusal
	}
	if key, err := issuer.PublicKey(); err == nil {
		c.effort += key.Effort()
	}
	if err := crl.VerifySignature(issuer, c.Chain); err != nil {
		refusal.Code, refusal.Clause, refusal.Queue = trust.CodeCRLSignatureFailure, "RFC 5280, 6.3.3 (g)", trust.QueueOf(err)
		return refusal
	}
	if code := c.algorithms(crl, issuer); code != trust.OK {
		refusal.Code, refusal.Clause = code, "NIST SP 800-131A"
		return refusal
	}
	if !c.sameAnchor(issuer) {
		refusal.Code, refusal.Clause = trust.CodeCRLPathValidationError, "RFC 5280, 6.3.3 (f)"
	}
	return refusal
}

func (c *check) algorithms(crl *trust.CRL, issuer *trust.Certificate) trust.Code {
	key, err := issuer.PublicKey()
	if err != nil {
		return trust.CodeUnableToDecodeIssuerPublicKey
	}
	return c.algorithmPolicy().Check(crl.SignatureAlgorithm, key, crl.ThisUpdate)
}

func (c *check) algorithmPolicy() *trust.AlgorithmPolicy {
	if c.Algorithms != nil {
		return c.Algorithms
	}
	p := trust.DefaultAlgorithms()
	return &p
}

// sameAnchor is (f): on the certificate's path, or on one to the same anchor.
func (c *check) sameAnchor(issuer *trust.Certificate) bool {
	if issuer == c.Issuer {
		return true
	}
	for _, x := range c.Chain[min(1, len(c.Chain)):] {
		if issuer.Equal(x) {
			return true
		}
	}
	if c.IssuerPath == nil || len(c.Chain) == 0 {
		return false
	}
	path, fault := c.IssuerPath(issuer)
	return fault.Code == trust.OK && len(path) > 0 && path[len(path)-1].Equal(c.Chain[len(c.Chain)-1])
}

// delta finds the newest delta that fits the base (c), (h).
func (c *check) delta(base *trust.CRL, issuer *trust.Certificate) (best *trust.CRL) {
	if base.Info().Number == nil {
		return nil
	}
	for _, d := range c.CRLs {
		if !fitsBase(d, base) || best != nil && d.Info().Number.Cmp(best.Info().Number) <= 0 {
			continue
		}
		if c.readable(d) && c.timely(d, false) && c.timely(d, true) && d.VerifySignature(issuer, c.Chain) == nil {
			best = d
		}
	}
	return best
}

// lookUp is (i)-(k): what the delta says goes before what the base says.
func (c *check) lookUp(s Source) {
	if s.Delta != nil {
		if e, found := findEntry(s.Delta, c.Certificate); found {
			c.record(e)
			return
		}
	}
	if e, found := findEntry(s.CRL, c.Certificate); found {
		c.record(e)
	}
}

func (c *check) record(e trust.CRLEntry) {
	if e.Reason == trust.ReasonRemoveFromCRL {
		return
	}
	c.evidence.Status = Revoked
	c.evidence.RevokedAt, c.evidence.Reason, c.evidence.Invalidity = e.Date, e.Reason, e.Invalidity
}
