// Package publish writes a plan to a folder, so that nobody who reads the folder ever sees a torn site.
//
// A first build is made in a temporary folder beside the target and takes its place by one rename. An update makes every
// changed file in such a folder first, and only when all are there renames them into place, in the order of their
// stages: new folders whole, then changed files, what refers to others after them, and removes what is no longer
// published last. At every moment, also after a kill or on a full disk, each file is old or new, whatever a file refers to
// is there, and the next run completes the update. What a plan must keep to for that is said at plan.Stage.
//
// Files are renamed into place but not forced to stable storage one by one: that would take four times as long, and after
// a loss of power the next run finds and repairs what was lost.
//
// Only files that blazon wrote are ever replaced or removed. It knows them from the record of the last build, a file
// outside the published folder. Files that stay the same are left alone.
package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"blazon/internal/plan"
)

// Options says where and how a plan is published.
type Options struct {
	// Dir is the folder to publish to, the target. It is made if need be; symbolic links on the way to it are followed,
	// but it is not one itself.
	Dir string
	// Record is the file that holds what the last build wrote. It stands outside Dir; its folder is made if need be and
	// holds three more files while a build runs or after it was killed: Record with .journal, .lock and .tmp added. It
	// may be deleted: then Ours decides, and what is no longer published stays where it is.
	Record string
	// Ours reports whether a folder without a record was written by blazon. Then files under the plan's paths may be
	// replaced. nil stands for no. The folder is open only during the call.
	Ours func(site fs.FS) bool
	// Full trusts neither sizes nor times of change: every file is read and compared.
	Full bool
	// Label, where it is not nil, is asked once everything is made and nothing is published yet. label is a text that the
	// record keeps: what the plan was made from, in words of the caller's, which Unchanged gives back. One that is too long
	// is not kept. sure says that what was made is what the plan's keys stand for: if it may not be, no key is kept, and the
	// next run makes everything again.
	Label func() (label string, sure bool)
	// Workers is how many files are made and written at once; below 1 it is the number of processors.
	Workers int
	// Progress, where it is not nil, is told of every output made or found unchanged. Calls come one at a time; done
	// grows by one from 1 to total. It must not take long: all workers wait for it.
	Progress func(done, total int)
}

// Summary is what a publication did.
type Summary struct {
	First     bool     // the target was absent or empty
	Written   int      // files that are new or have changed
	Unchanged int      // files left alone
	Removed   int      // files that are no longer published
	Bytes     int64    // in the files written
	Kept      []string // paths no longer published, but left in place because their bytes are no longer ours; sorted
	Notes     []string // what a person should know, such as that the record was damaged
}

// Write publishes a plan. Errors that leave the target untouched and that a caller may want to tell apart are *MakeError,
// *LastingError, *BlockedError and *BusyError. Any other error may leave an update half done, as a kill would: complete
// in itself, and completed by the next run. When ctx ends, Write stops as soon as it can, with the same guarantee. On an
// error the summary holds no more than notes.
func Write(ctx context.Context, p *plan.Plan, opts Options) (Summary, error) {
	return write(ctx, osDisk{}, p, opts)
}

func write(ctx context.Context, d disk, p *plan.Plan, opts Options) (sum Summary, err error) {
	opts.Workers = opts.workers()
	if path, ok := inWorkshop(p); ok {
		return Summary{}, fmt.Errorf("%s cannot be published: blazon works in a folder of that name", path)
	}
	at, err := resolve(d, opts.Dir, opts.Record)
	if err != nil {
		return Summary{}, err
	}
	release, err := d.Lock(at.lock())
	if err != nil {
		return Summary{}, err
	}
	var notes []string
	defer func() {
		if failed := release(); failed != nil {
			notes = append(notes, fmt.Sprintf("a temporary file was left behind: %v", failed))
		}
		sum.Notes = notes
	}()
	u := &update{disk: d, plan: p, opts: opts, at: at}
	u.listing.Go(u.listFolders)
	defer u.listing.Wait()
	err = u.readHistory()
	notes = append(notes, u.past.notes...)
	if err != nil {
		return Summary{}, err
	}
	if err := u.checkLasting(); err != nil {
		return Summary{}, err
	}
	if err := u.open(); err != nil {
		return Summary{}, errors.Join(err, u.close())
	}
	defer func() {
		if failed := u.close(); failed != nil {
			notes = append(notes, fmt.Sprintf("temporary files were left behind: %v", failed))
		}
	}()
	if err := u.run(ctx); err != nil {
		return Summary{}, err
	}
	notes = append(notes, u.notes...)
	return u.summary, nil
}

func (o *Options) workers() int {
	if o.Workers < 1 {
		return runtime.GOMAXPROCS(0)
	}
	return o.Workers
}

// label asks for the text for the record, and forgets the keys of what may not be what they stand for.
func (u *update) label() string {
	if u.opts.Label == nil {
		return ""
	}
	label, sure := u.opts.Label()
	if !sure {
		for i := range u.states {
			if s := &u.states[i]; s.keyed {
				s.stamp = digest{} // no output has this key
			}
		}
	}
	if len(strconv.Quote(label)) > maxLabel {
		return ""
	}
	return label
}

// inWorkshop finds an output in the temporary folder's place.
func inWorkshop(p *plan.Plan) (string, bool) {
	if o, ok := p.Lookup(temporary); ok {
		return o.Path, true
	}
	i, _ := p.Index(temporary + "/")
	if i < p.Len() && strings.HasPrefix(p.Path(i), temporary+"/") {
		return p.Path(i), true
	}
	return "", false
}

// update is one publication under way. Its fields are set in the order in which the steps below need them; while workers
// run, each writes only the states of the outputs that it was given, and what tally guards.
type update struct {
	disk disk
	plan *plan.Plan
	opts Options
	at   places
	past history

	states  []state          // for each output
	pending map[int32][]form // of outputs that the journal names: what a killed build may have left
	stale   []entry          // of paths that are not in the plan, sorted by path
	twins   map[string]int32 // outputs by the folded form of their paths, where a stale path has the same
	found   presence
	work    *workshop      // beside the target, or in it
	inner   *workshop      // in the target, where beside is of no use
	stage   string         // where files are made: the folder of one of them
	whole   bool           // the target is made aside and swapped in
	moved   bool           // the target, empty, was moved aside and has to come back
	ours    bool           // the target has no record, but the look of a site of ours
	listing sync.WaitGroup // until the next three are there
	folders []folder       // parents before children; the first is the target itself
	home    []int32        // for each output, its folder
	order   []int32        // the outputs by folder: folders' files are parts of it
	tally   tally
	buffers sync.Pool // of *[]byte, for outputs that can use them
	batches []batch

	summary Summary
	notes   []string
}

// readHistory reads the record and the journal, and removes a draft of either. What cannot be understood counts as absent,
// and a note says so.
func (u *update) readHistory() error {
	if err := u.disk.Remove(u.at.draft()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("couldn't remove what an interrupted build left behind: %w", err)
	}
	u.states = make([]state, u.plan.Len())
	read, err := u.readRecord(u.at.record, func(i int, e entry) {
		if i < 0 {
			u.stale = append(u.stale, e)
			return
		}
		u.states[i] = state{form: e.form, recorded: true, ours: true}
	})
	if err != nil {
		return err
	}
	if read.lost != nil {
		clear(u.states)
		u.stale = nil
		u.past.notes = append(u.past.notes, fmt.Sprintf("the record of the last build (%s) was not used: %v; "+
			"files of earlier builds that are no longer published were not recognised", u.at.record, read.lost))
	} else {
		u.past.recorded, u.past.label = read.there, read.label
	}
	return u.readJournal()
}

func (u *update) readJournal() error {
	var stale []entry
	pending := map[int32][]form{}
	read, err := u.readRecord(u.at.journal(), func(i int, e entry) {
		if i < 0 {
			e.pending = true
			stale = append(stale, e)
			return
		}
		pending[int32(i)] = append(pending[int32(i)], e.form)
	})
	if err != nil {
		return err
	}
	u.past.journal = read.there
	if read.lost != nil {
		u.past.notes = append(u.past.notes, fmt.Sprintf("the journal of an interrupted build (%s) was not used: %v", u.at.journal(), read.lost))
		return nil
	}
	u.pending = pending
	for i := range pending {
		u.states[i].ours = true
	}
	u.stale = append(u.stale, stale...)
	slices.SortStableFunc(u.stale, func(a, b entry) int { return cmp.Compare(a.path, b.path) })
	return nil
}

// readRecord reads a record or journal and hands each entry over with the number of its output, or -1.
func (u *update) readRecord(name string, use func(i int, e entry)) (found, error) {
	next := 0 // both are in path order
	planned := false
	same := func(path []byte) (string, bool) {
		for next < u.plan.Len() && u.plan.Path(next) < string(path) {
			next++
		}
		if planned = next < u.plan.Len() && u.plan.Path(next) == string(path); planned {
			return u.plan.Path(next), true
		}
		return string(path), false
	}
	return readRecord(u.disk, name, u.at.target, same, func(e entry) {
		if planned {
			use(next, e)
		} else {
			use(-1, e)
		}
	})
}

// recognise finds what a build of ours noted of the file that stands under an output's path, if its size and time of
// change are those of that build.
func (u *update) recognise(i int) (form, bool) {
	s := &u.states[i]
	if !s.exists {
		return form{}, false
	}
	if s.recorded && s.is(s.old.size, s.old.mtime) {
		return s.form, true
	}
	for _, f := range u.pending[int32(i)] {
		if f.is(s.old.size, s.old.mtime) {
			return f, true
		}
	}
	return form{}, false
}

// checkLasting refuses to take away what law 1 of the design keeps for ever.
func (u *update) checkLasting() error {
	var gone []string
	for n := range u.stale {
		e := &u.stale[n]
		if !e.lasting || len(gone) > 0 && gone[len(gone)-1] == e.path {
			continue
		}
		if e.pending {
			// The build that meant to write it was killed: nobody has seen it unless it is there.
			_, err := u.disk.Lstat(u.at.file(e.path))
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
				continue
			}
			if err != nil {
				return fmt.Errorf("couldn't look for %s: %w", e.path, err)
			}
		}
		gone = append(gone, e.path)
	}
	if len(gone) > 0 {
		return &LastingError{Paths: gone}
	}
	return nil
}

// open takes the target's lock, removes what a killed run has left, and decides where files are made.
func (u *update) open() error {
	found, err := u.at.look(u.disk)
	if err != nil {
		return err
	}
	u.found = found
	u.work, err = openWorkshop(u.disk, u.at.beside())
	if err != nil {
		if found == absent || !unwritable(err) {
			return workError(err)
		}
		return u.openInside()
	}
	u.stage = u.work.dir
	// Only now is nobody else at it.
	if u.found, err = u.at.look(u.disk); err != nil {
		return err
	}
	if u.found == absent {
		u.whole = true
		return nil
	}
	if err := u.clearInside(); err != nil {
		return err
	}
	if u.found == empty {
		// The very folder is filled, so that it keeps its owner and its mode.
		if err := u.disk.Rename(u.at.dir, u.tree()); err == nil {
			u.whole, u.moved = true, true
			return nil
		}
		return u.openInside()
	}
	// A volume mounted in the target's place takes no renames from beside it, and only a trial tells.
	probe := filepath.Join(u.work.dir, "probe")
	if err := u.disk.Mkdir(probe, 0o700); err != nil {
		return workError(err)
	}
	if err := u.disk.Rename(probe, u.at.inside()); err != nil {
		return u.openInside()
	}
	if err := u.disk.Remove(u.at.inside()); err != nil {
		return workError(err)
	}
	return nil
}

func (u *update) openInside() (err error) {
	if u.inner, err = openWorkshop(u.disk, u.at.inside()); err != nil {
		return workError(err)
	}
	u.stage = u.inner.dir
	return nil
}

// clearInside removes the temporary folder that a killed run may have left in the target.
func (u *update) clearInside() error {
	_, err := u.disk.Lstat(u.at.inside())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		var w *workshop
		if w, err = openWorkshop(u.disk, u.at.inside()); err == nil {
			err = w.close()
		}
	}
	if err != nil {
		return workError(err)
	}
	return nil
}

func workError(err error) error {
	var busy *BusyError
	if errors.As(err, &busy) {
		return err
	}
	return fmt.Errorf("couldn't make a temporary folder to work in: %w", err)
}

// tree is where a target that is swapped in whole is made.
func (u *update) tree() string { return filepath.Join(u.stage, "tree") }

// close removes the temporary folders, and puts back an empty target that was moved aside.
func (u *update) close() error {
	var err error
	if u.moved {
		err = u.putBack()
	}
	for _, w := range []*workshop{u.inner, u.work} {
		if w != nil {
			err = errors.Join(err, w.close())
		}
	}
	return err
}

func (u *update) putBack() error {
	names, err := u.disk.ReadDir(u.tree())
	if err != nil {
		return err
	}
	for _, n := range names {
		if err := u.disk.RemoveAll(filepath.Join(u.tree(), n.Name())); err != nil {
			return err
		}
	}
	return u.disk.Rename(u.tree(), u.at.dir)
}

// run makes everything and only then publishes it.
func (u *update) run(ctx context.Context) error {
	if err := u.look(); err != nil {
		return err
	}
	if err := u.scan(ctx); err != nil {
		return err
	}
	if err := u.makeAll(ctx); err != nil {
		return err
	}
	return u.apply(ctx)
}

// look asks whether a target without a record is a site of ours.
func (u *update) look() error {
	if u.past.recorded || u.whole || u.found == empty || u.opts.Ours == nil {
		return nil
	}
	root, err := u.disk.OpenRoot(u.at.dir)
	if err != nil {
		return fmt.Errorf("couldn't look into %s: %w", u.at.dir, err)
	}
	defer root.Close()
	u.ours = u.opts.Ours(root.FS())
	if u.ours && len(u.past.notes) == 0 {
		u.notes = append(u.notes, "there was no record of the last build: files of earlier builds that are no longer published were not recognised")
	}
	return nil
}
