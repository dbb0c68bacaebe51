package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"

	"blazon/internal/plan"
)

const stages = int(plan.Indexes) + 1

// steps are the renames of an update, each list grouped by folder.
type steps struct {
	fresh   [stages][]int32 // outputs that appear in folders which are there
	changed [stages][]int32
	late    [stages][]int32 // full forms that wait for all stages
	units   [stages][]int32 // folders that appear whole
	folders [stages][]int32 // folders that have to be there for outputs of several stages
}

// apply publishes what was made.
func (u *update) apply(ctx context.Context) error {
	if ctx.Err() != nil {
		return stop(ctx)
	}
	label := u.label()
	if u.whole {
		return u.swap(label)
	}
	if err := u.writeJournal(); err != nil {
		return err
	}
	if err := u.replace(ctx); err != nil {
		return fmt.Errorf("the update is not complete; build again to complete it: %w", err)
	}
	if err := u.prune(ctx); err != nil {
		return fmt.Errorf("the update is complete but for files that are no longer published: %w", err)
	}
	return u.writeHistory(label)
}

// swap puts a target that was made aside in its place.
func (u *update) swap(label string) error {
	// As a journal the record is of no harm if the target never appears.
	if err := writeRecord(u.disk, u.at, u.at.journal(), label, u.published()); err != nil {
		return err
	}
	if err := u.disk.Rename(u.tree(), u.at.dir); err != nil {
		return fmt.Errorf("couldn't put the site in its place: %w", err)
	}
	u.moved = false
	if err := u.disk.Rename(u.at.journal(), u.at.record); err != nil {
		return fmt.Errorf("couldn't write the record of this build: %w", err)
	}
	u.count()
	return nil
}

// published lists what the target holds of the plan when all is done.
func (u *update) published() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		for i := range u.states {
			if !yield(u.entry(i, u.states[i].form)) {
				return
			}
		}
	}
}

// writeJournal names every file that the update may leave in the target besides those in the record, so that they are
// known as ours whenever it is killed.
func (u *update) writeJournal() error {
	if !slices.ContainsFunc(u.states, func(s state) bool { return s.action != keep }) {
		return nil
	}
	u.past.journal = true
	return writeRecord(u.disk, u.at, u.at.journal(), "", u.underway())
}

// underway lists what the journal names, in path order.
func (u *update) underway() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		next := 0 // in u.stale
		stale := func(until string, all bool) bool {
			for ; next < len(u.stale) && (all || u.stale[next].path < until); next++ {
				if u.stale[next].pending && !yield(u.stale[next]) {
					return false
				}
			}
			return true
		}
		for i := range u.states {
			if !stale(u.plan.Path(i), false) || !u.underwayAt(i, yield) {
				return
			}
		}
		stale("", true)
	}
}

// underwayAt yields what may come to stand at an output's path.
func (u *update) underwayAt(i int, yield func(entry) bool) bool {
	s := &u.states[i]
	if s.exists {
		for _, f := range u.pending[int32(i)] {
			if f.is(s.old.size, s.old.mtime) && !yield(u.entry(i, f)) {
				return false
			}
		}
	}
	if s.action == keep {
		return true
	}
	if f, ok := u.tally.early[int32(i)]; ok && !yield(u.entry(i, f)) {
		return false
	}
	return yield(u.entry(i, s.form))
}

// writeHistory makes the record say what the target holds, and drops the journal.
func (u *update) writeHistory(label string) error {
	if label != u.past.label || !u.isRecorded() {
		if err := writeRecord(u.disk, u.at, u.at.record, label, u.published()); err != nil {
			return err
		}
	}
	if u.past.journal {
		if err := u.disk.Remove(u.at.journal()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("couldn't remove the journal of this build: %w", err)
		}
	}
	u.count()
	return nil
}

// isRecorded reports whether the record says already what the target holds, and nothing else.
func (u *update) isRecorded() bool {
	return u.past.recorded &&
		!slices.ContainsFunc(u.stale, func(e entry) bool { return !e.pending }) &&
		!slices.ContainsFunc(u.states, func(s state) bool { return !s.said })
}

func (u *update) count() {
	for i := range u.states {
		if s := &u.states[i]; s.action == keep && !u.whole {
			u.summary.Unchanged++
		} else {
			u.summary.Written++
			u.summary.Bytes += s.size
		}
	}
}

func (u *update) plans() *steps {
	var st steps
	for n := range u.folders {
		f := &u.folders[n]
		switch {
		case f.unit == int32(n):
			st.units[f.least] = append(st.units[f.least], int32(n))
		case f.unit < 0 && !f.exists && !f.hollow:
			st.folders[f.least] = append(st.folders[f.least], int32(n))
		}
		for _, i := range f.files {
			s, stage := &u.states[i], u.plan.Stage(int(i))
			if s.late {
				st.late[stage] = append(st.late[stage], i)
			}
			switch {
			case s.action == fresh:
				st.fresh[stage] = append(st.fresh[stage], i)
			case s.action == change && !s.late:
				st.changed[stage] = append(st.changed[stage], i)
			}
		}
	}
	return &st
}

// replace renames everything into place. What one step refers to is there when it begins.
func (u *update) replace(ctx context.Context) error {
	st := u.plans()
	for stage := range stages {
		for _, n := range st.folders[stage] {
			f := &u.folders[n]
			if err := u.disk.Mkdir(u.at.file(f.path), 0o755); err != nil {
				return fmt.Errorf("couldn't make the folder %s: %w", f.path, err)
			}
		}
		if err := u.renameAll(ctx, st.fresh[stage], true); err != nil {
			return err
		}
		for _, n := range st.units[stage] {
			if err := u.appear(ctx, &u.folders[n]); err != nil {
				return err
			}
		}
		if err := u.renameAll(ctx, st.changed[stage], false); err != nil {
			return err
		}
	}
	for stage := range stages {
		if err := u.renameAll(ctx, st.late[stage], false); err != nil {
			return err
		}
	}
	return nil
}

// appear renames a folder into place.
func (u *update) appear(ctx context.Context, f *folder) error {
	if ctx.Err() != nil {
		return stop(ctx)
	}
	if f.hollow {
		if err := u.disk.Remove(u.at.file(f.path)); err != nil {
			return fmt.Errorf("couldn't replace the empty folder %s: %w", f.path, err)
		}
	}
	if err := u.disk.Rename(u.staging(f), u.at.file(f.path)); err != nil {
		return fmt.Errorf("couldn't publish the folder %s: %w", f.path, err)
	}
	return nil
}

// renameAll renames files into place, those of one folder one after another.
func (u *update) renameAll(ctx context.Context, files []int32, fresh bool) error {
	var groups [][]int32
	for from := 0; from < len(files); {
		to := from + 1
		for to < len(files) && u.home[files[to]] == u.home[files[from]] {
			to++
		}
		groups = append(groups, files[from:to])
		from = to
	}
	return u.parallel(ctx, len(groups), func(n int) error {
		for _, i := range groups[n] {
			if ctx.Err() != nil {
				return stop(ctx)
			}
			name := u.waiting(int(i))
			if _, early := u.tally.early[i]; early && fresh {
				name += "e"
			}
			path := u.plan.Path(int(i))
			if err := u.disk.Rename(name, u.at.file(path)); err != nil {
				return fmt.Errorf("couldn't publish %s: %w", path, err)
			}
		}
		return nil
	})
}
