package lossless

import "slices"

// orders are palettes of the picture's colours in orders that pack well: by lightness, so that filters leave small
// differences, and, for a thorough search, by neighbourhood in the picture. What is not opaque comes first, for then tRNS
// ends with it.
func orders(r *raster, thorough bool) [][]uint32 {
	colours := r.different()
	all := [][]uint32{byLightness(colours)}
	if thorough && len(colours) > 4 {
		all = append(all, clearFirst(neighbours(r, colours)), clearFirst(colours))
	}
	return all
}

func byLightness(colours []uint32) []uint32 {
	sorted := slices.Clone(colours)
	slices.SortStableFunc(sorted, func(a, b uint32) int { return lightness(a) - lightness(b) })
	return clearFirst(sorted)
}

func clearFirst(palette []uint32) []uint32 {
	slices.SortStableFunc(palette, func(a, b uint32) int { return solid(a) - solid(b) })
	return palette
}

// paletteDepth is the least number of bits for n colours.
func paletteDepth(n int) byte {
	for _, d := range []byte{1, 2, 4} {
		if n <= 1<<d {
			return d
		}
	}
	return 8
}

func solid(c uint32) int {
	if byte(c) == 255 {
		return 1
	}
	return 0
}

// lightness weighs the channels as Rec. 601 does, in thousandths.
func lightness(c uint32) int {
	return 299*int(c>>24) + 587*int(c>>16&255) + 114*int(c>>8&255)
}

// neighbours orders colours into a chain: the next one is that which lies beside those before it most often, and it goes
// to the end of the chain whose colours it lies beside more often.
func neighbours(r *raster, colours []uint32) []uint32 {
	n := len(colours)
	index := make(map[uint32]int, n)
	for i, c := range colours {
		index[c] = i
	}
	beside := make([]int, n*n)
	meet := func(a, b uint32) {
		if a != b {
			i, j := index[a], index[b]
			beside[i*n+j]++
			beside[j*n+i]++
		}
	}
	for y := range r.height {
		for x := range r.width {
			c := r.at(y*r.width + x)
			if x > 0 {
				meet(c, r.at(y*r.width+x-1))
			}
			if y > 0 {
				meet(c, r.at((y-1)*r.width+x))
			}
		}
	}

	chain := []int{0} // the most frequent colour
	used := make([]bool, n)
	used[0] = true
	weight := slices.Clone(beside[:n]) // of each colour with all of the chain
	for len(chain) < n {
		next := -1
		for i := range n {
			if !used[i] && (next < 0 || weight[i] > weight[next]) {
				next = i
			}
		}
		// Of the two ends, the nearer half decides.
		front, back := 0, 0
		for k, c := range chain {
			w := beside[next*n+c]
			front += w * (len(chain) - k)
			back += w * (k + 1)
		}
		if front > back {
			chain = slices.Insert(chain, 0, next)
		} else {
			chain = append(chain, next)
		}
		used[next] = true
		for i := range n {
			weight[i] += beside[next*n+i]
		}
	}
	out := make([]uint32, n)
	for i, c := range chain {
		out[i] = colours[c]
	}
	return out
}
