package cli_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/cli"
)

// standing is a project with a signed site and a machine on which it stands.
type standing struct {
	dir       string
	sys       cli.System
	out, errs *bytes.Buffer
}

func newStanding(t *testing.T) *standing {
	t.Helper()
	sys, out, errs := machine(t, "")
	sys.Program = func() string { return "this program" }
	s := &standing{filepath.Join(t.TempDir(), "badges"), sys, out, errs}
	s.run(t, "init", s.dir, "--name", "N", "--url", "https://n.example", "--email", "b@n.example", "--base-url", "https://b.n.example", "--slug", "nn", "--ci", "none", "--repository", "private")
	s.run(t, "award", "-C", s.dir, "first-steps", "ada@n.example")
	return s
}

// run runs a command, which has to do what it should, and returns what it says.
func (s *standing) run(t *testing.T, args ...string) (out, errs string) {
	t.Helper()
	s.out.Reset()
	s.errs.Reset()
	require.Equal(t, cli.ExitDone, cli.Main(args, s.sys), s.errs.String())
	return s.out.String(), s.errs.String()
}

func (s *standing) build(t *testing.T, args ...string) (out, errs string) {
	t.Helper()
	return s.run(t, append([]string{"build", "-C", s.dir}, args...)...)
}

// mark writes another number of awards into the label of the record, so that it shows whether a build only repeats what
// the last one said.
func (s *standing) mark(t *testing.T) {
	t.Helper()
	record := read(t, s.dir, ".blazon", "public")
	marked := strings.Replace(record, `\"awards\":1,`, `\"awards\":77,`, 1)
	require.NotEqual(t, record, marked)
	lines := marked[:strings.LastIndex(marked, "sum ")]
	sum := sha256.Sum256([]byte(lines))
	s.write(t, ".blazon/public", fmt.Sprintf("%ssum %x\n", lines, sum[:16]))
}

func (s *standing) write(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(s.dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
}

// TestStanding: a build after which nothing has changed says what that build said, and does nothing else.
func TestStanding(t *testing.T) {
	s := newStanding(t)
	s.write(t, "content/badges/second.yaml", "name: Second\ndescription: Comes second.\nimage: first-steps.svg\n")
	s.write(t, "content/badges/second.md", "Come second.\n")
	first, noted := s.build(t)
	assert.Contains(t, first, "published 1 issuer, 2 badge classes, 1 award in ")
	assert.Contains(t, noted, "note: 1 warning; blazon check says more\n")
	s.mark(t)
	second, notedAgain := s.build(t)
	assert.Contains(t, second, "published 1 issuer, 2 badge classes, 77 awards in ")
	assert.Regexp(t, `: (\d+) files \(0 written, (\d+) unchanged, 0 removed\) in \d+ ms\n$`, second)
	assert.Equal(t, noted, notedAgain)
	json, _ := s.build(t, "--json")
	assert.Contains(t, json, `"awards": 77,`)
	assert.Contains(t, json, `"base_url": "https://b.n.example",`)

	whole, _ := s.build(t, "--full")
	assert.Contains(t, whole, " 1 award in ")
	assert.Contains(t, whole, "(0 written, ")
}

// TestStandingLooks: whatever else a build could be made from is looked at each time.
func TestStandingLooks(t *testing.T) {
	changes := map[string]struct {
		change func(t *testing.T, s *standing)
		args   []string
		fails  string // what the build says where it cannot be done
	}{
		"content":    {func(t *testing.T, s *standing) { s.write(t, "content/pages/about.md", "---\ntitle: About\n---\nUs.\n") }, nil, ""},
		"a mistake":  {func(t *testing.T, s *standing) { s.write(t, "content/pages/about.md", "---\ntitel: About\n---\n") }, nil, "titel"},
		"an asset":   {func(t *testing.T, s *standing) { s.write(t, "site/robots-too.txt", "x") }, nil, ""},
		"a template": {func(t *testing.T, s *standing) { s.write(t, "templates/none.html", "{{") }, nil, "templates/none.html"},
		"a folder for a template": {func(t *testing.T, s *standing) {
			require.NoError(t, os.MkdirAll(filepath.Join(s.dir, "templates", "class.html"), 0o755))
		}, nil, "templates/class.html"},
		"a folder for an asset": {func(t *testing.T, s *standing) {
			require.NoError(t, os.MkdirAll(filepath.Join(s.dir, "site", "style.css"), 0o755))
		}, nil, "style.css"},
		"the program": {func(_ *testing.T, s *standing) { s.sys.Program = func() string { return "another" } }, nil, ""},
		"no program":  {func(_ *testing.T, s *standing) { s.sys.Program = func() string { return "" } }, nil, ""},
		"an older day": {func(_ *testing.T, s *standing) {
			s.sys.Now = func() time.Time { return time.Date(2026, 3, 13, 0, 0, 0, 0, time.UTC) }
		}, nil, "issued in the future"},
		"another base": {func(*testing.T, *standing) {}, []string{"--base-url", "http://localhost:8080", "--out", "OUT"}, ""},
		"another out":  {func(*testing.T, *standing) {}, []string{"--out", "OUT"}, ""},
		"no key":       {func(_ *testing.T, s *standing) { s.sys.KeyFolder = "" }, nil, "not at hand: the private key nn-2026"},
		"a spoilt key": {func(t *testing.T, s *standing) {
			require.NoError(t, os.WriteFile(filepath.Join(s.sys.KeyFolder, "nn-2026.pem"), []byte("x"), 0o600))
		}, nil, "nn-2026.pem"},
		"a stray key":   {func(*testing.T, *standing) {}, []string{"--key", "STRAY"}, "holds the private half of no key that is declared"},
		"a part":        {func(*testing.T, *standing) {}, []string{"--shard", "1/2"}, "there is something in"},
		"a missing one": {func(*testing.T, *standing) {}, []string{"--previous", "NOWHERE"}, "--previous"},
		"a given day":   {func(*testing.T, *standing) {}, []string{"--now", "2026-03-13"}, "issued in the future"},
		"unsigned":      {func(*testing.T, *standing) {}, []string{"--unsigned"}, "holds a signed site"},
		"a published file": {func(t *testing.T, s *standing) {
			require.NoError(t, os.Remove(filepath.Join(s.dir, "public", "index.html")))
		}, nil, ""},
	}
	for name, tt := range changes {
		t.Run(name, func(t *testing.T) {
			s := newStanding(t)
			s.build(t)
			s.mark(t)
			out, _ := s.build(t)
			require.Contains(t, out, " 77 awards in ", "the mark shows")
			tt.change(t, s)
			args := []string{"build", "-C", s.dir}
			for _, arg := range tt.args {
				switch arg {
				case "OUT":
					arg = filepath.Join(t.TempDir(), "out")
				case "STRAY":
					arg = strayKey(t)
				}
				args = append(args, arg)
			}
			s.out.Reset()
			s.errs.Reset()
			code := cli.Main(args, s.sys)
			assert.NotContains(t, s.out.String(), " 77 awards")
			if tt.fails != "" {
				assert.NotEqual(t, cli.ExitDone, code)
				assert.Contains(t, s.errs.String(), tt.fails)
				return
			}
			assert.Equal(t, cli.ExitDone, code, s.errs.String())
			assert.Contains(t, s.out.String(), " 1 award in ")
		})
	}
}

// strayKey is the file of a private key that nobody declares.
func strayKey(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "stray.pem")
	require.NoError(t, os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	return name
}

// TestUnlabelled are builds after which the next one looks at everything.
func TestUnlabelled(t *testing.T) {
	s := newStanding(t)
	label := func() bool { return strings.Contains(read(t, s.dir, ".blazon", "public"), "\nlabel ") }
	s.build(t, "--unsigned")
	assert.False(t, label(), "unsigned")
	s.build(t)
	assert.True(t, label())
	s.build(t, "--now", "2026-03-14")
	assert.False(t, label(), "of a given day")
	s.build(t, "--key", filepath.Join(s.sys.KeyFolder, "nn-2026.pem"))
	assert.False(t, label(), "with a given key")
	s.build(t, "--previous", filepath.Join(s.dir, "public"))
	assert.False(t, label(), "with signatures of a published site")
	s.sys.Program = func() string { return "" }
	s.build(t)
	assert.False(t, label(), "by a program that cannot be told from others")
}

// TestChangedMeanwhile: what changes while a site is made is said, and the next build makes it.
func TestChangedMeanwhile(t *testing.T) {
	s := newStanding(t)
	class := read(t, s.dir, "content", "badges", "first-steps.yaml")
	changed := strings.Replace(class, "\ndescription: ", "\ndescription: Even better. ", 1)
	require.NotEqual(t, class, changed)
	// Keys are looked for when the project has been read, and before anything is made.
	s.sys.Getenv = func(string) string {
		s.write(t, "content/badges/first-steps.yaml", changed)
		return ""
	}
	_, errs := s.build(t)
	assert.Equal(t, "note: content/badges/first-steps.yaml was changed while the site was made; build again, so that all of it shows\n", errs)
	assert.NotContains(t, read(t, s.dir, ".blazon", "public"), "\nlabel ")
	assert.NotContains(t, read(t, s.dir, "public", "badges", "first-steps", "class.json"), "Even better.")

	s.sys.Getenv = func(string) string { return "" }
	_, errs = s.build(t)
	assert.Empty(t, errs)
	assert.Contains(t, read(t, s.dir, "public", "badges", "first-steps", "class.json"), "Even better.")
	assert.Contains(t, read(t, s.dir, ".blazon", "public"), "\nlabel ")
}

// TestUndoneMeanwhile: what was changed while a site was made, and then put back, is not kept.
func TestUndoneMeanwhile(t *testing.T) {
	s := newStanding(t)
	art := read(t, s.dir, "content", "badges", "first-steps.svg")
	s.build(t)
	published := read(t, s.dir, "public", "badges", "first-steps", "image.svg")
	require.NoError(t, os.RemoveAll(filepath.Join(s.dir, "public")))
	s.sys.Getenv = func(string) string {
		s.write(t, "content/badges/first-steps.svg", strings.Replace(art, "<svg", "<!-- another --><svg", 1))
		return ""
	}
	_, errs := s.build(t)
	assert.Contains(t, errs, "note: content/badges/first-steps.svg was changed while the site was made")
	require.NotEqual(t, published, read(t, s.dir, "public", "badges", "first-steps", "image.svg"), "it was read after the change")
	s.sys.Getenv = func(string) string { return "" }
	s.write(t, "content/badges/first-steps.svg", art)
	s.build(t)
	assert.Equal(t, published, read(t, s.dir, "public", "badges", "first-steps", "image.svg"))
}

// TestInspections: which pictures are whole is remembered once a build has done its work, and by nothing that only looks.
func TestInspections(t *testing.T) {
	s := newStanding(t)
	art, err := os.ReadFile(filepath.Join("..", "..", "content", "badges", "go-basics.png"))
	require.NoError(t, err)
	s.write(t, "content/badges/first-steps.png", string(art))
	s.run(t, "list", "-C", s.dir)
	s.run(t, "key", "check", "-C", s.dir)
	s.write(t, "content/pages/bad.md", "---\ntitel: Bad\n---\n")
	assert.Equal(t, cli.ExitBad, cli.Main([]string{"build", "-C", s.dir}, s.sys))
	assert.NoDirExists(t, filepath.Join(s.dir, ".blazon"))

	require.NoError(t, os.Remove(filepath.Join(s.dir, "content", "pages", "bad.md")))
	s.build(t)
	assert.FileExists(t, filepath.Join(s.dir, ".blazon", ".gitignore"))
	small := 0
	require.NoError(t, filepath.WalkDir(filepath.Join(s.dir, ".blazon", "images"), func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && len(read(t, name)) < 100 {
			small++
		}
		return err
	}))
	assert.Equal(t, 1, small, "what was seen of one picture")
}
