package diff

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"blazon/internal/diag"
)

// Text writes one line a thing, and a last one with numbers.
func (d Diff) Text(w io.Writer) error {
	var b strings.Builder
	for _, line := range d.lines(plain) {
		b.WriteString(line + "\n")
	}
	b.WriteString(d.numbers() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes the same as a list with a heading, for a pull request or a job's summary. Nothing that the
// project's authors wrote is markup, a link or a mention in it. from names what the project is compared with.
func (d Diff) Markdown(w io.Writer, from string) error {
	var b strings.Builder
	b.WriteString("### What this publishes\n\n")
	if from != "" {
		fmt.Fprintf(&b, "Compared with %s:\n\n", markdown.text(diag.Visible(from)))
	}
	lines := d.lines(markdown)
	for _, line := range lines {
		b.WriteString("- " + line + "\n")
	}
	if len(lines) > 0 {
		b.WriteString("\n")
	}
	b.WriteString(d.numbers() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// JSON writes the diff as it is, with the name of what it is from.
func (d Diff) JSON(w io.Writer, from string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Base string `json:"base"`
		Diff
	}{diag.Visible(from), d})
}

// style is how a text is written.
type style struct {
	text   func(string) string // a name or a reason, which the project's authors wrote
	strong func(string) string
}

var (
	plain    = style{text: func(s string) string { return s }, strong: func(s string) string { return s }}
	markdown = style{text: escape, strong: func(s string) string { return "**" + s + "**" }}
)

// special are the characters that mean something in Markdown or in HTML.
var special = regexp.MustCompile("[\\\\`*_{}\\[\\]<>#.|~&:@$]")

// escape writes a text so that it is one, wherever it stands: character references are never markup or a link. Numbers of
// issues are looked for behind that, in what is shown, so that an invisible space keeps the mark from its number; of an @
// nothing is left by clean.
func escape(s string) string {
	return special.ReplaceAllStringFunc(s, func(c string) string {
		text := "&#" + strconv.Itoa(int(c[0])) + ";"
		if c == "#" {
			text += "&#8203;"
		}
		return text
	})
}

// numbers is the last line.
func (d Diff) numbers() string {
	if d.Empty() {
		return "nothing changes"
	}
	var parts []string
	if p := d.Pages; p != nil {
		pages := diag.Count(p.Changed, "page changes", "pages change")
		if p.New > 0 {
			pages += fmt.Sprintf(", %d new", p.New)
		}
		if p.Gone > 0 {
			pages += fmt.Sprintf(", %d gone", p.Gone)
		}
		parts = append(parts, pages)
	}
	if u := d.URLs; u != nil {
		parts = append(parts, diag.Count(u.Lost, "URL lost", "URLs lost"))
	} else {
		parts = append(parts, "pages and URLs are not compared: one of the states has mistakes")
	}
	if d.Refused {
		parts = append(parts, "blazon check --base refuses it")
	}
	return strings.Join(parts, "; ")
}

func (d Diff) lines(s style) []string {
	var lines []string
	for _, c := range d.Settings {
		line := fmt.Sprintf("%s changed from %s to %s", c.Key, quoted(s, c.Old), quoted(s, c.New))
		if c.Refused {
			line += ": " + s.strong("refused")
		}
		lines = append(lines, line)
	}
	for _, i := range d.Issuers {
		lines = append(lines, i.lines(s)...)
	}
	names := make(map[string]int)
	for _, c := range d.Classes {
		names[c.Name]++
	}
	for _, c := range d.Classes {
		lines = append(lines, c.lines(s, called(s, c.Name, c.Slug, names))...)
	}
	names = make(map[string]int)
	for _, a := range d.Awards {
		names[a.Name]++
	}
	for _, a := range d.Awards {
		lines = append(lines, a.line(s, called(s, a.Name, a.Class, names)))
	}
	return lines
}

func quoted(s style, text string) string {
	if text == "" {
		return "nothing"
	}
	return s.text(text)
}

// called is the name of a class; with its slug where another one has that name.
func called(s style, name, slug string, names map[string]int) string {
	if name == "" {
		return s.text(slug)
	}
	if names[name] > 1 {
		return s.text(name) + " (" + s.text(slug) + ")"
	}
	return s.text(name)
}

func (i Issuer) lines(s style) []string {
	name := i.Name
	if name == "" {
		name = i.Slug
	}
	name = s.text(name)
	var lines []string
	switch i.State {
	case New:
		lines = append(lines, "new issuer "+name)
	case Gone:
		lines = append(lines, "issuer "+name+" gone: "+s.strong("refused"))
	default:
		free := slices.DeleteFunc(slices.Clone(i.Changes), func(key string) bool { return slices.Contains(i.Refused, key) })
		if len(i.Refused) > 0 {
			lines = append(lines, strings.Join(i.Refused, ", ")+" of the issuer "+name+" changed: "+s.strong("refused"))
		}
		if len(free) > 0 {
			lines = append(lines, strings.Join(free, ", ")+" of the issuer "+name+" changed")
		}
	}
	for _, k := range i.Keys {
		line := fmt.Sprintf("key %s of the issuer %s %s", s.text(k.ID), name, k.State)
		if k.Refused {
			line += ": " + s.strong("refused")
		}
		lines = append(lines, line)
	}
	return lines
}

func (c Class) lines(s style, name string) []string {
	holders := diag.Count(c.Holders, "holder", "holders")
	switch c.State {
	case New:
		return []string{"new badge " + name}
	case Gone:
		return []string{"badge " + name + " gone: " + s.strong("refused") + ", " + holders}
	}
	var free, refused []string
	for _, change := range c.Changes {
		if change.Refused {
			refused = append(refused, change.What)
		} else {
			free = append(free, change.What)
		}
	}
	var lines []string
	if len(refused) > 0 {
		lines = append(lines, strings.Join(refused, ", ")+" of "+name+" changed: "+s.strong("refused")+", "+holders)
	}
	line := ""
	if len(free) > 0 {
		line = strings.Join(free, ", ") + " of " + name + " changed"
	}
	if len(c.Amended) > 0 {
		var reasons []string
		for _, a := range c.Amended {
			reasons = append(reasons, s.text(a.Reason))
		}
		if line == "" {
			line = name + " changed"
		}
		line += ": amended (" + strings.Join(reasons, "; ") + "), " + holders
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

func (a Awards) line(s style, name string) string {
	refused := func(text string, is bool) string {
		if is {
			text += ": " + s.strong("refused")
		}
		return text
	}
	var parts []string
	add := func(n int, text string) {
		number := strconv.Itoa(n)
		if len(parts) == 0 {
			number += " award" + plural(n) + " of " + name
		}
		parts = append(parts, strings.TrimSuffix(number+" "+text, " "))
	}
	if a.New > 0 {
		add(a.New, "")
		parts[0] = "+" + parts[0] + a.expiring()
	}
	for _, r := range a.Revoked {
		text := "revoked"
		if r.Reason != "" {
			text += " (" + s.text(r.Reason) + ")"
		}
		add(r.Count, text)
	}
	if a.Withdrawn > 0 {
		add(a.Withdrawn, "no longer revoked")
	}
	if a.Erased > 0 {
		add(a.Erased, "erased")
	}
	if a.Gone > 0 {
		add(a.Gone, refused("gone", true))
	}
	for _, c := range a.Changes {
		add(c.Count, refused(c.sentence(), c.Refused))
	}
	return strings.Join(parts, ", ")
}

// sentence is what differs, as it goes on from a number of awards.
func (c Count) sentence() string {
	switch c.What {
	case "no longer erased":
		return c.What
	case "details", "public":
		return "with " + c.What + " changed"
	case "issued":
		return "with another date of issue"
	case "expires":
		return "with another expiry"
	}
	return "with another " + c.What
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// expiring says of new awards how many are public and when they expire.
func (a Awards) expiring() string {
	var parts []string
	if a.Public > 0 {
		parts = append(parts, fmt.Sprintf("%d public", a.Public))
	}
	for i, y := range a.Expire {
		verb := "expire"
		if y.Count == 1 {
			verb = "expires"
		}
		if i > 0 {
			parts = append(parts, fmt.Sprintf("%d in %d", y.Count, y.Year))
			continue
		}
		parts = append(parts, fmt.Sprintf("%d %s in %d", y.Count, verb, y.Year))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// anID is what an award's id looks like.
var anID = regexp.MustCompile(`(?i)[a-z2-7]{26}`)

// stars is what masking leaves.
var stars = regexp.MustCompile(`\*{4,}`)

// clean is a text of the project as it may leave it: without addresses, numbers, keys and ids of awards, on one line.
func clean(s string) string {
	s = diag.Visible(stars.ReplaceAllString(diag.Mask(anID.ReplaceAllString(s, "****")), "***"))
	const most = 200
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most-1]) + "…"
	}
	return s
}
