package drawing

import (
	"cmp"
	"context"
	"errors"
	"image"
	"slices"

	"blazon/internal/markup"
)

// builder walks through a document as it is drawn, uses followed, and makes the items to paint. It goes on after a
// refusal, so that all are found.
type builder struct {
	reports
	doc    *document
	count  *meter
	limits image.Rectangle
	fitted bool                  // whether the root has a viewBox
	dry    bool                  // only refusals are wanted: no item is made
	read   map[int]bool          // declarations that do not count and have been looked at, by offset
	ramps  map[*element]ramp     // of gradients
	styles map[*element]*style   // of elements that are drawn for others, where they stand
	around viewport              // of what stands in the root
	within map[*element]viewport // of what stands in an inner svg
}

// place is what an element inherits from where it is drawn.
type place struct {
	style    *style
	matrix   matrix // from the element's surroundings to pixels
	viewport viewport
	scope    *element   // the element that the innermost use draws, nil outside of uses
	chain    []*element // the elements that are being referred to, to find circles
	depth    int
}

func newBuilder(ctx context.Context, svg []byte, width, height int) (*builder, *Refusal) {
	area := float64(width * height)
	b := &builder{
		read:   make(map[int]bool),
		ramps:  make(map[*element]ramp),
		styles: make(map[*element]*style),
		within: make(map[*element]viewport),
		count:  &meter{ctx: ctx, budget: maxEffort + float64(64*area)},
		limits: image.Rect(0, 0, width, height),
	}
	doc, err := parse(svg, &b.reports)
	if err != nil {
		r := &Refusal{What: err.Error()}
		if syntax := (*markup.SyntaxError)(nil); errors.As(err, &syntax) {
			r = &Refusal{Line: syntax.Line, Col: syntax.Col, What: syntax.Reason}
		}
		return nil, r
	}
	b.doc = doc
	return b, nil
}

// refusals are the reports in file order.
func (b *builder) refusals() []Refusal {
	slices.SortStableFunc(b.list, func(x, y report) int { return cmp.Compare(x.at, y.at) })
	var out []Refusal
	at, line, col := 0, 1, 1
	for _, r := range b.list {
		// Counted from where the last one was: a file may have many on a long line.
		l, c := markup.Position(b.doc.src[at:r.at], r.at-at)
		if l > 1 {
			line, col = line+l-1, c
		} else {
			col += c - 1
		}
		at = r.at
		out = append(out, Refusal{Line: line, Col: col, What: r.what, Found: r.found})
	}
	return out
}

// element is the source of a start tag, for a message.
func (b *builder) tag(e *element) string { return b.doc.src[e.at:e.end] }

// document builds the whole drawing.
func (b *builder) document() *item {
	root := b.doc.root
	if root == nil || len(b.list) > 0 && root.name != "svg" {
		return nil
	}
	size := viewport{float64(b.limits.Dx()), float64(b.limits.Dy())}
	at := place{style: initial(), matrix: identity, viewport: size}
	f, ok := b.readFrame(root)
	if b.fitted = f.fitted; !ok {
		return nil
	}
	if !f.fitted {
		// An image without a viewBox is as large as it says and is scaled to the size that is wanted.
		size, ok := b.rootSize(root)
		if !ok {
			return nil
		}
		f = frame{box: box{0, 0, size.width, size.height}, fitted: true, none: true}
	}
	if b.gone(root, at) {
		b.refuse(root.at, "svg that is not displayed cannot be drawn", b.tag(root))
		return nil
	}
	it, _ := b.container(root, at, func(inner *place) *area {
		m, v := f.into(size)
		inner.matrix, inner.viewport = inner.matrix.times(m), v
		b.around = v
		return nil
	})
	return it
}

// rootSize is the size that a root without viewBox says it has. One that says none is not drawn: what its lengths mean
// would hang on the size of the picture.
func (b *builder) rootSize(root *element) (viewport, bool) {
	sides := [2]float64{}
	for i, name := range [...]string{"width", "height"} {
		a, ok := root.attribute(name)
		if !ok {
			break
		}
		l, ok := b.doc.length(a.Value.S)
		if !ok || l.value < minViewBox || l.value > maxViewBox {
			b.refuse(a.At, "value of "+name+" cannot be drawn", a.Value.S)
			return viewport{}, false
		}
		if !l.percent {
			sides[i] = l.value
		}
	}
	if sides[0] == 0 || sides[1] == 0 {
		b.refuse(root.at, "svg has neither a viewBox nor both width and height", b.tag(root))
		return viewport{}, false
	}
	return viewport{sides[0], sides[1]}, true
}

// gone reports whether an element is not displayed. It is asked before anything else is looked at: what is not
// displayed may be whatever it is.
func (b *builder) gone(e *element, at place) bool {
	for _, d := range b.cascade(e, at.scope) {
		if d.property == "display" && lower(d.value) == "none" {
			return true
		}
	}
	return false
}

// silent are the elements that draw nothing where they stand.
var silent = words(`title desc metadata defs style linearGradient radialGradient stop clipPath mask symbol filter pattern
	marker view cursor font font-face color-profile solidColor hatch meshgradient`)

// build makes the item of an element and says what box its shapes have in its surroundings. Both are empty where it
// draws nothing.
func (b *builder) build(e *element, at place) (*item, box) {
	if !b.count.visit() || silent[e.name] || never[e.name] {
		return nil, nothing
	}
	if !b.deeper(&at) {
		return nil, nothing
	}
	if b.gone(e, at) {
		return nil, nothing
	}
	for _, name := range [...]string{"systemLanguage", "requiredExtensions"} {
		if a, ok := e.attribute(name); ok {
			b.refuse(a.At, "attribute "+name+" cannot be drawn", a.Value.S)
			return nil, nothing
		}
	}
	switch e.name {
	case "g", "a":
		return b.container(e, at, nil)
	case "svg":
		return b.inner(e, at)
	case "use":
		return b.use(e, at)
	case "path", "rect", "circle", "ellipse", "line", "polyline", "polygon":
		return b.shape(e, at)
	case "text":
		if e.blank() {
			return nil, nothing
		}
	}
	b.refuse(e.at, "element "+e.name+" cannot be drawn", b.tag(e))
	return nil, nothing
}

// deeper goes into an element and reports whether that is allowed.
func (b *builder) deeper(at *place) bool {
	if at.depth++; at.depth > maxNesting {
		b.count.fail("elements within each other, each use of one counted", maxNesting)
	}
	return b.count.err == nil
}

// blank reports whether an element of text has none, and so draws nothing.
func (e *element) blank() bool {
	for _, t := range e.text {
		if trim(t.S) != "" {
			return false
		}
	}
	for _, child := range e.children {
		if child.name != "tspan" && child.name != "title" && child.name != "desc" || child.name == "tspan" && !child.blank() {
			return false
		}
	}
	return true
}

// enter computes the style of an element and goes into its coordinates.
func (b *builder) enter(e *element, at place) (place, bool) {
	at.style = b.compute(e, at.scope, at.style)
	if e.name == "svg" || e.name == "symbol" {
		// In which coordinates they are browsers do not agree with the standard.
		if l := max(at.style.clipPath.at, at.style.mask.at); l > 0 {
			b.refuse(l, "clip-path or mask of "+e.name+" cannot be drawn", b.tag(e))
		}
	}
	if a, ok := e.attribute("transform"); ok {
		if e.name == "svg" || e.name == "symbol" {
			b.refuse(a.At, "transform of "+e.name+" cannot be drawn", a.Value.S)
			return at, false
		}
		m, bad, ok := transform(a.Value.S)
		if !ok {
			b.refuse(a.Value.Offset(min(bad, max(0, len(a.Value.S)-1))), "transform cannot be drawn", a.Value.S)
			return at, false
		}
		at.matrix = at.matrix.times(m)
		if !b.sane(at.matrix) {
			return at, false
		}
	}
	return at, true
}

// container builds an element that holds others. Inside, where given, goes from the coordinates of the element into
// those of its contents, and returns what these are cut to, if anything.
func (b *builder) container(e *element, at place, inside func(*place) *area) (*item, box) {
	outer := at
	at, ok := b.enter(e, at)
	if !ok {
		return nil, nothing
	}
	inner := at
	group := &item{opacity: 1}
	var edge *area
	if inside != nil {
		edge = inside(&inner)
	}
	if !b.sane(inner.matrix) {
		return nil, nothing
	}
	bounds := nothing
	for _, child := range e.children {
		it, within := b.build(child, inner)
		group.add(it)
		bounds = bounds.union(within)
	}
	if edge != nil {
		group.clips = append(group.clips, clip{edge})
		group.bounds = group.bounds.Intersect(edge.bounds(b.limits))
	}
	return b.finish(e, at, group, bounds.through(relative(at, inner)), outer)
}

// sane reports whether a matrix keeps to numbers of which differences still say something.
func (b *builder) sane(m matrix) bool {
	if !m.finite() {
		b.count.fail("pixels from the picture", maxCoordinate)
	}
	return b.count.err == nil
}

// relative is the matrix from the coordinates of one place to those of another around it.
func relative(outer, inner place) matrix {
	if outer.matrix == inner.matrix {
		return identity
	}
	back, ok := outer.matrix.inverse()
	if !ok {
		return matrix{}
	}
	return back.times(inner.matrix)
}

// add puts an item into a group.
func (it *item) add(child *item) {
	if child == nil || child.bounds.Empty() {
		return
	}
	it.items = append(it.items, child)
	it.bounds = it.bounds.Union(child.bounds)
}

// finish gives a group the opacity, clip path and mask of its element, whose contents have the given box in its
// coordinates, and returns that box in the surroundings.
func (b *builder) finish(e *element, at place, group *item, bounds box, outer place) (*item, box) {
	group.opacity = at.style.opacity
	ok := b.clip(at, group, bounds)
	ok = b.mask(at, group, bounds) && ok
	around := bounds.through(relative(outer, at))
	if !ok || len(group.items) == 0 || group.opacity == 0 || group.bounds.Empty() {
		return nil, around
	}
	if len(group.items) == 1 && len(group.clips) == 0 && group.mask == nil && group.cutter == nil {
		return fade(group.items[0], group), around
	}
	return group, around
}

// fade gives the opacity of a group of one to the one, where that makes no difference.
func fade(one, group *item) *item {
	switch {
	case group.opacity == 1:
		return one
	case one.area != nil:
		faded := *one
		faded.paint.color.a = float64(faded.paint.color.a * group.opacity)
		faded.paint.opacity = float64(faded.paint.opacity * group.opacity)
		return &faded
	}
	return group
}
