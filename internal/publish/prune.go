package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"blazon/internal/plan"
)

// leftover is a path that earlier builds wrote and this one does not.
type leftover struct {
	path    string
	dir     string
	index   bool
	stage   plan.Stage
	entries []entry // the forms in which it was written
	group   string  // the topmost folder of leftovers of one stage in which it stands, or ""
}

// pruning is the state of a removal.
type pruning struct {
	*update
	left    []leftover
	byPath  map[string]*leftover
	planned map[string]bool // folders of the plan
	dirs    map[string]bool // folders of the target that were looked for: whether they are there, and folders
	whole   map[string]bool // groups that were tried: whether they went whole
}

// prune removes what is no longer published, in the reverse of the order in which it would be written: folders whole where
// nothing else is in them, what refers to others before those, and folders that are empty then. Only files of several
// stages that refer to each other would leave a moment between: classes and their awards do, and they are lasting.
func (u *update) prune(ctx context.Context) error {
	if len(u.stale) == 0 {
		return nil
	}
	p := &pruning{update: u, left: u.leftovers(), byPath: map[string]*leftover{}, planned: map[string]bool{},
		dirs: map[string]bool{".": true}, whole: map[string]bool{}}
	for n := range u.folders {
		p.planned[u.folders[n].path] = true
	}
	p.group()
	for n := range p.left {
		if ctx.Err() != nil {
			return stop(ctx)
		}
		if err := p.remove(&p.left[n]); err != nil {
			return err
		}
	}
	slices.Sort(u.summary.Kept)
	return p.removeEmptied()
}

func (u *update) leftovers() []leftover {
	var left []leftover
	for from := 0; from < len(u.stale); {
		to := from
		l := leftover{path: u.stale[from].path}
		for ; to < len(u.stale) && u.stale[to].path == l.path; to++ {
			l.stage = max(l.stage, u.stale[to].stage)
		}
		l.dir, l.index, l.entries = path.Dir(l.path), path.Base(l.path) == indexPage, u.stale[from:to]
		left = append(left, l)
		from = to
	}
	slices.SortFunc(left, func(a, b leftover) int {
		return cmp.Or(cmp.Compare(b.stage, a.stage), cmp.Compare(b.dir, a.dir), boolCompare(b.index, a.index), cmp.Compare(b.path, a.path))
	})
	return left
}

// group finds the folders that may go whole.
func (p *pruning) group() {
	type span struct{ least, most plan.Stage }
	spans := map[string]span{}
	for n := range p.left {
		l := &p.left[n]
		p.byPath[l.path] = l
		for dir := l.dir; !p.planned[dir]; dir = path.Dir(dir) {
			s, ok := spans[dir]
			if !ok {
				s = span{l.stage, l.stage}
			}
			spans[dir] = span{min(s.least, l.stage), max(s.most, l.stage)}
		}
	}
	for n := range p.left {
		l := &p.left[n]
		for dir := l.dir; !p.planned[dir] && spans[dir].least == spans[dir].most; dir = path.Dir(dir) {
			l.group = dir
		}
	}
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// has reports whether a folder is there and is one: nothing is removed through a symbolic link.
func (p *pruning) has(dir string) (bool, error) {
	if is, ok := p.dirs[dir]; ok {
		return is, nil
	}
	is, err := p.has(path.Dir(dir))
	if err != nil {
		return false, err
	}
	if is {
		info, err := p.disk.Lstat(p.at.file(dir))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, fmt.Errorf("couldn't look at %s: %w", dir, err)
		}
		is = err == nil && info.IsDir()
	}
	p.dirs[dir] = is
	return is, nil
}

func (p *pruning) remove(l *leftover) error {
	if is, err := p.has(l.dir); err != nil || !is {
		return err
	}
	if l.group != "" {
		if whole, err := p.removeWhole(l.group); err != nil || whole {
			return err
		}
	}
	name := p.at.file(l.path)
	info, err := p.disk.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("couldn't look at %s: %w", l.path, err)
	}
	if same, err := p.isTwin(l.path, info); err != nil || same {
		return err
	}
	wrote, err := p.wrote(l, info)
	if err != nil {
		return fmt.Errorf("couldn't compare %s: %w", l.path, err)
	}
	if !wrote {
		p.summary.Kept = append(p.summary.Kept, l.path)
		return nil
	}
	if err := p.disk.Remove(name); err != nil {
		return fmt.Errorf("couldn't remove %s: %w", l.path, err)
	}
	p.summary.Removed++
	return nil
}

// removeWhole takes a folder away by one rename, if it holds nothing but leftovers of ours.
func (p *pruning) removeWhole(dir string) (bool, error) {
	if whole, tried := p.whole[dir]; tried {
		return whole, nil
	}
	p.whole[dir] = false
	files, err := p.holdsOnlyOurs(dir)
	if err != nil {
		return false, fmt.Errorf("couldn't look into %s: %w", dir, err)
	}
	if files == 0 {
		return false, nil
	}
	if err := p.disk.Rename(p.at.file(dir), filepath.Join(p.stage, fmt.Sprintf("gone-%d", len(p.whole)))); err != nil {
		return false, fmt.Errorf("couldn't remove %s: %w", dir, err)
	}
	p.whole[dir] = true
	p.summary.Removed += files
	return true, nil
}

// holdsOnlyOurs counts the files in a folder; 0 where anything is not ours, or nothing is there.
func (p *pruning) holdsOnlyOurs(dir string) (int, error) {
	names, err := p.disk.ReadDir(p.at.file(dir))
	if err != nil {
		return 0, err
	}
	files := 0
	for _, n := range names {
		name := path.Join(dir, n.Name())
		if n.IsDir() {
			below, err := p.holdsOnlyOurs(name)
			if err != nil || below == 0 {
				return 0, err
			}
			files += below
			continue
		}
		l := p.byPath[name]
		if l == nil {
			return 0, nil
		}
		info, err := p.disk.Lstat(p.at.file(name))
		if err != nil {
			return 0, err
		}
		if same, err := p.isTwin(name, info); err != nil || same {
			return 0, err
		}
		if wrote, err := p.wrote(l, info); err != nil || !wrote {
			return 0, err
		}
		files++
	}
	return files, nil
}

// isTwin reports whether a stale file is, on this file system, one of the plan under another spelling.
func (u *update) isTwin(stale string, info fs.FileInfo) (bool, error) {
	i, ok := u.twin(stale)
	if !ok {
		return false, nil
	}
	now, err := u.disk.Lstat(u.at.file(u.plan.Path(int(i))))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	return err == nil && os.SameFile(info, now), nil
}

// wrote reports whether a file still has bytes that a build of ours gave it.
func (u *update) wrote(l *leftover, info fs.FileInfo) (bool, error) {
	if !info.Mode().IsRegular() {
		return false, nil
	}
	size, mtime := info.Size(), info.ModTime().UnixNano()
	var alike []*entry
	for n := range l.entries {
		e := &l.entries[n]
		if e.is(size, mtime) && !u.opts.Full {
			return true, nil
		}
		if e.size == size {
			alike = append(alike, e)
		}
	}
	if len(alike) == 0 {
		return false, nil
	}
	data, err := u.disk.ReadFile(u.at.file(l.path))
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(alike, func(e *entry) bool { return e.made(data) }), nil
}

// removeEmptied removes the folders in which leftovers stood, where nothing else is in them.
func (p *pruning) removeEmptied() error {
	emptied := map[string]bool{}
	for n := range p.left {
		for dir := p.left[n].dir; !p.planned[dir] && !emptied[dir]; dir = path.Dir(dir) {
			is, err := p.has(dir)
			if err != nil {
				return err
			}
			if is {
				emptied[dir] = true
			}
		}
	}
	names := slices.Collect(maps.Keys(emptied))
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(b, a) }) // what is in a folder before the folder
	for _, dir := range names {
		err := p.disk.Remove(p.at.file(dir))
		if err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("couldn't remove the empty folder %s: %w", dir, err)
		}
	}
	return nil
}
