package publish

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// The locked byte lies far behind the text, which others may read: locks of Windows keep readers out.
const lockedByte = 1 << 30

func tryLock(f *os.File) error {
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, &windows.Overlapped{Offset: lockedByte})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errHeld
	}
	return err
}

// unlock closes the file first: Windows removes no file that somebody has open, hence never one that another has locked
// meanwhile. Then the file stays, which does no harm.
func unlock(f *os.File, name string) error {
	if err := f.Close(); err != nil {
		return err
	}
	_ = os.Remove(name)
	return nil
}
