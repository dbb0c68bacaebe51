package lossless

import (
	"encoding/binary"
	"image"
	"image/color"
	"slices"
)

// raster is a picture's pixels, not multiplied by their opacity, and what is known of them. Pixels that are fully
// transparent are all zero.
type raster struct {
	width, height int
	pix           []byte // RGBA: 4 bytes a pixel, 8 where deep
	deep          bool   // a sample needs 16 bits

	opaque bool
	binary bool // every pixel is opaque or fully transparent
	grey   bool

	// levels are the grey values that opaque pixels have.
	levels map[int]bool
	// colours are the different pixels, how many there are of each; nil where there are more than 256. A background
	// counts as a pixel that does not occur.
	colours map[uint32]int
}

// newRaster takes the image that image/png decodes a file to.
func newRaster(img image.Image) *raster {
	b := img.Bounds()
	r := &raster{width: b.Dx(), height: b.Dy()}
	switch img := img.(type) {
	case *image.Gray:
		pix := make([]byte, 0, 4*len(img.Pix))
		for _, v := range img.Pix {
			pix = append(pix, v, v, v, 255)
		}
		r.pix = pix
	case *image.RGBA: // image/png uses it for opaque pictures only
		r.pix = img.Pix
	case *image.NRGBA:
		r.pix = img.Pix
	case *image.Paletted:
		entries := entriesOf(img)
		pix := make([]byte, 0, 4*len(img.Pix))
		for _, v := range img.Pix {
			pix = append(pix, entries[v][:]...)
		}
		r.pix = pix
	case *image.Gray16:
		r.deep = true
		pix := make([]byte, 0, 4*len(img.Pix))
		for i := 0; i < len(img.Pix); i += 2 {
			hi, lo := img.Pix[i], img.Pix[i+1]
			pix = append(pix, hi, lo, hi, lo, hi, lo, 255, 255)
		}
		r.pix = pix
	case *image.RGBA64: // opaque, as RGBA
		r.deep, r.pix = true, img.Pix
	case *image.NRGBA64:
		r.deep, r.pix = true, img.Pix
	}
	r.clear()
	r.narrow()
	r.look()
	return r
}

// clear takes the colour from pixels that are fully transparent.
func (r *raster) clear() {
	size := 4
	if r.deep {
		size = 8
	}
	alpha := size / 4 * 3
	for i := 0; i < len(r.pix); i += size {
		if r.pix[i+alpha] == 0 && r.pix[i+size-1] == 0 {
			clear(r.pix[i : i+size])
		}
	}
}

// narrow makes samples of 8 bits of samples of 16 where both bytes of every one are equal: 16 bits are 257 times 8 bits.
func (r *raster) narrow() {
	if !r.deep {
		return
	}
	for i := 0; i < len(r.pix); i += 2 {
		if r.pix[i] != r.pix[i+1] {
			return
		}
	}
	half := make([]byte, len(r.pix)/2)
	for i := range half {
		half[i] = r.pix[2*i]
	}
	r.pix, r.deep = half, false
}

// at is a pixel of a raster that is not deep.
func (r *raster) at(i int) uint32 { return binary.BigEndian.Uint32(r.pix[4*i:]) }

// look finds out what the pixels have in common.
func (r *raster) look() {
	r.opaque, r.binary, r.grey = true, true, true
	r.levels = make(map[int]bool)
	if r.deep {
		r.lookDeep()
		return
	}
	r.colours = make(map[uint32]int)
	last, run := r.at(0), 0
	count := func() {
		r.note(last)
		if r.colours != nil {
			if r.colours[last] += run; len(r.colours) > 256 {
				r.colours = nil
			}
		}
	}
	for i := range len(r.pix) / 4 {
		if c := r.at(i); c != last {
			count()
			last, run = c, 0
		}
		run++
	}
	count()
}

func (r *raster) note(c uint32) {
	red, alpha := c>>24, byte(c)
	isGrey := red == c>>16&255 && red == c>>8&255
	r.opaque = r.opaque && alpha == 255
	r.binary = r.binary && (alpha == 255 || alpha == 0)
	r.grey = r.grey && isGrey
	if isGrey && alpha != 0 && len(r.levels) < 256 {
		r.levels[int(red)] = true
	}
}

func (r *raster) lookDeep() {
	for i := 0; i < len(r.pix); i += 8 {
		p := r.pix[i : i+8]
		v := binary.BigEndian.Uint16(p)
		alpha := binary.BigEndian.Uint16(p[6:])
		isGrey := v == binary.BigEndian.Uint16(p[2:]) && v == binary.BigEndian.Uint16(p[4:])
		r.opaque = r.opaque && alpha == 0xffff
		r.binary = r.binary && (alpha == 0xffff || alpha == 0)
		r.grey = r.grey && isGrey
		if isGrey && alpha != 0 {
			r.levels[int(v)] = true
		}
	}
}

// see counts a background as a colour of the picture, so that every form found for the picture can write it.
func (r *raster) see(rgb [3]uint16) {
	deep := false
	for _, v := range rgb {
		deep = deep || v>>8 != v&255
	}
	if deep && !r.deep {
		wide := make([]byte, 0, 2*len(r.pix))
		for _, v := range r.pix {
			wide = append(wide, v, v)
		}
		r.pix, r.deep, r.colours = wide, true, nil
		r.look()
	}
	r.grey = r.grey && rgb[0] == rgb[1] && rgb[0] == rgb[2]
	if r.deep {
		r.levels[int(rgb[0])] = true // may not be the key's
		return
	}
	r.levels[int(rgb[0]>>8)] = true
	if r.colours != nil {
		if r.colours[rgba8(rgb)] += 0; len(r.colours) > 256 {
			r.colours = nil
		}
	}
}

// depth is the least that all grey values fit, with a value to spare where spare is set, and that value.
func (r *raster) depth(spare bool) (depth byte, key int, ok bool) {
	depths := []byte{1, 2, 4, 8}
	if r.deep {
		depths = []byte{16}
	}
	for _, d := range depths {
		step := 1
		if d < 8 {
			step = 255 / (1<<d - 1)
		}
		fits := true
		for v := range r.levels {
			fits = fits && v%step == 0
		}
		if !fits {
			continue
		}
		if !spare {
			return d, 0, true
		}
		for k := range 1 << d {
			if !r.levels[k*step] {
				return d, k, true
			}
		}
	}
	return 0, 0, false
}

// different lists the colours, most frequent first.
func (r *raster) different() []uint32 {
	all := make([]uint32, 0, len(r.colours))
	for c := range r.colours {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b uint32) int {
		if d := r.colours[b] - r.colours[a]; d != 0 {
			return d
		}
		if a < b {
			return -1
		}
		return 1
	})
	return all
}

// entriesOf are what the indexes of an image stand for. One beyond the palette is black, as libpng shows it; what is fully
// transparent is all zero.
func entriesOf(img *image.Paletted) (entries [256][4]byte) {
	for i := range entries {
		entries[i] = [4]byte{0, 0, 0, 255}
		if i < len(img.Palette) {
			entries[i] = entry(img.Palette[i])
		}
		if entries[i][3] == 0 {
			entries[i] = [4]byte{}
		}
	}
	return entries
}

// entry is a colour of a palette as image/png makes it: RGBA where opaque, NRGBA where not.
func entry(c color.Color) [4]byte {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return [4]byte{n.R, n.G, n.B, n.A}
}
