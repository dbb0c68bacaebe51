package edit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/edit"
)

func parse(t *testing.T, text string) (decl.Node, *edit.Source) {
	t.Helper()
	f, problems := decl.Parse("a.yaml", []byte(text))
	require.Empty(t, problems)
	return f.Root, edit.Open([]byte(text))
}

func apply(t *testing.T, text string, changes ...edit.Change) string {
	t.Helper()
	out, err := edit.Apply([]byte(text), changes)
	require.NoError(t, err)
	return string(out)
}

func TestApply(t *testing.T) {
	const text = "abcdef"
	for _, tt := range []struct {
		name    string
		changes []edit.Change
		want    string // empty: an error
	}{
		{"nothing", nil, "abcdef"},
		{"any order", []edit.Change{{4, 6, "X"}, {0, 1, "YY"}}, "YYbcdX"},
		{"the start and the end", []edit.Change{{6, 6, "}"}, {0, 0, "{"}}, "{abcdef}"},
		{"one place, in the order given", []edit.Change{{2, 2, "1"}, {2, 2, "2"}, {2, 3, "3"}}, "ab123def"},
		{"side by side", []edit.Change{{1, 3, ""}, {3, 3, "-"}}, "a-def"},
		{"overlap", []edit.Change{{1, 3, ""}, {2, 2, "-"}}, ""},
		{"backwards", []edit.Change{{3, 1, ""}}, ""},
		{"before the start", []edit.Change{{-1, 1, ""}}, ""},
		{"behind the end", []edit.Change{{5, 7, ""}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edit.Apply([]byte(text), tt.changes)
			assert.Equal(t, tt.want, string(got))
			assert.Equal(t, tt.want == "", err != nil)
		})
	}
}

func TestApplyKeepsOrder(t *testing.T) {
	var changes []edit.Change
	for c := 'a'; c <= 'z'; c++ {
		at := int(c) % 2
		changes = append(changes, edit.Change{Start: at, End: at, Text: string(c)})
	}
	assert.Equal(t, "bdfhjlnprtvxz<acegikmoqsuwy>", apply(t, "<>", changes...))
}

// TestValue replaces the value of the key k, of a file's mapping.
func TestValue(t *testing.T) {
	wide := strings.Repeat("é 山 𝒜 👩‍🚀 \u0301", 60)
	for _, tt := range []struct{ name, before, after string }{
		{"plain", "k: old # c\n", "k: new # c\n"},
		{"number", "k:  17", "k:  new"},
		{"double quotes", `k: "a \" b" # c`, `k: "new" # c`},
		{"single quotes", `k: 'a '' b' # c`, `k: 'new' # c`},
		{"on several lines", "k: \"a\n  b\" # c\n", "k: \"new\" # c\n"},
		{"a further line", "k: # c\n  old\nz: 1\n", "k: # c\n  new\nz: 1\n"},
		{"behind wide characters", "a: '" + wide + "'\n'k': old\n", "a: '" + wide + "'\n'k': new\n"},
		{"behind wide characters, on one line", "{a: '" + wide + "', k: old}", "{a: '" + wide + "', k: new}"},
		{"JSON", `{"a":"` + wide + `","k":1}`, `{"a":"` + wide + `","k":"new"}`},
		{"byte order mark", "\ufeffk: old\n", "\ufeffk: new\n"},
		{"byte order mark, further down", "\ufeffa: 1\r\nk: old\r\n", "\ufeffa: 1\r\nk: new\r\n"},
		{"line breaks of YAML 1.1", "# a\u2028# b\u2029# c\u0085k: old", "# a\u2028# b\u2029# c\u0085k: new"},
		{"carriage returns", "a: 1\r# c\r\rk: old\r", "a: 1\r# c\r\rk: new\r"},
		{"nothing", "k:   # c\nz: 1\n", "k: new   # c\nz: 1\n"},
		{"nothing in braces", "{k: , z: 1}", "{k: new , z: 1}"},
		{"nothing at the end", "k:", "k: new"},
		{"nothing, with a colon of its own", "? k\n:\nz: 1\n", "? k\n: new\nz: 1\n"},
		{"null", "k: ~\n", "k: new\n"},
		{"another of its name", "z: {k: 1}\nk: 2\n", "z: {k: 1}\nk: new\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, source := parse(t, tt.before)
			span, err := source.Value(root, "k")
			require.NoError(t, err)
			assert.Equal(t, tt.after, apply(t, tt.before, span.Replace("new", edit.Word)))
		})
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"alias", "a: &x 1\nk: *x\n", "a value there is an alias"},
		{"anchor", "k: &x 1\n", "a value there has an anchor or a tag"},
		{"tag", "k: !!str 1\n", "a value there has an anchor or a tag"},
		{"literal", "k: |\n  a\n", "a value there is a text on several lines"},
		{"folded", "k: >-\n  a\n", "a value there is a text on several lines"},
		{"list", "k: [a]\n", "a value there is a text on several lines"},
		{"plain on several lines", "k: a\n  b\n", "its place in the file is not clear"},
		{"no colon", "{k, z: 1}", "a key there has no colon"},
		{"a comment before the colon", "? k # c\n:\n", "a key there has no colon"},
		{"missing", "z: 1", "a key is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, source := parse(t, tt.text)
			_, err := source.Value(root, "k")
			assert.EqualError(t, err, tt.want)
		})
	}
	for _, text := range []string{"{}", "[]", "a"} {
		root, source := parse(t, text)
		_, err := source.Front(root)
		assert.EqualError(t, err, "it has no keys", text)
	}
}

// TestOtherText looks for a node in a text that it does not come from: nothing may be found, nor panic.
func TestOtherText(t *testing.T) {
	const text = "a: 1\nb: {c: \"x\", k: 12345678}\nk: 'y'\n"
	root, _ := parse(t, text)
	for _, other := range []string{"", "x", "\n\n\n\n", strings.Repeat("\u00e9", 100), strings.Repeat("\"", 40), "a\nb: {c: 'x', k: 1}\nk: 'y", "\ufeff"} {
		source := edit.Open([]byte(other))
		for _, m := range []decl.Node{root, root.Field("b")} {
			_, err := source.Value(m, "k")
			assert.Error(t, err, "%q", other)
			_, err = source.After(m, "k")
			assert.Error(t, err, "%q", other)
			_, err = source.Key(m, "k")
			if err == nil {
				assert.Contains(t, other, "k")
			}
			_, _ = source.Front(m)
		}
	}
}

// TestPut writes pairs to the front of the mapping, behind its key k, and in place of a value.
func TestPut(t *testing.T) {
	pairs := []edit.Pair{{Key: "n", Value: "17"}, {Key: "w", Value: "word", Form: edit.Word}, {Key: "q", Value: "a\"<é>\n", Form: edit.Quoted}}
	for _, tt := range []struct{ name, before, front, after string }{
		{"lines", "# c\nk: 1 # d\nz: 2\n",
			"# c\nn: 17\nw: word\nq: \"a\\\"<é>\\n\"\nk: 1 # d\nz: 2\n",
			"# c\nk: 1 # d\nn: 17\nw: word\nq: \"a\\\"<é>\\n\"\nz: 2\n"},
		{"one line", "{k: 1, z: 2}",
			"{n: 17, w: word, q: \"a\\\"<é>\\n\", k: 1, z: 2}",
			"{k: 1, n: 17, w: word, q: \"a\\\"<é>\\n\", z: 2}"},
		{"JSON", "{\r\n\t\"k\": 1\r\n}",
			"{\r\n\t\"n\": 17,\r\n\t\"w\": \"word\",\r\n\t\"q\": \"a\\\"<é>\\n\",\r\n\t\"k\": 1\r\n}",
			"{\r\n\t\"k\": 1,\r\n\t\"n\": 17,\r\n\t\"w\": \"word\",\r\n\t\"q\": \"a\\\"<é>\\n\"\r\n}"},
		{"question mark", "? k\n: 1",
			"n: 17\nw: word\nq: \"a\\\"<é>\\n\"\n? k\n: 1",
			"? k\n: 1\nn: 17\nw: word\nq: \"a\\\"<é>\\n\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, source := parse(t, tt.before)
			front, err := source.Front(root)
			require.NoError(t, err)
			assert.Equal(t, tt.front, apply(t, tt.before, front.Put(pairs...)))
			after, err := source.After(root, "k")
			require.NoError(t, err)
			assert.Equal(t, tt.after, apply(t, tt.before, after.Put(pairs...)))
		})
	}
	root, source := parse(t, "k: 1 # c\n")
	value, err := source.Value(root, "k")
	require.NoError(t, err)
	assert.Equal(t, "k: {n: 17, w: word, q: \"a\\\"<é>\\n\"} # c\n", apply(t, "k: 1 # c\n", value.Mapping(pairs...)))
	key, err := source.Key(root, "k")
	require.NoError(t, err)
	assert.Equal(t, "n: 1 # c\n", apply(t, "k: 1 # c\n", key.Replace("n", edit.Word)))
}
