package drawing

import "math"

type verb uint8

const (
	moveTo  verb = iota // one point
	lineTo              // one point
	curveTo             // three points: a cubic Bézier curve
	bowTo               // as curveTo, for what browsers keep as another curve: its length is measured more coarsely
	closed              // no point
)

// path is a list of verbs and, end to end, their points.
type path struct {
	verbs  []verb
	points []point
}

func (p *path) move(q point) { p.verbs, p.points = append(p.verbs, moveTo), append(p.points, q) }
func (p *path) line(q point) { p.verbs, p.points = append(p.verbs, lineTo), append(p.points, q) }
func (p *path) curve(c, d, q point) {
	p.verbs, p.points = append(p.verbs, curveTo), append(p.points, c, d, q)
}
func (p *path) close() { p.verbs = append(p.verbs, closed) }

func (p *path) last() point {
	if len(p.points) == 0 {
		return point{}
	}
	return p.points[len(p.points)-1]
}

// quadratic adds a quadratic curve as the cubic that it is.
func (p *path) quadratic(from, c, to point) {
	p.curve(from.lerp(c, 2.0/3), to.lerp(c, 2.0/3), to)
	p.verbs[len(p.verbs)-1] = bowTo
}

// arc adds an elliptical arc by its end points (SVG 2, appendix B.2). The angle is in degrees.
func (p *path) arc(from point, rx, ry, angle float64, large, sweep bool, to point) {
	rx, ry = math.Abs(rx), math.Abs(ry)
	if from == to {
		return
	}
	if rx == 0 || ry == 0 {
		p.line(to)
		return
	}
	sin, cos := sincos(angle)
	half := from.minus(to).times(0.5)
	// The start, in a frame where the ellipse is a circle of radius 1 and the middle of the chord is the origin.
	u := point{(float64(cos*half.x) + float64(sin*half.y)) / rx, (float64(cos*half.y) - float64(sin*half.x)) / ry}
	square := u.dot(u)
	centre := point{}
	if square > 1 {
		s := math.Sqrt(square)
		rx, ry, u = float64(rx*s), float64(ry*s), point{u.x / s, u.y / s}
	} else {
		// Its sign says on which side of the chord the centre lies.
		distance := math.Sqrt(1/square - 1)
		if large != sweep {
			distance = -distance
		}
		centre = u.left().times(distance)
	}
	start, end := u.minus(centre), u.times(-1).minus(centre)
	swept := turn(start, end)
	if sweep && swept < 0 {
		swept += 2 * math.Pi
	} else if !sweep && swept > 0 {
		swept -= 2 * math.Pi
	}
	middle := from.plus(to).times(0.5)
	frame := matrix{
		a: float64(rx * cos), b: float64(rx * sin), c: -float64(ry * sin), d: float64(ry * cos), e: middle.x, f: middle.y,
	}
	// Browsers keep arcs in pieces of up to 120 degrees, which matters for the lengths of dashes; a cubic curve is good
	// for a right angle.
	pieces := max(1, math.Ceil(math.Abs(swept)/(2*math.Pi/3)-1e-6))
	if math.Abs(swept)/pieces > math.Pi/2+1e-6 {
		pieces += pieces
	}
	step := swept / pieces
	first := turn(point{1, 0}, start)
	s, c := sincos(float64(step * (45 / math.Pi)))
	handle := 4.0 / 3 * s / c
	at := func(i float64) (point, point) {
		s, c := sincos(float64((first + float64(step*i)) * (180 / math.Pi)))
		return point{c, s}, point{-s, c}
	}
	for i := 0.0; i < pieces; i++ {
		a, da := at(i)
		b, db := at(i + 1)
		q := frame.apply(centre.plus(b))
		if i == pieces-1 {
			q = to
		}
		p.curve(frame.apply(centre.plus(a).plus(da.times(handle))), frame.apply(centre.plus(b).minus(db.times(handle))), q)
		p.verbs[len(p.verbs)-1] = bowTo
	}
}

// through is the path after m.
func (p *path) through(m matrix) *path {
	out := &path{verbs: p.verbs, points: make([]point, len(p.points))}
	for i, q := range p.points {
		out.points[i] = m.apply(q)
	}
	return out
}

// each calls f for every verb with the point before it, and with the points of the verb. For a closing verb, these are
// the first of its contour.
func (p *path) each(f func(v verb, from point, to []point)) {
	var first, at point
	i := 0
	for _, v := range p.verbs {
		switch v {
		case moveTo:
			f(v, at, p.points[i:i+1])
			at = p.points[i]
			first = at
			i++
		case lineTo:
			f(v, at, p.points[i:i+1])
			at = p.points[i]
			i++
		case curveTo, bowTo:
			f(v, at, p.points[i:i+3])
			at = p.points[i+2]
			i += 3
		case closed:
			f(v, at, []point{first})
			at = first
		}
	}
}

// bounds is the smallest box around the path after m, its contours of a single point left out: but for one at the end of a
// path with curves, which browsers do not leave out.
func (p *path) bounds(m matrix) box {
	b := nothing
	curved := false
	p.each(func(v verb, from point, to []point) {
		if v == moveTo {
			return
		}
		from = m.apply(from)
		b = b.add(from).add(m.apply(to[len(to)-1]))
		if v == curveTo || v == bowTo {
			curved = true
			c := [4]point{from, m.apply(to[0]), m.apply(to[1]), m.apply(to[2])}
			for _, t := range extremes(c) {
				b = b.add(cubic(c, t))
			}
		}
	})
	if n := len(p.verbs); curved && p.verbs[n-1] == moveTo {
		b = b.add(m.apply(p.last()))
	}
	return b
}

// extremes are the places between 0 and 1 where a curve turns back in x or y.
func extremes(c [4]point) []float64 {
	var out []float64
	solve := func(p0, p1, p2, p3 float64) {
		// The derivative is proportional to at²+2bt+k.
		k := p1 - p0
		b := p2 - float64(2*p1) + p0
		a := p3 - p0 + float64(3*(p1-p2))
		root := float64(b*b) - float64(a*k)
		if root < 0 {
			return
		}
		// The form without cancellation.
		q := -(b + math.Copysign(math.Sqrt(root), b))
		for _, t := range [...]float64{q / a, k / q} {
			if t > 0 && t < 1 {
				out = append(out, t)
			}
		}
	}
	solve(c[0].x, c[1].x, c[2].x, c[3].x)
	solve(c[0].y, c[1].y, c[2].y, c[3].y)
	return out
}

func cubic(c [4]point, t float64) point {
	u := 1 - t
	a, b := float64(u*u), float64(t*t)
	k0, k1, k2, k3 := float64(a*u), float64(float64(3*a)*t), float64(float64(3*b)*u), float64(b*t)
	return c[0].times(k0).plus(c[1].times(k1)).plus(c[2].times(k2)).plus(c[3].times(k3))
}
