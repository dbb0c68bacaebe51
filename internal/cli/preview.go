package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"blazon/internal/badge"
	"blazon/internal/build"
	"blazon/internal/diag"
	"blazon/internal/gallery"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/rule"
	"blazon/internal/serve"
)

// preview is a project that is served while it changes. The fields are those of whoever calls first and rebuild, which
// never run at once, but for the handler and what it calls.
type preview struct {
	sys      System
	dir      string
	pictures *gallery.Gallery
	cache    load.Cache
	handler  *serve.Handler

	source atomic.Pointer[input.Snapshot] // the files as they were read last
	good   *project                       // the last one without mistakes; may be nil
	made   *input.Snapshot                // what it was made from
	told   []diag.Problem                 // what the terminal shows already

	unsigned string // why what is signed is left out; empty where it is not, or nothing is signed
}

func (p *preview) close() { p.pictures.Close() }

// prefix is the path of the base URL.
func (p *preview) prefix() string {
	if p.good == nil {
		return ""
	}
	base, err := url.Parse(p.good.catalog.Site.BaseURL)
	if err != nil {
		return "" // the base URL was checked where it was read
	}
	return base.Path
}

// first reads the project for the first time. It fails where there is none.
func (p *preview) first() error {
	start := p.sys.Now()
	files, err := input.Take(p.dir, rooms, nil, start)
	if err != nil {
		return failed("name the project's folder with -C", "%s", plainError(err))
	}
	if info, err := fs.Stat(files, "content"); err != nil || !info.IsDir() {
		return loadError(p.dir, load.ErrNoProject)
	}
	p.source.Store(files)
	read := p.read(files)
	p.show(read, files)
	p.report(read.problems)
	what := "nothing to show yet"
	if read.plan != nil {
		what = fmt.Sprintf("%s: %s", read.holds(), diag.Count(read.plan.Len(), "file", "files"))
	}
	p.line(what, start, read.problems)
	return nil
}

// rebuild reads what has changed and shows it.
func (p *preview) rebuild() {
	start := p.sys.Now()
	last := p.source.Load()
	files, err := input.Take(p.dir, rooms, last, start)
	if err != nil {
		gone := &project{problems: []diag.Problem{rule.Path.At(diag.Pos{}, "", "the project's folder is not there: %s", plainError(err))}}
		p.show(gone, last)
		p.report(gone.problems)
		return
	}
	changed := files.Changed(last)
	if len(changed) == 0 && !diag.HasErrors(p.told) {
		return
	}
	p.source.Store(files)
	read := p.read(files)
	before, made := p.good, p.made
	p.show(read, files)
	p.report(read.problems)
	what := describe(changed)
	if read.plan != nil && before != nil {
		what = "mended"
		if changed := files.Changed(made); len(changed) > 0 {
			what = describeAwards(changed, before.catalog, read.catalog)
		}
	}
	p.line(what, start, read.problems)
}

// read makes a project of the files. Whatever is wrong with it is among its problems.
func (p *preview) read(files *input.Snapshot) *project {
	read := &project{dir: p.dir, pictures: p.pictures}
	now := func(*time.Location) time.Time { return p.sys.Now() }
	err := read.read(files, reading{load: load.Options{Cache: &p.cache, Pictures: p.pictures, Provisional: true}}, now)
	if err != nil {
		var f *failure
		message := err.Error()
		if errors.As(err, &f) {
			message = f.message
		}
		read.plan, read.problems = nil, []diag.Problem{rule.Path.At(diag.Pos{File: "content"}, "", "%s", message)}
		return read
	}
	if !diag.HasErrors(read.problems) {
		read.planSite(build.Shard{}, p.signer(read))
	}
	if read.plan != nil && !diag.HasErrors(read.problems) {
		serve.Probe(read.plan, func(published string, err error) {
			read.problems = append(read.problems, build.Failure(published, err))
		})
		read.problems = diag.Sort(read.problems)
	}
	if diag.HasErrors(read.problems) {
		read.plan = nil
	}
	return read
}

// signer is what build would sign the site with. Where a key is not at hand the preview goes without what is signed, and
// says so once.
func (p *preview) signer(read *project) build.Signer {
	var options signOptions
	signer, _, err := options.signer(context.Background(), p.sys, read)
	why := ""
	if err != nil {
		why = "what is signed is left out: " + strings.TrimPrefix(err.Error(), "nothing is published: ")
	}
	if why != p.unsigned {
		p.unsigned = why
		if why != "" {
			fmt.Fprintf(p.sys.Err, "note: %s\n", why)
		}
	}
	if signer == nil {
		return nil
	}
	return signer
}

// show gives a project to the handler.
func (p *preview) show(read *project, files *input.Snapshot) {
	site := serve.Site{Plan: read.plan, Problems: read.problems, Provisional: read.provisional, Source: source(files)}
	if read.plan != nil {
		p.good, p.made = read, files
		site.Prefix = p.prefix()
	}
	p.handler.Set(site)
}

// report prints the problems that are new, as check does.
func (p *preview) report(problems []diag.Problem) {
	known := make(map[diag.Problem]bool, len(p.told))
	for _, d := range p.told {
		known[d] = true
	}
	var fresh []diag.Problem
	for _, d := range problems {
		if !known[d] {
			fresh = append(fresh, d)
		}
	}
	p.told = problems
	p.print(fresh)
}

// print prints problems at once, whoever prints besides.
func (p *preview) print(problems []diag.Problem) {
	var b bytes.Buffer
	printer := &diag.Printer{W: &b, Source: source(p.source.Load())}
	_ = printer.Print(problems) // a buffer takes everything
	_, _ = p.sys.Err.Write(b.Bytes())
}

// line says in one line what happened.
func (p *preview) line(what string, start time.Time, problems []diag.Problem) {
	line := what + ", " + took(p.sys.Now().Sub(start))
	if len(problems) > 0 {
		line += ": " + diag.Summary(problems)
	}
	if diag.HasErrors(problems) && p.good != nil {
		line += "; the pages stay as they were"
	}
	fmt.Fprintln(p.sys.Err, line)
}

// kinds are what the files of a project are called, by where they stand.
var kinds = []struct{ prefix, one, many string }{
	{"content/awards/", "file of awards", "files of awards"},
	{"content/badges/", "file of badge classes", "files of badge classes"},
	{"content/issuers/", "file of issuers", "files of issuers"},
	{"content/pages/", "page", "pages"},
	{"content/images/", "image", "images"},
	{"templates/", "template", "templates"},
	{"site/", "file of site/", "files of site/"},
	{"", "file", "files"},
}

// describe says what changed: one file by its name, more by their number.
func describe(changed []string) string {
	if len(changed) == 1 {
		return diag.Mask(changed[0]) + " changed"
	}
	return strings.Join(number(changed), ", ") + " changed"
}

func number(changed []string) []string {
	numbers := make([]int, len(kinds))
	for _, name := range changed {
		for i, k := range kinds {
			if strings.HasPrefix(name, k.prefix) {
				numbers[i]++
				break
			}
		}
	}
	var parts []string
	for i, n := range numbers {
		if n > 0 {
			parts = append(parts, diag.Count(n, kinds[i].one, kinds[i].many))
		}
	}
	return parts
}

// describeAwards is describe with the awards counted one by one.
func describeAwards(changed []string, before, after *badge.Catalog) string {
	files := make(map[string]bool)
	var others []string
	for _, name := range changed {
		if strings.HasPrefix(name, "content/awards/") && path.Ext(name) == ".yaml" {
			files[name] = true
		} else {
			others = append(others, name)
		}
	}
	n := changedAwards(files, before, after)
	if n == 0 {
		return describe(changed)
	}
	parts := []string{diag.Count(n, "award", "awards")}
	if len(others) > 0 {
		parts = append(parts, number(others)...)
	}
	return strings.Join(parts, ", ") + " changed"
}

// changedAwards counts the awards of some files that are new, gone, or not what they were.
func changedAwards(files map[string]bool, before, after *badge.Catalog) int {
	old := make(map[string]*badge.Award)
	for _, a := range before.Awards {
		if files[*a.File] {
			old[a.ID] = a
		}
	}
	n := 0
	for _, a := range after.Awards {
		if !files[*a.File] {
			continue
		}
		if b, ok := old[a.ID]; !ok || !sameAward(a, b) {
			n++
		}
		delete(old, a.ID)
	}
	return n + len(old)
}

// sameAward reports whether two awards state the same, wherever they stand.
func sameAward(a, b *badge.Award) bool {
	if a.Class.Slug != b.Class.Slug {
		return false
	}
	x, y := *a, *b
	x.Class, x.File, x.At = nil, nil, badge.Marks{}
	y.Class, y.File, y.At = nil, nil, badge.Marks{}
	return reflect.DeepEqual(x, y)
}
