// Package watch says when something in a set of folders changes. A burst of changes is one: it is told when it is over,
// or every second while it lasts. Folders that appear are watched too, those that go are let go, and a folder that is not
// there is waited for. Where the system cannot watch, the folders are looked at from time to time.
package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options say how to watch. The zero value is for people who edit files.
type Options struct {
	Quiet time.Duration // how long nothing changes before a burst is over; 0 is 40 ms
	Most  time.Duration // how long a burst is at most kept back; 0 is a second
	// Poll has the folders looked at in place of being told by the system: some network disks tell nothing. Every is how
	// often; 0 is half a second, and longer where there are many files.
	Poll  bool
	Every time.Duration
}

// Watcher watches folders. Everything that changes after Open returns is told by Run.
type Watcher struct {
	opts  Options
	roots []string
	why   error // of looking in place of being told; nil where the system tells

	// The fields below are used by Open, and then by Run and Close only: not both at once.
	notify  *fsnotify.Watcher // nil where the folders are looked at
	watched map[string]fs.FileInfo
	seen    map[string]stamp // what was there at the last look
}

// Open begins to watch the folders and everything below them. The caller closes the watcher. The only error is for a
// name that cannot be made absolute: where the system refuses to watch, the folders are looked at instead; see Polling.
func Open(folders []string, opts Options) (*Watcher, error) {
	if opts.Quiet <= 0 {
		opts.Quiet = 40 * time.Millisecond
	}
	if opts.Most <= 0 {
		opts.Most = time.Second
	}
	w := &Watcher{opts: opts, watched: make(map[string]fs.FileInfo)}
	for _, f := range folders {
		root, err := filepath.Abs(f)
		if err != nil {
			return nil, fmt.Errorf("couldn't watch %s: %w", f, err)
		}
		w.roots = append(w.roots, root)
	}
	if !opts.Poll {
		notify, err := fsnotify.NewWatcher()
		w.notify = notify
		if err == nil {
			_, err = w.sync()
		}
		if err != nil {
			w.why = reason(err)
		}
	}
	if opts.Poll || w.why != nil {
		w.stopNotify()
		w.seen = w.look()
	}
	return w, nil
}

// Polling is why the folders are looked at from time to time although the system was asked to tell; nil where it tells,
// or was not asked.
func (w *Watcher) Polling() error { return w.why }

// Close ends the watching and waits until it is over. Run must have returned.
func (w *Watcher) Close() error {
	w.stopNotify()
	return nil
}

func (w *Watcher) stopNotify() {
	if w.notify != nil {
		_ = w.notify.Close() // its descriptor is gone whatever it says
		w.notify = nil
		clear(w.watched)
	}
}

// reason words the limits that systems have.
func reason(err error) error {
	switch {
	case errors.Is(err, errWatches):
		return fmt.Errorf("the system watches no more folders (raise fs.inotify.max_user_watches): %w", err)
	case errors.Is(err, errInstances):
		return fmt.Errorf("the system lets no more programs watch (raise fs.inotify.max_user_instances, or the number of open files): %w", err)
	}
	return fmt.Errorf("the system cannot watch the folders: %w", err)
}

// Run calls changed after each burst of changes, one call at a time, until the context is done. What changes during a call
// is told afterwards. trouble is told once if the system stops watching, and the folders are looked at from then on.
func (w *Watcher) Run(ctx context.Context, changed func(), trouble func(error)) {
	if w.notify != nil {
		err := w.listen(ctx, changed)
		if ctx.Err() != nil {
			return
		}
		w.why = reason(err)
		w.stopNotify()
		w.seen = w.look()
		trouble(w.why)
		changed() // something may have been missed
	}
	w.poll(ctx, changed)
}

// listen tells of changes as the system does. It returns when the context is done, or with an error when the system
// watches no more.
func (w *Watcher) listen(ctx context.Context, changed func()) error {
	var b burst
	defer b.stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, ok := <-w.notify.Events:
			if !ok {
				return errors.New("the watch ended")
			}
			if w.concerns(e) {
				b.more(w.opts)
			}
		case err, ok := <-w.notify.Errors:
			if !ok {
				return errors.New("the watch ended")
			}
			if !passing(err) {
				return err
			}
			b.more(w.opts)
		case <-b.settled():
			if err := w.tell(&b, changed); err != nil {
				return err
			}
		case <-b.overdue():
			if err := w.tell(&b, changed); err != nil {
				return err
			}
		}
	}
}

// passing reports whether an error says only that something changed: more than could be told one by one, or a folder that
// was gone before fsnotify let go of it, which Linux calls an invalid argument.
func passing(err error) bool {
	return errors.Is(err, fsnotify.ErrEventOverflow) || errors.Is(err, syscall.EINVAL)
}

// tell ends a burst.
func (w *Watcher) tell(b *burst, changed func()) error {
	b.stop()
	again, err := w.sync()
	if err != nil {
		return err
	}
	if again {
		b.more(w.opts)
	}
	changed()
	return nil
}

// burst is a run of changes that is told as one.
type burst struct {
	quiet, most *time.Timer // nil between bursts
}

func (b *burst) more(o Options) {
	if b.quiet == nil {
		b.quiet, b.most = time.NewTimer(o.Quiet), time.NewTimer(o.Most)
		return
	}
	b.quiet.Reset(o.Quiet)
}

// settled tells when nothing has changed for a while; nothing between bursts.
func (b *burst) settled() <-chan time.Time {
	if b.quiet == nil {
		return nil
	}
	return b.quiet.C
}

// overdue tells when a burst has lasted long enough.
func (b *burst) overdue() <-chan time.Time {
	if b.most == nil {
		return nil
	}
	return b.most.C
}

func (b *burst) stop() {
	if b.quiet != nil {
		b.quiet.Stop()
		b.most.Stop()
		b.quiet, b.most = nil, nil
	}
}

// concerns reports whether an event is about one of the folders, or what is in them, and not about a file that an editor
// or a system makes for itself. Of the folders above, only the way down to the watched ones is of interest.
func (w *Watcher) concerns(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod || Temporary(e.Name) {
		return false
	}
	for _, root := range w.roots {
		if e.Name == root || within(root, e.Name) || within(e.Name, root) {
			return true
		}
	}
	return false
}

// within reports whether a path lies below a folder.
func within(folder, name string) bool {
	return strings.HasPrefix(name, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
}

// Temporary reports whether a file's name is one that editors and systems give to files of their own: what Vim, Emacs,
// JetBrains, GTK and macOS leave while a file is being saved.
func Temporary(name string) bool {
	base := filepath.Base(name)
	ext := filepath.Ext(base)
	return base == "4913" || base == ".DS_Store" || base == "Thumbs.db" ||
		strings.HasSuffix(base, "~") || strings.HasPrefix(base, ".#") ||
		len(base) > 2 && base[0] == '#' && base[len(base)-1] == '#' ||
		strings.HasPrefix(base, ".") && len(ext) == 4 && strings.HasPrefix(ext, ".sw") ||
		strings.HasPrefix(base, ".goutputstream-") ||
		strings.HasSuffix(base, "___jb_tmp___") || strings.HasSuffix(base, "___jb_old___")
}

// sync watches the folders that are there and no others. again is set where a folder changed while it was looked at.
func (w *Watcher) sync() (again bool, err error) {
	// A folder that went, or whose name another one has now, is let go first: the system knows folders, not names.
	listed := make(map[string]bool)
	for _, name := range w.notify.WatchList() {
		listed[name] = true
	}
	for name, info := range w.watched {
		now, err := os.Stat(name)
		if err != nil || !now.IsDir() || !os.SameFile(info, now) || !listed[name] {
			_ = w.notify.Remove(name) // it may be gone already
			delete(w.watched, name)
		}
	}
	wanted := make(map[string]bool)
	for _, root := range w.roots {
		// What stands above is watched as well: there the folder appears, or its whole project does.
		for above := filepath.Dir(root); ; above = filepath.Dir(above) {
			there, err := w.add(above, wanted, &again)
			if err != nil {
				return again, err
			}
			if there || filepath.Dir(above) == above {
				break
			}
		}
		if err := w.tree(root, wanted, &again); err != nil {
			return again, err
		}
	}
	for name := range w.watched {
		if !wanted[name] {
			_ = w.notify.Remove(name)
			delete(w.watched, name)
		}
	}
	return again, nil
}

// tree watches a folder and those below it. A folder is listed once it is watched, so that nothing is made unseen.
func (w *Watcher) tree(dir string, wanted map[string]bool, again *bool) error {
	there, err := w.add(dir, wanted, again)
	if err != nil || !there {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // it went, or cannot be listed, which reading the project says
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := w.tree(filepath.Join(dir, e.Name()), wanted, again); err != nil {
				return err
			}
		}
	}
	return nil
}

// add watches one folder; there is false where it is none. An error says that the system can watch no more.
func (w *Watcher) add(dir string, wanted map[string]bool, again *bool) (there bool, err error) {
	if _, ok := w.watched[dir]; ok {
		wanted[dir] = true
		return true, nil
	}
	before, err := os.Stat(dir)
	if err != nil || !before.IsDir() {
		return false, nil
	}
	if err := w.notify.Add(dir); err != nil {
		if errors.Is(err, errWatches) || errors.Is(err, errInstances) {
			return false, err
		}
		*again = *again || errors.Is(err, fs.ErrNotExist)
		return false, nil
	}
	after, err := os.Stat(dir)
	if err != nil || !os.SameFile(before, after) {
		_ = w.notify.Remove(dir)
		*again = true
		return false, nil
	}
	w.watched[dir], wanted[dir] = after, true
	return true, nil
}
