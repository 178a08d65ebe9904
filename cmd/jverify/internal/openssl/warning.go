package openssl

import (
	"fmt"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

// warningsOf lists what openssl passes over and the standards do not, each once.
func warningsOf(m *verify.Message, r *verify.Result) (list []verify.Finding) {
	seen := map[string]bool{}
	add := func(findings []verify.Finding) {
		for _, f := range findings {
			text := f.Message.String()
			if f.Severity != verify.Info && !seen[text] {
				seen[text] = true
				list = append(list, f)
			}
		}
	}
	add(m.Audited())
	for i := range r.Signers {
		add(m.AuditedSigner(r, i))
	}
	return list
}

// objections are why jverify refuses what openssl accepts: revocation that was
// to be checked, and with -strict what the standards object to.
func (r *run) objections(warnings []verify.Finding) []verify.Finding {
	o := r.Options
	var list []verify.Finding
	if o.Own.RequireRevocation && !o.Check.CRLCheck && !o.Check.CRLCheckAll {
		list = append(list, verify.Finding{Code: "revocation-not-checked", Severity: verify.Failure,
			Message: lang.M("revocation was not checked: use -crl_check_all, with CRLs in -CAfile", "失効を確認していません: -crl_check_allを指定し、失効リストを-CAfileに入れてください")})
	}
	if o.Own.Strict {
		list = append(list, warnings...)
	}
	return list
}

// printFindings writes jverify's own lines after openssl's.
func (r *run) printFindings(kind string, list []verify.Finding) {
	for _, f := range list {
		clause := ""
		if f.Clause != "" {
			clause = " [" + f.Clause + "]"
		}
		fmt.Fprintf(r.Stderr, "jverify: %s: %s%s\n", kind, f.Message.In(r.Language), clause)
	}
}
