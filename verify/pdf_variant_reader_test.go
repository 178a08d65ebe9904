package verify_test

import (
	"bytes"
	"fmt"
	"strings"
)

// sized appends a revision whose trailer has another /Size.
func sized(m made, bodies map[int]string, size string) []byte {
	file := m.later(bodies)
	i := bytes.LastIndex(file, []byte("/Size 200"))
	return append(append(bytes.Clone(file[:i]), "/Size "+size...), file[i+len("/Size 200"):]...)
}

// readerVariants show one document to some readers, and another one to others.
func readerVariants() []variant {
	info := replaceObject(objInfo, "<< /Title (x) >>")
	fill := values(objOther, "(x)", "(y)")
	page2 := "BT /F1 24 Tf 72 700 Td (Page two.) Tj ET"
	rewrite := func(entries, data string) func(made) []byte {
		return func(m made) []byte {
			return m.later(map[int]string{objContent2: fmt.Sprintf("<< %s >> stream\n%s\nendstream", entries, data), objInfo: "<< /Title (x) >>"})
		}
	}
	hexed := fmt.Sprintf("%x> ", page2) + evil
	return []variant{
		{"reader: /Filter twice", "approval", rewrite(fmt.Sprintf("/Length %d /Filter null /Filter /ASCIIHexDecode", len(hexed)), hexed), info},
		{"reader: /Filter twice, the other way round", "approval", rewrite(fmt.Sprintf("/Length %d /Filter /ASCIIHexDecode /Filter null", len(hexed)), hexed), info},
		{"reader: data behind what the filter decodes", "approval", rewrite(fmt.Sprintf("/Length %d /Filter /ASCIIHexDecode", len(hexed)), hexed), info},
		{"reader: /Size below the objects", "approval", func(m made) []byte {
			return sized(m, map[int]string{objInfo: "<< /Title (x) >>"}, "20")
		}, info},
		{"reader: no /Size", "approval", func(m made) []byte {
			return sized(m, map[int]string{objInfo: "<< /Title (x) >>"}, "null")
		}, info},
		{"reader: /Size twice", "approval", func(m made) []byte {
			return sized(m, map[int]string{objInfo: "<< /Title (x) >>"}, "20 /Size 200")
		}, info},
		{"reader: /Prev twice", "approval", func(m made) []byte {
			first := made{m.t, m.file[:bytes.Index(m.file, []byte("%%EOF"))]}.startxref()
			return m.later(map[int]string{objInfo: "<< /Title (x) >>"}, fmt.Sprintf("/Prev %d", first))
		}, info},
		{"reader: startxref far from the end", "approval", func(m made) []byte {
			return append(info(m), "%"+strings.Repeat(" ", 70000)+"\n"...)
		}, info},
		{"reader: startxref beyond the last 1024 bytes", "approval", func(m made) []byte {
			return append(info(m), strings.Repeat("\n", 1100)...)
		}, info},
		{"reader: second startxref", "approval", func(m made) []byte {
			return insertBeforeXRef(info(m), fmt.Sprintf("startxref\n%d\n%%%%EOF\n", m.startxref()))
		}, info},
		{"reader: table numbered from one", "approval", func(m made) []byte {
			out := info(m)
			i := bytes.LastIndex(out, []byte("\n12 1\n"))
			line := string(out[i+6 : i+26])
			rows := "1 13\n0000000000 65535 f \n"
			for n := 1; n < 12; n++ {
				at := bytes.LastIndex(m.file, []byte(fmt.Sprintf("\n%d 0 obj", n))) + 1
				rows += fmt.Sprintf("%010d 00000 n \n", at)
			}
			return append(append(bytes.Clone(out[:i+1]), rows+line...), out[i+26:]...)
		}, info},
		{"reader: entries of another length", "approval", func(m made) []byte {
			out := info(m)
			i := bytes.LastIndex(out, []byte("\n12 1\n"))
			return append(append(bytes.Clone(out[:i+24]), '\n'), out[i+26:]...)
		}, info},
		{"reader: one number twice in a stream of objects", "approval", func(m made) []byte {
			return compressedWith(m, objOther, m.with(objOther, "(x)", "(y)"), objOther, m.with(objOther, "[72 560 272 580]", "[72 690 272 720]"))
		}, func(m made) []byte { return compressed(m, objOther, m.with(objOther, "(x)", "(y)")) }},
		{"reader: startxref before white space", "approval", func(m made) []byte {
			out := insertBeforeXRef(info(m), "          \n")
			i := bytes.LastIndex(out, []byte("startxref\n"))
			return fmt.Appendf(bytes.Clone(out[:i]), "startxref\n%d\n%%%%EOF\n", bytes.LastIndex(out, []byte("          \n")))
		}, info},

		{"reader: hidden section at a real number", "approval", func(m made) []byte { return hiddenAt(m, "%d.0") }, info},
		{"reader: hidden section at an indirect number", "approval", func(m made) []byte { return hiddenAt(m, "121 0 R") }, info},
		{"reader: hidden section of a stream", "approval", func(m made) []byte {
			file, holder, section := hiddenContent(m)
			field := len(file)
			file = append(file, "15 0 obj\n"+m.with(objOther, "(x)", "(y)")+"\nendobj\n"...)
			at := len(file)
			rows := fmt.Sprintf("01%08x00 01%08x00 01%08x00>", field, holder, at)
			return fmt.Appendf(file, "171 0 obj\n<< /Type /XRef /Size 300 /W [1 4 1] /Index [15 1 120 1 171 1] /Filter /ASCIIHexDecode /Root 1 0 R /Info 12 0 R /Prev %d /XRefStm %d /ID [<00112233445566778899aabbccddeeff> <ff>] /Length %d >> stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
				m.startxref(), section, len(rows), rows, at)
		}, info},
		{"reader: object in the data of a stream", "approval", func(m made) []byte {
			return m.later(map[int]string{objOther: m.with(objOther, "(x)", "(y)"), 120: streamOf("", "\n4 0 obj\n"+streamOf("", evil)+"\nendobj\n")})
		}, fill},
		{"reader: trailer in the data of a stream", "approval", func(m made) []byte {
			return m.later(map[int]string{objOther: m.with(objOther, "(x)", "(y)"), 120: streamOf("", "\ntrailer\n<< /Root 121 0 R >>\n")})
		}, fill},
		{"reader: catalog that nothing refers to", "approval", func(m made) []byte {
			return m.later(map[int]string{objOther: m.with(objOther, "(x)", "(y)"), 120: "<< /Type /Catalog /Pages 2 0 R >>"})
		}, fill},
		{"reader: cross-reference stream that is no section", "approval", func(m made) []byte {
			return m.later(map[int]string{objOther: m.with(objOther, "(x)", "(y)"), 120: streamOf("/Type /XRef /W [1 1 1] /Size 1 /Root 121 0 R", "")})
		}, fill},
		{"reader: previous section at a real number", "approval", func(m made) []byte {
			out := info(m)
			prev := fmt.Sprintf("/Prev %d", m.startxref())
			i := bytes.LastIndex(out, []byte(prev))
			return append(append(bytes.Clone(out[:i]), prev+".9"...), out[i+len(prev):]...)
		}, info},

		{"new field: /Rect twice", "level 2", signField(strings.Replace(newField, "/Rect [0 0 0 0]", "/Rect [0 0 0 0] /Rect [72 690 200 720] /AP << /N 110 0 R >>", 1), map[int]string{110: streamOf(overlayForm, white)}), signField(newField, nil)},
		{"new field: /Rect twice, the other way round", "level 2", signField(strings.Replace(newField, "/Rect [0 0 0 0]", "/Rect [72 690 200 720] /Rect [0 0 0 0] /AP << /N 110 0 R >>", 1), map[int]string{110: streamOf(overlayForm, white)}), signField(newField, nil)},
		{"new field: /F twice", "level 2", signField(strings.Replace(shownField, "/FT", "/F 2 /F 4 /FT", 1), map[int]string{110: streamOf(overlayForm, white)}), signField(newField, nil)},
		{"new field: /F twice, the other way round", "level 2", signField(strings.Replace(shownField, "/FT", "/F 4 /F 2 /FT", 1), map[int]string{110: streamOf(overlayForm, white)}), signField(newField, nil)},
		{"new field: border around nothing", "level 2", signField(strings.Replace(newField, "/Rect [0 0 0 0]", "/Rect [72 710 200 710] /MK << /BC [1 1 1] /BG [1 1 1] >> /BS << /W 40 >>", 1), nil), signField(newField, nil)},
		{"new field: on two pages", "approval", func(m made) []byte {
			return signField(shownField, map[int]string{110: streamOf(overlayForm, white), objPage2: replaceLast(m.body(objPage2), "]", " 100 0 R]")})(m)
		}, signField(shownField, map[int]string{110: streamOf(overlayForm, "BT /F1 9 Tf (signed) Tj ET")})},
		{"empty field: moved over the page and signed", "approval", func(m made) []byte {
			body := strings.Replace(m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 150 0 R /AP << /N 110 0 R >>"), "[72 500 272 520]", "[0 0 595 842]", 1)
			return signInto(m, map[int]string{objEmpty: body, 110: streamOf(overlayForm, white)}, 150)
		}, func(m made) []byte {
			return signInto(m, map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 150 0 R /AP << /N 110 0 R >>"), 110: streamOf(overlayForm, "BT (x) Tj ET")}, 150)
		}},
		{"empty field: put on another page and signed", "level 2", func(m made) []byte {
			return signInto(m, map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 150 0 R /AP << /N 110 0 R >>"), 110: streamOf(overlayForm, white),
				objPage2: replaceLast(m.body(objPage2), "]", " 8 0 R]")}, 150)
		}, func(m made) []byte {
			return signInto(m, map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 150 0 R /AP << /N 110 0 R >>"), 110: streamOf(overlayForm, "BT (x) Tj ET")}, 150)
		}},
		{"two new fields: each of them half of the page", "approval", func(m made) []byte {
			half := strings.Replace(shownField, "[72 690 200 720]", "[0 0 595 420]", 1)
			other := strings.Replace(strings.Replace(half, "[0 0 595 420]", "[0 420 595 840]", 1), "(new)", "(newer)", 1)
			first := made{m.t, signField(half, map[int]string{110: streamOf(overlayForm, white)})(m)}
			page, form := replaceLast(first.body(objPage), "]", " 120 0 R]"), first.body(objForm)
			i := strings.Index(form, "]")
			return signInto(first, map[int]string{120: strings.ReplaceAll(other, "150 0 R", "160 0 R"), objPage: page, objForm: form[:i] + " 120 0 R" + form[i:]}, 160)
		}, signField(strings.Replace(shownField, "[72 690 200 720]", "[0 0 595 420]", 1), map[int]string{110: streamOf(overlayForm, "")})},

		{"EAA: highlight without a colour", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /QuadPoints [72 720 200 720 72 690 200 690] >>"), fill},
		{"EAA: thick strike-out without an appearance", "level 3", annotate("<< /Type /Annot /Subtype /StrikeOut /Rect [72 690 200 720] /C [1 1 1] /BS << /W 40 >> /QuadPoints [72 720 200 720 72 690 200 690] >>"), fill},
		{"EAA: underline of a text as high as the page", "level 3", annotate("<< /Type /Annot /Subtype /Underline /Rect [0 0 595 842] /C [1 1 1] /QuadPoints [0 842 595 842 0 690 595 690] >>"), fill},
		{"EAA: one text marked again and again", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /C [0.4 0.4 0.4] /QuadPoints [" + strings.Repeat("72 720 200 720 72 690 200 690 ", 20) + "] >>"),
			annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /C [0.4 0.4 0.4] /QuadPoints [72 720 200 720 72 706 200 706 72 705 200 705 72 690 200 690] >>")},
		{"EAA: strike-out from top to bottom", "level 3", annotate("<< /Type /Annot /Subtype /StrikeOut /Rect [72 690 200 720] /C [1 1 1] /QuadPoints [" + lowLines(8, 30) + "] >>"),
			annotate("<< /Type /Annot /Subtype /StrikeOut /Rect [72 690 200 720] /C [1 0 0] /QuadPoints [" + lowLines(8, 1) + "] >>")},
		{"EAA: underline of lines that are none", "level 3", annotate("<< /Type /Annot /Subtype /Underline /Rect [72 690 200 720] /C [1 1 1] /QuadPoints [" + lowLines(1, 30) + "] >>"),
			annotate("<< /Type /Annot /Subtype /Underline /Rect [72 690 200 720] /C [1 0 0] /QuadPoints [" + lowLines(20, 1) + "] >>")},
		{"EAA: many highlights in one place", "level 3", func(m made) []byte { return stacked(m, 20) }, func(m made) []byte { return stacked(m, 1) }},
		{"EAA: caption of a line", "level 3", annotate("<< /Type /Annot /Subtype /Line /L [300 25 500 25] /Cap true /Contents (Pay 999.) /C [0 0 0] /Rect [300 20 500 30] >>"), annotate("<< /Type /Annot /Subtype /Line /L [301 21 309 29] /C [1 0 0] /BS << /W 1 >> /Rect [300 20 310 30] >>")},
		{"EAA: highlight in a group of its own", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>",
			streamOf(overlayForm+" /Group << /S /Transparency /I true >> /Resources << /ExtGState << /G0 << /BM /Multiply >> >> >>", "/G0 gs 1 1 0.9 rg 0 0 200 20 re f")), annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>",
			streamOf(overlayForm+" /Group << /S /Transparency >> /Resources << /ExtGState << /G0 << /BM /Multiply >> >> >>", "/G0 gs 1 1 0.9 rg 0 0 200 20 re f"))},
		{"EAA: highlight again and again", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", multiplied("0.4 g "+strings.Repeat("0 0 200 20 re f ", 20))), annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", multiplied("1 1 0 rg 0 0 200 20 re f"))},
		{"EAA: highlight that does not multiply", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /QuadPoints [72 720 200 720 72 690 200 690] /C [1 1 1] /BM /Normal >>"), fill},
		{"EAA: line over the value of a field", "level 3", annotate("<< /Type /Annot /Subtype /Line /L [80 601 80 619] /C [0 0 0] /BS << /W 2 >> /Rect [75 600 85 620] >>"), annotate("<< /Type /Annot /Subtype /Line /L [301 21 309 29] /C [1 0 0] /BS << /W 1 >> /Rect [300 20 310 30] >>")},
	}
}

// hiddenContent appends new content and the cross-reference stream that lists it, both of them in the data of
// another object's stream, which is object 120. It returns the offsets of that object and of the section.
func hiddenContent(m made) (file []byte, holder, section int) {
	holder = len(m.file)
	const head = "120 0 obj\n<< /Length %05d >> stream\n"
	at := holder + len(fmt.Sprintf(head, 0))
	var data bytes.Buffer
	fmt.Fprintf(&data, "4 0 obj\n<< /Length %d >> stream\n%s\nendstream\nendobj\n", len(evil), evil)
	section = at + data.Len()
	rows := fmt.Sprintf("01%08x00>", at)
	fmt.Fprintf(&data, "160 0 obj\n<< /Type /XRef /Size 300 /W [1 4 1] /Index [4 1] /Filter /ASCIIHexDecode /Root 1 0 R /Length %d >> stream\n%s\nendstream\nendobj\n", len(rows), rows)
	file = fmt.Appendf(bytes.Clone(m.file), head+"%s\nendstream\nendobj\n", data.Len(), data.Bytes())
	return file, holder, section
}

// hiddenAt names that section in a trailer.
func hiddenAt(m made, format string) []byte {
	file, holder, section := hiddenContent(m)
	entries := map[int]string{120: fmt.Sprintf("%010d 00000 n \n", holder)}
	return made{m.t, file}.append(map[int]string{objOther: m.with(objOther, "(x)", "(y)"), 121: itoa(section)}, "/Root 1 0 R /Info 12 0 R", "/XRefStm "+strings.ReplaceAll(format, "%d", itoa(section)), entries)
}

// lowLines are lines of text of a height, each one point above the other.
func lowLines(height, count int) string {
	var list []string
	for i := range count {
		top, bottom := itoa(690+i+height), itoa(690+i)
		list = append(list, "72 "+top+" 200 "+top+" 72 "+bottom+" 200 "+bottom)
	}
	return strings.Join(list, " ")
}

// stacked adds highlights to one line of text.
func stacked(m made, count int) []byte {
	bodies, list := map[int]string{}, ""
	for i := range count {
		bodies[100+i] = "<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /C [0.4 0.4 0.4] /QuadPoints [72 720 200 720 72 690 200 690] >>"
		list += itoa(100+i) + " 0 R "
	}
	bodies[objPage] = m.with(objPage, "/Annots [", "/Annots ["+list)
	return m.later(bodies)
}
