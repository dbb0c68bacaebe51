package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"blazon/internal/bake"
	"blazon/internal/document"
	"blazon/internal/jose"
	"blazon/internal/verdict"
)

// credential is a verifiable credential: a badge of Open Badges 3.0, an endorsement or a status list.
type credential struct {
	document.Object
	kind    string        // awardCredential, endorsementCredential or listCredential
	old     bool          // of the VC data model 1.1, which early badges of 3.0 used
	signed  *jose.Message // nil: its proofs are inside
	issuer  string        // the issuer's id
	subject document.Object
}

const (
	awardCredential       = "credential"
	endorsementCredential = "endorsement"
	listCredential        = "status list"
)

// credential verifies a credential with embedded proofs (OB 3.0, "OpenBadgeCredential Verification").
func (n *run) credential(ctx context.Context, o document.Object) {
	if o["revoked"] == true && !o.Has("credentialSubject") {
		n.report.Kind, n.report.Generation = awardCredential, string(v30)
		n.revoked(o, "")
		return
	}
	c := newCredential(o, nil)
	n.begin(c)
	n.structure(checkCredential(c))
	n.proofs(ctx, c)
	n.rest(ctx, c)
}

func newCredential(o document.Object, m *jose.Message) *credential {
	c := &credential{Object: o, signed: m, issuer: document.Ref(o["issuer"]), kind: awardCredential}
	c.subject, _ = o.Object("credentialSubject")
	switch {
	case o.Is("EndorsementCredential"):
		c.kind = endorsementCredential
	case o.Is("BitstringStatusListCredential", "StatusList2021Credential"):
		c.kind = listCredential
	}
	contexts := o.Contexts()
	c.old = len(contexts) > 0 && contexts[0] == oldContext
	return c
}

// begin notes what the report says of a credential in its head.
func (n *run) begin(c *credential) {
	r := n.report
	r.Kind, r.Generation, r.ID, r.IssuerID = c.kind, string(v30), c.ID(), c.issuer
	if c.signed != nil {
		r.Kind += " (JWT)"
	}
	if issuer, ok := c.Object.Object("issuer"); ok {
		r.Issuer = document.Plain(issuer.Or("name", ""))
	}
	achievement, _ := c.subject.Object("achievement")
	r.Badge = document.Plain(achievement.Or("name", c.Or("name", "")))
}

// rest is what is checked of every credential once it is known who signed what.
func (n *run) rest(ctx context.Context, c *credential) {
	n.period(c)
	if c.kind == listCredential {
		return // lists have no status, and nobody is their holder
	}
	n.status(ctx, c)
	if c.kind == awardCredential {
		n.recipientOf3(c.subject)
		n.pictures3(ctx, c)
		if e := len(c.List("evidence")); e > 0 {
			n.note(verdict.Evidence, "it names evidence (%d), which was not fetched", e)
		}
	}
	n.endorsed3(ctx, c)
	for _, v := range c.List("credentialSchema") {
		if s, ok := document.As(v); ok {
			n.note(verdict.Schema, "it names a schema of the type %s, which was not fetched: the rules of Open Badges were checked", document.Show(strings.Join(s.Types(), ", ")))
		}
	}
	for _, v := range c.List("refreshService") {
		if s, ok := document.As(v); ok {
			n.note(verdict.Refresh, "a newer one may be at %s, which was not asked", document.Show(s.ID()))
		}
	}
}

// validity are a credential's dates, under the names of its data model.
func (c *credential) validity() (fromKey, untilKey string) {
	if c.old {
		return "issuanceDate", "expirationDate"
	}
	return "validFrom", "validUntil"
}

// period checks from when and until when a credential is good. Both data models' names count, whichever it follows: what
// a proof signs does not tell under which contexts it was signed.
func (n *run) period(c *credential) {
	fromKey, _ := c.validity()
	for _, key := range []string{"validFrom", "issuanceDate"} {
		if from, err := document.Moment(c.Or(key, "")); err == nil {
			n.report.Issued = day(from)
			if from.After(n.options.Now) {
				n.fail(verdict.Issued, "it is valid from %s, which is in the future", day(from))
			} else {
				n.pass(verdict.Issued, "valid from %s", day(from))
			}
		}
	}
	if c.kind == listCredential && !c.Has(fromKey) {
		n.skip(verdict.Issued, "it does not say from when it is valid")
	} // otherwise checkCredential says so
	ends := false
	for _, key := range []string{"validUntil", "expirationDate"} {
		if !c.Has(key) {
			continue
		}
		ends = true
		if until, err := document.Moment(c.Or(key, "")); err == nil {
			n.report.Expires = day(until)
			n.expiry(until)
		}
	}
	if !ends {
		n.pass(verdict.Expiry, "it does not expire")
	}
}

// pictures3 checks the images of a credential, and that what is baked into the holder's is the credential.
func (n *run) pictures3(ctx context.Context, c *credential) {
	seen := false
	achievement, _ := c.subject.Object("achievement")
	issuer, _ := c.Object.Object("issuer")
	for _, i := range []struct {
		of   document.Object
		what string
	}{{achievement, "the achievement's image"}, {issuer, "the issuer's image"}, {c.Object, "the credential's image"}} {
		if at := document.Ref(i.of["image"]); at != "" {
			seen = true
			n.shown(ctx, i.what, at)
		}
	}
	at := document.Ref(c.subject["image"])
	if strings.HasPrefix(at, "data:") {
		n.shown(ctx, "the award's image", at)
		return
	}
	if isWeb(at) {
		n.own3(ctx, c, at)
		return
	}
	if !seen {
		n.skip(verdict.Images, "there are none")
	}
}

func (n *run) own3(ctx context.Context, c *credential, at string) {
	const what = "the award's image"
	found, ok := n.bakedAt(ctx, what, at)
	if !ok {
		return
	}
	baked, ok := bake.First(found, bake.OB3)
	if !ok {
		n.pass(verdict.Images, "%s is there, and no credential is baked into it", what)
		return
	}
	text := strings.TrimSpace(baked.Value)
	if c.signed != nil && text == c.signed.String() {
		n.pass(verdict.Images, "%s is there, with the credential baked into it", what)
		return
	}
	o, err := document.Read([]byte(text))
	if err != nil || c.signed != nil {
		// The same award as a JWT and as JSON: an image holds one of them.
		n.note(verdict.Images, "%s holds another form of a credential than this one", what)
		return
	}
	place, differ := document.Difference(o, c.Object)
	switch {
	case !differ:
		n.pass(verdict.Images, "%s is there, with the credential baked into it", what)
	case o.ID() == c.ID() && n.version(ctx, o, c):
		n.note(verdict.Images, "%s holds another version of this credential: they differ at %s", what, document.Show(place))
	case o.ID() == c.ID():
		n.fail(verdict.Images, "what is baked into %s is not this credential: they differ at %s", what, document.Show(place))
	default:
		n.note(verdict.Images, "%s holds another credential than this one", what)
	}
}

// version reports whether an object is another version of a credential: its issuer signed it too. What was signed again, with
// another key or after a correction, leaves older copies as good as they were (OB 3.0, "Credential equality and comparison
// algorithm").
func (n *run) version(ctx context.Context, o document.Object, c *credential) bool {
	other := newCredential(o, nil)
	p := &run{Verifier: n.Verifier, report: &verdict.Report{}, left: n.left, depth: n.depth + 1}
	p.proofs(ctx, other)
	return other.issuer == c.issuer && p.report.Has(verdict.Signature, verdict.Pass) && p.report.Has(verdict.Key, verdict.Pass) && !p.report.Any(verdict.Fail)
}

// endorsed3 verifies the endorsements that a credential carries (OB 3.0, EndorsementCredential), one by one.
func (n *run) endorsed3(ctx context.Context, c *credential) {
	if n.depth > 0 && c.kind == endorsementCredential {
		return
	}
	achievement, _ := c.subject.Object("achievement")
	issuer, _ := c.Object.Object("issuer")
	looked := 0
	for _, of := range []about{{c.Object, "the credential", c.ID()}, {achievement, "the achievement", achievement.ID()}, {issuer, "the issuer", c.issuer}} {
		for _, key := range []string{"endorsement", "endorsementJwt"} {
			for _, v := range of.List(key) {
				if looked++; looked > maxEndorsements {
					n.note(verdict.Endorsement, "there are further endorsements, which were not verified")
					return
				}
				p := n.part("endorsement of "+of.what, endorsementCredential)
				p.endorsement3(ctx, v, of, c)
				p.conclude()
				n.countEndorsement(p, of)
			}
		}
	}
	if looked == 0 {
		n.skip(verdict.Endorsement, "it carries none")
	}
}

func (n *run) endorsement3(ctx context.Context, v any, of about, within *credential) {
	var subject document.Object
	switch o, object := document.As(v); {
	case object:
		if !o.Has("@context") {
			// Inside another credential the outer contexts count.
			inside := document.Object{"@context": within.Object["@context"]}
			for k, value := range o {
				inside[k] = value
			}
			o = inside
		}
		n.credential(ctx, o)
		subject, _ = o.Object("credentialSubject")
		if !o.Is("EndorsementCredential") {
			n.fail(verdict.Structure, "it is carried as an endorsement, but is none")
		}
	default:
		text, ok := v.(string)
		if !ok || Recognize([]byte(text)) != JWS {
			n.fail(verdict.Structure, "an endorsement is neither an object nor a JWS")
			return
		}
		m, err := jose.Parse(text)
		if err != nil {
			n.unsigned(err)
			return
		}
		o, err := document.Read(m.Payload)
		if err != nil {
			n.problem(verdict.Structure, "what is signed", err)
			return
		}
		claims := o
		if vc, ok := o.Object("vc"); ok {
			o = inner(o, vc)
		}
		n.jwt(ctx, m, claims, o)
		subject, _ = o.Object("credentialSubject")
		if !o.Is("EndorsementCredential") {
			n.fail(verdict.Structure, "it is carried as an endorsement, but is none")
		}
	}
	if subject.ID() == "" || subject.ID() != of.id {
		n.fail(verdict.Structure, "it is about something else than %s, which carries it: found %s", of.what, document.Show(subject.ID()))
	}
}

// encode is an object as JSON, for those who read bytes.
func encode(o map[string]any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(o) // what was read as JSON can be written
	return b.Bytes()
}

// without is a copy of an object that lacks a property.
func without(o document.Object, key string) document.Object {
	copied := make(document.Object, len(o))
	for k, v := range o {
		if k != key {
			copied[k] = v
		}
	}
	return copied
}

// passed reports whether a moment that is not zero has come.
func (n *run) passed(t time.Time) bool { return !t.IsZero() && !t.After(n.options.Now) }
