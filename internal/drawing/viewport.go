package drawing

import "slices"

// enters reports whether an element that is referred to may be gone into, and refuses circles.
func (b *builder) enters(e *element, at *place, from link) bool {
	if slices.Contains(at.chain, e) {
		b.refuse(from.at, "reference leads back to itself", "#"+from.id)
		return false
	}
	at.chain = append(at.chain[:len(at.chain):len(at.chain)], e)
	return true
}

// use draws another element here (SVG 2, section 5.5).
func (b *builder) use(e *element, at place) (*item, box) {
	a, ok := e.href()
	if !ok || a.Value.S == "" {
		return nil, nothing
	}
	id, ok := fragment(a.Value.S)
	if !ok {
		b.refuse(a.At, "reference outside of the file cannot be drawn", a.Value.S)
		return nil, nothing
	}
	to := link{id, a.At}
	target, ok := b.find(to, "g", "a", "svg", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "image", "switch")
	if !ok {
		return nil, nothing
	}
	outer := at
	at, ok = b.enter(e, at)
	v, read := b.lengths(e, at, "x", "y")
	if !ok || !read {
		return nil, nothing
	}
	// Clip paths and masks of the use move along with it.
	at.matrix = at.matrix.times(translation(v[0], v[1]))
	inner := at
	inner.scope = target
	if !b.sane(inner.matrix) || !b.enters(target, &inner, to) {
		return nil, nothing
	}
	var it *item
	var bounds box
	if target.name == "symbol" || target.name == "svg" {
		it, bounds = b.window(target, e, inner)
	} else {
		it, bounds = b.build(target, inner)
	}
	group := &item{opacity: 1}
	group.add(it)
	return b.finish(e, at, group, bounds, outer)
}

// inner builds an svg element within another one.
func (b *builder) inner(e *element, at place) (*item, box) {
	return b.window(e, nil, at)
}

// standing is the viewport of an element where it stands. It is what percentages of clip paths, masks and gradients are
// parts of, wherever they are used. A symbol has none there: it gets one where it is used.
func (b *builder) standing(e *element) viewport {
	p := e.parent
	for p != nil && p.name != "svg" {
		p = p.parent
	}
	if p == nil || p == b.doc.root {
		return b.around
	}
	v, ok := b.within[p]
	if !ok {
		v = b.standing(p)
		if f, ok := b.readFrame(p); ok && f.fitted {
			v = viewport{f.box.width(), f.box.height()}
		} else if size, ok := b.lengths(p, place{viewport: v}, "width", "height"); ok {
			if _, ok := p.attribute("width"); ok {
				v.width = size[0]
			}
			if _, ok := p.attribute("height"); ok {
				v.height = size[1]
			}
		}
		b.within[p] = v
	}
	return v
}

// window builds what has a viewport of its own: an svg element, or a symbol where a use draws it.
func (b *builder) window(e, user *element, at place) (*item, box) {
	if e.name == "symbol" {
		if !b.count.visit() || b.gone(e, at) {
			return nil, nothing
		}
		for _, name := range [...]string{"x", "y", "width", "height", "refX", "refY"} {
			if a, ok := e.attribute(name); ok {
				b.refuse(a.At, "attribute "+name+" of symbol cannot be drawn", a.Value.S)
			}
		}
	} else if user != nil && (!b.count.visit() || b.gone(e, at)) {
		return nil, nothing
	}
	sides := viewport{at.viewport.width, at.viewport.height}
	corner := [4]float64{}
	for _, from := range [...]*element{e, user} {
		if from == nil {
			continue
		}
		size, ok := b.lengths(from, at, "width", "height")
		if !ok || !b.positive(from, size[0], "width") || !b.positive(from, size[1], "height") {
			return nil, nothing
		}
		if _, ok := from.attribute("width"); ok {
			sides.width = size[0]
		}
		if _, ok := from.attribute("height"); ok {
			sides.height = size[1]
		}
		if from == e {
			if corner, ok = b.lengths(e, at, "x", "y"); !ok {
				return nil, nothing
			}
		}
	}
	f, ok := b.readFrame(e)
	if !ok || sides.width == 0 || sides.height == 0 {
		return nil, nothing
	}
	return b.container(e, at, func(inner *place) *area {
		m, v := f.into(sides)
		inner.matrix = inner.matrix.times(translation(corner[0], corner[1]))
		edge := box{0, 0, sides.width, sides.height}.area(inner.matrix)
		inner.matrix, inner.viewport = inner.matrix.times(m), v
		switch inner.style.overflow {
		case "visible":
			return nil
		case "auto":
			b.refuse(e.at, "overflow auto cannot be drawn", b.tag(e))
		}
		return edge
	})
}
