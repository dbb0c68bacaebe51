package drawing

import "strings"

// inert are properties that draw nothing here: those of text, which is refused itself, of filters and of interaction,
// and hints to the renderer.
var inert = words(`
	font font-family font-feature-settings font-kerning font-language-override font-optical-sizing font-palette font-size
	font-size-adjust font-stretch font-style font-synthesis font-variant font-variant-alternates font-variant-caps
	font-variant-east-asian font-variant-ligatures font-variant-numeric font-variant-position font-variation-settings
	font-weight font-width line-height letter-spacing word-spacing word-break word-wrap overflow-wrap white-space
	white-space-collapse vertical-align tab-size hyphens text-align text-align-all text-align-last text-anchor text-decoration
	text-decoration-color text-decoration-fill text-decoration-line text-decoration-skip text-decoration-skip-ink
	text-decoration-stroke text-decoration-style text-decoration-thickness text-emphasis text-indent text-justify
	text-orientation text-overflow text-rendering text-shadow text-size-adjust text-transform text-underline-offset
	text-underline-position text-wrap writing-mode direction unicode-bidi glyph-orientation-horizontal
	glyph-orientation-vertical dominant-baseline alignment-baseline baseline-shift kerning block-progression inline-size
	shape-inside shape-subtract shape-padding shape-margin line-increment
	color-interpolation-filters color-rendering image-rendering shape-rendering buffered-rendering color-profile
	enable-background flood-color flood-opacity lighting-color solid-color solid-opacity
	pointer-events cursor user-select touch-action will-change outline outline-color outline-offset outline-style
	outline-width print-color-adjust color-adjust forced-color-adjust color-scheme caret-color accent-color transition
	-webkit-font-smoothing -webkit-print-color-adjust -webkit-tap-highlight-color -webkit-text-size-adjust
	-webkit-user-select`)

// neutral are properties that draw nothing as long as they have one of the given values.
var neutral = map[string]map[string]bool{
	"filter":              words("none"),
	"backdrop-filter":     words("none"),
	"marker":              words("none"),
	"marker-start":        words("none"),
	"marker-mid":          words("none"),
	"marker-end":          words("none"),
	"mix-blend-mode":      words("normal"),
	"isolation":           words("auto isolate"),
	"color-interpolation": words("srgb auto"),
	"clip":                words("auto"),
	"background":          words("none transparent"),
	"background-color":    words("transparent"),
	"animation":           words("none"),
	"perspective":         words("none"),
	"zoom":                words("1 100% normal"),
	"position":            words("static"),
	"margin":              words("0 0px"),
	"padding":             words("0 0px"),
	"border":              words("none 0"),
	"float":               words("none"),
	"object-fit":          words("fill"),
	"content-visibility":  words("visible"),
}

// sizes are properties of the root that do not matter where the size of the picture is given and a viewBox says what to
// show in it.
var sizes = words("width height max-width max-height min-width min-height")

// origins are properties that matter only beside a transformation.
var origins = words("transform-origin transform-box")

// presentation are the attributes, besides those that draw, that browsers read as properties.
var presentation = words("transform-origin transform-box filter marker-start marker-mid marker-end mix-blend-mode isolation color-interpolation clip")

// vendors are what the names of properties of editors and of browsers of old begin with; no browser of now reads them.
var vendors = []string{"-inkscape-", "-sodipodi-", "-ms-", "-moz-", "-o-", "-khtml-", "-apple-", "--"}

func words(list string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// cascade is the declarations of an element that count, one a property.
type cascade []ranked

// ranked is a declaration with its place in the order of CSS.
type ranked struct {
	declaration
	rank int64
}

const (
	styleRank     = 1 << 32
	importantRank = 1 << 33
)

// cascade gathers the declarations of an element. Scope is the element that a use draws, or nil.
func (b *builder) cascade(e, scope *element) cascade {
	alike := !b.doc.below || scope == nil
	if alike && e.cascaded {
		return e.cascade
	}
	var c cascade
	for i := range e.attributes {
		a := &e.attributes[i]
		if a.Space != "" {
			continue
		}
		if _, draws := properties[a.Local]; draws || presentation[a.Local] {
			c = b.join(c, e, declaration{property: a.Local, value: trim(a.Value.S), at: a.At}, 0)
		}
	}
	for _, i := range b.doc.candidates(e) {
		r := &b.doc.rules[i]
		if b.count.err != nil {
			return nil
		}
		if !r.matches(e, scope, b.count) {
			continue
		}
		for _, d := range r.declarations {
			c = b.join(c, e, d, int64(1+r.weight))
		}
	}
	if a, ok := e.attribute("style"); ok {
		if s, ok := newSheet(a.Value, b.refuse); ok {
			for _, d := range s.declarations(0, len(s.s)) {
				c = b.join(c, e, d, styleRank)
			}
		}
	}
	if alike {
		e.cascade, e.cascaded = c, true
	}
	return c
}

// join adds a declaration to a cascade unless a stronger one is there. What does not count is read all the same: the
// browser that ignores a mistake takes another declaration than the author meant.
func (b *builder) join(c cascade, e *element, d declaration, rank int64) cascade {
	b.count.effort(60)
	if d.important {
		rank += importantRank
	}
	if !b.known(e, d) {
		return c
	}
	for i := range c {
		if c[i].property != d.property {
			continue
		}
		loser := d
		if rank >= c[i].rank {
			loser = c[i].declaration
			c[i] = ranked{d, rank}
		}
		if !b.read[loser.at] {
			b.read[loser.at] = true
			b.declare(initial(), initial(), loser)
		}
		return c
	}
	return append(c, ranked{d, rank})
}

// compute makes the style of an element of its declarations and of what it inherits.
func (b *builder) compute(e, scope *element, parent *style) *style {
	s := *parent
	s.reset()
	for _, d := range b.cascade(e, scope) {
		b.count.effort(300)
		b.declare(&s, parent, d.declaration)
	}
	return &s
}

// known reports whether a property is one that draws, and refuses it where it would but is not known.
func (b *builder) known(e *element, d declaration) bool {
	if _, ok := properties[d.property]; ok {
		return true
	}
	if allowed, ok := neutral[d.property]; ok {
		if !allowed[lower(d.value)] {
			b.refuse(d.at, "property "+d.property+" cannot be drawn", d.value)
		}
		return false
	}
	if inert[d.property] || sizes[d.property] && e == b.doc.root && b.fitted {
		return false
	}
	if origins[d.property] {
		for _, name := range [...]string{"transform", "gradientTransform"} {
			if _, ok := e.attribute(name); ok {
				b.refuse(d.at, "property "+d.property+" cannot be drawn", d.value)
			}
		}
		return false
	}
	if d.property == "transform" {
		if _, ok := e.attribute("transform"); ok || lower(d.value) != "none" {
			b.refuse(d.at, "property transform cannot be drawn", d.value)
		}
		return false
	}
	for _, v := range vendors {
		if strings.HasPrefix(d.property, v) {
			return false
		}
	}
	b.refuse(d.at, "property "+d.property+" cannot be drawn", d.value)
	return false
}

// declare sets what one declaration says.
func (b *builder) declare(s, parent *style, d declaration) {
	p := properties[d.property]
	if lower(d.value) == "inherit" {
		p.inherit(s, parent)
	} else if !p.read(b.doc, s, d.value, d.at) {
		b.refuse(d.at, "value of "+d.property+" cannot be drawn", d.value)
	}
}
