package verify_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/jose"
	"blazon/internal/jsonld"
	"blazon/internal/multikey"
	"blazon/internal/rdfc"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

// TestAwardImage3: what is baked into the image that a credential names is that credential.
func TestAwardImage3(t *testing.T) {
	build := func(t *testing.T) (*world, object) {
		w, o := world30(t)
		at(o, "credentialSubject")["image"] = object{"id": awardURL, "type": "Image"}
		return w, prove(t, o, proof{key: edKey(0)})
	}
	bakeOB3 := func(v string) []byte { return bakePNG(t, bake.Text{Keyword: bake.OB3, Value: v}) }
	for name, test := range map[string]struct {
		put     func(t *testing.T, w *world, o object)
		want    verdict.Verdict
		outcome verdict.Outcome
	}{
		"baked":   {func(_ *testing.T, w *world, o object) { w.put(awardURL, bakeOB3(string(marshal(o)))) }, verdict.Valid, verdict.Pass},
		"unbaked": {func(_ *testing.T, w *world, _ object) { w.put(awardURL, picture) }, verdict.Valid, verdict.Pass},
		"tampered": {func(_ *testing.T, w *world, o object) {
			c := clone(o)
			c["name"] = "x"
			w.put(awardURL, bakeOB3(string(marshal(c))))
		}, verdict.Invalid, verdict.Fail},
		"another": {func(_ *testing.T, w *world, o object) {
			c := clone(o)
			c["id"] = "urn:x:y"
			w.put(awardURL, bakeOB3(string(marshal(c))))
		}, verdict.Valid, verdict.Note},
		"a JWT":      {func(_ *testing.T, w *world, _ object) { w.put(awardURL, bakeOB3("a.b.c")) }, verdict.Valid, verdict.Note},
		"missing":    {func(*testing.T, *world, object) {}, verdict.Invalid, verdict.Fail},
		"no image":   {func(_ *testing.T, w *world, _ object) { w.put(awardURL, "<html></html>") }, verdict.Invalid, verdict.Fail},
		"unreadable": {func(_ *testing.T, w *world, _ object) { w.down[awardURL] = true }, verdict.Valid, verdict.Note},
	} {
		t.Run(name, func(t *testing.T) {
			w, o := build(t)
			test.put(t, w, o)
			r := w.verify(t, o)
			wants(t, r, test.want, verdict.Images)
			assert.True(t, r.Has(verdict.Images, test.outcome), describe(r))
		})
	}
	w, o := world30(t)
	at(o, "credentialSubject")["image"] = object{"id": awardURL, "type": "Image"}
	text := sign(jose.Header{Alg: "RS256", Kid: jwkURL}, claims(o), rsaKey(0))
	w.put(awardURL, bakeOB3(text))
	r := w.verify(t, text)
	wants(t, r, verdict.Valid)
	assert.Contains(t, describe(r), "with the credential baked into it")
}

// TestProofContexts: a proof may repeat the contexts of its document, and no others.
func TestProofContexts(t *testing.T) {
	for name, test := range map[string]struct {
		contexts func(all []any) any
		want     verdict.Verdict
		ids      []verdict.ID
	}{
		"the same":       {func(all []any) any { return all }, verdict.Valid, nil},
		"fewer":          {func(all []any) any { return all[:1] }, verdict.Invalid, []verdict.ID{verdict.Terms}},
		"others":         {func(all []any) any { return []any{all[1], all[0]} }, verdict.Invalid, []verdict.ID{verdict.Proof}},
		"more":           {func(all []any) any { return append(append([]any{}, all...), "https://www.w3.org/ns/did/v1") }, verdict.Invalid, []verdict.ID{verdict.Proof}},
		"one of its own": {func([]any) any { return object{"honours": "https://example.org/h"} }, verdict.Invalid, []verdict.ID{verdict.Proof}},
	} {
		t.Run(name, func(t *testing.T) {
			w, o := world30(t)
			signed := prove(t, o, proof{key: edKey(0)})
			at(signed, "proof", 0)["@context"] = test.contexts(o["@context"].([]any))
			wants(t, w.verify(t, signed), test.want, test.ids...)
		})
	}
}

func TestProofForms(t *testing.T) {
	first := func(change func(p object)) func(*testing.T, *world, object) {
		return func(_ *testing.T, _ *world, o object) { change(at(o, "proof", 0)) }
	}
	extra := func(extra object) func(*testing.T, object) any {
		return func(t *testing.T, o object) any { return prove(t, o, proof{key: edKey(0), extra: extra}) }
	}
	check(t, map[string]twin{
		"a proof that is no object": {after: func(_ *testing.T, _ *world, o object) { o["proof"] = []any{"x"} }, want: verdict.Invalid, ids: []verdict.ID{verdict.Proof}},
		"no method":                 {after: first(func(p object) { delete(p, "verificationMethod") }), want: verdict.Invalid, ids: []verdict.ID{verdict.Key}},
		"a method that is no URL":   {after: first(func(p object) { p["verificationMethod"] = "key" }), want: verdict.Invalid, ids: []verdict.ID{verdict.Terms}},
		"no value":                  {after: first(func(p object) { delete(p, "proofValue") }), want: verdict.Invalid, ids: []verdict.ID{verdict.Signature}},
		"a date that is none":       {after: first(func(p object) { p["created"] = "soon" }), want: verdict.Invalid, ids: []verdict.ID{verdict.Proof, verdict.Signature}},
		"part of a chain":           {sign: extra(object{"previousProof": "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427"}), want: verdict.Untold, ids: []verdict.ID{verdict.Proof}},
		"many": {after: func(_ *testing.T, _ *world, o object) {
			p := o["proof"].([]any)[0]
			o["proof"] = []any{p, p, p, p, p, p, p, p, p}
		}, want: verdict.Untold, ids: []verdict.ID{verdict.Signature}},
		"made tomorrow": {sign: func(t *testing.T, o object) any {
			return prove(t, o, proof{key: edKey(0), created: "2026-07-02T00:00:00Z"})
		}, want: verdict.Valid},
		"by an RSA key": {sign: func(t *testing.T, o object) any { return prove(t, o, proof{key: edKey(0), method: issuerDID + "#rsa"}) }, want: verdict.Invalid, ids: []verdict.ID{verdict.Signature}},
		"proof of one":  {after: func(_ *testing.T, _ *world, o object) { o["proof"] = o["proof"].([]any)[0] }, want: verdict.Valid},
		"as an object": {after: func(_ *testing.T, _ *world, o object) {
			p := at(o, "proof", 0)
			p["verificationMethod"] = object{"id": p["verificationMethod"], "type": "Multikey", "controller": issuerDID, "publicKeyMultibase": multikey.Ed25519(edKey(1).Public().(ed25519.PublicKey))}
		}, want: verdict.Invalid, ids: []verdict.ID{verdict.Terms}},
	})
}

// loader brings the contexts of a world.
type loader struct{ *world }

func (l loader) Context(_ context.Context, url string) ([]byte, error) { return l.pages[url].Body, nil }

// TestPinnedContexts: a context that the program does not carry is fetched where its digest is known, and nowhere else.
func TestPinnedContexts(t *testing.T) {
	const url = "https://example.org/honours.json"
	text := `{"@context":{"honours":"https://example.org/honours"}}`
	digest := sha256.Sum256([]byte(text))
	w, o := world30(t)
	w.put(url, text)
	o["@context"] = append(o["@context"].([]any), url)
	o["honours"] = "summa"
	processor := jsonld.New(loader{w})
	processor.Unpinned = true
	hashed := func(o object) []byte {
		quads, err := processor.ToRDF(t.Context(), marshal(o))
		require.NoError(t, err)
		nq, err := rdfc.Canonicalize(quads, rdfc.Limits{})
		require.NoError(t, err)
		sum := sha256.Sum256(nq)
		return sum[:]
	}
	options := object{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod", "verificationMethod": methodID(edKey(0)), "@context": o["@context"]}
	data := append(hashed(options), hashed(o)...)
	delete(options, "@context")
	options["proofValue"] = "z" + multikey.Encode58(ed25519.Sign(edKey(0), data))
	o["proof"] = options
	badge := verify.Target{Name: "x", Data: marshal(o)}
	for name, test := range map[string]struct {
		pins map[string]string
		want verdict.Verdict
		ids  []verdict.ID
	}{
		"pinned":         {map[string]string{url: hex.EncodeToString(digest[:])}, verdict.Valid, nil},
		"another digest": {map[string]string{url: hex.EncodeToString(make([]byte, 32))}, verdict.Untold, []verdict.ID{verdict.Terms}},
		"not pinned":     {nil, verdict.Untold, []verdict.ID{verdict.Terms}},
	} {
		t.Run(name, func(t *testing.T) {
			wants(t, verify.New(verify.Options{Fetch: w, Now: now, Contexts: test.pins}).Verify(t.Context(), badge), test.want, test.ids...)
		})
	}
}
