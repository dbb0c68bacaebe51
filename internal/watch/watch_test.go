package watch_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/watch"
)

// watched runs a watcher until the test ends.
type watched struct {
	t     *testing.T
	told  chan struct{}
	count atomic.Int64
	end   func()
}

func start(t *testing.T, opts watch.Options, folders ...string) *watched {
	t.Helper()
	w, err := watch.Open(folders, opts)
	require.NoError(t, err)
	if !opts.Poll {
		require.NoError(t, w.Polling())
	}
	r := &watched{t: t, told: make(chan struct{}, 1000)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx, func() { r.count.Add(1); r.told <- struct{}{} }, func(err error) { assert.NoError(t, err) })
	}()
	ended := false
	r.end = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		<-done
		assert.NoError(t, w.Close())
	}
	t.Cleanup(r.end)
	return r
}

// patience is how long a change may take to be told on a busy machine.
const patience = 10 * time.Second

func (r *watched) wants(what string) {
	r.t.Helper()
	select {
	case <-r.told:
	case <-time.After(patience):
		require.Fail(r.t, "nothing was told", what)
	}
	r.settle()
}

// settle waits until nothing is told any more.
func (r *watched) settle() {
	for {
		select {
		case <-r.told:
		case <-time.After(150 * time.Millisecond):
			return
		}
	}
}

func (r *watched) silent(what string) {
	r.t.Helper()
	select {
	case <-r.told:
		assert.Fail(r.t, "a change was told", what)
	case <-time.After(150 * time.Millisecond):
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
}

var kinds = map[string]watch.Options{
	"told by the system": {},
	"looked at":          {Poll: true, Every: 20 * time.Millisecond},
}

func TestChanges(t *testing.T) {
	for kind, opts := range kinds {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			content, site := filepath.Join(dir, "content"), filepath.Join(dir, "site")
			write(t, filepath.Join(content, "a.yaml"), "a: 1")
			r := start(t, opts, content, site)

			write(t, filepath.Join(content, "a.yaml"), "a: 22")
			r.wants("a file was written")
			write(t, filepath.Join(content, "deep/er/b.yaml"), "b: 1")
			r.wants("folders were made, with a file in them")
			write(t, filepath.Join(content, "deep/er/b.yaml"), "b: 22")
			r.wants("a file in a new folder was written")
			write(t, filepath.Join(dir, "aside"), "c: 1")
			require.NoError(t, os.Rename(filepath.Join(dir, "aside"), filepath.Join(content, "a.yaml")))
			r.wants("a file was replaced, as editors do")
			require.NoError(t, os.Rename(filepath.Join(content, "deep"), filepath.Join(content, "far")))
			r.wants("a folder was renamed")
			write(t, filepath.Join(content, "far/er/b.yaml"), "b: 333")
			r.wants("a file in a renamed folder was written")
			require.NoError(t, os.RemoveAll(filepath.Join(content, "far")))
			r.wants("a folder was removed")

			write(t, filepath.Join(site, "style.css"), "p {}")
			r.wants("a folder that was missing appeared")
			write(t, filepath.Join(site, "style.css"), "p { }")
			r.wants("a file in it was written")
			require.NoError(t, os.Rename(site, filepath.Join(dir, "other")))
			r.wants("a watched folder was moved away")
			require.NoError(t, os.Rename(filepath.Join(dir, "other"), site))
			r.wants("it came back")
			write(t, filepath.Join(site, "style.css"), "p { color: red }")
			r.wants("a file in it was written again")
			require.NoError(t, os.RemoveAll(content))
			r.wants("a watched folder was removed")
			write(t, filepath.Join(content, "x/y.yaml"), "y: 1")
			r.wants("it was made anew")
			write(t, filepath.Join(content, "x/y.yaml"), "y: 22")
			r.wants("a file in it was written")

			write(t, filepath.Join(dir, "public", "index.html"), "<p>")
			r.silent("what is not watched")
			for _, temporary := range []string{".a.yaml.swp", "4913", "a.yaml~", ".#a.yaml", "#a.yaml#", ".DS_Store"} {
				write(t, filepath.Join(content, temporary), "x")
			}
			r.silent("editors' own files")
		})
	}
}

// TestSwappedFolders: two folders change places, as when a checkout is made aside and swapped in. The system goes on
// watching the folder that had the name before.
func TestSwappedFolders(t *testing.T) {
	dir := t.TempDir()
	content, other := filepath.Join(dir, "content"), filepath.Join(dir, "other")
	write(t, filepath.Join(content, "awards/a.yaml"), "a: 1")
	write(t, filepath.Join(other, "awards/a.yaml"), "a: 2")
	r := start(t, watch.Options{}, content)
	for range 3 {
		require.NoError(t, os.Rename(content, filepath.Join(dir, "third")))
		require.NoError(t, os.Rename(other, content))
		require.NoError(t, os.Rename(filepath.Join(dir, "third"), other))
		r.wants("the folders were swapped")
		write(t, filepath.Join(content, "awards/a.yaml"), "a: 3")
		r.wants("a file below the new one was written")
		write(t, filepath.Join(other, "awards/a.yaml"), "a: 4")
		r.silent("a file below the old one was written")
	}
}

// TestMissingProject: the project itself is not there yet, nor what it stands in.
func TestMissingProject(t *testing.T) {
	dir := t.TempDir()
	content := filepath.Join(dir, "home", "project", "content")
	r := start(t, watch.Options{}, content)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "home"), 0o755))
	r.settle()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "home", "project"), 0o755))
	r.settle()
	write(t, filepath.Join(content, "a.yaml"), "a: 1")
	r.wants("everything appeared, step by step")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "home")))
	r.wants("everything went")
	write(t, filepath.Join(content, "a.yaml"), "a: 1")
	r.wants("everything appeared at once")
	write(t, filepath.Join(content, "a.yaml"), "a: 22")
	r.wants("a file was written")
}

// TestBurst: a thousand changes are told as few, and the last of them is told.
func TestBurst(t *testing.T) {
	dir := t.TempDir()
	r := start(t, watch.Options{Quiet: 100 * time.Millisecond}, dir)
	for i := range 1000 {
		write(t, filepath.Join(dir, fmt.Sprintf("%02d/%d.yaml", i%50, i)), "x")
	}
	r.wants("a thousand files were written")
	assert.Less(t, r.count.Load(), int64(20))
	write(t, filepath.Join(dir, "17/17.yaml"), "xyz")
	r.wants("a file in one of the new folders was written")
}

// TestSteadyWriting: a burst that does not end is told while it lasts.
func TestSteadyWriting(t *testing.T) {
	for kind, opts := range kinds {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			opts.Quiet, opts.Most = 300*time.Millisecond, 400*time.Millisecond
			r := start(t, opts, dir)
			stop := make(chan struct{})
			done := make(chan struct{})
			go func() {
				defer close(done)
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					case <-time.After(5 * time.Millisecond):
						_ = os.WriteFile(filepath.Join(dir, "log.yaml"), []byte(strings.Repeat("x", i)), 0o644)
					}
				}
			}()
			select {
			case <-r.told:
			case <-time.After(patience):
				assert.Fail(t, "nothing was told")
			}
			close(stop)
			<-done
		})
	}
}

// TestNothingIsLeftBehind: goroutines and descriptors are as many as before.
func TestNothingIsLeftBehind(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a/b/c.yaml"), "x")
	round := func() {
		for _, opts := range kinds {
			r := start(t, opts, dir, filepath.Join(dir, "missing"))
			write(t, filepath.Join(dir, "a/b/c.yaml"), fmt.Sprint(time.Now()))
			r.end()
		}
	}
	round()
	goroutines, descriptors := runtime.NumGoroutine(), openFiles()
	for range 20 {
		round()
	}
	for limit := time.Now().Add(patience); runtime.NumGoroutine() > goroutines && time.Now().Before(limit); {
		time.Sleep(10 * time.Millisecond) // what has told that it ended may take a moment to be gone
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines)
	assert.LessOrEqual(t, openFiles(), descriptors)
}

// openFiles is how many files this process has open; 0 where the system does not tell.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

func TestTemporary(t *testing.T) {
	for _, name := range []string{".a.yaml.swp", "dir/.a.swx", "4913", "a.yaml~", ".#a", "#a#", ".DS_Store", ".goutputstream-X1", "a.yaml___jb_tmp___"} {
		assert.True(t, watch.Temporary(name), name)
	}
	for _, name := range []string{"a.yaml", ".nojekyll", ".well-known", "#", "##x", "a.swp", "_headers", "CNAME"} {
		assert.False(t, watch.Temporary(name), name)
	}
}
