package publish_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/plan"
	"blazon/internal/publish"
)

// labelled is a bench whose builds have a label.
func labelled(t testing.TB) bench {
	b := newBench(t)
	b.options.Label = func() (string, bool) { return "the label", true }
	return b
}

func isLabel(label string) bool { return label == "the label" }

func (b bench) unchanged() (int, bool) {
	return publish.Unchanged(context.Background(), b.options, isLabel)
}

// all lists what a project's folder holds, for seeing that nothing was left there.
func (b bench) all(t testing.TB) []string {
	t.Helper()
	var names []string
	require.NoError(t, filepath.WalkDir(b.dir, func(name string, _ fs.DirEntry, err error) error {
		names = append(names, name)
		return err
	}))
	return names
}

func TestUnchanged(t *testing.T) {
	b := labelled(t)
	_, ok := b.unchanged()
	assert.False(t, ok, "before a first build")
	assert.Len(t, b.all(t), 1, "not even a folder was made")

	b.write(t, first())
	b.write(t, second())
	b.put(t, "public/notes.txt", "somebody else's")
	before := b.all(t)
	for range 2 {
		files, ok := b.unchanged()
		require.True(t, ok)
		assert.Equal(t, len(second()), files)
		assert.Equal(t, before, b.all(t))
	}
	b.options.Workers = 3
	_, ok = b.unchanged()
	assert.True(t, ok)

	// A build that finds nothing to do, but has another label, says so in the record.
	b.options.Label = func() (string, bool) { return "another", true }
	_, ok = b.unchanged()
	assert.True(t, ok, "only Write asks for a label")
	assert.Zero(t, b.write(t, second()).Written)
	_, ok = b.unchanged()
	assert.False(t, ok)
}

// TestLabels are those that a record does not keep.
func TestLabels(t *testing.T) {
	for name, label := range map[string]func() (string, bool){
		"none":     nil,
		"empty":    func() (string, bool) { return "", true },
		"too long": func() (string, bool) { return strings.Repeat("\n", 32<<10), true },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.options.Label = label
			b.write(t, first())
			asked := false
			_, ok := publish.Unchanged(context.Background(), b.options, func(string) bool { asked = true; return true })
			assert.False(t, ok)
			assert.False(t, asked)
			assert.Zero(t, b.write(t, first()).Written, "the record is good otherwise")
		})
	}
}

// TestUnsure: where what was made may be something else than its key stands for, it is made again, also after the build was
// killed on its way.
func TestUnsure(t *testing.T) {
	keyed := func(data string) *plan.Plan {
		p, err := plan.New([]plan.Output{
			{Path: "a.txt", Stage: plan.Assets, Key: plan.Key{1}, Make: func() ([]byte, error) { return []byte(data), nil }},
			{Path: "b.txt", Stage: plan.Assets, Make: func() ([]byte, error) { return []byte("b"), nil }},
		})
		require.NoError(t, err)
		return p
	}
	unsure := func() (string, bool) { return "", false }
	for name, kill := range map[string]bool{"done": false, "killed": true} {
		t.Run(name, func(t *testing.T) {
			b := labelled(t)
			_, err := publish.Write(context.Background(), keyed("as before"), b.options)
			require.NoError(t, err)
			require.NoError(t, os.Remove(filepath.Join(b.options.Dir, "a.txt")))
			opts := b.options
			opts.Label = unsure
			d := &fragile{}
			if kill {
				d = &fragile{failAt: 1, only: "remove " + b.options.Record + ".journal", mode: killed}
			}
			_, err = publish.WriteOn(context.Background(), d, keyed("meanwhile"), opts)
			require.Equal(t, kill, err != nil, "%v", err)
			d.bury()
			require.Equal(t, "meanwhile", b.get(t, "public/a.txt"))
			sum, err := publish.Write(context.Background(), keyed("as before"), b.options)
			require.NoError(t, err)
			assert.Equal(t, 1, sum.Written)
			assert.Equal(t, 1, sum.Unchanged)
			assert.Equal(t, "as before", b.get(t, "public/a.txt"))
			_, ok := b.unchanged()
			assert.True(t, ok)
		})
	}
	// An output without a key is not taken for one whose key was forgotten.
	b := labelled(t)
	b.options.Label = unsure
	_, err := publish.Write(context.Background(), keyed("meanwhile"), b.options)
	require.NoError(t, err)
	p, err := plan.New([]plan.Output{{Path: "a.txt", Make: func() ([]byte, error) { return []byte("now"), nil }}, {Path: "b.txt", Make: func() ([]byte, error) { return []byte("b"), nil }}})
	require.NoError(t, err)
	_, err = publish.Write(context.Background(), p, b.options)
	require.NoError(t, err)
	assert.Equal(t, "now", b.get(t, "public/a.txt"))
}

// TestUnchangedSees plants everything after which there is, or may be, something to do.
func TestUnchangedSees(t *testing.T) {
	at := func(b bench, name string) string { return filepath.Join(b.options.Dir, filepath.FromSlash(name)) }
	plants := map[string]func(t *testing.T, b *bench) error{
		"a file of another size": func(_ *testing.T, b *bench) error { return os.WriteFile(at(*b, "style.css"), []byte("mine"), 0o644) },
		"a file of another size and the same time": func(t *testing.T, b *bench) error {
			was := stat(t, *b, "public/style.css").ModTime()
			b.put(t, "public/style.css", "mine")
			return os.Chtimes(at(*b, "style.css"), was, was)
		},
		"a file of another time": func(_ *testing.T, b *bench) error {
			return os.Chtimes(at(*b, "style.css"), time.Time{}, time.Unix(1_000_000_000, 0))
		},
		"a file that is gone": func(_ *testing.T, b *bench) error { return os.Remove(at(*b, "badges/go/index.html")) },
		"the last file gone":  func(_ *testing.T, b *bench) error { return os.Remove(at(*b, "style.css")) },
		"a folder that is gone": func(_ *testing.T, b *bench) error {
			return os.RemoveAll(at(*b, "badges"))
		},
		"a folder for a file": func(_ *testing.T, b *bench) error {
			if err := os.Remove(at(*b, "style.css")); err != nil {
				return err
			}
			return os.Mkdir(at(*b, "style.css"), 0o755)
		},
		"a link for a file": func(_ *testing.T, b *bench) error {
			if err := os.Rename(at(*b, "style.css"), filepath.Join(b.dir, "style.css")); err != nil {
				return err
			}
			return os.Symlink("../style.css", at(*b, "style.css"))
		},
		"a link for a folder": func(_ *testing.T, b *bench) error {
			if err := os.Rename(at(*b, "badges"), filepath.Join(b.dir, "badges")); err != nil {
				return err
			}
			return os.Symlink("../badges", at(*b, "badges"))
		},
		"a link for a folder below": func(_ *testing.T, b *bench) error {
			if err := os.Rename(at(*b, "badges/go"), filepath.Join(b.dir, "go")); err != nil {
				return err
			}
			return os.Symlink("../../go", at(*b, "badges/go"))
		},
		"a link for the target": func(_ *testing.T, b *bench) error {
			if err := os.Rename(b.options.Dir, filepath.Join(b.dir, "elsewhere")); err != nil {
				return err
			}
			return os.Symlink("elsewhere", b.options.Dir)
		},
		"no target": func(_ *testing.T, b *bench) error { return os.RemoveAll(b.options.Dir) },
		"no record": func(_ *testing.T, b *bench) error { return os.Remove(b.options.Record) },
		"a cut record": func(t *testing.T, b *bench) error {
			return os.Truncate(b.options.Record, stat(t, *b, ".blazon/record").Size()-9)
		},
		"a wrong record": func(t *testing.T, b *bench) error {
			b.put(t, ".blazon/record", strings.Replace(b.get(t, ".blazon/record"), " index.html", " indez.html", 1))
			return nil
		},
		"a folder for the record": func(_ *testing.T, b *bench) error {
			if err := os.Remove(b.options.Record); err != nil {
				return err
			}
			return os.Mkdir(b.options.Record, 0o755)
		},
		"a record of elsewhere": func(t *testing.T, b *bench) error {
			b.put(t, ".blazon/other", b.get(t, ".blazon/record"))
			b.options.Dir, b.options.Record = filepath.Join(b.dir, "other"), filepath.Join(b.dir, ".blazon", "other")
			return os.Rename(filepath.Join(b.dir, "public"), b.options.Dir)
		},
		"a journal":            func(t *testing.T, b *bench) error { b.put(t, ".blazon/record.journal", ""); return nil },
		"a draft":              func(t *testing.T, b *bench) error { b.put(t, ".blazon/record.tmp", ""); return nil },
		"a killed build":       func(t *testing.T, b *bench) error { b.put(t, ".public.blazon-tmp/lock", ""); return nil },
		"a killed build in it": func(t *testing.T, b *bench) error { b.put(t, "public/.blazon-tmp/lock", ""); return nil },
		"another build": func(t *testing.T, b *bench) error {
			release, err := publish.OSDisk{}.Lock(b.options.Record + ".lock")
			t.Cleanup(func() { assert.NoError(t, release()) })
			return err
		},
		"a wish to trust nothing": func(_ *testing.T, b *bench) error { b.options.Full = true; return nil },
	}
	for name, plant := range plants {
		t.Run(name, func(t *testing.T) {
			b := labelled(t)
			b.write(t, first())
			b.write(t, second())
			_, ok := b.unchanged()
			require.True(t, ok)
			require.NoError(t, plant(t, &b))
			_, ok = b.unchanged()
			assert.False(t, ok)
		})
	}
}

// TestUnchangedFails lets each operation on the disk fail: there is no answer then, and nothing is done but that a lock may
// be left.
func TestUnchangedFails(t *testing.T) {
	b := labelled(t)
	b.write(t, second())
	whole := &fragile{}
	_, ok := publish.UnchangedOn(context.Background(), whole, b.options, isLabel)
	require.True(t, ok)
	require.Greater(t, whole.count, 2*len(second()))
	for n := range whole.count {
		d := &fragile{failAt: n + 1, err: os.ErrPermission}
		_, ok := publish.UnchangedOn(context.Background(), d, b.options, isLabel)
		assert.False(t, ok, d.hit)
		require.NotEmpty(t, d.hit)
		d.bury()
		_ = os.Remove(b.options.Record + ".lock")
		b.holds(t, second())
	}
	ended, end := context.WithCancel(context.Background())
	end()
	_, ok = publish.Unchanged(ended, b.options, isLabel)
	assert.False(t, ok)
}
