package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"blazon/internal/plan"
)

const indexPage = "index.html"

// folder is one folder of the plan.
type folder struct {
	path    string // "." for the target itself
	parent  int32
	files   []int32 // its outputs in path order, its index page last
	leaf    bool    // no other folder of the plan is in it
	exists  bool
	hollow  bool       // it stands there with nothing in it, as a kill may leave it: it counts as absent
	least   plan.Stage // of all outputs in and below it
	most    plan.Stage
	unit    int32  // the topmost folder with which this one appears by a single rename, or -1
	staging string // of a folder that appears so: where it is made
}

// action is what an update does with an output.
type action uint8

const (
	keep    action = iota // the file has the right bytes
	change                // it has others
	fresh                 // it is not there, but its folder is
	grouped               // it appears with its folder
)

// state is what is known of an output and what was made for it.
type state struct {
	exists bool // in the target
	action action
	late   bool  // the full form comes after all stages
	early  *form // what stands there until then, where the file is new
	old    form  // the file in the target; sum is not known
	form         // the full form, as made
}

// form is what the record says of a file.
type form struct {
	size  int64
	mtime int64
	sum   digest
}

// tally is what workers share.
type tally struct {
	sync.Mutex
	done      int
	failures  []Failure
	more      bool
	obstacles []Obstacle
}

func (t *tally) obstacle(path, reason string) {
	t.Lock()
	defer t.Unlock()
	t.obstacles = append(t.obstacles, Obstacle{path, reason})
}

// blocked returns the obstacles found so far as an error.
func (u *update) blocked() error {
	if len(u.tally.obstacles) == 0 {
		return nil
	}
	slices.SortFunc(u.tally.obstacles, func(a, b Obstacle) int { return cmp.Compare(a.Path, b.Path) })
	return &BlockedError{Dir: u.at.dir, Obstacles: u.tally.obstacles}
}

// scan finds out what of the plan is there already.
func (u *update) scan(ctx context.Context) error {
	u.summary.First = u.found != filled
	u.states = make([]state, u.plan.Len())
	u.listFolders()
	if !u.whole {
		if err := u.scanTarget(ctx); err != nil {
			return err
		}
	}
	u.groupUnits()
	return nil
}

func (u *update) listFolders() {
	u.home = make([]int32, u.plan.Len())
	u.folders = []folder{{path: ".", parent: -1, leaf: true, unit: -1}}
	byPath := map[string]int32{".": 0}
	var intern func(dir string) int32
	intern = func(dir string) int32 {
		if n, ok := byPath[dir]; ok {
			return n
		}
		parent := intern(path.Dir(dir))
		n := int32(len(u.folders))
		u.folders[parent].leaf = false
		u.folders = append(u.folders, folder{path: dir, parent: parent, leaf: true, unit: -1})
		byPath[dir] = n
		return n
	}
	for i, o := range u.plan.All() {
		n := intern(path.Dir(o.Path))
		u.home[i] = n
		u.folders[n].files = append(u.folders[n].files, int32(i))
	}
	for n := range u.folders {
		f := &u.folders[n]
		f.least, f.most = plan.Indexes, plan.Assets
		// The page of a folder refers to what else is in it.
		if k := slices.IndexFunc(f.files, u.isIndex); k >= 0 {
			page := f.files[k]
			f.files = append(slices.Delete(f.files, k, k+1), page)
		}
		for _, i := range f.files {
			o := u.plan.At(int(i))
			f.least, f.most = min(f.least, o.Stage), max(f.most, o.Stage)
		}
	}
	for n := len(u.folders) - 1; n > 0; n-- {
		f, parent := &u.folders[n], &u.folders[u.folders[n].parent]
		parent.least, parent.most = min(parent.least, f.least), max(parent.most, f.most)
	}
}

func (u *update) isIndex(i int32) bool { return path.Base(u.plan.At(int(i)).Path) == indexPage }

func (u *update) scanTarget(ctx context.Context) error {
	if err := u.scanFolders(); err != nil {
		return err
	}
	if err := u.blocked(); err != nil {
		return err
	}
	err := u.parallel(ctx, len(u.folders), func(n int) error {
		f := &u.folders[n]
		if !f.exists {
			return nil
		}
		for _, i := range f.files {
			if err := u.scanFile(int(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := u.blocked(); err != nil {
		return err
	}
	u.findTwins()
	return u.findHollow()
}

func (u *update) scanFolders() error {
	for n := range u.folders {
		f := &u.folders[n]
		if n > 0 && !u.folders[f.parent].exists {
			continue
		}
		info, err := u.disk.Lstat(u.at.file(f.path))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fmt.Errorf("couldn't look at %s: %w", f.path, err)
		case info.Mode()&fs.ModeSymlink != 0:
			u.tally.obstacle(f.path, "a symbolic link where a folder is needed")
		case !info.IsDir():
			u.tally.obstacle(f.path, "a file where a folder is needed")
		default:
			f.exists = true
		}
	}
	return nil
}

func (u *update) scanFile(i int) error {
	name := u.plan.At(i).Path
	info, err := u.disk.Lstat(u.at.file(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("couldn't look at %s: %w", name, err)
	case info.Mode()&fs.ModeSymlink != 0:
		u.tally.obstacle(name, "a symbolic link where a file is needed")
	case info.IsDir():
		u.tally.obstacle(name, "a folder where a file is needed")
	case !info.Mode().IsRegular():
		u.tally.obstacle(name, "not a regular file")
	}
	s := &u.states[i]
	s.exists = true
	s.old = form{size: info.Size(), mtime: info.ModTime().UnixNano()}
	return nil
}

// findTwins looks for files whose names only changed case. Where the system ignores case, old and new are one file.
func (u *update) findTwins() {
	if len(u.stale) == 0 {
		return
	}
	gone := make(map[string]bool, len(u.stale))
	for _, n := range u.stale {
		gone[plan.Fold(u.past.entries[n].path)] = true
	}
	u.twins = map[string]int32{}
	for i, o := range u.plan.All() {
		if fold := plan.Fold(o.Path); gone[fold] {
			u.twins[fold] = int32(i)
		}
	}
}

// twin finds the output whose path differs only in case from one that was, or is, published.
func (u *update) twin(path string) (int32, bool) {
	if len(u.twins) == 0 {
		return 0, false
	}
	i, ok := u.twins[plan.Fold(path)]
	return i, ok
}

// findHollow lets folders that are there but empty appear whole.
func (u *update) findHollow() error {
	for n := 1; n < len(u.folders); n++ {
		f := &u.folders[n]
		if !f.exists || !f.leaf || slices.ContainsFunc(f.files, func(i int32) bool { return u.states[i].exists }) {
			continue
		}
		names, err := u.disk.ReadDir(u.at.file(f.path))
		if err != nil {
			return fmt.Errorf("couldn't look into %s: %w", f.path, err)
		}
		f.hollow = len(names) == 0
		f.exists = !f.hollow
	}
	return nil
}

// groupUnits decides which folders appear by one rename: the topmost ones that are not there and whose outputs all belong
// to one stage.
func (u *update) groupUnits() {
	for n := range u.folders {
		f := &u.folders[n]
		switch {
		case n == 0:
			if u.whole {
				f.unit, f.staging = 0, u.tree()
			}
		case u.folders[f.parent].unit >= 0:
			f.unit = u.folders[f.parent].unit
			f.staging = within(u.folders[f.parent].staging, path.Base(f.path))
		case !f.exists && f.least == f.most:
			f.unit = int32(n)
			f.staging = within(u.stage, fmt.Sprintf("folder-%d", n))
		}
	}
}
