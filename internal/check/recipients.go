package check

import (
	"cmp"
	"fmt"
	"slices"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/rule"
)

// compareLimit is how many times one class's addresses are hashed to find them among its hashed recipients: about two
// seconds' worth.
const compareLimit = 20_000_000

func comparePos(a, b diag.Pos) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

func place(p diag.Pos) string { return fmt.Sprintf("%s:%d", diag.Mask(p.File), p.Line) }

// recipients finds classes that one recipient has twice at a time.
func (c *checker) recipients() {
	for _, class := range c.cat.Classes {
		if class.Repeatable {
			continue
		}
		var awards []*badge.Award
		for _, a := range class.Awards {
			if a.State() == badge.Valid && a.Recipient.Kind != badge.NoRecipient {
				awards = append(awards, a)
			}
		}
		slices.SortStableFunc(awards, func(a, b *badge.Award) int {
			return cmp.Or(a.Issued.Compare(b.Issued), comparePos(a.Pos(a.At.Award), b.Pos(b.At.Award)))
		})
		c.twice(class, awards)
	}
}

// twice reports each award whose recipient holds an earlier one that is still valid on its day.
func (c *checker) twice(class *badge.Class, awards []*badge.Award) {
	same, complete := groups(awards)
	if !complete {
		p := rule.AwardTwice.At(class.Pos, "", "the class has too many hashed recipients to compare each with every address; hashes were compared with hashes only")
		p.Severity = diag.Warning
		c.report(p)
	}
	for _, group := range same {
		for i, a := range group {
			for _, earlier := range group[:i] {
				if !earlier.Expires.IsZero() && !earlier.Expires.After(a.Issued) {
					continue
				}
				c.report(rule.AwardTwice.At(a.Pos(a.At.Recipient), "remove one of them, revoke the older, or write repeatable: true in the class",
					"this recipient has the class %s already: %s", class.Slug, place(earlier.Pos(earlier.At.Award))))
				break
			}
		}
	}
}

// groups puts awards of one recipient together, each group in the given order. Two plain identities are the same where
// their texts are, two hashes where text and salt are, a plain identity and a hash where hashing it with the hash's salt
// gives it. Two hashes with different salts cannot be compared. The answer is incomplete where the last kind of
// comparison would take too long.
func groups(awards []*badge.Award) (same [][]*badge.Award, complete bool) {
	byIdentity := make(map[badge.Recipient][]*badge.Award, len(awards))
	single := make([]*badge.Award, len(awards)) // room for the first of each: most have no other
	var hashed []badge.Recipient
	plain := make(map[badge.RecipientKind][]badge.Recipient)
	for n, a := range awards {
		r := a.Recipient
		group := byIdentity[r]
		if len(group) == 0 {
			group = single[n : n : n+1]
			if r.Hash != "" {
				hashed = append(hashed, r)
			} else {
				plain[r.Kind] = append(plain[r.Kind], r)
			}
		}
		byIdentity[r] = append(group, a)
	}
	work := 0
	for _, h := range hashed {
		work += len(plain[h.Kind])
	}
	complete = work <= compareLimit
	if complete {
		for _, h := range hashed {
			for _, p := range plain[h.Kind] {
				if badge.MatchesHash(h.Hash, p.Plain, h.Salt) {
					byIdentity[p] = append(byIdentity[p], byIdentity[h]...)
					delete(byIdentity, h)
					break
				}
			}
		}
	}
	for _, group := range byIdentity {
		if len(group) > 1 {
			slices.SortStableFunc(group, func(a, b *badge.Award) int {
				return cmp.Or(a.Issued.Compare(b.Issued), comparePos(a.Pos(a.At.Award), b.Pos(b.At.Award)))
			})
			same = append(same, group)
		}
	}
	return same, complete
}
