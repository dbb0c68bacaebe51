package load

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/model"
	"blazon/internal/near"
	"blazon/internal/rule"
)

func (l *loader) classes() {
	supersedes := make(map[*badge.Class]decl.Node)
	for _, name := range l.in("content/badges", ".yaml") {
		slug, ok := l.slugOf(name)
		n, isMap := l.document(name, l.type_("badge"))
		criteria := "content/badges/" + slug + ".md"
		l.used[criteria] = true
		if !isMap {
			l.use("content/badges/" + slug)
			l.broken[slug] = true
			continue
		}
		c := l.class(n, slug)
		c.Criteria = l.criteria(criteria, c)
		if n.Field("supersedes").Kind() == decl.Text {
			supersedes[c] = n.Field("supersedes")
		}
		l.broken[slug] = l.broken[slug] || !ok
		if ok {
			l.cat.Classes = append(l.cat.Classes, c)
		}
	}
	for _, c := range l.cat.Classes {
		if n, ok := supersedes[c]; ok {
			l.supersede(c, n)
		}
	}
}

func (l *loader) class(n decl.Node, slug string) *badge.Class {
	c := &badge.Class{
		Slug:        slug,
		Issuer:      l.issuerOf(n),
		Name:        n.Field("name").Text(),
		Description: n.Field("description").Text(),
		Version:     n.Field("version").Text(),
		Type:        n.Field("type").Text(),
		Repeatable:  n.Field("repeatable").IsTrue(),
		Pos:         n.Pos(),
	}
	c.Image = l.image(n, "content/badges", slug, true)
	for _, tag := range n.Field("tags").Items() {
		c.Tags = append(c.Tags, tag.Text())
	}
	c.ExpiresAfter, _ = model.ParseSpan(n.Field("expires_after").Text())
	for _, a := range n.Field("alignment").Items() {
		c.Alignment = append(c.Alignment, badge.Alignment{
			Name: a.Field("name").Text(), URL: a.Field("url").Text(), Description: a.Field("description").Text(),
			Framework: a.Field("framework").Text(), Code: a.Field("code").Text(),
		})
	}
	if d, err := model.ParseDate(n.Field("retired").Text()); err == nil {
		c.Retired, c.RetiredDay = d.End(l.cat.Site.Zone), d.Day
	}
	for _, a := range n.Field("amended").Items() {
		c.Amended = append(c.Amended, badge.Amendment{Day: a.Field("date").Text(), Reason: a.Field("reason").Text()})
	}
	c.Results = l.results(n.Field("results"))
	return c
}

// issuerOf resolves a class's issuer; with one in the project, the class need not name it.
func (l *loader) issuerOf(n decl.Node) *badge.Issuer {
	named := n.Field("issuer")
	if !named.Exists() {
		if len(l.cat.Issuers) == 1 {
			return l.cat.Issuers[0]
		}
		if len(l.cat.Issuers) > 1 && !l.brokenIssuer {
			l.report(rule.Issuers.At(n.Pos(), "one of: "+strings.Join(l.issuerSlugs(), ", "), `the key "issuer" is missing, and the project has %d issuers`, len(l.cat.Issuers)))
		}
		return nil
	}
	for _, i := range l.cat.Issuers {
		if i.Slug == named.Text() {
			return i
		}
	}
	if named.Kind() == decl.Text && model.CheckSlug(named.Text()) == nil && !l.files["content/issuers/"+named.Text()+".yaml"] {
		l.report(rule.Reference.At(named.Pos(), suggestion(named.Text(), l.issuerSlugs(), "the issuers are"), "there is no issuer %s", diag.Quote(named.Text())))
	}
	return nil
}

func (l *loader) issuerSlugs() []string {
	var slugs []string
	for _, i := range l.cat.Issuers {
		slugs = append(slugs, i.Slug)
	}
	return slugs
}

// suggestion is the hint for a name that does not exist.
func suggestion(word string, names []string, intro string) string {
	if w, ok := near.Word(word, names); ok {
		return `did you mean "` + w + `"?`
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) > 20:
		return intro + ": " + strings.Join(names[:20], ", ") + " and others"
	}
	return intro + ": " + strings.Join(names, ", ")
}

func (l *loader) results(n decl.Node) []badge.ResultDescription {
	var all []badge.ResultDescription
	for _, r := range n.Items() {
		d := badge.ResultDescription{
			ID: r.Field("id").Text(), Name: r.Field("name").Text(), Type: r.Field("type").Text(),
			Min: r.Field("min").Text(), Max: r.Field("max").Text(), Required: r.Field("required").Text(),
		}
		for _, v := range r.Field("allowed").Items() {
			d.Allowed = append(d.Allowed, v.Text())
		}
		l.bounds(r, d)
		if slices.ContainsFunc(all, func(o badge.ResultDescription) bool { return o.ID == d.ID }) {
			l.report(rule.Result.At(r.Field("id").Pos(), "give it another id", "the result %s is described twice", diag.Quote(d.ID)))
		}
		if len(d.Allowed) > 0 && d.Required != "" && !slices.Contains(d.Allowed, d.Required) {
			l.report(rule.Result.At(r.Field("required").Pos(), "one of: "+strings.Join(d.Allowed, ", "), "%s is not among the allowed values", diag.Quote(d.Required)))
		}
		all = append(all, d)
	}
	return all
}

// bounds checks that what a result must be can be. Where neither end is a number, they are words, which are not compared.
func (l *loader) bounds(n decl.Node, d badge.ResultDescription) {
	least, leastOK := number(d.Min)
	most, mostOK := number(d.Max)
	switch {
	case d.Min != "" && !leastOK && mostOK:
		l.report(rule.Result.At(n.Field("min").Pos(), "write a number, as max is one", "the lowest value is not a number: %s", diag.Quote(d.Min)))
		return
	case d.Max != "" && !mostOK && leastOK:
		l.report(rule.Result.At(n.Field("max").Pos(), "write a number, as min is one", "the highest value is not a number: %s", diag.Quote(d.Max)))
		return
	case leastOK && mostOK && least > most:
		l.report(rule.Result.At(n.Field("min").Pos(), "exchange min and max", "the lowest value, %s, is greater than the highest, %s", diag.Mask(d.Min), diag.Mask(d.Max)))
		return
	}
	for _, bound := range []struct {
		text string
		is   bool
		out  func(v float64) bool
		what string
	}{
		{d.Min, leastOK, func(v float64) bool { return v < least }, "under the lowest value"},
		{d.Max, mostOK, func(v float64) bool { return v > most }, "over the highest value"},
	} {
		if v, ok := number(d.Required); bound.is && ok && bound.out(v) {
			l.report(rule.Result.At(n.Field("required").Pos(), "write a value that can be reached", "the required value is %s, %s: %s", bound.what, diag.Mask(bound.text), diag.Quote(d.Required)))
		}
	}
}

// number reads a result's value as awards' values are read, but for the words that stand for no number.
func number(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

func (l *loader) criteria(name string, c *badge.Class) string {
	if !l.files[name] {
		l.report(rule.Criteria.At(c.Pos, "write what its holder has shown in "+name, "the class has no criteria"))
		return ""
	}
	data, ok := l.data(name)
	if !ok {
		return ""
	}
	if !utf8.Valid(data) {
		l.report(rule.Encoding.At(diag.Pos{File: name}, "save the file as UTF-8", "is not UTF-8"))
		return ""
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

// supersede links a class with the one it replaces. Cycles are found where they close.
func (l *loader) supersede(c *badge.Class, n decl.Node) {
	slug := n.Text()
	i := slices.IndexFunc(l.cat.Classes, func(o *badge.Class) bool { return o.Slug == slug })
	switch {
	case i < 0:
		if model.CheckSlug(slug) == nil && !l.broken[slug] {
			l.report(rule.Reference.At(n.Pos(), suggestion(slug, l.classSlugs(), "the classes are"), "there is no class %s", diag.Quote(slug)))
		}
		return
	case l.cat.Classes[i] == c:
		l.report(rule.Supersedes.At(n.Pos(), "name the class that came before", "the class supersedes itself"))
		return
	case l.cat.Classes[i].Issuer != nil && c.Issuer != nil && l.cat.Classes[i].Issuer != c.Issuer: // else that is reported
		l.report(rule.Supersedes.At(n.Pos(), "a class supersedes one of its own issuer", "the class %s is another issuer's", slug))
		return
	}
	for o := l.cat.Classes[i]; o != nil; o = o.Supersedes {
		if o == c {
			l.report(rule.Supersedes.At(n.Pos(), "remove one of the links", "the class %s supersedes this one already, directly or through others", slug))
			return
		}
	}
	c.Supersedes = l.cat.Classes[i]
	c.Supersedes.SupersededBy = append(c.Supersedes.SupersededBy, c)
}

func (l *loader) classSlugs() []string {
	var slugs []string
	for _, c := range l.cat.Classes {
		slugs = append(slugs, c.Slug)
	}
	return slugs
}
