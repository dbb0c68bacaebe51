package preview

// weight says how much of a source position a target position takes, in parts of unit.
type weight struct {
	from int
	part int64
}

const unit = 1 << 16

// weights are those of each target position when a line of length from becomes one of length to. They add up to unit.
// A line gets shorter by the average over what a target position covers, and longer by a cubic curve through the
// neighbours (Catmull and Rom), which keeps edges crisp.
func weights(from, to int) [][]weight {
	all := make([][]weight, to)
	for i := range all {
		if to <= from {
			all[i] = covered(from, to, i)
		} else {
			all[i] = curve(from, to, i)
		}
	}
	return all
}

// covered counts in source positions divided by to: the target position has the length from, a source position to.
func covered(from, to, i int) []weight {
	var w []weight
	start, end := i*from, (i+1)*from
	left := int64(unit)
	for s := start / to; s*to < end; s++ {
		part := int64(min(end, (s+1)*to)-max(start, s*to)) * unit / int64(from)
		left -= part
		w = append(w, weight{s, part})
	}
	w[len(w)/2].part += left // what rounding lost
	return w
}

func curve(from, to, i int) []weight {
	// The middle of the target position lies at this, in halves of a source position divided by to.
	at := (2*i+1)*from - to
	whole := at / (2 * to)
	if at < 0 {
		whole = -1
	}
	t := int64(at-whole*2*to) * unit / int64(2*to)
	t2 := t * t / unit
	t3 := t2 * t / unit
	parts := [4]int64{(-t + 2*t2 - t3) / 2, 0, (t + 4*t2 - 3*t3) / 2, (t3 - t2) / 2}
	parts[1] = unit - parts[0] - parts[2] - parts[3]
	w := make([]weight, 0, 4)
	for k, part := range parts {
		w = append(w, weight{min(max(whole-1+k, 0), from-1), part})
	}
	return w
}

// scale makes the picture of another size.
func (p *picture) scale(width, height int) *picture {
	if width == p.width && height == p.height {
		return p
	}
	across := newPicture(width, p.height)
	columns := weights(p.width, width)
	for y := range p.height {
		row := p.pix[y*p.width : (y+1)*p.width]
		for x, ws := range columns {
			var s sum
			for _, w := range ws {
				s.add(&row[w.from], w.part)
			}
			across.pix[y*width+x] = s.pixel()
		}
	}
	out := newPicture(width, height)
	sums := make([]sum, width)
	for y, ws := range weights(p.height, height) {
		clear(sums)
		for _, w := range ws {
			row := across.pix[w.from*width : (w.from+1)*width]
			for x := range row {
				sums[x].add(&row[x], w.part)
			}
		}
		for x := range sums {
			out.pix[y*width+x] = sums[x].pixel()
		}
	}
	return out
}

// sum is a weighted sum of pixels. The cubic curve may lead out of what a pixel can be.
type sum [4]int64

func (s *sum) add(p *pixel, part int64) {
	s[0] += part * int64(p[0])
	s[1] += part * int64(p[1])
	s[2] += part * int64(p[2])
	s[3] += part * int64(p[3])
}

func (s *sum) pixel() (out pixel) {
	limit := int64(full)
	for i := 3; i >= 0; i-- {
		v := min(max((s[i]+unit/2)/unit, 0), limit)
		out[i] = uint32(v)
		if i == 3 {
			limit = v // no more light than opacity
		}
	}
	return out
}

// fit scales the picture to the largest size within a box that keeps its shape, but to no more than most times its size.
func (p *picture) fit(width, height, most int) *picture {
	width, height = min(width, p.width*most), min(height, p.height*most)
	if p.width*height > width*p.height {
		height = max((2*p.height*width+p.width)/(2*p.width), 1)
	} else {
		width = max((2*p.width*height+p.height)/(2*p.height), 1)
	}
	return p.scale(width, height)
}
