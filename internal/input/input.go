// Package input opens what a site is made from as an fs.FS: a project's folder, out of which no path and no link leads,
// and the user's files lying over the program's own.
package input

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
)

// Folder is a project's folder, opened so that nothing outside it can be read: a symbolic link that leaves it fails.
type Folder struct {
	root *os.Root
	fs.FS
}

// OpenFolder opens a folder. The caller closes it.
func OpenFolder(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("couldn't open the project: %w", err)
	}
	return &Folder{root: root, FS: root.FS()}, nil
}

// Root gives access for writing to the folder, bounded as reading is.
func (f *Folder) Root() *os.Root { return f.root }

var _ fs.StatFS = (*Folder)(nil)

// Stat describes a file without opening it, which would wait for ever where it is a pipe.
func (f *Folder) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.FS, name) }

// Close releases the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Sub is a folder of a project as an fs.FS of its own; an empty one where there is none.
func Sub(fsys fs.FS, dir string) fs.FS {
	if info, err := fs.Stat(fsys, dir); err != nil || !info.IsDir() {
		return empty{}
	}
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		return empty{}
	}
	return sub
}

type empty struct{}

func (empty) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Overlay is a file system in which upper's files hide lower's of the same name.
func Overlay(upper, lower fs.FS) fs.FS { return overlay{upper, lower} }

type overlay struct{ upper, lower fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.upper.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = o.lower.Open(name)
	}
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.IsDir() {
		return f, err
	}
	entries, err := o.ReadDir(name)
	if err != nil {
		f.Close()
		return nil, err
	}
	return &folder{File: f, entries: entries}, nil
}

// folder is an open folder that lists both layers.
type folder struct {
	fs.File
	entries []fs.DirEntry
}

func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		all := f.entries
		f.entries = nil
		return all, nil
	}
	if len(f.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.entries))
	next := f.entries[:n]
	f.entries = f.entries[n:]
	return next, nil
}

func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.upper, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	lower, lowerErr := fs.ReadDir(o.lower, name)
	if err != nil && lowerErr != nil {
		return nil, lowerErr
	}
	for _, e := range lower {
		if !slices.ContainsFunc(entries, func(u fs.DirEntry) bool { return u.Name() == e.Name() }) {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		if a.Name() < b.Name() {
			return -1
		}
		return 1
	})
	return entries, nil
}

// Entry is a file found by Files.
type Entry struct {
	Path string
	Err  error // set where the file is a link that cannot be followed, or nothing that can be read
}

// Files lists the files below a folder, sorted by path. A link to a file counts as one; a link to a folder, or out of
// the project, comes back with its error. A folder that is not there has no files.
func Files(fsys fs.FS, dir string) ([]Entry, error) {
	var files []Entry
	err := walk(fsys, dir, func(e Entry, folder bool) {
		if !folder {
			files = append(files, e)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list %s: %w", path.Clean(dir), err)
	}
	return files, nil
}

// walk tells of a folder and of everything below it, sorted by path.
func walk(fsys fs.FS, dir string, tell func(e Entry, folder bool)) error {
	return fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == dir && errors.Is(err, fs.ErrNotExist):
			return fs.SkipAll
		case err != nil:
			return err
		case d.IsDir():
			tell(Entry{Path: name}, true)
		case d.Type()&fs.ModeSymlink != 0:
			tell(Entry{Path: name, Err: linkError(fsys, name)}, false)
		case !d.Type().IsRegular():
			tell(Entry{Path: name, Err: errors.New("is not a regular file")}, false)
		default:
			tell(Entry{Path: name}, false)
		}
		return nil
	})
}

func linkError(fsys fs.FS, name string) error {
	info, err := fs.Stat(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("is a link to nothing")
	case err != nil:
		return errors.New("is a link that leaves the project")
	case info.IsDir():
		return errors.New("is a link to a folder, which is not followed")
	case !info.Mode().IsRegular():
		return errors.New("is a link to something that is not a regular file")
	}
	return nil
}
