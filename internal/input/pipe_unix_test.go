//go:build unix

package input_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"blazon/internal/input"
)

// TestPipes: a pipe is not waited for, nor is a link to one.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "site"), 0o755))
	require.NoError(t, unix.Mkfifo(filepath.Join(dir, "site", "pipe"), 0o644))
	require.NoError(t, os.Symlink("pipe", filepath.Join(dir, "site", "to-pipe")))
	folder, err := input.OpenFolder(dir)
	require.NoError(t, err)
	defer folder.Close()
	files, err := input.Files(folder, "site")
	require.NoError(t, err)
	require.Len(t, files, 2)
	assert.EqualError(t, files[0].Err, "is not a regular file")
	assert.EqualError(t, files[1].Err, "is a link to something that is not a regular file")
	_, changed := input.ReadContents(folder, "site").Changed(folder)
	assert.False(t, changed)
}
