package deflate

// histogram counts the symbols of a block.
type histogram struct {
	litlen [litlens]uint32
	dist   [distances]uint32
}

func (h *histogram) add(tokens []token) {
	for _, t := range tokens {
		if !t.isMatch() {
			h.litlen[t]++
			continue
		}
		h.litlen[257+int(lengthCode[t.length()])]++
		code, _ := distanceCode(t.dist())
		h.dist[code]++
	}
}

func (h *histogram) join(o *histogram) {
	for i, n := range o.litlen {
		h.litlen[i] += n
	}
	for i, n := range o.dist {
		h.dist[i] += n
	}
}

// extra is the number of extra bits of all lengths and distances.
func (h *histogram) extra() int {
	n := 0
	for code, base := range lengthBase {
		n += int(h.litlen[257+code]) * int(lengthBits[base])
	}
	for code := 4; code < distances; code++ {
		n += int(h.dist[code]) * (code/2 - 1)
	}
	return n
}

// form is how a block is written (RFC 1951, section 3.2.3).
type form uint8

const (
	stored form = iota
	fixed
	dynamic
)

// block is a part of the data and how it is packed.
type block struct {
	start, end int // in the data
	tokens     []token
	counts     histogram // of the tokens and one end of block
	size       int       // in bits; 0 where it is not known
	form       form
	code       code
}

func newBlock(tokens []token, start, end int) block {
	b := block{start: start, end: end, tokens: tokens}
	b.counts.add(tokens)
	b.counts.litlen[endBlock] = 1
	return b
}

// bits is the size of the block, by the form that makes it smallest. The padding of a stored block counts as the most
// that it can be.
func (b *block) bits() int {
	if b.size > 0 {
		return b.size
	}
	b.code.fit(&b.counts)
	b.form, b.size = dynamic, 3+b.code.headerBits()+b.code.bodyBits(&b.counts)
	if n := 3 + fixedCode.bodyBits(&b.counts); n <= b.size {
		b.form, b.size = fixed, n
	}
	length := b.end - b.start
	if n := 8*length + 42*max((length+0xfffe)/0xffff, 1); n <= b.size {
		b.form, b.size = stored, n
	}
	return b.size
}

// code is a pair of prefix codes, as lengths of their codes.
type code struct {
	litlen [litlens]uint8
	dist   [distances]uint8
	header header
}

var fixedCode = func() (c code) {
	for i := range c.litlen {
		switch {
		case i < 144:
			c.litlen[i] = 8
		case i < 256:
			c.litlen[i] = 9
		case i < 280:
			c.litlen[i] = 7
		default:
			c.litlen[i] = 8
		}
	}
	for i := range c.dist {
		c.dist[i] = 5
	}
	return c
}()

// fit makes the code for a histogram: the optimal one, or one for smoothed counts where its shorter header pays.
func (c *code) fit(h *histogram) {
	codeLengths(h.litlen[:], 15, c.litlen[:])
	codeLengths(h.dist[:], 15, c.dist[:])
	c.header.choose(c.litlen[:], c.dist[:])

	smooth := *h
	even(smooth.litlen[:])
	even(smooth.dist[:])
	var other code
	codeLengths(smooth.litlen[:], 15, other.litlen[:])
	codeLengths(smooth.dist[:], 15, other.dist[:])
	other.header.choose(other.litlen[:], other.dist[:])
	if other.headerBits()+other.bodyBits(h) < c.headerBits()+c.bodyBits(h) {
		*c = other
	}
}

func (c *code) bodyBits(h *histogram) int {
	n := h.extra()
	for s, count := range h.litlen {
		n += int(count) * int(c.litlen[s])
	}
	for s, count := range h.dist {
		n += int(count) * int(c.dist[s])
	}
	return n
}

func (c *code) headerBits() int { return c.header.bits }

// even levels neighbouring counts that are nearly alike, so that their codes get one length and the header, which packs
// runs of lengths, gets shorter.
func even(counts []uint32) {
	n := len(counts)
	for n > 0 && counts[n-1] == 0 {
		n--
	}
	counts = counts[:n]
	for start := 0; start < n; {
		sum, end := counts[start], start+1
		for ; end < n; end++ {
			mean := sum / uint32(end-start)
			near := max(mean/4, 2)
			if d := counts[end]; d == 0 != (counts[start] == 0) || d > mean+near || d+near < mean {
				break
			}
			sum += counts[end]
		}
		if run := uint32(end - start); run >= 4 && sum > 0 {
			for i := start; i < end; i++ {
				counts[i] = max((sum+run/2)/run, 1)
			}
		}
		start = end
	}
}
