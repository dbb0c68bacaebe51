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

// over paints one premultiplied colour over pixels, each as far as it is covered.
func over(dst []uint8, r, g, b, a uint32, cover []uint8) {
	dst = dst[:4*len(cover)]
	for i, c := range cover {
		if c == 0 {
			continue
		}
		d := dst[4*i : 4*i+4 : 4*i+4]
		if c == 255 && a == 255 {
			d[0], d[1], d[2], d[3] = uint8(r), uint8(g), uint8(b), 255
			continue
		}
		blend(d, r, g, b, a, uint32(c))
	}
}

func blend(d []uint8, r, g, b, a, c uint32) {
	if c != 255 {
		r, g, b, a = part(r, c), part(g, c), part(b, c), part(a, c)
	}
	k := 255 - a
	d[0] = uint8(r + part(uint32(d[0]), k))
	d[1] = uint8(g + part(uint32(d[1]), k))
	d[2] = uint8(b + part(uint32(d[2]), k))
	d[3] = uint8(a + part(uint32(d[3]), k))
}

// overPixels paints premultiplied pixels over others.
func overPixels(dst, src []uint8, cover []uint8) {
	for i, c := range cover {
		if s := src[4*i : 4*i+4 : 4*i+4]; c != 0 && s[3] != 0 {
			blend(dst[4*i:4*i+4:4*i+4], uint32(s[0]), uint32(s[1]), uint32(s[2]), uint32(s[3]), uint32(c))
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
