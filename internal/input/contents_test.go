package input_test

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/input"
)

func digestOf(t *testing.T, fsys fs.FS, holds func(string) bool) [sha256.Size]byte {
	t.Helper()
	c := input.ReadContents(fsys, "content", "site")
	h := sha256.New()
	require.NoError(t, c.Digest(h, holds))
	return [sha256.Size]byte(h.Sum(nil))
}

func TestContentsDigest(t *testing.T) {
	base := fstest.MapFS{
		"content/site.yaml":     {Data: []byte("title: A\n")},
		"content/awards/a.yaml": {Data: []byte("awards: []\n")},
		"site/style.css":        {Data: []byte("p {}\n")},
		"public/index.html":     {Data: []byte("made")},
	}
	whole := digestOf(t, base, nil)
	withoutAwards := func(path string) bool { return !strings.HasPrefix(path, "content/awards/") }
	part := digestOf(t, base, withoutAwards)
	assert.NotEqual(t, whole, part)

	changes := map[string]struct {
		change     func(fstest.MapFS)
		whole, all bool // what stays the same
	}{
		"nothing":           {func(fstest.MapFS) {}, true, true},
		"time of change":    {func(f fstest.MapFS) { f["content/site.yaml"].ModTime = time.Unix(9, 0) }, true, true},
		"another room":      {func(f fstest.MapFS) { f["public/index.html"].Data = []byte("else") }, true, true},
		"bytes":             {func(f fstest.MapFS) { f["content/site.yaml"].Data = []byte("title: B\n") }, false, false},
		"an award":          {func(f fstest.MapFS) { f["content/awards/a.yaml"].Data = []byte("#\n") }, false, true},
		"new file":          {func(f fstest.MapFS) { f["site/a"] = &fstest.MapFile{} }, false, false},
		"file gone":         {func(f fstest.MapFS) { delete(f, "site/style.css") }, false, false},
		"renamed":           {func(f fstest.MapFS) { f["site/b.css"] = f["site/style.css"]; delete(f, "site/style.css") }, false, false},
		"to another room":   {func(f fstest.MapFS) { f["content/style.css"] = f["site/style.css"]; delete(f, "site/style.css") }, false, false},
		"new folder":        {func(f fstest.MapFS) { f["site/index.css"] = &fstest.MapFile{Mode: fs.ModeDir} }, false, false},
		"not a file at all": {func(f fstest.MapFS) { f["site/pipe"] = &fstest.MapFile{Mode: fs.ModeNamedPipe} }, false, false},
	}
	for name, tt := range changes {
		t.Run(name, func(t *testing.T) {
			changed := fstest.MapFS{}
			for path, f := range base {
				file := *f
				changed[path] = &file
			}
			tt.change(changed)
			assert.Equal(t, tt.whole, whole == digestOf(t, changed, nil), "everything")
			assert.Equal(t, tt.all, part == digestOf(t, changed, withoutAwards), "without awards")
		})
	}
}

// unreadable is a file system with a file that cannot be read.
type unreadable struct {
	fs.FS
	name string
}

func (u unreadable) Open(name string) (fs.File, error) {
	if name == u.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("the disk is broken")}
	}
	return u.FS.Open(name)
}

func TestContentsUnreadable(t *testing.T) {
	fsys := unreadable{fstest.MapFS{"content/a.yaml": {}, "content/b.yaml": {}}, "content/b.yaml"}
	c := input.ReadContents(fsys, "content", "templates")
	assert.ErrorContains(t, c.Digest(sha256.New(), nil), "content/b.yaml: open content/b.yaml: the disk is broken")
	assert.NoError(t, c.Digest(sha256.New(), func(path string) bool { return path != "content/b.yaml" }))
}

// TestContentsOutside: a room that leads out of the project is not followed, and that it does counts.
func TestContentsOutside(t *testing.T) {
	dir := t.TempDir()
	project := filepath.Join(dir, "project")
	require.NoError(t, os.MkdirAll(filepath.Join(project, "content"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o644))
	folder, err := input.OpenFolder(project)
	require.NoError(t, err)
	defer folder.Close()
	before := digestOf(t, folder, nil)
	if err := os.Symlink(dir, filepath.Join(project, "site")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	linked := digestOf(t, folder, nil)
	assert.NotEqual(t, before, linked)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret"), []byte("y"), 0o644))
	assert.Equal(t, linked, digestOf(t, folder, nil))
}

func TestContentsChanged(t *testing.T) {
	files := map[string]string{"content/a.yaml": "a", "content/b.yaml": "b", "site/c.css": "c"}
	changes := map[string]struct {
		change func(dir string) error
		want   string
	}{
		"nothing": {func(string) error { return nil }, ""},
		"size":    {func(dir string) error { return os.WriteFile(filepath.Join(dir, "content/b.yaml"), []byte("bb"), 0o644) }, "content/b.yaml"},
		"time": {func(dir string) error {
			return os.Chtimes(filepath.Join(dir, "site/c.css"), time.Time{}, time.Unix(1_000_000_000, 0))
		}, "site/c.css"},
		"gone":          {func(dir string) error { return os.Remove(filepath.Join(dir, "content/b.yaml")) }, "content/b.yaml"},
		"last one gone": {func(dir string) error { return os.Remove(filepath.Join(dir, "site/c.css")) }, "site/c.css"},
		"new":           {func(dir string) error { return os.WriteFile(filepath.Join(dir, "content/aa.yaml"), nil, 0o644) }, "content/aa.yaml"},
		"new folder":    {func(dir string) error { return os.Mkdir(filepath.Join(dir, "site/d"), 0o755) }, "site/d"},
		"new and last":  {func(dir string) error { return os.WriteFile(filepath.Join(dir, "site/d.css"), nil, 0o644) }, "site/d.css"},
		"elsewhere":     {func(dir string) error { return os.WriteFile(filepath.Join(dir, "d.css"), nil, 0o644) }, ""},
	}
	for name, tt := range changes {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for path, text := range files {
				name := filepath.Join(dir, filepath.FromSlash(path))
				require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
				require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
			}
			folder, err := input.OpenFolder(dir)
			require.NoError(t, err)
			defer folder.Close()
			c := input.ReadContents(folder, "content", "templates", "site")
			require.NoError(t, tt.change(dir))
			path, changed := c.Changed(folder)
			assert.Equal(t, tt.want, path)
			assert.Equal(t, tt.want != "", changed)
		})
	}
}
