package drawing

// arguments is how many numbers each command of path data takes.
var arguments = map[byte]int{
	'm': 2, 'l': 2, 'h': 1, 'v': 1, 'c': 6, 's': 4, 'q': 4, 't': 2, 'a': 7, 'z': 0,
}

// pathData reads the attribute d (SVG 2, section 9.3). A browser draws up to the first mistake; here the mistake is told
// by its offset.
func pathData(data string) (p *path, at int, ok bool) {
	r := dataReader{scanner: scanner{s: data}, path: &path{}}
	r.blanks()
	for !r.done() {
		if !r.command() {
			return nil, r.at, false
		}
		r.blanks()
	}
	return r.path, r.at, true
}

type dataReader struct {
	scanner
	path    *path
	now     point // the current point
	first   point // of the contour
	open    bool  // whether a contour has begun
	handle  point // the last control point
	handled byte  // the kind of curve that the control point belongs to: 'c', 'q' or 0
}

// command reads a letter and all numbers up to the next letter.
func (r *dataReader) command() bool {
	letter := r.peek()
	lower := letter | 0x20
	count, known := arguments[lower]
	if !known || letter < 'A' || len(r.path.verbs) == 0 && lower != 'm' {
		return false
	}
	r.at++
	if lower == 'z' {
		if r.open {
			r.path.close()
		}
		r.now, r.open, r.handled = r.first, false, 0
		return true
	}
	for round := 0; ; round++ {
		if round == 0 {
			r.blanks()
		} else {
			from := r.at
			comma := r.separator()
			if c := r.peek(); !comma && !isDigit(c) && c != '.' && c != '-' && c != '+' {
				r.at = from
				return true
			}
		}
		var v [7]float64
		for i := range count {
			if i > 0 {
				r.separator()
			}
			var ok bool
			if lower == 'a' && (i == 3 || i == 4) {
				v[i], ok = r.flag()
			} else {
				v[i], ok = r.number()
			}
			if !ok {
				return false
			}
		}
		r.draw(lower, letter == lower, round, v)
	}
}

// flag reads one digit: flags of arcs need no separator after them.
func (r *dataReader) flag() (float64, bool) {
	switch r.peek() {
	case '0':
		r.at++
		return 0, true
	case '1':
		r.at++
		return 1, true
	}
	return 0, false
}

func (r *dataReader) draw(command byte, relative bool, round int, v [7]float64) {
	base := point{}
	if relative {
		base = r.now
	}
	at := func(i int) point { return base.plus(point{v[i], v[i+1]}) }
	if command == 'm' && round == 0 {
		r.now = at(0)
		r.first, r.open, r.handled = r.now, true, 0
		r.path.move(r.now)
		return
	}
	if !r.open {
		// After a closed contour the next one begins where that began.
		r.path.move(r.first)
		r.open = true
	}
	from := r.now
	kind := byte(0)
	switch command {
	case 'm', 'l':
		r.now = at(0)
		r.path.line(r.now)
	case 'h':
		r.now.x = base.x + v[0]
		r.path.line(r.now)
	case 'v':
		r.now.y = base.y + v[0]
		r.path.line(r.now)
	case 'c', 's':
		kind = 'c'
		c := r.reflected(kind)
		if command == 'c' {
			c = at(0)
			r.handle, r.now = at(2), at(4)
		} else {
			r.handle, r.now = at(0), at(2)
		}
		r.path.curve(c, r.handle, r.now)
	case 'q', 't':
		kind = 'q'
		if command == 'q' {
			r.handle, r.now = at(0), at(2)
		} else {
			r.handle, r.now = r.reflected(kind), at(0)
		}
		r.path.quadratic(from, r.handle, r.now)
	case 'a':
		r.now = at(5)
		r.path.arc(from, v[0], v[1], v[2], v[3] == 1, v[4] == 1, r.now)
	}
	r.handled = kind
}

// reflected is the control point of a smooth curve.
func (r *dataReader) reflected(kind byte) point {
	if r.handled != kind {
		return r.now
	}
	return r.now.times(2).minus(r.handle)
}
