package lossless_test

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
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// chunk is a chunk to be written.
type chunk struct{ kind, data string }

// sketch is a PNG to be written, of any kind that the specification allows.
type sketch struct {
	width, height int
	colour, depth byte
	interlaced    bool
	early         []chunk // before the pixels; PLTE and tRNS are of these
	late          []chunk
	sample        func(x, y, channel int) int
}

var channelsOf = map[byte]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

// encode writes the PNG, with each filter type in turn.
func (s sketch) encode(t testing.TB) []byte {
	t.Helper()
	passes := [][4]int{{0, 0, 1, 1}}
	if s.interlaced {
		passes = [][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
	}
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	for _, p := range passes {
		var above []byte
		for y := p[1]; y < s.height; y += p[3] {
			row := s.row(p[0], p[2], y)
			if row == nil {
				break
			}
			if above == nil {
				above = make([]byte, len(row))
			}
			_, err := w.Write(filtered(y%5, row, above, max(int(s.depth)*channelsOf[s.colour]/8, 1)))
			require.NoError(t, err)
			above = row
		}
	}
	require.NoError(t, w.Close())

	header := binary.BigEndian.AppendUint32(nil, uint32(s.width))
	header = append(binary.BigEndian.AppendUint32(header, uint32(s.height)), s.depth, s.colour, 0, 0, 0)
	if s.interlaced {
		header[12] = 1
	}
	all := append([]chunk{{"IHDR", string(header)}}, s.early...)
	half := packed.Len() / 2 // in two chunks
	all = append(all, chunk{"IDAT", packed.String()[:half]}, chunk{"IDAT", packed.String()[half:]})
	return assemble(append(append(all, s.late...), chunk{"IEND", ""}))
}

func assemble(chunks []chunk) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range chunks {
		out = binary.BigEndian.AppendUint32(out, uint32(len(c.data)))
		out = append(out, c.kind+c.data...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(c.kind+c.data)))
	}
	return out
}

// row packs every step-th pixel of a row; nil where there is none.
func (s sketch) row(from, step, y int) []byte {
	var bits []byte
	for x := from; x < s.width; x += step {
		for c := range channelsOf[s.colour] {
			v := s.sample(x, y, c)
			for b := int(s.depth) - 1; b >= 0; b-- {
				bits = append(bits, byte(v>>b&1))
			}
		}
	}
	if bits == nil {
		return nil
	}
	row := make([]byte, (len(bits)+7)/8)
	for i, b := range bits {
		row[i/8] |= b << (7 - i%8)
	}
	return row
}

func filtered(kind int, row, above []byte, bpp int) []byte {
	out := []byte{byte(kind)}
	for i, v := range row {
		left, corner := 0, 0
		if i >= bpp {
			left, corner = int(row[i-bpp]), int(above[i-bpp])
		}
		up := int(above[i])
		guess := 0
		switch kind {
		case 1:
			guess = left
		case 2:
			guess = up
		case 3:
			guess = (left + up) / 2
		case 4:
			guess = up
			p := left + up - corner
			dl, du, dc := distance(p, left), distance(p, up), distance(p, corner)
			if dl <= du && dl <= dc {
				guess = left
			} else if dc < du {
				guess = corner
			}
		}
		out = append(out, v-byte(guess))
	}
	return out
}

func distance(a, b int) int { return max(a-b, b-a) }

// seen is what a viewer shows: colours of 16 bits, not multiplied, nothing where a pixel is fully transparent.
func seen(t testing.TB, file []byte) (image.Rectangle, []color.NRGBA64) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	b := img.Bounds()
	var all []color.NRGBA64
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := unmultiplied(img.At(x, y))
			if c.A == 0 {
				c = color.NRGBA64{}
			}
			all = append(all, c)
		}
	}
	return b, all
}

// unmultiplied is exact, as a conversion by way of multiplied colours would not be.
func unmultiplied(c color.Color) color.NRGBA64 {
	switch c := c.(type) {
	case color.NRGBA:
		wide := func(v uint8) uint16 { return uint16(v) * 257 }
		return color.NRGBA64{R: wide(c.R), G: wide(c.G), B: wide(c.B), A: wide(c.A)}
	case color.NRGBA64:
		return c
	}
	r, g, b, a := c.RGBA() // image/png uses other types for opaque pixels only
	return color.NRGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)}
}

func requireSame(t testing.TB, before, after []byte) {
	t.Helper()
	wantSize, want := seen(t, before)
	size, got := seen(t, after)
	require.Equal(t, wantSize, size)
	for i := range want {
		if want[i] != got[i] {
			require.Equal(t, want[i], got[i], "pixel %d, %d", i%size.Dx(), i/size.Dx())
		}
	}
}

// judge checks files with pngcheck, all at once.
type judge struct {
	t     *testing.T
	dir   string
	names []string
}

func newJudge(t *testing.T) *judge { return &judge{t: t, dir: t.TempDir()} }

func (j *judge) add(file []byte) {
	name := filepath.Join(j.dir, strconv.Itoa(len(j.names))+".png")
	require.NoError(j.t, os.WriteFile(name, file, 0o600))
	j.names = append(j.names, name)
}

// verdict fails the test where pngcheck finds something wrong with a file, or nothing with a broken one.
func (j *judge) verdict() {
	t := j.t
	t.Helper()
	require.NotEmpty(t, j.names)
	t.Run("pngcheck", func(t *testing.T) {
		program, err := exec.LookPath("pngcheck")
		if err != nil {
			if os.Getenv("BLAZON_REQUIRE_ALL") == "1" {
				t.Fatal("pngcheck is not installed")
			}
			t.Skip("pngcheck is not installed")
		}
		out, err := exec.Command(program, append([]string{"-q"}, j.names...)...).CombinedOutput()
		assert.NoError(t, err, "%s", out)

		data, err := os.ReadFile(j.names[0])
		require.NoError(t, err)
		data[len(data)-20] ^= 1
		broken := filepath.Join(j.dir, "broken.png")
		require.NoError(t, os.WriteFile(broken, data, 0o600))
		assert.Error(t, exec.Command(program, "-q", broken).Run())
	})
}
