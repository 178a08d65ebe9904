package sign_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/sign"
)

// shifted moves the entry of an object in the first table by three bytes.
func shifted(file []byte, num int) []byte {
	at := bytes.Index(file, []byte("xref\n0 ")) + len("xref\n0 ")
	at += bytes.IndexByte(file[at:], '\n') + 1 + 20*num
	var off int
	fmt.Sscanf(string(file[at:at+10]), "%d", &off)
	return append(append(bytes.Clone(file[:at]), fmt.Sprintf("%010d", off+3)...), file[at+10:]...)
}

// TestPDFMisplacedObjects: whichever object the cross-references are wrong
// about, the signed document has no fault left, and the warnings say what was
// done.
func TestPDFMisplacedObjects(t *testing.T) {
	t.Parallel()
	judges := newJudges(t)
	file := approval()
	for num := 1; num <= 9; num++ {
		damaged := shifted(file, num)
		doc, err := preparePDF(damaged, sign.PDFOptions{Field: "承認.buyer"})
		if err != nil {
			t.Errorf("object %d: %v", num, err)
			continue
		}
		if len(doc.Warnings()) != 1 || !strings.Contains(doc.Warnings()[0].Error(), "rebuilt") {
			t.Errorf("object %d: warnings %v", num, doc.Warnings())
		}
		judges.accept(signPDF(t, damaged, rsaKey(), sign.PDFOptions{Field: "承認.buyer"}), "", 1)
	}
}

// TestPDFSignedThenDamaged: an earlier signature outlives the repair.
func TestPDFSignedThenDamaged(t *testing.T) {
	t.Parallel()
	judges := newJudges(t)
	signed := signPDF(t, approval(), rsaKey(), sign.PDFOptions{Field: "承認.buyer"})
	again := signPDF(t, append(signed, bytes.Repeat([]byte("junk "), 14000)...), p384Key(), sign.PDFOptions{Field: "承認.seller"})
	if !bytes.Contains(again[len(signed):], []byte("/Prev ")) {
		t.Error("the earlier revision is lost")
	}
	judges.accept(again, "", 2)
}

// TestPDFTwoSignaturesBesideHoles: numbers that references lead to nothing by
// stay unused by the second signature too.
func TestPDFTwoSignaturesBesideHoles(t *testing.T) {
	t.Parallel()
	bodies := onePage("", "/Annots [6 0 R 9 0 R]")
	file := handmade{bodies: bodies, trailer: "/Root 1 0 R /Info 7 0 R"}.bytes()
	twice := signPDF(t, signPDF(t, file, rsaKey(), sign.PDFOptions{}), p384Key(), sign.PDFOptions{})
	for _, num := range []int{6, 7, 9} {
		if bytes.Contains(twice, fmt.Appendf(nil, "\n%d 0 obj", num)) {
			t.Errorf("there is an object %d now", num)
		}
	}
	newJudges(t).accept(twice, "", 2)
}

// TestPDFObjectsBehindEnd: readers differ in what they show, so it is not
// signed.
func TestPDFObjectsBehindEnd(t *testing.T) {
	t.Parallel()
	for _, count := range []int{1, 1000} {
		file := append(plain(), strings.Repeat("4 0 obj\n<< /Length 0 >> stream\n\nendstream\nendobj\n", count)...)
		if _, err := preparePDF(file, sign.PDFOptions{}); err == nil || !strings.Contains(err.Error(), "behind the end") {
			t.Errorf("%d objects: %v", count, err)
		}
	}
}
