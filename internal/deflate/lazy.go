package deflate

import (
	"encoding/binary"
	"math/bits"
)

// lazy finds matches by chains of positions with the same hash of four bytes, and the last position with the same three.
type lazy struct {
	data  []byte
	shift uint // of hashes
	mask  int  // of positions in the window
	head4 []int32
	head3 []int32
	prev  []int32
}

// newLazy takes the data, or room for data to come.
func newLazy(data []byte) *lazy {
	n := tableBits(cap(data))
	l := &lazy{data: data, shift: 32 - n, mask: 1<<n - 1}
	l.head4, l.head3, l.prev = emptyTable(n), emptyTable(n), make([]int32, 1<<n)
	return l
}

// tableBits is the logarithm of the size of tables for n bytes: as large as the window, or as little data needs.
func tableBits(n int) uint { return uint(min(max(bits.Len(uint(n)), 8), 15)) }

func emptyTable(n uint) []int32 {
	table := make([]int32, 1<<n)
	for i := range table {
		table[i] = -window
	}
	return table
}

func hash4(b []byte, shift uint) uint32 { return binary.LittleEndian.Uint32(b) * 0x9e3779b1 >> shift }

func hash3(b []byte, shift uint) uint32 {
	return (uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16) * 0x9e3779b1 >> shift
}

func (l *lazy) insert(i int) {
	if i+4 > len(l.data) {
		return
	}
	h := hash4(l.data[i:], l.shift)
	l.prev[i&l.mask] = l.head4[h]
	l.head4[h] = int32(i)
	l.head3[hash3(l.data[i:], l.shift)] = int32(i)
}

// common is the number of bytes, at most limit, that two places have in common.
func common(data []byte, a, b, limit int) int {
	n := 0
	for n+8 <= limit {
		x := binary.LittleEndian.Uint64(data[a+n:]) ^ binary.LittleEndian.Uint64(data[b+n:])
		if x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
		n += 8
	}
	for n < limit && data[a+n] == data[b+n] {
		n++
	}
	return n
}

// find looks for a match at i that is longer than best, at no more than depth places.
func (l *lazy) find(i, best, depth int) (length, distance int) {
	limit := min(len(l.data)-i, maxMatch)
	if limit < 4 || best >= limit {
		return 0, 0
	}
	length = max(best, minMatch-1)
	if c := int(l.head3[hash3(l.data[i:], l.shift)]); length < minMatch && i-c < 4096 {
		if n := common(l.data, c, i, limit); n >= minMatch {
			length, distance = n, i-c
		}
	}
	for c := int(l.head4[hash4(l.data[i:], l.shift)]); i-c < window && depth > 0; depth-- {
		if length == limit {
			break
		}
		if l.data[c+length] == l.data[i+length] {
			if n := common(l.data, c, i, limit); n > length {
				length, distance = n, i-c
			}
		}
		before := int(l.prev[c&l.mask])
		if before >= c {
			break
		}
		c = before
	}
	if distance == 0 {
		return 0, 0
	}
	return length, distance
}

// parse makes tokens of all data: a match waits for one byte, whether a longer one begins there, unless it has good bytes.
func (l *lazy) parse(depth, good int) []token {
	var tokens []token
	n := len(l.data)
	held, heldDist := 0, 0 // the match at i-1 that waits
	literals := l.literals()
	for i := 0; i < n; {
		tries := depth
		if held >= 8 {
			tries /= 4
		}
		length, distance := l.find(i, held, tries)
		l.insert(i)
		if length > 0 && length <= doubtful && !pays(l.data[i:i+length], distance, &literals) {
			length = 0
		}
		switch {
		case held > 0 && length <= held:
			tokens = append(tokens, match(held, heldDist))
			for end := i - 1 + held; i+1 < end; {
				i++
				l.insert(i)
			}
			held = 0
			i++
			continue
		case held > 0:
			tokens = append(tokens, literal(l.data[i-1]))
		}
		switch {
		case length >= good:
			tokens = append(tokens, match(length, distance))
			for end := i + length; i+1 < end; {
				i++
				l.insert(i)
			}
			held = 0
		case length > 0:
			held, heldDist = length, distance
		default:
			held = 0
			tokens = append(tokens, literal(l.data[i]))
		}
		i++
	}
	return tokens // no match waits: the last three bytes have none
}

// literals are about what bytes cost as literals. Bytes that repeat the one before do not count: matches are for those.
func (l *lazy) literals() (costs [256]uint32) {
	var counts [256]uint32
	last := -1
	for _, v := range l.data {
		if int(v) != last {
			counts[v]++
		}
		last = int(v)
	}
	prices(counts[:], costs[:])
	for i, c := range costs {
		costs[i] = max(c, logUnit)
	}
	return costs
}

const (
	doubtful  = 8            // bytes of a match that may cost more than literals
	matchCost = 12 * logUnit // of a match, without the extra bits of its distance
)

// pays reports whether a match costs less than its bytes would.
func pays(bytes []byte, distance int, literals *[256]uint32) bool {
	sum := uint32(0)
	for _, v := range bytes {
		sum += literals[v]
	}
	_, extra := distanceCode(distance)
	return sum >= matchCost+uint32(extra)*logUnit
}
