package build

import (
	"blazon/internal/layout"
	"blazon/internal/plan"
)

// paging lists the further pages of long lists. They stand in the stage of the page that leads to them, so that a new
// class's or issuer's folder still appears whole. Nothing of an earlier stage refers to them, and until all of them are
// there they refer to each other no more than to what they list: hence the early forms. The pages before them change
// after they have come and before they go.
func (b *builder) paging() {
	for n, pages := 2, b.pages.CataloguePages(); n <= pages; n++ {
		o := b.fixed(plan.Indexes, layout.CataloguePage(n), func() ([]byte, error) { return b.pages.Catalogue(n, false) })
		o.Early = func() ([]byte, error) { return b.pages.Catalogue(n, true) }
	}
	for _, i := range b.cat.Issuers {
		for n, pages := 2, b.pages.IssuerPages(i); n <= pages; n++ {
			o := b.fixed(plan.Issuers, layout.IssuerBadges(i.Slug, n), func() ([]byte, error) { return b.pages.IssuerBadges(i, n, false) })
			o.Early = func() ([]byte, error) { return b.pages.IssuerBadges(i, n, true) }
		}
	}
	for _, c := range b.cat.Classes {
		for n, pages := 2, b.pages.ClassPages(c); n <= pages; n++ {
			o := b.holders(c, layout.ClassHolders(c.Slug, n), func() ([]byte, error) { return b.pages.Holders(c, n, false) })
			o.Early = func() ([]byte, error) { return b.pages.Holders(c, n, true) }
		}
	}
}
