package conformance_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImages: pngcheck finds nothing wrong with any published PNG, and something with a damaged one.
func TestImages(t *testing.T) {
	pngcheck := tool(t, "pngcheck")
	s := example(t)
	args := []string{"-q"}
	for name := range s.files {
		if strings.HasSuffix(name, ".png") {
			args = append(args, filepath.Join(s.dir, filepath.FromSlash(name)))
		}
	}
	require.Greater(t, len(args), 1)
	out, err := exec.Command(pngcheck, args...).CombinedOutput()
	assert.NoError(t, err, "%s", out)

	baked := s.files[s.match(t, "awards/*/badge.png")[0]]
	damaged := bytes.Replace(baked, []byte("Assertion"), []byte("Assertiom"), 1)
	require.NotEqual(t, baked, damaged)
	file := filepath.Join(t.TempDir(), "damaged.png")
	require.NoError(t, os.WriteFile(file, damaged, 0o600))
	assert.Error(t, exec.Command(pngcheck, "-q", file).Run())
}
