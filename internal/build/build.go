// Package build lists everything that a site publishes: the one place where the catalogue becomes a plan. A further
// published file is one more producer here.
package build

import (
	"errors"
	"io/fs"
	"sync"

	"blazon/internal/badge"
	"blazon/internal/bake"
	"blazon/internal/diag"
	"blazon/internal/layout"
	"blazon/internal/ledger"
	"blazon/internal/ob2"
	"blazon/internal/ob3"
	"blazon/internal/page"
	"blazon/internal/plan"
	"blazon/internal/rule"
)

// Inputs are what a plan is made from, besides the catalogue.
type Inputs struct {
	Project   fs.FS // images are read from it
	Templates fs.FS // the user's over the program's
	Assets    fs.FS // site/, the user's over the program's
}

// Plan lists the site's files. Nothing is made yet, so a plan is cheap; each file's bytes depend on the catalogue and the
// inputs alone. Problems are paths that clash and templates that cannot be used; those beside a plan are warnings.
func Plan(cat *badge.Catalog, in Inputs) (*plan.Plan, []diag.Problem) {
	b := &builder{cat: cat, in: in, site: layout.Site{Base: cat.Site.BaseURL}, from: make(map[string]string)}
	hashes, problems := b.assets()
	if len(problems) > 0 {
		return nil, problems
	}
	pages, err := page.New(cat, in.Templates, hashes)
	if err != nil {
		return nil, templateProblems(err)
	}
	b.pages = pages
	for _, p := range cat.Pages {
		b.page(p)
	}
	for _, i := range cat.Issuers {
		b.issuer(i)
	}
	for _, c := range cat.Classes {
		b.class(c)
	}
	b.indexes()
	b.paging()
	warnings := b.hosting(hashes)
	all, err := plan.New(b.outputs)
	if err != nil {
		return nil, b.clashes(err)
	}
	return all, warnings
}

type builder struct {
	cat     *badge.Catalog
	in      Inputs
	site    layout.Site
	pages   *page.Renderer
	outputs []plan.Output
	from    map[string]string // the input of a path that a person chose, for messages about clashes
}

type producer = func() ([]byte, error)

// add lists a file. machine-read documents and images are lasting: law 1.
func (b *builder) add(stage plan.Stage, path string, make producer) *plan.Output {
	b.outputs = append(b.outputs, plan.Output{Path: path, Type: layout.Type(path), Stage: stage, Make: make})
	return &b.outputs[len(b.outputs)-1]
}

func (b *builder) lasting(stage plan.Stage, path string, make producer) {
	b.add(stage, path, make).Lasting = true
}

func (b *builder) page(p *badge.Page) {
	if p.Slug == "index" {
		return // the home page's introduction
	}
	path := layout.Page(p.Slug)
	b.from[path] = p.Pos.File
	o := b.add(plan.Pages, path, func() ([]byte, error) { return b.pages.Page(p, false) })
	o.Early = func() ([]byte, error) { return b.pages.Page(p, true) }
}

func (b *builder) issuer(i *badge.Issuer) {
	b.lasting(plan.Issuers, layout.Profile(i.Slug), func() ([]byte, error) { return ob2.Profile(b.site, i) })
	if i.Image != nil {
		b.image(plan.Issuers, i.Image, func(ext string) string { return layout.IssuerImage(i.Slug, ext) })
	}
	o := b.add(plan.Issuers, layout.IssuerPage(i.Slug), func() ([]byte, error) { return b.pages.Issuer(i, false) })
	o.Early = func() ([]byte, error) { return b.pages.Issuer(i, true) }
}

// image lists the forms of a picture as the author made them, but for badges baked into them.
func (b *builder) image(stage plan.Stage, img *badge.Image, path func(ext string) string) {
	if img.SVG != "" {
		b.lasting(stage, path("svg"), func() ([]byte, error) { return fs.ReadFile(b.in.Project, img.SVG) })
	}
	if img.File != "" {
		b.lasting(stage, path("png"), func() ([]byte, error) { return b.unbaked(img.File) })
	}
}

// unbaked is an author's PNG without any badge that it holds: somebody's badge, taken for artwork, may name a person.
func (b *builder) unbaked(file string) ([]byte, error) {
	data, err := fs.ReadFile(b.in.Project, file)
	if err != nil {
		return nil, err
	}
	return bake.Bake(data)
}

func (b *builder) class(c *badge.Class) {
	if b.cat.Site.OB1 || b.cat.Site.OB2 {
		b.lasting(plan.Classes, layout.Class(c.Slug), func() ([]byte, error) { return ob2.Class(b.site, c) })
	}
	if c.Issuer.OB3 {
		b.lasting(plan.Classes, layout.Achievement(c.Slug), func() ([]byte, error) {
			return ob3.Encoder{Site: b.site, Language: b.cat.Site.Language, OB2: b.cat.Site.OB1 || b.cat.Site.OB2}.Document(c)
		})
	}
	b.image(plan.Classes, c.Image, func(ext string) string { return layout.ClassImage(c.Slug, ext) })
	o := b.add(plan.Classes, layout.ClassPage(c.Slug), func() ([]byte, error) { return b.pages.Class(c, false) })
	o.Early = func() ([]byte, error) { return b.pages.Class(c, true) }

	// The image is read and taken apart once for all awards of the class.
	template := sync.OnceValues(func() (*bake.Template, error) {
		data, err := fs.ReadFile(b.in.Project, c.Image.File)
		if err != nil {
			return nil, err
		}
		return bake.Split(data)
	})
	for _, a := range c.Awards {
		b.award(a, template)
	}
}

func (b *builder) award(a *badge.Award, template func() (*bake.Template, error)) {
	site, img := b.cat.Site, a.Class.Image
	b.add(plan.Awards, layout.AwardPage(a.ID), func() ([]byte, error) { return b.pages.Award(a) })
	hosted := site.OB2 && ob2.HasAssertion(a)
	if hosted {
		b.lasting(plan.Awards, layout.Assertion(a.ID), func() ([]byte, error) { return ob2.Assertion(b.site, a) })
	}
	if site.OB1 && ob2.HasTwin(a) {
		b.lasting(plan.Awards, layout.Assertion1(a.ID), func() ([]byte, error) { return ob2.Twin(b.site, a) })
	}
	if !ob2.HasAssertion(a) {
		return // an image is published with something baked into it
	}
	if img.File == "" {
		b.lasting(plan.Awards, layout.AwardImage(a.ID, "svg"), func() ([]byte, error) { return fs.ReadFile(b.in.Project, img.SVG) })
		return
	}
	b.lasting(plan.Awards, layout.AwardImage(a.ID, "png"), func() ([]byte, error) {
		t, err := template()
		if err != nil {
			return nil, err
		}
		if a.State() == badge.Erased || !hosted {
			return t.Bake()
		}
		text, err := ob2.Assertion(b.site, a)
		if err != nil {
			return nil, err
		}
		return t.Bake(bake.Text{Keyword: bake.OB2, Value: string(text)})
	})
}

func (b *builder) indexes() {
	b.add(plan.Indexes, layout.Home, b.pages.Home)
	b.add(plan.Indexes, layout.Catalogue, func() ([]byte, error) { return b.pages.Catalogue(1, false) })
	b.add(plan.Indexes, layout.NotFound, b.pages.NotFound)
	b.lasting(plan.Indexes, layout.Ledger, func() ([]byte, error) { return ledger.Make(b.cat, b.site), nil })
}

// clashes words the plan's clashes as problems of the files that a person can rename.
func (b *builder) clashes(err error) []diag.Problem {
	var clash *plan.ClashError
	if !errors.As(err, &clash) {
		return []diag.Problem{rule.Clash.At(diag.Pos{}, "", "%s", err)}
	}
	var problems []diag.Problem
	for _, c := range clash.Clashes {
		at := b.from[c.A]
		if at == "" {
			at = b.from[c.B]
		}
		problems = append(problems, rule.Clash.At(diag.Pos{File: at}, "rename it", "%s", c))
	}
	return problems
}

// templateProblems words every mistake in the templates with its place.
func templateProblems(err error) []diag.Problem {
	var bad *page.TemplateError
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var problems []diag.Problem
		for _, e := range several.Unwrap() {
			problems = append(problems, templateProblems(e)...)
		}
		return problems
	}
	if errors.As(err, &bad) {
		return []diag.Problem{rule.Template.At(diag.Pos{File: bad.File, Line: bad.Line}, "docs/templates.md lists the templates and what each is given", "%s", bad.Message)}
	}
	return []diag.Problem{rule.Template.At(diag.Pos{File: "templates"}, "", "%s", err)}
}
