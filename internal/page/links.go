package page

import (
	"blazon/internal/iri"
	"fmt"
	"net/url"
	"path"
	"strings"
)

// Links makes the links of one page. It is a part of every view that stands for a page, so that templates can link to
// files and pages of their own.
type Links struct {
	from   string            // the page's published path
	root   string            // what root-absolute links begin with, as on the 404 page; empty: links are relative
	assets map[string]string // published path to content hash
}

// Asset is the link to a file of the site/ folder, with its content hash, so that a changed file is fetched anew. It is
// an error when there is no such file.
func (l Links) Asset(name string) (string, error) {
	hash, ok := l.assets[name]
	if !ok {
		return "", fmt.Errorf("there is no file %q in site/", name)
	}
	return l.to((&url.URL{Path: name}).EscapedPath()) + "?v=" + url.QueryEscape(hash), nil
}

// Href is the link to a page or file of the site, named by its address under the base URL: "about/".
func (l Links) Href(address string) string {
	return l.to(strings.TrimPrefix(address, "/"))
}

// to is the link to a published path, or to an address under the base URL.
func (l Links) to(published string) string {
	address := published
	if path.Base(address) == "index.html" {
		address = strings.TrimSuffix(address, "index.html")
	}
	if l.root != "" {
		return l.root + address
	}
	return relative(l.from, address)
}

// relative is the link from one path to another, both below the same root.
func relative(from, to string) string {
	here := strings.Split(from, "/")
	there := strings.Split(to, "/")
	same := 0
	for same < len(here)-1 && same < len(there)-1 && here[same] == there[same] {
		same++
	}
	link := strings.Repeat("../", len(here)-1-same) + strings.Join(there[same:], "/")
	// A colon in the first segment would read as a scheme.
	if first, _, _ := strings.Cut(link, "/"); link == "" || strings.ContainsRune(first, ':') {
		return "./" + link
	}
	return link
}

// destination is where a link in a Markdown text leads.
type destination struct {
	href    string
	outside bool   // another site, a mailbox or a telephone
	address string // on this site, the address under the base URL where it is known
	here    bool   // only a fragment of the page itself
}

// schemes are those that a link may have. Everything else is text.
var schemes = map[string]bool{"http": true, "https": true, "mailto": true, "tel": true}

// resolve decides what becomes of a link or picture address, which is percent-encoded and has no entities left. ok is
// false where it may not stand.
func (l Links) resolve(base, dest string) (d destination, ok bool) {
	if rest, cut := strings.CutPrefix(dest, base); cut && (rest == "" || strings.ContainsRune("/?#", rune(rest[0]))) {
		dest = "/" + strings.TrimPrefix(rest, "/")
	}
	switch {
	case dest == "":
		return d, false
	case dest[0] == '#':
		return destination{href: dest, here: true}, true
	case strings.HasPrefix(dest, "//"):
		return destination{href: "https:" + dest, outside: true}, true
	case dest[0] == '/':
		return l.onSite(dest), true
	}
	stop := strings.IndexAny(dest, ":/?#")
	if stop >= 0 && dest[stop] == ':' {
		scheme := strings.ToLower(dest[:stop])
		return destination{href: scheme + dest[stop:], outside: true}, schemes[scheme]
	}
	address, rest := cutSuffix(dest)
	return l.onSite("/" + path.Dir(l.from) + "/" + address + rest), true
}

var dots = strings.NewReplacer("%2e", ".", "%2E", ".")

// onSite resolves an address that begins at the site's root. It never leaves the site: "/../x" is "/x".
func (l Links) onSite(dest string) destination {
	address, rest := cutSuffix(dest)
	address = dots.Replace(address) // which browsers take for dots when they look for ".."
	clean := strings.TrimPrefix(path.Clean(address), "/")
	last := path.Base(address)
	if clean != "" && (strings.HasSuffix(address, "/") || last == "." || last == "..") {
		clean += "/"
	}
	return destination{href: l.to(clean) + rest, address: clean}
}

// cutSuffix parts an address from its query and fragment.
func cutSuffix(dest string) (address, rest string) {
	if i := strings.IndexAny(dest, "?#"); i >= 0 {
		return dest[:i], dest[i:]
	}
	return dest, ""
}

// web is the address where it is one that a browser may be sent to, else empty.
func web(address string) string {
	encoded, err := iri.Encode(address)
	if err != nil {
		return ""
	}
	return encoded
}
