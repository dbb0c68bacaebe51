package gallery_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/gallery"
)

var today = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func key(n int) [32]byte { return sha256.Sum256(fmt.Append(nil, n)) }

func data(n int) []byte { return bytes.Repeat(fmt.Appendf(nil, "picture %d ", n), 50) }

func open(dir string) *gallery.Gallery { return gallery.Open(dir, today, gallery.Limit) }

// files are the names of the files of a folder.
func files(t testing.TB, dir string) []string {
	t.Helper()
	var names []string
	require.NoError(t, filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	return names
}

func TestGallery(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	g := open(dir)
	_, ok := g.Get(key(1))
	assert.False(t, ok)
	assert.NoDirExists(t, dir, "nothing is made before there is something to keep")
	g.Put(key(1), data(1))
	g.Put(key(2), nil)
	got, ok := g.Get(key(1))
	assert.True(t, ok)
	assert.Equal(t, data(1), got)
	got, ok = g.Get(key(2))
	assert.True(t, ok)
	assert.Empty(t, got)
	_, ok = g.Get(key(3))
	assert.False(t, ok)
	g.Close()

	g = open(dir)
	got, ok = g.Get(key(1))
	assert.True(t, ok)
	assert.Equal(t, data(1), got)
	g.Put(key(1), data(4))
	got, _ = g.Get(key(1))
	assert.Equal(t, data(4), got)
	g.Close()
	assert.Len(t, files(t, dir), 2)
}

// TestDamage: no change to a file goes unseen, and the picture can be put again.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	g := open(dir)
	g.Put(key(1), data(1))
	names := files(t, dir)
	require.Len(t, names, 1)
	whole, err := os.ReadFile(names[0])
	require.NoError(t, err)
	damage := map[string][]byte{"empty": {}, "longer": append(bytes.Clone(whole), 0), "other": bytes.Repeat([]byte("x"), len(whole))}
	for i := range whole {
		changed := bytes.Clone(whole)
		changed[i] ^= 1
		damage[fmt.Sprint("bit at ", i)] = changed
		damage[fmt.Sprint("cut at ", i)] = whole[:i]
	}
	for name, file := range damage {
		require.NoError(t, os.WriteFile(names[0], file, 0o600))
		_, ok := g.Get(key(1))
		require.False(t, ok, name)
	}
	g.Put(key(1), data(1))
	_, ok := g.Get(key(1))
	assert.True(t, ok)

	// A whole file under the name of another picture.
	g.Put(key(2), data(2))
	for _, name := range files(t, dir) {
		if name != names[0] {
			require.NoError(t, os.WriteFile(name, whole, 0o600))
		}
	}
	_, ok = g.Get(key(2))
	assert.False(t, ok)
}

// TestUnusable: whatever stands in the way, nothing is kept and nothing fails.
func TestUnusable(t *testing.T) {
	dir := t.TempDir()
	blocked := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(blocked, []byte("mine"), 0o600))
	for name, g := range map[string]*gallery.Gallery{
		"nil": nil, "zero": {}, "a file": open(blocked), "below a file": open(filepath.Join(blocked, "x")),
	} {
		g.Put(key(1), data(1))
		_, ok := g.Get(key(1))
		assert.False(t, ok, name)
		g.Close()
	}
	left, err := os.ReadFile(blocked)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(left))

	// Folders where files should be.
	inner := filepath.Join(dir, "inner")
	g := open(inner)
	g.Put(key(1), data(1))
	name := files(t, inner)[0]
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.MkdirAll(filepath.Join(name, "x"), 0o700))
	g.Put(key(1), data(1))
	_, ok := g.Get(key(1))
	assert.False(t, ok)
	assert.Empty(t, files(t, inner), "no half-made file is left")
	g.Close()
}

// TestLinks: a link in the folder leads nowhere.
func TestLinks(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	g := open(dir)
	g.Put(key(1), data(1))
	name := files(t, dir)[0]
	require.NoError(t, os.RemoveAll(filepath.Dir(name)))
	if err := os.Symlink(outside, filepath.Dir(name)); err != nil {
		t.Skip("this system has no symbolic links: ", err)
	}
	g.Put(key(1), data(1))
	_, ok := g.Get(key(1))
	assert.False(t, ok)
	assert.Empty(t, files(t, outside))
}

func TestClose(t *testing.T) {
	dir := t.TempDir()
	size := int64(len(data(10)) + 49)
	at := func(days int) time.Time { return today.Add(time.Duration(days) * 24 * time.Hour) }
	for day := range 10 { // one picture a day
		g := gallery.Open(dir, at(day), 8*size)
		g.Put(key(10+day), data(10))
		g.Close()
	}
	mine := filepath.Join(dir, "mine.txt")
	require.NoError(t, os.WriteFile(mine, []byte("mine"), 0o600))
	kept := func(now int) (days []int) {
		g := gallery.Open(dir, at(now), 8*size)
		for day := range 12 {
			if _, ok := g.Get(key(10 + day)); ok && day != now {
				days = append(days, day)
			}
		}
		return days
	}
	before := kept(9)
	require.NotContains(t, before, 0, "the oldest goes first")
	require.Contains(t, before, 8)

	// What was used lately stays, however old it is: by now all have been, so the names decide; then only one is.
	g := gallery.Open(dir, at(30), 8*size)
	used := before[0]
	_, ok := g.Get(key(10 + used))
	require.True(t, ok)
	g.Close()
	left := filepath.Join(filepath.Dir(files(t, dir)[0]), strings.TrimSuffix(filepath.Base(files(t, dir)[0]), ".tmp")+".77.1.tmp")
	fresh := strings.Replace(left, ".77.", ".78.", 1)
	for _, name := range []string{left, fresh} {
		require.NoError(t, os.WriteFile(name, []byte("half"), 0o600))
	}
	require.NoError(t, os.Chtimes(left, at(1), at(1)))
	require.NoError(t, os.Chtimes(fresh, at(40), at(40)))

	g = gallery.Open(dir, at(40), 2*size)
	g.Put(key(21), data(10))
	g.Close()
	assert.NoFileExists(t, left, "a killed process left it")
	assert.FileExists(t, fresh, "another process is at it")
	assert.FileExists(t, mine)
	assert.Equal(t, []int{11}, kept(50))

	// Nothing is removed where nothing was put.
	g = gallery.Open(dir, at(60), 1)
	_, ok = g.Get(key(21))
	assert.True(t, ok)
	g.Close()
	assert.Equal(t, []int{11}, kept(60))
}

// TestTogether: goroutines and processes that use one folder get what was put or nothing.
func TestTogether(t *testing.T) {
	if dir := os.Getenv("GALLERY_TEST_FOLDER"); dir != "" {
		hammer(t, dir)
		return
	}
	dir := t.TempDir()
	var others []*exec.Cmd
	for range 2 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestTogether$")
		cmd.Env = append(os.Environ(), "GALLERY_TEST_FOLDER="+dir)
		require.NoError(t, cmd.Start())
		others = append(others, cmd)
	}
	hammer(t, dir)
	for _, cmd := range others {
		assert.NoError(t, cmd.Wait())
	}
	for _, name := range files(t, dir) {
		assert.NotContains(t, name, ".tmp")
	}
}

func hammer(t *testing.T, dir string) {
	var wait sync.WaitGroup
	for range 3 {
		g := gallery.Open(dir, today, 3000)
		for range 2 {
			wait.Go(func() {
				for i := range 120 {
					n := i % 7
					if got, ok := g.Get(key(n)); ok {
						assert.Equal(t, data(n), got)
					} else {
						g.Put(key(n), data(n))
					}
				}
			})
		}
	}
	wait.Wait()
	g := gallery.Open(dir, today, 3000)
	g.Put(key(1), data(1))
	g.Close()
}
