package pades

import (
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

func inField(name string) Request {
	r := request
	r.Field = name
	return r
}

// A field above others takes no signature, and is not offered for one.
func TestGroupOfFields(t *testing.T) {
	file := form("/Fields [4 0 R]", "<< /T (approval) /FT /Sig /Kids [5 0 R 6 0 R] >>",
		"<< /Subtype /Widget /Parent 4 0 R /T (buyer) >>", "<< /Subtype /Widget /Parent 4 0 R /T (seller) >>")
	for _, name := range []string{"approval", "nope"} {
		_, err := NewPlan(open(t, file), inField(name))
		if hint := lang.Hint(err, lang.English); err == nil || hint != `the empty signature fields are "approval.buyer", "approval.seller"` {
			t.Errorf("%s: %v, hint %q", name, err, hint)
		}
	}
	if _, plan := lay(t, file, inField("approval.seller")); plan.Field() != "approval.seller" {
		t.Errorf("signed %q", plan.Field())
	}
}

// A reference to null, or to nothing, is no value: the field is empty.
func TestNullValue(t *testing.T) {
	for _, value := range []string{"null", "5 0 R", "77 0 R"} {
		file := form("/Fields [4 0 R]", "<< /T (a) /FT /Sig /Subtype /Widget /V "+value+" >>", "null")
		signed, _ := lay(t, file, inField("a"))
		if list := signaturesOf(t, signed); len(list) != 1 || list[0].Field.Name != "a" {
			t.Errorf("/V %s: signatures %v", value, list)
		}
	}
}

func signaturesOf(t testing.TB, f *pdf.File) []Signature {
	t.Helper()
	form, err := ReadForm(f.Revision)
	if err != nil {
		t.Fatal(err)
	}
	list, err := form.Signatures(f.Revision)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A page that has its annotations in the array of a field's widgets gets one of
// its own, and two signatures have two names.
func TestAnnotsSharedWithKids(t *testing.T) {
	file := document("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /Annots 5 0 R >>",
		"<< /T (x) /FT /Tx /Kids 5 0 R >>", "[6 0 R]", "<< /Subtype /Widget /Parent 4 0 R >>")
	signed, _ := lay(t, file, request)
	if list, _, err := signed.Array(pdf.Ref{Num: 5}); len(list) != 1 || err != nil {
		t.Errorf("the field's widgets are now %v, %v", list, err)
	}
	if _, page, err := signed.Page(0); err != nil || len(annotsOf(t, signed, page)) != 2 {
		t.Errorf("page %v, %v", page, err)
	}
}

func annotsOf(t testing.TB, f *pdf.File, page pdf.Dict) pdf.Array {
	t.Helper()
	list, _, err := f.Array(page.Get("Annots"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A field that two ways lead to keeps both its names taken.
func TestFieldListedTwice(t *testing.T) {
	file := form("/Fields [4 0 R 5 0 R]", "<< /T (x) /Kids [5 0 R] >>", "<< /T (Signature1) /FT /Sig >>")
	if plan, err := NewPlan(open(t, file), request); err != nil || plan.Field() != "Signature2" {
		t.Errorf("%v, %v", plan, err)
	}
}

// The widget of an existing field is listed on its page, once.
func TestExistingWidgetIsListed(t *testing.T) {
	for name, test := range map[string]struct {
		annots, widget string
		want           int
	}{
		"listed":     {"/Annots [4 0 R]", "/P 3 0 R", 1},
		"no array":   {"", "/P 3 0 R", 1},
		"not listed": {"/Annots [5 0 R]", "/P 3 0 R", 2},
		"no page":    {"/Annots [5 0 R]", "", 1},
		"not a page": {"", "/P 2 0 R", 0},
	} {
		file := document("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
			"<< /Type /Page /Parent 2 0 R "+test.annots+" >>", "<< /T (a) /FT /Sig /Subtype /Widget "+test.widget+" >>", "<< /Subtype /Link >>")
		signed, _ := lay(t, file, inField("a"))
		_, page, err := signed.Page(0)
		if err != nil {
			t.Fatal(err)
		}
		if list := annotsOf(t, signed, page); len(list) != test.want {
			t.Errorf("%s: %v", name, list)
		}
	}
}

const level1 = "<< /Type /Sig /Filter /X /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>] >>"

// Refusals say what is so: who certifies, and who locks.
func TestLevelOneTexts(t *testing.T) {
	pages := []string{"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /Annots [4 0 R] >>"}
	for want, bodies := range map[string][]string{
		`the signature in field "a" certifies`: {"<< /Type /Catalog /Pages 2 0 R >>", pages[0], pages[1],
			"<< /Subtype /Widget /FT /Sig /T (a) /V 5 0 R >>", level1},
		"a signature without a field": {"<< /Type /Catalog /Pages 2 0 R /Perms << /DocMDP 5 0 R >> >>", pages[0], pages[1], "null", level1},
		`the signature in field "b" locks the document`: {"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>", pages[0], pages[1],
			"<< /FT /Sig /T (b) /V 5 0 R /Lock << /Action /All /P 1 >> >>", "<< /Type /Sig >>"},
	} {
		_, err := NewPlan(open(t, document(bodies...)), request)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	stray := document("<< /Type /Catalog /Pages 2 0 R >>", pages[0], pages[1], "<< /Subtype /Widget /FT /Sig /T (Signature1) /V 5 0 R >>", "<< /Type /Sig >>")
	if plan, err := NewPlan(open(t, stray), request); err != nil || plan.Field() != "Signature2" {
		t.Errorf("beside a signature that the form does not list: %v, %v", plan, err)
	}
}

// A lock that says not what it locks is refused, with what to do.
func TestIncompleteLock(t *testing.T) {
	for lock, want := range map[string]string{
		"/P 1":                           "lacks /Action",
		"/Action /Include":               "lacks /Fields",
		"/Action /Exclude /Fields (x)":   "lacks /Fields",
		"/Action /Some":                  "not known: Some",
		"/Action /All":                   "",
		"/Action /Include /Fields []":    "",
		"/Action /Exclude /Fields [(x)]": "",
	} {
		_, err := NewPlan(open(t, withField("/Lock << "+lock+" >>")), inField("approval"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || lang.Hint(err, lang.English) == "") {
			t.Errorf("%s: %v, want %q", lock, err, want)
		}
	}
}

// Every demand that an option meets comes with that option.
func TestSeedHints(t *testing.T) {
	for seed, want := range map[string]string{
		"/Ff 2 /SubFilter [/adbe.pkcs7.detached]":     "--profile moj",
		"/Ff 2 /SubFilter [/adbe.pkcs7.sha1]":         "leave --field out",
		"/Ff 64 /DigestMethod [(SHA1) (SHA512)]":      "--digest sha512",
		"/Ff 64 /DigestMethod [(SHA1)]":               "leave --field out",
		"/Ff 8 /Reasons [(approved) (x)]":             `--reason "approved"`,
		"/MDP << /P 2 >>":                             "--certify 2",
		"/TimeStamp << /URL (http://x.test) /Ff 1 >>": "leave --field out",
	} {
		_, err := NewPlan(open(t, withField("/SV << "+seed+" >>")), inField("approval"))
		if hint := lang.Hint(err, lang.English); err == nil || !strings.Contains(hint, want) {
			t.Errorf("%s: %v, hint %q; want %q", seed, err, hint, want)
		}
		if lang.Hint(err, lang.Japanese) == lang.Hint(err, lang.English) {
			t.Errorf("%s: no Japanese hint", seed)
		}
	}
	_, err := NewPlan(open(t, withField("/Ff 1")), inField("approval"))
	if lang.Hint(err, lang.English) == "" {
		t.Errorf("%v has no hint", err)
	}
}

// What readers may or may not show is not signed.
func TestObjectsBehindEndAreRefused(t *testing.T) {
	_, err := NewPlan(open(t, append(form(""), "3 0 obj\n<< /Type /Page >>\nendobj\n"...)), request)
	if err == nil || lang.Hint(err, lang.English) == "" {
		t.Errorf("%v, want a refusal with a hint", err)
	}
}

// What cross-references could not be trusted for is left behind by a first
// signature, and kept below further ones.
func TestOddSections(t *testing.T) {
	odd := []byte(strings.Replace(string(form("")), "xref\n0 4\n", "xref\n1 4\n", 1))
	once, _ := lay(t, odd, request)
	if once.Trailer.Has("Prev") || once.OddXRef() {
		t.Errorf("trailer %v", once.Trailer)
	}
	signed := []byte(strings.Replace(string(form("/Fields [4 0 R]", "<< /T (a) /FT /Sig /V 5 0 R >>", "<< /Type /Sig >>")), "xref\n0 6\n", "xref\n1 6\n", 1))
	if again, _ := lay(t, signed, request); !again.Trailer.Has("Prev") {
		t.Errorf("trailer %v", again.Trailer)
	}
}

func TestManyFields(t *testing.T) {
	file := form("/Fields [" + strings.Repeat("<< >> ", maxFields+1) + "]")
	if _, err := ReadForm(open(t, file).Revision); err == nil || !strings.Contains(err.Error(), "100000") {
		t.Errorf("%v, want the limit", err)
	}
}

// Beneath an earlier signature the page stays as it is: listing the widget would
// be more than filling in a field.
func TestSignedPageStays(t *testing.T) {
	file := document("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 5 0 R] >> >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R >>", "<< /T (a) /FT /Sig /Subtype /Widget /P 3 0 R >>", "<< /T (b) /FT /Sig /V << /Type /Sig >> >>")
	signed, _ := lay(t, file, inField("a"))
	if _, page, err := signed.Page(0); err != nil || page.Has("Annots") {
		t.Errorf("page %v, %v", page, err)
	}
}
