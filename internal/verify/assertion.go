package verify

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"blazon/internal/document"
	"blazon/internal/fetch"
	"blazon/internal/jose"
	"blazon/internal/verdict"
)

// award is an assertion of Open Badges 0.5 to 2.0 with what it stands on.
type award struct {
	document.Object
	generation generation
	address    string // where it is published; empty for a signed one
	signed     *jose.Message

	class   document.Object
	classAt string // its URL; empty where it only stands inside the assertion
	issuer  document.Object
	// issuerAt is the URL of the profile, and the issuer's identity. It is empty where the profile only stands inside
	// another document.
	issuerAt string
}

// assertion verifies an assertion that is JSON.
func (n *run) assertion(ctx context.Context, o document.Object, from source) {
	n.report.Kind = string(assertionKind)
	g, ok := generationOf(o)
	if !ok {
		n.fail(verdict.Structure, "its @context is none of Open Badges")
		return
	}
	n.report.Generation, n.report.ID = string(g), o.ID()
	if from.gone {
		n.revoked(o, "the server says that it was taken away (410)")
		return
	}
	if v, ok := verification(o); ok && v.Is("signed", "SignedBadge") {
		n.fail(verdict.Signature, "it says that it is signed, but it comes without a signature: verify the JWS")
		return
	}
	a := &award{Object: o, generation: g, address: addressOf(o, g)}
	if a.address == "" && g == v05 {
		a.address = from.address // it names no address of its own, and is what stands at one
	}
	if a.address == "" && from.address != "" && o["revoked"] == true {
		n.revoked(o, "") // an assertion of 1.x that was taken back keeps nothing else
		return
	}
	if !n.hosted(ctx, a, from) {
		return
	}
	n.judge(ctx, a)
}

// verification is an assertion's verification object, under either of its names.
func verification(o document.Object) (document.Object, bool) {
	if v, ok := o.Object("verification"); ok {
		return v, true
	}
	return o.Object("verify")
}

// addressOf is where an assertion says that it is hosted.
func addressOf(o document.Object, g generation) string {
	if g == v20 || g == v11 {
		return o.ID()
	}
	if v, ok := o.Object("verify"); ok {
		return v.Or("url", "")
	}
	return ""
}

// hosted gets the assertion from where it says it is, which then is what counts (OB 2.0, "HostedBadge Verification"; 1.1,
// "Hosted Assertion"). It is false where nothing more can be said.
func (n *run) hosted(ctx context.Context, a *award, from source) bool {
	if a.address == "" {
		if a.Object["revoked"] == true {
			n.revoked(a.Object, "")
			return false
		}
		if a.generation == v05 {
			n.unknown(verdict.Hosting, "an assertion of Open Badges 0.5 does not say where it is published: give its URL")
		} else {
			n.fail(verdict.Hosting, "it does not say where it is published")
		}
		return false
	}
	if !isWeb(a.address) {
		n.fail(verdict.Hosting, "it says that it is hosted, but %s is no http or https URL", document.Show(a.address))
		return false
	}
	if same(a.address, from.address) {
		if a.Object["revoked"] == true {
			n.revoked(a.Object, "")
			return false
		}
		n.pass(verdict.Hosting, "it stands at %s", document.Show(a.address))
		n.skip(verdict.Copy, "it is no copy")
		return true
	}
	answer, err := n.get(ctx, a.address, fetch.JSON)
	if err != nil {
		n.problem(verdict.Hosting, "the assertion", err)
		return true // its form and its dates can still be looked at
	}
	if answer.Status != 410 {
		if err := answer.Err(); err != nil {
			n.problem(verdict.Hosting, "the assertion", err)
			return true
		}
	}
	published, err := document.Read(answer.Body)
	if answer.Status == 410 {
		n.revoked(published, "the server says that it was taken away (410)")
		return false
	}
	if err != nil {
		n.problem(verdict.Hosting, "what stands at "+document.Show(a.address), err)
		return true
	}
	if published["revoked"] == true {
		n.revoked(published, "")
		return false
	}
	g, ok := generationOf(published)
	if own := addressOf(published, g); ok && own != "" && !same(own, a.address) {
		n.fail(verdict.Hosting, "what stands at %s says that it belongs at %s", document.Show(a.address), document.Show(own))
		return true
	}
	n.pass(verdict.Hosting, "it stands at %s", document.Show(a.address))
	if at, differ := document.Difference(a.Object, published); differ {
		n.fail(verdict.Copy, "the copy is not what is published at %s: they differ at %s", document.Show(a.address), document.Show(at))
	} else {
		n.pass(verdict.Copy, "the copy is what is published")
	}
	if ok {
		// What is published counts, also where the copy says something else.
		a.Object, a.generation = published, g
		n.report.Generation = string(g)
	}
	return true
}

// revoked notes that an assertion was taken back.
func (n *run) revoked(o document.Object, how string) {
	if how == "" {
		how = "the issuer took it back"
	}
	if why := o.Or("revocationReason", ""); why != "" {
		how += ", giving as the reason " + document.Show(why)
	}
	n.fail(verdict.Revocation, "revoked: %s", how)
}

// judge checks an assertion that is known to be the published or the signed one.
func (n *run) judge(ctx context.Context, a *award) {
	n.structure(checkAssertion(a.Object, a.generation))
	n.stands(ctx, a)
	if a.signed == nil {
		n.scope(a)
		n.notRevoked(a)
	} else {
		n.signature(ctx, a)
		n.listed(ctx, a)
	}
	n.dates(a)
	n.recipientOf(a)
	n.pictures(ctx, a)
	n.endorsed(ctx, a)
	if e := len(a.List("evidence")); e > 0 {
		n.note(verdict.Evidence, "it names evidence (%d), which was not fetched", e)
	}
}

func (n *run) notRevoked(a *award) {
	if n.report.Has(verdict.Hosting, verdict.Pass) {
		n.pass(verdict.Revocation, "what is published does not say that it was revoked")
	}
}

// structure notes what is wrong with the form of a document.
func (n *run) structure(problems []string) {
	for i, p := range problems {
		if i == maxListed {
			n.fail(verdict.Structure, "and %d more", len(problems)-i)
			return
		}
		n.fail(verdict.Structure, "%s", p)
	}
	if len(problems) == 0 && !n.report.Has(verdict.Structure, verdict.Fail) {
		n.pass(verdict.Structure, "it has what Open Badges %s requires", n.report.Generation)
	}
}

// stands finds the badge class and the issuer.
func (n *run) stands(ctx context.Context, a *award) {
	var ok bool
	if a.class, a.classAt, ok = n.linked(ctx, verdict.Class, "the badge class", a.Object["badge"], a.generation); !ok {
		return
	}
	n.report.Badge = document.Plain(a.class.Or("name", ""))
	g := a.generation
	if own, ok := generationOf(a.class); ok && g != v05 && (a.class.Has("@context") || a.classAt != "") {
		g = own // class and issuer may be of an older or a newer generation than the assertion
	}
	problems := checkClass(a.class, g)
	for _, p := range problems[:min(len(problems), maxListed)] {
		n.fail(verdict.Class, "%s", p)
	}
	if len(problems) == 0 {
		n.pass(verdict.Class, "the badge class is there")
	}
	if a.issuer, a.issuerAt, ok = n.linked(ctx, verdict.Issuer, "the issuer's profile", a.class["issuer"], g); !ok {
		return
	}
	n.report.Issuer = document.Plain(a.issuer.Or("name", ""))
	n.report.IssuerID = a.issuerAt
	if own, ok := generationOf(a.issuer); ok && g != v05 && (a.issuer.Has("@context") || a.issuerAt != "") {
		g = own
	}
	problems = checkIssuer(a.issuer, g)
	for _, p := range problems[:min(len(problems), maxListed)] {
		n.fail(verdict.Issuer, "%s", p)
	}
	if len(problems) == 0 {
		n.pass(verdict.Issuer, "the issuer's profile is there")
	}
}

// linked is what a property refers to: what stands at its URL, also where a copy stands in its place (OB 2.0 takes what is
// published for the truth), or an object that only stands there.
func (n *run) linked(ctx context.Context, id verdict.ID, what string, v any, g generation) (o document.Object, at string, ok bool) {
	inside, embedded := document.As(v)
	at, _ = v.(string)
	if embedded {
		at = inside.ID()
	}
	switch {
	case embedded && !isWeb(at):
		return inside, "", true
	case at == "":
		return nil, "", false // checkAssertion and checkClass say so
	case !isWeb(at):
		n.fail(id, "%s is at %s, which is no http or https URL", what, document.Show(at))
		return nil, "", false
	}
	o, err := n.document(ctx, at)
	if err != nil {
		n.problem(id, what, err)
		return nil, at, false
	}
	if own := o.ID(); own != "" && !same(own, at) {
		n.fail(id, "%s at %s says that its id is %s", what, document.Show(at), document.Show(own))
		return nil, at, false
	}
	if embedded {
		if place, differ := unlike(inside, o); differ {
			n.fail(id, "%s that stands inside is not what is published at %s: they differ at %s", what, document.Show(at), document.Show(place))
		}
	}
	return o, at, true
}

// unlike compares a copy that stands inside another document with what is published. The copy needs no @context of its
// own, and may hold or refer to what the other refers to or holds; what it says must be what is published.
func unlike(inside, published document.Object) (string, bool) {
	for key, v := range inside {
		switch key {
		case "@context":
			continue
		case "issuer", "badge":
			if a, b := document.Ref(v), document.Ref(published[key]); a != "" && a == b {
				continue
			}
		}
		if at, differ := document.Difference(v, published[key]); differ {
			return "/" + key + at, true
		}
	}
	return "", false
}

// scope checks that the issuer answers for what stands at the assertion's address (OB 2.0, "HostedBadge Verification").
func (n *run) scope(a *award) {
	if a.issuer == nil {
		n.skip(verdict.Scope, "without an issuer's profile there is no policy")
		return
	}
	authority := a.issuerAt
	if authority == "" {
		authority = a.classAt
	}
	if a.generation == v05 {
		origin, _ := a.issuer.Text("origin")
		authority = origin
	}
	policy, _ := a.issuer.Object("verification")
	prefixes, _ := policy.Texts("startsWith")
	origins, _ := policy.Texts("allowedOrigins")
	if len(prefixes) == 0 && len(origins) == 0 || a.issuerAt == "" {
		// A policy that only stands inside the assertion, or a class, is not the issuer's word.
		n.sameOrigin(a, authority)
		return
	}
	if property := policy.Or("verificationProperty", "id"); property != "id" {
		n.unknown(verdict.Scope, "the issuer's policy is about %s, which Open Badges does not know", document.Show(property))
		return
	}
	if len(prefixes) > 0 && !slices.ContainsFunc(prefixes, func(p string) bool { return p != "" && strings.HasPrefix(a.address, p) }) {
		n.fail(verdict.Scope, "the issuer's policy allows no assertion at %s: it must start with %s", document.Show(a.address), document.Show(strings.Join(prefixes, " or ")))
		return
	}
	if dotted(a.address) {
		n.fail(verdict.Scope, "the assertion's address has dots for folders, which hosts may follow out of what the policy allows")
		return
	}
	if len(origins) == 0 && hostOf(authority) != "" {
		origins = []string{hostOf(authority)} // OB 2.0, VerificationObject: the default
	}
	if len(origins) > 0 && !slices.ContainsFunc(origins, func(o string) bool { return strings.EqualFold(o, hostOf(a.address)) }) {
		n.fail(verdict.Scope, "the issuer's policy allows no assertion on %s, only on %s", document.Show(hostOf(a.address)), document.Show(strings.Join(origins, " or ")))
		return
	}
	n.pass(verdict.Scope, "the issuer's policy allows assertions at this address")
}

// sameOrigin is the rule where the issuer states no policy: assertion and badge class share the origin of the profile.
func (n *run) sameOrigin(a *award, authority string) {
	complain := n.fail
	if a.generation != v20 {
		// Before 2.0 there is no rule, but nothing else ties the assertion to the issuer either.
		complain = n.unknown
	}
	switch {
	case originOf(authority) == "":
		n.unknown(verdict.Scope, "the issuer has no address, so that nothing ties it to the assertion")
	case originOf(a.address) != originOf(authority):
		complain(verdict.Scope, "the assertion is on %s, but its issuer is on %s and states no policy that allows this", document.Show(originOf(a.address)), document.Show(originOf(authority)))
	case a.classAt != "" && originOf(a.classAt) != originOf(authority):
		complain(verdict.Scope, "the badge class is on %s, but its issuer is on %s", document.Show(originOf(a.classAt)), document.Show(originOf(authority)))
	default:
		n.pass(verdict.Scope, "assertion, badge class and issuer are on %s", document.Show(originOf(authority)))
	}
}

// dates checks when the award was made and until when it is good.
func (n *run) dates(a *award) {
	issuedKey := "issuedOn"
	if a.generation == v05 {
		issuedKey = "issued_on"
	}
	var issued time.Time
	if v, ok := a.Object[issuedKey]; ok {
		if t, err := momentOf(v, a.generation); err == nil {
			issued = t
			n.report.Issued = day(t)
		}
	}
	switch {
	case issued.IsZero() && a.generation == v05:
		n.skip(verdict.Issued, "it does not say when it was issued")
	case issued.IsZero():
		// checkAssertion says so.
	case issued.After(n.options.Now):
		n.fail(verdict.Issued, "it is issued on %s, which is in the future", day(issued))
	default:
		n.pass(verdict.Issued, "issued on %s", day(issued))
	}
	v, ok := a.Object["expires"]
	if !ok || v == nil {
		n.pass(verdict.Expiry, "it does not expire")
		return
	}
	expires, err := momentOf(v, a.generation)
	if err != nil {
		return // checkAssertion says so
	}
	n.report.Expires = day(expires)
	n.expiry(expires)
}

func (n *run) expiry(expires time.Time) {
	if expires.Before(n.options.Now) {
		n.fail(verdict.Expiry, "expired on %s", day(expires))
		return
	}
	n.pass(verdict.Expiry, "valid until %s", day(expires))
}

// momentOf reads a date as its generation has them.
func momentOf(v any, g generation) (time.Time, error) {
	if g != v20 {
		return document.Loose(v)
	}
	s, _ := v.(string)
	return document.Moment(s)
}

// day is a date for people, with the time only where it is not midnight.
func day(t time.Time) string {
	t = t.UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05Z")
}

// isWeb reports whether a text is an absolute http or https URL.
func isWeb(s string) bool {
	if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && !strings.ContainsAny(s, " \t\r\n")
}

// same reports whether two URLs name one document. Nothing but the fragment is forgiven: URLs that only look alike may be
// answered by others.
func same(a, b string) bool {
	return a != "" && fetch.WithoutFragment(a) == fetch.WithoutFragment(b)
}

// dotted reports whether a URL's path has segments that lead upwards or nowhere.
func dotted(address string) bool {
	u, err := url.Parse(address)
	return err != nil || slices.ContainsFunc(strings.Split(u.Path, "/"), func(s string) bool { return s == "." || s == ".." })
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// originOf is scheme, host and port of a web URL (RFC 6454); empty for anything else.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	host := strings.ToLower(u.Host)
	if port := map[string]string{"https": ":443", "http": ":80"}[u.Scheme]; strings.HasSuffix(host, port) {
		host = strings.TrimSuffix(host, port)
	}
	return u.Scheme + "://" + host
}
