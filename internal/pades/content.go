package pades

import (
	"math"

	"github.com/jsign-jp/jsign/internal/pdf"
)

// box is a rectangle on a page, in its default user space.
type box struct{ left, bottom, right, top float64 }

func (b box) overlaps(o box) bool {
	return b.left < o.right && o.left < b.right && b.bottom < o.top && o.bottom < b.top
}

// include widens the box by all that is within a distance of a point.
func (b *box) include(x, y, distance float64) {
	b.left, b.bottom = math.Min(b.left, x-distance), math.Min(b.bottom, y-distance)
	b.right, b.top = math.Max(b.right, x+distance), math.Max(b.top, y+distance)
}

// within returns the part of b that lies in o.
func (b box) within(o box) box {
	left, bottom := math.Max(b.left, o.left), math.Max(b.bottom, o.bottom)
	return box{left, bottom, math.Max(left, math.Min(b.right, o.right)), math.Max(bottom, math.Min(b.top, o.top))}
}

func (b box) area() float64 { return (b.right - b.left) * (b.top - b.bottom) }

// readBox reads a rectangle (7.9.5).
func readBox(v *view, o pdf.Object) (box, bool) {
	n, ok := readNumbers(v, v.array(o), 4)
	if !ok {
		return box{}, false
	}
	return box{math.Min(n[0], n[2]), math.Min(n[1], n[3]), math.Max(n[0], n[2]), math.Max(n[1], n[3])}, true
}

func readNumbers(v *view, list pdf.Array, want int) ([]float64, bool) {
	if len(list) != want {
		return nil, false
	}
	n := make([]float64, want)
	for i, o := range list {
		n[i] = number(v.resolve(o))
	}
	return n, true
}

// matrix is a transformation (8.3.3).
type matrix [6]float64

func identity() matrix { return matrix{1, 0, 0, 1, 0, 0} }

// times returns the matrix that does m first and then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// around returns the box around a transformed one.
func (m matrix) around(b box) box {
	out := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, x := range []float64{b.left, b.right} {
		for _, y := range []float64{b.bottom, b.top} {
			px, py := m[0]*x+m[2]*y+m[4], m[1]*x+m[3]*y+m[5]
			out.left, out.right = math.Min(out.left, px), math.Max(out.right, px)
			out.bottom, out.top = math.Min(out.bottom, py), math.Max(out.top, py)
		}
	}
	return out
}

// layout finds out where a page shows text, images and drawings. Widths of text
// are estimated, on the large side: it is asked only whether something else
// would lie over it. Rectangles are left out, being frames and backgrounds.
type contentLayout struct {
	v      *view
	boxes  []box
	state  graphicsState
	stack  []graphicsState
	path   []float64
	depth  int
	work   int // bytes of content read
	unsure bool
}

type graphicsState struct {
	ctm        matrix
	text, line matrix
	size, lead float64
}

// Estimates of a glyph's width, and of what belongs to a line of text around it,
// in text space for a font of size 1: an M is below 0.9 wide, most are 0.5.
const (
	glyphWidth = 0.6
	descent    = -0.25
	ascent     = 0.95
	margin     = 0.5
)

// contentBoxes returns where a page of the view shows something. ok is false
// when its content cannot be made out.
func contentBoxes(v *view, page pdf.Dict) (boxes []box, ok bool) {
	l := contentLayout{v: v, state: graphicsState{ctm: identity()}}
	var data []byte
	list := pdf.Array{page.Get("Contents")}
	if array := v.array(page.Get("Contents")); array != nil {
		list = array
	}
	for _, o := range list {
		if s, isStream := v.resolve(o).(*pdf.Stream); isStream {
			part, err := s.Decode(maxContent)
			if err != nil || len(data) > maxContent {
				return nil, false
			}
			data = append(append(data, part...), '\n')
		}
	}
	l.run(data, inherited(v, page, "Resources"))
	return l.boxes, !l.unsure && v.err == nil
}

// inherited looks a key up in a page and the nodes above it (7.7.3.4).
func inherited(v *view, page pdf.Dict, key pdf.Name) pdf.Object {
	for range maxFieldDepth {
		if page.Has(key) || page == nil {
			return page.Get(key)
		}
		page = v.dict(page.Get("Parent"))
	}
	return nil
}

func (l *contentLayout) run(data []byte, resources pdf.Object) {
	if l.work += len(data); l.depth > maxFormDepth || l.work > maxContent {
		l.unsure = true
		return
	}
	l.depth++
	names := l.v.dict(l.v.dict(resources).Get("XObject"))
	err := pdf.Content(data, func(operator string, operands []pdf.Object) bool {
		if operator == "Do" {
			l.show(operands, names, resources)
		} else {
			l.operate(operator, operands)
		}
		return !l.unsure && len(l.boxes) < maxBoxes
	})
	l.unsure = l.unsure || err != nil || len(l.boxes) >= maxBoxes
	l.depth--
}

func (l *contentLayout) operate(operator string, operands []pdf.Object) {
	s := &l.state
	n := make([]float64, 6)
	for i := range min(len(operands), 6) {
		n[i] = number(operands[i])
	}
	switch operator {
	case "q":
		if l.stack = append(l.stack, *s); len(l.stack) > maxNested {
			l.unsure = true
		}
	case "Q":
		if k := len(l.stack) - 1; k >= 0 {
			*s, l.stack = l.stack[k], l.stack[:k]
		}
	case "cm":
		s.ctm = matrix(n).times(s.ctm)
	case "BT":
		s.text, s.line = identity(), identity()
	case "Tf":
		s.size = n[1]
	case "TL":
		s.lead = n[0]
	case "Tm":
		s.text, s.line = matrix(n), matrix(n)
	case "Td":
		l.nextLine(n[0], n[1])
	case "TD":
		s.lead = -n[1]
		l.nextLine(n[0], n[1])
	case "T*":
		l.nextLine(0, -s.lead)
	case "'", "\"":
		l.nextLine(0, -s.lead)
		l.text(operands)
	case "Tj", "TJ":
		l.text(operands)
	case "m", "l", "c", "v", "y":
		for i := 0; i+1 < min(len(operands), 6); i += 2 {
			l.path = append(l.path, n[i], n[i+1])
		}
	case "S", "s", "f", "F", "f*", "B", "B*", "b", "b*":
		l.draw()
	case "n":
		l.path = l.path[:0]
	case "EI":
		l.boxes = append(l.boxes, s.ctm.around(box{0, 0, 1, 1}))
	}
}

func (l *contentLayout) nextLine(x, y float64) {
	l.state.line = matrix{1, 0, 0, 1, x, y}.times(l.state.line)
	l.state.text = l.state.line
}

// text adds what Tj and TJ show.
func (l *contentLayout) text(operands []pdf.Object) {
	width := 0.0
	for _, o := range operands {
		list, isArray := o.(pdf.Array)
		if !isArray {
			list = pdf.Array{o}
		}
		for _, e := range list {
			switch e := e.(type) {
			case pdf.String:
				width += float64(len(e.Bytes)) * glyphWidth
			case pdf.Integer, pdf.Real:
				if isArray {
					width -= number(e) / 1000
				}
			}
		}
	}
	s := &l.state
	shown := box{math.Min(0, width) - margin, descent, math.Max(0, width) + margin, ascent}
	scale := matrix{s.size, 0, 0, s.size, 0, 0}
	l.boxes = append(l.boxes, scale.times(s.text).times(s.ctm).around(shown))
	s.text = matrix{1, 0, 0, 1, width * s.size, 0}.times(s.text)
}

// draw adds a path that is painted.
func (l *contentLayout) draw() {
	if len(l.path) > 0 {
		b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		for i := 0; i < len(l.path); i += 2 {
			b.left, b.right = math.Min(b.left, l.path[i]), math.Max(b.right, l.path[i])
			b.bottom, b.top = math.Min(b.bottom, l.path[i+1]), math.Max(b.top, l.path[i+1])
		}
		l.boxes = append(l.boxes, l.state.ctm.around(b))
	}
	l.path = l.path[:0]
}

// show adds an image, or what a form shows.
func (l *contentLayout) show(operands []pdf.Object, names pdf.Dict, resources pdf.Object) {
	if len(operands) != 1 {
		return
	}
	name, _ := operands[0].(pdf.Name)
	x, ok := l.v.resolve(names.Get(name)).(*pdf.Stream)
	switch {
	case !ok:
	case x.Dict.Name("Subtype") == "Form":
		data, err := x.Decode(maxContent)
		if err != nil {
			l.unsure = true
			return
		}
		saved, depth := l.state, len(l.stack)
		if m, ok := readNumbers(l.v, l.v.array(x.Dict.Get("Matrix")), 6); ok {
			l.state.ctm = matrix(m).times(l.state.ctm)
		}
		if x.Dict.Has("Resources") {
			resources = x.Dict.Get("Resources")
		}
		l.run(data, resources)
		l.state, l.stack = saved, l.stack[:min(depth, len(l.stack))]
	default:
		l.boxes = append(l.boxes, l.state.ctm.around(box{0, 0, 1, 1}))
	}
}
