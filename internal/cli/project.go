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

	declaredBase string          // site.yaml's base URL, whatever --base-url says
	provisional  map[string]bool // ids of awards that are not stamped; see load.Options
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

// openProject reads and checks a project and plans its site. baseURL, where it is not empty, replaces that of site.yaml;
// program, where it is not empty, is what keys of outputs are made from besides the project.
func openProject(dir, baseURL, program string, shard build.Shard, now clock) (*project, error) {
	folder, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	p := &project{dir: dir, folder: folder, pictures: openGallery(dir, now(time.UTC))}
	if err := p.read(folder, reading{baseURL: baseURL, program: program, shard: shard}, now); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// reading says how a project is read and planned.
type reading struct {
	load             load.Options
	baseURL, program string
	shard            build.Shard
}

// read reads and checks the project that fsys holds, and plans its site.
func (p *project) read(fsys fs.FS, r reading, now clock) error {
	loaded, err := r.load.Load(fsys)
	if err != nil {
		return loadError(p.dir, err)
	}
	p.catalog, p.problems, p.files, p.declaredBase = loaded.Catalog, loaded.Problems, loaded.Files, loaded.Catalog.Site.BaseURL
	p.provisional = loaded.Provisional
	if r.baseURL != "" {
		p.catalog.Site.BaseURL = r.baseURL
	}
	p.problems = diag.Sort(append(p.problems, check.Check(p.catalog, fsys, now(p.catalog.Site.Zone))...))
	if diag.HasErrors(p.problems) {
		return nil
	}
	planned, problems := build.Plan(p.catalog, build.Inputs{
		Project:   fsys,
		Templates: input.Overlay(input.Sub(fsys, "templates"), templates.FS),
		Assets:    input.Overlay(input.Sub(fsys, "site"), site.FS),
		Pictures:  p.pictures,
		Program:   r.program,
		Shard:     r.shard,
	})
	p.plan = planned
	p.problems = diag.Sort(append(p.problems, problems...))
	return nil
}

func loadError(dir string, err error) error {
	if errors.Is(err, load.ErrNoProject) {
		return failed("run blazon in a project's folder, or name it with -C; the README shows how to begin one",
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
