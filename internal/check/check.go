// Package check says what is wrong with a project as a whole: what only shows once every file is read. Mistakes in single
// values are found where they are read, in packages decl and load.
package check

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/rule"
)

// Check applies every rule that needs the whole catalogue or the project's files. now is the moment that awards may not
// lie after. A later moment never finds more: what was published without an error may be published at any later time.
func Check(cat *badge.Catalog, fsys fs.FS, now time.Time) []diag.Problem {
	c := &checker{cat: cat, now: now, ordered: inOrder(cat.Awards)}
	twice := &checker{cat: cat, now: now}
	var wg sync.WaitGroup
	wg.Go(twice.recipients) // takes as long as all the rest
	c.stamps()
	c.dates()
	c.forms()
	c.keys()
	c.reissues()
	c.privateKeys(fsys)
	c.more()
	wg.Wait()
	return diag.Sort(append(c.problems, twice.problems...))
}

type checker struct {
	cat      *badge.Catalog
	now      time.Time
	ordered  []*badge.Award // in the order of their files
	problems []diag.Problem
	many     map[crowd]int
}

func (c *checker) report(p diag.Problem) { c.problems = append(c.problems, p) }

// crowd is a mistake that a whole file of awards may make.
type crowd struct{ file, rule string }

// crowdLimit is how often such a mistake is reported with its line; a count stands for the rest.
const crowdLimit = 50

// inFile reports a mistake that one command mends for a whole file.
func (c *checker) inFile(p diag.Problem) {
	if c.many == nil {
		c.many = make(map[crowd]int)
	}
	key := crowd{p.File, p.Rule}
	if c.many[key]++; c.many[key] <= crowdLimit {
		c.report(p)
	}
}

// more says how many mistakes of a crowd were not reported one by one.
func (c *checker) more() {
	for key, n := range c.many {
		if n <= crowdLimit {
			continue
		}
		for _, r := range []*rule.Rule{rule.Unstamped, rule.PlainAddress, rule.Key} {
			if r.Name == key.rule {
				c.report(r.At(diag.Pos{File: key.file}, "", "%d more awards further down have the same mistake", n-crowdLimit))
			}
		}
	}
}

// inOrder returns awards in the order of their files, so that the second of two is the one that is reported.
func inOrder(awards []*badge.Award) []*badge.Award {
	sorted := slices.Clone(awards)
	slices.SortFunc(sorted, func(a, b *badge.Award) int {
		return cmp.Or(comparePos(a.Pos(a.At.Award), b.Pos(b.At.Award)), strings.Compare(a.ID, b.ID))
	})
	return sorted
}

func (c *checker) stamps() {
	type slot struct {
		issuer *badge.Issuer
		index  int
	}
	ids, slots := make(map[string]*badge.Award), make(map[slot]*badge.Award)
	for _, a := range c.ordered {
		switch other, twice := ids[a.ID]; {
		case a.ID == "":
			c.inFile(rule.Unstamped.At(a.Pos(a.At.Award), "run blazon stamp", "the award has no id"))
		case twice:
			c.report(rule.DuplicateID.At(a.Pos(a.At.ID), "remove the id of the newer award and run blazon stamp; an id that was published stays with its award",
				"the id is that of another award: %s", place(other.Pos(other.At.ID))))
		default:
			ids[a.ID] = a
		}
		issuer := a.Class.Issuer
		if a.StatusIndex < 0 {
			if a.StatusIndex == -1 && a.ID != "" && issuer != nil && issuer.OB3 {
				c.inFile(rule.Unstamped.At(a.Pos(a.At.Award), "run blazon stamp", "the award has no status_index"))
			}
			continue
		}
		key := slot{issuer, a.StatusIndex}
		if other, twice := slots[key]; twice {
			c.report(rule.DuplicateSlot.At(a.Pos(a.At.Slot), "after a merge run blazon stamp --base origin/main, which moves the one that is not published; else remove the status_index of the newer award and run blazon stamp",
				"the status_index %d is that of another award: %s", a.StatusIndex, place(other.Pos(other.At.Slot))))
			continue
		}
		slots[key] = a
	}
}

func (c *checker) dates() {
	for _, a := range c.cat.Awards {
		day := func() string { return a.Issued.In(c.cat.Site.Zone).Format("2006-01-02") }
		if a.Issued.After(c.now) {
			c.report(rule.FutureAward.At(a.Pos(a.At.Issued), "write the day on which it was awarded; validators refuse one to come", "the award is issued in the future: %s", day()))
		}
		if !a.Expires.IsZero() && !a.Expires.After(a.Issued) {
			c.report(rule.ExpiryOrder.At(a.Pos(a.At.Expires), "expires is the last day on which it is valid", "the award expires on %s, before it is issued on %s",
				a.Expires.In(c.cat.Site.Zone).Format("2006-01-02"), day()))
		}
		if r := a.Class.Retired; !r.IsZero() && a.Issued.After(r) {
			c.report(rule.RetiredAward.At(a.Pos(a.At.Issued), "award the class that supersedes it, or correct the date",
				"the class %s was retired on %s, and this award is issued on %s", a.Class.Slug, a.Class.RetiredDay, day()))
		}
		if a.Revoked != nil && a.Revoked.At.After(c.now) {
			c.report(rule.Date.At(a.Pos(a.At.Award), "revoke it on the day; what is published says that it is revoked now", "the award is revoked in the future: %s", a.Revoked.Day))
		}
		if a.Erased != nil && a.Erased.At.After(c.now) {
			c.report(rule.Date.At(a.Pos(a.At.Award), "erase it on the day; what is published says that it is erased now", "the award is erased in the future: %s", a.Erased.Day))
		}
		if a.Revoked != nil && !a.Revoked.At.IsZero() && a.Revoked.At.AddDate(0, 0, 1).Before(a.Issued) {
			c.report(rule.Date.At(a.Pos(a.At.Award), "correct one of the dates", "the award is revoked on %s, before it is issued on %s", a.Revoked.Day, day()))
		}
		if a.Erased != nil && !a.Erased.At.IsZero() && a.Erased.At.AddDate(0, 0, 1).Before(a.Issued) {
			c.report(rule.Date.At(a.Pos(a.At.Award), "correct one of the dates", "the award is erased on %s, before it is issued on %s", a.Erased.Day, day()))
		}
	}
}

func (c *checker) forms() {
	for _, a := range c.ordered {
		r := a.Recipient
		if r.Kind == badge.DID && a.Class.Issuer != nil && !a.Class.Issuer.OB3 {
			c.report(rule.DIDForms.At(a.Pos(a.At.Recipient), "add ob3 to publish in content/site.yaml", "the recipient is a DID, which only OB 3.0 knows, and ob3 is not published"))
		}
		if !c.cat.Site.Private && r.Plain != "" && r.Kind != badge.DID {
			c.inFile(rule.PlainAddress.At(a.Pos(a.At.Recipient), "run blazon stamp --hash, or write repository: private in content/site.yaml where only you can read it",
				"a plain recipient in a public repository"))
		}
	}
}
