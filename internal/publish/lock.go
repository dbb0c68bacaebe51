package publish

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// errHeld is what tryLock returns for a lock that somebody else has.
var errHeld = errors.New("held")

func (osDisk) Lock(name string) (func() error, error) {
	// A holder that ends removes the file. Who opened it before and gets its lock after that has the lock of a file that
	// nobody else will ever see, and tries again.
	for range 100 {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := tryLock(f); err != nil {
			pid := holder(f)
			f.Close()
			if errors.Is(err, errHeld) {
				return nil, &BusyError{Lock: name, PID: pid}
			}
			return nil, fmt.Errorf("couldn't lock %s: %w", name, err)
		}
		if !stands(f, name) {
			f.Close()
			continue
		}
		// The number only serves the message of whoever finds the lock held.
		if f.Truncate(0) == nil {
			_, _ = f.WriteString(strconv.Itoa(os.Getpid()) + "\n")
		}
		return func() error { return unlock(f, name) }, nil
	}
	return nil, &BusyError{Lock: name}
}

func stands(f *os.File, name string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Lstat(name)
	return err == nil && os.SameFile(held, now)
}

// holder reads the process number in a lock file; 0 where there is none.
func holder(f *os.File) int {
	text, err := io.ReadAll(io.LimitReader(f, 20))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid < 0 {
		return 0
	}
	return pid
}
