package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/artwork"
	"blazon/internal/drawing"
)

// chain is n elements each of which refers to the one before, %d, from the one after, %n.
func chain(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.NewReplacer("%d", fmt.Sprint(i), "%n", fmt.Sprint(i+1)).Replace(format))
	}
	return b.String()
}

// expensive are drawings that are cheap to write and dear to draw. Each stays within the limits on an SVG file, so that
// drawing has to look after itself; refused are those of which no browser's time bound would save us.
var expensive = map[string]struct {
	svg     func() string
	refused bool // a limit has to stop it
}{
	"full-size-rectangles": {func() string { return repeat(19_000, `<rect width="100" height="100" fill-opacity=".01"/>`) }, false},
	"full-size-gradients":  {func() string { return radial + repeat(8_000, `<rect width="100" height="100" fill="url(#r)"/>`) }, false},
	"full-size-groups":     {func() string { return repeat(9_000, `<g opacity=".9"><rect width="100" height="100"/></g>`) }, false},
	"nested-opacity": {func() string {
		return nest(60, `<g opacity=".99">`, repeat(9_000, `<circle cx="50" cy="50" r="%d"/>`), `</g>`)
	}, false},
	"nested-opacity-many": {func() string {
		return repeat(300, nest(55, `<g opacity=".99">`, `<rect width="100" height="100"/>`, `</g>`))
	}, false},
	"segments":        {func() string { return `<path d="M0 0` + repeat(100_000, `l9 9-9 1`) + `"/>` }, false},
	"segments-across": {func() string { return `<path d="M0 0` + repeat(90_000, `v99v-99`) + `"/>` }, false},
	"segments-of-stroke": {func() string {
		return `<path stroke-linejoin="round" stroke="red" stroke-width="30" d="M0 0` + repeat(60_000, `l9 9-9-8`) + `"/>`
	}, false},
	"curves": {func() string { return `<path stroke="red" d="M0 0` + repeat(30_000, `q9 900-9 0t5 5`) + `"/>` }, false},
	"arcs": {func() string {
		return `<path stroke="red" stroke-width="50" stroke-linejoin="round" d="M0 0` + repeat(30_000, `a1e6 1e6 0 1 1 9 9`) + `"/>`
	}, false},
	"arcs-huge": {func() string {
		return `<path stroke="red" d="M0 0a1e30 1e30 0 1 1 1e30 1e-30A1e300 1e300 9 1 0 50 50z"/>`
	}, false},
	"use-tenfold": {func() string {
		return `<g id="u0"><rect width="9" height="9"/></g>` + chain(12, `<g id="u%n">`+strings.Repeat(`<use href="#u%d"/>`, 10)+`</g>`)
	}, true},
	"use-tenfold-unseen": {func() string {
		return `<g id="u0"/>` + chain(14, `<g id="u%n">`+strings.Repeat(`<use href="#u%d"/>`, 10)+`</g>`)
	}, true},
	"use-tenfold-in-defs": {func() string {
		return `<defs><g id="u0"><rect width="9" height="9"/></g>` + chain(40, `<g id="u%n">`+strings.Repeat(`<use href="#u%d"/>`, 10)+`</g>`) + `</defs><circle r="9"/>`
	}, false},
	"use-tenfold-in-clip": {func() string {
		return `<clipPath id="c0"><rect width="9" height="9"/></clipPath>` + chain(40, `<clipPath id="c%n" clip-path="url(#c%d)">`+strings.Repeat(`<rect width="99" height="99" clip-path="url(#c%d)"/>`, 10)+`</clipPath>`) + `<rect width="99" height="99" clip-path="url(#c40)"/>`
	}, true},
	"use-tenfold-in-mask": {func() string {
		return `<mask id="m0"><rect width="9" height="9"/></mask>` + chain(40, `<mask id="m%n">`+strings.Repeat(`<rect width="99" height="99" mask="url(#m%d)"/>`, 10)+`</mask>`) + `<rect width="99" height="99" mask="url(#m40)"/>`
	}, true},
	"symbols-tenfold": {func() string {
		return `<symbol id="u0" viewBox="0 0 1 1"><rect width="9" height="9"/></symbol>` + chain(14, `<symbol id="u%n" viewBox="0 0 1 1">`+strings.Repeat(`<use href="#u%d" width="1" height="1"/>`, 10)+`</symbol>`) + `<use href="#u14"/>`
	}, true},
	"use-chain": {func() string {
		return `<g id="u0"><rect width="9" height="9"/></g>` + chain(9_000, `<use id="u%n" href="#u%d"/>`)
	}, false},
	"gradient-chain": {func() string {
		return `<linearGradient id="g0"><stop/></linearGradient>` + chain(9_000, `<linearGradient id="g%n" href="#g%d"/>`) + repeat(9_000, `<path fill="url(#g9000)" d="M0 0h1v1z"/>`)
	}, false},
	"gradient-stops": {func() string {
		return `<linearGradient id="g">` + repeat(9_000, `<stop offset=".%d"/>`) + `</linearGradient>` + repeat(9_000, `<path fill="url(#g)" d="M0 0h9v1z"/>`)
	}, false},
	"mask-many": {func() string {
		return `<mask id="m" maskUnits="userSpaceOnUse" width="100" height="100"><rect width="100" height="100"/></mask>` + repeat(9_000, `<rect width="100" height="100" mask="url(#m)"/>`)
	}, false},
	"clip-many": {func() string {
		return `<clipPath id="m"><circle cx="50" cy="50" r="50"/></clipPath>` + repeat(9_000, `<rect width="100" height="100" clip-path="url(#m)"/>`)
	}, false},
	"clip-of-groups-by-box": {func() string {
		return `<clipPath id="m" clipPathUnits="objectBoundingBox"><circle cx=".5" cy=".5" r=".5"/></clipPath>` + nest(55, `<g clip-path="url(#m)">`, repeat(9_000, `<circle cx="%d" r="40"/>`), `</g>`)
	}, false},
	"mask-of-groups-by-box": {func() string {
		return `<mask id="m"><rect width="100" height="100" fill="#fff"/></mask>` + repeat(150, nest(50, `<g mask="url(#m)">`, `<circle r="40"/>`, `</g>`))
	}, false},
	"dashes-tiny":      {func() string { return `<path stroke="red" stroke-dasharray="1e-9" d="M0 0H100"/>` }, false},
	"dashes-tiny-many": {func() string { return repeat(9_000, `<path stroke="red" stroke-dasharray=".001 .001" d="M0 0H100"/>`) }, false},
	"dashes-round-wide": {func() string {
		return repeat(90, `<path stroke="red" stroke-width="200" stroke-linecap="round" stroke-dasharray="0 .02" d="M0 0H100"/>`)
	}, false},
	"dashes-on-long-path": {func() string { return `<path stroke="red" stroke-dasharray="1" d="M-1e30 0H1e30M0-1e8V1e8"/>` }, false},
	"dashes-offset-far": {func() string {
		return `<path stroke="red" stroke-dasharray="1e-5 1e-6" stroke-dashoffset="1e300" d="M0 0H100"/>`
	}, false},
	"dashes-many": {func() string {
		return `<path stroke="red" stroke-dasharray="` + repeat(100_000, `1 `) + `" d="M0 0H100"/>`
	}, false},
	"stroke-wide": {func() string {
		return `<path stroke="red" stroke-width="1e30" stroke-linejoin="round" stroke-linecap="round" d="M0 0H100V50z"/>`
	}, false},
	"scale-up": {func() string { return nest(40, `<g transform="scale(1e9)">`, `<circle r="1" stroke="red"/>`, `</g>`) }, false},
	"scale-down": {func() string {
		return nest(40, `<g transform="scale(1e-9)">`, `<circle r="1e300" stroke="red"/>`, `</g>`)
	}, false},
	"scale-up-strokes": {func() string {
		return `<g transform="scale(1e7)">` + repeat(900, `<circle r="1" stroke="red" stroke-dasharray=".01"/>`) + `</g>`
	}, false},
	"transforms": {func() string {
		return `<g transform="` + repeat(60_000, `rotate(%d)`) + `"><rect width="9" height="9"/></g>`
	}, false},
	"numbers-beyond": {func() string {
		return `<rect width="1e999" height="9"/><path d="M1e400 9-1e400 1e-400z"/><circle r="NaN"/><circle r="Infinity"/>`
	}, false},
	"numbers-long": {func() string {
		return `<circle r="` + strings.Repeat("9", 400_000) + `"/><circle r="0.` + strings.Repeat("0", 400_000) + `1"/>`
	}, false},
	"nested-documents": {func() string {
		return nest(60, `<svg viewBox="0 0 1e-3 1e6" preserveAspectRatio="none">`, `<circle r="1e6"/>`, `</svg>`)
	}, false},
	"nested-slices": {func() string {
		return nest(60, `<svg viewBox="0 0 1 1000000" preserveAspectRatio="xMidYMid slice">`, `<circle r="9"/>`, `</svg>`)
	}, false},
	"rules": {func() string {
		return `<style>` + repeat(15_000, `.a .b .c .d .e%d{fill:red}`) + `</style>` + nest(50, `<g class="a b c d">`, repeat(9_000, `<path class="e%d"/>`), `</g>`)
	}, false},
	"rules-backtracking": {func() string {
		return `<style>` + repeat(9_000, strings.Repeat(`g `, 30)+`x{fill:red}`) + `</style>` + nest(55, `<g>`, repeat(2_000, `<path/>`), `</g>`)
	}, false},
	"rules-selector-lists": {func() string {
		return `<style>` + repeat(150_000, `g,`) + `g{fill:red}</style>` + repeat(9_000, `<g/>`)
	}, false},
	"classes": {func() string {
		return `<style>` + repeat(9_000, `.c%d{fill:red}`) + `</style>` + repeat(50, `<path d="M0 0h9v9z" class="`+repeat(1_500, `c%d `)+`"/>`)
	}, false},
	"declarations":       {func() string { return `<rect width="9" height="9" style="` + repeat(80_000, `fill:red;`) + `"/>` }, false},
	"refusals":           {func() string { return repeat(19_000, `<x y="z"/>`) }, true},
	"refusals-far-along": {func() string { return strings.Repeat("\n", 500_000) + repeat(15_000, `<text>a</text>`) }, true},
	"text-long": {func() string {
		return `<title>` + strings.Repeat("x", 1_000_000) + `</title><rect width="9" height="9"/>`
	}, false},
	"names-alike": {func() string { return repeat(9_000, `<g id="a"/>`) + repeat(9_000, `<use href="#a"/>`) }, false},
	"points-of-polygon": {func() string {
		return `<polygon stroke="red" stroke-linejoin="miter" stroke-miterlimit="1e9" points="` + repeat(200_000, `1 2 `) + `"/>`
	}, false},
	"round-points": {func() string {
		return `<path stroke="red" stroke-width="90" stroke-linecap="round" d="` + repeat(100_000, `M1 1h0`) + `"/>`
	}, false},
	"not-scaling-strokes": {func() string {
		return `<g transform="scale(1e-6)">` + repeat(9_000, `<circle r="1e7" stroke="red" vector-effect="non-scaling-stroke"/>`) + `</g>`
	}, false},
	"percentages-of-nothing": {func() string {
		return nest(55, `<svg width="1e-300%" height="1e300%">`, `<circle r="1e300%" cx="50%"/>`, `</svg>`)
	}, false},
}

const radial = `<radialGradient id="r" fx=".5004" r=".001" spreadMethod="reflect"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></radialGradient>`

// TestExpensiveDrawings: nothing that fits an SVG file takes long or much to draw, check or inspect.
func TestExpensiveDrawings(t *testing.T) {
	for name, test := range expensive {
		t.Run(name, func(t *testing.T) {
			svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">` + test.svg() + `</svg>`)
			require.LessOrEqual(t, len(svg), 1<<20)
			within(t, func(ctx context.Context) {
				_, _, err := artwork.InspectSVG(svg)
				assert.NoError(t, err)
				picture, err := drawing.Draw(ctx, svg, drawnWidth, drawnWidth)
				assert.Equal(t, err == nil, picture != nil)
				if test.refused {
					assert.Error(t, err)
				}
				if err != nil {
					t.Logf("%.200s", err)
					limit, refusal := new(drawing.LimitError), new(drawing.RefusalError)
					assert.True(t, errors.As(err, &limit) || errors.As(err, &refusal), "%T", err)
				}
				drawing.Check(svg)
			})
		})
	}
}

// TestDrawingsEnd: who no longer waits for a drawing is not kept waiting.
func TestDrawingsEnd(t *testing.T) {
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">` + expensive["full-size-groups"].svg() + `</svg>`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	picture, err := drawing.Draw(ctx, svg, drawnWidth, drawnWidth)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, picture)
}
