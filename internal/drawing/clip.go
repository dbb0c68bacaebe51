package drawing

import "slices"

// clip cuts a group to the clip path of its element (CSS Masking 1, section 5), whose contents have the given box in the
// coordinates of at. It reports false where nothing is left.
func (b *builder) clip(at place, group *item, bounds box) bool {
	to := at.style.clipPath
	if to.id == "" {
		return true
	}
	e, ok := b.find(to, "clipPath")
	outside := at.chain
	if !ok || !b.enters(e, &at, to) || !b.count.visit() {
		return false
	}
	surroundings := b.ancestry(e)
	user := at
	at.viewport = b.standing(e)
	m := at.matrix
	move, moved := e.attribute("transform")
	if moved {
		t, _, ok := transform(move.Value.S)
		if !ok {
			b.refuse(move.At, "transform cannot be drawn", move.Value.S)
			return false
		}
		m = m.times(t)
	}
	if byBox, ok := b.units(e, "clipPathUnits", false); !ok {
		return false
	} else if byBox {
		if moved && slices.ContainsFunc(outside, func(e *element) bool { return e.name == "clipPath" }) {
			// Which of the two comes first there hangs, in browsers, on what else the clip paths hold.
			b.refuse(move.At, "transform of a clipPath in parts of a box, used by another clipPath, cannot be drawn", move.Value.S)
			return false
		}
		if bounds.empty() {
			return false
		}
		m = m.times(bounds.unitSquare())
	}
	if !b.sane(m) || !b.deeper(&at) {
		return false
	}
	at.matrix, at.scope = m, nil
	c, pieces, simple := b.clipContent(e, at, surroundings)
	if surroundings.clipPath.id != "" {
		simple = false
	}
	whole := &item{opacity: 1}
	for _, piece := range pieces {
		whole.add(piece)
	}
	if simple {
		group.clips = append(group.clips, c)
	} else {
		// The clip path of a clip path is in the coordinates, and has the box, of the element that refers to the first one
		// (CSS Masking 1, section 5.1): transform and clipPathUnits of the first one are for its contents alone.
		own := user
		own.style, own.scope, own.depth = surroundings, nil, at.depth
		if !b.clip(own, whole, bounds) && !b.dry {
			return false
		}
		group.cutter = whole
	}
	group.bounds = group.bounds.Intersect(whole.bounds)
	return true
}

// units reads an attribute that says whether lengths are parts of a box.
func (b *builder) units(e *element, name string, byBox bool) (bool, bool) {
	if a, ok := e.attribute(name); ok {
		if byBox, ok = boxUnits[trim(a.Value.S)]; !ok {
			b.refuse(a.At, "value of "+name+" cannot be drawn", a.Value.S)
			return false, false
		}
	}
	return byBox, true
}

// unitSquare maps the square from 0 to 1 to b.
func (b box) unitSquare() matrix {
	return matrix{a: b.width(), d: b.height(), e: b.x0, f: b.y0}
}

// clipContent gathers the shapes of a clip path, as areas and as items. It is simple as long as no shape has a clip path
// of its own: then the areas say it all.
func (b *builder) clipContent(e *element, at place, surroundings *style) (c clip, pieces []*item, simple bool) {
	simple = true
	at.style = surroundings
	for _, child := range e.children {
		if slices.Contains([]string{"title", "desc", "metadata"}, child.name) || b.gone(child, at) {
			continue
		}
		area, piece, alone := b.clipShape(child, at)
		simple = simple && alone
		if area != nil {
			c = append(c, area)
		}
		if piece != nil {
			pieces = append(pieces, piece)
		}
	}
	return c, pieces, simple
}

// clipShape is a shape of a clip path, or the one shape that a use within it draws.
func (b *builder) clipShape(e *element, at place) (*area, *item, bool) {
	if !b.count.visit() {
		return nil, nil, true
	}
	if !b.deeper(&at) {
		return nil, nil, true
	}
	refuse := func() (*area, *item, bool) {
		b.refuse(e.at, "element "+e.name+" in a clipPath cannot be drawn", b.tag(e))
		return nil, nil, true
	}
	shapes := []string{"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
	if e.name != "use" && !slices.Contains(shapes, e.name) {
		if e.name == "text" && e.blank() {
			return nil, nil, true
		}
		return refuse()
	}
	at, ok := b.enter(e, at)
	if !ok {
		return nil, nil, true
	}
	var a *area
	var bounds box
	simple := at.style.clipPath.id == ""
	group := &item{opacity: 1}
	if e.name == "use" {
		ref, ok := e.href()
		if !ok {
			return nil, nil, true
		}
		id, ok := fragment(ref.Value.S)
		if !ok {
			b.refuse(ref.At, "reference outside of the file cannot be drawn", ref.Value.S)
			return nil, nil, true
		}
		v, read := b.lengths(e, at, "x", "y")
		target, found := b.find(link{id, ref.At}, shapes...)
		if !read || !found || !simple {
			if !simple {
				return refuse()
			}
			return nil, nil, true
		}
		inner := at
		inner.scope = target
		inner.matrix = inner.matrix.times(translation(v[0], v[1]))
		if !b.sane(inner.matrix) || !b.enters(target, &inner, link{id, ref.At}) || b.gone(target, inner) {
			return nil, nil, true
		}
		return b.clipShape(target, inner)
	}
	p, ok := b.outline(e, at)
	if !ok || p == nil || b.dry || at.style.hidden {
		if !simple {
			b.clip(at, group, nothing)
		}
		return nil, nil, simple
	}
	a = p.fill(at.matrix, at.style.clipEvenOdd, b.count)
	bounds = p.bounds(identity)
	piece := &item{area: a, paint: paint{color: rgba{a: 1}}, bounds: a.bounds(b.limits)}
	if simple {
		return a, piece, true
	}
	group.add(piece)
	if !b.clip(at, group, bounds) {
		return nil, nil, false
	}
	return nil, group, false
}

// mask makes a group as opaque as the mask of its element is bright (CSS Masking 1, section 6). It reports false where
// nothing is left.
func (b *builder) mask(at place, group *item, bounds box) bool {
	to := at.style.mask
	if to.id == "" {
		return true
	}
	e, ok := b.find(to, "mask")
	if !ok || !b.enters(e, &at, to) || !b.count.visit() {
		return false
	}
	if !b.deeper(&at) {
		return false
	}
	surroundings := b.ancestry(e)
	if l := max(surroundings.clipPath.at, surroundings.mask.at); l > 0 {
		b.refuse(l, "clip-path and mask of a mask cannot be drawn", b.tag(e))
		return false
	}
	regionByBox, ok1 := b.units(e, "maskUnits", true)
	contentByBox, ok2 := b.units(e, "maskContentUnits", false)
	region, ok3 := b.maskRegion(e, at, regionByBox, bounds)
	if !ok1 || !ok2 || !ok3 || (regionByBox || contentByBox) && bounds.empty() {
		return false
	}
	inner := at
	inner.style, inner.scope, inner.viewport = surroundings, nil, b.standing(e)
	if contentByBox {
		inner.matrix = inner.matrix.times(bounds.unitSquare())
	}
	if !b.sane(inner.matrix) {
		return false
	}
	content := &item{opacity: 1}
	for _, child := range e.children {
		it, _ := b.build(child, inner)
		content.add(it)
	}
	edge := region.area(at.matrix)
	content.clips = []clip{{edge}}
	content.bounds = content.bounds.Intersect(edge.bounds(b.limits))
	group.mask = &mask{content: content, alpha: surroundings.maskByAlpha}
	group.bounds = group.bounds.Intersect(content.bounds)
	return true
}

// maskRegion is the part of the plane in which a mask lets anything through, in the coordinates of at.
func (b *builder) maskRegion(e *element, at place, byBox bool, bounds box) (box, bool) {
	names := [...]string{"x", "y", "width", "height"}
	initial := [...]string{"-10%", "-10%", "120%", "120%"}
	whole := b.standing(e)
	if byBox {
		whole = viewport{1, 1}
	}
	var v [4]float64
	for i, name := range names {
		text := initial[i]
		a, has := e.attribute(name)
		if has {
			text = a.Value.S
		}
		l, ok := b.doc.length(text)
		if v[i] = l.of(whole.along(name)); !ok || i > 1 && v[i] < 0 {
			b.refuse(a.At, "value of "+name+" cannot be drawn", text)
			return nothing, false
		}
	}
	if byBox && !bounds.empty() {
		m := bounds.unitSquare()
		v[0], v[1] = float64(v[0]*m.a)+m.e, float64(v[1]*m.d)+m.f
		v[2], v[3] = float64(v[2]*m.a), float64(v[3]*m.d)
	}
	return box{v[0], v[1], v[0] + v[2], v[1] + v[3]}, v[2] > 0 && v[3] > 0
}
