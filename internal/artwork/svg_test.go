package artwork_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/artwork"
)

const root = `<svg xmlns="http://www.w3.org/2000/svg" `

func TestSVGLimits(t *testing.T) {
	drawing := func(body string) string { return root + ">" + body + "</svg>" }
	fill := func(size int) string { return drawing(strings.Repeat(" ", size-len(drawing("")))) }
	attributes := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, ` a%d=""`, i)
		}
		return drawing("<g" + b.String() + "/>")
	}
	nested := func(n int) string { return drawing(strings.Repeat("<g>", n) + strings.Repeat("</g>", n)) }
	for name, test := range map[string]struct{ at, beyond, want string }{
		"size":       {fill(1 << 20), fill(1<<20 + 1), "file has 1048577 bytes, at most 1048576 are allowed"},
		"elements":   {drawing(strings.Repeat("<g/>", 19_999)), drawing(strings.Repeat("<g/>", 20_000)), "line 1, column 80038: more than 20000 elements"},
		"depth":      {nested(63), nested(64), "line 1, column 231: elements are nested more than 64 deep"},
		"attributes": {attributes(256), attributes(257), "line 1, column 42: more than 256 attributes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := artwork.InspectSVG([]byte(test.at))
			assert.NoError(t, err)
			_, _, err = artwork.InspectSVG([]byte(test.beyond))
			assert.EqualError(t, err, test.want)
		})
	}
}

func TestFindingsAreBounded(t *testing.T) {
	_, findings, err := artwork.InspectSVG([]byte(root + ">" + strings.Repeat("<script/>", 5_000) + "</svg>"))
	require.NoError(t, err)
	assert.Len(t, findings, 1_000)
}

func TestFindingsComeWithAnError(t *testing.T) {
	_, findings, err := artwork.InspectSVG([]byte(root + "onload=''>\r\n<script/>\r <g>\n<a href='x'/>"))
	assert.EqualError(t, err, "line 4, column 14: element g is not closed")
	assert.Equal(t, []string{
		"1:41 event handler attribute onload: ",
		"2:1 script element: <script/>",
		"4:4 outside reference in attribute href: x",
	}, lines(findings))
}

func TestQuotesAreShort(t *testing.T) {
	long := strings.Repeat("é", 500)
	for value, want := range map[string]string{
		"x" + long:               "x" + strings.Repeat("é", 38) + "…",
		strings.Repeat("x", 40):  strings.Repeat("x", 40),
		strings.Repeat("x", 41):  strings.Repeat("x", 39) + "…",
		"a&#x9;b  c&#x202e;d":    "a b c\ufffdd",
		"to:ada+x@example.org/p": "to:*****************/p",
		"@media x@ @y":           "@media x@ @y",
	} {
		_, findings, err := artwork.InspectSVG([]byte(root + `><a href="` + value + `"/></svg>`))
		require.NoError(t, err)
		require.Len(t, findings, 1)
		assert.Equal(t, want, findings[0].Found)
		assert.LessOrEqual(t, utf8.RuneCountInString(findings[0].Found), 40)
	}
	_, findings, err := artwork.InspectSVG([]byte(root + ` on` + strings.Repeat("x", 500) + `="x"/>`))
	require.NoError(t, err)
	assert.Equal(t, "event handler attribute on"+strings.Repeat("x", 37)+"…", findings[0].What)
}

func TestSVGSize(t *testing.T) {
	for attributes, want := range map[string]artwork.Info{
		``:                                            {},
		`width="10" height="20"`:                      {Width: 10, Height: 20},
		`width="10px" height=" 1in "`:                 {Width: 10, Height: 96},
		`width="1PC" height="1e1"`:                    {Width: 16, Height: 10},
		`width="101.6Q" height="3pc"`:                 {Width: 96, Height: 48},
		`width="10" viewBox="0 0 3 4"`:                {Width: 3, Height: 4},
		`width="10" height="20" viewBox="0 0 3 4"`:    {Width: 10, Height: 20},
		`width="100%" height="20" viewBox="0 0 3 4"`:  {Width: 3, Height: 4},
		`width="1em" height="1em" viewBox="0,0,3, 4"`: {Width: 3, Height: 4},
		`width="-1" height="-1" viewBox="0 0 -3 -4"`:  {},
		`viewBox="0 0 3"`:                             {},
		`viewBox="0 0 0x3 1_0"`:                       {},
		`width="inf" height="nan"`:                    {},
		`width="1e308cm" height="1e999"`:              {},
	} {
		info, findings, err := artwork.InspectSVG([]byte(root + attributes + "/>"))
		require.NoError(t, err)
		assert.Empty(t, findings)
		assert.Equal(t, want, info, attributes)
	}
}

func TestSquare(t *testing.T) {
	assert.True(t, artwork.Info{Width: 6, Height: 6}.Square())
	assert.False(t, artwork.Info{Width: 6, Height: 5}.Square())
	assert.False(t, artwork.Info{}.Square())
}

func TestEveryTruncatedSVG(t *testing.T) {
	for name, data := range corpus(t, "safe", safe) {
		data = []byte(strings.TrimRight(string(data), " \r\n"))
		for n := range data {
			_, _, err := artwork.InspectSVG(data[:n])
			require.Error(t, err, "%s: %d bytes", name, n)
		}
	}
}

func BenchmarkInspectSVG(b *testing.B) {
	for name, body := range map[string]string{
		"paths":   strings.Repeat(`<path d="M1.234 5.678L9.012 3.456" style="fill:url(#a);stroke:#fff"/>`, 10_000),
		"hostile": "<style>" + strings.Repeat("url(", 1<<18-50) + "</style>",
	} {
		data := []byte(root + ">" + body + "</svg>")
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				_, _, err := artwork.InspectSVG(data)
				require.NoError(b, err)
			}
		})
	}
}
