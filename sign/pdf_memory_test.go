package sign_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/jsign-jp/jsign/sign"
)

// padded is a PDF with one stream of zeros, which are not held in memory.
type padded struct {
	head, tail []byte
	zeros      int64
}

func newPadded(zeros int64) *padded {
	var head bytes.Buffer
	head.WriteString("%PDF-1.4\n")
	var rows string
	for i, body := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n",
		fmt.Sprintf("<< /Length %d >> stream\n", zeros),
	} {
		rows += fmt.Sprintf("%010d 00000 n \n", head.Len())
		fmt.Fprintf(&head, "%d 0 obj\n%s", i+1, body)
	}
	tail := "\nendstream\nendobj\n"
	start := int64(head.Len()) + zeros + int64(len(tail))
	tail += fmt.Sprintf("xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", rows, start)
	return &padded{head.Bytes(), []byte(tail), zeros}
}

func (p *padded) size() int64 { return int64(len(p.head)) + p.zeros + int64(len(p.tail)) }

func (p *padded) ReadAt(b []byte, at int64) (int, error) {
	n := 0
	for n < len(b) && at+int64(n) < p.size() {
		switch i := at + int64(n); {
		case i < int64(len(p.head)):
			n += copy(b[n:], p.head[i:])
		case i < int64(len(p.head))+p.zeros:
			end := min(int64(len(b)), int64(n)+int64(len(p.head))+p.zeros-i)
			clear(b[n:end])
			n = int(end)
		default:
			n += copy(b[n:], p.tail[i-int64(len(p.head))-p.zeros:])
		}
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// TestPDFMemory: what is allocated for a large document, all in all, is far less
// than the document.
func TestPDFMemory(t *testing.T) {
	src, key := newPadded(256<<20), rsaKey()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := sign.PDF(context.Background(), io.Discard, src, src.size(), key, sign.PDFOptions{}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	const most = 8 << 20
	if got := after.TotalAlloc - before.TotalAlloc; got > most {
		t.Errorf("%d bytes allocated for a document of %d", got, src.size())
	}
}
