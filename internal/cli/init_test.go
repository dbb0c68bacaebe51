package cli_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/cli"
)

// machine is a System with a terminal at which somebody types.
func machine(t *testing.T, typed string) (cli.System, *bytes.Buffer, *bytes.Buffer) {
	t.Helper()
	var out, errs bytes.Buffer
	return cli.System{
		In: strings.NewReader(typed), Out: &out, Err: &errs, Answers: true,
		Random:    rand.New(rand.NewSource(1)),
		Now:       func() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) },
		Getenv:    func(string) string { return "" },
		KeyFolder: filepath.Join(t.TempDir(), "keys"),
		Program:   func() string { return "" },
	}, &out, &errs
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(elements...))
	require.NoError(t, err)
	return string(data)
}

// TestInitAsks answers with mistakes, then well, then with what stands in brackets.
func TestInitAsks(t *testing.T) {
	typed := strings.Join([]string{
		"", "  Northwind: Academy ",
		"academy.example.org", "https://www.academy.example.org",
		"http://badges.example.org", "",
		"nobody", "", "badges@example.org",
		"Northwind", "",
		"gitlba", "gitlab",
		"privat", "private",
	}, "\n") + "\n"
	sys, out, errs := machine(t, typed)
	dir := filepath.Join(t.TempDir(), "deep", "er", "badges")
	require.Equal(t, cli.ExitDone, cli.Main([]string{"init", dir}, sys), errs.String())
	said := errs.String()
	for _, want := range []string{
		"Name of the organisation: ", "That is empty: ", "That is not absolute: ", "[https://badges.academy.example.org]: ", "That is http, but badges are verified over https: ",
		"That is not of the right form: ", "That has capital letters: ", "[northwind-academy]: ", `did you mean "gitlab"?`, "[github]: ", `did you mean "private"?`,
		"cd ", "blazon award first-steps badges@example.org\n", "blazon build\n", "northwind-academy-2026.pem", "BLAZON_KEY_NORTHWIND_ACADEMY_2026", "On GitLab: ",
	} {
		assert.Contains(t, said, want)
	}
	assert.NotContains(t, said, "colour")
	assert.Contains(t, out.String(), "for https://badges.academy.example.org")
	issuer := read(t, dir, "content", "issuers", "northwind-academy.yaml")
	assert.Contains(t, issuer, `name: "Northwind: Academy"`)
	assert.Contains(t, issuer, "from: 2026-03-14}")
	assert.Contains(t, read(t, dir, "content", "site.yaml"), "base_url: https://badges.academy.example.org\n")
	assert.Contains(t, read(t, dir, "content", "site.yaml"), "repository: private\n")
	assert.FileExists(t, filepath.Join(dir, ".gitlab-ci.yml"))
	assert.Contains(t, read(t, sys.KeyFolder, "northwind-academy-2026.pem"), "PRIVATE KEY")
	assert.NotContains(t, said+out.String(), "PRIVATE KEY")
}

// TestInitAsksForTheRest asks only for what no flag says.
func TestInitAsksForTheRest(t *testing.T) {
	sys, _, errs := machine(t, "a@example.org\n")
	dir := filepath.Join(t.TempDir(), "badges")
	code := cli.Main([]string{"init", dir, "--name", "N", "--url", "https://n.example", "--base-url", "https://b.n.example/", "--slug", "nn", "--ci", "none", "--repository", "public"}, sys)
	require.Equal(t, cli.ExitDone, code, errs.String())
	assert.Equal(t, 1, strings.Count(errs.String(), "]: ")+strings.Count(errs.String(), "published: "))
	assert.Contains(t, read(t, dir, "content", "issuers", "nn.yaml"), "email: a@example.org ")
}

// TestInitEnds leaves nothing behind where the answers end early.
func TestInitEnds(t *testing.T) {
	sys, out, errs := machine(t, "Northwind\n")
	above := t.TempDir()
	assert.Equal(t, cli.ExitFailure, cli.Main([]string{"init", filepath.Join(above, "deep", "badges")}, sys))
	assert.Contains(t, errs.String(), "the answers ended early")
	assert.Empty(t, out.String())
	empty(t, above, sys.KeyFolder)
}

func empty(t *testing.T, dirs ...string) {
	t.Helper()
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if !errors.Is(err, fs.ErrNotExist) {
			require.NoError(t, err)
		}
		assert.Empty(t, entries, dir)
	}
}

var whole = []string{"--name", "N", "--url", "https://n.example", "--base-url", "https://b.n.example", "--email", "a@example.org"}

// TestInitAllOrNothing makes each step fail, and demands that nothing of the others stays.
func TestInitAllOrNothing(t *testing.T) {
	run := func(sys cli.System, dir string) int {
		sys.Answers = false
		return cli.Main(append([]string{"init", dir}, whole...), sys)
	}
	t.Run("no randomness for a key", func(t *testing.T) {
		sys, _, _ := machine(t, "")
		sys.Random = io.LimitReader(sys.Random, 6) // what the name of the folder aside takes
		above := t.TempDir()
		assert.Equal(t, cli.ExitFailure, run(sys, filepath.Join(above, "deep", "badges")))
		empty(t, above, sys.KeyFolder)
	})
	t.Run("the key cannot be kept", func(t *testing.T) {
		sys, _, errs := machine(t, "")
		require.NoError(t, os.WriteFile(sys.KeyFolder, nil, 0o600))
		above := t.TempDir()
		assert.Equal(t, cli.ExitFailure, run(sys, filepath.Join(above, "deep", "badges")))
		assert.Contains(t, errs.String(), "--no-key")
		empty(t, above)
	})
	t.Run("the key cannot be kept, and the folder is there", func(t *testing.T) {
		sys, _, _ := machine(t, "")
		require.NoError(t, os.WriteFile(sys.KeyFolder, nil, 0o600))
		above := t.TempDir()
		assert.Equal(t, cli.ExitFailure, run(sys, above))
		empty(t, above)
	})
	t.Run("somebody makes the folder meanwhile", func(t *testing.T) {
		sys, _, errs := machine(t, "")
		dir := filepath.Join(t.TempDir(), "badges")
		mine := filepath.Join(dir, "mine")
		sys.Now = func() time.Time {
			_ = os.MkdirAll(mine, 0o755)
			return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
		}
		assert.Equal(t, cli.ExitFailure, run(sys, dir))
		assert.Contains(t, errs.String(), "somebody has just made this folder")
		entries, err := os.ReadDir(filepath.Dir(dir))
		require.NoError(t, err)
		assert.Len(t, entries, 1)
		assert.DirExists(t, mine)
		empty(t, mine, sys.KeyFolder)
	})
	t.Run("somebody puts something into the folder meanwhile", func(t *testing.T) {
		sys, _, _ := machine(t, "")
		dir := t.TempDir()
		mine := filepath.Join(dir, "README.md")
		sys.Now = func() time.Time {
			_ = os.WriteFile(mine, []byte("mine"), 0o644)
			return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
		}
		assert.Equal(t, cli.ExitUsage, run(sys, dir))
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Len(t, entries, 1)
		assert.Equal(t, "mine", read(t, mine))
		empty(t, sys.KeyFolder)
	})
}
