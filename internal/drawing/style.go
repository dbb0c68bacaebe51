package drawing

import (
	"slices"
	"strings"
)

// source is what a fill or stroke is painted with, as it is declared.
type source struct {
	kind  sourceKind
	color rgba
	id    string  // of a paint server
	at    int     // offset of the declaration that names it
	other *source // for where the server is of no use to the shape, or nil
}

type sourceKind uint8

const (
	noPaint sourceKind = iota
	plainColor
	currentColor
	paintServer
)

// link is a reference to an element by url(#id); the zero link is none.
type link struct {
	id string
	at int
}

// style is the computed values of the properties that draw.
type style struct {
	color                      rgba
	fill, stroke               source
	fillOpacity, strokeOpacity float64
	fillEvenOdd, clipEvenOdd   bool
	width, offset              length
	cap                        lineCap
	join                       lineJoin
	miterLimit                 float64
	dashes                     []length
	hidden                     bool
	strokeFirst                bool

	// Properties that are not inherited.
	opacity        float64
	stopColor      source
	stopOpacity    float64
	gone           bool // display: none
	clipPath, mask link
	maskByAlpha    bool
	fixedStroke    bool // vector-effect: non-scaling-stroke
	overflow       string
}

func initial() *style {
	black := rgba{a: 1}
	s := &style{
		color: black, fill: source{kind: plainColor, color: black}, fillOpacity: 1, strokeOpacity: 1,
		width: length{value: 1}, miterLimit: 4,
	}
	s.reset()
	return s
}

// reset sets what is not inherited to its initial values.
func (s *style) reset() {
	s.opacity, s.stopColor, s.stopOpacity, s.gone = 1, source{kind: plainColor, color: rgba{a: 1}}, 1, false
	s.clipPath, s.mask, s.maskByAlpha, s.fixedStroke, s.overflow = link{}, link{}, false, false, ""
}

// property is one that draws: how its value is read, and how it is taken over from the parent.
type property struct {
	read    func(d *document, s *style, value string, at int) bool
	inherit func(s, parent *style)
}

// properties are those that the renderer draws.
var properties = map[string]property{
	"color": {
		func(_ *document, s *style, v string, _ int) (ok bool) { s.color, ok = color(v); return },
		func(s, p *style) { s.color = p.color },
	},
	"fill": {
		func(_ *document, s *style, v string, at int) (ok bool) { s.fill, ok = readSource(v, at); return },
		func(s, p *style) { s.fill = p.fill },
	},
	"stroke": {
		func(_ *document, s *style, v string, at int) (ok bool) { s.stroke, ok = readSource(v, at); return },
		func(s, p *style) { s.stroke = p.stroke },
	},
	"fill-opacity": {
		func(_ *document, s *style, v string, _ int) (ok bool) { s.fillOpacity, ok = readOpacity(v); return },
		func(s, p *style) { s.fillOpacity = p.fillOpacity },
	},
	"stroke-opacity": {
		func(_ *document, s *style, v string, _ int) (ok bool) { s.strokeOpacity, ok = readOpacity(v); return },
		func(s, p *style) { s.strokeOpacity = p.strokeOpacity },
	},
	"fill-rule": {
		func(_ *document, s *style, v string, _ int) (ok bool) { s.fillEvenOdd, ok = choose(v, evenOdd); return },
		func(s, p *style) { s.fillEvenOdd = p.fillEvenOdd },
	},
	"clip-rule": {
		func(_ *document, s *style, v string, _ int) (ok bool) { s.clipEvenOdd, ok = choose(v, evenOdd); return },
		func(s, p *style) { s.clipEvenOdd = p.clipEvenOdd },
	},
	"stroke-width": {
		func(d *document, s *style, v string, _ int) (ok bool) {
			s.width, ok = d.length(v)
			return ok && s.width.value >= 0
		},
		func(s, p *style) { s.width = p.width },
	},
	"stroke-dashoffset": {
		func(d *document, s *style, v string, _ int) (ok bool) { s.offset, ok = d.length(v); return },
		func(s, p *style) { s.offset = p.offset },
	},
	"stroke-dasharray": {
		func(d *document, s *style, v string, _ int) (ok bool) { s.dashes, ok = d.dashes(v); return },
		func(s, p *style) { s.dashes = p.dashes },
	},
	"stroke-linecap": {
		func(_ *document, s *style, v string, _ int) (ok bool) {
			s.cap, ok = choose(v, map[string]lineCap{"butt": buttCap, "round": roundCap, "square": squareCap})
			return
		},
		func(s, p *style) { s.cap = p.cap },
	},
	"stroke-linejoin": {
		func(_ *document, s *style, v string, _ int) (ok bool) {
			s.join, ok = choose(v, map[string]lineJoin{"miter": miterJoin, "round": roundJoin, "bevel": bevelJoin})
			return
		},
		func(s, p *style) { s.join = p.join },
	},
	"stroke-miterlimit": {
		func(_ *document, s *style, v string, _ int) (ok bool) {
			s.miterLimit, ok = readNumber(v)
			return ok && s.miterLimit >= 1
		},
		func(s, p *style) { s.miterLimit = p.miterLimit },
	},
	"visibility": {
		func(_ *document, s *style, v string, _ int) (ok bool) {
			s.hidden, ok = choose(v, map[string]bool{"visible": false, "hidden": true, "collapse": true})
			return
		},
		func(s, p *style) { s.hidden = p.hidden },
	},
	"paint-order": {
		func(_ *document, s *style, v string, _ int) (ok bool) { s.strokeFirst, ok = paintOrder(v); return },
		func(s, p *style) { s.strokeFirst = p.strokeFirst },
	},
	"opacity": {
		func(_ *document, s *style, v string, _ int) (ok bool) { s.opacity, ok = readOpacity(v); return },
		func(s, p *style) { s.opacity = p.opacity },
	},
	"stop-color": {
		func(_ *document, s *style, v string, at int) (ok bool) {
			s.stopColor, ok = readSource(v, at)
			return ok && (s.stopColor.kind == plainColor || s.stopColor.kind == currentColor)
		},
		func(s, p *style) { s.stopColor = p.stopColor },
	},
	"stop-opacity": {
		func(_ *document, s *style, v string, _ int) (ok bool) { s.stopOpacity, ok = readOpacity(v); return },
		func(s, p *style) { s.stopOpacity = p.stopOpacity },
	},
	"display": {
		func(_ *document, s *style, v string, _ int) (ok bool) {
			s.gone, ok = choose(v, map[string]bool{"none": true, "inline": false, "block": false, "inline-block": false})
			return
		},
		func(s, p *style) { s.gone = p.gone },
	},
	"clip-path": {
		func(_ *document, s *style, v string, at int) (ok bool) { s.clipPath, ok = readLink(v, at); return },
		func(s, p *style) { s.clipPath = p.clipPath },
	},
	"mask": {
		func(_ *document, s *style, v string, at int) (ok bool) { s.mask, ok = readLink(v, at); return },
		func(s, p *style) { s.mask = p.mask },
	},
	"mask-type": {
		func(_ *document, s *style, v string, _ int) (ok bool) {
			s.maskByAlpha, ok = choose(v, map[string]bool{"luminance": false, "alpha": true})
			return
		},
		func(s, p *style) { s.maskByAlpha = p.maskByAlpha },
	},
	"vector-effect": {
		func(_ *document, s *style, v string, _ int) (ok bool) {
			s.fixedStroke, ok = choose(v, map[string]bool{"none": false, "non-scaling-stroke": true})
			return
		},
		func(s, p *style) { s.fixedStroke = p.fixedStroke },
	},
	"overflow": {
		func(_ *document, s *style, v string, _ int) bool {
			_, ok := choose(v, map[string]bool{"visible": true, "hidden": true, "scroll": true, "auto": true})
			s.overflow = lower(v)
			return ok
		},
		func(s, p *style) { s.overflow = p.overflow },
	},
}

var evenOdd = map[string]bool{"nonzero": false, "evenodd": true}

// choose reads a keyword.
func choose[T any](value string, words map[string]T) (T, bool) {
	v, ok := words[lower(value)]
	return v, ok
}

func readNumber(value string) (float64, bool) {
	s := scanner{s: value}
	v, ok := s.number()
	return v, ok && s.done()
}

func readOpacity(value string) (float64, bool) {
	s := scanner{s: value}
	v, ok := s.number()
	if s.skip("%") {
		v /= 100
	}
	return min(max(v, 0), 1), ok && s.done()
}

// readLink reads none or url(#id).
func readLink(value string, at int) (link, bool) {
	if lower(value) == "none" {
		return link{}, true
	}
	id, rest, ok := local(value)
	return link{id, at}, ok && rest == ""
}

// local reads url(#id) and returns what follows.
func local(value string) (id, rest string, ok bool) {
	if len(value) < 4 || lower(value[:4]) != "url(" {
		return "", "", false
	}
	inner, rest, ok := strings.Cut(value[4:], ")")
	inner = trim(inner)
	if n := len(inner); n > 1 && (inner[0] == '"' || inner[0] == '\'') && inner[n-1] == inner[0] {
		inner = inner[1 : n-1]
	}
	id, hash := strings.CutPrefix(inner, "#")
	// Percent signs would be a second spelling of names.
	if !ok || !hash || id == "" || strings.ContainsAny(id, " \t\r\n\f\"'()%\\") {
		return "", "", false
	}
	return id, trim(rest), true
}

// readSource reads a paint.
func readSource(value string, at int) (source, bool) {
	switch lower(value) {
	case "none":
		return source{}, true
	case "currentcolor":
		return source{kind: currentColor}, true
	}
	if id, rest, ok := local(value); ok {
		s := source{kind: paintServer, id: id, at: at}
		if rest != "" {
			other, ok := readSource(rest, at)
			if !ok || other.kind == paintServer {
				return source{}, false
			}
			s.other = &other
		}
		return s, true
	}
	c, ok := color(value)
	return source{kind: plainColor, color: c}, ok
}

func paintOrder(value string) (strokeFirst, ok bool) {
	order := fields(lower(value))
	if len(order) == 1 && order[0] == "normal" {
		return false, true
	}
	fill, stroke := slices.Index(order, "fill"), slices.Index(order, "stroke")
	for i, word := range order {
		if word != "fill" && word != "stroke" && word != "markers" || slices.Index(order, word) != i {
			return false, false
		}
	}
	return stroke >= 0 && (fill < 0 || stroke < fill), len(order) > 0
}

// dashes reads a list of lengths. One of odd number is repeated; one that is all zero is none.
func (d *document) dashes(value string) ([]length, bool) {
	if lower(value) == "none" {
		return nil, true
	}
	var list []length
	sum := 0.0
	s := scanner{s: value}
	for !s.done() {
		from := s.at
		for !s.done() && !isBlank(s.peek()) && s.peek() != ',' {
			s.at++
		}
		l, ok := d.length(value[from:s.at])
		if !ok || l.value < 0 {
			return nil, false
		}
		sum += l.value
		list = append(list, l)
		if s.separator() && s.done() {
			return nil, false
		}
	}
	if sum == 0 {
		return nil, len(list) > 0
	}
	if len(list)%2 == 1 {
		list = append(list, list...)
	}
	return list, true
}
