package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"blazon/internal/plan"
)

const indexPage = "index.html"

// folder is one folder of the plan.
type folder struct {
	path   string // "." for the target itself
	parent int32
	files  []int32 // its outputs in path order, its index page last
	leaf   bool    // no other folder of the plan is in it
	exists bool
	hollow bool       // it stands there with nothing in it, as a kill may leave it: it counts as absent
	least  plan.Stage // of all outputs in and below it
	most   plan.Stage
	unit   int32 // the topmost folder with which this one appears by a single rename, or -1
}

// action is what an update does with an output.
type action uint8

const (
	keep     action = iota // the file has the right bytes
	change                 // it has others
	fresh                  // it is not there, but its folder is
	together               // it appears with its folder
)

// state is what is known of an output and what was made for it. There are as many as a site has files.
type state struct {
	form          // the full form, as made; until then what the record says, where it does
	old      seen // the file in the target, where there is one
	recorded bool // the record names the output
	ours     bool // the record or the journal does
	said     bool // the record says of it what a new one would
	exists   bool // in the target
	late     bool // the full form comes after all stages; update.early has the one before
	action   action
}

// seen is what a look at a file tells.
type seen struct {
	size  int64
	mtime int64 // nanoseconds since 1970
}

// tally is what workers share.
type tally struct {
	sync.Mutex
	early     map[int32]form // what stands at an output's path until its full form comes, where the file is new
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
	u.listing.Wait()
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
	// In path order everything below a folder stands together, so that a folder that was left is not met again.
	open := []int32{0} // the folders that the last path is in
	enter := func(dir string) int32 {
		for {
			top := open[len(open)-1]
			at := u.folders[top].path
			if at == dir || top == 0 && dir == "." {
				return top
			}
			if top == 0 || strings.HasPrefix(dir, at) && dir[len(at)] == '/' {
				break
			}
			open = open[:len(open)-1]
		}
		parent := open[len(open)-1]
		for from := 0; from < len(dir); {
			if at := u.folders[parent].path; parent != 0 {
				from = len(at) + 1
			}
			end := len(dir)
			if i := strings.IndexByte(dir[from:], '/'); i >= 0 {
				end = from + i
			}
			n := int32(len(u.folders))
			u.folders[parent].leaf = false
			u.folders = append(u.folders, folder{path: dir[:end], parent: parent, leaf: true, unit: -1})
			open = append(open, n)
			parent, from = n, end
		}
		return parent
	}
	var counts []int32
	for i := range u.plan.Len() {
		n := enter(path.Dir(u.plan.Path(i)))
		u.home[i] = n
		counts = append(counts, make([]int32, len(u.folders)-len(counts))...)
		counts[n]++
	}
	u.order = make([]int32, u.plan.Len())
	from := int32(0)
	for n, count := range counts {
		u.folders[n].files = u.order[from : from : from+count]
		from += count
	}
	for i, n := range u.home {
		u.folders[n].files = append(u.folders[n].files, int32(i))
	}
	for n := range u.folders {
		f := &u.folders[n]
		f.least, f.most = plan.Indexes, plan.Assets
		// The page of a folder refers to what else is in it.
		if k := slices.IndexFunc(f.files, u.isIndex); k >= 0 {
			page := f.files[k]
			copy(f.files[k:], f.files[k+1:])
			f.files[len(f.files)-1] = page
		}
		for _, i := range f.files {
			stage := u.plan.Stage(int(i))
			f.least, f.most = min(f.least, stage), max(f.most, stage)
		}
	}
	for n := len(u.folders) - 1; n > 0; n-- {
		f, parent := &u.folders[n], &u.folders[u.folders[n].parent]
		parent.least, parent.most = min(parent.least, f.least), max(parent.most, f.most)
	}
}

func (u *update) isIndex(i int32) bool { return path.Base(u.plan.Path(int(i))) == indexPage }

func (u *update) scanTarget(ctx context.Context) error {
	if err := u.scanFolders(ctx); err != nil {
		return err
	}
	if err := u.blocked(); err != nil {
		return err
	}
	var there []int32
	for n := range u.folders {
		if u.folders[n].exists {
			there = append(there, int32(n))
		}
	}
	err := u.inParents(ctx, there, func(at base, f *folder) error {
		for _, i := range f.files {
			if err := u.scanFile(at, int(i)); err != nil {
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

// scanFolders looks for the plan's folders, those of one depth at once.
func (u *update) scanFolders(ctx context.Context) error {
	depths := make([][]int32, 1)
	depths[0] = []int32{0}
	level := make([]int32, len(u.folders))
	for n := 1; n < len(u.folders); n++ {
		level[n] = level[u.folders[n].parent] + 1
		if int(level[n]) == len(depths) {
			depths = append(depths, nil)
		}
		depths[level[n]] = append(depths[level[n]], int32(n))
	}
	for _, folders := range depths {
		folders = slices.DeleteFunc(folders, func(n int32) bool { return n > 0 && !u.folders[u.folders[n].parent].exists })
		if err := u.inParents(ctx, folders, u.scanFolder); err != nil {
			return err
		}
	}
	return nil
}

func (u *update) scanFolder(at base, f *folder) error {
	_, mode, err := at.Look(f.name())
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("couldn't look at %s: %w", f.path, err)
	case mode&fs.ModeSymlink != 0:
		u.tally.obstacle(f.path, "a symbolic link where a folder is needed")
	case !mode.IsDir():
		u.tally.obstacle(f.path, "a file where a folder is needed")
	default:
		f.exists = true
	}
	return nil
}

func (u *update) scanFile(at base, i int) error {
	name := u.plan.Path(i)
	old, mode, err := at.Look(u.below(i))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("couldn't look at %s: %w", name, err)
	case mode&fs.ModeSymlink != 0:
		u.tally.obstacle(name, "a symbolic link where a file is needed")
	case mode.IsDir():
		u.tally.obstacle(name, "a folder where a file is needed")
	case !mode.IsRegular():
		u.tally.obstacle(name, "not a regular file")
	}
	s := &u.states[i]
	s.exists, s.old = true, old
	return nil
}

// findTwins looks for files whose names only changed case. Where the system ignores case, old and new are one file.
func (u *update) findTwins() {
	if len(u.stale) == 0 {
		return
	}
	gone := make(map[string]bool, len(u.stale))
	for n := range u.stale {
		gone[plan.Fold(u.stale[n].path)] = true
	}
	u.twins = map[string]int32{}
	for i := range u.plan.Len() {
		if fold := plan.Fold(u.plan.Path(i)); gone[fold] {
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
				f.unit = 0
			}
		case u.folders[f.parent].unit >= 0:
			f.unit = u.folders[f.parent].unit
		case !f.exists && f.least == f.most:
			f.unit = int32(n)
		}
	}
}

// staging is where a folder is made that appears with its unit.
func (u *update) staging(f *folder) string {
	top := &u.folders[f.unit]
	if f.unit == 0 {
		return within(u.tree(), f.path)
	}
	return filepath.Join(u.stage, fmt.Sprintf("folder-%d", f.unit)) + filepath.FromSlash(strings.TrimPrefix(f.path, top.path))
}
