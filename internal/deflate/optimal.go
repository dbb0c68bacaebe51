package deflate

// maxPasses bounds how often the parse of a block is made anew.
const maxPasses = 6

// workLimit bounds the steps of all passes over one segment, so that data which offers many long matches takes no more
// time than other data. A step is one length at one position.
const workLimit = 80_000_000

// offers are the matches of each position of a segment.
type offers struct {
	start int
	first []uint32 // of position start+i in all
	all   []candidate
	steps int // of one pass
}

func (t *trees) offers(start, end int) *offers {
	o := &offers{start: start, first: make([]uint32, end-start+1), all: make([]candidate, 0, 2*(end-start))}
	for i := start; i < end; i++ {
		before := len(o.all)
		o.first[i-start] = uint32(before)
		t.insert(i, &o.all)
		if len(o.all) == before {
			continue
		}
		longest := int(o.all[len(o.all)-1].length)
		o.steps += longest
		if longest == maxMatch {
			// In a long run nothing better than the longest match can be found at the next positions.
			for skip := min(maxMatch-1, end-1-i); skip > 0; skip-- {
				i++
				o.first[i-start] = uint32(len(o.all))
				t.insert(i, nil)
			}
		}
	}
	o.first[end-start] = uint32(len(o.all))
	return o
}

// optimal makes blocks of data[start:end]. tokens are a first parse of it.
func (t *trees) optimal(tokens []token, start, end int) []block {
	if end == start {
		return []block{newBlock(nil, start, end)}
	}
	o := t.offers(start, end)
	passes := maxPasses
	if o.steps > 0 {
		passes = max(1, min(passes, workLimit/o.steps))
	}
	p := newPath(end - start)
	rounds := []int{(passes + 1) / 2, passes / 2}
	var best []block
	fewest := 0
	for _, n := range rounds {
		if n == 0 {
			break
		}
		blocks := split(tokens, start, end, fine)
		tokens = nil
		size := 0
		for i := range blocks {
			p.improve(&blocks[i], o, t.data, n)
			tokens = append(tokens, blocks[i].tokens...)
			size += blocks[i].bits()
		}
		if best == nil || size < fewest {
			best, fewest = blocks, size
		}
	}
	return best
}

// path is the cheapest way through a block: the costs of its positions and the tokens that lead to them.
type path struct {
	cost []uint32
	by   []token
}

func newPath(n int) *path { return &path{make([]uint32, n+1), make([]token, n+1)} }

// improve makes the parse of a block anew under the costs of its last parse, a number of times, and keeps the best.
func (p *path) improve(b *block, o *offers, data []byte, passes int) {
	var best block
	stats := b.counts
	for pass := range passes {
		var c costs
		c.learn(&stats)
		next := newBlock(p.parse(b.start, b.end, o, data, &c), b.start, b.end)
		if pass == 0 || next.bits() < best.bits() {
			best = next
			stats = next.counts
			continue
		}
		if pass+1 == passes || next.counts == stats {
			break
		}
		// The parse turns in a circle: half of the way often leads out of it.
		for i := range stats.litlen {
			stats.litlen[i] = (stats.litlen[i] + next.counts.litlen[i] + 1) / 2
		}
		for i := range stats.dist {
			stats.dist[i] = (stats.dist[i] + next.counts.dist[i] + 1) / 2
		}
	}
	*b = best
}

// costs are what symbols cost, with their extra bits, in 256ths of a bit.
type costs struct {
	literal [256]uint32
	length  [maxMatch + 1]uint32
	dist    [distances]uint32
}

func (c *costs) learn(h *histogram) {
	var litlen [litlens]uint32
	prices(h.litlen[:], litlen[:])
	prices(h.dist[:], c.dist[:])
	copy(c.literal[:], litlen[:256])
	for l := minMatch; l <= maxMatch; l++ {
		c.length[l] = litlen[257+int(lengthCode[l])] + uint32(lengthBits[l])*logUnit
	}
	for code := 4; code < distances; code++ {
		c.dist[code] += uint32(code/2-1) * logUnit
	}
}

// prices are the entropies of symbols: what a code with parts of bits would take.
func prices(counts, out []uint32) {
	sum := uint32(0)
	for _, n := range counts {
		sum += n
	}
	total := Log2(max(sum, 1))
	for s, n := range counts {
		if n == 0 {
			out[s] = total + logUnit
		} else {
			out[s] = total - Log2(n)
		}
	}
}

// parse finds the cheapest tokens for data[start:end].
func (p *path) parse(start, end int, o *offers, data []byte, c *costs) []token {
	n := end - start
	cost, by := p.cost[:n+1], p.by[:n+1]
	for i := range cost {
		cost[i] = 1<<32 - 1
	}
	cost[0] = 0
	first := o.first[start-o.start:]
	for i := range n {
		at := cost[i]
		if v := at + c.literal[data[start+i]]; v < cost[i+1] {
			cost[i+1], by[i+1] = v, literal(data[start+i])
		}
		offered := o.all[first[i]:first[i+1]]
		if len(offered) == 0 {
			continue
		}
		length := minMatch
		for _, m := range offered {
			code, _ := distanceCode(int(m.dist) + 1)
			base := at + c.dist[code]
			longest := min(int(m.length), n-i)
			if longest == maxMatch && length == minMatch {
				length = maxMatch // of a run, only all of it
			}
			if longest < length {
				break
			}
			reached, by := cost[i+length:i+longest+1], by[i+length:i+longest+1]
			prices := c.length[length : longest+1]
			t := match(length, int(m.dist)+1)
			for k := range reached {
				if v := base + prices[k]; v < reached[k] {
					reached[k], by[k] = v, t
				}
				t += 1 << 16
			}
			length = longest + 1
		}
	}

	count := 0
	for i := n; i > 0; i -= by[i].size() {
		count++
	}
	tokens := make([]token, count)
	for i := n; i > 0; i -= by[i].size() {
		count--
		tokens[count] = by[i]
	}
	return tokens
}
