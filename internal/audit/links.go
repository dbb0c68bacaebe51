package audit

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"blazon/internal/document"
	"blazon/internal/layout"
)

// follow checks that a link from a file leads to one that is there, if it leads into the site at all.
func (a *auditor) follow(from, base, link string) {
	link = strings.TrimSpace(link)
	root, err := url.Parse(base)
	if err != nil {
		return
	}
	u, err := root.Parse(link)
	if err != nil {
		a.fault(from, Links, "a link is no URL: %s", document.Show(link))
		return
	}
	fragment := u.Fragment
	u.Fragment, u.RawFragment = "", ""
	name, ok := a.port.Path(u.String())
	if !ok {
		return // another site's
	}
	a.count(&a.result.Links, 1)
	if !a.names[name] {
		if a.folders[strings.TrimSuffix(name, "/")] && a.names[strings.TrimSuffix(name, "/")+"/index.html"] {
			name = strings.TrimSuffix(name, "/") + "/index.html" // hosts redirect to the folder
		} else {
			a.fault(from, Links, "a link leads to %s, which is not there", document.Show(u.String()))
			return
		}
	}
	if fragment != "" && strings.HasSuffix(name, ".html") && !a.anchors(name)[fragment] {
		a.fault(from, Links, "a link leads to %s, where there is no %s", document.Show(u.String()), document.Show("#"+fragment))
	}
}

// anchors are the places of a page to which links may lead.
func (a *auditor) anchors(name string) map[string]bool {
	if known, ok := a.ids.Load(name); ok {
		return known.(map[string]bool)
	}
	ids := map[string]bool{"top": true}
	if data, err := a.read(name); err == nil {
		tags(data, func(t html.Token) {
			for _, attribute := range t.Attr {
				if attribute.Key == "id" || attribute.Key == "name" && t.Data == "a" {
					ids[attribute.Val] = true
				}
			}
		})
	}
	a.ids.Store(name, ids)
	return ids
}

func tags(page []byte, each func(t html.Token)) {
	z := html.NewTokenizer(bytes.NewReader(page))
	z.SetMaxBuf(8 << 20)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			each(z.Token())
		}
	}
}

// addresses are the attributes that hold links.
var addresses = map[string][]string{
	"a": {"href"}, "link": {"href"}, "area": {"href"}, "img": {"src"}, "script": {"src"}, "iframe": {"src"}, "source": {"src"}, "video": {"src", "poster"},
	"audio": {"src"}, "object": {"data"}, "form": {"action"}, "input": {"src"}, "image": {"href"}, "use": {"href"},
}

// addressed are the meta elements whose content is a link.
var addressed = []string{"og:image", "og:url", "twitter:image"}

// page follows the links of a page.
func (a *auditor) page(name string, data []byte) {
	base := a.site.URL(name)
	if name == layout.NotFound {
		base = a.site.URL("404.html")
	}
	tags(data, func(t html.Token) {
		get := func(key string) string {
			for _, attribute := range t.Attr {
				if attribute.Key == key {
					return attribute.Val
				}
			}
			return ""
		}
		for _, key := range addresses[t.Data] {
			if link := get(key); link != "" {
				a.follow(name, base, link)
			}
		}
		if set := get("srcset"); set != "" {
			for _, candidate := range strings.Split(set, ",") {
				if fields := strings.Fields(candidate); len(fields) > 0 {
					a.follow(name, base, fields[0])
				}
			}
		}
		if t.Data == "meta" && (slices.Contains(addressed, get("property")) || slices.Contains(addressed, get("name"))) && get("content") != "" {
			a.follow(name, base, get("content"))
		}
	})
}

var cssLink = regexp.MustCompile(`url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)`)

// style follows the links of a style sheet.
func (a *auditor) style(name string, data []byte) {
	for _, m := range cssLink.FindAllSubmatch(data, -1) {
		if link := string(m[1]) + string(m[2]) + string(m[3]); link != "" && !strings.HasPrefix(link, "data:") {
			a.follow(name, a.site.URL(name), link)
		}
	}
}

// text follows the site's own URLs that stand anywhere in a text, as in a site map.
func (a *auditor) text(name string, data []byte) {
	s := string(data)
	for {
		at := strings.Index(s, a.site.Base)
		if at < 0 {
			return
		}
		s = s[at:]
		end := strings.IndexAny(s, "<>\"' \t\r\n")
		if end < 0 {
			end = len(s)
		}
		if rest := s[len(a.site.Base):end]; rest == "" || rest[0] == '/' {
			a.follow(name, a.site.Base, strings.ReplaceAll(s[:end], "&amp;", "&"))
		}
		s = s[end:]
	}
}

// links follows the URLs of a document: every text that is nothing but one. Prefixes of URLs are none.
func (a *auditor) links(name string, v any) {
	switch v := v.(type) {
	case document.Object:
		a.links(name, map[string]any(v))
	case map[string]any:
		for key, value := range v {
			if key != "startsWith" {
				a.links(name, value)
			}
		}
	case []any:
		for _, value := range v {
			a.links(name, value)
		}
	case string:
		if strings.HasPrefix(v, a.site.Base) && !strings.ContainsAny(v, " \t\r\n") {
			without, _, _ := strings.Cut(v, "#") // fragments of documents are not anchors
			a.follow(name, a.site.Base, without)
		}
	}
}
