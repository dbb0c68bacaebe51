package drawing

import "math"

// Every product of floats in this package stands in a conversion of its own: without it the compiler fuses a*b+c into
// one operation on some machines and not on others, and the same drawing gets other pixels.

// point is a place or a direction.
type point struct{ x, y float64 }

func (p point) plus(q point) point            { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point           { return point{p.x - q.x, p.y - q.y} }
func (p point) times(s float64) point         { return point{float64(p.x * s), float64(p.y * s)} }
func (p point) dot(q point) float64           { return float64(p.x*q.x) + float64(p.y*q.y) }
func (p point) cross(q point) float64         { return float64(p.x*q.y) - float64(p.y*q.x) }
func (p point) length() float64               { return math.Sqrt(p.dot(p)) }
func (p point) left() point                   { return point{-p.y, p.x} }
func (p point) lerp(q point, t float64) point { return p.plus(q.minus(p).times(t)) }

// unit is the direction of p, or no direction where p is nothing.
func (p point) unit() (point, bool) {
	// Scaled first: the squares of tiny numbers vanish.
	m := max(math.Abs(p.x), math.Abs(p.y))
	if m == 0 || math.IsInf(m, 0) || math.IsNaN(m) {
		return point{}, false
	}
	q := point{p.x / m, p.y / m}
	l := q.length()
	return point{q.x / l, q.y / l}, true
}

// matrix maps (x, y) to (ax + cy + e, bx + dy + f), in the order of SVG's matrix().
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

// times is the matrix that maps by n first and by m then.
func (m matrix) times(n matrix) matrix {
	return matrix{
		a: float64(m.a*n.a) + float64(m.c*n.b),
		b: float64(m.b*n.a) + float64(m.d*n.b),
		c: float64(m.a*n.c) + float64(m.c*n.d),
		d: float64(m.b*n.c) + float64(m.d*n.d),
		e: float64(m.a*n.e) + float64(m.c*n.f) + m.e,
		f: float64(m.b*n.e) + float64(m.d*n.f) + m.f,
	}
}

func (m matrix) apply(p point) point {
	return point{float64(m.a*p.x) + float64(m.c*p.y) + m.e, float64(m.b*p.x) + float64(m.d*p.y) + m.f}
}

func (m matrix) determinant() float64 { return float64(m.a*m.d) - float64(m.b*m.c) }

// inverse reports false where the matrix flattens the plane.
func (m matrix) inverse() (matrix, bool) {
	det := m.determinant()
	if det == 0 || math.IsInf(det, 0) || math.IsNaN(det) || math.IsInf(1/det, 0) {
		return matrix{}, false
	}
	n := matrix{
		a: m.d / det, b: -m.b / det, c: -m.c / det, d: m.a / det,
		e: (float64(m.c*m.f) - float64(m.d*m.e)) / det,
		f: (float64(m.b*m.e) - float64(m.a*m.f)) / det,
	}
	for _, v := range [...]float64{n.a, n.b, n.c, n.d, n.e, n.f} {
		if math.IsNaN(v) || math.Abs(v) > 1e100 {
			return matrix{}, false
		}
	}
	return n, true
}

// stretch is the largest factor by which the matrix lengthens anything: its greater singular value.
func (m matrix) stretch() float64 {
	p := float64(m.a*m.a) + float64(m.b*m.b)
	q := float64(m.c*m.c) + float64(m.d*m.d)
	r := float64(m.a*m.c) + float64(m.b*m.d)
	h := (p - q) / 2
	return math.Sqrt((p+q)/2 + math.Sqrt(float64(h*h)+float64(r*r)))
}

func (m matrix) finite() bool {
	for _, v := range [...]float64{m.a, m.b, m.c, m.d, m.e, m.f} {
		if math.IsNaN(v) || math.Abs(v) > maxCoordinate {
			return false
		}
	}
	return true
}

func translation(x, y float64) matrix { return matrix{a: 1, d: 1, e: x, f: y} }
func scaling(x, y float64) matrix     { return matrix{a: x, d: y} }

// box is a rectangle along the axes; one whose sides are turned round is empty and holds nothing, not even a point.
type box struct{ x0, y0, x1, y1 float64 }

var nothing = box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}

func (b box) empty() bool     { return b.x0 > b.x1 || b.y0 > b.y1 }
func (b box) width() float64  { return b.x1 - b.x0 }
func (b box) height() float64 { return b.y1 - b.y0 }

func (b box) add(p point) box {
	return box{min(b.x0, p.x), min(b.y0, p.y), max(b.x1, p.x), max(b.y1, p.y)}
}

func (b box) union(c box) box {
	return box{min(b.x0, c.x0), min(b.y0, c.y0), max(b.x1, c.x1), max(b.y1, c.y1)}
}

func (b box) corners() [4]point {
	return [4]point{{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}}
}

// through is the smallest box around b after m.
func (b box) through(m matrix) box {
	if b.empty() {
		return b
	}
	out := nothing
	for _, p := range b.corners() {
		out = out.add(m.apply(p))
	}
	return out
}
