package deflate

import "math/bits"

// The alphabets of RFC 1951, section 3.2.5.

// lengthCode and lengthBits give the symbol of a match's length, less 257, and the number of extra bits that follow it.
var lengthCode, lengthBits, lengthBase = func() (code, extra [maxMatch + 1]uint8, base [29]uint16) {
	length := minMatch
	for c := range 28 {
		n := max(c/4-1, 0)
		base[c] = uint16(length)
		for range 1 << n {
			if length < maxMatch {
				code[length], extra[length] = uint8(c), uint8(n)
			}
			length++
		}
	}
	code[maxMatch], extra[maxMatch], base[28] = 28, 0, maxMatch
	return code, extra, base
}()

// distanceCode gives the symbol of a distance and the number of extra bits that follow it.
func distanceCode(distance int) (code, extra uint) {
	d := uint(distance - 1)
	if d < 4 {
		return d, 0
	}
	n := uint(bits.Len(d)) - 2
	return 2*n + d>>n, n
}

// fraction is the binary logarithm of 1 to 2 in steps of 1/4096, times 65536.
var fraction = func() (table [4096]uint16) {
	for i := range table {
		m := uint64(1<<31 | i<<19) // the number, with 31 binary places
		log := 0
		for range 16 {
			m = m * m >> 31
			log <<= 1
			if m >= 1<<32 {
				m >>= 1
				log |= 1
			}
		}
		table[i] = uint16(log)
	}
	return table
}()

// logUnit is what the binary logarithm of 2 is in fixed point: costs are counted in 256ths of a bit.
const logUnit = 256

// Log2 is the binary logarithm of a positive number in 256ths, by integers alone.
func Log2(n uint32) uint32 {
	top := uint32(bits.Len32(n) - 1)
	var mantissa uint32
	if top <= 12 {
		mantissa = n << (12 - top)
	} else {
		mantissa = n >> (top - 12)
	}
	return top*logUnit + (uint32(fraction[mantissa&4095])+128)>>8
}
