package deflate

// ladder finds matches at every position: for each of some lengths, the two nearest places that agree in as many bytes.
// A parse that may choose among them loses little to one that knows all matches, and they take a fixed time to find.
type ladder struct {
	data  []byte
	shift uint // of hashes of three bytes
	both  bool // whether the farther place of a rung is worth a look
	head3 []int32
	rungs [len(rungs)]rung
}

// rungs are the lengths above the least one: close together where a byte more decides whether a match pays.
var rungs = [...]int{4, 5, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192}

// coarseRung is the length from which on there are so few matches that smaller tables do, which stay in the processor's cache.
const coarseRung = 12

// rung remembers the last two places of every hash of so many bytes. The hash is a polynomial, so that each follows from
// the one before it.
type rung struct {
	length int
	hash   uint32 // of the bytes at the position that comes next
	gone   uint32 // what the first of the bytes counts in it
	shift  uint
	places []places
}

type places struct{ last, before int32 }

const factor = 0x9e3779b1

// candidate is a match that a position offers.
type candidate struct {
	length uint16
	dist   uint16 // less one
}

func newLadder(data []byte) *ladder {
	n := tableBits(len(data))
	l := &ladder{data: data, shift: 32 - n, both: len(data) <= largeData, head3: emptyTable(n)}
	for j, length := range rungs {
		r := &l.rungs[j]
		bits := n
		if length >= coarseRung {
			bits = max(n-2, 8)
		}
		r.length, r.gone, r.places, r.shift = length, 1, make([]places, 1<<bits), 32-bits
		for k := range r.places {
			r.places[k] = places{-window, -window}
		}
		for range length {
			r.gone *= factor
		}
		for _, v := range data[:min(length, len(data))] {
			r.hash = (r.hash + uint32(v) + 1) * factor
		}
	}
	return l
}

// put remembers position i for a rung, moves on to the next one, and returns the places before it.
func (l *ladder) put(r *rung, i int) places {
	at := &r.places[r.hash>>r.shift]
	was := *at
	at.last, at.before = int32(i), was.last
	if next := i + r.length; next < len(l.data) {
		r.hash = (r.hash + uint32(l.data[next]) + 1 - (uint32(l.data[i])+1)*r.gone) * factor
	}
	return was
}

// insert remembers position i, which follows on that of the call before, and adds the matches that it offers, each longer
// than the one before it.
func (l *ladder) insert(i int, found []candidate) []candidate {
	limit := min(len(l.data)-i, maxMatch)
	if limit < rungs[0] {
		return found
	}
	best := minMatch - 1
	try := func(c int) {
		if i-c < window && l.data[c+best] == l.data[i+best] {
			if n := common(l.data, c, i, limit); n > best {
				best = n
				found = append(found, candidate{uint16(n), uint16(i - c - 1)})
			}
		}
	}
	h := hash3(l.data[i:], l.shift)
	nearest := l.head3[h]
	l.head3[h] = int32(i)
	try(int(nearest))
	for j := range l.rungs {
		r := &l.rungs[j]
		if r.length > limit {
			break
		}
		was := l.put(r, i)
		if best == limit {
			continue
		}
		if r.length > best && was.last != nearest {
			nearest = was.last
			if try(int(nearest)); best == limit {
				continue
			}
		}
		if l.both {
			try(int(was.before))
		}
	}
	return found
}

// follow remembers position i without a look for matches.
func (l *ladder) follow(i int) {
	if i+rungs[0] > len(l.data) {
		return
	}
	l.head3[hash3(l.data[i:], l.shift)] = int32(i)
	for j := range l.rungs {
		r := &l.rungs[j]
		if i+r.length > len(l.data) {
			return
		}
		l.put(r, i)
	}
}

// offers are the matches of each position of a segment.
type offers struct {
	start int
	first []uint32 // of position start+i in all
	all   []candidate
	steps int // of one pass
}

// shortPeriod is the most bytes after which a pattern repeats itself, as that of one colour does.
const shortPeriod = 8

func (l *ladder) offers(start, end int) *offers {
	o := &offers{start: start, first: make([]uint32, end-start+1), all: make([]candidate, 0, 2*(end-start))}
	for i := start; i < end; i++ {
		before := len(o.all)
		o.first[i-start] = uint32(before)
		o.all = l.insert(i, o.all)
		if len(o.all) == before {
			continue
		}
		long := o.all[len(o.all)-1]
		o.steps += min(int(long.length), shorter*(len(o.all)-before))
		if long.length < maxMatch {
			continue
		}
		// At the next positions nothing better than the longest match can be found.
		period := int(long.dist) + 1
		stop := min(i+maxMatch, end)
		if period <= shortPeriod {
			// While a pattern goes on, places a number of periods apart are alike for every rung: only the last need be remembered.
			step := maxMatch
			for step%period != 0 {
				step += maxMatch
			}
			alike := maxMatch + common(l.data, i+maxMatch-period, i+maxMatch, end-i-maxMatch)
			for ; alike >= step+2*maxMatch; alike -= step {
				for range step / maxMatch {
					for k := 1; k < maxMatch; k++ {
						o.first[i+k-start] = uint32(len(o.all))
					}
					i += maxMatch
					o.first[i-start] = uint32(len(o.all))
					o.all = append(o.all, long)
				}
			}
			stop = min(i+maxMatch, end)
		}
		for i++; i < stop; i++ {
			o.first[i-start] = uint32(len(o.all))
			l.follow(i)
		}
		i--
	}
	o.first[end-start] = uint32(len(o.all))
	return o
}
