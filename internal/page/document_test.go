package page_test

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"blazon/internal/badge"
	"blazon/internal/layout"
	"blazon/internal/page"
)

// pages renders everything that a catalogue publishes as a page, by published path.
func pages(t testing.TB, r *page.Renderer, cat *badge.Catalog) map[string]string {
	t.Helper()
	all := map[string]string{}
	add := func(path string, doc []byte, err error) {
		require.NoError(t, err, path)
		require.NotContains(t, all, path)
		all[path] = string(doc)
	}
	doc, err := r.Home()
	add(layout.Home, doc, err)
	for n := 1; n <= r.CataloguePages(); n++ {
		doc, err = r.Catalogue(n, false)
		add(layout.CataloguePage(n), doc, err)
	}
	doc, err = r.NotFound()
	add(layout.NotFound, doc, err)
	for _, c := range cat.Classes {
		doc, err = r.Class(c, false)
		add(layout.ClassPage(c.Slug), doc, err)
		for n := 2; n <= r.ClassPages(c); n++ {
			doc, err = r.Holders(c, n, false)
			add(layout.ClassHolders(c.Slug, n), doc, err)
		}
	}
	for _, i := range cat.Issuers {
		doc, err = r.Issuer(i, false)
		add(layout.IssuerPage(i.Slug), doc, err)
		for n := 2; n <= r.IssuerPages(i); n++ {
			doc, err = r.IssuerBadges(i, n, false)
			add(layout.IssuerBadges(i.Slug, n), doc, err)
		}
	}
	for _, p := range cat.Pages {
		if p.Slug != "index" {
			doc, err = r.Page(p, false)
			add(layout.Page(p.Slug), doc, err)
		}
	}
	for _, a := range cat.Awards {
		doc, err = r.Award(a)
		add(layout.AwardPage(a.ID), doc, err)
	}
	return all
}

// earlyPages renders the early forms.
func earlyPages(t testing.TB, r *page.Renderer, cat *badge.Catalog) map[string]string {
	t.Helper()
	all := map[string]string{}
	add := func(path string, doc []byte, err error) {
		require.NoError(t, err, path)
		all[path] = string(doc)
	}
	for _, c := range cat.Classes {
		doc, err := r.Class(c, true)
		add(layout.ClassPage(c.Slug), doc, err)
		for n := 2; n <= r.ClassPages(c); n++ {
			doc, err := r.Holders(c, n, true)
			add(layout.ClassHolders(c.Slug, n), doc, err)
		}
	}
	for _, i := range cat.Issuers {
		doc, err := r.Issuer(i, true)
		add(layout.IssuerPage(i.Slug), doc, err)
		for n := 2; n <= r.IssuerPages(i); n++ {
			doc, err := r.IssuerBadges(i, n, true)
			add(layout.IssuerBadges(i.Slug, n), doc, err)
		}
	}
	for n := 2; n <= r.CataloguePages(); n++ {
		doc, err := r.Catalogue(n, true)
		add(layout.CataloguePage(n), doc, err)
	}
	for _, p := range cat.Pages {
		if p.Slug != "index" {
			doc, err := r.Page(p, true)
			add(layout.Page(p.Slug), doc, err)
		}
	}
	return all
}

// published are the paths of a catalogue's files beside its pages.
func published(cat *badge.Catalog) map[string]bool {
	all := map[string]bool{}
	for name := range assets {
		all[name] = true
	}
	images := func(i *badge.Image, path func(ext string) string) {
		if i != nil && i.PNG() {
			all[path("png")] = true
		}
		if i != nil && i.SVG != "" {
			all[path("svg")] = true
		}
	}
	for _, i := range cat.Issuers {
		all[layout.Profile(i.Slug)] = true
		all[layout.Site{Base: cat.Site.BaseURL}.DIDDocument(i.Slug, i.DIDRoot)] = i.OB3
		images(i.Image, func(ext string) string { return layout.IssuerImage(i.Slug, ext) })
	}
	for _, c := range cat.Classes {
		all[layout.Class(c.Slug)] = cat.Site.OB1 || cat.Site.OB2
		all[layout.Achievement(c.Slug)] = c.Issuer.OB3
		images(c.Image, func(ext string) string { return layout.ClassImage(c.Slug, ext) })
		all[layout.ClassPreview(c.Slug)] = true
	}
	for _, a := range cat.Awards {
		all[layout.Credential(a.ID)] = a.Class.Issuer.OB3
		all[layout.CredentialJWT(a.ID)] = a.Class.Issuer.OB3 && a.Class.Issuer.Newest(badge.RSA) != nil
		all[layout.CredentialImage(a.ID)] = a.Class.Issuer.OB3 && a.Class.Image.SVG != ""
		all[layout.AwardImage(a.ID, "png")] = true
		if a.Recipient.Kind == badge.DID {
			continue
		}
		all[layout.SignedJWS(a.ID)] = cat.Site.OB2 && a.Class.Issuer.Signed
		all[layout.Assertion(a.ID)] = cat.Site.OB2
		all[layout.Assertion1(a.ID)] = cat.Site.OB1 && a.Recipient.Kind == badge.Email
		all[layout.AwardImage(a.ID, "svg")] = a.Class.Image.SVG != ""
	}
	return all
}

// link is a reference that a document makes.
type link struct {
	tag, url string
}

// elements without an end tag, and those that may not stand in a paragraph (HTML, "The p element").
var (
	void  = []string{"area", "br", "hr", "img", "input", "link", "meta", "wbr"}
	block = []string{"address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer",
		"form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"}
)

// examine checks that a document is well-formed, accessible in what can be seen without a browser, and free of scripts,
// inline styles and requests to other sites. It returns the document's links.
func examine(t *testing.T, doc string) []link {
	t.Helper()
	var links []link
	var open []string
	ids, labels := map[string]bool{}, []string{}
	count := map[string]int{}
	level := 0
	var names []string // of the parts for navigation
	require.True(t, strings.HasPrefix(doc, "<!doctype html>\n"), "no doctype")
	z := html.NewTokenizer(strings.NewReader(doc))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch kind {
		case html.CommentToken:
			assert.Fail(t, "a comment", token.Data)
		case html.EndTagToken:
			require.NotEmpty(t, open, "</%s> without a start", token.Data)
			require.Equal(t, open[len(open)-1], token.Data, "end tag")
			open = open[:len(open)-1]
		case html.StartTagToken, html.SelfClosingTagToken:
			if slices.Contains(block, token.Data) {
				assert.NotContains(t, open, "p", "<%s> in a paragraph", token.Data)
			}
			count[token.Data]++
			if !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
			assert.NotContains(t, []string{"script", "style", "iframe", "object", "embed", "base", "form"}, token.Data)
			attrs := map[string]string{}
			for _, a := range token.Attr {
				assert.NotContains(t, attrs, a.Key, "twice")
				attrs[a.Key] = a.Val
				assert.False(t, strings.HasPrefix(a.Key, "on") || a.Key == "style", "<%s %s>", token.Data, a.Key)
			}
			if id, ok := attrs["id"]; ok {
				assert.False(t, ids[id], "id %q twice", id)
				ids[id] = true
			}
			if label, ok := attrs["aria-labelledby"]; ok {
				labels = append(labels, label)
			}
			switch token.Data {
			case "html":
				assert.NotEmpty(t, attrs["lang"])
				assert.Contains(t, []string{"ltr", "rtl"}, attrs["dir"])
			case "h1", "h2", "h3", "h4", "h5", "h6":
				next, _ := strconv.Atoi(token.Data[1:])
				assert.LessOrEqual(t, next, level+1, "<%s> after <h%d>", token.Data, level)
				level = next
			case "nav":
				names = append(names, attrs["aria-label"])
			case "img":
				assert.Contains(t, attrs, "alt")
				assert.NotContains(t, attrs["src"], "://", "a picture of another site")
				links = append(links, link{"img", attrs["src"]})
			case "a":
				links = append(links, link{"a", attrs["href"]})
			case "link":
				if attrs["rel"] == "canonical" {
					links = append(links, link{"canonical", attrs["href"]})
				} else {
					assert.NotContains(t, attrs["href"], "://", "a file of another site")
					links = append(links, link{"link", attrs["href"]})
				}
			case "time":
				_, err := time.Parse(time.DateOnly, attrs["datetime"])
				assert.NoError(t, err)
			}
		}
	}
	assert.Empty(t, open, "elements left open")
	for _, label := range labels {
		assert.True(t, ids[label], "no element with id %q", label)
	}
	for tag, want := range map[string]int{"title": 1, "h1": 1, "main": 1, "header": 1, "footer": 1} {
		assert.Equal(t, want, count[tag], "number of <%s>", tag)
	}
	assert.NotEmpty(t, names)
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), len(names), "<nav>s of one name: %v", names)
	_, err := html.Parse(bytes.NewReader([]byte(doc)))
	assert.NoError(t, err)
	return links
}

// leads is the published path that a link on a page leads to; outside is true where it leads to another site.
func leads(t *testing.T, base, path, href string) (target string, outside bool) {
	t.Helper()
	from, err := url.Parse(layout.Site{Base: base}.URL(path))
	require.NoError(t, err)
	to, err := from.Parse(href)
	require.NoError(t, err)
	to.RawQuery, to.Fragment = "", ""
	rest, ok := strings.CutPrefix(to.String(), base+"/")
	if !ok {
		return to.String(), true
	}
	if rest == "" || strings.HasSuffix(rest, "/") {
		rest += "index.html"
	}
	return rest, false
}
