package stamp

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/edit"
)

const threeAwards = `badge: go # default
issued: 2026-03-14
awards:
  - recipient: a@example.org
    name: A
  - recipient: b@example.org
    evidence: [{narrative: one}, {narrative: two}]
  - recipient: c@example.org
    name: C
  - id: a7q2m4x5o3d6a2f7w4z5b6c7ey
    status_index: 3
    recipient: {did: did:web:example.org}
`

// TestProof edits one award wrongly, on top of what is right. Each such edit is refused at its award.
func TestProof(t *testing.T) {
	at := func(text string) int { return strings.Index(threeAwards, text) }
	replace := func(old, text string) edit.Change {
		return edit.Change{Start: at(old), End: at(old) + len(old), Text: text}
	}
	insert := func(before, text string) edit.Change {
		return edit.Change{Start: at(before), End: at(before), Text: text}
	}
	for _, tt := range []struct {
		name string
		edit edit.Change
		fine bool
	}{
		{"a comment", replace("# default", "# the default"), true},
		{"nothing", insert("name: A", ""), true},
		{"a value of its own", replace("narrative: two", "narrative: too"), false},
		{"a value of another award", replace("name: C", "name: D"), false},
		{"a value of an award that lacks nothing", replace("did:web:example.org", "did:web:example.com"), false},
		{"quotation marks", replace("name: C", `name: "C"`), false},
		{"an order", replace("{narrative: one}, {narrative: two}", "{narrative: two}, {narrative: one}"), false},
		{"a default", replace("go # default", "rust # default"), false},
		{"a key among the defaults", insert("issued", "public: true\n"), false},
		{"a key in an award", insert("evidence", "public: true\n    "), false},
		{"an anchor", insert("[{narrative", "&a "), false},
		{"a further award", insert("- recipient: c", "- recipient: d@example.org\n  "), false},
		{"an award less", replace("  - recipient: c@example.org\n    name: C\n", ""), false},
		{"no YAML", insert("[{narrative", "]"), false},
		{"a second document", insert("badge", "a: b\n---\n"), false},
		{"a key that stands twice", insert("evidence", "id: a7q2m4x5o3d6a2f7w4z5b6c7ey\n    "), false},
		{"an overlap", edit.Change{Start: at("recipient: b") - 1, End: at("recipient: b") + 1}, false},
		{"the end cut off", edit.Change{Start: len(threeAwards), End: len(threeAwards) + 1}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, deal := surveyed(t)
			d.awards[1].gap(func(*entry) edit.Change { return tt.edit })
			e, problems, err := d.finish(deal)
			require.NoError(t, err)
			if tt.fine {
				require.Empty(t, problems)
				assert.NotEmpty(t, e.New)
				return
			}
			assert.Empty(t, e.New)
			require.Len(t, problems, 1)
			assert.Equal(t, d.awards[1].Pos, problems[0].Pos)
			assert.Contains(t, problems[0].Message, "the file would no longer read the same")
		})
	}
}

// TestProofOfValues writes other values than those that were chosen, or in another form.
func TestProofOfValues(t *testing.T) {
	for _, tt := range []struct{ name, old, text string }{
		{"another id", "id: ", "id: a"},
		{"an id that is no text", "id: ", "id: 1 # "},
		{"an id with a tag", "id: ", "id: !x "},
		{"no id", "id: ", "# id: "},
		{"another slot", "status_index: ", "status_index: 1"},
		{"a slot that is text", "status_index: ", "status_index: !!str "},
		{"another hash", "sha256$", "sha256$0"},
		{"another salt", "salt: \"", "salt: \"0"},
		{"another kind", "type: email", "type: url"},
		{"one more key of the recipient", "type: email", "type: email, email: a@example.org"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, deal := surveyed(t)
			done := 0
			for i, fill := range d.awards[1].gaps {
				d.awards[1].gaps[i] = func(e *entry) edit.Change {
					c := fill(e)
					done += strings.Count(c.Text, tt.old)
					c.Text = strings.Replace(c.Text, tt.old, tt.text, 1)
					return c
				}
			}
			e, problems, err := d.finish(deal)
			require.NoError(t, err)
			require.Positive(t, done)
			assert.Empty(t, e.New)
			require.Len(t, problems, 1)
			assert.Equal(t, d.awards[1].Pos, problems[0].Pos)
		})
	}
}

func surveyed(t *testing.T) (*draft, *Dealer) {
	t.Helper()
	deal := NewDealer(rand.NewChaCha8([32]byte{}))
	d, problems := survey(File{Path: "a.yaml", Data: []byte(threeAwards)}, Options{Hash: true, IssuerOf: func(string) string { return "northwind" }}, deal)
	require.Empty(t, problems)
	require.Len(t, d.awards, 3)
	return d, deal
}
