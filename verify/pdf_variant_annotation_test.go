package verify_test

import "strings"

// annotationVariants attack through annotations and what the catalog names.
func annotationVariants() []variant {
	form := func(content string) string { return streamOf(overlayForm, content) }
	highlight := annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 600 90 620] /QuadPoints [72 620 90 620 72 600 90 600] /C [1 1 0] >>")
	fill := values(objOther, "(x)", "(y)")
	return []variant{
		{"EAA: highlight that paints white", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", form(white)), highlight},
		{"EAA: black highlight", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /QuadPoints [72 720 200 720 72 690 200 690] /C [0 0 0] >>"), highlight},
		{"EAA: black highlight that multiplies", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", multiplied("0 g 0 0 200 20 re f")),
			annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", multiplied("1 1 0 rg 0 0 200 20 re f"))},
		{"EAA: highlight that stops to multiply", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", multiplied("/G1 gs 1 1 0 rg 0 0 200 20 re f")), highlight},
		{"EAA: strike-out as thick as the line", "level 3", annotate("<< /Type /Annot /Subtype /StrikeOut /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", form("1 G 30 w 0 10 m 200 10 l S")),
			annotate("<< /Type /Annot /Subtype /StrikeOut /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", form("1 0 0 RG 1 w 0 10 m 200 10 l S"))},
		{"EAA: strike-out scaled up", "level 3", annotate("<< /Type /Annot /Subtype /StrikeOut /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", form("1 G 30 0 0 30 0 0 cm 1 w 0 0.3 m 7 0.3 l S")), highlight},
		{"EAA: strike-out of a small frame", "level 3", annotate("<< /Type /Annot /Subtype /StrikeOut /Rect [72 690 200 720] /AP << /N 101 0 R >> >>",
			streamOf("/Type /XObject /Subtype /Form /BBox [0 0 2 1]", "1 G 1 w 0 0.5 m 2 0.5 l S")), highlight},
		{"EAA: thick white line", "level 3", annotate("<< /Type /Annot /Subtype /Line /L [72 705 200 705] /BS << /W 30 >> /C [1 1 1] /Rect [72 690 200 720] >>"), highlight},
		{"EAA: line drawn outside its rectangle", "level 3", annotate("<< /Type /Annot /Subtype /Line /L [72 705 200 705] /BS << /W 30 >> /C [1 1 1] /Rect [400 400 420 420] >>"),
			annotate("<< /Type /Annot /Subtype /Line /L [400 410 420 410] /BS << /W 30 >> /C [1 1 1] /Rect [400 395 420 425] >>")},
		{"EAA: wide line beside its rectangle", "level 3", annotate("<< /Type /Annot /Subtype /Line /L [72 750 200 750] /BS << /W 80 >> /C [1 1 1] /Rect [72 749 200 751] >>"),
			annotate("<< /Type /Annot /Subtype /Line /L [72 750 200 750] /BS << /W 2 >> /C [1 1 1] /Rect [72 749 200 751] >>")},
		{"EAA: line with a wide ending", "level 3", annotate("<< /Type /Annot /Subtype /Line /L [72 750 200 750] /LE [/Diamond /Diamond] /BS << /W 10 >> /C [1 1 1] /Rect [72 745 200 755] >>"),
			annotate("<< /Type /Annot /Subtype /Line /L [72 750 200 750] /LE [/Diamond /None] /C [1 1 1] /Rect [72 745 200 755] >>")},
		{"EAA: cloud that reaches far", "level 3", annotate("<< /Type /Annot /Subtype /Polygon /Vertices [72 750 200 750 200 760] /BE << /S /C /I 50 >> /C [1 1 1] /Rect [72 745 200 765] >>"),
			annotate("<< /Type /Annot /Subtype /Polygon /Vertices [72 750 200 750 200 760] /BE << /S /C /I 1 >> /C [1 1 1] /Rect [72 745 200 765] >>")},
		{"EAA: vertices outside the rectangle", "level 3", annotate("<< /Type /Annot /Subtype /PolyLine /Vertices [400 400 72 705 200 705] /BS << /W 30 >> /C [1 1 1] /Rect [400 400 420 420] >>"), highlight},
		{"EAA: ink outside the rectangle, behind what is none", "level 3", annotate("<< /Type /Annot /Subtype /Ink /InkList [0 [72 705 200 705]] /BS << /W 30 >> /C [1 1 1] /Rect [400 400 420 420] >>"), highlight},
		{"EAA: ink outside the rectangle", "level 3", annotate("<< /Type /Annot /Subtype /Ink /InkList [[400 400 410 410] [72 705 200 705]] /BS << /W 30 >> /C [1 1 1] /Rect [400 400 420 420] >>"),
			annotate("<< /Type /Annot /Subtype /Ink /InkList [[400 400 410 410] [400 410 410 400]] /C [1 1 1] /Rect [400 400 420 420] >>")},
		{"EAA: highlight that multiplies last of all", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", multipliedBy("[/Normal /Multiply]", "1 1 0 rg 0 0 200 20 re f")),
			annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", multipliedBy("[/Multiply /Normal]", "1 1 0 rg 0 0 200 20 re f"))},
		{"EAA: digits in ink", "level 3", annotate("<< /Type /Annot /Subtype /Ink /InkList [[140 700 140 720]] /C [0 0 0] /Rect [72 690 200 720] >>"), highlight},
		{"EAA: polygon with an effect", "level 3", annotate("<< /Type /Annot /Subtype /Polygon /Vertices [72 690 200 690 200 720] /BS << /W 40 >> /C [1 1 1] /Rect [72 690 200 720] >>"), highlight},
		{"EAA: square with a thick border", "level 3", annotate("<< /Type /Annot /Subtype /Square /Border [0 0 50] /C [1 1 1] /Rect [72 690 200 720] >>"), highlight},
		{"EAA: caret that shows text", "level 3", annotate("<< /Type /Annot /Subtype /Caret /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", form(evil)), highlight},
		{"EAA: note whose icon is a page", "level 3", annotate("<< /Type /Annot /Subtype /Text /Rect [0 0 595 842] /AP << /N 101 0 R >> >>", form(white)), highlight},
		{"EAA: link with an appearance", "level 3", annotate("<< /Type /Annot /Subtype /Link /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", form(white)), highlight},
		{"EAA: popup with an appearance", "level 3", annotate("<< /Type /Annot /Subtype /Popup /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", form(white)), highlight},
		{"EAA: rollover appearance", "level 3", annotate("<< /Type /Annot /Subtype /Highlight /Rect [72 690 200 720] /AP << /R 101 0 R >> >>", form(evil)), highlight},
		{"EAA: action after the action", "level 3", annotate("<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (x:) /Next << /S /JavaScript /JS (x) >> >> >>"), highlight},
		{"EAA: launch", "level 3", annotate("<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (x) >> >>"), highlight},
		{"EAA: watermark", "level 3", annotate("<< /Type /Annot /Subtype /Watermark /Rect [0 0 595 842] >>"), highlight},
		{"EAA: attachment as an icon", "level 3", annotate("<< /Type /Annot /Subtype /FileAttachment /FS 27 0 R /Rect [72 690 200 720] >>"), highlight},
		{"EAA: widget without a field", "level 3", annotate("<< /Type /Annot /Subtype /Widget /FT /Tx /T (loose) /V (Pay 999) /Rect [72 690 200 720] >>"), highlight},
		{"EAA: no kind at all", "level 3", annotate("<< /Type /Annot /Rect [72 690 200 720] /AP << /N 101 0 R >> >>", form(evil)), highlight},
		{"EAA: the kind twice", "level 3", annotate("<< /Type /Annot /Subtype /Stamp /Subtype /Highlight /Rect [72 690 200 720] >>"), highlight},
		{"EAA: stamp of another page", "level 3", values(objPage, "/Annots [", "/Annots [39 0 R "), highlight},
		{"hide: text below many narrow lines", "level 3", annotate(struckOut, streamOf(struckForm, "1 G 3 w "+strings.Repeat("0 1 m 200 1 l S 1 0 0 1 0 2 cm ", 20))),
			annotate(struckOut, streamOf(struckForm, "1 0 0 RG 1 w 0 12 m 200 12 l S 0 32 m 200 32 l S"))},
		{"hide: free text removed at level 3", "level 3", values(objPage, "13 0 R", ""), values(objPage, "46 0 R", "")},
		{"hide: stamp turned into a highlight", "level 3", values(objStamp, "/Stamp", "/Highlight"), values(objHighlight, "[1 1 0]", "[0 1 0]")},
		{"replace: text of a note on the page", "level 3", values(objNote, "(agreed)", "(refused)"), values(objHighlight, "[1 1 0]", "[0 1 0]")},
		{"hide: highlight at level 2", "level 2", values(objPage, "46 0 R", ""), fill},

		{"layers: switched on", "approval", values(objCatalog, "/OFF [22 0 R]", "/ON [22 0 R]"), fill},
		{"layers: group replaced", "level 3", values(objLayer, "(Draft)", "(Draft) /Usage << /View << /ViewState /ON >> >>"), fill},
		{"layers: freed", "approval", func(m made) []byte {
			return m.append(nil, "/Root 1 0 R /Info 12 0 R", "", map[int]string{objLayer: "0000000000 00001 f \n"})
		}, nil},
		{"structure: other words for the content", "approval", values(objElement, "/S /P", "/S /P /ActualText (Pay 999.)"), fill},
		{"structure: element for content", "level 3", values(objStructure, "[24 0 R]", "[24 0 R << /Type /StructElem /S /P /K 0 /Pg 3 0 R >>]"), fill},
		{"structure: parent tree", "approval", values(objParents, "[24 0 R]", "[23 0 R]"), fill},
		{"structure: roles", "approval", values(objStructure, "/K", "/RoleMap << /P /Artifact >> /K"), fill},
		{"names: script", "approval", values(objNames, "<< /EmbeddedFiles", "<< /JavaScript << /Names [(x) << /S /JavaScript /JS (x) >>] >> /EmbeddedFiles"), fill},
		{"names: attachment replaced", "level 3", values(objEmbedded, "annex", "other"), fill},
		{"names: attachment added", "approval", values(objNames, "[(a.txt) 27 0 R]", "[(a.txt) 27 0 R (b.txt) 27 0 R]"), fill},
		{"outline: leads elsewhere", "approval", values(objOutline, "[3 0 R /Fit]", "[29 0 R /Fit]"), fill},
		{"labels of pages", "approval", values(objCatalog, "/S /D", "/S /R"), fill},
		{"associated file", "level 3", values(objCatalog, "/Type /Catalog", "/Type /Catalog /AF [27 0 R]"), fill},
		{"viewer preferences", "approval", values(objCatalog, "/Type /Catalog", "/Type /Catalog /ViewerPreferences << /HideToolbar true >>"), fill},
		{"font: encoding", "approval", values(objEmbedFont, "/B", "/C"), fill},
		{"font: in the resources of the tree", "approval", values(objPages, "/F2 40 0 R", "/F2 5 0 R"), fill},
		{"content: length", "approval", values(objLength, "41", "20"), fill},
		{"content: of the second page", "level 3", values(objPage2, "/Contents 30 0 R", "/Contents 4 0 R"), fill},
		{"pages exchanged", "approval", values(objPages, "[3 0 R 29 0 R]", "[29 0 R 3 0 R]"), fill},
		{"page: box", "level 3", values(objPage2, "/MediaBox", "/CropBox [0 0 10 10] /MediaBox"), fill},
		{"page: user unit", "approval", values(objPage2, "/MediaBox", "/UserUnit 3 /MediaBox"), fill},
		{"page: metadata of another page", "approval", values(objPage2, "/MediaBox", "/Metadata 42 0 R /MediaBox"), fill},
		{"metadata: the content of a page", "level 1", values(objCatalog, "/Metadata 42 0 R", "/Metadata 5 0 R"), replaceObject(objMetadata, streamOf("/Type /Metadata /Subtype /XML", "<y/>"))},
	}
}

// multiplied is an appearance that begins to multiply with what is below.
func multiplied(content string) string {
	return multipliedBy("/Multiply", content)
}

// multipliedBy is one that begins with a blend mode.
func multipliedBy(mode, content string) string {
	return streamOf(overlayForm+" /Resources << /ExtGState << /G0 << /BM "+mode+" >> /G1 << /BM /Normal >> >> >>", "/G0 gs "+content)
}

// A text markup over the first line of the page.
const (
	struckOut  = "<< /Type /Annot /Subtype /StrikeOut /Rect [70 690 270 730] /AP << /N 101 0 R >> >>"
	struckForm = "/Type /XObject /Subtype /Form /BBox [0 0 200 40]"
)
