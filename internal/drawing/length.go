package drawing

import "math"

// length is a length that may hang on the viewport.
type length struct {
	value   float64
	percent bool
}

// pixels are the CSS pixels of a unit (CSS Values 4, section 6.2).
var pixels = map[string]float64{
	"": 1, "px": 1, "pt": 96.0 / 72, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6,
}

// emPixels is the font size where no document says another.
const emPixels = 16

// length reads a length with or without a unit. Units that hang on a font are refused, but for em where no font size is
// set anywhere.
func (d *document) length(text string) (length, bool) {
	s := scanner{s: trim(text)}
	v, ok := s.number()
	if !ok {
		return length{}, false
	}
	unit := lower(s.rest())
	if unit == "%" {
		return length{v, true}, true
	}
	if unit == "em" && !d.fontSize {
		return length{value: float64(v * emPixels)}, true
	}
	scale, ok := pixels[unit]
	v = float64(v * scale)
	return length{value: v}, ok && math.Abs(v) <= maxCoordinate
}

// viewport is what percentages are parts of.
type viewport struct{ width, height float64 }

func (v viewport) diagonal() float64 {
	return math.Sqrt((float64(v.width*v.width) + float64(v.height*v.height)) / 2)
}

func (l length) of(whole float64) float64 {
	if l.percent {
		return float64(l.value*whole) / 100
	}
	return l.value
}
