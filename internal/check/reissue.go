package check

import (
	"blazon/internal/badge"
	"blazon/internal/rule"
)

// reissues demands that an award and the one that it replaces name each other. A tombstone names nobody.
func (c *checker) reissues() {
	named := make(map[string]*badge.Award)
	for _, a := range c.cat.Awards {
		for _, r := range []*badge.Reissue{a.ReissueOf, reissuedAs(a)} {
			if r != nil {
				named[r.ID] = nil
			}
		}
	}
	if len(named) == 0 {
		return
	}
	for _, a := range c.cat.Awards {
		if _, ok := named[a.ID]; ok {
			named[a.ID] = a
		}
	}
	for _, a := range c.ordered {
		if r := a.ReissueOf; r != nil {
			old := named[r.ID]
			if old != nil && old.Erased == nil && !names(reissuedAs(old), a) {
				c.report(rule.Reissue.At(a.Pos(a.At.Award), "write the id of this award there as reissued_as, below revoked; blazon reissue writes both",
					"the award replaces another one, which does not name it: %s", place(old.Pos(old.At.Award))))
			}
		}
		if r := reissuedAs(a); r != nil {
			made := named[r.ID]
			if made != nil && made.Erased == nil && !names(made.ReissueOf, a) {
				c.report(rule.Reissue.At(a.Pos(a.At.Award), "write the id of this award there as reissue_of; blazon reissue writes both",
					"the award was reissued as another one, which does not name it: %s", place(made.Pos(made.At.Award))))
			}
		}
	}
}

func reissuedAs(a *badge.Award) *badge.Reissue {
	if a.Revoked == nil {
		return nil
	}
	return a.Revoked.ReissuedAs
}

func names(r *badge.Reissue, a *badge.Award) bool { return r != nil && r.ID == a.ID }
