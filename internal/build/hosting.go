package build

import (
	"bytes"
	"io/fs"
	"iter"
	"net/url"
	"slices"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/hosting"
	"blazon/internal/layout"
	"blazon/internal/plan"
	"blazon/internal/rule"
	"blazon/internal/sitemap"
)

// Files for hosts and for search engines, beside package hosting's own.
const (
	robotsFile = "robots.txt"
	noJekyll   = ".nojekyll" // GitHub Pages would leave out what begins with a dot or an underscore
)

// hosting lists what hosts and search engines look for. A file of site/ with the same path takes its place: assets are
// the paths of those. It comes last, because it lists the rest. Problems are warnings.
func (b *builder) hosting(assets map[string]string) []diag.Problem {
	b.instead(assets, plan.Assets, noJekyll, func() ([]byte, error) { return []byte{}, nil })
	b.instead(assets, plan.Indexes, robotsFile, func() ([]byte, error) { return b.robots(), nil })
	if _, own := assets[sitemap.Name]; !own {
		for _, f := range sitemap.Files(b.found, b.site.URL) {
			b.listing(plan.Indexes, f.Path, func() ([]byte, error) { return f.Make(), nil })
		}
	}
	if _, own := assets[hosting.HeadersFile]; own {
		return b.headersOfTheirOwn()
	}
	all := b.paths()
	b.listing(plan.Indexes, hosting.HeadersFile, func() ([]byte, error) { return hosting.Headers(b.basePath(), all), nil })
	return nil
}

// instead lists a file unless site/ has one.
func (b *builder) instead(assets map[string]string, stage plan.Stage, path string, make producer) {
	if _, own := assets[path]; !own {
		b.add(stage, path, make)
	}
}

// paths are those of all files listed so far, whatever is left out or listed later.
func (b *builder) paths() iter.Seq[string] {
	outputs, files := slices.Clone(b.outputs), slices.Clone(b.files)
	return func(yield func(string) bool) {
		for i := range outputs {
			if !yield(outputs[i].Path) {
				return
			}
		}
		for _, f := range files {
			for _, n := range f.awards {
				if !yield(f.path(b.cat.Awards[n].ID)) {
					return
				}
			}
		}
	}
}

// found are the URLs of the pages that search engines may show. An award that has expired since is among them: the list
// does not depend on today's date.
func (b *builder) found(yield func(string) bool) {
	more := true
	list := func(path string) { more = more && yield(b.site.URL(path)) }
	list(layout.Home)
	list(layout.Catalogue)
	for _, p := range b.cat.Pages {
		if p.Slug != "index" {
			list(layout.Page(p.Slug))
		}
	}
	for _, i := range b.cat.Issuers {
		list(layout.IssuerPage(i.Slug))
	}
	for _, c := range b.cat.Classes {
		list(layout.ClassPage(c.Slug))
	}
	for _, a := range b.cat.Awards {
		if more && a.Public && a.State() == badge.Valid {
			list(layout.AwardPage(a.ID))
		}
	}
}

// basePath is the path of the base URL: empty, or such as "/badges".
func (b *builder) basePath() string {
	base, err := url.Parse(b.site.Base)
	if err != nil {
		return "" // the base URL was checked where it was read
	}
	return base.Path
}

// robots lets everybody read everything. Pages say for themselves that they are not to be listed, and are read for that.
// Only a host's root has a robots.txt that counts, so that under a path it names nothing.
func (b *builder) robots() []byte {
	text := "User-agent: *\nDisallow:\n"
	if b.basePath() == "" {
		text += "\nSitemap: " + b.site.URL(sitemap.Name) + "\n"
	}
	return []byte(text)
}

// headersOfTheirOwn are the warnings about a file _headers that somebody wrote.
func (b *builder) headersOfTheirOwn() []diag.Problem {
	text, err := fs.ReadFile(b.in.Assets, hosting.HeadersFile)
	if err != nil || bytes.Contains(bytes.ToLower(text), []byte("access-control-allow-origin:")) {
		return nil
	}
	return []diag.Problem{rule.Headers.At(diag.Pos{File: "site/" + hosting.HeadersFile}, "begin it with the rule /* and Access-Control-Allow-Origin: * below it",
		"it takes the place of blazon's and does not let other sites' pages read badges, as validators and wallets in browsers do")}
}
