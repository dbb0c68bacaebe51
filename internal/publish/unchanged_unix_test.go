//go:build unix

package publish_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestUnchangedSeesLinks plants a link that has the size and the time of change of the file in whose place it stands.
func TestUnchangedSeesLinks(t *testing.T) {
	b := labelled(t)
	b.write(t, first())
	name := filepath.Join(b.options.Dir, "style.css")
	was := stat(t, b, "public/style.css")
	require.NoError(t, os.Rename(name, filepath.Join(b.dir, "style")))
	target := "../style"
	require.Len(t, target, int(was.Size()))
	require.NoError(t, os.Symlink(target, name))
	changed := unix.NsecToTimespec(was.ModTime().UnixNano())
	require.NoError(t, unix.UtimesNanoAt(unix.AT_FDCWD, name, []unix.Timespec{changed, changed}, unix.AT_SYMLINK_NOFOLLOW))
	link, err := os.Lstat(name)
	require.NoError(t, err)
	require.True(t, link.ModTime().Equal(was.ModTime()))
	_, ok := b.unchanged()
	assert.False(t, ok)
}
