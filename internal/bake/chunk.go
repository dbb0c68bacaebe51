package bake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// Limits on what is read. They bound memory and time on files of strangers and are far above any real badge.
const (
	MaxFile   = 64 << 20 // bytes of a PNG, before and after baking
	MaxSVG    = 16 << 20 // bytes of an SVG, before and after baking; a text may have six times its size in one
	MaxText   = 1 << 20  // bytes of one baked text, after decompression
	maxChunks = 1 << 16  // chunks of a PNG
	maxFound  = 16       // baked texts of a file; compressed ones would otherwise add up to gigabytes
)

const (
	signature = "\x89PNG\r\n\x1a\n"
	overhead  = 12 // bytes of a chunk beside its data: length and type before it, checksum after it
)

var (
	// ErrNotPNG is in the chain of errors about files that are not PNGs at all.
	ErrNotPNG = errors.New("not a PNG")
	// ErrNotImage is in the chain of errors about files that are neither PNGs nor SVGs.
	ErrNotImage = errors.New("neither a PNG nor an SVG")
	// ErrTooLarge is in the chain of errors about files beyond MaxFile or MaxSVG.
	ErrTooLarge = errors.New("image is too large")
)

// FormatError says that a file is a PNG but a broken one, or holds a badge that cannot be read.
type FormatError struct {
	Chunk  string // type of the chunk at fault; empty where it has none, as at the end of a truncated file
	Offset int    // byte at which the chunk begins (its length field), or at which the file ends; counts from 0
	Reason string
}

func (e *FormatError) Error() string {
	if e.Chunk == "" {
		return fmt.Sprintf("byte %d: %s", e.Offset, e.Reason)
	}
	return fmt.Sprintf("chunk %s at byte %d: %s", e.Chunk, e.Offset, e.Reason)
}

// Chunk is one chunk of a PNG (PNG, "Chunk layout"). Data is a part of the file and not a copy.
type Chunk struct {
	Type   string // four ASCII letters
	Offset int    // byte at which the chunk begins, that is its length field
	Data   []byte
}

// End is the byte after the chunk.
func (c Chunk) End() int { return c.Offset + overhead + len(c.Data) }

func (c Chunk) errorf(format string, args ...any) error {
	return &FormatError{Chunk: c.Type, Offset: c.Offset, Reason: fmt.Sprintf(format, args...)}
}

// Chunks returns the chunks of a PNG in file order, IHDR to IEND. It checks what holds for every PNG: signature,
// lengths, checksums, a sound IHDR first and once, at least one IDAT, an IEND. Pixels are not looked at. Bytes after
// IEND are left to the caller: they exist where the last chunk's End is not the length of the file.
//
// The error wraps ErrNotPNG or ErrTooLarge, or is a *FormatError.
func Chunks(png []byte) ([]Chunk, error) {
	if len(png) > MaxFile {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are read", ErrTooLarge, len(png), MaxFile)
	}
	if !bytes.HasPrefix(png, []byte(signature)) {
		return nil, fmt.Errorf("%w: %s", ErrNotPNG, describe(png))
	}
	chunks := make([]Chunk, 0, 16)
	pixels := false
	for offset := len(signature); ; {
		c, err := readChunk(png, offset)
		if err != nil {
			return nil, err
		}
		switch {
		case len(chunks) == maxChunks:
			return nil, c.errorf("more than %d chunks", maxChunks)
		case len(chunks) == 0:
			if err := checkHeader(c); err != nil {
				return nil, err
			}
		case c.Type == "IHDR":
			return nil, c.errorf("a second IHDR")
		case c.Type == "IDAT":
			pixels = true
		case c.Type == "IEND":
			if len(c.Data) != 0 {
				return nil, c.errorf("%d bytes of data, want none", len(c.Data))
			}
			if !pixels {
				return nil, c.errorf("no IDAT chunk before it, so there is no picture")
			}
			return append(chunks, c), nil
		}
		chunks = append(chunks, c)
		offset = c.End()
	}
}

func readChunk(png []byte, offset int) (Chunk, error) {
	rest := png[offset:]
	switch {
	case len(rest) == 0:
		return Chunk{}, &FormatError{Offset: offset, Reason: "the file ends without an IEND chunk"}
	case len(rest) < 8:
		return Chunk{}, &FormatError{Offset: len(png), Reason: "the file ends inside a chunk"}
	}
	length := binary.BigEndian.Uint32(rest)
	for _, b := range rest[4:8] {
		if (b|0x20) < 'a' || (b|0x20) > 'z' {
			return Chunk{}, &FormatError{Offset: offset, Reason: fmt.Sprintf("chunk type %q is not four letters", rest[4:8])}
		}
	}
	c := Chunk{Type: string(rest[4:8]), Offset: offset}
	switch left := uint64(len(rest) - 8); {
	case uint64(length) > left:
		return c, c.errorf("%d bytes of data announced, the file ends after %d", length, left)
	case uint64(length)+4 > left:
		return c, c.errorf("the file ends inside the checksum")
	}
	c.Data = rest[8 : 8+length]
	if crc32.ChecksumIEEE(rest[4:8+length]) != binary.BigEndian.Uint32(rest[8+length:]) {
		return c, c.errorf("checksum does not match")
	}
	return c, nil
}

func checkHeader(c Chunk) error {
	if c.Type != "IHDR" {
		return c.errorf("the first chunk must be IHDR")
	}
	if len(c.Data) != 13 {
		return c.errorf("%d bytes of data, want 13", len(c.Data))
	}
	for i, side := range []string{"width", "height"} {
		if n := binary.BigEndian.Uint32(c.Data[4*i:]); n == 0 || n > 1<<31-1 {
			return c.errorf("%s is %d, want 1 to %d", side, n, 1<<31-1)
		}
	}
	return nil
}

// describe says what a file is that does not begin as a PNG does.
func describe(file []byte) string {
	if len(file) == 0 {
		return "the file is empty"
	}
	if len(file) < len(signature) && bytes.HasPrefix([]byte(signature), file) {
		return fmt.Sprintf("the file ends after %d bytes", len(file))
	}
	if len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WEBP" {
		return "the file is a WebP"
	}
	start := string(bytes.TrimLeft(file[:min(len(file), 256)], " \t\r\n"))
	for _, known := range []struct{ prefix, is string }{
		{"\x89PNG", "line ends were changed, as by a transfer in text mode"},
		{"\xff\xd8\xff", "the file is a JPEG"},
		{"GIF8", "the file is a GIF"},
		{"%PDF", "the file is a PDF"},
		{"\x1f\x8b", "the file is compressed, as an svgz is"},
		{"<", "the file is SVG, HTML or other XML"},
	} {
		if strings.HasPrefix(start, known.prefix) {
			return known.is
		}
	}
	return "the file does not begin with the PNG signature"
}
