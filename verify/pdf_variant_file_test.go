package verify_test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/jsign-jp/jsign/sign"
)

func itoa(n int) string { return strconv.Itoa(n) }

// insertBeforeXRef puts bytes into the newest revision, before its table.
func insertBeforeXRef(file []byte, text string) []byte {
	at := bytes.LastIndex(file, []byte("\nxref\n")) + 1
	out := append(bytes.Clone(file[:at]), text...)
	out = append(out, file[at:]...)
	i := bytes.LastIndex(out, []byte("startxref\n"))
	return fmt.Appendf(out[:i:i], "startxref\n%d\n%%%%EOF\n", at+len(text))
}

// fileVariants attack through the file structure.
func fileVariants() []variant {
	info := replaceObject(objInfo, "<< /Title (x) >>")
	content := "4 0 obj\n" + streamOf("", evil) + "\nendobj\n"
	table := func(entries map[int]string, bodies map[int]string, trailer string) func(made) []byte {
		return func(m made) []byte { return m.append(bodies, trailer, "", entries) }
	}
	const trailer = "/Root 1 0 R /Info 12 0 R"
	evilPages := map[int]string{103: "<< /Type /Catalog /Pages 104 0 R >>", 104: "<< /Type /Pages /Kids [105 0 R] /Count 1 >>",
		105: "<< /Type /Page /Parent 104 0 R /MediaBox [0 0 595 842] /Contents 106 0 R >>", 106: streamOf("", evil)}
	withInfo := func(bodies map[int]string) map[int]string {
		out := map[int]string{objInfo: "<< /Title (x) >>"}
		for n, b := range bodies {
			out[n] = b
		}
		return out
	}
	filled := func(m made, bodies map[int]string) map[int]string {
		bodies[objOther] = m.with(objOther, "(x)", "(y)")
		return bodies
	}
	return []variant{
		{"unlisted: object in a later revision", "approval", func(m made) []byte { return insertBeforeXRef(info(m), content) }, info},
		{"unlisted: object of a new number", "approval", func(m made) []byte {
			return insertBeforeXRef(values(objOther, "(x)", "(y)")(m), "120 0 obj\n<< /Type /Catalog >>\nendobj\n")
		}, info},
		{"unlisted: catalog in a later revision", "level 1", func(m made) []byte {
			return insertBeforeXRef(info(m), "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
		}, info},
		{"unlisted: trailer before the table", "approval", func(m made) []byte {
			return insertBeforeXRef(m.later(filled(m, cloneBodies(evilPages))), "trailer\n<< /Root 103 0 R >>\n")
		}, info},
		{"trailer: root twice", "approval", func(m made) []byte {
			return m.append(filled(m, cloneBodies(evilPages)), "/Root 103 0 R /Root 1 0 R /Info 12 0 R", "", nil)
		}, info},
		{"trailer: root twice, the other way round", "approval", func(m made) []byte {
			return m.append(filled(m, cloneBodies(evilPages)), "/Root 1 0 R /Root 103 0 R /Info 12 0 R", "", nil)
		}, info},
		{"trailer: escaped name", "approval", func(m made) []byte {
			return m.append(filled(m, cloneBodies(evilPages)), "/Root 1 0 R /Ro#6ft 103 0 R /Info 12 0 R", "", nil)
		}, info},
		{"trailer: another generation of the root", "approval", func(m made) []byte {
			return m.append(withInfo(nil), "/Root 1 1 R /Info 12 0 R", "", nil)
		}, info},
		{"trailer: previous section left out", "approval", func(m made) []byte {
			first := made{m.t, m.file[:bytes.Index(m.file, []byte("%%EOF"))]}.startxref()
			out := info(m)
			i := bytes.LastIndex(out, []byte("/Prev "))
			j := i + bytes.IndexByte(out[i+6:], ' ') + 6
			return append(append(bytes.Clone(out[:i]), "/Prev "+itoa(first)...), out[j:]...)
		}, info},
		{"table: one number twice", "approval", func(m made) []byte {
			out := m.later(withInfo(map[int]string{100: streamOf("", evil)}))
			i := bytes.LastIndex(out, []byte("\n100 1\n")) + 1
			line := string(out[i+6 : i+26])
			at := bytes.LastIndex(out[:bytes.Index(m.file, []byte("\n4 0 obj"))+2], []byte("4 0 obj"))
			return []byte(strings.Replace(string(out), "100 1\n"+line, "4 1\n"+fmt.Sprintf("%010d 00000 n \n", at)+"4 1\n"+line, 1))
		}, info},
		{"table: content moved to a copy of another object", "approval", func(m made) []byte {
			at := bytes.Index(m.file, []byte("\n30 0 obj")) + 1
			return m.append(nil, trailer, "", map[int]string{objContent: fmt.Sprintf("%010d 00000 n \n", at)})
		}, info},
		{"table: offset before the object", "approval", func(m made) []byte {
			out := insertBeforeXRef(info(m), "\n% comment\n")
			at := bytes.LastIndex(out, []byte("\n% comment"))
			return made{m.t, out}.append(nil, trailer, "", map[int]string{objContent: fmt.Sprintf("%010d 00000 n \n", at)})
		}, info},
		{"table: freed page", "level 3", table(map[int]string{objPage2: "0000000000 00001 f \n"}, nil, trailer), info},
		{"table: freed signature", "approval", func(m made) []byte {
			return m.append(nil, trailer, "", map[int]string{m.signatureObject(): "0000000000 00001 f \n"})
		}, info},
		{"stream of objects replaces content", "approval", compressedAttack, compressedTwin},
		{"stream of objects holds one that is not listed", "approval", func(m made) []byte {
			return compressedWith(m, objInfo, "<< /Title (x) >>", objPage2, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>")
		}, compressedTwin},
		{"hybrid: hidden catalog", "approval", func(m made) []byte { return hybrid(m, objCatalog, "<< /Type /Catalog /Pages 2 0 R >>") }, nil},
		{"hybrid: hidden new form for the page", "level 2", func(m made) []byte { return hybrid(m, 91, streamOf(overlayForm, evil)) }, nil},
		{"hybrid: seen only by those who do not know hybrid files", "approval", hybridPlain, info},
		{"hybrid: content that plain readers do not find", "approval", hybridFreed, hybridTwin},
		{"hybrid: two entries for one number", "approval", hybridContested, hybridTwin},
		{"two revisions: prepared, then shown", "approval", func(m made) []byte {
			first := made{m.t, m.later(filled(m, map[int]string{100: streamOf("", evil)}))}
			return first.later(map[int]string{objPage: first.with(objPage, "[4 0 R 90 0 R]", "[100 0 R]")})
		}, values(objOther, "(x)", "(y)")},
		{"two revisions: changed and changed back", "approval", func(m made) []byte {
			first := made{m.t, m.later(map[int]string{objContent: streamOf("", evil)})}
			return first.later(map[int]string{objContent: m.body(objContent)})
		}, info},
		{"certified: second signature by hand over changed text", "level 2", func(m made) []byte {
			return signInto(m, map[int]string{objText: m.with(objText, "/Rect [72 600 272 620]", "/Rect [72 690 272 720]")}, 150)
		}, func(m made) []byte { return intruder(m, sign.PDFOptions{}).file }},
		{"header: another one before the document", "approval", func(m made) []byte { return append([]byte("%PDF-1.4\n"), m.file...) }, nil},
		{"end: object behind the last end", "approval", func(m made) []byte { return append(bytes.Clone(m.file), content...) }, nil},
		{"end: white space behind the last end", "approval", func(m made) []byte { return append(bytes.Clone(m.file), "\n\n\n"...) }, nil},
	}
}

func cloneBodies(bodies map[int]string) map[int]string {
	out := make(map[int]string, len(bodies))
	for n, b := range bodies {
		out[n] = b
	}
	return out
}

// hybrid appends an object that only the stream of a hybrid section lists.
func hybrid(m made, number int, body string) []byte {
	b := bytes.NewBuffer(bytes.Clone(m.file))
	at := b.Len()
	fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", number, body)
	stream := b.Len()
	writeXRefStream(b, 160, number, at)
	return made{m.t, b.Bytes()}.append(nil, "/Root 1 0 R /Info 12 0 R", fmt.Sprintf("/XRefStm %d", stream), map[int]string{number: "0000000000 00001 f \n"})
}

// writeXRefStream writes a cross-reference stream with one entry.
func writeXRefStream(b *bytes.Buffer, number, listed, at int) {
	rows := fmt.Sprintf("01%08x00>", at)
	fmt.Fprintf(b, "%d 0 obj\n<< /Type /XRef /Size 300 /W [1 4 1] /Index [%d 1] /Filter /ASCIIHexDecode /Root 1 0 R /Length %d >> stream\n%s\nendstream\nendobj\n",
		number, listed, len(rows), rows)
}

// hybridPlain lists new content in the table and the old in the stream, which programs
// for PDF 1.4 pass over.
func hybridPlain(m made) []byte {
	b := bytes.NewBuffer(bytes.Clone(m.file))
	old := bytes.Index(m.file, []byte("\n4 0 obj")) + 1
	stream := b.Len()
	writeXRefStream(b, 160, objContent, old)
	return made{m.t, b.Bytes()}.append(map[int]string{objContent: streamOf("", evil)}, "/Root 1 0 R /Info 12 0 R", fmt.Sprintf("/XRefStm %d", stream), nil)
}

// hybridFreed frees content in the table and lists it in the stream, where it was.
func hybridFreed(m made) []byte {
	b := bytes.NewBuffer(bytes.Clone(m.file))
	stream := b.Len()
	writeXRefStream(b, 160, objContent, bytes.Index(m.file, []byte("\n4 0 obj"))+1)
	return made{m.t, b.Bytes()}.append(map[int]string{objInfo: "<< /Title (x) >>"}, "/Root 1 0 R /Info 12 0 R",
		fmt.Sprintf("/XRefStm %d", stream), map[int]string{objContent: "0000000000 00001 f \n"})
}

// hybridContested lists an object of its own in both.
func hybridContested(m made) []byte {
	b := bytes.NewBuffer(bytes.Clone(m.file))
	at := b.Len()
	fmt.Fprintf(b, "%d 0 obj\n<< /Title (y) >>\nendobj\n", objInfo)
	stream := b.Len()
	writeXRefStream(b, 160, objInfo, at)
	return made{m.t, b.Bytes()}.append(map[int]string{objInfo: "<< /Title (x) >>"}, "/Root 1 0 R /Info 12 0 R", fmt.Sprintf("/XRefStm %d", stream), nil)
}

// hybridTwin hides an object that nothing else has, as hybrid files are meant to.
func hybridTwin(m made) []byte {
	b := bytes.NewBuffer(bytes.Clone(m.file))
	at := b.Len()
	fmt.Fprintf(b, "120 0 obj\n<< /Title (hidden) >>\nendobj\n")
	stream := b.Len()
	writeXRefStream(b, 160, 120, at)
	return made{m.t, b.Bytes()}.append(rewritten(m, objOther, "(x)", "(y)"), "/Root 1 0 R /Info 12 0 R",
		fmt.Sprintf("/XRefStm %d", stream), map[int]string{120: "0000000000 00001 f \n"})
}

func rewritten(m made, n int, old, now string) map[int]string {
	return map[int]string{n: m.with(n, old, now)}
}

// compressed appends a revision whose cross-reference stream puts one object into an object stream.
func compressed(m made, number int, body string) []byte {
	head := fmt.Sprintf("%d 0 ", number)
	return compressedStream(m, number, streamOf(fmt.Sprintf("/Type /ObjStm /N 1 /First %d", len(head)), head+body))
}

// compressedWith has a second object in the stream, which is not listed.
func compressedWith(m made, number int, body string, second int, more string) []byte {
	head := fmt.Sprintf("%d 0 %d %d ", number, second, len(body)+1)
	return compressedStream(m, number, streamOf(fmt.Sprintf("/Type /ObjStm /N 2 /First %d", len(head)), head+body+" "+more))
}

func compressedStream(m made, number int, stream string) []byte {
	b := bytes.NewBuffer(bytes.Clone(m.file))
	holder := b.Len()
	fmt.Fprintf(b, "170 0 obj\n%s\nendobj\n", stream)
	at := b.Len()
	rows := fmt.Sprintf("02%08x00 01%08x00 01%08x00>", 170, holder, at)
	fmt.Fprintf(b, "171 0 obj\n<< /Type /XRef /Size 300 /W [1 4 1] /Index [%d 1 170 2] /Filter /ASCIIHexDecode /Root 1 0 R /Info 12 0 R /Prev %d /ID [<00112233445566778899aabbccddeeff> <ff>] /Length %d >> stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
		number, m.startxref(), len(rows), rows, at)
	return b.Bytes()
}

func compressedAttack(m made) []byte {
	return compressed(m, objPage2, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [39 0 R] >>")
}

func compressedTwin(m made) []byte { return compressed(m, objInfo, "<< /Title (x) >>") }
