package drawing

import "math"

type lineCap uint8

const (
	buttCap lineCap = iota
	roundCap
	squareCap
)

type lineJoin uint8

const (
	miterJoin lineJoin = iota
	roundJoin
	bevelJoin
)

// pen is how a stroke is drawn, in units of user space.
type pen struct {
	width      float64
	cap        lineCap
	join       lineJoin
	miterLimit float64
	dashes     []float64 // of even number, none negative, not all zero; none for a whole line
	offset     float64   // where in the dashes a contour begins
	scale      float64   // of the dashes and the offset
}

// stroke is the area that a pen covers along a path. It is made in user space and mapped by m then, as an uneven scale
// makes lines of uneven width. The area is made of convex pieces that all turn the same way, so that wherever they
// overlap they count as one.
func (p *path) stroke(m matrix, by pen, count *meter) *area {
	scale := m.stretch()
	if by.width <= 0 || scale == 0 {
		return &area{}
	}
	contours := p.contours(by.width, scale, measured/m.longer(), count)
	if len(by.dashes) > 0 {
		contours = dash(contours, by, count)
	}
	s := &stroker{pen: by, m: m, half: by.width / 2, count: count}
	s.step = math.Sqrt(min(4, 8*tolerance/scale/s.half))
	for _, c := range contours {
		if count.err != nil {
			break
		}
		s.contour(c)
	}
	return &s.area
}

// measured is the tolerance, in pixels, with which browsers measure paths.
const measured = 0.5

// longer is the length of the longer side of the unit square after m.
func (m matrix) longer() float64 {
	return math.Sqrt(max(float64(m.a*m.a)+float64(m.b*m.b), float64(m.c*m.c)+float64(m.d*m.d)))
}

type stroker struct {
	pen
	m     matrix
	half  float64
	step  float64 // the angle of one chord of a round join, in radians
	count *meter
	area  area
	piece []point
}

func (s *stroker) contour(c contour) {
	v := c.vertices
	last := len(v) - 1
	for i := range last {
		s.chord(v[i], v[i+1])
		if i > 0 {
			s.corner(v[i])
		}
	}
	if c.closed {
		first := v[0]
		first.smooth = false
		s.corner(first)
		return
	}
	s.end(v[0].at, v[0].out.times(-1))
	s.end(v[last].at, v[last].in)
}

// chord covers what lies beside one chord, between the normals at its ends.
func (s *stroker) chord(from, to vertex) {
	n, k := from.out.left().times(s.half), to.in.left().times(s.half)
	a, b, c, d := from.at.plus(n), to.at.plus(k), to.at.minus(k), from.at.minus(n)
	if from.out == to.in {
		s.emit(a, b, c, d)
		return
	}
	// Where a curve is tighter than the stroke is wide, the normals cross.
	s.emit(a, b, c)
	s.emit(a, c, d)
}

func (s *stroker) corner(v vertex) {
	if v.smooth && !v.cusp || v.in == v.out {
		return
	}
	angle := turn(v.in, v.out)
	cos := v.in.dot(v.out)
	join := s.join
	if v.cusp {
		join = roundJoin
	}
	// Vertices of two curves that go over into each other.
	if math.Abs(angle) < 1e-6 && join != roundJoin {
		join = bevelJoin
	}
	n, k := v.in.left().times(s.half), v.out.left().times(s.half)
	if angle > 0 {
		n, k = n.times(-1), k.times(-1)
	}
	switch {
	case join == roundJoin:
		s.pie(v.at, n, angle)
	case join == miterJoin && cos > -1 && 2 <= float64(float64(s.miterLimit*s.miterLimit)*(1+cos)):
		s.emit(v.at, v.at.plus(n), v.at.plus(n.plus(k).times(1/(1+cos))), v.at.plus(k))
	default:
		s.emit(v.at, v.at.plus(n), v.at.plus(k))
	}
}

// pie covers a sector that begins at the given radius and turns by the given angle in radians.
func (s *stroker) pie(centre, radius point, angle float64) {
	n := math.Ceil(math.Abs(angle) / s.step)
	if s.count.segments(n); s.count.err != nil {
		return
	}
	s.piece = append(s.piece[:0], centre, centre.plus(radius))
	for i := 1.0; i <= n; i++ {
		sin, cos := sincos(float64(float64(angle*(i/n)) * (180 / math.Pi)))
		s.piece = append(s.piece, centre.plus(radius.times(cos)).plus(radius.left().times(sin)))
	}
	s.emit(s.piece...)
}

// end draws a cap in the direction in which the line would go on.
func (s *stroker) end(at, way point) {
	n := way.left().times(s.half)
	switch s.cap {
	case squareCap:
		ahead := way.times(s.half)
		s.emit(at.plus(n), at.plus(n).plus(ahead), at.minus(n).plus(ahead), at.minus(n))
	case roundCap:
		s.pie(at, n, -math.Pi)
	}
}

// emit adds a convex piece, turned the way of all others.
func (s *stroker) emit(piece ...point) {
	if s.count.segments(4); s.count.err != nil {
		return
	}
	twice := 0.0
	for i := 2; i < len(piece); i++ {
		twice += piece[i-1].minus(piece[0]).cross(piece[i].minus(piece[0]))
	}
	if twice == 0 {
		return
	}
	for i := range piece {
		p := piece[i]
		if twice < 0 {
			p = piece[len(piece)-1-i]
		}
		s.area.points = append(s.area.points, s.m.apply(p))
	}
	s.area.end()
}
