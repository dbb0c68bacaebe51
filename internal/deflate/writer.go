package deflate

import "encoding/binary"

// writer puts bits together, the lowest first.
type writer struct {
	out  []byte
	bits uint64
	n    uint // of bits
}

func (w *writer) put(value uint64, n uint) {
	w.bits |= value << w.n
	w.n += n
	if w.n >= 32 {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(w.bits))
		w.bits >>= 32
		w.n -= 32
	}
}

// flush fills the last byte.
func (w *writer) flush() {
	for w.n > 0 {
		w.out = append(w.out, byte(w.bits))
		w.bits >>= 8
		w.n -= min(w.n, 8)
	}
}

func (w *writer) block(b *block, data []byte, last bool) {
	final := uint64(0)
	if last {
		final = 1
	}
	b.bits()
	switch b.form {
	case stored:
		w.stored(data[b.start:b.end], final)
	case fixed:
		w.put(final|1<<1, 3)
		w.body(b, &fixedCode)
	default:
		w.put(final|2<<1, 3)
		w.header(&b.code.header)
		w.body(b, &b.code)
	}
}

func (w *writer) stored(data []byte, final uint64) {
	for {
		n := min(len(data), 0xffff)
		if n < len(data) {
			w.put(0, 3)
		} else {
			w.put(final, 3)
		}
		w.flush()
		w.out = binary.LittleEndian.AppendUint16(w.out, uint16(n))
		w.out = binary.LittleEndian.AppendUint16(w.out, ^uint16(n))
		w.out = append(w.out, data[:n]...)
		if data = data[n:]; len(data) == 0 {
			return
		}
	}
}

func (w *writer) header(h *header) {
	w.put(uint64(h.litlens-257), 5)
	w.put(uint64(h.dists-1), 5)
	w.put(uint64(h.lengths-4), 4)
	for _, s := range lengthOrder[:h.lengths] {
		w.put(uint64(h.code[s]), 3)
	}
	var code [19]uint16
	codes(h.code[:], code[:])
	for _, s := range h.symbols[:h.n] {
		w.put(uint64(code[s.symbol]), uint(h.code[s.symbol]))
		if s.symbol >= 16 {
			w.put(uint64(s.extra), uint(repeatBits[s.symbol-16]))
		}
	}
}

func (w *writer) body(b *block, c *code) {
	var litlen [litlens + 2]uint16 // the fixed code counts two symbols that never occur
	var dist [distances + 2]uint16
	lengths := [litlens + 2]uint8{}
	copy(lengths[:], c.litlen[:])
	if c == &fixedCode {
		lengths[litlens], lengths[litlens+1] = 8, 8
	}
	codes(lengths[:], litlen[:])
	codes(c.dist[:], dist[:])
	for _, t := range b.tokens {
		if !t.isMatch() {
			w.put(uint64(litlen[t]), uint(c.litlen[t]))
			continue
		}
		length := t.length()
		s := int(lengthCode[length])
		w.put(uint64(litlen[257+s]), uint(c.litlen[257+s]))
		w.put(uint64(length-int(lengthBase[s])), uint(lengthBits[length]))
		code, extra := distanceCode(t.dist())
		w.put(uint64(dist[code]), uint(c.dist[code]))
		w.put(uint64(t.dist()-1)&(1<<extra-1), extra)
	}
	w.put(uint64(litlen[endBlock]), uint(c.litlen[endBlock]))
}
