package artwork

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image/png"
	"io"
	"strings"

	"blazon/internal/bake"
)

// maxPixels bounds what decoding an image may take: at most eight bytes a pixel, twice while it is interlaced.
const maxPixels = 40_000_000

// maxInflation is what a byte of deflate can become: 258 bytes take two bits at least.
const maxInflation = 1032

// Version changes whenever InspectPNG judges a file in another way. It belongs into the key under which its judgement is
// remembered.
const Version = "artwork 1"

// InspectPNG checks that a PNG is whole: every chunk with its checksum, nothing after the end, chunks that every viewer
// knows, and a picture that decodes. An image that passes can be baked. The frames of an animation after its first are
// checked by their checksums only.
//
// The error wraps bake.ErrNotPNG or bake.ErrTooLarge, is a *bake.FormatError, or says what the picture suffers from.
func InspectPNG(data []byte) (Info, error) {
	if _, err := bake.Split(data); err != nil {
		return Info{}, err
	}
	chunks, err := bake.Chunks(data)
	if err != nil {
		return Info{}, err
	}
	packed := 0 // bytes of compressed picture data
	pixels := false
	for i, c := range chunks {
		fault := func(reason string) (Info, error) {
			return Info{}, &bake.FormatError{Chunk: c.Type, Offset: c.Offset, Reason: reason}
		}
		switch c.Type {
		case "IHDR", "PLTE", "IEND":
		case "IDAT":
			// Go's decoder passes over such a chunk in silence; other viewers show half a picture.
			if pixels && chunks[i-1].Type != "IDAT" {
				return fault("other chunks stand between it and the IDAT before")
			}
			pixels = true
			packed += len(c.Data)
		default:
			// PNG, "Chunk naming conventions": a capital first letter means that a viewer must understand the chunk.
			if c.Type[0] < 'a' {
				return fault("no PNG viewer knows this kind of chunk, yet it demands to be understood")
			}
		}
	}
	header := chunks[0].Data
	width, height := binary.BigEndian.Uint32(header), binary.BigEndian.Uint32(header[4:])
	if uint64(width)*uint64(height) > maxPixels {
		return Info{}, fmt.Errorf("picture is %d x %d pixels, at most %d million are allowed", width, height, maxPixels/1_000_000)
	}
	// The decoder makes room for the picture before it reads it. A small file that announces a huge picture is refused
	// without that.
	if raw := uint64(width) * uint64(height) * bits(header[8], header[9]) / 8; raw > maxInflation*uint64(packed) {
		return Info{}, errors.New("picture cannot be decoded: its data ends too early")
	}
	if _, err := png.Decode(bytes.NewReader(data)); err != nil {
		return Info{}, fmt.Errorf("picture cannot be decoded: %s", plain(err))
	}
	return Info{Width: float64(width), Height: float64(height)}, nil
}

// bits is how many bits a pixel has by the bit depth and colour type of IHDR (PNG, "Image header").
func bits(depth, colour byte) uint64 {
	channels := map[byte]uint64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
	return uint64(depth) * channels[colour]
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
