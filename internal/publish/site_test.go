package publish_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"blazon/internal/plan"
	"blazon/internal/publish"
)

// page is a published file of a test site: its text and the paths that it refers to.
type page struct {
	stage   plan.Stage
	text    string
	refs    []string
	early   []string // the references of the early form; nil where there is none
	lasting bool
}

type site map[string]page

func form(text string, refs []string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", text)
	for _, r := range refs {
		fmt.Fprintf(&b, "-> %s\n", r)
	}
	return []byte(b.String())
}

func (p page) full() []byte { return form(p.text, p.refs) }

func (s site) plan(t require.TestingT) *plan.Plan {
	var outputs []plan.Output
	for name, p := range s { // in map order: it must not matter
		o := plan.Output{Path: name, Stage: p.stage, Lasting: p.lasting, Make: func() ([]byte, error) { return p.full(), nil }}
		if full := sha256.Sum256(p.full()); full[0]%2 == 0 { // about half of the outputs have a key
			o.Key = plan.Key(full[:16])
		}
		if p.early != nil {
			o.Early = func() ([]byte, error) { return form(p.text, p.early), nil }
		}
		outputs = append(outputs, o)
	}
	made, err := plan.New(outputs)
	require.NoError(t, err)
	return made
}

// with returns a site with other pages in it; a page without text is taken out.
func (s site) with(pages site) site {
	other := maps.Clone(s)
	for name, p := range pages {
		if p.text == "" {
			delete(other, name)
		} else {
			other[name] = p
		}
	}
	return other
}

// award is the files of an award, which refer to each other.
func award(id, class, text string) site {
	dir := "awards/" + id + "/"
	return site{
		dir + "assertion.json": {plan.Awards, text + " assertion", []string{dir + "badge.png", "badges/" + class + "/class.json"}, nil, true},
		dir + "badge.png":      {plan.Awards, text + " image", []string{dir + "assertion.json"}, nil, true},
		dir + "index.html": {plan.Awards, text + " page", []string{dir + "assertion.json", dir + "badge.png",
			"badges/" + class + "/index.html", "style.css"}, nil, false},
	}
}

// class is the files of a class whose page lists awards.
func class(slug, text string, awards ...string) site {
	dir := "badges/" + slug + "/"
	before := []string{dir + "class.json", dir + "image.png", "issuers/acme/index.html", "style.css"}
	all := slices.Clone(before)
	for _, id := range awards {
		all = append(all, "awards/"+id+"/index.html")
	}
	return site{
		dir + "class.json": {plan.Classes, text + " class", []string{dir + "index.html", dir + "image.png", "issuers/acme/profile.json"}, nil, true},
		dir + "image.png":  {plan.Classes, text + " image", nil, nil, true},
		dir + "index.html": {plan.Classes, text + " page", all, before, false},
	}
}

// first is a site as a first build makes it.
func first() site {
	return site{
		"style.css":                 {plan.Assets, "style 1", nil, nil, false},
		"about/index.html":          {plan.Pages, "about 1", []string{"style.css", "old/index.html"}, nil, false},
		"old/index.html":            {plan.Pages, "old", []string{"style.css", "old/pic.png"}, nil, false},
		"old/pic.png":               {plan.Assets, "picture", nil, nil, false},
		"plain/a.txt":               {plan.Assets, "a", nil, nil, false},
		"issuers/acme/profile.json": {plan.Issuers, "profile 1", nil, nil, true},
		"issuers/acme/index.html":   {plan.Issuers, "issuer 1", []string{"issuers/acme/profile.json", "style.css"}, nil, false},
		"index.html": {plan.Indexes, "home 1", []string{"style.css", "badges/index.html", "about/index.html", "old/index.html",
			"issuers/acme/index.html"}, nil, false},
		"badges/index.html": {plan.Indexes, "catalogue 1", []string{"badges/go/index.html", "style.css"}, nil, false},
		"ledger.txt":        {plan.Indexes, "ledger 1", []string{"awards/a1/assertion.json"}, nil, true},
	}.with(class("go", "go", "a1")).with(award("a1", "go", "a1"))
}

// second adds an award to a class, a class with an award, a file to a class, a folder to an issuer and a page with
// files of two stages; it changes a style sheet and pages, revokes an award and takes a page away.
func second() site {
	return first().with(site{
		"style.css":                      {plan.Assets, "style 2", nil, nil, false},
		"about/index.html":               {plan.Pages, "about 2, with more words", []string{"style.css", "docs/index.html", "media/icon.png"}, nil, false},
		"media/icon.png":                 {plan.Assets, "icon", nil, nil, false},
		"media/list.html":                {plan.Indexes, "list", []string{"awards/a2/index.html", "media/icon.png"}, nil, false},
		"plain/index.html":               {plan.Assets, "index", []string{"plain/a.txt", "plain/z.txt"}, nil, false},
		"plain/z.txt":                    {plan.Assets, "z", nil, nil, false},
		"old/index.html":                 {},
		"old/pic.png":                    {},
		"docs/pic.png":                   {plan.Assets, "pic", nil, nil, false},
		"docs/index.html":                {plan.Pages, "docs", []string{"docs/pic.png", "docs/deep/er/a.txt"}, nil, false},
		"docs/deep/er/a.txt":             {plan.Assets, "a", []string{"docs/deep/er/b.txt"}, nil, false},
		"docs/deep/er/b.txt":             {plan.Assets, "b", []string{"docs/deep/er/a.txt"}, nil, false},
		"issuers/acme/profile.json":      {plan.Issuers, "profile 2", []string{"issuers/acme/keys/one.json"}, nil, true},
		"issuers/acme/keys/one.json":     {plan.Issuers, "key", []string{"issuers/acme/profile.json"}, nil, true},
		"badges/go/achievement.json":     {plan.Classes, "achievement", []string{"badges/go/image.png"}, nil, true},
		"badges/index.html":              {plan.Indexes, "catalogue 2", []string{"badges/go/index.html", "badges/rust/index.html"}, nil, false},
		"ledger.txt":                     {plan.Indexes, "ledger 2", []string{"awards/a1/assertion.json", "awards/a2/assertion.json", "awards/a3/badge.png"}, nil, true},
		"index.html":                     {plan.Indexes, "home 2", []string{"style.css", "badges/index.html", "feed.xml"}, nil, false},
		"feed.xml":                       {plan.Indexes, "feed", []string{"awards/a2/index.html"}, nil, false},
		"newly/made/one/for/index.html":  {plan.Pages, "one", []string{"newly/made/two/index.html"}, nil, false},
		"newly/made/two/index.html":      {plan.Pages, "two", []string{"newly/made/one/for/index.html"}, nil, false},
		"newly/mixed/but/late/page.html": {plan.Indexes, "late", []string{"newly/made/two/index.html"}, nil, false},
	}).with(class("go", "go", "a2")).with(class("rust", "rust", "a3")).with(award("a2", "go", "a2")).
		with(award("a3", "rust", "a3")).with(award("a1", "go", "revoked a1"))
}

// third goes on from second, or from anything between first and second.
func third() site {
	return second().with(site{
		"feed.xml":                       {},
		"index.html":                     {plan.Indexes, "home 3", []string{"style.css", "badges/index.html", "old/index.html"}, nil, false},
		"old/index.html":                 {plan.Pages, "old again", []string{"old/pic.png"}, nil, false},
		"old/pic.png":                    {plan.Assets, "picture again", nil, nil, false},
		"newly/mixed/but/late/page.html": {},
		"docs/deep/er/a.txt":             {},
		"docs/deep/er/b.txt":             {},
		"docs/index.html":                {plan.Pages, "docs 3", []string{"docs/pic.png"}, nil, false},
	}).with(class("go", "go", "a1", "a2", "a4")).with(award("a4", "go", "a4")).with(award("a3", "rust", "revoked a3"))
}

// bench is a folder with a project in it.
type bench struct {
	dir     string
	options publish.Options
}

func newBench(t testing.TB) bench {
	return benchIn(t.TempDir())
}

func benchIn(dir string) bench {
	return bench{dir, publish.Options{
		Dir: filepath.Join(dir, "public"), Record: filepath.Join(dir, ".blazon", "record"), Workers: 1}}
}

func (b bench) write(t testing.TB, s site) publish.Summary {
	t.Helper()
	sum, err := publish.Write(context.Background(), s.plan(t), b.options)
	require.NoError(t, err)
	return sum
}

func (b bench) on(d publish.Disk, t testing.TB, s site) (publish.Summary, error) {
	t.Helper()
	return publish.WriteOn(context.Background(), d, s.plan(t), b.options)
}

// tree reads a folder, without what a run has in it for itself.
func tree(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		if d.IsDir() && d.Name() == ".blazon-tmp" {
			return filepath.SkipDir
		}
		if !d.Type().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(rel)], err = os.ReadFile(name)
		return err
	})
	return files, err
}

// torn says what is wrong with a target in which sites have been published one over the other: a file that is of none of
// them, a file that refers to one which is not there, a file of all of them that is not there.
func (b bench) torn(sites ...site) error {
	files, err := tree(b.options.Dir)
	if err != nil {
		return err
	}
	for name, data := range files {
		known := false
		for _, s := range sites {
			p, ok := s[name]
			known = known || ok && (bytes.Equal(data, p.full()) || p.early != nil && bytes.Equal(data, form(p.text, p.early)))
		}
		if !known {
			return fmt.Errorf("%s has strange bytes %.40q", name, data)
		}
		for line := range strings.Lines(string(data)) {
			ref, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "-> ")
			if ok && files[ref] == nil {
				return fmt.Errorf("%s refers to %s, which is not there", name, ref)
			}
		}
	}
	if _, err := os.Lstat(b.options.Dir); err != nil || len(files) == 0 {
		return nil // before a first build
	}
	for name := range sites[0] {
		always := true
		for _, s := range sites {
			_, ok := s[name]
			always = always && ok
		}
		if always && files[name] == nil {
			return fmt.Errorf("%s is gone", name)
		}
	}
	return nil
}

// holds demands that a project holds exactly a site, and nothing temporary.
func (b bench) holds(t testing.TB, s site) {
	t.Helper()
	var want, got []string
	for name := range s {
		want = append(want, "public/"+name)
		for dir := path.Dir("public/" + name); dir != "."; dir = path.Dir(dir) {
			want = append(want, dir+"/")
		}
	}
	want = append(want, "public/", ".blazon/", ".blazon/record")
	require.NoError(t, filepath.WalkDir(b.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == b.dir {
			return err
		}
		rel, err := filepath.Rel(b.dir, name)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			rel += "/"
		}
		got = append(got, rel)
		return err
	}))
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(t, slices.Compact(want), got)
	files, err := tree(b.options.Dir)
	require.NoError(t, err)
	for name, p := range s {
		require.Equal(t, string(p.full()), string(files[name]), name)
	}
}

// put writes a file of somebody else.
func (b bench) put(t testing.TB, name, text string) {
	t.Helper()
	full := filepath.Join(b.dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
	require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
}

func (b bench) get(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(data)
}
