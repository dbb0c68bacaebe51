package publish

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
)

// base is a folder from which files in and below it are named, slash-separated: that takes less of the system's time than
// to find each from the root, and of a large site most of the time is the system's.
type base interface {
	// Look is what Lstat tells: what can be seen of a file, and the bits of its mode that are its type.
	Look(name string) (seen, fs.FileMode, error)
	Mkdir(name string, perm fs.FileMode) error
	// Create writes a file that does not exist yet and returns its time of change.
	Create(name string, data []byte) (mtime int64, err error)
	Close()
}

// namedBase is a base on any disk.
type namedBase struct {
	disk disk
	dir  string
}

var _ base = namedBase{}

func (b namedBase) Look(name string) (seen, fs.FileMode, error) {
	info, err := b.disk.Lstat(within(b.dir, name))
	if err != nil {
		return seen{}, 0, err
	}
	return seen{size: info.Size(), mtime: info.ModTime().UnixNano()}, info.Mode().Type(), nil
}

func (b namedBase) Mkdir(name string, perm fs.FileMode) error {
	return b.disk.Mkdir(within(b.dir, name), perm)
}

func (b namedBase) Create(name string, data []byte) (int64, error) {
	return b.disk.Create(within(b.dir, name), data)
}

func (namedBase) Close() {}

// stand is a base that is opened when it is first needed.
type stand struct {
	disk disk
	dir  string
	open base
}

func (s *stand) base() (base, error) {
	if s.open != nil {
		return s.open, nil
	}
	b, err := s.disk.Base(s.dir)
	if err != nil {
		return nil, err
	}
	s.open = b
	return b, nil
}

func (s *stand) close() {
	if s.open != nil {
		s.open.Close()
	}
}

// groupSize is how many folders of one parent a worker takes at once.
const groupSize = 32

// inParents calls do for folders of the plan that the target holds, each with its parent as base: the target's own is the
// target.
func (u *update) inParents(ctx context.Context, folders []int32, do func(at base, f *folder) error) error {
	groups := grouped(folders, func(a, b int32) bool { return u.folders[a].parent == u.folders[b].parent })
	return u.parallel(ctx, len(groups), func(n int) error {
		dir := u.at.dir
		if parent := u.folders[groups[n][0]].parent; parent > 0 {
			dir = u.at.file(u.folders[parent].path)
		}
		at, err := u.disk.Base(dir)
		if err != nil {
			return err
		}
		defer at.Close()
		for _, k := range groups[n] {
			if err := do(at, &u.folders[k]); err != nil {
				return err
			}
		}
		return nil
	})
}

// grouped cuts a list where two neighbours do not belong together, and into parts that are not too long.
func grouped[T any](list []T, together func(a, b T) bool) [][]T {
	var groups [][]T
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && to-from < groupSize && together(list[from], list[to]) {
			to++
		}
		groups = append(groups, list[from:to])
		from = to
	}
	return groups
}

// below is an output's path from the parent of its folder.
func (u *update) below(i int) string {
	f := &u.folders[u.home[i]]
	path := u.plan.Path(i)
	if f.parent <= 0 {
		return path
	}
	return path[len(u.folders[f.parent].path)+1:]
}

// name is a folder's path from its parent.
func (f *folder) name() string { return f.path[strings.LastIndexByte(f.path, '/')+1:] }

// ground is a folder's name from the place where it is made, which it sets.
func (u *update) ground(n int32, at *stand) string {
	f := &u.folders[n]
	if f.unit == n || at.dir == "" {
		made := u.staging(f)
		at.dir = filepath.Dir(made)
		return filepath.Base(made)
	}
	return f.name()
}
