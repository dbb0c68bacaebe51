package sitemap_test

import (
	"encoding/xml"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/sitemap"
)

func at(path string) string { return "https://example.org/badges/" + path }

// document is a sitemap or an index as another program reads it.
type document struct {
	XMLName xml.Name
	URLs    []struct {
		Loc string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
	} `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 url"`
	Parts []struct {
		Loc string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
	} `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemap"`
}

// read reads the files as a search engine does, from sitemap.xml on, and returns the pages that they list. Every file is
// well-formed and within the limits, and there is none that the index does not name.
func read(t *testing.T, files []sitemap.File, most, size int) []string {
	t.Helper()
	bodies := map[string][]byte{}
	for _, f := range files {
		require.NotContains(t, bodies, at(f.Path))
		bodies[at(f.Path)] = f.Make()
		require.Equal(t, bodies[at(f.Path)], f.Make(), "made twice")
		require.LessOrEqual(t, len(bodies[at(f.Path)]), size, f.Path)
	}
	parse := func(url string) (d document) {
		require.Contains(t, bodies, url)
		require.NoError(t, xml.Unmarshal(bodies[url], &d))
		require.Equal(t, "http://www.sitemaps.org/schemas/sitemap/0.9", d.XMLName.Space)
		require.LessOrEqual(t, len(d.URLs)+len(d.Parts), most)
		delete(bodies, url)
		return d
	}
	require.Equal(t, "sitemap.xml", files[0].Path)
	first := parse(at("sitemap.xml"))
	var urls []string
	list := func(d document) {
		require.Equal(t, "urlset", d.XMLName.Local)
		for _, u := range d.URLs {
			urls = append(urls, u.Loc)
		}
	}
	if first.XMLName.Local == "sitemapindex" {
		require.Greater(t, len(first.Parts), 1)
		for _, p := range first.Parts {
			part := parse(p.Loc)
			require.NotEmpty(t, part.URLs)
			list(part)
		}
	} else {
		list(first)
	}
	require.Empty(t, bodies, "files that nothing names")
	return urls
}

func some(n int) []string {
	urls := make([]string, n)
	for i := range urls {
		urls[i] = fmt.Sprintf("https://example.org/badges/awards/%d/", i)
	}
	return urls
}

func TestFiles(t *testing.T) {
	for n, parts := range map[int]int{0: 0, 1: 0, 3: 0, sitemap.MaxURLs: 0, sitemap.MaxURLs + 1: 2, 2*sitemap.MaxURLs + 5: 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			urls := some(n)
			files := sitemap.Files(slices.Values(urls), at)
			assert.Len(t, files, 1+parts)
			assert.Equal(t, urls, append([]string{}, read(t, files, 50_000, 52_428_800)...))
		})
	}
}

func TestBytes(t *testing.T) {
	files := sitemap.Files(slices.Values([]string{"https://example.org/?a=1&b='2'", "https://example.org/ü<>\""}), at)
	assert.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://example.org/?a=1&amp;b=&#39;2&#39;</loc></url>
<url><loc>https://example.org/ü&lt;&gt;&#34;</loc></url>
</urlset>
`, string(files[0].Make()))
	files = sitemap.Split(slices.Values(some(3)), at, 2, sitemap.MaxBytes)
	assert.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://example.org/badges/sitemap-1.xml</loc></sitemap>
<sitemap><loc>https://example.org/badges/sitemap-2.xml</loc></sitemap>
</sitemapindex>
`, string(files[0].Make()))
	assert.Equal(t, []string{"sitemap.xml", "sitemap-1.xml", "sitemap-2.xml"}, []string{files[0].Path, files[1].Path, files[2].Path})
}

// TestSize: long addresses fill a file before it has its number of them, and escaped characters count as they are
// written. A file is filled to the last byte.
func TestSize(t *testing.T) {
	urls := some(40)
	for i := range urls {
		urls[i] += strings.Repeat("&", i)
	}
	whole := len(sitemap.Files(slices.Values(urls), at)[0].Make())
	assert.Len(t, sitemap.Split(slices.Values(urls), at, 1000, whole), 1)
	assert.Len(t, sitemap.Split(slices.Values(urls), at, 1000, whole-1), 3)
	for size := 500; size < whole; size += 97 {
		assert.Equal(t, urls, read(t, sitemap.Split(slices.Values(urls), at, 1000, size), 1000, max(size, 4000)))
		for _, f := range sitemap.Split(slices.Values(urls), at, 1000, size)[1:] {
			assert.LessOrEqual(t, len(f.Make()), size)
		}
	}
	assert.Equal(t, 52_428_800, sitemap.MaxBytes)
}

// TestLazy: nothing is asked of the list while no file is made but once to count.
func TestLazy(t *testing.T) {
	calls := 0
	urls := iter.Seq[string](func(yield func(string) bool) {
		calls++
		for _, u := range some(5) {
			if !yield(u) {
				return
			}
		}
	})
	files := sitemap.Split(urls, at, 2, sitemap.MaxBytes)
	assert.Equal(t, 1, calls)
	require.Len(t, files, 4)
	_ = files[0].Make()
	assert.Equal(t, 1, calls, "the index lists its parts alone")
	assert.Contains(t, string(files[3].Make()), "/awards/4/")
	assert.Equal(t, 2, calls)
}
