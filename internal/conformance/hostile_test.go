package conformance_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/artwork"
	"blazon/internal/bake"
	"blazon/internal/drawing"
)

// What strangers' files may take at most. Neither is a measure of speed: without limits, the files below take minutes
// and gigabytes.
const (
	maxWait = 30 * time.Second
	maxHeap = 256 << 20 // bytes at any moment, above what there was before
)

// within runs something and fails the test where it takes too long or too much.
func within(t *testing.T, run func(ctx context.Context)) {
	t.Helper()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			peak.Store(max(peak.Load(), now.HeapAlloc))
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), maxWait)
	defer cancel()
	start := time.Now()
	run(ctx)
	took := time.Since(start)
	close(stop)
	<-stopped
	more := int64(peak.Load()) - int64(before.HeapAlloc)
	t.Logf("%v, %d MiB", took.Round(time.Millisecond), more>>20)
	assert.NoError(t, ctx.Err(), "it was the deadline that ended it")
	assert.Less(t, took, maxWait)
	assert.LessOrEqual(t, more, int64(maxHeap))
}

// TestHostileDrawings: what runs, fetches or leads away is found before anything is published, by name; and whatever
// the renderer makes of such a file, it makes without it.
func TestHostileDrawings(t *testing.T) {
	files, err := filepath.Glob(drawings + "/hostile/*.svg")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	data, err := os.ReadFile(drawings + "/hostile/expected.txt")
	require.NoError(t, err)
	expected := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		if name, what, ok := strings.Cut(strings.TrimSpace(line), ".svg: "); ok {
			expected[name] = strings.Split(what, " | ")
		}
	}
	require.Len(t, expected, len(files))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".svg")
		t.Run(name, func(t *testing.T) {
			svg, err := os.ReadFile(file)
			require.NoError(t, err)
			within(t, func(ctx context.Context) {
				_, findings, err := artwork.InspectSVG(svg)
				assert.NoError(t, err)
				require.NotEmpty(t, expected[name])
				for _, want := range expected[name] {
					found := false
					for _, f := range findings {
						found = found || strings.HasPrefix(f.What, want)
					}
					assert.True(t, found, "%s is not among %+v", want, findings)
				}
				if picture, err := drawing.Draw(ctx, svg, 60, 60); err == nil {
					assert.NotNil(t, picture)
				} else {
					assert.ErrorAs(t, err, new(*drawing.RefusalError))
				}
			})
		})
	}
}

// TestHostileDrawingsOfArtwork: the corpus of the inspection is safe to draw too, and most of it is refused twice.
func TestHostileDrawingsOfArtwork(t *testing.T) {
	files, err := filepath.Glob(root + "/internal/artwork/testdata/*/*.svg")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		svg, err := os.ReadFile(file)
		require.NoError(t, err)
		picture, err := drawing.Draw(t.Context(), svg, 40, 40)
		if filepath.Base(filepath.Dir(file)) == "broken" {
			assert.Error(t, err, file)
		}
		assert.Equal(t, err == nil, picture != nil, file)
		if err != nil {
			assert.ErrorAs(t, err, new(*drawing.RefusalError), file)
		}
	}
}

// repeat is a text with %d as its number, n times.
func repeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "%d", fmt.Sprint(i)))
	}
	return b.String()
}

// nest is n elements within each other.
func nest(n int, open, inner, end string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

// TestHugeDrawings: files beyond the limits are refused by them, in no time.
func TestHugeDrawings(t *testing.T) {
	for name, body := range map[string]string{
		"bytes":      `<title>` + strings.Repeat("x", 8<<20) + `</title>`,
		"elements":   strings.Repeat(`<g/>`, 100_000),
		"million":    strings.Repeat(`<g/>`, 1_000_000),
		"depth":      nest(500, `<g opacity=".5">`, `<rect width="9" height="9"/>`, `</g>`),
		"attributes": `<g ` + repeat(20_000, `a%d="" `) + `/>`,
	} {
		t.Run(name, func(t *testing.T) {
			svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">` + body + `</svg>`)
			within(t, func(ctx context.Context) {
				_, _, err := artwork.InspectSVG(svg)
				assert.ErrorAs(t, err, new(*artwork.SyntaxError))
				_, err = drawing.Draw(ctx, svg, drawnWidth, drawnWidth)
				assert.ErrorAs(t, err, new(*drawing.RefusalError))
				assert.NotEmpty(t, drawing.Check(svg))
			})
		})
	}
	for _, size := range [][2]int{{0, 100}, {100, -1}, {1 << 20, 1}, {1 << 20, 1 << 20}} {
		within(t, func(ctx context.Context) {
			picture, err := drawing.Draw(ctx, []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), size[0], size[1])
			assert.Error(t, err, size)
			assert.Nil(t, picture)
		})
	}
}

// piece is a chunk of a PNG.
func piece(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// picture is a PNG of a declared size with the given chunks after its header.
func picture(width, height uint32, depth, colour, interlaced byte, chunks ...[]byte) []byte {
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	header = append(header, depth, colour, 0, 0, interlaced)
	out := append([]byte("\x89PNG\r\n\x1a\n"), piece("IHDR", header)...)
	for _, c := range chunks {
		out = append(out, c...)
	}
	return append(out, piece("IEND", nil)...)
}

// zeros are n bytes of nothing, packed.
func zeros(t *testing.T, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	require.NoError(t, err)
	_, err = io.CopyN(w, zeroReader{}, n)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestHostilePictures: what a PNG may do to its reader it does to none of ours: neither to the inspection of an author's
// image nor to the taking out of a badge. Those that are pictures all the same keep every chunk when they are baked.
func TestHostilePictures(t *testing.T) {
	dot := zeros(t, 2) // one grey pixel and its filter
	whole := picture(1, 1, 8, 0, 0, piece("IDAT", dot))
	huge := func(kind, start string) []byte {
		return piece(kind, append([]byte(start), bytes.Repeat([]byte("x"), 20<<20)...))
	}
	bomb := zeros(t, 200<<20)
	require.Less(t, len(bomb), 1<<20)
	crc := bytes.Clone(whole)
	crc[len(crc)-13]++ // of IDAT
	tests := map[string]struct {
		png      []byte
		artwork  string // what the inspection says; empty where it is content
		unbaking string // what unbaking says
	}{
		"whole":                         {whole, "", ""},
		"declares-1e5-by-1e5":           {picture(100_000, 100_000, 8, 6, 0, piece("IDAT", bomb)), "at most 40 million are allowed", ""},
		"declares-2e9-by-2e9":           {picture(1<<31-1, 1<<31-1, 16, 6, 0, piece("IDAT", dot)), "at most 40 million are allowed", ""},
		"declares-beyond-the-standard":  {picture(1<<31, 1, 8, 0, 0, piece("IDAT", dot)), "IHDR", "IHDR"},
		"declares-nothing":              {picture(0, 0, 8, 0, 0, piece("IDAT", dot)), "IHDR", "IHDR"},
		"long-and-thin":                 {picture(1<<31-1, 1, 1, 0, 0, piece("IDAT", dot)), "at most 40 million are allowed", ""},
		"announces-more-than-it-has":    {picture(6_000, 6_000, 16, 6, 0, piece("IDAT", dot)), "its data ends too early", ""},
		"announces-interlaced":          {picture(6_000, 6_000, 16, 6, 1, piece("IDAT", dot)), "its data ends too early", ""},
		"pixels-are-a-bomb":             {picture(1, 1, 8, 0, 0, piece("IDAT", bomb)), "too much pixel data", ""},
		"pixels-are-a-bomb-in-pieces":   {picture(1, 1, 8, 0, 0, append(piece("IDAT", bomb[:9]), piece("IDAT", bomb[9:])...)), "too much pixel data", ""},
		"truncated-in-pixels":           {whole[:len(whole)-14], "", ""},
		"truncated-in-end":              {whole[:len(whole)-3], "", ""},
		"truncated-after-signature":     {whole[:8], "", ""},
		"bad-checksum":                  {crc, "checksum does not match", "checksum does not match"},
		"length-beyond-the-file":        {append(append(bytes.Clone(whole[:33]), 0xff, 0xff, 0xff, 0xff), whole[37:]...), "IDAT", "IDAT"},
		"length-of-half-the-world":      {append(append(bytes.Clone(whole[:33]), 0x7f, 0xff, 0xff, 0xff), whole[37:]...), "IDAT", "IDAT"},
		"two-headers":                   {picture(1, 1, 8, 0, 0, whole[8:33], piece("IDAT", dot)), "IHDR", "IHDR"},
		"no-pixels":                     {picture(1, 1, 8, 0, 0), "IDAT", "IDAT"},
		"palette-missing":               {picture(1, 1, 8, 3, 0, piece("IDAT", dot)), "picture cannot be decoded", ""},
		"palette-too-long":              {picture(1, 1, 8, 3, 0, piece("PLTE", make([]byte, 3*300)), piece("IDAT", dot)), "picture cannot be decoded", ""},
		"depth-unknown":                 {picture(1, 1, 7, 0, 0, piece("IDAT", dot)), "picture cannot be decoded", ""},
		"animated":                      {picture(1, 1, 8, 0, 0, piece("acTL", []byte("\xff\xff\xff\xff\x00\x00\x00\x00")), piece("fcTL", append(make([]byte, 4), "\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01\x00\x00"...)), piece("IDAT", dot)), "", ""},
		"animated-with-a-bomb":          {picture(1, 1, 8, 0, 0, piece("acTL", []byte("\x00\x00\x00\x02\x00\x00\x00\x00")), piece("IDAT", dot), piece("fdAT", append(make([]byte, 4), bomb...))), "", ""},
		"huge-text":                     {picture(1, 1, 8, 0, 0, huge("tEXt", "Comment\x00"), piece("IDAT", dot)), "", ""},
		"huge-badge":                    {picture(1, 1, 8, 0, 0, huge("iTXt", "openbadges\x00\x00\x00\x00\x00"), piece("IDAT", dot)), "", "iTXt"},
		"huge-badge-of-old":             {picture(1, 1, 8, 0, 0, huge("tEXt", "openbadges\x00"), piece("IDAT", dot)), "", "tEXt"},
		"badge-is-a-bomb":               {picture(1, 1, 8, 0, 0, piece("iTXt", append([]byte("openbadges\x00\x01\x00\x00\x00"), bomb...)), piece("IDAT", dot)), "", "iTXt"},
		"badge-is-an-old-bomb":          {picture(1, 1, 8, 0, 0, piece("zTXt", append([]byte("openbadges\x00\x00"), bomb...)), piece("IDAT", dot)), "", "zTXt"},
		"badges-are-many":               {picture(1, 1, 8, 0, 0, []byte(strings.Repeat(string(piece("iTXt", append([]byte("openbadges\x00\x01\x00\x00\x00"), zeros(t, 1<<20)...))), 100)), piece("IDAT", dot)), "", "more than 16 badges"},
		"profile-is-a-bomb":             {picture(1, 1, 8, 0, 0, piece("iCCP", append([]byte("x\x00\x00"), bomb...)), piece("IDAT", dot)), "", ""},
		"chunks-are-many":               {picture(1, 1, 8, 0, 0, []byte(strings.Repeat(string(piece("teSt", nil)), 70_000)), piece("IDAT", dot)), "more than 65536 chunks", "more than 65536 chunks"},
		"chunk-that-must-be-understood": {picture(1, 1, 8, 0, 0, piece("FAKE", nil), piece("IDAT", dot)), "demands to be understood", ""},
		"chunk-of-no-letters":           {picture(1, 1, 8, 0, 0, piece("\x00\x01<>", nil), piece("IDAT", dot)), "byte 33", "byte 33"},
		"bytes-after-the-end":           {append(bytes.Clone(whole), "<script>alert(1)</script>"...), "bytes follow", ""},
		"another-picture-after-the-end": {append(bytes.Clone(whole), whole...), "bytes follow", ""},
		"larger-than-any":               {append(bytes.Clone(whole), make([]byte, bake.MaxFile)...), "too large", "too large"},
		"a-page":                        {[]byte("<!doctype html><script>alert(1)</script>"), "", ""},
		"a-page-after-the-signature":    {append(bytes.Clone(whole[:8]), "<!doctype html><script>alert(1)</script>"...), "", ""},
	}
	// These have to be refused by both; how it is put depends on where the cut is, and on what the file may be taken for.
	broken := map[string]bool{"truncated-in-pixels": true, "truncated-in-end": true, "truncated-after-signature": true, "a-page": true, "a-page-after-the-signature": true}
	says := func(t *testing.T, name string, err error, want string) {
		t.Helper()
		switch {
		case broken[name]:
			assert.Error(t, err)
		case want == "":
			assert.NoError(t, err)
		default:
			assert.ErrorContains(t, err, want)
		}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			within(t, func(context.Context) {
				_, err := artwork.InspectPNG(test.png)
				says(t, name, err, test.artwork)
				good := err == nil
				_, err = bake.Unbake(test.png)
				says(t, name, err, test.unbaking)
				baked, err := bake.Bake(test.png, bake.Text{Keyword: bake.OB2, Value: `{"a":"b"}`})
				if !good {
					return
				}
				require.NoError(t, err)
				found, err := bake.Unbake(baked)
				require.NoError(t, err)
				badge, ok := bake.First(found, bake.OB2)
				assert.True(t, ok)
				assert.Equal(t, `{"a":"b"}`, badge.Value)
			})
		})
	}
}

// TestDrawingsGrow: a picture costs about what its pixels cost, however often it is drawn.
func TestDrawingsGrow(t *testing.T) {
	svg, err := os.ReadFile(drawings + "/inkscape-summit.svg")
	require.NoError(t, err)
	var first *image.NRGBA
	within(t, func(ctx context.Context) {
		for range 20 {
			picture, err := drawing.Draw(ctx, svg, drawnWidth, drawnWidth)
			require.NoError(t, err)
			if first == nil {
				first = picture
			}
			assert.True(t, bytes.Equal(first.Pix, picture.Pix), "the same drawing, other pixels")
		}
	})
}
