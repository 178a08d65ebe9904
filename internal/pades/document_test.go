package pades

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// document writes a PDF of the given objects, numbered from 1; number 1 is the
// catalog.
func document(bodies ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	table := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(bodies)+1)
	for i, body := range bodies {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	start := b.Len()
	fmt.Fprintf(&b, "%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", table, len(bodies)+1, start)
	return b.Bytes()
}

// form is a document of one page whose form has the given entries; its fields
// are numbered from 4.
func form(entries string, fields ...string) []byte {
	return document(append([]string{
		"<< /Type /Catalog /Pages 2 0 R /AcroForm << " + entries + " >> >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
	}, fields...)...)
}

func open(t testing.TB, file []byte) *pdf.File {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// lay plans and lays out a signature, and opens the result.
func lay(t testing.TB, file []byte, r Request) (*pdf.File, *Plan) {
	t.Helper()
	plan, err := NewPlan(open(t, file), r)
	if err != nil {
		t.Fatal(err)
	}
	layout, err := plan.Layout("Yamada", 16)
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Embed([]byte{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	return open(t, append(bytes.Clone(file), layout.Bytes()...)), plan
}

func names(f *Form) string {
	var list []string
	for _, field := range f.Fields {
		list = append(list, field.Name)
	}
	return strings.Join(list, " ")
}
