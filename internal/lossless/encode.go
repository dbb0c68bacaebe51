package lossless

import (
	"encoding/binary"
	"errors"
	"image"
	"slices"

	"blazon/internal/deflate"
)

// EncodeFast returns an image with a palette as a PNG that is small, though not the smallest: it takes a small part of the
// time that Reduce does, for pictures that are not copied.
func EncodeFast(img *image.Paletted) ([]byte, error) {
	b := img.Bounds()
	if b.Empty() || len(img.Palette) == 0 || len(img.Palette) > 256 || img.Stride != b.Dx() || b.Dx()*b.Dy() > maxPixels {
		return nil, errors.New("the image has no pixels, too many, or no palette")
	}
	entries := entriesOf(img)
	var counts [256]int
	for _, v := range img.Pix {
		counts[v]++
	}
	pic := &raster{width: b.Dx(), height: b.Dy(), colours: make(map[uint32]int)}
	for i, n := range counts {
		if n > 0 {
			pic.colours[binary.BigEndian.Uint32(entries[i][:])] += n
		}
	}
	palette := byLightness(pic.different())
	f := &form{colour: indexed, depth: paletteDepth(len(palette)), palette: palette}
	var index [256]byte
	for i, e := range entries {
		index[i] = byte(max(slices.Index(palette, binary.BigEndian.Uint32(e[:])), 0))
	}
	stride := (b.Dx()*int(f.depth) + 7) / 8
	rows := make([]byte, stride*b.Dy())
	f.fill(rows, pic, stride, func(i int) byte { return index[img.Pix[i]] })
	plain := make([]byte, 0, len(rows)+b.Dy())
	for y := range b.Dy() {
		plain = append(append(plain, none), rows[y*stride:(y+1)*stride]...)
	}
	src := &source{width: uint32(b.Dx()), height: uint32(b.Dy())}
	return file(src, f, deflate.Zlib(plain, deflate.Quick), false), nil
}

// Encode returns an image as a PNG in as few bytes as Reduce makes of one. The colour of pixels that are fully transparent
// is taken from the image, too.
func Encode(img *image.NRGBA) ([]byte, error) {
	b := img.Bounds()
	if b.Empty() || img.Stride != 4*b.Dx() || b.Dx()*b.Dy() > maxPixels {
		return nil, errors.New("the image has no pixels, too many, or gaps between its rows")
	}
	packed, f := search(newRaster(img), false, false, nothing)
	src := &source{width: uint32(b.Dx()), height: uint32(b.Dy())}
	return file(src, f, packed, false), nil
}
