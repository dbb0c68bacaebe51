package edit

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// File is a file's new text, and the one that it was made from.
type File struct {
	Path     string // slash-separated, relative to the project's folder
	Old, New []byte
	Create   bool // the file is a new one: Old is not looked at, and a file of that name is never written over
}

// ErrChanged is what Write reports of a file that is no longer as it was read. Nothing is written then.
var ErrChanged = errors.New("the file was changed meanwhile")

// ErrExists is what Write reports of a new file that is there already.
var ErrExists = errors.New("the file exists already")

// Write replaces the files' texts, of all of them or of none. The new texts are written beside the old ones, with their
// permissions, and synced; then each file is looked at again, and one that has changed is refused; then they are renamed
// into place one by one. When a rename fails, those made before it are taken back. When the process is killed, each file
// is either old or new, never torn; what it left beside them is removed by the next Write of the same file.
//
// A new file appears whole or not at all, with the folders that it stands in. When it is taken back they stay.
//
// A file that is reached through a symbolic link is written where it stands; a link out of the root is refused.
func Write(root *os.Root, files []File) error {
	w := writer{root: root}
	return w.write(files)
}

// writer is one run of Write.
type writer struct {
	root  *os.Root
	hook  func(op, name string) error // asked before each step; nil but in tests
	items []item
}

// item is one file on its way.
type item struct {
	File
	name    string // where the file stands, without links
	staged  string // its new text beside it, until it is renamed
	mode    fs.FileMode
	info    fs.FileInfo
	renamed bool
}

func (w *writer) step(op, name string) error {
	if w.hook == nil {
		return nil
	}
	return w.hook(op, name)
}

func (w *writer) write(files []File) error {
	for _, f := range files {
		if err := w.open(f); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	err := w.stage()
	if err == nil {
		err = w.commit()
	}
	for i := range w.items {
		if it := &w.items[i]; it.staged != "" {
			w.remove(it.staged)
		}
	}
	return err
}

// open finds the file and sees that it is as it was read.
func (w *writer) open(f File) error {
	if len(f.New) == 0 {
		return errors.New("there is nothing to write")
	}
	if f.Create {
		return w.openNew(f)
	}
	name, err := resolve(w.root, f.Path)
	if err != nil {
		return err
	}
	it := item{File: f, name: name}
	if err := w.compare(&it); err != nil {
		return err
	}
	for i := range w.items {
		if !w.items[i].Create && os.SameFile(w.items[i].info, it.info) {
			return fmt.Errorf("it is the same file as %s", w.items[i].Path)
		}
	}
	w.items = append(w.items, it)
	return nil
}

// openNew makes the folder of a new file and sees that there is none of its name.
func (w *writer) openNew(f File) error {
	if !fs.ValidPath(f.Path) {
		return errors.New("it is not a path inside the project")
	}
	if err := w.step("make folder", f.Path); err != nil {
		return err
	}
	if err := w.root.MkdirAll(path.Dir(f.Path), 0o777); err != nil {
		return err
	}
	dir, err := resolve(w.root, path.Dir(f.Path))
	if err != nil {
		return err
	}
	it := item{File: f, name: path.Join(dir, path.Base(f.Path))}
	for i := range w.items {
		if w.items[i].name == it.name {
			return fmt.Errorf("it is the same file as %s", w.items[i].Path)
		}
	}
	w.items = append(w.items, it)
	return w.compare(&it)
}

// compare reads the file and refuses one that is not as it was.
func (w *writer) compare(it *item) error {
	if err := w.step("read", it.name); err != nil {
		return err
	}
	info, err := w.root.Lstat(it.name)
	if it.Create {
		switch {
		case err == nil:
			return ErrExists
		case errors.Is(err, fs.ErrNotExist):
			return nil
		}
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a file")
	}
	data, err := w.root.ReadFile(it.name)
	if err != nil {
		return err
	}
	if !bytes.Equal(data, it.Old) {
		return ErrChanged
	}
	it.info, it.mode = info, info.Mode().Perm()
	if it.mode&0o200 == 0 {
		return errors.New("the file is read-only")
	}
	return nil
}

// stage writes every new text beside its file, and looks at the files again.
func (w *writer) stage() error {
	if err := w.clean(); err != nil {
		return err
	}
	for i := range w.items {
		it := &w.items[i]
		var err error
		if it.staged, err = w.create(it.name, it.New, it.mode); err != nil {
			return fmt.Errorf("%s: %w", it.Path, err)
		}
	}
	for i := range w.items {
		if err := w.compare(&w.items[i]); err != nil {
			return fmt.Errorf("%s: %w", w.items[i].Path, err)
		}
	}
	return nil
}

// commit renames the new texts into place.
func (w *writer) commit() error {
	for i := range w.items {
		it := &w.items[i]
		err := w.step("rename", it.name)
		if err == nil {
			err = w.place(it)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", it.Path, err), w.takeBack())
		}
		it.renamed = true
	}
	synced := make(map[string]bool)
	for i := range w.items {
		if dir := path.Dir(w.items[i].name); !synced[dir] {
			synced[dir] = true
			w.syncFolder(dir)
		}
	}
	return nil
}

// place puts a new text in its place. A new file is linked there, as a rename would write over what came there meanwhile;
// where the file system has no links, an empty file holds the place.
func (w *writer) place(it *item) error {
	if it.Create {
		err := w.root.Link(it.staged, it.name)
		if err == nil {
			w.remove(it.staged)
			it.staged = ""
			return nil
		}
		f, createErr := w.root.OpenFile(it.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(createErr, fs.ErrExist) {
			return ErrExists
		}
		if createErr != nil {
			return errors.Join(err, createErr)
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	err := w.root.Rename(it.staged, it.name)
	if err == nil {
		it.staged = ""
	} else if it.Create {
		_ = w.root.Remove(it.name)
	}
	return err
}

// takeBack puts the old texts back. It names the files where that did not succeed.
func (w *writer) takeBack() error {
	var failed []error
	for i := range w.items {
		it := &w.items[i]
		if !it.renamed {
			continue
		}
		if err := w.restore(it); err != nil {
			failed = append(failed, fmt.Errorf("%s has its new text and keeps it: %w", it.Path, err))
		}
	}
	return errors.Join(failed...)
}

func (w *writer) restore(it *item) error {
	now, err := w.root.ReadFile(it.name)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, it.New) {
		return ErrChanged
	}
	if it.Create {
		return w.root.Remove(it.name)
	}
	staged, err := w.create(it.name, it.Old, it.mode)
	if err != nil {
		return err
	}
	if err := w.root.Rename(staged, it.name); err != nil {
		w.remove(staged)
		return err
	}
	return nil
}

// stagedMark is the end of the names of new texts that are not in place yet. They start with a dot and the file's name.
const stagedMark = ".blazon-new"

func stagedName(name, unique string) string {
	dir, base := path.Split(name)
	return dir + "." + base + "." + unique + stagedMark
}

// stagedFor undoes stagedName.
func stagedFor(name string) (base string, ok bool) {
	if name, ok = strings.CutSuffix(name, stagedMark); !ok || !strings.HasPrefix(name, ".") {
		return "", false
	}
	dot := strings.LastIndexByte(name, '.')
	if dot < 1 {
		return "", false
	}
	return name[1:dot], true
}

// create writes a text beside a file, under a name that is never used twice: another run's rename can then only find its
// own text or none.
func (w *writer) create(name string, data []byte, mode fs.FileMode) (staged string, err error) {
	staged = stagedName(name, rand.Text())
	if err := w.step("create", staged); err != nil {
		return "", err
	}
	private := fs.FileMode(0o600)
	if mode == 0 {
		private = 0o666 // a new file: the umask decides
	}
	f, err := w.root.OpenFile(staged, os.O_WRONLY|os.O_CREATE|os.O_EXCL, private)
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			w.remove(staged)
			staged = ""
		}
	}()
	if err := w.step("write", staged); err != nil {
		return staged, err
	}
	if _, err := io.Copy(f, bytes.NewReader(data)); err != nil {
		return staged, err
	}
	// The umask must not narrow what the file allowed.
	if mode != 0 {
		if err := f.Chmod(mode); err != nil {
			return staged, err
		}
	}
	if err := w.step("sync", staged); err != nil {
		return staged, err
	}
	return staged, f.Sync()
}

// clean removes what a killed run left beside the files. Taken from a run that is still alive, its rename fails and it
// takes back what it did.
func (w *writer) clean() error {
	names := make(map[string]bool)
	dirs := make(map[string]bool)
	for i := range w.items {
		names[w.items[i].name] = true
		dirs[path.Dir(w.items[i].name)] = true
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		f, err := w.root.Open(dir)
		if err != nil {
			return err
		}
		found, err := f.Readdirnames(-1)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
		for _, leftover := range found {
			if base, ok := stagedFor(leftover); ok && names[path.Join(dir, base)] {
				w.remove(path.Join(dir, leftover))
			}
		}
	}
	return nil
}

// remove takes a new text away again. Where it cannot, the next run does.
func (w *writer) remove(name string) {
	if w.step("remove", name) == nil {
		_ = w.root.Remove(name)
	}
}

// syncFolder makes the renames last. Not every file system can; the files are in place all the same.
func (w *writer) syncFolder(name string) {
	if w.step("sync folder", name) != nil {
		return
	}
	if dir, err := w.root.Open(name); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}

// maxLinks is the most symbolic links that a path may lead through.
const maxLinks = 40

// resolve follows the symbolic links of a path, each of which must stay inside the root.
func resolve(root *os.Root, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", errors.New("it is not a path inside the project")
	}
	done, todo := ".", strings.Split(name, "/")
	for links := 0; len(todo) > 0; {
		part := todo[0]
		todo = todo[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if done == "." {
				return "", errors.New("a link leaves the project")
			}
			done = path.Dir(done)
			continue
		}
		next := path.Join(done, part)
		info, err := root.Lstat(next)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			done = next
			continue
		}
		if links++; links > maxLinks {
			return "", errors.New("too many links")
		}
		target, err := root.Readlink(next)
		if err != nil {
			return "", err
		}
		slashed := filepath.ToSlash(target)
		if path.IsAbs(slashed) || filepath.VolumeName(target) != "" {
			return "", errors.New("a link leaves the project")
		}
		todo = append(strings.Split(slashed, "/"), todo...)
	}
	return done, nil
}
