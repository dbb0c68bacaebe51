// Package guard compares two states of a project and says what the newer one would break: what was published stays where
// it is and keeps saying what it said (laws 1 and 3 of the design). Compare finds the differences, Problems judges them.
//
// What is compared is the catalogue, with everything resolved, and the paths of the plan. In which file an award stands,
// the order of files and awards, comments and spelling of the YAML are of no importance.
package guard

import (
	"io/fs"
	"slices"
	"strings"

	"blazon/internal/badge"
	"blazon/internal/plan"
)

// State is one state of a project.
type State struct {
	Catalog *badge.Catalog
	Plan    *plan.Plan // nil where the state has mistakes: URLs are not compared then
	Files   fs.FS      // the project's folder: images are read from it, and the places of keys
}

// Comparison is what differs between two states.
type Comparison struct {
	Old, New State
	Settings []Setting    // of the site that differ, in the order of site.yaml
	Issuers  []IssuerPair // that differ, by slug
	Classes  []ClassPair  // that differ, by slug
	Awards   []AwardPair  // that differ, by class, date and id
	Lost     []string     // machine-read paths of Old that New has not; empty where one of them has no plan
}

// Setting is a value of site.yaml that differs.
type Setting struct {
	Key      string
	Old, New string
}

// IssuerPair is an issuer in both states; one of the two is nil where it is new or gone.
type IssuerPair struct {
	Old, New *badge.Issuer
	Changed  []string    // keys of its file, without keys
	Keys     []KeyChange // in the order of their ids
}

// KeyChange is what became of a signing key.
type KeyChange struct {
	ID       string
	Old, New *badge.Key // one of the two is nil where the key is new or gone
}

// Slug is the issuer's slug.
func (p IssuerPair) Slug() string {
	if p.New != nil {
		return p.New.Slug
	}
	return p.Old.Slug
}

// Refuses reports whether a change to a key of the issuer's file must not be published.
func (p IssuerPair) Refuses(key string) bool {
	if p.Old == nil || p.New == nil {
		return false
	}
	switch key {
	case "ob3":
		return p.Old.OB3 && !p.New.OB3
	case "signed":
		return p.Old.Signed && !p.New.Signed
	case "did":
		return p.Old.OB3 && p.Old.DIDRoot != p.New.DIDRoot
	}
	return false
}

// RefusesKey reports whether what became of a signing key must not be published.
func (p IssuerPair) RefusesKey(k KeyChange) bool {
	return p.Old != nil && p.New != nil && k.Old != nil && publishes(p.Old, k.Old) && (k.New == nil || !sameKey(k.Old, k.New))
}

// Compare finds what differs. The error is one of reading an image.
func Compare(old, new State) (*Comparison, error) {
	c := &Comparison{Old: old, New: new}
	c.Settings = settings(old.Catalog.Site, new.Catalog.Site)
	c.issuers()
	c.awards()
	if err := c.classes(); err != nil {
		return nil, err
	}
	c.lost()
	return c, nil
}

func settings(old, new badge.Site) []Setting {
	forms := func(s badge.Site) string {
		var forms []string
		if s.OB1 {
			forms = append(forms, "ob1")
		}
		if s.OB2 {
			forms = append(forms, "ob2")
		}
		return strings.Join(forms, ", ")
	}
	repository := func(s badge.Site) string {
		if s.Private {
			return "private"
		}
		return "public"
	}
	var all []Setting
	for _, s := range []Setting{
		{"base_url", old.BaseURL, new.BaseURL},
		{"title", old.Title, new.Title},
		{"description", old.Description, new.Description},
		{"language", old.Language, new.Language},
		{"timezone", old.Zone.String(), new.Zone.String()},
		{"publish", forms(old), forms(new)},
		{"repository", repository(old), repository(new)},
	} {
		if s.Old != s.New {
			all = append(all, s)
		}
	}
	return all
}

func (c *Comparison) issuers() {
	for old, new := range pairs(c.Old.Catalog.Issuers, c.New.Catalog.Issuers, func(i *badge.Issuer) string { return i.Slug }) {
		p := IssuerPair{Old: old, New: new}
		if old != nil && new != nil {
			p.Changed = issuerChanges(old, new)
			p.Keys = keyChanges(old.Keys, new.Keys)
			if len(p.Changed) == 0 && len(p.Keys) == 0 {
				continue
			}
		}
		c.Issuers = append(c.Issuers, p)
	}
}

func issuerChanges(old, new *badge.Issuer) []string {
	image := func(i *badge.Issuer) badge.Image {
		if i.Image == nil {
			return badge.Image{}
		}
		return badge.Image{File: i.Image.File, SVG: i.Image.SVG}
	}
	var changed []string
	for _, field := range []struct {
		key     string
		differs bool
	}{
		{"name", old.Name != new.Name},
		{"url", old.URL != new.URL},
		{"email", old.Email != new.Email},
		{"telephone", old.Telephone != new.Telephone},
		{"description", old.Description != new.Description},
		{"image", image(old) != image(new)},
		{"signed", old.Signed != new.Signed},
		{"did", old.DIDRoot != new.DIDRoot},
		{"ob3", old.OB3 != new.OB3},
	} {
		if field.differs {
			changed = append(changed, field.key)
		}
	}
	return changed
}

func keyChanges(old, new []badge.Key) []KeyChange {
	point := func(keys []badge.Key) []*badge.Key {
		all := make([]*badge.Key, len(keys))
		for i := range keys {
			all[i] = &keys[i]
		}
		return all
	}
	var changes []KeyChange
	for o, n := range pairs(point(old), point(new), func(k *badge.Key) string { return k.ID }) {
		if o != nil && n != nil && sameKey(o, n) && o.From.Equal(n.From) && o.Until.Equal(n.Until) {
			continue
		}
		k := KeyChange{Old: o, New: n}
		if n != nil {
			k.ID = n.ID
		} else {
			k.ID = o.ID
		}
		changes = append(changes, k)
	}
	return changes
}

// lost finds the machine-read paths that are gone.
func (c *Comparison) lost() {
	old, new := c.Old.Plan, c.New.Plan
	if old == nil || new == nil {
		return
	}
	for i := range old.Len() {
		if !old.Lasting(i) {
			continue
		}
		if j, ok := new.Index(old.Path(i)); !ok || !new.Lasting(j) {
			c.Lost = append(c.Lost, old.Path(i))
		}
	}
}

// pairs yields what has one key in two lists together, in the order of the keys; nil stands for what one of the lists does
// not have.
func pairs[T any](old, new []*T, key func(*T) string) func(yield func(old, new *T) bool) {
	order := func(list []*T) []*T {
		// A catalogue's order is that of file names, where "a-b.yaml" comes before "a.yaml".
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b *T) int { return strings.Compare(key(a), key(b)) })
		return list
	}
	return func(yield func(old, new *T) bool) {
		old, new := order(old), order(new)
		for len(old) > 0 || len(new) > 0 {
			order := 0
			switch {
			case len(old) == 0:
				order = 1
			case len(new) == 0:
				order = -1
			default:
				order = strings.Compare(key(old[0]), key(new[0]))
			}
			var o, n *T
			if order <= 0 {
				o, old = old[0], old[1:]
			}
			if order >= 0 {
				n, new = new[0], new[1:]
			}
			if !yield(o, n) {
				return
			}
		}
	}
}
