package edit_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/edit"
)

// TestEntry puts {x: 1, y: 2} in the place of the entry that holds the key k, or says why not.
func TestEntry(t *testing.T) {
	for _, tt := range []struct {
		name, before, after string // after is the error where the entry cannot be found
		above               int
	}{
		{"lines", "- a: 1\n- k: 1 # c\n  # d\n  l: |\n    # text\n\n    m\n  # e\n\n# f\n- z: 1\n", "- a: 1\n- x: 1\n  y: 2\n\n# f\n- z: 1\n", 0},
		{"the last one", "# above\n- k: 1\n  l: 2", "# above\n- x: 1\n  y: 2", 1},
		{"indented, CRLF", "#a\r\n  - {z: 1}\r\n  # above\r\n  -  k: 1\r\n     l: 2\r\n  # below\r\n", "#a\r\n  - {z: 1}\r\n  # above\r\n  -  x: 1\r\n     y: 2\r\n  # below\r\n", 3},
		{"a dash alone", "- a: 1\n-   # c\n\n  # d\n    k: 1\n-\n  z: 1\n", "- a: 1\n- x: 1\n  y: 2\n-\n  z: 1\n", 0},
		{"before a dash alone", "- k: 1\n  # c\n- # d\n  z: 1\n", "- x: 1\n  y: 2\n- # d\n  z: 1\n", 0},
		{"a comment deeper, above", "- a: 1\n  # of a\n- k: 1\n", "- a: 1\n  # of a\n- x: 1\n  y: 2\n", 0},
		{"braces in lines", "- {k: 1,\n   l: [a, {b: c}]} # c\n# d\n", "- {x: 1, y: 2}\n# d\n", 0},
		{"brackets", "[{a: 1}, {k: '}', \"l\": \"]\\\"\", # c\n m: {}, n: [ ], o: } , # d\n {z: 1}]\n", "[{a: 1}, {x: 1, y: 2} ,\n {z: 1}]\n", 0},
		{"brackets, the last one", "[\n{k: *b, l: ~,} # c\n]\n", "[\n{x: 1, y: 2}\n]\n", 0},
		{"a comment that is none", "[{k: 1},#c\n{z: 1}]\n", "[{x: 1, y: 2},#c\n{z: 1}]\n", 0},
		{"JSON", "[{\"k\":1},{\"z\":1}]", "[{\"x\": 1, \"y\": 2},{\"z\":1}]", 0},
		{"no braces", "[k: 1]\n", "without braces", 0},
		{"a text on several lines", "[{k: 1, l: a\n b}]\n", "several lines", 0},
		{"an anchor in brackets", "[{k: &a 1}]\n", "an anchor", 0},
		{"an anchor", "- &a\n  k: 1\n", "an anchor", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.before
			if strings.Contains(text, "*b") {
				text = strings.Replace(text, "[", "[{a: &b 1},", 1)
				tt.after = strings.Replace(tt.after, "[", "[{a: &b 1},", 1)
			}
			file, problems := decl.Parse("a.yaml", []byte(text))
			require.Empty(t, problems)
			index := -1
			for i, n := range file.Root.Items() {
				if n.Field("k").Exists() {
					index = i
				}
			}
			e, err := edit.Open([]byte(text)).Entry(file.Root, index, diag.Pos{})
			if err != nil {
				assert.Contains(t, err.Error(), tt.after)
				return
			}
			after, err := edit.Apply([]byte(text), e.Rewrite(edit.Pair{Key: "x", Value: "1"}, edit.Pair{Key: "y", Value: "2"}))
			require.NoError(t, err)
			assert.Equal(t, tt.after, string(after))
			assert.Equal(t, tt.above, e.Above)
		})
	}
	file, _ := decl.Parse("a.yaml", []byte("- 1\n- {}\n"))
	for i := range 3 {
		_, err := edit.Open([]byte("- 1\n- {}\n")).Entry(file.Root, i, diag.Pos{})
		assert.Error(t, err)
	}
}

// TestEntryOfOtherText opens a text that is not the one that was parsed. It may find nothing; it never fails otherwise.
func TestEntryOfOtherText(t *testing.T) {
	text := "- # a\n  k: 1\n- {k: 1, l: [a, {b: c}]} # c\n- &a {x: *a}\n"
	file, _ := decl.Parse("a.yaml", []byte("- # a\n  k: 1\n- {k: 1, l: [a, {b: c}]} # c\n- {x: 1}\n"))
	flow, _ := decl.Parse("a.yaml", []byte("[{k: 1, l: \"x\"}, # c\n {m: [a]}] # d\n"))
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		other := []byte(text)
		for range 1 + r.IntN(4) {
			other[r.IntN(len(other))] = " -#{}[],:\n\r\"'x"[r.IntN(14)]
		}
		other = other[:r.IntN(len(other)+1)]
		for _, root := range []decl.Node{file.Root, flow.Root} {
			for i := range root.Len() {
				if e, err := edit.Open(other).Entry(root, i, diag.Pos{}); err == nil {
					_, _ = edit.Apply(other, e.Rewrite(edit.Pair{Key: "x", Value: "1"}))
				}
			}
		}
	}
}

func TestFormOf(t *testing.T) {
	for _, s := range []string{"Ada", "Issued in error", "ada@example.org", "2026-03-14", "Ünïcode 2", "go-basics", "a.b_c/d(e)+f", "日本"} {
		assert.Equal(t, edit.Word, edit.FormOf(s), s)
	}
	for _, s := range []string{"", "yes", "N", "Null", "1", "1a", "-a", "a ", " a", "a  b", "a: b", "a:", "a #b", "a,b", "{a", "a'", "a\tb", "a\nb", "+41441234567", "2026-03-14T00:00", "a\u00a0b", "~", "😀"} {
		assert.Equal(t, edit.Quoted, edit.FormOf(s), s)
	}
}

func TestBlockAndList(t *testing.T) {
	assert.Equal(t, "- a: b\n  c: \"1\"\n  d: {e: f, g: 1}\n  h: [{i: j}, {k: l, m: o}]\n", edit.Block("- ", "  ", edit.Text("a", "b"), edit.Text("c", "1"),
		edit.Pair{Key: "d", Pairs: []edit.Pair{edit.Text("e", "f"), {Key: "g", Value: "1"}}},
		edit.List("h", []edit.Pair{edit.Text("i", "j")}, []edit.Pair{edit.Text("k", "l"), edit.Text("m", "o")})))
}
