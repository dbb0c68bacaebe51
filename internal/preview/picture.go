package preview

import (
	"image"
	"image/color"
	"math"
)

// picture is what pictures are worked on as: linear light, multiplied by opacity, in integers. Light is the square of a
// sample, which is close to sRGB's curve and needs no floating point, so that every machine makes the same bytes.
type picture struct {
	width, height int
	pix           []pixel
}

// pixel has light times opacity, and opacity times full light: all four are 0 to full.
type pixel [4]uint32

const full = 255 * 255 * 255

func newPicture(width, height int) *picture {
	return &picture{width, height, make([]pixel, width*height)}
}

// open takes an image with 8 bits a sample.
func open(img image.Image) *picture {
	b := img.Bounds()
	p := newPicture(b.Dx(), b.Dy())
	at := func(x, y int) color.NRGBA { return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) }
	switch img := img.(type) {
	case *image.NRGBA:
		at = img.NRGBAAt
	case *image.Paletted:
		colours := make([]color.NRGBA, 256)
		for i, c := range img.Palette {
			colours[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
		}
		at = func(x, y int) color.NRGBA { return colours[img.ColorIndexAt(x, y)] }
	}
	for y := range p.height {
		for x := range p.width {
			p.pix[y*p.width+x] = shine(at(b.Min.X+x, b.Min.Y+y))
		}
	}
	return p
}

func shine(c color.NRGBA) pixel {
	light := func(v uint8) uint32 { return uint32(v) * uint32(v) * uint32(c.A) }
	return pixel{light(c.R), light(c.G), light(c.B), uint32(c.A) * 255 * 255}
}

// colour is the pixel as it is written.
func (p pixel) colour() color.NRGBA {
	if p[3] == 0 {
		return color.NRGBA{}
	}
	sample := func(light uint32) uint8 {
		return uint8(root(min(uint64(light)*255*255/uint64(p[3]), 255*255)))
	}
	return color.NRGBA{R: sample(p[0]), G: sample(p[1]), B: sample(p[2]), A: uint8((p[3] + 255*255/2) / (255 * 255))}
}

// root is the square root, rounded to the nearest. IEEE 754 defines that of floats to the last bit, and below 2^52 it is
// never off by more than one from what integers give.
func root(n uint64) uint64 {
	r := uint64(math.Sqrt(float64(n)))
	for r*r > n {
		r--
	}
	for (r+1)*(r+1) <= n {
		r++
	}
	if n-r*r > r {
		r++
	}
	return r
}

// over lays a pixel over another.
func (p pixel) over(below pixel) pixel {
	rest := uint64(full - p[3])
	for i, v := range below {
		p[i] += uint32((uint64(v)*rest + full/2) / full)
	}
	return p
}

// fade takes a part of the pixel's opacity away: 256 leaves all of it.
func (p pixel) fade(part uint32) pixel {
	for i, v := range p {
		p[i] = uint32((uint64(v)*uint64(part) + 128) >> 8)
	}
	return p
}

func (p *picture) nrgba() *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, p.width, p.height))
	for i, v := range p.pix {
		c := v.colour()
		copy(out.Pix[4*i:], []byte{c.R, c.G, c.B, c.A})
	}
	return out
}

// crop leaves out the transparent margin. A picture without anything in it stays as it is.
func (p *picture) crop() *picture {
	x0, y0, x1, y1 := p.width, p.height, 0, 0
	for y := range p.height {
		for x := range p.width {
			if p.pix[y*p.width+x][3] > full/64 {
				x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x+1), max(y1, y+1)
			}
		}
	}
	if x0 >= x1 {
		return p
	}
	out := newPicture(x1-x0, y1-y0)
	for y := range out.height {
		copy(out.pix[y*out.width:(y+1)*out.width], p.pix[(y0+y)*p.width+x0:])
	}
	return out
}

// put lays one of the picture's rows, if it has that one, over a row.
func (p *picture) put(row []pixel, left, y int) {
	if y < 0 || y >= p.height {
		return
	}
	for x := max(0, -left); x < min(p.width, len(row)-left); x++ {
		switch v, at := p.pix[y*p.width+x], &row[left+x]; v[3] {
		case 0: // nothing is there to be seen
		case full:
			*at = v
		default:
			*at = v.over(*at)
		}
	}
}
