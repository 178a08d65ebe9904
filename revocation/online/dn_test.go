package online

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// TestDistinguishedName: names as RFC 4514 writes them.
func TestDistinguishedName(t *testing.T) {
	attribute := func(id asn1.ObjectIdentifier, value any) pkix.RelativeDistinguishedNameSET {
		return pkix.RelativeDistinguishedNameSET{{Type: id, Value: value}}
	}
	cn, o, uid := asn1.ObjectIdentifier{2, 5, 4, 3}, asn1.ObjectIdentifier{2, 5, 4, 10}, asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}
	for want, name := range map[string]pkix.RDNSequence{
		"":                    {},
		"CN=b,O=a":            {attribute(o, "a"), attribute(cn, "b")},
		"CN=東京都":              {attribute(cn, "東京都")},
		`CN=\ a b\ `:          {attribute(cn, " a b ")},
		`CN=\#a#`:             {attribute(cn, "#a#")},
		`CN=\"\+\,\;\<\>\\\=`: {attribute(cn, `"+,;<>\=`)},
		`CN=a\00b\0a`:         {attribute(cn, "a\x00b\n")},
		"UID=x":               {attribute(uid, "x")},
		"1.2.3.4=#130178":     {attribute(asn1.ObjectIdentifier{1, 2, 3, 4}, "x")},
		"CN=a+O=b":            {{{Type: cn, Value: "a"}, {Type: o, Value: "b"}}},
		"CN=" + strings.Repeat("long ", 40) + "x": {attribute(cn, strings.Repeat("long ", 40)+"x")},
	} {
		raw, err := asn1.Marshal(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := distinguishedName(raw); !ok || got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	number, err := asn1.Marshal(pkix.RDNSequence{attribute(cn, 1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range [][]byte{nil, {0x30}, {0x31, 0}, der.Sequence(der.Null()), der.Sequence(der.Element(der.TagSet)), append(der.Sequence(), 0), number} {
		if got, ok := distinguishedName(broken); ok {
			t.Errorf("%x gives %q", broken, got)
		}
	}
}

// FuzzNamesAreReadByDirectories: what is written, an LDAP library reads as a name with as
// many parts: nothing in a certificate's name can break out of its value.
func FuzzNamesAreReadByDirectories(f *testing.F) {
	for _, name := range []string{"sign.pem", "auth.pem", "sign-ca-2.pem", "org-rsa2048.pem", "tsa.pem"} {
		c := ca.Certificate(name)
		f.Add(c.RawSubject)
		f.Add(c.RawIssuer)
	}
	f.Fuzz(func(t *testing.T, name []byte) {
		text, ok := distinguishedName(name)
		if !ok {
			return
		}
		var rdns []asn1.RawValue
		if _, err := asn1.Unmarshal(name, &rdns); err != nil {
			return // rarer DER than encoding/asn1 reads
		}
		dn, err := ldap.ParseDN(text)
		if err != nil && strings.Contains(text, "=#") {
			return // the library wants to understand what it is given encoded
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if len(dn.RDNs) != len(rdns) {
			t.Errorf("%q has %d parts, want %d", text, len(dn.RDNs), len(rdns))
		}
	})
}
