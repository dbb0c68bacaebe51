package retraction_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/retraction"
)

// TestProof has a new text in which the change is right, and then a slip for each thing that must stay.
func TestProof(t *testing.T) {
	before := "badge: go # c\nissued: 2026-03-14\nevidence: &e [{url: \"https://x.org\"}]\nawards:\n- id: " + a + "\n  name: 'Ada'\n  narrative: |\n    x\n- {id: " + b + ", status_index: 3, evidence: *e}\n"
	revoked := strings.Replace(before, "  name:", "  revoked: {date: 2026-05-01, reason: Issued in error}\n  name:", 1)
	erased := strings.Replace(before, "evidence: *e}", "erased: {date: 2026-06-01}}", 1)
	for _, tt := range []struct {
		name, after string
		change      retraction.Change
		slips       [][2]string
	}{
		{"revoke", revoked, revoke(a), [][2]string{
			{"badge: go", "badge: no"}, {"2026-03-14", "2026-03-15"}, {"issued", "issue"}, {"&e ", ""}, {"&e", "&f"}, {"x.org", "y.org"}, {"*e", "[{url: \"https://x.org\"}]"},
			{"'Ada'", "Ada"}, {"'Ada'", "\"Eda\""}, {"    x", "    y"}, {"id: " + a, "id: " + b}, {"status_index: 3", "status_index: 4"}, {"status_index: 3", "status_index: \"3\""},
			{"{id", "{x: 1, id"}, {", status_index: 3", ""}, {"- {id: " + b, "- {id: c}\n- {id: " + b}, {"error}", "errors}"}, {"05-01", "05-02"}, {"error}", "error, x: 1}"}, {"reason: Issued in error", "reason: 7"},
			{"  revoked: {date: 2026-05-01, reason: Issued in error}\n", ""}, {"  name:", "  erased: {date: 2026-05-01}\n  name:"}, {"awards:", "award:"}}},
		{"erase", erased, erase(b), [][2]string{
			{"{id: " + b, "- id: " + b}, {"06-01", "06-02"}, {"erased", "erase"}, {"status_index: 3", "status_index: 4"}, {", status_index: 3", ""}, {"erased:", "name: Alan, erased:"},
			{"date:", "day:"}, {"01}}", "01, name: Alan}}"}, {"'Ada'", "'Eda'"}, {"badge: go", "badge: no"}, {", status_index", ", badge: go, status_index"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.True(t, retraction.Proves(before, tt.after, []retraction.Change{tt.change}))
			assert.True(t, retraction.Proves(before, strings.Replace(tt.after, "# c", "# d", 1), []retraction.Change{tt.change}), "a comment is not YAML's to see")
			for _, s := range tt.slips {
				wrong := strings.Replace(tt.after, s[0], s[1], 1)
				if strings.HasPrefix(s[0], "{id: ") && tt.name == "erase" {
					wrong = strings.Replace(tt.after, "- {id: "+b+", status_index: 3, erased: {date: 2026-06-01}}", "- id: "+b+"\n  status_index: 3\n  erased: {date: 2026-06-01}", 1)
				}
				require.NotEqual(t, tt.after, wrong, s)
				assert.False(t, retraction.Proves(before, wrong, []retraction.Change{tt.change}), "%s for %s", s[1], s[0])
			}
		})
	}
}
