package pades

import (
	"math"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// maxMarked is the height of a line of text that may be marked, in points: readers
// draw an underline in proportion to it.
const maxMarked = 48

// marksPlainly reports whether a text markup without an appearance leaves the text to be
// read. A highlight is multiplied with the page, and black where it has no colour;
// a line is as thick as its border or its text.
func (c *comparison) marksPlainly(page int, v *view, d pdf.Dict) bool {
	if v.name(d.Get("Subtype")) == "Highlight" {
		list := v.array(d.Get("C"))
		n, _ := readNumbers(v, list, len(list))
		if d.Has("BM") && !isSeeThrough(v, d) {
			return false
		}
		return luminance(n) >= minLight || len(list) == 0 && !c.overContent(page, v, d)
	}
	return borderWidth(v, d) <= maxStroke && lowQuads(v, d.Get("QuadPoints"))
}

// lowQuads: no line of text that /QuadPoints names is higher than maxMarked.
func lowQuads(v *view, o pdf.Object) bool {
	list := v.array(o)
	for ; len(list) >= 8; list = list[8:] {
		if b := around(v, list[:8]); math.Min(b.right-b.left, b.top-b.bottom) > maxMarked {
			return false
		}
	}
	return true
}

// around returns the box around the points of a list of coordinates.
func around(v *view, list pdf.Array) box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i := 0; i+1 < len(list); i += 2 {
		b.include(number(v.resolve(list[i])), number(v.resolve(list[i+1])), 0)
	}
	return b
}

// shownAbove returns where the fields of a page show, signatures aside, and those
// annotations that are a part of what was signed.
func (g *signed) shownAbove(page int) (boxes []box) {
	v := &g.view
	for _, o := range g.array(g.dict(g.pages[page]).Get("Annots")) {
		ref, _ := o.(pdf.Ref)
		d := g.dict(o)
		field := g.form.nodes[ref]
		if field != nil && field.kind == fieldTypeSignature {
			continue
		}
		if rect, ok := readBox(v, d.Get("Rect")); ok && shows(v, d) && lastingAnnotations[v.name(d.Get("Subtype"))] {
			boxes = append(boxes, rect)
		}
	}
	return boxes
}
