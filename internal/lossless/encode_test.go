package lossless_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/lossless"
)

// TestEncode: the same pixels, whatever the number of colours.
func TestEncode(t *testing.T) {
	j := newJudge(t)
	for _, n := range []int{1, 2, 3, 4, 16, 17, 256} {
		img := image.NewPaletted(image.Rect(0, 0, 37, 29), nil)
		for i := range n {
			img.Palette = append(img.Palette, color.NRGBA{R: byte(i * 7), G: byte(200 - i), B: byte(i), A: 255 - byte(i%3)*100})
		}
		for i := range img.Pix {
			img.Pix[i] = byte(i * i / 9 % n)
		}
		file, err := lossless.Encode(img)
		require.NoError(t, err)
		_, got := seen(t, file)
		for i, v := range img.Pix {
			require.Equal(t, unmultiplied(img.Palette[v]), got[i])
		}
		j.add(file)
	}
	j.verdict()

	_, err := lossless.Encode(image.NewPaletted(image.Rect(0, 0, 3, 3), nil))
	assert.Error(t, err)
	_, err = lossless.Encode(image.NewPaletted(image.Rectangle{}, color.Palette{color.Black}))
	assert.Error(t, err)
}
