package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/verify"
)

const (
	// hangLimit is far above what any of these files takes, on any machine and beside
	// any other work.
	hangLimit = 2 * time.Minute
	// memoryLimit bounds what is allocated in sum, garbage included.
	memoryLimit = 150 << 20
)

// hostile are small files that other readers die of.
func hostile() map[string]string {
	page := "<< /Type /Page /Parent 2 0 R >>"
	file := func(trailer string, bodies ...string) string {
		var b strings.Builder
		b.WriteString("%PDF-1.7\n")
		var offsets []int
		for i, body := range bodies {
			offsets = append(offsets, b.Len())
			fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
		}
		start := b.Len()
		fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(bodies)+1)
		for _, o := range offsets {
			fmt.Fprintf(&b, "%010d 00000 n \n", o)
		}
		fmt.Fprintf(&b, "trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n", trailer, start)
		return b.String()
	}
	const root = "/Size 9 /Root 1 0 R"
	signature := func(entries string) string {
		return file(root, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>", "<< /Type /Pages /Kids [3 0 R] >>", page,
			"<< /FT /Sig /T (a) /V 5 0 R >>", "<< /Type /Sig /SubFilter /adbe.pkcs7.detached "+entries+" >>")
	}
	return map[string]string{
		"object stream inside itself": file(root, "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /ObjStm /N 1 /First 4 /Length 10 /Extends 2 0 R >> stream\n2 0 << >> \nendstream"),
		"size of a milliard":          strings.Replace(file(root, "<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [] >>"), "/Size 9", "/Size 1000000000", 1),
		"six million brackets":        file(root, "<< /Type /Catalog /Pages 2 0 R >>", strings.Repeat("[", 6<<20)),
		"page tree in a circle":       file(root, "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] >>"),
		"long range":                  signature("/ByteRange [" + strings.Repeat("0 1 ", 20000) + "] /Contents <00>"),
		"huge range":                  signature("/ByteRange [0 1 9223372036854775807 9223372036854775807] /Contents <00>"),
		"negative range":              signature("/ByteRange [0 -1 5 7] /Contents <00>"),
		"deep CMS":                    signature("/ByteRange [0 10 90 100] /Contents <" + strings.Repeat("3080", 200000) + ">"),
		"fields in a circle": file(root, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>", "<< /Type /Pages /Kids [3 0 R] >>", page,
			"<< /FT /Sig /T (a) /Kids [4 0 R 5 0 R] >>", "<< /T (b) /Kids [4 0 R 5 0 R] >>"),
		"fields that double": doubling(),
		"trailers in a circle": func() string {
			s := file("/Size 9 /Root 1 0 R /Prev @@@@", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] >>")
			return strings.Replace(s, "@@@@", fmt.Sprintf("%4d", strings.Index(s, "xref")), 1)
		}(),
	}
}

// doubling is a form whose every node lists the next one twice.
func doubling() string {
	var b strings.Builder
	b.WriteString("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R] >> >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] >>\nendobj\n")
	for n := 3; n < 60; n++ {
		fmt.Fprintf(&b, "%d 0 obj\n<< /T (x) /FT /Sig /Kids [%d 0 R %d 0 R] >>\nendobj\n", n, n+1, n+1)
	}
	b.WriteString("trailer\n<< /Root 1 0 R >>\n%%EOF\n")
	return b.String()
}

// TestPDFHostile: each ends soon, in a result that is not valid or in an error,
// and takes little memory.
func TestPDFHostile(t *testing.T) {
	for name, file := range hostile() {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), hangLimit)
			defer cancel()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			begin := time.Now()
			r, err := verify.PDF(ctx, bytes.NewReader([]byte(file)), int64(len(file)), verify.PDFOptions{})
			runtime.ReadMemStats(&after)
			t.Logf("%d bytes: %v, %d kB allocated, %v", len(file), time.Since(begin), (after.TotalAlloc-before.TotalAlloc)>>10, err)
			if err == nil && r.Valid() {
				t.Error("called valid")
			}
			if after.TotalAlloc-before.TotalAlloc > memoryLimit || ctx.Err() != nil {
				t.Error("takes too much time or memory")
			}
		})
	}
}

// withRevisions appends revisions that each list some objects and many free
// numbers: the same ones, or each revision its own.
func withRevisions(file []byte, revisions, objects, free int, same bool) []byte {
	b := bytes.NewBuffer(bytes.Clone(file))
	var prev int
	fmt.Sscanf(string(file[bytes.LastIndex(file, []byte("startxref")):]), "startxref\n%d", &prev)
	first := 100
	for range revisions {
		var table strings.Builder
		for i := range objects {
			fmt.Fprintf(&table, "%010d 00000 n \n", b.Len())
			fmt.Fprintf(b, "%d 0 obj\n1\nendobj\n", first+i)
		}
		start := b.Len()
		fmt.Fprintf(b, "xref\n%d %d\n%s", first, objects+free, table.String())
		b.WriteString(strings.Repeat("0000000000 00001 f \n", free))
		fmt.Fprintf(b, "trailer\n<< /Size %d /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n", first+objects+free, prev, start)
		prev = start
		if !same {
			first += objects + free
		}
	}
	return b.Bytes()
}

// TestPDFManyRevisions: what comparing revisions takes is bounded by the size of
// the file; what takes more is not known to be permitted.
func TestPDFManyRevisions(t *testing.T) {
	signed := signedPDF(t, noisePDF(500), sign.PDFOptions{})
	tests := []struct {
		revisions, objects, free int
		same                     bool
		want                     verify.Changes
	}{
		{10, 1, 999, false, verify.ChangesPermitted},
		{1000, 1, 399, true, verify.ChangesPermitted},
		{1000, 1, 399, false, verify.ChangesPermitted},
		{1000, 200, 0, false, verify.ChangesUnknown},
		{2, 1, 199_999, false, verify.ChangesPermitted},
	}
	for _, tt := range tests {
		if testing.Short() && tt.revisions >= 1000 { // a minute each under the race detector
			continue
		}
		file := withRevisions(signed, tt.revisions, tt.objects, tt.free, tt.same)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		r := verifyPDF(t, file)
		runtime.ReadMemStats(&after)
		t.Logf("%+v: %d bytes: %v, %d MB allocated", tt, len(file), time.Since(begin), (after.TotalAlloc-before.TotalAlloc)>>20)
		if got := r.Signatures[0].Changes; got != tt.want {
			t.Errorf("%+v: changes %v, want %v", tt, got, tt.want)
		}
		if r.Valid() != (tt.want == verify.ChangesPermitted) {
			t.Errorf("%+v: %s", tt, judged{report: r}.why())
		}
		if after.TotalAlloc-before.TotalAlloc > memoryLimit || time.Since(begin) > hangLimit {
			t.Errorf("%+v takes too much time or memory", tt)
		}
	}
}
