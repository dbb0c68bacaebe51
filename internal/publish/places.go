package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
)

// temporary is what the name of every temporary folder ends in.
const temporary = ".blazon-tmp"

// places is where a publication stands, in absolute names without symbolic links.
type places struct {
	dir    string // the target
	record string // the record's file
	target string // the target as the record names it: relative to it, so that a project may be moved
}

func (p places) journal() string { return p.record + ".journal" }
func (p places) draft() string   { return p.record + ".tmp" }
func (p places) lock() string    { return p.record + ".lock" }

// beside is the temporary folder next to the target, inside the one within it, for targets that are on a file system of
// their own.
func (p places) beside() string {
	return filepath.Join(filepath.Dir(p.dir), "."+filepath.Base(p.dir)+temporary)
}

func (p places) inside() string { return filepath.Join(p.dir, temporary) }

// file is the name of a published path in the target.
func (p places) file(path string) string { return within(p.dir, path) }

func within(dir, path string) string {
	if path == "." {
		return dir
	}
	return dir + string(filepath.Separator) + filepath.FromSlash(path)
}

// resolve finds the places, and makes the folders in which the target and the record stand.
func resolve(d disk, dir, record string) (places, error) {
	if dir == "" || record == "" {
		return places{}, errors.New("publishing needs a folder and a record")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return places{}, err
	}
	record, err = filepath.Abs(record)
	if err != nil {
		return places{}, err
	}
	if dir == filepath.Dir(dir) {
		return places{}, fmt.Errorf("%s is the root of a file system: name a folder in it", dir)
	}
	// Before anything is made: the record's folder would be made in the target.
	if isWithin(dir, record) {
		return places{}, inTarget(dir, record)
	}
	p := places{}
	if p.dir, err = home(d, dir); err != nil {
		return places{}, err
	}
	if p.record, err = home(d, record); err != nil {
		return places{}, err
	}
	if isWithin(p.dir, p.record) {
		return places{}, inTarget(p.dir, p.record)
	}
	if p.target, err = filepath.Rel(filepath.Dir(p.record), p.dir); err != nil {
		p.target = p.dir // another volume
	}
	p.target = filepath.ToSlash(p.target)
	return p, nil
}

func inTarget(dir, record string) error {
	return fmt.Errorf("the record %s stands in the folder %s, which is published; it must stand outside", record, dir)
}

func isWithin(dir, name string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// home makes the folder in which something stands and resolves its name.
func home(d disk, name string) (string, error) {
	parent := filepath.Dir(name)
	if err := d.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("couldn't make the folder %s: %w", parent, err)
	}
	real, err := d.Resolve(parent)
	if err != nil {
		return "", fmt.Errorf("couldn't find the folder %s: %w", parent, err)
	}
	return filepath.Join(real, filepath.Base(name)), nil
}

// presence is what stands where the target belongs.
type presence uint8

const (
	absent presence = iota
	empty
	filled
)

// look finds out what the target is. A temporary folder of ours in it does not count.
func (p places) look(d disk) (presence, error) {
	info, err := d.Lstat(p.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return absent, nil
	case err != nil:
		return absent, fmt.Errorf("couldn't publish to %s: %w", p.dir, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return absent, fmt.Errorf("%s is a symbolic link: publish to the folder that it names", p.dir)
	case !info.IsDir():
		return absent, fmt.Errorf("%s is a file: a site needs a folder", p.dir)
	}
	names, err := d.ReadDir(p.dir)
	if err != nil {
		return absent, fmt.Errorf("couldn't publish to %s: %w", p.dir, err)
	}
	for _, n := range names {
		if n.Name() != temporary {
			return filled, nil
		}
	}
	return empty, nil
}

// workshop is a temporary folder whose lock we have.
type workshop struct {
	disk    disk
	dir     string
	release func() error
}

const workshopLock = "lock"

// openWorkshop makes a temporary folder, or takes over and clears the one that a killed run has left behind.
func openWorkshop(d disk, dir string) (*workshop, error) {
	for range 100 {
		if err := d.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		info, err := d.Lstat(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("%s is not a folder, but blazon works in a folder of that name: move it away", dir)
		}
		release, err := d.Lock(filepath.Join(dir, workshopLock))
		if errors.Is(err, fs.ErrNotExist) {
			continue // its last owner has just removed it
		}
		if err != nil {
			return nil, err
		}
		w := &workshop{disk: d, dir: dir, release: release}
		if err := w.clear(); err != nil {
			return nil, errors.Join(err, release())
		}
		return w, nil
	}
	return nil, &BusyError{Lock: filepath.Join(dir, workshopLock)}
}

func (w *workshop) clear() error {
	names, err := w.disk.ReadDir(w.dir)
	if err != nil {
		return err
	}
	for _, n := range names {
		if n.Name() == workshopLock {
			continue
		}
		if err := w.disk.RemoveAll(filepath.Join(w.dir, n.Name())); err != nil {
			return err
		}
	}
	return nil
}

// close removes the folder, unless the next owner has moved in already.
func (w *workshop) close() error {
	err := errors.Join(w.clear(), w.release())
	if gone := w.disk.Remove(w.dir); gone != nil && !errors.Is(gone, fs.ErrExist) && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// unwritable reports whether an error says that a folder may not be written, rather than that something failed.
func unwritable(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}
