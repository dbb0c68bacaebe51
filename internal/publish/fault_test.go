package publish_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/publish"
)

// mode is how an operation fails.
type mode int

const (
	refused mode = iota // nothing happens but the error; of a file or a tree half may be done
	unsure              // it happens, and the error comes nevertheless
	killed              // nothing happens from here on
)

func (m mode) String() string { return [...]string{"refused", "unsure", "killed"}[m] }

var errKilled = errors.New("killed")

// fragile is a disk on which one operation fails. It does one operation at a time.
type fragile struct {
	real publish.OSDisk
	mu   sync.Mutex

	count  int // operations so far
	failAt int // 0 for never
	mode   mode
	err    error
	after  func(op string) error // looks at the disk after each operation
	volume string                // a folder that takes no renames from outside
	only   string                // if not "", only operations with this in their description count

	seen  error // the first error of after
	hit   string
	locks map[string]func() error
}

var _ publish.Disk = (*fragile)(nil)

func (f *fragile) do(op string, half, full func() error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.only == "" || strings.Contains(op, f.only) {
		f.count++
	}
	fails := f.failAt > 0 && f.count == f.failAt
	if f.hit != "" && f.mode == killed {
		return errKilled
	}
	var err error
	switch {
	case fails && f.hit == "" && f.mode != unsure:
		f.hit = op
		half()
		err = f.err
		if f.mode == killed {
			err = errKilled
		}
	case fails && f.hit == "":
		f.hit = op
		if err = full(); err == nil {
			err = f.err
		}
	default:
		err = full()
	}
	if f.after != nil && f.seen == nil {
		if torn := f.after(op); torn != nil {
			f.seen = fmt.Errorf("after operation %d (%s): %w", f.count, op, torn)
		}
	}
	return err
}

func nothing() error { return nil }

// bury drops the locks that a killed run had, as the system does, and leaves their files.
func (f *fragile) bury() {
	for name, release := range f.locks {
		_ = release()
		if _, err := os.Stat(filepath.Dir(name)); err == nil {
			_ = os.WriteFile(name, []byte("4194305\n"), 0o600)
		}
	}
}

func (f *fragile) Resolve(name string) (out string, err error) {
	err = f.do("resolve "+name, nothing, func() (err error) { out, err = f.real.Resolve(name); return err })
	return out, err
}

func (f *fragile) Lstat(name string) (out fs.FileInfo, err error) {
	err = f.do("lstat "+name, nothing, func() (err error) { out, err = f.real.Lstat(name); return err })
	return out, err
}

func (f *fragile) ReadDir(name string) (out []fs.DirEntry, err error) {
	err = f.do("readdir "+name, nothing, func() (err error) { out, err = f.real.ReadDir(name); return err })
	return out, err
}

func (f *fragile) ReadFile(name string) (out []byte, err error) {
	err = f.do("readfile "+name, nothing, func() (err error) { out, err = f.real.ReadFile(name); return err })
	return out, err
}

func (f *fragile) OpenRoot(name string) (out *os.Root, err error) {
	err = f.do("openroot "+name, nothing, func() (err error) { out, err = f.real.OpenRoot(name); return err })
	if err != nil && out != nil {
		out.Close()
	}
	return out, err
}

func (f *fragile) Mkdir(name string, perm fs.FileMode) error {
	return f.do("mkdir "+name, nothing, func() error { return f.real.Mkdir(name, perm) })
}

func (f *fragile) MkdirAll(name string, perm fs.FileMode) error {
	return f.do("mkdirall "+name, nothing, func() error { return f.real.MkdirAll(name, perm) })
}

func (f *fragile) Open(name string) (out io.ReadCloser, err error) {
	err = f.do("readfile "+name, nothing, func() (err error) { out, err = f.real.Open(name); return err })
	if err != nil && out != nil {
		out.Close()
	}
	return out, err
}

// Stream breaks off in the middle where Create would.
func (f *fragile) Stream(name string, write func(io.Writer) error) error {
	var data bytes.Buffer
	if err := write(&data); err != nil {
		return err
	}
	_, err := f.Create(name, data.Bytes()) // no sync: many builds in little time
	return err
}

// Base names every file from the root, so that each operation is one of ours.
func (f *fragile) Base(dir string) (out publish.Base, err error) {
	err = f.do("base "+dir, nothing, func() error {
		real, err := f.real.Base(dir)
		if err == nil {
			real.Close()
			out = publish.NamedBase(f, dir)
		}
		return err
	})
	return out, err
}

func (f *fragile) Create(name string, data []byte) (out int64, err error) {
	err = f.do("create "+name,
		func() error { return os.WriteFile(name, data[:len(data)/2], 0o644) },
		func() (err error) { out, err = f.real.Create(name, data); return err })
	return out, err
}

func (f *fragile) Rename(from, to string) error {
	return f.do("rename "+from+" "+to, nothing, func() error {
		if f.volume != "" && isIn(f.volume, from) != isIn(f.volume, to) {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.EXDEV}
		}
		return f.real.Rename(from, to)
	})
}

func isIn(dir, name string) bool { return name != dir && strings.HasPrefix(name+"/", dir+"/") }

func (f *fragile) Remove(name string) error {
	return f.do("remove "+name, nothing, func() error { return f.real.Remove(name) })
}

func (f *fragile) RemoveAll(name string) error {
	return f.do("removeall "+name, func() error {
		entries, err := os.ReadDir(name)
		for _, e := range entries[:len(entries)/2] {
			_ = os.RemoveAll(filepath.Join(name, e.Name()))
		}
		return err
	}, func() error { return f.real.RemoveAll(name) })
}

func (f *fragile) Lock(name string) (release func() error, err error) {
	var real func() error
	err = f.do("lock "+name, nothing, func() (err error) {
		real, err = f.real.Lock(name)
		return err
	})
	if real == nil {
		return nil, err
	}
	if err != nil {
		return nil, errors.Join(err, real())
	}
	if f.locks == nil {
		f.locks = map[string]func() error{}
	}
	f.locks[name] = real
	return func() error {
		err := f.do("unlock "+name, nothing, func() error {
			delete(f.locks, name)
			return real()
		})
		if f.mode != killed && f.locks[name] != nil {
			// A lock that could not be removed is dropped nevertheless when the process ends.
			delete(f.locks, name)
			err = errors.Join(err, real())
		}
		return err
	}, nil
}

// scenario is a publication to be disturbed.
type scenario struct {
	name   string
	before site // nil: none
	prep   func(t testing.TB, b bench)
	after  site
	next   site // what the next run publishes; after where nil
	volume bool // the target takes no renames from outside
	sites  []site
	full   bool
	loose  bool // without a record, what is no longer published stays
	minor  bool // of the other faults only some are tried
}

func scenarios() []scenario {
	emptyTarget := func(t testing.TB, b bench) { require.NoError(t, os.MkdirAll(b.options.Dir, 0o755)) }
	return []scenario{
		{name: "first", after: first()},
		{name: "first into an empty folder", minor: true, after: first(), prep: emptyTarget},
		{name: "first into an empty volume", after: first(), prep: emptyTarget, volume: true},
		{name: "first, then another", minor: true, after: first(), next: second(), prep: emptyTarget},
		{name: "update", before: first(), after: second()},
		{name: "update, then another", minor: true, before: first(), after: second(), next: third()},
		{name: "update of a volume", minor: true, before: first(), after: second(), volume: true},
		{name: "update with full", minor: true, before: first(), after: third(), full: true},
		{name: "update without awards", minor: true, before: first().without("awards/").with(class("go", "go")).with(site{
			"ledger.txt": first()["style.css"]}), after: second()},
		{name: "update after an interrupted one", minor: true, before: first(), after: third(), prep: func(t testing.TB, b bench) {
			d := &fragile{mode: killed, failAt: 12, only: "rename"}
			_, err := b.on(d, t, second())
			require.ErrorIs(t, err, errKilled)
			d.bury()
		}, sites: []site{first(), second(), third()}},
		{name: "update over empty folders", minor: true, before: first(), after: second(), prep: func(t testing.TB, b bench) {
			for _, dir := range []string{"awards/a2", "badges/rust", "docs/deep/er"} {
				require.NoError(t, os.MkdirAll(filepath.Join(b.options.Dir, filepath.FromSlash(dir)), 0o755))
			}
		}},
		{name: "nothing changes", minor: true, before: second(), after: second()},
		{name: "no record", minor: true, before: first(), after: second(), prep: func(t testing.TB, b bench) {
			require.NoError(t, os.RemoveAll(filepath.Dir(b.options.Record)))
		}, loose: true},
		{name: "target deleted", minor: true, before: first(), after: second(), prep: func(t testing.TB, b bench) {
			require.NoError(t, os.RemoveAll(b.options.Dir))
		}},
	}
}

func (s site) without(prefix string) site {
	pages := site{}
	for name := range s {
		if strings.HasPrefix(name, prefix) {
			pages[name] = page{}
		}
	}
	return s.with(pages)
}

// brief is a folder of a test that publishes hundreds of times: in memory where the system has such a place.
func brief(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "blazon-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// start makes the state before a scenario's publication.
func (sc scenario) start(t testing.TB, dir string) bench {
	b := benchIn(dir)
	if sc.before != nil {
		_, err := b.on(&fragile{}, t, sc.before)
		require.NoError(t, err)
	}
	if sc.prep != nil {
		sc.prep(t, b)
	}
	b.options.Full = sc.full
	b.options.Ours = func(dir fs.FS) bool {
		_, err := fs.Stat(dir, "style.css")
		return err == nil
	}
	return b
}

func (sc scenario) disk(b bench) *fragile {
	d := &fragile{err: syscall.ENOSPC}
	if sc.volume {
		d.volume = b.options.Dir
	}
	return d
}

// all is every site that may be there in part.
func (sc scenario) all() []site {
	if sc.sites != nil {
		return sc.sites
	}
	all := []site{sc.after}
	if sc.before != nil {
		all = append(all, sc.before)
	}
	if sc.next != nil {
		all = append(all, sc.next)
	}
	return all
}

func (sc scenario) last() site {
	switch {
	case sc.loose:
		return sc.after.with(site{"old/index.html": sc.before["old/index.html"], "old/pic.png": sc.before["old/pic.png"]})
	case sc.next != nil:
		return sc.next
	}
	return sc.after
}

func (sc scenario) finish(t testing.TB, b bench, d publish.Disk) {
	t.Helper()
	next := sc.after
	if sc.next != nil {
		next = sc.next
	}
	_, err := b.on(d, t, next)
	require.NoError(t, err)
}

// TestNeverTorn looks at the target after every single operation.
func TestNeverTorn(t *testing.T) {
	for _, sc := range scenarios() {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s/workers-%d", sc.name, workers), func(t *testing.T) {
				b := sc.start(t, t.TempDir())
				b.options.Workers = workers
				d := sc.disk(b)
				d.after = func(string) error { return b.torn(sc.all()...) }
				_, err := b.on(d, t, sc.after)
				require.NoError(t, err)
				require.NoError(t, d.seen)
				assert.Greater(t, d.count, 20)
				d.after = nil
				sc.finish(t, b, d)
				b.holds(t, sc.last())
			})
		}
	}
}

// TestFaults lets every single operation fail in every way, and then builds again.
func TestFaults(t *testing.T) {
	for _, sc := range scenarios() {
		for _, m := range []mode{refused, unsure, killed} {
			t.Run(fmt.Sprintf("%s/%s", sc.name, m), func(t *testing.T) {
				step := 1
				if testing.Short() || sc.minor && m != killed {
					step = 9
				}
				home, count := brief(t), 0
				for n := 1; ; n += step {
					b := sc.start(t, filepath.Join(home, fmt.Sprint(n)))
					d := sc.disk(b)
					d.failAt, d.mode = n, m
					_, err := b.on(d, t, sc.after)
					d.bury()
					if d.hit == "" {
						require.NoError(t, err)
						break
					}
					count++
					at := fmt.Sprintf("operation %d (%s)", n, d.hit)
					require.NoError(t, b.torn(sc.all()...), at)
					if m == killed && err == nil {
						assert.True(t, isCleaning(d.hit), at)
					}
					again := sc.disk(b)
					if n%37 == 1 {
						again.after = func(string) error { return b.torn(sc.all()...) }
					}
					sc.finish(t, b, again)
					require.NoError(t, again.seen, at)
					b.holds(t, sc.last())
					require.NoError(t, os.RemoveAll(b.dir))
				}
				assert.Greater(t, count, 20/step)
			})
		}
	}
}

// isCleaning reports whether an operation may fail without making a publication fail: it is there to look whether
// something is there, or to clean up when the site is complete.
func isCleaning(op string) bool {
	return slices.ContainsFunc([]string{"readdir", "removeall", "unlock", "remove", "lstat", "rename"}, func(verb string) bool {
		return strings.HasPrefix(op, verb+" ")
	}) && (!strings.Contains(op, "public/") || strings.Contains(op, "public/.blazon-tmp"))
}

// TestTwoFaults kills a publication, then the one that would complete it, then completes it with other contents.
func TestTwoFaults(t *testing.T) {
	home := brief(t)
	for n := 1; ; n += 7 {
		b := benchIn(filepath.Join(home, fmt.Sprint(n)))
		_, err := b.on(&fragile{}, t, first())
		require.NoError(t, err)
		d := &fragile{mode: killed, failAt: n}
		_, _ = b.on(d, t, second())
		d.bury()
		if d.hit == "" {
			break
		}
		for k := 5; ; k += 29 {
			d := &fragile{mode: killed, failAt: k}
			_, _ = b.on(d, t, third())
			d.bury()
			require.NoError(t, b.torn(first(), second(), third()), "%d %d", n, k)
			if d.hit == "" {
				break
			}
		}
		_, err = b.on(&fragile{}, t, third())
		require.NoError(t, err)
		b.holds(t, third())
	}
}

// TestDiskFull says that the disk is full while files are made: the target stays as it was.
func TestDiskFull(t *testing.T) {
	b := newBench(t)
	b.write(t, first())
	for n := 1; ; n++ {
		d := &fragile{err: syscall.ENOSPC, failAt: n, only: "create"}
		_, err := b.on(d, t, second())
		if d.hit == "" {
			require.NoError(t, err)
			break
		}
		require.ErrorIs(t, err, syscall.ENOSPC)
		assert.ErrorContains(t, err, "couldn't write")
		if !strings.HasSuffix(d.hit, "record.tmp") {
			b.holds(t, first()) // nothing temporary is left either
		}
	}
	b.holds(t, second())
}
