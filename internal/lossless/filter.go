package lossless

import (
	"math"

	"blazon/internal/deflate"
)

// The filter types of PNG ("Filter types").
const (
	none = iota
	sub
	up
	average
	paeth
	filters
)

// choosers are the ways to filter rows that are tried: all alike, none first, and by several heuristics for each row. A
// thorough search takes one of them that packs every row several times.
func choosers(f *form, size int, thorough bool) []func() chooser {
	all := []func() chooser{fixed(none), fixed(sub), fixed(up), fixed(paeth), leastSum, fewestPairs}
	if f.colour != indexed && f.depth >= 8 {
		all = append(all, fixed(average), leastEntropy)
	}
	if thorough {
		all = append(all, func() chooser { return lightest(size) })
	}
	return all
}

// band is rows of a picture, from one on and up to another one.
type band struct{ from, to int }

// apply filters bands of the rows, each with its filter type before it.
func apply(rows []byte, stride, bpp int, bands []band, choices ...chooser) [][]byte {
	count := 0
	for _, b := range bands {
		count += b.to - b.from
	}
	out := make([][]byte, len(choices))
	for i := range out {
		out[i] = make([]byte, 0, count*(1+stride))
	}
	zero := make([]byte, stride)
	var forms [filters][]byte
	for k := range forms {
		forms[k] = make([]byte, 1+stride)
		forms[k][0] = byte(k)
	}
	for _, b := range bands {
		for y := b.from; y < b.to; y++ {
			row, above := rows[y*stride:(y+1)*stride], zero
			if y > 0 {
				above = rows[(y-1)*stride : y*stride]
			}
			for k := range forms {
				filter(k, forms[k][1:], row, above, bpp)
			}
			for i, choose := range choices {
				out[i] = append(out[i], forms[choose(&forms)]...)
			}
		}
	}
	return out
}

// filter writes a row less what a filter predicts.
func filter(kind int, out, row, above []byte, bpp int) {
	bpp = min(bpp, len(row))
	switch kind {
	case none:
		copy(out, row)
	case sub:
		copy(out, row[:bpp])
		for i := bpp; i < len(row); i++ {
			out[i] = row[i] - row[i-bpp]
		}
	case up:
		for i, v := range row {
			out[i] = v - above[i]
		}
	case average:
		for i, v := range row[:bpp] {
			out[i] = v - above[i]/2
		}
		for i := bpp; i < len(row); i++ {
			out[i] = row[i] - byte((int(row[i-bpp])+int(above[i]))/2)
		}
	case paeth:
		for i, v := range row[:bpp] {
			out[i] = v - above[i]
		}
		for i := bpp; i < len(row); i++ {
			out[i] = row[i] - predict(row[i-bpp], above[i], above[i-bpp])
		}
	}
}

// predict is the Paeth predictor (PNG, "Filter type 4").
func predict(left, above, corner byte) byte {
	a, b := int(above)-int(corner), int(left)-int(corner) // how far left and above are from left + above - corner
	c := max(a+b, -a-b)
	a, b = max(a, -a), max(b, -b)
	if a <= b && a <= c {
		return left
	}
	if b <= c {
		return above
	}
	return corner
}

// chooser picks one of a row's forms, one for each filter, each with its filter type before it. It is asked for one row
// after the other.
type chooser func(forms *[filters][]byte) int

func fixed(kind int) func() chooser {
	return func() chooser { return func(*[filters][]byte) int { return kind } }
}

// least picks the form of the lowest weight, the first of several.
func least(weigh func(row []byte) int) chooser {
	return func(forms *[filters][]byte) int {
		best, lowest := none, math.MaxInt
		for k, row := range forms {
			if w := weigh(row); w < lowest {
				best, lowest = k, w
			}
		}
		return best
	}
}

// leastSum is the heuristic that the PNG specification recommends: bytes near 0, of either sign, weigh little.
func leastSum() chooser {
	return least(func(row []byte) int {
		sum := 0
		for _, v := range row[1:] {
			sum += int(min(v, -v))
		}
		return sum
	})
}

// leastEntropy weighs what a prefix code for the row alone would need.
func leastEntropy() chooser {
	return least(func(row []byte) int {
		var counts [256]uint32
		for _, v := range row {
			counts[v]++
		}
		bits := len(row) * int(deflate.Log2(uint32(len(row))))
		for _, n := range counts {
			if n > 1 {
				bits -= int(n) * int(deflate.Log2(n))
			}
		}
		return bits
	})
}

// fewestPairs counts the different pairs of neighbouring bytes.
func fewestPairs() chooser {
	seen := make([]uint32, 1<<16)
	turn := uint32(0)
	return least(func(row []byte) int {
		turn++
		pairs := 0
		last := row[0]
		for _, v := range row[1:] {
			pair := int(last)<<8 | int(v)
			last = v
			if seen[pair] != turn {
				seen[pair] = turn
				pairs++
			}
		}
		return pairs
	})
}

// lightest packs each form of the row after the rows before it, and takes what adds the least.
func lightest(size int) chooser {
	stream := deflate.NewStream(size)
	pick := least(stream.Weigh)
	return func(forms *[filters][]byte) int {
		best := pick(forms)
		stream.Add(forms[best])
		return best
	}
}
