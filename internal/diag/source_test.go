package diag_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/diag"
)

// excerpt prints one problem with a file and gives back the lines shown of it, without their gutter.
func excerpt(t *testing.T, file, content string, line, col, width int) []string {
	t.Helper()
	var b strings.Builder
	p := diag.Printer{W: &b, Width: width, Source: func(name string) ([]byte, error) {
		require.Equal(t, file, name)
		return []byte(content), nil
	}}
	require.NoError(t, p.Print([]diag.Problem{{Pos: diag.Pos{File: file, Line: line, Col: col}, Message: "m"}}))
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")[1:]
	for i, l := range lines {
		_, text, found := strings.Cut(l, " | ")
		require.True(t, found, "%q", l)
		lines[i] = text
	}
	return lines
}

func TestExcerptCaret(t *testing.T) {
	tests := map[string]struct {
		line string
		col  int
		want []string
	}{
		"start":               {"titel: x", 1, []string{"titel: x", "^"}},
		"middle":              {"title: x", 8, []string{"title: x", "       ^"}},
		"after the end":       {"title:", 7, []string{"title:", "      ^"}},
		"far after the end":   {"title:", 70, []string{"title:", "      ^"}},
		"no column":           {"title: x", 0, []string{"title: x"}},
		"after Chinese":       {"a: 證書 x", 7, []string{"a: 證書 x", "        ^"}},
		"on Chinese":          {"a: 證書 x", 5, []string{"a: 證書 x", "     ^"}},
		"after an emoji":      {"a: 🏅 x", 6, []string{"a: 🏅 x", "      ^"}},
		"after an astronaut":  {"a: 👩‍🚀 x", 8, []string{"a: 👩‍🚀 x", "      ^"}},
		"after a thumb":       {"a: 👍🏽 x", 7, []string{"a: 👍🏽 x", "      ^"}},
		"after a heart":       {"a: ❤️ x", 7, []string{"a: ❤️ x", "      ^"}},
		"after a combination": {"a: Zu\u0308rich x", 12, []string{"a: Zu\u0308rich x", "          ^"}},
		"after Devanagari":    {"a: क् x", 7, []string{"a: क् x", "     ^"}},
		"after tabs":          {"\ta:\tb", 5, []string{"\ta:\tb", "\t  \t^"}},
		"tab after Chinese":   {"證\tb", 3, []string{"證\tb", "  \t^"}},
		"after an escape":     {"a: \x1b[31mred", 9, []string{"a: ␛[31mred", "        ^"}},
		"after C1":            {"a: \u009b31m", 5, []string{"a: <U+009B>31m", "           ^"}},
		"after a turn":        {"a: \u202egnp.exe", 5, []string{"a: <U+202E>gnp.exe", "           ^"}},
		"after a bad byte":    {"a: \xff\xfeb", 6, []string{"a: <0xFF><0xFE>b", "               ^"}},
		"after an address":    {"a: ada@example.org x", 20, []string{"a: *************** x", "                   ^"}},
		"in an address":       {"a: ada@example.org x", 7, []string{"a: *************** x", "      ^"}},
		"after a wide one":    {"a: 用户@例子.广告 x", 13, []string{"a: ************** x", "                  ^"}},
		"carriage return":     {"titel: x\r", 1, []string{"titel: x", "^"}},
		"spaces at the end":   {"titel: x   ", 1, []string{"titel: x", "^"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := excerpt(t, "content/site.yaml", "format: 1\n"+test.line+"\nlast: 1\n", 2, test.col, 0)
			assert.Equal(t, test.want, got)
			if len(got) == 2 && !strings.Contains(got[0], "\t") {
				assert.LessOrEqual(t, diag.Cells(got[1]), diag.Cells(got[0])+1)
			}
		})
	}
}

func TestExcerptClip(t *testing.T) {
	sentence := "one two three four five six seven eight nine ten"
	tests := map[string]struct {
		line string
		col  int
		want []string
	}{
		"fits":                 {"a: 34567890123456789", 1, []string{"a: 34567890123456789", "^"}},
		"cut at the right":     {"a: 345678901234567890", 1, []string{"a: 345678901234567…", "^"}},
		"cut at the left":      {"a: 345678901234567890", 21, []string{"…345678901234567890", "                  ^"}},
		"cut at both":          {sentence, 25, []string{"…e four five six se…", "             ^"}},
		"no column":            {sentence, 0, []string{"one two three four…"}},
		"wide":                 {strings.Repeat("證", 30), 15, []string{"…" + strings.Repeat("證", 9) + "…", "             ^"}},
		"marks without letter": {strings.Repeat("e\u0301", 60), 60, []string{"…" + strings.Repeat("e\u0301", 18) + "…", "             ^"}},
		"tabs":                 {strings.Repeat("\t", 20) + "x", 21, []string{"…\t\tx", " \t\t^"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := excerpt(t, "content/site.yaml", test.line, 1, test.col, 20)
			assert.Equal(t, test.want, got)
			for _, line := range got {
				assert.LessOrEqual(t, diag.Cells(strings.ReplaceAll(line, "\t", "        ")), 20)
			}
		})
	}
}

func TestExcerptOfMarksIsShort(t *testing.T) {
	got := excerpt(t, "content/site.yaml", "e"+strings.Repeat("\u0301", 5000), 1, 4000, 20)
	assert.Less(t, len(got[0]), 400)
}

func TestExcerptMissing(t *testing.T) {
	tests := map[string]struct {
		content string
		line    int
	}{
		"line after the end": {"a: b\n", 3},
		"blank line":         {"a: b\n   \nc: d", 2},
		"empty file":         {"", 1},
		"very long line":     {"a: " + strings.Repeat("x", 1<<16), 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Empty(t, excerpt(t, "content/site.yaml", test.content, test.line, 1, 0))
		})
	}
}

func TestExcerptByteOrderMark(t *testing.T) {
	assert.Equal(t, []string{"titel: x", "^"}, excerpt(t, "content/site.yaml", "\ufefftitel: x\n", 1, 1, 0))
}

func TestSourceFails(t *testing.T) {
	var b strings.Builder
	p := diag.Printer{W: &b, Source: func(string) ([]byte, error) { return nil, errors.New("gone") }}
	require.NoError(t, p.Print([]diag.Problem{{Pos: diag.Pos{File: "a.yaml", Line: 1, Col: 1}, Message: "m"}}))
	assert.Equal(t, "a.yaml:1:1: m\n", b.String())
}

func TestSourceIsReadOnce(t *testing.T) {
	var b strings.Builder
	reads := 0
	p := diag.Printer{W: &b, Source: func(string) ([]byte, error) { reads++; return []byte("a\nb\n"), nil }}
	require.NoError(t, p.Print([]diag.Problem{
		{Pos: diag.Pos{File: "a.yaml", Line: 1, Col: 1}, Message: "m"},
		{Pos: diag.Pos{File: "a.yaml", Line: 2, Col: 1}, Message: "m"},
		{Pos: diag.Pos{File: "b.yaml", Line: 2, Col: 1}, Message: "m"},
	}))
	assert.Equal(t, 2, reads)
}

// The YAML library counts lines so.
func TestExcerptLineBreaks(t *testing.T) {
	content := "a: 1\nb: 2\r\nc: 3\rd: 4\u0085e: 5\u2028f: 6\u2029g: 7\n\nh: 8"
	for i, want := range []string{"a: 1", "b: 2", "c: 3", "d: 4", "e: 5", "f: 6", "g: 7", "", "h: 8"} {
		got := excerpt(t, "content/site.yaml", content, i+1, 0, 0)
		if want == "" {
			assert.Empty(t, got)
			continue
		}
		assert.Equal(t, []string{want}, got)
	}
	assert.Equal(t, []string{"x<U+2028>y␍z"}, excerpt(t, "templates/a.html", "x\u2028y\rz\r\n", 1, 0, 0))
}
