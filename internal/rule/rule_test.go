package rule_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"blazon/internal/build"
	"blazon/internal/check"
	"blazon/internal/diag"
	"blazon/internal/guard"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/rule"
	"blazon/site"
	"blazon/templates"
)

var update = flag.Bool("update", false, "rewrite the expected problems")

// now is the day on which the cases are checked.
var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// TestEachRule demands of each rule a project that breaks it, with every problem that is then said, and a project that
// stays just within it, with which nothing at all is wrong.
func TestEachRule(t *testing.T) {
	base := readCase(t, filepath.Join("testdata", "base.txtar"))
	require.NotEmpty(t, rule.All())
	folders, err := os.ReadDir("testdata")
	require.NoError(t, err)
	known := map[string]bool{"base.txtar": true}
	for _, r := range rule.All() {
		assert.False(t, known[r.Name], "two rules are named %s", r.Name)
		known[r.Name] = true
		t.Run(r.Name, func(t *testing.T) {
			bad := filepath.Join("testdata", r.Name, "bad.txtar")
			project := readCase(t, bad)
			problems := project.problems(t, base)
			got := format(problems)
			if *update {
				project.rewrite(t, bad, got)
				return
			}
			assert.Equal(t, project.want, got)
			assert.Contains(t, got, "["+r.Name+"]", "the case does not break its rule")
			for _, p := range problems {
				if p.Rule == r.Name && p.Severity == r.Severity {
					goto ok
				}
			}
			assert.Fail(t, "the rule is not reported with its own severity")
		ok:
			good := readCase(t, filepath.Join("testdata", r.Name, "ok.txtar"))
			assert.Empty(t, good.want, "an ok case expects nothing")
			assert.Empty(t, format(good.problems(t, base)))
		})
	}
	for _, f := range folders {
		assert.True(t, known[f.Name()], "testdata/%s belongs to no rule", f.Name())
	}
}

// projectCase is a project over the base project, and what is wrong with it. With files below base/ it is also compared
// with an earlier state: those files over the base project.
type projectCase struct {
	archive *txtar.Archive
	files   map[string]string
	earlier map[string]string // nil: not compared
	want    string
}

func readCase(t *testing.T, name string) projectCase {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	require.NoError(t, err)
	c := projectCase{archive: archive, files: make(map[string]string)}
	for _, f := range archive.Files {
		if f.Name == "want" {
			c.want = string(f.Data)
			continue
		}
		if name, ok := strings.CutPrefix(f.Name, "base/"); ok {
			if c.earlier == nil {
				c.earlier = make(map[string]string)
			}
			c.earlier[name] = string(f.Data)
			continue
		}
		c.files[f.Name] = string(f.Data)
	}
	require.NotEmpty(t, archive.Files, "%s holds no file", name)
	return c
}

// problems are those of the case, and of the comparison where there is one.
func (c projectCase) problems(t *testing.T, base projectCase) []diag.Problem {
	t.Helper()
	now, problems := stateOf(t, over(base.files, c.files))
	if c.earlier == nil || diag.HasErrors(problems) {
		return problems
	}
	before, mistakes := stateOf(t, over(base.files, c.earlier))
	compared, err := guard.Compare(before, now)
	require.NoError(t, err)
	return diag.Sort(slices.Concat(problems, compared.Problems(), guard.Broken(mistakes)))
}

func over(layers ...map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, files := range layers {
		for name, text := range files {
			if text == "(removed)\n" {
				delete(fsys, name)
				continue
			}
			fsys[name] = &fstest.MapFile{Data: contentOf(text)}
		}
	}
	return fsys
}

func (c projectCase) rewrite(t *testing.T, name, want string) {
	t.Helper()
	var files []txtar.File
	for _, f := range c.archive.Files {
		if f.Name != "want" {
			files = append(files, f)
		}
	}
	c.archive.Files = append(files, txtar.File{Name: "want", Data: []byte(want)})
	require.NoError(t, os.WriteFile(name, txtar.Format(c.archive), 0o644))
}

// contentOf is a file's content: what the case says, or bytes that a text file cannot hold.
func contentOf(text string) []byte {
	var kind string
	if _, err := fmt.Sscanf(text, "(image %s\n", &kind); err == nil {
		return picture(strings.TrimSuffix(kind, ")"))
	}
	if hex, ok := strings.CutPrefix(text, "(bytes "); ok {
		var data []byte
		_, err := fmt.Sscanf(strings.TrimSuffix(hex, ")\n"), "%x", &data)
		if err != nil {
			panic(err)
		}
		return data
	}
	return []byte(text)
}

func picture(kind string) []byte {
	size := map[string]image.Point{"good": {120, 120}, "wide": {160, 120}, "small": {60, 60}, "least": {90, 90}, "large": {330, 330}, "truncated": {120, 120}, "crc": {120, 120},
		"repacked": {120, 120}, "other": {120, 120}}[kind]
	if size.X == 0 {
		panic("no picture " + kind)
	}
	img := image.NewNRGBA(image.Rectangle{Max: size})
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		if kind == "large" {
			img.Pix[i] = uint8(noise.Uint32())
		}
	}
	img.Set(1, 1, color.NRGBA{R: 200, A: 255})
	var encoder png.Encoder
	switch kind {
	case "repacked": // the pixels of good
		encoder.CompressionLevel = png.NoCompression
	case "other":
		img.Set(1, 1, color.NRGBA{R: 201, A: 255})
	}
	var b bytes.Buffer
	if err := encoder.Encode(&b, img); err != nil {
		panic(err)
	}
	data := b.Bytes()
	switch kind {
	case "truncated":
		return data[:len(data)-20]
	case "crc":
		sum := crc32.ChecksumIEEE(data[12:29]) ^ 1
		binary.BigEndian.PutUint32(data[29:], sum)
	}
	return data
}

func stateOf(t *testing.T, fsys fs.FS) (guard.State, []diag.Problem) {
	t.Helper()
	project, err := load.Load(fsys)
	require.NoError(t, err)
	state := guard.State{Catalog: project.Catalog, Files: fsys}
	problems := diag.Sort(append(project.Problems, check.Check(project.Catalog, fsys, now)...))
	if diag.HasErrors(problems) {
		return state, problems
	}
	planned, clashes := build.Plan(project.Catalog, build.Inputs{
		Project:   fsys,
		Templates: input.Overlay(input.Sub(fsys, "templates"), templates.FS),
		Assets:    input.Overlay(input.Sub(fsys, "site"), site.FS),
	})
	state.Plan = planned
	return state, diag.Sort(append(problems, clashes...))
}

func format(problems []diag.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s [%s]\n", p.File, p.Line, p.Col, p.Severity, p.Message, p.Rule)
		if p.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", p.Hint)
		}
	}
	return b.String()
}
