// Package preview derives pictures from a picture of the author's: the card that a link to a class shows, and icons.
// There is no text in them. All of it is integer arithmetic, so that every machine makes the same bytes.
package preview

import (
	"errors"
	"fmt"
	"image"
	"image/color"

	"blazon/internal/lossless"
)

// Version changes whenever other bytes come out for the same picture. It belongs, with lossless.Version, into the key
// under which a result is remembered.
const Version = "preview 2"

// The size of a card in pixels: what link previews ask for.
const (
	CardWidth  = 1200
	CardHeight = 630
)

const (
	badgeHeight = 500
	badgeWidth  = 900
	enlarged    = 3 // at most so many times, for what is enlarged more looks worse than what is small

	shadowFall   = 10
	shadowRadius = 13
	shadowPart   = 70 // of 256
)

// maxPixels bounds what a picture takes while it is worked on: 16 bytes a pixel.
const maxPixels = 16_000_000

// check refuses pictures that cannot be worked on.
func check(img image.Image) error {
	b := img.Bounds()
	if b.Empty() {
		return errors.New("the picture has no pixels")
	}
	if int64(b.Dx())*int64(b.Dy()) > maxPixels {
		return fmt.Errorf("the picture is %d x %d pixels, at most %d million are allowed", b.Dx(), b.Dy(), maxPixels/1_000_000)
	}
	return nil
}

// Card returns the link preview of a class as a PNG: the badge on a calm ground of its own hue, opaque, with at most 256
// colours. It takes a part of a second. accent gives the hue instead of the badge's own; nil does not. The margin of the badge does not count.
func Card(badge image.Image, accent color.Color) ([]byte, error) {
	if err := check(badge); err != nil {
		return nil, err
	}
	b := open(badge).crop().fit(badgeWidth, badgeHeight, enlarged)
	c := card{newGround(b, accent), b, shadowOf(b)}
	return lossless.EncodeFast(reduce(CardWidth, CardHeight, c.rows))
}

// card is a link preview that is made row by row: a whole one takes 12 MB before its colours are reduced.
type card struct {
	ground ground
	badge  *picture
	shadow shadow // of the badge
}

// rows yields each row of the card once, with its number. A row is good until the next one.
func (c *card) rows(yield func(y int, row []pixel) bool) {
	left, above := (CardWidth-c.badge.width)/2, (CardHeight-c.badge.height)/2
	ground, row := make([]pixel, CardWidth), make([]pixel, CardWidth)
	low := CardHeight - 1
	for y := 0; y <= low-y; y++ {
		c.ground.paint(ground, y)
		for _, y := range [2]int{y, low - y} { // the lower half of the ground is the upper one turned over
			copy(row, ground)
			c.shadow.fall(row, left-shadowMargin, y-(above+shadowFall-shadowMargin), c.ground.shadow)
			c.badge.put(row, left, y-above)
			if !yield(y, row) {
				return
			}
			if 2*y == low {
				break
			}
		}
	}
}

// ground is the colours behind a badge.
type ground struct {
	base, disc, ring, shadow color.NRGBA
}

// newGround chooses a light ground, or a deep one where the badge's outline is light. What has no hue gets a cool grey.
func newGround(b *picture, accent color.Color) ground {
	hue, plain := b.dominant()
	if accent != nil {
		a := hslOf(color.NRGBAModel.Convert(accent).(color.NRGBA))
		hue, plain = a.hue, a.saturation < 60
	}
	strength := 100 // per cent
	if plain {
		hue, strength = 880, 40
	}
	tint := func(saturation, lightness int) color.NRGBA {
		return hsl{hue, saturation * strength / 100, lightness}.colour()
	}
	if b.pale() {
		return ground{base: tint(300, 255), disc: tint(290, 300), ring: tint(270, 380), shadow: tint(500, 60)}
	}
	return ground{base: tint(430, 908), disc: tint(500, 955), ring: tint(360, 835), shadow: tint(450, 220)}
}

// discRadius is that of the disc behind the badge; rings lie around it.
const discRadius = 288

var rings = []struct{ radius, width, part int }{
	{discRadius + 14, 3, 256}, {400, 2, 150}, {510, 2, 110}, {620, 2, 80},
}

// paint fills a row of a card: the base, a disc in the middle, thin rings around it that get fainter.
func (g ground) paint(row []pixel, y int) {
	base, disc, ring := shine(g.base), shine(g.disc), shine(g.ring)
	right := len(row) - 1
	for x := 0; x <= right-x; x++ { // the right half is the left one turned over
		// From the middle, in 1/256 pixel; pixels count by their own middle.
		dx, dy := 2*x+1-CardWidth, 2*y+1-CardHeight
		away := int(root(uint64(dx*dx+dy*dy) << 14))
		v := base
		if part := inside(discRadius, away); part > 0 {
			v = disc.fade(part).over(v)
		}
		for _, r := range rings {
			if part := inside(r.radius+r.width, away) - inside(r.radius, away); part > 0 {
				v = ring.fade(part * uint32(r.part) / 256).over(v)
			}
		}
		row[x], row[right-x] = v, v
	}
}

// inside is the part, of 256, of a pixel at some distance in 1/256 pixel that a circle covers.
func inside(radius, away int) uint32 { return uint32(min(max(radius*256-away+128, 0), 256)) }

// shadow is the soft shadow of a badge: how dark it is, of 65536 parts, with a margin around the badge.
type shadow struct {
	width, height int
	mask          []uint32
}

const shadowMargin = 3 * shadowRadius

func shadowOf(badge *picture) shadow {
	s := shadow{width: badge.width + 2*shadowMargin, height: badge.height + 2*shadowMargin}
	s.mask = make([]uint32, s.width*s.height)
	for y := range badge.height {
		for x := range badge.width {
			s.mask[(y+shadowMargin)*s.width+x+shadowMargin] = badge.pix[y*badge.width+x][3] / (full / 65536)
		}
	}
	room := make([]uint32, len(s.mask))
	for range 3 { // three times the average is nearly a bell curve
		blur(s.mask, room, s.width, s.height)
	}
	return s
}

// fall lays one of the shadow's rows, if it has that one, on a row of a card.
func (s *shadow) fall(row []pixel, left, y int, c color.NRGBA) {
	if y < 0 || y >= s.height {
		return
	}
	v := shine(c)
	for x := max(0, -left); x < min(s.width, len(row)-left); x++ {
		if part := s.mask[y*s.width+x] * shadowPart >> 16; part > 0 {
			at := &row[left+x]
			*at = v.fade(part).over(*at)
		}
	}
}

// blur replaces each value by the average over a square, row by row and column by column. room is as large as the mask.
func blur(mask, room []uint32, w, h int) {
	const side = 2*shadowRadius + 1
	for y := range h {
		in, out := mask[y*w:(y+1)*w], room[y*w:(y+1)*w]
		sum := uint32(0)
		for i := -shadowRadius; i < w; i++ {
			if j := i + shadowRadius; j < w {
				sum += in[j]
			}
			if j := i - shadowRadius - 1; j >= 0 {
				sum -= in[j]
			}
			if i >= 0 {
				out[i] = sum / side
			}
		}
	}
	sums := make([]uint32, w)
	for i := -shadowRadius; i < h; i++ {
		if j := i + shadowRadius; j < h {
			for x, v := range room[j*w : (j+1)*w] {
				sums[x] += v
			}
		}
		if j := i - shadowRadius - 1; j >= 0 {
			for x, v := range room[j*w : (j+1)*w] {
				sums[x] -= v
			}
		}
		if i >= 0 {
			out := mask[i*w : (i+1)*w]
			for x := range out {
				out[x] = sums[x] / side
			}
		}
	}
}
