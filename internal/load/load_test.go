package load_test

import (
	"bytes"
	"image"
	"image/png"
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/load"
	"blazon/internal/rule"
)

// whole is a project that says everything that can be said.
func whole(t testing.TB) fstest.MapFS {
	t.Helper()
	art, err := os.ReadFile("../../content/badges/go-basics.png")
	require.NoError(t, err)
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"content/site.yaml": text(`format: 1
base_url: https://badges.example.org/north
title: Badges
description: What we award.
language: de
timezone: Europe/Zurich
publish: [ob1, ob2, ob3]
repository: private
`),
		"content/issuers/academy.yaml": text(`name: Academy
url: https://academy.example.org
email: badges@academy.example.org
telephone: "+41441234567"
description: A school.
image: logo.png
alt: A ship
did: root
keys:
  - {id: "2026", type: ed25519, public: z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd, from: 2026-01-01, until: 2027-01-01}
`),
		"content/issuers/makers.yaml": text("name: Makers\nurl: https://makers.example.org\nemail: hi@makers.example.org\nkeys: [{id: m, type: ed25519, public: z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd, from: 2020-01-01}]\n"),
		"content/images/logo.png":     {Data: art},
		"content/images/default.png":  {Data: art},
		"content/badges/old.yaml":     text("name: Old\nissuer: academy\ndescription: Old one.\nalt: x\nretired: 2026-01-31\n"),
		"content/badges/old.md":       text("Old.\n"),
		"content/badges/new.yaml": text(`name: Neu 新
issuer: academy
description: New one.
alt: A gopher
version: "2"
tags: [go, b]
type: Course
expires_after: 1mo
alignment:
  - {name: N, url: "https://example.org/n", description: D, framework: F, code: "7"}
supersedes: old
repeatable: true
results:
  - {id: score, name: Score, type: Percent, min: "0", max: "100", required: "80"}
  - {id: grade, name: Grade, type: LetterGrade, allowed: [B, A]}
amended:
  - {date: 2026-04-02, reason: Spelling}
`),
		"content/badges/new.md":     text("\ufeff# How\r\n\r\nDo it.\r\n"),
		"content/badges/new.png":    {Data: art},
		"content/badges/new.svg":    text(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>`),
		"content/badges/lathe.yaml": text("name: Lathe\nissuer: makers\ndescription: Turns.\nalt: x\nimage: new.svg\n"),
		"content/badges/lathe.md":   text("x\n"),
		"content/awards/2026/defaults.yaml": text(`badge: new
issued: 2026-01-31
public: true
narrative: All of them.
evidence: [{url: "https://example.org/e", name: E, description: D, narrative: N, genre: G, audience: A}]
awards:
  - id: aaaaaaaaaaaaaaaaaaaaaaaaaa
    status_index: 7
    recipient: Ada@Example.org
  - id: bbbbbbbbbbbbbbbbbbbbbbbbbb
    status_index: 8
    recipient: {hash: "sha256$7a1a1b3f7d40552e4299180e346e3add12bf9a751a43d9c4ca4518febc2c60c6", salt: x, type: url}
    name: Grace
    issued: 2026-03-14T18:30:00+01:00
    expires: 2027-03-14
    public: false
    narrative: Her own.
    results: [{of: score, value: "92"}, {of: grade, value: A, status: Completed}]
  - id: cccccccccccccccccccccccccc
    status_index: 9
    erased: {date: 2026-05-01}
  - id: dddddddddddddddddddddddddd
    recipient: {did: "did:web:example.org"}
    expires: never
    revoked: {date: 2026-05-01, reason: Issued in error}
`),
		"content/awards/2026/list.yaml": text(`- badge: lathe
  issued: 2026-07-01T08:00
  recipient: {telephone: "+41791234567"}
- {badge: lathe, issued: 2024-02-29, recipient: {url: "https://example.org/me"}}
`),
		"content/pages/index.md":      text("---\ntitle: Welcome\n---\nHello\n"),
		"content/pages/about/team.md": text("---\r\ntitle: Team\r\ndescription: Us\r\nnav: 3\r\n---\r\nWe\r\n"),
	}
}

func mustLoad(t testing.TB, fsys fs.FS) *load.Project {
	t.Helper()
	project, err := load.Load(fsys)
	require.NoError(t, err)
	return project
}

func TestLoad(t *testing.T) {
	project := mustLoad(t, whole(t))
	require.False(t, diag.HasErrors(project.Problems), "%v", project.Problems)
	require.Len(t, project.Problems, 1, "%v", project.Problems)
	assert.Equal(t, rule.MixedCase.Name, project.Problems[0].Rule)
	cat := project.Catalog

	site := cat.Site
	assert.Equal(t, "https://badges.example.org/north", site.BaseURL)
	assert.Equal(t, "Europe/Zurich", site.Zone.String())
	assert.Equal(t, []any{"Badges", "What we award.", "de", true, true, true}, []any{site.Title, site.Description, site.Language, site.OB1, site.OB2, site.Private})

	require.Len(t, cat.Issuers, 2)
	academy := cat.Issuers[0]
	assert.Equal(t, "content/images/logo.png", academy.Image.File)
	assert.Equal(t, 600, academy.Image.Width)
	assert.True(t, academy.DIDRoot)
	require.Len(t, academy.Keys, 1)
	assert.Len(t, academy.Keys[0].Public, 32)
	assert.Equal(t, utc("2025-12-31T23:00:00Z"), academy.Keys[0].From.UTC())

	require.Len(t, cat.Classes, 3)
	lathe, fresh, old := cat.Classes[0], cat.Classes[1], cat.Classes[2]
	assert.Equal(t, &badge.Image{SVG: "content/badges/new.svg", File: "content/badges/new.png", Alt: "x", Width: 600, Height: 600}, lathe.Image)
	assert.Equal(t, "content/images/default.png", old.Image.File)
	assert.Equal(t, utc("2026-01-31T22:59:59Z"), old.Retired.UTC())
	assert.Same(t, old, fresh.Supersedes)
	assert.Equal(t, []*badge.Class{fresh}, old.SupersededBy)
	assert.Equal(t, "# How\n\nDo it.", fresh.Criteria)
	assert.Equal(t, badge.Span{Months: 1}, fresh.ExpiresAfter)
	assert.Equal(t, []badge.Alignment{{Name: "N", URL: "https://example.org/n", Description: "D", Framework: "F", Code: "7"}}, fresh.Alignment)
	assert.Equal(t, []badge.Amendment{{Day: "2026-04-02", Reason: "Spelling"}}, fresh.Amended)
	assert.Equal(t, badge.ResultDescription{ID: "score", Name: "Score", Type: "Percent", Min: "0", Max: "100", Required: "80"}, fresh.Results[0])

	require.Len(t, cat.Awards, 6)
	byID := make(map[string]*badge.Award)
	for _, a := range cat.Awards {
		byID[a.ID] = a
	}
	ada, grace, erased, dead := byID[strings.Repeat("a", 26)], byID[strings.Repeat("b", 26)], byID[strings.Repeat("c", 26)], byID[strings.Repeat("d", 26)]
	assert.Equal(t, badge.Recipient{Kind: badge.Email, Plain: "ada@example.org"}, ada.Recipient)
	assert.Equal(t, utc("2026-01-30T23:00:00Z"), ada.Issued)
	assert.Equal(t, utc("2026-02-27T23:00:00Z"), ada.Expires, "a month after 31 January, in the site's zone")
	assert.True(t, ada.Public)
	assert.Equal(t, "All of them.", ada.Details.Narrative)
	assert.Equal(t, []badge.Evidence{{URL: "https://example.org/e", Name: "E", Description: "D", Narrative: "N", Genre: "G", Audience: "A"}}, ada.Details.Evidence)
	assert.Equal(t, diag.Pos{File: "content/awards/2026/defaults.yaml", Line: 2, Col: 9}, ada.Pos(ada.At.Issued), "the file's default")
	assert.Equal(t, diag.Pos{File: "content/awards/2026/defaults.yaml", Line: 9, Col: 16}, ada.Pos(ada.At.Recipient))

	assert.Equal(t, badge.URL, grace.Recipient.Kind)
	assert.Equal(t, "x", grace.Recipient.Salt)
	assert.Equal(t, utc("2026-03-14T17:30:00Z"), grace.Issued)
	assert.Equal(t, utc("2027-03-14T22:59:59Z"), grace.Expires)
	assert.False(t, grace.Public)
	assert.Equal(t, "Her own.", grace.Details.Narrative)
	assert.Len(t, grace.Details.Evidence, 1)
	assert.Equal(t, []badge.Result{{Of: &fresh.Results[0], Value: "92"}, {Of: &fresh.Results[1], Value: "A", Status: "Completed"}}, grace.Details.Results)

	assert.Equal(t, badge.Erased, erased.State())
	assert.Equal(t, badge.Recipient{}, erased.Recipient)
	assert.Nil(t, erased.Details, "the file's defaults say nothing of an erased award")
	assert.False(t, erased.Public)
	assert.Equal(t, badge.Revoked, dead.State())
	assert.Equal(t, badge.DID, dead.Recipient.Kind)
	assert.True(t, dead.Expires.IsZero())
	assert.Equal(t, -1, dead.StatusIndex)
	assert.Equal(t, "Issued in error", dead.Revoked.Reason)

	require.Len(t, lathe.Awards, 2)
	assert.Equal(t, utc("2024-02-28T23:00:00Z"), lathe.Awards[0].Issued, "sorted by date")
	assert.Equal(t, utc("2026-07-01T06:00:00Z"), lathe.Awards[1].Issued)

	require.Len(t, cat.Pages, 2)
	assert.Equal(t, "about/team", cat.Pages[0].Slug)
	assert.Equal(t, 3, cat.Pages[0].Nav)
	assert.Equal(t, 6, strings.Count(strings.Split(cat.Pages[0].Body, "We")[0], "\n")+1, "lines count as in the file")
}

func utc(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestPublishDefaults(t *testing.T) {
	for _, c := range []struct {
		publish         string
		ob1, ob2        bool
		academy, makers bool
	}{
		{"", false, true, true, false},
		{"publish: [ob2]\n", false, true, false, false},
		{"publish: [ob3]\n", false, false, true, true},
	} {
		fsys := whole(t)
		fsys["content/site.yaml"] = &fstest.MapFile{Data: []byte("format: 1\nbase_url: https://badges.example.org\ntitle: B\nrepository: private\n" + c.publish)}
		fsys["content/issuers/makers.yaml"] = &fstest.MapFile{Data: []byte("name: Makers\nurl: https://makers.example.org\nemail: hi@makers.example.org\n")}
		cat := mustLoad(t, fsys).Catalog
		assert.Equal(t, []bool{c.ob1, c.ob2, c.academy, c.makers}, []bool{cat.Site.OB1, cat.Site.OB2, cat.Issuers[0].OB3, cat.Issuers[1].OB3}, c.publish)
	}
}

func TestNoProject(t *testing.T) {
	_, err := load.Load(fstest.MapFS{"readme": {}})
	assert.ErrorIs(t, err, load.ErrNoProject)
	project := mustLoad(t, fstest.MapFS{"content/.gitkeep": {}})
	var rules []string
	for _, p := range project.Problems {
		rules = append(rules, p.Rule)
	}
	assert.Equal(t, []string{rule.Issuers.Name, rule.Required.Name}, rules)
}

// unreadable is a file system in which one file cannot be read.
type unreadable struct {
	fs.FS
	name string
}

func (u unreadable) Open(name string) (fs.File, error) {
	if name == u.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.FS.Open(name)
}

func TestUnreadableFiles(t *testing.T) {
	for name := range whole(t) {
		project := mustLoad(t, unreadable{whole(t), name})
		found := false
		for _, p := range project.Problems {
			found = found || p.File == name && p.Severity == diag.Error && strings.Contains(p.Message, "couldn't be read")
		}
		assert.True(t, found, "%s: %v", name, project.Problems)
	}
}

// FuzzAwards reads any file of awards as part of a project: nothing panics, positions lie in the file, and nothing that
// is said holds an address.
func FuzzAwards(f *testing.F) {
	base := whole(f)
	for name, file := range base {
		if strings.HasPrefix(name, "content/awards/") {
			f.Add(string(file.Data))
		}
	}
	f.Add("- &a {badge: new, issued: 2026-01-01, recipient: x@example.org}\n- *a\n")
	f.Add("badge: [\nawards: {}\n")
	f.Add("awards:\n- badge: new\n  issued: 9998-12-31\n  recipient: {url: x, url: y}\n  results: [{of: score}]\n")
	var dot bytes.Buffer
	require.NoError(f, png.Encode(&dot, image.NewGray(image.Rect(0, 0, 1, 1))))
	for name, file := range base {
		if strings.HasSuffix(name, ".png") {
			file.Data = dot.Bytes()
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		fsys := maps.Clone(base)
		fsys["content/awards/fuzz.yaml"] = &fstest.MapFile{Data: []byte(text)}
		project, err := load.Load(fsys)
		require.NoError(t, err)
		lines := strings.Count(text, "\n") + 1
		for _, p := range project.Problems {
			if p.File == "content/awards/fuzz.yaml" {
				require.LessOrEqual(t, p.Line, lines)
				require.NotContains(t, p.Message+p.Hint, "@")
				require.NotContains(t, p.Message, "yaml.")
			}
		}
	})
}

func TestImageNamesWithDots(t *testing.T) {
	fsys := whole(t)
	fsys["content/badges/a..b.png"] = fsys["content/badges/new.png"]
	fsys["content/badges/lathe.yaml"] = &fstest.MapFile{Data: []byte("name: Lathe\nissuer: makers\ndescription: Turns.\nalt: x\nimage: a..b.png\n")}
	cat := mustLoad(t, fsys).Catalog
	require.NotNil(t, cat.Classes[0].Image)
	assert.Equal(t, "content/badges/a..b.png", cat.Classes[0].Image.File)
}
