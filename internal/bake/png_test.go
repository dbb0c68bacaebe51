package bake_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const signature = "\x89PNG\r\n\x1a\n"

// piece is a chunk as the tests see it, cut and joined without the package under test.
type piece struct{ kind, data string }

func (p piece) bytes() []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(p.data)))
	out = append(out, p.kind+p.data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// join makes a file of chunks.
func join(pieces ...piece) []byte {
	out := []byte(signature)
	for _, p := range pieces {
		out = append(out, p.bytes()...)
	}
	return out
}

// cut takes a file of chunks apart. It stops where the chunks stop making sense and looks at no checksum.
func cut(file []byte) (pieces []piece) {
	for at := len(signature); at+12 <= len(file); {
		n := int(binary.BigEndian.Uint32(file[at:]))
		if n > len(file)-at-12 {
			break
		}
		pieces = append(pieces, piece{string(file[at+4 : at+8]), string(file[at+8 : at+8+n])})
		at += 12 + n
	}
	return pieces
}

// isBadge reports whether a chunk is one that baking replaces.
func isBadge(p piece) bool {
	name, _, _ := strings.Cut(p.data, "\x00")
	text := p.kind == "iTXt" || p.kind == "tEXt" || p.kind == "zTXt"
	return text && (name == "openbadges" || name == "openbadgecredential")
}

// others are the chunks of a file that are not badges.
func others(file []byte) (rest []piece) {
	for _, p := range cut(file) {
		if !isBadge(p) {
			rest = append(rest, p)
		}
	}
	return rest
}

func deflate(data string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write([]byte(data))
	w.Close()
	return out.String()
}

func encode(t testing.TB, img image.Image) []byte {
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, img))
	return out.Bytes()
}

// small is a picture of 4 x 4 pixels.
func small(t testing.TB) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 37)
	}
	return encode(t, img)
}

// insert puts chunks before the i-th chunk of a file.
func insert(file []byte, i int, pieces ...piece) []byte {
	old := cut(file)
	return join(append(append(append([]piece(nil), old[:i]...), pieces...), old[i:]...)...)
}

// pictures are PNGs of every kind that matters: Go's copy of PngSuite and what it lacks.
func pictures(t testing.TB) map[string][]byte {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	dir := filepath.Join(strings.TrimSpace(string(root)), "src", "image", "png", "testdata")
	suite, err := filepath.Glob(filepath.Join(dir, "pngsuite", "*.png"))
	require.NoError(t, err)
	require.Greater(t, len(suite), 30, "PngSuite is missing from the Go tree: %s", dir)
	suite = append(suite, filepath.Join(dir, "gray-gradient.interlaced.png"), filepath.Join(dir, "benchRGB-interlace.png"))
	all := map[string][]byte{}
	for _, file := range suite {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		all[filepath.Base(file)] = data
	}

	deep := image.NewNRGBA64(image.Rect(0, 0, 9, 7))
	palette := image.NewPaletted(image.Rect(0, 0, 9, 7), color.Palette{
		color.NRGBA{}, color.NRGBA{R: 255, A: 128}, color.NRGBA{B: 255, A: 255},
	})
	for y := range 7 {
		for x := range 9 {
			deep.SetNRGBA64(x, y, color.NRGBA64{R: uint16(x * 7001), G: uint16(y * 9001), B: 77, A: uint16(65535 - x*99)})
			palette.SetColorIndex(x, y, uint8((x+y)%3))
		}
	}
	all["made-16-bit"] = encode(t, deep)
	all["made-palette-trns"] = encode(t, palette)
	all["made-small"] = small(t)
	all["made-apng"] = apng(t)
	// A grey picture with a transparent level, and every kind of neighbour a badge can have.
	all["made-neighbours"] = join(
		piece{"IHDR", "\x00\x00\x00\x02\x00\x00\x00\x02\x08\x00\x00\x00\x00"},
		piece{"gAMA", "\x00\x00\xb1\x8f"},
		piece{"iTXt", "Title\x00\x00\x00de\x00Titel\x00Gr\u00fc\u00dfe"},
		piece{"tRNS", "\x00\x80"},
		piece{"tEXt", "Comment\x00openbadges"},
		piece{"tEXt", "Openbadges\x00not the keyword"},
		piece{"zTXt", "Description\x00\x00" + deflate("openbadges")},
		piece{"IDAT", deflate("\x00\x00\x80\x00\xff\x80")[:5]},
		piece{"IDAT", deflate("\x00\x00\x80\x00\xff\x80")[5:]},
		piece{"tIME", "\x07\xea\x03\x0e\x0c\x00\x00"},
		piece{"IEND", ""},
	)
	return all
}

// apng is an animation of two frames.
func apng(t testing.TB) []byte {
	pixels := ""
	for _, p := range cut(small(t)) {
		if p.kind == "IDAT" {
			pixels += p.data
		}
	}
	frame := func(sequence byte) string {
		return "\x00\x00\x00" + string(sequence) + "\x00\x00\x00\x04\x00\x00\x00\x04" + strings.Repeat("\x00", 8) + "\x00\x01\x00\x0a\x00\x00"
	}
	return join(cut(small(t))[0],
		piece{"acTL", "\x00\x00\x00\x02\x00\x00\x00\x00"},
		piece{"fcTL", frame(0)}, piece{"IDAT", pixels},
		piece{"fcTL", frame(1)}, piece{"fdAT", "\x00\x00\x00\x02" + pixels},
		piece{"IEND", ""})
}

// pixels decodes a picture.
func pixels(file []byte) (image.Image, error) { return png.Decode(bytes.NewReader(file)) }
