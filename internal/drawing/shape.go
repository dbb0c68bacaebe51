package drawing

import "math"

// shape builds a path or a basic shape.
func (b *builder) shape(e *element, at place) (*item, box) {
	outer := at
	at, ok := b.enter(e, at)
	if !ok {
		return nil, nothing
	}
	p, ok := b.outline(e, at)
	if !ok || p == nil {
		b.finish(e, at, &item{}, nothing, outer)
		return nil, nothing
	}
	bounds := p.bounds(identity)
	group := &item{opacity: 1}
	parts := [2]*item{b.filled(p, at, bounds), b.stroked(e, p, at, bounds)}
	if at.style.strokeFirst {
		parts[0], parts[1] = parts[1], parts[0]
	}
	for _, part := range parts {
		group.add(part)
	}
	return b.finish(e, at, group, bounds, outer)
}

// painted makes an item of an area, or none where there is nothing to see.
func (b *builder) painted(a *area, with paint, at place) *item {
	if b.dry || at.style.hidden {
		return nil
	}
	it := &item{area: a, paint: with, bounds: a.bounds(b.limits)}
	b.count.effort(float64(len(a.points)))
	return it
}

func (b *builder) filled(p *path, at place, bounds box) *item {
	with, ok := b.paint(at.style.fill, at.style.fillOpacity, at, bounds)
	if !ok || b.dry {
		return nil
	}
	return b.painted(p.fill(at.matrix, at.style.fillEvenOdd, b.count), with, at)
}

func (b *builder) stroked(e *element, p *path, at place, bounds box) *item {
	s := at.style
	by, ok := b.pen(e, p, at)
	if !ok || by.width <= 0 {
		return nil
	}
	with, ok := b.paint(s.stroke, s.strokeOpacity, at, bounds)
	if !ok || b.dry {
		return nil
	}
	m := at.matrix
	if s.fixedStroke {
		p, m = p.through(m), identity
	}
	return b.painted(p.stroke(m, by, b.count), with, at)
}

// pen reads how an element is stroked.
func (b *builder) pen(e *element, p *path, at place) (pen, bool) {
	s := at.style
	diagonal := at.viewport.diagonal()
	by := pen{
		width: s.width.of(diagonal), cap: s.cap, join: s.join, miterLimit: s.miterLimit, offset: s.offset.of(diagonal), scale: 1,
	}
	if s.stroke.kind == noPaint {
		return by, false
	}
	sum := 0.0
	for _, l := range s.dashes {
		by.dashes = append(by.dashes, l.of(diagonal))
		sum += l.of(diagonal)
	}
	if sum == 0 {
		by.dashes = nil
	}
	if a, ok := e.attribute("pathLength"); ok && len(by.dashes) > 0 {
		v, ok := readNumber(trim(a.Value.S))
		if !ok || v <= 0 || s.fixedStroke {
			b.refuse(a.At, "pathLength cannot be drawn", a.Value.S)
			return by, false
		}
		by.scale = p.length(b.count) / v
	}
	return by, true
}

// outline is the path of a shape, nil where it has none.
func (b *builder) outline(e *element, at place) (*path, bool) {
	switch e.name {
	case "path":
		a, ok := e.attribute("d")
		if !ok || trim(a.Value.S) == "none" {
			return nil, true
		}
		p, bad, ok := pathData(a.Value.S)
		if !ok {
			b.refuse(a.Value.Offset(min(bad, max(0, len(a.Value.S)-1))), "path data cannot be read from here on", a.Value.S[bad:])
		}
		return p, ok
	case "polyline", "polygon":
		return b.polygon(e)
	case "line":
		v, ok := b.lengths(e, at, "x1", "y1", "x2", "y2")
		p := &path{}
		p.move(point{v[0], v[1]})
		p.line(point{v[2], v[3]})
		return p, ok
	case "rect":
		return b.rect(e, at)
	case "circle":
		v, ok := b.lengths(e, at, "cx", "cy", "r")
		return ellipse(v[0], v[1], v[2], v[2]), ok && b.positive(e, v[2], "r")
	}
	v, ok := b.lengths(e, at, "cx", "cy")
	rx, ry, radii := b.radii(e, at)
	return ellipse(v[0], v[1], rx, ry), ok && radii
}

func (b *builder) polygon(e *element) (*path, bool) {
	a, ok := e.attribute("points")
	if !ok {
		return nil, true
	}
	v, bad, ok := numbers(a.Value.S)
	if !ok || len(v)%2 != 0 {
		b.refuse(a.Value.Offset(min(bad, max(0, len(a.Value.S)-1))), "points cannot be read from here on", a.Value.S[bad:])
		return nil, false
	}
	if len(v) == 0 {
		return nil, true
	}
	p := &path{}
	for i := 0; i < len(v); i += 2 {
		if q := (point{v[i], v[i+1]}); i == 0 {
			p.move(q)
		} else {
			p.line(q)
		}
	}
	if e.name == "polygon" {
		p.close()
	}
	return p, true
}

func (b *builder) rect(e *element, at place) (*path, bool) {
	v, ok := b.lengths(e, at, "x", "y", "width", "height")
	rx, ry, radii := b.radii(e, at)
	x, y, w, h := v[0], v[1], v[2], v[3]
	if !ok || !radii || !b.positive(e, w, "width") || !b.positive(e, h, "height") {
		return nil, false
	}
	if w == 0 || h == 0 {
		return nil, true
	}
	p := &path{}
	if rx = min(rx, w/2); rx == 0 || ry == 0 {
		p.move(point{x, y})
		p.line(point{x + w, y})
		p.line(point{x + w, y + h})
		p.line(point{x, y + h})
		p.close()
		return p, true
	}
	ry = min(ry, h/2)
	corner := func(to point) { p.arc(p.last(), rx, ry, 0, false, true, to) }
	side := func(to point) {
		if to != p.last() {
			p.line(to)
		}
	}
	p.move(point{x + rx, y})
	side(point{x + w - rx, y})
	corner(point{x + w, y + ry})
	side(point{x + w, y + h - ry})
	corner(point{x + w - rx, y + h})
	side(point{x + rx, y + h})
	corner(point{x, y + h - ry})
	side(point{x, y + ry})
	corner(point{x + rx, y})
	p.close()
	return p, true
}

func ellipse(cx, cy, rx, ry float64) *path {
	if rx == 0 || ry == 0 {
		return nil
	}
	p := &path{}
	at := func(x, y float64) point { return point{cx + float64(x*rx), cy + float64(y*ry)} }
	p.move(at(1, 0))
	for _, to := range [...]point{at(0, 1), at(-1, 0), at(0, -1), at(1, 0)} {
		p.arc(p.last(), rx, ry, 0, false, true, to)
	}
	p.close()
	return p
}

// radii reads rx and ry; where one is not given, it is the other.
func (b *builder) radii(e *element, at place) (rx, ry float64, ok bool) {
	var v [2]float64
	var given [2]bool
	for i, name := range [...]string{"rx", "ry"} {
		if _, has := e.attribute(name); !has {
			continue
		}
		list, ok := b.lengths(e, at, name)
		if v[i] = list[0]; !ok || !b.positive(e, v[i], name) {
			return 0, 0, false
		}
		given[i] = true
	}
	if !given[0] {
		v[0] = v[1]
	}
	if !given[1] {
		v[1] = v[0]
	}
	return v[0], v[1], true
}

func (b *builder) positive(e *element, v float64, name string) bool {
	if v >= 0 {
		return true
	}
	if a, ok := e.attribute(name); ok {
		b.refuse(a.At, "negative "+name+" cannot be drawn", a.Value.S)
	}
	return false
}

// lengths reads attributes that are lengths, 0 where they are not given. Names tell which way a percentage counts.
func (b *builder) lengths(e *element, at place, names ...string) ([4]float64, bool) {
	var v [4]float64
	good := true
	for i, name := range names {
		a, ok := e.attribute(name)
		if !ok {
			continue
		}
		l, ok := b.doc.length(a.Value.S)
		if !ok {
			b.refuse(a.At, "value of "+name+" cannot be drawn", a.Value.S)
			good = false
			continue
		}
		v[i] = l.of(at.viewport.along(name))
		if math.Abs(v[i]) > maxCoordinate {
			b.count.fail("units of length", maxCoordinate)
			good = false
		}
	}
	return v, good
}

// along is the whole of which a percentage of an attribute is a part.
func (v viewport) along(name string) float64 {
	switch name {
	case "x", "x1", "x2", "cx", "fx", "rx", "width":
		return v.width
	case "y", "y1", "y2", "cy", "fy", "ry", "height":
		return v.height
	}
	return v.diagonal()
}

// clipped is a rectangle as an area, after m.
func (b box) area(m matrix) *area {
	a := &area{}
	for _, p := range b.corners() {
		a.points = append(a.points, m.apply(p))
	}
	a.end()
	return a
}
