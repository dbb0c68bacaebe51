package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

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
	if u.whole {
		return u.swap()
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
	return u.writeHistory()
}

// swap puts a target that was made aside in its place.
func (u *update) swap() error {
	// As a journal the record is of no harm if the target never appears.
	if err := writeRecord(u.disk, u.at, u.at.journal(), encodeRecord(u.at.target, u.published())); err != nil {
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
func (u *update) published() []entry {
	entries := make([]entry, u.plan.Len())
	for i, o := range u.plan.All() {
		entries[i] = u.entry(o, u.states[i].form)
	}
	return entries
}

// writeJournal names every file that the update may leave in the target besides those in the record, so that they are
// known as ours whenever it is killed.
func (u *update) writeJournal() error {
	var entries []entry
	writes := false
	carry := func(old []entry, check func(*entry) bool) {
		for n := range old {
			if e := &old[n]; e.pending && check(e) {
				entries = append(entries, *e)
			}
		}
	}
	next := 0 // in u.stale
	stale := func(until string, all bool) {
		for ; next < len(u.stale); next++ {
			n := u.stale[next]
			if e := &u.past.entries[n]; all || e.path < until {
				carry(u.past.entries[n:n+1], func(*entry) bool { return true })
				continue
			}
			return
		}
	}
	for i, o := range u.plan.All() {
		stale(o.Path, false)
		s := &u.states[i]
		if s.exists {
			carry(u.entries(i), func(e *entry) bool { return e.is(s.old.size, s.old.mtime) })
		}
		if s.action == keep {
			continue
		}
		writes = true
		if s.early != nil {
			entries = append(entries, u.entry(o, *s.early))
		}
		entries = append(entries, u.entry(o, s.form))
	}
	stale("", true)
	if !writes {
		return nil
	}
	u.past.journal = true
	return writeRecord(u.disk, u.at, u.at.journal(), encodeRecord(u.at.target, entries))
}

// writeHistory makes the record say what the target holds, and drops the journal.
func (u *update) writeHistory() error {
	data := encodeRecord(u.at.target, u.published())
	if !u.past.recorded || u.past.sum != digestOf(data) {
		if err := writeRecord(u.disk, u.at, u.at.record, data); err != nil {
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
			s, stage := &u.states[i], u.plan.At(int(i)).Stage
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
	if err := u.disk.Rename(f.staging, u.at.file(f.path)); err != nil {
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
			if fresh && u.states[i].early != nil {
				name += "e"
			}
			path := u.plan.At(int(i)).Path
			if err := u.disk.Rename(name, u.at.file(path)); err != nil {
				return fmt.Errorf("couldn't publish %s: %w", path, err)
			}
		}
		return nil
	})
}
