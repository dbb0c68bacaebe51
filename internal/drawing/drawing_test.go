package drawing_test

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/drawing"
)

func TestRefused(t *testing.T) {
	const ramp = `<linearGradient id="g"><stop/><stop offset="1" stop-color="red"/></linearGradient>`
	tests := map[string]struct {
		body string
		want []string // "line:col what: found", line 1 being that of the body
	}{
		"text":                {`<text>x</text>`, []string{"1:1 element text cannot be drawn: <text>"}},
		"two on lines":        {"<g>\n <image href=\"x\"/>\n\t<foreignObject/></g>", []string{`2:2 element image cannot be drawn: <image href="x"/>`, "3:2 element foreignObject cannot be drawn: <foreignObject/>"}},
		"once for two uses":   {`<g id="a"><text>x</text></g><use href="#a"/>`, []string{"1:11 element text cannot be drawn: <text>"}},
		"filter":              {`<g filter="url(#f)"><filter id="f"/></g>`, []string{"1:4 property filter cannot be drawn: url(#f)"}},
		"filter in style":     {`<g style="opacity:1; filter: blur(2px)"/>`, []string{"1:22 property filter cannot be drawn: blur(2px)"}},
		"pattern":             {`<pattern id="p"/><rect fill="url(#p)" width="9" height="9"/>`, []string{"1:24 reference to element pattern cannot be drawn: #p"}},
		"marker":              {`<path marker-end="url(#m)"/>`, []string{"1:7 property marker-end cannot be drawn: url(#m)"}},
		"missing":             {`<use href="#gone"/>`, []string{"1:6 reference to an element that is not there: #gone"}},
		"foreign target":      {`<x:g xmlns:x="x" id="a"/><use href="#a"/>`, []string{"1:31 reference to element g cannot be drawn: #a"}},
		"outside":             {`<use href="other.svg#a"/>`, []string{"1:6 reference outside of the file cannot be drawn: other.svg#a"}},
		"outside paint":       {`<rect fill="url(https://example.org/a#b)"/>`, []string{"1:7 value of fill cannot be drawn: url(https://example.org/a#b)"}},
		"cycle":               {`<g id="a"><use href="#a"/></g>`, []string{"1:16 reference leads back to itself: #a"}},
		"cycle of two":        {`<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>`, []string{"1:16 reference leads back to itself: #b", "1:46 reference leads back to itself: #a"}},
		"cycle of clips":      {`<clipPath id="c" clip-path="url(#c)"><path/></clipPath><g clip-path="url(#c)"/>`, []string{"1:18 reference leads back to itself: #c"}},
		"cycle of masks":      {`<mask id="m"><rect width="9" height="9" mask="url(#m)"/></mask><rect width="9" height="9" mask="url(#m)"/>`, []string{"1:41 reference leads back to itself: #m"}},
		"cycle of gradients":  {`<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/><rect fill="url(#a)" width="9" height="9"/>`, []string{"1:58 gradient refers to itself: #a"}},
		"event":               {`<g onclick="x()"/>`, []string{"1:4 event handler attribute onclick cannot be drawn: x()"}},
		"script in defs":      {`<defs><script/></defs>`, []string{"1:7 element script cannot be drawn: <script/>"}},
		"animation in defs":   {`<defs><rect><animate/></rect></defs>`, []string{"1:13 element animate cannot be drawn: <animate/>"}},
		"switch":              {`<switch><g/></switch>`, []string{"1:1 element switch cannot be drawn: <switch>"}},
		"language":            {`<g systemLanguage="de"/>`, []string{"1:4 attribute systemLanguage cannot be drawn: de"}},
		"unknown element":     {`<flowRoot/>`, []string{"1:1 element flowRoot cannot be drawn: <flowRoot/>"}},
		"unknown property":    {`<g style="offset-path:none"/>`, []string{"1:11 property offset-path cannot be drawn: none"}},
		"wrong value":         {`<g fill="redd"/>`, []string{"1:4 value of fill cannot be drawn: redd"}},
		"wrong value beaten":  {`<g fill="redd" style="fill:red"/>`, []string{"1:4 value of fill cannot be drawn: redd"}},
		"unit":                {`<rect width="2vw"/>`, []string{"1:7 value of width cannot be drawn: 2vw"}},
		"unit of type":        {`<g font-size="9"><rect width="2em"/></g>`, []string{"1:24 value of width cannot be drawn: 2em"}},
		"negative":            {`<rect width="-2" height="3"/>`, []string{"1:7 negative width cannot be drawn: -2"}},
		"path":                {`<path d="M1 2 L3 x"/>`, []string{"1:18 path data cannot be read from here on: x"}},
		"path without move":   {`<path d="L3 4"/>`, []string{"1:10 path data cannot be read from here on: L3 4"}},
		"path after entity":   {`<path d="M&#49; 2 L3"/>`, []string{"1:20 path data cannot be read from here on: "}},
		"points":              {`<polygon points="1 2 3"/>`, []string{"1:22 points cannot be read from here on: "}},
		"transform":           {`<g transform="rotate(9) scale(2"/>`, []string{"1:25 transform cannot be drawn: rotate(9) scale(2"}},
		"transform in style":  {`<g style="transform:rotate(9deg)"/>`, []string{"1:11 property transform cannot be drawn: rotate(9deg)"}},
		"transform origin":    {`<g transform="scale(2)" transform-origin="3 4"/>`, []string{"1:25 property transform-origin cannot be drawn: 3 4"}},
		"blend mode":          {`<g style="mix-blend-mode:multiply"/>`, []string{"1:11 property mix-blend-mode cannot be drawn: multiply"}},
		"linear light":        {ramp + `<g color-interpolation="linearRGB"/>`, []string{"1:86 property color-interpolation cannot be drawn: linearRGB"}},
		"at-rule":             {`<style>@import "x";</style>`, []string{`1:8 at-rule in a style sheet cannot be drawn: @import "x";`}},
		"selector":            {`<style>g > path{fill:red}</style>`, []string{"1:8 selector cannot be drawn: g > path"}},
		"selectors":           {`<style>a,b:hover, *{}</style>`, []string{"1:10 selector cannot be drawn: b:hover", "1:19 selector cannot be drawn: *"}},
		"property of rule":    {`<style>g{fill:red;animation:x 1s}</style><g/>`, []string{"1:19 property animation cannot be drawn: x 1s"}},
		"quotes":              {`<style>g{font-family:'Some}</style>`, []string{"1:22 quotes in a style sheet are not closed: 'Some}"}},
		"escape":              {`<g style="f\69ll:red"/>`, []string{`1:12 escape in a style sheet cannot be read: \69ll:red`}},
		"media":               {`<style media="print">g{fill:red}</style>`, []string{"1:8 style sheet for some media cannot be drawn: print"}},
		"g in a clip":         {`<clipPath id="c"><g/></clipPath><g clip-path="url(#c)"/>`, []string{"1:18 element g in a clipPath cannot be drawn: <g/>"}},
		"clip of a viewport":  {`<clipPath id="c"/><svg clip-path="url(#c)"/>`, []string{`1:24 clip-path or mask of svg cannot be drawn: <svg clip-path="url(#c)"/>`}},
		"focus":               {strings.Replace(ramp, "<linear", `<radialGradient id="r" fx="2" href="#g"/><linear`, 1) + `<rect width="9" height="9" fill="url(#r)"/>`, []string{"1:1 focal circle that is not within the gradient's circle cannot be drawn: <radialGradient id=\"r\" fx=\"2\" href=\"#g\"…"}},
		"style sheet of HTML": {`<style xmlns="http://www.w3.org/1999/xhtml">rect{}</style>`, []string{`1:1 element style among foreign ones cannot be drawn: <style xmlns="http://www.w3.org/1999/xh…`}},
		"style in foreign":    {`<x:y xmlns:x="x"><style>rect{}</style></x:y>`, []string{"1:18 element style among foreign ones cannot be drawn: <style>"}},
		"letters":             {`<g fill="blacK"/>`, []string{"1:4 value of fill cannot be drawn: blacK"}},
		"address":             {`<text>x</text><g fill="ada@example.org"/>`, []string{"1:1 element text cannot be drawn: <text>", "1:18 value of fill cannot be drawn: ***************"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			svg := []byte("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">\n" + test.body + "</svg>")
			found := drawing.Check(svg)
			var got []string
			for _, r := range found {
				got = append(got, place(r.Line-1, r.Col)+" "+r.What+": "+r.Found)
			}
			assert.Equal(t, test.want, got)
			picture, err := drawing.Draw(t.Context(), svg, 20, 20)
			assert.Nil(t, picture)
			var refusal *drawing.RefusalError
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, found, refusal.Refusals)
			assert.Contains(t, err.Error(), found[0].What)
		})
	}
}

func place(line, col int) string {
	return fmt.Sprintf("%d:%d", line, col)
}

// TestHarmless: what a browser does not draw keeps nothing from being drawn.
func TestHarmless(t *testing.T) {
	for name, body := range map[string]string{
		"unused":            `<defs><filter id="f"><feBlend/></filter><pattern id="p"/><marker id="m"/><text>x</text><image/></defs>`,
		"not displayed":     `<g display="none"><text>x</text><g filter="url(#f)" fill="redd"/></g><text style="display:none">x</text>`,
		"empty text":        "<text>\n <tspan/></text>",
		"metadata":          `<metadata><rdf:RDF xmlns:rdf="r"><x:y xmlns:x="x"/></rdf:RDF></metadata><title>x</title><desc/>`,
		"foreign":           `<x:text xmlns:x="x">x<text xmlns="http://www.w3.org/2000/svg">x</text></x:text>`,
		"editors":           `<g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:label="x" style="-inkscape-font-specification:Sans;font-size:9px;shape-rendering:auto;isolation:isolate;mix-blend-mode:normal;filter:none"/>`,
		"rule for nothing":  `<style>.unused{filter:url(#f);fill:redd}</style>`,
		"unknown attribute": `<g foo="bar" data-x="y" role="img" aria-label="x" tabindex="1" xml:space="preserve"/>`,
		"root":              `<style>svg{max-width:100%;height:auto}</style>`,
		"origin":            `<g transform-origin="3 4" style="transform-box:fill-box"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			assert.Empty(t, drawing.Check(document(body)))
			picture, err := drawing.Draw(t.Context(), document(body), 20, 20)
			require.NoError(t, err)
			assert.Equal(t, image.NewNRGBA(image.Rect(0, 0, 20, 20)), picture)
		})
	}
}

// TestBroken: what is no SVG at all is refused in one sentence.
func TestBroken(t *testing.T) {
	for _, test := range []struct {
		svg       string
		line, col int
		what      string
	}{
		{"", 0, 0, "file is empty"},
		{"hello", 1, 1, "text outside of the root element"},
		{"<svg xmlns='http://www.w3.org/2000/svg'>\n<g></svg>", 2, 4, "end tag of svg, want that of g"},
		{"<svg/>", 1, 1, "root element is not svg in its namespace"},
		{"<html xmlns='http://www.w3.org/1999/xhtml'/>", 1, 1, "root element is not svg in its namespace"},
		{"<g xmlns='http://www.w3.org/2000/svg'/>", 1, 1, "root element is not svg in its namespace"},
		{"<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>", 1, 1, "DOCTYPE declaration cannot be drawn"},
		{"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 9'/>", 1, 41, "viewBox is not of four numbers, with sides from 0.001 to 1000000"},
		{"<svg xmlns='http://www.w3.org/2000/svg' width='9'/>", 1, 1, "svg has neither a viewBox nor both width and height"},
		{"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' transform='scale(2)'/>", 1, 59, "transform of svg cannot be drawn"},
	} {
		found := drawing.Check([]byte(test.svg))
		require.Len(t, found, 1, test.svg)
		assert.Equal(t, drawing.Refusal{Line: test.line, Col: test.col, What: test.what, Found: found[0].Found}, found[0])
		_, err := drawing.Draw(t.Context(), []byte(test.svg), 9, 9)
		assert.ErrorAs(t, err, new(*drawing.RefusalError))
	}
}

// TestColors: pixels that need no browser to be known.
func TestColors(t *testing.T) {
	tests := map[string]struct {
		body string
		want color.NRGBA
	}{
		"hex":                   {`<rect width="100" height="100" fill="#369"/>`, color.NRGBA{0x33, 0x66, 0x99, 255}},
		"name":                  {`<rect width="100" height="100" fill="CornflowerBlue"/>`, color.NRGBA{100, 149, 237, 255}},
		"alpha":                 {`<rect width="100" height="100" fill="#f008"/>`, color.NRGBA{255, 0, 0, 0x88}},
		"opacities":             {`<g opacity=".5"><rect width="100" height="100" fill="rgb(0 0 255 / 50%)" fill-opacity=".5"/></g>`, color.NRGBA{0, 0, 255, 32}},
		"half covered":          {`<rect width="200" height="50" y="25" transform="translate(0 25)" clip-path="none"/>`, color.NRGBA{0, 0, 0, 128}},
		"style over attribute":  {`<rect width="100" height="100" fill="red" style="fill:lime"/>`, color.NRGBA{0, 255, 0, 255}},
		"important over style":  {`<style>rect{fill:blue!important}</style><rect width="100" height="100" style="fill:lime"/>`, color.NRGBA{0, 0, 255, 255}},
		"id over class":         {`<style>#a{fill:blue}.b{fill:red}rect{fill:lime}</style><rect id="a" class="b c" width="100" height="100"/>`, color.NRGBA{0, 0, 255, 255}},
		"later over earlier":    {`<style>.b{fill:red}.c{fill:lime}</style><rect class="c b" width="100" height="100"/>`, color.NRGBA{0, 255, 0, 255}},
		"scope of a use":        {`<style>.x .y{fill:red}</style><defs class="x"><g id="a" fill="lime"><rect class="y" width="100" height="100"/></g></defs><use href="#a"/>`, color.NRGBA{0, 255, 0, 255}},
		"inherited by a use":    {`<defs fill="red"><rect id="a" width="100" height="100"/></defs><use href="#a" fill="lime"/>`, color.NRGBA{0, 255, 0, 255}},
		"gradient":              {`<linearGradient id="g" x1="-1" x2="2"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient><rect width="100" height="100" fill="url(#g)"/>`, color.NRGBA{128, 0, 128, 255}},
		"mask of half light":    {`<mask id="m"><rect width="100" height="100" fill="#fff" opacity=".5"/></mask><rect width="100" height="100" mask="url(#m)"/>`, color.NRGBA{0, 0, 0, 128}},
		"mask of red":           {`<mask id="m"><rect width="100" height="100" fill="red"/></mask><rect width="100" height="100" mask="url(#m)"/>`, color.NRGBA{0, 0, 0, 54}},
		"mask by alpha":         {`<mask id="m" mask-type="alpha"><rect width="100" height="100" fill-opacity=".4"/></mask><rect width="100" height="100" mask="url(#m)"/>`, color.NRGBA{0, 0, 0, 102}},
		"two halves of a clip":  {`<clipPath id="c"><path d="M0 0H50V100H0z"/><path d="M50 100V0h50v100z"/></clipPath><rect width="100" height="100" clip-path="url(#c)"/>`, color.NRGBA{0, 0, 0, 255}},
		"winding":               {`<path d="M0 0H100V100H0zM20 20V80H80V20z"/>`, color.NRGBA{}},
		"winding the same way":  {`<path d="M0 0H100V100H0zM20 20H80V80H20z"/>`, color.NRGBA{0, 0, 0, 255}},
		"even and odd":          {`<path fill-rule="evenodd" d="M0 0H100V100H0zM20 20H80V80H20z"/>`, color.NRGBA{}},
		"stroke over fill":      {`<path d="M0 50H100V150" fill="red" stroke="lime" stroke-width="9"/>`, color.NRGBA{0, 255, 0, 255}},
		"fill over stroke":      {`<path d="M0 50H100V150H0z" fill="red" stroke="lime" stroke-width="9" paint-order="stroke" transform="translate(0 -3)"/>`, color.NRGBA{255, 0, 0, 255}},
		"nothing in the middle": {`<circle r="20" cx="10" cy="90"/>`, color.NRGBA{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			// One pixel, or the middle of more: 101 pixels have one there.
			size, at := 101, 50
			picture, err := drawing.Draw(t.Context(), []byte(strings.Replace(string(document(test.body)), "0 0 100 100", "-0.5 -0.5 101 101", 1)), size, size)
			require.NoError(t, err)
			assert.Equal(t, test.want, picture.NRGBAAt(at, at))
		})
	}
}

func TestSizes(t *testing.T) {
	for _, size := range []image.Point{{0, 9}, {9, 0}, {-1, 9}, {4097, 9}, {9, 1 << 40}} {
		picture, err := drawing.Draw(t.Context(), document(""), size.X, size.Y)
		assert.Nil(t, picture)
		assert.ErrorAs(t, err, new(*drawing.LimitError))
	}
	picture, err := drawing.Draw(t.Context(), document(wide), 4096, 1)
	require.NoError(t, err)
	assert.Equal(t, image.Rect(0, 0, 4096, 1), picture.Rect)
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := drawing.Draw(ctx, document(wide), 9, 9)
	assert.ErrorIs(t, err, context.Canceled)
}

func FuzzDraw(f *testing.F) {
	files, err := filepath.Glob("testdata/*.svg")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		svg, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(svg)
	}
	for _, body := range dear {
		if len(body) < 2000 {
			f.Add(document(body))
		}
	}
	f.Fuzz(func(t *testing.T, svg []byte) {
		found := drawing.Check(svg)
		picture, err := drawing.Draw(t.Context(), svg, 31, 17)
		assert.Equal(t, err == nil, picture != nil)
		if len(found) > 0 {
			var refusal *drawing.RefusalError
			require.ErrorAs(t, err, &refusal)
		}
		lines := strings.Count(string(svg), "\n") + strings.Count(string(svg), "\r") + 1
		for _, r := range found {
			assert.LessOrEqual(t, r.Line, lines)
			assert.LessOrEqual(t, len([]rune(r.Found)), 40)
		}
		if picture == nil {
			return
		}
		again, err := drawing.Draw(t.Context(), svg, 31, 17)
		require.NoError(t, err)
		assert.Equal(t, picture.Pix, again.Pix)
	})
}

func BenchmarkDraw(b *testing.B) {
	files, err := filepath.Glob("testdata/*.svg")
	require.NoError(b, err)
	for _, file := range files {
		svg, err := os.ReadFile(file)
		require.NoError(b, err)
		b.Run(strings.TrimSuffix(filepath.Base(file), ".svg"), func(b *testing.B) {
			for b.Loop() {
				if _, err := drawing.Draw(b.Context(), svg, 600, 600); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestHeight(t *testing.T) {
	for _, c := range []struct {
		width      int
		wide, high float64
		want       int
	}{
		{600, 0, 0, 600}, {600, 0, 30, 600}, {600, 100, 100, 600}, {600, 100, 50, 300}, {600, 3, 2.5, 500}, {600, 1, 100, 2400},
		{600, 1e6, 1e-3, 1}, {drawing.MaxSide, 1, 2, drawing.MaxSide}, {1, 3, 1, 1},
	} {
		assert.Equal(t, c.want, drawing.Height(c.width, c.wide, c.high), "%v", c)
	}
}
