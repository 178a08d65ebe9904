package openssl

import (
	"fmt"
	"io"

	"github.com/jsign-jp/jsign/trust"
)

// printPolicies writes what openssl prints of a chain's policies: with
// -policy_print, and where an explicit policy is missing.
func printPolicies(w io.Writer, r *trust.Result, always bool) {
	if !always && r.Code != trust.CodeNoExplicitPolicy {
		return
	}
	if r.Code != trust.OK && r.Code != trust.CodeNoExplicitPolicy {
		return
	}
	explicit := "False"
	if r.Policy.RequireExplicit {
		explicit = "True"
	}
	fmt.Fprintf(w, "Require explicit Policy: %s\n", explicit)
	printNodes(w, "Authority", r.Policy.Authority)
	printNodes(w, "User", r.Policy.User)
}

func printNodes(w io.Writer, whose string, nodes []trust.PolicyNode) {
	if len(nodes) == 0 {
		fmt.Fprintf(w, "%s Policies: <empty>\n", whose)
		return
	}
	fmt.Fprintf(w, "%s Policies:\n", whose)
	for _, n := range nodes {
		critical := "Non Critical"
		if n.Critical {
			critical = "Critical"
		}
		qualifiers := "No Qualifiers"
		if len(n.Qualifiers) > 0 {
			qualifiers = fmt.Sprintf("%d Qualifiers", len(n.Qualifiers))
		}
		fmt.Fprintf(w, "  Policy: %s\n    %s\n    %s\n", n.Policy, critical, qualifiers)
	}
}
