package verify_test

import (
	"fmt"
	"strings"
	"testing"
)

// prepared is a variant on a document that its author prepared for it.
type prepared struct {
	variant
	prepare func(bodies map[int]string)
}

// TestPDFPrepared: shadow attacks, whose signer signs what the attacker wrote.
func TestPDFPrepared(t *testing.T) {
	for _, v := range preparedVariants() {
		t.Run(v.document+": "+v.name, func(t *testing.T) {
			bodies := richBodies()
			v.prepare(bodies)
			v.try(made{t, signedPDF(t, writePDF(bodies), waysToSign()[v.document])})
		})
	}
}

// preparedVariants attack a document that its author prepared for it.
func preparedVariants() []prepared {
	set := func(pairs ...any) func(map[int]string) {
		return func(bodies map[int]string) {
			for i := 0; i < len(pairs); i += 3 {
				n, old := pairs[i].(int), pairs[i+1].(string)
				if old == "" {
					bodies[n] = pairs[i+2].(string)
					continue
				}
				if !strings.Contains(bodies[n], old) {
					panic(fmt.Sprintf("object %d has no %q", n, old))
				}
				bodies[n] = strings.Replace(bodies[n], old, pairs[i+2].(string), 1)
			}
		}
	}
	fill := values(objOther, "(x)", "(y)")
	shown := func(text string) string { return streamOf(overlayForm, "BT /F1 12 Tf ("+text+") Tj ET") }
	return []prepared{
		{variant{"metadata that the page shows", "approval", replaceObject(objMetadata, streamOf("/Type /Metadata /Subtype /Form /BBox [0 0 200 20]", evil)), nil},
			set(objPage, "/XObject << /Fm1 10 0 R /Fm2 91 0 R /Fm3 47 0 R >>", "/XObject 1 0 R", objContent, "/Fm1 Do", "/Metadata Do",
				objMetadata, "", streamOf("/Type /Metadata /Subtype /Form /BBox [0 0 200 20]", "BT (a) Tj ET"))},
		{variant{"value of a field that the page shows", "approval", func(m made) []byte {
			return m.later(map[int]string{objText: m.with(objText, "/V 120 0 R", "/V 121 0 R"), 121: shown("999")})
		}, nil},
			set(objPage, "/XObject << /Fm1 10 0 R /Fm2 91 0 R /Fm3 47 0 R >>", "/XObject 7 0 R", objContent, "/Fm1 Do", "/V Do",
				objText, "/V (100)", "/V 120 0 R", 120, "", shown("100"))},
		{variant{"annotation that is the page's resources", "level 3", values(objHighlight, "/Fm1 10 0 R", "/Fm1 47 0 R"), nil},
			set(objPage, "/Resources <<", "/Resources 46 0 R /Unused <<", objHighlight, "/Type /Annot", "/Type /Annot /XObject << /Fm1 10 0 R >>")},
		{variant{"annotation that is the resources of the tree", "level 3", values(objHighlight, "/F1 5 0 R", "/F1 40 0 R"), nil},
			set(objPages, "/Resources <<", "/Resources 46 0 R /Unused <<", objPage2, "/Resources << /Font << /F1 5 0 R >> >>", "", objHighlight, "/Type /Annot", "/Type /Annot /Font << /F1 5 0 R >>")},
		{variant{"annotation that is a layer", "level 3", values(objHighlight, "/ViewState /OFF", "/ViewState /ON"), nil},
			set(objCatalog, "/OFF [22 0 R]", "/OFF [22 0 R] /AS [<< /Event /View /Category [/View] /OCGs [46 0 R] >>]", objCatalog, "/OCGs [22 0 R]", "/OCGs [22 0 R 46 0 R]",
				objPage, "/MC0 22 0 R", "/MC0 46 0 R", objHighlight, "/Type /Annot", "/Type /OCG /Name (x) /Usage << /View << /ViewState /OFF >> >>")},
		{variant{"annotation that configures the layers", "level 3", values(objHighlight, "/OFF [22 0 R]", "/OFF []"), nil},
			set(objCatalog, "/D << /OFF [22 0 R] /Order [22 0 R] >>", "/D 46 0 R", objHighlight, "/Type /Annot", "/Type /Annot /OFF [22 0 R]")},
		{variant{"field that a font shows", "approval", func(m made) []byte {
			return m.later(map[int]string{objText: m.with(objText, "/V 120 0 R", "/V 121 0 R"), 121: streamOf("", "500 0 d0 0 0 40 700 re f")})
		}, nil},
			set(objEmbedFont, "", "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 110 /LastChar 116 /Widths [500 500 500 500 500 500 500] "+
				"/Encoding << /Differences [110 /V /V /V /V /V /V /V] >> /CharProcs 7 0 R >>", objText, "/V (100)", "/V 120 0 R", 120, "", streamOf("", "500 0 d0 0 0 400 700 re f"))},
		{variant{"field that an appearance shows", "lock include", func(m made) []byte {
			return m.later(map[int]string{objOther: m.with(objOther, "/V 120 0 R", "/V 121 0 R"), 121: shown("999")})
		}, nil},
			set(objGroupA, "/V (1)", "/V (1) /AP << /N 122 0 R >>", objOther, "/V (x)", "/V 120 0 R", 120, "", shown("100"),
				122, "", streamOf("/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /XObject 15 0 R >>", "/V Do"))},
		{variant{"appearances made anew until now", "lock include", func(m made) []byte {
			return values(objForm, "/NeedAppearances true", "/NeedAppearances false", objOther, "(x)", "(y)")(m)
		}, fill},
			set(objForm, "/DR", "/NeedAppearances true /DR", objGroupA, "/V (1)", "/V (1) /AP << /N 120 0 R >>", 120, "", shown("999"))},
		{variant{"duplicate keys, one of them removed", "approval", values(objFont, "/BaseFont /Symbol ", "", objOther, "(x)", "(y)"), fill},
			set(objFont, "/BaseFont /Helvetica", "/BaseFont /Symbol /BaseFont /Helvetica")},
		{variant{"duplicate keys, the other one removed", "approval", values(objFont, " /BaseFont /Helvetica", "", objOther, "(x)", "(y)"), fill},
			set(objFont, "/BaseFont /Helvetica", "/BaseFont /Symbol /BaseFont /Helvetica")},
		{variant{"duplicate keys of a page", "approval", values(objPage2, "/Contents 4 0 R ", "", objOther, "(x)", "(y)"), fill},
			set(objPage2, "/Contents 30 0 R", "/Contents 4 0 R /Contents 30 0 R")},
		{variant{"duplicate keys of a field", "approval", values(objText, "/Rect [0 0 595 842] ", "", objText, "(100)", "(200)"), fill},
			set(objText, "/Rect [", "/Rect [0 0 595 842] /Rect [")},
		{variant{"page that is cut to a part", "approval", signField(strings.Replace(shownField, "[72 690 200 720]", "[0 0 595 842]", 1), map[int]string{110: streamOf(overlayForm, white)}), fill},
			set(objPage, "/MediaBox [0 0 595 842]", "/MediaBox [0 0 5950 8420] /CropBox [0 0 595 842]")},
		{variant{"field that covers the page", "approval", func(m made) []byte {
			return m.later(map[int]string{objText: m.with(objText, "(100)", "(999)"), objAP: streamOf(overlayForm, white+" "+evil)})
		}, fill},
			set(objText, "[72 600 272 620]", "[0 0 595 842]")},
	}
}
