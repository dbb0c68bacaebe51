package page_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/layout"
	"blazon/internal/page"
	"blazon/internal/plan"
	"blazon/templates"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestGolden(t *testing.T) {
	cat := sample()
	all := pages(t, renderer(t, cat), cat)
	early := earlyPages(t, renderer(t, cat), cat)
	golden := map[string]string{
		"home":           all[layout.Home],
		"catalogue":      all[layout.Catalogue],
		"404":            all[layout.NotFound],
		"class":          all[layout.ClassPage("go-basics")],
		"class-early":    early[layout.ClassPage("go-basics")],
		"class-replaced": all[layout.ClassPage("golang-101")],
		"class-retired":  all[layout.ClassPage("solder")],
		"class-drawn":    all[layout.ClassPage("script")],
		"issuer":         all[layout.IssuerPage("northwind")],
		"issuer-early":   early[layout.IssuerPage("northwind")],
		"page":           all[layout.Page("about/team")],
		"page-early":     early[layout.Page("about/team")],
		"award-plain":    all[layout.AwardPage(cat.Awards[plainAward].ID)],
		"award-full":     all[layout.AwardPage(cat.Awards[fullAward].ID)],
		"award-revoked":  all[layout.AwardPage(cat.Awards[revokedAward].ID)],
		"award-erased":   all[layout.AwardPage(cat.Awards[erasedAward].ID)],
		"award-did":      all[layout.AwardPage(cat.Awards[didAward].ID)],
		"award-drawn":    all[layout.AwardPage(cat.Awards[drawnAward].ID)],
	}
	cat = long()
	r := longRenderer(t, cat)
	all, early = pages(t, r, cat), earlyPages(t, r, cat)
	for name, path := range map[string]string{
		"catalogue-long":  layout.Catalogue,
		"catalogue-2":     layout.CataloguePage(2),
		"class-long":      layout.ClassPage("acting"),
		"holders-2":       layout.ClassHolders("acting", 2),
		"issuer-long":     layout.IssuerPage("arts"),
		"issuer-badges-2": layout.IssuerBadges("arts", 2),
	} {
		golden[name] = all[path]
	}
	golden["catalogue-2-early"] = early[layout.CataloguePage(2)]
	golden["holders-2-early"] = early[layout.ClassHolders("acting", 2)]
	golden["issuer-badges-2-early"] = early[layout.IssuerBadges("arts", 2)]
	dir := filepath.Join("testdata", "golden")
	if *update {
		require.NoError(t, os.MkdirAll(dir, 0o777))
		for name, doc := range golden {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name+".html"), []byte(doc), 0o666))
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.html"))
	require.NoError(t, err)
	for _, file := range files {
		assert.Contains(t, golden, strings.TrimSuffix(filepath.Base(file), ".html"), "no page claims this file")
	}
	for name, doc := range golden {
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(dir, name+".html"))
			require.NoError(t, err)
			assert.Equal(t, string(want), doc)
		})
	}
}

func TestDocuments(t *testing.T) {
	for _, base := range []string{"https://badges.example.org", "https://badges.example.org/academy", "https://example.org/a/b-c"} {
		t.Run(base, func(t *testing.T) {
			cat := sample()
			for _, p := range cat.Pages {
				p.Body = strings.ReplaceAll(p.Body, cat.Site.BaseURL, base)
			}
			cat.Site.BaseURL = base
			r := renderer(t, cat)
			all := pages(t, r, cat)
			there := published(cat)
			for path := range all {
				there[path] = true
			}
			for path, doc := range all {
				t.Run(path, func(t *testing.T) {
					for _, l := range examine(t, doc) {
						checkLink(t, base, path, l, there)
					}
				})
			}
			for path, doc := range earlyPages(t, r, cat) {
				t.Run("early/"+path, func(t *testing.T) {
					for _, l := range examine(t, doc) {
						checkLink(t, base, path, l, there)
					}
				})
			}
		})
	}
}

func checkLink(t *testing.T, base, path string, l link, there map[string]bool) {
	t.Helper()
	if l.tag == "canonical" {
		assert.Equal(t, layout.Site{Base: base}.URL(path), l.url)
		return
	}
	target, outside := leads(t, base, path, l.url)
	if outside {
		assert.Regexp(t, `^(https|mailto):`, l.url)
		return
	}
	assert.True(t, there[target], "%s leads to %s, which is not published", l.url, target)
	root := strings.TrimPrefix(base, "https://")
	root = root[strings.IndexByte(root+"/", '/'):] + "/"
	if path == layout.NotFound {
		assert.True(t, strings.HasPrefix(l.url, root) || l.url == "#main", "%s is not root-absolute", l.url)
	} else {
		assert.False(t, strings.HasPrefix(l.url, "/") || strings.Contains(l.url, "://"), "%s is not relative", l.url)
	}
}

// stages says at which stage of an update a path appears. The home page and the catalogue are there before it.
func stageOf(path string) plan.Stage {
	switch {
	case assets[path] != "" || path == layout.Home || path == layout.Catalogue:
		return plan.Assets
	case strings.HasPrefix(path, "issuers/"):
		return plan.Issuers
	case strings.HasPrefix(path, "badges/"):
		return plan.Classes
	case strings.HasPrefix(path, "awards/"):
		return plan.Awards
	}
	return plan.Pages
}

func TestEarlyFormsReferToEarlierStagesOnly(t *testing.T) {
	cat := sample()
	r := renderer(t, cat)
	early, full := earlyPages(t, r, cat), pages(t, r, cat)
	require.Len(t, early, len(cat.Classes)+len(cat.Issuers)+len(cat.Pages)-1)
	later := 0
	for path, doc := range early {
		dangling := func(doc string) (bad []string) {
			for _, l := range examine(t, doc) {
				target, outside := leads(t, cat.Site.BaseURL, path, l.url)
				same := strings.TrimSuffix(path, "index.html") == target[:strings.LastIndexByte(target, '/')+1]
				if !outside && l.tag != "canonical" && !same && stageOf(target) >= stageOf(path) {
					bad = append(bad, l.url)
				}
			}
			return bad
		}
		assert.Empty(t, dangling(doc), path)
		later += len(dangling(full[path]))
	}
	assert.Greater(t, later, 10, "the full forms refer to later stages, or this test sees nothing")
	for _, l := range examine(t, full[layout.AwardPage(cat.Awards[fullAward].ID)]) {
		target, _ := leads(t, cat.Site.BaseURL, layout.AwardPage(cat.Awards[fullAward].ID), l.url)
		assert.NotEqual(t, plan.Indexes, stageOf(target))
	}
}

func TestNoIdentityIsPublished(t *testing.T) {
	cat := sample()
	var secrets []string
	for _, a := range cat.Awards {
		identity := a.Identity()
		for _, s := range []string{a.Recipient.Plain, identity.Hash, strings.TrimPrefix(identity.Hash, "sha256$"), identity.Salt} {
			if s != "" {
				secrets = append(secrets, s)
			}
		}
	}
	for _, holder := range holders {
		assert.Contains(t, secrets, holder)
	}
	r := renderer(t, cat)
	docs := pages(t, r, cat)
	for path, doc := range earlyPages(t, r, cat) {
		docs["early/"+path] = doc
	}
	for path, doc := range docs {
		for _, secret := range secrets {
			assert.NotContains(t, strings.ToLower(doc), strings.ToLower(secret), path)
		}
	}
}

func TestUnlistedAwardsAreNamedNowhere(t *testing.T) {
	cat := sample()
	all := pages(t, renderer(t, cat), cat)
	listed := map[int]bool{plainAward: true, fullAward: true, didAward: true, drawnAward: true, hashedAward: true}
	for i, a := range cat.Awards {
		found := false
		for path, doc := range all {
			if path != layout.AwardPage(a.ID) && strings.Contains(doc, a.ID) {
				found = true
				places := []string{layout.ClassPage(a.Class.Slug)}
				if i == plainAward { // listed, and in the place of a revoked one
					places = append(places, layout.AwardPage(cat.Awards[revokedAward].ID))
				}
				assert.Contains(t, places, path)
			}
		}
		assert.Equal(t, listed[i], found, a.ID)
	}
	class := all[layout.ClassPage("go-basics")]
	assert.Contains(t, class, "2 public awards")
	assert.NotContains(t, class, "Nobody Known")
	assert.NotContains(t, class, "Alan T.")
	grace, unnamed := strings.Index(class, "Grace &lt;H.&gt;"), strings.Index(class, "Unnamed holder")
	assert.True(t, 0 < grace && grace < unnamed, "the newest first: Grace's was issued on the 15th in the site's zone")
}

func TestAwardStates(t *testing.T) {
	cat := sample()
	all := pages(t, renderer(t, cat), cat)
	const (
		noindex    = `<meta name="robots" content="noindex">`
		noReferrer = `<meta name="referrer" content="no-referrer">`
		png        = `href="badge.png" download`
		svg        = `href="badge.svg" download`
		assertion  = `href="assertion.json"`
		assertion1 = `href="assertion-1.json"`
		credential = `href="credential.json"`
		ownPNG     = `<img src="badge.png"`
		classPNG   = `<img src="../../badges/go-basics/image.png"`
	)
	tests := map[string]struct {
		award int
		has   []string
		lacks []string
	}{
		"valid": {plainAward,
			[]string{noReferrer, png, svg, assertion, assertion1, ownPNG, "Go basics", "Give the picture", `<time datetime="2026-03-14">14 March 2026</time>`},
			[]string{noindex, "Valid until", "Awarded to", "evoked", credential}},
		"with everything": {fullAward,
			[]string{noReferrer, png, assertion1, `dir="auto">Grace &lt;H.&gt;</p>`, `<time datetime="2026-03-15">15 March 2026</time>`,
				`Valid until <time datetime="2028-03-14">14 March 2028</time>`, "Finished <em>first</em>", `<h3>How</h3>`, "92&nbsp;%", "A, Completed",
				`<a href="https://code.example.org/kestrel?a=1&amp;b=2" rel="nofollow noopener noreferrer" dir="auto">Kestrel</a>`,
				">https://video.example.org/t</a>", "A <em>talk</em>."},
			[]string{noindex, `href="data:`}},
		"unlisted": {hiddenAward, []string{noindex, noReferrer, "Nobody Known", png}, nil},
		"revoked": {revokedAward,
			[]string{noindex, noReferrer, "Revoked on <time datetime=\"2026-05-01\">1 May 2026</time>", "Issued in error.", `class="plate revoked"`,
				classPNG, assertion, "Alan T.", "Go basics"},
			[]string{png, svg, assertion1, ownPNG}},
		"erased": {erasedAward,
			[]string{noindex, noReferrer, "erased at the holder’s request", `<time datetime="2026-06-01">1 June 2026</time>`},
			[]string{"Go basics", "go-basics", "<img", "Northwind &lt;Academy&gt;</bdi>", png, assertion, "og:image", "og:description", "Writes", "2026-03"}},
		"did": {didAward,
			[]string{noReferrer, "ليلى", png, `href="credential.svg" download`, credential, ownPNG, "How to verify"},
			[]string{noindex, "badge.svg", assertion, assertion1, "address of its assertion", "credential.jwt"}},
		"drawn, of a url": {drawnAward,
			[]string{png, svg, credential, assertion, ownPNG, "Give the picture", `og:image" content="https://badges.example.org/academy/badges/script/preview.png"`},
			[]string{assertion1}},
		"expired": {hashedAward,
			[]string{`Valid until <time datetime="2021-01-01">1 January 2021</time>`, png, assertion1},
			[]string{"expired", noindex}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc := all[layout.AwardPage(cat.Awards[test.award].ID)]
			for _, text := range test.has {
				assert.Contains(t, doc, text)
			}
			for _, text := range test.lacks {
				assert.NotContains(t, doc, text)
			}
		})
	}
}

func TestFormsThatAreNotPublished(t *testing.T) {
	cat := sample()
	cat.Site.OB1, cat.Site.OB2 = false, false
	all := pages(t, renderer(t, cat), cat)
	for path, doc := range all {
		assert.NotRegexp(t, regexp.MustCompile(`assertion|badge\.svg|class\.json`), doc, path)
	}
	assert.NotContains(t, all[layout.AwardPage(cat.Awards[plainAward].ID)], "badge.png", "nothing could be baked in")
	assert.Contains(t, all[layout.AwardPage(cat.Awards[drawnAward].ID)], `href="badge.png"`)
	assert.Contains(t, all[layout.ClassPage("script")], `href="achievement.json"`)
	assert.NotContains(t, all[layout.ClassPage("go-basics")], "achievement.json")
}

// TestUnsigned: without signatures no page links to what they are in.
func TestUnsigned(t *testing.T) {
	cat := sample()
	cat.Issuers[0].Signed = true
	cat.Issuers[0].Keys = []badge.Key{{ID: "rsa", Type: badge.RSA}}
	r, err := page.New(cat, templates.FS, assets, false)
	require.NoError(t, err)
	for path, doc := range pages(t, r, cat) {
		assert.NotRegexp(t, regexp.MustCompile(`credential\.|signed\.`), doc, path)
	}
	all := pages(t, renderer(t, cat), cat)
	assert.Regexp(t, `"signed\.jws"|"credential\.jwt"`, all[layout.AwardPage(cat.Awards[plainAward].ID)]+all[layout.AwardPage(cat.Awards[drawnAward].ID)])
}

func TestNavigation(t *testing.T) {
	inNav := regexp.MustCompile(`(?s)<nav.*</nav>`)
	entry := regexp.MustCompile(`<a href="([^"]*)"( aria-current="page")?[^>]*>([^<]*)</a>`)
	read := func(doc string) (entries []string) {
		for _, m := range entry.FindAllStringSubmatch(inNav.FindString(doc), -1) {
			entries = append(entries, strings.TrimSpace(m[3]+" "+m[1]+m[2]))
		}
		return entries
	}
	cat := sample()
	all := pages(t, renderer(t, cat), cat)
	assert.Equal(t, []string{
		"Home ../../", "Badges ../../badges/", "دار الحكمة ../../issuers/house/", "Northwind &lt;Academy&gt; ../../issuers/northwind/",
		`Team ./ aria-current="page"`, "Rules ../../rules/",
	}, read(all[layout.Page("about/team")]))
	assert.Equal(t, []string{
		"Home /academy/", "Badges /academy/badges/", "دار الحكمة /academy/issuers/house/",
		"Northwind &lt;Academy&gt; /academy/issuers/northwind/", "Team /academy/about/team/", "Rules /academy/rules/",
	}, read(all[layout.NotFound]))
	for _, slug := range []string{"x", "y"} {
		cat.Issuers = append(cat.Issuers, &badge.Issuer{Slug: slug, Name: slug})
	}
	cat.Pages[0].Nav = 9
	doc, err := renderer(t, cat).Home()
	require.NoError(t, err)
	assert.Equal(t, []string{`Home ./ aria-current="page"`, "Badges badges/", "Rules rules/", "Team about/team/"}, read(string(doc)))
}

func TestDirection(t *testing.T) {
	for tag, want := range map[string]string{
		"ar": "rtl", "he-IL": "rtl", "fa": "rtl", "az-Arab": "rtl", "de": "ltr", "uz-Cyrl": "ltr", "zh-Hant": "ltr", "no such": "ltr",
	} {
		cat := sample()
		cat.Site.Language = tag
		doc, err := renderer(t, cat).Home()
		require.NoError(t, err)
		assert.Contains(t, string(doc), `<html lang="`+tag+`" dir="`+want+`">`)
	}
}

func TestSpans(t *testing.T) {
	for span, want := range map[badge.Span]string{
		{Years: 2}: "For 2 years after", {Years: 1}: "For 1 year after", {Months: 18}: "For 18 months after", {Days: 1}: "For 1 day after", {}: "For good",
	} {
		cat := sample()
		cat.Classes[0].ExpiresAfter = span
		doc, err := renderer(t, cat).Class(cat.Classes[0], false)
		require.NoError(t, err)
		assert.Contains(t, string(doc), want)
	}
}

func TestMonths(t *testing.T) {
	cat := sample()
	cat.Awards[revokedAward].Revoked.Day = ""
	for month, name := range []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"} {
		cat.Awards[revokedAward].Revoked.At = on("2024-01-31").AddDate(0, month, -30)
		doc, err := renderer(t, cat).Award(cat.Awards[revokedAward])
		require.NoError(t, err)
		assert.Contains(t, string(doc), ">1 "+name+" 2024<")
	}
}

func TestEmptyCatalogue(t *testing.T) {
	cat := sample()
	cat.Classes, cat.Issuers, cat.Pages, cat.Awards = nil, nil, nil, nil
	for path, doc := range pages(t, renderer(t, cat), cat) {
		examine(t, doc)
		assert.NotContains(t, doc, "<section", path)
	}
}

func TestConcurrentUse(t *testing.T) {
	cat := sample()
	want := pages(t, renderer(t, cat), cat)
	r := renderer(t, cat)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got := pages(t, r, cat)
			for _, path := range slices.Sorted(maps.Keys(want)) {
				assert.Equal(t, want[path], got[path], path)
			}
		})
	}
	group.Wait()
}
