package drawing

import (
	"image"
	"math"
	"slices"
)

// item is something to paint: a shape, or a group of items. All places are in pixels.
type item struct {
	bounds image.Rectangle // nothing is painted outside

	// A shape.
	area  *area
	paint paint

	// A group.
	items   []*item
	clips   []clip
	opacity float64
	mask    *mask
	cutter  *item // what clips the group as a whole, by its alpha; nil for none
}

// clip is the union of areas; everything that is painted within is cut to it by itself, as browsers do.
type clip []*area

// mask is what makes a group as opaque as the mask is bright.
type mask struct {
	content *item
	alpha   bool // opaque as the mask is opaque
}

// pixelBox is the smallest rectangle of whole pixels around b, within limits.
func pixelBox(b box, limits image.Rectangle) image.Rectangle {
	if b.empty() || limits.Empty() {
		return image.Rectangle{}
	}
	// Beyond these numbers conversion to whole ones is not the same everywhere.
	whole := func(v float64) int { return int(min(max(v, -MaxSide), 2*MaxSide)) }
	return image.Rect(whole(math.Floor(b.x0)), whole(math.Floor(b.y0)), whole(math.Ceil(b.x1)), whole(math.Ceil(b.y1))).Intersect(limits)
}

func (a *area) bounds(limits image.Rectangle) image.Rectangle {
	b := nothing
	for _, p := range a.points {
		b = b.add(p)
	}
	return pixelBox(b, limits)
}

// rectangle reports whether the area is a rectangle of whole pixels.
func (a *area) rectangle() (image.Rectangle, bool) {
	if len(a.points) != 4 || len(a.ends) != 1 {
		return image.Rectangle{}, false
	}
	b := nothing
	for _, p := range a.points {
		b = b.add(p)
	}
	for i, p := range a.points {
		q := a.points[(i+1)%4]
		if p.x != q.x && p.y != q.y || p.x != b.x0 && p.x != b.x1 || p.y != b.y0 && p.y != b.y1 {
			return image.Rectangle{}, false
		}
	}
	for _, v := range [...]float64{b.x0, b.y0, b.x1, b.y1} {
		if v != math.Trunc(v) || math.Abs(v) > 2*MaxSide {
			return image.Rectangle{}, false
		}
	}
	return image.Rect(int(b.x0), int(b.y0), int(b.x1), int(b.y1)), !b.empty()
}

// view is where painting shows: within a rectangle and, where there is a shade, as far as that is opaque.
type view struct {
	image.Rectangle
	shade *shade
}

// painter paints items. It keeps count of the memory of the layers and shades that are in use at once.
type painter struct {
	count *meter
	live  int
	limit int
	row   []ink
}

// hold takes memory for n bytes and reports whether there is enough.
func (p *painter) hold(n int) bool {
	p.count.effort(float64(n) / 2)
	if p.live += n; p.live > p.limit {
		p.count.fail("bytes of layers", int64(p.limit))
	}
	return p.count.err == nil
}

func (p *painter) paint(it *item, dst *layer, v view) {
	if p.count.err == nil {
		p.count.err = p.count.ctx.Err()
	}
	v.Rectangle = v.Intersect(it.bounds)
	if v.Empty() || p.count.err != nil {
		return
	}
	if it.area != nil {
		p.shape(it, dst, v)
		return
	}
	before := p.live
	defer func() { p.live = before }()
	if it.opacity == 1 && it.mask == nil && it.cutter == nil {
		p.group(it, dst, v)
		return
	}
	if !p.hold(4 * v.Dx() * v.Dy()) {
		return
	}
	l := newLayer(v.Rectangle)
	p.group(it, l, view{Rectangle: v.Rectangle})
	if it.mask != nil {
		p.keep(l, it.mask.content, it.mask.alpha)
	}
	if it.cutter != nil {
		p.keep(l, it.cutter, true)
	}
	p.compose(l, dst, v, it.opacity)
}

// group paints the items of a group, cut to its clips.
func (p *painter) group(it *item, dst *layer, v view) {
	for _, c := range it.clips {
		var ok bool
		if v, ok = p.cut(v, c); !ok {
			return
		}
	}
	for _, child := range it.items {
		p.paint(child, dst, v)
	}
}

// cut is what of a view lies within a clip.
func (p *painter) cut(v view, c clip) (view, bool) {
	if len(c) == 1 {
		if r, ok := c[0].rectangle(); ok {
			v.Rectangle = v.Intersect(r)
			return v, !v.Empty()
		}
	}
	around := image.Rectangle{}
	for _, a := range c {
		around = around.Union(a.bounds(v.Rectangle))
	}
	v.Rectangle = around
	if v.Empty() || !p.hold(v.Dx()*v.Dy()) {
		return v, false
	}
	s := newShade(v.Rectangle)
	rasterize(v.Rectangle, p.count, func(x, y int, cover []uint8) {
		line := s.span(x, x+len(cover), y)
		copy(line, cover)
		if v.shade != nil {
			dim(line, v.shade.span(x, x+len(cover), y))
		}
	}, c...)
	v.shade = s
	return v, p.count.err == nil
}

// dim makes a line less opaque by another.
func dim(line, by []uint8) {
	for i, c := range line {
		if c != 0 && by[i] != 255 {
			line[i] = uint8(part(uint32(c), uint32(by[i])))
		}
	}
}

func (p *painter) shape(it *item, dst *layer, v view) {
	ink := it.paint.color.ink()
	rasterize(v.Rectangle, p.count, func(x, y int, cover []uint8) {
		if v.shade != nil {
			dim(cover, v.shade.span(x, x+len(cover), y))
		}
		// Rows of far-away shapes are mostly empty.
		for len(cover) > 0 && cover[0] == 0 {
			cover, x = cover[1:], x+1
		}
		for len(cover) > 0 && cover[len(cover)-1] == 0 {
			cover = cover[:len(cover)-1]
		}
		if len(cover) == 0 {
			return
		}
		line := dst.span(x, x+len(cover), y)
		if it.paint.gradient == nil {
			if ink.a < 1<<inkBits || v.shade != nil {
				p.count.effort(float64(4 * len(cover)))
			}
			ink.over(line, cover)
			return
		}
		p.count.effort(float64(20 * len(cover)))
		p.row = slices.Grow(p.row[:0], len(cover))[:len(cover)]
		it.paint.gradient.shade(p.row, x, y, it.paint.opacity)
		overEach(line, p.row, cover)
	}, it.area)
}

// keep makes a layer as opaque as a content is opaque or bright. Brightness is what browsers take for it: weights of
// linear light on colours that are not linear, which must not be mended here alone.
func (p *painter) keep(l *layer, content *item, byAlpha bool) {
	before := p.live
	defer func() { p.live = before }()
	if !p.hold(len(l.pix)) {
		return
	}
	m := newLayer(l.Rectangle)
	p.paint(content, m, view{Rectangle: l.Rectangle})
	p.count.effort(float64(len(l.pix)))
	for i := 0; i < len(l.pix); i += 4 {
		d, s := l.pix[i:i+4:i+4], m.pix[i:i+4:i+4]
		k := uint32(s[3])
		if !byAlpha {
			k = (uint32(s[0])*13933 + uint32(s[1])*46871 + uint32(s[2])*4732 + 1<<15) >> 16
		}
		for j := range d {
			d[j] = uint8(part(uint32(d[j]), k))
		}
	}
}

// compose paints a layer over another.
func (p *painter) compose(l, dst *layer, v view, opacity float64) {
	p.count.effort(float64(len(l.pix)))
	k := uint8(float64(opacity*255) + 0.5)
	cover := make([]uint8, l.Dx())
	for y := l.Min.Y; y < l.Max.Y; y++ {
		for i := range cover {
			cover[i] = k
		}
		if v.shade != nil {
			dim(cover, v.shade.span(l.Min.X, l.Max.X, y))
		}
		overPixels(dst.span(l.Min.X, l.Max.X, y), l.span(l.Min.X, l.Max.X, y), cover)
	}
}
