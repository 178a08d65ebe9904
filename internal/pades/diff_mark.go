package pades

import (
	"math"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// minMarked and maxMarked bound the height of a line of text that may be marked, in
// points: readers draw an underline in proportion to it, or one as thick as a low
// line is high. maxQuads bounds how many an annotation marks.
const (
	minMarked = 4
	maxMarked = 48
	maxQuads  = 1000
)

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
		return (luminance(n) >= minLight || len(list) == 0 && !c.overContent(page, v, d)) && areApart(quads(v, d))
	}
	return borderWidth(v, d) <= maxStroke && areLines(quads(v, d)) && areApart(quads(v, d))
}

// quads returns the boxes around the lines of text that /QuadPoints names.
func quads(v *view, d pdf.Dict) (boxes []box) {
	for list := v.array(d.Get("QuadPoints")); len(list) >= 8 && len(boxes) <= maxQuads; list = list[8:] {
		boxes = append(boxes, around(v, list[:8]))
	}
	return boxes
}

// areLines: none is higher or lower than a line of text.
func areLines(quads []box) bool {
	for _, b := range quads {
		if height := math.Min(b.right-b.left, b.top-b.bottom); height > maxMarked || height < minMarked {
			return false
		}
	}
	return true
}

// areApart: no two lines of text are mostly the same.
func areApart(quads []box) bool {
	for i, a := range quads {
		for _, b := range quads[:i] {
			if a.within(b).area() > math.Min(a.area(), b.area())/2 {
				return false
			}
		}
	}
	return len(quads) <= maxQuads
}

// maxStacked is how many text markups may mark the same text: each of them makes it
// darker.
const maxStacked = 3

// isStacked: a text markup is one of too many at its place.
func (c *comparison) isStacked(page int, d pdf.Dict) bool {
	v := &c.later
	rect, _ := readBox(v, d.Get("Rect"))
	list := c.later.array(c.later.dict(c.pages[page]).Get("Annots"))
	c.spend(len(list))
	stacked := 0
	for _, o := range list {
		other := v.dict(o)
		if b, ok := readBox(v, other.Get("Rect")); ok && textMarkup[v.name(other.Get("Subtype"))] && rect.within(b).area() > math.Min(rect.area(), b.area())/2 {
			stacked++
		}
	}
	return textMarkup[v.name(d.Get("Subtype"))] && stacked > maxStacked
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
