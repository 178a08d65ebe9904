package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// The kinds of annotations that level 3 may add, change and remove. All others
// bring text or images of their own.
var (
	// textMarkup is drawn over text by nature, and leaves it to be read.
	textMarkup = map[pdf.Name]bool{"Highlight": true, "Underline": true, "Squiggly": true, "StrikeOut": true}

	// drawings show lines and areas.
	drawings = map[pdf.Name]bool{"Square": true, "Circle": true, "Line": true, "Polygon": true, "PolyLine": true, "Caret": true, "Ink": true}
)

// maxBorder is the width of a link's border that cannot hide what it frames, in
// points.
const maxBorder = 2

// passesForContent tells annotations that can hide what is on the page or look
// like a part of it. DocMDP level 3 permits them, which is how a certified
// document is made to show something else.
func (c *comparison) passesForContent(page int, v *view, d pdf.Dict) bool {
	if _, twice := d.Duplicate(); twice {
		return true
	}
	ap := d.Get("AP")
	switch kind := v.name(d.Get("Subtype")); {
	case textMarkup[kind]:
		return looksInto(v, ap, hidesText)
	case kind == "Popup":
		return ap != nil
	case kind == "Text":
		return ap != nil && (looksInto(v, ap, showsContent) || c.overContent(page, v, d))
	case kind == "Link":
		return ap != nil || borderWidth(v, d) > maxBorder
	case drawings[kind]:
		return d.Has("IC") || looksInto(v, ap, showsContent) || c.overContent(page, v, d)
	}
	return true
}

// lastingAnnotations are a part of what was signed to any reader.
var lastingAnnotations = map[pdf.Name]bool{"FreeText": true, "Redact": true, "Watermark": true, "Widget": true}

// isLasting tells annotations that level 3 does not let anybody remove: their text
// or image would be missing, or what they lie over would come to light.
func (c *comparison) isLasting(page int, d pdf.Dict) bool {
	v := &c.signed.view
	if !c.passesForContent(page, v, d) {
		return false
	}
	return lastingAnnotations[v.name(d.Get("Subtype"))] || looksInto(v, d.Get("AP"), showsContent) || c.overContent(page, v, d)
}

// borderWidth reads /BS and /Border (12.5.4); 1 is the default.
func borderWidth(v *view, d pdf.Dict) float64 {
	if bs := v.dict(d.Get("BS")); bs != nil {
		if bs.Has("W") {
			return number(v.resolve(bs.Get("W")))
		}
		return 1
	}
	if border := v.array(d.Get("Border")); len(border) >= 3 {
		return number(v.resolve(border[2]))
	}
	return 1
}

// overContent reports whether the rectangle of an annotation lies over something
// that the page shows, as it was signed. What cannot be made out counts.
func (c *comparison) overContent(page int, v *view, d pdf.Dict) bool {
	rect, ok := readBox(v, d.Get("Rect"))
	if !ok {
		return true
	}
	boxes, known := c.boxesOf(page)
	for _, b := range boxes {
		if rect.overlaps(b) {
			return true
		}
	}
	return !known
}

// boxesOf keeps what contentBoxes finds.
func (g *signed) boxesOf(page int) ([]box, bool) {
	found, done := g.content[page]
	if !done {
		if page >= 0 && page < len(g.pages) {
			found.boxes, found.known = contentBoxes(&g.view, g.dict(g.pages[page]))
		}
		g.content[page] = found
	}
	return found.boxes, found.known
}

// pageContent is what contentBoxes finds.
type pageContent struct {
	boxes []box
	known bool
}

// looksInto reports whether test is true of any appearance in /AP: of /N, /R and
// /D, and of their states (12.5.5).
func looksInto(v *view, ap pdf.Object, test func(v *view, s *pdf.Stream, data []byte) bool) bool {
	stack := []pdf.Object{ap}
	for n := 0; len(stack) > 0; n++ {
		o := v.resolve(stack[len(stack)-1])
		stack = stack[:len(stack)-1]
		switch o := o.(type) {
		case *pdf.Stream:
			data, err := o.Decode(maxAppearance)
			if err != nil || test(v, o, data) {
				return true
			}
		case pdf.Dict:
			for _, e := range o {
				stack = append(stack, e.Value)
			}
		}
		if n > maxNested {
			return true
		}
	}
	return false
}

// showsContent looks for the operators of text, images, forms and shadings
// (ISO 32000-2, annex A).
func showsContent(_ *view, _ *pdf.Stream, data []byte) bool {
	found := false
	err := pdf.Content(data, func(operator string, _ []pdf.Object) bool {
		switch operator {
		case "Tj", "TJ", "'", "\"", "Do", "EI", "sh":
			found = true
		}
		return !found
	})
	return found || err != nil
}

// hidesText: the appearance of a text markup shows content, or fills an area so
// that what is below cannot be read. With the blend modes Multiply and Darken
// (11.3.5) it can.
func hidesText(v *view, s *pdf.Stream, data []byte) bool {
	m := markup{v: v}
	return m.hides(s, data)
}

// markup is the appearance of a text markup that is looked through.
type markup struct {
	v       *view
	blended bool
	saved   []bool
	depth   int
}

func (m *markup) hides(s *pdf.Stream, data []byte) bool {
	if m.depth++; m.depth > maxFormDepth {
		return true
	}
	resources := m.v.dict(s.Dict.Get("Resources"))
	hides := false
	err := pdf.Content(data, func(operator string, operands []pdf.Object) bool {
		hides = m.operate(operator, operands, resources)
		return !hides
	})
	m.depth--
	return hides || err != nil
}

func (m *markup) operate(operator string, operands []pdf.Object, resources pdf.Dict) (hides bool) {
	var name pdf.Name
	if len(operands) == 1 {
		name, _ = operands[0].(pdf.Name)
	}
	switch operator {
	case "q":
		m.saved = append(m.saved, m.blended)
	case "Q":
		if k := len(m.saved) - 1; k >= 0 {
			m.blended, m.saved = m.saved[k], m.saved[:k]
		}
	case "gs":
		m.blended = isSeeThrough(m.v, m.v.dict(m.v.dict(resources.Get("ExtGState")).Get(name)))
	case "f", "F", "f*", "B", "B*", "b", "b*":
		return !m.blended
	case "Tj", "TJ", "'", "\"", "EI", "sh":
		return true
	case "Do":
		form, ok := m.v.resolve(m.v.dict(resources.Get("XObject")).Get(name)).(*pdf.Stream)
		if !ok || form.Dict.Name("Subtype") != "Form" {
			return true
		}
		data, err := form.Decode(maxAppearance)
		return err != nil || m.hides(form, data)
	}
	return false
}

func isSeeThrough(v *view, state pdf.Dict) bool {
	switch v.name(state.Get("BM")) {
	case "Multiply", "Darken":
		return true
	}
	return false
}
