package ob2_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/iri"
	"blazon/internal/layout"
	"blazon/internal/ob2"
)

// shape is what the tables of OB 2.0 and OB 1.0 say of a document.
type shape struct{ required, optional []string }

var shapes = map[string]shape{
	"profile": {[]string{"@context", "id", "type", "name", "url", "email"},
		[]string{"telephone", "description", "image", "verification"}},
	"class": {[]string{"@context", "id", "type", "name", "description", "image", "criteria", "issuer"},
		[]string{"alignment", "tags", "version"}},
	"assertion": {[]string{"@context", "id", "type", "recipient", "badge", "verification", "issuedOn"},
		[]string{"image", "evidence", "narrative", "expires"}},
	"stripped": {[]string{"@context", "id", "type", "revoked"}, []string{"revocationReason"}},
	"twin": {[]string{"uid", "recipient", "badge", "verify", "issuedOn"},
		[]string{"image", "evidence", "expires"}},
	"twin-stripped": {[]string{"revoked"}, nil},
}

// lists are the properties that hold a list; everything else is a single value.
var lists = []string{"alignment", "tags", "evidence"}

var dateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)

func TestShapes(t *testing.T) {
	for _, g := range golden {
		t.Run(g.name, func(t *testing.T) {
			kind, rest, _ := strings.Cut(g.name, "-")
			if gone := strings.Contains(rest, "revoked") || rest == "erased"; gone && kind == "twin" {
				kind = "twin-stripped"
			} else if gone {
				kind = "stripped"
			}
			data, err := g.make()
			require.NoError(t, err)
			var doc map[string]any
			require.NoError(t, json.Unmarshal(data, &doc))
			for _, key := range shapes[kind].required {
				assert.Contains(t, doc, key)
			}
			for key, value := range doc {
				assert.Contains(t, slices.Concat(shapes[kind].required, shapes[kind].optional), key)
				assert.NotEmpty(t, value, key)
				_, many := value.([]any)
				assert.Equal(t, slices.Contains(lists, key) && !(kind == "twin" && key == "evidence"), many, key)
			}
			for _, key := range []string{"issuedOn", "expires"} {
				if value, ok := doc[key]; ok {
					assert.Regexp(t, dateTime, value)
				}
			}
			if recipient, ok := doc["recipient"].(map[string]any); ok {
				assert.Equal(t, true, recipient["hashed"])
				assert.Regexp(t, `^sha256\$[0-9a-f]{64}$`, recipient["identity"])
				assert.NotEmpty(t, recipient["salt"])
			}
			if id, ok := doc["id"].(string); ok {
				assert.Regexp(t, `^https://[^ ]+\.json$`, id)
				assert.Equal(t, "https://w3id.org/openbadges/v2", doc["@context"])
			}
		})
	}
}

// TestForm: what is not a matter of content is the same everywhere.
func TestForm(t *testing.T) {
	for _, g := range golden {
		t.Run(g.name, func(t *testing.T) {
			data, err := g.make()
			require.NoError(t, err)
			var flat, again bytes.Buffer
			require.NoError(t, json.Compact(&flat, data))
			require.NoError(t, json.Indent(&again, flat.Bytes(), "", "  "))
			assert.Equal(t, again.String()+"\n", string(data))
			if bytes.Contains(data, []byte("@context")) {
				assert.Regexp(t, `^\{\n  "@context": "[^"]+",\n  "id": "[^"]+",\n  "type": "`, string(data))
			}
		})
	}
}

func TestNoPlainIdentity(t *testing.T) {
	for _, plain := range []struct {
		kind  badge.RecipientKind
		value string
	}{{badge.Email, mail}, {badge.URL, page}, {badge.Telephone, phone}, {badge.DID, did}} {
		for state, change := range map[string]func(*badge.Award){
			"valid":   func(*badge.Award) {},
			"revoked": func(a *badge.Award) { revoked(a, "Issued in error") },
			// An erased award has no recipient any more; this one does, as a careless loader might leave it.
			"erased": func(a *badge.Award) { a.Erased = &badge.Erasure{} },
		} {
			t.Run(plain.kind.String()+"/"+state, func(t *testing.T) {
				a := full()
				a.Recipient = badge.Recipient{Kind: plain.kind, Plain: plain.value}
				change(a)
				assertion, err := ob2.Assertion(site, a)
				require.NoError(t, err)
				twin, err := ob2.Twin(site, a)
				require.NoError(t, err)
				assert.Equal(t, ob2.HasAssertion(a), assertion != nil)
				assert.Equal(t, ob2.HasTwin(a), twin != nil)
				published := string(assertion) + string(twin)
				assert.NotContains(t, published, plain.value)
				assert.NotContains(t, published, a.Details.Name)
				assert.NotContains(t, published, "did:")
				if state != "valid" {
					assert.NotContains(t, published, "sha256$")
				}
			})
		}
	}
}

func TestWhichAwardsHaveWhichDocuments(t *testing.T) {
	for _, c := range []struct {
		name            string
		award           *badge.Award
		assertion, twin bool
	}{
		{"email", award(badge.Email, mail), true, true},
		{"url", award(badge.URL, page), true, false},
		{"telephone", award(badge.Telephone, phone), true, false},
		{"did", award(badge.DID, did), false, false},
		{"revoked email", revoked(award(badge.Email, mail), ""), true, true},
		{"revoked url", revoked(award(badge.URL, page), ""), true, false},
		{"revoked did", revoked(award(badge.DID, did), ""), false, false},
		{"erased", erased(award(badge.Email, mail)), true, true},
		{"erased did", erased(award(badge.DID, did)), true, true},
		{"revoked, then erased", erased(revoked(award(badge.Email, mail), "")), true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.assertion, ob2.HasAssertion(c.award))
			assert.Equal(t, c.twin, ob2.HasTwin(c.award))
		})
	}
}

func TestErasedOutranksRevoked(t *testing.T) {
	data, err := ob2.Assertion(site, erased(revoked(full(), "Issued in error")))
	require.NoError(t, err)
	assert.Contains(t, string(data), `"revocationReason": "Erased"`)
	assert.NotContains(t, string(data), "Issued in error")
}

func TestAllowedOrigins(t *testing.T) {
	for base, want := range map[string]any{
		"https://badges.example.org":      "badges.example.org",
		"https://badges.example.org/path": "badges.example.org",
		"https://localhost":               nil,
		"https://badges.example.org:8443": nil,
		"https://[2001:db8::1]":           nil,
	} {
		t.Run(base, func(t *testing.T) {
			data, err := ob2.Profile(layout.Site{Base: base}, issuer())
			require.NoError(t, err)
			var doc struct{ Verification map[string]any }
			require.NoError(t, json.Unmarshal(data, &doc))
			assert.Equal(t, want, doc.Verification["allowedOrigins"])
			assert.Equal(t, base+"/awards/", doc.Verification["startsWith"])
		})
	}
}

// TestScope: the policy of the Profile covers the assertions, else validators refuse all of them.
func TestScope(t *testing.T) {
	profile, err := ob2.Profile(site, issuer())
	require.NoError(t, err)
	assertion, err := ob2.Assertion(site, full())
	require.NoError(t, err)
	var p struct{ Verification struct{ StartsWith string } }
	var a struct{ ID string }
	require.NoError(t, json.Unmarshal(profile, &p))
	require.NoError(t, json.Unmarshal(assertion, &a))
	assert.True(t, strings.HasPrefix(a.ID, p.Verification.StartsWith))
}

func TestErrors(t *testing.T) {
	bad := "ada@example.org"
	for _, c := range []struct {
		name, message string
		make          func() ([]byte, error)
	}{
		{"issuer url", "issuer northwind: url: " + iri.ErrScheme.Error(), func() ([]byte, error) {
			i := issuer()
			i.URL = bad
			return ob2.Profile(site, i)
		}},
		{"base", "base URL: ", func() ([]byte, error) { return ob2.Profile(layout.Site{Base: "https://%zz"}, issuer()) }},
		{"class image", "class go-basics: the class has no image", func() ([]byte, error) {
			c := class()
			c.Image = nil
			return ob2.Class(site, c)
		}},
		{"alignment", "class go-basics: alignment 2: url: " + iri.ErrScheme.Error(), func() ([]byte, error) {
			c := class()
			c.Alignment[1].URL = bad
			return ob2.Class(site, c)
		}},
		{"evidence", "content/awards/2026-03.yaml:7: evidence 2: url: " + iri.ErrScheme.Error(), func() ([]byte, error) {
			return ob2.Assertion(site, with(full(), func(a *badge.Award) { a.Details.Evidence[1].URL = bad }))
		}},
		{"assertion image", "content/awards/2026-03.yaml:7: the class has no image", func() ([]byte, error) {
			return ob2.Assertion(site, with(full(), func(a *badge.Award) { a.Class.Image = nil }))
		}},
		{"twin image", "content/awards/2026-03.yaml:7: the class has no image", func() ([]byte, error) {
			return ob2.Twin(site, with(full(), func(a *badge.Award) { a.Class.Image = nil }))
		}},
		{"twin evidence", "content/awards/2026-03.yaml:7: evidence 1: url: " + iri.ErrScheme.Error(), func() ([]byte, error) {
			return ob2.Twin(site, with(full(), func(a *badge.Award) {
				a.Details.Evidence = a.Details.Evidence[:1]
				a.Details.Evidence[0].URL = bad
			}))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, err := c.make()
			require.ErrorContains(t, err, c.message)
			assert.NotContains(t, err.Error(), "@")
			assert.NotContains(t, err.Error(), id)
			assert.Nil(t, data)
		})
	}
}

// FuzzText: any text of a person's comes out as encoding/json would write it, but for what XML cannot hold, and reads back as itself.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "plain", "é 書 🏅", "\"\\/<>&'", "\b\f\n\r\t\x00\x1f\x7f", "\u2028\u2029\ufffd\ufeff",
		"\xff\xc3", "a\xed\xa0\x80b", "\u2027\u202a", "]]]>>\uffff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := award(badge.Email, mail)
		a.Details = &badge.Details{Narrative: "-" + s}
		data, err := ob2.Assertion(site, a)
		require.NoError(t, err)
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		require.NoError(t, e.Encode("-"+s))
		forXML := strings.NewReplacer("]]>", `]]\u003e`, "\ufffe", `\ufffe`, "\uffff", `\uffff`)
		assert.Contains(t, string(data), `"narrative": `+forXML.Replace(want.String()))
		var doc struct{ Narrative string }
		require.NoError(t, json.Unmarshal(data, &doc))
		assert.Equal(t, "-"+string([]rune(s)), doc.Narrative)
	})
}

func BenchmarkAssertion(b *testing.B) {
	a := award(badge.Email, mail)
	a.Expires = time.Date(2028, 3, 14, 23, 59, 59, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ob2.Assertion(site, a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAssertionFull(b *testing.B) {
	a := full()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ob2.Assertion(site, a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTwin(b *testing.B) {
	a := award(badge.Email, mail)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ob2.Twin(site, a); err != nil {
			b.Fatal(err)
		}
	}
}
