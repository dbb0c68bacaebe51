package build_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/build"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/plan"
	"blazon/site"
	"blazon/templates"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// states is a project with pages and with awards of each state, public and not.
func states(t *testing.T) fstest.MapFS {
	fsys := example(t)
	fsys["content/pages/about/team.md"] = file("---\ntitle: Team\n---\nHello.\n")
	fsys["content/pages/index.md"] = file("---\ntitle: Welcome\n---\nHello.\n")
	fsys["content/awards/2026.yaml"] = file(`badge: go-basics
issued: 2020-03-14
awards:
  - {id: ` + idValid + `, status_index: 1, recipient: ada@example.org, public: true}
  - {id: ` + idRevoked + `, status_index: 2, recipient: bob@example.org, public: true, revoked: {date: 2026-04-01, reason: Error}}
  - {id: ` + idErased + `, status_index: 3, erased: {date: 2026-04-01}}
  - {id: ` + idDID + `, status_index: 4, recipient: eve@example.org}
  - {id: ` + idURL + `, status_index: 5, badge: welding, public: true, expires: 2021-01-01, recipient: {url: "https://example.org/me"}}
`)
	return fsys
}

func locations(t *testing.T, data []byte) []string {
	t.Helper()
	var list struct {
		URLs []string `xml:"url>loc"`
	}
	require.NoError(t, xml.Unmarshal(data, &list))
	return list.URLs
}

// TestSitemap: search engines are told of pages, issuers, classes and of the awards that are public and stand, be they
// expired by now or not; and of nothing that asks not to be listed.
func TestSitemap(t *testing.T) {
	files := siteOf(t, states(t))
	const base = "https://example.org/badges/"
	assert.Equal(t, []string{
		base, base + "badges/", base + "about/team/", base + "issuers/northwind/", base + "badges/go-basics/", base + "badges/welding/",
		base + "awards/" + idValid + "/", base + "awards/" + idURL + "/",
	}, locations(t, files["sitemap.xml"]))
	listed := 0
	for path, data := range files {
		if !strings.HasSuffix(path, ".html") {
			continue
		}
		url := base + strings.TrimSuffix(path, "index.html")
		if strings.Contains(string(files["sitemap.xml"]), "<loc>"+url+"</loc>") {
			listed++
			assert.NotContains(t, string(data), "noindex", path)
		} else {
			assert.Contains(t, string(data), "noindex", path)
		}
	}
	assert.Equal(t, 8, listed)
}

// TestNothingForHostsNamesAnAward: law 4 over the files that are made for hosts.
func TestNothingForHostsNamesAnAward(t *testing.T) {
	files := siteOf(t, states(t))
	for _, path := range []string{"_headers", "robots.txt", "sitemap.xml", ".nojekyll"} {
		require.Contains(t, files, path)
		for _, id := range []string{idRevoked, idErased, idDID} {
			assert.NotContains(t, string(files[path]), id, path)
		}
	}
	assert.Empty(t, files[".nojekyll"])
}

func TestRobots(t *testing.T) {
	fsys := example(t)
	assert.Equal(t, "User-agent: *\nDisallow:\n", string(siteOf(t, fsys)["robots.txt"]), "nobody reads it under a path")
	fsys["content/site.yaml"] = file("format: 1\nbase_url: https://badges.example.org\ntitle: Badges\nrepository: private\n")
	assert.Equal(t, "User-agent: *\nDisallow:\n\nSitemap: https://badges.example.org/sitemap.xml\n", string(siteOf(t, fsys)["robots.txt"]))
}

func TestHeadersUnderAPath(t *testing.T) {
	fsys := states(t)
	fsys["site/images/map.png"] = file("x")
	headers := string(siteOf(t, fsys)["_headers"])
	for _, want := range []string{"\n/badges/*\n", "\n/badges/\n", "\n/badges/badges/:slug/\n", "\n/badges/about/team/\n", "\n/badges/images/map.png\n", "\n/badges/sitemap.xml\n", "\n/badges/robots.txt\n"} {
		assert.Contains(t, headers, want)
	}
}

// TestFilesOfTheirOwn: a file of site/ takes the place of one for hosts, whole.
func TestFilesOfTheirOwn(t *testing.T) {
	for path, text := range map[string]string{
		"_headers": "/*\n  Access-Control-Allow-Origin: *\n", "robots.txt": "User-agent: *\nDisallow: /\n", "sitemap.xml": "<urlset/>\n", ".nojekyll": "mine\n",
	} {
		t.Run(path, func(t *testing.T) {
			fsys := example(t)
			before := siteOf(t, fsys)
			fsys["site/"+path] = file(text)
			after := siteOf(t, fsys)
			assert.Equal(t, text, string(after[path]))
			delete(before, path)
			delete(after, path)
			if path == "_headers" {
				assertEqualSites(t, before, after)
			} else {
				assert.Len(t, after, len(before))
			}
		})
	}
}

// TestManyPages: a site of more pages than one sitemap may list has an index, which an update writes with its parts
// when the pages are there.
func TestManyPages(t *testing.T) {
	fsys := example(t)
	project, err := load.Load(fsys)
	require.NoError(t, err)
	cat := project.Catalog
	class := cat.Classes[0]
	for i := range 100_100 {
		a := &badge.Award{ID: fmt.Sprintf("a%025d", i), Class: class, Public: i%2 == 0, Recipient: badge.Recipient{Kind: badge.Email, Plain: "x@example.org"}}
		class.Awards = append(class.Awards, a)
		cat.Awards = append(cat.Awards, a)
	}
	p, problems := build.Plan(cat, build.Inputs{Project: fsys, Templates: templates.FS, Assets: input.Overlay(input.Sub(fsys, "site"), site.FS)})
	require.Empty(t, problems)
	made := map[string]string{}
	for _, o := range p.All() {
		if strings.HasPrefix(o.Path, "sitemap") {
			assert.Equal(t, plan.Indexes, o.Stage)
			assert.Equal(t, "application/xml", o.Type)
			data, err := o.Make()
			require.NoError(t, err)
			made[o.Path] = string(data)
		}
	}
	require.Len(t, made, 3)
	assert.Contains(t, made["sitemap.xml"], "<loc>https://example.org/badges/sitemap-2.xml</loc>")
	assert.Equal(t, 50_000, strings.Count(made["sitemap-1.xml"], "<loc>"))
	assert.Equal(t, 50_050+5-50_000, strings.Count(made["sitemap-2.xml"], "<loc>"))
	assert.NotContains(t, made["sitemap-1.xml"]+made["sitemap-2.xml"], fmt.Sprintf("a%025d/", 77), "an unlisted award")

	fsys["site/sitemap.xml"] = file("<urlset/>\n")
	p, problems = build.Plan(cat, build.Inputs{Project: fsys, Templates: templates.FS, Assets: input.Overlay(input.Sub(fsys, "site"), site.FS)})
	require.Empty(t, problems)
	_, ok := p.Lookup("sitemap-1.xml")
	assert.False(t, ok, "a part that nothing names")
}
