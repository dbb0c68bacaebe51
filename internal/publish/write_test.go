package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/plan"
	"blazon/internal/publish"
)

func TestFirst(t *testing.T) {
	b := newBench(t)
	var steps []int
	b.options.Progress = func(done, total int) {
		assert.Equal(t, len(first()), total)
		steps = append(steps, done)
	}
	b.options.Workers = 3
	sum := b.write(t, first())
	b.holds(t, first())
	bytes := 0
	for _, p := range first() {
		bytes += len(p.full())
	}
	assert.Equal(t, publish.Summary{First: true, Written: len(first()), Bytes: int64(bytes)}, sum)
	require.Len(t, steps, len(first()))
	for n, done := range steps {
		assert.Equal(t, n+1, done)
	}
}

func TestFirstFillsTheVeryFolder(t *testing.T) {
	b := newBench(t)
	require.NoError(t, os.Mkdir(b.options.Dir, 0o750))
	before, err := os.Stat(b.options.Dir)
	require.NoError(t, err)
	assert.True(t, b.write(t, first()).First)
	after, err := os.Stat(b.options.Dir)
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
	assert.Equal(t, before.Mode(), after.Mode())
	b.holds(t, first())
}

func TestFirstMakesParents(t *testing.T) {
	b := newBench(t)
	b.options.Dir = filepath.Join(b.dir, "out", "of", "site")
	b.write(t, first())
	assert.Equal(t, "style 1\n", b.get(t, "out/of/site/style.css"))
}

func TestEmptyPlan(t *testing.T) {
	b := newBench(t)
	sum := b.write(t, site{})
	assert.Equal(t, publish.Summary{First: true}, sum)
	b.holds(t, site{})
	b.write(t, site{"a": {text: "a"}})
	b.write(t, site{})
	b.holds(t, site{})
}

func TestUpdate(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	info := stat(t, b, "public/badges/go/image.png")
	sum := b.write(t, second())
	b.holds(t, second())
	want := publish.Summary{Removed: 2}
	for name, p := range second() {
		if old, ok := first()[name]; ok && string(old.full()) == string(p.full()) {
			want.Unchanged++
			continue
		}
		want.Written++
		want.Bytes += int64(len(p.full()))
	}
	assert.Equal(t, want, sum)
	assert.Equal(t, 3, want.Unchanged)
	now := stat(t, b, "public/badges/go/image.png")
	assert.True(t, os.SameFile(info, now))
	assert.Equal(t, info.ModTime(), now.ModTime())
}

func stat(t testing.TB, b bench, name string) fs.FileInfo {
	t.Helper()
	info, err := os.Lstat(filepath.Join(b.dir, filepath.FromSlash(name)))
	require.NoError(t, err)
	return info
}

// TestNothingChanged reads none of the files and writes nothing.
func TestNothingChanged(t *testing.T) {
	b := newBench(t)
	b.write(t, second())
	record := stat(t, b, ".blazon/record")
	var ops []string
	d := &fragile{after: func(op string) error { ops = append(ops, op); return nil }}
	sum, err := b.on(d, t, second())
	require.NoError(t, err)
	assert.Equal(t, publish.Summary{Unchanged: len(second())}, sum)
	assert.True(t, os.SameFile(record, stat(t, b, ".blazon/record")))
	stats := 0
	for _, op := range ops {
		assert.False(t, strings.HasPrefix(op, "create") || strings.HasPrefix(op, "readfile") && strings.Contains(op, "public"), op)
		if strings.HasPrefix(op, "lstat") && strings.Contains(op, "/public/") {
			stats++
		}
	}
	folders := map[string]bool{}
	for name := range second() {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			folders[dir] = true
		}
	}
	assert.Equal(t, len(second())+len(folders)+1, stats, "one each, and one for a temporary folder that could be there")
}

func TestEqualBytesKeepTheirTime(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	old := time.Unix(1_000_000_000, 0)
	require.NoError(t, os.Chtimes(filepath.Join(b.options.Dir, "style.css"), old, old))
	sum := b.write(t, first())
	assert.Equal(t, len(first()), sum.Unchanged)
	assert.Equal(t, old, stat(t, b, "public/style.css").ModTime())
	// Now the record knows the time, and nothing need be read.
	d := &fragile{only: "readfile " + b.options.Dir}
	_, err := b.on(d, t, first())
	require.NoError(t, err)
	assert.Zero(t, d.count)
}

func TestFullTrustsNothing(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	name := filepath.Join(b.options.Dir, "style.css")
	was := stat(t, b, "public/style.css")
	require.NoError(t, os.WriteFile(name, []byte("STYLE 1\n"), 0o644))
	require.NoError(t, os.Chtimes(name, was.ModTime(), was.ModTime()))
	assert.Equal(t, 0, b.write(t, first()).Written)
	assert.Equal(t, "STYLE 1\n", b.get(t, "public/style.css"), "nothing tells this from what was written")
	b.options.Full = true
	assert.Equal(t, 1, b.write(t, first()).Written)
	b.holds(t, first())
}

func TestTamperedIsRepaired(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	b.put(t, "public/style.css", "mine")
	require.NoError(t, os.Remove(filepath.Join(b.options.Dir, "about", "index.html")))
	assert.Equal(t, 2, b.write(t, first()).Written)
	b.holds(t, first())
}

func TestForeignFilesStay(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	b.put(t, "public/old/notes.txt", "mine")
	b.put(t, "public/other/deep/notes.txt", "mine too")
	b.put(t, "public/.git", "gitdir: elsewhere")
	sum := b.write(t, second())
	assert.Equal(t, 2, sum.Removed)
	assert.Empty(t, sum.Kept)
	for _, name := range []string{"public/old/notes.txt", "public/other/deep/notes.txt", "public/.git"} {
		assert.NotEmpty(t, b.get(t, name))
	}
	assert.NoFileExists(t, filepath.Join(b.options.Dir, "old", "index.html"))
}

func TestChangedLeftoversStay(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	b.put(t, "public/old/index.html", "mine now")
	now := time.Now()
	touched := filepath.Join(b.options.Dir, "old", "pic.png")
	require.NoError(t, os.Chtimes(touched, now, now.Add(time.Hour)))
	sum := b.write(t, second())
	assert.Equal(t, []string{"old/index.html"}, sum.Kept)
	assert.Equal(t, 1, sum.Removed, "another time of change is not another content")
	assert.NoFileExists(t, touched)
	assert.Equal(t, "mine now", b.get(t, "public/old/index.html"))
	sum = b.write(t, second())
	assert.Empty(t, sum.Kept, "it is nothing of ours any more")
}

func TestLastingStays(t *testing.T) {
	b := newBench(t)
	b.write(t, second())
	less := second().without("awards/a2/").with(site{"feed.xml": {}})
	sum, err := publish.Write(context.Background(), less.plan(t), b.options)
	var lasting *publish.LastingError
	require.ErrorAs(t, err, &lasting)
	assert.Equal(t, []string{"awards/a2/assertion.json", "awards/a2/badge.png"}, lasting.Paths)
	assert.ErrorContains(t, err, "2 lasting addresses")
	assert.ErrorContains(t, err, "awards/a2/assertion.json, awards/a2/badge.png")
	assert.ErrorContains(t, err, "revoked or erased")
	assert.Equal(t, publish.Summary{}, sum)
	b.holds(t, second())

	// Deleting the folder does not unpublish it.
	require.NoError(t, os.RemoveAll(b.options.Dir))
	_, err = publish.Write(context.Background(), less.plan(t), b.options)
	require.ErrorAs(t, err, &lasting)
	assert.NoDirExists(t, b.options.Dir)
}

func TestLastingErrorIsShort(t *testing.T) {
	b := newBench(t)
	many := site{}
	for n := range 14 {
		many[fmt.Sprintf("awards/%02d", n)] = page{stage: plan.Awards, text: "a", lasting: true}
	}
	b.write(t, many)
	_, err := publish.Write(context.Background(), site{}.plan(t), b.options)
	assert.ErrorContains(t, err, "14 lasting addresses")
	assert.ErrorContains(t, err, "awards/09 and 4 more")
	assert.NotContains(t, err.Error(), "awards/10")
}

// TestLastingSeenByNobody takes back what a killed update had not published yet, but nothing that it had.
func TestLastingSeenByNobody(t *testing.T) {
	for n := 1; ; n++ {
		b := newBench(t)
		_, err := b.on(&fragile{}, t, first())
		require.NoError(t, err)
		d := &fragile{mode: killed, failAt: n, only: "rename"}
		_, _ = b.on(d, t, second())
		d.bury()
		seen := false
		for name, p := range second() {
			_, err := os.Lstat(filepath.Join(b.options.Dir, filepath.FromSlash(name)))
			seen = seen || p.lasting && first()[name].text == "" && err == nil
		}
		_, err = b.on(&fragile{}, t, first())
		if seen {
			var lasting *publish.LastingError
			require.ErrorAs(t, err, &lasting, "%d", n)
		} else {
			require.NoError(t, err, "%d", n)
			b.holds(t, first())
		}
		if d.hit == "" {
			assert.True(t, seen)
			assert.Greater(t, n, 10)
			break
		}
	}
}

func TestRecordThatDoesNotHelp(t *testing.T) {
	spoil := map[string]struct {
		do   func(t *testing.T, b bench)
		note string
	}{
		"deleted": {func(t *testing.T, b bench) { require.NoError(t, os.Remove(b.options.Record)) }, "there was no record"},
		"cut":     {func(t *testing.T, b bench) { require.NoError(t, os.Truncate(b.options.Record, 300)) }, "it is damaged"},
		"empty":   {func(t *testing.T, b bench) { require.NoError(t, os.Truncate(b.options.Record, 0)) }, "it is damaged"},
		"huge":    {func(t *testing.T, b bench) { require.NoError(t, os.Truncate(b.options.Record, 2<<30)) }, "it is damaged"},
		"newer":   {func(t *testing.T, b bench) { b.put(t, ".blazon/record", "blazon record 2\n") }, "a newer blazon wrote"},
		"of another folder": {func(t *testing.T, b bench) {
			other := b.options
			other.Dir = filepath.Join(b.dir, "elsewhere")
			_, err := publish.Write(context.Background(), first().plan(t), other)
			require.NoError(t, err)
		}, `of another folder, "../elsewhere"`},
	}
	for name, tt := range spoil {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.write(t, first())
			tt.do(t, b)
			_, err := publish.Write(context.Background(), second().plan(t), b.options)
			var blocked *publish.BlockedError
			require.ErrorAs(t, err, &blocked, "nothing says that this is a site of ours")
			for name, p := range first() {
				assert.Equal(t, string(p.full()), b.get(t, "public/"+name))
			}
			b.options.Ours = func(dir fs.FS) bool {
				data, err := fs.ReadFile(dir, "style.css")
				return err == nil && string(data) == "style 1\n"
			}
			sum := b.write(t, second())
			require.Len(t, sum.Notes, 1)
			assert.Contains(t, sum.Notes[0], tt.note)
			left := second().with(site{"old/index.html": first()["old/index.html"], "old/pic.png": first()["old/pic.png"]})
			if name != "of another folder" {
				b.holds(t, left)
			}
			assert.Empty(t, b.write(t, second()).Notes)
		})
	}
}

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

func TestMakersThatFail(t *testing.T) {
	broken := errors.New("no such image")
	for _, target := range []string{"absent", "empty", "published"} {
		t.Run(target, func(t *testing.T) {
			b := newBench(t)
			b.options.Workers = 2
			switch target {
			case "empty":
				require.NoError(t, os.Mkdir(b.options.Dir, 0o755))
			case "published":
				b.write(t, first())
			}
			before, err := tree(b.dir)
			require.NoError(t, err)
			p := failing(t, broken, 3)
			_, err = publish.Write(context.Background(), p, b.options)
			var made *publish.MakeError
			require.ErrorAs(t, err, &made)
			require.ErrorIs(t, err, broken)
			assert.Equal(t, "couldn't make bad/000: no such image\ncouldn't make bad/001: no such image\ncouldn't make bad/002: no such image", err.Error())
			after, err := tree(b.dir)
			require.NoError(t, err)
			assert.Equal(t, before, after)
			names, err := os.ReadDir(b.dir)
			require.NoError(t, err)
			assert.LessOrEqual(t, len(names), 2, "nothing temporary is left")
			if target == "empty" {
				assert.DirExists(t, b.options.Dir)
			}

			_, err = publish.Write(context.Background(), failing(t, broken, 400), b.options)
			require.ErrorAs(t, err, &made)
			assert.Len(t, made.Failures, 20)
			assert.True(t, made.More)
			assert.Contains(t, err.Error(), "and perhaps others")
		})
	}
}

// failing is a plan of which some outputs cannot be made, or not early.
func failing(t testing.TB, broken error, count int) *plan.Plan {
	var outputs []plan.Output
	for name, p := range first() {
		outputs = append(outputs, plan.Output{Path: name, Make: func() ([]byte, error) { return p.full(), nil }})
	}
	for n := range count {
		outputs = append(outputs, plan.Output{Path: fmt.Sprintf("bad/%03d", n), Make: func() ([]byte, error) { return nil, broken }})
	}
	p, err := plan.New(outputs)
	require.NoError(t, err)
	return p
}

func TestCancelled(t *testing.T) {
	for _, target := range []string{"absent", "empty", "published"} {
		t.Run(target, func(t *testing.T) {
			b := newBench(t)
			switch target {
			case "empty":
				require.NoError(t, os.Mkdir(b.options.Dir, 0o755))
			case "published":
				b.write(t, first())
			}
			before, err := tree(b.dir)
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(context.Background())
			b.options.Progress = func(done, _ int) {
				if done == 9 {
					cancel()
				}
			}
			_, err = publish.Write(ctx, second().plan(t), b.options)
			require.ErrorIs(t, err, context.Canceled)
			after, err := tree(b.dir)
			require.NoError(t, err)
			assert.Equal(t, before, after)
			assert.NoDirExists(t, filepath.Join(b.dir, ".public.blazon-tmp"))
			if target == "empty" {
				assert.DirExists(t, b.options.Dir)
			}
		})
	}
}

func TestCancelledWhilePublishing(t *testing.T) {
	for n := 1; ; n += 3 {
		b := newBench(t)
		b.write(t, first())
		ctx, cancel := context.WithCancel(context.Background())
		renames := 0
		d := &fragile{after: func(op string) error {
			if strings.HasPrefix(op, "rename") && strings.HasSuffix(filepath.Dir(op), "public") || strings.Contains(op, " "+b.options.Dir+"/") && strings.HasPrefix(op, "rename") {
				if renames++; renames == n {
					cancel()
				}
			}
			return b.torn(first(), second())
		}}
		_, err := publish.WriteOn(ctx, d, second().plan(t), b.options)
		cancel()
		require.NoError(t, d.seen)
		if renames < n {
			require.NoError(t, err)
			assert.Greater(t, n, 10)
			break
		}
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
		assert.NoDirExists(t, filepath.Join(b.dir, ".public.blazon-tmp"))
		b.options.Progress = nil
		b.write(t, second())
		b.holds(t, second())
	}
}

// TestNewSpelling renames a file to the same name in another case.
func TestNewSpelling(t *testing.T) {
	old := site{"img/Logo.png": {text: "logo"}, "img/Big.png": {text: "big 1"}, "x": {text: "x"}}
	renamed := site{"img/logo.png": {text: "logo"}, "img/big.png": {text: "big 2, larger"}, "x": {text: "x"}}
	disks := map[string]func() publish.Disk{
		"case counts":     func() publish.Disk { return publish.OSDisk{} },
		"case is ignored": func() publish.Disk { return caseless{} },
	}
	for name, disk := range disks {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			_, err := b.on(disk(), t, old)
			require.NoError(t, err)
			sum, err := b.on(disk(), t, renamed)
			require.NoError(t, err)
			assert.Empty(t, sum.Kept)
			b.holds(t, renamed)
			sum, err = b.on(disk(), t, renamed)
			require.NoError(t, err)
			assert.Equal(t, publish.Summary{Unchanged: 3}, sum)
		})
	}
}

// caseless takes names that differ only in case for one, as the usual file systems of macOS and Windows do.
type caseless struct{ publish.OSDisk }

// there spells the last part of a name as it is on the disk.
func (caseless) there(name string) string {
	entries, _ := os.ReadDir(filepath.Dir(name))
	for _, e := range entries {
		if strings.EqualFold(e.Name(), filepath.Base(name)) {
			return filepath.Join(filepath.Dir(name), e.Name())
		}
	}
	return name
}

func (c caseless) Lstat(name string) (fs.FileInfo, error)    { return os.Lstat(c.there(name)) }
func (c caseless) ReadFile(name string) ([]byte, error)      { return os.ReadFile(c.there(name)) }
func (c caseless) Remove(name string) error                  { return os.Remove(c.there(name)) }
func (c caseless) Mkdir(name string, perm fs.FileMode) error { return os.Mkdir(c.there(name), perm) }
func (c caseless) Rename(from, to string) error {
	if there := c.there(to); there != to {
		if err := os.Rename(there, to); err != nil {
			return err
		}
	}
	return os.Rename(c.there(from), to)
}
