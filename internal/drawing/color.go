package drawing

import (
	"math"
	"strings"
)

// rgba is a colour of sRGB, its parts from 0 to 1, not premultiplied.
type rgba struct{ r, g, b, a float64 }

// color reads a colour: a name, #hex, rgb(), rgba(), hsl() or hsla() (CSS Color 4, sections 4 to 7). The word
// currentColor is not among them.
func color(text string) (rgba, bool) {
	s := lower(text)
	if hex, ok := strings.CutPrefix(s, "#"); ok {
		return hexColor(hex)
	}
	if s == "transparent" {
		return rgba{}, true
	}
	if v, ok := named[s]; ok {
		return rgba{float64(v>>16) / 255, float64(v>>8&255) / 255, float64(v&255) / 255, 1}, true
	}
	name, rest, ok := strings.Cut(s, "(")
	if !ok || !strings.HasSuffix(rest, ")") {
		return rgba{}, false
	}
	parts, ok := components(strings.TrimSuffix(rest, ")"))
	if !ok {
		return rgba{}, false
	}
	var c rgba
	switch name {
	case "rgb", "rgba":
		c, ok = rgbColor(parts)
	case "hsl", "hsla":
		c, ok = hslColor(parts)
	default:
		return rgba{}, false
	}
	if !ok {
		return rgba{}, false
	}
	c.a = 1
	if len(parts) == 4 {
		switch parts[3].unit {
		case "":
			c.a = parts[3].value
		case "%":
			c.a = parts[3].value / 100
		default:
			return rgba{}, false
		}
		c.a = min(max(c.a, 0), 1)
	}
	return c, true
}

func hexColor(hex string) (rgba, bool) {
	if n := len(hex); n != 3 && n != 4 && n != 6 && n != 8 {
		return rgba{}, false
	}
	var digits [8]int
	for i := range len(hex) {
		digits[i] = strings.IndexByte("0123456789abcdef", hex[i])
		if digits[i] < 0 {
			return rgba{}, false
		}
	}
	part := func(i int) float64 {
		if len(hex) < 6 {
			return float64(17*digits[i]) / 255
		}
		return float64(16*digits[2*i]+digits[2*i+1]) / 255
	}
	c := rgba{part(0), part(1), part(2), 1}
	if len(hex) == 4 || len(hex) == 8 {
		c.a = part(3)
	}
	return c, true
}

type component struct {
	value float64
	unit  string
}

// components reads three numbers and perhaps an alpha, all separated by commas, or by white space with a slash before
// the alpha.
func components(text string) ([]component, bool) {
	s := scanner{s: text}
	s.blanks()
	var list []component
	commas, slash := 0, false
	for {
		v, ok := s.number()
		if !ok {
			return nil, false
		}
		c := component{value: v}
		if s.skip("%") {
			c.unit = "%"
		} else {
			c.unit = s.word()
		}
		list = append(list, c)
		before := s.at
		s.blanks()
		if s.done() {
			break
		}
		switch {
		case s.skip(","):
			commas++
		case s.skip("/"):
			slash = true
			if len(list) != 3 {
				return nil, false
			}
		case s.at == before:
			return nil, false
		}
		s.blanks()
	}
	n := len(list)
	if n != 3 && n != 4 || commas > 0 && (slash || commas != n-1) || commas == 0 && slash != (n == 4) {
		return nil, false
	}
	return list, true
}

func rgbColor(parts []component) (rgba, bool) {
	var v [3]float64
	for i := range v {
		if parts[i].unit != parts[0].unit {
			return rgba{}, false
		}
		switch parts[i].unit {
		case "":
			v[i] = parts[i].value
		case "%":
			v[i] = parts[i].value * 255 / 100
		default:
			return rgba{}, false
		}
		v[i] = math.Round(min(max(v[i], 0), 255)) / 255
	}
	return rgba{v[0], v[1], v[2], 1}, true
}

func hslColor(parts []component) (rgba, bool) {
	if u := parts[0].unit; u != "" && u != "deg" || parts[1].unit != "%" || parts[2].unit != "%" {
		return rgba{}, false
	}
	hue := math.Mod(parts[0].value, 360)
	if hue < 0 {
		hue += 360
	}
	s, l := min(max(parts[1].value/100, 0), 1), min(max(parts[2].value/100, 0), 1)
	part := func(n float64) float64 {
		k := math.Mod(n+hue/30, 12)
		v := l - float64(float64(s*min(l, 1-l))*max(-1, min(k-3, 9-k, 1)))
		return math.Round(float64(v*255)) / 255
	}
	return rgba{part(0), part(8), part(4), 1}, true
}
