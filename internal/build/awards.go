package build

import (
	"io/fs"
	"sync"

	"blazon/internal/badge"
	"blazon/internal/bake"
	"blazon/internal/layout"
	"blazon/internal/ob2"
	"blazon/internal/plan"
)

// awards lists what is published of each award, a series for each kind of file: there may be 100,000 of each.
func (b *builder) awards() {
	site := b.cat.Site
	var hosted, twins, pngs, svgs []*badge.Award
	for _, a := range b.cat.Awards {
		if !ob2.HasAssertion(a) {
			continue // an image is published with something baked into it
		}
		hosted = append(hosted, a)
		if ob2.HasTwin(a) {
			twins = append(twins, a)
		}
		if a.Class.Image.File == "" {
			svgs = append(svgs, a)
		} else {
			pngs = append(pngs, a)
		}
	}
	b.each(b.cat.Awards, layout.AwardPage, b.pages.Award).Lasting = false
	if site.OB2 {
		b.each(hosted, layout.Assertion, func(a *badge.Award) ([]byte, error) { return ob2.Assertion(b.site, a) })
	}
	if site.OB1 {
		b.each(twins, layout.Assertion1, func(a *badge.Award) ([]byte, error) { return ob2.Twin(b.site, a) })
	}
	b.each(pngs, func(id string) string { return layout.AwardImage(id, "png") }, b.bakedPNG())
	b.each(svgs, func(id string) string { return layout.AwardImage(id, "svg") }, func(a *badge.Award) ([]byte, error) {
		return fs.ReadFile(b.in.Project, a.Class.Image.SVG)
	})
}

// each lists one file of each award.
func (b *builder) each(awards []*badge.Award, path func(id string) string, make func(*badge.Award) ([]byte, error)) *plan.Series {
	s := plan.Series{Type: layout.Type(path("id")), Stage: plan.Awards, Lasting: true, Len: len(awards),
		Path: func(i int) string { return path(awards[i].ID) },
		Make: func(i int) ([]byte, error) { return make(awards[i]) },
		Key:  func(i int) plan.Key { return awardKey(b.inputs, awards[i]) },
	}
	b.series = append(b.series, s)
	return &b.series[len(b.series)-1]
}

// bakedPNG bakes assertions into their classes' images, each of which is read and taken apart once.
func (b *builder) bakedPNG() func(*badge.Award) ([]byte, error) {
	templates := make(map[*badge.Class]func() (*bake.Template, error), len(b.cat.Classes))
	for _, c := range b.cat.Classes {
		templates[c] = sync.OnceValues(func() (*bake.Template, error) {
			data, err := fs.ReadFile(b.in.Project, c.Image.File)
			if err != nil {
				return nil, err
			}
			return bake.Split(data)
		})
	}
	return func(a *badge.Award) ([]byte, error) {
		t, err := templates[a.Class]()
		if err != nil {
			return nil, err
		}
		if a.State() == badge.Erased || !b.cat.Site.OB2 {
			return t.Bake()
		}
		text, err := ob2.Assertion(b.site, a)
		if err != nil {
			return nil, err
		}
		return t.Bake(bake.Text{Keyword: bake.OB2, Value: string(text)})
	}
}
