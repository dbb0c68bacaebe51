package decl_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
)

// TestOpenQuote names the line on which a quotation mark is missing, not the one on which the library stumbles.
func TestOpenQuote(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"closed by a later value":      {"name: \"Go basics\ndescription: x\nversion: \"2\"\ntags: [a]\n", 1},
		"single marks":                 {"name: x\nalt: 'A gopher\ndescription: y\nversion: '2'\n", 2},
		"in a list":                    {"tags:\n  - \"go\n  - basics\n  - \"c\"\n", 2},
		"never closed":                 {"name: x\nalt: \"A gopher\ndescription: y\n", 2},
		"an apostrophe is no mark":     {"name: x\nalt: a gopher's\nversion: [2\n", 3},
		"a text on two lines is right": {"alt: \"A gopher\n  with a hat\"\nname: [x\n", 3},
		"closed far below, in braces":  {"- recipient: x\n  name: \"Ada L.\n  results:\n    - {of: score, value: \"92\"}\n    - of: project\n      value: D\n", 2},
		"opened in braces":             {"- id: x\n  evidence: [{url: \"https://x.example/?a=1}]\n  badge: y\n- id: z\n  name: \"B\"\n- id: q\n", 2},
		"opened in braces, last":       {"- {a: \"b\", url: 'https://x.example/?a=1}\n- {url: 'https://y.example'}\n", 1},
		"closed behind a comma":        {"name: 'Go\ntags: [a, 'b']\n", 1},
		"two lines, then two marks":    {"alt: \"A gopher\n  with: a hat\"\nname: \"x\" y\n", 3},
		"two lines with marks inside":  {"alt: \"A gopher\n  said \"hi\" to all\"\n", 2},
		"two lines, then another":      {"alt: \"A gopher\n  with: a hat\"\nname: \"x\nb: \"y\"\n", 3},
		"marks in a long text":         {"alt: |\n  a: \"b\n  c\nname: \"x\" y\n", 4},
	} {
		_, problems := decl.Parse("a.yaml", []byte(c.text))
		require.Len(t, problems, 1, name)
		assert.Equal(t, c.line, problems[0].Line, "%s: %s", name, problems[0].Message)
	}
}
