package openssl

import (
	"fmt"
	"io"
	"strings"

	"github.com/jsign-jp/jsign/trust"
)

// printPolicies writes what openssl prints of a chain's policies: with
// -policy_print, and where an explicit policy is missing.
func printPolicies(w io.Writer, r *trust.Result, always bool) {
	outcome := r.Policy
	switch {
	case r.Code == trust.CodeNoExplicitPolicy:
		outcome.Authority, outcome.User = nil, nil // openssl keeps none of a tree that failed
	case r.Code != trust.OK || !always || !outcome.Processed:
		return
	}
	explicit := "False"
	if outcome.RequireExplicit {
		explicit = "True"
	}
	fmt.Fprintf(w, "Require explicit Policy: %s\n", explicit)
	printNodes(w, "Authority", outcome.Authority)
	printNodes(w, "User", outcome.User)
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
		fmt.Fprintf(w, "  Policy: %s\n    %s\n    %s\n", objectName(n.Policy), critical, qualifiers)
	}
}

// object is an identifier that openssl knows by name; long is "" where it is as
// short.
type object struct{ short, long, dotted string }

// objects are the names, of the thousand that openssl knows, that a policy may go
// by: policies, and key purposes that certificates give for one by mistake.
var objects = []object{
	{"anyPolicy", "X509v3 Any Policy", "2.5.29.32.0"},
	{"set-policy", "", "2.23.42.5"},
	{"set-policy-root", "", "2.23.42.5.0"},
	{"id-qt-cps", "Policy Qualifier CPS", "1.3.6.1.5.5.7.2.1"},
	{"id-qt-unotice", "Policy Qualifier User Notice", "1.3.6.1.5.5.7.2.2"},
	{"textNotice", "", "1.3.6.1.5.5.7.2.3"},
	{"anyExtendedKeyUsage", "Any Extended Key Usage", "2.5.29.37.0"},
	{"serverAuth", "TLS Web Server Authentication", "1.3.6.1.5.5.7.3.1"},
	{"clientAuth", "TLS Web Client Authentication", "1.3.6.1.5.5.7.3.2"},
	{"codeSigning", "Code Signing", "1.3.6.1.5.5.7.3.3"},
	{"emailProtection", "E-mail Protection", "1.3.6.1.5.5.7.3.4"},
	{"ipsecEndSystem", "IPSec End System", "1.3.6.1.5.5.7.3.5"},
	{"ipsecTunnel", "IPSec Tunnel", "1.3.6.1.5.5.7.3.6"},
	{"ipsecUser", "IPSec User", "1.3.6.1.5.5.7.3.7"},
	{"timeStamping", "Time Stamping", "1.3.6.1.5.5.7.3.8"},
	{"OCSPSigning", "OCSP Signing", "1.3.6.1.5.5.7.3.9"},
	{"DVCS", "dvcs", "1.3.6.1.5.5.7.3.10"},
}

// objectName is the identifier as openssl prints it.
func objectName(id trust.OID) string {
	dotted := id.String()
	for _, o := range objects {
		switch {
		case o.dotted != dotted:
		case o.long == "":
			return o.short
		default:
			return o.long
		}
	}
	return dotted
}

// parsePolicy reads a name or a number as OBJ_txt2obj does: spaces separate arcs
// as dots do, one separator may stand at the end, and an arc without digits is
// zero, but for the first.
func parsePolicy(value string) (trust.OID, bool) {
	for _, o := range objects {
		if value == o.short || value == o.long && value != "" {
			return trust.ParseOID(o.dotted)
		}
	}
	arcs := strings.Split(strings.TrimSuffix(strings.ReplaceAll(value, " ", "."), "."), ".")
	if len(arcs) < 2 || len(arcs[0]) != 1 {
		return "", false
	}
	for i, arc := range arcs {
		if arc == "" {
			arcs[i] = "0"
		}
	}
	return trust.ParseOID(strings.Join(arcs, "."))
}
