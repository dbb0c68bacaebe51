package guard

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"blazon/internal/badge"
)

// Aspects are what differs between two states of an award.
type Aspects uint32

// The aspects of an award. Those before Details are published statements that must not change.
const (
	Recipient Aspects = 1 << iota
	Class
	Issued
	Expires
	Slot      // where it was published
	Unerased  // it was erased
	Details   // name, narrative, evidence or results
	Public    // whether it may be listed
	Revoked   // it is now
	Withdrawn // it was revoked
	Reworded  // the date or the reason of the revocation
	Erased    // it is now
)

// fixed are the aspects that must not change.
const fixed = Recipient | Class | Issued | Expires | Slot | Unerased

// Is reports whether one of some aspects is among them.
func (a Aspects) Is(some Aspects) bool { return a&some != 0 }

// AwardPair is an award in both states; one of the two is nil where it is new or gone.
type AwardPair struct {
	Old, New *badge.Award
	Changed  Aspects
	Cause    Cause
}

// Cause is where another date comes from that an award does not state itself.
type Cause uint8

// The causes of another date.
const (
	Itself  Cause = iota
	ByClass       // expires_after
	ByZone        // timezone
)

// Award is the newer state of the award; the older one where it is gone.
func (p AwardPair) Award() *badge.Award {
	if p.New != nil {
		return p.New
	}
	return p.Old
}

// Refused reports whether the pair is one that must not be published.
func (p AwardPair) Refused() bool { return p.New == nil || p.Changed.Is(fixed) }

// stamped are the awards with an id, each id once, by id.
func stamped(awards []*badge.Award) []*badge.Award {
	var all []*badge.Award
	for _, a := range awards {
		if a.ID != "" && (len(all) == 0 || all[len(all)-1].ID != a.ID) {
			all = append(all, a)
		}
	}
	return all
}

func (c *Comparison) awards() {
	old, new := stamped(c.Old.Catalog.Awards), stamped(c.New.Catalog.Awards)
	for o, n := range pairs(old, new, func(a *badge.Award) string { return a.ID }) {
		p := AwardPair{Old: o, New: n}
		if o != nil && n != nil {
			p.Changed = aspects(o, n)
			if p.Changed == 0 {
				continue
			}
			p.Cause = c.cause(p)
		}
		c.Awards = append(c.Awards, p)
	}
	slices.SortFunc(c.Awards, func(a, b AwardPair) int {
		x, y := a.Award(), b.Award()
		return cmp.Or(strings.Compare(x.Class.Slug, y.Class.Slug), x.Issued.Compare(y.Issued), strings.Compare(x.ID, y.ID))
	})
}

func aspects(old, new *badge.Award) Aspects {
	var a Aspects
	is := func(differs bool, aspect Aspects) {
		if differs {
			a |= aspect
		}
	}
	is(old.Class.Slug != new.Class.Slug, Class)
	is(!old.Issued.Equal(new.Issued), Issued)
	is(old.StatusIndex >= 0 && old.StatusIndex != new.StatusIndex && published3(old), Slot)
	switch {
	case old.Erased != nil && new.Erased == nil:
		return a | Unerased
	case old.Erased == nil && new.Erased != nil:
		return a | Erased
	case old.Erased != nil:
		return a
	}
	is(!old.Expires.Equal(new.Expires), Expires)
	is(!sameRecipient(old, new), Recipient)
	is(old.Public != new.Public, Public)
	is(!sameDetails(old.Details, new.Details), Details)
	is(old.Revoked == nil && new.Revoked != nil, Revoked)
	is(old.Revoked != nil && new.Revoked == nil, Withdrawn)
	is(old.Revoked != nil && new.Revoked != nil && (old.Revoked.Day != new.Revoked.Day || old.Revoked.Reason != new.Revoked.Reason), Reworded)
	return a
}

// published3 reports whether an award's OB 3.0 documents, in which its slot stands, are published.
func published3(a *badge.Award) bool { return a.Class.Issuer != nil && a.Class.Issuer.OB3 }

// sameRecipient compares what is published of two recipients: a hash in place of the address that it was made of is the
// same.
func sameRecipient(old, new *badge.Award) bool {
	if old.Recipient == new.Recipient {
		return true
	}
	if old.Recipient.Kind == badge.DID || new.Recipient.Kind == badge.DID {
		return false
	}
	return old.Identity() == new.Identity()
}

func sameDetails(old, new *badge.Details) bool {
	if old == nil || new == nil {
		return old == new
	}
	return old.Name == new.Name && old.Narrative == new.Narrative && slices.Equal(old.Evidence, new.Evidence) &&
		slices.EqualFunc(old.Results, new.Results, func(a, b badge.Result) bool {
			return a.Of.ID == b.Of.ID && a.Value == b.Value && a.Status == b.Status
		})
}

// cause finds where another date comes from.
func (c *Comparison) cause(p AwardPair) Cause {
	o, n := p.Old, p.New
	if !p.Changed.Is(Issued|Expires) || p.Changed.Is(Class) {
		return Itself
	}
	from, to := c.Old.Catalog.Site.Zone, c.New.Catalog.Site.Zone
	if from.String() != to.String() && sameClock(o.Issued, from, n.Issued, to) && sameClock(o.Expires, from, n.Expires, to) {
		return ByZone
	}
	if !p.Changed.Is(Issued) && o.Class.ExpiresAfter != n.Class.ExpiresAfter && n.At.Expires == n.At.Award {
		return ByClass
	}
	return Itself
}

// sameClock reports whether two moments are the same on the clocks of two zones.
func sameClock(a time.Time, from *time.Location, b time.Time, to *time.Location) bool {
	const wall = "2006-01-02T15:04:05"
	return a.IsZero() == b.IsZero() && (a.IsZero() || a.In(from).Format(wall) == b.In(to).Format(wall))
}
