// Package lossless writes a PNG's picture in fewer bytes. A class's image is reduced once and then copied into the image
// of every award, so it may cost some time.
//
// Pixels look the same: each has the same colour and opacity, to the last bit, and what tells viewers how to show them
// stays (colour spaces, the size of a pixel, the way up). The colour of pixels that are fully transparent, which nobody
// sees, is not kept. Nor is anything that is no picture: words, times, places, previews, histograms, notes of editors.
//
// The bytes depend on the file and on Version alone, on every machine and with every release of Go, as long as
// image/png reads the same pixels.
package lossless

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image/png"
	"io"
	"strings"

	"blazon/internal/bake"
	"blazon/internal/deflate"
)

// Version changes whenever other bytes come out of the same picture than before. It belongs into the key under which a
// result is remembered.
const Version = "lossless 2"

// Limits of what is worked on. Beyond them a picture stays as it is: no backpack takes it, and the work would take too
// long.
const (
	maxPixels = 16_000_000
	maxBytes  = 32 << 20 // of pixels, as they are packed
)

// maxInflation is what a byte of deflate can become: 258 bytes take two bits at least.
const maxInflation = 1032

// Result is a reduced PNG.
type Result struct {
	PNG    []byte
	Before int      // bytes of the file that was given
	After  int      // bytes of PNG; never more than Before
	Done   []string // what was done, in words; nothing where the file is as it was
}

// Reduce returns the picture in as few bytes as it can. Badges baked into the file are left out, as bake.Split does. A
// file that holds anything that is not understood (an animation, chunks of a kind to come) or is too large for the work
// keeps all its other chunks; so does its packed picture where nothing smaller is found.
//
// The error is one of bake.Split, or says that the picture cannot be decoded.
func Reduce(file []byte) (Result, error) {
	clean, err := bake.Bake(file)
	if err != nil {
		return Result{}, err
	}
	chunks, err := bake.Chunks(clean)
	if err != nil {
		return Result{}, err
	}
	as := Result{PNG: clean, Before: len(file), After: len(clean)}
	if len(clean) < len(file) {
		as.Done = append(as.Done, "badge taken out")
	}
	src, ok := sort(chunks)
	if !ok {
		return as, nil
	}
	pixels := uint64(src.width) * uint64(src.height)
	raw := pixels * src.bitsPerPixel() / 8
	if pixels > maxPixels || raw > maxBytes {
		return as, nil
	}
	// The decoder makes room for the picture before it reads it. A small file that announces a large picture is refused
	// without that.
	if raw > maxInflation*uint64(len(src.idat)) {
		return Result{}, errors.New("picture cannot be decoded: its data ends too early")
	}
	img, err := png.Decode(bytes.NewReader(clean))
	if err != nil {
		return Result{}, fmt.Errorf("picture cannot be decoded: %s", plain(err))
	}
	as.shrink(src, newRaster(img))
	return as, nil
}

// shrink replaces the file by the smallest form that it finds, if that is smaller.
func (r *Result) shrink(src *source, pic *raster) {
	background, hasBackground := src.background()
	hasBackground = hasBackground && !pic.opaque
	if hasBackground {
		pic.see(background)
	}
	best, form := file(src, &src.form, src.idat, hasBackground), &src.form
	noGrey, noColour := src.forbids()
	if packed, f := search(pic, noGrey, noColour, len(src.idat)+src.form.overhead()); packed != nil {
		if other := file(src, f, packed, hasBackground); len(other) < len(best) {
			best, form = other, f
		}
	}
	if len(best) >= len(r.PNG) {
		return
	}
	if form != &src.form {
		r.Done = append(r.Done, changes(src, form)...)
	}
	if src.dropped {
		r.Done = append(r.Done, "notes left out")
	}
	if len(r.Done) == 0 {
		r.Done = append(r.Done, "chunks joined")
	}
	r.PNG, r.After = best, len(best)
}

// changes says how a picture's form differs from its source.
func changes(src *source, f *form) []string {
	var done []string
	if f.name() != src.form.name() {
		done = append(done, src.form.name()+" to "+f.name())
	}
	if src.interlaced {
		done = append(done, "interlacing taken out")
	}
	return append(done, "packed better")
}

// file writes a PNG.
func file(src *source, f *form, idat []byte, background bool) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	header := binary.BigEndian.AppendUint32(nil, src.width)
	header = binary.BigEndian.AppendUint32(header, src.height)
	header = append(header, f.depth, f.colour, 0, 0, 0)
	if src.interlaced && f == &src.form {
		header[12] = 1
	}
	out = appendChunk(out, "IHDR", header)
	for _, c := range src.early {
		out = appendChunk(out, c.Type, c.Data)
	}
	if bits := src.significant(f); bits != nil {
		out = appendChunk(out, "sBIT", bits)
	}
	if f.colour == indexed {
		out = appendChunk(out, "PLTE", f.paletteBytes())
	}
	if t := f.transparency(); t != nil {
		out = appendChunk(out, "tRNS", t)
	}
	if background {
		rgb, _ := src.background()
		out = appendChunk(out, "bKGD", f.sample(rgb))
	}
	for _, c := range src.late {
		out = appendChunk(out, c.Type, c.Data)
	}
	out = appendChunk(out, "IDAT", idat)
	return appendChunk(out, "IEND", nil)
}

func appendChunk(out []byte, kind string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	start := len(out)
	out = append(out, kind...)
	out = append(out, data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
}

// plain leaves the names of Go's packages out of a message.
func plain(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "its data ends too early"
	}
	reason := err.Error()
	for _, prefix := range []string{"png: ", "invalid format: ", "unsupported feature: ", "zlib: ", "flate: "} {
		reason = strings.TrimPrefix(reason, prefix)
	}
	return reason
}

// effort is what a picture of so many bytes is worth.
func effort(raw int) deflate.Effort {
	if raw <= 4<<20 {
		return deflate.Best
	}
	return deflate.Quick
}
