// Package ob3 makes the documents of Open Badges 3.0: the Achievement of a badge class, the credential of an award and the
// status lists of an issuer, each with the statements that a signature is made over.
//
// The bytes are UTF-8 JSON, indented by two spaces, with a newline at the end and the properties in a fixed order,
// @context, id and type first. What the specification allows more than one of is always a list, as its JSON schemas
// want it; a property without a value is left out. Only terms of the two contexts are used: readers refuse others.
//
// The statements are those that a JSON-LD processor would find in the document, in the canonical form of RDFC-1.0. They
// come straight from what the document is made of, by the table of terms, so that no JSON-LD is read to sign 100,000
// credentials; a test compares with a processor.
//
//	class, err := encoder.Class(c, did)         // once a class
//	credential, err := class.Credential(award)  // once an award
//	hash := sha256.Sum256(credential.Statements())
//	text := credential.Document(proof)
package ob3

import (
	"fmt"
	"strings"

	"blazon/internal/badge"
	"blazon/internal/iri"
	"blazon/internal/layout"
)

// The contexts (OB 3.0, "JSON-LD"; VCDM 2.0, "Base Context").
const (
	credentialsContext = "https://www.w3.org/ns/credentials/v2"
	badgesContext      = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
)

// Contexts are the @context of every document but status lists, in the order in which validators want them.
func Contexts() []string { return []string{credentialsContext, badgesContext} }

// Encoder makes the documents of one site.
type Encoder struct {
	Site     layout.Site
	Language string // BCP 47, of what people wrote; may be empty
	OB2      bool   // whether 2.0 documents are published, to which those of 3.0 then link
}

// ResultID is the id of one of a class's result descriptions, to which the results of credentials refer. The error is
// an id that cannot stand in a URL.
func (e Encoder) ResultID(c *badge.Class, r *badge.ResultDescription) (string, error) {
	return iri.Encode(e.Site.URL(layout.Achievement(c.Slug)) + "#result-" + r.ID)
}

// achievement is a class as it stands in its credentials, without @context (OB 3.0, Achievement). The error is an address
// that cannot be made a URL.
//
// The creator is the issuer under the URL of its Profile, not under a DID, and only with what credentials state of an
// issuer too: a Profile's URL is never taken away, whatever keys and DIDs an issuer comes to have, so neither that nor
// an edited description changes what was signed.
func (e Encoder) achievement(c *badge.Class) (*object, error) {
	creator, err := e.issuer(c.Issuer, e.Site.URL(layout.Profile(c.Issuer.Slug)))
	if err != nil {
		return nil, err
	}
	a := &object{id: e.Site.URL(layout.Achievement(c.Slug)), kind: achievementKind}
	a.put("name", c.Name)
	a.put("description", c.Description)
	criteria := &object{id: e.Site.URL(layout.ClassPage(c.Slug)), kind: criteriaKind}
	// How an editor ends a file says nothing, so it does not change what credentials are signed over.
	criteria.put("narrative", strings.Trim(c.Criteria, "\r\n"))
	a.putObject("criteria", criteria)
	if c.Image != nil {
		a.putObject("image", e.image(layout.ClassImage(c.Slug, c.Image.Ext()), c.Image.Alt))
	}
	a.put("achievementType", c.Type)
	var targets []*object
	for n, to := range c.Alignment {
		target, err := iri.Encode(to.URL)
		if err != nil {
			return nil, fmt.Errorf("class %s: alignment %d: url: %w", c.Slug, n+1, err)
		}
		o := &object{kind: alignmentKind}
		o.put("targetName", to.Name)
		o.put("targetUrl", target)
		o.put("targetDescription", to.Description)
		o.put("targetFramework", to.Framework)
		o.put("targetCode", to.Code)
		targets = append(targets, o)
	}
	a.putObjects("alignment", targets)
	a.putObject("creator", creator)
	a.put("inLanguage", e.Language)
	a.putObjects("related", e.related(c))
	results, err := e.results(c)
	if err != nil {
		return nil, err
	}
	a.putObjects("resultDescription", results)
	a.putTexts("tag", c.Tags)
	a.put("version", c.Version)
	return a, nil
}

// issuer is an issuer with what never changes with its keys (OB 3.0, Profile).
func (e Encoder) issuer(i *badge.Issuer, id string) (*object, error) {
	home, err := iri.Encode(i.URL)
	if err != nil {
		return nil, fmt.Errorf("issuer %s: url: %w", i.Slug, err)
	}
	o := &object{id: id, kind: profileKind}
	o.put("name", i.Name)
	o.put("url", home)
	return o, nil
}

// image is a picture with its alternative text (OB 3.0, Image).
func (e Encoder) image(path, caption string) *object {
	o := &object{id: e.Site.URL(path), kind: imageKind}
	o.put("caption", caption)
	return o
}

// results are what awards of a class may state (OB 3.0, ResultDescription).
func (e Encoder) results(c *badge.Class) ([]*object, error) {
	var all []*object
	for n := range c.Results {
		r := &c.Results[n]
		id, err := e.ResultID(c, r)
		if err != nil {
			return nil, fmt.Errorf("class %s: result %d: id: %w", c.Slug, n+1, err)
		}
		o := &object{id: id, kind: resultDescriptionKind}
		o.put("name", r.Name)
		o.put("resultType", r.Type)
		o.putTexts("allowedValue", r.Allowed)
		o.put("requiredValue", r.Required)
		o.put("valueMin", r.Min)
		o.put("valueMax", r.Max)
		all = append(all, o)
	}
	return all, nil
}

// related is the class's BadgeClass, in the form of the implementation guide ("How to support both OB 2.0 and OB 3.0 as
// an Issuer"), and the achievement that the class supersedes.
func (e Encoder) related(c *badge.Class) []*object {
	var related []*object
	if e.OB2 {
		o := &object{id: e.Site.URL(layout.Class(c.Slug)), kind: badgeClassKind}
		o.put("version", "Open Badges v2p0")
		related = append(related, o)
	}
	if old := c.Supersedes; old != nil {
		o := &object{id: e.Site.URL(layout.Achievement(old.Slug)), kind: relatedKind}
		o.put("inLanguage", e.Language)
		o.put("version", old.Version)
		related = append(related, o)
	}
	return related
}

// Achievement is a class's document (OB 3.0, Achievement). The error is an address that cannot be made a URL.
func (e Encoder) Achievement(c *badge.Class) ([]byte, error) {
	a, err := e.achievement(c)
	if err != nil {
		return nil, err
	}
	a.context = Contexts()
	return a.bytes(), nil
}
