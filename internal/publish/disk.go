package publish

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// disk is every operation on the file system that a publication uses. Names are absolute and in the system's form. There
// is one real one; the other fails on purpose, in the tests.
type disk interface {
	// Resolve follows the symbolic links in a name.
	Resolve(name string) (string, error)
	Lstat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	ReadFile(name string) ([]byte, error)
	Open(name string) (io.ReadCloser, error)
	// OpenRoot opens a folder for reading; nothing is followed out of it.
	OpenRoot(name string) (*os.Root, error)
	Mkdir(name string, perm fs.FileMode) error
	MkdirAll(name string, perm fs.FileMode) error
	// Base opens a folder from which many files are named. It may be moved while it is open.
	Base(dir string) (base, error)
	// Create writes a file that does not exist yet and returns its time of change.
	Create(name string, data []byte) (mtime int64, err error)
	// Stream writes a file that does not exist yet, piece by piece, to stable storage.
	Stream(name string, write func(io.Writer) error) error
	Rename(from, to string) error
	// Remove removes a file or an empty folder, RemoveAll whatever is there.
	Remove(name string) error
	RemoveAll(name string) error
	// Lock takes the lock of a file, which it makes if need be and which release removes. The system drops the lock
	// when the process dies. A lock that another process has is a *BusyError.
	Lock(name string) (release func() error, err error)
}

// osDisk is the real file system.
type osDisk struct{}

var _ disk = osDisk{}

func (osDisk) Resolve(name string) (string, error)          { return filepath.EvalSymlinks(name) }
func (osDisk) Lstat(name string) (fs.FileInfo, error)       { return os.Lstat(name) }
func (osDisk) ReadDir(name string) ([]fs.DirEntry, error)   { return os.ReadDir(name) }
func (osDisk) ReadFile(name string) ([]byte, error)         { return os.ReadFile(name) }
func (osDisk) OpenRoot(name string) (*os.Root, error)       { return os.OpenRoot(name) }
func (osDisk) Mkdir(name string, perm fs.FileMode) error    { return os.Mkdir(name, perm) }
func (osDisk) MkdirAll(name string, perm fs.FileMode) error { return os.MkdirAll(name, perm) }
func (osDisk) Open(name string) (io.ReadCloser, error)      { return os.Open(name) }
func (osDisk) Rename(from, to string) error                 { return os.Rename(from, to) }
func (osDisk) Remove(name string) error                     { return os.Remove(name) }
func (osDisk) RemoveAll(name string) error                  { return os.RemoveAll(name) }

func (osDisk) Create(name string, data []byte) (int64, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return 0, err
	}
	mtime, err := fill(f, data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return mtime, err
}

func fill(f *os.File, data []byte) (int64, error) {
	if _, err := f.Write(data); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.ModTime().UnixNano(), nil
}

func (osDisk) Stream(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
