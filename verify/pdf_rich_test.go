package verify_test

import (
	"testing"

	"github.com/jsign-jp/jsign/sign"
)

// Further objects of the rich document.
const (
	objOutlines = iota + 20
	objOutline
	objLayer     // an optional content group that is off
	objStructure // the structure tree
	objElement
	objParents
	objNames
	objAttachment
	objEmbedded
	objPage2
	objContent2
	objButton // a push button
	objGroup  // a field above two others
	objGroupA
	objGroupB
	objReadOnly // a field that only programs may fill in
	objCheck    // a check box
	objYes
	objOff
	objStamp     // an annotation of the second page
	objEmbedFont // a font with an encoding of its own
	objLength    // the length of the second page's content
	objMetadata
	objLockGroup // signature fields that lock others
	objLockBut
	objLockAll
	objHighlight
	objAPShared // an appearance that the page shows too
	objShared   // the field that has it
	objUnseen   // an empty signature field that is hidden
)

// richPDF has what documents have beyond formPDF: two pages, layers, structure, names, attachments,
// more kinds of fields.
func richPDF() []byte { return writePDF(richBodies()) }

func richBodies() map[int]string {
	bodies := formBodies()
	for n, body := range map[int]string{
		objCatalog: "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /Outlines 20 0 R /Names 26 0 R /StructTreeRoot 23 0 R /Metadata 42 0 R " +
			"/MarkInfo << /Marked true >> /PageLabels << /Nums [0 << /S /D >>] >> " +
			"/OCProperties << /OCGs [22 0 R] /D << /OFF [22 0 R] /Order [22 0 R] >> >> >>",
		objPages: "<< /Type /Pages /Kids [3 0 R 29 0 R] /Count 2 /Resources << /Font << /F1 5 0 R /F2 40 0 R >> >> >>",
		objPage: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /StructParents 0 /Contents [4 0 R 90 0 R] " +
			"/Resources << /Font << /F1 5 0 R /F2 40 0 R >> /Properties << /MC0 22 0 R >> /XObject << /Fm1 10 0 R /Fm2 91 0 R /Fm3 47 0 R >> >> " +
			"/Annots [7 0 R 8 0 R 9 0 R 13 0 R 14 0 R 15 0 R 31 0 R 33 0 R 34 0 R 35 0 R 36 0 R 43 0 R 44 0 R 45 0 R 46 0 R 48 0 R 49 0 R] >>",
		objContent:    streamOf("", "/P << /MCID 0 >> BDC BT /F1 24 Tf 72 700 Td (Pay 100.) Tj ET EMC /OC /MC0 BDC BT /F2 9 Tf (not) Tj ET EMC /Fm1 Do /Fm2 Do /Fm3 Do"),
		objOutlines:   "<< /Type /Outlines /First 21 0 R /Last 21 0 R /Count 1 >>",
		objOutline:    "<< /Title (One) /Parent 20 0 R /Dest [3 0 R /Fit] >>",
		objLayer:      "<< /Type /OCG /Name (Draft) >>",
		objStructure:  "<< /Type /StructTreeRoot /K [24 0 R] /ParentTree 25 0 R /ParentTreeNextKey 1 >>",
		objElement:    "<< /Type /StructElem /S /P /P 23 0 R /Pg 3 0 R /K [0] >>",
		objParents:    "<< /Nums [0 [24 0 R]] >>",
		objNames:      "<< /EmbeddedFiles << /Names [(a.txt) 27 0 R] >> >>",
		objAttachment: "<< /Type /Filespec /F (a.txt) /EF << /F 28 0 R >> >>",
		objEmbedded:   streamOf("/Type /EmbeddedFile", "annex"),
		objPage2: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 30 0 R " +
			"/Resources << /Font << /F1 5 0 R >> >> /Annots [39 0 R] >>",
		objContent2:  "<< /Length 41 0 R >> stream\nBT /F1 24 Tf 72 700 Td (Page two.) Tj ET\nendstream",
		objButton:    "<< /Type /Annot /Subtype /Widget /FT /Btn /Ff 65536 /T (button) /Rect [300 600 400 620] /P 3 0 R /AP << /N 11 0 R >> /MK << /CA (Go) >> >>",
		objGroup:     "<< /T (group) /FT /Tx /DA (/Helv 12 Tf 0 g) /Kids [33 0 R 34 0 R] >>",
		objGroupA:    "<< /Type /Annot /Subtype /Widget /Parent 32 0 R /T (a) /V (1) /Rect [72 400 172 420] /P 3 0 R >>",
		objGroupB:    "<< /Type /Annot /Subtype /Widget /Parent 32 0 R /T (b) /V (2) /Rect [72 380 172 398] /P 3 0 R >>",
		objReadOnly:  "<< /Type /Annot /Subtype /Widget /FT /Tx /Ff 1 /T (total) /V (7) /DA (/Helv 12 Tf 0 g) /Rect [72 340 272 360] /P 3 0 R >>",
		objCheck:     "<< /Type /Annot /Subtype /Widget /FT /Btn /T (agree) /V /Off /AS /Off /Rect [300 340 320 360] /P 3 0 R /AP << /N << /Yes 37 0 R /Off 38 0 R >> >> >>",
		objYes:       streamOf("/Type /XObject /Subtype /Form /BBox [0 0 20 20]", "0 0 20 20 re f"),
		objOff:       streamOf("/Type /XObject /Subtype /Form /BBox [0 0 20 20]", ""),
		objStamp:     "<< /Type /Annot /Subtype /Stamp /Rect [72 300 172 320] /P 29 0 R /Contents (draft) >>",
		objEmbedFont: "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding << /Type /Encoding /Differences [65 /B] >> >>",
		objLength:    "41",
		objMetadata:  streamOf("/Type /Metadata /Subtype /XML", "<x/>"),
		objLockGroup: "<< /Type /Annot /Subtype /Widget /FT /Sig /T (lockgroup) /Rect [0 0 0 0] /P 3 0 R /Lock << /Type /SigFieldLock /Action /Include /Fields [(group)] >> >>",
		objLockBut:   "<< /Type /Annot /Subtype /Widget /FT /Sig /T (lockbut) /Rect [0 0 0 0] /P 3 0 R /Lock << /Type /SigFieldLock /Action /Exclude /Fields [(other)] >> >>",
		objLockAll:   "<< /Type /Annot /Subtype /Widget /FT /Sig /T (lockall) /Rect [0 0 0 0] /P 3 0 R /Lock << /Type /SigFieldLock /Action /All >> >>",
		objHighlight: "<< /Type /Annot /Subtype /Highlight /Rect [72 695 172 725] /QuadPoints [72 725 172 725 72 695 172 695] /C [1 1 0] /P 3 0 R >>",
		objAPShared:  streamOf("/Type /XObject /Subtype /Form /BBox [0 0 200 20]", "BT /Helv 12 Tf (shared) Tj ET"),
		objShared:    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (shared) /V (shared) /DA (/Helv 12 Tf 0 g) /Rect [300 500 400 520] /P 3 0 R /AP << /N 47 0 R >> >>",
		objUnseen:    "<< /Type /Annot /Subtype /Widget /FT /Sig /T (unseen) /F 2 /Rect [72 690 272 720] /P 3 0 R >>",
		objForm:      "<< /Fields [7 0 R 8 0 R 14 0 R 15 0 R 31 0 R 32 0 R 35 0 R 36 0 R 43 0 R 44 0 R 45 0 R 48 0 R 49 0 R] /DR << /Font << /Helv 5 0 R >> >> /DA (/Helv 12 Tf 0 g) >>",
	} {
		bodies[n] = body
	}
	return bodies
}

// richDocuments are the rich document signed in every way that restricts what may follow.
func richDocuments(t testing.TB) map[string]made {
	t.Helper()
	out := map[string]made{}
	for name, opt := range waysToSign() {
		out[name] = made{t, signedPDF(t, richPDF(), opt)}
	}
	return out
}

func waysToSign() map[string]sign.PDFOptions {
	return map[string]sign.PDFOptions{
		"approval":     {},
		"level 1":      {Profile: sign.ProfilePAdES, Certify: 1},
		"level 2":      {Profile: sign.ProfilePAdES, Certify: 2},
		"level 3":      {Profile: sign.ProfilePAdES, Certify: 3},
		"lock include": {Field: "lockgroup"},
		"lock exclude": {Field: "lockbut"},
		"lock all":     {Field: "lockall"},
	}
}
