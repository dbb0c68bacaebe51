package page_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/page"
	"blazon/templates"
)

var assets = map[string]string{"style.css": "c0ffee", "favicon.svg": "ab", "apple-touch-icon.png": "cd", "images/map.png": "ef"}

func renderer(t testing.TB, cat *badge.Catalog) *page.Renderer {
	t.Helper()
	r, err := page.New(cat, templates.FS, assets, true)
	require.NoError(t, err)
	return r
}

func on(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t
}

// The awards of sample, by what they show.
const (
	plainAward = iota
	fullAward
	hiddenAward
	revokedAward
	erasedAward
	didAward
	drawnAward
	hashedAward
)

// holders are the identities in sample, none of which may be published.
var holders = []string{
	"ada@example.org", "grace@example.org", "hidden@example.org", "alan@example.org", "did:key:z6MkHolder",
	"https://people.example.org/7", "sha256$00c0ffee", "5a17",
}

// sample is a catalogue with one of everything. Each call makes a new one, so that a test may change it.
func sample() *badge.Catalog {
	zone := time.FixedZone("Europe/Zurich", 3600)
	northwind := &badge.Issuer{
		Slug: "northwind", Name: "Northwind <Academy>", URL: "https://academy.example.org/a b", Email: "badges@academy.example.org",
		Telephone: "+41441234567", Description: "An evening school.",
		Image: &badge.Image{File: "content/issuers/northwind.png", Alt: "A shield", Width: 400, Height: 300},
	}
	house := &badge.Issuer{
		Slug: "house", Name: "دار الحكمة", URL: "https://house.example.org", Email: "office@house.example.org", OB3: true,
	}
	basics := &badge.Class{
		Slug: "go-basics", Issuer: northwind, Name: "Go basics", Description: "Writes & ships a small program.",
		Criteria: "\n\n# Write\n\nA program, see [rules](/rules/#tests), [the list](/badges/), [mine](/badges/script/) and\n" +
			"[the guide](https://go.dev/).\n\n### Test\n\n![map](/images/map.png) ![elsewhere](https://other.example/x.png)\n\n" +
			"| Part | Weight |\n|:--|--:|\n| Code | 60 |\n\n<script>alert(1)</script>\n",
		Image:   &badge.Image{File: "content/badges/go-basics.png", SVG: "content/badges/go-basics.svg", Alt: `A "gopher"`, Width: 600, Height: 600},
		Version: "1.1", Tags: []string{"go", "tests"}, Type: "Course", ExpiresAfter: badge.Span{Years: 2},
		Alignment: []badge.Alignment{
			{Name: "Programming", URL: "https://esco.example/s5", Framework: "ESCO", Code: "S5.1", Description: "Write code."},
			{Name: "Odd", URL: "javascript:alert(1)"},
		},
		Results: []badge.ResultDescription{
			{ID: "score", Name: "Score", Type: "Percent", Min: "0", Max: "100", Required: "60"},
			{ID: "grade", Name: "Grade", Type: "LetterGrade", Allowed: []string{"A", "B"}},
		},
		Amended: []badge.Amendment{{Day: "2026-02-03", Reason: "A typo."}},
	}
	older := &badge.Class{
		Slug: "golang-101", Issuer: northwind, Name: "Golang 101", Description: "The first form.",
		Image: &badge.Image{File: "content/badges/golang-101.png", Width: 300, Height: 300}, SupersededBy: []*badge.Class{basics},
	}
	basics.Supersedes = older
	retired := &badge.Class{
		Slug: "solder", Issuer: northwind, Name: "Soldering", Description: "Joins parts.", Retired: on("2026-09-02"), RetiredDay: "2026-09-01",
		Image: &badge.Image{File: "content/badges/solder.png", Width: 300, Height: 300}, ExpiresAfter: badge.Span{Days: 1},
	}
	script := &badge.Class{
		Slug: "script", Issuer: house, Name: "الخط العربي", Description: "يكتب بوضوح.",
		Image: &badge.Image{SVG: "content/badges/script.svg", Drawn: true, Width: 600, Height: 600, Alt: "قلم"},
	}
	file := "content/awards/all.yaml"
	cat := &badge.Catalog{
		Site: badge.Site{
			BaseURL: "https://badges.example.org/academy", Title: "Badges & more", Description: "What our learners can do.",
			Language: "en-GB", Zone: zone, OB1: true, OB2: true,
		},
		Issuers: []*badge.Issuer{house, northwind},
		Classes: []*badge.Class{basics, older, script, retired},
		Pages: []*badge.Page{
			{Slug: "about/team", Title: "Team", Nav: 1, Description: "Who we are.", Body: "\n\n\n# Teachers\n\nTwo, see [home](/) and [rules](../../rules/)."},
			{Slug: "imprint", Title: "Imprint", Body: "Nothing."},
			{Slug: "index", Title: "Start", Nav: 5, Body: "\nA badge is **more** than a picture.\n\n# Why\n\nAsk [us](/about/team/).\n"},
			{Slug: "rules", Title: "Rules", Nav: 2, Body: "## Few\n\nOne, at [Go basics](https://badges.example.org/academy/badges/go-basics/)."},
		},
		Awards: []*badge.Award{
			plainAward: {Class: basics, Recipient: badge.Recipient{Kind: badge.Email, Plain: "ada@example.org"}, Issued: on("2026-03-14"), Public: true, ReissueOf: &badge.Reissue{ID: "award000000000000000000003", Issued: on("2026-03-15")}},
			fullAward: {
				Class: basics, Recipient: badge.Recipient{Kind: badge.Email, Plain: "grace@example.org"},
				Issued: time.Date(2026, 3, 14, 23, 30, 0, 0, time.UTC), Expires: time.Date(2028, 3, 14, 22, 59, 59, 0, time.UTC), Public: true,
				Details: &badge.Details{
					Name: "Grace <H.>", Narrative: "Finished *first*, see [it](https://code.example.org/).\n\n# How\n\nBy night.",
					Evidence: []badge.Evidence{
						{URL: "https://code.example.org/kestrel?a=1&b=2", Name: "Kestrel", Description: "Forty commits.", Genre: "Program", Audience: "readers"},
						{URL: "data:text/html,x", Narrative: "# How it went\n\nA *talk*."},
						{URL: "https://video.example.org/t"},
					},
					Results: []badge.Result{{Of: &basics.Results[0], Value: "92"}, {Of: &basics.Results[1], Value: "A", Status: "Completed"}},
				},
			},
			hiddenAward:  {Class: basics, Recipient: badge.Recipient{Kind: badge.Email, Plain: "hidden@example.org"}, Issued: on("2026-03-15"), Details: &badge.Details{Name: "Nobody Known"}},
			revokedAward: {Class: basics, Recipient: badge.Recipient{Kind: badge.Email, Plain: "alan@example.org"}, Issued: on("2026-03-15"), Public: true, Details: &badge.Details{Name: "Alan T."}, Revoked: &badge.Revocation{At: on("2026-04-30"), Day: "2026-05-01", Reason: "Issued in error.", ReissuedAs: &badge.Reissue{ID: "award000000000000000000000", Issued: on("2026-03-14"), Open: true}}},
			erasedAward:  {Class: basics, Issued: on("2026-03-15"), Public: true, Erased: &badge.Erasure{At: on("2026-05-31"), Day: "2026-06-01"}},
			didAward:     {Class: script, Recipient: badge.Recipient{Kind: badge.DID, Plain: "did:key:z6MkHolder"}, Issued: on("2026-03-16"), Public: true, Details: &badge.Details{Name: "ليلى"}},
			drawnAward:   {Class: script, Recipient: badge.Recipient{Kind: badge.URL, Plain: "https://people.example.org/7"}, Issued: on("2026-03-17"), Public: true},
			hashedAward:  {Class: older, Recipient: badge.Recipient{Kind: badge.Email, Hash: "sha256$00c0ffee", Salt: "5a17"}, Issued: on("2020-01-01"), Expires: on("2021-01-01"), Public: true},
		},
	}
	for i, a := range cat.Awards {
		a.ID = fmt.Sprintf("award%021d", i)
		a.File = &file
		a.Class.Awards = append(a.Class.Awards, a)
	}
	return cat
}
