package deflate

// How many equal parts of a sequence of tokens are looked at when blocks are cut out of it.
const (
	fine       = 192
	coarse     = 24
	leastPiece = 256 // tokens
)

// split cuts the tokens of data[start:end] into pieces and joins neighbours for as long as one block for both is likely to
// be smaller than two.
func split(tokens []token, start, end, pieces int) []block {
	step := max(leastPiece, (len(tokens)+pieces-1)/pieces)
	type piece struct {
		histogram
		first, last int // of tokens
		bits        int
		joined      int // bits of it and the next piece in one block
	}
	var all []piece
	for first := 0; first < len(tokens) || first == 0; first += step {
		p := piece{first: first, last: min(first+step, len(tokens))}
		p.add(tokens[p.first:p.last])
		p.litlen[endBlock] = 1
		p.bits = p.entropy()
		all = append(all, p)
	}
	join := func(i int) {
		h := all[i].histogram
		h.join(&all[i+1].histogram)
		h.litlen[endBlock] = 1
		all[i].joined = h.entropy()
	}
	for i := range len(all) - 1 {
		join(i)
	}
	for len(all) > 1 {
		best, gain := -1, -1
		for i := range len(all) - 1 {
			if g := all[i].bits + all[i+1].bits - all[i].joined; g > gain {
				best, gain = i, g
			}
		}
		if best < 0 {
			break
		}
		p := &all[best]
		p.join(&all[best+1].histogram)
		p.litlen[endBlock] = 1
		p.last, p.bits = all[best+1].last, p.joined
		all = append(all[:best+1], all[best+2:]...)
		if best > 0 {
			join(best - 1)
		}
		if best+1 < len(all) {
			join(best)
		}
	}

	blocks := make([]block, 0, len(all))
	for _, p := range all {
		part := tokens[p.first:p.last]
		size := 0
		for _, t := range part {
			size += t.size()
		}
		b := block{start: start, end: start + size, tokens: part, counts: p.histogram}
		blocks = append(blocks, b)
		start += size
	}
	blocks[len(blocks)-1].end = end
	return blocks
}

// entropy is about what a block takes in bits: what its symbols tell, and its header.
func (h *histogram) entropy() int {
	const (
		header  = 57 // of a dynamic block, without the codes
		perCode = 5
	)
	bits := header * logUnit
	for _, counts := range [][]uint32{h.litlen[:], h.dist[:]} {
		sum := uint32(0)
		for _, n := range counts {
			if n > 0 {
				sum += n
				bits += perCode*logUnit - int(n)*int(Log2(n))
			}
		}
		if sum > 0 {
			bits += int(sum) * int(Log2(sum))
		}
	}
	return bits/logUnit + h.extra()
}
