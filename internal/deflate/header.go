package deflate

// header is the packed lengths of a dynamic block's codes (RFC 1951, section 3.2.7).
type header struct {
	litlens, dists, lengths int // how many of each are written
	symbols                 [litlens + distances]lengthSymbol
	n                       int // of symbols
	code                    [19]uint8
	bits                    int
}

// lengthSymbol is a length of a code, 0 to 15, or a repetition, 16 to 18, with its extra bits.
type lengthSymbol struct{ symbol, extra uint8 }

// lengthOrder is the order in which the lengths of the code of lengths are written.
var lengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// repeatBits are the extra bits of the symbols 16 to 18.
var repeatBits = [3]uint8{2, 3, 7}

// choose takes the repetitions that make the header shortest: each of the three kinds may cost more than it saves.
func (h *header) choose(litlen, dist []uint8) {
	var all [litlens + distances]uint8
	n := h.trim(litlen, dist, &all)
	best, fewest := uint(0), 0
	for kinds := uint(0); kinds < 8; kinds++ {
		if h.pack(all[:n], kinds); fewest == 0 || h.bits < fewest {
			best, fewest = kinds, h.bits
		}
	}
	h.pack(all[:n], best)
}

// trim leaves out the zeros at the end of both lists and joins them.
func (h *header) trim(litlen, dist []uint8, all *[litlens + distances]uint8) int {
	h.litlens, h.dists = len(litlen), len(dist)
	for h.litlens > 257 && litlen[h.litlens-1] == 0 {
		h.litlens--
	}
	for h.dists > 1 && dist[h.dists-1] == 0 {
		h.dists--
	}
	n := copy(all[:], litlen[:h.litlens])
	return n + copy(all[n:], dist[:h.dists])
}

// pack writes the lengths with the kinds of repetition whose bit is set: 1 for symbol 16, 2 for 17, 4 for 18.
func (h *header) pack(lengths []uint8, kinds uint) {
	h.n = 0
	for i := 0; i < len(lengths); {
		l := lengths[i]
		run := 1
		for i+run < len(lengths) && lengths[i+run] == l {
			run++
		}
		i += run
		if l == 0 {
			for kinds&4 != 0 && run >= 11 {
				run = h.repeat(18, 11, min(run, 138), run)
			}
			for kinds&2 != 0 && run >= 3 {
				run = h.repeat(17, 3, min(run, 10), run)
			}
		} else if kinds&1 != 0 && run >= 4 {
			run--
			h.put(l, 0)
			for run >= 3 {
				take := min(run, 6)
				if run == 7 || run == 8 {
					take = run - 3 - run%7%2 // 7 is 4 and 3, 8 is 4 and 4
				}
				run = h.repeat(16, 3, take, run)
			}
		}
		for range run {
			h.put(l, 0)
		}
	}
	var counts [19]uint32
	for _, s := range h.symbols[:h.n] {
		counts[s.symbol]++
	}
	codeLengths(counts[:], 7, h.code[:])
	h.lengths = 19
	for h.lengths > 4 && h.code[lengthOrder[h.lengths-1]] == 0 {
		h.lengths--
	}
	h.bits = 14 + 3*h.lengths
	for s, count := range counts {
		h.bits += int(count) * int(h.code[s])
		if s >= 16 {
			h.bits += int(count) * int(repeatBits[s-16])
		}
	}
}

func (h *header) put(symbol, extra uint8) {
	h.symbols[h.n] = lengthSymbol{symbol, extra}
	h.n++
}

func (h *header) repeat(symbol uint8, least, take, run int) (left int) {
	h.put(symbol, uint8(take-least))
	return run - take
}
