package pades

import (
	"bytes"
	"crypto/x509"
	"slices"
	"strings"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// Bits of /Ff in a certificate seed value dictionary (ISO 32000-2, table 238).
const (
	certSubject   = 1 << 0
	certIssuer    = 1 << 1
	certOID       = 1 << 2
	certSubjectDN = 1 << 3
	certKeyUsage  = 1 << 5
)

// attributeNames are the attribute types that /SubjectDN may name by a short
// name (RFC 4519, RFC 2985); others are named by their OID.
var attributeNames = map[string]string{
	"2.5.4.3": "cn", "2.5.4.6": "c", "2.5.4.7": "l", "2.5.4.8": "st", "2.5.4.10": "o", "2.5.4.11": "ou",
	"2.5.4.4": "sn", "2.5.4.42": "givenname", "2.5.4.5": "serialnumber", "1.2.840.113549.1.9.1": "e",
}

// checkCertificateSeed refuses a signer's certificate that does not meet the
// demands of /Cert in a field's seed value dictionary. chain[0] is the
// signer's.
func checkCertificateSeed(v *view, seed pdf.Dict, field string, chain []*x509.Certificate) error {
	cert := v.dict(seed.Get("Cert"))
	if cert == nil {
		return nil
	}
	flags, _ := v.integer(cert.Get("Ff"))
	for _, rule := range []struct {
		bit  int64
		met  func() bool
		what string
		ja   string
	}{
		{certSubject, func() bool { return anyOf(v, cert.Get("Subject"), chain[:1]) }, "one of certain certificates", "特定の証明書"},
		{certIssuer, func() bool { return anyOf(v, cert.Get("Issuer"), chain[1:]) }, "a certificate of a certain issuer", "特定の発行者の証明書"},
		{certOID, func() bool { return hasPolicy(v, cert.Get("OID"), chain[0]) }, "a certificate of a certain policy", "特定のポリシーの証明書"},
		{certSubjectDN, func() bool { return hasSubject(v, cert.Get("SubjectDN"), chain[0]) }, "a certificate of a certain subject", "特定の主体者名の証明書"},
		{certKeyUsage, func() bool { return hasKeyUsage(v, cert.Get("KeyUsage"), chain[0]) }, "a certificate of a certain key usage", "特定の鍵用途の証明書"},
	} {
		if flags&rule.bit != 0 && !rule.met() {
			return seedError(field, certificateHint, rule.what, rule.ja)
		}
	}
	return nil
}

// anyOf reports whether one of the certificates is in a list of them in DER.
func anyOf(v *view, list pdf.Object, certs []*x509.Certificate) bool {
	return slices.ContainsFunc(v.array(list), func(o pdf.Object) bool {
		der, _ := v.resolve(o).(pdf.String)
		return slices.ContainsFunc(certs, func(c *x509.Certificate) bool { return bytes.Equal(c.Raw, der.Bytes) })
	})
}

func hasPolicy(v *view, list pdf.Object, cert *x509.Certificate) bool {
	wanted := v.texts(list)
	return slices.ContainsFunc(cert.Policies, func(p x509.OID) bool { return slices.Contains(wanted, p.String()) })
}

// hasSubject reports whether one of the dictionaries of attributes is contained
// in the certificate's subject.
func hasSubject(v *view, list pdf.Object, cert *x509.Certificate) bool {
	return slices.ContainsFunc(v.array(list), func(o pdf.Object) bool {
		for _, e := range v.dict(o) {
			value, _ := v.text(e.Value)
			if !hasAttribute(cert, strings.ToLower(string(e.Key)), value) {
				return false
			}
		}
		return true
	})
}

func hasAttribute(cert *x509.Certificate, name, value string) bool {
	for _, a := range cert.Subject.Names {
		oid := a.Type.String()
		if s, ok := a.Value.(string); ok && s == value && (oid == name || attributeNames[oid] == name) {
			return true
		}
	}
	return false
}

// hasKeyUsage reports whether one of the patterns fits: a character for each
// bit from digitalSignature on, 1 must be set, 0 must not, anything else either.
func hasKeyUsage(v *view, list pdf.Object, cert *x509.Certificate) bool {
	return slices.ContainsFunc(v.texts(list), func(pattern string) bool {
		for bit, c := range []byte(pattern) {
			set := cert.KeyUsage&(1<<bit) != 0
			if c == '1' && !set || c == '0' && set {
				return false
			}
		}
		return true
	})
}
