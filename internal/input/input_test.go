package input_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/input"
)

func TestFolderStaysInside(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "project")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "content", "real"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(base, "secret"), []byte("outside"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "content", "a.yaml"), []byte("inside"), 0o644))
	for link, target := range map[string]string{
		"inside.yaml": "a.yaml", "outside.yaml": "../../secret", "absolute.yaml": filepath.Join(base, "secret"),
		"folder": "real", "nothing.yaml": "missing.yaml", "loop.yaml": "loop.yaml",
	} {
		if err := os.Symlink(target, filepath.Join(dir, "content", link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	folder, err := input.OpenFolder(dir)
	require.NoError(t, err)
	defer folder.Close()

	files, err := input.Files(folder, "content")
	require.NoError(t, err)
	got := make(map[string]string)
	for _, f := range files {
		got[f.Path] = ""
		if f.Err != nil {
			got[f.Path] = f.Err.Error()
		}
	}
	assert.Equal(t, map[string]string{
		"content/a.yaml":        "",
		"content/inside.yaml":   "",
		"content/outside.yaml":  "is a link that leaves the project",
		"content/absolute.yaml": "is a link that leaves the project",
		"content/folder":        "is a link to a folder, which is not followed",
		"content/nothing.yaml":  "is a link to nothing",
		"content/loop.yaml":     "is a link that leaves the project",
	}, got)
	_, err = fs.ReadFile(folder, "content/outside.yaml")
	assert.Error(t, err)
	data, err := fs.ReadFile(folder, "content/inside.yaml")
	require.NoError(t, err)
	assert.Equal(t, "inside", string(data))
}

func TestOverlay(t *testing.T) {
	upper := fstest.MapFS{"a": {Data: []byte("mine")}, "dir/b": {Data: []byte("b")}}
	lower := fstest.MapFS{"a": {Data: []byte("theirs")}, "c": {Data: []byte("c")}, "dir/d": {Data: []byte("d")}}
	both := input.Overlay(upper, lower)
	require.NoError(t, fstest.TestFS(both, "a", "c", "dir/b", "dir/d"))
	data, err := fs.ReadFile(both, "a")
	require.NoError(t, err)
	assert.Equal(t, "mine", string(data))
	files, err := input.Files(both, ".")
	require.NoError(t, err)
	assert.Equal(t, []input.Entry{{Path: "a"}, {Path: "c"}, {Path: "dir/b"}, {Path: "dir/d"}}, files)
}

func TestMissing(t *testing.T) {
	files, err := input.Files(fstest.MapFS{}, "content")
	require.NoError(t, err)
	assert.Empty(t, files)
	files, err = input.Files(input.Sub(fstest.MapFS{}, "site"), ".")
	require.NoError(t, err)
	assert.Empty(t, files)
	_, err = input.OpenFolder(filepath.Join(t.TempDir(), "missing"))
	assert.ErrorContains(t, err, "couldn't open the project")
}
