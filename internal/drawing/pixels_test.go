package drawing_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/drawing"
)

var update = flag.Bool("update", false, "write testdata/pixels.txt anew; look at the drawings before you commit it")

// TestPixels: each drawing has the same pixels on every machine. The hashes are of pixels and not of files, as packing
// may change with a release of Go. A change that is meant is looked at and then taken over with -update.
func TestPixels(t *testing.T) {
	files, err := filepath.Glob("testdata/*.svg")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var got strings.Builder
	for _, file := range files {
		svg, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Empty(t, drawing.Check(svg), file)
		for _, size := range []image.Point{{300, 300}, {177, 251}} {
			picture, err := drawing.Draw(t.Context(), svg, size.X, size.Y)
			require.NoError(t, err, file)
			require.Equal(t, image.Rectangle{Max: size}, picture.Rect)
			fmt.Fprintf(&got, "%x %dx%d %s\n", sha256.Sum256(picture.Pix), size.X, size.Y, filepath.Base(file))
		}
	}
	if *update {
		require.NoError(t, os.WriteFile("testdata/pixels.txt", []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile("testdata/pixels.txt")
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String(), "where this is meant, Version changes as well")
}

// TestEncode: a picture and its PNG hold the same pixels, and one picture gives one PNG.
func TestEncode(t *testing.T) {
	svg, err := os.ReadFile("testdata/groups.svg")
	require.NoError(t, err)
	picture, err := drawing.Draw(t.Context(), svg, 100, 80)
	require.NoError(t, err)
	first, err := drawing.Encode(picture)
	require.NoError(t, err)
	second, err := drawing.Encode(picture)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	back, _, err := image.Decode(strings.NewReader(string(first)))
	require.NoError(t, err)
	assert.Equal(t, picture.Pix, back.(*image.NRGBA).Pix)
}
