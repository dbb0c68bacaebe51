package layout_test

import (
	"io/fs"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/layout"
	"blazon/internal/model"
	"blazon/internal/plan"
)

func TestURL(t *testing.T) {
	site := layout.Site{Base: "https://example.org/badges"}
	for path, want := range map[string]string{
		layout.Home:                     "https://example.org/badges/",
		layout.Catalogue:                "https://example.org/badges/badges/",
		layout.ClassPage("go"):          "https://example.org/badges/badges/go/",
		layout.Class("go"):              "https://example.org/badges/badges/go/class.json",
		layout.Assertion("a"):           "https://example.org/badges/awards/a/assertion.json",
		layout.Page("about/team"):       "https://example.org/badges/about/team/",
		"index.html/x":                  "https://example.org/badges/index.html/x",
		"myindex.html":                  "https://example.org/badges/myindex.html",
		layout.IssuerImage("n", "svg"):  "https://example.org/badges/issuers/n/image.svg",
		layout.AwardImage("abc", "png"): "https://example.org/badges/awards/abc/badge.png",
		layout.CataloguePage(2):         "https://example.org/badges/catalogue/2/",
		layout.ClassHolders("go", 31):   "https://example.org/badges/badges/go/holders/31/",
		layout.IssuerBadges("n", 2):     "https://example.org/badges/issuers/n/badges/2/",
	} {
		assert.Equal(t, want, site.URL(path), path)
	}
}

func TestFirstPageStaysWhereItIs(t *testing.T) {
	assert.Equal(t, layout.Catalogue, layout.CataloguePage(1))
	assert.Equal(t, layout.ClassPage("go"), layout.ClassHolders("go", 1))
	assert.Equal(t, layout.IssuerPage("n"), layout.IssuerBadges("n", 1))
}

func TestType(t *testing.T) {
	for path, want := range map[string]string{
		"a/b.json": "application/json", "x.PNG": "image/png", "index.html": "text/html; charset=utf-8", "a.b/c": "application/octet-stream",
		"CNAME": "application/octet-stream", "image.svg": "image/svg+xml", ".json": "application/json",
		"a/credential.jwt": "text/plain", "a/signed.jws": "text/plain",
	} {
		assert.Equal(t, want, layout.Type(path), path)
	}
}

func TestExtensions(t *testing.T) {
	all := layout.Extensions()
	assert.IsIncreasing(t, all)
	assert.Subset(t, all, []string{".html", ".json", ".jws", ".jwt", ".png", ".svg"})
	for _, ext := range all {
		assert.NotEqual(t, "application/octet-stream", layout.Type("x"+ext), ext)
	}
}

// paths are all that one name may become.
func paths(name string) []string {
	return []string{
		layout.IssuerPage(name), layout.Profile(name), layout.IssuerImage(name, "png"), layout.IssuerImage(name, "svg"),
		layout.ClassPage(name), layout.Class(name), layout.Achievement(name), layout.ClassImage(name, "png"), layout.ClassImage(name, "svg"),
		layout.AwardPage(name), layout.Assertion(name), layout.Assertion1(name), layout.AwardImage(name, "png"), layout.AwardImage(name, "svg"),
		layout.ClassHolders(name, 2), layout.ClassHolders(name, 10), layout.IssuerBadges(name, 2), layout.IssuerBadges(name, 1000),
	}
}

// FuzzPaths makes paths of every name that a declaration may have: each can be published everywhere, no two are one, and
// its URL is plain ASCII, stays below the base and leads back to it.
func FuzzPaths(f *testing.F) {
	for _, name := range []string{"go-basics", "a", "nul", "con.txt", "..", ".", "a..b", "-", "_", "a.", "ü", "A", "a/b", "index.html", "k7q2m4x5o3d6a2f7w4z5b6c7ey", "%2e%2e", "a b", strings.Repeat("a", 101)} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if model.CheckSlug(name) != nil {
			t.Skip()
		}
		site := layout.Site{Base: "https://example.org/base"}
		seen := make(map[string]bool)
		for _, path := range append(paths(name), layout.Page(name)) {
			require.True(t, fs.ValidPath(path), path)
			require.NoError(t, plan.CheckPath(path))
			require.False(t, seen[path], "%s twice", path)
			seen[path] = true
			address := site.URL(path)
			u, err := url.Parse(address)
			require.NoError(t, err)
			require.Equal(t, address, u.String(), "nothing to escape")
			require.True(t, strings.HasPrefix(u.Path, "/base/"))
			require.Equal(t, path, strings.TrimPrefix(u.Path+map[bool]string{true: "index.html"}[strings.HasSuffix(u.Path, "/")], "/base/"))
		}
	})
}
