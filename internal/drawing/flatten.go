package drawing

import "math"

// tolerance is how far, in pixels, a chord may lie from its curve. Coverage has 255 steps, and a chord is off by a third
// of this on average.
const tolerance = 0.04

// area is what contours enclose: points end to end, with the index after the last one of each contour.
type area struct {
	points  []point
	ends    []int
	evenOdd bool
}

func (a *area) end() {
	from := 0
	if len(a.ends) > 0 {
		from = a.ends[len(a.ends)-1]
	}
	if len(a.points)-from < 3 {
		a.points = a.points[:from]
		return
	}
	a.ends = append(a.ends, len(a.points))
}

// fill flattens a path for filling, after m. Every contour is closed by that.
func (p *path) fill(m matrix, evenOdd bool, count *meter) *area {
	a := &area{evenOdd: evenOdd}
	p.each(func(v verb, from point, to []point) {
		switch v {
		case moveTo:
			a.end()
			a.points = append(a.points, m.apply(to[0]))
		case lineTo:
			count.segments(1)
			a.points = append(a.points, m.apply(to[0]))
		case curveTo, bowTo:
			c := [4]point{m.apply(from), m.apply(to[0]), m.apply(to[1]), m.apply(to[2])}
			n := chords(c)
			if count.segments(n); count.err != nil {
				return
			}
			for i := 1.0; i < n; i++ {
				a.points = append(a.points, cubic(c, i/n))
			}
			a.points = append(a.points, c[3])
		case closed:
			a.end()
		}
	})
	a.end()
	return a
}

// chords is how many chords keep to the tolerance: the distance of a chord is at most an eighth of the second
// derivative over the square of their number.
func chords(c [4]point) float64 {
	bend := max(c[0].minus(c[1].times(2)).plus(c[2]).length(), c[1].minus(c[2].times(2)).plus(c[3]).length())
	return max(1, math.Ceil(math.Sqrt(float64(bend*(0.75/tolerance)))))
}
