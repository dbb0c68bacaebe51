// Package scaffold writes the files of a new project: an organisation's name and addresses in, files out, which build at
// once. Nothing is read and nothing is written to a disk; the same project gives the same bytes.
//
// What goes into it is valid by package model's rules; Files says so where it cannot be.
package scaffold

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"blazon/internal/model"
	"blazon/internal/schema"
)

// Project is what a new project is made from.
type Project struct {
	Name    string // of the organisation, on one line, in any script
	Slug    string // of the issuer's file, and so part of its URLs; SlugOf suggests one
	URL     string // of the organisation's own web site
	BaseURL string // where the badges will be published
	Email   string // where questions about badges are answered
	Colour  Colour
	CI      CI
	Key     *Key // nil: the issuer has none, and Open Badges 3.0 is not published
	Public  bool // whether everybody can read the repository
}

// Key is the public half of the issuer's first signing key, and where its private half is found in CI.
type Key struct {
	ID, Public string // an ed25519 key, in its multibase form
	From       string // the first day on which it signs, YYYY-MM-DD
	Variable   string // the name of the secret
}

// CI is a service that checks, builds and publishes the project.
type CI string

// The services for which there is a file.
const (
	GitHub  CI = "github"
	GitLab  CI = "gitlab"
	Forgejo CI = "forgejo"
	NoCI    CI = "none"
)

// Services lists what CI can be, in the order of the documentation.
func Services() []CI { return []CI{GitHub, GitLab, Forgejo, NoCI} }

// Path is the file that tells the service what to run; empty for NoCI.
func (c CI) Path() string {
	switch c {
	case GitHub:
		return ".github/workflows/badges.yml"
	case GitLab:
		return ".gitlab-ci.yml"
	case Forgejo:
		return ".forgejo/workflows/badges.yml"
	}
	return ""
}

// File is a file of the new project. Its path has slashes on every system.
type File struct {
	Path string
	Data []byte
}

// Class is the slug of the badge class that a new project has.
const Class = "first-steps"

//go:embed project
var sources embed.FS

// Schemas is the folder of a new project that holds the JSON Schemas, to which the first lines of its files point.
const Schemas = "schema"

// Files makes the project's files, sorted by path.
func (p Project) Files() ([]File, error) {
	if err := p.valid(); err != nil {
		return nil, err
	}
	badge := "content/badges/" + Class
	parts := map[string]string{
		"README.md":                           "README.md",
		".gitignore":                          "gitignore",
		"content/site.yaml":                   "site.yaml",
		"content/issuers/" + p.Slug + ".yaml": "issuer.yaml",
		badge + ".yaml":                       "badge.yaml",
		badge + ".md":                         "criteria.md",
		"content/awards/README.md":            "awards.md",
	}
	if at := p.CI.Path(); at != "" {
		parts[at] = string(p.CI) + ".yml"
	}
	files := []File{{badge + ".svg", Artwork(p.Colour)}}
	for at, source := range parts {
		data, err := p.fill(source)
		if err != nil {
			return nil, err
		}
		files = append(files, File{at, data})
	}
	for _, kind := range []string{"site", "issuer", "badge", "awards"} {
		data, err := schema.Make(kind)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Schemas + "/" + kind + ".json", data})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// fill puts the project into one of the texts.
func (p Project) fill(source string) ([]byte, error) {
	t, err := template.New(source).Delims("<%", "%>").Option("missingkey=error").Funcs(template.FuncMap{
		"yaml": YAML, "markdown": Markdown, "shell": Shell, "class": func() string { return Class },
	}).ParseFS(sources, "project/"+source)
	if err != nil {
		return nil, fmt.Errorf("couldn't read %s: %w", source, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("couldn't write %s: %w", source, err)
	}
	return b.Bytes(), nil
}

// FormatOf is the form of a value in a kind of declaration, such as the email of an issuer.
func FormatOf(file, key string) *model.Format {
	for _, f := range model.Files() {
		if f.Name == file {
			if field, ok := f.Type.Object.Field(key); ok {
				return field.Type.Format
			}
		}
	}
	return nil
}

func (p Project) valid() error {
	checks := []struct{ file, key, value string }{
		{"issuer", "name", p.Name}, {"site", "base_url", p.BaseURL},
		{"issuer", "url", p.URL}, {"issuer", "email", p.Email},
	}
	for _, c := range checks {
		if err := FormatOf(c.file, c.key).Valid(c.value); err != nil {
			return fmt.Errorf("%s of the %s: %w", c.key, c.file, err)
		}
	}
	if err := model.CheckSlug(p.Slug); err != nil {
		return fmt.Errorf("slug of the issuer: %w", err)
	}
	if !slices.Contains(Services(), p.CI) {
		return fmt.Errorf("there is no service %q", p.CI)
	}
	if _, err := ParseColour(string(p.Colour)); err != nil {
		return err
	}
	if p.Key != nil && (p.Key.ID == "" || p.Key.Public == "" || p.Key.From == "" || p.Key.Variable == "") {
		return errors.New("the key is not whole")
	}
	return nil
}

// Title is the name of the site.
func (p Project) Title() string { return "Badges of " + p.Name }

// Description is the sentence about the site on its home page.
func (p Project) Description() string {
	return "What people have achieved with " + p.Name + ", and how anybody can verify it."
}

// OnGitHubPages reports whether the base URL is one that GitHub gives, so that no domain need be set up.
func (p Project) OnGitHubPages() bool {
	host, _, _ := strings.Cut(strings.TrimPrefix(p.BaseURL, "https://"), "/")
	return strings.HasSuffix(host, ".github.io")
}
