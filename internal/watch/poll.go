package watch

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// stamp tells whether a file is the one that was seen before.
type stamp struct {
	size   int64
	change int64 // in nanoseconds
	mode   fs.FileMode
}

// perFile is how much longer the pause between two looks is for each file, so that looking never takes much of a
// machine's time.
const perFile = 100 * time.Microsecond

// poll looks at the folders from time to time. A burst is over when two looks in a row find the same.
func (w *Watcher) poll(ctx context.Context, changed func()) {
	var lasted time.Duration // of a burst; 0 between bursts
	for {
		every := w.opts.Every
		if every <= 0 {
			every = 500*time.Millisecond + time.Duration(len(w.seen))*perFile
		}
		if lasted > 0 {
			every = min(every, 2*w.opts.Quiet)
		}
		timer := time.NewTimer(every)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		now := w.look()
		differs := !maps.Equal(now, w.seen)
		w.seen = now
		if differs {
			lasted += every
		}
		if lasted > 0 && !differs || lasted > w.opts.Most+every {
			lasted = 0
			changed()
		}
	}
}

// look notes everything that is in the folders.
func (w *Watcher) look() map[string]stamp {
	seen := make(map[string]stamp)
	for _, root := range w.roots {
		if target, err := filepath.EvalSymlinks(root); err == nil {
			root = target
		}
		// What cannot be read is not there; reading the project says why.
		_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || Temporary(name) {
				return nil
			}
			info, err := d.Info()
			if err == nil && info.Mode()&fs.ModeSymlink != 0 {
				info, err = os.Stat(name)
			}
			if err != nil {
				return nil
			}
			s := stamp{size: info.Size(), change: info.ModTime().UnixNano(), mode: info.Mode()}
			if info.IsDir() {
				s.size, s.change = 0, 0 // what is in it has stamps of its own
			}
			seen[name] = s
			return nil
		})
	}
	return seen
}
