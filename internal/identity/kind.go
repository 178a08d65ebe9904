package identity

import (
	"crypto/x509"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Use is what a JPKI certificate is for.
type Use int

// The uses. The zero value means that it is no JPKI certificate.
const (
	NotJPKI        Use = iota
	Signing            // 署名用電子証明書
	Authentication     // 利用者証明用電子証明書
)

// Kind tells JPKI certificates apart.
type Kind struct {
	Use   Use
	Phone bool // of a phone's token, as far as the policy tells
	Test  bool // of a test environment, jsign's own test PKI included
}

// policyArc holds JPKI's certificate policies.
const policyArc = "1.2.392.200149.8.5.1."

// KindOf tells what JPKI certificate c is, by the first policy below JPKI's
// arc. A policy that is not known yet counts by its arc or, in the test arc, by
// the key usage. It says nothing of whether JPKI issued it: anyone can write a
// policy into a certificate.
func KindOf(c *x509.Certificate) Kind {
	for _, p := range c.Policies {
		if last, ok := strings.CutPrefix(p.String(), policyArc); ok {
			return kindOfPolicy(last, c.KeyUsage)
		}
	}
	return Kind{}
}

// kindOfPolicy takes the arcs below policyArc. 1.20, 3.30 and 0.20 are seen in
// certificates, 1.40 is reported; 0.30 to 0.50 are those of testdata/ca.
func kindOfPolicy(last string, usage x509.KeyUsage) Kind {
	arc, class, _ := strings.Cut(last, ".")
	k := Kind{Test: arc == "0", Phone: class == "40" || class == "50"}
	switch {
	case arc == "1":
		k.Use = Signing
	case arc == "3":
		k.Use = Authentication
	case !k.Test:
		return Kind{}
	case usage&x509.KeyUsageContentCommitment != 0:
		k.Use = Signing
	default:
		k.Use = Authentication
	}
	return k
}

// Message names the kind in both languages.
func (k Kind) Message() lang.Message {
	m := lang.M("not a JPKI certificate", "公的個人認証サービスの証明書ではありません")
	switch k.Use {
	case Signing:
		m = lang.M("JPKI signing certificate", "署名用電子証明書")
	case Authentication:
		m = lang.M("JPKI user-authentication certificate", "利用者証明用電子証明書")
	}
	if k.Phone {
		m = lang.M("%s of a phone", "スマートフォンの%s", m)
	}
	if k.Test {
		m = lang.M("%s (test)", "%s（試験用）", m)
	}
	return m
}
