package decl_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/model"
)

var update = flag.Bool("update", false, "rewrite the expected messages")

// check does with a file what the loader does with it.
func check(t *testing.T, kind, path string, data []byte) []diag.Problem {
	t.Helper()
	for _, f := range model.Files() {
		if f.Name != kind {
			continue
		}
		var file *decl.File
		var problems []diag.Problem
		if kind == "page" {
			file, _, problems = decl.Front(path, data)
		} else {
			file, problems = decl.Parse(path, data)
		}
		if file.Root.Exists() {
			problems = append(problems, decl.Validate(file.Root, f.Type)...)
		}
		return diag.Sort(problems)
	}
	require.Fail(t, "no such kind", kind)
	return nil
}

// TestMessages compares what a user reads with testdata/messages.txt. Each case there is a line "== kind: name", the
// file, a line of dashes, and the problems as they are printed.
func TestMessages(t *testing.T) {
	const golden = "testdata/messages.txt"
	data, err := os.ReadFile(golden)
	require.NoError(t, err)
	cases := strings.Split("\n"+string(data), "\n== ")[1:]
	require.Greater(t, len(cases), 60)
	names := make(map[string]bool)
	var got strings.Builder
	for i, c := range cases {
		head, rest, _ := strings.Cut(c, "\n")
		input, _, found := strings.Cut(rest, "\n----\n")
		require.True(t, found, head)
		require.False(t, names[head], head)
		names[head] = true
		kind, _, _ := strings.Cut(head, ":")
		path := map[string]string{"site": "content/site.yaml", "issuer": "content/issuers/a.yaml", "badge": "content/badges/a.yaml",
			"awards": "content/awards/a.yaml", "page": "content/pages/a.md"}[kind]
		content := strings.NewReplacer("<TAB>", "\t", "<BEL>", "\a").Replace(input)
		problems := check(t, kind, path, []byte(content+"\n"))
		assert.NotEmpty(t, problems, head)
		var out strings.Builder
		p := diag.Printer{W: &out, Source: func(string) ([]byte, error) { return []byte(content), nil }}
		require.NoError(t, p.Print(problems))
		for _, problem := range problems {
			assert.Equal(t, problem.Message, diag.Mask(problem.Message), "%s: masked where it was made", head)
		}
		if i > 0 {
			got.WriteString("\n")
		}
		got.WriteString("== " + head + "\n" + input + "\n----\n" + out.String())
	}
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o644))
	}
	assert.Equal(t, string(data), got.String())
}
