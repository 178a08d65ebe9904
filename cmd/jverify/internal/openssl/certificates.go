package openssl

import (
	"slices"

	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// judgeCertificates lets jverify's own judgement of certificates count beside openssl's:
// it knows proven times and more sources of revocation data. In the plain form it
// may accept what openssl refuses for want of these; refused are its objections.
func (r *run) judgeCertificates(v *Verdict, result *verify.Result) (report *verify.Report, refused []verify.Finding) {
	o := r.Options
	if r.Command.Report == nil || result == nil || o.NoVerify || !r.Plain && !o.Own.RequireRevocation {
		return nil, nil
	}
	report = r.Command.Report(r.ctx, r.message, result)
	for _, s := range report.Signatures {
		if s.Indication != verify.TotalPassed {
			refused = append(refused, failures(s.Findings)...)
		}
	}
	if r.Plain && !v.Valid && len(refused) == 0 && unsettled(v.Code) {
		bare := Judge(r.message, withoutChains(result), o)
		bare.Chains, bare.Code = v.Chains, trust.OK
		*v = bare
	}
	return report, refused
}

// failures are the findings that speak against a signature, whoever judges; what
// openssl passes over is no failure.
func failures(list []verify.Finding) (found []verify.Finding) {
	for _, f := range list {
		if f.Severity == verify.Failure {
			found = append(found, f)
		}
	}
	return found
}

// unsettled are the faults of a chain that a timestamp, other revocation data or a
// certificate found elsewhere in the message can settle.
func unsettled(code trust.Code) bool {
	return slices.Contains([]trust.Code{
		trust.CodeUnableToGetIssuerCertificate, trust.CodeUnableToGetIssuerCertificateLocally, trust.CodeUnableToVerifyLeafSignature,
		trust.CodeCertificateHasExpired, trust.CodeCertificateRevoked,
		trust.CodeUnableToGetCRL, trust.CodeCRLNotYetValid, trust.CodeCRLHasExpired,
	}, code)
}

// withoutChains is the result of the same checks without those of chains.
func withoutChains(r *verify.Result) *verify.Result {
	bare := &verify.Result{Digests: r.Digests, Signers: slices.Clone(r.Signers)}
	for i := range bare.Signers {
		bare.Signers[i].Chain = nil
	}
	return bare
}
