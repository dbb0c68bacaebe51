package page_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/page"
	"blazon/templates"
)

// with is the default templates, some of them replaced; an empty text leaves one out.
func with(t *testing.T, replaced map[string]string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	names, err := fs.Glob(templates.FS, "*.html")
	require.NoError(t, err)
	for _, name := range names {
		text, err := fs.ReadFile(templates.FS, name)
		require.NoError(t, err)
		files[name] = &fstest.MapFile{Data: text}
	}
	for name, text := range replaced {
		delete(files, name)
		if text != "" {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return files
}

const title = `{{define "title"}}t{{end}}`

func TestTemplateMistakes(t *testing.T) {
	class := "class.html"
	tests := map[string]struct {
		files map[string]string
		want  []string
	}{
		"syntax":            {map[string]string{class: title + "\n\n{{define \"main\"}}{{if}}{{end}}{{end}}"}, []string{"templates/class.html:3: missing value for if"}},
		"unclosed":          {map[string]string{class: title + "\n{{define \"main\"}}{{if .Tags}}{{end}}"}, []string{"templates/class.html:2: unexpected EOF"}},
		"unknown function":  {map[string]string{class: title + "\n{{define \"main\"}}{{now}}{{end}}"}, []string{`templates/class.html:2: function "now" not defined`}},
		"field":             {map[string]string{class: title + "\n{{define \"main\"}}\n{{.Badg}}{{end}}"}, []string{`templates/class.html:3: {{.Badg}}: Class has no field "Badg"; it has Achievement, Alignment,`}},
		"field of a field":  {map[string]string{class: title + `{{define "main"}}{{.Badge.Issuer.Name}}{{end}}`}, []string{`templates/class.html:1: {{.Badge.Issuer.Name}}: Link has no field "Name"; it has Current, Href, Text`}},
		"field in with":     {map[string]string{class: title + `{{define "main"}}{{with .Supersedes}}{{.Nam}}{{else}}{{.Tag}}{{end}}{{end}}`}, []string{`{{.Nam}}: Badge has no field "Nam"`, `{{.Tag}}: Class has no field "Tag"`}},
		"field in range":    {map[string]string{class: title + `{{define "main"}}{{range $i, $a := .Awards}}{{.Nam}}{{$a.Iss}}{{$.Tag}}{{$i.X}}{{end}}{{end}}`}, []string{`{{.Nam}}: Listed has`, `{{$a.Iss}}: Listed has`, `{{$.Tag}}: Class has`, `{{$i.X}}: a int has`}},
		"variable":          {map[string]string{class: title + `{{define "main"}}{{$b := .Badge}}{{if $c := $b.Issuer}}{{$c.X}}{{end}}{{end}}`}, []string{`{{$c.X}}: Link has`}},
		"in an argument":    {map[string]string{class: title + `{{define "main"}}{{if eq .Version (printf "%s" .Vers)}}{{end}}{{(index .Awards 0).Nam}}{{end}}`}, []string{`{{.Vers}}: Class has`, `Listed has no field "Nam"`}},
		"list":              {map[string]string{class: title + `{{define "main"}}{{.Awards.Name}}{{end}}`}, []string{`{{.Awards.Name}}: a list has no field "Name"`}},
		"unexported":        {map[string]string{class: title + `{{define "main"}}{{.from}}{{end}}`}, []string{`{{.from}}: Class has no field "from"`}},
		"shared template":   {map[string]string{"card.html": "\n\n{{.Title}}"}, []string{`templates/card.html:3: {{.Title}}: Badge has no field "Title"`}},
		"part":              {map[string]string{"date.html": "{{.Mont}}", "header.html": "{{.Pages.X}}"}, []string{`templates/date.html:1: {{.Mont}}: Day has no`, `templates/header.html:1: {{.Pages.X}}: a list`}},
		"missing":           {map[string]string{"award.html": "", "date.html": ""}, []string{"templates/award.html: this template is missing", "templates/date.html: this template is missing"}},
		"missing and wrong": {map[string]string{"award.html": "", "date.html": "{{"}, []string{"templates/award.html: this template is missing", "templates/date.html:1: "}},
		"no main":           {map[string]string{class: "<p>"}, []string{`templates/class.html: it does not define "main"`, `templates/class.html: it does not define "title"`}},
		"no award part":     {map[string]string{"award-class.html": "<p>"}, []string{`templates/award-class.html: it does not define "award-about"`}},
		"no such template":  {map[string]string{class: title + "\n" + `{{define "main"}}{{template "crad.html" .Badge}}{{end}}`}, []string{`templates/class.html:2: there is no template "crad.html"`}},
		"open tag":          {map[string]string{class: title + "\n" + `{{define "main"}}<a href="{{end}}`}, []string{`ends in a non-text context`}},
		"unsafe place":      {map[string]string{class: title + "\n" + `{{define "main"}}{{if .Type}}<a href="{{end}}x">{{end}}`}, []string{`templates/class.html:2: `}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := page.New(sample(), with(t, test.files), assets, true)
			require.Error(t, err)
			for _, want := range test.want {
				assert.Contains(t, err.Error(), want)
			}
			assert.NotContains(t, err.Error(), "page.")
			assert.NotContains(t, err.Error(), "template: ")
			var mistake *page.TemplateError
			assert.True(t, errors.As(err, &mistake))
		})
	}
}

func TestMistakesOnThePage(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"no asset":    {"\n{{.Asset \"x.css\"}}", `templates/page.html:2: {{.Asset}}: there is no file "x.css" in site/`},
		"wrong type":  {"{{range .Title}}{{end}}", `templates/page.html:1: {{.Title}}: range can't iterate over Rules`},
		"wrong index": {"{{index .Site.Title 99}}", `templates/page.html:1: {{index .Site.Title 99}}: index out of range`},
		"via any":     {"{{with (or .Site 0)}}{{.X}}{{end}}", `templates/page.html:1: {{.X}}: Site has no field "X"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cat := sample()
			r, err := page.New(cat, with(t, map[string]string{"page.html": title + `{{define "main"}}` + test.text + `{{end}}`}), assets, true)
			require.NoError(t, err)
			_, err = r.Page(cat.Pages[3], false)
			require.Error(t, err)
			assert.Contains(t, err.Error(), test.want)
		})
	}
	cat := sample()
	r, err := page.New(cat, with(t, map[string]string{"class.html": title + `{{define "main"}}{{.Supersedes.Name}}{{end}}`}), assets, true)
	require.NoError(t, err)
	_, err = r.Class(cat.Classes[3], false)
	assert.EqualError(t, err, `templates/class.html:1: {{.Supersedes.Name}}: there is no Badge here to take "Name" from; use {{with}} or {{if}}`)
}

func TestTooMuchMarkdownNamesItsPlace(t *testing.T) {
	cat := sample()
	long := strings.Repeat("a", page.MaxMarkdown+1)
	cat.Classes[0].Criteria, cat.Pages[3].Body, cat.Pages[2].Body = long, long, long
	cat.Awards[fullAward].Details.Narrative = long
	r := renderer(t, cat)
	_, err := r.Class(cat.Classes[0], false)
	assert.ErrorContains(t, err, "badge go-basics: criteria: the Markdown text has 65537 bytes")
	_, err = r.Page(cat.Pages[3], false)
	assert.ErrorContains(t, err, "page rules: ")
	_, err = r.Home()
	assert.ErrorContains(t, err, "page index: ")
	_, err = r.Award(cat.Awards[fullAward])
	assert.ErrorContains(t, err, "award "+cat.Awards[fullAward].ID+": narrative: ")
}

func TestOwnTemplates(t *testing.T) {
	cat := sample()
	r, err := page.New(cat, with(t, map[string]string{
		"parts/logo.html": `<img src="{{.Asset "images/map.png"}}" alt="">`,
		"header.html":     `<header><nav>{{template "parts/logo.html" .}}<a href="{{.Href "about/team/"}}">{{.Site.Title}}</a></nav></header>`,
		"date.html":       `{{.Day}}.{{.Month}}.{{.Year}}`,
		"notes.txt":       `{{not a template`,
	}), assets, true)
	require.NoError(t, err)
	doc, err := r.Class(cat.Classes[0], false)
	require.NoError(t, err)
	assert.Contains(t, string(doc), `<img src="../../images/map.png?v=ef" alt=""><a href="../../about/team/">Badges &amp; more</a>`)
	assert.Contains(t, string(doc), `>Unnamed holder</a> 14.3.2026`)
}

// docs/templates.md has a section for each view, with a line for each field: "| `Name` | type | meaning |".
func TestDocsListEveryTemplateAndField(t *testing.T) {
	text, err := os.ReadFile("../../docs/templates.md")
	require.NoError(t, err)
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\|")
	sections := map[string]map[string]string{}
	for _, part := range strings.Split(string(text), "\n### ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		fields := map[string]string{}
		for _, m := range row.FindAllStringSubmatch(body, -1) {
			fields[m[1]] = strings.TrimSpace(m[2])
		}
		sections[name] = fields
	}
	want := map[string]map[string]string{}
	for _, view := range page.Views {
		collect(want, reflect.TypeOf(view))
	}
	assert.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(sections)))
	for name, fields := range want {
		assert.Equal(t, fields, sections[name], name)
	}
	for _, name := range page.Required() {
		assert.Contains(t, string(text), "`"+name+"`")
	}
}

// collect adds a struct and those that its fields are of: field or method to what docs call its type.
func collect(all map[string]map[string]string, typ reflect.Type) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || all[typ.Name()] != nil {
		return
	}
	fields := map[string]string{}
	all[typ.Name()] = fields
	embedded := map[string]bool{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		if !f.IsExported() {
			continue
		}
		if f.Anonymous {
			fields["("+f.Name+")"] = "its fields too"
			for i := range reflect.PointerTo(f.Type).NumMethod() {
				embedded[reflect.PointerTo(f.Type).Method(i).Name] = true
			}
		} else {
			fields[f.Name] = docType(f.Type)
		}
		collect(all, f.Type)
	}
	for i := range typ.NumMethod() {
		if m := typ.Method(i); !embedded[m.Name] {
			fields[m.Name] = docType(m.Type.Out(0))
		}
	}
}

func docType(typ reflect.Type) string {
	switch {
	case typ.Kind() == reflect.Pointer:
		return docType(typ.Elem()) + " or nothing"
	case typ.Kind() == reflect.Slice:
		return "list of " + docType(typ.Elem())
	case typ.Name() == "HTML":
		return "HTML"
	case typ.Kind() == reflect.String:
		return "text"
	case typ.Kind() == reflect.Int:
		return "number"
	case typ.Kind() == reflect.Bool:
		return "yes or no"
	}
	return typ.Name()
}
