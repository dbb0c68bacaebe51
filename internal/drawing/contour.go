package drawing

import (
	"cmp"
	"math"
	"slices"
)

// vertex is a place on a contour, with the directions in which the contour arrives and leaves. On a curve they are
// those of the tangent, not of the chords, so that strokes meet without seams.
type vertex struct {
	at      point
	in, out point   // of length 1
	smooth  bool    // within a curve or a straight piece: no join is drawn
	cusp    bool    // within a curve that turns round on the spot: the join is round
	way     float64 // how long the contour is up to here
}

// contour is a piece of a path made of chords.
type contour struct {
	vertices []vertex
	closed   bool
}

// chordBuilder puts contours together.
type chordBuilder struct {
	tolerance float64
	angle     float64 // the sine of the angle that one chord of a curve may turn
	measure   float64 // the tolerance of lengths
	knots     []knot  // of the curve that is being flattened
	count     *meter
	now       contour
	began     bool // whether something, if only a line without length, has been drawn since the start
	out       []contour
}

// contours flattens a path for a stroke of the given width. Scale is how many pixels the greatest unit of length has,
// measure how far from the curve the chords may lie of which lengths are the sum.
func (p *path) contours(width, scale, measure float64, count *meter) []contour {
	b := &chordBuilder{tolerance: tolerance / scale, measure: measure, count: count}
	// At the edge of the stroke, half its width away, the same tolerance holds for the arc that a turn makes there.
	b.angle = min(0.5, math.Sqrt(8*b.tolerance/(width/2)))
	p.each(func(v verb, from point, to []point) {
		switch v {
		case moveTo:
			b.finish(false)
			b.now.vertices = append(b.now.vertices, vertex{at: to[0]})
		case lineTo:
			b.began = true
			b.line(from, to[0])
		case curveTo, bowTo:
			b.began = true
			b.bezier([4]point{from, to[0], to[1], to[2]}, v == bowTo)
		case closed:
			b.began = true
			b.line(from, to[0])
			b.finish(true)
		}
	})
	b.finish(false)
	return b.out
}

func (b *chordBuilder) finish(closed bool) {
	c := b.now
	c.closed = closed
	switch n := len(c.vertices); {
	case n == 1 && b.began:
		// A dot: caps are drawn as if it were a line to the right.
		c.vertices[0].in, c.vertices[0].out = point{1, 0}, point{1, 0}
		c.closed = false
		b.out = append(b.out, c)
	case n > 1:
		if closed {
			// The last vertex stands where the first one does.
			c.vertices[0].in = c.vertices[n-1].in
		}
		b.out = append(b.out, c)
	}
	b.now, b.began = contour{}, false
}

// chord adds a vertex; the one before leaves in the direction out, this one is arrived at in the direction in.
func (b *chordBuilder) chord(to, out, in point, way float64, smooth bool) {
	if b.count.segments(1); b.count.err != nil {
		return
	}
	v := b.now.vertices
	v[len(v)-1].out = out
	if len(v) == 1 {
		v[0].in = out
	}
	b.now.vertices = append(v, vertex{at: to, in: in, out: in, smooth: smooth, way: way})
}

func (b *chordBuilder) line(from, to point) {
	if d, ok := to.minus(from).unit(); ok {
		v := b.now.vertices
		b.chord(to, d, d, v[len(v)-1].way+to.minus(from).length(), false)
	}
}

func (b *chordBuilder) bezier(c [4]point, bow bool) {
	start, ok := direction(c[1].minus(c[0]), c[2].minus(c[0]), c[3].minus(c[0]))
	if !ok {
		return
	}
	end, _ := direction(c[3].minus(c[2]), c[3].minus(c[1]), c[3].minus(c[0]))
	limit := b.measure
	if bow {
		limit = float64(limit * (4.0 / 3))
	}
	v := b.now.vertices
	b.knots = append(b.knots[:0], knot{0, v[len(v)-1].way})
	b.lay(c, 0, 1, limit)
	b.split(c, start, end, 0, 1, 0)
	v = b.now.vertices
	v[len(v)-1].smooth = false
}

// direction is that of the first of the vectors that has one.
func direction(vectors ...point) (point, bool) {
	for _, v := range vectors {
		if d, ok := v.unit(); ok {
			return d, true
		}
	}
	return point{}, false
}

const maxSplits = 14

// split halves a curve until its parts are as good as their chords.
func (b *chordBuilder) split(c [4]point, start, end point, t0, t1 float64, depth int) {
	if b.count.err != nil {
		return
	}
	sharp := start.dot(end) <= 0 || math.Abs(start.cross(end)) > b.angle
	if depth == maxSplits || depth > 0 && !sharp && b.flat(c) {
		if sharp && start.dot(end) <= 0 {
			// The curve turns round within less than can be seen.
			b.chord(c[3], start, start, b.way(t1), true)
			v := b.now.vertices
			v[len(v)-1].out, v[len(v)-1].cusp = end, true
			return
		}
		b.chord(c[3], start, end, b.way(t1), true)
		return
	}
	l, r := halve(c)
	ahead, ok := direction(r[1].minus(l[2]), r[2].minus(l[1]), c[3].minus(c[0]))
	if !ok {
		ahead = start
	}
	middle := (t0 + t1) / 2
	b.split(l, start, ahead, t0, middle, depth+1)
	b.split(r, ahead, end, middle, t1, depth+1)
}

// halve cuts a curve in the middle.
func halve(c [4]point) (l, r [4]point) {
	p01, p12, p23 := c[0].lerp(c[1], 0.5), c[1].lerp(c[2], 0.5), c[2].lerp(c[3], 0.5)
	p012, p123 := p01.lerp(p12, 0.5), p12.lerp(p23, 0.5)
	middle := p012.lerp(p123, 0.5)
	return [4]point{c[0], p01, p012, middle}, [4]point{middle, p123, p23, c[3]}
}

// knot is a place on a curve, from 0 to 1, with the length of the contour up to there. Browsers take the sum of chords
// half a pixel from the curve for its length, and lengths between two knots as even in t. A long line of dashes comes
// out otherwise with the true length.
type knot struct{ t, way float64 }

// lay puts knots on a curve.
func (b *chordBuilder) lay(c [4]point, t0, t1, limit float64) {
	if b.count.segments(1); b.count.err != nil {
		return
	}
	far := func(p, q point) bool { return max(math.Abs(p.x-q.x), math.Abs(p.y-q.y)) > limit }
	if t1-t0 > 1.0/(1<<20) && (far(c[1], c[0].lerp(c[3], 1.0/3)) || far(c[2], c[0].lerp(c[3], 2.0/3))) {
		l, r := halve(c)
		middle := (t0 + t1) / 2
		b.lay(l, t0, middle, limit)
		b.lay(r, middle, t1, limit)
		return
	}
	last := b.knots[len(b.knots)-1]
	b.knots = append(b.knots, knot{t1, last.way + c[3].minus(c[0]).length()})
}

// way is the length of the contour up to a place on the curve.
func (b *chordBuilder) way(t float64) float64 {
	i, _ := slices.BinarySearchFunc(b.knots, t, func(k knot, t float64) int { return cmp.Compare(k.t, t) })
	if i == 0 || i == len(b.knots) {
		return b.knots[len(b.knots)-1].way
	}
	from, to := b.knots[i-1], b.knots[i]
	return from.way + float64((to.way-from.way)*((t-from.t)/(to.t-from.t)))
}

// flat reports whether the chord keeps to the tolerance.
func (b *chordBuilder) flat(c [4]point) bool {
	bend := max(c[0].minus(c[1].times(2)).plus(c[2]).length(), c[1].minus(c[2].times(2)).plus(c[3]).length())
	return float64(bend*0.75) <= b.tolerance
}
