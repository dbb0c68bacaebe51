package page

import "blazon/internal/badge"

// Views are the views that templates are executed with, by template.
var Views = func() map[string]any {
	all := map[string]any{}
	for name, v := range views {
		all[name] = v
	}
	for name, v := range parts {
		all[name] = v
	}
	return all
}()

// Required are the names of all templates that there must be.
var Required = required

// Limits of a Markdown text.
const (
	MaxMarkdown = maxMarkdown
	MaxCells    = maxCells
)

// Relative is the link from one path to another.
var Relative = relative

// Markdown renders a text as a page at the path from shows it.
func Markdown(base, from, source string, level int, early, others bool) (string, error) {
	links := Links{from: from, assets: map[string]string{"images/map.png": "ef"}}
	out, err := newMarkdown(base).html(source, prose{links: links, level: level, early: early, others: others})
	return string(out), err
}

// SetSizes makes pages of long lists shorter: badges and awards on one page.
func (r *Renderer) SetSizes(cards, awards int) { r.sizes = sizes{cards: cards, awards: awards} }

// Words renders a text that is nothing but words, and Parsed any text by the parser.
var Words = words

// Parsed renders a text by the parser, whatever is in it.
func Parsed(source string) (string, error) {
	out, err := newMarkdown("https://badges.example.org").parse(source, prose{links: Links{from: "badges/a/index.html"}, level: 2})
	return string(out), err
}

// Moulded reports whether the pages of the share of an award are put together from a mould.
func (r *Renderer) Moulded(a *badge.Award) bool {
	c, err := r.shared(shareOf(a))
	return err == nil && c.moulds[1] != nil
}

// Cast reports whether the main part of an award's page is put together too, once it was made twice.
func (r *Renderer) Cast(a *badge.Award) bool {
	c, err := r.shared(shareOf(a))
	if err != nil || c.moulds[1] == nil {
		return false
	}
	last := c.moulds[1].casts.last.Load()
	return last != nil && len(last.pieces) > 0
}

// WithoutMoulds makes every page whole.
func (r *Renderer) WithoutMoulds() { r.halves = nil }

// MaxRendered is how many bytes of rendered narratives are kept, and Rendered how many a renderer keeps.
const MaxRendered = maxRendered

// Rendered counts what is there, not what was noted.
func (r *Renderer) Rendered() (size int) {
	for source, html := range r.narratives.texts {
		size += len(source) + len(html)
	}
	return size
}
