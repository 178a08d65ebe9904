package pades

import (
	"math"

	"github.com/jsign-jp/jsign/internal/pdf"
)

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
const maxBorder = 1

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
		return hidesText(v, d) || ap == nil && !c.marksPlainly(page, v, d)
	case kind == "Popup":
		return ap != nil
	case kind == "Text":
		return ap != nil && (looksInto(v, ap, showsContent) || c.overContent(page, v, d))
	case kind == "Link":
		return ap != nil || borderWidth(v, d) > maxBorder
	case drawings[kind]:
		return d.Has("IC") || d.Has("Cap") || d.Has("LL") || looksInto(v, ap, showsContent) || c.overContent(page, v, d)
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

// overContent reports whether an annotation lies over something that the page shows,
// as it was signed. What cannot be made out counts.
func (c *comparison) overContent(page int, v *view, d pdf.Dict) bool {
	rect, ok := drawnBox(v, d)
	if !ok {
		return true
	}
	boxes, known := c.boxesOf(page)
	c.spend(len(boxes))
	for _, b := range boxes {
		if rect.overlaps(b) {
			return true
		}
	}
	return !known
}

// drawnBox is where an annotation draws. An appearance stays within the rectangle;
// without one readers draw along points that may lie anywhere, as wide as the border
// and its ends are (12.5.4, 12.5.6.7 to 12.5.6.13).
func drawnBox(v *view, d pdf.Dict) (box, bool) {
	b, ok := readBox(v, d.Get("Rect"))
	if !ok || v.dict(d.Get("AP")).Has("N") {
		return b, ok
	}
	width := borderWidth(v, d)
	wide := width / 2
	if d.Has("LE") {
		wide += lineEnding * width
	}
	if effect := v.dict(d.Get("BE")); effect.Has("I") {
		wide += cloud * number(v.resolve(effect.Get("I")))
	}
	stack := []pdf.Object{d.Get("L"), d.Get("Vertices"), d.Get("InkList"), d.Get("Path")}
	for n := 0; len(stack) > 0; n++ {
		list := v.array(stack[len(stack)-1])
		stack = stack[:len(stack)-1]
		var points []float64
		for _, o := range list {
			if v.array(o) != nil {
				stack = append(stack, o)
			} else {
				points = append(points, number(v.resolve(o)))
			}
		}
		for i := 0; i+1 < len(points); i += 2 {
			b.include(points[i], points[i+1], wide)
		}
		if n > maxBoxes || len(stack) > maxBoxes {
			return b, false
		}
	}
	return b, true
}

const (
	// lineEnding is how many times its width a line's ending reaches beyond it.
	lineEnding = 6
	// cloud is how far the bumps of a cloudy border reach out, in points for each unit
	// of its intensity.
	cloud = 8
)

// boxesOf keeps what contentBoxes finds.
func (g *signed) boxesOf(page int) ([]box, bool) {
	found, done := g.content[page]
	if !done {
		if page >= 0 && page < len(g.pages) {
			found.boxes, found.known = contentBoxes(&g.view, g.dict(g.pages[page]))
			found.boxes = append(found.boxes, g.shownAbove(page)...)
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

// maxStroke is the width of a line that cannot hide text it is drawn over, in
// points.
const maxStroke = 3

// hidesText: the appearance of a text markup shows content, or fills an area so
// that what is below cannot be read. In a light colour, with the blend modes
// Multiply and Darken (11.3.5), it can.
func hidesText(v *view, d pdf.Dict) bool {
	rect, ok := readBox(v, d.Get("Rect"))
	return looksInto(v, d.Get("AP"), func(v *view, s *pdf.Stream, data []byte) bool {
		frame, framed := readBox(v, s.Dict.Get("BBox"))
		if !ok || !framed || frame.area() == 0 {
			return true
		}
		// The appearance is scaled to the rectangle (12.5.5).
		scale := max((rect.right-rect.left)/(frame.right-frame.left), (rect.top-rect.bottom)/(frame.top-frame.bottom))
		m := markup{v: v, frame: frame, base: scale, state: markupState{scale: scale, width: 1}}
		return m.hides(s, data)
	})
}

// markup is the appearance of a text markup that is looked through.
type markup struct {
	v     *view
	state markupState
	saved []markupState
	depth int
	frame box
	base  float64 // the scale at the start
	ink   ink
}

type markupState struct {
	blended      bool
	opaque       bool    // in a group that is not blended with the page, whatever is done inside
	light        float64 // the luminance of the colour of areas
	scale, width float64
}

func (m *markup) hides(s *pdf.Stream, data []byte) bool {
	if m.depth++; m.depth > maxFormDepth {
		return true
	}
	if list, ok := readNumbers(m.v, m.v.array(s.Dict.Get("Matrix")), 6); ok {
		m.state.scale *= scaleOf(list)
		m.ink.moved = true
	}
	group := m.v.dict(s.Dict.Get("Group"))
	if m.v.resolve(group.Get("I")) == pdf.Boolean(true) && !m.state.blended {
		m.state.opaque = true
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

// scaleOf returns how much a matrix can enlarge.
func scaleOf(n []float64) float64 {
	return max(math.Abs(n[0]), math.Abs(n[1]), math.Abs(n[2]), math.Abs(n[3]), 1)
}

func (m *markup) operate(operator string, operands []pdf.Object, resources pdf.Dict) (hides bool) {
	s := &m.state
	n := make([]float64, 6)
	for i := range min(len(operands), len(n)) {
		n[i] = number(operands[i])
	}
	m.ink.follow(operator, n[:min(len(operands), len(n))])
	switch operator {
	case "q":
		m.saved = append(m.saved, *s)
	case "Q":
		if k := len(m.saved) - 1; k >= 0 {
			*s, m.saved = m.saved[k], m.saved[:k]
		}
	case "cm":
		s.scale *= scaleOf(n)
		m.ink.moved = true
	case "w":
		s.width = n[0]
	case "gs":
		state := m.v.dict(m.v.dict(resources.Get("ExtGState")).Get(nameOf(operands)))
		if state.Has("BM") {
			s.blended = isSeeThrough(m.v, state)
		}
		if state.Has("LW") {
			s.width = number(m.v.resolve(state.Get("LW")))
		}
	case "g", "rg", "k":
		s.light = luminance(n[:min(len(operands), len(n))])
	case "cs", "sc", "scn":
		s.light = 0
	case "f", "F", "f*":
		return m.fillHides()
	case "S", "s":
		return m.strokeHides()
	case "B", "B*", "b", "b*":
		return m.fillHides() || m.strokeHides()
	case "Tj", "TJ", "'", "\"", "EI", "sh":
		return true
	case "Do":
		return m.form(nameOf(operands), resources)
	}
	return len(m.saved) > maxNested
}

// form looks through a form that the appearance shows.
func (m *markup) form(name pdf.Name, resources pdf.Dict) (hides bool) {
	form, ok := m.v.resolve(m.v.dict(resources.Get("XObject")).Get(name)).(*pdf.Stream)
	if !ok || form.Dict.Name("Subtype") != "Form" {
		return true
	}
	data, err := form.Decode(maxAppearance)
	state, saved := m.state, m.saved
	m.saved = nil
	hides = err != nil || m.hides(form, data)
	m.state, m.saved = state, saved
	return hides
}

func nameOf(operands []pdf.Object) pdf.Name {
	if len(operands) != 1 {
		return ""
	}
	name, _ := operands[0].(pdf.Name)
	return name
}

// luminance of a colour of grey, RGB or CMYK; 0 for any other.
func luminance(c []float64) float64 {
	switch len(c) {
	case 1:
		return c[0]
	case 3:
		return 0.3*c[0] + 0.59*c[1] + 0.11*c[2]
	case 4:
		return 1 - math.Max(c[3], 0.3*c[0]+0.59*c[1]+0.11*c[2])
	}
	return 0
}

// minLight is the luminance from which on black text can be read through a colour.
// Blue, the darkest that is used for marking, is lighter as its shades go.
const minLight = 0.3

func isSeeThrough(v *view, state pdf.Dict) bool {
	mode := state.Get("BM")
	if list := v.array(mode); len(list) > 0 { // of PDF 1.x: the first that a reader knows, and all know these
		mode = list[0]
	}
	switch v.name(mode) {
	case "Multiply", "Darken":
		return true
	}
	return false
}
