package revocation

import "github.com/jsign-jp/jsign/trust"

// Strict judges by RFC 5280, 6.3 and RFC 6960, for trust.Verify: a certificate that was
// revoked by the time of judgement is refused, and so is one whose status is unknown.
// CRLs are those of trust.Options and its store; issuers of CRLs and OCSP responders
// are looked for on the path, in the message and in the store. The zero value is ready
// and safe for concurrent use.
type Strict struct {
	// OCSPs are responses to look at beside the CRLs.
	OCSPs []*OCSP
}

// CheckRevocation implements trust.RevocationChecker.
func (s Strict) CheckRevocation(p *trust.Path, depth int) trust.Fault {
	q := QueryFor(p, depth)
	q.OCSPs = s.OCSPs
	evidence := Check(q)
	switch evidence.Status {
	case Good:
		return trust.Fault{}
	case Revoked:
		if !evidence.RevokedBy(p.Time) {
			return trust.Fault{}
		}
		return trust.Fault{Code: trust.CodeCertificateRevoked, Depth: depth}
	}
	if len(evidence.Refused) > 0 {
		r := evidence.Refused[0]
		return trust.Fault{Code: r.Code, Depth: depth, Queue: r.Queue}
	}
	return trust.Fault{Code: trust.CodeUnableToGetCRL, Depth: depth}
}

// QueryFor makes the question about p.Chain[depth] from what a verification has.
func QueryFor(p *trust.Path, depth int) Query {
	o, c := p.Options, p.Chain[depth]
	q := Query{
		Certificate: c, Issuer: p.Chain[min(depth+1, len(p.Chain)-1)], Chain: p.Chain[depth:], Time: p.Time,
		IssuerPath: p.CRLIssuerPath, Algorithms: o.Algorithms,
	}
	names := [][]byte{c.RawIssuer}
	for _, point := range c.CRLDistributionPoints() {
		for _, g := range point.CRLIssuer {
			if g.Kind == trust.DirectoryName {
				names = append(names, g.Value)
			}
		}
	}
	q.CRLs = append(q.CRLs, o.CRLs...)
	for _, name := range names {
		q.CRLs = append(q.CRLs, o.Anchors.CRLsByIssuer(name)...)
	}
	q.Candidates = append(q.Candidates, o.Untrusted...)
	for _, name := range names {
		q.Candidates = append(q.Candidates, o.Anchors.CertificatesBySubject(name)...)
	}
	return q
}
