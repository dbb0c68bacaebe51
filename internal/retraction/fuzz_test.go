package retraction_test

import (
	"testing"

	"blazon/internal/decl"
	"blazon/internal/retraction"
)

// FuzzPlan takes back the first award of any text that has an id. What comes out reads as the text did, but for that award.
func FuzzPlan(f *testing.F) {
	for _, seed := range []string{
		"badge: go\nawards:\n  # x\n  - id: a\n    name: Ada # y\n    narrative: |\n      # z\n\n    # w\n  - {id: b, recipient: {email: c@x.org}} # v\n",
		"[{\"id\": \"a\", \"evidence\": [{\"url\": \"u\"}]}, {id: b}, # c\n {id: c}]",
		"- # c\n  id: a\r\n  name: &x Ada\r\n- id: b\r\n  name: *x\r\n...\r\n", "awards: [{id: a, x: 'it''s', y: \"}\", z: ~,}]\nbadge: go", "- ? id\n  : a\n- !!map {id: b}\n", "\ufeff- id: 'a'\r  name: \"b\n    c\"\r",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, erase bool) {
		before, problems := decl.Parse("a.yaml", data)
		if len(problems) > 0 || !before.Root.Exists() {
			return
		}
		awards := func(f *decl.File) decl.Node {
			if f.Root.Kind() == decl.Map {
				return f.Root.Field("awards")
			}
			return f.Root
		}
		at := -1
		id := ""
		for i, n := range awards(before).Items() {
			if id = n.Field("id").Text(); id != "" {
				at = i
				break
			}
		}
		if at < 0 {
			return
		}
		c := retraction.Change{ID: id, Erase: "2026-06-01"}
		if !erase {
			c = retraction.Change{ID: id, Revoke: &retraction.Revocation{Date: "2026-06-01", Reason: "Because: \"so\""}}
		}
		e, problems := retraction.Plan("a.yaml", data, []retraction.Change{c})
		if len(problems) > 0 {
			if e.New != nil {
				t.Fatal("refused, and a new text all the same")
			}
			return
		}
		after, problems := decl.Parse("a.yaml", e.New)
		if len(problems) > 0 {
			t.Fatalf("it does not read any more: %q: %v", e.New, problems)
		}
		now := awards(after)
		if now.Len() != awards(before).Len() {
			t.Fatalf("%d awards, and there were %d: %q", now.Len(), awards(before).Len(), e.New)
		}
		for i, n := range now.Items() {
			switch {
			case i != at:
			case erase && (n.Field("erased").Field("date").Text() != "2026-06-01" || n.Field("id").Text() != id || n.Field("name").Exists() || n.Field("recipient").Exists()),
				!erase && n.Field("revoked").Field("reason").Text() != "Because: \"so\"":
				t.Fatalf("not what was asked for: %q", e.New)
			}
		}
	})
}
