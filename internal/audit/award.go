package audit

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html"

	"blazon/internal/bake"
	"blazon/internal/document"
	"blazon/internal/jose"
	"blazon/internal/layout"
	"blazon/internal/ledger"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

// state is what an award's files say of it.
type state string

const (
	valid   state = "valid" // or expired
	revoked state = "revoked"
	erased  state = "erased"
)

// held is one award with what its files say.
type held struct {
	id         string
	state      state
	assertion  document.Object // nil where there is none, or where it was stripped
	stripped   document.Object // what was left of it
	credential document.Object
	class      string // its slug, where any document says so
}

// award checks one award's folder.
func (a *auditor) award(ctx context.Context, id string) {
	a.count(&a.result.Awards, 1)
	h := &held{id: id, state: valid}
	page := layout.AwardPage(id)
	if !a.names[page] {
		a.fault(page, Files, "the award has no page")
	}
	line, listed := a.ledger.lines[hashOf(id)]
	if !listed && a.ledger.read {
		a.fault(layout.Ledger, Ledger, "there is no line for the award %s", id)
	}
	if !a.names[layout.Assertion(id)] && !a.names[layout.Credential(id)] && !a.names[layout.CredentialJWT(id)] && !a.names[layout.Assertion1(id)] {
		return // an award to a DID has nothing but a page where nothing is signed
	}
	a.learn(h)
	switch {
	case line.Erased:
		h.state = erased
	case a.tombstone(h):
		// The documents tell it as well, also where the ledger cannot be read.
		if h.state = erased; listed {
			a.fault(layout.Ledger, Ledger, "the line for the award %s does not say that it was erased, but its documents do", id)
		}
	}
	if h.state == erased {
		a.count(&a.result.Erased, 1)
		a.gone(h)
		a.pageSays(h)
		a.relate(h)
		return
	}
	a.relate(h)
	if h.state == revoked {
		a.count(&a.result.Revoked, 1)
	}
	a.assertions(ctx, h)
	a.credentials(ctx, h)
	a.images(h)
	a.pageSays(h)
	if listed && a.ledger.read {
		a.statement(h, line)
	}
}

func hashOf(id string) ledger.Hash { return ledger.Published(id, "", "", "", "").ID }

// learn reads the documents and decides whether the award was revoked. Any document that says so decides, and others that
// do not are faults.
func (a *auditor) learn(h *held) {
	if a.names[layout.Assertion(h.id)] {
		if o, err := a.object(layout.Assertion(h.id)); err == nil {
			if o["revoked"] == true {
				h.state, h.stripped = revoked, o
			} else {
				h.assertion = o
			}
		}
	}
	if a.names[layout.Assertion1(h.id)] {
		if o, err := a.object(layout.Assertion1(h.id)); err == nil && o["revoked"] == true {
			h.state = revoked
		}
	}
	if a.names[layout.Credential(h.id)] {
		if o, err := a.object(layout.Credential(h.id)); err == nil {
			h.credential = o
			if a.bit(o) {
				h.state = revoked
			}
		}
	}
}

// tombstone reports whether an award's documents are those of an erased one. Where it is only revoked, what was signed
// stays, and the assertion is still baked into the image.
func (a *auditor) tombstone(h *held) bool {
	if h.credential != nil {
		return h.credential["revoked"] == true && !h.credential.Has("credentialSubject")
	}
	for _, name := range []string{layout.CredentialJWT(h.id), layout.SignedJWS(h.id)} {
		if data, err := a.read(name); err == nil {
			return len(bytes.TrimSpace(data)) == 0
		}
	}
	if h.stripped.Or("revocationReason", "") != "Erased" {
		return false
	}
	data, err := a.read(layout.AwardImage(h.id, "png"))
	if err != nil {
		return false
	}
	found, err := bake.Unbake(data)
	return err == nil && len(found) == 0
}

// assertions checks the documents of Open Badges 1.x and 2.0.
func (a *auditor) assertions(ctx context.Context, h *held) {
	two, one := layout.Assertion(h.id), layout.Assertion1(h.id)
	if a.names[two] {
		a.judge(ctx, h, two)
		if o, err := a.object(two); err == nil {
			a.own(two, o)
			if h.state == revoked {
				a.stripped(two, o)
			}
		}
	}
	if a.names[one] {
		a.judge(ctx, h, one)
		if o, err := a.object(one); err == nil && o["revoked"] != true {
			if o.Or("uid", "") != h.id {
				a.fault(one, State, "its uid is not the award's id: found %s", document.Show(o.Or("uid", "")))
			}
			a.alike(one, o, h)
		}
	}
	name := layout.SignedJWS(h.id)
	if !a.names[name] {
		return
	}
	a.judge(ctx, h, name)
	o, ok := a.payload(name)
	if !ok {
		return // judge says so
	}
	a.alike(name, o, h)
	if plain, err := a.object(layout.Signed(h.id)); err == nil {
		if at, differ := document.Difference(plain, o); differ {
			a.fault(layout.Signed(h.id), verdict.Copy, "it is not what is signed in %s: they differ at %s", name, document.Show(at))
		}
	}
}

// alike checks that an assertion in another form says the same of the award.
func (a *auditor) alike(name string, o document.Object, h *held) {
	if h.assertion == nil {
		return
	}
	for _, key := range []string{"recipient", "badge", "issuedOn", "expires"} {
		if _, differ := document.Difference(o[key], h.assertion[key]); differ {
			a.fault(name, State, "%q is not that of assertion.json", key)
		}
	}
}

// payload is what a JWS signs, whether it holds or not.
func (a *auditor) payload(name string) (document.Object, bool) {
	data, err := a.read(name)
	if err != nil {
		return nil, false
	}
	m, err := jose.Parse(string(bytes.TrimSpace(data)))
	if err != nil {
		return nil, false
	}
	o, err := document.Read(m.Payload)
	return o, err == nil
}

// own checks that a document's id is where it is published.
func (a *auditor) own(name string, o document.Object) {
	if want := a.site.URL(name); o.ID() != want {
		a.fault(name, verdict.Hosting, "it says that its id is %s, but is published as %s", document.Show(o.ID()), document.Show(want))
	}
}

// stripped checks that the assertion of an award that no longer counts says nothing but that: readers exist that do not
// look at the flag.
func (a *auditor) stripped(name string, o document.Object) {
	if o["revoked"] != true {
		a.fault(name, State, "the award was revoked, but this does not say so")
		return
	}
	for key := range o {
		if !slices.Contains([]string{"@context", "id", "type", "revoked", "revocationReason"}, key) {
			a.fault(name, State, "it says that it was revoked, but still has %q, and readers exist that take it for valid", key)
		}
	}
}

// credentials checks the documents of Open Badges 3.0.
func (a *auditor) credentials(ctx context.Context, h *held) {
	for _, name := range []string{layout.Credential(h.id), layout.CredentialJWT(h.id)} {
		if a.names[name] {
			a.judge(ctx, h, name)
		}
	}
	if o, ok := a.payload(layout.CredentialJWT(h.id)); ok {
		a.twin(layout.CredentialJWT(h.id), o, h)
	}
	if h.credential != nil {
		a.own(layout.Credential(h.id), h.credential)
		a.achieved(h)
		a.slot(h)
	}
}

// achieved checks that the achievement inside a credential is the one that is published.
func (a *auditor) achieved(h *held) {
	subject, _ := h.credential.Object("credentialSubject")
	inside, _ := subject.Object("achievement")
	name, ok := a.port.Path(inside.ID())
	if !ok || !a.names[name] {
		return // links says so
	}
	known, ok := a.achievements.Load(name)
	if !ok {
		known, _ = a.achievements.LoadOrStore(name, sync.OnceValue(func() document.Object {
			o, err := a.object(name)
			if err != nil {
				return nil
			}
			delete(o, "@context")
			return o
		}))
	}
	published := known.(func() document.Object)()
	if published == nil {
		return // document says so
	}
	if at, differ := document.Difference(published, inside); differ {
		a.fault(name, State, "it is not the achievement that awards were made for: they differ at %s", document.Show(at))
	}
}

// twin checks a JWT: it is the credential of its own address, or the very one that stands beside it with a proof inside.
func (a *auditor) twin(name string, o document.Object, h *held) {
	if o.ID() != a.site.URL(layout.Credential(h.id)) {
		a.own(name, o)
		return
	}
	if h.credential == nil {
		return
	}
	form := []string{"proof", "iss", "sub", "jti", "nbf", "exp", "iat"}
	if h.credential.Has("awardedDate") && o.Has("awardedDate") {
		// Each form has a key of its own. What one of them had signed may have been signed again, from another day on.
		form = append(form, "validFrom")
	}
	bare := func(o document.Object) document.Object {
		c := document.Object{}
		for key, v := range o {
			if !slices.Contains(form, key) {
				c[key] = v
			}
		}
		return c
	}
	if at, differ := document.Difference(bare(h.credential), bare(o)); differ {
		a.fault(name, State, "it says something else than credential.json: they differ at %s", document.Show(at))
	}
}

// judge verifies one document as a reader would, and compares the verdict with the award's state: what was revoked has to
// be refused for that reason, and nothing may be refused for any other than having expired.
func (a *auditor) judge(ctx context.Context, h *held, name string) {
	report := a.verifier.Verify(ctx, verify.Target{Name: a.site.URL(name)})
	refused := false
	for _, c := range report.Checks {
		switch {
		case c.Outcome == verdict.Unknown:
			a.add(Fault{name, c.ID, verdict.Unknown, c.Reason})
		case c.Outcome != verdict.Fail || c.ID == verdict.Expiry:
		case c.ID == verdict.Revocation && strings.HasPrefix(c.Reason, "revoked"):
			if refused = true; h.state != revoked {
				a.fault(name, State, "it counts as revoked, but the award's other documents do not say so: %s", c.Reason)
			}
		default:
			a.fault(name, c.ID, "%s", c.Reason)
		}
	}
	if h.state == revoked && !refused {
		a.fault(name, State, "the award was revoked, but this is not refused for that")
	}
}

// images checks that what is baked into the award's images is, byte for byte, what is published.
func (a *auditor) images(h *held) {
	for _, i := range []struct {
		name string
		two  bool // holds the assertion
		both bool // may hold the credential beside it
	}{
		{layout.AwardImage(h.id, "png"), true, true}, {layout.AwardImage(h.id, "svg"), true, false}, {layout.CredentialImage(h.id), false, false},
	} {
		if !a.names[i.name] {
			continue
		}
		data, err := a.read(i.name)
		if err != nil {
			continue // file says so
		}
		found, err := bake.Unbake(data)
		if err != nil {
			a.fault(i.name, verdict.Baked, "the image cannot be read: %s", reasonOf(err))
			continue
		}
		a.same(i.name, h.class, found)
		if i.two && a.names[layout.Assertion(h.id)] {
			a.copied(i.name, found, bake.OB2, layout.Assertion(h.id))
		}
		if (i.both || !i.two) && a.signedFor(h.id) != "" {
			a.copied(i.name, found, bake.OB3, a.signedFor(h.id))
		}
		for _, f := range found {
			if f.Keyword == bake.OB3 && a.signedFor(h.id) == "" || f.Keyword == bake.OB2 && !a.names[layout.Assertion(h.id)] {
				a.fault(i.name, verdict.Baked, "it holds a badge (%s) that is not published", f.Keyword)
			}
		}
	}
}

// signedFor is the credential that images hold.
func (a *auditor) signedFor(id string) string {
	for _, name := range []string{layout.Credential(id), layout.CredentialJWT(id)} {
		if a.names[name] {
			return name
		}
	}
	return ""
}

func (a *auditor) copied(image string, found []bake.Found, keyword, hosted string) {
	count := 0
	for _, f := range found {
		if f.Keyword == keyword {
			count++
		}
	}
	if count > 1 {
		a.fault(image, verdict.Baked, "it holds %d badges of one generation (%s)", count, keyword)
		return
	}
	baked, ok := bake.First(found, keyword)
	if !ok {
		a.fault(image, verdict.Baked, "%s is not baked into it", hosted)
		return
	}
	published, err := a.read(hosted)
	if err != nil {
		return // file says so
	}
	if strings.HasSuffix(hosted, ".jwt") {
		published = bytes.TrimSpace(published)
	}
	if baked.Value != string(published) && baked.Value != strings.TrimSuffix(string(published), "\n") {
		a.fault(image, verdict.Copy, "what is baked into it is not %s, byte for byte", hosted)
	}
}

// gone checks an erased award: a tombstone that keeps nothing of its holder.
func (a *auditor) gone(h *held) {
	keep := map[string][]string{
		layout.Assertion(h.id):  {"@context", "id", "type", "revoked", "revocationReason"},
		layout.Assertion1(h.id): {"revoked"},
		layout.Signed(h.id):     {"revoked"},
		layout.Credential(h.id): {"id", "revoked"},
	}
	for name, keys := range keep {
		if !a.names[name] {
			continue
		}
		o, err := a.object(name)
		if err != nil {
			continue // document says so
		}
		if o["revoked"] != true {
			a.fault(name, State, "the award was erased, but this does not say so")
		}
		for key := range o {
			if !slices.Contains(keys, key) {
				a.fault(name, State, "the award was erased, but this still has %q", key)
			}
		}
	}
	for _, name := range []string{layout.SignedJWS(h.id), layout.CredentialJWT(h.id)} {
		if data, err := a.read(name); err == nil && len(bytes.TrimSpace(data)) > 0 {
			a.fault(name, State, "the award was erased, but this is not empty")
		}
	}
	for _, name := range []string{layout.AwardImage(h.id, "png"), layout.AwardImage(h.id, "svg"), layout.CredentialImage(h.id)} {
		data, err := a.read(name)
		if err != nil {
			continue
		}
		if found, err := bake.Unbake(data); err != nil {
			a.fault(name, verdict.Baked, "the image cannot be read: %s", reasonOf(err))
		} else if len(found) > 0 {
			a.fault(name, State, "the award was erased, but its badge is still baked into this")
		}
	}
}

// pageSays compares an award's page with its state, as far as the page is one of the program's own templates.
func (a *auditor) pageSays(h *held) {
	name := layout.AwardPage(h.id)
	data, err := a.read(name)
	if err != nil {
		return
	}
	ours, plate, banner, own := false, false, false, ""
	tags(data, func(t html.Token) {
		attributes := map[string]string{}
		for _, attribute := range t.Attr {
			attributes[attribute.Key] = attribute.Val
		}
		classes := strings.Fields(attributes["class"])
		ours = ours || t.Data == "article" && slices.Contains(classes, "award")
		plate = plate || slices.Contains(classes, "plate")
		banner = banner || slices.Contains(classes, "revoked")
		if t.Data == "link" && attributes["rel"] == "canonical" {
			own = attributes["href"]
		}
	})
	switch {
	case !ours:
	case own != "" && own != a.site.URL(name):
		a.fault(name, State, "it is the page of %s", document.Show(own))
	case h.state == erased && plate:
		a.fault(name, State, "the award was erased, but its page still shows it")
	case h.state == revoked && !banner:
		a.fault(name, State, "the award was revoked, but its page does not say so")
	case h.state != revoked && banner:
		a.fault(name, State, "the page says that the award was revoked, but its documents do not")
	}
}

// statement compares an award with its line in the ledger, where its documents still say what the line is made of.
func (a *auditor) statement(h *held, line ledger.Line) {
	var got ledger.Line
	switch {
	case h.assertion != nil:
		r, _ := h.assertion.Object("recipient")
		got = ledger.Published(h.id, r.Or("identity", ""), document.Ref(h.assertion["badge"]), h.assertion.Or("issuedOn", ""), h.assertion.Or("expires", ""))
	case h.credential != nil && h.credential.Has("credentialSubject"):
		subject, _ := h.credential.Object("credentialSubject")
		identity := subject.ID()
		if i, ok := subject.Object("identifier"); ok {
			identity = i.Or("identityHash", "")
		}
		achievement, _ := subject.Object("achievement")
		class := strings.TrimSuffix(achievement.ID(), "achievement.json") + "class.json"
		got = ledger.Published(h.id, identity, class, h.credential.Or("awardedDate", h.credential.Or("validFrom", "")), h.credential.Or("validUntil", ""))
	default:
		return
	}
	if got.Statement != line.Statement {
		a.fault(layout.Ledger, Ledger, "the line for the award %s is not of what is published: recipient, class or a date is another", h.id)
	}
}
