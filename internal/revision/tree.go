package revision

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Tree is a project's folder at a commit. Links are followed where they stay inside the folder, as in a folder on the
// disk. Files whose names are not UTF-8, which a folder on the disk does not show either, are left out.
type Tree struct {
	Commit string // the hash of the commit
	Own    bool   // it is that of the revision asked for, not of a merge base before it
	Prefix string // where the project is in the repository: "", or "badges"

	blobs      *blobs
	root       *node
	submodules []string

	mu  sync.Mutex
	lfs []string // files that turned out to be pointers
}

var (
	_ fs.ReadFileFS = (*Tree)(nil)
	_ fs.StatFS     = (*Tree)(nil)
	_ fs.ReadDirFS  = (*Tree)(nil)
	_ fs.ReadLinkFS = (*Tree)(nil)
)

// node is a file or a folder.
type node struct {
	name     string
	mode     fs.FileMode
	hash     string
	size     int64   // -1: not known
	children []*node // of a folder, sorted by name
}

// fileLimit is the number of files that are listed.
const fileLimit = 2 << 20

// maxLinks is the most links that a path may lead through.
const maxLinks = 40

// Close ends the process that reads the tree.
func (t *Tree) Close() error { return t.blobs.close() }

// Pointers are the files that were found to be pointers of Git LFS when they were read, sorted.
func (t *Tree) Pointers() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.Sort(t.lfs)
	return slices.Compact(slices.Clone(t.lfs))
}

// Submodules are the folders that are other repositories, sorted. Nothing is read from them: they are empty.
func (t *Tree) Submodules() []string { return t.submodules }

// Holding lists the folders of the whole repository that hold a file at the commit, sorted; "" is its top.
func (t *Tree) Holding(ctx context.Context, file string) ([]string, error) {
	out, err := t.blobs.git.run(ctx, "ls-tree", "-r", "-z", "--full-tree", t.Commit)
	if err != nil {
		return nil, refusal(err, "git cannot list "+Short(t.Commit))
	}
	var folders []string
	err = entries(out, func(e entry) error {
		if e.path == file {
			folders = append(folders, "")
		} else if dir, ok := strings.CutSuffix(e.path, "/"+file); ok {
			folders = append(folders, dir)
		}
		return nil
	})
	slices.Sort(folders)
	return folders, err
}

// list reads the names of all files, and the sizes of those in the rooms.
func (t *Tree) list(ctx context.Context, g git, rooms []string) error {
	t.root = &node{name: ".", mode: fs.ModeDir | 0o555} // empty, as long as the folder is not there
	object := t.Commit + ":" + t.Prefix
	if t.Prefix != "" {
		kind, err := g.run(ctx, "cat-file", "-t", object)
		var failed *exit
		if errors.As(err, &failed) || err == nil && strings.TrimSpace(string(kind)) != "tree" {
			return nil // the folder was not there yet
		}
	}
	out, err := g.run(ctx, "ls-tree", "-r", "-z", "--full-tree", object)
	if err != nil {
		return refusal(err, "git cannot list "+Short(t.Commit))
	}
	sizes := make(map[string]int64)
	if len(rooms) > 0 {
		long, err := g.run(ctx, append([]string{"ls-tree", "-r", "-z", "-l", "--full-tree", object}, rooms...)...)
		if err != nil {
			return refusal(err, "git cannot list "+Short(t.Commit))
		}
		err = entries(long, func(e entry) error {
			if size, err := strconv.ParseInt(e.size, 10, 64); err == nil {
				sizes[e.path] = size
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return t.fill(out, sizes)
}

// fill makes the tree from a listing.
func (t *Tree) fill(listing []byte, sizes map[string]int64) error {
	t.root = &node{name: ".", mode: fs.ModeDir | 0o555}
	folders := map[string]*node{".": t.root}
	count := 0
	err := entries(listing, func(e entry) error {
		if count++; count > fileLimit {
			return refuse("", "the repository has more than %d files", fileLimit)
		}
		if !utf8.ValidString(e.path) || !fs.ValidPath(e.path) || e.path == "." {
			return nil
		}
		size, ok := sizes[e.path]
		if !ok {
			size = -1
		}
		n := &node{name: path.Base(e.path), hash: e.hash, size: size}
		switch e.mode {
		case "120000":
			n.mode = fs.ModeSymlink | 0o777
		case "160000":
			n.mode = fs.ModeDir | 0o555
			t.submodules = append(t.submodules, e.path)
		default:
			n.mode = 0o444
		}
		above := folder(folders, path.Dir(e.path))
		above.children = append(above.children, n)
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(t.submodules)
	for _, f := range folders {
		slices.SortStableFunc(f.children, func(a, b *node) int { return strings.Compare(a.name, b.name) })
		// git refuses to make two entries of one name; a tree that was made otherwise may have them.
		f.children = slices.CompactFunc(f.children, func(a, b *node) bool { return a.name == b.name })
	}
	return nil
}

// folder is the folder of a path, made where it is not there yet.
func folder(folders map[string]*node, dir string) *node {
	if n, ok := folders[dir]; ok {
		return n
	}
	n := &node{name: path.Base(dir), mode: fs.ModeDir | 0o555}
	above := folder(folders, path.Dir(dir))
	above.children = append(above.children, n)
	folders[dir] = n
	return n
}

// entry is a line of ls-tree: "<mode> <type> <hash>[ <size>]\t<path>".
type entry struct{ mode, hash, size, path string }

// entries reads what ls-tree -z prints.
func entries(out []byte, each func(entry) error) error {
	for len(out) > 0 {
		line, rest, ended := bytes.Cut(out, []byte{0})
		head, name, ok := strings.Cut(string(line), "\t")
		words := strings.Fields(head)
		if !ended || !ok || len(words) < 3 || !isHash(words[2]) {
			return refuse("", "git lists the files in a form that is not known: %q", line[:min(len(line), 80)])
		}
		e := entry{mode: words[0], hash: words[2], path: name}
		if len(words) > 3 {
			e.size = words[3]
		}
		if err := each(e); err != nil {
			return err
		}
		out = rest
	}
	return nil
}

func (n *node) child(name string) (*node, bool) {
	i, ok := slices.BinarySearchFunc(n.children, name, func(c *node, s string) int { return cmp.Compare(c.name, s) })
	if !ok {
		return nil, false
	}
	return n.children[i], true
}

var (
	errEscapes = errors.New("the link leaves the project")
	errLinks   = errors.New("too many links")
)

// find follows a path, and links on it; the last one only where last is true.
func (t *Tree) find(op, name string, last bool) (*node, error) {
	fail := func(err error) (*node, error) { return nil, &fs.PathError{Op: op, Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	chain, todo := []*node{t.root}, strings.Split(name, "/")
	for links := 0; len(todo) > 0; {
		part := todo[0]
		todo = todo[1:]
		here := chain[len(chain)-1]
		switch part {
		case "", ".":
			continue
		case "..":
			if len(chain) == 1 {
				return fail(errEscapes)
			}
			chain = chain[:len(chain)-1]
			continue
		}
		next, ok := here.child(part)
		if !ok {
			return fail(fs.ErrNotExist)
		}
		if next.mode&fs.ModeSymlink == 0 || len(todo) == 0 && !last {
			chain = append(chain, next)
			continue
		}
		if links++; links > maxLinks {
			return fail(errLinks)
		}
		target, err := t.target(next)
		if err != nil {
			return fail(err)
		}
		if path.IsAbs(target) || len(target) > 1 && target[1] == ':' {
			return fail(errEscapes)
		}
		todo = append(strings.Split(target, "/"), todo...)
	}
	return chain[len(chain)-1], nil
}

// target is what a link says.
func (t *Tree) target(n *node) (string, error) {
	data, err := t.blobs.read(n.hash)
	if err == nil && len(data) > 4096 {
		err = errors.New("the link is too long")
	}
	return string(data), err
}

// lfsMark begins a pointer of Git LFS, which is at most lfsSize bytes long (git-lfs, docs/spec.md).
const (
	lfsMark = "version https://git-lfs.github.com/spec/"
	lfsSize = 1024
)

// ErrLFS is what reading a file returns whose content is kept by Git LFS.
var ErrLFS = errors.New("git has only a pointer here: Git LFS keeps the content")

// content is what stands in a file.
func (t *Tree) content(name string, n *node) ([]byte, error) {
	if n.size > blobLimit {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errLarge}
	}
	data, err := t.blobs.read(n.hash)
	if err == nil && len(data) <= lfsSize && bytes.HasPrefix(data, []byte(lfsMark)) {
		t.mu.Lock()
		t.lfs = append(t.lfs, name)
		t.mu.Unlock()
		err = ErrLFS
	}
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return data, nil
}

// Open opens a file or a folder. A file is read when its content is first asked for.
func (t *Tree) Open(name string) (fs.File, error) {
	n, err := t.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if n.mode.IsDir() {
		return &openFolder{tree: t, path: name, node: n}, nil
	}
	return &openFile{tree: t, path: name, node: n}, nil
}

// Stat describes what a path leads to.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	n, err := t.find("stat", name, true)
	if err != nil {
		return nil, err
	}
	return t.info(name, n)
}

// Lstat describes a path itself, which may be a link.
func (t *Tree) Lstat(name string) (fs.FileInfo, error) {
	n, err := t.find("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return t.info(name, n)
}

// ReadLink is where a link leads.
func (t *Tree) ReadLink(name string) (string, error) {
	n, err := t.find("readlink", name, false)
	if err == nil && n.mode&fs.ModeSymlink == 0 {
		err = &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	if err != nil {
		return "", err
	}
	return t.target(n)
}

// ReadFile is the content of a file.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	n, err := t.find("read", name, true)
	if err != nil {
		return nil, err
	}
	if n.mode.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a folder")}
	}
	return t.content(name, n)
}

// ReadDir lists a folder.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := t.find("readdir", name, true)
	if err != nil {
		return nil, err
	}
	if !n.mode.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("is no folder")}
	}
	return t.entriesOf(name, n), nil
}

func (t *Tree) entriesOf(dir string, n *node) []fs.DirEntry {
	list := make([]fs.DirEntry, len(n.children))
	for i, c := range n.children {
		list[i] = dirEntry{tree: t, path: path.Join(dir, c.name), node: c}
	}
	return list
}

// info describes a node. Where its size is not known it is read.
func (t *Tree) info(name string, n *node) (fs.FileInfo, error) {
	i := info{name: path.Base(name), mode: n.mode, size: n.size}
	if n.mode.IsDir() {
		i.size = 0
	} else if n.size < 0 {
		data, err := t.blobs.read(n.hash)
		if err != nil {
			return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
		}
		i.size = int64(len(data))
	}
	return i, nil
}

type info struct {
	name string
	mode fs.FileMode
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} } // a commit has a date, its files have none
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }

type dirEntry struct {
	tree *Tree
	path string
	node *node
}

func (d dirEntry) Name() string               { return d.node.name }
func (d dirEntry) IsDir() bool                { return d.node.mode.IsDir() }
func (d dirEntry) Type() fs.FileMode          { return d.node.mode.Type() }
func (d dirEntry) Info() (fs.FileInfo, error) { return d.tree.info(d.path, d.node) }
func (d dirEntry) String() string             { return fs.FormatDirEntry(d) }

type openFile struct {
	tree   *Tree
	path   string
	node   *node
	data   *bytes.Reader // once something was read
	closed bool
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.tree.info(f.path, f.node) }

func (f *openFile) Read(p []byte) (int, error) {
	if f.closed {
		return 0, &fs.PathError{Op: "read", Path: f.path, Err: fs.ErrClosed}
	}
	if f.data == nil {
		data, err := f.tree.content(f.path, f.node)
		if err != nil {
			return 0, err
		}
		f.data = bytes.NewReader(data)
	}
	return f.data.Read(p)
}

func (f *openFile) Close() error {
	if f.closed {
		return &fs.PathError{Op: "close", Path: f.path, Err: fs.ErrClosed}
	}
	f.closed, f.data = true, nil
	return nil
}

type openFolder struct {
	tree *Tree
	path string
	node *node
	at   int
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.tree.info(f.path, f.node) }
func (f *openFolder) Close() error               { return nil }

func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.path, Err: errors.New("is a folder")}
}

func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := f.tree.entriesOf(f.path, f.node)[f.at:]
	if n > 0 {
		if len(rest) == 0 {
			return nil, io.EOF
		}
		rest = rest[:min(n, len(rest))]
	}
	f.at += len(rest)
	return rest, nil
}
