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

// Contents is what the files of a project were when they were read: the digest of each. Folders count by their names, as
// one may hide a file that the program carries.
type Contents struct {
	rooms []string
	files []content // by path within a room; folders too
}

type content struct {
	Entry
	folder bool
	sum    [sha256.Size]byte
	info   fs.FileInfo // as it was before the file was read; nil where it was not
	failed error       // to read it
}

// ReadContents reads every file below some folders of a project, such as content. Folders that are not there have none.
// What cannot be read Digest tells.
func ReadContents(fsys fs.FS, rooms ...string) *Contents {
	c := &Contents{rooms: rooms, files: listRooms(fsys, rooms)}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(c.files)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(c.files); i = int(next.Add(1)) - 1 {
				c.files[i].read(fsys)
			}
		})
	}
	wg.Wait()
	return c
}

// listRooms lists what is in the rooms, without reading it. A room that leads out of the project counts as something that
// is there and not followed, as for Sub.
func listRooms(fsys fs.FS, rooms []string) []content {
	var all []content
	for _, room := range rooms {
		if _, err := fs.Stat(fsys, room); err != nil && !errors.Is(err, fs.ErrNotExist) {
			all = append(all, content{Entry: Entry{Path: room, Err: err}})
			continue
		}
		err := walk(fsys, room, func(e Entry, folder bool) { all = append(all, content{Entry: e, folder: folder}) })
		if err != nil {
			all = append(all, content{Entry: Entry{Path: room}, failed: err})
		}
	}
	return all
}

func (c *content) read(fsys fs.FS) {
	if c.folder || c.Err != nil || c.failed != nil {
		return
	}
	f, err := fsys.Open(c.Path)
	if err != nil {
		c.failed = err
		return
	}
	defer f.Close()
	if c.info, c.failed = f.Stat(); c.failed != nil {
		return
	}
	h := sha256.New()
	if _, c.failed = io.Copy(h, f); c.failed == nil {
		h.Sum(c.sum[:0])
	}
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
		case f.folder:
			fmt.Fprintf(h, "%q/\n", f.Path)
		default:
			fmt.Fprintf(h, "%q %x\n", f.Path, f.sum)
		}
	}
	return errors.Join(unread...)
}

// Changed reports whether anything was done to the files since they were read, as far as their sizes, their times of
// change and their names tell, and names one of those that show it.
func (c *Contents) Changed(fsys fs.FS) (path string, changed bool) {
	now := listRooms(fsys, c.rooms)
	for i := range min(len(now), len(c.files)) {
		was, is := &c.files[i], &now[i]
		if is.Path != was.Path || is.folder != was.folder {
			return min(is.Path, was.Path), true
		}
		if was.info == nil {
			continue
		}
		info, err := fs.Stat(fsys, is.Path)
		if err != nil || info.Size() != was.info.Size() || !info.ModTime().Equal(was.info.ModTime()) {
			return is.Path, true
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
