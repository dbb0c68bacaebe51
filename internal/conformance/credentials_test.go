package conformance_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/layout"
	"blazon/internal/ob3"
	"blazon/internal/proof"
)

// TestCredentials: the libraries of Digital Bazaar take every credential of the example that holds and refuse the revoked
// ones for that reason alone; jose does the same with VC-JWTs and signed 2.0 assertions. Whatever is broken they refuse, each
// for its own reason.
func TestCredentials(t *testing.T) {
	type row struct {
		File, Reason          string
		Verified, Proof, Gone bool
	}
	v := verdict[struct {
		Tool                        string
		Credentials, Tokens, Signed []row
		Mutants                     []struct {
			Name, Reason string
			Verified     bool
		}
	}](t, "credentials.mjs")
	s := example(t)
	require.Len(t, v.Credentials, len(s.match(t, "awards/*/credential.json")))
	seen := map[string]int{}
	for _, c := range v.Credentials {
		state := s.state(award(c.File))
		seen[state]++
		switch state {
		case "erased":
			assert.True(t, c.Gone, c.File)
		case "revoked":
			assert.True(t, c.Proof && !c.Verified && c.Reason == "revoked", "%+v", c)
		default:
			assert.True(t, c.Verified, "%s: %+v", state, c)
		}
	}
	t.Logf("%s: %v", v.Tool, seen)
	for _, state := range []string{"valid", "revoked", "erased"} {
		assert.NotZero(t, seen[state], "the example has no %s award with a credential", state)
	}
	require.Len(t, v.Tokens, len(s.match(t, "awards/*/credential.jwt")))
	require.NotEmpty(t, v.Tokens)
	for _, c := range v.Tokens {
		assert.Equal(t, s.state(award(c.File)) == "erased", c.Gone, c.File)
		assert.NotEqual(t, c.Gone, c.Verified, "%+v", c)
	}
	require.Len(t, v.Signed, len(s.match(t, "awards/*/signed.jws")))
	require.NotEmpty(t, v.Signed)
	for _, c := range v.Signed {
		state := s.state(award(c.File))
		assert.Equal(t, state == "erased", c.Gone, c.File)
		assert.Equal(t, state == "valid", c.Verified, "%s: %+v", state, c)
	}

	reasons := map[string]string{
		"another name": "Invalid signature", "another recipient": "Invalid signature", "a later end": "Invalid signature", "another status slot": "Invalid signature",
		"another criteria text": "Invalid signature", "another date of the proof": "Invalid signature", "another signature": "Invalid signature",
		"another purpose": "required purpose", "a key that is not in the document": "is not in its document", "an unknown property": "Safe mode",
		"no proof": "No matching proofs", "after its end": "is after \"validUntil\"", "a list that is not there": "answers 404",
		"a list with another signature": "Invalid signature", "a list for another purpose": "does not match the status purpose",
		"a key that asserts nothing": "not authorized by controller", "a key of another controller": "elsewhere.example",
		"token with part 0 changed": "signature", "token with part 1 changed": "signature", "token with part 2 changed": "signature",
		"signed assertion with part 0 changed": "Header", "signed assertion with part 1 changed": "signature", "signed assertion with part 2 changed": "signature",
	}
	require.Len(t, v.Mutants, len(reasons))
	for _, m := range v.Mutants {
		assert.False(t, m.Verified, m.Name)
		assert.Contains(t, m.Reason, reasons[m.Name], m.Name)
		assert.NotEmpty(t, reasons[m.Name], m.Name)
	}
}

// TestStatements compares the statements of thousands of random credentials with those that a JSON-LD processor finds in
// their documents: what is signed is what is written.
func TestStatements(t *testing.T) {
	const count = 2500
	var lines strings.Builder
	out := json.NewEncoder(&lines)
	out.SetEscapeHTML(false)
	for seed := range uint64(count) {
		a, e := randomAward(rand.New(rand.NewPCG(seed, 3)))
		class, err := e.Class(a.Class, "did:web:b.example:issuers:i")
		require.NoError(t, err)
		credential, err := class.Credential(a, a.Issued)
		require.NoError(t, err)
		statements, err := credential.AppendStatements(nil)
		require.NoError(t, err)
		var document map[string]any
		require.NoError(t, json.Unmarshal(credential.Document(proof.Proof{}), &document))
		delete(document, "proof")
		require.NoError(t, out.Encode(map[string]any{"document": document, "statements": string(statements)}))
	}
	v := judgeInput[struct {
		Compared  int
		Different []struct {
			Document   any
			Statements string
			Found      string
		}
	}](t, "statements.mjs", lines.String())
	assert.Equal(t, count, v.Compared)
	for n, d := range v.Different[:min(3, len(v.Different))] {
		assert.Equal(t, d.Found, d.Statements, "difference %d of %d: %v", n+1, len(v.Different), d.Document)
	}
}

// randomAward states many things or few, in words that need escapes, are alike or are missing.
func randomAward(noise *rand.Rand) (*badge.Award, ob3.Encoder) {
	words := []string{"", "a", "A", "é", "e\u0301", "書く", "🏅", "\U0001d11e", "\ufb01", "\u2028", "\u0085", "\ufeff", "\t", "\n", `"`, `\`, "<b>", "&", "]]>", "\x7f", "\\u0041", "{}", "_:c14n0", "  x  "}
	text := func() string {
		var b strings.Builder
		for range noise.IntN(4) {
			b.WriteString(words[noise.IntN(len(words))])
		}
		return b.String()
	}
	some := func() string { return "x" + text() }
	address := func() string {
		return []string{"https://e.example/a", "https://e.example/ü?q=1#f", "http://bücher.example/", "https://e.example/%7Ea b"}[noise.IntN(4)]
	}
	often := func() bool { return noise.IntN(3) > 0 }
	site := layout.Site{Base: []string{"https://b.example", "https://b.example/path/to"}[noise.IntN(2)]}
	issuer := &badge.Issuer{Slug: "i", Name: some(), URL: address(), OB3: true}
	class := &badge.Class{Slug: "c", Issuer: issuer, Name: some(), Description: some(), Criteria: text(), Version: text(), Type: text()}
	if often() {
		class.Image = &badge.Image{File: "c.png", Alt: text()}
	}
	for range noise.IntN(4) {
		class.Tags = append(class.Tags, some())
		class.Alignment = append(class.Alignment, badge.Alignment{Name: some(), URL: address(), Description: text(), Framework: text(), Code: text()})
	}
	if noise.IntN(4) == 0 && len(class.Alignment) > 0 {
		class.Alignment = append(class.Alignment, class.Alignment[0])
	}
	if often() {
		class.Supersedes = &badge.Class{Slug: "older", Version: text()}
	}
	for n := range noise.IntN(3) {
		d := badge.ResultDescription{ID: fmt.Sprint("r", n), Name: some(), Type: some(), Min: text(), Max: text(), Required: text()}
		for range noise.IntN(4) {
			d.Allowed = append(d.Allowed, some())
		}
		class.Results = append(class.Results, d)
	}
	file := "awards.yaml"
	a := &badge.Award{ID: fmt.Sprintf("%026d", noise.IntN(1e9)), StatusIndex: noise.IntN(400_000), Class: class, File: &file,
		Issued: time.Unix(noise.Int64N(4e9), 0), Recipient: badge.Recipient{Kind: badge.Email, Plain: some()}}
	switch noise.IntN(5) {
	case 0:
		a.Recipient = badge.Recipient{Kind: badge.DID, Plain: "did:web:ada.example"}
	case 1:
		a.Recipient = badge.Recipient{Kind: badge.Telephone, Plain: "+41441234567"}
	case 2:
		a.Recipient = badge.Recipient{Kind: badge.Email, Hash: "sha256$" + strings.Repeat("AB", 32), Salt: text()}
	}
	if often() {
		a.Expires = a.Issued.Add(time.Hour)
	}
	if often() {
		d := &badge.Details{Name: text(), Narrative: text()}
		for range noise.IntN(5) {
			e := badge.Evidence{Name: text(), Description: text(), Narrative: text(), Genre: text(), Audience: text()}
			if often() {
				e.URL = address()
			}
			d.Evidence = append(d.Evidence, e)
		}
		for n := range class.Results {
			d.Results = append(d.Results, badge.Result{Of: &class.Results[n], Value: text(), Status: text()})
		}
		a.Details = d
	}
	return a, ob3.Encoder{Site: site, Language: []string{"", "en", "de-CH"}[noise.IntN(3)], OB2: often()}
}
