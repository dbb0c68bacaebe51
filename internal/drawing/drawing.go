// Package drawing draws the SVG of a badge to pixels, in a strict subset of SVG that it draws as browsers do: shapes,
// strokes, gradients, clip paths, masks, groups, symbols and style sheets. Whatever else a drawing holds is refused by
// its line, and never drawn wrongly or left out: text, filters, patterns, markers, images, scripts, animations.
//
// What a browser would not draw is not refused: filters that nothing uses, elements that are not displayed, elements
// and attributes of editors, properties of text.
//
// The same drawing gives the same pixels on every machine. Nothing is read but the given bytes, and no font is known.
// Limits bound time and memory whatever the bytes are.
package drawing

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"math"
)

// Refusal is one thing that keeps an SVG from being drawn. Line and Col count from 1, Col in characters; both are 0
// where the file as a whole is meant.
type Refusal struct {
	Line, Col int
	What      string // such as "element filter cannot be drawn"
	Found     string // the content in at most 40 characters, e-mail addresses masked; may be empty
}

// RefusalError is the error of an SVG that lies outside of the subset, with everything that does, in file order.
type RefusalError struct{ Refusals []Refusal }

func (e *RefusalError) Error() string {
	r := e.Refusals[0]
	text := r.What
	if r.Line > 0 {
		text = fmt.Sprintf("line %d, column %d: %s", r.Line, r.Col, r.What)
	}
	if n := len(e.Refusals) - 1; n > 0 {
		text += fmt.Sprintf(" (and %d more)", n)
	}
	return text
}

// Check says everything that keeps an SVG from being drawn, in file order; nil where it can be drawn. Limits on what
// drawing takes, which hang on the size of the picture, are for Draw to find.
func Check(svg []byte) []Refusal {
	b, err := newBuilder(context.Background(), svg, 512, 512)
	if err != nil {
		return []Refusal{*err}
	}
	b.dry = true
	b.document()
	return b.refusals()
}

// Draw draws an SVG to fill width x height pixels, each from 1 to MaxSide, as a browser shows it in an <img> of that size:
// how it fits is for its viewBox and preserveAspectRatio to say. Pixels are transparent where nothing is drawn.
//
// The error is a *RefusalError for what Check says, a *LimitError for a drawing that takes too much, or that of ctx.
func Draw(ctx context.Context, svg []byte, width, height int) (*image.NRGBA, error) {
	if width < 1 || height < 1 || width > MaxSide || height > MaxSide {
		return nil, &LimitError{"pixels of a side, and at least 1", MaxSide}
	}
	b, refusal := newBuilder(ctx, svg, width, height)
	if refusal != nil {
		return nil, &RefusalError{[]Refusal{*refusal}}
	}
	scene := b.document()
	list := b.refusals()
	if b.count.err != nil && ctx.Err() == nil {
		// The limit kept the rest from being looked at.
		list = Check(svg)
	}
	if len(list) > 0 {
		return nil, &RefusalError{list}
	}
	canvas := newLayer(image.Rect(0, 0, width, height))
	if scene != nil && b.count.err == nil {
		p := &painter{count: b.count, limit: layerBytes(len(canvas.pix))}
		p.paint(scene, canvas, view{Rectangle: canvas.Rectangle})
	}
	if b.count.err != nil {
		return nil, b.count.err
	}
	return canvas.straight(), nil
}

// maxTall is how many times as high as wide a picture is at most.
const maxTall = 4

// Height is how high a picture is that is width pixels wide: as high as the sides that the drawing gives itself ask for,
// within reason. It is a square where these are not known, that is 0.
func Height(width int, wide, high float64) int {
	if wide <= 0 || high <= 0 {
		return width
	}
	tall := math.Round(float64(float64(width) * min(high/wide, maxTall)))
	return int(min(max(tall, 1), MaxSide))
}

// Encode writes a picture as a PNG; the same picture gives the same bytes with every program built by one release of Go.
func Encode(picture *image.NRGBA) ([]byte, error) {
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if err := e.Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("couldn't encode picture: %w", err)
	}
	return b.Bytes(), nil
}
