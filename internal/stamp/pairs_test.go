package stamp_test

import (
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/diag"
	"blazon/internal/rule"
	"blazon/internal/stamp"
)

var update = flag.Bool("update", false, "write what came out into testdata")

// counter is a random source whose numbers can be read: 1, 2, 3 and so on, eight bytes each.
type counter struct {
	n    uint64
	rest []byte
}

func (c *counter) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		c.n++
		c.rest = binary.BigEndian.AppendUint64(nil, c.n)
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// issuerOf knows three classes of two issuers.
func issuerOf(slug string) string {
	return map[string]string{"go": "northwind", "rust": "northwind", "sailing": "harbour"}[slug]
}

func options(hash bool) stamp.Options {
	return stamp.Options{Random: &counter{}, Hash: hash, IssuerOf: issuerOf}
}

// problemText lists problems: in full those that are stamp's, of the others the place and the rule.
func problemText(problems []diag.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		own := p.Rule == rule.Unstamped.Name || p.Rule == rule.PlainAddress.Name
		fmt.Fprintf(&b, "%s:%d:%d: [%s]", p.File, p.Line, p.Col, p.Rule)
		if own {
			fmt.Fprintf(&b, " %s", p.Message)
		}
		b.WriteString("\n")
		if own && p.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", p.Hint)
		}
	}
	return b.String()
}

// TestPairs runs each testdata/pairs/*.txtar: the files before, and the files after or the problems. A comment that
// starts with "hash" asks for hashes.
func TestPairs(t *testing.T) {
	paths, err := filepath.Glob("testdata/pairs/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			require.NoError(t, err)
			var before, kept []txtar.File
			want := make(map[string]string)
			for _, f := range archive.Files {
				if name, ok := strings.CutPrefix(f.Name, "before/"); ok {
					before = append(before, txtar.File{Name: name, Data: f.Data})
					kept = append(kept, f)
				} else {
					want[f.Name] = string(f.Data)
				}
			}
			require.NotEmpty(t, before)
			hash := strings.HasPrefix(string(archive.Comment), "hash")

			got := make(map[string]string)
			files := make([]stamp.File, len(before))
			for i, f := range before {
				files[i] = stamp.File{Path: f.Name, Data: f.Data}
			}
			edits, problems, err := stamp.Plan(files, options(hash))
			require.NoError(t, err)
			if len(problems) > 0 {
				assert.Empty(t, edits, "problems and edits")
				got["problems"] = problemText(problems)
			}
			for _, e := range edits {
				got["after/"+e.Path] = string(e.New)
				checkEdit(t, e)
			}
			if *update {
				archive.Files = kept
				for _, f := range before {
					if text, ok := got["after/"+f.Name]; ok {
						archive.Files = append(archive.Files, txtar.File{Name: "after/" + f.Name, Data: []byte(text)})
					}
				}
				if text, ok := got["problems"]; ok {
					archive.Files = append(archive.Files, txtar.File{Name: "problems", Data: []byte(text)})
				}
				require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
				return
			}
			assert.Equal(t, want, got)
			checkAgain(t, files, edits, hash)
		})
	}
}

// checkAgain stamps what was stamped: nothing may change any more.
func checkAgain(t *testing.T, files []stamp.File, edits []stamp.Edit, hash bool) {
	t.Helper()
	if len(edits) == 0 {
		return
	}
	for i := range files {
		for _, e := range edits {
			if e.Path == files[i].Path {
				files[i].Data = e.New
			}
		}
	}
	again, problems, err := stamp.Plan(files, options(hash))
	require.NoError(t, err)
	assert.Empty(t, problems)
	assert.Empty(t, again)
}
