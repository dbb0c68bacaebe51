package drawing

import "math"

// dash cuts contours into the dashes of a pen. A closed contour that begins and ends within dashes has one dash there.
func dash(contours []contour, by pen, count *meter) []contour {
	total := 0.0
	for _, d := range by.dashes {
		total += d
	}
	scale := by.scale
	if total == 0 || scale == 0 {
		return contours
	}
	start := math.Mod(by.offset, total)
	if start < 0 {
		start += total
	}
	first := 0
	// A dash without length at the very start is a dot, not to be passed over.
	for d := by.dashes[first]; start > d || start == d && d != 0; d = by.dashes[first] {
		start -= d
		first = (first + 1) % len(by.dashes)
	}
	var out []contour
	for _, c := range contours {
		d := dasher{pen: by, index: first, left: float64((by.dashes[first] - start) * scale), count: count}
		out = append(out, d.cut(c)...)
		if count.err != nil {
			return nil
		}
	}
	return out
}

// length is how long a path is, in its own units: by chords half a unit away, as browsers measure it, whatever half a
// unit is in pixels.
func (p *path) length(count *meter) float64 {
	sum := 0.0
	for _, c := range p.contours(1, 1, measured, count) {
		sum += c.vertices[len(c.vertices)-1].way
	}
	return sum
}

type dasher struct {
	pen
	index int     // of the dash or, where odd, of the gap
	left  float64 // how much of it is left
	count *meter
	out   []contour
	now   []vertex
}

func (d *dasher) drawn() bool { return d.index%2 == 0 }

// next goes on to the next dash or gap, at a place on the contour.
func (d *dasher) next(at vertex) {
	d.count.segments(1)
	if d.drawn() {
		d.finish()
	}
	d.index = (d.index + 1) % len(d.dashes)
	d.left = float64(d.dashes[d.index] * d.scale)
	if d.drawn() {
		at.in, at.cusp = at.out, false
		d.now = append(d.now, at)
	}
}

func (d *dasher) finish() {
	if len(d.now) == 0 {
		return
	}
	d.out = append(d.out, contour{vertices: d.now})
	d.now = nil
}

func (d *dasher) cut(c contour) []contour {
	v := c.vertices
	if len(v) < 2 {
		return nil
	}
	begins := d.drawn()
	if begins {
		start := v[0]
		start.in = start.out
		d.now = append(d.now, start)
	}
	for i := 1; i < len(v) && d.count.err == nil; i++ {
		from, to := v[i-1], v[i]
		whole := to.way - from.way
		done := 0.0
		for whole-done >= d.left && d.count.err == nil {
			done += d.left
			t := 1.0
			if done < whole {
				t = done / whole
			} else if i == len(v)-1 && !d.drawn() {
				// No dash begins where the contour ends.
				break
			}
			way, ok := from.out.lerp(to.in, t).unit()
			if !ok {
				way = from.out
			}
			at := vertex{at: from.at.lerp(to.at, t), in: way, out: way, smooth: true}
			if d.drawn() {
				d.now = append(d.now, at)
			}
			d.next(at)
		}
		d.left = max(0, d.left-(whole-done))
		if d.drawn() && d.count.err == nil {
			d.now = append(d.now, to)
		}
	}
	ends := d.drawn()
	d.finish()
	if c.closed && begins && ends && len(d.out) > 1 {
		// One dash goes through the place where the contour closes.
		last := len(d.out) - 1
		head, tail := d.out[0].vertices, d.out[last].vertices
		seam := tail[len(tail)-1]
		seam.out, seam.smooth = head[0].out, false
		joined := append(append(tail[:len(tail)-1:len(tail)-1], seam), head[1:]...)
		d.out = append(d.out[1:last:last], contour{vertices: joined})
	} else if c.closed && begins && ends && len(d.out) == 1 && len(d.out[0].vertices) == len(v) {
		d.out[0].closed, d.out[0].vertices[0].in = true, v[0].in
	}
	return d.out
}
