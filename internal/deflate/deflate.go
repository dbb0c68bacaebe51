// Package deflate packs bytes into zlib streams (RFC 1950, RFC 1951) that are as small as a bounded effort makes them.
// It is for bytes that are packed once and copied often. Any inflater reads the result.
//
// The effort goes into choosing: several matches are found for every position, their sequence is the cheapest path under
// the costs that the sequence before it led to, and blocks end where their codes would no longer fit. All of it is integer
// arithmetic without a clock, so that the same bytes come out on every machine and with every release of Go.
package deflate

import (
	"encoding/binary"
	"hash/adler32"
)

// Effort says how much work goes into a stream. The bytes depend on it, and on nothing but it and the data.
type Effort int

// The efforts, by the time that they take.
const (
	Quick Effort = iota // one pass with lazy matching: about as small as level 9 of compress/flate
	Best                // optimal parsing: about five times slower, and six per cent smaller for pictures
)

const (
	minMatch  = 3
	maxMatch  = 258
	window    = 1 << 15
	endBlock  = 256
	litlens   = 286
	distances = 30
)

// segment bounds what optimal parsing remembers of the data at once, in bytes of data. Costs of it fit 32 bits: at most 20
// bits a byte, in 256ths.
const segment = 1 << 19

// Zlib returns the data as a zlib stream.
func Zlib(data []byte, effort Effort) []byte { return NewDraft(data).Zlib(effort) }

// Draft is data that is packed quickly, and may be packed better from there.
type Draft struct {
	data   []byte
	tokens []token
	blocks []block
}

// NewDraft packs the data with the effort Quick.
func NewDraft(data []byte) *Draft {
	tokens := newLazy(data).parse(64, maxMatch)
	return &Draft{data, tokens, split(tokens, 0, len(data), fine)}
}

// Size is the length of the stream with the effort Quick, to within a few bytes.
func (d *Draft) Size() int { return 6 + (total(d.blocks)+7)/8 }

// Zlib returns the data as a zlib stream.
func (d *Draft) Zlib(effort Effort) []byte {
	blocks := d.blocks
	if effort == Best {
		blocks = d.improve()
	}
	out := []byte{0x78, 0xda} // deflate with a window of 32 KiB; the most effort; header divisible by 31
	w := writer{out: out}
	for i := range blocks {
		w.block(&blocks[i], d.data, i == len(blocks)-1)
	}
	w.flush()
	return binary.BigEndian.AppendUint32(w.out, adler32.Checksum(d.data))
}

// Size is the length of Zlib(data, Quick), or close to it, at half the price.
func Size(data []byte) int {
	return 6 + (total(split(newLazy(data).parse(24, 64), 0, len(data), coarse))+7)/8
}

// improve makes blocks by optimal parsing. There is always one.
func (d *Draft) improve() []block {
	finder := newLadder(d.data)
	first := d.tokens
	var blocks []block
	for start := 0; start < len(d.data) || start == 0; start += segment {
		end := min(start+segment, len(d.data))
		var part []token
		part, first = cut(first, end-start)
		blocks = append(blocks, finder.optimal(part, start, end)...)
		if end == len(d.data) {
			break
		}
	}
	// Where there is nothing to choose, the ends of segments cost more than the better parse saves.
	if total(d.blocks) <= total(blocks) {
		return d.blocks
	}
	return blocks
}

// total is the size of blocks in bits.
func total(blocks []block) int {
	n := 0
	for i := range blocks {
		n += blocks[i].bits()
	}
	return n
}

// cut takes tokens for n bytes from the front. A match that reaches beyond them is shared out; what is left of it that
// is too short for a match is left out, as these tokens serve as a first guess only. The rest may thus stand for a few
// bytes less than follow.
func cut(tokens []token, n int) (front, rest []token) {
	for i, t := range tokens {
		size := t.size()
		if size < n {
			n -= size
			continue
		}
		front = append(front, tokens[:i]...)
		rest = tokens[i+1:]
		if size == n {
			return append(front, t), rest
		}
		if left := size - n; left >= minMatch {
			rest = append([]token{match(left, t.dist())}, rest...)
		}
		return front, rest
	}
	return tokens, nil
}

// token is a literal byte, or a match: its length in the upper half, its distance less one in the lower.
type token uint32

func literal(b byte) token             { return token(b) }
func match(length, distance int) token { return token(length<<16 | (distance - 1)) }

func (t token) isMatch() bool { return t >= 1<<16 }
func (t token) length() int   { return int(t >> 16) }
func (t token) dist() int     { return int(t&0xffff) + 1 }

// size is the number of bytes that a token stands for.
func (t token) size() int {
	if t.isMatch() {
		return t.length()
	}
	return 1
}
