package verify_test

import (
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/sign"
)

// TestPDFDanglingField: a field that the form named before it was there must not
// appear after signing, beside a value that is filled in.
func TestPDFDanglingField(t *testing.T) {
	bodies := formBodies()
	bodies[objForm] = strings.Replace(bodies[objForm], "15 0 R]", "15 0 R 110 0 R]", 1)
	m := made{t, signedPDF(t, writePDF(bodies), sign.PDFOptions{})}
	widget := "<< /Type /Annot /Subtype /Widget /Parent 110 0 R /Rect [72 690 272 720] /AP << /N 112 0 R >> >>"
	filled := map[int]string{objText: m.with(objText, "(100)", "(200)")}
	if r := verifyPDF(t, m.later(filled)); !r.Valid() {
		t.Fatalf("the twin is not valid: %s", judged{report: r}.why())
	}
	filled[objPage] = m.with(objPage, "15 0 R", "15 0 R 111 0 R")
	filled[110] = "<< /FT /Tx /T (later) /V (999) /Kids [111 0 R] >>"
	filled[111], filled[112] = widget, streamOf(overlayForm, evil)
	r := verifyPDF(t, m.later(filled))
	if r.Valid() || !hasFinding(r, "change-field") {
		t.Errorf("called valid, or not for the field: %s", judged{report: r}.why())
	}
}
