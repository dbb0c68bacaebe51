package drawing_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/drawing"
)

// document puts elements into a drawing of 100 x 100.
func document(body string) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">` + body + `</svg>`)
}

// repeated is a text n times, %d the number of each.
func repeated(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "%d", fmt.Sprint(i)))
	}
	return b.String()
}

// nested is something within n elements.
func nested(n int, open, inner, end string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

// linked is n elements, %d the number of each and %n the next one.
func linked(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.NewReplacer("%d", fmt.Sprint(i), "%n", fmt.Sprint(i+1)).Replace(text))
	}
	return b.String()
}

const (
	wide   = `<rect width="100" height="100" fill-opacity=".5"/>`
	bright = `<radialGradient id="r" fx=".3"><stop stop-color="red"/><stop offset=".5" stop-color="blue" stop-opacity=".5"/><stop offset="1"/></radialGradient>`
	fancy  = `<path fill="none" stroke="red" stroke-width="30" stroke-linejoin="round" stroke-linecap="round" d="M0 0`
)

func ten(s string) string { return strings.Repeat(s, 10) }

// dear are drawings that are short to write and long to draw.
var dear = map[string]string{
	"rectangles":          repeated(15_000, wide),
	"gradients":           bright + repeated(15_000, `<rect width="100" height="100" fill="url(#r)"/>`),
	"groups":              repeated(9_000, `<g opacity=".9">`+wide+`</g>`),
	"nested groups":       nested(61, `<g opacity=".9">`, repeated(9_000, wide), `</g>`),
	"nests of groups":     repeated(300, nested(60, `<g opacity=".9">`, wide, `</g>`)),
	"more nested groups":  `<g id="a">` + nested(60, `<g opacity=".9">`, wide, `</g>`) + `</g>` + nested(60, `<g opacity=".9">`, `<use href="#a"/>`, `</g>`),
	"clips":               `<clipPath id="c"><circle cx="50" cy="50" r="70"/></clipPath>` + repeated(5_000, `<g clip-path="url(#c)">`+wide+`</g>`),
	"nested clips":        `<clipPath id="c"><circle cx="50" cy="50" r="70"/></clipPath>` + nested(61, `<g clip-path="url(#c)">`, repeated(9_000, wide), `</g>`),
	"clips of clips":      `<clipPath id="c0"><rect width="99" height="99"/></clipPath>` + linked(60, `<clipPath id="c%n" clip-path="url(#c%d)"><circle r="99"/></clipPath>`) + repeated(500, `<g clip-path="url(#c60)">`+wide+`</g>`),
	"chained clips":       linked(6_000, `<clipPath id="c%d" clip-path="url(#c%n)"><path/></clipPath>`) + `<g clip-path="url(#c0)">` + wide + `</g>`,
	"chained masks":       linked(6_000, `<mask id="c%d"><path d="M0 0H9V9" mask="url(#c%n)"/></mask>`) + `<g mask="url(#c0)">` + wide + `</g>`,
	"growing viewports":   nested(60, `<svg width="99999999%" height="99999999%" viewBox="0 0 1 1">`, wide, `</svg>`),
	"growing percentages": nested(60, `<svg width="99999999%" height="99999999%">`, `<circle r="99999%" stroke-width="99999999%" stroke-dasharray="1e9%" stroke="red"/>`, `</svg>`),
	"thinnest viewports":  nested(60, `<svg viewBox="0 0 .001 1e6" preserveAspectRatio="none" overflow="visible">`, `<rect width="9" height="9" clip-path="url(#c)"/>`, `</svg>`) + `<clipPath id="c" clipPathUnits="objectBoundingBox"><path d="M0 0H1V1"/></clipPath>`,
	"tenfold clips":       `<clipPath id="c0"><rect width="9" height="9"/></clipPath>` + linked(40, `<clipPath id="c%n" clip-path="url(#c%d)">`+ten(`<rect width="99" height="99" clip-path="url(#c%d)"/>`)+`</clipPath>`) + `<rect width="99" height="99" clip-path="url(#c40)"/>`,
	"masks":               `<mask id="m"><circle cx="50" cy="50" r="70" fill="#fff"/></mask>` + repeated(5_000, `<g mask="url(#m)">`+wide+`</g>`),
	"tenfold masks":       `<mask id="m0">` + wide + `</mask>` + linked(40, `<mask id="m%n">`+ten(`<rect width="99" height="99" fill="#fff" mask="url(#m%d)"/>`)+`</mask>`) + `<rect width="99" height="99" mask="url(#m40)"/>`,
	"masks in masks":      `<mask id="m0">` + wide + `</mask>` + linked(60, `<mask id="m%n"><g mask="url(#m%d)"><rect width="99" height="99" fill="#fff"/></g></mask>`) + repeated(99, `<rect width="99" height="99" mask="url(#m60)"/>`),
	"tenfold uses":        `<g id="u0"><rect width="9" height="9"/></g>` + linked(14, `<g id="u%n">`+ten(`<use href="#u%d"/>`)+`</g>`),
	"tenfold empty uses":  `<g id="u0"/>` + linked(14, `<g id="u%n">`+ten(`<use href="#u%d"/>`)+`</g>`),
	"tenfold symbols":     `<symbol id="u0" viewBox="0 0 1 1"><rect width="9" height="9"/></symbol>` + linked(14, `<symbol id="u%n" viewBox="0 0 1 1">`+ten(`<use href="#u%d" width="1" height="1"/>`)+`</symbol>`) + `<use href="#u14"/>`,
	"chained uses":        `<g id="u0"><rect width="9" height="9"/></g>` + linked(9_000, `<use id="u%n" href="#u%d"/>`),
	"chained gradients":   `<linearGradient id="g0"/>` + linked(9_000, `<linearGradient id="g%n" href="#g%d"/>`) + repeated(9_000, `<rect width="9" height="9" fill="url(#g%d)"/>`),
	"stops":               `<linearGradient id="g">` + repeated(9_000, `<stop offset=".%d" stop-color="red"/>`) + `</linearGradient>` + repeated(9_000, `<rect width="100" height="100" fill="url(#g)"/>`),
	"stops across":        `<linearGradient id="g">` + repeated(15_000, `<stop offset=".0%d" stop-color="red"/>`) + `</linearGradient>` + repeated(20, `<rect width="100" height="100" fill="url(#g)"/>`),
	"segments":            `<path d="M0 0` + repeated(80_000, `l9 9-9 1`) + `"/>`,
	"segments up down":    `<path d="M0 0` + repeated(80_000, `v99v-99`) + `"/>`,
	"segments across":     `<path d="M0 0` + repeated(50_000, `L%d 9 5 %d`) + `"/>`,
	"flat segments":       `<path d="M0 0` + repeated(80_000, `h99h-99`) + `"/>`,
	"nearly flat":         `<path d="M0 0` + repeated(60_000, `l99 .001-99 .001`) + `"/>`,
	"even odd":            `<path fill-rule="evenodd" d="M0 0` + repeated(60_000, `l99 77-55 9l-3-86`) + `"/>`,
	"strokes":             fancy + repeated(60_000, `l9 9-9-8`) + `"/>`,
	"curves":              fancy + repeated(60_000, `q9 900-9 0t5 5`) + `"/>`,
	"large arcs":          fancy + repeated(30_000, `a1e6 1e6 0 1 1 9 9`) + `"/>`,
	"larger arcs":         fancy + `a1e8 1e8 0 1 1 1e8 1e-8A1e9 1e9 9 1 0 50 50z"/>`,
	"wide pen":            `<path fill="none" stroke="red" stroke-width="1e8" stroke-linejoin="round" stroke-linecap="round" d="M0 0` + repeated(9_000, `q9 9 3-3`) + `"/>`,
	"dashes":              `<path stroke="red" stroke-dasharray=".0001" stroke-linecap="round" d="M0 50H100"/>`,
	"vanishing dashes":    `<path stroke="red" stroke-dasharray="1e-300" d="M0 50H100"/>`,
	"long dashed line":    `<path stroke="red" stroke-dasharray="1" d="M-1e9 50H1e9"/>`,
	"long dashed curve":   `<path stroke="red" stroke-dasharray="1" d="M-1e9 50C0 1e9 0-1e9 1e9 50"/>`,
	"many dashes":         `<path stroke="red" stroke-dasharray="` + strings.Repeat("1 ", 100_000) + `" d="M0 50H100"/>`,
	"many dashes, spread": repeated(9_000, `<path stroke="red" stroke-dasharray="1" d="M0 %dH100"/>`),
	"huge circle":         `<circle r="1e9" stroke="red" stroke-width="1e8"/>`,
	"huge scale":          `<g transform="scale(1e8)"><circle r="9" stroke="red"/></g>`,
	"huge everything":     `<g transform="scale(1e7)"><circle r="1e9" stroke="red" stroke-width="1e9" stroke-linejoin="round"/><path stroke="red" stroke-width="1e9" stroke-linejoin="round" d="M0 0C0 1e9 1e9 0-1e9-1e9L9 9"/></g>`,
	"huge scales":         nested(50, `<g transform="scale(1e8)">`, `<circle r="9"/>`, `</g>`),
	"tiny scales":         nested(50, `<g transform="scale(1e-8)">`, `<circle r="9"/>`, `</g>`),
	"huge skew":           `<g transform="skewX(89.9999999)"><rect width="100" height="100" stroke="red"/></g>`,
	"spread beyond":       `<linearGradient id="g" x2="1e-9" spreadMethod="repeat"><stop stop-color="red"/><stop offset="1"/></linearGradient><rect width="100" height="100" fill="url(#g)"/>`,
	"rules":               `<style>` + repeated(15_000, `.a%d .b g .c{fill:red}`) + `</style><g class="b">` + nested(60, `<g class="c">`, repeated(9_000, `<rect class="c" width="9" height="9"/>`), `</g>`) + `</g>`,
	"selectors":           `<style>` + strings.Repeat(`g `, 200) + `.c{fill:red}</style>` + nested(60, `<g>`, repeated(9_000, `<rect class="c" width="9" height="9"/>`), `</g>`),
	"classes":             `<style>` + repeated(9_000, `.c%d{fill:red}`) + `</style><g class="` + repeated(60_000, "c%d ") + `">` + repeated(9_000, `<rect class="c c c c c c c" width="9" height="9"/>`) + `</g>`,
	"declarations":        `<style>rect{` + repeated(40_000, `fill:red;`) + `}</style>` + repeated(9_000, `<rect width="9" height="9"/>`),
	"refusals":            repeated(19_000, `<text>x</text>`),
	"refusals of one":     `<g id="a"><g id="b">` + repeated(100, `<text>%d</text>`) + `</g></g>` + repeated(5_000, `<use href="#a"/>`),
	"lines":               `<text>` + strings.Repeat("\n", 900_000) + `</text>` + repeated(3_000, `<text>x</text>`),
	"non-scaling":         `<g transform="scale(1e7)"><path vector-effect="non-scaling-stroke" stroke="red" stroke-dasharray="1" d="M0 0H100"/></g>`,
	"viewports":           nested(60, `<svg viewBox="0 0 1e6 1e6" preserveAspectRatio="none">`, wide, `</svg>`),
	"thin viewports":      nested(30, `<svg viewBox="0 0 .001 .001" preserveAspectRatio="none" overflow="visible">`, wide, `</svg>`),
}

// TestDear: nothing takes minutes or gigabytes. Times are those of a slow and busy machine.
func TestDear(t *testing.T) {
	for name, body := range dear {
		t.Run(name, func(t *testing.T) {
			svg := document(body)
			require.LessOrEqual(t, len(svg), 1<<20)
			var peak atomic.Uint64
			done := make(chan bool)
			var before, now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			go func() {
				for {
					runtime.ReadMemStats(&now)
					peak.Store(max(peak.Load(), now.HeapAlloc))
					select {
					case done <- true:
						return
					case <-time.After(5 * time.Millisecond):
					}
				}
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			start := time.Now()
			_, err := drawing.Draw(ctx, svg, 600, 600)
			took := time.Since(start)
			start = time.Now()
			drawing.Check(svg)
			checked := time.Since(start)
			<-done
			t.Logf("%s: %v, %v to check, %d MiB, %v", name, took, checked, (peak.Load()-before.HeapAlloc)>>20, err)
			assert.NoError(t, ctx.Err())
			assert.Less(t, peak.Load()-before.HeapAlloc, uint64(300<<20))
			if err != nil {
				var limit *drawing.LimitError
				var refusal *drawing.RefusalError
				assert.True(t, errors.As(err, &limit) || errors.As(err, &refusal), "%T", err)
			}
		})
	}
}
