package lossless

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"blazon/internal/bake"
)

// source is a PNG file taken apart.
type source struct {
	width, height uint32
	form          form // as the author's file has it
	interlaced    bool
	early, late   []bake.Chunk // chunks that stay as they are, before and after the palette
	sbit, bkgd    []byte
	idat          []byte
	dropped       bool // whether a chunk is left out
}

// The chunks of PNG (third edition) and of its extensions by what becomes of them. Chunks that would stand before the
// palette or the picture and do not are ignored by viewers, and left out.
const (
	early   = " cHRM gAMA iCCP sRGB cICP mDCV cLLI "
	late    = " pHYs "
	moving  = " acTL fcTL fdAT " // named as private chunks are
	dropped = " tEXt zTXt iTXt tIME hIST sPLT oFFs pCAL sCAL gIFg gIFt gIFx iDOT "
)

func listed(list, kind string) bool { return strings.Contains(list, " "+kind+" ") }

// sort says what becomes of each chunk. It is not ok where there is one that is not understood.
func sort(chunks []bake.Chunk) (*source, bool) {
	h := chunks[0].Data
	s := &source{width: binary.BigEndian.Uint32(h), height: binary.BigEndian.Uint32(h[4:]), interlaced: h[12] == 1}
	s.form.depth, s.form.colour = h[8], h[9]
	palette, pixels, ended := false, false, false
	for _, c := range chunks[1:] {
		ended = ended || pixels && c.Type != "IDAT"
		switch {
		case listed(moving, c.Type):
			return nil, false
		case c.Type == "IDAT":
			if ended {
				return nil, false
			}
			pixels = true
			s.idat = append(s.idat, c.Data...)
		case c.Type == "PLTE":
			palette = true
			s.form.plte = c.Data
		case c.Type == "IEND":
		case c.Type == "tRNS":
			s.form.trns = c.Data
		case c.Type == "sBIT":
			if !palette && !pixels {
				s.sbit = c.Data
			}
		case c.Type == "bKGD":
			if !pixels && (palette || s.form.colour != indexed) {
				s.bkgd = c.Data
			}
		case c.Type == "eXIf":
			s.dropped = true
			if o := orientation(c.Data); o > 1 && !slices.ContainsFunc(s.late, func(c bake.Chunk) bool { return c.Type == "eXIf" }) {
				s.late = append(s.late, bake.Chunk{Type: "eXIf", Data: oriented(o)})
			}
		case listed(early, c.Type):
			if !palette && !pixels {
				s.early = append(s.early, c)
			}
		case listed(late, c.Type):
			if !pixels {
				s.late = append(s.late, c)
			}
		case listed(dropped, c.Type), c.Type[0] >= 'a' && c.Type[1] >= 'a': // private, and not needed to show the picture
			s.dropped = true
		default:
			return nil, false
		}
	}
	if s.form.colour != indexed {
		s.form.plte = nil // a suggestion for screens of 256 colours
	}
	return s, true
}

// bitsPerPixel is what the picture takes in memory; whether colour type and depth go together is the decoder's to say.
func (s *source) bitsPerPixel() uint64 { return uint64(s.form.depth) * uint64(channels(s.form.colour)) }

// forbids says which kind of colours the reduced picture may not have: a colour profile and the coding of video signals
// are for grey or for colours.
func (s *source) forbids() (noGrey, noColour bool) {
	for _, c := range s.early {
		if c.Type == "iCCP" || c.Type == "cICP" {
			grey := s.form.colour == grey || s.form.colour == greyAlpha
			return !grey, grey
		}
	}
	return false, false
}

// background is the colour of bKGD, with 16 bits a channel; not ok where there is none that can be read.
func (s *source) background() (rgb [3]uint16, ok bool) {
	b := s.bkgd
	switch f := &s.form; {
	case f.colour == indexed && len(b) == 1:
		if i := 3 * int(b[0]); i+3 <= len(f.plte) {
			for k := range rgb {
				rgb[k] = uint16(f.plte[i+k]) * 257
			}
			return rgb, true
		}
	case (f.colour == grey || f.colour == greyAlpha) && len(b) == 2:
		v := widen(binary.BigEndian.Uint16(b), f.depth)
		return [3]uint16{v, v, v}, true
	case (f.colour == truecolour || f.colour == truecolourAlpha) && len(b) == 6:
		for k := range rgb {
			rgb[k] = widen(binary.BigEndian.Uint16(b[2*k:]), f.depth)
		}
		return rgb, true
	}
	return rgb, false
}

// widen makes a sample of 16 bits of one of fewer.
func widen(v uint16, depth byte) uint16 {
	top := uint32(1)<<depth - 1
	return uint16((uint32(v) & top) * 0xffff / top)
}

// significant is the sBIT chunk for a form, nil where there was none or it would no longer be true.
func (s *source) significant(f *form) []byte {
	var rgba []byte // as channels of colour and alpha
	full := func(colour, depth byte) byte {
		if colour == indexed {
			return 8
		}
		return depth
	}
	most := full(s.form.colour, s.form.depth)
	switch b := s.sbit; {
	case s.form.colour == grey && len(b) == 1:
		rgba = []byte{b[0], b[0], b[0], most}
	case s.form.colour == greyAlpha && len(b) == 2:
		rgba = []byte{b[0], b[0], b[0], b[1]}
	case (s.form.colour == truecolour || s.form.colour == indexed) && len(b) == 3:
		rgba = append(bytes.Clone(b), most)
	case s.form.colour == truecolourAlpha && len(b) == 4:
		rgba = bytes.Clone(b)
	default:
		return nil
	}
	limit := full(f.colour, f.depth)
	for i, bits := range rgba {
		if i == 3 {
			rgba[i] = min(bits, limit) // of two opacities little can be said
		} else if bits == 0 || bits > limit {
			return nil
		}
	}
	switch f.colour {
	case grey, greyAlpha:
		if rgba[0] != rgba[1] || rgba[0] != rgba[2] {
			return nil
		}
		if f.colour == grey {
			return rgba[:1]
		}
		return rgba[2:]
	case truecolourAlpha:
		return rgba
	}
	return rgba[:3]
}

// orientation is the tag 0x0112 of Exif (0th IFD), 1 to 8; 0 where there is none.
func orientation(exif []byte) uint16 {
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case len(exif) < 8:
		return 0
	case bytes.HasPrefix(exif, []byte("II*\x00")):
		order = binary.LittleEndian
	case !bytes.HasPrefix(exif, []byte("MM\x00*")):
		return 0
	}
	at := uint64(order.Uint32(exif[4:]))
	if at+2 > uint64(len(exif)) {
		return 0
	}
	entries := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(entries) < 12 {
			return 0
		}
		const short = 3
		if order.Uint16(entries) == 0x0112 && order.Uint16(entries[2:]) == short && order.Uint32(entries[4:]) == 1 {
			if o := order.Uint16(entries[8:]); o <= 8 {
				return o
			}
			return 0
		}
		entries = entries[12:]
	}
	return 0
}

// oriented is the smallest Exif that says which way is up, and nothing of where and with what a picture was taken.
func oriented(o uint16) []byte {
	return append([]byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01"), byte(o>>8), byte(o), 0, 0, 0, 0, 0, 0)
}
