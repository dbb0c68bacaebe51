package hosting_test

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/hosting"
)

var update = flag.Bool("update", false, "write the configurations into docs/hosting.md")

// TestDocs: docs/hosting.md has the configurations that the table makes. What servers do with them is tested in package
// conformance.
func TestDocs(t *testing.T) {
	const page = "../../docs/hosting.md"
	data, err := os.ReadFile(page)
	require.NoError(t, err)
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	for language, want := range map[string]string{"nginx": hosting.Nginx(), "caddy": hosting.Caddy()} {
		fence := regexp.MustCompile("(?s)(\n```" + language + "\n)(.*?)(\n```\n)")
		found := fence.FindAllStringSubmatchIndex(text, -1)
		require.Len(t, found, 1, language)
		from, to := found[0][4], found[0][5]+1
		if *update {
			text = text[:from] + want + text[to:]
			require.NoError(t, os.WriteFile(page, []byte(text), 0o666))
			continue
		}
		assert.Equal(t, want, text[from:to], "run go test ./internal/hosting -update")
	}
	for _, value := range []string{minutes, hour, day, "noindex", "no-referrer", "nosniff"} {
		assert.Contains(t, text, "`"+value+"`", "the page's own table")
	}
}
