package decl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// shape writes a node with everything that this package looks at, and all that is below it.
func shape(b *strings.Builder, n *yaml.Node) {
	style := n.Style
	fmt.Fprintf(b, "%d:%d kind %d style %d anchor %q value %q\n", n.Line, n.Column, n.Kind, style, n.Anchor, n.Value)
	for _, c := range n.Content {
		shape(b, c)
	}
	fmt.Fprintln(b, "end")
}

// asTheLibrary compares a text that is read quickly with what the library makes of it.
func asTheLibrary(t testing.TB, text string) (quickly bool) {
	root := quick([]byte(text))
	if root == nil {
		return false
	}
	documents, err := decodeAny([]byte(text))
	require.NoError(t, err, "read quickly, but the library refuses %q", text)
	require.Len(t, documents, 1, "%q", text)
	var got, want strings.Builder
	shape(&got, root)
	shape(&want, documents[0].Content[0])
	require.Equal(t, want.String(), got.String(), "%q", text)
	return true
}

func TestQuick(t *testing.T) {
	for _, c := range []struct {
		name, text string
		quickly    bool
	}{
		{"an award file", "badge: go\nissued: 2026-03-14\nawards:\n  - id: k7q2\n    status_index: 7\n    recipient: ada@example.org\n    name: Grace H.\n  - id: k8\n", true},
		{"a list below its key", "awards:\n- id: a\n  name: b\n- id: c\nbadge: go\n", true},
		{"a bare list", "- id: a\n  recipient: b\n- id: c\n", true},
		{"deep", "- a:\n    b:\n      c: d\n    e:\n      - f\n      - g: h\n        i: j\n  k: l\n", true},
		{"comments", "# all of them\na: b\n\n  # an odd column\nc:\n  # first\n  - d\n# last\n  - e", true},
		{"blank lines", "\n\na: b\n   \n\nc: d\n\n", true},
		{"marks", "a: \"b: c # d\"\ne: 'f \"g\"'\nh: \"\"\n", true},
		{"letters", "name: Søren Å\nother: 東京 Ł\n", true},
		{"spaces", "a:   b  \n-x: y\n", false},
		{"more spaces", "a:   b  c  \nd:  \n   - e\n   -   f: g\n       h: i\n", true},
		{"what is special only at the beginning", "a: b, [c] {d} & * ! | > ' \" % @ ` ? - e:f g#h\n", true},
		{"numbers and words", "a: 1\nb: 0x1f\nc: 1.5\nd: true\ne: null\nf: 2026-03-14T10:00:00Z\n", true},
		{"keys that stand twice", "a: b\na: c\n", true},
		{"a comment behind a value", "a: b # c\n", false},
		{"a flow mapping", "a: {b: c}\n", false},
		{"an anchor", "a: &b c\nd: *b\n", false},
		{"a tag", "a: !!str 5\n", false},
		{"a block scalar", "a: |\n  b\n", false},
		{"no value", "a:\nb: c\n", false},
		{"no value at the end", "a: b\nc:\n", false},
		{"a value on two lines", "a: b\n  c\n", false},
		{"a value on the next line", "a:\n  b\n", false},
		{"a text", "abc\n", false},
		{"nothing", "", false},
		{"a comment only", "# a\n", false},
		{"an escape", `a: "b\n"`, false},
		{"a doubled mark", "a: 'b''c'\n", false},
		{"a mark that is not closed", "a: \"b\nc: d\"\n", false},
		{"text behind a mark", "a: \"b\" c\n", false},
		{"a tab", "a:\tb\n", false},
		{"carriage returns", "a: b\r\nc: d\r\n", false},
		{"a byte order mark", "\ufeffa: b\n", false},
		{"a no-break space", "a:\u00a0b\n", false},
		{"a line separator", "a: b\u2028c: d\n", false},
		{"two documents", "a: b\n---\nc: d\n", false},
		{"a document's end", "a: b\n...\n", false},
		{"a directive", "%YAML 1.1\n---\na: b\n", false},
		{"a colon in a value", "a: b: c\n", false},
		{"a colon at the end", "a: b:\n", false},
		{"a wrong column", "a:\n    b: c\n  d: e\n", false},
		{"a wrong column of a dash", "a:\n  - b\n - c\n", false},
		{"a key further in", "a: b\n  c: d\n", false},
		{"a dash in a mapping", "a: b\n- c\n", false},
		{"a key in a list", "- a\nb: c\n", false},
		{"a dash alone", "-\n  a: b\n", false},
		{"a list in a list", "- - a\n", false},
		{"a question mark", "? a\n: b\n", false},
		{"a merge key", "<<: a\n", false},
		{"not from the first column", "  a: b\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.quickly, asTheLibrary(t, c.text))
		})
	}
}

// TestQuickReadsAwards makes sure that common award files are read quickly at all.
func TestQuickReadsAwards(t *testing.T) {
	require.NotNil(t, quick([]byte(manyAwards(100))))
}

func FuzzQuick(f *testing.F) {
	files, err := filepath.Glob("../../content/*/*.yaml")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(string(data))
	}
	f.Add(manyAwards(2))
	f.Add("# c\na: b\nc:\n- d: 'e'\n\n  f: \"g\"\n-  h: i\n   j:\n    - k\n")
	f.Add("a:\n - b:\n   - c\n   - d: e\n     f: g\n - h\ni: j:k#l\n")
	f.Add("a: \"\"\nb: ''\nc: 1e3\nd: Ünï\ne:   f  g  ")
	f.Fuzz(func(t *testing.T, text string) {
		if _, bad := encodingProblem("x", []byte(text), 0); bad {
			return
		}
		asTheLibrary(t, text)
	})
}

func manyAwards(n int) string {
	var b strings.Builder
	b.WriteString("badge: go-basics\nissued: 2026-03-14\nawards:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - id: k7q2m4x5o3d6a2f7w4z5b%05d\n    status_index: %d\n    recipient: person-%d@example.org\n    name: Person number %d\n", i, i, i, i)
	}
	return b.String()
}

// BenchmarkDecode reads the awards of a common file, by the library and quickly.
func BenchmarkDecode(b *testing.B) {
	const awards = 1000
	data := []byte(manyAwards(awards))
	for _, c := range []struct {
		name string
		read func() bool
	}{
		{"library", func() bool { _, err := decodeAny(data); return err == nil }},
		{"quick", func() bool { return quick(data) != nil }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.True(b, c.read())
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/awards, "ns/award")
		})
	}
}
