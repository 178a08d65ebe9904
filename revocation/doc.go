// Package revocation judges whether a certificate was revoked.
package revocation

import "github.com/jsign-jp/jsign/trust"

// OpenSSL judges by CRLs as OpenSSL 3.0 does, for trust.VerifyOpenSSL. It has no
// state and needs none: CRLs and flags are those of trust.Options.
type OpenSSL struct{}

// CheckRevocation implements trust.RevocationChecker.
func (OpenSSL) CheckRevocation(p *trust.Path, depth int) trust.Fault {
	return trust.Fault{Code: trust.CodeUnableToGetCRL, Depth: depth}
}
