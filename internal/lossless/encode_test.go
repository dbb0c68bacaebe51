package lossless_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/lossless"
)

// TestEncodeFast: the same pixels, whatever the number of colours.
func TestEncodeFast(t *testing.T) {
	j := newJudge(t)
	for _, n := range []int{1, 2, 3, 4, 16, 17, 256} {
		img := image.NewPaletted(image.Rect(0, 0, 37, 29), nil)
		for i := range n {
			img.Palette = append(img.Palette, color.NRGBA{R: byte(i * 7), G: byte(200 - i), B: byte(i), A: 255 - byte(i%3)*100})
		}
		for i := range img.Pix {
			img.Pix[i] = byte(i * i / 9 % n)
		}
		file, err := lossless.EncodeFast(img)
		require.NoError(t, err)
		_, got := seen(t, file)
		for i, v := range img.Pix {
			require.Equal(t, unmultiplied(img.Palette[v]), got[i])
		}
		j.add(file)
	}
	j.verdict()

	_, err := lossless.EncodeFast(image.NewPaletted(image.Rect(0, 0, 3, 3), nil))
	assert.Error(t, err)
	_, err = lossless.EncodeFast(image.NewPaletted(image.Rectangle{}, color.Palette{color.Black}))
	assert.Error(t, err)
}

// TestEncode: what an image becomes is what its file is reduced to.
func TestEncode(t *testing.T) {
	j := newJudge(t)
	for _, side := range []int{40, 300} { // the last one by samples
		img := image.NewNRGBA(image.Rect(0, 0, side, side))
		for i := range side * side {
			x, y := i%side, i/side
			img.SetNRGBA(x, y, color.NRGBA{R: byte(x * y / 7), G: byte(x / 3), B: byte(y), A: 255 * byte(x/20&1)})
		}
		var whole bytes.Buffer
		require.NoError(t, png.Encode(&whole, img))
		file, err := lossless.Encode(img)
		require.NoError(t, err)
		requireSame(t, whole.Bytes(), file)
		assert.Equal(t, reduce(t, whole.Bytes()).PNG, file)
		j.add(file)
	}
	j.verdict()

	_, err := lossless.Encode(image.NewNRGBA(image.Rectangle{}))
	assert.Error(t, err)
	_, err = lossless.Encode(image.NewNRGBA(image.Rect(0, 0, 9, 9)).SubImage(image.Rect(1, 1, 4, 4)).(*image.NRGBA))
	assert.Error(t, err)
}

// TestLargeForms: of large pictures too few are looked at to find every form, but those that look the best in a part of
// the picture and without filters as a whole.
func TestLargeForms(t *testing.T) {
	// Rows repeat themselves 40 rows on, farther than a sample reaches.
	far := image.NewPaletted(image.Rect(0, 0, 600, 400), nil)
	for i := range 256 {
		far.Palette = append(far.Palette, color.NRGBA{R: byte(i * 7), G: byte(i), B: byte(i * 31), A: 255})
	}
	for i := range far.Pix {
		x, y := i%600, i/600%40
		far.Pix[i] = byte((x*x*3 + y*y*y*5 + x*y*7) >> 4)
	}
	var whole bytes.Buffer
	require.NoError(t, png.Encode(&whole, far))
	r := reduce(t, whole.Bytes())
	requireSame(t, whole.Bytes(), r.PNG)
	assert.Less(t, r.After, 600*40+4000)
}
