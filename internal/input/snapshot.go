package input

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

const (
	// heldFile and heldTotal are how large a file, and all files, may be for a snapshot to hold them in memory. What is
	// larger is read from the folder when it is asked for.
	heldFile  = 64 << 20
	heldTotal = 512 << 20

	// fresh is for how long after its last change a file may change again without its time of change showing it: file
	// systems count time in steps of up to two seconds.
	fresh = 3 * time.Second
)

// Snapshot is a copy of some of a project's folders, as they were at one moment: what somebody does to the files later
// does not show in it. It answers as the Folder would, and may be read by any number of goroutines.
type Snapshot struct {
	dir   string
	taken time.Time
	files map[string]*held
	total int64
}

// held is a file or folder of a snapshot.
type held struct {
	name    string
	lstat   fs.FileInfo // of the name itself, which may be a link
	info    fs.FileInfo // of what it leads to; nil where err is set
	err     error       // why it cannot be read
	data    []byte
	inside  bool          // data holds the file
	entries []fs.DirEntry // of a folder, sorted
}

var (
	_ fs.ReadFileFS = (*Snapshot)(nil)
	_ fs.ReadDirFS  = (*Snapshot)(nil)
	_ fs.StatFS     = (*Snapshot)(nil)
)

// Take copies the rooms of the project in a folder: such as content, with everything below it. A room that is not there is
// not in the snapshot either. Files that are the same as in the snapshot before, which may be nil, are not read again. now
// is the moment; it tells which files might change once more without its being seen.
func Take(dir string, rooms []string, before *Snapshot, now time.Time) (*Snapshot, error) {
	folder, err := OpenFolder(dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	if before == nil {
		before = &Snapshot{}
	}
	s := &Snapshot{dir: dir, taken: now, files: make(map[string]*held, len(before.files))}
	top := &held{name: "."}
	if top.lstat, err = fs.Stat(folder, "."); err != nil {
		return nil, err
	}
	top.info = top.lstat
	s.files["."] = top
	for _, room := range rooms {
		lstat, err := folder.root.Lstat(room)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			s.files[room] = &held{name: room, err: err}
			continue
		}
		s.take(folder, room, lstat, before)
		top.entries = append(top.entries, fs.FileInfoToDirEntry(lstat))
	}
	slices.SortFunc(top.entries, byName)
	return s, nil
}

func byName(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) }

func (s *Snapshot) take(folder *Folder, name string, lstat fs.FileInfo, before *Snapshot) {
	h := &held{name: name, lstat: lstat, info: lstat}
	s.files[name] = h
	link := lstat.Mode()&fs.ModeSymlink != 0
	if link {
		if h.info, h.err = fs.Stat(folder, name); h.err != nil {
			return
		}
	}
	switch {
	case h.info.IsDir() && (!link || !strings.Contains(name, "/")):
		s.list(folder, h, before)
	case h.info.Mode().IsRegular():
		s.hold(folder, h, before)
	}
}

// list copies what is in a folder.
func (s *Snapshot) list(folder *Folder, h *held, before *Snapshot) {
	entries, err := fs.ReadDir(folder, h.name)
	if err != nil {
		h.err = err
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // it went while the folder was read
		}
		name := path.Join(h.name, e.Name())
		h.entries = append(h.entries, e)
		if err != nil {
			s.files[name] = &held{name: name, err: err}
			continue
		}
		s.take(folder, name, info, before)
	}
}

// hold copies a file, from the snapshot before where it is the same.
func (s *Snapshot) hold(folder *Folder, h *held, before *Snapshot) {
	if old := before.files[h.name]; old != nil && old.inside && before.trusts(old) && same(old.info, h.info) && same(old.lstat, h.lstat) {
		h.data, h.inside = old.data, true
		s.total += int64(len(h.data))
		return
	}
	size := h.info.Size()
	if size > heldFile || s.total+size > heldTotal {
		return
	}
	data, err := fs.ReadFile(folder, h.name)
	if err != nil {
		h.err = err
		return
	}
	if old := before.files[h.name]; old != nil && bytes.Equal(old.data, data) {
		data = old.data
	}
	h.data, h.inside = data, true
	if int64(len(data)) != size {
		h.info = sized{h.info, int64(len(data))} // it was being written
	}
	s.total += int64(len(data))
}

// trusts reports whether a file's size and time of change would show that it has changed since.
func (s *Snapshot) trusts(h *held) bool { return s.taken.Sub(h.info.ModTime()) > fresh }

func same(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && a.Mode() == b.Mode() && os.SameFile(a, b)
}

// sized is a file's info with the size that was read.
type sized struct {
	fs.FileInfo
	size int64
}

func (i sized) Size() int64 { return i.size }

// Changed lists the files that differ between two snapshots, sorted. before may be nil, and then all differ.
func (s *Snapshot) Changed(before *Snapshot) []string {
	if before == nil {
		before = &Snapshot{}
	}
	var names []string
	for name, h := range s.files {
		if h.info != nil && h.info.IsDir() {
			continue
		}
		if old, ok := before.files[name]; !ok || !h.equal(old) {
			names = append(names, name)
		}
	}
	for name, old := range before.files {
		if _, ok := s.files[name]; !ok && (old.info == nil || !old.info.IsDir()) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (h *held) equal(old *held) bool {
	switch {
	case (h.err == nil) != (old.err == nil):
		return false
	case h.err != nil:
		return h.err.Error() == old.err.Error()
	case h.inside && old.inside:
		return bytes.Equal(h.data, old.data)
	}
	return h.inside == old.inside && same(h.info, old.info)
}

// find is what the snapshot has under a name.
func (s *Snapshot) find(op, name string) (*held, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	h, ok := s.files[name]
	switch {
	case !ok:
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	case h.err != nil:
		return nil, h.err
	}
	return h, nil
}

// Stat is fs.StatFS.
func (s *Snapshot) Stat(name string) (fs.FileInfo, error) {
	h, err := s.find("stat", name)
	if err != nil {
		return nil, err
	}
	return h.info, nil
}

// ReadDir is fs.ReadDirFS.
func (s *Snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	h, err := s.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !h.info.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a directory")}
	}
	return slices.Clone(h.entries), nil
}

// ReadFile is fs.ReadFileFS.
func (s *Snapshot) ReadFile(name string) ([]byte, error) {
	h, err := s.find("open", name)
	if err != nil {
		return nil, err
	}
	if h.inside {
		return bytes.Clone(h.data), nil
	}
	return s.late(h)
}

// late reads a file that the snapshot does not hold.
func (s *Snapshot) late(h *held) ([]byte, error) {
	if !h.info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: h.name, Err: errors.New("is not a regular file")}
	}
	folder, err := OpenFolder(s.dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return fs.ReadFile(folder, h.name)
}

// Open is fs.FS.
func (s *Snapshot) Open(name string) (fs.File, error) {
	h, err := s.find("open", name)
	if err != nil {
		return nil, err
	}
	if h.info.IsDir() {
		return &folder{File: &copied{held: h}, entries: slices.Clone(h.entries)}, nil
	}
	data := h.data
	if !h.inside {
		if data, err = s.late(h); err != nil {
			return nil, err
		}
	}
	return &copied{held: h, Reader: bytes.NewReader(data)}, nil
}

// copied is an open file of a snapshot.
type copied struct {
	held *held
	*bytes.Reader
}

func (c *copied) Stat() (fs.FileInfo, error) { return c.held.info, nil }
func (c *copied) Close() error               { return nil }

func (c *copied) Read(p []byte) (int, error) {
	if c.Reader == nil {
		return 0, &fs.PathError{Op: "read", Path: c.held.name, Err: errors.New("is a directory")}
	}
	return c.Reader.Read(p)
}

var _ io.ReaderAt = (*copied)(nil)
