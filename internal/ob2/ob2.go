// Package ob2 writes the documents of Open Badges 2.0 and, for awards, their OB 1.0 twins: Profile, BadgeClass and
// Assertion, from the domain to the bytes that are published.
//
// Every document is UTF-8 JSON, indented by two spaces, ends in a newline, and has its properties in a fixed order
// with @context, id and type first. Nothing in it depends on anything but the arguments, so that the copy baked into
// an image equals the published file byte for byte. A property without a value is left out, never null or empty.
//
// Profiles and BadgeClasses serve 1.x readers too, so image, criteria and issuer are plain URL strings and alignments
// carry the keys of both generations. Links that come from content are percent-encoded (package iri), as validators
// insist on RFC 3986. No recipient's identity leaves this package but as its salted hash.
package ob2

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"blazon/internal/badge"
	"blazon/internal/iri"
	"blazon/internal/jsontext"
	"blazon/internal/layout"
)

// context is the @context of every document. A plain string is what all validators take.
const context = "https://w3id.org/openbadges/v2"

// errImage is what a class without an image gives: OB 2.0 requires one.
var errImage = errors.New("the class has no image")

// Profile is an issuer's document (OB 2.0, Profile, with the type Issuer, which 1.1 readers know too). Its
// verification policy is that assertions stand under the site's folder of awards. The error is an address that cannot
// be made a URL.
func Profile(site layout.Site, i *badge.Issuer) ([]byte, error) {
	home, err := iri.Encode(i.URL)
	if err != nil {
		return nil, fmt.Errorf("issuer %s: url: %w", i.Slug, err)
	}
	base, err := url.Parse(site.Base)
	if err != nil {
		return nil, fmt.Errorf("base URL: %w", err)
	}
	w := jsontext.New(1 << 10)
	w.Open('{')
	head(w, site.URL(layout.Profile(i.Slug)), "Issuer")
	w.Text("name", i.Name)
	w.Text("url", home)
	w.Optional("email", i.Email)
	w.Optional("telephone", i.Telephone)
	w.Optional("description", i.Description)
	if i.Image != nil {
		w.Text("image", site.URL(layout.IssuerImage(i.Slug, i.Image.Ext())))
	}
	w.Key("verification")
	w.Open('{')
	w.Text("type", "VerificationObject")
	w.Text("startsWith", site.URL(layout.Awards))
	// Validators take only "host.tld" here and refuse the Profile for anything else. Without the property they compare
	// with the authority of the Profile's id, which comes to the same.
	if !strings.Contains(base.Host, ":") && strings.Contains(base.Host, ".") {
		w.Text("allowedOrigins", base.Host)
	}
	w.Close('}')
	if i.Signed {
		keys := signingKeys(site, i)
		if len(keys) == 1 {
			w.Text("publicKey", keys[0])
		} else {
			w.Texts("publicKey", keys...)
		}
		w.Text("revocationList", site.URL(layout.Revocations(i.Slug)))
	}
	w.Close('}')
	return w.Bytes(), nil
}

// Class is a class's document for 1.x and 2.0 readers (OB 2.0, BadgeClass, AlignmentObject; OB 1.1, BadgeClass). The
// error is a missing image or an alignment's address that cannot be made a URL.
func Class(site layout.Site, c *badge.Class) ([]byte, error) {
	if c.Image == nil {
		return nil, fmt.Errorf("class %s: %w", c.Slug, errImage)
	}
	w := jsontext.New(2 << 10)
	w.Open('{')
	head(w, site.URL(layout.Class(c.Slug)), "BadgeClass")
	w.Text("name", c.Name)
	w.Text("description", c.Description)
	w.Text("image", site.URL(layout.ClassImage(c.Slug, c.Image.Ext())))
	w.Text("criteria", site.URL(layout.ClassPage(c.Slug)))
	w.Text("issuer", site.URL(layout.Profile(c.Issuer.Slug)))
	if len(c.Alignment) > 0 {
		w.Key("alignment")
		w.Open('[')
		for n, a := range c.Alignment {
			target, err := iri.Encode(a.URL)
			if err != nil {
				return nil, fmt.Errorf("class %s: alignment %d: url: %w", c.Slug, n+1, err)
			}
			w.Element()
			w.Open('{')
			w.Text("targetName", a.Name)
			w.Text("targetUrl", target)
			w.Optional("targetDescription", a.Description)
			w.Optional("targetFramework", a.Framework)
			w.Optional("targetCode", a.Code)
			w.Text("name", a.Name)
			w.Text("url", target)
			w.Optional("description", a.Description)
			w.Close('}')
		}
		w.Close(']')
	}
	if len(c.Tags) > 0 {
		w.Key("tags")
		w.Open('[')
		for _, tag := range c.Tags {
			w.Element()
			w.Quote(tag)
		}
		w.Close(']')
	}
	w.Optional("version", c.Version)
	if c.Issuer.OB3 {
		// The way back from achievement.json, as the implementation guide of 3.0 has it.
		w.Key("related")
		w.Open('[')
		w.Element()
		w.Open('{')
		w.Text("id", site.URL(layout.Achievement(c.Slug)))
		w.Texts("type", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement")
		w.Text("version", "Open Badges v3p0")
		w.Close('}')
		w.Close(']')
	}
	w.Close('}')
	return w.Bytes(), nil
}

// head writes the three properties that every 2.0 document begins with.
func head(w *jsontext.Writer, id, kind string) {
	w.Text("@context", context)
	w.Text("id", id)
	w.Text("type", kind)
}
