//go:build linux || darwin || freebsd

package publish

import (
	"io/fs"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// unixBase is a descriptor of a folder. The system calls are made directly: os makes four more of each file, to learn
// whether it could wait for it as for a connection.
type unixBase struct {
	fd  int
	dir string // for errors
}

var _ base = unixBase{}

func (osDisk) Base(dir string) (base, error) {
	var fd int
	err := again(func() (err error) {
		fd, err = unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		return err
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: err}
	}
	return unixBase{fd, dir}, nil
}

// again repeats a call that a signal has interrupted.
func again(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

func (b unixBase) failed(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: filepath.Join(b.dir, name), Err: err}
}

func (b unixBase) Look(name string) (seen, fs.FileMode, error) {
	var st unix.Stat_t
	if err := again(func() error { return unix.Fstatat(b.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW) }); err != nil {
		return seen{}, 0, b.failed("lstat", name, err)
	}
	mode := fs.ModeIrregular
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		mode = 0
	case unix.S_IFDIR:
		mode = fs.ModeDir
	case unix.S_IFLNK:
		mode = fs.ModeSymlink
	}
	return seen{size: st.Size, mtime: st.Mtim.Nano()}, mode, nil
}

func (b unixBase) Mkdir(name string, perm fs.FileMode) error {
	if err := again(func() error { return unix.Mkdirat(b.fd, name, uint32(perm.Perm())) }); err != nil {
		return b.failed("mkdir", name, err)
	}
	return nil
}

func (b unixBase) Create(name string, data []byte) (int64, error) {
	var fd int
	err := again(func() (err error) {
		fd, err = unix.Openat(b.fd, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o644)
		return err
	})
	if err != nil {
		return 0, b.failed("open", name, err)
	}
	mtime, op, err := fillDescriptor(fd, data)
	if closed := unix.Close(fd); err == nil && closed != nil && closed != unix.EINTR { // interrupted, it is closed nevertheless
		op, err = "close", closed
	}
	if err != nil {
		return 0, b.failed(op, name, err)
	}
	return mtime, nil
}

// mostWritten is how much a system takes at once, whatever it is.
const mostWritten = 1 << 30

func fillDescriptor(fd int, data []byte) (mtime int64, op string, err error) {
	for len(data) > 0 {
		var n int
		err := again(func() (err error) {
			n, err = unix.Write(fd, data[:min(len(data), mostWritten)])
			return err
		})
		if err != nil {
			return 0, "write", err
		}
		if n == 0 {
			return 0, "write", unix.EIO
		}
		data = data[n:]
	}
	var st unix.Stat_t
	if err := again(func() error { return unix.Fstat(fd, &st) }); err != nil {
		return 0, "stat", err
	}
	return st.Mtim.Nano(), "", nil
}

func (b unixBase) Close() { _ = unix.Close(b.fd) }
