package verify_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
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

// TestPDFMutualSignatures: signatures that claim to cover each other, of which one can be
// right at most, do not have the file read for each.
func TestPDFMutualSignatures(t *testing.T) {
	const signatures = 100
	var message bytes.Buffer
	if err := sign.CMS(context.Background(), &message, bytes.NewReader(nil), 0, pdfOrgKey(), sign.CMSOptions{}); err != nil {
		t.Fatal(err)
	}
	contents := fmt.Sprintf("<%x>", message.Bytes())
	var fields strings.Builder
	bodies := map[int]string{2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: "<< /Type /Page /Parent 2 0 R >>", 4: streamOf("", strings.Repeat("noise ", 200_000))}
	for i := range signatures {
		fmt.Fprintf(&fields, "%d 0 R ", 5+2*i)
		bodies[5+2*i] = fmt.Sprintf("<< /FT /Sig /T (s%d) /V %d 0 R >>", i, 6+2*i)
		bodies[6+2*i] = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 @@@@@@@@ @@@@@@@@ @@@@@@@@] /Contents " + contents + " >>"
	}
	bodies[1] = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [" + fields.String() + "] /SigFlags 3 >> >>"
	file := wholePDF(bodies)
	for at := 0; ; {
		mark := bytes.Index(file[at:], []byte("@"))
		if mark < 0 {
			break
		}
		at += mark
		start := at + bytes.IndexByte(file[at:], '<')
		end := start + len(contents)
		copy(file[at:], fmt.Appendf(nil, "%8d %8d %8d", start, end, len(file)-end))
	}
	r := &countingReader{r: bytes.NewReader(file)}
	report, err := verify.PDF(context.Background(), r, int64(len(file)), pdfOptions(t))
	if err != nil || len(report.Signatures) != signatures {
		t.Fatal(err)
	}
	for i, s := range report.Signatures {
		if s.Integrity != verify.Broken {
			t.Errorf("signature %d: %v", i, s.Integrity)
		}
	}
	if limit := 16 * int64(len(file)); r.read > limit {
		t.Errorf("%d bytes read of %d", r.read, len(file))
	}
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
