package preview

import "image/color"

// hsl is a colour by hue, in 1/256 of a sixth of the circle from red, saturation and lightness, both 0 to 1000.
type hsl struct{ hue, saturation, lightness int }

const turn = 6 * 256

func hslOf(c color.NRGBA) hsl {
	r, g, b := int(c.R), int(c.G), int(c.B)
	high, low := max(r, g, b), min(r, g, b)
	span, sum := high-low, high+low
	out := hsl{lightness: sum * 1000 / 510}
	if span == 0 {
		return out
	}
	out.saturation = span * 1000 / min(sum, 510-sum)
	switch high {
	case r:
		out.hue = (g - b) * 256 / span
	case g:
		out.hue = 512 + (b-r)*256/span
	default:
		out.hue = 1024 + (r-g)*256/span
	}
	out.hue = (out.hue + turn) % turn
	return out
}

func (h hsl) colour() color.NRGBA {
	span := (1000 - max(2*h.lightness-1000, 1000-2*h.lightness)) * h.saturation / 1000 // of 1000
	low := h.lightness - span/2
	ramp := func(hue int) uint8 { // 1 around hue 0, falling to 0 a third of a turn away
		hue = (hue%turn + turn) % turn
		away := min(hue, turn-hue)
		level := min(max(512-away, 0), 256)
		return uint8(min(max((low*256+span*level)*255/256000, 0), 255))
	}
	return color.NRGBA{R: ramp(h.hue), G: ramp(h.hue - 512), B: ramp(h.hue + 512), A: 255}
}

// hues is in how many parts the circle of hues is counted.
const hues = 36

// dominant is the hue that most of the picture has: colourful pixels count for more, up to a point, so do those in the
// middle, as the rim is often gold or silver, and neighbouring hues count together. plain says that the picture is grey,
// or nearly so.
func (p *picture) dominant() (hue int, plain bool) {
	var count [hues]int
	all := 0
	for i, v := range p.pix {
		if v[3] < full/2 {
			continue
		}
		c := v.colour()
		inner := 1
		if x, y := i%p.width*4/p.width, i/p.width*4/p.height; (x == 1 || x == 2) && (y == 1 || y == 2) {
			inner = 3
		}
		h := hslOf(c)
		chroma := int(max(c.R, c.G, c.B)) - int(min(c.R, c.G, c.B))
		all++
		if chroma > 24 {
			count[h.hue*hues/turn] += inner * min(chroma, 110)
		}
	}
	best, most, total := 0, 0, 0
	for i, n := range count {
		total += n
		near := 2*n + count[(i+1)%hues] + count[(i+hues-1)%hues]
		if near > most {
			best, most = i, near
		}
	}
	return (2*best + 1) * turn / (2 * hues), total < all*6
}

// pale reports whether the picture's outline is so light that it would be lost on a light ground.
func (p *picture) pale() bool {
	light, n := 0, 0
	for y := range p.height {
		for x := range p.width {
			v := p.pix[y*p.width+x]
			if v[3] < full*3/4 || !p.atEdge(x, y) {
				continue
			}
			c := v.colour()
			light += 299*int(c.R) + 587*int(c.G) + 114*int(c.B)
			n++
		}
	}
	return n > 0 && light/n > 205_000
}

// atEdge reports whether a pixel lies within two of the picture's outline.
func (p *picture) atEdge(x, y int) bool {
	for _, d := range [4][2]int{{-2, 0}, {2, 0}, {0, -2}, {0, 2}} {
		nx, ny := x+d[0], y+d[1]
		if nx < 0 || ny < 0 || nx >= p.width || ny >= p.height || p.pix[ny*p.width+nx][3] < full/2 {
			return true
		}
	}
	return false
}
