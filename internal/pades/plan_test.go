package pades

import (
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

var request = Request{SubFilter: SubFilterCAdESDetached, Digest: 5, Time: time.Date(2026, 4, 1, 9, 30, 0, 0, time.UTC)}

func TestReadForm(t *testing.T) {
	f := open(t, form("/Fields [4 0 R 7 0 R 8 0 R 99 0 R null 4 0 R]",
		"<< /T (person) /FT /Tx /Ff 1 /Kids [5 0 R 6 0 R] >>",
		"<< /T (given) /V (Taro) >>",
		"<< /T <FEFF59D3> /FT /Btn /Ff 0 /Kids [9 0 R] >>",
		"<< /FT /Sig /T (sig) /V null >>",
		"<< /Kids [10 0 R] /FT /Sig >>",
		"<< /Subtype /Widget >>",
		"<< /T (Signature1) >>"))
	got, err := ReadForm(f.Revision)
	if err != nil {
		t.Fatal(err)
	}
	if want := "person person.given person.姓 sig Signature1"; names(got) != want {
		t.Errorf("fields %q, want %q", names(got), want)
	}
	given, _ := got.Named("person.given")
	if given.Type != "Tx" || given.Flags != 1 || given.Value == nil {
		t.Errorf("inherited: %+v", given)
	}
	family, _ := got.Named("person.姓")
	if family.Type != "Btn" || family.Flags != 0 || len(family.Kids) != 1 {
		t.Errorf("own values: %+v", family)
	}
	if sig, _ := got.Named("Signature1"); sig.Type != "Sig" {
		t.Errorf("a field below one without a name: %+v", sig)
	}
}

// TestPlanForm: a plan keeps the fields that matter to it, and knows of the others
// what matters.
func TestPlanForm(t *testing.T) {
	file := form("/Fields [4 0 R 5 0 R 6 0 R 4 0 R]",
		"<< /T (text) /FT /Tx /Kids [<< /T (more) >>] >>",
		"<< /T (group) /FT /Sig /Kids [<< /T (text) /FT /Tx >>] >>",
		"<< /T (Signature1) /FT /Tx >>")
	plan, err := NewPlan(open(t, file), Request{SubFilter: SubFilterPKCS7Detached})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(plan.form); got != "group Signature1" || plan.Field() != "Signature2" {
		t.Errorf("fields %q, a new one %q", got, plan.Field())
	}
	for _, field := range []string{"group", "text", "text.more"} {
		if _, err := NewPlan(open(t, file), Request{SubFilter: SubFilterPKCS7Detached, Field: field}); err == nil {
			t.Errorf("field %q can be signed", field)
		}
	}
}

func TestReadFormEnds(t *testing.T) {
	circle := open(t, form("/Fields [4 0 R]", "<< /T (a) /Kids [5 0 R] >>", "<< /T (b) /Kids [4 0 R] >>"))
	if got, err := ReadForm(circle.Revision); err != nil || names(got) != "a a.b" {
		t.Errorf("circle: %q, %v", names(got), err)
	}
	deep := strings.Repeat("<< /T (a) /Kids [", maxFieldDepth+2) + strings.Repeat("] >>", maxFieldDepth+2)
	if _, err := ReadForm(open(t, form("/Fields [4 0 R]", deep)).Revision); err == nil {
		t.Error("a form nested too deeply is read")
	}
}

// TestMergeForm: every entry of the form is kept, and where an array or a
// dictionary stood it still stands.
func TestMergeForm(t *testing.T) {
	const rest = "/DR << /Font << /H 5 0 R >> >> /DA (/H 0 Tf) /XFA 5 0 R /NeedAppearances true /CO [4 0 R]"
	const text = "<< /FT /Tx /T (Signature1) >>"
	for name, file := range map[string][]byte{
		"direct":          form("/Fields [4 0 R] "+rest, text, "null"),
		"indirect fields": form("/Fields 6 0 R "+rest, text, "null", "[4 0 R]"),
		"indirect form": document("<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
			"<< /Type /Page /Parent 2 0 R >>", text, "null", "<< /Fields [4 0 R] /SigFlags 4 "+rest+" >>"),
	} {
		t.Run(name, func(t *testing.T) {
			signed, plan := lay(t, file, request)
			got, err := ReadForm(signed.Revision)
			if err != nil {
				t.Fatal(err)
			}
			if plan.Field() != "Signature2" || names(got) != "Signature1 Signature2" {
				t.Errorf("field %s of %s", plan.Field(), names(got))
			}
			for _, key := range []pdf.Name{"DR", "DA", "XFA", "NeedAppearances", "CO"} {
				if !got.Dict.Has(key) {
					t.Errorf("/%s is lost", key)
				}
			}
			if flags, _ := got.Dict.Get("SigFlags").(pdf.Integer); flags&3 != 3 || name == "indirect form" && flags != 7 {
				t.Errorf("SigFlags %d", flags)
			}
			if (name == "indirect form") == got.Ref.IsZero() {
				t.Error("the form moved")
			}
			if _, direct := got.Dict.Get("Fields").(pdf.Array); direct == (name == "indirect fields") {
				t.Error("the array of fields moved")
			}
		})
	}
}

func TestSignatureDictionary(t *testing.T) {
	r := request
	r.Reason, r.Location, r.Certify = "理由", "Kofu", 2
	signed, _ := lay(t, form(""), r)
	got, err := ReadForm(signed.Revision)
	if err != nil {
		t.Fatal(err)
	}
	signatures, err := got.Signatures(signed.Revision)
	if err != nil || len(signatures) != 1 {
		t.Fatalf("%d signatures, %v", len(signatures), err)
	}
	d := signatures[0].Dict
	for key, want := range map[pdf.Name]string{"Name": "Yamada", "Reason": "理由", "Location": "Kofu", "M": "D:20260401093000+00'00'"} {
		if s, _ := d.Get(key).(pdf.String); Text(s) != want {
			t.Errorf("/%s = %q, want %q", key, Text(s), want)
		}
	}
	if d.Name("Type") != "Sig" || d.Name("Filter") != "Adobe.PPKLite" || d.Name("SubFilter") != "ETSI.CAdES.detached" {
		t.Errorf("names: %v", d)
	}
	permissions, err := ReadPermissions(signed.Revision, signatures)
	if err != nil || permissions.Level != 2 || permissions.LevelBy != "Signature1" {
		t.Errorf("permissions %+v, %v", permissions, err)
	}
	_, catalog, _ := signed.Catalog()
	if perms, ok, _ := signed.Dict(catalog.Get("Perms")); !ok || perms.Get("DocMDP") != pdf.Object(signatures[0].Ref) {
		t.Errorf("/Perms = %v", perms)
	}
}

func TestWidgetIsListed(t *testing.T) {
	const link = "<< /Subtype /Link >>"
	catalog, pages := "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
	for name, test := range map[string]struct {
		file []byte
		kept bool // the array stays an object of its own
		want int  // annotations on the first page
	}{
		"missing":  {document(catalog, pages, "<< /Type /Page /Parent 2 0 R >>"), false, 1},
		"direct":   {document(catalog, pages, "<< /Type /Page /Parent 2 0 R /Annots [4 0 R] >>", link), false, 2},
		"indirect": {document(catalog, pages, "<< /Type /Page /Parent 2 0 R /Annots 4 0 R >>", "["+link+"]"), true, 2},
		"null":     {document(catalog, pages, "<< /Type /Page /Parent 2 0 R /Annots 4 0 R >>", "null"), false, 1},
		"shared": {document(catalog, "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>", "<< /Type /Page /Parent 2 0 R /Annots 4 0 R >>",
			"["+link+"]", "<< /Type /Page /Parent 2 0 R /Annots 4 0 R >>"), false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			signed, _ := lay(t, test.file, request)
			ref, page, err := signed.Page(0)
			if err != nil {
				t.Fatal(err)
			}
			annots, _, err := signed.Array(page.Get("Annots"))
			if err != nil || len(annots) != test.want {
				t.Fatalf("%d annotations, %v", len(annots), err)
			}
			if _, kept := page.Get("Annots").(pdf.Ref); kept != test.kept {
				t.Error("the array moved")
			}
			widget, _, _ := signed.Dict(annots[len(annots)-1])
			if widget.Name("Subtype") != "Widget" || widget.Get("P") != pdf.Object(ref) {
				t.Errorf("last annotation: %v", widget)
			}
			if name == "shared" {
				_, other, _ := signed.Page(1)
				if list, _, _ := signed.Array(other.Get("Annots")); len(list) != 1 {
					t.Error("the widget is listed on the other page too")
				}
			}
		})
	}
}

const emptySignature = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (approval) /Rect [0 0 0 0] %s >>"

func withField(entries string) []byte {
	return form("/Fields [4 0 R] /SigFlags 3", strings.ReplaceAll(emptySignature, "%s", entries))
}

func TestExistingField(t *testing.T) {
	r := request
	r.Field = "approval"
	signed, _ := lay(t, withField("/Lock << /Type /SigFieldLock /Action /Include /Fields [(amount)] >>"), r)
	got, err := ReadForm(signed.Revision)
	if err != nil || names(got) != "approval" {
		t.Fatalf("fields %q, %v", names(got), err)
	}
	signatures, err := got.Signatures(signed.Revision)
	if err != nil || len(signatures) != 1 {
		t.Fatalf("%d signatures, %v", len(signatures), err)
	}
	v := view{rev: signed.Revision}
	transforms := signatures[0].transforms(&v)
	if len(transforms) != 1 || transforms[0].method != "FieldMDP" || transforms[0].params.Name("Action") != "Include" {
		t.Errorf("transforms %v, %v", transforms, v.err)
	}
	changed := 0
	if err := signed.Changed(func(num uint32, _ pdf.Location) bool { changed++; return true }); err != nil {
		t.Fatal(err)
	}
	if changed != 2 {
		t.Errorf("%d objects written, want the signature and the field", changed)
	}
}

// TestDanglingReferences: a new object never gets a number that something refers
// to although there is no such object.
func TestDanglingReferences(t *testing.T) {
	signed, plan := lay(t, form("/Fields [4 0 R 5 0 R] /XFA 6 0 R", "<< /FT /Sig /T (other) /V 7 0 R >>"), request)
	got, err := ReadForm(signed.Revision)
	if err != nil {
		t.Fatal(err)
	}
	signatures, err := got.Signatures(signed.Revision)
	if err != nil || len(signatures) != 1 || signatures[0].Field.Name != plan.Field() {
		t.Errorf("signatures %v, %v; want one, in %q", signatures, err, plan.Field())
	}
	for _, key := range []pdf.Object{pdf.Ref{Num: 5}, pdf.Ref{Num: 6}, pdf.Ref{Num: 7}} {
		if o, err := signed.Resolve(key); o != nil || err != nil {
			t.Errorf("%v is now %v, %v", key, o, err)
		}
	}
}

func TestFreeName(t *testing.T) {
	for fields, want := range map[string]string{
		"<< /T (Signature1) >>": "Signature2",
		"<< /T (Signature2) >>": "Signature1",
		"<< /T <FEFF005300690067006E0061007400750072006500310> >>": "Signature2",
		"<< /T (Signature1) /Kids [<< /T (x) >>] >>":               "Signature2",
		"<< /Kids [<< /T (Signature1) >>] >>":                      "Signature2",
		"<< /T (Signature1.x) >>":                                  "Signature2",
		"<< /T (signature1) >>":                                    "Signature1",
	} {
		plan, err := NewPlan(open(t, form("/Fields [4 0 R]", fields)), request)
		if err != nil || plan.Field() != want {
			t.Errorf("%s: %v, %v; want %s", fields, plan, err, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	signed := func(reference string) []byte {
		return form("/Fields [4 0 R 6 0 R]", "<< /FT /Sig /T (first) /V 5 0 R >>",
			"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Contents <00> "+reference+" >>",
			"<< /FT /Sig /T (amount) >>")
	}
	mdp := func(method, params string) []byte {
		return signed("/Reference [<< /TransformMethod /" + method + " /TransformParams << " + params + " >> >>]")
	}
	certify := func(level int) func(*Request) { return func(r *Request) { r.Certify = level } }
	field := func(name string) func(*Request) { return func(r *Request) { r.Field = name } }
	for name, test := range map[string]struct {
		file []byte
		edit func(*Request)
		want string // part of the error; "" means it is no refusal
	}{
		"level 1":                    {mdp("DocMDP", "/P 1"), nil, `"first" certifies`},
		"level 1, existing field":    {mdp("DocMDP", "/P 1"), field("amount"), `"first" certifies`},
		"level 2":                    {mdp("DocMDP", "/P 2"), nil, ""},
		"level 2, existing field":    {mdp("DocMDP", "/P 2"), field("amount"), ""},
		"level by default":           {mdp("DocMDP", ""), nil, ""},
		"level 3":                    {mdp("DocMDP", "/P 3"), nil, ""},
		"level unknown":              {mdp("DocMDP", "/P 9"), nil, "certifies"},
		"all locked":                 {mdp("FieldMDP", "/Action /All"), nil, `"first" locks field "Signature1"`},
		"field locked":               {mdp("FieldMDP", "/Action /Include /Fields [(amount)]"), field("amount"), `"first" locks field "amount"`},
		"other field locked":         {mdp("FieldMDP", "/Action /Include /Fields [(other)]"), field("amount"), ""},
		"new name locked":            {mdp("FieldMDP", "/Action /Include /Fields [(Signature1)]"), nil, ""},
		"field excluded":             {mdp("FieldMDP", "/Action /Exclude /Fields [(amount)]"), field("amount"), ""},
		"all but one locked":         {mdp("FieldMDP", "/Action /Exclude /Fields [(amount)]"), nil, `locks field "Signature1"`},
		"document locked by Lock":    {mdp("FieldMDP", "/Action /Include /Fields [] /P 1"), nil, "locks the document"},
		"certify what is signed":     {signed(""), certify(2), "signed already"},
		"certify at level 4":         {form(""), certify(4), "level 4"},
		"no such field":              {withField(""), field("other"), `no field "other"`},
		"not a signature field":      {form("/Fields [4 0 R]", "<< /FT /Tx /T (approval) >>"), field("approval"), "not a signature field"},
		"signed field":               {signed(""), field("first"), "signed already"},
		"read-only field":            {withField("/Ff 1"), field("approval"), "read-only"},
		"direct field":               {form("/Fields [<< /FT /Sig /T (approval) >>]"), field("approval"), "indirect"},
		"demand: handler":            {withField("/SV << /Ff 1 /Filter /Entrust.PPKEF >>"), field("approval"), "Entrust.PPKEF"},
		"demand: form":               {withField("/SV << /Ff 2 /SubFilter [/adbe.pkcs7.sha1] >>"), field("approval"), "adbe.pkcs7.sha1"},
		"preference: form":           {withField("/SV << /SubFilter [/adbe.pkcs7.sha1] >>"), field("approval"), ""},
		"demand: form that is met":   {withField("/SV << /Ff 2 /SubFilter [/adbe.pkcs7.sha1 /ETSI.CAdES.detached] >>"), field("approval"), ""},
		"demand: version":            {withField("/SV << /Ff 4 /V 4 >>"), field("approval"), "version"},
		"demand: digest":             {withField("/SV << /Ff 64 /DigestMethod [(SHA512)] >>"), field("approval"), "SHA512"},
		"demand: digest that is met": {withField("/SV << /Ff 64 /DigestMethod [(SHA1) (SHA256)] >>"), field("approval"), ""},
		"demand: reason":             {withField("/SV << /Ff 8 /Reasons [(approved)] >>"), field("approval"), "approved"},
		"demand: no reason":          {withField("/SV << /Ff 8 /Reasons [(.)] >>"), func(r *Request) { r.Field, r.Reason = "approval", "x" }, "without a reason"},
		"demand: reason that is met": {withField("/SV << /Ff 8 /Reasons [(ok)] >>"), func(r *Request) { r.Field, r.Reason = "approval", "ok" }, ""},
		"demand: revocation":         {withField("/SV << /Ff 32 /AddRevInfo true >>"), field("approval"), "revocation"},
		"demand: lock":               {withField("/SV << /Ff 128 /LockDocument /true >>"), field("approval"), "locks the document"},
		"demand: appearance":         {withField("/SV << /Ff 256 /AppearanceFilter (Seal) >>"), field("approval"), "Seal"},
		"demand: timestamp":          {withField("/SV << /TimeStamp << /URL (http://tsa.invalid) /Ff 1 >> >>"), field("approval"), "timestamp"},
		"demand: certification":      {withField("/SV << /MDP << /P 2 >> >>"), field("approval"), "level 2"},
		"demand: no certification":   {withField("/SV << /MDP << /P 0 >> >>"), func(r *Request) { r.Field, r.Certify = "approval", 2 }, "does not certify"},
		"demand: attestation":        {withField("/SV << /Ff 16 /LegalAttestation [(none)] >>"), func(r *Request) { r.Field, r.Certify = "approval", 2 }, "attestation"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request
			if test.edit != nil {
				test.edit(&r)
			}
			_, err := NewPlan(open(t, test.file), r)
			if test.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if ja := lang.Explain(err, lang.Japanese); ja == err.Error() {
				t.Errorf("no Japanese for %q", ja)
			}
		})
	}
}

func TestUsageRights(t *testing.T) {
	file := document("<< /Type /Catalog /Pages 2 0 R /Perms << /UR3 4 0 R >> >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R >>", "<< /Type /Sig /Contents <00> >>")
	r := request
	r.Certify = 1
	signed, plan := lay(t, file, r)
	if !plan.VoidsUsageRights() {
		t.Error("usage rights are not noticed")
	}
	_, catalog, _ := signed.Catalog()
	perms, _, _ := signed.Dict(catalog.Get("Perms"))
	if !perms.Has("UR3") || !perms.Has("DocMDP") {
		t.Errorf("/Perms = %v", perms)
	}
}
