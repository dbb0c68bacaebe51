package scaffold_test

import (
	"context"
	"fmt"
	"image"
	"math"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"blazon/internal/artwork"
	"blazon/internal/badge"
	"blazon/internal/check"
	"blazon/internal/drawing"
	"blazon/internal/load"
	"blazon/internal/model"
	"blazon/internal/scaffold"
)

var today = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func project(name string) scaffold.Project {
	webURL := "https://www.academy.example.org"
	return scaffold.Project{
		Name: name, Slug: scaffold.SlugOf(name, webURL), URL: webURL, BaseURL: "https://badges.example.org/school",
		Email: "o'neil+badges@example.org", Colour: scaffold.ColourOf(name), CI: scaffold.GitHub, Public: true,
		Key: &scaffold.Key{ID: "k-2026", Public: "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd", From: "2026-01-01", Variable: "BLAZON_KEY_K_2026"},
	}
}

func tree(t *testing.T, p scaffold.Project) fstest.MapFS {
	t.Helper()
	files, err := p.Files()
	require.NoError(t, err)
	fsys := fstest.MapFS{}
	for _, f := range files {
		require.NotContains(t, fsys, f.Path)
		fsys[f.Path] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	return fsys
}

// sound loads a tree and demands that not even a warning is said of it.
func sound(t *testing.T, fsys fstest.MapFS) *badge.Catalog {
	t.Helper()
	loaded, err := load.Load(fsys)
	require.NoError(t, err)
	for _, p := range append(loaded.Problems, check.Check(loaded.Catalog, fsys, today)...) {
		require.Fail(t, "a problem", "%+v", p)
	}
	return loaded.Catalog
}

// oddNames are names that a form of quoting, a slug or a template might trip over.
var oddNames = []string{
	"Northwind Academy", "x", "2026", "1e3", "0x1f", "true", "No", "null", "~", "-", "- a", "? b", ": c", "a: b", "a #b", "#b", "a b #", "@home", "`x`", "%d%s",
	`"quoted"`, "'single'", `back\slash`, `\u0041`, "O'Neil & Søn", "<script>alert(1)</script>", "a]]>b", "${{ secrets.X }}", "$(id)", "{{.Name}}", "<% .Name %>",
	"{a: b}", "[a, b]", "*alias", "&anchor", "!!int 3", "|", ">", "---", "...", "2026-01-01", "12:30:45", "=", "<<", "yes ", "École d’Été", "Größe GmbH", "Ærø Højskole",
	"Łódź 2", "Университет Дружбы", "Ελληνική Σχολή", "東京大学", "한국 배지", "مدرسة الأمل", "בית ספר", "भारत विद्यालय", "โรงเรียน", "👩‍🚀 Space Camp 🚀", "a\u202eb", "a\u200db", "a\u00a0b",
	"\ufeffbom", "a\u2028b", "con", "NUL", "com1", strings.Repeat("Very long name ", 30), strings.Repeat("字", 200), "é", "e\u0301cole", "𝔘𝔫𝔦", "a\\", "\"", "'", "C:\\dir",
}

func TestOddNames(t *testing.T) {
	for _, name := range oddNames {
		t.Run(name, func(t *testing.T) { holds(t, name) })
	}
}

// TestAnyName does the same with names that nobody thought of.
func TestAnyName(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	pieces := []rune("aZ9 .:#'\"\\-?*&!|>%@`{}[],~=<$()/_éßж東ع\u05d0\u0e01\u200d\u202e\u2028\ufeff\u00ad\U0001f680\U000e0001")
	tried := 0
	for range 300 {
		var b strings.Builder
		for range 1 + random.Intn(12) {
			b.WriteRune(pieces[random.Intn(len(pieces))])
		}
		name := b.String()
		if scaffold.FormatOf("issuer", "name").Valid(name) != nil {
			continue
		}
		tried++
		holds(t, name)
	}
	assert.Greater(t, tried, 200)
}

// holds demands that a project of this name loads with that name and is drawn.
func holds(t *testing.T, name string) {
	t.Helper()
	p := project(name)
	fsys := tree(t, p)
	cat := sound(t, fsys)
	require.Len(t, cat.Issuers, 1)
	assert.Equal(t, name, cat.Issuers[0].Name)
	assert.Equal(t, p.Email, cat.Issuers[0].Email)
	assert.Equal(t, p.URL, cat.Issuers[0].URL)
	assert.Equal(t, p.Slug, cat.Issuers[0].Slug)
	require.Len(t, cat.Issuers[0].Keys, 1)
	assert.Equal(t, "k-2026", cat.Issuers[0].Keys[0].ID)
	assert.Equal(t, "Badges of "+name, cat.Site.Title)
	assert.True(t, cat.Site.BaseURL == p.BaseURL && len(cat.Classes) == 1 && len(cat.Awards) == 0)
	assert.NoError(t, model.CheckSlug(p.Slug))
	assert.LessOrEqual(t, len(p.Slug), 40)
	assert.Empty(t, drawing.Check(fsys["content/badges/first-steps.svg"].Data))
}

// TestEveryKind demands of each kind of project that it is sound, says no more than it should, and is the same each time.
func TestEveryKind(t *testing.T) {
	for _, ci := range scaffold.Services() {
		for _, public := range []bool{true, false} {
			for _, keyed := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/public=%t/key=%t", ci, public, keyed), func(t *testing.T) {
					p := project("Northwind Academy")
					p.CI, p.Public = ci, public
					if !keyed {
						p.Key = nil
					}
					fsys := tree(t, p)
					cat := sound(t, fsys)
					assert.Equal(t, !public, cat.Site.Private)
					assert.Len(t, cat.Issuers[0].Keys, map[bool]int{true: 1, false: 0}[keyed])
					assert.Equal(t, tree(t, p), fsys)
					readme := string(fsys["README.md"].Data)
					assert.NotContains(t, readme, "\n\n\n")
					for name, f := range fsys {
						assert.NotContains(t, string(f.Data), "<no value>", name)
						assert.NotContains(t, string(f.Data), "<%", name)
						assert.True(t, strings.HasSuffix(string(f.Data), "\n"), name)
						assert.False(t, strings.HasSuffix(string(f.Data), "\n\n"), name)
						if ci != scaffold.NoCI && name == ci.Path() {
							assert.NoError(t, yaml.Unmarshal(f.Data, &map[string]any{}))
							assert.Equal(t, keyed, strings.Contains(string(f.Data), "BLAZON_KEY_K_2026"))
						}
					}
					assert.Equal(t, keyed, strings.Contains(readme, "BLAZON_KEY_K_2026"))
					for service, words := range map[scaffold.CI]string{scaffold.GitHub: "gh repo create", scaffold.GitLab: "A merge request", scaffold.Forgejo: "`site.tar`", scaffold.NoCI: "any host of static files"} {
						assert.Equal(t, service == ci, strings.Contains(readme, words), words)
					}
					assert.Equal(t, ci != scaffold.NoCI, strings.Contains(readme, "fill in `BLAZON_SOURCE`"))
					assert.Equal(t, ci == scaffold.GitHub, fsys[".github/workflows/badges.yml"] != nil)
					assert.Equal(t, ci == scaffold.GitLab, fsys[".gitlab-ci.yml"] != nil)
					assert.Equal(t, ci == scaffold.Forgejo, fsys[".forgejo/workflows/badges.yml"] != nil)
					assert.Equal(t, public, strings.Contains(string(fsys["content/awards/README.md"].Data), "stamp --hash"))
					steps := 0
					for line := range strings.Lines(readme) {
						var n int
						if _, err := fmt.Sscanf(line, "%d. ", &n); err == nil {
							steps++
							assert.Equal(t, steps, n, "steps are counted")
						}
					}
				})
			}
		}
	}
}

// TestSchemaLines demands that each declaration's first line leads to the schema of its kind.
func TestSchemaLines(t *testing.T) {
	fsys := tree(t, project("Northwind"))
	want := map[string]string{
		"content/site.yaml":               "../schema/site.json",
		"content/issuers/northwind.yaml":  "../../schema/issuer.json",
		"content/badges/first-steps.yaml": "../../schema/badge.json",
	}
	for name, schema := range want {
		first, _, _ := strings.Cut(string(fsys[name].Data), "\n")
		assert.Equal(t, "# yaml-language-server: $schema="+schema, first)
		assert.Contains(t, fsys, strings.TrimLeft(schema, "./"))
	}
}

func TestRefuses(t *testing.T) {
	for what, spoil := range map[string]func(*scaffold.Project){
		"name":     func(p *scaffold.Project) { p.Name = "a\nb" },
		"slug":     func(p *scaffold.Project) { p.Slug = "../up" },
		"url":      func(p *scaffold.Project) { p.URL = "javascript:alert(1)" },
		"base_url": func(p *scaffold.Project) { p.BaseURL = "https://badges.example.org/" },
		"email":    func(p *scaffold.Project) { p.Email = "nobody" },
		"service":  func(p *scaffold.Project) { p.CI = "jenkins" },
		"colour":   func(p *scaffold.Project) { p.Colour = "red" },
		"key":      func(p *scaffold.Project) { p.Key.Public = "" },
	} {
		t.Run(what, func(t *testing.T) {
			p := project("Northwind")
			spoil(&p)
			files, err := p.Files()
			assert.ErrorContains(t, err, what)
			assert.Empty(t, files)
		})
	}
}

func TestSlugOf(t *testing.T) {
	for name, want := range map[string]string{
		"Northwind Academy": "northwind-academy", "École d’Été": "ecole-dete", "e\u0301cole": "ecole", "Größe GmbH": "groesse-gmbh", "Łódź": "lodz",
		"Ærø Højskole": "aero-hojskole", "Университет Дружбы": "universitet-druzhby", "Ελληνική Σχολή": "elliniki-scholi", "Ünal & Co.": "uenal-and-co",
		"東京大学": "academy", "مدرسة": "academy", "2026": "academy", "x": "academy", "": "academy", "con": "academy",
		"The International Association of Long Names and Longer Titles": "the-international-association-of-long",
		strings.Repeat("a", 60): strings.Repeat("a", 40), "Ｆｕｌｌ Width": "full-width", "a--b__c..d": "a-b-c-d",
	} {
		assert.Equal(t, want, scaffold.SlugOf(name, "https://www.academy.example.org/x"), name)
	}
	assert.Equal(t, "issuer", scaffold.SlugOf("東京", "https://xn--1lqs71d.example"))
	assert.Equal(t, "issuer", scaffold.SlugOf("東京", "::"))
	assert.Equal(t, "tokyo-u", scaffold.SlugOf("東京大学", "https://WWW.Tokyo-U.example"))
}

func TestQuoting(t *testing.T) {
	for _, s := range append(slices.Clone(oddNames), "a@example.org", "https://example.org/a#b", "https://example.org/?q=a: b", "") {
		for _, form := range []string{"k: %s  # a comment\n", "{k: %s, l: 1}\n"} {
			var got map[string]any
			require.NoError(t, yaml.Unmarshal(fmt.Appendf(nil, form, scaffold.YAML(s)), &got), "%q", s)
			assert.Equal(t, s, got["k"])
		}
	}
	assert.Equal(t, "Northwind Academy", scaffold.YAML("Northwind Academy"))
	assert.Equal(t, "badges@example.org", scaffold.YAML("badges@example.org"))
	assert.NotContains(t, scaffold.YAML("a\u202eb"), "\u202e")
	assert.Equal(t, `a\*b\[c\]\(d\)\<e\>`, scaffold.Markdown("a*b[c](d)<e>"))
	assert.Equal(t, `'it'\''s'`, scaffold.Shell("it's"))
	assert.Equal(t, "badges@example.org", scaffold.Shell("badges@example.org"))
	assert.Equal(t, "'-x'", scaffold.Shell("-x"))
	assert.Equal(t, "''", scaffold.Shell(""))
}

func TestColours(t *testing.T) {
	for in, want := range map[string]scaffold.Colour{"#2266aa": "#2266aa", "2266AA": "#2266aa", " #26a ": "#2266aa"} {
		got, err := scaffold.ParseColour(in)
		assert.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for _, in := range []string{"", "#", "red", "#12345", "#gggggg", "#2266aa80", "rgb(1,2,3)"} {
		_, err := scaffold.ParseColour(in)
		assert.Error(t, err, in)
	}
	assert.Equal(t, scaffold.ColourOf("Northwind"), scaffold.ColourOf("Northwind"))
	assert.NotEqual(t, scaffold.ColourOf("Northwind"), scaffold.ColourOf("Southwind"))
}

// TestArtwork draws the badge in many colours: it is an SVG that may be published, it is round on nothing, and what is
// drawn on it can be seen.
func TestArtwork(t *testing.T) {
	colours := []scaffold.Colour{"#000000", "#ffffff", "#777777", "#767676", "#ffd400", "#ff0000", "#00ff00", "#0000ff", "#010101", "#fefefe", "#1f5fa8"}
	for _, name := range oddNames[:20] {
		colours = append(colours, scaffold.ColourOf(name))
	}
	for _, colour := range colours {
		svg := scaffold.Artwork(colour)
		info, findings, err := artwork.InspectSVG(svg)
		require.NoError(t, err)
		assert.Empty(t, findings)
		assert.True(t, info.Square())
		picture, err := drawing.Draw(context.Background(), svg, 150, 150)
		require.NoError(t, err)
		assert.Zero(t, picture.NRGBAAt(2, 2).A, "%s: a corner", colour)
		assert.EqualValues(t, 255, picture.NRGBAAt(75, 75).A, "%s: the middle", colour)
		field, star, step := at(picture, 50, 75), at(picture, 96, 41), at(picture, 96, 85)
		assert.GreaterOrEqual(t, ratio(star, field), 4.5, "%s: the star", colour)
		assert.GreaterOrEqual(t, ratio(step, field), 3.0, "%s: a step", colour)
	}
}

// at is the relative luminance of a pixel (WCAG 2.2).
func at(m *image.NRGBA, x, y int) float64 {
	c := m.NRGBAAt(x, y)
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func linear(part uint8) float64 {
	v := float64(part) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func ratio(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
