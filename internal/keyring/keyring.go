// Package keyring finds the private keys that a run signs with: in the files that the command line names, in the
// environment, and in the user's folder of keys. Each is known by its public half, which the issuer's YAML declares.
//
// No error, log line or String of this package holds a part of a private key, nor of a text that was taken for one.
package keyring

import (
	"crypto"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// Sources are where keys are looked for, in this order.
type Sources struct {
	Files  []string            // private keys in PEM (PKCS #8) or JWK form, whatever their ids
	Getenv func(string) string // the environment; nil: none
	Folder string              // holds <id>.pem or <id>.jwk; empty: none
}

// Ring is the private keys of a process. It may be used by several goroutines.
type Ring struct {
	sources Sources
	named   []named
}

// named is a key of Sources.Files.
type named struct {
	file   string
	signer crypto.Signer
}

// Format keeps keys out of everything that is printed.
func (r *Ring) Format(s fmt.State, _ rune) { fmt.Fprint(s, "keyring.Ring") }

// Place is where a key was found.
type Place struct {
	File     string // a file's name, or
	Variable string // that of an environment variable, which holds the key or names the file
}

// String says it in words.
func (p Place) String() string {
	switch {
	case p.Variable == "":
		return p.File
	case p.File == "":
		return "the variable " + p.Variable
	}
	return p.File + ", which the variable " + p.Variable + " names"
}

// MismatchError says that under a key's id another key is kept than the issuer declares.
type MismatchError struct {
	ID    string
	Place Place
	Found crypto.PublicKey // the public half of the key that is kept there
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s: is not the private half of the key %s, but of another one", e.Place, e.ID)
}

// PlaceError says that a key could not be read where it should be.
type PlaceError struct {
	Place Place
	Err   error // fs.ErrNotExist and the like, ErrOpen, or one of Parse
}

func (e *PlaceError) Error() string { return e.Place.String() + ": " + e.reason() }

func (e *PlaceError) Unwrap() error { return e.Err }

func (e *PlaceError) reason() string {
	var path *fs.PathError
	if errors.As(e.Err, &path) {
		return path.Err.Error() // the place says the path
	}
	return e.Err.Error()
}

// ErrOpen says that others than its owner may read a file.
var ErrOpen = errors.New("can be read by others than its owner")

// errID says that an id is none that a file could be called by.
var errID = errors.New("is not the id of a key")

// Open reads the keys of the files that are named, all of which must be there; the rest is looked at when a key is asked
// for. Errors are *PlaceError.
func Open(s Sources) (*Ring, error) {
	r := &Ring{sources: s}
	for _, file := range s.Files {
		signer, err := readFile(file)
		if err != nil {
			return nil, &PlaceError{Place: Place{File: file}, Err: err}
		}
		r.named = append(r.named, named{file, signer})
	}
	return r, nil
}

// Signer is the private half of a declared key. It is nil where none is at hand. A *MismatchError says that another key
// stands under that id, a *PlaceError that what stands there cannot be read: neither is passed over in silence.
func (r *Ring) Signer(keyID string, public crypto.PublicKey) (crypto.Signer, error) {
	signer, _, err := r.Find(keyID, public)
	return signer, err
}

// Find is Signer, and says where the key is.
func (r *Ring) Find(keyID string, public crypto.PublicKey) (crypto.Signer, Place, error) {
	if !validID(keyID) {
		return nil, Place{}, fmt.Errorf("%q %w", keyID, errID)
	}
	for _, n := range r.named {
		if Fits(n.signer, public) {
			return n.signer, Place{File: n.file}, nil
		}
	}
	signer, place, err := r.variable(keyID)
	if signer == nil && err == nil {
		signer, place, err = r.kept(keyID)
	}
	switch {
	case err != nil:
		return nil, place, &PlaceError{Place: place, Err: err}
	case signer == nil:
		return nil, Place{}, nil
	case !Fits(signer, public):
		return nil, place, &MismatchError{ID: keyID, Place: place, Found: signer.Public()}
	}
	return signer, place, nil
}

// Stray lists the named files whose keys are none of those given.
func (r *Ring) Stray(declared []crypto.PublicKey) []string {
	var files []string
	for _, n := range r.named {
		fits := false
		for _, public := range declared {
			fits = fits || Fits(n.signer, public)
		}
		if !fits {
			files = append(files, n.file)
		}
	}
	return files
}

// Fits reports whether a private key is the other half of a public one.
func Fits(private crypto.Signer, public crypto.PublicKey) bool {
	own, ok := private.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && own.Equal(public)
}

// Variable is the name of the environment variable of a key: BLAZON_KEY_ and the id in upper case, with _ for what is not
// a letter or a digit.
func Variable(keyID string) string {
	return "BLAZON_KEY_" + strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z':
			return c - 'a' + 'A'
		case c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
			return c
		}
		return '_'
	}, keyID)
}

// variable reads a key from the environment: the key itself, or the name of a file that holds it.
func (r *Ring) variable(keyID string) (crypto.Signer, Place, error) {
	place := Place{Variable: Variable(keyID)}
	if r.sources.Getenv == nil {
		return nil, place, nil
	}
	value := strings.TrimSpace(r.sources.Getenv(place.Variable))
	if value == "" {
		return nil, place, nil
	}
	if strings.HasPrefix(value, "-----BEGIN ") || strings.HasPrefix(value, "{") {
		signer, err := Parse([]byte(value))
		return signer, place, err
	}
	// What is neither may be a key that was mangled on its way: a name is shown only of a file that is there.
	if !isFile(value) {
		return nil, place, errValue
	}
	place.File = value
	signer, err := readFile(value)
	return signer, place, err
}

var errValue = errors.New("holds neither a private key in PEM or JWK form nor the name of a file that is there")

// kept reads a key from the user's folder.
func (r *Ring) kept(keyID string) (crypto.Signer, Place, error) {
	if r.sources.Folder == "" {
		return nil, Place{}, nil
	}
	for _, ending := range []string{".pem", ".jwk"} {
		place := Place{File: filepath.Join(r.sources.Folder, keyID+ending)}
		signer, err := readFile(place.File)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return signer, place, err
	}
	return nil, Place{}, nil
}

// validID reports whether an id is a slug, so that a file called by it stands in the folder and nowhere else.
func validID(id string) bool {
	if id == "" || len(id) > 200 || id[0] == '.' {
		return false
	}
	for _, c := range []byte(id) {
		if c != '-' && c != '_' && c != '.' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}
