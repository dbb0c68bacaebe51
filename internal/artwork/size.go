package artwork

import (
	"math"
	"strconv"
	"strings"
)

// pixels are the CSS pixels of a unit (CSS Values 4, "Absolute lengths").
var pixels = map[string]float64{
	"": 1, "px": 1, "pt": 96.0 / 72, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6,
}

// size makes an Info of the attributes of the root element.
func size(width, height, viewBox string) Info {
	if w, h := length(width), length(height); w > 0 && h > 0 {
		return Info{Width: w, Height: h}
	}
	box := strings.FieldsFunc(viewBox, func(r rune) bool { return strings.ContainsRune(" \t\r\n,", r) })
	if len(box) == 4 {
		if w, h := number(box[2]), number(box[3]); w > 0 && h > 0 {
			return Info{Width: w, Height: h}
		}
	}
	return Info{}
}

// length is an absolute length in CSS pixels, or 0.
func length(s string) float64 {
	s = strings.ToLower(strings.TrimSpace(s))
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz%")
	return finite(number(digits) * pixels[s[len(digits):]])
}

// number is a finite number as SVG writes it, or 0.
func number(s string) float64 {
	// ParseFloat knows more spellings, such as "inf", "0x1p4" and "1_0".
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return 0
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return finite(n)
}

func finite(n float64) float64 {
	if math.IsInf(n, 0) || math.IsNaN(n) {
		return 0
	}
	return n
}
