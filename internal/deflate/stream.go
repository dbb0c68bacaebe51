package deflate

// Stream weighs what data would add to a packed stream, given all that stands in it already. It is for choosing, among
// several forms of the next part, the one that packs best: the weight is an estimate, by simple parsing and the symbols
// that were frequent so far.
type Stream struct {
	lazy   lazy
	counts histogram
	costs  costs
	undo   []insertion
}

// insertion is what one position overwrote.
type insertion struct {
	hash4, hash3   uint32
	before4, prev4 int32
	before3        int32
	at             int32
}

// NewStream returns an empty stream for n bytes. Of more than that it forgets what lies far back.
func NewStream(n int) *Stream {
	s := &Stream{lazy: *newLazy(make([]byte, 0, n))}
	for i := range s.counts.litlen {
		s.counts.litlen[i] = 1
	}
	for i := range s.counts.dist {
		s.counts.dist[i] = 1
	}
	s.costs.learn(&s.counts)
	return s
}

// Weigh estimates what the part would add, in 256ths of a bit. The stream stays as it is.
func (s *Stream) Weigh(part []byte) int {
	n := len(s.lazy.data)
	s.undo = s.undo[:0]
	weight := s.parse(part, true)
	l := &s.lazy
	for i := len(s.undo) - 1; i >= 0; i-- {
		u := s.undo[i]
		l.head4[u.hash4], l.head3[u.hash3], l.prev[u.at] = u.before4, u.before3, u.prev4
	}
	l.data = l.data[:n]
	return weight
}

// Add puts the part at the end of the stream.
func (s *Stream) Add(part []byte) {
	s.parse(part, false)
	s.costs.learn(&s.counts)
	sum := uint32(0)
	for _, n := range s.counts.litlen {
		sum += n
	}
	if sum > 1<<13 {
		for i, n := range s.counts.litlen {
			s.counts.litlen[i] = n - n/4
		}
		for i, n := range s.counts.dist {
			s.counts.dist[i] = n - n/4
		}
	}
}

// parse takes the longest match at each place among a few. Where it only tries, it notes what to undo; else it counts.
func (s *Stream) parse(part []byte, try bool) int {
	l := &s.lazy
	i := len(l.data)
	l.data = append(l.data, part...)
	weight := 0
	for n := len(l.data); i < n; {
		size, distance := l.find(i, 0, 6)
		if size == 0 {
			size = 1
			weight += int(s.costs.literal[l.data[i]])
			if !try {
				s.counts.litlen[l.data[i]]++
			}
		} else {
			code, _ := distanceCode(distance)
			weight += int(s.costs.length[size] + s.costs.dist[code])
			if !try {
				s.counts.litlen[257+int(lengthCode[size])]++
				s.counts.dist[code]++
			}
		}
		for end := i + size; i < end; i++ {
			if try && i+4 <= n {
				u := insertion{hash4: hash4(l.data[i:], l.shift), hash3: hash3(l.data[i:], l.shift), at: int32(i & l.mask)}
				u.before4, u.before3, u.prev4 = l.head4[u.hash4], l.head3[u.hash3], l.prev[u.at]
				s.undo = append(s.undo, u)
			}
			l.insert(i)
		}
	}
	return weight
}
