package keys

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// URI names a key. It is made by ParseURI.
type URI struct {
	Scheme string     // jpki, emulator, pkcs12 or pem
	Path   string     // pkcs12 and pem: what follows the colon, as it is
	Query  url.Values // jpki and emulator: one value for each key
}

// hasQuery says which schemes have a query. What values are good is judged where
// they are used; the emulated card judges its many options itself.
func hasQuery(scheme string) bool { return scheme == "jpki" || scheme == "emulator" }

// jpkiOptions are the keys of a jpki: query.
func jpkiOptions() []string { return []string{"cert", "reader"} }

// ParseURI reads a key URI; see the package comment for its forms.
func ParseURI(s string) (URI, error) {
	if len(s) > maxURI {
		return URI{}, tooLong()
	}
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok {
		return URI{}, unknownScheme(s)
	}
	u := URI{Scheme: strings.ToLower(scheme)}
	if hasQuery(u.Scheme) {
		return u.withQuery(rest)
	}
	if u.Scheme != "pkcs12" && u.Scheme != "pem" {
		return URI{}, unknownScheme(s)
	}
	u.Path = rest
	if _, err := u.Files(); err != nil {
		return URI{}, err
	}
	return u, nil
}

func tooLong() error {
	return lang.Errorf("the key URI is longer than %d bytes", "鍵URIが%dバイトを超えています", maxURI)
}

// unknownScheme helps those who give a bare file name.
func unknownScheme(s string) error {
	err := lang.Errorf("%s is not a key: it must begin with jpki:, emulator:, pkcs12: or pem:",
		"%sは鍵の指定ではありません: jpki:、emulator:、pkcs12:、pem:のいずれかで始めてください", lang.Display(s))
	lower := strings.ToLower(s)
	switch {
	case strings.HasSuffix(lower, ".p12"), strings.HasSuffix(lower, ".pfx"):
		return lang.WithHint(err, "write --key pkcs12:%s", "--key pkcs12:%s と指定してください", lang.Display(s))
	case strings.HasSuffix(lower, ".pem"):
		return lang.WithHint(err, "write --key pem:CERT,KEY", "--key pem:証明書,鍵 と指定してください")
	}
	return err
}

// withQuery reads what follows the colon of a scheme without a path.
func (u URI) withQuery(rest string) (URI, error) {
	query, ok := strings.CutPrefix(rest, "?")
	if !ok && rest != "" {
		return URI{}, lang.Errorf("%s: takes no path, only options after a question mark (%s:?…)",
			"%s:にパスは指定できません。オプションは疑問符の後に指定してください（%s:?…）", u.Scheme, u.Scheme)
	}
	u.Query = url.Values{}
	if query == "" {
		return u, nil
	}
	for part := range strings.SplitSeq(query, "&") {
		if err := u.addOption(part); err != nil {
			return URI{}, err
		}
	}
	if len(u.String()) > maxURI { // String must be readable too
		return URI{}, tooLong()
	}
	return u, nil
}

// addOption reads key=value.
func (u URI) addOption(part string) error {
	rawKey, rawValue, _ := strings.Cut(part, "=")
	key, err := url.PathUnescape(rawKey)
	if err != nil {
		return badEscape(rawKey)
	}
	value, err := url.PathUnescape(rawValue)
	if err != nil {
		return badEscape(rawValue)
	}
	known := jpkiOptions()
	switch {
	case u.Scheme == "jpki" && !slices.Contains(known, key):
		return lang.WithHint(lang.Errorf("%s: has no option %s", "%s:にオプション%sはありません", u.Scheme, lang.Display(key)),
			"its options are %s", "使えるオプションは%sです", strings.Join(known, ", "))
	case u.Query.Has(key):
		return lang.Errorf("option %s is given twice", "オプション%sが重複しています", key)
	case u.Scheme == "jpki" && value == "":
		return lang.Errorf("option %s has no value", "オプション%sに値がありません", key)
	}
	u.Query.Set(key, value)
	return nil
}

func badEscape(s string) error {
	return lang.WithHint(lang.Errorf("%s has a percent sign without two hexadecimal digits", "%sの%%の後に16進数2桁がありません", lang.Display(s)),
		"write %25 for a percent sign", "%そのものは%25と書いてください")
}

// escape is url.QueryEscape with spaces as %20: a plus sign means itself.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// Files returns the file names of a pkcs12: or pem: URI: one for pkcs12, and
// for pem the certificates' and the key's, which may be the same.
func (u URI) Files() ([]string, error) {
	files := []string{u.Path}
	if u.Scheme == "pem" {
		files = splitCommas(u.Path)
		if len(files) == 1 {
			files = append(files, files[0])
		}
	}
	if u.Path == "" || slices.Contains(files, "") {
		return nil, lang.Errorf("%s: lacks a file name", "%s:にファイル名がありません", u.Scheme)
	}
	if len(files) > 2 {
		return nil, lang.WithHint(lang.Errorf("pem: takes two files, not %d", "pem:に指定できるファイルは2つです（%d個あります）", len(files)),
			"write a comma that is part of a name twice", "名前に含まれるコンマは2つ続けて書いてください")
	}
	return files, nil
}

// splitCommas splits at single commas and makes one comma of two, from left to
// right.
func splitCommas(s string) []string {
	parts := []string{""}
	for i := 0; i < len(s); i++ {
		last := len(parts) - 1
		switch {
		case s[i] != ',':
			parts[last] += s[i : i+1]
		case i+1 < len(s) && s[i+1] == ',':
			parts[last] += ","
			i++
		default:
			parts = append(parts, "")
		}
	}
	return parts
}

// String returns the URI so that ParseURI reads it back.
func (u URI) String() string {
	if len(u.Query) == 0 {
		return u.Scheme + ":" + u.Path
	}
	var b strings.Builder
	b.WriteString(u.Scheme + ":")
	separator := "?"
	for _, key := range slices.Sorted(maps.Keys(u.Query)) {
		b.WriteString(separator + escape(key) + "=" + escape(u.Query.Get(key)))
		separator = "&"
	}
	return b.String()
}
