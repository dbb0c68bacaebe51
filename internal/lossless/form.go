package lossless

import (
	"encoding/binary"
	"fmt"
)

// The colour types of IHDR (PNG, "Image header").
const (
	grey            = 0
	truecolour      = 2
	indexed         = 3
	greyAlpha       = 4
	truecolourAlpha = 6
)

func channels(colour byte) int {
	switch colour {
	case truecolour:
		return 3
	case greyAlpha:
		return 2
	case truecolourAlpha:
		return 4
	}
	return 1
}

// form is how pixels are written: colour type, depth, and what belongs to them.
type form struct {
	colour, depth byte
	palette       []uint32 // of an indexed picture: RGBA, 8 bits each, what is not opaque first
	key           int      // of grey and truecolour: the grey value, at the form's depth, that stands for what is transparent
	keyed         bool
	plte, trns    []byte // of the author's file: used as they are
}

func (f *form) paletteBytes() []byte {
	if f.plte != nil {
		return f.plte
	}
	out := make([]byte, 0, 3*len(f.palette))
	for _, c := range f.palette {
		out = append(out, byte(c>>24), byte(c>>16), byte(c>>8))
	}
	return out
}

// transparency is the data of tRNS, nil where there is none.
func (f *form) transparency() []byte {
	switch {
	case f.trns != nil:
		return f.trns
	case f.keyed && f.colour == grey:
		return binary.BigEndian.AppendUint16(nil, uint16(f.key))
	case f.keyed:
		v := binary.BigEndian.AppendUint16(nil, uint16(f.key))
		return append(append(append([]byte{}, v...), v...), v...)
	}
	var out []byte
	for i, c := range f.palette {
		if byte(c) != 255 {
			for len(out) < i {
				out = append(out, 255)
			}
			out = append(out, byte(c))
		}
	}
	return out
}

// overhead is what a form takes beside its packed pixels, in bytes.
func (f *form) overhead() int {
	n := 0
	if f.colour == indexed {
		n += 12 + 3*len(f.palette)
	}
	if t := f.transparency(); t != nil {
		n += 12 + len(t)
	}
	return n
}

// sample is an opaque colour as bKGD writes it for the form.
func (f *form) sample(rgb [3]uint16) []byte {
	narrow := func(v uint16) uint16 { return v >> (16 - f.depth) }
	switch f.colour {
	case indexed:
		if f.plte != nil {
			for i := 0; i+3 <= len(f.plte); i += 3 {
				if f.plte[i] == byte(rgb[0]) && f.plte[i+1] == byte(rgb[1]) && f.plte[i+2] == byte(rgb[2]) {
					return []byte{byte(i / 3)}
				}
			}
		}
		for i, c := range f.palette {
			if c == rgba8(rgb) {
				return []byte{byte(i)}
			}
		}
		return []byte{0}
	case grey, greyAlpha:
		return binary.BigEndian.AppendUint16(nil, narrow(rgb[0]))
	}
	var out []byte
	for _, v := range rgb {
		out = binary.BigEndian.AppendUint16(out, narrow(v))
	}
	return out
}

func rgba8(rgb [3]uint16) uint32 {
	return uint32(rgb[0]>>8)<<24 | uint32(rgb[1]>>8)<<16 | uint32(rgb[2]>>8)<<8 | 255
}

// name is what people call the form.
func (f *form) name() string {
	switch f.colour {
	case grey:
		return fmt.Sprintf("%d-bit grey", f.depth)
	case greyAlpha:
		return fmt.Sprintf("%d-bit grey with opacity", f.depth)
	case indexed:
		n := len(f.palette)
		if f.plte != nil {
			n = len(f.plte) / 3
		}
		return fmt.Sprintf("%d colours", n)
	case truecolour:
		return fmt.Sprintf("%d-bit colour", 3*int(f.depth))
	}
	return fmt.Sprintf("%d-bit colour with opacity", 3*int(f.depth))
}

// pack writes the pixels in the form, without filters, row by row. bpp is the distance of filters in bytes.
func (f *form) pack(r *raster) (rows []byte, stride, bpp int) {
	bits := int(f.depth) * channels(f.colour)
	stride, bpp = (r.width*bits+7)/8, max(bits/8, 1)
	rows = make([]byte, stride*r.height)
	if f.colour == indexed {
		index := make(map[uint32]byte, len(f.palette))
		for i, c := range f.palette {
			index[c] = byte(i)
		}
		last, value := f.palette[0], byte(0)
		f.fill(rows, r, stride, func(i int) byte {
			if c := r.at(i); c != last {
				last, value = c, index[c]
			}
			return value
		})
		return rows, stride, bpp
	}
	if f.depth < 8 {
		f.fill(rows, r, stride, func(i int) byte {
			c := r.at(i)
			if f.keyed && byte(c) == 0 {
				return byte(f.key)
			}
			return byte(c>>24) >> (8 - f.depth)
		})
		return rows, stride, bpp
	}
	f.whole(rows, r)
	return rows, stride, bpp
}

// fill packs one sample a pixel.
func (f *form) fill(rows []byte, r *raster, stride int, sample func(i int) byte) {
	if f.depth == 8 {
		for i := range rows {
			rows[i] = sample(i)
		}
		return
	}
	for y := range r.height {
		row := rows[y*stride : (y+1)*stride]
		for x := range r.width {
			bit := x * int(f.depth)
			row[bit/8] |= sample(y*r.width+x) << (8 - int(f.depth) - bit%8)
		}
	}
}

// whole packs samples of one or two bytes.
func (f *form) whole(rows []byte, r *raster) {
	wide := int(f.depth) / 8
	from := 1 // bytes of a sample of the raster
	if r.deep {
		from = 2
	}
	key := []byte{byte(f.key >> 8), byte(f.key)}[2-wide:]
	colours, alpha := 3, f.colour == greyAlpha || f.colour == truecolourAlpha
	if f.colour == grey || f.colour == greyAlpha {
		colours = 1
	}
	out := rows[:0]
	for i := 0; i < len(r.pix); i += 4 * from {
		p := r.pix[i : i+4*from]
		clear := f.keyed && p[3*from] == 0 && p[4*from-1] == 0
		for c := range colours {
			if clear {
				out = append(out, key...)
			} else {
				out = append(out, p[c*from:c*from+wide]...)
			}
		}
		if alpha {
			out = append(out, p[3*from:3*from+wide]...)
		}
	}
}
