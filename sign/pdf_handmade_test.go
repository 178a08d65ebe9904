package sign_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// handmade writes a PDF object by object, so that a test says exactly which
// bytes it is about. The zero value of each field is the ordinary case.
type handmade struct {
	header  string         // "%PDF-1.4\n" when empty
	eol     string         // "\n" when empty; replaces every line end of the file
	bodies  map[int]string // object number → what stands between obj and endobj
	trailer string         // entries beside /Size; "/Root 1 0 R" when empty
	size    string         // the /Size entry; "/Size N" when empty
	before  string         // before the header; offsets count from the header then
	after   string         // after %%EOF
	badXref bool           // startxref points nowhere
}

const binaryMark = "%\xe2\xe3\xcf\xd3\n"

// bytes lays the file out with a classic cross-reference table.
func (h handmade) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(orDefault(h.header, "%PDF-1.4\n") + binaryMark)
	offsets := h.writeObjects(&b, 0)
	start := h.writeTable(&b, offsets)
	h.writeTrailer(&b, start, len(offsets)+1)
	return []byte(h.before + h.lineEnds(b.String()) + h.after)
}

// writeObjects writes objects 1..n (all numbers must be there) and returns
// their offsets, base added.
func (h handmade) writeObjects(b *bytes.Buffer, base int) []int {
	offsets := make([]int, len(h.bodies))
	for n := 1; n <= len(h.bodies); n++ {
		body, ok := h.bodies[n]
		if !ok {
			panic(fmt.Sprintf("handmade: object %d is missing", n))
		}
		offsets[n-1] = base + b.Len()
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", n, body)
	}
	return offsets
}

func (h handmade) writeTable(b *bytes.Buffer, offsets []int) int {
	start := b.Len()
	fmt.Fprintf(b, "xref\n0 %d\n%010d 65535 f \n", len(offsets)+1, 0)
	for _, o := range offsets {
		fmt.Fprintf(b, "%010d 00000 n \n", o)
	}
	return start
}

func (h handmade) writeTrailer(b *bytes.Buffer, startxref, size int) {
	if h.badXref {
		startxref = 7
	}
	fmt.Fprintf(b, "trailer\n<< %s %s >>\nstartxref\n%d\n%%%%EOF\n",
		orDefault(h.size, fmt.Sprintf("/Size %d", size)),
		orDefault(h.trailer, "/Root 1 0 R"), startxref)
}

// lineEnds replaces "\n"; only for one-byte ends, which keep every offset. The
// keyword stream is followed by CR LF or LF, never CR alone (7.3.8.1).
func (h handmade) lineEnds(s string) string {
	if h.eol == "" {
		return s
	}
	parts := strings.Split(s, " stream\n")
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], "\n", h.eol)
	}
	return strings.Join(parts, "stream\r\n")
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// onePage is the smallest document that shows a line of text. Entries are
// added to its catalog and its page; more objects follow from number 6.
func onePage(catalog, page string, more ...string) map[int]string {
	const text = "BT /F1 24 Tf 72 700 Td (The parties agree.) Tj ET"
	bodies := map[int]string{
		1: "<< /Type /Catalog /Pages 2 0 R " + catalog + " >>",
		2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> " + page + " >>",
		4: streamBody("", text),
		5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	for i, body := range more {
		bodies[6+i] = body
	}
	return bodies
}

func streamBody(entries, data string) string {
	return fmt.Sprintf("<< /Length %d %s >> stream\n%s\nendstream", len(data), entries, data)
}

// revision is an incremental update: some objects again, or new ones.
type revision struct {
	bodies  map[int]string
	trailer string // entries beside /Size and /Prev
	stream  bool   // a cross-reference stream (7.5.8) instead of a table
}

// update appends a revision to a file whose last section starts at prev.
func update(file []byte, prev, size int, r revision) (updated []byte, startxref int) {
	b := bytes.NewBuffer(bytes.Clone(file))
	offsets := make(map[int]int)
	for _, n := range slices.Sorted(maps.Keys(r.bodies)) {
		offsets[n] = b.Len()
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", n, r.bodies[n])
	}
	start := b.Len()
	entries := fmt.Sprintf("/Prev %d %s", prev, orDefault(r.trailer, "/Root 1 0 R"))
	if r.stream {
		offsets[size] = start
		writeXrefStream(b, size, size+1, entries, offsets)
	} else {
		b.WriteString("xref\n")
		for _, n := range slices.Sorted(maps.Keys(offsets)) {
			fmt.Fprintf(b, "%d 1\n%010d 00000 n \n", n, offsets[n])
		}
		fmt.Fprintf(b, "trailer\n<< /Size %d %s >>\n", size, entries)
	}
	fmt.Fprintf(b, "startxref\n%d\n%%%%EOF\n", start)
	return b.Bytes(), start
}

// writeXrefStream writes object number n, a cross-reference stream that lists
// offsets as type 1 entries of 1+4+1 bytes.
func writeXrefStream(b *bytes.Buffer, n, size int, entries string, offsets map[int]int) {
	var index, rows []string
	for _, object := range slices.Sorted(maps.Keys(offsets)) {
		index = append(index, fmt.Sprintf("%d 1", object))
		rows = append(rows, fmt.Sprintf("01%08x00", offsets[object]))
	}
	data := strings.Join(rows, "") + ">"
	fmt.Fprintf(b, "%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 1] /Index [%s] /Filter /ASCIIHexDecode /Length %d %s >> stream\n%s\nendstream\nendobj\n",
		n, size, strings.Join(index, " "), len(data), entries, data)
}

// lastStartxref reads the number after the last startxref.
func lastStartxref(file []byte) int {
	var n int
	i := bytes.LastIndex(file, []byte("startxref"))
	if _, err := fmt.Sscan(string(file[i+len("startxref"):]), &n); err != nil {
		panic(err)
	}
	return n
}

// hybrid is a hybrid-reference file (7.5.8.4) as Word writes it: object 5, the
// font, is in an object stream that only the /XRefStm of an empty last section
// knows; the table before calls it free.
func hybrid() []byte {
	bodies := onePage("", "")
	font := bodies[5]
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n" + binaryMark)
	offsets := make(map[int]int)
	write := func(n int, body string) {
		offsets[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, body)
	}
	for n := 1; n <= 4; n++ {
		write(n, bodies[n])
	}
	write(6, streamBody("/Type /ObjStm /N 1 /First 4", "5 0 "+font))
	xrefStream := b.Len()
	row := "020000000600>"
	fmt.Fprintf(&b, "7 0 obj\n<< /Type /XRef /Size 8 /W [1 4 1] /Index [5 1] /Filter /ASCIIHexDecode /Length %d /Root 1 0 R >> stream\n%s\nendstream\nendobj\n", len(row), row)
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 8\n%010d 65535 f \n", 5)
	for n := 1; n <= 4; n++ {
		fmt.Fprintf(&b, "%010d 00000 n \n", offsets[n])
	}
	fmt.Fprintf(&b, "%010d 65535 f \n%010d 00000 n \n%010d 00000 n \n", 0, offsets[6], xrefStream)
	fmt.Fprintf(&b, "trailer\n<< /Size 8 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", start)
	last := b.Len()
	fmt.Fprintf(&b, "xref\n0 0\ntrailer\n<< /Size 8 /Root 1 0 R /Prev %d /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n", start, xrefStream, last)
	return b.Bytes()
}
