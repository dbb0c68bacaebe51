package drawing

import "slices"

// paint makes a paint of what a fill or stroke declares; false where there is nothing to paint.
func (b *builder) paint(from source, opacity float64, at place, bounds box) (paint, bool) {
	switch from.kind {
	case plainColor:
		c := from.color
		c.a = float64(c.a * opacity)
		return paint{color: c}, c.a > 0
	case currentColor:
		c := at.style.color
		c.a = float64(c.a * opacity)
		return paint{color: c}, c.a > 0
	case paintServer:
		e, ok := b.find(link{from.id, from.at}, "linearGradient", "radialGradient")
		if !ok {
			return paint{}, false
		}
		return b.gradient(e, from, opacity, at, bounds)
	}
	return paint{}, false
}

// find is the element that a reference means; everything else than the given kinds is refused.
func (b *builder) find(to link, kinds ...string) (*element, bool) {
	e := b.doc.ids[to.id]
	if e == nil {
		b.refuse(to.at, "reference to an element that is not there", "#"+to.id)
		return nil, false
	}
	for _, kind := range kinds {
		if e.name == kind && !e.foreign {
			return e, true
		}
	}
	b.refuse(to.at, "reference to element "+e.name+" cannot be drawn", "#"+to.id)
	return nil, false
}

// maxLinks bounds chains of gradients that take over from others.
const maxLinks = 32

// lineage is a gradient and those that it takes over from.
func (b *builder) lineage(e *element) ([]*element, bool) {
	list := []*element{e}
	for {
		a, ok := e.href()
		if !ok || a.Value.S == "" {
			return list, true
		}
		id, ok := fragment(a.Value.S)
		if !ok {
			b.refuse(a.At, "reference outside of the file cannot be drawn", a.Value.S)
			return nil, false
		}
		if e, ok = b.find(link{id, a.At}, "linearGradient", "radialGradient"); !ok {
			return nil, false
		}
		if slices.Contains(list, e) {
			b.refuse(a.At, "gradient refers to itself", a.Value.S)
			return nil, false
		}
		if list = append(list, e); len(list) > maxLinks {
			b.refuse(a.At, "gradient takes over from too many others", a.Value.S)
			return nil, false
		}
	}
}

// fragment is the id of a reference within the file.
func fragment(value string) (string, bool) {
	id, _, ok := local("url(" + value + ")")
	return id, ok
}

// first is the attribute of the first of some elements that has it; the kind, where given, must be right.
func first(list []*element, name, kind string) (*element, string, bool) {
	for _, e := range list {
		if kind != "" && e.name != kind {
			continue
		}
		if a, ok := e.attribute(name); ok {
			return e, trim(a.Value.S), true
		}
	}
	return nil, "", false
}

// gradient makes a paint of a gradient (SVG 2, section 14.2), for a shape whose box is given in the coordinates of at.
func (b *builder) gradient(e *element, declared source, opacity float64, at place, bounds box) (paint, bool) {
	list, ok := b.lineage(e)
	if !ok {
		return paint{}, false
	}
	g := &gradient{radial: e.name == "radialGradient"}
	good := b.stops(g, list)
	refuse := func(from *element, name, value string) {
		a, _ := from.attribute(name)
		b.refuse(a.At, "value of "+name+" cannot be drawn", value)
		good = false
	}
	if from, v, ok := first(list, "spreadMethod", ""); ok {
		if g.spread, ok = spreads[v]; !ok {
			refuse(from, "spreadMethod", v)
		}
	}
	byBox := true
	if from, v, ok := first(list, "gradientUnits", ""); ok {
		if byBox, ok = boxUnits[v]; !ok {
			refuse(from, "gradientUnits", v)
		}
	}
	m := identity
	if from, v, ok := first(list, "gradientTransform", ""); ok {
		if m, _, ok = transform(v); !ok {
			refuse(from, "gradientTransform", v)
		}
	}
	whole := b.standing(e)
	if byBox {
		whole = viewport{1, 1}
	}
	measure := func(name, initial string) float64 {
		from, v, ok := first(list, name, e.name)
		if !ok {
			v = initial
		}
		l, ok := b.doc.length(v)
		if !ok {
			refuse(from, name, v)
		}
		// A number without a unit is a part of the box itself.
		return l.of(whole.along(name))
	}
	var u, w point
	if g.radial {
		g.centre = point{measure("cx", "50%"), measure("cy", "50%")}
		g.end = measure("r", "50%")
		g.focus = g.centre
		if _, _, ok := first(list, "fx", e.name); ok {
			g.focus.x = measure("fx", "")
		}
		if _, _, ok := first(list, "fy", e.name); ok {
			g.focus.y = measure("fy", "")
		}
		g.start = measure("fr", "0")
	} else {
		u = point{measure("x1", "0"), measure("y1", "0")}
		w = point{measure("x2", "100%"), measure("y2", "0")}
	}
	if !good {
		return paint{}, false
	}
	switch len(g.stops) {
	case 0:
		if declared.other != nil {
			b.refuse(declared.at, "gradient without stops cannot be drawn beside another paint", b.tag(e))
		}
		return paint{}, false
	}
	// A line has a box without height or width, and no gradient, not even of one stop (SVG 2, section 13.2).
	if byBox && (bounds.empty() || bounds.width() == 0 || bounds.height() == 0) {
		if declared.other != nil {
			return b.paint(*declared.other, opacity, at, bounds)
		}
		return paint{}, false
	}
	if len(g.stops) == 1 {
		return g.plain(g.stops[0], opacity)
	}
	if byBox {
		m = matrix{a: bounds.width(), d: bounds.height(), e: bounds.x0, f: bounds.y0}.times(m)
	}
	last := g.stops[len(g.stops)-1]
	if g.radial {
		if g.end == 0 && g.start == 0 {
			return g.plain(last, opacity)
		}
		if g.start < 0 || g.end < 0 || g.centre.minus(g.focus).length() >= float64((g.end-g.start)*0.999) {
			b.refuse(e.at, "focal circle that is not within the gradient's circle cannot be drawn", b.tag(e))
			return paint{}, false
		}
	} else {
		d := w.minus(u)
		if d == (point{}) {
			if g.spread != pad {
				b.refuse(e.at, "gradient without length cannot be drawn", b.tag(e))
				return paint{}, false
			}
			return g.plain(last, opacity)
		}
		m = m.times(matrix{d.x, d.y, -d.y, d.x, u.x, u.y})
	}
	if b.dry {
		return paint{}, true
	}
	if g.place, ok = at.matrix.times(m).inverse(); !ok {
		return paint{}, false
	}
	return paint{gradient: g, opacity: opacity}, true
}

// plain is the paint of a gradient that is of one colour.
func (g *gradient) plain(s stop, opacity float64) (paint, bool) {
	c := s.color
	c.a = float64(c.a * opacity)
	return paint{color: c}, c.a > 0
}

var spreads = map[string]spread{"pad": pad, "reflect": reflect, "repeat": repeat}

var boxUnits = map[string]bool{"objectBoundingBox": true, "userSpaceOnUse": false}

// stops takes the stops of the first gradient that has any.
func (b *builder) stops(g *gradient, list []*element) bool {
	for _, e := range list {
		r, ok := b.ramps[e]
		if !ok {
			r = b.ramp(e)
			b.ramps[e] = r
		}
		if !r.good || len(r.stops) > 0 {
			g.stops = r.stops
			return r.good
		}
	}
	return true
}

// ramp is the stops of one gradient, which are the same for all that it paints.
type ramp struct {
	stops []stop
	good  bool
}

func (b *builder) ramp(e *element) ramp {
	r := ramp{good: true}
	surroundings := b.ancestry(e)
	last := 0.0
	for _, child := range e.children {
		if child.name != "stop" {
			if !silent[child.name] {
				b.refuse(child.at, "element "+child.name+" cannot be drawn", b.tag(child))
				r.good = false
			}
			continue
		}
		s := b.compute(child, nil, surroundings)
		offset := 0.0
		if a, ok := child.attribute("offset"); ok {
			if offset, ok = readOpacity(trim(a.Value.S)); !ok {
				b.refuse(a.At, "value of offset cannot be drawn", a.Value.S)
				r.good = false
			}
		}
		last = max(last, offset)
		c := s.stopColor.color
		if s.stopColor.kind == currentColor {
			c = s.color
		}
		c.a = float64(c.a * s.stopOpacity)
		r.stops = append(r.stops, stop{last, c})
	}
	return r
}

// ancestry is the style of an element that is drawn for another one: it inherits from where it stands.
func (b *builder) ancestry(e *element) *style {
	if e == nil {
		return initial()
	}
	s, ok := b.styles[e]
	if !ok {
		s = b.compute(e, nil, b.ancestry(e.parent))
		b.styles[e] = s
	}
	return s
}
