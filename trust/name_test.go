package trust_test

import (
	"math/big"
	"testing"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
)

// name builds a Name of one-attribute RDNs of type commonName.
func name(values ...[]byte) []byte {
	const commonName der.OID = "\x55\x04\x03"
	var rdns [][]byte
	for _, v := range values {
		rdns = append(rdns, der.SetOf(der.TagSet, der.Sequence(der.ObjectIdentifier(commonName), v)))
	}
	return der.Sequence(rdns...)
}

func text(tag byte, s string) []byte { return der.Element(tag, []byte(s)) }

const (
	utf8Tag, printable, ia5, t61, numeric, bmpTag, universal, octets = 0x0c, 0x13, 0x16, 0x14, 0x12, 0x1e, 0x1c, 0x04
)

func TestEqualNames(t *testing.T) {
	for _, c := range []struct {
		what string
		a, b []byte
		want bool
	}{
		{"letter case", name(text(utf8Tag, "Jpki CA")), name(text(utf8Tag, "JPKI ca")), true},
		{"types of string", name(text(utf8Tag, "JPKI")), name(text(printable, "JPKI")), true},
		{"IA5String", name(text(ia5, "jpki")), name(text(printable, "JPKI")), true},
		{"BMPString", name(text(bmpTag, "\x00J\x00P\x00K\x00I\x68\x2a")), name(text(utf8Tag, "jpki株")), true},
		{"UniversalString", name(text(universal, "\x00\x00\x00j\x00\x00\x68\x2a")), name(text(utf8Tag, "J株")), true},
		{"what is no string", name(text(octets, "JPKI")), name(text(utf8Tag, "JPKI")), false},
		{"T61String is Latin-1", name(text(t61, "caf\xe9")), name(text(utf8Tag, "café")), true},
		{"runs of spaces", name(text(utf8Tag, "  a \t b ")), name(text(utf8Tag, "a b")), true},
		{"a space less", name(text(utf8Tag, "ab")), name(text(utf8Tag, "a b")), false},
		{"case outside ASCII", name(text(utf8Tag, "É")), name(text(utf8Tag, "é")), false},
		{"full width", name(text(utf8Tag, "ＡＢ")), name(text(utf8Tag, "ab")), false},
		{"NumericString counts by itself", name(text(numeric, "12")), name(text(printable, "12")), false},
		{"order of RDNs", name(text(utf8Tag, "a"), text(utf8Tag, "b")), name(text(utf8Tag, "b"), text(utf8Tag, "a")), false},
		{"an RDN more", name(text(utf8Tag, "a")), name(text(utf8Tag, "a"), text(utf8Tag, "b")), false},
		{"empty names", name(), name(), true},
	} {
		if got := trust.EqualNames(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

func TestIdentifiedBy(t *testing.T) {
	c, err := trust.ParseCertificate(ca.DER(ca.OrgRSA2048))
	if err != nil {
		t.Fatal(err)
	}
	other, err := trust.ParseCertificate(ca.DER(ca.OrgP256))
	if err != nil {
		t.Fatal(err)
	}
	next := new(big.Int).Add(c.Serial, big.NewInt(1))
	for what, got := range map[string]bool{
		"issuer and serial":     c.IdentifiedBy(c.RawIssuer, c.Serial, nil),
		"key identifier":        c.IdentifiedBy(nil, nil, c.SubjectKeyID()),
		"not: serial":           !c.IdentifiedBy(c.RawIssuer, next, c.SubjectKeyID()),
		"not: issuer":           !c.IdentifiedBy(c.RawSubject, c.Serial, c.SubjectKeyID()),
		"not: no identifier":    !c.IdentifiedBy(c.RawIssuer, nil, nil),
		"not: other identifier": !c.IdentifiedBy(c.RawIssuer, nil, other.SubjectKeyID()),
	} {
		if !got {
			t.Error(what)
		}
	}
}

func TestParseOID(t *testing.T) {
	for _, s := range []string{"1.2.3.4", "2.5.29.32.0", "1.2.392.200149.8.5.1.1.20", "2.999.4294967296"} {
		id, ok := trust.ParseOID(s)
		if !ok || id.String() != s {
			t.Errorf("%s: %s %v", s, id, ok)
		}
	}
	for _, s := range []string{"", "not-an-oid", "1", "3.1", "1.2..3", "1.40.1", "-1.2"} {
		if _, ok := trust.ParseOID(s); ok {
			t.Errorf("%q read", s)
		}
	}
}
