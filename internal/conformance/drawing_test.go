package conformance_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/artwork"
	"blazon/internal/drawing"
)

// contactSheet is for people: go test ./internal/conformance -run Drawings -contact-sheet=/path.png
var contactSheet = flag.String("contact-sheet", "", "file for a PNG with each drawing as ours, Chromium's and the difference")

const (
	drawings = root + "/testdata/drawings"

	// drawnWidth is what published images are drawn at.
	drawnWidth = 600

	// maxMean is how far the pixels may be from a browser's on average, of 255 and per channel.
	maxMean = 1.0

	// maxOff is the largest share of pixels that may be plainly wrong, which is how a small part shows that is missing.
	// Edges are smoothed differently by any two renderers, yet hardly ever by as much as offBy.
	maxOff = 0.005
	offBy  = 48
)

// difference is what sets two pictures of one drawing apart, both on mid grey.
type difference struct {
	mean  float64 // per channel of red, green and blue
	alpha float64 // of the transparency alone, which grey could hide
	off   float64 // share of pixels that differ by more than offBy in any channel
	worst uint8   // of any pixel and channel
}

func (d difference) String() string {
	return fmt.Sprintf("mean %.3f, alpha %.3f, off %.3f %%, worst %d", d.mean, d.alpha, 100*d.off, d.worst)
}

// small reports whether people would call the pictures the same.
func (d difference) small() bool { return d.mean <= maxMean && d.alpha <= maxMean && d.off <= maxOff }

// onGrey is a pixel as it looks on mid grey.
func onGrey(c color.NRGBA) [3]uint8 {
	over := func(v uint8) uint8 { return uint8((int(v)*int(c.A) + 128*(255-int(c.A)) + 127) / 255) }
	return [3]uint8{over(c.R), over(c.G), over(c.B)}
}

func apart(a, b uint8) uint8 { return max(a, b) - min(a, b) }

// compare expects pictures of one size.
func compare(a, b *image.NRGBA) (d difference) {
	pixels := float64(a.Rect.Dx() * a.Rect.Dy())
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			p, q := a.NRGBAAt(x, y), b.NRGBAAt(x, y)
			u, v := onGrey(p), onGrey(q)
			var worst uint8
			for i := range u {
				by := apart(u[i], v[i])
				d.mean += float64(by) / (3 * pixels)
				worst = max(worst, by)
			}
			alpha := apart(p.A, q.A)
			d.alpha += float64(alpha) / pixels
			worst = max(worst, alpha)
			if worst > offBy {
				d.off += 1 / pixels
			}
			d.worst = max(d.worst, worst)
		}
	}
	return d
}

// pixels are those of a PNG.
func pixels(t *testing.T, file string) *image.NRGBA {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	decoded, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	if straight, ok := decoded.(*image.NRGBA); ok {
		return straight
	}
	out := image.NewNRGBA(decoded.Bounds())
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Set(x, y, decoded.At(x, y))
		}
	}
	return out
}

// browser draws files and returns what it made of each: nil where it had nothing to show.
func browser(t *testing.T, width int, files ...string) []*image.NRGBA {
	t.Helper()
	if os.Getenv("CHROMIUM") == "" {
		tool(t, "/usr/bin/chromium")
	}
	args := []string{t.TempDir(), fmt.Sprint(width)}
	for _, f := range files {
		f, err := filepath.Abs(f)
		require.NoError(t, err)
		args = append(args, f)
	}
	v := judge[struct {
		Tool     string
		Asked    []string
		Drawings []struct {
			File, PNG, Error string
			Width, Height    int
		}
	}](t, "draw.js", args...)
	require.Len(t, v.Drawings, len(files))
	assert.Empty(t, v.Asked, "drawings that ask for something else")
	t.Log(v.Tool)
	out := make([]*image.NRGBA, len(files))
	for i, d := range v.Drawings {
		if d.Error == "" {
			out[i] = pixels(t, d.PNG)
			require.Equal(t, image.Rect(0, 0, d.Width, d.Height), out[i].Rect, d.File)
		}
	}
	return out
}

// TestDrawings: badges as their editors write them, and those of the example, come out as in a browser.
func TestDrawings(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	var files []string
	for _, pattern := range []string{drawings + "/*.svg", root + "/content/badges/*.svg"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		files = append(files, found...)
	}
	theirs := browser(t, drawnWidth, files...)
	var sheet sheet
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-28s %9s %7s %7s %8s %6s\n", "drawing", "size", "mean", "alpha", "off in %", "worst")
	for i, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".svg")
		t.Run(name, func(t *testing.T) {
			require.NotNil(t, theirs[i], "the browser shows nothing")
			size := theirs[i].Rect
			svg, err := os.ReadFile(file)
			require.NoError(t, err)
			info, findings, err := artwork.InspectSVG(svg)
			require.NoError(t, err)
			assert.Empty(t, findings)
			assert.Equal(t, size.Dy(), int(math.Round(drawnWidth*info.Height/info.Width)), "height of %+v", info)
			ours, err := drawing.Draw(t.Context(), svg, size.Dx(), size.Dy())
			if !assert.NoError(t, err) {
				for _, r := range drawing.Check(svg) {
					t.Logf("%s:%d:%d: %s: %s", file, r.Line, r.Col, r.What, r.Found)
				}
				sheet.add(image.NewNRGBA(size), theirs[i])
				return
			}
			d := compare(ours, theirs[i])
			fmt.Fprintf(&table, "%-28s %9s %7.3f %7.3f %8.3f %6d\n", name, fmt.Sprintf("%dx%d", size.Dx(), size.Dy()), d.mean, d.alpha, 100*d.off, d.worst)
			assert.True(t, d.small(), "%s", d)
			sheet.add(ours, theirs[i])
		})
	}
	t.Log(table.String())
	if *contactSheet != "" {
		require.NoError(t, sheet.write(*contactSheet))
	}
}

// TestDrawingsNotice: the comparison sees it when a drawing is drawn otherwise in one of the ways in which renderers
// go wrong. What it lets pass would prove nothing above.
func TestDrawingsNotice(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	notice(t, drawnWidth, func(name string) string { return drawings + "/" + name + ".svg" }, []mutant{
		{"clip path ignored", "inkscape-summit", `clip-path="url(#clipPath40)"`, ``},
		{"clip path of objects ignored", "boxy-rocket", `clip-path: url(#clip-path-0);`, ``},
		{"mask ignored", "hand-night-shift", ` mask="url(#bite)"`, ``},
		{"mask by alpha", "hand-night-shift", `<mask id="tint"`, `<mask id="tint" style="mask-type:alpha"`},
		{"mask by luminance", "figma-teamwork", `mask0_104_2" style="mask-type:alpha"`, `mask0_104_2"`},
		{"group opacity ignored", "inkscape-stargazer-plain", `style="opacity:.35"`, ``},
		{"stroke opacity ignored", "cairo-cloud", `stroke-opacity:0.2;`, ``},
		{"repeat as pad", "hand-crate-digger", `spreadMethod="repeat"`, ``},
		{"reflect as repeat", "hand-crate-digger", `r="30" spreadMethod="reflect"`, `r="30" spreadMethod="repeat"`},
		{"focus ignored", "inkscape-stargazer-plain", `fx="212"`, ``},
		{"transform of a gradient ignored", "figma-data", ` gradientTransform="translate(150 110) rotate(58.6) scale(400 300)"`, ` gradientTransform="translate(150 110) scale(400 300)"`},
		{"slice as meet", "hand-postcards", `xMidYMid slice`, `xMidYMid meet`},
		{"no stretching", "hand-postcards", `preserveAspectRatio="none"`, ``},
		{"dashes ignored", "slides-facilitator", `stroke-dasharray="32.0,24.0"`, ``},
		{"flag of an arc ignored", "hand-clockmaker", `34 24 1 0 40 46`, `34 24 0 0 40 46`},
		{"strokes not scaled", "corel-heritage", `stroke-width:140;`, `stroke-width:1;`},
		{"descendant selector ignored", "hand-colour-wheel", `.ring .thick {`, `.ring .thin {`},
		{"currentColor is black", "hand-colour-wheel", `fill: currentColor;`, `fill: black;`},
		{"hue off by a little", "hand-colour-wheel", `hsl(220deg, 30%, 96%)`, `hsl(200deg, 30%, 94%)`},
		{"percentages of stops ignored", "sketch-ux", `stop-color="#D8315B" offset="100%"`, `stop-color="#D8315B" offset="1%"`},
		{"stop opacity ignored", "vectornator-photo", `stop-opacity="0.55"`, ``},
		{"a small part missing", "svgo-fox", `<path fill="#fde68a"`, `<path fill="none"`},
	})
	files, _ := probes(t)
	notice(t, probeWidth, func(name string) string { return filepath.Join(filepath.Dir(files[0]), name+".svg") }, []mutant{
		{"evenodd as nonzero", "shape-polygon-evenodd", `fill-rule="evenodd"`, ``},
		{"miter as bevel", "stroke-joins", `<path d="M10 40`, `<path stroke-linejoin="bevel" d="M10 40`},
		{"miter beyond its limit", "stroke-joins", `stroke-miterlimit="1"`, ``},
		{"round join as bevel", "stroke-join-round", `stroke-linejoin="round"`, `stroke-linejoin="bevel"`},
		{"round caps as butts", "stroke-caps", `stroke-linecap="round"`, ``},
		{"square caps as butts", "stroke-caps", `stroke-linecap="square"`, ``},
		{"dash offset ignored", "dash-offset", `stroke-dashoffset="5"`, ``},
		{"even count of dashes", "dash-odd-count", `12 5 3`, `12 5`},
		{"stroke scaled evenly", "stroke-uneven", `scale(3 .5)`, `scale(1.73 1.73)`},
		{"group opacity spread", "opacity-group-overlap", `<g opacity=".5">`, `<g fill-opacity=".5">`},
		{"clip rule ignored", "clip-rule", `clip-rule="evenodd"`, ``},
		{"use of use ignored", "use-of-use", `<use href="#b" y="30" fill="red"/>`, ``},
		{"specificity ignored", "css-specificity", `rect.b {`, `rect {`},
		{"important ignored", "css-important", `teal !important`, `teal`},
		{"overflow of symbols not clipped", "use-symbol", `viewBox="0 0 10 10"`, `viewBox="0 0 10 10" overflow="visible"`},
	})
}

// mutant is a drawing as a wrong renderer would read it.
type mutant struct{ name, file, from, to string }

// notice draws mutants and compares them with what a browser makes of the drawings that they come from.
func notice(t *testing.T, width int, path func(string) string, mutants []mutant) {
	t.Helper()
	var files []string
	for _, m := range mutants {
		if file := path(m.file); !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	theirs := browser(t, width, files...)
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			file := path(m.file)
			svg, err := os.ReadFile(file)
			require.NoError(t, err)
			changed := bytes.Replace(svg, []byte(m.from), []byte(m.to), 1)
			require.NotEqual(t, svg, changed, "%s does not hold %s", m.file, m.from)
			want := theirs[slices.Index(files, file)]
			require.NotNil(t, want)
			ours, err := drawing.Draw(t.Context(), changed, want.Rect.Dx(), want.Rect.Dy())
			require.NoError(t, err)
			d := compare(ours, want)
			t.Log(d)
			assert.False(t, d.small())
		})
	}
}

const probeWidth = 200

// probes writes the probes into files of their own. A probe is a document, or what stands in one of 100 x 100.
func probes(t *testing.T) (files []string, svgs [][]byte) {
	t.Helper()
	archive, err := txtar.ParseFile(drawings + "/probes.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archive.Files)
	dir := t.TempDir()
	for _, f := range archive.Files {
		svg := f.Data
		if !bytes.HasPrefix(svg, []byte("<svg")) {
			svg = fmt.Appendf(nil, "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 100 100\">\n%s</svg>\n", svg)
		}
		file := filepath.Join(dir, f.Name+".svg")
		require.NoError(t, os.WriteFile(file, svg, 0o600))
		require.NotContains(t, files, file)
		files, svgs = append(files, file), append(svgs, svg)
	}
	return files, svgs
}

// sheet shows drawings below each other: ours, the browser's, and the difference eightfold.
type sheet [][3]*image.NRGBA

const cell = 300 // pixels

func (s *sheet) add(ours, theirs *image.NRGBA) {
	far := image.NewNRGBA(ours.Rect)
	for y := range far.Rect.Dy() {
		for x := range far.Rect.Dx() {
			u, v := onGrey(ours.NRGBAAt(x, y)), onGrey(theirs.NRGBAAt(x, y))
			loud := func(i int) uint8 { return uint8(min(255, 8*int(apart(u[i], v[i])))) }
			far.SetNRGBA(x, y, color.NRGBA{loud(0), loud(1), loud(2), 255})
		}
	}
	*s = append(*s, [3]*image.NRGBA{ours, theirs, far})
}

// write saves the sheet, two drawings a row.
func (s sheet) write(file string) error {
	const columns = 2
	out := image.NewNRGBA(image.Rect(0, 0, columns*3*cell, (len(s)+columns-1)/columns*cell))
	for i := range out.Pix {
		out.Pix[i] = 128 | 127*uint8((i&3)/3)
	}
	for i, row := range s {
		for j, picture := range row {
			scale := float64(max(picture.Rect.Dx(), picture.Rect.Dy())) / cell
			left, top := (i%columns*3+j)*cell, i/columns*cell
			for y := range cell {
				for x := range cell {
					if at := image.Pt(int((float64(x)+.5)*scale), int((float64(y)+.5)*scale)); at.In(picture.Rect) {
						c := onGrey(picture.NRGBAAt(at.X, at.Y))
						out.SetNRGBA(left+x, top+y, color.NRGBA{c[0], c[1], c[2], 255})
					}
				}
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, out); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}
