package decl_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
)

func TestFront(t *testing.T) {
	tests := map[string]struct {
		data, body string
		value      any
	}{
		"page":                    {"---\ntitle: x\n---\n\nBody\n", "\n\n\n\nBody\n", map[string]any{"title": "x"}},
		"Windows":                 {"---\r\ntitle: x\r\n---\r\nBody\r\nMore\r\n", "\n\n\nBody\nMore\n", map[string]any{"title": "x"}},
		"no body":                 {"---\ntitle: x\n---\n", "\n\n\n", map[string]any{"title": "x"}},
		"no line break at end":    {"---\ntitle: x\n---", "", map[string]any{"title": "x"}},
		"spaces behind dashes":    {"---  \ntitle: x\n--- \t\nBody", "\n\n\nBody", map[string]any{"title": "x"}},
		"byte order mark":         {"\ufeff---\ntitle: x\n---\nBody", "\n\n\nBody", map[string]any{"title": "x"}},
		"comments":                {"---\n# a\ntitle: x # b\n\n---\nBody", "\n\n\n\n\nBody", map[string]any{"title": "x"}},
		"dashes in the body":      {"---\ntitle: x\n---\na\n\n---\n\nb\n", "\n\n\na\n\n---\n\nb\n", map[string]any{"title": "x"}},
		"dashes indented":         {"---\ntitle: |\n  a\n  ---\n  b\n---\nBody", "\n\n\n\n\n\nBody", map[string]any{"title": "a\n---\nb\n"}},
		"four dashes are no line": {"---\ntitle: x\ny: |\n  z\n---\n----\n", "\n\n\n\n\n----\n", map[string]any{"title": "x", "y": "z\n"}},
		"a form feed in the body": {"---\ntitle: x\n---\na\u2028b\n", "\n\n\na\u2028b\n", map[string]any{"title": "x"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f, body, problems := decl.Front("content/pages/a.md", []byte(test.data))
			require.Empty(t, problems)
			assert.Equal(t, test.body, body)
			assert.Equal(t, test.value, f.Root.Value())
		})
	}
}

// A line of the body counts as in the file.
func TestFrontKeepsLines(t *testing.T) {
	data := "---\ntitle: x\nnav: 1\n\n# c\n---\none\ntwo\nthree\n"
	_, body, problems := decl.Front("a.md", []byte(data))
	require.Empty(t, problems)
	file, lines := strings.Split(data, "\n"), strings.Split(body, "\n")
	require.Len(t, lines, len(file))
	assert.Equal(t, file[6:], lines[6:])
}

func TestFrontProblems(t *testing.T) {
	tests := map[string]struct {
		data      string
		line, col int
		message   string
	}{
		"nothing":             {"", 1, 1, "the page has no front matter"},
		"only a body":         {"# About\n", 1, 1, "the page has no front matter"},
		"a blank line first":  {"\n---\ntitle: x\n---\n", 1, 1, "the page has no front matter"},
		"dashes and a word":   {"--- x\ntitle: x\n---\n", 1, 1, "the page has no front matter"},
		"not closed":          {"---\ntitle: x\n\nBody\n", 1, 1, "the front matter is not closed"},
		"dashes alone":        {"---", 1, 1, "the front matter is not closed"},
		"dashes and a break":  {"---\n", 1, 1, "the front matter is not closed"},
		"empty":               {"---\n---\nBody\n", 2, 1, "the front matter is empty"},
		"comments alone":      {"---\n# nothing\n---\nBody\n", 2, 1, "the front matter is empty"},
		"syntax":              {"---\ntitle: x\nnav: @1\n---\nBody\n", 3, 0, "a character that cannot begin a value"},
		"syntax, Windows":     {"---\r\ntitle: x\r\nnav: @1\r\n---\r\nBody\r\n", 3, 0, "a character that cannot begin a value"},
		"key twice":           {"---\ntitle: x\ntitle: y\n---\n", 3, 1, `the key "title" stands twice, first on line 2`},
		"bytes in the front":  {"---\ntitle: \xff\n---\n", 2, 8, "this is not UTF-8: byte 0xff"},
		"bytes in the body":   {"---\ntitle: x\n---\nab\xff\n", 4, 3, "this is not UTF-8: byte 0xff"},
		"control in the body": {"---\ntitle: x\n---\nab\x1b\n", 4, 3, "a control character, U+001B"},
		"UTF-16":              {"\xff\xfe-\x00-\x00-\x00", 1, 1, "the file is UTF-16"},
		"a document inside":   {"---\na: 1\n...\nb: 2\n---\n", 4, 0, "something stands before or after the document that is not part of it"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, problems := decl.Front("content/pages/a.md", []byte(test.data))
			require.Len(t, problems, 1)
			p := problems[0]
			assert.Equal(t, test.message, p.Message)
			assert.Equal(t, [2]int{test.line, test.col}, [2]int{p.Line, p.Col})
			assert.Equal(t, "content/pages/a.md", p.File)
			assert.NotEmpty(t, p.Hint)
		})
	}
}
