// Package ob3 makes the documents of Open Badges 3.0: so far the Achievement of a badge class. A document is first a
// value, because the Achievement also stands inside every credential of its class, and then bytes.
//
// The bytes are UTF-8 JSON, indented by two spaces, with a newline at the end and the properties in a fixed order,
// @context, id and type first. What the specification allows more than one of is always a list, as its JSON schemas
// want it; a property without a value is left out. Only terms of the two contexts are used: readers refuse others.
package ob3

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"blazon/internal/badge"
	"blazon/internal/iri"
	"blazon/internal/layout"
)

// Contexts are the @context of every document (OB 3.0, "JSON-LD"), in the order in which validators want them.
func Contexts() []string {
	return []string{
		"https://www.w3.org/ns/credentials/v2",
		"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
	}
}

// Achievement is what a class's credentials are about (OB 3.0, Achievement).
type Achievement struct {
	Context           []string            `json:"@context,omitempty"` // of a document by itself; none inside a credential
	ID                string              `json:"id"`
	Type              []string            `json:"type"`
	Name              string              `json:"name"`
	Description       string              `json:"description"`
	Criteria          Criteria            `json:"criteria"`
	Image             *Image              `json:"image,omitempty"`
	AchievementType   string              `json:"achievementType,omitempty"`
	Alignment         []Alignment         `json:"alignment,omitempty"`
	Creator           Profile             `json:"creator"`
	InLanguage        string              `json:"inLanguage,omitempty"`
	Related           []Related           `json:"related,omitempty"`
	ResultDescription []ResultDescription `json:"resultDescription,omitempty"`
	Tag               []string            `json:"tag,omitempty"`
	Version           string              `json:"version,omitempty"`
}

// Criteria says how an achievement is earned (OB 3.0, Criteria).
type Criteria struct {
	ID        string `json:"id"`
	Narrative string `json:"narrative,omitempty"` // Markdown
}

// Image is a picture with its alternative text (OB 3.0, Image).
type Image struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Caption string `json:"caption,omitempty"`
}

// Alignment is a link to an outside framework or standard (OB 3.0, Alignment).
type Alignment struct {
	Type              []string `json:"type"`
	TargetName        string   `json:"targetName"`
	TargetURL         string   `json:"targetUrl"`
	TargetDescription string   `json:"targetDescription,omitempty"`
	TargetFramework   string   `json:"targetFramework,omitempty"`
	TargetCode        string   `json:"targetCode,omitempty"`
}

// Profile is an issuer, as far as it is repeated in other documents (OB 3.0, Profile).
type Profile struct {
	ID   string   `json:"id"`
	Type []string `json:"type"`
	Name string   `json:"name"`
	URL  string   `json:"url"`
}

// Related is a link to another achievement or another generation of this one (OB 3.0, Related).
type Related struct {
	ID         string   `json:"id"`
	Type       []string `json:"type"`
	InLanguage string   `json:"inLanguage,omitempty"`
	Version    string   `json:"version,omitempty"`
}

// ResultDescription is a result that credentials of a class may state (OB 3.0, ResultDescription).
type ResultDescription struct {
	ID            string   `json:"id"`
	Type          []string `json:"type"`
	Name          string   `json:"name"`
	ResultType    string   `json:"resultType"`
	AllowedValue  []string `json:"allowedValue,omitempty"`
	RequiredValue string   `json:"requiredValue,omitempty"`
	ValueMin      string   `json:"valueMin,omitempty"`
	ValueMax      string   `json:"valueMax,omitempty"`
}

// Encoder makes the documents of one site.
type Encoder struct {
	Site     layout.Site
	Language string // BCP 47, of what people wrote; may be empty
	OB2      bool   // whether BadgeClasses are published, to which achievements then link
}

// ResultID is the id of one of a class's result descriptions, to which the results of credentials refer. The error is
// an id that cannot stand in a URL.
func (e Encoder) ResultID(c *badge.Class, r *badge.ResultDescription) (string, error) {
	return iri.Encode(e.Site.URL(layout.Achievement(c.Slug)) + "#result-" + r.ID)
}

// Achievement is a class as it stands in its credentials, without @context. The error is an address that cannot be made
// a URL.
//
// The creator is the issuer under the URL of its Profile, not under a DID, and only with what credentials state of an
// issuer too: a Profile's URL is never taken away, whatever keys and DIDs an issuer comes to have, so neither that nor
// an edited description changes what was signed.
func (e Encoder) Achievement(c *badge.Class) (Achievement, error) {
	// How an editor ends a file says nothing, so it does not change what credentials are signed over.
	narrative := strings.Trim(c.Criteria, "\r\n")
	home, err := iri.Encode(c.Issuer.URL)
	if err != nil {
		return Achievement{}, fmt.Errorf("issuer %s: url: %w", c.Issuer.Slug, err)
	}
	a := Achievement{
		ID:              e.Site.URL(layout.Achievement(c.Slug)),
		Type:            []string{"Achievement"},
		Name:            c.Name,
		Description:     c.Description,
		Criteria:        Criteria{ID: e.Site.URL(layout.ClassPage(c.Slug)), Narrative: narrative},
		AchievementType: c.Type,
		Creator: Profile{
			ID:   e.Site.URL(layout.Profile(c.Issuer.Slug)),
			Type: []string{"Profile"},
			Name: c.Issuer.Name,
			URL:  home,
		},
		InLanguage: e.Language,
		Related:    e.related(c),
		Tag:        c.Tags,
		Version:    c.Version,
	}
	if c.Image != nil {
		a.Image = &Image{
			ID:      e.Site.URL(layout.ClassImage(c.Slug, c.Image.Ext())),
			Type:    "Image",
			Caption: c.Image.Alt,
		}
	}
	for n, to := range c.Alignment {
		target, err := iri.Encode(to.URL)
		if err != nil {
			return Achievement{}, fmt.Errorf("class %s: alignment %d: url: %w", c.Slug, n+1, err)
		}
		a.Alignment = append(a.Alignment, Alignment{
			Type:              []string{"Alignment"},
			TargetName:        to.Name,
			TargetURL:         target,
			TargetDescription: to.Description,
			TargetFramework:   to.Framework,
			TargetCode:        to.Code,
		})
	}
	for n := range c.Results {
		r := &c.Results[n]
		id, err := e.ResultID(c, r)
		if err != nil {
			return Achievement{}, fmt.Errorf("class %s: result %d: id: %w", c.Slug, n+1, err)
		}
		a.ResultDescription = append(a.ResultDescription, ResultDescription{
			ID:            id,
			Type:          []string{"ResultDescription"},
			Name:          r.Name,
			ResultType:    r.Type,
			AllowedValue:  r.Allowed,
			RequiredValue: r.Required,
			ValueMin:      r.Min,
			ValueMax:      r.Max,
		})
	}
	return a, nil
}

// related is the class's BadgeClass, in the form of the implementation guide ("How to support both OB 2.0 and OB 3.0 as
// an Issuer"), and the achievement that the class supersedes.
func (e Encoder) related(c *badge.Class) []Related {
	var related []Related
	if e.OB2 {
		related = append(related, Related{
			ID:      e.Site.URL(layout.Class(c.Slug)),
			Type:    []string{"Related", "https://w3id.org/openbadges#BadgeClass"},
			Version: "Open Badges v2p0",
		})
	}
	if old := c.Supersedes; old != nil {
		related = append(related, Related{
			ID:         e.Site.URL(layout.Achievement(old.Slug)),
			Type:       []string{"Related"},
			InLanguage: e.Language,
			Version:    old.Version,
		})
	}
	return related
}

// Document is a class's Achievement as it is published by itself. Errors are those of Achievement.
func (e Encoder) Document(c *badge.Class) ([]byte, error) {
	a, err := e.Achievement(c)
	if err != nil {
		return nil, err
	}
	a.Context = Contexts()
	return marshal(a)
}

// marshal is a document's bytes.
func marshal(document any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
