// Package fetch is the program's only door to the web: it gets one document by its URL, and is built to be pointed at
// addresses that strangers chose.
//
//	web := fetch.NewWeb(fetch.Options{})
//	answer, err := web.Get(ctx, "https://badges.example.org/awards/x/assertion.json", fetch.JSON)
//	if err == nil {
//		err = answer.Err() // is it there?
//	}
//
// A Web asks https only, follows few redirects, stops at a size and a time, and connects to no private, loopback or
// link-local address, whatever a name resolves to. It sends no cookies, no credentials and no referrer, and asks no proxy.
// A Site answers the URLs below a base from a folder, as a static host would, and Sites puts several before a Web.
package fetch

import (
	"fmt"
	"net/url"
	"strings"
)

// Accept headers of what verifiers ask for.
const (
	JSON  = "application/ld+json, application/json;q=0.9, image/png;q=0.5, image/svg+xml;q=0.5, */*;q=0.1"
	Image = "image/png, image/svg+xml;q=0.9, */*;q=0.1"
	Any   = "application/ld+json, application/json;q=0.9, text/html;q=0.5, */*;q=0.4"
)

// Answer is what a server said, whatever its status.
type Answer struct {
	Status int
	URL    string // after redirects, without fragment
	Type   string // the Content-Type header as sent
	Body   []byte // unpacked
}

// Kind tells apart what can go wrong, because different things follow from it.
type Kind string

const (
	Missing     Kind = "missing"     // the server says that there is nothing (404) or nothing any more (410)
	Unreachable Kind = "unreachable" // no answer, or one that says neither that it is there nor that it is not
	Refused     Kind = "refused"     // not asked, or not read to the end: it is against the rules of whoever asks
)

// Error says why there is no document. Only Missing is a statement about the document itself.
type Error struct {
	URL    string
	Kind   Kind
	Reason string
}

func (e *Error) Error() string { return shorten(e.URL) + ": " + e.Reason }

// shorten keeps a hostile address from filling the screen.
func shorten(address string) string {
	const most = 200
	if len(address) > most {
		return address[:most] + "…"
	}
	return address
}

// Err is nil where the status says that the document is there: 200. Otherwise it is an *Error.
func (a *Answer) Err() error {
	switch a.Status {
	case 200:
		return nil
	case 404:
		return &Error{a.URL, Missing, "there is nothing (404)"}
	case 410:
		return &Error{a.URL, Missing, "it was taken away (410)"}
	}
	return &Error{a.URL, Unreachable, fmt.Sprintf("the server answers with status %d", a.Status)}
}

// parse checks what every URL that is fetched must be: absolute, http or https, with a host and without credentials. The
// fragment is not part of what is asked for.
func parse(address string) (*url.URL, error) {
	refuse := func(reason string) error { return &Error{address, Refused, reason} }
	if len(address) > 8<<10 {
		return nil, refuse("the address is too long")
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, refuse("this is not a URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, refuse("not an http or https URL")
	case u.Opaque != "" || u.Hostname() == "":
		return nil, refuse("the URL has no host")
	case u.User != nil:
		return nil, &Error{u.Scheme + "://" + u.Host + u.EscapedPath(), Refused, "a URL with a user name or a password is not asked for"}
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// WithoutFragment is a URL without what follows its first "#".
func WithoutFragment(address string) string {
	address, _, _ = strings.Cut(address, "#")
	return address
}
