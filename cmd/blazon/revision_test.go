package main

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/build"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/plan"
	"blazon/internal/revision"
	assets "blazon/site"
	"blazon/templates"
)

// A revision builds byte for byte what the folder builds from which it was committed.
func TestRevisionBuildsTheSame(t *testing.T) {
	t.Parallel()
	r := guardedRepo(t)
	r.write("site/extra.css", "body { color: black }\n")
	r.write("content/pages/about.md", "---\ntitle: About\n---\nText.\n")
	r.commit("more")
	tree, err := revision.Open(context.Background(), revision.Options{Dir: r.dir, Rev: "HEAD", Exact: true, Env: gitEnvironment()})
	require.NoError(t, err)
	defer tree.Close()
	published := func(fsys fs.FS) map[string][]byte {
		project, err := load.Load(fsys)
		require.NoError(t, err)
		require.Empty(t, project.Problems)
		all, problems := build.Plan(project.Catalog, build.Inputs{
			Project:   fsys,
			Templates: input.Overlay(input.Sub(fsys, "templates"), templates.FS),
			Assets:    input.Overlay(input.Sub(fsys, "site"), assets.FS),
		})
		require.Empty(t, problems)
		files, err := plan.Collect(all, 2)
		require.NoError(t, err)
		return files
	}
	folder, commit := published(os.DirFS(r.dir)), published(tree)
	require.Contains(t, folder, "extra.css")
	require.Equal(t, len(folder), len(commit))
	for path, data := range folder {
		assert.Equal(t, string(data), string(commit[path]), path)
	}

	code, out, said := r.blazon("diff", "HEAD")
	assert.Zero(t, code)
	assert.Equal(t, "nothing changes\n", out)
	assert.Empty(t, said)
	r.write("site/extra.css", "body { color: white }\n")
	code, out, _ = r.blazon("diff", "HEAD", "--json")
	assert.Zero(t, code)
	var d struct {
		Pages struct{ New, Changed, Gone int }
		URLs  struct{ New, Lost int }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &d))
	assert.Zero(t, d.Pages.New+d.Pages.Gone+d.URLs.New+d.URLs.Lost)
}
