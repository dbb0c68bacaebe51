package scaffold

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Colour is a colour of sRGB, such as #2266aa.
type Colour string

var hexColour = regexp.MustCompile(`^#?([0-9a-f]{3}|[0-9a-f]{6})$`)

// ParseColour reads a colour in the notation of the web, with or without its #, with three digits or six.
func ParseColour(s string) (Colour, error) {
	m := hexColour.FindStringSubmatch(strings.ToLower(strings.TrimSpace(s)))
	if m == nil {
		return "", errors.New("is not a colour")
	}
	hex := m[1]
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	return Colour("#" + hex), nil
}

// ColourOf is a colour for an organisation that has named none: always the same for one name, and dark enough for white
// to be read on it.
func ColourOf(name string) Colour {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	hue := float64(h.Sum32()%360) / 360
	for light := 0.42; ; light -= 0.01 {
		if c := fromHSL(hue, 0.58, light).colour(); contrast(c.rgb(), white) >= legible {
			return c
		}
	}
}

// rgb is a colour of sRGB, its parts from 0 to 1.
type rgb struct{ r, g, b float64 }

var white, black = rgb{1, 1, 1}, rgb{}

// legible is the contrast that WCAG 2.2 demands of text (1.4.3); of one of black and white every colour has as much.
const legible = 4.5

func (c Colour) rgb() rgb {
	v, err := strconv.ParseUint(strings.TrimPrefix(string(c), "#"), 16, 24)
	if err != nil {
		return black
	}
	return rgb{float64(v>>16) / 255, float64(v>>8&255) / 255, float64(v&255) / 255}
}

func (c rgb) colour() Colour {
	part := func(v float64) int { return int(math.Round(255 * min(max(v, 0), 1))) }
	return Colour(fmt.Sprintf("#%02x%02x%02x", part(c.r), part(c.g), part(c.b)))
}

// mix is the colour on the way from c to another; 0 is c itself.
func (c rgb) mix(other rgb, share float64) rgb {
	between := func(a, b float64) float64 { return a + share*(b-a) }
	return rgb{between(c.r, other.r), between(c.g, other.g), between(c.b, other.b)}
}

func fromHSL(hue, saturation, light float64) rgb {
	part := func(n float64) float64 {
		k := math.Mod(n+12*hue, 12)
		return light - saturation*min(light, 1-light)*max(-1, min(k-3, 9-k, 1))
	}
	return rgb{part(0), part(8), part(4)}
}

// luminance is the relative luminance of WCAG 2.2.
func (c rgb) luminance() float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

// contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// palette is what a badge is painted with.
type palette struct{ field, deep, rim, edge, ink, shade rgb }

// paint chooses the colours around one: what is drawn on it, and a rim that stands out from it and from the page.
func paint(field rgb) palette {
	p := palette{field: field, ink: white, deep: field.mix(black, 0.28), rim: field.mix(black, 0.45), edge: field.mix(black, 0.62)}
	if contrast(field, white) < legible {
		p.ink, p.deep, p.rim, p.edge = darkest(field), field.mix(white, 0.3), field.mix(black, 0.3), field.mix(black, 0.5)
	}
	if field.luminance() < 0.02 { // a darker rim would not be seen
		p.rim, p.edge = field.mix(white, 0.3), field.mix(white, 0.16)
	}
	p.shade = p.ink.mix(field, 0.2)
	return p
}

// darkest is a dark tone of a colour that can be read on it.
func darkest(field rgb) rgb {
	for share := 0.8; share < 1; share += 0.02 {
		if c := field.mix(black, share); contrast(c, field) >= legible {
			return c
		}
	}
	return black
}

// Artwork draws the first class's badge in a colour, in the part of SVG that package drawing knows: three steps that lead
// up to a star, on a rosette.
func Artwork(c Colour) []byte {
	p := paint(c.rgb())
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600" viewBox="0 0 600 600">
  <title>Three steps that lead up to a star</title>
  <!-- Made by blazon init. Change it as you like, or put another SVG or a PNG in its place. -->
  <defs>
    <linearGradient id="rim" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="%[1]s"/>
      <stop offset="1" stop-color="%[2]s"/>
    </linearGradient>
    <radialGradient id="field" cx=".5" cy=".35" r=".75">
      <stop offset="0" stop-color="%[3]s"/>
      <stop offset="1" stop-color="%[4]s"/>
    </radialGradient>
  </defs>
`, p.rim.colour(), p.edge.colour(), p.field.colour(), p.deep.colour())
	fmt.Fprintf(&b, "  <path d=\"%s\" fill=\"url(#rim)\"/>\n", rosette(24, 272))
	fmt.Fprintf(&b, `  <circle cx="300" cy="300" r="243" fill="%[1]s"/>
  <circle cx="300" cy="300" r="233" fill="url(#field)"/>
  <circle cx="300" cy="300" r="212" fill="none" stroke="%[1]s" stroke-opacity=".4" stroke-width="4" stroke-dasharray="1 13" stroke-linecap="round"/>
`, p.ink.colour())
	fmt.Fprintf(&b, `  <g stroke="%[1]s" stroke-width="14" stroke-linejoin="round" fill="%[1]s">
    <path d="M168 424 V364 H252 V424 Z"/>
    <path d="M252 424 V306 H336 V424 Z"/>
    <path d="M336 424 V248 H432 V424 Z"/>
  </g>
  <g fill="%[2]s">
    <path d="M168 382 H252 V424 H168 Z M252 324 H336 V424 H252 Z M336 266 H432 V424 H336 Z"/>
  </g>
  <path d="%[3]s" fill="%[1]s" stroke="%[1]s" stroke-width="10" stroke-linejoin="round"/>
</svg>
`, p.ink.colour(), p.shade.colour(), star(384, 166, 46))
	return b.Bytes()
}

// number writes a coordinate with at most one decimal.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64) // + 0: no negative zero
}

// rosette is a ring of arcs around the middle.
func rosette(arcs int, radius float64) string {
	var b strings.Builder
	r := number(radius * math.Sin(math.Pi/float64(arcs)) * 1.1)
	for i := range arcs {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(arcs))
		x, y := number(300+radius*sin), number(300-radius*cos)
		if i == 0 {
			fmt.Fprintf(&b, "M%s %s", x, y)
			continue
		}
		fmt.Fprintf(&b, " A%s %s 0 0 1 %s %s", r, r, x, y)
	}
	fmt.Fprintf(&b, " A%s %s 0 0 1 300 %s Z", r, r, number(300-radius))
	return b.String()
}

// star is one of five points.
func star(x, y, radius float64) string {
	var b strings.Builder
	for i := range 10 {
		r := radius
		if i%2 == 1 {
			r *= 0.45
		}
		sin, cos := math.Sincos(math.Pi * float64(i) / 5)
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(&b, "%s%s %s ", letter, number(x+r*sin), number(y-r*cos))
	}
	return b.String() + "Z"
}
