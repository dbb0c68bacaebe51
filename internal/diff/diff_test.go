package diff_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"

	"blazon/internal/diff"
	"blazon/internal/guard"
	"blazon/internal/load"
	"blazon/internal/plan"
)

// base is the older state of every test.
var base = map[string]string{
	"content/site.yaml":              "format: 1\nbase_url: https://badges.example.org\ntitle: Badges\ntimezone: Europe/Zurich\nrepository: private\npublish: [ob2, ob3]\n",
	"content/issuers/northwind.yaml": "name: Northwind\nurl: https://academy.example.org\nemail: badges@academy.example.org\nkeys:\n  - {id: \"2025\", type: ed25519, public: z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK, from: 2025-01-01}\n",
	"content/badges/welding.yaml":    "name: Welding 1\ndescription: Welds.\nalt: A torch\nimage: one.svg\n",
	"content/badges/safety.yaml":     "name: Safety\ndescription: Knows the way out.\nalt: A door\nimage: two.svg\n",
	"content/images/one.svg":         square("#111111"),
	"content/images/two.svg":         square("#222222"),
	"content/awards/a.yaml": `badge: welding
issued: 2026-03-14
awards:
  - {id: aaaaaaaaaaaaaaaaaaaaaaaaaa, status_index: 1, recipient: ada@example.org}
  - {id: bbbbbbbbbbbbbbbbbbbbbbbbba, status_index: 2, recipient: grace@example.org, revoked: {date: 2026-04-01, reason: Unpaid}}
  - {id: cccccccccccccccccccccccccc, status_index: 3, badge: safety, recipient: ada@example.org}
  - {id: ddddddddddddddddddddddddda, status_index: 4, badge: safety, recipient: grace@example.org}
`,
}

func square(fill string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="8" height="8" fill="` + fill + `"/></svg>`
}

func state(t testing.TB, changes ...string) guard.State {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range base {
		for i := 0; i < len(changes); i += 3 {
			if changes[i] == name {
				require.Contains(t, text, changes[i+1])
				text = strings.Replace(text, changes[i+1], changes[i+2], 1)
			}
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for i := 0; i < len(changes); i += 3 {
		if _, known := base[changes[i]]; !known {
			fsys[changes[i]] = &fstest.MapFile{Data: []byte(changes[i+2])}
		}
	}
	loaded, err := load.Load(fsys)
	require.NoError(t, err)
	return guard.State{Catalog: loaded.Catalog, Files: fsys}
}

func of(t testing.TB, old, new guard.State) diff.Diff {
	t.Helper()
	c, err := guard.Compare(old, new)
	require.NoError(t, err)
	return diff.Of(c)
}

func text(t testing.TB, d diff.Diff) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, d.Text(&b))
	return b.String()
}

const (
	site    = "content/site.yaml"
	issuer  = "content/issuers/northwind.yaml"
	welding = "content/badges/welding.yaml"
	awards  = "content/awards/a.yaml"
)

// newAwards are n awards of welding, of which some expire.
func newAwards(n, expiring int) string {
	var b strings.Builder
	for i := range n {
		expires := ""
		if i < expiring {
			expires = ", expires: 2027-05-01"
		}
		fmt.Fprintf(&b, "- {id: eeeeeeeeeeeeeeeeeeeeeeee%c%c, status_index: %d, badge: welding, issued: 2026-05-01, recipient: n%d@example.org%s}\n", 'a'+i/26, 'a'+i%26, 100+i, i, expires)
	}
	return b.String()
}

func TestText(t *testing.T) {
	const unplanned = "pages and URLs are not compared: one of the states has mistakes"
	tests := map[string]struct {
		changes []string
		want    []string
		refused bool
	}{
		"the request's example": {[]string{"content/awards/b.yaml", "", newAwards(23, 2),
			awards, "recipient: ada@example.org}", "recipient: ada@example.org, revoked: {date: 2026-05-01, reason: Issued in error}}",
			"content/images/two.svg", "#222222", "#333333"},
			[]string{"image of Safety changed: refused, 2 holders", "+23 awards of Welding 1 (2 expire in 2027), 1 revoked (Issued in error)"}, true},
		"one award":            {[]string{"content/awards/b.yaml", "", newAwards(1, 1)}, []string{"+1 award of Welding 1 (1 expires in 2027)"}, false},
		"withdrawn":            {[]string{awards, ", revoked: {date: 2026-04-01, reason: Unpaid}", ""}, []string{"1 award of Welding 1 no longer revoked"}, false},
		"reworded":             {[]string{awards, "reason: Unpaid", "reason: Not paid"}, []string{"1 award of Welding 1 with another revocation"}, false},
		"erased":               {[]string{awards, "badge: safety, recipient: ada@example.org", "badge: safety, erased: {date: 2026-05-01}"}, []string{"1 award of Safety erased"}, false},
		"gone and changed":     {[]string{awards, "  - {id: aaaaaaaaaaaaaaaaaaaaaaaaaa, status_index: 1, recipient: ada@example.org}\n", "", awards, "status_index: 2", "status_index: 20"}, []string{"1 award of Welding 1 gone: refused, 1 with another status_index: refused"}, true},
		"another expiry":       {[]string{awards, "recipient: ada@example.org", "recipient: ada@example.org, expires: 2029-01-01"}, []string{"1 award of Welding 1 with another expiry: refused"}, true},
		"details and public":   {[]string{awards, "recipient: ada@example.org", "recipient: ada@example.org, public: true, name: Ada"}, []string{"1 award of Welding 1 with details changed, 1 with public changed"}, false},
		"amended":              {[]string{welding, "Welding 1", "Welding I", welding, "alt:", "amended: [{date: 2026-05-01, reason: A numeral}]\nalt:"}, []string{"name of Welding I changed: amended (A numeral), 2 holders"}, false},
		"free":                 {[]string{welding, "alt: A torch", "alt: A burning torch\ntags: [metal]"}, []string{"tags, alternative text of Welding 1 changed"}, false},
		"two of one name":      {[]string{"content/badges/welding-b.yaml", "", "name: Welding 1\ndescription: x\nimage: one.svg\nalt: x\n", welding, "alt: A torch", "alt: x"}, []string{"alternative text of Welding 1 (welding) changed", "new badge Welding 1 (welding-b)"}, false},
		"issuer and keys":      {[]string{issuer, "name: Northwind", "name: Northwind Academy", issuer, "id: \"2025\"", "id: \"2026\""}, []string{"name of the issuer Northwind Academy changed", "key 2025 of the issuer Northwind Academy gone: refused", "key 2026 of the issuer Northwind Academy new"}, true},
		"another DID":          {[]string{issuer, "name: Northwind", "name: Northwind Academy\ndid: root"}, []string{"did of the issuer Northwind Academy changed: refused", "name of the issuer Northwind Academy changed"}, true},
		"settings":             {[]string{site, "title: Badges", "title: All badges", site, "timezone: Europe/Zurich", "timezone: UTC"}, []string{"title changed from Badges to All badges", "timezone changed from Europe/Zurich to UTC: refused", "key 2025 of the issuer Northwind changed", "2 awards of Safety with another date of issue: refused", "2 awards of Welding 1 with another date of issue: refused"}, true},
		"a description at all": {[]string{site, "title: Badges", "title: Badges\ndescription: All of them"}, []string{"description changed from nothing to All of them"}, false},
	}
	old := state(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := of(t, old, state(t, test.changes...))
			last := unplanned
			if test.refused {
				last += "; blazon check --base refuses it"
			}
			assert.Equal(t, strings.Join(append(test.want, last), "\n")+"\n", text(t, d))
			assert.False(t, d.Empty())
		})
	}
}

// A state beside itself is empty in every form.
func TestNothing(t *testing.T) {
	old := state(t)
	d := of(t, old, old)
	assert.True(t, d.Empty())
	assert.Equal(t, "nothing changes\n", text(t, d))
	var b bytes.Buffer
	require.NoError(t, d.JSON(&b, "main"))
	assert.NotContains(t, b.String(), "null,\n  \"settings\"")
	var got map[string]any
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	assert.Equal(t, map[string]any{"base": "main", "settings": []any{}, "issuers": []any{}, "classes": []any{}, "awards": []any{}, "pages": nil, "urls": nil, "refused": false}, got)
}

// Whatever a project's texts hold, no form of a diff has an address or an id, and Markdown has nothing that acts.
func TestNothingLeaks(t *testing.T) {
	const nasty = "x name@elsewhere.example +41 79 555 44 33 aaaaaaaaaaaaaaaaaaaaaaaaaa <img src=x> [a](http://x.example) `y` @team #12 **b** \\\\ | ~c~ :+1: https://x.example www.x.example \\u202e"
	quoted := `"` + nasty + `"`
	d := of(t, state(t), state(t,
		site, "title: Badges", "title: "+quoted,
		issuer, "name: Northwind", "name: "+quoted,
		welding, "name: Welding 1", "name: "+quoted,
		"content/badges/safety.yaml", "alt: A door", "alt: A door\namended: [{date: 2026-05-01, reason: "+quoted+"}]",
		awards, "recipient: ada@example.org}", "recipient: ada@example.org, revoked: {date: 2026-05-01, reason: "+quoted+"}}",
		"content/awards/b.yaml", "", newAwards(3, 1),
	))
	var markdown, asJSON strings.Builder
	require.NoError(t, d.Markdown(&markdown, "main@{1} (abc)"))
	require.NoError(t, d.JSON(&asJSON, "main"))
	for name, out := range map[string]string{"text": text(t, d), "markdown": markdown.String(), "json": asJSON.String()} {
		assert.NotContains(t, out, "@", name)
		assert.NotContains(t, out, "555", name)
		assert.NotContains(t, out, "aaaaaaaaaaaaaaaa", name)
		assert.NotContains(t, out, "eeeeeeeeeeeeeeee", name)
		assert.NotContains(t, out, "\u202e", name)
		for _, r := range out {
			assert.True(t, r == '\n' || !unicode.IsControl(r), name)
		}
	}
	assert.NotContains(t, strings.ReplaceAll(markdown.String(), "**refused**", ""), "*", "a mark that was not escaped")
	var html bytes.Buffer
	require.NoError(t, goldmark.Convert([]byte(markdown.String()), &html))
	rendered := strings.ReplaceAll(html.String(), "<strong>refused</strong>", "")
	for _, tag := range []string{"<img", "<a ", "<code", "<strong", "<em", "<table", "<!--"} {
		assert.NotContains(t, rendered, tag)
	}
	assert.Equal(t, 1, strings.Count(rendered, "<ul>"))
	for _, raw := range []string{"http:", "https:", "www.", " #12", ":+1:", "|", "`", "~", "<img", "["} {
		assert.NotContains(t, markdown.String(), raw, "what some readers of Markdown act on")
	}
	assert.Contains(t, rendered, "Compared with main@{1} (abc):")
	assert.Contains(t, rendered, "&lt;img src=x&gt;", "the text itself is still read")
}

func pages(all map[string]string, keys map[string]plan.Key) *plan.Plan {
	var outputs []plan.Output
	for path, text := range all {
		outputs = append(outputs, plan.Output{Path: path, Lasting: strings.HasSuffix(path, ".json"), Key: keys[path], Make: func() ([]byte, error) {
			if text == "fails" {
				return nil, errors.New("no such picture")
			}
			return []byte(text), nil
		}})
	}
	p, err := plan.New(outputs)
	if err != nil {
		panic(err)
	}
	return p
}

func TestPages(t *testing.T) {
	old := pages(map[string]string{"a.html": "1", "b.html": "1", "c.html": "1", "d.html": "fails", "e.html": "1", "x.json": "1"},
		map[string]plan.Key{"c.html": {1}, "d.html": {2}})
	now := pages(map[string]string{"a.html": "1", "b.html": "2", "c.html": "1", "d.html": "fails", "f.html": "1", "x.json": "2", "y.json": ""},
		map[string]plan.Key{"c.html": {9}, "d.html": {2}})
	got, err := diff.ComparePages(context.Background(), old, now)
	require.NoError(t, err)
	assert.Equal(t, diff.Pages{New: 1, Changed: 1, Gone: 1}, got)
	_, err = diff.ComparePages(context.Background(), old, pages(map[string]string{"d.html": "1"}, nil))
	assert.ErrorContains(t, err, "couldn't make d.html: no such picture", "without a key both are made")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = diff.ComparePages(ctx, old, now)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestURLs(t *testing.T) {
	old, now := state(t), state(t)
	old.Plan = pages(map[string]string{"a.json": "", "b.json": "", "p.html": ""}, nil)
	now.Plan = pages(map[string]string{"a.json": "", "c.json": "", "d.json": ""}, nil)
	d := of(t, old, now)
	assert.Equal(t, &diff.URLs{New: 2, Lost: 1}, d.URLs)
	d.Pages = &diff.Pages{Changed: 3}
	assert.Equal(t, "3 pages change; 1 URL lost; blazon check --base refuses it\n", text(t, d))
	now.Catalog.Site.BaseURL = "https://elsewhere.example.org"
	assert.Equal(t, &diff.URLs{New: 2, Lost: 2}, of(t, old, now).URLs, "every URL moves")
}
