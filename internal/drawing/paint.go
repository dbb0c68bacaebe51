package drawing

import (
	"math"
	"sort"
)

// paint is what an area is filled with: one colour, or a gradient.
type paint struct {
	color    rgba
	gradient *gradient // nil for a colour
	opacity  float64   // of the gradient
}

type spread uint8

const (
	pad spread = iota
	reflect
	repeat
)

type stop struct {
	offset float64
	color  rgba
}

// gradient gives each place a number from 0 on, and each number a colour. A linear one counts from 0 at the origin to 1
// at (1, 0) of its own space. A radial one has two circles, of number 0 and number 1.
type gradient struct {
	stops  []stop // two or more, offsets from 0 to 1 and in order
	spread spread
	place  matrix // from pixels to the gradient's space
	radial bool
	focus  point // the first circle
	start  float64
	centre point // the second one
	end    float64
}

// shade finds the colours of the pixels of row y from x on.
func (g *gradient) shade(row []ink, x, y int, opacity float64) {
	p := g.place.apply(point{float64(x) + 0.5, float64(y) + 0.5})
	step := point{g.place.a, g.place.b}
	d := g.centre.minus(g.focus)
	dr := g.end - g.start
	a := d.dot(d) - float64(dr*dr)
	last, color := -1.0, ink{}
	for i := range row {
		q := p.plus(step.times(float64(i)))
		t := q.x
		if g.radial {
			// The greater t whose circle, of centre focus+t*d and radius start+t*dr, passes through q. The focus lies
			// within the second circle, so a is negative and there is one.
			q = q.minus(g.focus)
			b := q.dot(d) + float64(g.start*dr)
			c := q.dot(q) - float64(g.start*g.start)
			t = (b - math.Sqrt(max(0, float64(b*b)-float64(a*c)))) / a
		}
		t = g.wrap(t)
		if t != last {
			last, color = t, g.at(t, opacity).ink()
		}
		row[i] = color
	}
}

func (g *gradient) wrap(t float64) float64 {
	switch g.spread {
	case repeat:
		return t - math.Floor(t)
	case reflect:
		return math.Abs(t - float64(2*math.Round(t/2)))
	}
	return min(max(t, 0), 1)
}

func (g *gradient) at(t, opacity float64) rgba {
	i := sort.Search(len(g.stops), func(i int) bool { return g.stops[i].offset > t })
	var c rgba
	switch {
	case i == 0:
		c = g.stops[0].color
	case i == len(g.stops):
		c = g.stops[i-1].color
	default:
		from, to := g.stops[i-1], g.stops[i]
		f := (t - from.offset) / (to.offset - from.offset)
		mix := func(v, w float64) float64 { return v + float64((w-v)*f) }
		c = rgba{mix(from.color.r, to.color.r), mix(from.color.g, to.color.g), mix(from.color.b, to.color.b), mix(from.color.a, to.color.a)}
	}
	c.a = float64(c.a * opacity)
	return c
}
