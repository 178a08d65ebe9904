package keys

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/lang"
)

func TestParseURI(t *testing.T) {
	query := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	for s, want := range map[string]URI{
		"jpki:":                     {Scheme: "jpki", Query: query()},
		"JPKI:?":                    {Scheme: "jpki", Query: query()},
		"jpki:?cert=auth":           {Scheme: "jpki", Query: query("cert", "auth")},
		"jpki:?reader=Sony FeliCa+": {Scheme: "jpki", Query: query("reader", "Sony FeliCa+")},
		"jpki:?reader=A%26B%20%25%E9%A1%94&cert=sign": {Scheme: "jpki", Query: query("reader", "A&B %顔", "cert", "sign")},
		"emulator:?contactless&token=android":         {Scheme: "emulator", Query: query("contactless", "", "token", "android")},
		"emulator:?delay=200ms&tries=1&token=android": {Scheme: "emulator", Query: query("delay", "200ms", "tries", "1", "token", "android")},
		"pkcs12:key.p12":                 {Scheme: "pkcs12", Path: "key.p12"},
		"pkcs12:../a b/鍵%20?x=y#z,w.p12": {Scheme: "pkcs12", Path: "../a b/鍵%20?x=y#z,w.p12"},
		`pkcs12:C:\Users\me\x.p12`:       {Scheme: "pkcs12", Path: `C:\Users\me\x.p12`},
		"pkcs12:?":                       {Scheme: "pkcs12", Path: "?"},
		"pem:cert.pem,key.pem":           {Scheme: "pem", Path: "cert.pem,key.pem"},
		`pem:C:\c.pem,D:\k.pem`:          {Scheme: "pem", Path: `C:\c.pem,D:\k.pem`},
		"pem:both.pem":                   {Scheme: "pem", Path: "both.pem"},
		"Pem:a?%,b":                      {Scheme: "pem", Path: "a?%,b"},
	} {
		u, err := ParseURI(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if u.Scheme != want.Scheme || u.Path != want.Path || u.Query.Encode() != want.Query.Encode() {
			t.Errorf("%s: %+v, want %+v", s, u, want)
		}
	}
}

func TestParseURIRefuses(t *testing.T) {
	for s, c := range map[string]struct{ en, hint string }{
		"":                                    {`"" is not a key`, ""},
		"card":                                {"card is not a key", ""},
		"smartcard:":                          {"smartcard: is not a key", ""},
		"file:/x":                             {"file:/x is not a key", ""},
		"key.p12":                             {"key.p12 is not a key", "pkcs12:key.p12"},
		`C:\Key.PFX`:                          {`C:\Key.PFX is not a key`, `pkcs12:C:\Key.PFX`},
		"cert.pem":                            {"cert.pem is not a key", "pem:CERT,KEY"},
		"jpki:reader":                         {"takes no path", ""},
		"jpki://?cert=sign":                   {"takes no path", ""},
		"jpki:?pin=1234":                      {"has no option pin", "cert, reader"},
		"jpki:?delay=1s":                      {"has no option delay", "cert, reader"},
		"jpki:?cert=sign&cert=auth":           {"cert is given twice", ""},
		"jpki:?cert=sign&%63ert=sign":         {"cert is given twice", ""},
		"jpki:?cert":                          {"cert has no value", ""},
		"jpki:?cert=":                         {"cert has no value", ""},
		"jpki:?cert=sign&":                    {`has no option ""`, "cert, reader"},
		"jpki:?reader=100%":                   {"100% has a percent sign", "%25"},
		"jpki:?%zz=1":                         {"%zz has a percent sign", "%25"},
		"jpki:?a\nb=1":                        {`has no option "a\nb"`, "reader"},
		"pkcs12:":                             {"lacks a file name", ""},
		"pem:":                                {"lacks a file name", ""},
		"pem:,":                               {"lacks a file name", ""},
		"pem:cert.pem,":                       {"lacks a file name", ""},
		"pem:,key.pem":                        {"lacks a file name", ""},
		"pem:a,b,c":                           {"takes two files, not 3", "twice"},
		"pkcs12:" + strings.Repeat("x", 9000): {"longer than 8192 bytes", ""},
		"emulator:?de" + strings.Repeat("\n", 8000): {"longer than 8192 bytes", ""}, // escaped, as String writes it
	} {
		_, err := ParseURI(s)
		if err == nil {
			t.Errorf("%q is accepted", s)
			continue
		}
		en, ja := lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese)
		if !strings.Contains(en, c.en) || ja == en || strings.Contains(en+ja, "%!") {
			t.Errorf("%q: %s / %s", s, en, ja)
		}
		hint, hintJA := lang.Hint(err, lang.English), lang.Hint(err, lang.Japanese)
		if !strings.Contains(hint, c.hint) || (hint == "") != (c.hint == "") || strings.Contains(hint+hintJA, "%!") {
			t.Errorf("%q: hint %q / %q", s, hint, hintJA)
		}
	}
}

func TestFiles(t *testing.T) {
	for s, want := range map[string][]string{
		"pkcs12:a,b.p12": {"a,b.p12"},
		"pem:c,k":        {"c", "k"},
		"pem:both":       {"both", "both"},
		"pem:a,,b,k":     {"a,b", "k"},
		"pem:a,,,k":      {"a,", "k"},
		"pem:a,./,,k":    {"a", "./,k"},
		"pem:,,,,":       {",,", ",,"},
	} {
		u, err := ParseURI(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if got, err := u.Files(); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", s, got, err)
		}
	}
}

// What is accepted is written back so that it reads the same.
func FuzzURIRoundTrip(f *testing.F) {
	for _, s := range []string{
		"jpki:", "jpki:?reader=A%26B%20%25&cert=auth", "emulator:?delay=200ms&tries=1&token=android",
		`pkcs12:C:\x.p12`, "pem:a,,b,k%20?", "pem:", "x", "jpki:?cert=%",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseURI(s)
		if err != nil {
			if lang.Explain(err, lang.Japanese) == "" {
				t.Error("an error without text")
			}
			return
		}
		again, err := ParseURI(u.String())
		if err != nil || again.String() != u.String() || again.Path != u.Path || again.Query.Encode() != u.Query.Encode() {
			t.Errorf("%q is written as %q, which reads as %+v, %v", s, u.String(), again, err)
		}
	})
}
