package preview_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/preview"
)

// badge is a disc of one colour with a square of another in it, on nothing.
func badge(size int, rim, core color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			dx, dy := 2*x+1-size, 2*y+1-size
			if dx*dx+dy*dy < size*size*9/10 {
				img.SetNRGBA(x, y, rim)
			}
			if max(dx, -dx) < size*5/8 && max(dy, -dy) < size*5/8 {
				img.SetNRGBA(x, y, core)
			}
		}
	}
	return img
}

var (
	blue  = color.NRGBA{R: 20, G: 60, B: 200, A: 255}
	gold  = color.NRGBA{R: 220, G: 170, B: 40, A: 255}
	chalk = color.NRGBA{R: 250, G: 250, B: 246, A: 255}
	steel = color.NRGBA{R: 90, G: 92, B: 96, A: 255}
)

func decode(t testing.TB, file []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	return img
}

func at(img image.Image, x, y int) color.NRGBA {
	return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
}

func card(t testing.TB, img image.Image, accent color.Color) image.Image {
	t.Helper()
	file, err := preview.Card(img, accent)
	require.NoError(t, err)
	out := decode(t, file)
	require.Equal(t, image.Rect(0, 0, preview.CardWidth, preview.CardHeight), out.Bounds())
	return out
}

func light(c color.NRGBA) int { return (299*int(c.R) + 587*int(c.G) + 114*int(c.B)) / 1000 }

// TestExample: cards of this repository's badges are opaque, small and have the badge in the middle.
func TestExample(t *testing.T) {
	files, err := filepath.Glob("../../content/badges/*.png")
	require.NoError(t, err)
	require.Greater(t, len(files), 10)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		file, err := preview.Card(decode(t, data), nil)
		require.NoError(t, err)
		assert.Less(t, len(file), 80_000, name)
		c := decode(t, file)
		p, ok := c.(*image.Paletted)
		require.True(t, ok, name)
		assert.True(t, p.Opaque(), name)
		corner := at(c, 0, 0)
		assert.Greater(t, light(corner), 200, "%s: the ground is light", name)
		assert.Equal(t, corner, at(c, preview.CardWidth-1, preview.CardHeight-1), name)
		away := 0
		for y := 100; y < 530; y += 10 {
			if d := light(at(c, 600, y)) - light(corner); d > 30 || d < -30 {
				away++
			}
		}
		assert.Greater(t, away, 5, "%s: nothing is to be seen", name)
	}
}

func TestGround(t *testing.T) {
	for _, c := range []struct {
		name   string
		img    image.Image
		accent color.Color
		want   func(corner color.NRGBA) bool
	}{
		{"blue in gold", badge(300, gold, blue), nil, func(c color.NRGBA) bool { return c.B > c.R && light(c) > 200 }},
		{"gold alone", badge(300, gold, gold), nil, func(c color.NRGBA) bool { return c.R > c.B && light(c) > 200 }},
		{"grey", badge(300, steel, steel), nil, func(c color.NRGBA) bool {
			return max(c.R, c.G, c.B)-min(c.R, c.G, c.B) < 14 && light(c) > 200
		}},
		{"a light badge on a deep ground", badge(300, chalk, blue), nil, func(c color.NRGBA) bool { return light(c) < 110 }},
		{"accent", badge(300, gold, blue), color.NRGBA{R: 200, A: 255}, func(c color.NRGBA) bool { return c.R > c.B && c.R > c.G }},
		{"grey accent", badge(300, gold, blue), color.Gray{Y: 80}, func(c color.NRGBA) bool { return max(c.R, c.G, c.B)-min(c.R, c.G, c.B) < 14 }},
		{"nothing to see", image.NewNRGBA(image.Rect(0, 0, 50, 50)), nil, func(c color.NRGBA) bool { return light(c) > 200 }},
	} {
		corner := at(card(t, c.img, c.accent), 0, 0)
		assert.True(t, c.want(corner), "%s: %v", c.name, corner)
	}
}

// TestSizes: a large picture fills the height, a small one is enlarged but not beyond measure, and margins do not count.
func TestSizes(t *testing.T) {
	width := func(img image.Image) int {
		c := card(t, img, nil)
		n := 0
		for x := range preview.CardWidth {
			if p := at(c, x, preview.CardHeight/2); int(p.B) > int(p.R)+100 {
				n++
			}
		}
		return n
	}
	square := func(size, margin int) image.Image {
		img := image.NewNRGBA(image.Rect(-3, 7, size+2*margin-3, size+2*margin+7))
		for y := range size {
			for x := range size {
				img.SetNRGBA(margin+x-3, margin+y+7, blue)
			}
		}
		return img
	}
	assert.InDelta(t, 500, width(square(600, 0)), 3)
	assert.InDelta(t, 500, width(square(200, 150)), 3)
	assert.InDelta(t, 120, width(square(40, 0)), 3)
	strip := image.NewNRGBA(image.Rect(0, 0, 2000, 300))
	for i := range strip.Pix {
		strip.Pix[i] = []byte{blue.R, blue.G, blue.B, 255}[i%4]
	}
	assert.InDelta(t, 900, width(strip), 3)
}

func TestIcon(t *testing.T) {
	img := badge(300, gold, blue)
	for _, size := range []int{1, preview.Favicon, preview.TouchIcon, preview.AppIcon, preview.LargeIcon} {
		file, err := preview.Icon(img, size, nil)
		require.NoError(t, err)
		icon := decode(t, file)
		require.Equal(t, image.Rect(0, 0, size, size), icon.Bounds())
		if size > 1 {
			assert.Equal(t, blue, at(icon, size/2, size/2))
			assert.Zero(t, at(icon, 0, 0).A)
			assert.NotZero(t, at(icon, size/2, 0).A, "no margin")
		}

		file, err = preview.Icon(img, size, color.White)
		require.NoError(t, err)
		icon = decode(t, file)
		if size > 1 {
			assert.Equal(t, blue, at(icon, size/2, size/2))
			assert.Equal(t, color.NRGBA{R: 255, G: 255, B: 255, A: 255}, at(icon, size/2, 0))
		}
	}
	wide := image.NewNRGBA(image.Rect(0, 0, 90, 30))
	for i := range wide.Pix {
		wide.Pix[i] = []byte{blue.R, blue.G, blue.B, 255}[i%4]
	}
	file, err := preview.Icon(wide, 30, nil)
	require.NoError(t, err)
	icon := decode(t, file)
	assert.Zero(t, at(icon, 15, 9).A)
	assert.Equal(t, blue, at(icon, 0, 10))
	assert.Equal(t, blue, at(icon, 29, 19))
	assert.Zero(t, at(icon, 15, 20).A)
}

func TestErrors(t *testing.T) {
	_, err := preview.Card(image.NewNRGBA(image.Rectangle{}), nil)
	assert.ErrorContains(t, err, "no pixels")
	_, err = preview.Card(image.NewUniform(blue), nil)
	assert.ErrorContains(t, err, "at most 16 million")
	_, err = preview.Icon(image.NewNRGBA(image.Rectangle{}), 32, nil)
	assert.ErrorContains(t, err, "no pixels")
	for _, size := range []int{-1, 0, 1025} {
		_, err = preview.Icon(badge(10, blue, gold), size, nil)
		assert.ErrorContains(t, err, "want 1 to 1024")
	}
}

func TestWeights(t *testing.T) {
	for _, from := range []int{1, 2, 3, 7, 100, 599, 4000} {
		for _, to := range []int{1, 2, 3, 7, 100, 520, 1024} {
			sums, inside := preview.Weights(from, to)
			require.Len(t, sums, to)
			assert.True(t, inside, "%d to %d", from, to)
			for _, sum := range sums {
				require.EqualValues(t, preview.Unit, sum, "%d to %d", from, to)
			}
		}
	}
}

// TestScale: one colour stays this colour at every size, transparent pixels lend no colour, and light is averaged as
// light: half black, half white is lighter than the grey in the middle.
func TestScale(t *testing.T) {
	half := color.NRGBA{R: 200, G: 100, B: 7, A: 130}
	for _, size := range []int{1, 5, 33, 34, 200} {
		img := image.NewNRGBA(image.Rect(0, 0, 33, 21))
		for i := range img.Pix {
			img.Pix[i] = []byte{half.R, half.G, half.B, half.A}[i%4]
		}
		for i, v := range preview.Scale(img, size, size).Pix {
			require.InDelta(t, []byte{half.R, half.G, half.B, half.A}[i%4], v, 1)
		}
	}
	img := image.NewNRGBA(image.Rect(0, 0, 40, 1))
	for x := range 40 {
		img.SetNRGBA(x, 0, color.NRGBA{G: 255}) // green that nobody sees
		if x%2 == 0 {
			img.SetNRGBA(x, 0, color.NRGBA{R: 255, A: 255})
		}
	}
	for _, size := range []int{7, 20, 90} {
		for x := range size {
			c := preview.Scale(img, size, 1).NRGBAAt(x, 0)
			require.Zero(t, c.G)
			if c.A > 0 {
				require.EqualValues(t, 255, c.R)
			}
		}
	}
	stripes := image.NewGray(image.Rect(0, 0, 40, 1))
	for x := 0; x < 40; x += 2 {
		stripes.SetGray(x, 0, color.Gray{Y: 255})
	}
	assert.InDelta(t, 180, preview.Scale(stripes, 20, 1).NRGBAAt(9, 0).R, 2)
}

func TestRoot(t *testing.T) {
	for n := uint64(0); n < 70_000; n += 7 {
		require.EqualValues(t, math.Round(math.Sqrt(float64(n))), preview.Root(n), n)
	}
}

func TestHue(t *testing.T) {
	for _, c := range []color.NRGBA{blue, gold, chalk, steel, {A: 255}, {R: 255, A: 255}, {G: 255, B: 255, A: 255}, {R: 13, G: 200, B: 77, A: 255}, {R: 200, G: 13, B: 177, A: 255}} {
		got := preview.Hue(c)
		assert.InDelta(t, c.R, got.R, 4, c)
		assert.InDelta(t, c.G, got.G, 4, c)
		assert.InDelta(t, c.B, got.B, 4, c)
	}
}

// TestEverywhere: the bytes are the same on every machine. A change of them asks for a new Version.
func TestEverywhere(t *testing.T) {
	sum := sha256.New()
	for _, img := range []image.Image{badge(300, gold, blue), badge(90, chalk, blue)} {
		file, err := preview.Card(img, nil)
		require.NoError(t, err)
		sum.Write(file)
		file, err = preview.Icon(img, preview.TouchIcon, color.White)
		require.NoError(t, err)
		sum.Write(file)
	}
	assert.Equal(t, "68c16d2393a02739284627b3aa255bb416c92506f01de67717c496acd7072f0b", hex.EncodeToString(sum.Sum(nil)))
}

func FuzzIcon(f *testing.F) {
	f.Add([]byte{1, 2, 3, 255, 9, 9, 9, 0, 200, 100, 50, 128}, uint8(3), uint8(16), true)
	f.Add(badge(12, gold, blue).Pix, uint8(12), uint8(40), false)
	f.Fuzz(func(t *testing.T, pix []byte, width, size uint8, opaque bool) {
		n := len(pix) / 4
		if width == 0 || size == 0 || n < int(width) || n > 4000 {
			return
		}
		img := &image.NRGBA{Pix: pix, Stride: 4 * int(width), Rect: image.Rect(0, 0, int(width), n/int(width))}
		var ground color.Color
		if opaque {
			ground = color.White
		}
		file, err := preview.Icon(img, int(size), ground)
		require.NoError(t, err)
		require.Equal(t, int(size), decode(t, file).Bounds().Dx())
	})
}
