package preview

import (
	"image"
	"image/color"
)

// Scale scales an image, for tests.
func Scale(img image.Image, width, height int) *image.NRGBA {
	return open(img).scale(width, height).nrgba()
}

// Root is the square root, for tests.
func Root(n uint64) uint64 { return root(n) }

// Hue turns a colour into hue, saturation and lightness and back, for tests.
func Hue(c color.NRGBA) color.NRGBA { return hslOf(c).colour() }

// Weights are those of a scaled line, summed up for each target position, for tests.
func Weights(from, to int) (sums []int64, inside bool) {
	inside = true
	for _, ws := range weights(from, to) {
		sum := int64(0)
		for _, w := range ws {
			sum += w.part
			inside = inside && w.from >= 0 && w.from < from
		}
		sums = append(sums, sum)
	}
	return sums, inside
}

// Unit is what weights add up to.
const Unit = unit
