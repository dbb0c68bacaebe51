package input_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/input"
)

func TestWith(t *testing.T) {
	below := fstest.MapFS{
		"content/site.yaml":          {Data: []byte("site")},
		"content/awards/old.yaml":    {Data: []byte("old")},
		"content/awards/2025/a.yaml": {Data: []byte("a")},
	}
	fsys := input.With(below, map[string][]byte{
		"content/awards/old.yaml":    []byte("new"),
		"content/awards/2026/b.yaml": []byte("b"),
		"content/awards/2025/c.yaml": []byte("c"),
	})
	require.NoError(t, fstest.TestFS(fsys, "content/site.yaml", "content/awards/old.yaml", "content/awards/2025/a.yaml", "content/awards/2025/c.yaml", "content/awards/2026/b.yaml"))
	found, err := input.Files(fsys, "content")
	require.NoError(t, err)
	texts := make(map[string]string)
	for _, f := range found {
		require.NoError(t, f.Err)
		data, err := fs.ReadFile(fsys, f.Path)
		require.NoError(t, err)
		texts[f.Path] = string(data)
	}
	assert.Equal(t, map[string]string{"content/site.yaml": "site", "content/awards/old.yaml": "new",
		"content/awards/2025/a.yaml": "a", "content/awards/2025/c.yaml": "c", "content/awards/2026/b.yaml": "b"}, texts)
	files, err := input.Files(input.With(fstest.MapFS{}, nil), "content")
	assert.NoError(t, err)
	assert.Empty(t, files)
	_, err = fsys.Open("content/none.yaml")
	assert.ErrorIs(t, err, fs.ErrNotExist)
}
