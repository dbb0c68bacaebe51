package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const kit = root + "/testdata/interop"

// patience is how long a judge may take on a busy machine.
const patience = 15 * time.Minute

// lock is what npm notes of an installation, and of what should be installed.
type lock struct {
	Packages map[string]struct {
		Version  string `json:"version"`
		Optional bool   `json:"optional"`
	} `json:"packages"`
}

func readLock(t *testing.T, name string) (l lock, ok bool) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(kit, name))
	if err != nil {
		return l, false
	}
	require.NoError(t, json.Unmarshal(data, &l), name)
	delete(l.Packages, "")
	return l, true
}

// verdict runs a script of the kit on the published example and reads what it says.
func verdict[T any](t *testing.T, script string) T {
	t.Helper()
	s := example(t)
	return judge[T](t, script, s.dir, s.base)
}

// judge runs a script of the kit and reads what it says.
func judge[T any](t *testing.T, script string, args ...string) T {
	t.Helper()
	return judgeInput[T](t, script, "", args...)
}

// judgeInput is judge with something on standard input.
func judgeInput[T any](t *testing.T, script, input string, args ...string) T {
	t.Helper()
	node := tool(t, "node")
	want, ok := readLock(t, "package-lock.json")
	require.True(t, ok)
	require.NotEmpty(t, want.Packages)
	installed, ok := readLock(t, "node_modules/.package-lock.json")
	if !ok {
		missing(t, "the kit is not installed: run npm ci in testdata/interop")
	}
	for name, p := range want.Packages {
		if installed.Packages[name].Version != p.Version && !p.Optional {
			missing(t, "%s of the kit is not at version %s: run npm ci in testdata/interop", name, p.Version)
		}
	}

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, node, append([]string{script}, args...)...)
	cmd.Dir = kit
	cmd.Stdin = strings.NewReader(input)
	cmd.Env = append(os.Environ(), "NODE_NO_WARNINGS=1")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), "%s\n%s", stderr.String(), stdout.String())
	var v T
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &v))
	return v
}

// TestLock: the lock file pins everything and names no registry, so that npm asks the one that it is set up with.
func TestLock(t *testing.T) {
	data, err := os.ReadFile(kit + "/package-lock.json")
	require.NoError(t, err)
	assert.NotContains(t, string(data), `"resolved"`)
	var l struct {
		Version int `json:"lockfileVersion"`
		lock
	}
	require.NoError(t, json.Unmarshal(data, &l))
	assert.Equal(t, 3, l.Version)
	for name, p := range l.Packages {
		assert.Regexp(t, `^\d+\.\d+\.\d+`, p.Version, name)
	}
	var project struct{ Dependencies map[string]string }
	data, err = os.ReadFile(kit + "/package.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &project))
	require.NotEmpty(t, project.Dependencies)
	for name, version := range project.Dependencies {
		assert.Equal(t, l.Packages["node_modules/"+name].Version, version, name)
	}
}
