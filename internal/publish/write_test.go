package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
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
	assert.Equal(t, 4, want.Unchanged)
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

func TestChangedLeftoverInItsFolder(t *testing.T) {
	b := newBench(t)
	s := site{"x": {text: "x"}, "gone/a": {text: "a"}, "gone/b": {text: "b"}, "gone/deep/c": {text: "c"}}
	b.write(t, s)
	b.put(t, "public/gone/b", "B\n") // as long as before
	sum := b.write(t, site{"x": {text: "x"}})
	assert.Equal(t, publish.Summary{Unchanged: 1, Removed: 2, Kept: []string{"gone/b"}}, sum)
	assert.Equal(t, "B\n", b.get(t, "public/gone/b"))
	assert.NoFileExists(t, filepath.Join(b.options.Dir, "gone", "a"))
	assert.NoDirExists(t, filepath.Join(b.options.Dir, "gone", "deep"))
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
		"newer":   {func(t *testing.T, b bench) { b.put(t, ".blazon/record", "blazon record 4\n") }, "a newer blazon wrote"},
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

// TestKeys makes only what has another key, and trusts no key where the file or the record is not what it was.
func TestKeys(t *testing.T) {
	b := newBench(t)
	var made []string
	write := func(text string, keys map[string]plan.Key) publish.Summary {
		t.Helper()
		var outputs []plan.Output
		for name, key := range keys {
			outputs = append(outputs, plan.Output{Path: name, Key: key, Make: func() ([]byte, error) {
				made = append(made, name)
				return []byte(text), nil
			}})
		}
		p, err := plan.New(outputs)
		require.NoError(t, err)
		made = nil
		b.options.Workers = 1
		sum, err := publish.Write(context.Background(), p, b.options)
		require.NoError(t, err)
		slices.Sort(made)
		return sum
	}
	none := plan.Key{}
	write("old", map[string]plan.Key{"a": {1}, "b": {2}, "c": none})
	assert.Equal(t, []string{"a", "b", "c"}, made)

	sum := write("new", map[string]plan.Key{"a": {1}, "b": {3}, "c": none})
	assert.Equal(t, []string{"b", "c"}, made, "a has the key that it had")
	assert.Equal(t, publish.Summary{Written: 2, Unchanged: 1, Bytes: 6}, sum)
	assert.Equal(t, "old", b.get(t, "public/a"))
	assert.Equal(t, "new", b.get(t, "public/b"))

	sum = write("new", map[string]plan.Key{"a": {1}, "b": {4}, "c": {5}})
	assert.Equal(t, publish.Summary{Unchanged: 3}, sum, "another key, the same bytes")
	write("new", map[string]plan.Key{"a": {1}, "b": {4}, "c": {5}})
	assert.Empty(t, made)

	require.NoError(t, os.WriteFile(filepath.Join(b.options.Dir, "b"), []byte("NEW"), 0o644))
	sum = write("new", map[string]plan.Key{"a": {1}, "b": {4}, "c": {5}})
	assert.Equal(t, []string{"b"}, made, "somebody wrote to b")
	assert.Equal(t, 1, sum.Written)
	assert.Equal(t, "new", b.get(t, "public/b"))

	b.options.Full = true
	write("new", map[string]plan.Key{"a": {1}, "b": {4}, "c": {5}})
	assert.Equal(t, []string{"a", "b", "c"}, made)
	assert.Equal(t, "new", b.get(t, "public/a"), "the key lied")
	b.options.Full = false

	require.NoError(t, os.Remove(b.options.Record))
	b.options.Ours = func(fs.FS) bool { return true }
	write("new", map[string]plan.Key{"a": {1}, "b": {4}, "c": {5}})
	assert.Equal(t, []string{"a", "b", "c"}, made, "nothing says what the files were made from")
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
