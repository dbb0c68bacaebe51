package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"blazon/internal/cli"
)

// gitEnvironment is an environment in which no configuration of the machine has a part.
func gitEnvironment() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.DevNull, "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Test", "GIT_AUTHOR_EMAIL=test@example.org", "GIT_COMMITTER_NAME=Test", "GIT_COMMITTER_EMAIL=test@example.org",
		"GIT_AUTHOR_DATE=2026-06-01T00:00:00Z", "GIT_COMMITTER_DATE=2026-06-01T00:00:00Z",
	}
}

// repo is a project in a repository of its own.
type repo struct {
	t   *testing.T
	dir string
}

func (r repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = r.dir, gitEnvironment()
	out, err := cmd.CombinedOutput()
	require.NoError(r.t, err, "git %s: %s", args, out)
	return strings.TrimSpace(string(out))
}

func (r repo) commit(message string) string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
	return r.git("rev-parse", "HEAD")
}

func (r repo) file(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

func (r repo) read(name string) string {
	r.t.Helper()
	data, err := os.ReadFile(r.file(name))
	require.NoError(r.t, err)
	return string(data)
}

func (r repo) write(name, text string) {
	r.t.Helper()
	require.NoError(r.t, os.MkdirAll(filepath.Dir(r.file(name)), 0o755))
	require.NoError(r.t, os.WriteFile(r.file(name), []byte(text), 0o644))
}

func (r repo) remove(names ...string) {
	r.t.Helper()
	for _, name := range names {
		require.NoError(r.t, os.Remove(r.file(name)))
	}
}

// change replaces a text that must be there.
func (r repo) change(name, old, new string) {
	r.t.Helper()
	text := r.read(name)
	require.Contains(r.t, text, old, name)
	r.write(name, strings.Replace(text, old, new, 1))
}

// add appends to a file.
func (r repo) add(name, text string) { r.write(name, r.read(name)+text) }

// clone is another person's copy.
func (r repo) clone() repo {
	r.t.Helper()
	c := repo{r.t, r.t.TempDir()}
	c.git("clone", "-q", r.dir, ".")
	return c
}

// blazon runs the program in the project's folder.
func (r repo) blazon(args ...string) (code int, stdout, stderr string) {
	r.t.Helper()
	var out, err bytes.Buffer
	code = cli.Main(append([]string{"-C", r.dir}, args...), cli.System{
		In: strings.NewReader(""), Out: &out, Err: &err, Random: rand.Reader,
		Now:     func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) },
		Environ: gitEnvironment(), Program: func() string { return "" },
	})
	return code, out.String(), err.String()
}

// problem is one of those that blazon check --json prints.
type problem struct {
	File, Severity, Rule, Message, Hint string
	Line                                int
}

// check runs blazon check with further arguments.
func (r repo) check(args ...string) (int, []problem) {
	r.t.Helper()
	code, out, said := r.blazon(append([]string{"check", "--json"}, args...)...)
	var found struct{ Problems []problem }
	require.NoError(r.t, json.Unmarshal([]byte(out), &found), "%s%s", out, said)
	return code, found.Problems
}

// disc is a PNG of one colour; packed is how it is compressed.
func disc(shade uint8, packed png.CompressionLevel) string {
	img := image.NewNRGBA(image.Rect(0, 0, 100, 100))
	for i := range 100 {
		for j := range 100 {
			img.Set(i, j, color.NRGBA{R: shade, G: 80, B: uint8(i), A: 255})
		}
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: packed}
	if err := encoder.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.String()
}
