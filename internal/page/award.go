package page

import (
	"fmt"
	"sync"

	"blazon/internal/badge"
	"blazon/internal/layout"
)

// share names what the pages of some awards have in common: they are of one class, in one state, and have the same
// files. The class is nil for erased awards, whose pages do not tell it.
type share struct {
	class   *badge.Class
	revoked bool
	kind    badge.RecipientKind
}

func shareOf(a *badge.Award) share {
	if a.State() == badge.Erased {
		return share{}
	}
	return share{class: a.Class, revoked: a.State() == badge.Revoked, kind: a.Recipient.Kind}
}

// anyAward is the path of an award's page that stands for all of them: links from one to its own folder, and to files
// outside of awards/, are the same for every award.
var anyAward = layout.AwardPage("-")

// common is the part of a page that the awards of a share have in common.
type common struct {
	view   Award
	moulds [2]*mould // for pages that search engines may list, and for others; nil where there is none
}

// shared is what the awards of a share have in common. It is made once.
func (r *Renderer) shared(s share) (*common, error) {
	made, ok := r.shares.Load(s)
	if !ok {
		made, _ = r.shares.LoadOrStore(s, sync.OnceValues(func() (*common, error) {
			v, err := r.makeShared(s)
			if err != nil {
				return nil, err
			}
			c := &common{view: v}
			c.moulds[1] = r.makeMould(v, true)
			if s.class != nil && !s.revoked {
				c.moulds[0] = r.makeMould(v, false)
			}
			return c, nil
		}))
	}
	return made.(func() (*common, error))()
}

func (r *Renderer) makeShared(s share) (v Award, err error) {
	if v.Frame, err = r.frame(anyAward, full); err != nil {
		return v, err
	}
	if s.class == nil {
		// The head differs from others in what it does not say, so that its template must know; the day is each award's.
		v.Erased = &Day{}
		return v, r.head(awardTemplate, &v)
	}
	if v.Badge, err = r.badge(v.Links, s.class); err != nil {
		return v, err
	}
	v.Description = s.class.Description
	r.card(&v.Frame, s.class)
	if err = r.head(awardTemplate, &v); err != nil {
		return v, err
	}
	part := AwardClass{Links: v.Links, Badge: v.Badge, Revoked: s.revoked, Files: r.files(s, v.Links)}
	if part.Files.PNG != "" {
		part.Badge.Image = image(v.Links, s.class.Image, func(ext string) string { return layout.AwardImage("-", ext) })
	}
	if v.Plate, err = r.part("", plateTemplate, part); err != nil {
		return v, err
	}
	if v.Files, err = r.part("", filesTemplate, part); err != nil {
		return v, err
	}
	v.About, err = r.part("", aboutTemplate, part)
	return v, err
}

// Award is an award's page. What it shows of the holder is the name that the award declares and nothing else.
func (r *Renderer) Award(a *badge.Award) ([]byte, error) {
	c, err := r.shared(shareOf(a))
	if err != nil {
		return nil, fmt.Errorf("award %s: %w", a.ID, err)
	}
	v := c.view
	if err := r.award(&v, a); err != nil {
		return nil, fmt.Errorf("award %s: %w", a.ID, err)
	}
	m := c.moulds[0]
	if v.NoIndex {
		m = c.moulds[1]
	}
	if m != nil {
		return r.pour(m, a.ID, &v)
	}
	return r.execute(awardTemplate, &v)
}

// award adds to a share's view what is the award's own.
func (r *Renderer) award(v *Award, a *badge.Award) (err error) {
	v.setPath(r, a.ID)
	v.NoIndex = !a.Public || a.State() != badge.Valid
	if a.Erased != nil {
		v.Erased, err = r.dayAt(a.Erased.Day, a.Erased.At)
		return err
	}
	if v.Issued, err = r.day("", a.Issued); err != nil {
		return err
	}
	if !a.Expires.IsZero() {
		if v.Expires, err = r.dayAt("", a.Expires); err != nil {
			return err
		}
	}
	if a.Revoked != nil {
		v.Revoked = &Revocation{Reason: a.Revoked.Reason}
		if v.Revoked.Day, err = r.day(a.Revoked.Day, a.Revoked.At); err != nil {
			return err
		}
		if v.Revoked.ReplacedBy, err = r.reissue(v.Links, a.Revoked.ReissuedAs); err != nil {
			return err
		}
	}
	if v.Replaces, err = r.reissue(v.Links, a.ReissueOf); err != nil {
		return err
	}
	if a.Details != nil {
		return r.details(v, a.ID, a.Details)
	}
	return nil
}

// reissue is what an award's page says of another.
func (r *Renderer) reissue(l Links, other *badge.Reissue) (*Reissue, error) {
	if other == nil || other.Erased {
		return nil, nil
	}
	day, err := r.day("", other.Issued)
	if err != nil {
		return nil, err
	}
	v := &Reissue{Issued: day}
	if other.Open {
		v.Href = l.to(layout.AwardPage(other.ID))
	}
	return v, nil
}

// details adds what only some awards state.
func (r *Renderer) details(v *Award, id string, d *badge.Details) (err error) {
	v.Name = d.Name
	if v.Narrative, err = r.narrative(v, id, d.Narrative); err != nil {
		return fmt.Errorf("narrative: %w", err)
	}
	for _, e := range d.Evidence {
		entry := Evidence{
			Name: e.Name, URL: web(e.URL), Description: e.Description, Genre: e.Genre, Audience: e.Audience,
		}
		if entry.Name == "" {
			entry.Name = e.URL
		}
		if entry.Narrative, err = r.narrative(v, id, e.Narrative); err != nil {
			return fmt.Errorf("evidence: narrative: %w", err)
		}
		v.Evidence = append(v.Evidence, entry)
	}
	for _, result := range d.Results {
		entry := Result{Value: result.Value, Status: result.Status}
		if result.Of != nil {
			entry.Name, entry.Type = result.Of.Name, result.Of.Type
		}
		v.Results = append(v.Results, entry)
	}
	return nil
}

// files are the links to what is published beside an award's page: nothing of OB 1.0 or 2.0 for a DID, and of a revoked
// award only the documents that say so, or whose status list does.
func (r *Renderer) files(s share, l Links) (f Files) {
	issuer, picture := s.class.Issuer, s.class.Image
	two, three := r.cat.Site.OB2 && s.kind != badge.DID, r.signed && issuer.OB3
	if two {
		f.Assertion = l.to(layout.Assertion("-"))
	}
	if three {
		f.Credential = l.to(layout.Credential("-"))
	}
	if s.revoked {
		return f
	}
	if picture != nil && (two || three) {
		f.PNG = l.to(layout.AwardImage("-", "png"))
	}
	if picture != nil && picture.SVG != "" {
		if two {
			f.SVG = l.to(layout.AwardImage("-", "svg"))
		}
		if three {
			f.CredentialSVG = l.to(layout.CredentialImage("-"))
		}
	}
	if three && issuer.Newest(badge.RSA) != nil {
		f.CredentialJWT = l.to(layout.CredentialJWT("-"))
	}
	if two && r.signed && issuer.Signed {
		f.Signed = l.to(layout.SignedJWS("-"))
	}
	if r.cat.Site.OB1 && s.kind == badge.Email {
		f.Assertion1 = l.to(layout.Assertion1("-"))
	}
	return f
}
