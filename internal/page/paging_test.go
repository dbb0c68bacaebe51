package page_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/layout"
	"blazon/internal/page"
	"blazon/templates"
)

// long is a catalogue whose lists have several pages where three badges and two awards stand on one: Arts has five
// current badges and two of the past, Bricks has two current ones; of the first badge's ten awards six are listed.
func long() *badge.Catalog {
	cat := sample()
	cat.Pages, cat.Classes, cat.Awards = nil, nil, nil
	arts := &badge.Issuer{Slug: "arts", Name: "Arts & Co", URL: "https://arts.example.org", Description: "A school."}
	bricks := &badge.Issuer{Slug: "bricks", Name: "Bricks", URL: "https://bricks.example.org"}
	cat.Issuers = []*badge.Issuer{arts, bricks}
	class := func(slug string, i *badge.Issuer) *badge.Class {
		c := &badge.Class{Slug: slug, Issuer: i, Name: strings.ToUpper(slug[:1]) + slug[1:], Description: "About " + slug + ".",
			Criteria: "Pass the test of " + slug + ".", Image: &badge.Image{File: slug + ".png", Width: 300, Height: 300}}
		cat.Classes = append(cat.Classes, c)
		return c
	}
	first := class("acting", arts)
	for _, slug := range []string{"ballet", "collage"} {
		class(slug, arts)
	}
	class("doors", bricks)
	class("etching", arts).Retired = on("2025-01-02")
	for _, slug := range []string{"fresco", "glazing"} {
		class(slug, arts)
	}
	class("hinges", bricks)
	class("ink", arts).SupersededBy = []*badge.Class{first}
	for n, day := range []string{"2023-05-01", "2024-02-01", "2024-02-01", "2024-02-01", "2024-09-09", "2025-12-31", "2025-06-01", "2025-06-01", "2025-06-01", "2025-06-01"} {
		a := &badge.Award{ID: fmt.Sprintf("award%021d", n), Class: first, Recipient: badge.Recipient{Kind: badge.Email, Plain: "ada@example.org"},
			Issued: on(day), Public: true, Details: &badge.Details{Name: fmt.Sprintf("Holder %d", 9-n)}}
		switch n {
		case 2:
			a.Details = nil // no name: the last of its day
		case 6:
			a.Public = false
		case 7:
			a.Revoked = &badge.Revocation{At: on("2026-01-01")}
		case 8:
			a.Erased, a.Details = &badge.Erasure{At: on("2026-01-01")}, nil
		case 9:
			a.Public = false
		}
		first.Awards = append(first.Awards, a)
	}
	cat.Awards = first.Awards
	return cat
}

func longRenderer(t *testing.T, cat *badge.Catalog) *page.Renderer {
	t.Helper()
	r, err := page.New(cat, templates.FS, assets, true)
	require.NoError(t, err)
	r.SetSizes(3, 2)
	return r
}

// part is what stands between two marks of a document, the first of them included.
func part(doc, from, to string) string {
	_, rest, ok := strings.Cut(doc, from)
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, to)
	return from + rest
}

var (
	heading = regexp.MustCompile(`(?s)<h[23][^>]*>(.*?)</h[23]>`)
	markup  = regexp.MustCompile(`<[^>]*>`)
	item    = regexp.MustCompile(`(?s)<li[^>]*>(.*?)</li>`)
)

func text(s string) string { return strings.TrimSpace(markup.ReplaceAllString(s, "")) }

func headings(doc string) (all []string) {
	for _, m := range heading.FindAllStringSubmatch(doc, -1) {
		all = append(all, text(m[1]))
	}
	return all
}

func items(doc string) (all []string) {
	for _, m := range item.FindAllStringSubmatch(doc, -1) {
		all = append(all, text(m[1]))
	}
	return all
}

func TestPagesOfTheCatalogue(t *testing.T) {
	cat := long()
	all := pages(t, longRenderer(t, cat), cat)
	for n, want := range [][]string{
		{"Arts &amp; Co", "Acting", "Ballet", "Collage"},
		{"Arts &amp; Co (continued)", "Fresco", "Glazing", "Bricks", "Doors"},
		{"Bricks (continued)", "Hinges", "Retired and replaced", "Etching", "Ink"},
	} {
		doc := all[layout.CataloguePage(n+1)]
		assert.Equal(t, want, headings(doc), "page %d", n+1)
		assert.Contains(t, doc, fmt.Sprintf("<p>Badges %d to %d of 9.", 3*n+1, 3*n+3))
	}
	assert.NotContains(t, all, layout.CataloguePage(4))
	assert.Contains(t, all[layout.Catalogue], "<title>Badges · ")
	assert.Contains(t, all[layout.CataloguePage(2)], "<title>Badges, page 2 of 3 · ")
	assert.Equal(t, []string{"Arts &amp; Co 7 badges", "Bricks 2 badges"}, items(part(all[layout.Catalogue], `id="find"`, "</details>")))
	assert.Contains(t, all[layout.CataloguePage(2)], `<a href="../../badges/#find">All issuers</a>`)
	assert.NotContains(t, all[layout.CataloguePage(2)], "<details")

	cat.Classes[7].Retired = on("2025-01-02") // hinges, so that a page begins where the past does
	cat.Classes[3].Retired = on("2025-01-02")
	cat.Classes[1].Retired = on("2025-01-02")
	cat.Classes[0].Retired = on("2025-01-02")
	all = pages(t, longRenderer(t, cat), cat)
	assert.Equal(t, []string{"Retired and replaced", "Acting", "Ballet", "Doors"}, headings(all[layout.CataloguePage(2)]))
	assert.Equal(t, []string{"Retired and replaced (continued)", "Etching", "Hinges", "Ink"}, headings(all[layout.CataloguePage(3)]))
}

func TestPagesOfAnIssuer(t *testing.T) {
	cat := long()
	all := pages(t, longRenderer(t, cat), cat)
	first := all[layout.IssuerPage("arts")]
	assert.Equal(t, []string{"Badges", "Acting", "Ballet", "Collage"}, headings(first))
	assert.Contains(t, first, "<p>Badges 1 to 3 of 7.")
	assert.Equal(t, []string{"Acting to Collage", "Fresco to Etching", "Ink"}, items(part(first, `id="find"`, "</details>")))
	assert.Equal(t, []string{"Badges (continued)", "Fresco", "Glazing", "Retired and replaced", "Etching"}, headings(all[layout.IssuerBadges("arts", 2)]))
	last := all[layout.IssuerBadges("arts", 3)]
	assert.Equal(t, []string{"Retired and replaced (continued)", "Ink"}, headings(last))
	assert.Contains(t, last, "<title>Arts &amp; Co, page 3 of 3 · ")
	assert.Contains(t, last, "<p>Badges 7 to 7 of 7.")
	assert.Contains(t, last, `<a href="../../#find">`)
	assert.NotContains(t, all, layout.IssuerBadges("arts", 4))
	assert.NotContains(t, all, layout.IssuerBadges("bricks", 2))
	assert.NotContains(t, all[layout.IssuerPage("bricks")], `class="pager"`)
	assert.NotContains(t, all[layout.IssuerPage("bricks")], "<details")

	// One issuer's catalogue has the guides too.
	for _, c := range cat.Classes {
		c.Issuer = cat.Issuers[0]
	}
	cat.Issuers = cat.Issuers[:1]
	doc, err := longRenderer(t, cat).Catalogue(1, false)
	require.NoError(t, err)
	assert.Equal(t, []string{"Acting to Collage", "Doors to Glazing", "Hinges to Ink"}, items(part(string(doc), `id="find"`, "</details>")))
}

func TestPagesOfAwards(t *testing.T) {
	cat := long()
	all := pages(t, longRenderer(t, cat), cat)
	for n, want := range [][]string{
		{"Holder 4 31 December 2025", "Holder 5 9 September 2024"},
		{"Holder 6 1 February 2024", "Holder 8 1 February 2024"},
		{"Unnamed holder 1 February 2024", "Holder 9 1 May 2023"},
	} {
		doc := all[layout.ClassHolders("acting", n+1)]
		assert.Equal(t, want, items(part(doc, `<ul class="awards">`, "</ul>")))
		assert.Contains(t, doc, fmt.Sprintf("<p>Awards %d to %d of 6, the newest first.", 2*n+1, 2*n+2))
		assert.Equal(t, []string{"2025", "2024", "2023"}, items(part(doc, `<nav class="years"`, "</nav>")))
		assert.Equal(t, n == 0, strings.Contains(doc, "Pass the test"))
		assert.Contains(t, headings(doc), []string{"Awarded to", "Awarded to (continued)"}[min(n, 1)])
	}
	assert.NotContains(t, all, layout.ClassHolders("acting", 4))
	assert.Contains(t, all[layout.ClassPage("acting")], "<p>6 public awards.")
	assert.Contains(t, all[layout.ClassPage("acting")], `<a href="./#y2025">2025</a>`)
	assert.Contains(t, all[layout.ClassPage("acting")], `<a href="holders/3/#y2023">2023</a>`)
	second := all[layout.ClassHolders("acting", 2)]
	assert.Contains(t, second, "<title>Acting, page 2 of 3 · ")
	assert.Contains(t, second, `<a href="../../#y2024">2024</a>`)
	assert.Contains(t, second, `<h1 dir="auto">Acting</h1>`)
	assert.Contains(t, second, `<a href="../../">Read how it is earned</a>`)

	for _, a := range cat.Awards {
		var found []string
		for path, doc := range all {
			if path != layout.AwardPage(a.ID) && strings.Contains(doc, a.ID) {
				found = append(found, path)
			}
		}
		if a.Public && a.State() == badge.Valid {
			assert.Len(t, found, 1, a.ID)
		} else {
			assert.Empty(t, found, a.ID)
		}
	}

	cat.Awards[0].Issued = on("2024-01-01").Add(-time.Minute)
	doc, err := longRenderer(t, cat).Class(cat.Classes[0], false)
	require.NoError(t, err)
	assert.Equal(t, []string{"2025", "2024"}, items(part(string(doc), `<nav class="years"`, "</nav>")), "in the site's zone")

	for _, a := range cat.Awards {
		a.Issued = on("2024-02-01")
	}
	doc, err = longRenderer(t, cat).Class(cat.Classes[0], false)
	require.NoError(t, err)
	assert.NotContains(t, string(doc), `class="years"`, "one year")
	assert.NotContains(t, string(doc), `id="y2024"`)
	r := longRenderer(t, cat)
	r.SetSizes(3, 6)
	doc, err = r.Class(cat.Classes[0], false)
	require.NoError(t, err)
	assert.NotContains(t, string(doc), `class="pager"`, "as many awards as one page has")
}

// TestPagesLinkToWhatIsThere follows every link of long lists, with its fragment.
func TestPagesLinkToWhatIsThere(t *testing.T) {
	cat := long()
	r := longRenderer(t, cat)
	all := pages(t, r, cat)
	there := published(cat)
	ids := map[string]bool{}
	for path, doc := range all {
		there[path] = true
		for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(doc, -1) {
			ids[path+"#"+m[1]] = true
		}
	}
	fragments := 0
	for path, doc := range all {
		for _, l := range examine(t, doc) {
			checkLink(t, cat.Site.BaseURL, path, l, there)
			u, err := url.Parse(l.url)
			require.NoError(t, err)
			if target, outside := leads(t, cat.Site.BaseURL, path, l.url); !outside && u.Fragment != "" {
				fragments++
				assert.True(t, ids[target+"#"+u.Fragment], "%s: %s", path, l.url)
			}
		}
	}
	assert.Greater(t, fragments, len(all))
	for path, doc := range earlyPages(t, r, cat) {
		assert.NotContains(t, doc, `class="pager"`, path)
		assert.NotRegexp(t, `rel="(prev|next)"`, doc, path)
		for _, l := range examine(t, doc) {
			checkLink(t, cat.Site.BaseURL, path, l, there)
		}
	}
}

func TestPager(t *testing.T) {
	cat := long()
	read := func(n, awards int) (turns []string, doc string) {
		r := longRenderer(t, cat)
		r.SetSizes(3, awards)
		data, err := r.Class(cat.Classes[0], false)
		if n > 1 {
			data, err = r.Holders(cat.Classes[0], n, false)
		}
		require.NoError(t, err)
		doc = string(data)
		for _, m := range item.FindAllStringSubmatch(part(doc, `<nav class="pager"`, "</nav>"), -1) {
			label := text(m[1])
			if strings.Contains(m[1], `aria-current="page"`) {
				label = "[" + label + "]"
			}
			turns = append(turns, label)
		}
		return turns, doc
	}
	// Fourteen listed awards.
	for n := range 8 {
		a := *cat.Awards[0]
		a.ID = fmt.Sprintf("extra%021d", n)
		cat.Classes[0].Awards = append(cat.Classes[0].Awards, &a)
	}
	for _, test := range []struct {
		n, awards int
		want      string
	}{
		{1, 14, ""},
		{1, 13, "Next [1] 2"},
		{2, 13, "Previous 1 [2]"},
		{1, 2, "Next [1] 2 … 7"},
		{2, 2, "Previous Next 1 [2] 3 … 7"},
		{3, 2, "Previous Next 1 2 [3] 4 … 7"},
		{4, 2, "Previous Next 1 2 3 [4] 5 6 7"},
		{7, 2, "Previous 1 … 6 [7]"},
		{7, 1, "Previous Next 1 … 6 [7] 8 … 14"},
	} {
		turns, _ := read(test.n, test.awards)
		assert.Equal(t, test.want, strings.Join(turns, " "), "page %d of %d awards each", test.n, test.awards)
	}
	_, doc := read(2, 5)
	assert.Contains(t, doc, `<link rel="prev" href="../../">`)
	assert.Contains(t, doc, `<link rel="next" href="../3/">`)
	assert.Contains(t, doc, `<a href="../../" aria-label="Page 1, the first">1</a>`)
	assert.Contains(t, doc, `<a href="./" aria-current="page" aria-label="Page 2">2</a>`)
	assert.Contains(t, doc, `<a href="../3/" aria-label="Page 3, the last">3</a>`)
	_, doc = read(1, 5)
	assert.NotContains(t, doc, `rel="prev"`)
	assert.Contains(t, doc, `<link rel="next" href="holders/2/">`)
}

func TestGrouped(t *testing.T) {
	for n, want := range map[page.Number]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 50000: "50,000", 123456: "123,456", 1234567: "1,234,567"} {
		assert.Equal(t, want, n.Grouped(","))
	}
	assert.Equal(t, "1’000", page.Number(1000).Grouped("’"))
}

// TestEveryEntryIsOnOnePage cuts lists of many lengths.
func TestEveryEntryIsOnOnePage(t *testing.T) {
	for listed := range 12 {
		cat := long()
		class := cat.Classes[0]
		class.Awards = nil
		var want []string
		for n := range listed {
			a := *cat.Awards[0]
			a.ID = fmt.Sprintf("entry%021d", n)
			class.Awards = append(class.Awards, &a)
			want = append(want, a.ID)
		}
		cat.Awards = class.Awards
		r := longRenderer(t, cat)
		r.SetSizes(1+listed%4, 1+listed%5)
		awards, inCatalogue, ofIssuers := map[string]int{}, map[string]int{}, map[string]int{}
		for path, doc := range pages(t, r, cat) {
			switch {
			case strings.HasPrefix(path, "badges/acting/"):
				for _, id := range want {
					awards[id] += strings.Count(doc, id)
				}
			case path == layout.Catalogue || strings.HasPrefix(path, "catalogue/"):
				for _, name := range headings(doc) {
					inCatalogue[name]++
				}
			case strings.HasPrefix(path, "issuers/"):
				for _, name := range headings(doc) {
					ofIssuers[name]++
				}
			}
		}
		for _, id := range want {
			assert.Equal(t, 1, awards[id], id)
		}
		for _, c := range cat.Classes {
			assert.Equal(t, 1, inCatalogue[c.Name], c.Name)
			assert.Equal(t, 1, ofIssuers[c.Name], c.Name)
		}
	}
}
