// Package artwork looks at an author's image before it is published under the issuer's name and says what is wrong
// with it: a PNG that is damaged, or an SVG that runs scripts or reaches outside itself.
//
// It reads bytes and reports; it changes nothing and fetches nothing. An SVG is read by a strict XML reader,
// as every leniency would be a place where this package and a browser see different documents. Where strict and
// browser could still differ, as on letter case or comments in style sheets, the suspicious reading counts.
package artwork

import "blazon/internal/markup"

// Info is what an image says of itself. Width and Height are pixels of a PNG. Of an SVG they are CSS pixels where the
// root has both as absolute lengths, otherwise the sides of its viewBox, otherwise 0 (SVG 2, "Intrinsic sizing").
type Info struct {
	Width, Height float64
}

// Square reports whether both sides are known and equal.
func (i Info) Square() bool { return i.Width > 0 && i.Width == i.Height }

// Finding is one unsafe thing in an SVG. Line and Col count from 1, Col in characters; they point at the element, at
// the attribute's name or, in a style element, at the place in the style sheet.
type Finding struct {
	Line, Col int
	What      string // such as "script element" or "event handler attribute onload"; names only
	Found     string // the offending content in at most 40 characters, e-mail addresses masked
}

// SyntaxError says why a file is not an SVG that can be looked at. Line and Col are as in Finding, or 0 where the
// whole file is meant.
type SyntaxError = markup.SyntaxError
