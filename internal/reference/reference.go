// Package reference writes the pages of docs/ that are made from the content model and the table of rules, so that they
// cannot differ from what the loader does: docs/yaml.md and docs/checks.md. Its test compares them with the files, and
// with -update writes them. The examples in them are files of this folder that the test loads.
package reference

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"blazon/internal/model"
	"blazon/internal/rule"
)

//go:embed *.yaml *.md *.tmpl
var files embed.FS

// Examples lists the files that the pages show, with the kind of declaration that each is.
func Examples() (map[string]model.File, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	examples := make(map[string]model.File)
	for _, e := range entries {
		if path.Ext(e.Name()) == ".tmpl" {
			continue
		}
		stem, _, _ := strings.Cut(strings.TrimSuffix(e.Name(), path.Ext(e.Name())), "-")
		f, err := kind(stem)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		examples[e.Name()] = f
	}
	return examples, nil
}

// Example is the text of an example.
func Example(name string) ([]byte, error) { return files.ReadFile(name) }

func kind(name string) (model.File, error) {
	for _, f := range model.Files() {
		if f.Name == name {
			return f, nil
		}
	}
	return model.File{}, fmt.Errorf("the model has no kind of file %q", name)
}

// YAML is docs/yaml.md.
func YAML() ([]byte, error) {
	p := &page{objects: make(map[string]*model.Object), shown: make(map[string]bool)}
	for _, f := range model.Files() {
		p.collect(f.Type)
	}
	t, err := template.New("yaml.md.tmpl").Funcs(template.FuncMap{
		"files": model.Files, "title": title, "anchor": func(name string) string { return anchor(title(name)) },
		"first": firstSentence, "ext": path.Ext,
		"example": p.example, "table": p.table, "together": p.together, "recipients": p.recipients, "words": p.words,
	}).ParseFS(files, "yaml.md.tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, nil); err != nil {
		return nil, err
	}
	if missing := p.missing(); len(missing) > 0 {
		return nil, fmt.Errorf("yaml.md.tmpl does not show: %s", strings.Join(missing, ", "))
	}
	return tidy(b.Bytes()), nil
}

// Checks is docs/checks.md.
func Checks() ([]byte, error) {
	t, err := template.ParseFS(files, "checks.md.tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, rule.All()); err != nil {
		return nil, err
	}
	return tidy(b.Bytes()), nil
}

// tidy leaves one blank line where the template's branches leave several, outside of code.
func tidy(text []byte) []byte {
	var b bytes.Buffer
	code, blank := false, true
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, " \n")
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			code = !code
		}
		if line == "" && blank && !code {
			continue
		}
		blank = line == ""
		b.WriteString(line + "\n")
	}
	return append(bytes.TrimRight(b.Bytes(), "\n"), '\n')
}

// page knows what the template may ask for.
type page struct {
	objects map[string]*model.Object
	shown   map[string]bool // examples and tables
}

func (p *page) collect(t *model.Type) {
	switch t.Kind {
	case model.List:
		p.collect(t.Item)
	case model.Map:
		if p.objects[t.Object.Name] != nil {
			return
		}
		p.objects[t.Object.Name] = t.Object
		for _, f := range t.Object.Fields {
			p.collect(f.Type)
		}
	case model.Choice:
		for _, c := range t.Choices {
			p.collect(c)
		}
	}
}

func (p *page) object(name string) (*model.Object, error) {
	if o := p.objects[name]; o != nil {
		return o, nil
	}
	return nil, fmt.Errorf("the model has no object %q", name)
}

func (p *page) example(name string) (string, error) {
	data, err := Example(name)
	if err != nil {
		return "", err
	}
	p.shown[name] = true
	return "```" + map[string]string{".yaml": "yaml", ".md": "markdown"}[path.Ext(name)] + "\n" + string(data) + "```", nil
}

// table lists the keys of an object.
func (p *page) table(name string) (string, error) {
	o, err := p.object(name)
	if err != nil {
		return "", err
	}
	p.shown[name] = true
	var b strings.Builder
	b.WriteString("| key | value | without it | what it is |\n|---|---|---|---|\n")
	for _, f := range o.Fields {
		without := cell(f.Default)
		if f.Required {
			without = "**needed**"
		}
		value := describe(f.Type)
		if f.Example != "" && !closed(f.Type) {
			value += ": " + code(f.Example)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Key, value, without, cell(f.Doc))
	}
	return b.String(), nil
}

// together words which keys of an object need and exclude each other.
func (p *page) together(name string) (string, error) {
	o, err := p.object(name)
	if err != nil {
		return "", err
	}
	var all []string
	if o.OneOf != nil {
		all = append(all, "Exactly one of "+keys(o.OneOf, "and")+" stands in it.")
	}
	if o.AnyOf != nil {
		all = append(all, "It has "+keys(o.AnyOf, "or")+".")
	}
	for _, k := range o.Keys() {
		if needed := o.Needs[k]; needed != nil {
			all = append(all, fmt.Sprintf("`%s` needs %s beside it.", k, keys(needed, "and")))
		}
		if alone := o.Alone[k]; alone != nil {
			all = append(all, fmt.Sprintf("Only %s may stand beside `%s`.", keys(alone, "and"), k))
		}
	}
	return strings.Join(all, " ") + "\n", nil
}

// recipients says what may stand where a recipient belongs.
func (p *page) recipients() (string, error) {
	o, err := p.object("award")
	if err != nil {
		return "", err
	}
	f, ok := o.Field("recipient")
	if !ok {
		return "", fmt.Errorf("an award has no recipient")
	}
	return "A recipient is " + f.Type.Noun + ".", nil
}

// words lists the words that a key may have for its value.
func (p *page) words(object, key string) (string, error) {
	o, err := p.object(object)
	if err != nil {
		return "", err
	}
	f, ok := o.Field(key)
	if !ok {
		return "", fmt.Errorf("%s has no key %q", object, key)
	}
	words := make([]string, len(f.Type.Enum))
	for i, w := range f.Type.Enum {
		words[i] = "`" + w + "`"
	}
	return strings.Join(words, ", ") + ", or a word of your own after `" + f.Type.Open + "`, such as `" + f.Type.Open + "MyOwn`.", nil
}

// closed reports whether only the words of a list are allowed, so that they need no example.
func closed(t *model.Type) bool { return len(t.Enum) > 0 && t.Open == "" }

// describe names a type in a table, with a link to where it is explained.
func describe(t *model.Type) string {
	switch {
	case t.Kind == model.Integer:
		return fmt.Sprintf("a number from %d to %d", t.Min, t.Max)
	case closed(t):
		words := make([]string, len(t.Enum))
		for i, w := range t.Enum {
			words[i] = "`" + w + "`"
		}
		return strings.Join(words, ", ")
	}
	if section, ok := sections[t.Noun]; ok {
		return "[" + t.Noun + "](#" + anchor(section) + ")"
	}
	if t.Format != nil {
		if section, ok := formats[t.Format.Name]; ok {
			return "[" + t.Noun + "](#" + anchor(section) + ")"
		}
	}
	if t.Kind == model.List && closed(t.Item) {
		return "a list of " + describe(t.Item)
	}
	return cell(t.Noun)
}

// Where the page explains values: by what they are called, and by their format.
var (
	sections = map[string]string{
		"a list of keys": "Keys", "a list of alignments": "Alignment", "a list of result descriptions": "Result descriptions",
		"a list of corrections": "Corrections", "a type of achievement": "Types of achievement", "a type of result": "Types of result",
		"an e-mail address, or a mapping with one kind of identity": "Recipients", "a list of evidence": "Evidence",
		"a list of results": "Results", "a revocation": "Revocation", "an erasure": "Erasure", "a list of awards": "An award",
	}
	formats = map[string]string{
		"text": "Text", "prose": "Text", "line": "Text", "day": "Dates", "date": "Dates", "date-or-never": "Dates", "span": "Lengths of time",
		"slug": "Slugs", "url": "Links", "file": "Files",
	}
)

func title(name string) string {
	return map[string]string{"site": "The site", "issuer": "Issuers", "badge": "Badge classes", "awards": "Awards", "page": "Pages"}[name]
}

// anchor is the name that GitHub and others give to a heading.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

func firstSentence(text string) string {
	first, _, _ := strings.Cut(text, ". ")
	return strings.TrimSuffix(first, ".") + "."
}

// code is a value in a table's cell.
func code(s string) string { return "`" + cell(s) + "`" }

// cell is a text in a table's cell.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// keys lists keys as a sentence does.
func keys(names []string, last string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "`" + n + "`"
	}
	if n := len(quoted) - 1; n > 0 {
		return strings.Join(quoted[:n], ", ") + " " + last + " " + quoted[n]
	}
	return quoted[0]
}

// missing lists examples and objects that the page has not shown. The keys of an award in a file with defaults are
// those of any award.
func (p *page) missing() []string {
	var all []string
	for name := range p.objects {
		if !p.shown[name] && name != "award-with-defaults" {
			all = append(all, name)
		}
	}
	if examples, err := Examples(); err == nil {
		for name := range examples {
			if !p.shown[name] {
				all = append(all, name)
			}
		}
	}
	slices.Sort(all)
	return all
}
