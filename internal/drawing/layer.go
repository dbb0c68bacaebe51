package drawing

import "image"

// layer is a rectangle of pixels, red, green, blue, alpha, premultiplied.
type layer struct {
	image.Rectangle
	pix []uint8
}

func newLayer(r image.Rectangle) *layer { return &layer{r, make([]uint8, 4*r.Dx()*r.Dy())} }

// span is the pixels from x to w of row y.
func (l *layer) span(x, w, y int) []uint8 {
	row := (y - l.Min.Y) * l.Dx()
	return l.pix[4*(row+x-l.Min.X) : 4*(row+w-l.Min.X)]
}

// shade is the alpha, 0 to 255, of a rectangle of pixels.
type shade struct {
	image.Rectangle
	alpha []uint8
}

func newShade(r image.Rectangle) *shade { return &shade{r, make([]uint8, r.Dx()*r.Dy())} }

func (s *shade) span(x, w, y int) []uint8 {
	row := (y - s.Min.Y) * s.Dx()
	return s.alpha[row+x-s.Min.X : row+w-s.Min.X]
}

// part is v of 255 of w, rounded.
func part(v, w uint32) uint32 {
	p := v*w + 128
	return (p + p>>8) >> 8
}

// ink is a premultiplied colour, each part in 24 bits of fraction: levels of red, green and blue, and alpha from 0 to 1.
// Browsers round once when they paint a colour, so half a level must not get lost before.
type ink struct{ r, g, b, a uint64 }

const inkBits = 24

func (c rgba) ink() ink {
	scale := float64(c.a * 255)
	level := func(v float64) uint64 { return uint64(float64(v*(1<<inkBits)) + 0.5) }
	return ink{level(float64(c.r * scale)), level(float64(c.g * scale)), level(float64(c.b * scale)), level(c.a)}
}

// over paints a colour over pixels, each as far as it is covered.
func (k ink) over(dst []uint8, cover []uint8) {
	full := k.pixel()
	opaque := k.a == 1<<inkBits
	for i, c := range cover {
		switch {
		case c == 0:
		case c == 255 && opaque:
			copy(dst[4*i:4*i+4], full[:])
		default:
			k.blend(dst[4*i:4*i+4:4*i+4], uint64(c))
		}
	}
}

// overEach paints a colour of its own over each pixel, as far as it is covered.
func overEach(dst []uint8, row []ink, cover []uint8) {
	for i, c := range cover {
		switch {
		case c == 0:
		case c == 255 && row[i].a == 1<<inkBits:
			p := row[i].pixel()
			copy(dst[4*i:4*i+4], p[:])
		default:
			row[i].blend(dst[4*i:4*i+4:4*i+4], uint64(c))
		}
	}
}

// pixel is an opaque colour as it stands in a layer.
func (k ink) pixel() [4]uint8 {
	level := func(v uint64) uint8 { return uint8((v + 1<<(inkBits-1)) >> inkBits) }
	return [4]uint8{level(k.r), level(k.g), level(k.b), 255}
}

// blend paints a colour over a pixel that is covered by c of 255.
func (k ink) blend(d []uint8, c uint64) {
	if c != 255 {
		k = ink{k.r * c / 255, k.g * c / 255, k.b * c / 255, k.a * c / 255}
	}
	rest := 1<<inkBits - k.a
	d[0] = uint8((k.r + uint64(d[0])*rest + 1<<(inkBits-1)) >> inkBits)
	d[1] = uint8((k.g + uint64(d[1])*rest + 1<<(inkBits-1)) >> inkBits)
	d[2] = uint8((k.b + uint64(d[2])*rest + 1<<(inkBits-1)) >> inkBits)
	d[3] = uint8((k.a*255 + uint64(d[3])*rest + 1<<(inkBits-1)) >> inkBits)
}

// overPixels paints premultiplied pixels over others, each as far as it is covered.
func overPixels(dst, src []uint8, cover []uint8) {
	for i, c := range cover {
		s := src[4*i : 4*i+4 : 4*i+4]
		if c == 0 || s[3] == 0 {
			continue
		}
		d := dst[4*i : 4*i+4 : 4*i+4]
		if c == 255 && s[3] == 255 {
			copy(d, s)
			continue
		}
		// The rounding is that of browsers.
		scale := uint32(c) + 1
		rest := 0xffff - uint32(s[3])*scale
		rest = (rest + rest>>8) >> 8
		for j := range d {
			d[j] = uint8((uint32(s[j])*scale + uint32(d[j])*rest) >> 8)
		}
	}
}

// straight is the layer without premultiplication.
func (l *layer) straight() *image.NRGBA {
	out := &image.NRGBA{Pix: l.pix, Stride: 4 * l.Dx(), Rect: l.Rectangle}
	for i := 0; i < len(out.Pix); i += 4 {
		p := out.Pix[i : i+4 : i+4]
		switch a := uint32(p[3]); a {
		case 255:
		case 0:
			p[0], p[1], p[2] = 0, 0, 0
		default:
			for j := range 3 {
				p[j] = uint8(min((uint32(p[j])*255+a/2)/a, 255))
			}
		}
	}
	return out
}
