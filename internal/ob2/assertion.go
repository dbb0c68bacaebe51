package ob2

import (
	"fmt"

	"blazon/internal/badge"
	"blazon/internal/iri"
	"blazon/internal/jsontext"
	"blazon/internal/layout"
)

// HasAssertion reports whether an award has an OB 2.0 assertion: all but those to a DID have, for validators refuse a
// did: IRI. What an erased award was given to is no longer known, so it has one.
func HasAssertion(a *badge.Award) bool {
	return a.State() == badge.Erased || a.Recipient.Kind != badge.DID
}

// HasTwin reports whether an award has an OB 1.0 assertion: OB 1.0 knows only e-mail recipients. What an erased award
// was given to is no longer known; its twin may have been published, so it stays.
func HasTwin(a *badge.Award) bool {
	return a.State() == badge.Erased || a.Recipient.Kind == badge.Email
}

// Assertion is an award's hosted assertion (OB 2.0, Assertion, IdentityObject, Evidence), which is also the text baked
// into its image. A revoked or erased award has only what says so: validators exist that do not read the flag in a
// full one, and refuse this one for what is missing. It is nil where HasAssertion is false. The error is a missing
// class image or evidence whose address cannot be made a URL.
func Assertion(site layout.Site, a *badge.Award) ([]byte, error) {
	switch {
	case !HasAssertion(a):
		return nil, nil
	case a.State() == badge.Erased:
		return stripped(site, a, "Erased"), nil
	case a.State() == badge.Revoked:
		return stripped(site, a, a.Revoked.Reason), nil
	case a.Class.Image == nil:
		return nil, fmt.Errorf("%s: %w", place(a), errImage)
	}
	w := jsontext.New(1 << 10)
	err := full(w, site, a, site.URL(layout.Assertion(a.ID)), func() { w.Text("type", "HostedBadge") })
	if err != nil {
		return nil, err
	}
	return w.Bytes(), nil
}

// full writes an assertion that says everything, under an id and with a verification of its own.
func full(w *jsontext.Writer, site layout.Site, a *badge.Award, id string, verification func()) error {
	w.Open('{')
	head(w, id, "Assertion")
	recipient(w, a)
	w.Text("badge", site.URL(layout.Class(a.Class.Slug)))
	w.Key("verification")
	w.Open('{')
	verification()
	w.Close('}')
	w.Date("issuedOn", a.Issued)
	w.Date("expires", a.Expires)
	w.Text("image", site.URL(layout.AwardImage(a.ID, a.Class.Image.Ext())))
	if d := a.Details; d != nil {
		w.Optional("narrative", d.Narrative)
		if err := evidence(w, d.Evidence); err != nil {
			return fmt.Errorf("%s: %w", place(a), err)
		}
	}
	w.Close('}')
	return nil
}

// stripped is the assertion of an award that no longer counts (OB 2.0, "Revoking Hosted Assertions").
func stripped(site layout.Site, a *badge.Award, reason string) []byte {
	w := jsontext.New(256)
	w.Open('{')
	head(w, site.URL(layout.Assertion(a.ID)), "Assertion")
	w.Flag("revoked", true)
	w.Optional("revocationReason", reason)
	w.Close('}')
	return w.Bytes()
}

// Twin is an award's assertion in OB 1.0 form (OB 1.0, BadgeAssertion), at a URL of its own: no one document satisfies
// the readers of 1.x and of 2.0. It has no @context, id and type, as with them its readers take it for 1.1. OB 1.0
// has room for one URL as evidence: where that is not enough, it is the award's page, which shows all of it. Twin is
// nil where HasTwin is false. Errors are those of Assertion.
func Twin(site layout.Site, a *badge.Award) ([]byte, error) {
	if !HasTwin(a) {
		return nil, nil
	}
	w := jsontext.New(1 << 10)
	w.Open('{')
	if a.State() != badge.Valid {
		w.Flag("revoked", true)
		w.Close('}')
		return w.Bytes(), nil
	}
	if a.Class.Image == nil {
		return nil, fmt.Errorf("%s: %w", place(a), errImage)
	}
	w.Text("uid", a.ID)
	recipient(w, a)
	w.Text("badge", site.URL(layout.Class(a.Class.Slug)))
	w.Key("verify")
	w.Open('{')
	w.Text("type", "hosted")
	w.Text("url", site.URL(layout.Assertion1(a.ID)))
	w.Close('}')
	w.Date("issuedOn", a.Issued)
	w.Date("expires", a.Expires)
	w.Text("image", site.URL(layout.AwardImage(a.ID, a.Class.Image.Ext())))
	if a.Details != nil && len(a.Details.Evidence) > 0 {
		evidence := site.URL(layout.AwardPage(a.ID))
		if first := a.Details.Evidence[0]; len(a.Details.Evidence) == 1 && first.URL != "" {
			var err error
			if evidence, err = iri.Encode(first.URL); err != nil {
				return nil, fmt.Errorf("%s: evidence 1: url: %w", place(a), err)
			}
		}
		w.Text("evidence", evidence)
	}
	w.Close('}')
	return w.Bytes(), nil
}

// place names an award in an error by where it is declared: its id is the address of an unlisted page.
func place(a *badge.Award) string {
	pos := a.Pos(a.At.Award)
	return fmt.Sprintf("%s:%d", pos.File, pos.Line)
}

// recipient writes the hashed recipient (OB 2.0, IdentityObject). A salt is written even where it is empty: a reader
// exists that fails without the property.
func recipient(w *jsontext.Writer, a *badge.Award) {
	identity := a.Identity()
	w.Key("recipient")
	w.Open('{')
	w.Text("type", identity.Kind.String())
	w.Flag("hashed", true)
	w.Text("salt", identity.Salt)
	w.Text("identity", identity.Hash)
	w.Close('}')
}

// evidence writes an assertion's evidence, always as a list.
func evidence(w *jsontext.Writer, items []badge.Evidence) error {
	if len(items) == 0 {
		return nil
	}
	w.Key("evidence")
	w.Open('[')
	for n, e := range items {
		w.Element()
		w.Open('{')
		if e.URL != "" {
			id, err := iri.Encode(e.URL)
			if err != nil {
				return fmt.Errorf("evidence %d: url: %w", n+1, err)
			}
			w.Text("id", id)
		}
		w.Optional("name", e.Name)
		w.Optional("description", e.Description)
		w.Optional("narrative", e.Narrative)
		w.Optional("genre", e.Genre)
		w.Optional("audience", e.Audience)
		w.Close('}')
	}
	w.Close(']')
	return nil
}
