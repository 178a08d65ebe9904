package pdf

import (
	"errors"
	"testing"
)

// A password opens a document whether its program followed the standard in how
// it turns characters into bytes or not.
func TestPasswordForms(t *testing.T) {
	encrypted := func(password, bits string) []byte {
		return convert(t, richDoc(), "qpdf", "--allow-weak-crypto", "--password-mode=bytes", "--encrypt", password, "owner", bits, "--", "IN", "OUT")
	}
	for name, test := range map[string]struct{ made, bits, given string }{
		"R6, half width as it is":    {"ﾊﾟｽﾜｰﾄﾞ", "256", "ﾊﾟｽﾜｰﾄﾞ"},
		"R6, half width prepared":    {"パスワード", "256", "ﾊﾟｽﾜｰﾄﾞ"},
		"R6, full width as it is":    {"ＰＡＳＳ", "256", "ＰＡＳＳ"},
		"R6, decomposed as it is":    {"か\u3099", "256", "か\u3099"},
		"R6, decomposed prepared":    {"が", "256", "か\u3099"},
		"R3, bytes":                  {"pa\xfcs", "128", "pa\xfcs"},
		"R3, UTF-8 as it is":         {"paüs", "128", "paüs"},
		"R3, PDFDocEncoding of UTF8": {"pa\xfcs\xa0", "128", "paüs€"},
		"R2, PDFDocEncoding of UTF8": {"\x84\xfc", "40", "—ü"},
	} {
		data := encrypted(test.made, test.bits)
		if _, err := openBytes(data, Options{Password: []byte(test.given)}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := openBytes(data, Options{Password: []byte("x" + test.given)}); !errors.Is(err, ErrPassword) {
			t.Errorf("%s: another password gives %v", name, err)
		}
	}
}

func TestDocEncode(t *testing.T) {
	for c := range 256 {
		r := DocRune(byte(c))
		out, ok := docEncode([]byte(string(r)))
		if undefined := c == 0x7f || c == 0x9f || c == 0xad; ok == undefined || ok && (len(out) != 1 || out[0] != byte(c)) {
			t.Errorf("%#02x is %q, and that %x, %v", c, r, out, ok)
		}
	}
	for _, text := range []string{"山", "\xff", "\u0080"} {
		if out, ok := docEncode([]byte(text)); ok {
			t.Errorf("%q is %x", text, out)
		}
	}
}
