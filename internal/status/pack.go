package status

import (
	"encoding/binary"
	"math/bits"
)

// pack is a deflate stream of data (RFC 1951) that never changes: what it makes is signed, and a list that is packed in
// another way would have to be signed again by whoever has the key. So it is as plain as can be. The codes are the fixed
// ones, and the only copies are those of the byte before, of which a list of few revocations is made. Where that is no
// shorter than the data, these are stored as they are.
func pack(data []byte) []byte {
	w := &bitWriter{out: make([]byte, 0, len(data)/4)}
	w.bits(0b011, 3) // the last block, of fixed codes
	for i := 0; i < len(data); {
		w.literal(data[i])
		run := 1
		for i+run < len(data) && data[i+run] == data[i] {
			run++
		}
		i++
		for left := run - 1; left > 0; {
			n := min(left, longest)
			if rest := left - n; rest > 0 && rest < shortest {
				n = left - shortest // so that the rest is long enough for a copy
			}
			if n < shortest {
				break
			}
			w.copy(n)
			left -= n
			i += n
		}
	}
	w.symbol(256) // the end
	out := w.flush()
	if len(out) > len(data) {
		return stored(data)
	}
	return out
}

// The lengths of copies (RFC 1951 §3.2.5).
const (
	shortest = 3
	longest  = 258
)

// bitWriter writes from the lowest bit on.
type bitWriter struct {
	out  []byte
	held uint64
	n    uint
}

func (w *bitWriter) bits(v uint32, n uint) {
	w.held |= uint64(v) << w.n
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.held))
		w.held >>= 8
	}
}

func (w *bitWriter) flush() []byte {
	if w.n > 0 {
		w.out = append(w.out, byte(w.held))
	}
	return w.out
}

// code writes a code, whose highest bit comes first.
func (w *bitWriter) code(v uint16, n uint) { w.bits(uint32(bits.Reverse16(v)>>(16-n)), n) }

// symbol writes a literal or a length by the fixed codes (RFC 1951 §3.2.6).
func (w *bitWriter) symbol(s int) {
	switch {
	case s < 144:
		w.code(uint16(0x30+s), 8)
	case s < 256:
		w.code(uint16(0x190+s-144), 9)
	case s < 280:
		w.code(uint16(s-256), 7)
	default:
		w.code(uint16(0xc0+s-280), 8)
	}
}

func (w *bitWriter) literal(b byte) { w.symbol(int(b)) }

// copy writes n more of the byte before. From 11 on, four symbols share a number of further bits (RFC 1951 §3.2.5).
func (w *bitWriter) copy(n int) {
	switch {
	case n == longest:
		w.symbol(285)
	case n < 11:
		w.symbol(257 + n - shortest)
	default:
		extra := uint(bits.Len(uint(n-shortest))) - 3
		w.symbol(257 + 4*int(extra) + (n-shortest)>>extra)
		w.bits(uint32(n-shortest)&(1<<extra-1), extra)
	}
	w.code(0, 5) // one byte back
}

// stored is data in blocks that are not compressed (RFC 1951 §3.2.4).
func stored(data []byte) []byte {
	const most = 0xffff
	var out []byte
	for len(data) > 0 {
		n := min(len(data), most)
		last := byte(0)
		if n == len(data) {
			last = 1
		}
		out = append(out, last)
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		out = binary.LittleEndian.AppendUint16(out, ^uint16(n))
		out = append(out, data[:n]...)
		data = data[n:]
	}
	return out
}
