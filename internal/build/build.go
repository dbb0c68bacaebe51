// Package build lists everything that a site publishes: the one place where the catalogue becomes a plan. A further
// published file is one more producer here.
package build

import (
	"errors"
	"fmt"
	"io/fs"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/input"
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
	Shard     Shard // the part that is planned
	// Signer, where it is not nil, signs what is signed. Without it the signed files are left out.
	Signer Signer
	// Pictures, where it is not nil, remembers what was derived from pictures: that takes far longer than all the rest.
	Pictures Pictures
	// Program stands for the program that builds: its version and everything that it carries. Where it is empty no output
	// gets a key.
	Program string
	// Contents are the files of content/, templates/ and site/, read before the catalogue was; where it is nil they are
	// read if need be.
	Contents *input.Contents
}

// Plan lists the site's files. Nothing is made yet, so a plan is cheap; each file's bytes depend on the catalogue and the
// inputs alone. Problems are paths that clash and templates that cannot be used; those beside a plan are warnings.
func Plan(cat *badge.Catalog, in Inputs) (*plan.Plan, []diag.Problem) {
	b := &builder{cat: cat, in: in, site: layout.Site{Base: cat.Site.BaseURL}, from: make(map[string]string)}
	b.drawing = make(chan struct{}, drawings(len(cat.Awards)))
	hashes, problems := b.assets()
	if len(problems) > 0 {
		return nil, problems
	}
	pages, err := page.New(cat, in.Templates, hashes, in.Signer != nil)
	if err != nil {
		return nil, templateProblems(err)
	}
	b.pages = pages
	ob2 := cat.Site.OB1 || cat.Site.OB2
	b.signing = signing{encoder: ob3.Encoder{Site: b.site, Language: cat.Site.Language, OB2: ob2}}
	if err := b.digestInputs(); err != nil {
		return nil, []diag.Problem{rule.Template.At(diag.Pos{}, "", "couldn't be read: %s", err)}
	}
	b.digestAwards()
	for _, p := range cat.Pages {
		b.page(p)
	}
	for _, i := range cat.Issuers {
		b.issuer(i)
	}
	for _, c := range cat.Classes {
		b.class(c)
	}
	b.awards()
	b.indexes()
	b.paging()
	warnings := b.hosting(hashes)
	b.take(in.Shard)
	all, err := plan.New(b.outputs, b.series()...)
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
	files   []awardFiles
	inputs  plan.Key                  // of everything but the awards; zero where nothing is to be skipped
	keys    []plan.Key                // of each award's files; nil where nothing is to be skipped
	all     plan.Key                  // of everything
	ofClass map[*badge.Class]plan.Key // of everything but the awards of other classes
	templates
	assertions  recent
	credentials recent
	signing     signing
	drawing     chan struct{}     // holds an entry for each picture that is being derived from another one
	from        map[string]string // the input of a path that a person chose, for messages about clashes
}

type producer = func() ([]byte, error)

// add lists a file.
func (b *builder) add(stage plan.Stage, path string, make producer) *plan.Output {
	b.outputs = append(b.outputs, plan.Output{Path: path, Type: layout.Type(path), Stage: stage, Make: make})
	return &b.outputs[len(b.outputs)-1]
}

// fixed lists a file that no award has a part in.
func (b *builder) fixed(stage plan.Stage, path string, make producer) *plan.Output {
	o := b.add(stage, path, make)
	o.Key = b.inputs
	return o
}

// listing lists a file in which any award may have a part.
func (b *builder) listing(stage plan.Stage, path string, make producer) *plan.Output {
	o := b.add(stage, path, make)
	o.Key = b.all
	return o
}

// holders lists a file in which any award of a class may have a part, and no other award.
func (b *builder) holders(c *badge.Class, path string, make producer) *plan.Output {
	o := b.add(plan.Classes, path, make)
	o.Key = b.ofClass[c]
	return o
}

// lasting lists a machine-read document or image: law 1. No award has a part in it.
func (b *builder) lasting(stage plan.Stage, path string, make producer) {
	b.fixed(stage, path, make).Lasting = true
}

func (b *builder) page(p *badge.Page) {
	if p.Slug == "index" {
		return // the home page's introduction
	}
	path := layout.Page(p.Slug)
	b.from[path] = p.Pos.File
	o := b.fixed(plan.Pages, path, func() ([]byte, error) { return b.pages.Page(p, false) })
	o.Early = func() ([]byte, error) { return b.pages.Page(p, true) }
}

func (b *builder) issuer(i *badge.Issuer) {
	b.lasting(plan.Issuers, layout.Profile(i.Slug), func() ([]byte, error) { return ob2.Profile(b.site, i) })
	b.issuerKeys(i)
	if i.Image != nil {
		b.image(plan.Issuers, i.Image, func(ext string) string { return layout.IssuerImage(i.Slug, ext) })
	}
	o := b.fixed(plan.Issuers, layout.IssuerPage(i.Slug), func() ([]byte, error) { return b.pages.Issuer(i, false) })
	o.Early = func() ([]byte, error) { return b.pages.Issuer(i, true) }
}

func (b *builder) class(c *badge.Class) {
	if b.cat.Site.OB1 || b.cat.Site.OB2 {
		b.lasting(plan.Classes, layout.Class(c.Slug), func() ([]byte, error) { return ob2.Class(b.site, c) })
	}
	if c.Issuer.OB3 {
		b.lasting(plan.Classes, layout.Achievement(c.Slug), func() ([]byte, error) {
			return b.signing.encoder.Achievement(c)
		})
	}
	b.image(plan.Classes, c.Image, func(ext string) string { return layout.ClassImage(c.Slug, ext) })
	b.fixed(plan.Classes, layout.ClassPreview(c.Slug), func() ([]byte, error) { return b.card(c.Image) })
	o := b.holders(c, layout.ClassPage(c.Slug), func() ([]byte, error) { return b.pages.Class(c, false) })
	o.Early = func() ([]byte, error) { return b.pages.Class(c, true) }
}

func (b *builder) indexes() {
	b.fixed(plan.Indexes, layout.Home, b.pages.Home)
	b.fixed(plan.Indexes, layout.Catalogue, func() ([]byte, error) { return b.pages.Catalogue(1, false) })
	b.fixed(plan.Indexes, layout.NotFound, b.pages.NotFound)
	b.listing(plan.Indexes, layout.Ledger, func() ([]byte, error) { return ledger.Make(b.cat, b.site), nil }).Lasting = true
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

// Failure words the failure of an output's producer: with its place where it is a mistake in a template.
func Failure(path string, err error) diag.Problem {
	var bad *page.TemplateError
	if errors.As(err, &bad) {
		return templateProblems(bad)[0]
	}
	return diag.Problem{Message: fmt.Sprintf("couldn't make %s: %s", path, err)}
}
