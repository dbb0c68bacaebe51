package input

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"sync"
	"sync/atomic"
)

// Contents is what the files of a project were when they were read: the digest of each.
type Contents struct {
	rooms []string
	files []content // by path within a room
}

type content struct {
	Entry
	sum    [sha256.Size]byte
	info   fs.FileInfo // as it was before the file was read; nil where it was not
	failed error       // to read it
}

// ReadContents reads every file below some folders of a project, such as content. Folders that are not there have none.
func ReadContents(fsys fs.FS, rooms ...string) (*Contents, error) {
	c := &Contents{rooms: rooms}
	entries, err := listRooms(fsys, rooms)
	if err != nil {
		return nil, err
	}
	c.files = make([]content, len(entries))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(entries)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(entries); i = int(next.Add(1)) - 1 {
				c.files[i] = readContent(fsys, entries[i])
			}
		})
	}
	wg.Wait()
	return c, nil
}

func listRooms(fsys fs.FS, rooms []string) ([]Entry, error) {
	var all []Entry
	for _, room := range rooms {
		entries, err := Files(fsys, room)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return all, nil
}

func readContent(fsys fs.FS, e Entry) content {
	c := content{Entry: e}
	if c.Err != nil {
		return c
	}
	f, err := fsys.Open(e.Path)
	if err != nil {
		c.failed = err
		return c
	}
	defer f.Close()
	if c.info, c.failed = f.Stat(); c.failed != nil {
		return c
	}
	h := sha256.New()
	if _, c.failed = io.Copy(h, f); c.failed == nil {
		h.Sum(c.sum[:0])
	}
	return c
}

// Digest adds to a digest the path and the bytes of every file for which holds is true, nil standing for all: equal files
// under equal paths add the same. Of what Files lists with an error, that is added. An error says which files could not
// be read.
func (c *Contents) Digest(h io.Writer, holds func(path string) bool) error {
	var unread []error
	for i := range c.files {
		f := &c.files[i]
		if holds != nil && !holds(f.Path) {
			continue
		}
		switch {
		case f.failed != nil:
			unread = append(unread, fmt.Errorf("%s: %w", f.Path, f.failed))
		case f.Err != nil:
			fmt.Fprintf(h, "%q %q\n", f.Path, f.Err)
		default:
			fmt.Fprintf(h, "%q %x\n", f.Path, f.sum)
		}
	}
	return errors.Join(unread...)
}

// Changed reports whether anything was done to the files since they were read, as far as their sizes, their times of
// change and their names tell, and names one of those that show it.
func (c *Contents) Changed(fsys fs.FS) (path string, changed bool) {
	now, err := listRooms(fsys, c.rooms)
	if err != nil {
		return c.rooms[0], true
	}
	for i := range min(len(now), len(c.files)) {
		if now[i].Path != c.files[i].Path {
			return min(now[i].Path, c.files[i].Path), true
		}
		if c.files[i].info == nil {
			continue
		}
		info, err := fs.Stat(fsys, now[i].Path)
		if err != nil || info.Size() != c.files[i].info.Size() || !info.ModTime().Equal(c.files[i].info.ModTime()) {
			return now[i].Path, true
		}
	}
	switch n := min(len(now), len(c.files)); {
	case n < len(now):
		return now[n].Path, true
	case n < len(c.files):
		return c.files[n].Path, true
	}
	return "", false
}
