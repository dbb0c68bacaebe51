package build_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/build"
	"blazon/internal/layout"
	"blazon/internal/plan"
	"blazon/internal/publish"
	"blazon/site"
	"blazon/templates"
)

// crowd is a catalogue with many classes, all but one by the second of two issuers, and many listed awards of the first
// class. The awards are to DIDs and no form but the pages is published, so that there is little besides.
func crowd(classes, awards int) *badge.Catalog {
	some := &badge.Issuer{Slug: "some", Name: "Some", URL: "https://some.example.org"}
	most := &badge.Issuer{Slug: "most", Name: "Most", URL: "https://most.example.org"}
	cat := &badge.Catalog{
		Site:    badge.Site{BaseURL: "https://badges.example.org", Title: "Badges", Zone: time.UTC},
		Issuers: []*badge.Issuer{most, some},
	}
	for n := range classes {
		c := &badge.Class{Slug: fmt.Sprintf("class-%05d", n), Issuer: most, Name: fmt.Sprintf("Class %d", n), Image: &badge.Image{SVG: "art.svg", Drawn: true, Width: 40, Height: 40}}
		if n == 0 {
			c.Issuer = some
		}
		cat.Classes = append(cat.Classes, c)
	}
	from := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range awards {
		a := &badge.Award{ID: fmt.Sprintf("a%025d", n), Class: cat.Classes[0], Recipient: badge.Recipient{Kind: badge.DID, Plain: "did:web:example.org"},
			Issued: from.AddDate(0, 0, n/14), Public: true, Details: &badge.Details{Name: fmt.Sprintf("Holder %d", n)}}
		cat.Classes[0].Awards = append(cat.Classes[0].Awards, a)
	}
	cat.Awards = cat.Classes[0].Awards
	return cat
}

func planOfCrowd(t testing.TB, cat *badge.Catalog) *plan.Plan {
	t.Helper()
	p, problems := build.Plan(cat, build.Inputs{
		Project:   fstest.MapFS{"art.svg": &fstest.MapFile{Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>`)}},
		Templates: templates.FS, Assets: site.FS, Pictures: pictures,
	})
	require.NotNil(t, p, "%v", problems)
	return p
}

// TestPathsOfLongLists lists the pages of 5,000 classes and 50,000 awards.
func TestPathsOfLongLists(t *testing.T) {
	cat := crowd(5000, 50_000)
	p := planOfCrowd(t, cat)
	var want []string
	for n := 2; n <= 53; n++ { // 5,000 / 96
		want = append(want, fmt.Sprintf("catalogue/%d/index.html", n))
	}
	for n := 2; n <= 53; n++ { // 4,999 / 96
		want = append(want, fmt.Sprintf("issuers/most/badges/%d/index.html", n))
	}
	for n := 2; n <= 200; n++ { // 50,000 / 250
		want = append(want, fmt.Sprintf("badges/class-00000/holders/%d/index.html", n))
	}
	slices.Sort(want)
	further := regexp.MustCompile(`^(catalogue|issuers/[^/]+/badges|badges/[^/]+/holders)/`)
	var got []string
	for _, o := range p.All() {
		if further.MatchString(o.Path) {
			got = append(got, o.Path)
			assert.NotNil(t, o.Early, o.Path)
			assert.False(t, o.Lasting, o.Path)
			assert.Equal(t, layout.Type("x.html"), o.Type)
		}
		// Then a new issuer's or class's folder appears whole.
		switch {
		case strings.HasPrefix(o.Path, "issuers/"):
			assert.Equal(t, plan.Issuers, o.Stage, o.Path)
		case strings.HasPrefix(o.Path, "badges/class-"):
			assert.Equal(t, plan.Classes, o.Stage, o.Path)
		}
	}
	assert.Equal(t, want, got)

	for file, words := range map[string]string{
		layout.Catalogue:                               "Badges 1 to 96 of 5,000.",
		layout.CataloguePage(53):                       "Badges 4,993 to 5,000 of 5,000.",
		layout.IssuerBadges("most", 2):                 "Badges 97 to 192 of 4,999.",
		layout.ClassPage("class-00000"):                "50,000 public awards.",
		layout.ClassHolders("class-00000", 2):          "Awards 251 to 500 of 50,000, the newest first.",
		layout.ClassHolders("class-00000", 200):        "Awards 49,751 to 50,000 of 50,000, the newest first.",
		"issuers/some/index.html":                      "Class 0",
		"badges/class-04999/index.html":                "Class 4999",
		"awards/a0000000000000000000049999/index.html": "Holder 49999",
	} {
		o, ok := p.Lookup(file)
		require.True(t, ok, file)
		data, err := o.Make()
		require.NoError(t, err)
		assert.Contains(t, string(data), words, file)
		assert.Less(t, len(data), 120_000, file)
	}
	assert.Contains(t, string(made(t, p, layout.CataloguePage(53))), "<title>Badges, page 53 of 53 · Badges</title>")
}

func made(t testing.TB, p *plan.Plan, file string) []byte {
	t.Helper()
	o, ok := p.Lookup(file)
	require.True(t, ok, file)
	data, err := o.Make()
	require.NoError(t, err)
	return data
}

// TestEveryListedAwardIsOnOnePage makes the pages of a class's 1,001 awards, some of which may not be listed.
func TestEveryListedAwardIsOnOnePage(t *testing.T) {
	cat := crowd(1, 1001)
	listed := map[string]bool{}
	for n, a := range cat.Awards {
		switch n % 5 {
		case 1:
			a.Public = false
		case 2:
			a.Revoked = &badge.Revocation{At: a.Issued}
		case 3:
			a.Erased, a.Details, a.Recipient = &badge.Erasure{At: a.Issued}, nil, badge.Recipient{}
		default:
			listed[a.ID] = true
		}
	}
	p := planOfCrowd(t, cat)
	seen := map[string]int{}
	lists := 0
	link := regexp.MustCompile(`awards/(a\d{25})/`)
	for _, o := range p.All() {
		if path.Ext(o.Path) != ".html" || strings.HasPrefix(o.Path, "awards/") {
			continue
		}
		data, err := o.Make()
		require.NoError(t, err)
		found := link.FindAllSubmatch(data, -1)
		for _, m := range found {
			seen[string(m[1])]++
		}
		if len(found) > 0 {
			lists++
		}
	}
	assert.Equal(t, 2, lists, "pages for 401 awards")
	assert.Len(t, seen, len(listed))
	for id := range listed {
		assert.Equal(t, 1, seen[id], id)
	}
}

var href = regexp.MustCompile(`(?:href|src)="([^"#?]*)`)

// references are the published paths that a page refers to.
func references(file string, data []byte) []string {
	var all []string
	for _, m := range href.FindAllSubmatch(data, -1) {
		to := string(m[1])
		if to == "" || strings.Contains(to, ":") {
			continue
		}
		target := path.Join(path.Dir(file), to)
		if strings.HasSuffix(to, "/") {
			target = path.Join(target, "index.html")
		}
		all = append(all, target)
	}
	return all
}

// TestReferencesKeepToTheirStage holds every file of long lists against what plan.Stage demands, in the form in which it
// may appear first.
func TestReferencesKeepToTheirStage(t *testing.T) {
	p := planOfCrowd(t, crowd(400, 600))
	// Two issuers or classes may be new at once; a class's or issuer's own folder appears whole.
	own := func(file string) string { return strings.Join(strings.SplitN(file, "/", 3)[:2], "/") }
	later := 0
	for _, o := range p.All() {
		if path.Ext(o.Path) != ".html" {
			continue
		}
		forms := []plan.Output{o}
		if o.Early != nil {
			full, err := o.Make()
			require.NoError(t, err)
			for _, to := range references(o.Path, full) {
				target, ok := p.Lookup(to)
				require.True(t, ok, "%s refers to %s", o.Path, to)
				if target.Stage > o.Stage || target.Stage == o.Stage && path.Dir(to) != path.Dir(o.Path) {
					later++
				}
			}
			forms[0].Make = o.Early
		}
		data, err := forms[0].Make()
		require.NoError(t, err)
		for _, to := range references(o.Path, data) {
			target, ok := p.Lookup(to)
			require.True(t, ok, "%s refers to %s", o.Path, to)
			always := to == layout.Home || to == layout.Catalogue
			pages := o.Early == nil && target.Early != nil && o.Stage == plan.Indexes // which come before what has changed
			assert.True(t, always || pages || target.Stage < o.Stage || target.Stage == o.Stage && strings.Contains(to, "/") && own(to) == own(o.Path),
				"%s, of stage %d, refers to %s, of stage %d", o.Path, o.Stage, to, target.Stage)
		}
	}
	assert.Greater(t, later, 1000, "full forms refer to what comes later, or this test sees nothing")
}

// interrupted ends when it has been asked so many times.
type interrupted struct {
	context.Context
	left int
}

var errEnded = errors.New("ended")

func (c *interrupted) Err() error {
	if c.left--; c.left < 0 {
		return errEnded
	}
	return nil
}

func (c *interrupted) Done() <-chan struct{} { return nil }

// lists is the part of a site that leads through long lists: the pages of the lists, without most of what they list.
func lists(t testing.TB, cat *badge.Catalog) *plan.Plan {
	var outputs []plan.Output
	kept := regexp.MustCompile(`^(catalogue/|issuers/|badges/index|badges/class-00000/|index|style)`)
	for _, o := range planOfCrowd(t, cat).All() {
		if kept.MatchString(o.Path) {
			o.Make = sync.OnceValues(o.Make) // it is published a hundred times
			if o.Early != nil {
				o.Early = sync.OnceValues(o.Early)
			}
			outputs = append(outputs, o)
		}
	}
	p, err := plan.New(outputs)
	require.NoError(t, err)
	return p
}

// TestLongListsAreNeverTorn lets lists grow and shrink, stops the update at every step and follows all links. Pages that
// go, one after another, may refer to each other until they are gone: no page that stays refers to them any more.
func TestLongListsAreNeverTorn(t *testing.T) {
	few, one, many := crowd(97, 251), crowd(3, 1), crowd(300, 760)
	fewer := crowd(200, 510) // a page less of each than many has
	for name, change := range map[string]struct{ from, to *badge.Catalog }{
		"one page to many": {one, many}, "many pages to two": {many, few},
		"many pages to one": {many, one}, "a page less": {many, fewer}, "a page more": {fewer, many},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := lists(t, change.from), lists(t, change.to)
			known, going := map[string]bool{}, map[string]bool{}
			for _, o := range after.All() {
				known[o.Path] = true
			}
			for _, o := range before.All() {
				going[o.Path] = !known[o.Path]
				known[o.Path] = true
			}
			home := t.TempDir()
			stride := 1
			if testing.Short() {
				stride = 7
			}
			for step := 1; ; step += stride {
				dir := filepath.Join(home, fmt.Sprint(step))
				options := publish.Options{Dir: filepath.Join(dir, "public"), Record: filepath.Join(dir, "record"), Workers: 1}
				_, err := publish.Write(t.Context(), before, options)
				require.NoError(t, err)
				_, err = publish.Write(&interrupted{t.Context(), step}, after, options)
				whole(t, options.Dir, known, going, step)
				if err == nil {
					assert.Greater(t, step, 20)
					break
				}
				require.ErrorIs(t, err, errEnded)
				_, err = publish.Write(t.Context(), after, options)
				require.NoError(t, err)
				for _, o := range before.All() {
					_, planned := after.Lookup(o.Path)
					_, err := os.Stat(filepath.Join(options.Dir, filepath.FromSlash(o.Path)))
					require.Equal(t, planned, err == nil, o.Path)
				}
				require.NoError(t, os.RemoveAll(dir))
			}
		})
	}
}

// whole demands that every page's references resolve, of those that were published at all.
func whole(t testing.TB, dir string, known, going map[string]bool, step int) {
	t.Helper()
	files := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && strings.HasPrefix(d.Name(), ".blazon") {
				return filepath.SkipDir
			}
			return err
		}
		rel, err := filepath.Rel(dir, name)
		require.NoError(t, err)
		files[filepath.ToSlash(rel)], err = os.ReadFile(name)
		return err
	}))
	require.NotEmpty(t, files)
	for file, data := range files {
		if path.Ext(file) != ".html" {
			continue
		}
		for _, to := range references(file, data) {
			if known[to] && !(going[file] && going[to]) {
				assert.True(t, files[to] != nil, "%s refers to %s after step %d", file, to, step)
			}
		}
	}
}
