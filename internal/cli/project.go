package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"blazon/internal/badge"
	"blazon/internal/build"
	"blazon/internal/check"
	"blazon/internal/diag"
	"blazon/internal/gallery"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/model"
	"blazon/internal/plan"
	"blazon/site"
	"blazon/templates"
)

// project is a project's folder, opened and read.
type project struct {
	dir      string
	folder   *input.Folder
	pictures *gallery.Gallery // derived ones, remembered
	seen     *inspections     // of pictures that were looked at
	catalog  *badge.Catalog
	plan     *plan.Plan // nil where problems holds an error
	problems []diag.Problem
	complete bool // the catalogue holds everything that is declared: nothing was left out for a mistake in it
	files    int

	declaredBase string          // site.yaml's base URL, whatever --base-url says
	provisional  map[string]bool // ids of awards that are not stamped; see load.Options

	tree    fs.FS    // what it was read from
	sources *sources // nil: outputs get no keys
}

func (p *project) close() {
	p.pictures.Close()
	p.folder.Close()
}

// openFolder opens the project's folder.
func openFolder(dir string) (*input.Folder, error) {
	folder, err := input.OpenFolder(dir)
	if err != nil {
		return nil, failed("name the project's folder with -C", "%s", plainError(err))
	}
	return folder, nil
}

// openProject reads and checks a project and plans its site, whose signed files are listed and cannot be made: see
// project.planSite. baseURL, where it is not empty, replaces that of site.yaml; from the sources, where they are not nil,
// the keys of outputs are made.
func openProject(dir, baseURL string, from *sources, shard build.Shard, now clock) (*project, error) {
	p, err := readProject(dir, baseURL, from, now)
	if err != nil || diag.HasErrors(p.problems) {
		return p, err
	}
	p.planSite(shard, unsigned{})
	return p, nil
}

// readProject reads and checks a project.
func readProject(dir, baseURL string, from *sources, now clock) (*project, error) {
	folder, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	p := &project{dir: dir, folder: folder, pictures: openGallery(dir, now(time.UTC)), sources: from}
	p.seen = &inspections{gallery: p.pictures}
	if err := p.read(folder, reading{load: load.Options{Pictures: p.seen}, baseURL: baseURL}, now); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// reading says how a project is read.
type reading struct {
	load    load.Options
	baseURL string
}

// read reads and checks the project that fsys holds.
func (p *project) read(fsys fs.FS, r reading, now clock) error {
	loaded, err := r.load.Load(fsys)
	if err != nil {
		return loadError(p.dir, err)
	}
	p.catalog, p.problems, p.files, p.declaredBase = loaded.Catalog, loaded.Problems, loaded.Files, loaded.Catalog.Site.BaseURL
	p.tree, p.complete, p.provisional = fsys, !diag.HasErrors(loaded.Problems), loaded.Provisional
	if r.baseURL != "" {
		p.catalog.Site.BaseURL = r.baseURL
	}
	p.problems = diag.Sort(append(p.problems, check.Check(p.catalog, fsys, now(p.catalog.Site.Zone))...))
	return nil
}

// planSite plans the site of a project without errors. The signer may be nil.
func (p *project) planSite(shard build.Shard, signer build.Signer) {
	in := inputs(p.tree, p.pictures, "")
	if p.sources != nil {
		in.Program, in.Contents = p.sources.program, p.sources.contents
	}
	in.Shard, in.Signer = shard, signer
	planned, problems := build.Plan(p.catalog, in)
	p.plan = planned
	p.problems = diag.Sort(append(p.problems, problems...))
}

// inputs are what a site is planned from, whichever state of the project it is.
func inputs(project fs.FS, pictures build.Pictures, program string) build.Inputs {
	return build.Inputs{
		Project:   project,
		Templates: input.Overlay(input.Sub(project, "templates"), templates.FS),
		Assets:    input.Overlay(input.Sub(project, "site"), site.FS),
		Pictures:  pictures,
		Program:   program,
		Signer:    unsigned{},
	}
}

// unsigned signs nothing: with it a plan says which files there will be.
type unsigned struct{}

// Sign fails.
func (unsigned) Sign(*badge.Key, []byte, string) ([]byte, error) {
	return nil, errors.New("this plan is for its paths, not for its signatures")
}

func loadError(dir string, err error) error {
	if errors.Is(err, load.ErrNoProject) {
		return failed("run blazon in a project's folder, or name it with -C; blazon init begins one",
			"%s: no content/ folder in it, so this is no project", filepath.ToSlash(dir))
	}
	return failed("", "%s", plainError(err))
}

// previewBase checks a base URL given on the command line: what site.yaml may say, or a server on this machine.
func previewBase(s string) error {
	if s == "" || localBase.MatchString(s) {
		return nil
	}
	if err := model.CheckBaseURL(s); err != nil {
		return usageError("write it as https://badges.example.org, or http://localhost:8080 for a look at it", "--base-url %s: %s", err, s)
	}
	return nil
}

// plainError is an error without Go's words for system calls.
func plainError(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return fmt.Sprintf("%s: %s", filepath.ToSlash(pathError.Path), pathError.Err)
	}
	return err.Error()
}
