package reference_test

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/model"
	"blazon/internal/reference"
	"blazon/internal/rule"
)

var update = flag.Bool("update", false, "write the pages into docs/")

func TestPages(t *testing.T) {
	for name, make := range map[string]func() ([]byte, error){"yaml.md": reference.YAML, "checks.md": reference.Checks} {
		t.Run(name, func(t *testing.T) {
			want, err := make()
			require.NoError(t, err)
			file := "../../docs/" + name
			if *update {
				require.NoError(t, os.WriteFile(file, want, 0o644))
			}
			got, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), strings.ReplaceAll(string(got), "\r\n", "\n"), "run go test ./internal/reference -update")
		})
	}
}

func TestExamples(t *testing.T) {
	examples, err := reference.Examples()
	require.NoError(t, err)
	kinds := make(map[string]bool)
	for name, f := range examples {
		t.Run(name, func(t *testing.T) {
			kinds[f.Name] = true
			data, err := reference.Example(name)
			require.NoError(t, err)
			file, problems := decl.Parse(name, data)
			if strings.HasSuffix(name, ".md") {
				file, _, problems = decl.Front(name, data)
			}
			require.Empty(t, problems)
			assert.Empty(t, decl.Validate(file.Root, f.Type))
			for line := range strings.Lines(string(data)) {
				assert.LessOrEqual(t, len(line), 130, line)
			}
		})
	}
	assert.Len(t, kinds, len(model.Files()))
}

// Every key and every rule has its line, and every link of the page its heading.
func TestYAMLPage(t *testing.T) {
	data, err := reference.YAML()
	require.NoError(t, err)
	text := string(data)
	for _, f := range model.Files() {
		assert.Contains(t, text, "`"+f.Pattern+"`")
	}
	assert.Greater(t, strings.Count(text, "\n| `"), 90, "keys")
	assert.NotContains(t, text, "<no value>")
	assert.NotContains(t, text, "\n\n\n")

	anchors := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		anchor := strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")
		assert.False(t, anchors[anchor], "two headings %q", m[1])
		anchors[anchor] = true
	}
	links := regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(text, -1)
	assert.Greater(t, len(links), 60)
	for _, m := range links {
		assert.True(t, anchors[m[1]], "no heading for #%s", m[1])
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "| ") && strings.Contains(line, "` | ") {
			assert.Contains(t, []int{3, 5}, strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"), line)
		}
	}
}

func TestChecksPage(t *testing.T) {
	data, err := reference.Checks()
	require.NoError(t, err)
	for _, r := range rule.All() {
		assert.Contains(t, string(data), "| `"+r.Name+"` | "+r.Severity.String()+" | "+r.Doc+" |\n")
	}
}
