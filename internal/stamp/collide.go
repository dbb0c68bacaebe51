package stamp

import (
	"cmp"
	"slices"
	"strings"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/rule"
)

// Collisions finds awards of one issuer that state one slot, as they do when two branches that awarded at the same time
// are merged, and says which of them move. The award that is published keeps its slot: its credential says it. Where none
// of them is, the first keeps it. Of two published ones neither can move: that is a problem.
func Collisions(cat *badge.Catalog, published func(id string) bool) (map[diag.Pos]bool, []diag.Problem) {
	type slot struct {
		issuer *badge.Issuer
		index  int
	}
	holders := make(map[slot][]*badge.Award)
	for _, a := range cat.Awards {
		if a.StatusIndex >= 0 && a.Class.Issuer != nil {
			key := slot{a.Class.Issuer, a.StatusIndex}
			holders[key] = append(holders[key], a)
		}
	}
	moves := make(map[diag.Pos]bool)
	var problems []diag.Problem
	for key, awards := range holders {
		if len(awards) == 1 {
			continue
		}
		slices.SortFunc(awards, func(a, b *badge.Award) int {
			p, q := a.Pos(a.At.Award), b.Pos(b.At.Award)
			return cmp.Or(order(published(a.ID), published(b.ID)), strings.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
		})
		keeps := awards[0].Pos(awards[0].At.Slot)
		for _, a := range awards[1:] {
			if published(a.ID) {
				problems = append(problems, rule.DuplicateSlot.At(a.Pos(a.At.Slot), "name a revision that has only one of them with --base, an older one",
					"the status_index %d is that of another award, %s:%d, and both are in the revision", key.index, diag.Mask(keeps.File), keeps.Line))
				continue
			}
			moves[a.Pos(a.At.Award)] = true
		}
	}
	return moves, diag.Sort(problems)
}

// order puts what is before what is not.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
