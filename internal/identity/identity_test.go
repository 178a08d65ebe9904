package identity_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/identity"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/testdata/ca"
)

// name is an otherName to be built.
type name struct {
	oid   asn1.ObjectIdentifier
	tag   cbasn1.Tag
	value string
}

func personal(last int, value string) name {
	return name{asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, last}, cbasn1.UTF8String, value}
}

// certificate has a subjectAltName of these names and nothing else.
func certificate(names ...name) *x509.Certificate {
	context0 := cbasn1.Tag(0).ContextSpecific().Constructed()
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, n := range names {
			b.AddASN1(context0, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(n.oid)
				b.AddASN1(context0, func(b *cryptobyte.Builder) {
					b.AddASN1(n.tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(n.value)) })
				})
			})
		}
	})
	return withAltName(b.BytesOrPanic())
}

func withAltName(value []byte) *x509.Certificate {
	oid := asn1.ObjectIdentifier{2, 5, 29, 17}
	return &x509.Certificate{Extensions: []pkix.Extension{{Id: oid, Value: value}}}
}

func TestFromCertificate(t *testing.T) {
	id, ok := identity.FromCertificate(ca.Certificate(ca.Sign))
	if !ok {
		t.Fatal("no identity in a signing certificate")
	}
	want := identity.Identity{
		Name: "見本　花子", NameSubstitutes: "00000",
		Sex:     identity.Female,
		Address: "東京都架空市見本町一丁目２番３号", AddressSubstitutes: strings.Repeat("0", 16),
		BirthDate: id.BirthDate,
	}
	if len(id.Other) != 0 || id.Name != want.Name || id.NameSubstitutes != want.NameSubstitutes || id.Sex != want.Sex ||
		id.Address != want.Address || id.AddressSubstitutes != want.AddressSubstitutes {
		t.Errorf("other values: %q %q %v %q %q %d", id.Name, id.NameSubstitutes, id.Sex, id.Address, id.AddressSubstitutes, len(id.Other))
	}
	if d := id.BirthDate; d.Era != identity.Heisei || d.String() != "1990-04-01" || !d.Complete() {
		t.Errorf("birth date %v in era %d", d, d.Era)
	}
	for _, file := range []string{ca.Auth, ca.OrgRSA2048, ca.SignCA2, ca.TSA} {
		if _, ok := identity.FromCertificate(ca.Certificate(file)); ok {
			t.Errorf("%s: an identity", file)
		}
	}
}

func TestIncompleteIdentity(t *testing.T) {
	id, ok := identity.FromCertificate(ca.Certificate(ca.SignSubstitute))
	if !ok || id.Sex != identity.SexUnknown || id.NameSubstitutes != "00001" {
		t.Errorf("%v, sex %v, flags %q", ok, id.Sex, id.NameSubstitutes)
	}
	if d := id.BirthDate; !d.Stated() || d.Complete() || d.String() != "1945-??-??" {
		t.Errorf("birth date %v", d)
	}
}

// Nothing that a certificate says is lost, however odd.
func TestOddAttributesAreKept(t *testing.T) {
	unknown := name{asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, 9}, cbasn1.UTF8String, "ミホン　ハナコ"}
	for what, c := range map[string]struct {
		names []name
		other int
	}{
		"unknown attribute":   {[]name{personal(1, "見本"), unknown}, 1},
		"another arc":         {[]name{personal(1, "見本"), {asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 20, 2, 3}, cbasn1.UTF8String, "a@b"}}, 1},
		"longer arc":          {[]name{personal(1, "見本"), {asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, 1, 1}, cbasn1.UTF8String, "x"}}, 1},
		"repeated name":       {[]name{personal(1, "見本"), personal(1, "別人")}, 1},
		"repeated birth date": {[]name{personal(1, "見本"), personal(4, "419900401"), personal(4, "419910401")}, 1},
		"unknown sex":         {[]name{personal(1, "見本"), personal(3, "9")}, 1},
		"broken birth date":   {[]name{personal(1, "見本"), personal(4, "419900231")}, 1},
		"other string type":   {[]name{personal(1, "見本"), {asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, 5}, cbasn1.Tag(30), "\x00A"}}, 1},
		"invalid UTF-8":       {[]name{personal(1, "見本"), personal(5, "\xff\xfe")}, 1},
		"escape sequence":     {[]name{personal(1, "見本"), personal(5, "\x1b[2J東京都")}, 1},
		"text direction":      {[]name{personal(1, "見本"), personal(5, "東京\u202e都")}, 1},
		"empty":               {[]name{personal(1, "見本"), personal(5, "")}, 1},
		"too long":            {[]name{personal(1, "見本"), personal(5, strings.Repeat("京", 2000))}, 1},
		"PrintableString":     {[]name{personal(1, "見本"), {asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, 5}, cbasn1.PrintableString, "Tokyo"}}, 0},
	} {
		id, ok := identity.FromCertificate(certificate(c.names...))
		if !ok || id.Name != "見本" || len(id.Other) != c.other {
			t.Errorf("%s: %v, name %q, %d others", what, ok, id.Name, len(id.Other))
		}
	}
}

func TestLimits(t *testing.T) {
	var many []name
	for range 100 {
		many = append(many, personal(9, "x"))
	}
	if id, _ := identity.FromCertificate(certificate(many...)); len(id.Other) != 64 {
		t.Errorf("%d others", len(id.Other))
	}
	if _, ok := identity.FromCertificate(certificate(personal(1, "見本"), personal(9, strings.Repeat("x", 70<<10)))); ok {
		t.Error("an extension beyond the limit is read")
	}
}

func TestIdentityPrintsNothing(t *testing.T) {
	id, _ := identity.FromCertificate(ca.Certificate(ca.Sign))
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, v := range []any{id, &id, struct{ I identity.Identity }{id}} {
			if s := fmt.Sprintf(format, v); strings.Contains(s, "見本") || strings.Contains(s, "1990") {
				t.Errorf("%s of %T shows the holder", format, v)
			}
		}
	}
}

func TestSignerName(t *testing.T) {
	plain := func(cn string) *x509.Certificate { return &x509.Certificate{Subject: pkix.Name{CommonName: cn}} }
	for _, c := range []struct {
		certificate *x509.Certificate
		want        string
	}{
		{ca.Certificate(ca.Sign), "見本　花子"},
		{ca.Certificate(ca.Auth), "TEST00A1AGCIEG99999001A"},
		{ca.Certificate(ca.OrgP256), "Test Signer P-256"},
		{plain("a\x1b[31mb\u202ec"), "a[31mbc"},
		{&x509.Certificate{Subject: pkix.Name{Organization: []string{"見本商店"}}}, "O=見本商店"},
		{plain(""), ""},
	} {
		if got := identity.SignerName(c.certificate); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestMessages(t *testing.T) {
	id, _ := identity.FromCertificate(ca.Certificate(ca.Sign))
	partial, _ := identity.FromCertificate(ca.Certificate(ca.SignSubstitute))
	noEra, _ := identity.FromCertificate(certificate(personal(4, "019900401")))
	for _, c := range []struct {
		message lang.Message
		en, ja  string
	}{
		{id.BirthDate.Message(), "1990-04-01 (Heisei 2)", "平成2年（1990年）4月1日"},
		{partial.BirthDate.Message(), "1945-??-?? (Showa 20)", "昭和20年（1945年）、月日不明"},
		{noEra.BirthDate.Message(), "1990-04-01", "1990年4月1日"},
		{identity.BirthDate{}.Message(), "not stated", "記載なし"},
		{id.Sex.Message(), "female", "女"},
		{identity.Male.Message(), "male", "男"},
		{partial.Sex.Message(), "unknown", "不明"},
		{identity.SexNotStated.Message(), "not stated", "記載なし"},
	} {
		if en, ja := c.message.In(lang.English), c.message.In(lang.Japanese); en != c.en || ja != c.ja {
			t.Errorf("%q %q, want %q %q", en, ja, c.en, c.ja)
		}
	}
}

func TestBirthDates(t *testing.T) {
	for value, want := range map[string]string{
		"119120729": "1912-07-29", "219120730": "1912-07-30", "319890107": "1989-01-07", "519190501": "1919-05-01",
		"020000000": "2000-??-??", "000000000": "????-??-??", "000000229": "????-02-29", "420000229": "2000-02-29",
		"419900031": "1990-??-31",
		"420010229": "", "419901301": "", "419900432": "", "419900032": "", "619900401": "", "41990040": "",
		"4199004011": "", "41990040x": "", "４１９": "", "": "",
	} {
		id, ok := identity.FromCertificate(certificate(personal(4, value)))
		if got := id.BirthDate.String(); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", value, got, ok)
		}
	}
}

func TestEras(t *testing.T) {
	for value, want := range map[string]string{
		"119120729": "明治45年", "219120730": "大正元年", "319890107": "昭和64年", "419890108": "平成元年", "520190501": "令和元年",
		"518000101": "1800年", // before the era began
		"000000000": "年月日不明", "000000229": "2月29日、年不明",
	} {
		id, _ := identity.FromCertificate(certificate(personal(4, value)))
		if got := id.BirthDate.Message().In(lang.Japanese); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}

// No extension makes reading panic, and what is read is within the limits and
// safe to print.
func FuzzAltName(f *testing.F) {
	seeds := 0
	for _, file := range ca.Certificates() {
		for _, e := range ca.Certificate(file).Extensions {
			if e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 17}) {
				f.Add(e.Value)
				seeds++
			}
		}
	}
	if seeds == 0 {
		f.Fatal("no seed")
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		id, ok := identity.FromCertificate(withAltName(value))
		for _, s := range []string{id.Name, id.Address, id.NameSubstitutes, id.AddressSubstitutes} {
			if len(s) > 4096 || strings.ContainsAny(s, "\x00\x1b\n\r\u202e") {
				t.Errorf("unsafe value %q", s)
			}
		}
		stated := id.Name != "" || id.Address != "" || id.Sex != 0 || id.BirthDate.Stated() ||
			id.NameSubstitutes != "" || id.AddressSubstitutes != ""
		if ok != stated {
			t.Errorf("ok is %v, stated %v", ok, stated)
		}
		_ = id.BirthDate.Message().In(lang.Japanese)
		_ = identity.SignerName(withAltName(value))
	})
}
