package page

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"blazon/internal/badge"
	"blazon/internal/layout"
)

// sizes say how much one page of a long list shows.
type sizes struct {
	cards  int // badges in the catalogue and of an issuer
	awards int // awards of a class
}

// A card has about 350 bytes and a picture that is loaded when it comes into sight, the line of an award has 150: a page
// of either list has less than 40 kilobytes. 96 cards fill rows of two, three and four.
var defaultSizes = sizes{cards: 96, awards: 250}

// around is how many page numbers a pager shows on either side of the current one.
const around = 1

// shelf is a list of classes in the order in which it is shown: current ones, then those of the past.
type shelf struct {
	classes []*badge.Class
	current int // how many are current
}

func (s *shelf) len() int { return len(s.classes) }

// roll is a list of awards in the order in which it is shown.
type roll struct {
	awards []*badge.Award
	years  []yearStart
}

// yearStart is the place in a roll where the awards of a year begin.
type yearStart struct {
	year, at int
}

// arrange makes the lists that the Renderer's pages are cut from. Those of awards are sorted when the first page asks.
func (r *Renderer) arrange() {
	past := make(map[*badge.Issuer][]*badge.Class)
	r.shelves = make(map[*badge.Issuer]*shelf, len(r.cat.Issuers))
	for _, i := range r.cat.Issuers {
		r.shelves[i] = &shelf{}
	}
	r.rolls = make(map[*badge.Class]func() *roll, len(r.cat.Classes))
	for _, c := range r.cat.Classes {
		r.rolls[c] = sync.OnceValue(func() *roll { return r.makeRoll(c) })
		own := r.shelves[c.Issuer]
		switch {
		case own == nil:
		case isCurrent(c):
			own.classes = append(own.classes, c)
			own.current++
		default:
			past[c.Issuer] = append(past[c.Issuer], c)
		}
	}
	for _, i := range r.cat.Issuers {
		r.catalogue.classes = append(r.catalogue.classes, r.shelves[i].classes...)
		r.shelves[i].classes = append(r.shelves[i].classes, past[i]...)
	}
	r.catalogue.current = len(r.catalogue.classes)
	for _, c := range r.cat.Classes {
		if !isCurrent(c) {
			r.catalogue.classes = append(r.catalogue.classes, c)
		}
	}
}

// isCurrent reports whether a class may still be earned: it is neither retired nor superseded. Whether the day of
// retirement has come is not asked: the site does not depend on today's date.
func isCurrent(c *badge.Class) bool {
	return c.Retired.IsZero() && len(c.SupersededBy) == 0
}

// isListed reports whether the page of an award's class lists it.
func isListed(a *badge.Award) bool {
	return a.Public && a.State() == badge.Valid
}

// makeRoll sorts a class's listed awards: newest first, those of one day by name, those without one last.
func (r *Renderer) makeRoll(c *badge.Class) *roll {
	type dated struct {
		day   int // year, month and day as decimal digits
		award *badge.Award
	}
	var all []dated
	for _, a := range c.Awards {
		if isListed(a) {
			year, month, day := a.Issued.In(r.cat.Site.Zone).Date()
			all = append(all, dated{year*10000 + int(month)*100 + day, a})
		}
	}
	slices.SortStableFunc(all, func(a, b dated) int {
		if order := cmp.Compare(b.day, a.day); order != 0 {
			return order
		}
		left, right := holder(a.award), holder(b.award)
		if (left == "") != (right == "") {
			return len(right) - len(left)
		}
		return strings.Compare(left, right)
	})
	list := &roll{awards: make([]*badge.Award, len(all))}
	for i, d := range all {
		list.awards[i] = d.award
		if year := d.day / 10000; i == 0 || year != all[i-1].day/10000 {
			list.years = append(list.years, yearStart{year, i})
		}
	}
	return list
}

// holder is the name of an award's holder, where it is declared.
func holder(a *badge.Award) string {
	if a.Details == nil {
		return ""
	}
	return a.Details.Name
}

// CataloguePages, IssuerPages and ClassPages are how many pages there are of the catalogue, of an issuer's badges and of
// a class's awards. The first one is the catalogue, the issuer's or the class's page itself.
func (r *Renderer) CataloguePages() int { return count(r.catalogue.len(), r.sizes.cards) }

// IssuerPages is the number of an issuer's pages.
func (r *Renderer) IssuerPages(i *badge.Issuer) int {
	return count(r.shelves[i].len(), r.sizes.cards)
}

// ClassPages is the number of a class's pages. It sorts nothing.
func (r *Renderer) ClassPages(c *badge.Class) int {
	listed := 0
	for _, a := range c.Awards {
		if isListed(a) {
			listed++
		}
	}
	return count(listed, r.sizes.awards)
}

func count(total, size int) int { return max(1, (total+size-1)/size) }

// cut is where the n-th page of a list begins and ends.
func cut(n, total, size int) (from, to int) {
	return min((n-1)*size, total), min(n*size, total)
}

// pager is the pager of the n-th page; nil where there is one page only.
func (l Links) pager(n, total, size int, path func(n int) string) *Pager {
	pages := count(total, size)
	if pages == 1 {
		return nil
	}
	from, to := cut(n, total, size)
	p := &Pager{Number: Number(n), Count: Number(pages), From: Number(from + 1), To: Number(to), Total: Number(total)}
	if n > 1 {
		p.Previous = l.to(path(n - 1))
	}
	if n < pages {
		p.Next = l.to(path(n + 1))
	}
	shown := []int{1, pages}
	for i := max(2, n-around); i <= min(n+around, pages-1); i++ {
		shown = append(shown, i)
	}
	slices.Sort(shown)
	for i, number := range shown {
		before := 0
		if i > 0 {
			before = shown[i-1]
		}
		if number == before+2 { // a gap would take the place of one page only
			p.Turns = append(p.Turns, Turn{Href: l.to(path(number - 1)), Number: Number(number - 1)})
			before++
		}
		p.Turns = append(p.Turns, Turn{
			Href: l.to(path(number)), Number: Number(number), Current: number == n, Gap: number > before+1,
		})
	}
	return p
}

// setPager puts a pager's neighbours into the page's head.
func (f *Frame) setPager(p *Pager) *Pager {
	if p != nil {
		f.Previous, f.Next = p.Previous, p.Next
	}
	return p
}

// guides say what stands on which page of a shelf; none where there is one page only.
func (r *Renderer) guides(l Links, s *shelf, path func(n int) string) []Guide {
	pages := count(s.len(), r.sizes.cards)
	if pages == 1 {
		return nil
	}
	guides := make([]Guide, pages)
	for n := range guides {
		from, to := cut(n+1, s.len(), r.sizes.cards)
		guides[n] = Guide{Href: l.to(path(n + 1)), First: s.classes[from].Name, Last: s.classes[to-1].Name}
	}
	return guides
}

// listed are the awards on the n-th page of a class's roll, and the years in it where it has several pages and years.
func (r *Renderer) listed(l Links, c *badge.Class, n int) (awards []Listed, years []Link, err error) {
	all := r.rolls[c]()
	from, to := cut(n, len(all.awards), r.sizes.awards)
	for _, a := range all.awards[from:to] {
		day, err := r.day("", a.Issued)
		if err != nil {
			return nil, nil, err
		}
		awards = append(awards, Listed{Href: l.to(layout.AwardPage(a.ID)), Name: holder(a), Issued: day})
	}
	if count(len(all.awards), r.sizes.awards) == 1 || len(all.years) == 1 {
		return awards, nil, nil
	}
	for _, y := range all.years {
		year := strconv.Itoa(y.year)
		if from <= y.at && y.at < to {
			awards[y.at-from].Anchor = "y" + year
		}
		page := layout.ClassHolders(c.Slug, y.at/r.sizes.awards+1)
		years = append(years, Link{Href: l.to(page) + "#y" + year, Text: year})
	}
	return awards, years, nil
}
