package input_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/input"
)

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}

func take(t *testing.T, dir string, before *input.Snapshot) *input.Snapshot {
	t.Helper()
	s, err := input.Take(dir, []string{"content", "site"}, before, time.Now())
	require.NoError(t, err)
	return s
}

func TestSnapshotIsTheFolder(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "content/awards/a.yaml", "a: 1")
	put(t, dir, "content/b.yaml", "b: 1")
	put(t, dir, "other/c.yaml", "c: 1")
	put(t, dir, "shared/logo.png", "png")
	require.NoError(t, fstest.TestFS(take(t, dir, nil), "content/awards/a.yaml", "content/b.yaml"))
	require.NoError(t, os.Symlink("../shared/logo.png", filepath.Join(dir, "content", "logo.png")))
	require.NoError(t, os.Symlink("../../elsewhere", filepath.Join(dir, "content", "out.yaml")))
	require.NoError(t, os.Symlink("../nowhere", filepath.Join(dir, "content", "nothing.yaml")))
	require.NoError(t, os.Symlink("../shared", filepath.Join(dir, "content", "folder")))
	s := take(t, dir, nil)
	folder, err := input.OpenFolder(dir)
	require.NoError(t, err)
	defer folder.Close()
	want, err := input.Files(folder, "content")
	require.NoError(t, err)
	require.Len(t, want, 6)
	got, err := input.Files(s, "content")
	require.NoError(t, err)
	assert.Equal(t, want, got)
	for _, e := range want {
		a, errA := fs.ReadFile(folder, e.Path)
		b, errB := fs.ReadFile(s, e.Path)
		assert.Equal(t, string(a), string(b), e.Path)
		assert.Equal(t, errA == nil, errB == nil, e.Path)
	}
	for _, missing := range []string{"other/c.yaml", "site", "content/none", "../x", "shared/logo.png"} {
		_, err := s.Open(missing)
		assert.Error(t, err, missing)
		_, err = fs.Stat(s, missing)
		assert.Error(t, err, missing)
	}
}

// TestSnapshotStays: what happens to the folder afterwards does not show, and what a reader does to what it read neither.
func TestSnapshotStays(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "content/a.yaml", "a: 1")
	s := take(t, dir, nil)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "content")))
	data, err := fs.ReadFile(s, "content/a.yaml")
	require.NoError(t, err)
	assert.Equal(t, "a: 1", string(data))
	data[0] = 'x'
	data, err = fs.ReadFile(s, "content/a.yaml")
	require.NoError(t, err)
	assert.Equal(t, "a: 1", string(data))
	_, err = fs.Stat(take(t, dir, s), "content")
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestSnapshotChanges(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "content/same.yaml", "a: 1")
	put(t, dir, "content/changed.yaml", "b: 1")
	put(t, dir, "content/gone.yaml", "c: 1")
	put(t, dir, "site/replaced.css", "p{}")
	// Of an old file, size and time are believed.
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(dir, "site/replaced.css"), old, old))
	first := take(t, dir, nil)
	assert.Equal(t, []string{"content/changed.yaml", "content/gone.yaml", "content/same.yaml", "site/replaced.css"}, first.Changed(nil))
	assert.Empty(t, take(t, dir, first).Changed(first))

	// Written again within the step of the file system's clock, at equal length: the time of change does not show it.
	info, err := os.Stat(filepath.Join(dir, "content/changed.yaml"))
	require.NoError(t, err)
	put(t, dir, "content/changed.yaml", "b: 2")
	require.NoError(t, os.Chtimes(filepath.Join(dir, "content/changed.yaml"), info.ModTime(), info.ModTime()))
	require.NoError(t, os.Remove(filepath.Join(dir, "content/gone.yaml")))
	put(t, dir, "content/new/x.yaml", "d: 1")
	// Another file of equal length and time in its place.
	put(t, dir, "aside", "q{}")
	require.NoError(t, os.Chtimes(filepath.Join(dir, "aside"), old, old))
	require.NoError(t, os.Rename(filepath.Join(dir, "aside"), filepath.Join(dir, "site/replaced.css")))
	second := take(t, dir, first)
	assert.Equal(t, []string{"content/changed.yaml", "content/gone.yaml", "content/new/x.yaml", "site/replaced.css"}, second.Changed(first))
	data, err := fs.ReadFile(second, "site/replaced.css")
	require.NoError(t, err)
	assert.Equal(t, "q{}", string(data))
}

// TestSnapshotReadsOnlyWhatChanged: a file of old time is not read again; the snapshot would else cost a whole reading of
// the project.
func TestSnapshotReadsOnlyWhatChanged(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "content/a.yaml", "a: 1")
	name := filepath.Join(dir, "content", "a.yaml")
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(name, old, old))
	first := take(t, dir, nil)
	put(t, dir, "content/a.yaml", "a: 2")
	require.NoError(t, os.Chtimes(name, old, old))
	data, err := fs.ReadFile(take(t, dir, first), "content/a.yaml")
	require.NoError(t, err)
	assert.Equal(t, "a: 1", string(data), "it was read again, or found otherwise")
}
