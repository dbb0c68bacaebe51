package verify_test

import (
	"crypto"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/jose"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

// claims are a credential's claims as Open Badges 3.0 wants them.
func claims(o object) object {
	c := clone(o)
	c["iss"], c["jti"] = at(o, "issuer")["id"], o["id"]
	if id, ok := at(o, "credentialSubject")["id"]; ok {
		c["sub"] = id
	}
	for claim, property := range map[string]string{"nbf": "validFrom", "exp": "validUntil"} {
		if s, ok := o[property].(string); ok {
			if moment, err := time.Parse(time.RFC3339, s); err == nil {
				c[claim] = moment.Unix()
			}
		}
	}
	return c
}

func signer(h jose.Header, key func() crypto.Signer, change func(c object)) func(*testing.T, object) any {
	return func(_ *testing.T, o object) any {
		c := claims(o)
		if change != nil {
			change(c)
		}
		return sign(h, c, key())
	}
}

func rsa0() crypto.Signer { return rsaKey(0) }
func rsa1() crypto.Signer { return rsaKey(1) }

func TestJWT(t *testing.T) {
	for _, h := range []struct {
		header jose.Header
		key    func() crypto.Signer
	}{
		{jose.Header{Alg: "RS256", Kid: jwkURL, Typ: "JWT"}, rsa0},
		{jose.Header{Alg: "RS256", Kid: issuerDID + "#rsa"}, rsa0},
		{jose.Header{Alg: "RS256", Kid: "#rsa"}, rsa0},
		{jose.Header{Alg: "ES256", Kid: issuerDID + "#p256"}, func() crypto.Signer { return p256Key() }},
		{jose.Header{Alg: "EdDSA", Kid: methodID(edKey(0)), Typ: "vc+jwt"}, func() crypto.Signer { return edKey(0) }},
	} {
		w, o := world30(t)
		text := signer(h.header, h.key, nil)(t, o).(string)
		for _, data := range []any{text, text + "\n", bakePNG(t, bake.Text{Keyword: bake.OB3, Value: text})} {
			r := w.verify(t, data)
			wants(t, r, verdict.Valid)
			for _, id := range []verdict.ID{verdict.Structure, verdict.Signature, verdict.Key, verdict.Claims, verdict.Issued, verdict.Expiry, verdict.Recipient} {
				assert.True(t, r.Has(id, verdict.Pass), "%s: %s", id, describe(r))
			}
		}
	}
}

// TestJWTVector: a JWT that another library signed.
func TestJWTVector(t *testing.T) {
	var v struct {
		JWT, Compact, Jws string
		PublicJwk         json.RawMessage
		Key               json.RawMessage
	}
	data, err := os.ReadFile("../../testdata/vectors/vcjwt-rs256.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &v))
	text := v.JWT + v.Compact + v.Jws
	require.NotEmpty(t, text)
	var public object
	require.NoError(t, json.Unmarshal(append(v.PublicJwk, v.Key...), &public))
	const did = "did:web:badges.example.org"
	w := newWorld()
	for _, private := range []string{"d", "p", "q", "dp", "dq", "qi"} {
		delete(public, private)
	}
	w.put(host+"/.well-known/did.json", didDocument(did, object{"id": did + "#jwt-2026-01", "type": "JsonWebKey", "controller": did, "publicKeyJwk": public}))
	v2 := verify.New(verify.Options{Fetch: w, Now: now})
	r := v2.Verify(t.Context(), verify.Target{Name: "jwt", Data: []byte(text)})
	wants(t, r, verdict.Valid)
}

func TestJWTTwins(t *testing.T) {
	invalid, untold, valid := verdict.Invalid, verdict.Untold, verdict.Valid
	header := jose.Header{Alg: "RS256", Kid: jwkURL, Typ: "JWT"}
	good := signer(header, rsa0, nil)
	with := func(key string, v any) func(c object) {
		return func(c object) {
			if c[key] = v; v == nil {
				delete(c, key)
			}
		}
	}
	embedded := func(n int) *jose.JWK { k, _ := jose.FromPublic(rsaKey(n).Public()); return k }
	check(t, map[string]twin{
		"good":        {sign: good, want: valid},
		"another key": {sign: signer(header, rsa1, nil), want: invalid, ids: []verdict.ID{verdict.Signature}},
		"tampered": {sign: func(t *testing.T, o object) any {
			s := good(t, o).(string)
			c := claims(o)
			c["name"] = "x"
			return swap(s, c)
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"alg none": {sign: func(_ *testing.T, o object) any {
			return compact(`{"alg":"none","kid":"`+jwkURL+`"}`, marshal(claims(o)), nil)
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"alg NoNe": {sign: func(_ *testing.T, o object) any {
			return compact(`{"alg":"NoNe","kid":"`+jwkURL+`"}`, marshal(claims(o)), []byte("x"))
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"HMAC": {sign: func(_ *testing.T, o object) any {
			return compact(`{"alg":"HS256","kid":"`+jwkURL+`"}`, marshal(claims(o)), make([]byte, 32))
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"ES256 with an RSA key": {sign: func(_ *testing.T, o object) any {
			return compact(`{"alg":"ES256","kid":"`+jwkURL+`"}`, marshal(claims(o)), make([]byte, 64))
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"RS512": {sign: func(_ *testing.T, o object) any {
			return compact(`{"alg":"RS512","kid":"`+jwkURL+`"}`, marshal(claims(o)), make([]byte, 256))
		}, want: untold, ids: []verdict.ID{verdict.Signature}},
		"padded":           {sign: func(t *testing.T, o object) any { return good(t, o).(string) + "==" }, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"another spelling": {sign: func(t *testing.T, o object) any { return malleate(good(t, o).(string)) }, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"cut":              {sign: func(t *testing.T, o object) any { s := good(t, o).(string); return s[:len(s)-4] }, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"duplicate header keys": {sign: func(_ *testing.T, o object) any {
			return compact(`{"alg":"RS256","alg":"none"}`, marshal(claims(o)), nil)
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"duplicate keys": {sign: func(_ *testing.T, o object) any {
			return sign2(header, strings.Replace(string(marshal(claims(o))), "{", `{"sub":"x",`, 1), rsaKey(0))
		}, want: invalid, ids: []verdict.ID{verdict.Structure}},
		"no key":                     {sign: signer(jose.Header{Alg: "RS256"}, rsa0, nil), want: invalid, ids: []verdict.ID{verdict.Key}},
		"attacker's embedded key":    {sign: signer(jose.Header{Alg: "RS256", JWK: embedded(1)}, rsa1, nil), want: invalid, ids: []verdict.ID{verdict.Key}},
		"issuer's embedded key":      {sign: signer(jose.Header{Alg: "RS256", JWK: embedded(0)}, rsa0, nil), want: valid},
		"embedded key, https issuer": {change: func(_ *testing.T, _ *world, o object) { at(o, "issuer")["id"] = issuerURL }, sign: signer(jose.Header{Alg: "RS256", JWK: embedded(1)}, rsa1, nil), want: untold, ids: []verdict.ID{verdict.Key}},
		"kid and another jwk":        {sign: signer(jose.Header{Alg: "RS256", Kid: jwkURL, JWK: embedded(1)}, rsa0, nil), want: invalid, ids: []verdict.ID{verdict.Key}},
		"kid elsewhere": {change: func(_ *testing.T, w *world, _ object) {
			w.put("https://evil.example.net/k.json", jwk(rsaKey(1).Public()))
		},
			sign: signer(jose.Header{Alg: "RS256", Kid: "https://evil.example.net/k.json"}, rsa1, nil), want: invalid, ids: []verdict.ID{verdict.Key}},
		"kid of another DID": {change: func(_ *testing.T, w *world, _ object) {
			const evil = "did:web:evil.example.net"
			w.put("https://evil.example.net/.well-known/did.json", didDocument(evil, object{"id": evil + "#k", "type": "JsonWebKey", "controller": evil, "publicKeyJwk": jwk(rsaKey(1).Public())}))
		}, sign: signer(jose.Header{Alg: "RS256", Kid: "did:web:evil.example.net#k"}, rsa1, nil), want: invalid, ids: []verdict.ID{verdict.Key}},
		"kid on the host of an https issuer": {change: func(_ *testing.T, _ *world, o object) { at(o, "issuer")["id"] = issuerURL }, sign: signer(header, rsa0, nil), want: valid},
		"kid away from an https issuer": {change: func(_ *testing.T, w *world, o object) {
			at(o, "issuer")["id"] = issuerURL
			w.put("https://evil.example.net/k.json", jwk(rsaKey(1).Public()))
		}, sign: signer(jose.Header{Alg: "RS256", Kid: "https://evil.example.net/k.json"}, rsa1, nil), want: invalid, ids: []verdict.ID{verdict.Key}},
		"kid not listed for assertions": {change: func(t *testing.T, w *world, _ object) {
			w.change(t, didURL, func(d object) { d["assertionMethod"] = []any{methodID(edKey(0)), issuerDID + "#p256"} })
		}, sign: good, want: invalid, ids: []verdict.ID{verdict.Key}},
		"kid of another controller": {change: func(t *testing.T, w *world, _ object) {
			w.change(t, didURL, func(d object) { at(d, "verificationMethod", 1)["controller"] = "did:web:evil.example.net" })
		}, sign: good, want: invalid, ids: []verdict.ID{verdict.Key}},
		"kid is a set":      {change: func(_ *testing.T, w *world, _ object) { w.put(jwkURL, object{"keys": []any{jwk(rsaKey(0).Public())}}) }, sign: good, want: invalid, ids: []verdict.ID{verdict.Key}},
		"kid was revoked":   {change: func(_ *testing.T, w *world, _ object) { w.put(jwkURL, object{"revoked": "2026-02-01T00:00:00Z"}) }, sign: good, want: invalid, ids: []verdict.ID{verdict.Key}},
		"kid unreachable":   {change: func(_ *testing.T, w *world, _ object) { w.down[jwkURL] = true }, sign: good, want: untold, ids: []verdict.ID{verdict.Key}},
		"kid missing":       {change: func(_ *testing.T, w *world, _ object) { delete(w.pages, jwkURL) }, sign: good, want: invalid, ids: []verdict.ID{verdict.Key}},
		"strange kid":       {sign: signer(jose.Header{Alg: "RS256", Kid: "key-1"}, rsa0, nil), want: untold, ids: []verdict.ID{verdict.Key}},
		"another iss":       {sign: signer(header, rsa0, with("iss", "did:web:evil.example.net")), want: invalid, ids: []verdict.ID{verdict.Claims}},
		"no iss":            {sign: signer(header, rsa0, with("iss", nil)), want: invalid, ids: []verdict.ID{verdict.Claims}},
		"another sub":       {sign: signer(header, rsa0, with("sub", "urn:x")), want: invalid, ids: []verdict.ID{verdict.Claims}},
		"another jti":       {sign: signer(header, rsa0, with("jti", "urn:x")), want: invalid, ids: []verdict.ID{verdict.Claims}},
		"another nbf":       {sign: signer(header, rsa0, with("nbf", 1)), want: invalid, ids: []verdict.ID{verdict.Claims}},
		"nbf as text":       {sign: signer(header, rsa0, with("nbf", "1768467600")), want: invalid, ids: []verdict.ID{verdict.Claims}},
		"another exp":       {sign: signer(header, rsa0, with("exp", 4102444800)), want: invalid, ids: []verdict.ID{verdict.Claims}},
		"exp alone, passed": {change: func(_ *testing.T, _ *world, o object) { delete(o, "validUntil") }, sign: signer(header, rsa0, with("exp", 1780000000)), want: invalid, ids: []verdict.ID{verdict.Expiry}},
		"expired":           {change: func(_ *testing.T, _ *world, o object) { o["validUntil"] = "2026-06-01T00:00:00Z" }, sign: good, want: invalid, ids: []verdict.ID{verdict.Expiry}},
		"typ of an at+jwt":  {sign: signer(jose.Header{Alg: "RS256", Kid: jwkURL, Typ: "at+jwt"}, rsa0, nil), want: invalid, ids: []verdict.ID{verdict.Proof}},
		"no claims, W3C": {sign: func(_ *testing.T, o object) any {
			return sign(jose.Header{Alg: "RS256", Kid: jwkURL, Typ: "vc+jwt"}, o, rsaKey(0))
		}, want: valid},
		"claim vc": {sign: func(_ *testing.T, o object) any {
			c := claims(o)
			vc := clone(o)
			delete(vc, "id")
			delete(vc, "validFrom")
			return sign(header, object{"iss": c["iss"], "jti": c["jti"], "sub": c["sub"], "nbf": c["nbf"], "exp": c["exp"], "vc": vc}, rsaKey(0))
		}, want: valid},
		"claim vc of another": {sign: func(_ *testing.T, o object) any {
			c := claims(o)
			return sign(header, object{"iss": "did:web:evil.example.net", "jti": c["jti"], "sub": c["sub"], "nbf": c["nbf"], "exp": c["exp"], "vc": o}, rsaKey(0))
		}, want: invalid, ids: []verdict.ID{verdict.Claims}},
		"undefined term": {change: func(_ *testing.T, _ *world, o object) { o["honours"] = "x" }, sign: good, want: valid},
		"no badge":       {change: func(_ *testing.T, _ *world, o object) { o["type"] = []any{"VerifiableCredential"} }, sign: good, want: invalid, ids: []verdict.ID{verdict.Structure}},
	})
}

// sign2JWT is a credential as a JWT of any issuer.
func sign2JWT(t *testing.T, o object, key crypto.Signer, kid string) string {
	t.Helper()
	text, err := jose.Sign(jose.Header{Alg: "EdDSA", Kid: kid, Typ: "JWT"}, marshal(claims(o)), key)
	require.NoError(t, err)
	return text
}
