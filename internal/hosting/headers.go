package hosting

import (
	"fmt"
	"iter"
	"net/url"
	"path"
	"slices"
	"strings"
)

// HeadersFile is the name of the file that Netlify and Cloudflare Pages read their headers from. They look for it in the
// root of the deployed folder and nowhere else.
const HeadersFile = "_headers"

// What Cloudflare Pages reads of a _headers file.
const (
	maxRules = 100
	maxLine  = 2000 // characters
)

// rule is one block of a _headers file. Its path may have placeholders, but no splat beside other characters: Netlify
// takes a dot after one for any character, so that /*.svg would be the rule of a page /about-svg/ too.
type rule struct {
	path    string // published, or a pattern of places; common for everything
	headers []Header
}

const common = "*"

// Headers is the file _headers of a site. prefix is the path of its base URL, empty or such as "/badges"; published are
// all its paths, in any order. No two rules that match one address set the same header, because hosts join the values
// or choose among them. What the patterns do not cover has rules of its own, pages and SVGs first, as many as hosts read.
func Headers(prefix string, published iter.Seq[string]) []byte {
	var b strings.Builder
	b.WriteString("# For Netlify and Cloudflare Pages. Made by blazon; a file site/_headers takes its place.\n")
	rules := append(patterns(), exact(published)...)
	written := 0
	for _, r := range rules {
		if text, ok := r.text(prefix); ok && written < maxRules {
			b.WriteString(text)
			written++
		}
	}
	if left := len(rules) - written; left > 0 {
		fmt.Fprintf(&b, "\n# %d more: hosts read %d rules.\n", left, maxRules)
	}
	return []byte(b.String())
}

// text is the rule as it stands in the file. ok is false where a line is too long for a host.
func (r rule) text(prefix string) (text string, ok bool) {
	address := (&url.URL{Path: prefix + "/" + address(r.path)}).EscapedPath()
	if r.path == common {
		address = prefix + "/*"
	}
	lines := []string{"", address}
	for _, h := range r.headers {
		lines = append(lines, "  "+h.Name+": "+h.Value)
	}
	for _, l := range lines {
		if len(l) > maxLine {
			return "", false
		}
	}
	return strings.Join(lines, "\n") + "\n", true
}

// address is what a path is asked for by, below the site's root.
func address(published string) string {
	if dir, name := path.Split(published); name == "index.html" {
		return dir
	}
	return published
}

// patterns are the rules of every site.
func patterns() []rule {
	rules := []rule{{common, Common()}}
	for _, p := range places {
		rules = append(rules, rule{p.pattern, p.headers()})
	}
	for _, d := range documents {
		rules = append(rules, rule{d.pattern(), d.headers()})
	}
	return rules
}

// headers are those that a place's rule sets: they are the same for all its files.
func (p place) headers() []Header {
	policy := Policy{Type: p.typ, Cache: p.cache, Robots: p.robots, CSP: csp(p.pattern)}
	if policy.Type == "" && !strings.Contains(path.Base(p.pattern), ":") {
		policy.Type = declared(p.pattern)
	}
	return policy.own()
}

// headers are those of a document that its place's rule does not set.
func (d document) headers() []Header {
	return Policy{Type: declared(d.file), CSP: csp(d.file)}.own()
}

// declared is the type that a _headers file names for a path. Hosts know pages, and have several names and addresses
// for them; what a file of no known kind is, they know no worse than this package.
func declared(published string) string {
	if t := Of(published).Type; t != "application/octet-stream" && extension(published) != ".html" {
		return t
	}
	return ""
}

// exact are the rules of paths that the patterns do not cover, or not wholly.
func exact(published iter.Seq[string]) []rule {
	var rules []rule
	for p := range published {
		if h := uncovered(p); len(h) > 0 {
			rules = append(rules, rule{p, h})
		}
	}
	slices.SortFunc(rules, func(a, b rule) int {
		if first := csp(a.path) != ""; first != (csp(b.path) != "") {
			if first {
				return -1
			}
			return 1
		}
		return strings.Compare(a.path, b.path)
	})
	return rules
}

// consumed are files that hosts read themselves and do not serve.
var consumed = []string{HeadersFile, "_redirects", ".nojekyll"}

// uncovered are the headers of a path that no pattern sets.
func uncovered(published string) []Header {
	if known(published) || slices.Contains(consumed, published) {
		return nil
	}
	policy := Of(published)
	policy.Type = declared(published)
	headers := policy.own()
	for _, p := range places {
		// Netlify's rules match with a slash at the end and without it, whichever they were written with.
		if matches(strings.TrimSuffix(address(p.pattern), "/"), strings.TrimSuffix(address(published), "/")) {
			set := p.headers()
			headers = slices.DeleteFunc(headers, func(h Header) bool {
				return slices.ContainsFunc(set, func(s Header) bool { return s.Name == h.Name })
			})
		}
	}
	return headers
}

// known reports whether a path is that of a document or of the page beside it: nearly all paths of a large site are.
func known(published string) bool {
	folder, rest, _ := strings.Cut(published, "/")
	_, file, _ := strings.Cut(rest, "/")
	if file == "index.html" {
		return folder == "awards"
	}
	return slices.Contains(documents, document{folder, file})
}
