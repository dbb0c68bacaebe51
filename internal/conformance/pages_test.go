package conformance_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPages: every page is valid HTML without a dangling reference, asks nothing of anybody else, complains of nothing,
// fits a screen of 320 px, and one page of each kind satisfies axe in light and dark and is whole without scripts.
func TestPages(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes minutes")
	}
	if chromium := os.Getenv("CHROMIUM"); chromium == "" {
		tool(t, "/usr/bin/chromium")
	}
	v := verdict[struct {
		Tool              string
		Pages, References int
		Kinds             map[string]int
		Findings          []struct{ Check, Page, Message string }
		Mutants           []struct {
			Name, Check string
			Found       []string
			Noticed     bool
		}
	}](t, "pages.js")
	t.Logf("%s: %d pages %v, %d references", v.Tool, v.Pages, v.Kinds, v.References)
	for _, f := range v.Findings {
		t.Errorf("%s: %s: %s", f.Page, f.Check, f.Message)
	}
	for _, kind := range []string{"home", "catalogue", "class", "issuer", "award", "award-revoked", "award-erased", "page", "not-found"} {
		assert.NotZero(t, v.Kinds[kind], "the example has no page of kind %s", kind)
	}
	assert.Greater(t, v.References, v.Pages)
	require.NotEmpty(t, v.Mutants)
	for _, m := range v.Mutants {
		assert.True(t, m.Noticed, "%s: %s did not notice, only %v", m.Name, m.Check, m.Found)
	}
}
