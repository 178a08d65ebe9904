package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/verify"
)

// The documents that are attacked: signed by approval, by certification at a
// level, or in a field that locks another.
func documents(t testing.TB) map[string]made {
	t.Helper()
	out := map[string]made{}
	for name, opt := range map[string]sign.PDFOptions{
		"approval": {},
		"pades":    {Profile: sign.ProfilePAdES},
		"level 1":  {Profile: sign.ProfilePAdES, Certify: 1},
		"level 2":  {Profile: sign.ProfilePAdES, Certify: 2},
		"level 3":  {Profile: sign.ProfilePAdES, Certify: 3},
		"locked":   {Field: "locking"},
	} {
		out[name] = made{t, signedPDF(t, formPDF(), opt)}
	}
	return out
}

// attack changes a signed document in one way.
type attack struct {
	name, document string
	code           string // of the finding that must be there; "" for any
	make           func(m made) []byte
}

func replaceObject(n int, body string) func(made) []byte {
	return func(m made) []byte { return m.later(map[int]string{n: body}) }
}

func replaceText(n int, old, now string) func(made) []byte {
	return func(m made) []byte { return m.later(map[int]string{n: m.with(n, old, now)}) }
}

// annotate adds an annotation to the page.
func annotate(body string, more ...string) func(made) []byte {
	return func(m made) []byte {
		bodies := map[int]string{100: body, objPage: m.with(objPage, "/Annots [", "/Annots [100 0 R ")}
		for i, b := range more {
			bodies[101+i] = b
		}
		return m.later(bodies)
	}
}

// addField adds a field and its widget.
func addField(body string, more ...string) func(made) []byte {
	return func(m made) []byte {
		page, form := m.body(objPage), m.body(objForm)
		bodies := map[int]string{100: body,
			objPage: replaceLast(page, "15 0 R", "15 0 R 100 0 R"),
			objForm: replaceLast(form, "15 0 R", "15 0 R 100 0 R")}
		for i, b := range more {
			bodies[101+i] = b
		}
		return m.later(bodies)
	}
}

func replaceLast(s, old, now string) string {
	i := strings.LastIndex(s, old)
	return s[:i] + now + s[i+len(old):]
}

// dss adds validation data.
func dss(body string, more ...string) func(made) []byte {
	return func(m made) []byte {
		bodies := map[int]string{100: body, objCatalog: m.with(objCatalog, "/Type /Catalog", "/Type /Catalog /DSS 100 0 R")}
		for i, b := range more {
			bodies[101+i] = b
		}
		return m.later(bodies)
	}
}

const (
	evil          = "BT /F1 24 Tf 72 700 Td (Pay 999.) Tj ET"
	fakeSig       = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 10 20 30] /Contents <00> >>"
	fakeTimestamp = "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange [0 10 20 30] /Contents <00> >>"
	overlayAP     = "/AP << /N 102 0 R >>"
)

func attacks() []attack {
	overlay := streamOf("/Type /XObject /Subtype /Form /BBox [0 0 200 20]", evil)
	evilPage := "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 101 0 R >>"
	list := []attack{
		// Incremental saving.
		{"incremental saving: content", "approval", "change-page-content", replaceObject(objContent, streamOf("", evil))},
		{"incremental saving: content called a cross-reference stream", "approval", "change-page-content", replaceObject(objContent, streamOf("/Type /XRef", evil))},
		{"incremental saving: content called an object stream", "level 1", "change-page-content", replaceObject(objContent, streamOf("/Type /ObjStm /N 0 /First 0", evil))},
		{"incremental saving: page called a cross-reference stream", "level 3", "change-page", replaceObject(objPage, streamOf("/Type /XRef", ""))},
		{"shadow hide: form called an object stream", "approval", "change-page-content", replaceObject(objHidden, streamOf(overlayForm+" /Type /ObjStm /N 0 /First 0", evil))},
		{"shadow hide-and-replace: dangling content called a cross-reference stream", "approval", "change-page-content", replaceObject(90, streamOf("/Type /XRef", evil))},
		{"incremental saving: content array", "approval", "change-page", replaceText(objPage, "[4 0 R 90 0 R]", "[4 0 R 4 0 R]")},
		{"incremental saving: font", "approval", "change-page-content", replaceText(objFont, "Helvetica", "Symbol")},
		{"incremental saving: media box", "approval", "change-page", replaceText(objPage, "[0 0 595 842]", "[0 0 595 300]")},
		{"incremental saving: rotation", "approval", "change-page", replaceText(objPage, "/Type /Page", "/Type /Page /Rotate 180")},
		{"incremental saving: page added", "approval", "", func(m made) []byte {
			return m.later(map[int]string{objPages: "<< /Type /Pages /Kids [3 0 R 100 0 R] /Count 2 >>", 100: evilPage, 101: streamOf("", evil)})
		}},
		{"incremental saving: page replaced", "approval", "", func(m made) []byte {
			return m.later(map[int]string{objPages: "<< /Type /Pages /Kids [100 0 R] /Count 1 >>", 100: evilPage, 101: streamOf("", evil)})
		}},
		{"incremental saving: page tree replaced", "approval", "change-catalog", func(m made) []byte {
			return m.later(map[int]string{objCatalog: m.with(objCatalog, "/Pages 2 0 R", "/Pages 102 0 R"),
				102: "<< /Type /Pages /Kids [100 0 R] /Count 1 >>", 100: evilPage, 101: streamOf("", evil)})
		}},
		{"incremental saving: new catalog", "approval", "", func(m made) []byte {
			return m.append(map[int]string{103: "<< /Type /Catalog /Pages 102 0 R /AcroForm 6 0 R >>",
				102: "<< /Type /Pages /Kids [100 0 R] /Count 1 >>", 100: evilPage, 101: streamOf("", evil)}, "/Root 103 0 R", "", nil)
		}},
		{"incremental saving: open action", "approval", "change-catalog", replaceText(objCatalog, "/Type /Catalog", "/Type /Catalog /OpenAction << /S /JavaScript /JS (x) >>")},
		{"incremental saving: names", "approval", "change-catalog", replaceText(objCatalog, "/Type /Catalog", "/Type /Catalog /Names << >>")},
		{"incremental saving: page action", "approval", "change-page", replaceText(objPage, "/Type /Page", "/Type /Page /AA << >>")},
		{"incremental saving: garbage at the end", "approval", "byte-range-end", func(m made) []byte { return append(bytes.Clone(m.file), "% more\n"...) }},
		{"incremental saving: objects without a table", "approval", "", func(m made) []byte {
			return append(bytes.Clone(m.file), "4 0 obj\n"+streamOf("", evil)+"\nendobj\n"...)
		}},
		{"incremental saving: trailer without a table", "approval", "", func(m made) []byte {
			return append(bytes.Clone(m.file), "4 0 obj\n"+streamOf("", evil)+"\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"...)
		}},
		{"incremental saving: back to the first revision", "approval", "", func(m made) []byte {
			first := made{m.t, formPDF()}.startxref()
			return fmt.Appendf(bytes.Clone(m.file), "startxref\n%d\n%%%%EOF\n", first)
		}},
		{"incremental saving: unreferenced object", "approval", "change-unreferenced", replaceObject(100, "<< /Type /Font >>")},
		{"incremental saving: encryption", "approval", "", func(m made) []byte {
			return m.later(nil, "/Encrypt << /Filter /Standard /V 1 /R 2 /O (12345678901234567890123456789012) /U (12345678901234567890123456789012) /P -4 >>")
		}},

		// Shadow attacks.
		{"shadow hide: freed object", "approval", "change-page-content", func(m made) []byte {
			return m.append(nil, "/Root 1 0 R /Info 12 0 R", "", map[int]string{objHidden: "0000000000 00001 f \n"})
		}},
		{"shadow hide: emptied form", "approval", "change-page-content", replaceObject(objHidden, streamOf("/Type /XObject /Subtype /Form /BBox [0 0 0 0]", ""))},
		{"shadow hide: removed annotation", "approval", "change-annotation-removed", replaceText(objPage, "13 0 R", "")},
		{"shadow replace: locked field", "locked", "change-field", replaceText(objText, "(100)", "(999)")},
		{"shadow replace: annotation", "approval", "change-annotation", replaceText(objNote, "(agreed)", "(refused)")},
		{"shadow hide-and-replace: dangling content", "approval", "change-page-content", replaceObject(90, streamOf("", evil))},
		{"shadow hide-and-replace: dangling form", "approval", "change-page-content", replaceObject(91, streamOf("/Type /XObject /Subtype /Form /BBox [0 0 600 800]", evil))},
		{"shadow hide-and-replace: other object at the place", "approval", "", func(m made) []byte {
			at := bytes.Index(m.file, []byte("\n10 0 obj")) + 1
			return m.append(nil, "/Root 1 0 R /Info 12 0 R", "", map[int]string{objContent: fmt.Sprintf("%010d 00000 n \n", at)})
		}},
		{"shadow hide-and-replace: another generation", "approval", "", func(m made) []byte {
			at := bytes.Index(m.file, []byte("\n4 0 obj")) + 1
			return m.append(nil, "/Root 1 0 R /Info 12 0 R", "", map[int]string{objContent: fmt.Sprintf("%010d 00001 n \n", at)})
		}},
		{"hybrid: content in the hidden stream", "approval", "", hybridAttack},

		// Appearance override.
		{"appearance override: signed field", "approval", "change-field", func(m made) []byte {
			field := m.fieldObject()
			return m.later(map[int]string{field: m.with(field, "/FT /Sig", "/AP << /N 101 0 R >> /FT /Sig"), 101: overlay})
		}},
		{"appearance override: place of a text field", "approval", "change-field", replaceText(objText, "[72 600 272 620]", "[72 690 272 720]")},
		{"appearance override: name of a text field", "approval", "change-field", replaceText(objText, "(amount)", "(price)")},
		{"appearance override: kind of a text field", "approval", "change-field", replaceText(objText, "/FT /Tx", "/FT /Btn")},
		{"appearance override: action on a field", "approval", "change-field", replaceText(objText, "/FT /Tx", "/FT /Tx /A << /S /JavaScript /JS (x) >>")},

		// Spoofed dictionaries.
		{"spoofing: reason", "approval", "change-field", func(m made) []byte {
			n := m.signatureObject()
			return m.later(map[int]string{n: m.with(n, "/Type", "/Reason (approved) /Type")})
		}},
		{"spoofing: signature removed from its field", "approval", "", func(m made) []byte {
			field := m.fieldObject()
			body := m.body(field)
			i := strings.Index(body, "/V ")
			return m.later(map[int]string{field: body[:i] + body[i+len("/V "+strconv.Itoa(m.signatureObject())+" 0 R"):]})
		}},
		{"spoofing: form without the fields", "approval", "", replaceObject(objForm, "<< /Fields [] >>")},
		{"spoofing: form key twice", "approval", "change-form", replaceText(objForm, "<<", "<< /Fields []")},
		{"spoofing: XFA", "approval", "change-form", replaceText(objForm, "/SigFlags", "/XFA (x) /SigFlags")},
		{"spoofing: appearances made anew", "approval", "change-form", replaceText(objForm, "/SigFlags", "/NeedAppearances true /SigFlags")},
		{"spoofing: signature flags", "approval", "change-form", replaceText(objForm, "/SigFlags 3", "/SigFlags 0")},
		{"spoofing: metadata that is none", "approval", "change-catalog", replaceText(objCatalog, "/Type /Catalog", "/Type /Catalog /Metadata 5 0 R")},
		{"spoofing: permissions removed", "level 2", "change-catalog", func(m made) []byte {
			body := m.body(objCatalog)
			i := strings.Index(body, "/Perms")
			return m.later(map[int]string{objCatalog: body[:i] + "/Dummy" + body[i+len("/Perms"):]})
		}},

		// Signature wrapping and universal forgery.
		{"wrapping: range moved over other content", "approval", "", wrapAttack},
		{"forgery: signed bytes inside another document", "approval", "", forgeryAttack},
		{"forgery: signature without a range", "approval", "", forgedDictionary("/Contents <%x>")},
		{"forgery: signature without contents", "approval", "", forgedDictionary("/ByteRange [%d]")},
		{"forgery: range of zeros", "approval", "", forgedDictionary("/ByteRange [0 0 0 0] /Contents <%x>")},

		// Forms and DocMDP.
		{"docmdp: filling in at level 1", "level 1", "change-field", replaceText(objText, "(100)", "(999)")},
		{"docmdp: signing at level 1", "level 1", "", func(m made) []byte { return coSign(m, "later") }},
		{"docmdp: annotation at level 2", "level 2", "change-annotation-added", annotate("<< /Type /Annot /Subtype /Highlight /Rect [0 0 9 9] >>")},
		{"fieldmdp: locked field", "locked", "change-field", replaceText(objText, "/Rect", "/AP << >> /Rect")},
		{"field added", "approval", "change-field-added", addField("<< /Type /Annot /Subtype /Widget /FT /Tx /T (new) /V (x) /Rect [0 0 99 99] /P 3 0 R >>")},
		{"field removed", "approval", "change-field-removed", replaceText(objForm, "15 0 R", "")},
		{"field order", "approval", "change-field-removed", replaceText(objForm, "7 0 R 8 0 R", "8 0 R 7 0 R")},
		{"widget added to a field", "approval", "", func(m made) []byte {
			return m.later(map[int]string{objText: m.with(objText, "/FT /Tx", "/FT /Tx /Kids [100 0 R]"), 100: "<< /Type /Annot /Subtype /Widget /Parent 7 0 R /Rect [0 0 99 99] >>",
				objPage: m.with(objPage, "/Annots [", "/Annots [100 0 R ")})
		}},
		{"annotation at approval", "approval", "change-annotation-added", annotate("<< /Type /Annot /Subtype /FreeText /Rect [0 0 99 99] >>")},

		// Certification attacks (EAA, SSA).
		{"EAA: free text", "level 3", "change-annotation-covers", annotate("<< /Type /Annot /Subtype /FreeText /Contents (Pay 999) /Rect [72 690 200 720] >>")},
		{"EAA: stamp", "level 3", "change-annotation-covers", annotate("<< /Type /Annot /Subtype /Stamp /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", overlay)},
		{"EAA: redaction", "level 3", "change-annotation-covers", annotate("<< /Type /Annot /Subtype /Redact /Rect [72 690 200 720] >>")},
		{"EAA: square filled", "level 3", "change-annotation-covers", annotate("<< /Type /Annot /Subtype /Square /IC [1 1 1] /Rect [72 690 200 720] >>")},
		{"EAA: highlight that writes", "level 3", "change-annotation-covers", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", overlay)},
		{"SSA: empty field shown", "level 2", "change-field", func(m made) []byte {
			return m.later(map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig "+overlayAP), 102: overlay})
		}},
		{"SSA: field added and not signed", "level 2", "change-field-added", addField("<< /Type /Annot /Subtype /Widget /FT /Sig /T (new) /Rect [72 690 200 720] /P 3 0 R "+overlayAP+" >>", "null", overlay)},
		{"SSA: field with a signature that is none", "level 2", "change-docmdp",
			addField("<< /Type /Annot /Subtype /Widget /FT /Sig /T (new) /Rect [72 690 200 720] /P 3 0 R /V 101 0 R "+overlayAP+" >>", fakeSig, overlay)},
		{"SSA: empty field with a signature that is none", "level 2", "change-signature", func(m made) []byte {
			return m.later(map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 101 0 R "+overlayAP), 101: fakeSig, 102: overlay})
		}},
		{"SSA: signed field moved", "level 2", "change-field", func(m made) []byte {
			n := m.fieldObject()
			return m.later(map[int]string{n: m.with(n, "/Rect [0 0 0 0]", "/Rect [72 690 200 720]")})
		}},

		{"SSA: timestamp that shows at level 1", "level 1", "change-docmdp",
			addField("<< /Type /Annot /Subtype /Widget /FT /Sig /T (new) /Rect [72 690 200 720] /P 3 0 R /V 101 0 R "+overlayAP+" >>", fakeTimestamp, overlay)},
		{"information that is none", "approval", "change-trailer", replaceObject(objInfo, "(x)")},

		// Validation data.
		{"dss: no streams", "approval", "change-dss-form", dss("<< /Certs [3 0 R] >>")},
		{"dss: another key", "approval", "change-dss-form", dss("<< /Certs [] /Pages 2 0 R >>")},
		{"dss: object of another purpose", "approval", "", func(m made) []byte {
			return m.later(map[int]string{objFont: "<< /Certs [] >>", objCatalog: m.with(objCatalog, "/Type /Catalog", "/Type /Catalog /DSS 5 0 R")})
		}},
	}
	return list
}

// hybridAttack hides new content in the stream of a hybrid section.
func hybridAttack(m made) []byte {
	b := bytes.NewBuffer(bytes.Clone(m.file))
	at := b.Len()
	fmt.Fprintf(b, "4 0 obj\n%s\nendobj\n", streamOf("", evil))
	stream := b.Len()
	rows := fmt.Sprintf("01%08x00>", at)
	fmt.Fprintf(b, "150 0 obj\n<< /Type /XRef /Size 200 /W [1 4 1] /Index [4 1] /Filter /ASCIIHexDecode /Root 1 0 R /Length %d >> stream\n%s\nendstream\nendobj\n", len(rows), rows)
	return made{m.t, b.Bytes()}.append(nil, "/Root 1 0 R /Info 12 0 R", fmt.Sprintf("/XRefStm %d", stream), map[int]string{objContent: "0000000000 00001 f \n"})
}

// wrapAttack moves what follows the signature behind new content and has the
// range skip it.
func wrapAttack(m made) []byte {
	i := bytes.LastIndex(m.file, []byte("/ByteRange"))
	end := i + bytes.IndexByte(m.file[i:], ']') + 1
	var b1, b2, b3, b4 int
	if _, err := fmt.Sscanf(string(m.file[i:end]), "/ByteRange [%d %d %d %d", &b1, &b2, &b3, &b4); err != nil {
		m.t.Fatal(err)
	}
	tail := m.file[b3:]
	insert := []byte("\n>>\nendobj\n4 0 obj\n" + streamOf("", evil) + "\nendobj\n")
	out := append(bytes.Clone(m.file[:b3]), insert...)
	out = append(out, tail...)
	moved := fmt.Sprintf("/ByteRange [0 %d %d %d", b2, b3+len(insert), b4)
	if len(moved) >= end-i {
		m.t.Fatal("no room for the range")
	}
	copy(out[i:], moved+strings.Repeat(" ", end-i-len(moved)-1)+"]")
	return out
}

// forgeryAttack puts the signed file into a stream of another document whose
// signature points there.
func forgeryAttack(m made) []byte {
	forged := bytes.Replace(formPDF(), []byte("Pay 100."), []byte("Pay 999."), 1)
	return append(forged, m.file...)
}

// forgedDictionary adds a signature dictionary with one fault.
func forgedDictionary(entries string) func(made) []byte {
	return func(m made) []byte {
		body := fmt.Sprintf("<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached "+entries+" >>", 0)
		return addField("<< /Type /Annot /Subtype /Widget /FT /Sig /T (new) /Rect [0 0 0 0] /P 3 0 R /V 101 0 R >>", body)(m)
	}
}

func coSign(m made, field string) []byte {
	m.t.Helper()
	// What may not be signed is signed by a signer that does not look: a field is
	// made and filled as the signer would.
	return m.later(map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 101 0 R"), 101: fakeSig})
}

// TestPDFAttacks: no attack is called valid, and the finding says what it did.
func TestPDFAttacks(t *testing.T) {
	documents := documents(t)
	if n := len(attacks()); n < 40 {
		t.Fatalf("only %d attacks", n)
	}
	for _, a := range attacks() {
		t.Run(a.name, func(t *testing.T) {
			m := documents[a.document]
			m.t = t
			file := a.make(m)
			r, err := verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), pdfOptions(t))
			if err != nil {
				return // no document at all
			}
			if r.Valid() || (sample{}).accepted(r) {
				t.Fatalf("called valid: %s", judged{report: r}.why())
			}
			if a.code != "" && !hasFinding(r, a.code) {
				t.Errorf("no finding %s: %s", a.code, judged{report: r}.why())
			}
		})
	}
}

func hasFinding(r *verify.Report, code string) bool {
	for _, s := range r.Signatures {
		for _, f := range s.Findings {
			if f.Code == code {
				return true
			}
		}
	}
	return false
}

// TestPDFPermitted: what the attacks are made from is valid without them, and so
// is what is permitted.
func TestPDFPermitted(t *testing.T) {
	documents := documents(t)
	sameFile := func(m made) []byte { return m.file }
	sign2 := func(field string) func(m made) []byte {
		return func(m made) []byte { return signedPDF(m.t, m.file, sign.PDFOptions{Field: field}) }
	}
	fill := func(m made) []byte {
		return m.later(map[int]string{objText: m.with(objText, "(100)", "(200)"), objAP: streamOf("/Type /XObject /Subtype /Form /BBox [0 0 200 20]", "BT (200) Tj ET")})
	}
	for _, c := range []struct {
		name, document string
		want           verify.Changes
		make           func(m made) []byte
	}{
		{"nothing", "approval", verify.ChangesNone, sameFile},
		{"nothing", "level 1", verify.ChangesNone, sameFile},
		{"nothing", "locked", verify.ChangesNone, sameFile},
		{"second signature", "approval", verify.ChangesPermitted, sign2("")},
		{"second signature in an empty field", "approval", verify.ChangesPermitted, sign2("later")},
		{"second signature", "level 2", verify.ChangesPermitted, sign2("")},
		{"second signature", "level 3", verify.ChangesPermitted, sign2("later")},
		{"second signature", "locked", verify.ChangesPermitted, sign2("later")},
		{"filling in", "approval", verify.ChangesPermitted, fill},
		{"filling in", "level 2", verify.ChangesPermitted, fill},
		{"filling in a field that is not locked", "locked", verify.ChangesPermitted, replaceText(objOther, "(x)", "(y)")},
		{"highlight", "level 3", verify.ChangesPermitted, annotate("<< /Type /Annot /Subtype /Highlight /Rect [0 0 9 9] >>")},
		{"information", "level 1", verify.ChangesPermitted, replaceObject(objInfo, "<< /Title (Contract of May) >>")},
		{"metadata", "approval", verify.ChangesPermitted, func(m made) []byte {
			return m.later(map[int]string{objCatalog: m.with(objCatalog, "/Type /Catalog", "/Type /Catalog /Metadata 100 0 R"), 100: streamOf("/Type /Metadata /Subtype /XML", "<x/>")})
		}},
		{"validation data", "level 1", verify.ChangesPermitted, dss("<< /Certs [101 0 R] /VRI << /AA << /Cert [101 0 R] >> >> >>", streamOf("", "x"))},
		{"object written again", "level 1", verify.ChangesPermitted, func(m made) []byte { return m.later(map[int]string{objContent: m.body(objContent)}) }},
	} {
		t.Run(c.document+": "+c.name, func(t *testing.T) {
			m := documents[c.document]
			m.t = t
			r := verifyPDF(t, c.make(m))
			found := slices.ContainsFunc(r.Signatures, func(s verify.Signature) bool { return s.Changes == c.want })
			if !r.Valid() || !found {
				t.Errorf("want valid and %s: %s", c.want, judged{report: r}.why())
			}
		})
	}
}
