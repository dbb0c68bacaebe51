package page_test

import (
	"html"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/hosting"
)

// TestEveryPageHasItsPolicy: what browsers may load, and that they name the page to nobody, is said before anything that
// they load, once, for hosts that say neither.
func TestEveryPageHasItsPolicy(t *testing.T) {
	cat := sample()
	r := renderer(t, cat)
	all := pages(t, r, cat)
	for path, doc := range earlyPages(t, r, cat) {
		all["early/"+path] = doc
	}
	for path, doc := range all {
		head, _, ok := strings.Cut(doc, "<body>")
		require.True(t, ok)
		before, _, ok := strings.Cut(head, "<link")
		require.True(t, ok)
		for _, meta := range []string{
			`<meta http-equiv="Content-Security-Policy" content="` + html.EscapeString(hosting.PageMeta) + `">`,
			`<meta name="referrer" content="no-referrer">`,
		} {
			assert.Equal(t, 1, strings.Count(head, meta), path)
			assert.Contains(t, before, meta, path)
		}
	}
}
