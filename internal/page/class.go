package page

import (
	"fmt"
	"time"

	"blazon/internal/badge"
	"blazon/internal/layout"
)

// Class is the page of a badge class. The early form lists no awards and links to no other badge.
func (r *Renderer) Class(c *badge.Class, early bool) ([]byte, error) {
	v, err := r.class(c, early)
	if err != nil {
		return nil, fmt.Errorf("badge %s: %w", c.Slug, err)
	}
	return r.execute(classTemplate, &v)
}

func (r *Renderer) class(c *badge.Class, early bool) (v Class, err error) {
	if v.Frame, err = r.frame(layout.ClassPage(c.Slug), full); err != nil {
		return v, err
	}
	if v.Badge, err = r.badge(v.Links, c); err != nil {
		return v, err
	}
	v.Description = c.Description
	r.card(&v.Frame, c)
	v.Criteria, err = r.markdown.html(c.Criteria, prose{links: v.Links, level: 2, early: early})
	if err != nil {
		return v, fmt.Errorf("criteria: %w", err)
	}
	v.Tags, v.Type, v.Version = c.Tags, c.Type, c.Version
	if !c.ExpiresAfter.IsZero() {
		v.ExpiresAfter = &Span{Years: c.ExpiresAfter.Years, Months: c.ExpiresAfter.Months, Days: c.ExpiresAfter.Days}
	}
	for _, a := range c.Alignment {
		v.Alignment = append(v.Alignment, Alignment{
			Name: a.Name, URL: web(a.URL), Description: a.Description, Framework: a.Framework, Code: a.Code,
		})
	}
	for _, d := range c.Results {
		v.Results = append(v.Results, ResultDescription{
			Name: d.Name, Type: d.Type, Allowed: d.Allowed, Min: d.Min, Max: d.Max, Required: d.Required,
		})
	}
	for _, a := range c.Amended {
		day, err := r.day(a.Day, time.Time{})
		if err != nil {
			return v, err
		}
		v.Amended = append(v.Amended, Amendment{Day: day, Reason: a.Reason})
	}
	if r.cat.Site.OB1 || r.cat.Site.OB2 {
		v.BadgeClass = v.to(layout.Class(c.Slug))
	}
	if c.Issuer.OB3 {
		v.Achievement = v.to(layout.Achievement(c.Slug))
	}
	if early {
		return v, nil
	}
	if c.Supersedes != nil {
		older, err := r.badge(v.Links, c.Supersedes)
		if err != nil {
			return v, err
		}
		v.Supersedes = &older
	}
	if v.SupersededBy, err = r.badges(v.Links, c.SupersededBy); err != nil {
		return v, err
	}
	v.Awards, v.Years, err = r.listed(v.Links, c, 1)
	total := len(r.rolls[c]().awards)
	v.Total = Number(total)
	v.Pager = v.setPager(v.pager(1, total, r.sizes.awards, func(n int) string { return layout.ClassHolders(c.Slug, n) }))
	return v, err
}

// Holders is a further page of a class's awards, n from 2. The early form lists none and links to no other page of them
// but the class's own.
func (r *Renderer) Holders(c *badge.Class, n int, early bool) ([]byte, error) {
	v, err := r.holders(c, n, early)
	if err != nil {
		return nil, fmt.Errorf("badge %s: %w", c.Slug, err)
	}
	return r.execute(holdersTemplate, &v)
}

func (r *Renderer) holders(c *badge.Class, n int, early bool) (v Holders, err error) {
	path := func(n int) string { return layout.ClassHolders(c.Slug, n) }
	if v.Frame, err = r.frame(path(n), full); err != nil {
		return v, err
	}
	if v.Badge, err = r.badge(v.Links, c); err != nil {
		return v, err
	}
	v.Description = c.Description
	r.card(&v.Frame, c)
	if early {
		return v, nil
	}
	v.Awards, v.Years, err = r.listed(v.Links, c, n)
	v.Pager = v.setPager(v.pager(n, len(r.rolls[c]().awards), r.sizes.awards, path))
	return v, err
}
