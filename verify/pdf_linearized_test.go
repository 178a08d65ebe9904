package verify_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/sign"
)

// linearizedPDF is a document that claims to be linearized and length bytes long. Readers who
// believe it take the cross-references behind its first object, which lead to another page.
func linearizedPDF(length int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	fmt.Fprintf(&b, "60 0 obj\n<< /Linearized 1 /L %010d /O 63 /E 0 /N 1 /T 0 /H [0 0] >>\nendobj\n", length)
	evilTable := b.Len()
	const room = "0000000000 00000 n \n"
	fmt.Fprintf(&b, "xref\n61 4\n%strailer\n<< /Size 90 /Root 61 0 R >>\nstartxref\n0\n%%%%EOF\n", strings.Repeat(room, 4))
	bodies := richBodies()
	maps.Copy(bodies, map[int]string{61: "<< /Type /Catalog /Pages 62 0 R >>", 62: "<< /Type /Pages /Kids [63 0 R] /Count 1 >>",
		63: "<< /Type /Page /Parent 62 0 R /MediaBox [0 0 595 842] /Contents 64 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
		64: streamOf("", evil)})
	offsets := writeBodies(&b, bodies)
	start := b.Len()
	b.WriteString("xref\n0 1\n0000000000 65535 f \n")
	for _, n := range slices.Sorted(maps.Keys(offsets)) {
		fmt.Fprintf(&b, "%d 1\n%010d 00000 n \n", n, offsets[n])
	}
	fmt.Fprintf(&b, "trailer\n<< /Size 90 /Root 1 0 R /Info 12 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] >>\nstartxref\n%d\n%%%%EOF\n", start)
	file := b.Bytes()
	rows := file[evilTable+len("xref\n61 4\n"):]
	for i := range 4 {
		copy(rows[i*len(room):], fmt.Sprintf("%010d", offsets[61+i]))
	}
	return file
}

// TestPDFLinearized: what is appended must not make the file as long as its linearization says.
func TestPDFLinearized(t *testing.T) {
	change := replaceObject(objInfo, "<< /Title (x) >>")
	made := func(length int) made { return made{t, signedPDF(t, linearizedPDF(length), sign.PDFOptions{})} }
	length := len(change(made(0)))
	if r := verifyPDF(t, change(made(length+1))); !r.Valid() {
		t.Errorf("of another length: %s", judged{report: r}.why())
	}
	file := change(made(length))
	if name := os.Getenv("KEEP"); name != "" {
		putFile(t, name, file)
		putFile(t, name+".signed", made(length).file)
	}
	if r := verifyPDF(t, file); len(file) != length || r.Valid() || !hasFinding(r, "change-two-readings") {
		t.Errorf("of that length: %s", judged{report: r}.why())
	}
}
