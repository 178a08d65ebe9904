package verify

import (
	"time"

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
	// empty when policies were not asked for.
	Policies []string
	// Revocation is the state of revocation.
	Revocation Revocation
	// Findings are what speaks against the certificate.
	Findings []Finding
}

// CertificateOptions says how a certificate is judged.
type CertificateOptions struct {
	// Trust has the anchors, the other certificates and CRLs, the time, the purpose,
	// the policies, and which certificates' revocation is asked for.
	Trust trust.Options
	// RevocationOptional lets a certificate pass whose revocation state was not asked
	// for.
	RevocationOptional bool
}

// JudgeCertificate judges one certificate and its path by RFC 5280, 6.
func JudgeCertificate(leaf *trust.Certificate, opt CertificateOptions) *CertificateReport {
	result := trust.Verify(leaf, opt.Trust)
	r := &CertificateReport{Time: opt.Trust.Moment(), Code: result.Code, Depth: result.Depth, Revocation: revocationOf(result, &opt.Trust)}
	for _, c := range result.Chain {
		r.Chain = append(r.Chain, describe(c))
	}
	for _, p := range result.Policy.User {
		r.Policies = append(r.Policies, p.Policy.String())
	}
	for _, f := range result.Findings {
		r.Findings = append(r.Findings, Finding{Code: "certificate", Severity: Failure, Clause: f.Clause, Message: f.Text})
	}
	s := Signature{Revocation: r.Revocation}
	r.Indication, r.SubIndication = s.chainObjection(result, ReportOptions{RevocationOptional: opt.RevocationOptional})
	if r.Indication == IndicationUnknown {
		r.Indication = TotalPassed
	}
	return r
}
