package edit_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/edit"
)

// withNew are the files of a run that also makes one, in a folder that is not there yet.
func withNew() []edit.File {
	return append([]edit.File{{Path: newPath, New: []byte("# made"), Create: true}}, files()...)
}

const newPath = "content/awards/2027/new.yaml"

func TestCreate(t *testing.T) {
	dir, root := project(t)
	require.NoError(t, edit.Write(root, withNew()))
	assert.Equal(t, "# made", string(read(t, dir, newPath)))
	assert.ElementsMatch(t, append([]string{newPath}, paths...), all(t, dir), "nothing is left beside it")
	info, err := os.Stat(filepath.Join(dir, newPath))
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&0o400)
	for _, p := range paths {
		assert.Equal(t, newText(p), read(t, dir, p))
	}
	err = edit.Write(root, []edit.File{{Path: newPath, New: []byte("# again"), Create: true}})
	assert.ErrorIs(t, err, edit.ErrExists)
	assert.Equal(t, "# made", string(read(t, dir, newPath)))
}

func TestCreateRefuses(t *testing.T) {
	for name, f := range map[string]edit.File{
		"a path out of the project": {Path: "../x.yaml", New: []byte("x"), Create: true},
		"nothing to write":          {Path: newPath, Create: true},
		"a file for a folder":       {Path: paths[0] + "/x.yaml", New: []byte("x"), Create: true},
		"a folder":                  {Path: "content/awards", New: []byte("x"), Create: true},
	} {
		dir, root := project(t)
		assert.Error(t, edit.Write(root, append(files(), f)), name)
		checkTexts(t, dir, oldText)
	}
	dir, root := project(t)
	twice := edit.File{Path: newPath, New: []byte("x"), Create: true}
	assert.ErrorContains(t, edit.Write(root, []edit.File{twice, twice}), "it is the same file as "+newPath)
	checkTexts(t, dir, oldText)
}

// TestCreateFaults fails each step in turn: then there is no new file, and the others are as they were.
func TestCreateFaults(t *testing.T) {
	var ops []string
	_, root := project(t)
	require.NoError(t, edit.WriteWith(root, withNew(), func(op, name string) error {
		ops = append(ops, op)
		return nil
	}))
	require.Contains(t, ops, "make folder")
	for at, failing := range ops {
		if failing == "sync folder" || failing == "remove" {
			continue // the files are in place
		}
		t.Run(fmt.Sprintf("%02d %s", at, failing), func(t *testing.T) {
			dir, root := project(t)
			n := 0
			err := edit.WriteWith(root, withNew(), func(op, name string) error {
				if n++; n == at+1 {
					return errors.New("disk full")
				}
				return nil
			})
			assert.ErrorContains(t, err, "disk full")
			checkTexts(t, dir, oldText)
		})
	}
}

// TestCreateMeanwhile lets somebody else make the file while it is made. Theirs stays.
func TestCreateMeanwhile(t *testing.T) {
	for _, when := range []string{"create", "sync", "rename"} {
		dir, root := project(t)
		err := edit.WriteWith(root, withNew(), func(op, name string) error {
			if op == when && filepath.Base(filepath.Dir(name)) == "2027" {
				return os.WriteFile(filepath.Join(dir, newPath), []byte("# theirs"), 0o644)
			}
			return nil
		})
		assert.ErrorIs(t, err, edit.ErrExists, when)
		assert.Equal(t, "# theirs", string(read(t, dir, newPath)), when)
		for _, p := range paths {
			assert.Equal(t, oldText(p), read(t, dir, p))
		}
	}
}
