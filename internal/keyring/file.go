package keyring

import (
	"crypto"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// ReadFile reads a private key from a file that only its owner may read. Errors are *PlaceError.
func ReadFile(name string) (crypto.Signer, error) {
	signer, err := readFile(name)
	if err != nil {
		return nil, &PlaceError{Place: Place{File: name}, Err: err}
	}
	return signer, nil
}

// readFile looks at the permissions of the file that it opened, not of one of that name. Windows keeps them in lists that
// have no such bits, so there they are not looked at: the user's own folder is closed to others by default.
func readFile(name string) (crypto.Signer, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("is a folder")
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return nil, ErrOpen
	}
	data, err := io.ReadAll(io.LimitReader(f, sizeLimit+1))
	if err != nil {
		return nil, err
	}
	return Parse(data)
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}

// ErrExists says that a file is there already; Save never writes over one.
var ErrExists = errors.New("is there already, and a key is never written over")

// Save writes a private key to a new file in PEM form, readable for its owner only, and makes the folders above it, which
// only the owner may enter. The bytes are on the disk when it returns. Errors are *PlaceError.
func Save(name string, key crypto.Signer) (err error) {
	defer func() {
		if err != nil {
			err = &PlaceError{Place: Place{File: name}, Err: err}
		}
	}()
	data, err := Encode(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ErrExists
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(name) // half a key helps nobody, and its name would be taken
	}
	return err
}
