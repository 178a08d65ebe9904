package pades

import "math"

// ink adds up what an appearance draws: narrow lines hide text too when there are
// enough of them, and so do light areas that lie over one another.
type ink struct {
	area  box    // around the path that is not painted yet
	areas []tint // that were filled
	moved bool   // there is a matrix: areas cannot be told apart by their coordinates

	x, y          float64 // the current point
	path          float64 // length of the path that is not painted yet
	lines, covers float64 // length and area of what was stroked
}

// tint is an area and the light that it lets through.
type tint struct {
	box
	light float64
}

// maxTints bounds the areas of one appearance: a markup has one for a line of text.
const maxTints = 1000

// reach extends the box around the path.
func (i *ink) reach(x, y float64) {
	if i.path == 0 && i.area == (box{}) {
		i.area = box{x, y, x, y}
	}
	i.area = box{math.Min(i.area.left, x), math.Min(i.area.bottom, y), math.Max(i.area.right, x), math.Max(i.area.top, y)}
}

// fillHides paints the area of the path. One hides what is below where it is dark, not
// blended, or darkens others.
func (m *markup) fillHides() bool {
	s, area := &m.state, m.ink.area
	light := s.light
	for _, t := range m.ink.areas {
		if m.ink.moved || t.overlaps(area) {
			light *= t.light
		}
	}
	m.ink.areas = append(m.ink.areas, tint{area, s.light})
	m.ink.area = box{}
	return !s.blended || s.opaque || light < minLight || len(m.ink.areas) > maxTints
}

// follow measures a path while it is constructed (8.5.2).
func (i *ink) follow(operator string, n []float64) {
	switch operator {
	case "m":
		if len(n) == 2 {
			i.x, i.y = n[0], n[1]
			i.reach(i.x, i.y)
		}
	case "l", "c", "v", "y":
		for k := 0; k+1 < len(n); k += 2 {
			i.path += math.Hypot(n[k]-i.x, n[k+1]-i.y)
			i.x, i.y = n[k], n[k+1]
			i.reach(i.x, i.y)
		}
	case "re":
		if len(n) == 4 {
			i.path += 2 * (math.Abs(n[2]) + math.Abs(n[3]))
			i.reach(n[0], n[1])
			i.reach(n[0]+n[2], n[1]+n[3])
		}
	case "n", "f", "F", "f*":
		i.path = 0
	}
	if operator == "n" {
		i.area = box{}
	}
}

// strokeHides paints the path. A line hides what is below when it is wide, and many
// do when they take more than half of the frame: a single one along it, as tight as
// the frame may be, does not.
func (m *markup) strokeHides() bool {
	s := &m.state
	scale := s.scale / m.base
	m.ink.lines += m.ink.path * scale
	m.ink.covers += m.ink.path * scale * s.width * scale
	m.ink.path, m.ink.area = 0, box{}
	along := max(m.frame.right-m.frame.left, m.frame.top-m.frame.bottom)
	return s.width*s.scale > maxStroke || m.ink.lines > 2*along && m.ink.covers > m.frame.area()/2
}
