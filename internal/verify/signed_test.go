package verify_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/bake"
	"blazon/internal/jose"
	"blazon/internal/verdict"
)

// edKey is the n-th Ed25519 key of the tests.
func edKey(n byte) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte{n})
	return ed25519.NewKeyFromSeed(seed[:])
}

// rsaKeys are keys of the tests. They are made once a run: what is tested does not depend on which they are.
var rsaKeys = sync.OnceValue(func() (keys [2]*rsa.PrivateKey) {
	for i := range keys {
		var err error
		if keys[i], err = rsa.GenerateKey(nil, 2048); err != nil {
			panic(err)
		}
	}
	return keys
})

func rsaKey(n int) *rsa.PrivateKey { return rsaKeys()[n] }

var p256Key = sync.OnceValue(func() *ecdsa.PrivateKey {
	seed := sha256.Sum256([]byte("p256"))
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed[:])
	if err != nil {
		panic(err)
	}
	return key
})

func publicPEM(key crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func sign(h jose.Header, payload any, key crypto.Signer) string {
	s, err := jose.Sign(h, marshal(payload), key)
	if err != nil {
		panic(err)
	}
	return s
}

const (
	keyURL  = host + "/issuers/makers/keys/rsa.json"
	listURL = host + "/issuers/makers/revocations.json"
	uuid    = "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427"
)

// signed20 is a world with a signed badge of Open Badges 2.0, and the badge before it is signed.
func signed20(t *testing.T) (*world, object) {
	t.Helper()
	w, a := hosted20(t)
	delete(w.pages, assertionURL)
	delete(w.pages, awardURL)
	delete(a, "image")
	a["id"], a["verification"] = uuid, object{"type": "SignedBadge", "creator": keyURL}
	w.change(t, issuerURL, func(o object) { o["publicKey"], o["revocationList"] = keyURL, listURL })
	w.put(keyURL, object{"@context": "https://w3id.org/openbadges/v2", "id": keyURL, "type": "CryptographicKey", "owner": issuerURL, "publicKeyPem": publicPEM(rsaKey(0).Public())})
	w.put(listURL, object{"@context": "https://w3id.org/openbadges/v2", "id": listURL, "type": "RevocationList", "issuer": issuerURL, "revokedAssertions": []any{"urn:uuid:other"}})
	return w, a
}

func TestSigned20(t *testing.T) {
	w, a := signed20(t)
	text := sign(jose.Header{Alg: "RS256"}, a, rsaKey(0))
	for _, data := range []any{text, text + "\n", bakePNG(t, bake.Text{Keyword: bake.OB2, Value: text})} {
		r := w.verify(t, data)
		wants(t, r, verdict.Valid)
		assert.Contains(t, r.Kind, "signed assertion")
		for _, id := range []verdict.ID{verdict.Signature, verdict.Key, verdict.Revocation, verdict.Recipient} {
			assert.True(t, r.Has(id, verdict.Pass), "%s: %s", id, describe(r))
		}
	}
}

func TestSigned20Twins(t *testing.T) {
	type change = func(t *testing.T, w *world, a object)
	rs256 := func(a object) string { return sign(jose.Header{Alg: "RS256"}, a, rsaKey(0)) }
	list := func(v any) change {
		return func(t *testing.T, w *world, _ object) {
			w.change(t, listURL, func(o object) { o["revokedAssertions"] = v })
		}
	}
	in := func(address, key string, v any) change {
		return func(t *testing.T, w *world, _ object) { w.change(t, address, func(o object) { o[key] = v }) }
	}
	for name, test := range map[string]struct {
		change change
		sign   func(a object) string
		want   verdict.Verdict
		ids    []verdict.ID
	}{
		"wrong key":         {nil, func(a object) string { return sign(jose.Header{Alg: "RS256"}, a, rsaKey(1)) }, verdict.Invalid, []verdict.ID{verdict.Signature}},
		"tampered":          {nil, func(a object) string { s := rs256(a); a["expires"] = "2030-01-01T00:00:00Z"; return swap(s, a) }, verdict.Invalid, []verdict.ID{verdict.Signature}},
		"none":              {nil, func(a object) string { return compact(`{"alg":"none"}`, marshal(a), nil) }, verdict.Invalid, []verdict.ID{verdict.Signature}},
		"HMAC with the key": {nil, func(a object) string { return compact(`{"alg":"HS256"}`, marshal(a), make([]byte, 32)) }, verdict.Invalid, []verdict.ID{verdict.Signature}},
		"unknown algorithm": {nil, func(a object) string { return compact(`{"alg":"PS256"}`, marshal(a), make([]byte, 256)) }, verdict.Untold, []verdict.ID{verdict.Signature}},
		"its own key embedded": {nil, func(a object) string {
			k, _ := jose.FromPublic(rsaKey(1).Public())
			return sign(jose.Header{Alg: "RS256", JWK: k}, a, rsaKey(1))
		}, verdict.Invalid, []verdict.ID{verdict.Signature}},
		"expired":              {func(_ *testing.T, _ *world, a object) { a["expires"] = "2026-06-01T00:00:00Z" }, rs256, verdict.Invalid, []verdict.ID{verdict.Expiry}},
		"says hosted":          {func(_ *testing.T, _ *world, a object) { a["verification"] = object{"type": "hosted"} }, rs256, verdict.Invalid, []verdict.ID{verdict.Structure}},
		"key not the issuer's": {in(issuerURL, "publicKey", host+"/other.json"), rs256, verdict.Invalid, []verdict.ID{verdict.Key}},
		"key of another owner": {in(keyURL, "owner", host+"/other.json"), rs256, verdict.Invalid, []verdict.ID{verdict.Key}},
		"key is private":       {in(keyURL, "publicKeyPem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), rs256, verdict.Invalid, []verdict.ID{verdict.Key}},
		"key was revoked":      {in(keyURL, "revoked", true), rs256, verdict.Invalid, []verdict.ID{verdict.Key}},
		"key unreachable":      {func(_ *testing.T, w *world, _ object) { w.down[keyURL] = true }, rs256, verdict.Untold, []verdict.ID{verdict.Key}},
		"key missing":          {func(_ *testing.T, w *world, _ object) { delete(w.pages, keyURL) }, rs256, verdict.Invalid, []verdict.ID{verdict.Key}},
		"key in the profile": {func(t *testing.T, w *world, a object) {
			k := w.read(t, keyURL)
			k["id"] = issuerURL + "#key"
			a["verification"] = object{"type": "SignedBadge", "creator": k["id"]}
			w.change(t, issuerURL, func(o object) { o["publicKey"] = k })
			delete(w.pages, keyURL)
		}, rs256, verdict.Invalid, []verdict.ID{verdict.Key}}, // a fragment names nothing in the profile by itself
		"several keys": {in(issuerURL, "publicKey", []any{host + "/other.json", keyURL}), rs256, verdict.Valid, nil},
		"no creator":   {func(_ *testing.T, _ *world, a object) { delete(at(a, "verification"), "creator") }, rs256, verdict.Valid, nil},
		"issuer embedded without an address": {func(t *testing.T, w *world, a object) {
			class, issuer := w.read(t, classURL), w.read(t, issuerURL)
			delete(class, "id")
			delete(issuer, "id")
			issuer["publicKey"] = keyURL
			class["issuer"], a["badge"] = issuer, class
		}, rs256, verdict.Invalid, []verdict.ID{verdict.Class, verdict.Issuer}},
		"revoked by id":       {list([]any{"urn:uuid:x", uuid}), rs256, verdict.Invalid, []verdict.ID{verdict.Revocation}},
		"revoked alone":       {list(uuid), rs256, verdict.Invalid, []verdict.ID{verdict.Revocation}},
		"revoked by object":   {list([]any{object{"id": uuid, "revocationReason": "Error"}}), rs256, verdict.Invalid, []verdict.ID{verdict.Revocation}},
		"revoked by uid":      {func(t *testing.T, w *world, a object) { a["uid"] = "a1"; list([]any{object{"uid": "a1"}})(t, w, a) }, rs256, verdict.Invalid, []verdict.ID{verdict.Revocation}},
		"revoked: false":      {list([]any{object{"id": uuid, "revoked": false}}), rs256, verdict.Valid, nil},
		"empty list":          {list([]any{}), rs256, verdict.Valid, nil},
		"list of 1.x":         {func(_ *testing.T, w *world, _ object) { w.put(listURL, object{uuid: "Error"}) }, rs256, verdict.Invalid, []verdict.ID{verdict.Revocation}},
		"list of 1.x, others": {func(_ *testing.T, w *world, _ object) { w.put(listURL, object{"urn:uuid:x": "Error"}) }, rs256, verdict.Valid, nil},
		"list of another":     {in(listURL, "issuer", host+"/other.json"), rs256, verdict.Untold, []verdict.ID{verdict.Revocation}},
		"list missing":        {func(_ *testing.T, w *world, _ object) { delete(w.pages, listURL) }, rs256, verdict.Untold, []verdict.ID{verdict.Revocation}},
		"list unreachable":    {func(_ *testing.T, w *world, _ object) { w.down[listURL] = true }, rs256, verdict.Untold, []verdict.ID{verdict.Revocation}},
		"list is a page":      {func(_ *testing.T, w *world, _ object) { w.put(listURL, "<html>") }, rs256, verdict.Untold, []verdict.ID{verdict.Revocation}},
		"no list": {func(t *testing.T, w *world, _ object) {
			w.change(t, issuerURL, func(o object) { delete(o, "revocationList") })
		}, rs256, verdict.Valid, nil},
		"padded":           {nil, func(a object) string { return rs256(a) + "==" }, verdict.Invalid, []verdict.ID{verdict.Signature}},
		"another spelling": {nil, func(a object) string { return malleate(rs256(a)) }, verdict.Invalid, []verdict.ID{verdict.Signature}},
		"duplicate keys": {nil, func(a object) string {
			return sign2(jose.Header{Alg: "RS256"}, strings.Replace(string(marshal(a)), "{", `{"id":"urn:uuid:x",`, 1), rsaKey(0))
		}, verdict.Invalid, []verdict.ID{verdict.Structure}},
	} {
		t.Run(name, func(t *testing.T) {
			w, a := signed20(t)
			if test.change != nil {
				test.change(t, w, a)
			}
			r := w.verify(t, test.sign(a))
			if name == "key in the profile" {
				// The profile is fetched under the key's address, and is no key.
				assert.Equal(t, verdict.Invalid, r.Verdict, describe(r))
				return
			}
			wants(t, r, test.want, test.ids...)
		})
	}
}

// swap puts another payload into a JWS.
func swap(text string, payload any) string {
	parts := strings.Split(text, ".")
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(marshal(payload)) + "." + parts[2]
}

func compact(header string, payload, signature []byte) string {
	e := base64.RawURLEncoding.EncodeToString
	return e([]byte(header)) + "." + e(payload) + "." + e(signature)
}

// malleate writes a JWS's signature in another way that lax readers decode alike: the last digit's unused bits are set.
func malleate(text string) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(digits, text[len(text)-1])
	return text[:len(text)-1] + string(digits[last|1])
}

func sign2(h jose.Header, payload string, key crypto.Signer) string {
	s, err := jose.Sign(h, []byte(payload), key)
	if err != nil {
		panic(err)
	}
	return s
}

// TestSigned1: in 1.x nothing ties a key to its issuer but the host.
func TestSigned1(t *testing.T) {
	const pemURL = host + "/key.pem"
	for _, one := range []bool{false, true} {
		build := func(t *testing.T) (*world, object) {
			w, a := hosted1(t, one)
			delete(w.pages, assertionURL)
			if one {
				a["id"] = uuid
			}
			a["verify"] = object{"type": "signed", "url": pemURL}
			w.put(pemURL, publicPEM(rsaKey(0).Public()))
			w.change(t, issuerURL, func(o object) { o["revocationList"] = listURL })
			w.put(listURL, object{"b2": "Error"})
			return w, a
		}
		w, a := build(t)
		wants(t, w.verify(t, sign(jose.Header{Alg: "RS256"}, a, rsaKey(0))), verdict.Valid)
		wants(t, w.verify(t, sign(jose.Header{Alg: "RS256"}, a, rsaKey(1))), verdict.Invalid, verdict.Signature)
		wants(t, w.verify(t, a), verdict.Invalid, verdict.Signature)
		w.put(listURL, object{"a1": "Error"})
		wants(t, w.verify(t, sign(jose.Header{Alg: "RS256"}, a, rsaKey(0))), verdict.Invalid, verdict.Revocation)
		w, a = build(t)
		at(a, "verify")["url"] = "https://evil.example.net/key.pem"
		w.put("https://evil.example.net/key.pem", publicPEM(rsaKey(1).Public()))
		wants(t, w.verify(t, sign(jose.Header{Alg: "RS256"}, a, rsaKey(1))), verdict.Untold, verdict.Key)
	}
}
