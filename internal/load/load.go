// Package load turns a project's files into a badge.Catalog: it reads content/ from an fs.FS, compares every file with
// the content model, resolves references, defaults and dates, and reports every mistake that it meets. What can only be
// said of the whole catalogue is package check's to say.
package load

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/input"
	"blazon/internal/model"
	"blazon/internal/near"
	"blazon/internal/rule"
)

// ErrNoProject says that a folder has no content/ in it.
var ErrNoProject = errors.New("there is no content/ folder here")

// Project is what Load found.
type Project struct {
	Catalog  *badge.Catalog // complete only where Problems holds no error
	Problems []diag.Problem // sorted
	Files    int            // how many were read

	// Provisional are the ids of the awards that Options.Provisional gave an id or a status_index.
	Provisional map[string]bool
}

// Options change how a project is read. The zero value is how it is read for publishing.
type Options struct {
	Cache    *Cache   // saves time where a project is read again and again; may be nil
	Pictures Pictures // saves time where the same pictures were looked at before; may be nil
	// Provisional gives awards that are not stamped an id and a status_index for the while, the same ones as long as file,
	// class, recipient and date of issue stay. What is missing is then a warning. Nothing of it may be published.
	Provisional bool
}

// Load reads a project. The error is for a project that cannot be read at all; mistakes in it are Problems.
func Load(fsys fs.FS) (*Project, error) { return Options{}.Load(fsys) }

// Load reads a project as the options say.
func (o Options) Load(fsys fs.FS) (*Project, error) {
	info, err := fs.Stat(fsys, "content")
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir():
		return nil, ErrNoProject
	case err != nil:
		return nil, fmt.Errorf("couldn't look at content/: %w", err)
	}
	entries, err := input.Files(fsys, "content")
	if err != nil {
		return nil, err
	}
	l := &loader{fsys: fsys, opts: o, files: make(map[string]bool), used: make(map[string]bool), images: make(map[string]*picture), broken: make(map[string]bool)}
	l.cat.Site = badge.Site{Language: "en", Zone: time.UTC, OB2: true}
	l.list(entries)
	l.site()
	end := l.lookAhead()
	l.issuers()
	l.classes()
	end()
	l.awards()
	l.pages()
	l.strays()
	return &Project{Catalog: &l.cat, Problems: diag.Sort(l.problems), Files: l.read, Provisional: l.provisional}, nil
}

type loader struct {
	fsys         fs.FS
	opts         Options
	provisional  map[string]bool
	cat          badge.Catalog
	problems     []diag.Problem
	names        []string        // the files of content/, sorted
	files        map[string]bool // the same
	used         map[string]bool // those that something read or asked for
	images       map[string]*picture
	pngs         map[string]func() png // those among the files; each may be called from any goroutine
	publish      []string              // site.yaml's publish; nil where it does not say
	broken       map[string]bool       // classes whose declaration cannot be used: what refers to them is not at fault
	brokenIssuer bool                  // an issuer's declaration cannot be used
	read         int
}

func (l *loader) report(p ...diag.Problem) { l.problems = append(l.problems, p...) }

// list takes note of content/'s files and reports those that no computer should have.
func (l *loader) list(entries []input.Entry) {
	folded := make(map[string]string)
	for _, e := range entries {
		pos := diag.Pos{File: e.Path}
		if e.Err != nil {
			l.used[e.Path] = true
			l.report(rule.Path.At(pos, "put the file itself there", "%s", e.Err))
			continue
		}
		if Ignored(e.Path) {
			continue
		}
		if twin, ok := folded[strings.ToLower(e.Path)]; ok {
			l.report(rule.PathCase.At(pos, "rename one of them", "differs from %s only in case", twin))
		}
		folded[strings.ToLower(e.Path)] = e.Path
		if right, wrong := rightEnding(e.Path); wrong {
			l.used[e.Path] = true
			l.unread(e.Path)
			l.report(rule.Extension.At(pos, "rename it to "+strings.TrimSuffix(path.Base(e.Path), path.Ext(e.Path))+right, "ends in %s, which is not read", path.Ext(e.Path)))
			continue
		}
		l.names = append(l.names, e.Path)
		l.files[e.Path] = true
	}
}

// rightEnding is the ending that a file should have, where it has one that looks like it.
func rightEnding(name string) (right string, wrong bool) {
	ext := path.Ext(name)
	right = strings.ToLower(ext)
	if right == ".yml" {
		return ".yaml", true
	}
	return right, right != ext && slices.Contains([]string{".yaml", ".md", ".png", ".svg"}, right)
}

// unread keeps a declaration that is not read for its file's ending from being reported by all that refers to it.
func (l *loader) unread(name string) {
	stem := strings.TrimSuffix(name, path.Ext(name))
	switch path.Dir(name) {
	case "content/badges":
		l.broken[path.Base(stem)] = true
		l.used[stem+".md"] = true
	case "content/issuers":
		l.brokenIssuer = true
	}
	l.use(stem)
}

// latest is the later of a moment and of those at which an award was given or taken back.
func latest(t time.Time, a *badge.Award) time.Time {
	moments := []time.Time{a.Issued}
	if a.Revoked != nil {
		moments = append(moments, a.Revoked.At)
	}
	if a.Erased != nil {
		moments = append(moments, a.Erased.At)
	}
	for _, m := range moments {
		if m.After(t) {
			t = m
		}
	}
	return t
}

// Ignored reports whether a file is one that people and systems leave in any folder.
func Ignored(name string) bool {
	base := path.Base(name)
	for segment := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(segment, ".") {
			return true
		}
	}
	return strings.EqualFold(base, "README.md") || base == "content.go" || strings.HasSuffix(base, "~") || base == "Thumbs.db" || base == "desktop.ini"
}

// strays reports files that nothing reads: a name with a slip in it would otherwise be silence.
func (l *loader) strays() {
	for _, name := range l.names {
		if l.used[name] {
			continue
		}
		hint := "remove it, or see docs/yaml.md for where files stand"
		switch {
		case path.Dir(name) == "content/badges" && path.Ext(name) == ".md":
			hint = "criteria stand beside their class and have its name: " + strings.TrimSuffix(path.Base(name), ".md") + ".yaml is not there"
		case isImage(name):
			hint = "no class or issuer uses it"
		}
		l.report(rule.StrayFile.At(diag.Pos{File: name}, hint, "nothing reads this file"))
	}
}

// use marks the images of a declaration that cannot be read, which are no strays.
func (l *loader) use(stem string) {
	l.used[stem+".png"], l.used[stem+".svg"] = true, true
}

// in lists the files directly in a folder that have an extension, and marks them as used.
func (l *loader) in(dir, ext string) []string {
	var names []string
	for _, name := range l.names {
		if path.Dir(name) == dir && path.Ext(name) == ext {
			l.used[name] = true
			names = append(names, name)
		}
	}
	return names
}

// below is as in, with the folders below.
func (l *loader) below(dir, ext string) []string {
	var names []string
	for _, name := range l.names {
		if strings.HasPrefix(name, dir+"/") && path.Ext(name) == ext {
			l.used[name] = true
			names = append(names, name)
		}
	}
	return names
}

// data reads a file; false where it cannot be read, which is then reported.
func (l *loader) data(name string) ([]byte, bool) {
	l.read++
	data, err := readFile(l.fsys, name)
	if err != nil {
		l.report(unreadable(name, err))
		return nil, false
	}
	return data, true
}

func unreadable(name string, err error) diag.Problem {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return rule.Path.At(diag.Pos{File: name}, "", "couldn't be read: %s", err)
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > decl.FileLimit {
		return nil, fmt.Errorf("it is larger than %d MiB", decl.FileLimit>>20)
	}
	return fs.ReadFile(fsys, name)
}

// document reads a YAML file and compares it with the model.
func (l *loader) document(name string, t *model.Type) (decl.Node, bool) {
	data, ok := l.data(name)
	if !ok {
		return decl.Node{}, false
	}
	file, problems := decl.Parse(name, data)
	l.report(problems...)
	if !file.Root.Exists() {
		return decl.Node{}, false
	}
	l.report(decl.Validate(file.Root, t)...)
	return file.Root, file.Root.Kind() == decl.Map
}

// slugOf is the slug that a file's name gives; false where it is none, which is then reported.
func (l *loader) slugOf(name string) (string, bool) {
	slug := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if err := model.CheckSlug(slug); err != nil {
		l.report(rule.Slug.At(diag.Pos{File: name}, "use lower-case letters a to z, digits, - and _", "the file's name %s", err))
		return slug, false
	}
	return slug, true
}

func (l *loader) type_(name string) *model.Type {
	for _, f := range model.Files() {
		if f.Name == name {
			return f.Type
		}
	}
	panic("load: no file type " + name)
}

func (l *loader) site() {
	const name = "content/site.yaml"
	l.used[name] = true
	// Until the file has said otherwise, nothing is held against the awards: with a slip in it, what it says of the
	// repository and of the forms to publish is not known.
	l.cat.Site.Private, l.publish = true, []string{"ob1", "ob2", "ob3"}
	if !l.files[name] {
		l.report(rule.Required.At(diag.Pos{File: name}, "write it with format: 1, base_url and title", "the file is missing"))
		return
	}
	n, ok := l.document(name, l.type_("site"))
	if !ok {
		return
	}
	if version, ok := n.Field("format").Int(); ok && version > model.FormatVersion {
		l.problems = slices.DeleteFunc(l.problems, func(p diag.Problem) bool { return p.Rule == rule.UnknownKey.Name })
		l.report(rule.Format.At(n.Field("format").Pos(), "use a newer blazon", "the files are of format %d; this program knows formats up to %d", version, model.FormatVersion))
	}
	s := &l.cat.Site
	s.Pos = n.Pos()
	s.BaseURL = n.Field("base_url").Text()
	s.Title = n.Field("title").Text()
	s.Description = n.Field("description").Text()
	if n.Field("language").Exists() {
		s.Language = n.Field("language").Text()
	}
	if zone, err := loadZone(n.Field("timezone")); err == nil {
		s.Zone = zone
	}
	s.Private = n.Field("repository").Text() == "private" || unclear(n, "repository", "public", "private")
	if !unclear(n, "publish") {
		l.publish = nil
	}
	if publish := n.Field("publish"); publish.Kind() == decl.List {
		l.publish = []string{}
		for _, form := range publish.Items() {
			l.publish = append(l.publish, form.Text())
			if !slices.Contains([]string{"ob1", "ob2", "ob3"}, form.Text()) {
				l.publish = append(l.publish, "ob1", "ob2", "ob3") // which was meant is not known
			}
		}
		s.OB1, s.OB2 = slices.Contains(l.publish, "ob1"), slices.Contains(l.publish, "ob2")
		if len(l.publish) == 0 {
			l.report(rule.Value.At(publish.Pos(), "write [ob2], or leave the key out", `"publish" is an empty list: nothing would be published`))
		}
	}
}

// unclear reports whether a mapping may mean a key that cannot be read: it has one that is spelt alike in its place, or a
// value outside the allowed words.
func unclear(n decl.Node, key string, words ...string) bool {
	if value := n.Field(key); value.Exists() {
		return len(words) > 0 && !slices.Contains(words, value.Text())
	}
	for k := range n.Pairs() {
		if _, alike := near.Word(k.Text(), []string{key}); alike {
			return true
		}
	}
	return false
}

// awards reads the award files, several at once. Each file's nodes are dropped as soon as its awards are made.
func (l *loader) awards() {
	names := l.below("content/awards", ".yaml")
	reader := newAwardReader(l)
	outlook := reader.outlook()
	results := make([]awardFile, len(names))
	var group errgroup.Group
	group.SetLimit(min(runtime.GOMAXPROCS(0), 4))
	for i, name := range names {
		group.Go(func() error {
			results[i] = l.opts.Cache.file(reader, outlook, name)
			return nil
		})
	}
	_ = group.Wait()
	l.opts.Cache.turn()
	var reissues []reissue
	for i := range results {
		l.read++
		l.report(results[i].problems...)
		l.cat.Awards = append(l.cat.Awards, results[i].awards...)
		reissues = append(reissues, results[i].reissues...)
		results[i] = awardFile{}
	}
	if l.opts.Provisional {
		l.stampProvisionally()
	}
	slices.SortFunc(l.cat.Awards, byID)
	l.reissues(reissues)
	for _, a := range l.cat.Awards {
		a.Class.Awards = append(a.Class.Awards, a)
		if i := a.Class.Issuer; i != nil {
			i.Latest = latest(i.Latest, a)
		}
	}
	for _, c := range l.cat.Classes {
		slices.SortFunc(c.Awards, func(a, b *badge.Award) int { return cmp.Or(a.Issued.Compare(b.Issued), byID(a, b)) })
	}
}

// reissue is an award's mention of another.
type reissue struct {
	named *badge.Reissue
	pos   diag.Pos
}

// reissues finds the awards that others name. All awards are in the order of their ids.
func (l *loader) reissues(all []reissue) {
	for _, r := range all {
		at, found := slices.BinarySearchFunc(l.cat.Awards, r.named.ID, func(a *badge.Award, id string) int { return strings.Compare(a.ID, id) })
		if !found {
			l.report(rule.Reference.At(r.pos, "write the id of an award of this project", "there is no award with this id"))
			continue
		}
		other := l.cat.Awards[at]
		r.named.Issued, r.named.Erased = other.Issued, other.Erased != nil
		r.named.Open = other.Public && other.State() == badge.Valid
	}
}

// byID orders awards by their ids, those that have none, or one that another has, by where they stand.
func byID(a, b *badge.Award) int {
	return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(*a.File, *b.File),
		cmp.Compare(a.At.Award.Line, b.At.Award.Line), cmp.Compare(a.At.Award.Col, b.At.Award.Col))
}
