package cli

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"blazon/internal/badge"
	"blazon/internal/check"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/input"
	"blazon/internal/issuance"
	"blazon/internal/layout"
	"blazon/internal/load"
	"blazon/internal/model"
	"blazon/internal/near"
	"blazon/internal/rule"
)

// register is a project opened for its awards: to look at them, or to change them.
type register struct {
	sys    System
	folder *input.Folder
	cat    *badge.Catalog
	loaded []diag.Problem // what reading the project said
	now    time.Time
	site   layout.Site
	undone string // what a command that fails says of itself: nothing is awarded
	read   load.Options
	end    func() // of reading
}

// openRegister reads the project. at is what --now says; undone is what a command that changes it says where it fails.
func openRegister(sys System, dir, at, undone string) (*register, error) {
	now, err := moment(at, sys)
	if err != nil {
		return nil, err
	}
	folder, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	read, end := reader(dir, sys.Now())
	loaded, err := read.Load(folder)
	if err != nil {
		end()
		folder.Close()
		return nil, loadError(dir, err)
	}
	cat := loaded.Catalog
	return &register{sys: sys, read: read, end: end, folder: folder, cat: cat, loaded: loaded.Problems, now: now(cat.Site.Zone), site: layout.Site{Base: cat.Site.BaseURL}, undone: undone}, nil
}

func (r *register) close() {
	r.end()
	r.folder.Close()
}

// today is the day in the site's zone.
func (r *register) today() string { return r.now.In(r.cat.Site.Zone).Format(time.DateOnly) }

// url is the address of an award's page.
func (r *register) url(id string) string { return r.site.URL(layout.AwardPage(id)) }

// siteIsClear refuses to write recipients while site.yaml is in doubt: what it says of the repository decides whether
// they are hashed.
func (r *register) siteIsClear() error {
	var wrong []diag.Problem
	for _, p := range r.loaded {
		if p.Severity == diag.Error && p.File == "content/site.yaml" {
			wrong = append(wrong, p)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return refuse(r.sys, r.folder, wrong, "mend this first: it decides what may be written", r.undone)
}

// refuse shows the problems for which a command does nothing, in the order given; nil where there are none. texts are those
// that files would have.
func (r *register) refuse(problems []diag.Problem, texts map[string][]byte) error {
	if len(problems) == 0 {
		return nil
	}
	return refuse(r.sys, input.With(r.folder, texts), problems, "", r.undone)
}

// class finds a badge class by its slug.
func (r *register) class(slug string) (*badge.Class, error) {
	var slugs []string
	for _, c := range r.cat.Classes {
		if c.Slug == slug {
			return c, nil
		}
		slugs = append(slugs, c.Slug)
	}
	for _, p := range r.loaded {
		if p.Severity == diag.Error && p.File == "content/badges/"+slug+".yaml" {
			return nil, bad("blazon check says what is wrong with it", "the badge class %s cannot be used", slug)
		}
	}
	hint := "the classes are: " + strings.Join(slugs, ", ")
	if word, ok := near.Word(slug, slugs); ok {
		hint = fmt.Sprintf("did you mean %q?", word)
	} else if len(slugs) == 0 || len(slugs) > 20 {
		hint = "a class is named by its file in content/badges/, without .yaml"
	}
	return nil, usageError(hint, "there is no badge class %s", diag.Quote(slug))
}

// shortestID is how many characters of an award's id name it where they are unique.
const shortestID = 6

var idForm = regexp.MustCompile(`^[a-z2-7]{1,26}$`)

// award finds an award by its id, the beginning of it, or the address of its page or of any of its files.
func (r *register) award(arg string) (*badge.Award, error) {
	id := strings.TrimSpace(arg)
	if prefix := r.site.Base + "/" + layout.Awards; strings.Contains(id, "://") {
		rest, ours := strings.CutPrefix(id, prefix)
		if !ours {
			return nil, usageError("awards of this site are at "+prefix, "%s is no award of this site", diag.Quote(arg))
		}
		id, _, _ = strings.Cut(rest, "/")
	}
	id = strings.ToLower(id)
	if !idForm.MatchString(id) {
		return nil, usageError("give an award's id, the beginning of it, or its address; blazon list shows them", "%s is no award's id", diag.Quote(arg))
	}
	var found []*badge.Award
	exact := 0
	for _, a := range r.cat.Awards {
		if strings.HasPrefix(a.ID, id) {
			found = append(found, a)
			exact += count(a.ID == found[0].ID)
		}
	}
	switch {
	case exact > 1 && exact == len(found):
		return nil, bad("blazon check says where they stand", "%d awards have the id %s", exact, id)
	case len(found) == 1 && found[0].ID == id:
		return found[0], nil
	case len(found) == 0:
		return nil, usageError("blazon list shows the awards", "there is no award %s", id)
	case len(id) < shortestID:
		return nil, usageError("give more of it", "%s is too little of an id: %d characters are needed", id, shortestID)
	case len(found) > 1:
		return nil, usageError("give more of it", "%d awards have ids that begin with %s", len(found), id)
	}
	return found[0], nil
}

// awards finds several awards, each once.
func (r *register) awards(args []string) ([]*badge.Award, error) {
	var found []*badge.Award
	for _, arg := range args {
		a, err := r.award(arg)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(found, a) {
			found = append(found, a)
		}
	}
	return found, nil
}

// wouldBreak are the mistakes that the project would have with the files' new texts, and does not have now.
func (r *register) wouldBreak(files []edit.File) (problems []diag.Problem, texts map[string][]byte, err error) {
	texts = make(map[string][]byte)
	for _, f := range files {
		texts[f.Path] = f.New
	}
	fsys := input.With(r.folder, texts)
	after, err := r.read.Load(fsys)
	if err != nil {
		return nil, nil, failed("", "%s", plainError(err))
	}
	found := errorsOf(append(after.Problems, check.Check(after.Catalog, fsys, r.now)...))
	if len(found) == 0 {
		return nil, texts, nil
	}
	known := make(map[string]int)
	for _, p := range errorsOf(append(slices.Clone(r.loaded), check.Check(r.cat, r.folder, r.now)...)) {
		known[signature(p)]++
	}
	old := 0
	for _, p := range found {
		if s := signature(p); known[s] > 0 {
			known[s]--
			old++
			continue
		}
		problems = append(problems, p)
	}
	if old > 0 && len(problems) == 0 {
		fmt.Fprintf(r.sys.Err, "note: the project has %s of its own; blazon check says more\n", diag.Count(old, "mistake", "mistakes"))
	}
	return problems, texts, nil
}

func errorsOf(problems []diag.Problem) []diag.Problem {
	return slices.DeleteFunc(problems, func(p diag.Problem) bool { return p.Severity != diag.Error })
}

var lineNumber = regexp.MustCompile(`:[0-9]+`)

// signature is what stays of a problem when lines are added above it.
func signature(p diag.Problem) string {
	return p.File + "\x00" + p.Rule + "\x00" + lineNumber.ReplaceAllString(p.Message, "")
}

// write puts the files in place.
func (r *register) write(files []edit.File) error {
	err := edit.Write(r.folder.Root(), files)
	switch {
	case errors.Is(err, edit.ErrChanged), errors.Is(err, edit.ErrExists):
		return failed("run the command again", "%s: %s", r.undone, plainError(err))
	case err != nil:
		return failed("", "%s: %s", r.undone, plainError(err))
	}
	return nil
}

// batch is new awards as the file that declares them.
type batch struct {
	awards []issuance.Award
	file   edit.File
	texts  map[string][]byte // the project's files as they would be
	own    map[int][]diag.Problem
	other  []diag.Problem
}

// draft deals ids to new awards that have none, writes their file, and says what is wrong with it: by award, or elsewhere in the
// project. further are files that change along with it. Problems of an award say nothing of where it stands in the file.
func (r *register) draft(awards []issuance.Award, further ...edit.File) (*batch, error) {
	b := &batch{awards: awards, own: make(map[int][]diag.Problem)}
	plain, lines := issuance.Text(awards, false)
	b.sort(issuance.Problems(plain), lines, "")
	if awards[0].ID == "" {
		if err := issuance.Deal(r.cat, r.sys.Random, awards); err != nil {
			return nil, failed("", "couldn't make ids: %s", err)
		}
	}
	name, err := issuance.Path(r.dayOf(awards[0].Issued), awards, r.sys.Random)
	if err != nil {
		return nil, failed("", "couldn't make a file's name: %s", err)
	}
	text, lines := issuance.Text(awards, !r.cat.Site.Private)
	b.file = edit.File{Path: name, New: text, Create: true}
	problems, texts, err := r.wouldBreak(append(further, b.file))
	if err != nil {
		return nil, err
	}
	b.texts = texts
	b.sort(problems, lines, name)
	return b, nil
}

// sort tells the problems of the new awards from others.
func (b *batch) sort(problems []diag.Problem, lines []int, file string) {
	add := func(at int, p diag.Problem) {
		if p.Rule == rule.Email.Name { // its hint is for those who write YAML
			p.Hint = "write one e-mail address; a page's address begins with https://, a telephone number with + and a DID with did:"
		}
		if !slices.ContainsFunc(b.own[at], func(q diag.Problem) bool { return q.Rule == p.Rule && q.Message == p.Message }) {
			b.own[at] = append(b.own[at], p)
		}
	}
	for _, p := range diag.Sort(problems) {
		if p.File != file {
			b.other = append(b.other, p)
			continue
		}
		at, exact := slices.BinarySearch(lines, p.Line)
		p.Pos = diag.Pos{}
		switch {
		case exact:
			add(at, p)
		case at > 0:
			add(at-1, p)
		default: // it stands above the list, so all of them have it
			for i := range lines {
				add(i, p)
			}
		}
	}
}

// dayOf is the day of a date, today where it is none.
func (r *register) dayOf(date string) string {
	if parsed, err := model.ParseDate(date); err == nil {
		return parsed.Day
	}
	return r.today()
}

// dayIn is a moment's day in the site's zone.
func (r *register) dayIn(t time.Time) string { return t.In(r.cat.Site.Zone).Format(time.DateOnly) }

// masked is a path of the project as it may be shown.
func masked(file string) string { return diag.Mask(path.Clean(file)) }
