package pades

import "math"

// ink adds up the lines that an appearance draws: narrow ones hide text too when
// there are enough of them.
type ink struct {
	x, y          float64 // the current point
	path          float64 // length of the path that is not painted yet
	lines, covers float64 // length and area of what was stroked
}

// follow measures a path while it is constructed (8.5.2).
func (i *ink) follow(operator string, n []float64) {
	switch operator {
	case "m":
		if len(n) == 2 {
			i.x, i.y = n[0], n[1]
		}
	case "l", "c", "v", "y":
		for k := 0; k+1 < len(n); k += 2 {
			i.path += math.Hypot(n[k]-i.x, n[k+1]-i.y)
			i.x, i.y = n[k], n[k+1]
		}
	case "re":
		if len(n) == 4 {
			i.path += 2 * (math.Abs(n[2]) + math.Abs(n[3]))
		}
	case "n", "f", "F", "f*":
		i.path = 0
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
	m.ink.path = 0
	along := max(m.frame.right-m.frame.left, m.frame.top-m.frame.bottom)
	return s.width*s.scale > maxStroke || m.ink.lines > 2*along && m.ink.covers > m.frame.area()/2
}
