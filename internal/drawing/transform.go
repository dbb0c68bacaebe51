package drawing

import (
	"math"
	"strings"
)

// transform reads a transform attribute (CSS Transforms 1, section 8). Where it cannot, it says at which offset.
func transform(text string) (m matrix, at int, ok bool) {
	m = identity
	s := scanner{s: text}
	s.blanks()
	if s.rest() == "none" {
		return m, 0, true
	}
	for !s.done() {
		at := s.at
		name := s.word()
		s.blanks()
		open := s.skip("(")
		end := strings.IndexByte(s.rest(), ')')
		if !open || end < 0 {
			return m, at, false
		}
		v, _, ok := numbers(s.rest()[:end])
		if !ok {
			return m, at, false
		}
		next, ok := transformation(name, v)
		if !ok {
			return m, at, false
		}
		m = m.times(next)
		if !m.finite() {
			return m, at, false
		}
		s.at += end + 1
		if s.separator() && s.done() {
			return m, at, false
		}
	}
	return m, 0, true
}

func transformation(name string, v []float64) (matrix, bool) {
	n := len(v)
	switch {
	case name == "matrix" && n == 6:
		return matrix{v[0], v[1], v[2], v[3], v[4], v[5]}, true
	case name == "translate" && n == 1:
		return translation(v[0], 0), true
	case name == "translate" && n == 2:
		return translation(v[0], v[1]), true
	case name == "scale" && n == 1:
		return scaling(v[0], v[0]), true
	case name == "scale" && n == 2:
		return scaling(v[0], v[1]), true
	case name == "rotate" && (n == 1 || n == 3):
		sin, cos := sincos(v[0])
		m := matrix{a: cos, b: sin, c: -sin, d: cos}
		if n == 3 {
			m = translation(v[1], v[2]).times(m).times(translation(-v[1], -v[2]))
		}
		return m, true
	case (name == "skewX" || name == "skewY") && n == 1:
		sin, cos := sincos(v[0])
		if math.Abs(cos) < 1e-9 {
			return matrix{}, false
		}
		if name == "skewX" {
			return matrix{a: 1, c: sin / cos, d: 1}, true
		}
		return matrix{a: 1, b: sin / cos, d: 1}, true
	}
	return matrix{}, false
}

// frame is how a viewBox is fitted into a viewport (SVG 2, section 8.2).
type frame struct {
	box    box
	fitted bool // whether there is a viewBox
	x, y   float64
	slice  bool
	none   bool
}

const (
	minViewBox = 1e-3
	maxViewBox = 1e6
)

// readFrame reads the attributes viewBox and preserveAspectRatio.
func (b *builder) readFrame(e *element) (f frame, ok bool) {
	ok = true
	f.x, f.y = 0.5, 0.5
	if a, has := e.attribute("viewBox"); has {
		v, _, read := numbers(a.Value.S)
		if !read || len(v) != 4 || min(v[2], v[3]) < minViewBox || max(v[2], v[3]) > maxViewBox {
			b.refuse(a.At, "viewBox is not of four numbers, with sides from 0.001 to 1000000", a.Value.S)
			return f, false
		}
		f.box, f.fitted = box{v[0], v[1], v[0] + v[2], v[1] + v[3]}, true
	}
	if a, has := e.attribute("preserveAspectRatio"); has {
		if !f.align(fields(a.Value.S)) {
			b.refuse(a.At, "preserveAspectRatio cannot be drawn", a.Value.S)
			return f, false
		}
	}
	return f, ok
}

func (f *frame) align(words []string) bool {
	if len(words) == 2 && words[1] == "slice" {
		f.slice = true
	} else if len(words) != 1 && (len(words) != 2 || words[1] != "meet") {
		return false
	}
	if words[0] == "none" {
		f.none = true
		return true
	}
	parts := map[string]float64{"Min": 0, "Mid": 0.5, "Max": 1}
	w := words[0]
	if len(w) != 8 || w[0] != 'x' || w[4] != 'Y' {
		return false
	}
	x, okX := parts[w[1:4]]
	y, okY := parts[w[5:]]
	f.x, f.y = x, y
	return okX && okY
}

// into maps what is within the viewBox into a viewport with a corner at the origin, and says what is the whole of
// percentages there.
func (f *frame) into(v viewport) (matrix, viewport) {
	if !f.fitted {
		return identity, v
	}
	w, h := f.box.width(), f.box.height()
	sx, sy := v.width/w, v.height/h
	if !f.none {
		if f.slice {
			sx = max(sx, sy)
		} else {
			sx = min(sx, sy)
		}
		sy = sx
	}
	x := float64((v.width-float64(w*sx))*f.x) - float64(f.box.x0*sx)
	y := float64((v.height-float64(h*sy))*f.y) - float64(f.box.y0*sy)
	return matrix{a: sx, d: sy, e: x, f: y}, viewport{w, h}
}
