package page

import (
	"fmt"

	"blazon/internal/badge"
	"blazon/internal/did"
	"blazon/internal/layout"
)

// Catalogue is the n-th page of all badges, n from 1. The early form of a further page has no links to the others but
// the first.
func (r *Renderer) Catalogue(n int, early bool) ([]byte, error) {
	frame, err := r.frame(layout.CataloguePage(n), full)
	if err != nil {
		return nil, err
	}
	v := Catalogue{Frame: frame, Total: Number(len(r.cat.Classes)), Single: len(r.cat.Issuers) == 1}
	v.Description = r.cat.Site.Description
	s := &r.catalogue
	from, to := cut(n, s.len(), r.sizes.cards)
	for at := from; at < min(to, s.current); {
		issuer, begin := s.classes[at].Issuer, at
		for at < min(to, s.current) && s.classes[at].Issuer == issuer {
			at++
		}
		badges, err := r.badges(v.Links, s.classes[begin:at])
		if err != nil {
			return nil, err
		}
		v.Groups = append(v.Groups, Group{
			Issuer: r.issuerLink(v.Links, issuer), Badges: badges,
			Continued: begin > 0 && s.classes[begin-1].Issuer == issuer,
		})
	}
	if v.Past, err = r.badges(v.Links, s.classes[max(from, min(to, s.current)):to]); err != nil {
		return nil, err
	}
	v.PastContinued = from > s.current
	if early {
		return r.execute(catalogueTemplate, &v)
	}
	v.Pager = v.setPager(v.pager(n, s.len(), r.sizes.cards, layout.CataloguePage))
	if n > 1 {
		return r.execute(catalogueTemplate, &v)
	}
	if v.Single {
		v.Guides = r.guides(v.Links, s, layout.CataloguePage)
	} else {
		for _, i := range r.cat.Issuers {
			v.Issuers = append(v.Issuers, Shelf{Issuer: r.issuerLink(v.Links, i), Total: Number(r.shelves[i].len())})
		}
	}
	return r.execute(catalogueTemplate, &v)
}

// Issuer is an issuer's page, with the first of its badges. The early form lists no badges and links to no other issuer.
func (r *Renderer) Issuer(i *badge.Issuer, early bool) ([]byte, error) {
	frame, err := r.issuerFrame(i, 1, early)
	if err != nil {
		return nil, err
	}
	v := Issuer{
		Frame:     frame,
		Name:      i.Name,
		About:     i.Description,
		Image:     r.issuerImage(frame.Links, i),
		URL:       web(i.URL),
		Website:   i.URL,
		Email:     i.Email,
		Telephone: i.Telephone,
		Profile:   frame.to(layout.Profile(i.Slug)),
	}
	if i.OB3 && !r.site.Local() {
		if v.DID, err = did.Issuer(r.site.Base, i.Slug, i.DIDRoot); err != nil {
			return nil, fmt.Errorf("issuer %s: %w", i.Slug, err)
		}
		v.Document = frame.to(r.site.DIDDocument(i.Slug, i.DIDRoot))
	}
	if early {
		return r.execute(issuerTemplate, &v)
	}
	path := func(n int) string { return layout.IssuerBadges(i.Slug, n) }
	if v.Badges, v.Past, err = r.onShelf(v.Links, i, 1); err != nil {
		return nil, err
	}
	v.Pager = v.setPager(v.pager(1, r.shelves[i].len(), r.sizes.cards, path))
	v.Guides = r.guides(v.Links, r.shelves[i], path)
	return r.execute(issuerTemplate, &v)
}

// IssuerBadges is a further page of an issuer's badges, n from 2. The early form lists none and links to no other page
// of an issuer but this one's first.
func (r *Renderer) IssuerBadges(i *badge.Issuer, n int, early bool) ([]byte, error) {
	frame, err := r.issuerFrame(i, n, early)
	if err != nil {
		return nil, err
	}
	v := IssuerBadges{Frame: frame, Issuer: r.issuerLink(frame.Links, i)}
	if early {
		return r.execute(issuerBadgesTemplate, &v)
	}
	s := r.shelves[i]
	if v.Badges, v.Past, err = r.onShelf(v.Links, i, n); err != nil {
		return nil, fmt.Errorf("issuer %s: %w", i.Slug, err)
	}
	from, _ := cut(n, s.len(), r.sizes.cards)
	v.PastContinued = from > s.current
	v.Pager = v.setPager(v.pager(n, s.len(), r.sizes.cards, func(n int) string { return layout.IssuerBadges(i.Slug, n) }))
	return r.execute(issuerBadgesTemplate, &v)
}

func (r *Renderer) issuerFrame(i *badge.Issuer, n int, early bool) (Frame, error) {
	reach := full
	if early {
		reach = beforeIssuers
	}
	frame, err := r.frame(layout.IssuerBadges(i.Slug, n), reach)
	frame.Description = i.Description
	frame.Preview, frame.PreviewAlt = r.preview(r.issuerImage(frame.Links, i), frame.Canonical)
	return frame, err
}

// onShelf are the badges on the n-th page of an issuer's.
func (r *Renderer) onShelf(l Links, i *badge.Issuer, n int) (current, past []Badge, err error) {
	s := r.shelves[i]
	from, to := cut(n, s.len(), r.sizes.cards)
	border := max(from, min(to, s.current))
	if current, err = r.badges(l, s.classes[from:border]); err != nil {
		return nil, nil, err
	}
	past, err = r.badges(l, s.classes[border:to])
	return current, past, err
}
