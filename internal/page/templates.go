package page

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The templates that stand for a page. Each defines "title" and "main"; layout.html puts them into the frame.
const (
	homeTemplate      = "home.html"
	catalogueTemplate = "catalogue.html"
	classTemplate     = "class.html"
	holdersTemplate   = "holders.html"
	issuerTemplate    = "issuer.html"
	awardTemplate     = "award.html"
	contentTemplate   = "page.html"
	notFoundTemplate  = "404.html"

	issuerBadgesTemplate = "issuer-badges.html"
)

// The templates that are executed for themselves, and the frame.
const (
	layoutTemplate = "layout.html"
	headTemplate   = "head.html"
	headerTemplate = "header.html"
	footerTemplate = "footer.html"
	dateTemplate   = "date.html"

	// What award-class.html defines.
	plateTemplate = "award-plate"
	filesTemplate = "award-files"
	aboutTemplate = "award-about"
)

// views says what each page's template is executed with, within layout.html.
var views = map[string]view{
	homeTemplate:      &Home{},
	catalogueTemplate: &Catalogue{},
	classTemplate:     &Class{},
	holdersTemplate:   &Holders{},
	issuerTemplate:    &Issuer{},
	awardTemplate:     &Award{},
	contentTemplate:   &Content{},
	notFoundTemplate:  &NotFound{},

	issuerBadgesTemplate: &IssuerBadges{},
}

// view is the view of a page.
type view interface{ frame() *Frame }

func (f *Frame) frame() *Frame { return f }

// parts says what the templates are executed with that are executed for themselves.
var parts = map[string]any{
	headerTemplate: Bar{},
	footerTemplate: Bar{},
	dateTemplate:   Day{},
	plateTemplate:  AwardClass{},
	filesTemplate:  AwardClass{},
	aboutTemplate:  AwardClass{},
}

// TemplateError is a mistake in a template.
type TemplateError struct {
	File    string // such as "templates/award.html"
	Line    int    // from 1; 0 where it is not known
	Message string
}

// Error is the mistake with its place: "templates/award.html:3: ...".
func (e *TemplateError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// readSets reads all templates and returns one set for each page, and one, under the empty name, for the parts, and what
// readHalves makes of that of award.html. Every mistake that can be found without a page to show is found here.
func readSets(files fs.FS) (sets map[string]*template.Template, apart *halves, err error) {
	shared := template.New("")
	pages := make(map[string]string, len(views))
	var errs []error
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if _, ok := views[name]; ok {
			pages[name] = string(text)
		} else if _, err := shared.New(name).Parse(string(text)); err != nil {
			errs = append(errs, explain(name, err))
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't read the templates: %w", err)
	}
	for _, name := range required() {
		if _, ok := pages[name]; !ok && shared.Lookup(name) == nil && !slices.ContainsFunc(errs, in(name)) {
			errs = append(errs, missing(name))
		}
	}
	sets = map[string]*template.Template{}
	for name, text := range pages {
		set, err := shared.Clone()
		if err != nil {
			return nil, nil, err
		}
		if _, err := set.New(name).Parse(text); err != nil {
			errs = append(errs, explain(name, err))
			continue
		}
		for _, block := range []string{"title", "main"} {
			if t := set.Lookup(block); t == nil || t.Tree == nil || t.Tree.ParseName != name {
				errs = append(errs, &TemplateError{File: file(name), Message: fmt.Sprintf("it does not define %q", block)})
			}
		}
		sets[name] = set
	}
	if len(errs) > 0 {
		return nil, nil, joined(errs)
	}
	sets[""] = shared
	c := checker{}
	for name, view := range views {
		c.check(sets[name], layoutTemplate, reflect.TypeOf(view))
		c.check(sets[name], headTemplate, reflect.TypeOf(view))
	}
	for name, view := range parts {
		c.check(shared, name, reflect.TypeOf(view))
	}
	if len(c.errs) > 0 {
		return nil, nil, joined(c.errs)
	}
	if apart, err = readHalves(sets[awardTemplate]); err != nil {
		return nil, nil, err
	}
	for name, view := range views {
		errs = append(errs, escape(sets[name], layoutTemplate, view), escape(sets[name], headTemplate, view))
	}
	for name, view := range parts {
		errs = append(errs, escape(shared, name, view))
	}
	return sets, apart, joined(errs)
}

// required are the names of all templates that there must be, sorted.
func required() []string {
	names := []string{layoutTemplate, headTemplate}
	for name := range views {
		names = append(names, name)
	}
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// escape makes html/template add its escaping, which it does at the first execution, and returns the mistakes that it
// finds on the way. The view is empty, so that the execution itself may well fail.
func escape(set *template.Template, name string, view any) error {
	err := set.ExecuteTemplate(io.Discard, name, view)
	var mistake *template.Error
	if errors.As(err, &mistake) {
		return explain(name, err)
	}
	return nil
}

// joined is all errors as one, sorted by their text, each once.
func joined(errs []error) error {
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	errs = slices.CompactFunc(errs, func(a, b error) bool { return a.Error() == b.Error() })
	return errors.Join(errs...)
}

// missing says that there is no such template.
func missing(name string) error {
	if path.Ext(name) == "" {
		return &TemplateError{File: file("award-class.html"), Message: fmt.Sprintf("it does not define %q", name)}
	}
	return &TemplateError{File: file(name), Message: "this template is missing"}
}

func in(name string) func(error) bool {
	return func(err error) bool {
		var mistake *TemplateError
		return errors.As(err, &mistake) && mistake.File == file(name)
	}
}

// file is how a message names a template.
func file(name string) string { return "templates/" + name }

// The forms of the template packages' messages.
var (
	placed    = regexp.MustCompile(`(?s)^(?:html/)?template: ?([^:]+):(\d+)(?::\d+)?: (.*)$`)
	executing = regexp.MustCompile(`(?s)^executing "[^"]*" at <(.*?)>: (.*)$`)
	noField   = regexp.MustCompile(`can't evaluate field (\w+) in type \*?(?:\[\])?(?:page\.)?(\S+)`)
	calling   = regexp.MustCompile(`(?s)^error calling \w+: (.*)$`)
	nothing   = regexp.MustCompile(`nil pointer evaluating \*?(?:page\.)?(\w+)\.(\w+)`)
)

// explain puts an error of the template packages into plain words. name is the template that was parsed or executed,
// for errors that do not say where they are.
func explain(name string, err error) error {
	if err == nil {
		return nil
	}
	e := &TemplateError{File: file(name), Message: err.Error()}
	if m := placed.FindStringSubmatch(e.Message); m != nil {
		e.File, e.Message = file(m[1]), m[3]
		e.Line, _ = strconv.Atoi(m[2])
	}
	at := ""
	if m := executing.FindStringSubmatch(e.Message); m != nil {
		at, e.Message = m[1], m[2]
	}
	switch {
	case noField.MatchString(e.Message):
		m := noField.FindStringSubmatch(e.Message)
		e.Message = fmt.Sprintf("%s has no field %q", m[2], m[1])
	case nothing.MatchString(e.Message):
		m := nothing.FindStringSubmatch(e.Message)
		e.Message = fmt.Sprintf("there is no %s here to take %q from; use {{with}} or {{if}}", m[1], m[2])
	case calling.MatchString(e.Message):
		e.Message = calling.FindStringSubmatch(e.Message)[1]
	}
	if at != "" {
		e.Message = fmt.Sprintf("{{%s}}: %s", at, e.Message)
	}
	return e
}
