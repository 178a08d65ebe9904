package verify_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"testing"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/verify"
)

// countingReader counts the bytes that are read.
type countingReader struct {
	r    io.ReaderAt
	read int64
}

func (c *countingReader) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.r.ReadAt(p, at)
	c.read += int64(n)
	return n, err
}

// TestPDFSharedBeginning: many signatures do not read the document as many times,
// and each is judged by every byte that it covers.
func TestPDFSharedBeginning(t *testing.T) {
	const signatures = 8
	noise := make([]byte, 2<<20)
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	file := plainPDF(streamOf("", "BT ET"), streamOf("", string(noise)))
	var ends []int
	for range signatures {
		file = signedPDF(t, file, sign.PDFOptions{})
		ends = append(ends, len(file))
	}
	judge := func(file []byte) *verify.Report {
		r := &countingReader{r: bytes.NewReader(file)}
		report, err := verify.PDF(context.Background(), r, int64(len(file)), pdfOptions(t))
		if err != nil || len(report.Signatures) != signatures {
			t.Fatal(err)
		}
		if r.read > 4*int64(len(file)) {
			t.Errorf("%d bytes read of %d", r.read, len(file))
		}
		return report
	}
	if r := judge(file); !r.Valid() {
		t.Error(judged{report: r}.why())
	}
	begin := bytes.Index(file, noise)
	for changed, at := range append([]int{begin + len(noise)/2}, ends[:signatures-1]...) {
		if changed > 0 { // the comment that ends what signature number changed-1 covers
			at = ends[changed-1] - len("%EOF\n")
		}
		bad := bytes.Clone(file)
		bad[at] ^= 1
		for i, s := range judge(bad).Signatures {
			if want := i < changed-1; (s.Integrity == verify.Intact) != want {
				t.Errorf("byte %d changed: signature %d is %v", at, i, s.Integrity)
			}
		}
	}
}
