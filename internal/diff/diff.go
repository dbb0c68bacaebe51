// Package diff says what differs between two states of a project in the words of badges: awards of a class, revocations,
// pictures, keys, pages. It says it as data, as text, and as Markdown for a public place. None of the three holds a
// recipient's identity or an award's id: awards are counted by their class.
package diff

import (
	"cmp"
	"slices"
	"strings"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/guard"
	"blazon/internal/rule"
)

// Diff is what differs. Lists are never nil, so that JSON has them as lists.
type Diff struct {
	Settings []Setting `json:"settings"`
	Issuers  []Issuer  `json:"issuers"`
	Classes  []Class   `json:"classes"`
	Awards   []Awards  `json:"awards"`
	Pages    *Pages    `json:"pages"`   // nil where one of the states publishes nothing because of its mistakes
	URLs     *URLs     `json:"urls"`    // as Pages
	Refused  bool      `json:"refused"` // whether blazon check --base refuses it
}

// State says what became of something.
type State string

// The states of what differs.
const (
	New     State = "new"
	Gone    State = "gone"
	Changed State = "changed"
)

// Setting is a key of site.yaml.
type Setting struct {
	Key     string `json:"key"`
	Old     string `json:"old"`
	New     string `json:"new"`
	Refused bool   `json:"refused"`
}

// Issuer is an issuer that differs.
type Issuer struct {
	Slug    string   `json:"slug"`
	Name    string   `json:"name"`
	State   State    `json:"state"`
	Changes []string `json:"changes"` // keys of its file
	Refused []string `json:"refused"` // those of them that must not change so
	Keys    []Key    `json:"keys"`
}

// Key is a signing key that differs.
type Key struct {
	ID      string `json:"id"`
	State   State  `json:"state"`
	Refused bool   `json:"refused"`
}

// Class is a badge class that differs.
type Class struct {
	Slug    string        `json:"slug"`
	Name    string        `json:"name"`
	State   State         `json:"state"`
	Holders int           `json:"holders"` // awards that it has in the older state, but for erased ones
	Changes []ClassChange `json:"changes"`
	Amended []Amendment   `json:"amended"` // corrections that are new
}

// ClassChange is one thing that differs in a class.
type ClassChange struct {
	What    string `json:"what"`
	Refused bool   `json:"refused"`
}

// Amendment is a recorded correction.
type Amendment struct {
	Date   string `json:"date"`
	Reason string `json:"reason"`
}

// Awards are the awards of a class that differ.
type Awards struct {
	Class     string   `json:"class"` // slug
	Name      string   `json:"name"`
	New       int      `json:"new"`
	Public    int      `json:"public"`  // of the new ones
	Expire    []Year   `json:"expire"`  // of the new ones, by year
	Revoked   []Reason `json:"revoked"` // the reasons, each with how many have it
	Withdrawn int      `json:"withdrawn"`
	Erased    int      `json:"erased"`
	Gone      int      `json:"gone"`
	Changes   []Count  `json:"changes"` // what else differs
}

// Year is how many awards expire in a year, on the calendar of the site's zone.
type Year struct {
	Year  int `json:"year"`
	Count int `json:"count"`
}

// Reason is how many awards were revoked for a reason.
type Reason struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// Count is how many awards differ in something.
type Count struct {
	What    string `json:"what"`
	Count   int    `json:"count"`
	Refused bool   `json:"refused"`
}

// Pages is how many pages for people differ.
type Pages struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Gone    int `json:"gone"`
}

// URLs is how many machine-read URLs there are more or less.
type URLs struct {
	New  int `json:"new"`
	Lost int `json:"lost"`
}

// Of tells a comparison in words and numbers. Pages is for the caller: counting them takes longer.
func Of(c *guard.Comparison) Diff {
	d := Diff{Settings: []Setting{}, Issuers: []Issuer{}, Classes: []Class{}, Awards: []Awards{}}
	problems := c.Problems()
	d.Refused = diag.HasErrors(problems)
	d.settings(c, problems)
	for _, p := range c.Issuers {
		d.Issuers = append(d.Issuers, issuer(p))
	}
	for _, p := range c.Classes {
		d.Classes = append(d.Classes, class(p))
	}
	d.awards(c)
	d.urls(c)
	return d
}

// Empty reports whether nothing differs.
func (d Diff) Empty() bool {
	return len(d.Settings)+len(d.Issuers)+len(d.Classes)+len(d.Awards) == 0 &&
		(d.Pages == nil || *d.Pages == Pages{}) && (d.URLs == nil || *d.URLs == URLs{})
}

func (d *Diff) settings(c *guard.Comparison, problems []diag.Problem) {
	refused := make(map[string]bool)
	for _, p := range problems {
		switch {
		case p.Rule == rule.BaseURLMoved.Name:
			refused["base_url"] = true
		case p.Rule == rule.PublishShrunk.Name:
			refused["publish"] = true
		case p.Rule == rule.AwardChanged.Name && p.File == "content/site.yaml":
			refused["timezone"] = true
		}
	}
	for _, s := range c.Settings {
		d.Settings = append(d.Settings, Setting{s.Key, clean(s.Old), clean(s.New), refused[s.Key]})
	}
}

func state[T any](old, new *T) State {
	switch {
	case old == nil:
		return New
	case new == nil:
		return Gone
	}
	return Changed
}

func issuer(p guard.IssuerPair) Issuer {
	name := p.New
	if name == nil {
		name = p.Old
	}
	i := Issuer{Slug: p.Slug(), Name: clean(name.Name), State: state(p.Old, p.New), Changes: append([]string{}, p.Changed...), Refused: []string{}, Keys: []Key{}}
	for _, key := range p.Changed {
		if p.Refuses(key) {
			i.Refused = append(i.Refused, key)
		}
	}
	for _, k := range p.Keys {
		i.Keys = append(i.Keys, Key{k.ID, state(k.Old, k.New), p.RefusesKey(k)})
	}
	return i
}

func class(p guard.ClassPair) Class {
	c := Class{Slug: p.Slug(), Name: clean(p.Class().Name), State: state(p.Old, p.New), Holders: p.Holders, Changes: []ClassChange{}, Amended: []Amendment{}}
	for _, change := range p.Changes {
		c.Changes = append(c.Changes, ClassChange{change.What, p.Refuses(change)})
	}
	for _, a := range p.Amended {
		c.Amended = append(c.Amended, Amendment{a.Day, clean(a.Reason)})
	}
	return c
}

// others are the aspects of an award that are told by their number alone.
var others = []struct {
	aspect  guard.Aspects
	what    string
	refused bool
}{
	{guard.Recipient, "recipient", true}, {guard.Class, "badge", true}, {guard.Issued, "issued", true}, {guard.Expires, "expires", true},
	{guard.Slot, "status_index", true}, {guard.Unerased, "no longer erased", true}, {guard.Details, "details", false}, {guard.Public, "public", false},
	{guard.Reworded, "revocation", false},
}

func (d *Diff) awards(c *guard.Comparison) {
	var last *Awards
	for _, p := range c.Awards { // by class
		a := p.Award()
		if last == nil || last.Class != a.Class.Slug {
			d.Awards = append(d.Awards, Awards{Class: a.Class.Slug, Name: clean(a.Class.Name), Expire: []Year{}, Revoked: []Reason{}, Changes: []Count{}})
			last = &d.Awards[len(d.Awards)-1]
		}
		last.add(p, c.New.Catalog.Site)
	}
	for i := range d.Awards {
		a := &d.Awards[i]
		slices.SortFunc(a.Expire, func(x, y Year) int { return x.Year - y.Year })
		slices.SortFunc(a.Revoked, func(x, y Reason) int { return cmp.Or(y.Count-x.Count, strings.Compare(x.Reason, y.Reason)) })
		for _, o := range others {
			if i := slices.IndexFunc(a.Changes, func(c Count) bool { return c.What == o.what }); i >= 0 { // in their order
				a.Changes = append(a.Changes, a.Changes[i])
				a.Changes = slices.Delete(a.Changes, i, i+1)
			}
		}
	}
}

func (a *Awards) add(p guard.AwardPair, site badge.Site) {
	switch {
	case p.New == nil:
		a.Gone++
		return
	case p.Old == nil:
		a.New++
		a.Public += count(p.New.Public)
		a.Erased += count(p.New.Erased != nil)
		if p.New.Revoked != nil && p.New.Erased == nil {
			a.revoked(p.New.Revoked.Reason)
		}
		if e := p.New.Expires; !e.IsZero() && p.New.Erased == nil {
			a.expires(e.In(site.Zone).Year())
		}
		return
	}
	a.Withdrawn += count(p.Changed.Is(guard.Withdrawn))
	a.Erased += count(p.Changed.Is(guard.Erased))
	if p.Changed.Is(guard.Revoked) {
		a.revoked(p.New.Revoked.Reason)
	}
	for _, o := range others {
		if !p.Changed.Is(o.aspect) {
			continue
		}
		i := slices.IndexFunc(a.Changes, func(c Count) bool { return c.What == o.what })
		if i < 0 {
			i = len(a.Changes)
			a.Changes = append(a.Changes, Count{What: o.what, Refused: o.refused})
		}
		a.Changes[i].Count++
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (a *Awards) revoked(reason string) {
	reason = clean(reason)
	i := slices.IndexFunc(a.Revoked, func(r Reason) bool { return r.Reason == reason })
	if i < 0 {
		i = len(a.Revoked)
		a.Revoked = append(a.Revoked, Reason{Reason: reason})
	}
	a.Revoked[i].Count++
}

func (a *Awards) expires(year int) {
	i := slices.IndexFunc(a.Expire, func(y Year) bool { return y.Year == year })
	if i < 0 {
		i = len(a.Expire)
		a.Expire = append(a.Expire, Year{Year: year})
	}
	a.Expire[i].Count++
}

func (d *Diff) urls(c *guard.Comparison) {
	old, new := c.Old.Plan, c.New.Plan
	if old == nil || new == nil {
		return
	}
	d.URLs = &URLs{Lost: len(c.Lost)}
	if c.Old.Catalog.Site.BaseURL != c.New.Catalog.Site.BaseURL && old.Len() > 0 {
		d.URLs.Lost = 0
		for i := range old.Len() { // all of them move
			d.URLs.Lost += count(old.Lasting(i))
		}
	}
	for i := range new.Len() {
		if !new.Lasting(i) {
			continue
		}
		if j, ok := old.Index(new.Path(i)); !ok || !old.Lasting(j) {
			d.URLs.New++
		}
	}
}
