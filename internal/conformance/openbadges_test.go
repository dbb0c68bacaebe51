package conformance_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMozillaValidator: the validator of the 1.x backpacks takes every OB 1.0 assertion that holds, and no other.
func TestMozillaValidator(t *testing.T) {
	v := verdict[struct {
		Tool       string
		Assertions []struct {
			File, Reason string
			Accepted     bool
		}
		Mutants []struct {
			Name, Reason, Expected string
			Right                  bool
		}
	}](t, "validate.js")
	s := example(t)
	require.Len(t, v.Assertions, len(s.match(t, "awards/*/assertion-1.json")))
	seen := map[string]int{}
	for _, a := range v.Assertions {
		state := s.state(award(a.File))
		seen[state]++
		assert.Equal(t, state == "valid", a.Accepted, "%s, %s: %s", a.File, state, a.Reason)
	}
	t.Logf("%s: %v", v.Tool, seen)
	for _, state := range []string{"valid", "revoked", "erased"} {
		assert.NotZero(t, seen[state], "the example has no %s award for an e-mail address", state)
	}
	require.NotEmpty(t, v.Mutants)
	for _, m := range v.Mutants {
		assert.True(t, m.Right, "%s: refused because of %q, expected %s", m.Name, m.Reason, m.Expected)
	}
}

// TestMozillaBakery: the bakery of the 1.x and 2.0 backpacks finds in every image the assertion that is published.
func TestMozillaBakery(t *testing.T) {
	type image struct {
		Name, File, Error string
		Baked, Own, Same  bool
	}
	v := verdict[struct {
		Tool            string
		Images, Mutants []image
	}](t, "unbake.js")
	s := example(t)
	require.Len(t, v.Images, len(s.match(t, "awards/*/badge.png")))
	seen := map[string]int{}
	for _, i := range v.Images {
		state := s.state(award(i.File))
		seen[state]++
		switch state {
		case "valid", "revoked":
			assert.True(t, i.Baked && i.Own && i.Same, "%+v", i)
		case "erased", "none":
			// The image of an award that was erased is the class's, with nothing in it; that of an award to a DID has nothing
			// for readers of 2.0.
			assert.Equal(t, "IMAGE_UNBAKED", i.Error, i.File)
		default:
			t.Errorf("%s has an image and no assertion", i.File)
		}
	}
	t.Logf("%s: %v", v.Tool, seen)
	for _, state := range []string{"valid", "revoked", "erased", "none"} {
		assert.NotZero(t, seen[state], "the example has no %s award with a PNG", state)
	}
	require.NotEmpty(t, v.Mutants)
	for _, m := range v.Mutants {
		assert.False(t, m.Baked && m.Own && m.Same, "%+v", m)
	}
}

// TestDocuments: every 2.0 document satisfies an independent reading of the standard, in which every rule is seen to
// refuse something.
func TestDocuments(t *testing.T) {
	type finding struct{ Rule, File, At, Message string }
	v := verdict[struct {
		Documents        map[string]int
		Findings, Sample []finding
		Rules, Unseen    []string
		Mutants          []struct {
			Name, On, Rule string
			Found          []string
			Noticed        bool
		}
		Variants []struct {
			Name, On string
			Findings []finding
		}
	}](t, "check-ob2.js")
	s := example(t)
	assert.Empty(t, v.Findings)
	t.Logf("%v by %d rules and %d mutants", v.Documents, len(v.Rules), len(v.Mutants))
	assert.Equal(t, len(s.match(t, "issuers/*/profile.json")), v.Documents["Profile"])
	assert.Equal(t, len(s.match(t, "badges/*/class.json")), v.Documents["BadgeClass"])
	assert.Equal(t, len(s.match(t, "awards/*/assertion.json")), v.Documents["Assertion"]+v.Documents["Revoked"])
	gone := 0 // of erased awards
	for _, path := range s.match(t, "awards/*/signed.json") {
		if s.state(award(path)) == "erased" {
			gone++
		}
	}
	assert.Equal(t, len(s.match(t, "awards/*/signed.json"))-gone, v.Documents["Signed"])
	for _, kind := range []string{"Profile", "BadgeClass", "Assertion", "Revoked", "Signed", "CryptographicKey", "RevocationList"} {
		assert.NotZero(t, v.Documents[kind], kind)
	}

	assert.Empty(t, v.Sample, "the sample that is then broken is not good")
	assert.NotEmpty(t, v.Rules)
	assert.Empty(t, v.Unseen, "rules that nothing broke")
	require.NotEmpty(t, v.Mutants)
	for _, m := range v.Mutants {
		assert.True(t, m.Noticed, "%s on %s: %s did not notice, only %v", m.Name, m.On, m.Rule, m.Found)
	}
	require.NotEmpty(t, v.Variants)
	for _, m := range v.Variants {
		assert.Empty(t, m.Findings, "%s on %s", m.Name, m.On)
	}
}
