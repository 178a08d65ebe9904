package verify

import (
	"context"
	"slices"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// CertificateReport is what was found about one certificate. It is data.
type CertificateReport struct {
	// Time is the moment of judgement.
	Time time.Time
	// Indication and SubIndication are the words of ETSI EN 319 102-1, 5.1.3.
	Indication    Indication
	SubIndication SubIndication
	// Code is the first fault in the path (trust.OK when there is none), Depth the
	// certificate of Chain it concerns.
	Code  trust.Code
	Depth int
	// Chain is the path as far as it was built, the certificate first.
	Chain []Certificate
	// Policies are the policies that the path is valid for (RFC 5280, 6.1.6), dotted;
	// empty when none is.
	Policies []string
	// Revocation is the state of the certificates whose state was asked for.
	Revocation Revocation
	// Evidence is what is known of each certificate of Chain but the anchor, when it was
	// asked for.
	Evidence []Evidence
	// Findings are what speaks against the certificate.
	Findings []Finding
}

// CertificateOptions says how a certificate is judged.
type CertificateOptions struct {
	// Trust has the anchors, other certificates and CRLs, the time, the purpose, the
	// policies, and whose revocation must be known: CRLCheck the certificate's,
	// CRLCheckAll that of the whole path. Trust.Revocation is not used.
	Trust trust.Options
	// OCSPs are OCSP responses to look at beside the CRLs.
	OCSPs []*revocation.OCSP
	// Fetcher is asked for what those do not settle; nil asks nobody.
	Fetcher revocation.Fetcher
	// RevocationOptional lets a certificate pass whose revocation was not asked for.
	RevocationOptional bool

	fetched []revocation.Evidence // what the Fetcher found, the leaf's first
}

// JudgeCertificate judges one certificate and its path by RFC 5280, 6, and RFC 6960. One
// of JPKI must assert its policy, unless other policies are asked for.
// Revocation data that concerns the path and cannot be relied on speaks against
// the certificate, whoever's it is.
func JudgeCertificate(ctx context.Context, leaf *trust.Certificate, opt CertificateOptions) *CertificateReport {
	t := opt.Trust
	t.Revocation = nil
	asked := t.CRLCheck || t.CRLCheckAll
	if asked {
		opt.fetch(ctx, leaf)
		t.CRLs, t.Revocation = opt.Trust.CRLs, revocation.Strict{OCSPs: opt.OCSPs}
	}
	result := trust.Verify(leaf, t)
	if result.Verdict == trust.Valid && len(t.Policies) == 0 && demandJPKIPolicy(result.Chain, &t, trust.Pinned) {
		result = trust.Verify(leaf, t)
	}
	r := &CertificateReport{Time: t.Moment(), Code: result.Code, Depth: result.Depth, Revocation: revocationOf(result, &t)}
	for _, c := range result.Chain {
		r.Chain = append(r.Chain, describe(c))
	}
	for _, p := range result.Policy.User {
		r.Policies = append(r.Policies, p.Policy.String())
	}
	for _, f := range result.Findings {
		r.Findings = append(r.Findings, Finding{Code: "certificate", Severity: Failure, Clause: f.Clause, Message: f.Text})
	}
	switch {
	case result.Verdict != trust.Valid:
		r.Indication, r.SubIndication = chainIndication(result.Code)
	case r.Revocation == RevocationNotChecked && !opt.RevocationOptional:
		r.Indication, r.SubIndication = Indeterminate, TryLater
	default:
		r.Indication = TotalPassed
	}
	if asked {
		r.weighEvidence(opt.evidence(ctx, result.Path(t)))
	}
	return r
}

// fetch adds what the Fetcher brings about the path that is built without it.
func (opt *CertificateOptions) fetch(ctx context.Context, leaf *trust.Certificate) {
	if opt.Fetcher == nil {
		return
	}
	t := opt.Trust
	t.CRLCheck, t.CRLCheckAll = false, false
	path := trust.Verify(leaf, t).Path(t)
	var used revocation.Material
	opt.fetched, used = revocation.Gather(ctx, revocation.GatherOptions{Path: path, Files: revocation.Material{OCSPs: opt.OCSPs}, Fetcher: opt.Fetcher})
	opt.Trust.CRLs = slices.Concat(opt.Trust.CRLs, used.CRLs)
	opt.Trust.Untrusted = slices.Concat(opt.Trust.Untrusted, used.Certificates)
	opt.OCSPs = slices.Concat(opt.OCSPs, used.OCSPs)
}

// evidence is what is known of the path's certificates: what the Fetcher found, where
// it was the same path.
func (opt *CertificateOptions) evidence(ctx context.Context, path *trust.Path) []revocation.Evidence {
	if slices.EqualFunc(opt.fetched, path.Chain[:max(len(path.Chain)-1, 0)], func(e revocation.Evidence, c *trust.Certificate) bool {
		return e.Certificate.Equal(c)
	}) {
		return opt.fetched
	}
	list, _ := revocation.Gather(ctx, revocation.GatherOptions{Path: path, Files: revocation.Material{OCSPs: opt.OCSPs}})
	return list
}

// weighEvidence tells what is known, and looks at certificates that need not be known
// too: a revocation counts, and so does data that cannot be relied on.
func (r *CertificateReport) weighEvidence(list []revocation.Evidence) {
	for depth, e := range list {
		r.Evidence = append(r.Evidence, describeEvidence(&e, r.Chain, originOf))
		if r.Indication != TotalPassed {
			continue
		}
		switch {
		case e.RevokedBy(r.Time):
			r.Indication, r.SubIndication, r.Revocation = Indeterminate, RevokedNoPOE, RevocationRevoked
			r.Code, r.Depth = trust.CodeCertificateRevoked, depth
		case e.Status == revocation.Unknown:
			r.Indication, r.SubIndication, r.Revocation = Indeterminate, TryLater, RevocationMissing
			r.Code, r.Depth = trust.CodeUnableToGetCRL, depth
		default:
			continue
		}
		r.Findings = append(r.Findings, Finding{Code: "revocation", Severity: Failure,
			Message: lang.M("certificate %d of the path: %v", "パスの証明書%d: %v", depth, e.Explanation())})
	}
}
