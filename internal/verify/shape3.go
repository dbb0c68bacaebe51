package verify

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"blazon/internal/document"
)

const (
	newContext = "https://www.w3.org/ns/credentials/v2"
	oldContext = "https://www.w3.org/2018/credentials/v1"
)

// badgesContext are the contexts of Open Badges 3.0, which has had several in its drafts.
var badgesContext = regexp.MustCompile(`^https://purl\.imsglobal\.org/spec/ob/v3p0/(context(-3\.\d+\.\d+)?\.json|context/?|ob_v3p0\.jsonld)$`)

// isURI reports whether a text is an absolute URI (RFC 3986), of any scheme.
func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && (u.Host != "" || u.Opaque != "" || u.Path != "") && !strings.ContainsAny(s, " \t\r\n<>\"{}|\\^`")
}

func (s *shape) uri(key string, required bool) {
	if s.missing(key, required) {
		return
	}
	if t, ok := s.Text(key); !ok || !isURI(t) {
		s.problem(key, "is not a URI")
	}
}

func (s *shape) moment(key string, required bool) {
	if s.missing(key, required) {
		return
	}
	t, ok := s.Text(key)
	if !ok {
		s.problem(key, "is not a text")
		return
	}
	if _, err := document.Moment(t); err != nil {
		s.problem(key, "%s: found %s", err, document.Show(t))
	}
}

// typed is a type that has to be among others.
func (s *shape) typed(want string) {
	if !s.Is(want) {
		s.problem("type", "lacks %s: found %s", want, document.Show(strings.Join(s.Types(), ", ")))
	}
}

// in begins the check of an object inside.
func (s *shape) in(o document.Object, what string) *shape {
	return &shape{Object: o, what: what, g: s.g}
}

func (s *shape) took(in *shape) { s.problems = append(s.problems, in.problems...) }

// each checks all objects of a property.
func (s *shape) each(key string, check func(in *shape)) {
	list := s.List(key)
	for i, v := range list {
		name := key
		if len(list) > 1 {
			name = fmt.Sprintf("%s %d", key, i+1)
		}
		o, ok := document.As(v)
		if !ok {
			s.problem(key, "is not an object")
			return
		}
		in := s.in(o, s.what+": "+name)
		check(in)
		s.took(in)
	}
}

// checkCredential says what a credential lacks of what Open Badges 3.0 and the data model of verifiable credentials
// require.
func checkCredential(c *credential) []string {
	s := &shape{Object: c.Object, what: c.kind, g: v20}
	s.contexts(c)
	s.uri("id", c.kind != listCredential)
	s.typed("VerifiableCredential")
	switch c.kind {
	case awardCredential:
		if !s.Is("OpenBadgeCredential", "AchievementCredential") {
			s.problem("type", "is not that of a badge, OpenBadgeCredential or AchievementCredential: found %s", document.Show(strings.Join(s.Types(), ", ")))
		}
	case endorsementCredential:
		s.text("name", false)
	}
	s.issuer()
	from, until := c.validity()
	s.moment(from, c.kind != listCredential)
	s.moment(until, false)
	for _, key := range []string{"validFrom", "validUntil", "issuanceDate", "expirationDate", "awardedDate"} {
		if key != from && key != until {
			s.moment(key, false)
		}
	}
	if a, err := document.Moment(s.Or(from, "")); err == nil {
		if b, err := document.Moment(s.Or(until, "")); err == nil && b.Before(a) {
			s.problem(until, "is before %s", from)
		}
	}
	s.text("name", false)
	s.text("description", false)
	if c.kind != listCredential {
		s.picture("image")
	}
	for _, key := range []string{"credentialSchema", "termsOfUse"} {
		s.each(key, func(in *shape) {
			if len(in.Types()) == 0 {
				in.problem("type", "is missing")
			}
		})
	}
	for _, key := range []string{"credentialStatus", "refreshService"} {
		s.each(key, func(in *shape) {
			if len(in.Types()) == 0 {
				in.problem("type", "is missing")
			}
			in.uri("id", false)
		})
	}
	s.each("evidence", func(in *shape) {
		if c.kind == awardCredential {
			in.typed("Evidence")
		}
		in.uri("id", false)
	})
	s.subject(c)
	return s.problems
}

func (s *shape) contexts(c *credential) {
	contexts := c.Contexts()
	if len(contexts) == 0 || contexts[0] != newContext && contexts[0] != oldContext {
		s.problem("@context", "does not begin with %s", newContext)
	}
	if first := c.List("@context"); len(first) > 0 {
		if _, text := first[0].(string); !text {
			s.problem("@context", "does not begin with a URL")
		}
	}
	if c.kind != listCredential && !slices.ContainsFunc(contexts, badgesContext.MatchString) {
		s.problem("@context", "has none of Open Badges 3.0")
	}
}

func (s *shape) issuer() {
	if s.missing("issuer", true) {
		return
	}
	switch v := s.Object["issuer"].(type) {
	case string:
		if !isURI(v) {
			s.problem("issuer", "is not a URI")
		}
	default:
		o, ok := document.As(v)
		if !ok {
			s.problem("issuer", "is neither a URI nor an object")
			return
		}
		in := s.in(o, s.what+": issuer")
		in.uri("id", true)
		if len(o.Types()) > 0 || s.what == awardCredential {
			in.typed("Profile")
		}
		in.text("name", false)
		in.picture("image")
		s.took(in)
	}
}

// picture is an Image of 3.0, which is always an object in a badge; a bare URL says the same to readers of JSON-LD.
func (s *shape) picture(key string) {
	if s.missing(key, false) {
		return
	}
	if t, ok := s.Text(key); ok {
		if !isURI(t) {
			s.problem(key, "is not an image's URL")
		}
		return
	}
	s.each(key, func(in *shape) {
		in.uri("id", true)
		in.typed("Image")
	})
}

func (s *shape) subject(c *credential) {
	if s.missing("credentialSubject", true) {
		return
	}
	if c.subject == nil {
		s.problem("credentialSubject", "is not one object")
		return
	}
	in := s.in(c.subject, s.what+": credentialSubject")
	defer func() { s.took(in) }()
	in.uri("id", c.kind == endorsementCredential)
	switch c.kind {
	case endorsementCredential:
		in.typed("EndorsementSubject")
		return
	case listCredential:
		if !in.Is("BitstringStatusList", "StatusList2021") {
			in.problem("type", "is not BitstringStatusList: found %s", document.Show(strings.Join(in.Types(), ", ")))
		}
		in.text("encodedList", true)
		return
	}
	in.typed("AchievementSubject")
	if in.ID() == "" && !in.Has("identifier") {
		in.problem("identifier", "is missing, and so is an id: nobody is said to be the holder")
	}
	in.each("identifier", identity)
	in.picture("image")
	in.moment("activityStartDate", false)
	in.moment("activityEndDate", false)
	in.each("result", func(r *shape) { r.typed("Result") })
	if in.missing("achievement", true) {
		return
	}
	achievement, ok := in.Object.Object("achievement")
	if !ok {
		in.problem("achievement", "is not one object")
		return
	}
	a := in.in(achievement, s.what+": achievement")
	a.achievement()
	in.took(a)
}

// AchievementProblems says what a published achievement lacks of what Open Badges 3.0 requires, each on one line.
func AchievementProblems(o document.Object) []string {
	s := &shape{Object: o, what: "achievement", g: v20}
	s.achievement()
	return s.problems
}

func (s *shape) achievement() {
	s.uri("id", true)
	s.typed("Achievement")
	s.text("name", true)
	s.text("description", true)
	if !s.missing("criteria", true) {
		if criteria, ok := s.Object.Object("criteria"); !ok {
			s.problem("criteria", "is not one object")
		} else if !criteria.Has("id") && !criteria.Has("narrative") {
			s.problem("criteria", "has neither an id nor a narrative")
		}
	}
	s.picture("image")
	s.each("alignment", func(al *shape) {
		al.typed("Alignment")
		al.text("targetName", true)
		al.uri("targetUrl", true)
	})
	s.each("resultDescription", func(r *shape) {
		r.typed("ResultDescription")
		r.uri("id", true)
		r.text("name", true)
		r.text("resultType", true)
	})
}

// identity is OB 3.0, IdentityObject. What was found is never repeated: it may be an address.
func identity(in *shape) {
	in.typed("IdentityObject")
	in.text("identityHash", true)
	in.text("identityType", true)
	in.text("salt", false)
	hashed, ok := in.Object["hashed"].(bool)
	if !ok {
		in.problem("hashed", "is neither true nor false")
		return
	}
	if hash := hashForm.MatchString(in.Or("identityHash", "")); hashed && !hash {
		in.problem("identityHash", "is not a hash, though it says that it is hashed")
	}
}

// whole is a number that is a whole one, as Unix times are.
func whole(v any) (int64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	if err == nil {
		return i, true
	}
	f, err := n.Float64()
	return int64(f), err == nil && f == float64(int64(f)) && f > -1e15 && f < 1e15
}
