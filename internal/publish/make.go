package publish

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"blazon/internal/plan"
)

const (
	mostFailures = 20  // producers that may fail before the others are not tried any more
	batchSize    = 512 // files in one folder of the temporary folder
	jobSize      = 64  // files that one worker takes at once
)

// errGaveUp ends the making once enough has failed.
var errGaveUp = errors.New("too many failures")

// job is a folder, or a part of one with many files, for one worker to make.
type job struct {
	folder   int32
	from, to int32 // of the folder's files
	mkdir    bool  // the folder first
}

// batch makes one folder for files on their way to existing folders.
type batch struct {
	once sync.Once
	err  error
}

// makeAll makes every output and puts what is new or has changed into the temporary folder. Once an output has failed
// the others are made only to report all that is wrong.
func (u *update) makeAll(ctx context.Context) error {
	jobs, err := u.prepareFolders()
	if err != nil {
		return err
	}
	u.batches = make([]batch, u.plan.Len()/batchSize+1)
	groups := grouped(jobs, func(a, b job) bool {
		f, g := &u.folders[a.folder], &u.folders[b.folder]
		return f.parent == g.parent && (f.unit == a.folder) == (g.unit == b.folder)
	})
	err = u.parallel(ctx, len(groups), func(n int) error {
		at := stand{disk: u.disk}
		defer at.close()
		for _, j := range groups[n] {
			if err := u.makeJob(ctx, &at, j); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errGaveUp) {
		err = nil
	}
	if failed := u.failed(); failed != nil {
		if err != nil {
			return errors.Join(failed, err)
		}
		return failed
	}
	if err != nil {
		return err
	}
	return u.blocked()
}

// makeJob makes a folder's outputs. at is where all folders of a group are made.
func (u *update) makeJob(ctx context.Context, at *stand, j job) error {
	f := &u.folders[j.folder]
	name := ""
	if f.unit >= 0 {
		name = u.ground(j.folder, at)
	}
	if j.mkdir {
		b, err := at.base()
		if err == nil {
			err = b.Mkdir(name, 0o755)
		}
		if err != nil {
			return fmt.Errorf("couldn't make the folder %s: %w", f.path, err)
		}
	}
	for _, i := range f.files[j.from:j.to] {
		if ctx.Err() != nil {
			return stop(ctx)
		}
		if err := u.makeOne(int(i), at, name); err != nil {
			return err
		}
	}
	return nil
}

// prepareFolders makes the folders that several workers will write to.
func (u *update) prepareFolders() ([]job, error) {
	jobs := make([]job, 0, len(u.folders)+u.plan.Len()/jobSize)
	for n := range u.folders {
		f := &u.folders[n]
		inUnit, small := f.unit >= 0, n > 0 && f.leaf && len(f.files) <= jobSize
		if inUnit && !small && (n > 0 || !u.moved) {
			if err := u.disk.Mkdir(u.staging(f), 0o755); err != nil {
				return nil, fmt.Errorf("couldn't make the folder %s: %w", f.path, err)
			}
		}
		for from := 0; from < len(f.files); from += jobSize {
			jobs = append(jobs, job{int32(n), int32(from), int32(min(from+jobSize, len(f.files))), inUnit && small})
		}
	}
	return jobs, nil
}

// makeOne makes one output, compares it with the file in the target and puts it where it waits to be published. It is not
// even made where the file is what an output with the same key gave. dir is its folder as it is made, from at.
func (u *update) makeOne(i int, at *stand, dir string) error {
	o := u.plan.At(i)
	s := &u.states[i]
	was, sure := u.recognise(i)
	_, renamed := u.twin(o.Path)
	recorded := s.form
	defer func() { s.said = s.recorded && s.form == recorded }()
	if sure && was.keyed && was.stamp == digest(o.Key) && o.Key != (plan.Key{}) && !u.opts.Full && !renamed {
		s.form, s.action = was, keep
		_, err := u.report(o.Path, nil)
		return err
	}
	data, done, err := u.make(o)
	defer done()
	var early []byte
	needsEarly := o.Early != nil && !s.exists && !u.whole
	if err == nil && needsEarly {
		early, err = o.Early()
	}
	broken, err := u.report(o.Path, err)
	if err != nil || broken {
		return err
	}
	s.form = formOf(data, o.Key)
	f := &u.folders[u.home[i]]
	switch {
	case s.exists:
		same, err := u.compare(i, was, sure, data)
		if err != nil {
			return fmt.Errorf("couldn't compare %s: %w", o.Path, err)
		}
		if same {
			s.action, s.mtime = keep, s.old.mtime
			return nil
		}
		if !u.owns(i) {
			u.tally.obstacle(o.Path, "a file with other contents")
			return nil
		}
		s.action, s.late = change, o.Early != nil
	case f.unit >= 0:
		s.action = together
	default:
		s.action = fresh
	}
	if needsEarly && !bytes.Equal(early, data) {
		s.late = true
		if err := u.putEarly(i, at, dir, early); err != nil {
			return err
		}
	}
	if s.action == together && !s.late {
		s.mtime, err = u.putStaged(i, at, dir, data)
	} else {
		s.mtime, err = u.putWaiting(i, u.waiting(i), data)
	}
	return err
}

// make makes an output. Its bytes are good until done is called.
func (u *update) make(o plan.Output) (data []byte, done func(), err error) {
	if o.Append == nil {
		data, err = o.Make()
		return data, func() {}, err
	}
	buffer, ok := u.buffers.Get().(*[]byte)
	if !ok {
		buffer = new([]byte)
	}
	data, err = o.Append((*buffer)[:0])
	if err == nil {
		*buffer = data
	}
	return data, func() { u.buffers.Put(buffer) }, err
}

// putEarly writes the form that stands at an output's path until the full one comes.
func (u *update) putEarly(i int, at *stand, dir string, data []byte) (err error) {
	f := formOf(data, plan.Key{})
	if u.states[i].action == together {
		f.mtime, err = u.putStaged(i, at, dir, data)
	} else {
		f.mtime, err = u.putWaiting(i, u.waiting(i)+"e", data)
	}
	if err != nil {
		return err
	}
	u.tally.Lock()
	defer u.tally.Unlock()
	if u.tally.early == nil {
		u.tally.early = map[int32]form{}
	}
	u.tally.early[int32(i)] = f
	return nil
}

// report counts an output as made and keeps its error. It says whether anything is broken so far.
func (u *update) report(path string, err error) (broken bool, end error) {
	t := &u.tally
	t.Lock()
	defer t.Unlock()
	t.done++
	if u.opts.Progress != nil {
		u.opts.Progress(t.done, u.plan.Len())
	}
	if err != nil {
		t.failures = append(t.failures, Failure{path, err})
	}
	if len(t.failures) >= mostFailures && t.done < u.plan.Len() {
		t.more = true
		end = errGaveUp
	}
	return len(t.failures) > 0, end
}

func (u *update) failed() error {
	t := &u.tally
	if len(t.failures) == 0 {
		return nil
	}
	slices.SortFunc(t.failures, func(a, b Failure) int { return cmp.Compare(a.Path, b.Path) })
	t.failures = t.failures[:min(mostFailures, len(t.failures))]
	return &MakeError{Failures: t.failures, More: t.more}
}

// compare reports whether the target's file has the bytes that were made. It reads the file only where what the record
// says of it, and whether that is sure, is of no help.
func (u *update) compare(i int, was form, sure bool, data []byte) (bool, error) {
	s, path := &u.states[i], u.plan.Path(i)
	if _, renamed := u.twin(path); renamed {
		return false, nil // so that it gets its new name
	}
	if s.old.size != s.size {
		return false, nil
	}
	if sure && !u.opts.Full {
		if was.crc != s.crc {
			return false, nil
		}
		if !was.keyed && !s.keyed {
			return was.stamp == s.stamp, nil
		}
	}
	there, err := u.disk.ReadFile(u.at.file(path))
	if err != nil {
		return false, err
	}
	return bytes.Equal(there, data), nil
}

// owns reports whether the file under an output's path may be replaced.
func (u *update) owns(i int) bool {
	_, renamed := u.twin(u.plan.Path(i))
	return u.ours || renamed || u.states[i].ours
}

// waiting is where an output is made that appears by itself.
func (u *update) waiting(i int) string {
	return filepath.Join(u.batch(i), strconv.Itoa(i))
}

func (u *update) batch(i int) string {
	return filepath.Join(u.stage, "files-"+strconv.Itoa(i/batchSize))
}

// putStaged writes a file that appears with its folder and returns its time of change.
func (u *update) putStaged(i int, at *stand, dir string, data []byte) (int64, error) {
	b, err := at.base()
	if err != nil {
		return 0, fmt.Errorf("couldn't write %s: %w", u.plan.Path(i), err)
	}
	mtime, err := b.Create(dir+"/"+path.Base(u.plan.Path(i)), data)
	if err != nil {
		return 0, fmt.Errorf("couldn't write %s: %w", u.plan.Path(i), err)
	}
	return mtime, nil
}

// putWaiting writes a file that appears by itself and returns its time of change.
func (u *update) putWaiting(i int, name string, data []byte) (int64, error) {
	b := &u.batches[i/batchSize]
	b.once.Do(func() { b.err = u.disk.Mkdir(u.batch(i), 0o700) })
	if b.err != nil {
		return 0, fmt.Errorf("couldn't make a temporary folder to work in: %w", b.err)
	}
	mtime, err := u.disk.Create(name, data)
	if err != nil {
		return 0, fmt.Errorf("couldn't write %s: %w", u.plan.Path(i), err)
	}
	return mtime, nil
}

// entry is what the record says of an output that was published in one of its forms.
func (u *update) entry(i int, f form) entry {
	return entry{path: u.plan.Path(i), form: f, stage: u.plan.Stage(i), lasting: u.plan.Lasting(i)}
}
