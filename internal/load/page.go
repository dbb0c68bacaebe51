package load

import (
	"slices"
	"strings"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/model"
	"blazon/internal/rule"
)

// reservedPages are first segments of a page's path that the published tree uses itself.
var reservedPages = []string{"badges", "catalogue", "issuers", "awards", "verify", "backpack", "404"}

func (l *loader) pages() {
	for _, name := range l.below("content/pages", ".md") {
		slug := strings.TrimSuffix(strings.TrimPrefix(name, "content/pages/"), ".md")
		ok := l.pageSlug(name, slug)
		data, readable := l.data(name)
		if !readable {
			continue
		}
		file, body, problems := decl.Front(name, data)
		l.report(problems...)
		if !file.Root.Exists() {
			continue
		}
		l.report(decl.Validate(file.Root, l.type_("page"))...)
		p := &badge.Page{Slug: slug, Title: file.Root.Field("title").Text(), Description: file.Root.Field("description").Text(), Body: body, Pos: file.Root.Pos()}
		p.Nav, _ = file.Root.Field("nav").Int()
		if ok {
			l.cat.Pages = append(l.cat.Pages, p)
		}
	}
	slices.SortFunc(l.cat.Pages, func(a, b *badge.Page) int { return strings.Compare(a.Slug, b.Slug) })
}

func (l *loader) pageSlug(name, slug string) bool {
	pos := diag.Pos{File: name}
	segments := strings.Split(slug, "/")
	for _, s := range segments {
		if err := model.CheckSlug(s); err != nil {
			l.report(rule.Slug.At(pos, "use lower-case letters a to z, digits, - and _", "the name %s %s", diag.Quote(s), err))
			return false
		}
	}
	switch last := segments[len(segments)-1]; {
	case slices.Contains(reservedPages, segments[0]):
		l.report(rule.Slug.At(pos, "give the page another name", "the site uses /%s/ itself", segments[0]))
		return false
	case last == "index" && len(segments) > 1:
		l.report(rule.Slug.At(pos, "name it "+strings.Join(segments[:len(segments)-1], "/")+".md", "only the home page's introduction is named index"))
		return false
	}
	return true
}
