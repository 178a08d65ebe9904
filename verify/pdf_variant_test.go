package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/verify"
)

// variant is a further attack of a class, and its twin: the nearest thing that is permitted. Without a
// twin the signed document itself is it.
type variant struct {
	name, document string
	attack, twin   func(m made) []byte
}

// values fills fields in.
func values(pairs ...any) func(made) []byte {
	return func(m made) []byte {
		bodies := map[int]string{}
		for i := 0; i < len(pairs); i += 3 {
			bodies[pairs[i].(int)] = m.with(pairs[i].(int), pairs[i+1].(string), pairs[i+2].(string))
		}
		return m.later(bodies)
	}
}

// intruder signs as anybody can: the signature is right.
func intruder(m made, opt sign.PDFOptions) made { return made{m.t, signedPDF(m.t, m.file, opt)} }

// signThen makes a signed field and rewrites objects before it is signed, as one who
// writes PDFs by hand would.
func signField(field string, more map[int]string) func(made) []byte {
	return func(m made) []byte {
		page, form := m.body(objPage), m.body(objForm)
		bodies := map[int]string{100: field, objPage: replaceLast(page, "]", " 100 0 R]"), objForm: strings.Replace(form, "/Fields [", "/Fields [100 0 R ", 1)}
		form = bodies[objForm]
		i := strings.Index(form, "]")
		bodies[objForm] = strings.Replace(form[:i], "100 0 R ", "", 1) + " 100 0 R" + form[i:]
		for n, body := range more {
			bodies[n] = body
		}
		return signInto(m, bodies, 150)
	}
}

// signInto appends objects with a signature dictionary of that number, and signs.
func signInto(m made, bodies map[int]string, number int) []byte {
	m.t.Helper()
	const room = 4000
	zeros := "<" + strings.Repeat("0", 2*room) + ">"
	bodies[number] = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC] /Contents " + zeros + " >>"
	file := m.later(bodies)
	start := bytes.LastIndex(file, []byte(zeros))
	end := start + len(zeros)
	for mark, n := range map[string]int{"AAAAAAAAAA": start, "BBBBBBBBBB": end, "CCCCCCCCCC": len(file) - end} {
		file = bytes.Replace(file, []byte(mark), fmt.Appendf(nil, "%-10d", n), 1)
	}
	covered := append(bytes.Clone(file[:start]), file[end:]...)
	var out bytes.Buffer
	if err := sign.CMS(context.Background(), &out, bytes.NewReader(covered), int64(len(covered)), pdfOrgKey(), sign.CMSOptions{}); err != nil {
		m.t.Fatal(err)
	}
	copy(file[start+1:], fmt.Appendf(nil, "%x", out.Bytes()))
	return file
}

const (
	newField    = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (new) /Rect [0 0 0 0] /P 3 0 R /V 150 0 R >>"
	shownField  = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (new) /Rect [72 690 200 720] /P 3 0 R /V 150 0 R /AP << /N 110 0 R >> >>"
	overlayForm = "/Type /XObject /Subtype /Form /BBox [0 0 200 20]"
	white       = "1 1 1 rg 0 0 200 20 re f"
)

func variants() []variant {
	return slices.Concat(fileVariants(), formVariants(), annotationVariants(), readerVariants())
}

// TestPDFVariants: further attacks of each class are not valid, and their twins are.
func TestPDFVariants(t *testing.T) {
	documents := richDocuments(t)
	list := variants()
	if len(list) < 40 {
		t.Fatalf("only %d variants", len(list))
	}
	for _, v := range list {
		t.Run(v.document+": "+v.name, func(t *testing.T) {
			m := documents[v.document]
			m.t = t
			v.try(m)
		})
	}
}

// try sees that the attack on a signed document is not valid, and its twin is.
func (v variant) try(m made) {
	m.t.Helper()
	file := v.attack(m)
	r, err := verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), pdfOptions(m.t))
	if err == nil && accepted(r, attackedField(v.document)) {
		m.t.Errorf("called valid: %s", judged{report: r}.why())
	}
	twin := m.file
	if v.twin != nil {
		twin = v.twin(m)
	}
	if r := verifyPDF(m.t, twin); !r.Valid() {
		m.t.Errorf("the twin is not valid: %s", judged{report: r}.why())
	}
}

// attackedField is the field of the signature that is attacked.
func attackedField(document string) string {
	if lock, ok := strings.CutPrefix(document, "lock "); ok {
		return map[string]string{"include": "lockgroup", "exclude": "lockbut", "all": "lockall"}[lock]
	}
	return "Signature1"
}

// accepted: that signature is called right and unharmed. What else the file holds
// does not save it.
func accepted(r *verify.Report, field string) bool {
	for _, s := range r.Signatures {
		permitted := s.Changes == verify.ChangesNone || s.Changes == verify.ChangesPermitted
		if s.Field == field && (s.Indication == verify.TotalPassed || s.Integrity == verify.Intact && permitted) {
			return true
		}
	}
	return false
}
