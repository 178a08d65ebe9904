package openssl

import (
	"fmt"

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

// objections are, with -strict, what the standards have against what openssl
// accepts.
func (r *run) objections(warnings []verify.Finding) []verify.Finding {
	o := r.Options
	var list []verify.Finding
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
