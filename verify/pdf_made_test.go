package verify_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// pdfKey is a sign.Signer of the test PKI.
type pdfKey struct {
	crypto.Signer
	chain []*x509.Certificate
}

func (k pdfKey) Chain() []*x509.Certificate { return k.chain }

func pdfOrgKey() pdfKey {
	return pdfKey{ca.Key(ca.OrgRSA2048), []*x509.Certificate{ca.Certificate(ca.OrgRSA2048), ca.Certificate(ca.OrgCA)}}
}

// pdfOptions trusts the organisation and asks for no revocation.
func pdfOptions(t testing.TB) verify.PDFOptions {
	t.Helper()
	root, err := trust.ParseCertificate(ca.DER(ca.OrgRoot))
	if err != nil {
		t.Fatal(err)
	}
	store := trust.NewStore()
	store.AddCertificate(root)
	return verify.PDFOptions{Trust: trust.Options{Anchors: store}, ReportOptions: verify.ReportOptions{RevocationOptional: true}}
}

func verifyPDF(t testing.TB, file []byte) *verify.Report {
	t.Helper()
	return verifyPDFBy(t, file, pdfOptions(t))
}

func verifyPDFBy(t testing.TB, file []byte, opt verify.PDFOptions) *verify.Report {
	t.Helper()
	r, err := verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The objects of the document that is signed in these tests.
const (
	objCatalog = iota + 1
	objPages
	objPage
	objContent
	objFont
	objForm
	objText   // a text field
	objEmpty  // an empty signature field
	objLink   // an annotation
	objHidden // a form that the page shows
	objAP     // the text field's appearance
	objInfo
	objNote // an annotation
	objLocking
	objOther // another text field
	objEnd   // the first number that is free; 90 to 99 are dangling
)

// formPDF has a page with content, a form, annotations, and a reference to an
// object that does not exist.
func formPDF() []byte { return writePDF(formBodies()) }

func formBodies() map[int]string {
	return map[int]string{
		objCatalog: "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>",
		objPages:   "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		objPage: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 90 0 R] " +
			"/Resources << /Font << /F1 5 0 R >> /XObject << /Fm1 10 0 R /Fm2 91 0 R >> >> /Annots [7 0 R 8 0 R 9 0 R 13 0 R 14 0 R 15 0 R] >>",
		objContent: streamOf("", "BT /F1 24 Tf 72 700 Td (Pay 100.) Tj ET /Fm1 Do /Fm2 Do"),
		objFont:    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		objForm:    "<< /Fields [7 0 R 8 0 R 14 0 R 15 0 R] /DR << /Font << /Helv 5 0 R >> >> /DA (/Helv 12 Tf 0 g) >>",
		objText: "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (100) /DA (/Helv 12 Tf 0 g) /Rect [72 600 272 620] /P 3 0 R " +
			"/AP << /N 11 0 R >> >>",
		objEmpty:   "<< /Type /Annot /Subtype /Widget /FT /Sig /T (later) /Rect [72 500 272 520] /P 3 0 R >>",
		objLink:    "<< /Type /Annot /Subtype /Link /Rect [72 450 172 460] /Border [0 0 0] /Dest [3 0 R /Fit] >>",
		objHidden:  streamOf("/Type /XObject /Subtype /Form /BBox [0 0 100 100]", "1 g 0 0 100 100 re f"),
		objAP:      streamOf("/Type /XObject /Subtype /Form /BBox [0 0 200 20]", "BT /Helv 12 Tf (100) Tj ET"),
		objInfo:    "<< /Title (Contract) >>",
		objNote:    "<< /Type /Annot /Subtype /FreeText /Rect [72 300 272 320] /Contents (agreed) /DA (/Helv 12 Tf 0 g) >>",
		objLocking: "<< /Type /Annot /Subtype /Widget /FT /Sig /T (locking) /Rect [0 0 0 0] /P 3 0 R /Lock << /Type /SigFieldLock /Action /Include /Fields [(amount)] >> >>",
		objOther:   "<< /Type /Annot /Subtype /Widget /FT /Tx /T (other) /V (x) /DA (/Helv 12 Tf 0 g) /Rect [72 560 272 580] /P 3 0 R >>",
	}
}

// writePDF writes objects as a file of one revision.
func writePDF(bodies map[int]string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := writeBodies(&b, bodies)
	start := b.Len()
	b.WriteString("xref\n0 1\n0000000000 65535 f \n")
	size := 0
	for _, n := range slices.Sorted(maps.Keys(offsets)) {
		fmt.Fprintf(&b, "%d 1\n%010d 00000 n \n", n, offsets[n])
		size = n + 1
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info 12 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] >>\nstartxref\n%d\n%%%%EOF\n", size, start)
	return b.Bytes()
}

func streamOf(entries, data string) string {
	return fmt.Sprintf("<< /Length %d %s >> stream\n%s\nendstream", len(data), entries, data)
}

func writeBodies(b *bytes.Buffer, bodies map[int]string) map[int]int {
	offsets := make(map[int]int)
	for _, n := range slices.Sorted(maps.Keys(bodies)) {
		offsets[n] = b.Len()
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", n, bodies[n])
	}
	return offsets
}

// signed signs a PDF with the organisation's key.
func signedPDF(t testing.TB, file []byte, opt sign.PDFOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sign.PDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), pdfOrgKey(), opt); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// made is a signed file under attack.
type made struct {
	t    testing.TB
	file []byte
}

// body returns an object as it stands, without "n 0 obj" and "endobj".
func (m made) body(n int) string {
	m.t.Helper()
	f, err := pdf.Open(bytes.NewReader(m.file), int64(len(m.file)), pdf.Options{})
	if err != nil {
		m.t.Fatal(err)
	}
	raw, err := f.Raw(pdf.Ref{Num: uint32(n)}, 1<<20)
	if err != nil || raw == nil {
		m.t.Fatalf("object %d: %v", n, err)
	}
	_, s, _ := strings.Cut(string(raw), "obj")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "endobj"))
}

// with returns the object with a replacement made in it.
func (m made) with(n int, old, now string) string {
	m.t.Helper()
	body := m.body(n)
	if !strings.Contains(body, old) {
		m.t.Fatalf("object %d has no %q: %s", n, old, body)
	}
	return strings.Replace(body, old, now, 1)
}

// later appends a revision with a table. extra goes into the trailer beside
// /Root, /Info, /ID, /Size and /Prev.
func (m made) later(bodies map[int]string, extra ...string) []byte {
	return m.append(bodies, "/Root 1 0 R /Info 12 0 R", strings.Join(extra, " "), nil)
}

// append appends a revision. entries are further lines of the table.
func (m made) append(bodies map[int]string, trailer, extra string, entries map[int]string) []byte {
	b := bytes.NewBuffer(bytes.Clone(m.file))
	lines := make(map[int]string)
	for n, at := range writeBodies(b, bodies) {
		lines[n] = fmt.Sprintf("%010d 00000 n \n", at)
	}
	maps.Copy(lines, entries)
	start := b.Len()
	b.WriteString("xref\n")
	for _, n := range slices.Sorted(maps.Keys(lines)) {
		fmt.Fprintf(b, "%d 1\n%s", n, lines[n])
	}
	fmt.Fprintf(b, "trailer\n<< /Size 200 %s /Prev %d %s /ID [<00112233445566778899aabbccddeeff> <ff>] >>\nstartxref\n%d\n%%%%EOF\n", trailer, m.startxref(), extra, start)
	return b.Bytes()
}

func (m made) startxref() int {
	s := string(m.file[bytes.LastIndex(m.file, []byte("startxref"))+len("startxref"):])
	n, err := strconv.Atoi(strings.Fields(s)[0])
	if err != nil {
		m.t.Fatal(err)
	}
	return n
}

// signatureObject is the number of the newest signature dictionary, fieldObject
// that of the field.
func (m made) signatureObject() int { return m.find("/ByteRange") }
func (m made) fieldObject() int     { return m.find("/V " + strconv.Itoa(m.signatureObject()) + " 0 R") }

// maxMade is above every number that these documents use.
const maxMade = 300

func (m made) find(text string) int {
	m.t.Helper()
	for n := 1; n < maxMade; n++ {
		if at := bytes.LastIndex(m.file, []byte("\n"+strconv.Itoa(n)+" 0 obj")); at >= 0 {
			body := m.file[at:]
			if i := bytes.Index(body, []byte("endobj")); i >= 0 && bytes.Contains(body[:i], []byte(text)) {
				return n
			}
		}
	}
	m.t.Fatalf("no object has %q", text)
	return 0
}

// missing skips a test for want of a program, and fails it in CI.
func missing(t testing.TB, program string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
}

func putFile(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func getFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
