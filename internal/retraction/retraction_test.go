package retraction_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/diag"
	"blazon/internal/retraction"
)

const (
	a = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	b = "bbbbbbbbbbbbbbbbbbbbbbbbbb"
)

func revoke(id string) retraction.Change {
	return retraction.Change{ID: id, Revoke: &retraction.Revocation{Date: "2026-05-01", Reason: "Issued in error"}}
}

func erase(id string) retraction.Change { return retraction.Change{ID: id, Erase: "2026-06-01"} }

func TestPlan(t *testing.T) {
	const two = "badge: go\nissued: 2026-03-14\nawards:\n  # Ada, the first of all\n  - id: " + a + "\n    status_index: 7\n    recipient: ada@example.org # by post\n    evidence:\n      - url: https://x.org\n" +
		"  - {id: " + b + ", recipient: {email: alan@example.org}}   # Alan\n"
	for _, tt := range []struct {
		name, before string
		changes      []retraction.Change
		after        string
	}{
		{"revoked, in lines", two, []retraction.Change{revoke(a)},
			strings.Replace(two, "# by post\n", "# by post\n    revoked: {date: 2026-05-01, reason: Issued in error}\n", 1)},
		{"revoked, in braces", two, []retraction.Change{revoke(b)},
			strings.Replace(two, ", recipient: {email: alan", ", revoked: {date: 2026-05-01, reason: Issued in error}, recipient: {email: alan", 1)},
		{"reissued", "- {id: " + a + "}\n", []retraction.Change{{ID: a, Revoke: &retraction.Revocation{Date: "2026-05-01", Reason: "yes", ReissuedAs: b}}},
			"- {id: " + a + ", revoked: {date: 2026-05-01, reason: \"yes\", reissued_as: " + b + "}}\n"},
		{"JSON", `[{"id": "` + a + `", "status_index": 3, "recipient": "ada@example.org"}, {"id": "` + b + `"}]`, []retraction.Change{erase(a), revoke(b)},
			`[{"id": "` + a + `", "status_index": 3, "erased": {"date": "2026-06-01"}}, {"id": "` + b + `", "revoked": {"date": "2026-05-01", "reason": "Issued in error"}}]`},
		{"erased, in lines", two, []retraction.Change{erase(a)},
			"badge: go\nissued: 2026-03-14\nawards:\n  # Ada, the first of all\n  - id: " + a + "\n    status_index: 7\n    erased: {date: 2026-06-01}\n" +
				"  - {id: " + b + ", recipient: {email: alan@example.org}}   # Alan\n"},
		{"erased, in braces", two, []retraction.Change{erase(b)},
			strings.Replace(two, "{id: "+b+", recipient: {email: alan@example.org}}   # Alan", "{id: "+b+", erased: {date: 2026-06-01}}", 1)},
		{"erased, a revoked one", "- id: " + a + "\n  revoked: {date: 2026-05-01, reason: x}\n", []retraction.Change{erase(a)}, "- id: " + a + "\n  erased: {date: 2026-06-01}\n"},
		{"a list in brackets, with comments", "[\n  {id: " + a + ", name: Ada}, # Ada\n  # Alan\n  {id: " + b + "} # Alan\n]\n", []retraction.Change{erase(a), erase(b)},
			"[\n  {id: " + a + ", erased: {date: 2026-06-01}},\n  # Alan\n  {id: " + b + ", erased: {date: 2026-06-01}}\n]\n"},
		{"keys behind the list", "awards:\n- id: " + a + "\n  name: Ada\n\n# all\nbadge: go\nissued: 2026-03-14\n", []retraction.Change{erase(a)},
			"awards:\n- id: " + a + "\n  erased: {date: 2026-06-01}\n\n# all\nbadge: go\nissued: 2026-03-14\n"},
		{"the mark of the end", "- id: " + a + "\n  name: Ada\n...\n", []retraction.Change{erase(a)}, "- id: " + a + "\n  erased: {date: 2026-06-01}\n...\n"},
		{"no last line break, CRLF", "- badge: &b go\r\n  id: " + a + "\r\n  name: Ada", []retraction.Change{erase(a)}, "- badge: go\r\n  id: " + a + "\r\n  erased: {date: 2026-06-01}"},
		{"an alias of its own", "- &x {id: " + b + ", name: &n Alan}\n- id: " + a + "\n  name: *n\n", []retraction.Change{erase(a)},
			"- &x {id: " + b + ", name: &n Alan}\n- id: " + a + "\n  erased: {date: 2026-06-01}\n"},
		{"an anchor and its alias", "- {id: " + b + ", name: &n Alan}\n- id: " + a + "\n  name: *n\n", []retraction.Change{erase(a), erase(b)},
			"- {id: " + b + ", erased: {date: 2026-06-01}}\n- id: " + a + "\n  erased: {date: 2026-06-01}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, problems := retraction.Plan("a.yaml", []byte(tt.before), tt.changes)
			require.Empty(t, problems)
			assert.Equal(t, tt.after, string(e.New))
			assert.Equal(t, tt.before, string(e.Old))
		})
	}
	e, _ := retraction.Plan("a.yaml", []byte(two), []retraction.Change{erase(a), erase(b)})
	assert.Equal(t, []diag.Pos{{File: "a.yaml", Line: 4}}, e.Comments, "of the comment above; the one behind is gone")
	e, _ = retraction.Plan("a.yaml", []byte("- id: "+b+"\n  name: Alan\n  evidence:\n    - {url: https://x.org}\n\n# Ada\n- id: "+a+"\n"), []retraction.Change{erase(a), erase(b)})
	assert.Equal(t, []diag.Pos{{File: "a.yaml", Line: 4}}, e.Comments, "its line in the new text")
}

func TestPlanRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		change     retraction.Change
		want, hint string
	}{
		{"an unknown id", "- id: " + b + "\n", erase(a), "no longer in this file", "again"},
		{"an alias", "- &x {id: " + b + "}\n- *x\n", erase(b), "an alias stands for it elsewhere", "in both places"},
		{"an anchor that is used", "- id: " + a + "\n  name: &n Ada\n- id: " + b + "\n  name: *n\n", erase(a), "an alias elsewhere stands for a value in it", "where the alias stands"},
		{"erased already", "- id: " + a + "\n  erased: {date: 2026-05-01}\n", revoke(a), `the key "erased" already`, ""},
		{"revoked already", "- id: " + a + "\n  revoked: {date: 2026-05-01, reason: x}\n", revoke(a), `the key "revoked" already`, ""},
		{"revoked without a value", "- id: " + a + "\n  revoked:\n", revoke(a), `the key "revoked" already`, ""},
		{"a tag", "- !!map\n  id: " + a + "\n", erase(a), "anchor or a tag", "without anchors"},
		{"an anchor of its own", "- &x\n  id: " + a + "\n", erase(a), "anchor or a tag", "without anchors"},
		{"several lines in braces", "[{id: " + a + ", name: Ada\n  Lovelace}]\n", erase(a), "several lines", "a key and its value on each line"},
		{"no YAML", "- id: [\n", erase(a), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, problems := retraction.Plan("a.yaml", []byte(tt.text), []retraction.Change{tt.change})
			require.Len(t, problems, 1)
			assert.Contains(t, problems[0].Message, tt.want)
			assert.Contains(t, problems[0].Hint, tt.hint)
			assert.Equal(t, "a.yaml", problems[0].File)
			assert.Nil(t, e.New)
		})
	}
	// Of several changes the one that cannot be made is named.
	_, problems := retraction.Plan("a.yaml", []byte("- id: "+b+"\n- id: "+a+"\n  name: &n Ada\n- id: cccccccccccccccccccccccccc\n  name: *n\n"), []retraction.Change{revoke(b), erase(a)})
	require.Len(t, problems, 1)
	assert.Equal(t, 2, problems[0].Line)
}
