package guard

import (
	"cmp"
	"slices"
	"strings"

	"blazon/internal/badge"
)

// Law says what a change to a class with awards needs.
type Law uint8

// The laws of a change.
const (
	Free      Law = iota // it is not what the class means
	Amendable            // a text: as a correction, with a new entry in amended
	Fixed                // never: another look or scale is another class
)

// ClassPair is a class in both states; one of the two is nil where it is new or gone.
type ClassPair struct {
	Old, New *badge.Class
	Holders  int // awards of the older state that are not erased
	Changes  []Change
	Amended  []badge.Amendment // entries that are new
	Dropped  []badge.Amendment // entries that are gone
}

// Change is one thing that differs in a class.
type Change struct {
	What  string   // in words: "name", "alignment's text"
	Place []string // the keys that lead to it in the class's file; none for criteria and images
	File  string   // of an image, the file that looks different
	Old   string   // what it was, where that can be quoted
	Law   Law
}

// Slug is the class's slug.
func (p ClassPair) Slug() string { return p.Class().Slug }

// Class is the newer state of the class; the older one where it is gone.
func (p ClassPair) Class() *badge.Class {
	if p.New != nil {
		return p.New
	}
	return p.Old
}

// Refuses reports whether a change must not be published.
func (p ClassPair) Refuses(c Change) bool {
	return p.Holders > 0 && (c.Law == Fixed || c.Law == Amendable && len(p.Amended) == 0)
}

func (c *Comparison) classes() error {
	images := imageComparer{old: c.Old.Files, new: c.New.Files, seen: make(map[[4]string]string)}
	expiries := make(map[string]bool) // classes whose awards' expiry moves with them
	for _, a := range c.Awards {
		if a.Cause == ByClass {
			expiries[a.New.Class.Slug] = true
		}
	}
	for old, new := range pairs(c.Old.Catalog.Classes, c.New.Catalog.Classes, func(c *badge.Class) string { return c.Slug }) {
		p := ClassPair{Old: old, New: new}
		if old != nil {
			for _, a := range old.Awards {
				if a.Erased == nil {
					p.Holders++
				}
			}
		}
		if old != nil && new != nil {
			p.Changes = classChanges(old, new, expiries[new.Slug])
			file, err := images.differ(old.Image, new.Image)
			if err != nil {
				return err
			}
			if file != "" {
				p.Changes = append(p.Changes, Change{What: "image", File: file, Law: Fixed})
			}
			p.Amended, p.Dropped = without(new.Amended, old.Amended), without(old.Amended, new.Amended)
			if len(p.Changes) == 0 && len(p.Amended) == 0 && len(p.Dropped) == 0 {
				continue
			}
		}
		c.Classes = append(c.Classes, p)
	}
	return nil
}

// without are the entries of one list that another does not have.
func without(list, other []badge.Amendment) []badge.Amendment {
	other = slices.Clone(other)
	var rest []badge.Amendment
	for _, a := range list {
		if i := slices.Index(other, a); i >= 0 {
			other = slices.Delete(other, i, i+1)
			continue
		}
		rest = append(rest, a)
	}
	return rest
}

func classChanges(old, new *badge.Class, movesExpiry bool) []Change {
	var all []Change
	add := func(differs bool, law Law, what, was string, place ...string) {
		if differs {
			all = append(all, Change{What: what, Place: place, Old: was, Law: law})
		}
	}
	expiry := Free
	if movesExpiry {
		expiry = Fixed
	}
	add(old.Name != new.Name, Amendable, "name", old.Name, "name")
	add(old.Description != new.Description, Amendable, "description", "", "description")
	add(old.Criteria != new.Criteria, Amendable, "criteria", "")
	add(old.Version != new.Version, Amendable, "version", old.Version, "version")
	add(old.Type != new.Type, Amendable, "type", old.Type, "type")
	add(!sameAlignments(old.Alignment, new.Alignment, target), Fixed, "alignment", "", "alignment")
	add(sameAlignments(old.Alignment, new.Alignment, target) && !sameAlignments(old.Alignment, new.Alignment, whole), Amendable, "alignment's text", "", "alignment")
	add(!sameResults(old.Results, new.Results, scale), Fixed, "results", "", "results")
	add(sameResults(old.Results, new.Results, scale) && !sameResults(old.Results, new.Results, named), Amendable, "results' names", "", "results")
	add(slugOf(old.Issuer) != slugOf(new.Issuer), Fixed, "issuer", slugOf(old.Issuer), "issuer")
	add(old.ExpiresAfter != new.ExpiresAfter, expiry, "expires_after", old.ExpiresAfter.String(), "expires_after")
	add(!sameSet(old.Tags, new.Tags), Free, "tags", "", "tags")
	add(alt(old.Image) != alt(new.Image), Free, "alternative text", "", "alt")
	add(superseded(old) != superseded(new), Free, "supersedes", superseded(old), "supersedes")
	add(old.RetiredDay != new.RetiredDay, Free, "retired", old.RetiredDay, "retired")
	add(old.Repeatable != new.Repeatable, Free, "repeatable", "", "repeatable")
	return all
}

// target is what an alignment points at: where the goal is described, and its code there.
func target(a badge.Alignment) badge.Alignment { return badge.Alignment{URL: a.URL, Code: a.Code} }

func whole(a badge.Alignment) badge.Alignment { return a }

// sameAlignments compares alignments without regard to their order.
func sameAlignments(old, new []badge.Alignment, of func(badge.Alignment) badge.Alignment) bool {
	sorted := func(list []badge.Alignment) []badge.Alignment {
		all := make([]badge.Alignment, len(list))
		for i, a := range list {
			all[i] = of(a)
		}
		slices.SortFunc(all, func(a, b badge.Alignment) int {
			return cmp.Or(strings.Compare(a.URL, b.URL), strings.Compare(a.Code, b.Code), strings.Compare(a.Name, b.Name),
				strings.Compare(a.Framework, b.Framework), strings.Compare(a.Description, b.Description))
		})
		return all
	}
	return slices.Equal(sorted(old), sorted(new))
}

// scale is what a result's values are measured by; named is that with what the result is called.
func scale(r badge.ResultDescription) badge.ResultDescription {
	r.Name = ""
	return r
}

func named(r badge.ResultDescription) badge.ResultDescription { return r }

func sameResults(old, new []badge.ResultDescription, of func(badge.ResultDescription) badge.ResultDescription) bool {
	sorted := func(list []badge.ResultDescription) []badge.ResultDescription {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b badge.ResultDescription) int { return strings.Compare(a.ID, b.ID) })
		return list
	}
	return slices.EqualFunc(sorted(old), sorted(new), func(a, b badge.ResultDescription) bool {
		a, b = of(a), of(b)
		return a.ID == b.ID && a.Name == b.Name && a.Type == b.Type && a.Min == b.Min && a.Max == b.Max && a.Required == b.Required &&
			slices.Equal(a.Allowed, b.Allowed)
	})
}

func sameSet(old, new []string) bool {
	sorted := func(list []string) []string { return slices.Sorted(slices.Values(list)) }
	return slices.Equal(sorted(old), sorted(new))
}

func slugOf(i *badge.Issuer) string {
	if i == nil {
		return ""
	}
	return i.Slug
}

func alt(i *badge.Image) string {
	if i == nil {
		return ""
	}
	return i.Alt
}

func superseded(c *badge.Class) string {
	if c.Supersedes == nil {
		return ""
	}
	return c.Supersedes.Slug
}
