// Package gallery keeps derived pictures in a folder from one build to the next: to reduce or draw a picture takes far
// longer than to read it back. A gallery only saves time. Whatever is in its folder, damaged or missing, the pictures that
// a build publishes are the same, and no failure to read or write it is an error.
//
// Several goroutines and several processes may use one folder at once.
package gallery

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Limit is the size in bytes that a folder may have by default: the pictures of about 10,000 classes.
const Limit = 1 << 30

const (
	// magic begins every picture's file. It changes with the form of the files.
	magic    = "blazon picture 1\n"
	maxEntry = 64 << 20 // bytes of a picture
	suffix   = ".tmp"

	// A picture counts as used on the day of its file's time of change.
	day = 24 * time.Hour
)

// Gallery is a folder of pictures. The zero value and nil keep nothing.
type Gallery struct {
	dir   string
	limit int64
	now   time.Time

	opening sync.Once
	root    *os.Root // nil where the folder cannot be used

	serial atomic.Int64 // of files that this process began
	wrote  atomic.Bool  // a picture, so that it is worth looking for ones to remove
}

// Open returns the gallery in a folder, which it makes when the first picture is put there. now is the time that counts
// as today, for telling which pictures were not used for long. limit is the size in bytes that Close keeps to.
func Open(dir string, now time.Time, limit int64) *Gallery {
	return &Gallery{dir: dir, now: now, limit: limit}
}

// folder opens the folder, once. Nothing is read or written outside of it, wherever links in it lead.
func (g *Gallery) folder(create bool) *os.Root {
	if g == nil || g.dir == "" {
		return nil
	}
	if !create {
		if _, err := os.Stat(g.dir); err != nil {
			return nil // not yet: it may be made later
		}
	}
	g.opening.Do(func() {
		if create && os.MkdirAll(g.dir, 0o755) != nil {
			return
		}
		if root, err := os.OpenRoot(g.dir); err == nil {
			g.root = root
		}
	})
	return g.root
}

// place is where a picture stands: few hundred folders of few hundred files.
func place(key [32]byte) string {
	name := hex.EncodeToString(key[:])
	return name[:2] + "/" + name[2:]
}

// Get returns the picture that was put under the key. It is not ok where there is none, or not the one that was put.
func (g *Gallery) Get(key [32]byte) (data []byte, ok bool) {
	root := g.folder(false)
	if root == nil {
		return nil, false
	}
	name := place(key)
	f, err := root.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxEntry+int64(len(magic)+sha256.Size) {
		return nil, false
	}
	file := make([]byte, info.Size())
	if _, err := io.ReadFull(f, file); err != nil {
		return nil, false
	}
	rest, ok := bytes.CutPrefix(file, []byte(magic))
	if !ok || len(rest) < sha256.Size || [32]byte(rest) != sum(key, rest[sha256.Size:]) {
		return nil, false
	}
	if g.now.Sub(info.ModTime()) > day {
		_ = root.Chtimes(name, g.now, g.now) // then it is removed earlier than it should be
	}
	return rest[sha256.Size:], true
}

// sum tells a picture from a damaged one, and from one under another's name.
func sum(key [32]byte, data []byte) [32]byte {
	h := sha256.New()
	h.Write(key[:])
	h.Write(data)
	return [32]byte(h.Sum(nil))
}

// Put keeps a picture under a key. A reader sees all of it or nothing.
func (g *Gallery) Put(key [32]byte, data []byte) {
	if len(data) > maxEntry {
		return
	}
	root := g.folder(true)
	if root == nil {
		return
	}
	name := place(key)
	if err := root.Mkdir(path.Dir(name), 0o755); err != nil && !os.IsExist(err) {
		return
	}
	begun := name + "." + strconv.Itoa(os.Getpid()) + "." + strconv.FormatInt(g.serial.Add(1), 10) + suffix
	check := sum(key, data)
	if !write(root, begun, []byte(magic), check[:], data) || root.Rename(begun, name) != nil {
		_ = root.Remove(begun) // else Close finds it
		return
	}
	_ = root.Chtimes(name, g.now, g.now)
	g.wrote.Store(true)
}

func write(root *os.Root, name string, parts ...[]byte) bool {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return false
	}
	for _, p := range parts {
		if _, err = f.Write(p); err != nil {
			break
		}
	}
	return f.Close() == nil && err == nil
}

// Close ends the use of the gallery. Where pictures were put, those that were not used for longest are removed until the
// rest keeps to the limit, and with them what killed processes left behind.
func (g *Gallery) Close() {
	root := g.folder(false)
	if root == nil {
		return
	}
	if g.wrote.Load() {
		g.prune(root)
	}
	_ = root.Close() // only read from by now
	g.root = nil
}

// entry is a file of the folder.
type entry struct {
	name string
	size int64
	used time.Time
}

func (g *Gallery) prune(root *os.Root) {
	var all []entry
	total := int64(0)
	_ = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // what cannot be listed is left alone
		}
		info, err := d.Info()
		if err != nil || !ours(name) {
			return nil
		}
		if strings.HasSuffix(name, suffix) {
			if g.now.Sub(info.ModTime()) > day {
				_ = root.Remove(name)
			}
			return nil
		}
		all = append(all, entry{name, info.Size(), info.ModTime()})
		total += info.Size()
		return nil
	})
	if total <= g.limit {
		return
	}
	slices.SortFunc(all, func(a, b entry) int {
		if c := a.used.Compare(b.used); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
	for _, e := range all {
		if total <= g.limit-g.limit/8 { // not again by the next picture
			return
		}
		if root.Remove(e.name) == nil {
			total -= e.size
		}
	}
}

// ours reports whether a file has a name that Put gives. Nothing else is removed.
func ours(name string) bool {
	dir, file := path.Split(name)
	file, _, _ = strings.Cut(file, ".")
	key, err := hex.DecodeString(strings.TrimSuffix(dir, "/") + file)
	return err == nil && len(key) == 32
}
