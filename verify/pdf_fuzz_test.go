package verify_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/internal/workload"
	"github.com/jsign-jp/jsign/verify"
)

// maxFuzzed is the largest input that is tried.
const maxFuzzed = 10 << 20

// boundedPDF verifies, and fails when that takes more memory or time than any
// input may.
func boundedPDF(t *testing.T, file []byte, opt verify.PDFOptions) (*verify.Report, error) {
	t.Helper()
	defer workload.Bound(t)()
	return verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), opt)
}

// FuzzPDFValidIsSigned: whatever the file, it is called valid only if it begins
// with what was signed.
func FuzzPDFValidIsSigned(f *testing.F) {
	seeds := documents(f)
	for _, m := range seeds {
		f.Add(m.file)
	}
	for _, a := range attacks() {
		m := seeds[a.document]
		m.t = f
		f.Add(a.make(m))
	}
	opt := pdfOptions(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > maxFuzzed {
			return
		}
		r, err := boundedPDF(t, file, opt)
		if err != nil || !r.Valid() {
			return
		}
		for _, m := range seeds {
			gap := bytes.LastIndex(m.file, []byte("/Contents <"))
			if bytes.HasPrefix(file, m.file[:gap]) {
				return
			}
		}
		t.Fatal("valid, and begins with nothing that was signed")
	})
}

// FuzzPDFDifference: whatever is appended to a signed file, it is called valid
// only if the page shows what it showed.
func FuzzPDFDifference(f *testing.F) {
	m := documents(f)["approval"]
	for _, a := range attacks() {
		if a.document != "approval" {
			continue
		}
		if attacked := a.make(made{f, m.file}); bytes.HasPrefix(attacked, m.file) {
			f.Add(attacked[len(m.file):])
		}
	}
	f.Add([]byte{})
	want := shown(f, m.file)
	opt := pdfOptions(f)
	f.Fuzz(func(t *testing.T, appended []byte) {
		if len(appended) > maxFuzzed {
			return
		}
		file := append(bytes.Clone(m.file), appended...)
		r, err := boundedPDF(t, file, opt)
		if err == nil && r.Valid() && !bytes.Equal(shown(t, file), want) {
			t.Fatal("valid, and shows something else")
		}
	})
}

// shown is what makes the page: its dictionary without annotations, its content
// and its font.
func shown(t testing.TB, file []byte) []byte {
	t.Helper()
	doc, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	count, err := doc.PageCount()
	if err != nil {
		t.Fatal(err)
	}
	out := []byte{byte(count)}
	for _, n := range []uint32{objPages, objContent, objFont, objHidden, 90, 91} {
		raw, err := doc.Raw(pdf.Ref{Num: n}, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		out = append(append(out, 0), bytes.Join(bytes.Fields(raw), []byte(" "))...)
	}
	return out
}
