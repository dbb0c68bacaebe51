package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"blazon/internal/badge"
	"blazon/internal/build"
	"blazon/internal/diag"
	"blazon/internal/guard"
	"blazon/internal/load"
	"blazon/internal/plan"
	"blazon/internal/revision"
)

// rooms are the folders that a project is made of.
var rooms = []string{"content", "templates", "site"}

// earlier is the state of a project at a revision.
type earlier struct {
	tree   *revision.Tree
	state  guard.State
	broken []diag.Problem // what is wrong with it
	name   string         // "main" and its commit, for people
	notes  []string
	absent bool // there was no project
}

func (e *earlier) close() { _ = e.tree.Close() }

// openEarlier opens and reads a project's state at a revision, or where that and HEAD last agreed. baseURL is the project's
// own: it is known by it where it has moved to another folder. The state may be read only until it is closed.
func openEarlier(ctx context.Context, sys System, read load.Options, dir, rev string, exact bool, baseURL string) (*earlier, error) {
	opts := revision.Options{Dir: dir, Rev: rev, Exact: exact, Env: sys.Environ, Rooms: rooms}
	tree, err := revision.Open(ctx, opts)
	if err != nil {
		return nil, revisionError(err)
	}
	e := &earlier{tree: tree, name: nameOf(rev, tree)}
	loaded, err := read.Load(tree)
	if errors.Is(err, load.ErrNoProject) {
		loaded, err = e.elsewhere(ctx, read, opts, baseURL)
	}
	if err != nil {
		e.close()
		return nil, failed("", "%s: %s", e.name, plainError(err))
	}
	e.state = guard.State{Catalog: loaded.Catalog, Files: e.tree}
	e.broken = loaded.Problems
	if err := e.whole(); err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

// nameOf is how people are told which commit something is compared with.
func nameOf(rev string, tree *revision.Tree) string {
	short := revision.Short(tree.Commit)
	switch {
	case strings.HasPrefix(tree.Commit, rev):
		return short
	case tree.Own:
		return rev + " (" + short + ")"
	}
	return "the merge base with " + rev + " (" + short + ")"
}

func revisionError(err error) error {
	var refused *revision.Error
	if errors.As(err, &refused) {
		return failed(refused.Hint, "%s", refused.Message)
	}
	return failed("", "%s", plainError(err))
}

// elsewhere looks for the project in other folders of the revision. One that was not there yet has published nothing.
func (e *earlier) elsewhere(ctx context.Context, read load.Options, opts revision.Options, baseURL string) (*load.Project, error) {
	folders, err := e.tree.Holding(ctx, "content/site.yaml")
	if err != nil {
		return nil, err
	}
	const most = 20
	for _, folder := range folders[:min(len(folders), most)] {
		opts.Folder = folder
		if folder == "" {
			opts.Folder = "."
		}
		tree, err := revision.Open(ctx, opts)
		if err != nil {
			return nil, err
		}
		loaded, err := read.Load(tree)
		if err == nil && loaded.Catalog.Site.BaseURL == baseURL {
			e.tree.Close()
			e.tree = tree
			e.notes = append(e.notes, fmt.Sprintf("in %s the project is in %s", e.name, diag.Mask(path.Join(".", folder))))
			return loaded, nil
		}
		tree.Close()
	}
	e.absent = true
	e.notes = append(e.notes, fmt.Sprintf("in %s there is no content/ folder here, so that everything is new", e.name))
	return &load.Project{Catalog: &badge.Catalog{Site: badge.Site{Zone: time.UTC, BaseURL: baseURL}}}, nil
}

// whole makes sure that git has everything that was read.
func (e *earlier) whole() error {
	for _, s := range e.tree.Submodules() {
		switch room, _, _ := strings.Cut(s, "/"); room {
		case "content":
			return failed("keep content/ in the project's own repository", "%s: %s is a submodule, whose files this repository does not have", e.name, diag.Quote(s))
		case "templates", "site":
			e.notes = append(e.notes, fmt.Sprintf("%s is a submodule: its files in %s are not compared", diag.Quote(s), e.name))
		}
	}
	return e.pointers()
}

// pointers refuses what Git LFS keeps.
func (e *earlier) pointers() error {
	files := e.tree.Pointers()
	if len(files) == 0 {
		return nil
	}
	named := make([]string, 0, 3)
	for _, f := range files[:min(len(files), 3)] {
		named = append(named, diag.Quote(f))
	}
	if more := len(files) - len(named); more > 0 {
		named = append(named, fmt.Sprintf("%d more", more))
	}
	return failed("objects are read as git stores them, never those of git lfs: keep the project's images out of Git LFS, which they are too small for",
		"%s: git has only a Git LFS pointer of %s", e.name, strings.Join(named, ", "))
}

// planned plans the site of the state as the program would build it today.
func (e *earlier) planned(pictures build.Pictures, program string) {
	if diag.HasErrors(e.broken) {
		return
	}
	if e.absent {
		e.state.Plan, _ = plan.New(nil)
		return
	}
	all, problems := build.Plan(e.state.Catalog, inputs(e.tree, pictures, program))
	e.state.Plan = all
	e.broken = append(e.broken, problems...)
}

// compare compares the project with its earlier state. program is what keys of outputs are made from, if they are needed.
func (p *project) compare(e *earlier, program string) (*guard.Comparison, error) {
	e.planned(p.pictures, program)
	compared, err := guard.Compare(e.state, guard.State{Catalog: p.catalog, Plan: p.plan, Files: p.folder})
	if lfs := e.pointers(); lfs != nil {
		return nil, lfs
	}
	if err != nil {
		return nil, failed("", "%s", plainError(err))
	}
	return compared, nil
}

// tell prints what is to be known of the earlier state.
func (e *earlier) tell(sys System) {
	for _, n := range e.notes {
		fmt.Fprintf(sys.Err, "note: %s\n", n)
	}
}
