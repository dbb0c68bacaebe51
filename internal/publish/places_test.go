package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/publish"
)

func TestFolderOfSomebodyElse(t *testing.T) {
	b := newBench(t)
	b.put(t, "public/README", "mine")
	for _, name := range []string{"index.html", "style.css", "ledger.txt", "old/pic.png", "about/index.html", "badges/index.html"} {
		b.put(t, "public/"+name, "mine")
	}
	b.options.Ours = func(fs.FS) bool { return false }
	_, err := publish.Write(context.Background(), first().plan(t), b.options)
	var blocked *publish.BlockedError
	require.ErrorAs(t, err, &blocked)
	assert.Len(t, blocked.Obstacles, 6)
	assert.ErrorContains(t, err, "about/index.html (a file with other contents), badges/index.html (a file with other contents), index.html")
	assert.ErrorContains(t, err, "and 1 more")
	files, err := tree(b.dir)
	require.NoError(t, err)
	assert.Len(t, files, 7)
	for _, data := range files {
		assert.Equal(t, "mine", string(data))
	}
}

func TestFolderWithOtherThings(t *testing.T) {
	b := newBench(t)
	b.put(t, "public/README", "mine")
	b.put(t, "public/style.css", "style 1\n") // equal to ours
	was := stat(t, b, "public/style.css")
	sum := b.write(t, first())
	assert.False(t, sum.First)
	assert.Equal(t, 1, sum.Unchanged)
	assert.True(t, os.SameFile(was, stat(t, b, "public/style.css")))
	assert.Equal(t, "mine", b.get(t, "public/README"))
}

func TestObstacles(t *testing.T) {
	link := func(to, name string) func(t *testing.T, b bench) {
		return func(t *testing.T, b bench) {
			name := filepath.Join(b.dir, filepath.FromSlash(name))
			require.NoError(t, os.RemoveAll(name))
			require.NoError(t, os.Symlink(to, name))
		}
	}
	tests := map[string]struct {
		do   func(t *testing.T, b bench)
		want string
	}{
		"new file of somebody else": {func(t *testing.T, b bench) { b.put(t, "public/feed.xml", "mine") }, "feed.xml (a file with other contents)"},
		"file for folder":           {func(t *testing.T, b bench) { b.put(t, "public/docs", "mine") }, "docs (a file where a folder is needed)"},
		"folder for file":           {func(t *testing.T, b bench) { b.put(t, "public/feed.xml/x", "mine") }, "feed.xml (a folder where a file is needed)"},
		"linked folder":             {link("..", "public/docs"), "docs (a symbolic link where a folder is needed)"},
		"linked award":              {link("../../outside", "public/awards/a1"), "awards/a1 (a symbolic link where a folder is needed)"},
		"linked file":               {link("../outside/x", "public/feed.xml"), "feed.xml (a symbolic link where a file is needed)"},
		"dangling link":             {link("nowhere", "public/style.css"), "style.css (a symbolic link where a file is needed)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.put(t, "outside/x", "outside")
			b.write(t, first())
			tt.do(t, b)
			before, err := tree(b.dir)
			require.NoError(t, err)
			_, err = publish.Write(context.Background(), second().plan(t), b.options)
			var blocked *publish.BlockedError
			require.ErrorAs(t, err, &blocked)
			assert.ErrorContains(t, err, tt.want)
			after, err := tree(b.dir)
			require.NoError(t, err)
			assert.Equal(t, before, after)
		})
	}
}

func TestLeftoversBehindLinksStay(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	require.NoError(t, os.Rename(filepath.Join(b.options.Dir, "old"), filepath.Join(b.dir, "kept")))
	require.NoError(t, os.Symlink("../kept", filepath.Join(b.options.Dir, "old")))
	sum := b.write(t, second())
	assert.Zero(t, sum.Removed)
	assert.Equal(t, "picture\n", b.get(t, "kept/pic.png"))
	assert.Equal(t, fs.ModeSymlink, stat(t, b, "public/old").Mode().Type())
}

func TestPlaces(t *testing.T) {
	tests := map[string]struct {
		do   func(t *testing.T, b *bench)
		want string
	}{
		"no folder":     {func(t *testing.T, b *bench) { b.options.Dir = "" }, "needs a folder and a record"},
		"no record":     {func(t *testing.T, b *bench) { b.options.Record = "" }, "needs a folder and a record"},
		"root":          {func(t *testing.T, b *bench) { b.options.Dir = filepath.VolumeName(b.dir) + string(filepath.Separator) }, "root of a file system"},
		"record inside": {func(t *testing.T, b *bench) { b.options.Record = filepath.Join(b.options.Dir, ".blazon", "record") }, "it must stand outside"},
		"record is it":  {func(t *testing.T, b *bench) { b.options.Record = b.options.Dir }, "it must stand outside"},
		"record inside by a link": {func(t *testing.T, b *bench) {
			require.NoError(t, os.Mkdir(b.options.Dir, 0o755))
			require.NoError(t, os.Symlink("public", filepath.Join(b.dir, "other")))
			b.options.Record = filepath.Join(b.dir, "other", "record")
		}, "it must stand outside"},
		"record is a folder": {func(t *testing.T, b *bench) { b.put(t, ".blazon/record/x", "") }, "record is not a file"},
		"a file":             {func(t *testing.T, b *bench) { b.put(t, "public", "mine") }, "public is a file: a site needs a folder"},
		"below a file": {func(t *testing.T, b *bench) {
			b.put(t, "out", "mine")
			b.options.Dir = filepath.Join(b.dir, "out", "public")
		}, "couldn't make the folder"},
		"a link": {func(t *testing.T, b *bench) {
			require.NoError(t, os.Mkdir(filepath.Join(b.dir, "real"), 0o755))
			require.NoError(t, os.Symlink("real", b.options.Dir))
		}, "public is a symbolic link"},
		"a dangling link":    {func(t *testing.T, b *bench) { require.NoError(t, os.Symlink("nowhere", b.options.Dir)) }, "public is a symbolic link"},
		"below a loop":       {func(t *testing.T, b *bench) { loop(t, b) }, "couldn't make the folder"},
		"workshop is a file": {func(t *testing.T, b *bench) { b.put(t, ".public.blazon-tmp", "mine") }, "is not a folder"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			tt.do(t, &b)
			before, err := tree(b.dir)
			require.NoError(t, err)
			_, err = publish.Write(context.Background(), first().plan(t), b.options)
			require.Error(t, err)
			assert.ErrorContains(t, err, tt.want)
			after, err := tree(b.dir)
			require.NoError(t, err)
			assert.Equal(t, before, after)
		})
	}
}

func loop(t *testing.T, b *bench) {
	require.NoError(t, os.Symlink("loop", filepath.Join(b.dir, "loop")))
	b.options.Dir = filepath.Join(b.dir, "loop", "public")
}

func TestParentMayBeALink(t *testing.T) {
	b := newBench(t)
	require.NoError(t, os.Mkdir(filepath.Join(b.dir, "real"), 0o755))
	require.NoError(t, os.Symlink("real", filepath.Join(b.dir, "link")))
	b.options.Dir = filepath.Join(b.dir, "link", "public")
	b.write(t, first())
	assert.Equal(t, "style 1\n", b.get(t, "real/public/style.css"))
	// The same folder by its own name has the same record.
	b.options.Dir = filepath.Join(b.dir, "real", "public")
	assert.Equal(t, publish.Summary{Unchanged: len(first())}, b.write(t, first()))
}

func TestProjectMayMove(t *testing.T) {
	b := newBench(t)
	old := benchIn(filepath.Join(b.dir, "old"))
	old.write(t, first())
	moved := benchIn(filepath.Join(b.dir, "new"))
	require.NoError(t, os.Rename(old.dir, moved.dir))
	moved.write(t, second())
	moved.holds(t, second())
}

func TestReservedName(t *testing.T) {
	for _, name := range []string{".blazon-tmp", ".blazon-tmp/lock"} {
		b := newBench(t)
		s := site{name: {text: "x"}, ".blazon-tmp-more": {text: "x"}}
		_, err := publish.Write(context.Background(), s.plan(t), b.options)
		assert.ErrorContains(t, err, name+" cannot be published")
	}
	newBench(t).write(t, site{".blazon-tmp-more": {text: "x"}, ".blazon-tmq/a": {text: "x"}})
}

func TestUnwritable(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	for _, only := range []string{"mkdir", "create", "rename"} {
		d := &fragile{failAt: 1, only: only + " " + b.dir, err: &fs.PathError{Op: only, Path: "x", Err: syscall.EACCES}}
		_, err := b.on(d, t, second())
		if only == "mkdir" || only == "rename" {
			// Not beside it, but in it.
			require.NoError(t, err)
			b.holds(t, second())
			b = newBench(t)
			b.write(t, first())
			continue
		}
		require.ErrorIs(t, err, fs.ErrPermission)
		b.holds(t, first())
	}
	b = newBench(t)
	_, err := b.on(&fragile{failAt: 1, only: "mkdir " + b.dir, err: syscall.EROFS}, t, first())
	require.ErrorIs(t, err, syscall.EROFS)
	assert.ErrorContains(t, err, "couldn't make a temporary folder to work in")
}

func TestReadOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	b := newBench(t)
	b.write(t, first())
	require.NoError(t, os.Chmod(b.options.Dir, 0o555))
	t.Cleanup(func() { _ = os.Chmod(b.options.Dir, 0o755) })
	_, err := publish.Write(context.Background(), second().plan(t), b.options)
	require.ErrorIs(t, err, fs.ErrPermission)
	require.NoError(t, os.Chmod(b.options.Dir, 0o755))
	b.holds(t, first())
}

func TestLocks(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	for _, name := range []string{".blazon/record.lock", ".public.blazon-tmp/lock"} {
		full := filepath.Join(b.dir, filepath.FromSlash(name))
		b.put(t, name, "4194305\n") // of a dead process: no obstacle
		release, err := publish.OSDisk{}.Lock(full)
		require.NoError(t, err)
		_, err = publish.Write(context.Background(), second().plan(t), b.options)
		var busy *publish.BusyError
		require.ErrorAs(t, err, &busy, name)
		assert.Equal(t, os.Getpid(), busy.PID)
		assert.Contains(t, err.Error(), fmt.Sprintf("another blazon is writing here (pid %d)", os.Getpid()))
		assert.FileExists(t, full)
		require.NoError(t, release())
		for name, p := range first() {
			assert.Equal(t, string(p.full()), b.get(t, "public/"+name))
		}
	}
	b.put(t, ".blazon/record.lock", "nonsense")
	b.put(t, ".public.blazon-tmp/lock", "4194305\n")
	b.put(t, ".public.blazon-tmp/tree/index.html", "left behind")
	b.put(t, "public/.blazon-tmp/files-0/0", "left behind")
	b.write(t, second())
	b.holds(t, second())
}

func TestManyAtOnce(t *testing.T) {
	b := newBench(t)
	results := make(chan error)
	for n := range 8 {
		go func() {
			opts := b.options
			if n%2 == 1 { // a second project with the same target
				opts.Record = filepath.Join(b.dir, "other", "record")
			}
			opts.Ours = func(fs.FS) bool { return true }
			for {
				_, err := publish.Write(context.Background(), second().plan(t), opts)
				if busy := new(publish.BusyError); errors.As(err, &busy) {
					time.Sleep(time.Millisecond)
					continue
				}
				results <- err
				return
			}
		}()
	}
	for range 8 {
		assert.NoError(t, <-results)
	}
	assert.NoError(t, b.torn(second()))
	assert.NoDirExists(t, filepath.Join(b.dir, ".public.blazon-tmp"))
}
