package verify

import (
	"slices"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// examination is what is found about a certificate at one moment.
type examination struct {
	at    time.Time
	chain *trust.Result
	// indication is the objection to the chain, and findings its reasons; unknown when
	// there is none but perhaps for revocation.
	indication Indication
	sub        SubIndication
	findings   []Finding
	// revocations are of the chain's certificates but the anchor, the leaf's first;
	// state is what they come to.
	revocations []revocation.Evidence
	state       Revocation
	// fatal tells of an objection that stands whatever the caller waives.
	fatal bool
}

// passes reports whether the certificate was good at the moment; strict demands that
// its revocation is known.
func (x *examination) passes(strict bool) bool {
	if x.fatal || x.chain.Verdict != trust.Valid {
		return false
	}
	return x.state == RevocationGood || !strict && x.state != RevocationRevoked
}

func (x *examination) code() trust.Code { return x.chain.Code }

// object records an objection; the first one is the verdict.
func (x *examination) object(i Indication, sub SubIndication, f Finding) {
	x.fatal = true
	x.findings = append(x.findings, f)
	if x.indication == IndicationUnknown {
		x.indication, x.sub = i, sub
	}
}

// joinStamp lowers what is known of revocation to what is known of the timestamp
// that the moment is proven by.
func (x *examination) joinStamp(s *stamp) {
	if x.state == RevocationGood && s.Revocation != RevocationGood {
		x.state = s.Revocation
	}
}

// examine judges a certificate at a moment: its path (RFC 5280, 6.1), algorithms,
// and revocation.
func (h *history) examine(s *subject, at time.Time) *examination {
	x := &examination{at: at}
	opt := h.trust
	opt.Time, opt.Purpose, opt.Trust, opt.Untrusted = at, s.purpose, s.use, h.pool.Certificates
	x.chain = h.path(s.certificate, opt)
	if s.signer && x.chain.Verdict == trust.Valid {
		h.requirePolicy(s, x, opt)
	}
	if x.chain.Verdict != trust.Valid {
		i, sub := chainIndication(x.code())
		x.object(i, sub, Finding{Code: "chain-" + codeWord(x.code()), Severity: Failure, Message: ChainMessage(x.code())})
	}
	if !s.madeAt.IsZero() && s.madeAt.Before(s.certificate.NotBefore) {
		x.object(TotalFailed, NotYetValid, Finding{Code: "timestamp-early", Severity: Failure, Clause: "EN 319 102-1, 5.2.6",
			Message: lang.M("the timestamp is older than its authority's certificate", "タイムスタンプの時刻が局の証明書の発行より前です")})
	}
	if s.signer {
		x.checkUsage(s.certificate)
	}
	if h.weak(s, at) {
		x.object(Indeterminate, CryptoConstraintsNoPOE, weakFinding())
	}
	if x.chain.Verdict == trust.Valid {
		h.revocations(s, x, opt)
	}
	x.judgeRevocation()
	return x
}

// pathKey is the question about a chain, as far as it differs within one file.
type pathKey struct {
	leaf    objectID
	at      time.Time
	purpose trust.Purpose
	use     trust.TrustUse
	known   int // certificates in the pool, which only grows
}

// path judges the chain of a certificate: of one that made several signatures
// once.
func (h *history) path(leaf *trust.Certificate, opt trust.Options) *trust.Result {
	key := pathKey{idOf(leaf.Raw), opt.Time, opt.Purpose, opt.Trust, len(opt.Untrusted)}
	result := h.paths[key]
	if result == nil {
		result = trust.Verify(leaf, opt)
		h.paths[key] = result
	}
	return result
}

// requirePolicy demands of a chain that ends in a JPKI authority the policy of its
// kind of certificate.
func (h *history) requirePolicy(s *subject, x *examination, opt trust.Options) {
	if demandJPKIPolicy(x.chain.Chain, &opt, h.pinned) {
		x.chain = trust.Verify(s.certificate, opt)
	}
}

// demandJPKIPolicy adds to the options the policy that certificates of the chain's
// JPKI authority assert; it reports whether the chain ends in one. pinned tells JPKI's
// authorities, as trust.Pinned does.
func demandJPKIPolicy(chain []*trust.Certificate, opt *trust.Options, pinned func(*trust.Certificate) (trust.PinnedAnchor, bool)) bool {
	anchor, ok := pinned(chain[len(chain)-1])
	if !ok || len(chain) == 1 {
		return false
	}
	opt.Policies, opt.ExplicitPolicy = trust.JPKIPolicy(anchor.Use), true
	return true
}

// checkUsage: a key that signs documents is for signatures (RFC 5280, 4.2.1.3).
func (x *examination) checkUsage(c *trust.Certificate) {
	if usage, present := c.KeyUsage(); present && usage&(trust.DigitalSignature|trust.NonRepudiation) == 0 {
		x.object(Indeterminate, ChainConstraintsFailure, Finding{Code: "key-usage", Severity: Failure, Clause: "RFC 5280, 4.2.1.3",
			Message: lang.M("the certificate's key is not for signatures", "証明書の鍵用途に署名がありません")})
	}
}

// revocations finds out about each certificate of the path, from the top. What
// settles it, and the certificate itself, have to be proven to be older than what
// became of the certificates above: an issuer that is out of date or revoked, or whose
// key is weak by now, vouches for nothing that is made later (EN 319 102-1, 5.6.2.2).
func (h *history) revocations(s *subject, x *examination, opt trust.Options) {
	path := x.chain.Path(opt)
	x.revocations = h.gather(path, h.now)
	limit := h.now
	for i := len(x.revocations) - 1; i >= 0; i-- {
		limit = earlier(limit, h.vouchesUntil(path.Chain[i+1]))
		if i+1 < len(x.revocations) && x.revocations[i+1].Status == revocation.Revoked {
			limit = earlier(limit, x.revocations[i+1].InvalidSince())
		}
		if !limit.Before(h.now) || limit.Before(x.at) {
			continue
		}
		if e := &x.revocations[i]; e.Status == revocation.Good && !h.sourcesExisted(e, limit) {
			if *e = h.gather(path, limit)[i]; !h.sourcesExisted(e, limit) { // a store's CRLs
				*e = revocation.Evidence{Certificate: e.Certificate, Status: revocation.Unknown, Reason: -1}
			}
		}
		if !h.certificateExisted(s, path.Chain[i], i == 0, limit) {
			x.object(Indeterminate, OutOfBoundsNoPOE, Finding{Code: "certificate-no-poe", Severity: Failure, Clause: "EN 319 102-1, 5.6.2.2",
				Message: lang.M("nothing proves that the certificate existed while its CA's was good", "認証局の証明書が有効だった間にこの証明書が存在した証拠がありません")})
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// gather asks about the whole path, of what existed by a time.
func (h *history) gather(path *trust.Path, by time.Time) []revocation.Evidence {
	embedded, files := h.material(by)
	g := revocation.GatherOptions{
		Path: path, Now: h.now, Skew: maxClockSkew, Embedded: embedded, Files: files, Algorithms: h.trust.Algorithms,
	}
	if h.fetched != nil && !by.Before(h.now) {
		g.Fetcher = h.fetched
	}
	list, _ := revocation.Gather(h.ctx, g)
	for i := range list {
		if list[i].Status == revocation.Unknown {
			h.revokedEarlier(&list[i], path, i)
		}
	}
	return list
}

func (h *history) sourcesExisted(e *revocation.Evidence, by time.Time) bool {
	return !slices.ContainsFunc(restsOn(e), func(octets []byte) bool { return h.existed(octets).After(by) })
}

// restsOn lists the CRLs, deltas and responses that settle a status, those about
// delegated responders among them.
func restsOn(e *revocation.Evidence) (list [][]byte) {
	for _, s := range e.Sources {
		if s.OCSP != nil {
			list = append(list, s.OCSP.Raw)
		}
		if s.CRL != nil {
			list = append(list, s.CRL.Raw)
		}
		if s.Delta != nil {
			list = append(list, s.Delta.Raw)
		}
		if s.IssuerStatus != nil {
			list = append(list, restsOn(s.IssuerStatus)...)
		}
	}
	return list
}

// certificateExisted: what a signature covers is as old as the signature.
func (h *history) certificateExisted(s *subject, c *trust.Certificate, leaf bool, by time.Time) bool {
	return !h.existed(c.Raw).After(by) || leaf && s.bound && !h.existed(s.value).After(by)
}

// judgeRevocation joins what is known of the certificates.
func (x *examination) judgeRevocation() {
	x.state = RevocationGood
	for i := range x.revocations {
		e := &x.revocations[i]
		switch {
		case e.RevokedBy(x.at):
			x.state = RevocationRevoked
			x.revoked(e, i)
			return
		case e.Status == revocation.Unknown:
			x.state = RevocationMissing
		case e.Status == revocation.NotChecked && x.state == RevocationGood:
			x.state = RevocationNotChecked
		}
	}
	if len(x.revocations) == 0 { // no chain, or an anchor itself
		x.state = RevocationNotChecked
	}
	if x.state != RevocationGood && x.indication == IndicationUnknown {
		x.indication, x.sub = Indeterminate, TryLater
		x.findings = append(x.findings, Finding{Code: "revocation-" + string(x.state), Severity: Failure, Clause: "EN 319 102-1, 5.2.6", Message: x.notKnown()})
	}
}

func (x *examination) revoked(e *revocation.Evidence, depth int) {
	sub := RevokedNoPOE
	if depth > 0 {
		sub = RevokedCANoPOE
	}
	x.object(Indeterminate, sub, Finding{Code: "revoked", Severity: Failure, Clause: "RFC 5280, 6.3.3",
		Message: lang.M("the certificate with serial number %s was revoked on %s", "シリアル番号%sの証明書は%sに失効しています", e.Certificate.Serial.Text(16), day(e.RevokedAt))})
}

// notKnown words why the revocation of the path is not settled.
func (x *examination) notKnown() lang.Message {
	for i := range x.revocations {
		if e := &x.revocations[i]; e.Status != revocation.Good && e.Status != revocation.Revoked {
			return lang.M("revocation of serial number %s: %v", "シリアル番号%sの失効: %v", e.Certificate.Serial.Text(16), e.Explanation())
		}
	}
	return lang.M("revocation was not checked", "失効を確認していません")
}

// settled tells of what is found today that it does not matter: the signature is
// proven to be older.
func (x *examination) settled() (list []Finding) {
	for _, f := range x.findings {
		if f.Code != "revocation-"+string(RevocationNotChecked) && f.Code != "revocation-"+string(RevocationMissing) {
			f.Severity = Info
			f.Message = lang.M("%v; the signature is proven to be older", "%v。署名はそれより前のものと証明されています", f.Message)
			list = append(list, f)
		}
	}
	return list
}

// unproven lists what speaks against the past beside what speaks against today.
func (x *examination) unproven(present *examination) (list []Finding) {
	for _, f := range x.findings {
		known := false
		for _, p := range present.findings {
			known = known || p.Code == f.Code
		}
		if !known {
			list = append(list, f)
		}
	}
	return list
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
