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
	catalog  *badge.Catalog
	plan     *plan.Plan // nil where problems holds an error
	problems []diag.Problem
	files    int

	declaredBase string // site.yaml's base URL, whatever --base-url says
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

// openProject reads and checks a project and plans its site, without what is signed: see project.planSite. baseURL, where it
// is not empty, replaces that of site.yaml; program, where it is not empty, is what keys of outputs are made from besides
// the project.
func openProject(dir, baseURL, program string, shard build.Shard, now clock) (*project, error) {
	p, err := readProject(dir, baseURL, now)
	if err != nil || diag.HasErrors(p.problems) {
		return p, err
	}
	p.planSite(program, shard, nil)
	return p, nil
}

// readProject reads and checks a project.
func readProject(dir, baseURL string, now clock) (*project, error) {
	folder, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	loaded, err := load.Load(folder)
	if err != nil {
		folder.Close()
		return nil, loadError(dir, err)
	}
	p := &project{dir: dir, folder: folder, pictures: openGallery(dir, now(time.UTC)), catalog: loaded.Catalog, problems: loaded.Problems, files: loaded.Files, declaredBase: loaded.Catalog.Site.BaseURL}
	if baseURL != "" {
		p.catalog.Site.BaseURL = baseURL
	}
	p.problems = diag.Sort(append(p.problems, check.Check(p.catalog, folder, now(p.catalog.Site.Zone))...))
	return p, nil
}

// planSite plans the site of a project without errors. The signer may be nil.
func (p *project) planSite(program string, shard build.Shard, signer build.Signer) {
	planned, problems := build.Plan(p.catalog, build.Inputs{
		Project:   p.folder,
		Templates: input.Overlay(input.Sub(p.folder, "templates"), templates.FS),
		Assets:    input.Overlay(input.Sub(p.folder, "site"), site.FS),
		Pictures:  p.pictures,
		Program:   program,
		Shard:     shard,
		Signer:    signer,
	})
	p.plan = planned
	p.problems = diag.Sort(append(p.problems, problems...))
}

func loadError(dir string, err error) error {
	if errors.Is(err, load.ErrNoProject) {
		return failed("run blazon in a project's folder, or name it with -C; blazon init begins one",
			"%s: no content/ folder in it, so this is no project", filepath.ToSlash(dir))
	}
	return failed("", "%s", plainError(err))
}

// source reads a file for the excerpts of problems.
func (p *project) source(file string) ([]byte, error) { return fs.ReadFile(p.folder, file) }

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
