package deflate

// largeData is more bytes than are worth the whole search.
const largeData = 1 << 20

// passes is how often the parse of so many bytes is made anew: the fewer there are, the more they are worth.
func passes(size int) int {
	switch {
	case size <= 1<<16:
		return 6
	case size <= largeData:
		return 2
	}
	return 1
}

// workLimit bounds the steps of all passes over one segment, so that data which offers many long matches takes no more
// time than other data. A step is one length at one position.
const workLimit = 80_000_000

// shorter is how many of the shortest and of the longest lengths of a long match may be chosen.
const shorter = 16

// optimal makes blocks of data[start:end]. tokens are a first parse of it.
func (l *ladder) optimal(tokens []token, start, end int) []block {
	if end == start {
		return []block{newBlock(nil, start, end)}
	}
	o := l.offers(start, end)
	n := passes(len(l.data))
	if o.steps > 0 {
		n = max(1, min(n, workLimit/o.steps))
	}
	p := newPath(end - start)
	rounds := []int{(n + 1) / 2, n / 2}
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
			p.improve(&blocks[i], o, l.data, n)
			tokens = append(tokens, blocks[i].tokens...)
			size += blocks[i].bits()
		}
		if best == nil || size < fewest {
			best, fewest = blocks, size
		}
	}
	return best
}

// path is the cheapest way through a block: for each position its cost in the upper half, and in the lower one the token
// that leads to it.
type path []uint64

func newPath(n int) path { return make(path, n+1) }

// improve makes the parse of a block anew under the costs of its last parse, a number of times, and keeps the best.
func (p path) improve(b *block, o *offers, data []byte, passes int) {
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
func (p path) parse(start, end int, o *offers, data []byte, c *costs) []token {
	n := end - start
	way := p[:n+1]
	for i := range way {
		way[i] = 1<<64 - 1
	}
	way[0] = 0
	var literals [256]uint64 // costs and tokens, as they stand in a way
	for v, cost := range c.literal {
		literals[v] = uint64(cost)<<32 | uint64(literal(byte(v)))
	}
	var lengths [maxMatch + 1]uint64
	for length := minMatch; length <= maxMatch; length++ {
		lengths[length] = uint64(c.length[length])<<32 | uint64(match(length, 1))
	}
	first := o.first[start-o.start:]
	for i := range n {
		at := way[i] &^ (1<<32 - 1)
		way[i+1] = min(way[i+1], at+literals[data[start+i]])
		offered := o.all[first[i]:first[i+1]]
		if len(offered) == 0 {
			continue
		}
		length := minMatch
		for _, m := range offered {
			code, _ := distanceCode(int(m.dist) + 1)
			base := at + uint64(c.dist[code])<<32 + uint64(m.dist)
			longest := min(int(m.length), n-i)
			if longest == maxMatch && length == minMatch {
				length = maxMatch // of a run, only all of it
			}
			if longest < length {
				break
			}
			if longest-length > 2*shorter {
				way.offer(i, base, lengths[length:length+shorter], length)
				length = longest - shorter + 1
			}
			way.offer(i, base, lengths[length:longest+1], length)
			length = longest + 1
		}
	}

	count := 0
	for i := n; i > 0; i -= token(way[i]).size() {
		count++
	}
	tokens := make([]token, count)
	for i := n; i > 0; i -= token(way[i]).size() {
		count--
		tokens[count] = token(way[i])
	}
	return tokens
}

// offer takes matches at a position for where they lead to, as far as nothing cheaper leads there.
func (p path) offer(at int, base uint64, lengths []uint64, from int) {
	reached := p[at+from:][:len(lengths)]
	for k, price := range lengths {
		reached[k] = min(reached[k], base+price)
	}
}
