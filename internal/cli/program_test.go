package cli

import (
	"bytes"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBuildID reads the ID of this very program, which the go command has built.
func TestBuildID(t *testing.T) {
	name, err := os.Executable()
	require.NoError(t, err)
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	id := buildID(bytes.NewReader(data))
	if runtime.GOOS != "linux" {
		assert.Empty(t, id)
		return
	}
	assert.Regexp(t, `^[\w-]{20}/[\w-]{20}/[\w-]{20}/[\w-]{20}$`, id)

	at := bytes.Index(data, []byte(id))
	require.Positive(t, at)
	changed := func(from int, text string) string {
		other := bytes.Clone(data)
		copy(other[from:], text)
		return buildID(bytes.NewReader(other))
	}
	assert.NotEqual(t, id, changed(at+len(id)-3, "xyz"))
	assert.Empty(t, changed(at-4, "GNU"), "another program's note")
	assert.Empty(t, changed(at-12, "\xff\xff"), "longer than the note")
	assert.Empty(t, changed(at+len(id)-1, "/"), "without the digest of the whole")
	assert.Empty(t, changed(0, "MZ"), "not an ELF file")
	assert.Empty(t, buildID(bytes.NewReader(data[:100])), "cut off")
}
