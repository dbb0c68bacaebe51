package preview

import (
	"cmp"
	"image"
	"image/color"
	"iter"
	"slices"
)

// colours of a reduced picture.
const colours = 256

// cell is the pixels of nearly one colour.
type cell struct {
	sum   [3]uint32 // of their samples: a card's add up to 193 million
	count uint32
	index uint8 // in the palette
	key   int   // see keyOf
}

func (c *cell) mean(channel int) int { return int(c.sum[channel] / c.count) }

// keyOf puts colours that differ in the lowest two bits only into one cell.
func keyOf(c color.NRGBA) int { return int(c.R>>2)<<12 | int(c.G>>2)<<6 | int(c.B>>2) }

// reduce takes an opaque picture, whose rows come in any order, to 256 colours: groups of colours are cut in two where they
// spread most, and then each colour goes to the nearest of the groups' averages, three times over. There is no dithering,
// as it costs bytes and flat art shows it.
func reduce(width, height int, rows iter.Seq2[int, []pixel]) *image.Paletted {
	cells := make([]cell, 1, 1<<12) // the first one is nobody's
	var at [1 << 18]int32           // of a key's cell
	flat := make([]int32, width*height)
	var last pixel
	var c color.NRGBA
	for y, row := range rows {
		for x, v := range row {
			if v != last {
				last, c = v, v.colour()
			}
			key := keyOf(c)
			if at[key] == 0 {
				at[key] = int32(len(cells))
				cells = append(cells, cell{key: key})
			}
			flat[y*width+x] = at[key]
			cell := &cells[at[key]]
			cell.count++
			for k, s := range [3]uint8{c.R, c.G, c.B} {
				cell.sum[k] += uint32(s)
			}
		}
	}
	used := make([]*cell, 0, len(cells))
	for i := range cells[1:] {
		used = append(used, &cells[1+i])
	}
	slices.SortFunc(used, func(a, b *cell) int { return a.key - b.key })
	palette := means(groups(used))
	for range 3 {
		for _, c := range used {
			c.index = nearest(palette, c)
		}
		parts := make([][]*cell, len(palette))
		for _, c := range used {
			parts[c.index] = append(parts[c.index], c)
		}
		parts = slices.DeleteFunc(parts, func(g []*cell) bool { return len(g) == 0 })
		palette = means(parts)
	}
	for _, c := range used {
		c.index = nearest(palette, c)
	}
	out := image.NewPaletted(image.Rect(0, 0, width, height), nil)
	for _, c := range palette {
		out.Palette = append(out.Palette, color.NRGBA{R: uint8(c[0]), G: uint8(c[1]), B: uint8(c[2]), A: 255})
	}
	for i, c := range flat {
		out.Pix[i] = cells[c].index
	}
	return out
}

func means(groups [][]*cell) [][3]int {
	out := make([][3]int, len(groups))
	for i, g := range groups {
		count := 0
		for _, c := range g {
			count += int(c.count)
			for k := range out[i] {
				out[i][k] += int(c.sum[k])
			}
		}
		for k := range out[i] {
			out[i][k] = (out[i][k] + count/2) / count
		}
	}
	return out
}

// eye is how much a difference in each channel counts.
var eye = [3]int{3, 6, 2}

func nearest(palette [][3]int, c *cell) uint8 {
	best, least := 0, 1<<62
	r, g, b := c.mean(0), c.mean(1), c.mean(2)
	for i, p := range palette {
		d := eye[0]*(p[0]-r)*(p[0]-r) + eye[1]*(p[1]-g)*(p[1]-g) + eye[2]*(p[2]-b)*(p[2]-b)
		if d < least {
			best, least = i, d
		}
	}
	return uint8(best)
}

// groups cuts the cells into as many groups as there are colours.
func groups(all []*cell) [][]*cell {
	type group struct {
		cells   []*cell
		channel int // in which they spread most
		spread  int
	}
	measure := func(cells []*cell) group {
		g := group{cells: cells, spread: -1}
		for k := range 3 {
			sum, count := 0, 0
			for _, c := range cells {
				sum, count = sum+int(c.sum[k]), count+int(c.count)
			}
			mean, spread := sum/count, 0
			for _, c := range cells {
				d := c.mean(k) - mean
				spread += eye[k] * d * d * int(c.count)
			}
			if spread > g.spread {
				g.channel, g.spread = k, spread
			}
		}
		return g
	}
	list := []group{measure(all)}
	for len(list) < colours {
		widest := 0
		for i, g := range list {
			if g.spread > list[widest].spread {
				widest = i
			}
		}
		g := list[widest]
		if g.spread <= 0 || len(g.cells) < 2 {
			break
		}
		slices.SortStableFunc(g.cells, func(a, b *cell) int { return cmp.Compare(a.mean(g.channel), b.mean(g.channel)) })
		cut := middle(g.cells, g.channel)
		list[widest] = measure(g.cells[:cut])
		list = append(list, measure(g.cells[cut:]))
	}
	out := make([][]*cell, len(list))
	for i, g := range list {
		out[i] = g.cells
	}
	return out
}

// middle is where sorted cells are cut: at their average, with something on both sides.
func middle(cells []*cell, channel int) int {
	sum, count := 0, 0
	for _, c := range cells {
		sum, count = sum+int(c.sum[channel]), count+int(c.count)
	}
	cut, _ := slices.BinarySearchFunc(cells, sum/count+1, func(c *cell, mean int) int { return cmp.Compare(c.mean(channel), mean) })
	return min(max(cut, 1), len(cells)-1)
}
