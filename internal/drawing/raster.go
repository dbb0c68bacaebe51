package drawing

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// subrow is the number of steps in y that a row of pixels has. Ends of edges are put on them, so that edges that meet
// still meet, in whole numbers.
const subrow = 256

// edge is a side of an area, from its upper to its lower end.
type edge struct {
	y0, y1 int32   // in steps
	x0     float64 // where y is y0, in pixels
	slope  float64 // pixels in x a step in y
	down   int32   // +1 or -1: the direction in which the contour goes
	owner  int32   // the area
}

func (e *edge) at(y float64) float64 { return e.x0 + float64(e.slope*(y-float64(e.y0))) }

// crossing is an edge within one strip between two heights that it passes from top to bottom.
type crossing struct {
	top, middle, bottom float64
	down, owner         int32
	at                  int32 // in the strip, before it is in order
}

// raster finds out how much of each pixel lies in the union of areas. The rows of pixels are cut into strips wherever an
// edge begins or ends. Within a strip no edge does, so the order of edges gives the winding number, and the trapezoids
// between them the exact cover. Only where edges cross is it inexact, so strips with crossings are cut further.
type raster struct {
	clip     image.Rectangle
	areas    []*area
	edges    []edge // by y0
	count    *meter
	active   []int32
	strip    []crossing
	winding  []int32
	cover    []float64 // of one row: the sum up to a pixel is its cover
	from, to int       // the pixels of cover that are not zero
	line     []uint8
	breaks   []int32
}

// rasterize calls row for every row of pixels within clip that the union of the areas touches, with the cover, 0 to 255,
// of the pixels from x on.
func rasterize(clip image.Rectangle, count *meter, row func(x, y int, cover []uint8), areas ...*area) {
	if clip.Empty() || count.err != nil {
		return
	}
	r := &raster{clip: clip, areas: areas, count: count, winding: make([]int32, len(areas))}
	for i, a := range areas {
		r.add(a, int32(i))
	}
	if len(r.edges) == 0 {
		return
	}
	slices.SortFunc(r.edges, func(a, b edge) int { return cmp.Compare(a.y0, b.y0) })
	r.cover = make([]float64, clip.Dx()+2)
	r.line = make([]uint8, clip.Dx())
	next := 0
	for y := max(clip.Min.Y, int(r.edges[0].y0)/subrow); y < clip.Max.Y && count.err == nil; y++ {
		top, bottom := int32(y*subrow), int32((y+1)*subrow)
		for next < len(r.edges) && r.edges[next].y0 < bottom {
			r.active = append(r.active, int32(next))
			next++
		}
		if len(r.active) == 0 {
			if next == len(r.edges) {
				return
			}
			continue
		}
		r.from, r.to = len(r.cover), 0
		r.row(top, bottom)
		r.flush(y, row)
		r.active = slices.DeleteFunc(r.active, func(i int32) bool { return r.edges[i].y1 <= bottom })
	}
}

// add cuts the sides of an area to the height of the clip.
func (r *raster) add(a *area, owner int32) {
	top, bottom := float64(r.clip.Min.Y), float64(r.clip.Max.Y)
	step := func(y float64) int32 { return int32(math.Round(float64(y * subrow))) }
	from := 0
	for _, end := range a.ends {
		last := a.points[end-1]
		for _, p := range a.points[from:end] {
			q, w, down := last, p, int32(1)
			last = p
			if q.y > w.y {
				q, w, down = w, q, -1
			}
			if w.y <= top || q.y >= bottom {
				continue
			}
			slope := (w.x - q.x) / (w.y - q.y)
			if q.y < top {
				q = point{q.x + float64(slope*(top-q.y)), top}
			}
			if w.y > bottom {
				w = point{w.x + float64(slope*(bottom-w.y)), bottom}
			}
			y0, y1 := step(q.y), step(w.y)
			if y0 == y1 {
				continue
			}
			r.edges = append(r.edges, edge{y0: y0, y1: y1, x0: q.x, slope: (w.x - q.x) / float64(y1-y0), down: down, owner: owner})
		}
		from = end
	}
}

// maxBreaks is how many strips, of their own heights, a row of pixels may have. Rows of more get this many equal ones.
const maxBreaks = 24

func (r *raster) row(top, bottom int32) {
	r.breaks = append(r.breaks[:0], top, bottom)
	for _, i := range r.active {
		e := &r.edges[i]
		if e.y0 > top {
			r.breaks = append(r.breaks, e.y0)
		}
		if e.y1 < bottom {
			r.breaks = append(r.breaks, e.y1)
		}
	}
	if len(r.breaks) > 2 {
		slices.Sort(r.breaks)
		r.breaks = slices.Compact(r.breaks)
	}
	if len(r.breaks) > maxBreaks {
		r.breaks = r.breaks[:0]
		for y := top; y <= bottom; y += subrow / 16 {
			r.breaks = append(r.breaks, y)
		}
	}
	for i := 1; i < len(r.breaks) && r.count.err == nil; i++ {
		r.sweep(float64(r.breaks[i-1]), float64(r.breaks[i]), 0)
	}
}

// sweep adds the cover of the strip between two heights.
func (r *raster) sweep(top, bottom float64, depth int) {
	r.count.effort(float64(8 + 8*len(r.active)))
	middle := (top + bottom) / 2
	s := r.strip[:0]
	for _, i := range r.active {
		e := &r.edges[i]
		if float64(e.y0) > middle || float64(e.y1) <= middle {
			continue
		}
		c := crossing{middle: e.at(middle), down: e.down, owner: e.owner}
		if float64(e.y0) <= top && float64(e.y1) >= bottom {
			c.top, c.bottom = e.at(top), e.at(bottom)
		} else {
			c.top, c.bottom = c.middle, c.middle
		}
		s = append(s, c)
	}
	r.strip = s
	order(s, r.count)
	if depth < 2 && bottom-top > subrow/16 && crossed(s) {
		h := (bottom - top) / 4
		for i := range 4 {
			r.sweep(top+float64(h*float64(i)), top+float64(h*float64(i+1)), depth+1)
		}
		return
	}
	clear(r.winding)
	height := (bottom - top) / subrow
	within := 0
	for i := range s {
		c := &s[i]
		a := r.areas[c.owner]
		before := r.winding[c.owner]
		after := before + c.down
		r.winding[c.owner] = after
		was, is := before != 0, after != 0
		if a.evenOdd {
			was, is = before&1 != 0, after&1 != 0
		}
		switch {
		case is && !was:
			if within == 0 {
				r.trapezoid(c.top, c.bottom, height)
			}
			within++
		case was && !is:
			within--
			if within == 0 {
				r.trapezoid(c.top, c.bottom, -height)
			}
		}
	}
}

// order sorts by the middle; the strips of a row are nearly in order already.
func order(s []crossing, count *meter) {
	if len(s) > 64 {
		count.effort(float64(30 * len(s)))
		for i := range s {
			s[i].at = int32(i)
		}
		slices.SortFunc(s, func(a, b crossing) int {
			switch {
			case a.middle < b.middle:
				return -1
			case a.middle > b.middle:
				return 1
			}
			return int(a.at - b.at)
		})
		return
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		j := i
		for ; j > 0 && s[j-1].middle > c.middle; j-- {
			s[j] = s[j-1]
		}
		s[j] = c
	}
}

// crossed reports whether edges that lie in order in the middle do not at the top or bottom.
func crossed(s []crossing) bool {
	const slack = 1.0 / 64
	for i := 1; i < len(s); i++ {
		if s[i-1].top > s[i].top+slack || s[i-1].bottom > s[i].bottom+slack {
			return true
		}
	}
	return false
}

// trapezoid adds what lies to the right of an edge that passes a strip of the given height, a part of a pixel, from x
// to w. What lies beyond the clip is put on its border.
func (r *raster) trapezoid(x, w, height float64) {
	x, w = x-float64(r.clip.Min.X), w-float64(r.clip.Min.X)
	if x > w {
		x, w = w, x
	}
	limit := float64(r.clip.Dx())
	switch {
	case x >= limit:
		return
	case w <= 0:
		r.put(0, height)
		return
	}
	if x < 0 {
		part := float64(height * (-x / (w - x)))
		r.put(0, part)
		x, height = 0, height-part
	}
	if w > limit {
		height = float64(height * ((limit - x) / (w - x)))
		w = limit
	}
	first := math.Floor(x)
	i := int(first)
	if w <= first+1 {
		beyond := float64(height * ((x+w)/2 - first))
		r.put(i, height-beyond)
		r.put(i+1, beyond)
		return
	}
	// The cover of each pixel follows from that of the triangle up to its right border.
	each := height / (w - x)
	done, before := 0.0, 0.0
	r.count.effort(float64(3 * (w - x)))
	for left := first; left < w; left++ {
		end := min(left+1, w)
		start := max(left, x)
		// Within the pixel the edge passes this much height, and covers what lies right of it.
		passed := float64(each * (end - start))
		covered := before + float64(passed*(left+1-(start+end)/2))
		r.put(i, covered-done)
		before += passed
		done = covered
		i++
	}
	r.put(i, height-done)
}

func (r *raster) put(i int, v float64) {
	r.cover[i] += v
	r.from, r.to = min(r.from, i), max(r.to, i+1)
}

// flush hands out a row and clears it.
func (r *raster) flush(y int, row func(x, y int, cover []uint8)) {
	width := r.clip.Dx()
	if r.from >= width {
		clear(r.cover[min(r.from, len(r.cover)):max(r.from, r.to)])
		return
	}
	sum := 0.0
	line := r.line[r.from:min(r.to, width)]
	level := uint8(0)
	for i := range line {
		if d := r.cover[r.from+i]; d != 0 {
			sum += d
			level = uint8(float64(min(max(sum, 0), 1)*255) + 0.5)
		}
		line[i] = level
	}
	clear(r.cover[r.from:r.to])
	if level > 0 && r.to < width {
		// The right border of what is covered lies beyond the clip.
		line = r.line[r.from:width]
		for i := r.to; i < width; i++ {
			r.line[i] = level
		}
	}
	row(r.clip.Min.X+r.from, y, line)
	r.count.effort(float64(len(line)))
}
