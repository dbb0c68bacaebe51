package verify

import (
	"context"

	"blazon/internal/document"
	"blazon/internal/fetch"
	"blazon/internal/jose"
	"blazon/internal/verdict"
)

// about is something that may be endorsed.
type about struct {
	document.Object
	what, id string
}

// endorsed verifies what an award of 2.0, its class and its issuer carry as endorsements, one by one.
func (n *run) endorsed(ctx context.Context, a *award) {
	if a.generation != v20 {
		return
	}
	looked := 0
	for _, of := range []about{{a.Object, "the assertion", a.ID()}, {a.class, "the badge class", a.class.ID()}, {a.issuer, "the issuer", a.issuer.ID()}} {
		for _, v := range of.List("endorsement") {
			if looked++; looked > maxEndorsements {
				n.note(verdict.Endorsement, "there are further endorsements, which were not verified")
				return
			}
			p := n.part("endorsement of "+of.what, "endorsement")
			p.endorsement2(ctx, v, of)
			p.conclude()
			n.countEndorsement(p, of)
		}
	}
	if looked == 0 {
		n.skip(verdict.Endorsement, "it carries none")
	}
}

// countEndorsement makes the verdict on an endorsement a check of what carries it. One that only ran out or cannot be had
// takes nothing from the award; one that is false shows that somebody was deceived.
func (n *run) countEndorsement(p *run, of about) {
	by := p.report.Issuer
	if by == "" {
		by = "somebody"
	}
	switch {
	case p.report.Verdict == verdict.Valid:
		n.pass(verdict.Endorsement, "the endorsement of %s by %s is valid", of.what, by)
	case p.report.Verdict == verdict.Untold:
		n.note(verdict.Endorsement, "of the endorsement of %s by %s nothing can be told", of.what, by)
	case lapsed(p.report):
		n.note(verdict.Endorsement, "the endorsement of %s by %s no longer counts: it expired or was taken back", of.what, by)
	default:
		n.fail(verdict.Endorsement, "the endorsement of %s by %s is not valid", of.what, by)
	}
}

// lapsed reports whether nothing is wrong but that it expired or was revoked.
func lapsed(r *verdict.Report) bool {
	for _, c := range r.Checks {
		if c.Outcome == verdict.Fail && c.ID != verdict.Expiry && c.ID != verdict.Revocation {
			return false
		}
	}
	return true
}

// endorsement2 verifies an endorsement of 2.0 (OB 2.0, "Endorsement"): a claim about something by another issuer, hosted
// or signed as assertions are.
func (n *run) endorsement2(ctx context.Context, v any, of about) {
	n.report.Generation = string(v20)
	o, object := document.As(v)
	text, _ := v.(string)
	var from source
	var m *jose.Message
	switch {
	case object:
	case Recognize([]byte(text)) == JWS:
		var err error
		if m, err = jose.Parse(text); err != nil {
			n.unsigned(err)
			return
		}
		if o, err = document.Read(m.Payload); err != nil {
			n.problem(verdict.Structure, "what is signed", err)
			return
		}
	case isWeb(text):
		answer, err := n.get(ctx, text, fetch.JSON)
		if err == nil && answer.Status != 410 {
			err = answer.Err()
		}
		if err != nil {
			n.problem(verdict.Hosting, "the endorsement", err)
			return
		}
		if answer.Status == 410 {
			n.fail(verdict.Revocation, "revoked: the server says that it was taken away (410)")
			return
		}
		if o, err = document.Read(answer.Body); err != nil {
			n.unreadable(err)
			return
		}
		from.address = text
	default:
		n.fail(verdict.Structure, "an endorsement is neither a URL nor an object")
		return
	}
	n.report.ID = o.ID()
	a := &award{Object: o, generation: v20, address: o.ID(), signed: m}
	if m == nil {
		if v, ok := verification(o); ok && v.Is("signed", "SignedBadge") {
			n.fail(verdict.Signature, "it says that it is signed, but it comes without a signature")
			return
		}
		if !n.hosted(ctx, a, from) {
			return
		}
	}
	n.structure(checkEndorsement2(a.Object, of))
	var ok bool
	if a.issuer, a.issuerAt, ok = n.linked(ctx, verdict.Issuer, "the issuer's profile", a.Object["issuer"], v20); ok {
		n.report.Issuer, n.report.IssuerID = document.Plain(a.issuer.Or("name", "")), a.issuerAt
		n.pass(verdict.Issuer, "the issuer's profile is there")
	}
	if m == nil {
		n.scope(a)
		n.notRevoked(a)
	} else {
		n.signature(ctx, a)
		n.listed(ctx, a)
	}
	n.dates(a)
}

func checkEndorsement2(o document.Object, of about) []string {
	s := &shape{Object: o, what: "endorsement", g: v20}
	s.id()
	s.types("Endorsement")
	s.reference("issuer", true)
	s.date("issuedOn", true)
	s.verification()
	claim, ok := o.Object("claim")
	switch {
	case !ok:
		s.problem("claim", "is not one object")
	case of.id == "" || claim.ID() != of.id:
		s.problem("claim", "is about something else than what carries the endorsement: found %s", document.Show(claim.ID()))
	}
	return s.problems
}
