package publish

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
)

// Unchanged reports whether the target is as the last build left it, by the kind, size and time of change of every file,
// and how many files there are. Whether that build was of the same plan its label says, which same is asked about first.
// Of the options Dir, Record, Full and Workers count. Where the answer is no, or cannot be had, nothing is said of why:
// Write finds out.
func Unchanged(ctx context.Context, opts Options, same func(label string) bool) (files int, ok bool) {
	return unchanged(ctx, osDisk{}, opts, same)
}

func unchanged(ctx context.Context, d disk, opts Options, same func(label string) bool) (files int, ok bool) {
	if opts.Full {
		return 0, false
	}
	if _, err := d.Lstat(opts.Record); err != nil {
		return 0, false // before its folder is made
	}
	at, err := resolve(d, opts.Dir, opts.Record)
	if err != nil {
		return 0, false
	}
	release, err := d.Lock(at.lock())
	if err != nil {
		return 0, false
	}
	defer func() {
		if release() != nil {
			ok = false
		}
	}()
	for _, left := range []string{at.draft(), at.journal(), at.beside(), at.inside()} {
		if _, err := d.Lstat(left); !errors.Is(err, fs.ErrNotExist) {
			return 0, false // a build was interrupted
		}
	}
	if found, err := at.look(d); err != nil || found != filled {
		return 0, false
	}
	in, err := openFile(d, at.record)
	if err != nil {
		return 0, false
	}
	defer in.Close()
	r, err := openRecord(in)
	if err != nil || r.target != at.target || r.label == "" || !same(r.label) {
		return 0, false
	}
	target, err := d.Base(at.dir)
	if err != nil {
		return 0, false
	}
	defer target.Close()
	return lookAtAll(ctx, r, target, opts.workers())
}

// standing is something that stands where the last build left it, unless it was changed since.
type standing struct {
	path        string // a folder's where size is below 0
	size, mtime int64
}

// lookBatch is how many of them a worker looks at in one go.
const lookBatch = 256

// lookAtAll looks at everything that a record names while it is read.
func lookAtAll(ctx context.Context, r *recordReader, target base, workers int) (files int, ok bool) {
	var (
		batches = make(chan []standing, workers)
		changed atomic.Bool
		wg      sync.WaitGroup
	)
	for range workers {
		wg.Go(func() {
			for batch := range batches {
				if ctx.Err() != nil {
					changed.Store(true)
				}
				for i := 0; i < len(batch) && !changed.Load(); i++ {
					if !batch[i].stands(target) {
						changed.Store(true)
					}
				}
			}
		})
	}
	files, whole := list(r, func(batch []standing) bool {
		batches <- batch
		return !changed.Load()
	})
	close(batches)
	wg.Wait()
	return files, whole && !changed.Load()
}

// list hands over everything that a record names, a folder before what is in it, until it is told to stop. It reports
// whether the record is whole.
func list(r *recordReader, hand func([]standing) bool) (files int, whole bool) {
	before := ""
	batch := make([]standing, 0, lookBatch)
	for {
		// Nothing is done to these paths but to look at them.
		e, err := r.next(func(path []byte) (string, bool) { return string(path), true })
		if err != nil {
			hand(batch)
			return files, errors.Is(err, io.EOF)
		}
		files++
		for i := range len(e.path) {
			if e.path[i] == '/' && !strings.HasPrefix(before, e.path[:i+1]) {
				batch = append(batch, standing{path: e.path[:i], size: -1})
			}
		}
		before = e.path
		batch = append(batch, standing{e.path, e.size, e.mtime})
		if len(batch) >= lookBatch {
			if !hand(batch) {
				return files, false
			}
			batch = make([]standing, 0, lookBatch+8)
		}
	}
}

func (s *standing) stands(target base) bool {
	now, mode, err := target.Look(s.path)
	switch {
	case err != nil:
		return false
	case s.size < 0:
		return mode == fs.ModeDir
	}
	return mode == 0 && now.size == s.size && now.mtime == s.mtime
}
