package verify_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/fetch"
	"blazon/internal/jose"
	"blazon/internal/multikey"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

func TestRecognize(t *testing.T) {
	for text, want := range map[string]verify.Form{
		"\x89PNG\r\n\x1a\n": verify.PNG, "<svg/>": verify.SVG, "\ufeff<?xml version='1.0'?><svg/>": verify.SVG, "<!DOCTYPE html><p>": verify.HTML, " <html lang=en>": verify.HTML,
		"<?xml version='1.0'?>\n<!-- a <svg> --><!doctype html>": verify.HTML, `<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body></body></foreignObject></svg>`: verify.SVG,
		"{}": verify.JSON, " [1]": verify.JSON, "\ufeff{": verify.JSON, "{": verify.JSON, "a.b.c": verify.JWS, "a.b.c\n": verify.JWS, "a.b.": verify.JWS, "a.b.c==": verify.JWS, "a.b": verify.Other,
		"https://example.org/x": verify.Address, "http://example.org": verify.Address, "ftp://example.org": verify.Other, "": verify.Other, " ": verify.Other, "\xff\xd8\xff": verify.Other, "hello": verify.Other,
	} {
		assert.Equal(t, want, verify.Recognize([]byte(text)), text)
	}
}

// TestStrangeFiles: what is no badge is not valid, and what is another thing than an award is not judged.
func TestStrangeFiles(t *testing.T) {
	w := newWorld()
	for text, want := range map[string]verdict.Verdict{
		"": verdict.Invalid, "hello": verdict.Invalid, "{}": verdict.Invalid, "[]": verdict.Invalid, "{": verdict.Invalid, "\xff\xd8\xff": verdict.Invalid,
		`{"type":"BadgeClass","name":"x"}`: verdict.Untold, `{"type":"Issuer"}`: verdict.Untold, `{"kty":"RSA"}`: verdict.Untold,
		`<html><a href="https://example.org/assertion.json">x</a></html>`: verdict.Untold,
		drawing:                                  verdict.Invalid,
		`{"a":` + strings.Repeat("[", 200) + `}`: verdict.Untold,
		"a.b.c":                                  verdict.Invalid,
	} {
		r := w.verify(t, []byte(text))
		assert.Equal(t, want, r.Verdict, "%q: %s", text, describe(r))
	}
	for address, want := range map[string]verdict.Verdict{host + "/missing": verdict.Invalid, host + "/down": verdict.Untold, "ftp://example.org": verdict.Untold} {
		w.down[host+"/down"] = true
		w.down["ftp://example.org"] = true
		r := w.verifier().Verify(t.Context(), verify.Target{Name: address})
		assert.Equal(t, want, r.Verdict, describe(r))
	}
	assert.Equal(t, verdict.Invalid, w.verify(t, picture).Verdict)
	assert.Equal(t, verdict.Invalid, w.verify(t, picture[:100]).Verdict)
}

// TestTwoGenerations: an image that holds two badges is as good as the worse one.
func TestTwoGenerations(t *testing.T) {
	w, a := hosted20(t)
	w3, o := world30(t)
	for address, page := range w3.pages {
		w.pages[address] = page
	}
	signed := prove(t, o, proof{key: edKey(0)})
	both := func(signed object) []byte {
		return bakePNG(t, bake.Text{Keyword: bake.OB2, Value: string(marshal(a))}, bake.Text{Keyword: bake.OB3, Value: string(marshal(signed))})
	}
	r := w.verify(t, both(signed))
	wants(t, r, verdict.Valid)
	require.Len(t, r.Parts, 2)
	assert.Equal(t, "2.0", r.Parts[0].Generation)
	assert.Equal(t, "3.0", r.Parts[1].Generation)
	signed["name"] = "Mastery"
	r = w.verify(t, both(signed))
	wants(t, r, verdict.Invalid, verdict.Baked)
	assert.Equal(t, verdict.Valid, r.Parts[0].Verdict)
	assert.True(t, r.Parts[1].Has(verdict.Signature, verdict.Fail))
	w.down[assertionURL] = true
	w.down[didURL] = true
	signed["name"] = "Soldering"
	r = w.verify(t, both(signed))
	wants(t, r, verdict.Untold, verdict.Baked)
}

func TestBaked(t *testing.T) {
	w, a := hosted20(t)
	text := string(marshal(a))
	template, err := bake.SplitSVG([]byte(drawing))
	require.NoError(t, err)
	svg, err := template.Bake(bake.Text{Keyword: bake.OB2, Value: text}, assertionURL)
	require.NoError(t, err)
	wants(t, w.verify(t, svg), verdict.Valid)
	lying := strings.Replace(string(svg), `verify="`+assertionURL, `verify="`+host+"/other.json", 1)
	require.NotEqual(t, string(svg), lying)
	wants(t, w.verify(t, lying), verdict.Invalid, verdict.Baked)

	// Before 2013 bakers wrote the assertion's address alone.
	r := w.verify(t, bakePNG(t, bake.Text{Keyword: bake.OB2, Value: assertionURL}))
	wants(t, r, verdict.Valid)
	wants(t, w.verify(t, assertionURL+"\n"), verdict.Valid)
	w.status(assertionURL, 410, "")
	wants(t, w.verify(t, bakePNG(t, bake.Text{Keyword: bake.OB2, Value: assertionURL})), verdict.Invalid, verdict.Revocation)

	wants(t, w.verify(t, bakePNG(t, bake.Text{Keyword: bake.OB2, Value: "nonsense"})), verdict.Invalid, verdict.Baked)
	once := bakePNG(t, bake.Text{Keyword: bake.OB2, Value: text})
	twice := append(append([]byte(nil), once[:33]...), bakePNG(t, bake.Text{Keyword: bake.OB2, Value: strings.Replace(text, "a1", "b2", 1)})[33:33+12+len("openbadges")+5+len(text)]...)
	twice = append(twice, once[33:]...)
	r = w.verify(t, twice)
	assert.Equal(t, verdict.Invalid, r.Verdict, describe(r))
}

func TestPage(t *testing.T) {
	w, _ := hosted20(t)
	const page = host + "/awards/a1/"
	for html, want := range map[string]verdict.Verdict{
		`<!doctype html><a href="assertion.json">Assertion</a>`: verdict.Valid,
		`<!doctype html><link rel="alternate" type="application/ld+json" href="/awards/a1/assertion.json"><a href="https://evil.example.net/assertion.json">x</a>`: verdict.Valid,
		`<!doctype html><A HREF='../a1/assertion.json#x'>x</a><a href="assertion.json">again</a>`:                                                                  verdict.Valid,
		`<!doctype html><a href="credential.json">Credential</a><a href="assertion.json">Assertion</a>`:                                                            verdict.Invalid,
		`<!doctype html><a href="elsewhere.json">x</a>`:                                                                                                            verdict.Untold,
		`<!doctype html>`: verdict.Untold,
	} {
		w.put(page, html)
		r := w.verifier().Verify(t.Context(), verify.Target{Name: page})
		assert.Equal(t, want, r.Verdict, "%s\n%s", html, describe(r))
		if want == verdict.Valid {
			assert.Len(t, r.Parts, 1)
			assert.Equal(t, "Soldering", r.Badge)
		}
	}
}

func TestEndorsements3(t *testing.T) {
	const guild = "did:web:guild.example.net"
	guildKey := multikeyMethod(guild, edKey(5))
	build := func(t *testing.T) (*world, object, object) {
		w, o := world30(t)
		w.put("https://guild.example.net/.well-known/did.json", didDocument(guild, guildKey))
		e := object{"@context": o["@context"], "id": "https://guild.example.net/e/1.json", "type": []any{"VerifiableCredential", "EndorsementCredential"}, "name": "Endorsement",
			"issuer": object{"id": guild, "type": []any{"Profile"}, "name": "Guild"}, "validFrom": "2026-02-01T00:00:00Z",
			"credentialSubject": object{"id": host + "/badges/soldering/achievement.json", "type": []any{"EndorsementSubject"}, "endorsementComment": "Good."}}
		return w, o, e
	}
	by := func(t *testing.T, e object) object {
		return prove(t, e, proof{key: edKey(5), method: guildKey["id"].(string)})
	}
	for name, test := range map[string]struct {
		endorse func(t *testing.T, w *world, e object) any
		want    verdict.Verdict
		outcome verdict.Outcome
	}{
		"good": {func(t *testing.T, _ *world, e object) any { return by(t, e) }, verdict.Valid, verdict.Pass},
		"tampered": {func(t *testing.T, _ *world, e object) any {
			s := by(t, e)
			at(s, "credentialSubject")["endorsementComment"] = "Best."
			return s
		}, verdict.Invalid, verdict.Fail},
		"about another": {func(t *testing.T, _ *world, e object) any {
			at(e, "credentialSubject")["id"] = "urn:x"
			return by(t, e)
		}, verdict.Invalid, verdict.Fail},
		"no proof": {func(_ *testing.T, _ *world, e object) any { return e }, verdict.Invalid, verdict.Fail},
		"a badge": {func(t *testing.T, _ *world, e object) any {
			_, o := world30(t)
			return prove(t, o, proof{key: edKey(0)})
		}, verdict.Invalid, verdict.Fail},
		"expired": {func(t *testing.T, _ *world, e object) any { e["validUntil"] = "2026-03-01T00:00:00Z"; return by(t, e) }, verdict.Valid, verdict.Note},
		"unreachable": {func(t *testing.T, w *world, e object) any {
			w.down["https://guild.example.net/.well-known/did.json"] = true
			return by(t, e)
		}, verdict.Valid, verdict.Note},
		"strange": {func(*testing.T, *world, object) any { return "https://guild.example.net/e/1.json" }, verdict.Invalid, verdict.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			w, o, e := build(t)
			at(o, "credentialSubject", "achievement")["endorsement"] = []any{test.endorse(t, w, e)}
			r := w.verify(t, jwtOnly(t, o))
			wants(t, r, test.want, verdict.Endorsement)
			require.Len(t, r.Parts, 1)
			assert.True(t, r.Has(verdict.Endorsement, test.outcome), describe(r))
		})
	}
	// As a badge that is verified by itself, and inside of one with an embedded proof.
	w, o, e := build(t)
	wants(t, w.verify(t, by(t, e)), verdict.Valid)
	at(o, "credentialSubject", "achievement")["endorsement"] = []any{by(t, e)}
	r := w.verify(t, prove(t, o, proof{key: edKey(0)}))
	wants(t, r, verdict.Valid)
	assert.True(t, r.Has(verdict.Endorsement, verdict.Pass), describe(r))
	// As a JWT.
	text := sign2JWT(t, e, edKey(5), guildKey["id"].(string))
	delete(at(o, "credentialSubject", "achievement"), "endorsement")
	at(o, "credentialSubject", "achievement")["endorsementJwt"] = []any{text}
	r = w.verify(t, jwtOnly(t, o))
	wants(t, r, verdict.Valid)
	assert.True(t, r.Has(verdict.Endorsement, verdict.Pass), describe(r))
}

// TestHTTPKeys: keys that stand at addresses of their own.
func TestHTTPKeys(t *testing.T) {
	const at0 = host + "/keys/1.json"
	public := multikey.Ed25519(edKey(0).Public().(ed25519.PublicKey))
	for name, test := range map[string]struct {
		issuer, method string
		put            func(w *world)
		want           verdict.Verdict
	}{
		"a key of an https issuer": {issuerURL, at0, func(w *world) {
			w.put(at0, object{"id": at0, "type": "Multikey", "controller": issuerURL, "publicKeyMultibase": public})
		}, verdict.Valid},
		"a key of another": {issuerURL, at0, func(w *world) {
			w.put(at0, object{"id": at0, "type": "Multikey", "controller": "https://evil.example.net/", "publicKeyMultibase": public})
		}, verdict.Invalid},
		"a key elsewhere": {issuerURL, "https://evil.example.net/k.json", func(w *world) {
			w.put("https://evil.example.net/k.json", object{"id": "https://evil.example.net/k.json", "type": "Multikey", "controller": issuerURL, "publicKeyMultibase": public})
		}, verdict.Untold},
		"a controller document": {issuerURL, issuerURL + "#k", func(w *world) {
			w.put(issuerURL, object{"id": issuerURL, "verificationMethod": []any{object{"id": issuerURL + "#k", "type": "Multikey", "controller": issuerURL, "publicKeyMultibase": public}}, "assertionMethod": []any{issuerURL + "#k"}})
		}, verdict.Valid},
		"a controller document that does not list it": {issuerURL, issuerURL + "#k", func(w *world) {
			w.put(issuerURL, object{"id": issuerURL, "verificationMethod": []any{object{"id": issuerURL + "#k", "type": "Multikey", "controller": issuerURL, "publicKeyMultibase": public}}, "assertionMethod": []any{}})
		}, verdict.Invalid},
		"a key that the DID lists": {issuerDID, at0, func(w *world) {
			w.put(at0, object{"id": at0, "type": "Multikey", "controller": issuerDID, "publicKeyMultibase": public})
		}, verdict.Valid},
	} {
		t.Run(name, func(t *testing.T) {
			w, o := world30(t)
			at(o, "issuer")["id"] = test.issuer
			test.put(w)
			wants(t, w.verify(t, prove(t, o, proof{key: edKey(0), method: test.method})), test.want, verdict.Key)
		})
	}
}

// TestEd25519Signature2020 is the older suite, with the contexts that its libraries add.
func TestEd25519Signature2020(t *testing.T) {
	w, o := world30(t)
	o["@context"] = append(o["@context"].([]any), "https://w3id.org/security/suites/ed25519-2020/v1")
	signed := prove(t, o, proof{key: edKey(0), suite: "Ed25519Signature2020"})
	wants(t, w.verify(t, signed), verdict.Valid)
	signed["name"] = "x"
	wants(t, w.verify(t, signed), verdict.Invalid, verdict.Signature)
}

type broken struct{}

func (broken) Get(context.Context, string, string) (*fetch.Answer, error) { panic("a bug") }

// TestBug: what is wrong with the program is never said of the badge.
func TestBug(t *testing.T) {
	_, a := hosted20(t)
	r := verify.New(verify.Options{Fetch: broken{}, Now: now}).Verify(t.Context(), verify.Target{Name: "x", Data: marshal(a)})
	wants(t, r, verdict.Untold, verdict.Program)
	assert.Contains(t, r.Checks[0].Reason, "bug")
}

// TestOffline: without the web nothing hosted can be told, and nothing is called invalid.
func TestOffline(t *testing.T) {
	_, a := hosted20(t)
	r := verify.New(verify.Options{Now: now}).Verify(t.Context(), verify.Target{Name: "x", Data: marshal(a)})
	assert.Equal(t, verdict.Untold, r.Verdict, describe(r))
	assert.False(t, r.Any(verdict.Fail), describe(r))
}

// TestBudget: a badge cannot make the verifier ask for ever.
func TestBudget(t *testing.T) {
	w, a := hosted20(t)
	var list []any
	for i := range 500 {
		at := fmt.Sprintf("https://e%d.example.net/", i)
		list = append(list, at+"e.json")
		w.put(at+"profile.json", object{"@context": "https://w3id.org/openbadges/v2", "id": at + "profile.json", "type": "Profile", "name": "Guild", "url": at, "email": "a@example.net"})
		w.put(at+"e.json", object{"@context": "https://w3id.org/openbadges/v2", "id": at + "e.json", "type": "Endorsement", "claim": object{"id": classURL},
			"issuer": at + "profile.json", "issuedOn": "2026-02-01T00:00:00Z", "verification": object{"type": "HostedBadge"}})
	}
	w.change(t, classURL, func(o object) { o["endorsement"] = list })
	w.change(t, issuerURL, func(o object) { o["endorsement"] = list })
	r := w.verify(t, a)
	assert.Equal(t, 40, len(w.asked))
	assert.Len(t, r.Parts, 20)
	assert.True(t, r.Has(verdict.Endorsement, verdict.Note), describe(r))

	w, a = hosted20(t)
	a["id"] = "https://x.example.net/" + strings.Repeat("a", 1<<16)
	r = w.verify(t, a)
	assert.NotEqual(t, verdict.Valid, r.Verdict)
	for _, c := range r.Checks {
		assert.Less(t, len(c.Reason), 600)
	}
}

// FuzzVerify gives everything to a verifier whose web answers nothing: it never fails itself, and never calls valid what
// nobody vouches for.
func FuzzVerify(f *testing.F) {
	seeds := 0
	add := func(data []byte) { seeds++; f.Add(data) }
	for _, name := range []string{"minimal", "full", "unicode", "statuslist"} {
		data, err := os.ReadFile("../../testdata/vectors/" + name + ".signed.json")
		require.NoError(f, err)
		add(data)
	}
	data, err := os.ReadFile("../../testdata/vectors/vcjwt-rs256.json")
	require.NoError(f, err)
	add(data)
	for _, text := range []string{"{}", `{"recipient":"a@b","badge":{}}`, `{"@context":"https://w3id.org/openbadges/v2","id":"https://example.org/","type":"Assertion","recipient":{},"badge":{"endorsement":[{}]}}`,
		drawing, "https://example.org/", "<!doctype html><a href=assertion.json>", compactSeed, `{"credentialSubject":{"achievement":{"endorsement":[{"credentialSubject":1}]}},"proof":[{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","@context":[1]}]}`} {
		add([]byte(text))
	}
	require.NotZero(f, seeds)
	f.Fuzz(func(t *testing.T, data []byte) {
		r := verify.New(verify.Options{Now: now, Recipient: recipient}).Verify(t.Context(), verify.Target{Name: "x", Data: append([]byte{}, data...)})
		require.False(t, r.Has(verdict.Program, verdict.Unknown) && strings.Contains(describe(r), "which is a bug"), describe(r))
		require.NotEqual(t, verdict.Valid, r.Verdict, describe(r))
		for _, c := range r.Checks {
			require.Less(t, len(c.Reason), 4000)
			require.NotContains(t, c.Reason, "\n")
			require.NotContains(t, c.Reason, "\x1b")
			require.NotContains(t, c.Reason, "%!")
		}
	})
}

const compactSeed = "eyJhbGciOiJSUzI1NiJ9.eyJyZWNpcGllbnQiOnt9fQ.AAAA"

// echo answers everything with one text.
type echo struct{ body []byte }

func (e echo) Get(_ context.Context, address, _ string) (*fetch.Answer, error) {
	return &fetch.Answer{Status: 200, URL: address, Body: e.body}, nil
}

// FuzzAnswers has a hostile web answer what good badges ask for. Nothing that a web without the issuer's keys and host
// answers makes the verifier fail, and a signed badge valid.
func FuzzAnswers(f *testing.F) {
	w, o := world30(f)
	o["credentialStatus"] = entry("7")
	badges := [][]byte{marshal(prove(f, o, proof{key: edKey(1)})), []byte(sign(jose.Header{Alg: "RS256", Kid: jwkURL}, claims(o), rsaKey(1)))}
	w.put(statusURL, prove(f, statusListOf(f, issuerDID, 8), proof{key: edKey(0)}))
	seeds := 0
	for _, page := range w.pages {
		if len(page.Body) < 1<<16 {
			seeds++
			f.Add(page.Body)
		}
	}
	for _, text := range []string{"{}", "", "<html>", `{"id":"did:web:badges.example.org:issuers:makers","verificationMethod":[{}]}`, `{"revokedCredential":[1]}`, `{"keys":[]}`} {
		seeds++
		f.Add([]byte(text))
	}
	require.Greater(f, seeds, 6)
	f.Fuzz(func(t *testing.T, body []byte) {
		v := verify.New(verify.Options{Fetch: echo{body}, Now: now})
		for _, badge := range badges {
			r := v.Verify(t.Context(), verify.Target{Name: "x", Data: badge})
			require.False(t, r.Has(verdict.Program, verdict.Unknown) && strings.Contains(describe(r), "which is a bug"), describe(r))
			require.NotEqual(t, verdict.Valid, r.Verdict, describe(r))
		}
	})
}
