package edit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/edit"
)

// TestAfterItem puts a mapping behind the first one of the list under k.
func TestAfterItem(t *testing.T) {
	for _, tt := range []struct{ name, before, after string }{
		{"braces", "k:\n  - {a: 1, b: x} # c\n  - {a: 2}\nz: 1\n", "k:\n  - {a: 1, b: x} # c\n  - {i: new, d: 2026-01-01}\n  - {a: 2}\nz: 1\n"},
		{"not indented", "k:\n- {a: 1}\n", "k:\n- {a: 1}\n- {i: new, d: 2026-01-01}\n"},
		{"below each other", "k:\n  - a: 1\n    b: \"x\" # c\n\n  # d\n  - a: 2\n", "k:\n  - a: 1\n    b: \"x\" # c\n  - i: new\n    d: 2026-01-01\n\n  # d\n  - a: 2\n"},
		{"wide dashes", "k:\n  -   a: 1\n      b: x\n", "k:\n  -   a: 1\n      b: x\n  -   i: new\n      d: 2026-01-01\n"},
		{"no line break at the end", "k:\n  - a: 1", "k:\n  - a: 1\n  - i: new\n    d: 2026-01-01"},
		{"another line break", "k:\r\n  - a: 1\r\n", "k:\r\n  - a: 1\r\n  - i: new\r\n    d: 2026-01-01\r\n"},
		{"brackets", "k: [{a: 1}, {a: 2}] # c\n", "k: [{a: 1}, {i: new, d: 2026-01-01}, {a: 2}] # c\n"},
		{"brackets with one", "k: [ {a: 1 , } ]\n", "k: [ {a: 1 , }, {i: new, d: 2026-01-01} ]\n"},
		{"brackets on lines", "k: [\n  {a: 1}, # c\n  {a: 2},\n]\n", "k: [\n  {a: 1},\n  {i: new, d: 2026-01-01}, # c\n  {a: 2},\n]\n"},
		{"JSON", "{\"k\": [{\"a\": \"1\"}]}\n", "{\"k\": [{\"a\": \"1\"}, {\"i\": \"new\", \"d\": \"2026-01-01\"}]}\n"},
		{"a mapping inside, last", "k:\n  - {a: 1, r: {x: 1, y: [1, 2] }}\n", "k:\n  - {a: 1, r: {x: 1, y: [1, 2] }}\n  - {i: new, d: 2026-01-01}\n"},
		{"a mapping inside, below", "k:\n  - a: 1\n    r:\n      x: 1\n  - a: 2\n", "k:\n  - a: 1\n    r:\n      x: 1\n  - i: new\n    d: 2026-01-01\n  - a: 2\n"},
		{"braces over lines", "k:\n  - {a: 1,\n     b: 2, # c }\n    }\n  - {a: 3}\n", "k:\n  - {a: 1,\n     b: 2, # c }\n    }\n  - {i: new, d: 2026-01-01}\n  - {a: 3}\n"},
		{"an empty value", "k:\n  - {a: 1, b: }\n", "k:\n  - {a: 1, b: }\n  - {i: new, d: 2026-01-01}\n"},
		{"an alias for a value", "x: &x 1\nk:\n  - {a: *x}\n", "x: &x 1\nk:\n  - {a: *x}\n  - {i: new, d: 2026-01-01}\n"},
		{"wide characters", "k:\n  - {a: é山} # ü\n", "k:\n  - {a: é山} # ü\n  - {i: new, d: 2026-01-01}\n"},

		{"an anchor", "k:\n  - &x {a: 1}\n", ""},
		{"an alias", "x: &x {a: 1}\nk:\n  - *x\n", ""},
		{"a tag", "k:\n  - !!map {a: 1}\n", ""},
		{"an anchor inside", "k:\n  - {a: 1, b: &x {c: 1}}\n", ""},
		{"a text on several lines", "k:\n  - a: |\n      x\n", ""},
		{"a list in a list", "k:\n  - - {a: 1}\n", ""},
		{"no braces", "k: [a: 1]\n", ""},
		{"a dash alone", "k:\n  -\n    a: 1\n", ""},
		{"nothing in it", "k:\n  - {}\n", ""},
		{"a word", "k:\n  - a\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, source := parse(t, tt.before)
			list := root.Field("k")
			place, err := edit.ItemPlace{}, error(nil)
			for _, item := range list.Items() {
				for _, inner := range item.Items() { // of a list in a list
					list, item = item, inner
				}
				place, err = source.AfterItem(list, item)
				break
			}
			if tt.after == "" {
				assert.Error(t, err)
				return
			}
			require.NoError(t, err)
			got := apply(t, tt.before, place.Put(edit.Pair{Key: "i", Value: "new", Form: edit.Word}, edit.Pair{Key: "d", Value: "2026-01-01", Form: edit.Word}))
			assert.Equal(t, tt.after, got)
			parse(t, got)
		})
	}
}
