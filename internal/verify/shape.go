package verify

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"blazon/internal/document"
)

var (
	emailForm     = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
	telephoneForm = regexp.MustCompile(`^\+?[1-9]\d{1,14}(;ext=\d+)?$`)
	hashForm      = regexp.MustCompile(`^(md5\$[0-9a-fA-F]{32}|sha1\$[0-9a-fA-F]{40}|sha256\$[0-9a-fA-F]{64}|sha512\$[0-9a-fA-F]{128})$`)
	uuidForm      = regexp.MustCompile(`^urn:uuid:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[089abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)
)

// shape collects what is wrong with the form of one document.
type shape struct {
	document.Object
	what     string
	g        generation
	problems []string
}

func (s *shape) problem(key, format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf("%s: %q %s", s.what, key, fmt.Sprintf(format, args...)))
}

// missing reports whether a property is not there, and complains where it is required.
func (s *shape) missing(key string, required bool) bool {
	if s.Has(key) {
		return false
	}
	if required {
		s.problem(key, "is missing")
	}
	return true
}

// one is the value of a property that has one: a list of one counts as its value in JSON-LD, so from 2.0 on.
func (s *shape) one(key string) (any, bool) {
	v := s.Object[key]
	if list, ok := v.([]any); ok && s.g == v20 {
		if len(list) != 1 {
			s.problem(key, "has %d values, and one is allowed", len(list))
			return nil, false
		}
		v = list[0]
	}
	return v, true
}

func (s *shape) text(key string, required bool) {
	if s.missing(key, required) {
		return
	}
	if v, ok := s.one(key); ok {
		if t, ok := v.(string); !ok {
			s.problem(key, "is not a text")
		} else if required && strings.TrimSpace(t) == "" {
			s.problem(key, "is empty")
		}
	}
}

// address is a property that is an http or https URL.
func (s *shape) address(key string, required bool) {
	if s.missing(key, required) {
		return
	}
	if v, ok := s.one(key); ok {
		if t, ok := v.(string); !ok || !s.isURL(t) {
			s.problem(key, "is not an http or https URL")
		}
	}
}

// isURL holds 2.0 to RFC 3986 and is content with a scheme and a host before.
func (s *shape) isURL(t string) bool {
	if !isWeb(t) {
		return false
	}
	if s.g != v20 {
		return true
	}
	for i := range len(t) {
		if c := t[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"{}|\\^`", c) >= 0 {
			return false
		}
	}
	_, err := url.ParseRequestURI(t)
	return err == nil
}

// reference is a property that is a URL or an object that stands in its place.
func (s *shape) reference(key string, required bool) {
	if s.missing(key, required) {
		return
	}
	if v, ok := s.one(key); ok {
		if _, object := document.As(v); !object {
			if t, ok := v.(string); !ok || !s.isURL(t) {
				s.problem(key, "is neither an http or https URL nor an object")
			}
		}
	}
}

func (s *shape) image(key string, required, data bool) {
	if s.missing(key, required) {
		return
	}
	v, ok := s.one(key)
	if !ok {
		return
	}
	t, text := v.(string)
	if o, object := document.As(v); object && s.g == v20 {
		t, text = o.ID(), o.ID() != ""
	}
	switch {
	case !text:
		s.problem(key, "is not an image's URL")
	case strings.HasPrefix(t, "data:"):
		if !data {
			s.problem(key, "is a data URI, and a URL is wanted")
		}
	case !s.isURL(t):
		s.problem(key, "is not an image's URL")
	}
}

func (s *shape) date(key string, required bool) {
	if s.missing(key, required) {
		return
	}
	if v, ok := s.one(key); ok {
		if _, err := momentOf(v, s.g); err != nil {
			s.problem(key, "%s: found %s", err, document.Show(fmt.Sprint(v)))
		}
	}
}

func (s *shape) types(allowed ...string) {
	if !s.Is(allowed...) {
		s.problem("type", "is not %s: found %s", strings.Join(allowed, " or "), document.Show(strings.Join(s.Types(), ", ")))
	}
}

func (s *shape) id() {
	id := s.ID()
	switch {
	case id == "":
		s.problem("id", "is missing")
	case !s.isURL(id) && !uuidForm.MatchString(id) && (s.g != v20 || !strings.HasPrefix(id, "_:")):
		s.problem("id", "is neither an http or https URL nor a urn:uuid: found %s", document.Show(id))
	}
}

// checkAssertion says what an assertion lacks of what its generation requires.
func checkAssertion(o document.Object, g generation) []string {
	s := &shape{Object: o, what: "assertion", g: g}
	if g == v05 {
		s.assertion05()
		return s.problems
	}
	if g != v10 {
		s.id()
		s.types("Assertion")
	}
	if g != v20 {
		s.text("uid", true)
	}
	s.recipient()
	if g == v20 {
		s.reference("badge", true)
	} else {
		s.address("badge", true)
	}
	s.verification()
	s.date("issuedOn", true)
	s.date("expires", false)
	if issued, err := momentOf(o["issuedOn"], g); err == nil {
		if expires, err := momentOf(o["expires"], g); err == nil && expires.Before(issued) {
			s.problem("expires", "is before it was issued")
		}
	}
	s.image("image", false, g != v20)
	if g != v20 {
		s.address("evidence", false)
	} else {
		s.text("narrative", false)
		for _, e := range o.List("evidence") {
			if t, ok := e.(string); ok && s.isURL(t) {
				continue
			}
			if _, ok := document.As(e); !ok {
				s.problem("evidence", "is neither an http or https URL nor an object")
				break
			}
		}
	}
	if r, ok := o["revoked"]; ok {
		if _, ok := r.(bool); !ok {
			s.problem("revoked", "is neither true nor false")
		}
	}
	return s.problems
}

// recipient is OB 1.0 and 2.0, "IdentityObject". What was found is never repeated: it may be an address.
func (s *shape) recipient() {
	if s.missing("recipient", true) {
		return
	}
	r, ok := s.Object.Object("recipient")
	if !ok {
		s.problem("recipient", "is not one object")
		return
	}
	in := &shape{Object: r, what: s.what + ": recipient", g: s.g}
	in.text("type", true)
	in.text("identity", true)
	if kind := r.Or("type", "email"); s.g != v20 && kind != "email" {
		in.problem("type", "is not email: found %s", document.Show(kind))
	}
	identity := r.Or("identity", "")
	hash := hashForm.MatchString(identity)
	hashed, isBool := r["hashed"].(bool)
	if t, text := r["hashed"].(string); s.g != v20 && text && (t == "true" || t == "false") {
		hashed, isBool = t == "true", true
	}
	switch {
	case !r.Has("hashed"):
		in.problem("hashed", "is missing")
	case !isBool:
		in.problem("hashed", "is neither true nor false")
	case hashed && !hash:
		in.problem("identity", "is not a hash, though it says that it is hashed")
	case hashed && s.g == v20 && !strings.HasPrefix(identity, "sha256$") && !strings.HasPrefix(identity, "md5$"):
		in.problem("identity", "is hashed by an algorithm that Open Badges 2.0 does not know")
	case !hashed && hash:
		in.problem("identity", "is a hash, though it says that it is not hashed")
	case !hashed && r.Or("type", "") == "email" && !emailForm.MatchString(identity):
		in.problem("identity", "is not an e-mail address")
	}
	in.text("salt", false)
	s.problems = append(s.problems, in.problems...)
}

func (s *shape) verification() {
	key := "verify"
	if s.g == v20 {
		key = "verification"
		if s.Has("verify") {
			if s.Has("verification") {
				s.problem("verification", "stands beside its other name, verify: one is allowed")
				return
			}
			key = "verify"
		}
	}
	if s.missing(key, true) {
		return
	}
	v, ok := s.Object.Object(key)
	if !ok {
		s.problem(key, "is not one object")
		return
	}
	in := &shape{Object: v, what: s.what + ": " + key, g: s.g}
	allowed := []string{"hosted", "signed"}
	if s.g == v20 {
		allowed = append(allowed, "HostedBadge", "SignedBadge")
	} else {
		in.address("url", true)
	}
	if len(v.Types()) != 1 || !v.Is(allowed...) {
		in.problem("type", "is none of %s: found %s", strings.Join(allowed, ", "), document.Show(strings.Join(v.Types(), ", ")))
	}
	s.problems = append(s.problems, in.problems...)
}

// assertion05 is Open Badges 0.5: everything in one document.
func (s *shape) assertion05() {
	s.text("recipient", true)
	if r := s.Or("recipient", ""); r != "" && !hashForm.MatchString(r) && !emailForm.MatchString(r) {
		s.problem("recipient", "is neither an e-mail address nor a hash")
	}
	s.text("salt", false)
	s.date("issued_on", false)
	s.date("expires", false)
	if s.missing("badge", true) {
		return
	}
	if _, ok := s.Object.Object("badge"); !ok {
		s.problem("badge", "is not an object")
	}
}

// checkClass says what a badge class lacks.
func checkClass(o document.Object, g generation) []string {
	s := &shape{Object: o, what: "badge class", g: g}
	s.text("name", true)
	s.text("description", true)
	if g == v05 {
		s.text("version", false)
		s.text("image", true)
		s.text("criteria", true)
		if _, ok := o.Object("issuer"); !ok {
			s.problem("issuer", "is not an object")
		}
		return s.problems
	}
	if g != v10 {
		s.id()
		s.types("BadgeClass")
	}
	s.image("image", true, true)
	if g != v20 {
		s.address("criteria", true)
		s.address("issuer", true)
	} else {
		s.reference("criteria", true)
		if c, ok := o.Object("criteria"); ok && c.ID() == "" && !c.Has("narrative") {
			s.problem("criteria", "has neither an id nor a narrative")
		}
		s.reference("issuer", true)
	}
	name, target := "name", "url"
	if g == v20 {
		name, target = "targetName", "targetUrl"
	}
	for i, v := range o.List("alignment") {
		a, ok := document.As(v)
		if !ok {
			if t, text := v.(string); !text || g != v20 || !s.isURL(t) {
				s.problem("alignment", "has an entry (number %d) that is no object", i+1)
			}
			continue
		}
		in := &shape{Object: a, what: fmt.Sprintf("%s: alignment %d", s.what, i+1), g: g}
		in.text(name, true)
		in.address(target, true)
		s.problems = append(s.problems, in.problems...)
	}
	if _, ok := o.Texts("tags"); !ok {
		s.problem("tags", "are not texts")
	}
	return s.problems
}

// ClassProblems says what a published badge class lacks of what its generation requires, each on one line.
func ClassProblems(o document.Object) []string {
	g, ok := generationOf(o)
	if !ok {
		return []string{"badge class: its @context is none of Open Badges"}
	}
	return checkClass(o, g)
}

// ProfileProblems says what an issuer's published profile lacks of what its generation requires, each on one line.
func ProfileProblems(o document.Object) []string {
	g, ok := generationOf(o)
	if !ok {
		return []string{"issuer: its @context is none of Open Badges"}
	}
	return checkIssuer(o, g)
}

// checkIssuer says what an issuer's profile lacks.
func checkIssuer(o document.Object, g generation) []string {
	s := &shape{Object: o, what: "issuer", g: g}
	s.text("name", true)
	if g == v05 {
		s.address("origin", true)
		return s.problems
	}
	s.address("url", true)
	if g != v10 {
		s.id()
	}
	switch g {
	case v11:
		s.types("Issuer", "IssuerOrg")
	case v20:
		s.types("Issuer", "Profile")
	}
	s.text("email", g == v20)
	if e := o.Or("email", ""); e != "" && !emailForm.MatchString(e) {
		s.problem("email", "is not an e-mail address")
	}
	if t, ok := o.Text("telephone"); ok && g == v20 && !telephoneForm.MatchString(t) {
		s.problem("telephone", "is not a telephone number with its country's code")
	}
	s.image("image", false, true)
	if g != v20 {
		s.address("revocationList", false)
	}
	if v, ok := o.Object("verification"); ok && g == v20 {
		in := &shape{Object: v, what: "issuer: verification", g: g}
		for _, key := range []string{"startsWith", "allowedOrigins"} {
			texts, ok := v.Texts(key)
			if !ok || slices.Contains(texts, "") {
				in.problem(key, "is not a text, or a list of texts")
			}
		}
		s.problems = append(s.problems, in.problems...)
	}
	return s.problems
}
