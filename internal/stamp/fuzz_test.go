package stamp_test

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/stamp"
)

// FuzzStamp reads anybody's file: it comes out with problems, or with what checkEdit holds against it, and stamped twice
// it is as stamped once.
func FuzzStamp(f *testing.F) {
	paths, err := filepath.Glob("testdata/pairs/*.txtar")
	require.NoError(f, err)
	require.NotEmpty(f, paths)
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		require.NoError(f, err)
		for _, file := range archive.Files {
			if strings.HasPrefix(file.Name, "before/") {
				f.Add(file.Data, strings.HasPrefix(string(archive.Comment), "hash"))
			}
		}
	}
	for seed := range uint64(20) {
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 1))}
		f.Add(w.file(3), seed%2 == 0)
	}
	f.Fuzz(func(t *testing.T, data []byte, hash bool) {
		if len(data) > 1<<14 {
			t.Skip()
		}
		opts := stamp.Options{Random: &counter{}, Hash: hash, IssuerOf: func(string) string { return "northwind" }}
		edits, problems, err := stamp.Plan([]stamp.File{{Path: "a.yaml", Data: data}}, opts)
		require.NoError(t, err)
		if len(problems) > 0 {
			assert.Empty(t, edits)
			return
		}
		for _, e := range edits {
			checkEdit(t, e)
			again, problems, err := stamp.Plan([]stamp.File{{Path: "a.yaml", Data: e.New}}, opts)
			require.NoError(t, err)
			assert.Empty(t, problems)
			assert.Empty(t, again)
		}
	})
}
