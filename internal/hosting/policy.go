// Package hosting says what a host sends with each published file besides its bytes. There is one table; the file
// _headers, the lines for nginx and Caddy in docs/hosting.md and the policy in the pages themselves are made from it.
package hosting

import (
	"path"
	"slices"
	"strings"

	"blazon/internal/layout"
)

// How long a copy of a file may be used without asking whether it is still the one. No file is immutable: an address
// stays when its file changes, and the hash that pages add to it, as a query, is nothing that a rule by path can see.
const (
	brief = "public, max-age=300"   // what says whether an award stands, and whom to believe
	usual = "public, max-age=3600"  // what only changes when somebody writes
	long  = "public, max-age=86400" // what pages name with a hash of its content
)

// What a page may load (Content Security Policy Level 3): style sheets, pictures, scripts and fonts of its own site, and
// nothing in line. Nobody may frame it; a meta element cannot say that, and would be complained of if it did.
const (
	pageMeta = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'"
	page     = pageMeta + "; frame-ancestors 'none'"
	svg      = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
)

// PageMeta is the Content-Security-Policy of pages, for a meta element: it is for hosts that send no headers, and says
// the same where the host sends one.
const PageMeta = pageMeta

// Policy is what a host sends with one file, besides Common.
type Policy struct {
	Type   string // Content-Type
	Cache  string // Cache-Control
	CSP    string // Content-Security-Policy; empty: none
	Robots string // X-Robots-Tag; empty: none
}

// Header is one field of a response.
type Header struct{ Name, Value string }

// Common are the headers of every file, sorted by name. Anybody's page may read what is published: validators and
// wallets run in browsers.
func Common() []Header {
	return []Header{
		{"Access-Control-Allow-Origin", "*"},
		{"Referrer-Policy", "no-referrer"},
		{"X-Content-Type-Options", "nosniff"},
	}
}

// Headers are all headers of the policy: Common, then its own, sorted by name.
func (p Policy) Headers() []Header {
	return append(Common(), p.own()...)
}

func (p Policy) own() []Header {
	all := []Header{{"Cache-Control", p.Cache}, {"Content-Security-Policy", p.CSP}, {"Content-Type", p.Type}, {"X-Robots-Tag", p.Robots}}
	return slices.DeleteFunc(all, func(h Header) bool { return h.Value == "" })
}

// place is a part of the published tree. In a pattern, a segment that begins with a colon stands for any one segment.
type place struct {
	pattern string
	cache   string
	robots  string
	typ     string // of the files that a pattern with an open end stands for, where it is always the same
}

// places are the parts of the tree whose files are cached otherwise than their extension says, or are not for search
// engines. Of two patterns that match a path the first one counts; no URL has the form of two. What is not listed is a
// page, or a file of site/.
var places = []place{
	{pattern: layout.Home, cache: usual},
	{pattern: layout.NotFound, cache: brief},
	{pattern: layout.Catalogue, cache: usual},
	{pattern: "catalogue/:n/index.html", cache: usual},
	{pattern: layout.ClassPage(":slug"), cache: usual},
	{pattern: "badges/:slug/holders/:n/index.html", cache: usual},
	{pattern: "badges/:slug/:file", cache: usual},
	{pattern: layout.IssuerPage(":slug"), cache: brief},
	{pattern: "issuers/:slug/badges/:n/index.html", cache: brief},
	{pattern: "issuers/:slug/:file", cache: brief},
	{pattern: "issuers/:slug/keys/:file", cache: brief, typ: "application/json"},
	{pattern: "issuers/:slug/status/:file", cache: brief, typ: "application/json"},
	{pattern: layout.AwardPage(":id"), cache: brief},
	{pattern: "awards/:id/:file", cache: brief, robots: "noindex"},
	{pattern: layout.Ledger, cache: brief},
	{pattern: "did.json", cache: brief},
	{pattern: ".well-known/did.json", cache: brief},
	{pattern: "issuer.js", cache: usual}, // its address is written into other people's pages, without a hash
}

// document is a file that each folder of one kind may have.
type document struct{ folder, file string }

// documents are the files whose exact type matters to those who read them: validators compare the whole header of a
// picture, and hosts do not know what a .jws is.
var documents = []document{
	{"badges", "achievement.json"}, {"badges", "class.json"}, {"badges", "image.png"}, {"badges", "image.svg"},
	{"issuers", "did.json"}, {"issuers", "image.png"}, {"issuers", "image.svg"}, {"issuers", "profile.json"}, {"issuers", "revocations.json"},
	{"awards", "assertion-1.json"}, {"awards", "assertion.json"}, {"awards", "badge.png"}, {"awards", "badge.svg"},
	{"awards", "credential.json"}, {"awards", "credential.jwt"}, {"awards", "credential.svg"}, {"awards", "signed.json"}, {"awards", "signed.jws"},
}

// pattern is the form of the document's paths.
func (d document) pattern() string { return d.folder + "/:name/" + d.file }

// hashed are the extensions of files that pages name with a hash.
var hashed = []string{".css", ".js", ".mjs", ".woff", ".woff2"}

// Of is the policy of a published path.
func Of(published string) Policy {
	p := Policy{Type: layout.Type(published), Cache: usual, CSP: csp(published)}
	if at, ok := find(published); ok {
		p.Cache, p.Robots = at.cache, at.robots
	} else if slices.Contains(hashed, extension(published)) {
		p.Cache = long
	}
	return p
}

func csp(published string) string {
	switch extension(published) {
	case ".html":
		return page
	case ".svg":
		return svg
	}
	return ""
}

func extension(published string) string { return strings.ToLower(path.Ext(published)) }

// find is the place of a path. Pages come before the files beside them.
func find(published string) (place, bool) {
	for _, p := range places {
		if matches(p.pattern, published) {
			return p, true
		}
	}
	return place{}, false
}

// matches reports whether a path has a pattern's form.
func matches(pattern, published string) bool {
	for {
		want, wanted, more := strings.Cut(pattern, "/")
		got, rest, further := strings.Cut(published, "/")
		if more != further || want != got && (got == "" || want == "" || want[0] != ':') {
			return false
		}
		if !more {
			return true
		}
		pattern, published = wanted, rest
	}
}
