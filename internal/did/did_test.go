package did_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/did"
	"blazon/internal/jose"
	"blazon/internal/multikey"
	"blazon/internal/strictjson"
)

const (
	multibase = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
	p256      = "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
	rsaN      = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
	rsaJWK    = `{"kty":"RSA","n":"` + rsaN + `","e":"AQAB"}`
)

func vectorDocument(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../../testdata/vectors/did.json")
	require.NoError(t, err)
	return data
}

// TestVector reads the reference's document and writes it again, byte for byte.
func TestVector(t *testing.T) {
	d, err := did.Parse(vectorDocument(t))
	require.NoError(t, err)
	key, err := multikey.ParseEd25519(multibase)
	require.NoError(t, err)
	const id = "did:web:badges.example.org"
	assert.Equal(t, &did.Document{
		ID:        id,
		Methods:   []did.Method{{ID: id + "#key-2026-01", Type: did.Multikey, Controller: id, Key: key}},
		Assertion: []string{id + "#key-2026-01"},
	}, d)
	again, err := did.Encode(d)
	require.NoError(t, err)
	assert.Equal(t, string(vectorDocument(t)), string(again))
}

// TestEncode has every part of a published document.
func TestEncode(t *testing.T) {
	key, err := multikey.ParseEd25519(multibase)
	require.NoError(t, err)
	jwk, err := jose.ParseJWK([]byte(rsaJWK))
	require.NoError(t, err)
	curve, err := multikey.Parse(p256)
	require.NoError(t, err)
	const id = "did:web:example.org:badges:issuers:x"
	d := &did.Document{
		ID: id, AlsoKnownAs: []string{"https://example.org/badges/issuers/x/profile.json?a&b"},
		Methods: []did.Method{
			{ID: id + "#" + multibase, Type: did.Multikey, Controller: id, Key: key},
			{ID: id + "#rsa", Type: did.JSONWebKey, Controller: id, Key: jwk.Public(),
				Revoked: time.Date(2026, 5, 1, 2, 0, 0, 0, time.FixedZone("", 7200)), Expires: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)},
			{ID: id + "#p", Type: did.Multikey, Controller: id, Key: curve},
		},
		Assertion: []string{id + "#" + multibase, id + "#rsa"},
	}
	data, err := did.Encode(d)
	require.NoError(t, err)
	assert.Equal(t, `{
  "@context": [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1"
  ],
  "id": "did:web:example.org:badges:issuers:x",
  "alsoKnownAs": [
    "https://example.org/badges/issuers/x/profile.json?a&b"
  ],
  "verificationMethod": [
    {
      "id": "did:web:example.org:badges:issuers:x#`+multibase+`",
      "type": "Multikey",
      "controller": "did:web:example.org:badges:issuers:x",
      "publicKeyMultibase": "`+multibase+`"
    },
    {
      "id": "did:web:example.org:badges:issuers:x#rsa",
      "type": "JsonWebKey",
      "controller": "did:web:example.org:badges:issuers:x",
      "expires": "2027-01-01T00:00:00Z",
      "revoked": "2026-05-01T00:00:00Z",
      "publicKeyJwk": {
        "kty": "RSA",
        "n": "`+rsaN+`",
        "e": "AQAB",
        "alg": "RS256",
        "use": "sig"
      }
    },
    {
      "id": "did:web:example.org:badges:issuers:x#p",
      "type": "Multikey",
      "controller": "did:web:example.org:badges:issuers:x",
      "publicKeyMultibase": "`+p256+`"
    }
  ],
  "assertionMethod": [
    "did:web:example.org:badges:issuers:x#`+multibase+`",
    "did:web:example.org:badges:issuers:x#rsa"
  ]
}
`, string(data))
	again, err := did.Parse(data)
	require.NoError(t, err)
	d.Methods[1].Revoked = d.Methods[1].Revoked.UTC()
	assert.Equal(t, d, again)

	empty, err := did.Encode(&did.Document{ID: id})
	require.NoError(t, err)
	assert.Contains(t, string(empty), `"verificationMethod": [],`+"\n"+`  "assertionMethod": []`, "lists are there: validators read them unasked")
}

func TestEncodeRefuses(t *testing.T) {
	key, err := multikey.ParseEd25519(multibase)
	require.NoError(t, err)
	jwk, err := jose.ParseJWK([]byte(rsaJWK))
	require.NoError(t, err)
	const id = "did:web:example.org"
	good := did.Method{ID: id + "#a", Type: did.Multikey, Controller: id, Key: key}
	for name, c := range map[string]struct {
		d    did.Document
		want error
	}{
		"no id":                  {did.Document{}, did.ErrDID},
		"an id that is no DID":   {did.Document{ID: "https://example.org"}, did.ErrDID},
		"no key":                 {did.Document{ID: id, Methods: []did.Method{{ID: id + "#a", Type: did.Multikey, Controller: id}}}, did.ErrMaterial},
		"RSA as multibase":       {did.Document{ID: id, Methods: []did.Method{{ID: id + "#a", Type: did.Multikey, Controller: id, Key: jwk.Public()}}}, did.ErrMaterial},
		"another type":           {did.Document{ID: id, Methods: []did.Method{{ID: id + "#a", Type: "JsonWebKey2020", Controller: id, Key: key}}}, did.ErrMaterial},
		"small order":            {did.Document{ID: id, Methods: []did.Method{{ID: id + "#a", Type: did.Multikey, Controller: id, Key: make(ed25519.PublicKey, 32)}}}, multikey.ErrWeak},
		"a method twice":         {did.Document{ID: id, Methods: []did.Method{good, good}}, did.ErrDocument},
		"no controller":          {did.Document{ID: id, Methods: []did.Method{{ID: id + "#a", Type: did.Multikey, Key: key}}}, did.ErrDocument},
		"a method without name":  {did.Document{ID: id, Methods: []did.Method{{ID: id, Type: did.Multikey, Controller: id, Key: key}}}, did.ErrDocument},
		"a signer not listed":    {did.Document{ID: id, Methods: []did.Method{good}, Assertion: []string{id + "#b"}}, did.ErrDocument},
		"a relative method name": {did.Document{ID: id, Methods: []did.Method{{ID: "#a", Type: did.Multikey, Controller: id, Key: key}}, Assertion: []string{"#a"}}, did.ErrDocument},
	} {
		_, err := did.Encode(&c.d)
		assert.ErrorIs(t, err, c.want, name)
	}
}

// document is a document with a method and who signs.
func document(method, assertion string) string {
	return `{"id":"did:web:example.org","verificationMethod":[` + method + `],"assertionMethod":[` + assertion + `]}`
}

func TestParse(t *testing.T) {
	d, err := did.Parse([]byte(document(
		`{"id":"#a","type":"Multikey","controller":"did:web:example.org","publicKeyMultibase":"`+multibase+`","expires":"2027-01-01T00:00:00+01:00"},
		 {"id":"did:web:example.org#b","type":"JsonWebKey2020","controller":"did:web:example.org","publicKeyJwk":`+rsaJWK+`},
		 {"id":"did:web:other.example#c","type":"Multikey","controller":"did:web:other.example","publicKeyMultibase":"`+p256+`"},
		 {"id":"#d","type":"Ed25519VerificationKey2020","controller":"did:web:example.org","publicKeyMultibase":"`+multibase+`"},
		 {"id":"#e","type":"Ed25519VerificationKey2018","controller":"did:web:example.org","publicKeyBase58":"`+old(t)+`"}`,
		`"#a","#a","did:web:example.org#b",{"id":"#f","type":"Multikey","controller":"did:web:example.org","publicKeyMultibase":"`+multibase+`"}`)))
	require.NoError(t, err)
	assert.Equal(t, []string{"did:web:example.org#a", "did:web:example.org#b", "did:web:example.org#f"}, d.Assertion)
	for id, kind := range map[string]any{
		"did:web:example.org#a": ed25519.PublicKey{}, "did:web:example.org#b": &rsa.PublicKey{}, "did:web:other.example#c": &ecdsa.PublicKey{},
		"did:web:example.org#d": ed25519.PublicKey{}, "did:web:example.org#e": ed25519.PublicKey{}, "did:web:example.org#f": ed25519.PublicKey{},
	} {
		m, ok := d.Method(id)
		require.True(t, ok, id)
		require.NoError(t, m.Err, id)
		assert.IsType(t, kind, m.Key, id)
	}
	a, _ := d.Method("did:web:example.org#a")
	assert.Equal(t, time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC), a.Expires)
	_, ok := d.Method("#a")
	assert.False(t, ok)
	assert.True(t, d.Asserts("did:web:example.org#f"))
	assert.False(t, d.Asserts("did:web:example.org#d"))
}

// old is the key of the vector as the type of 2018 has it.
func old(t *testing.T) string {
	t.Helper()
	key, err := multikey.ParseEd25519(multibase)
	require.NoError(t, err)
	return multikey.Encode58(key)
}

// TestKeysThatCannotBeUsed are kept with the reason, and spoil nothing else.
func TestKeysThatCannotBeUsed(t *testing.T) {
	for _, c := range []struct {
		name, kind, members string
		want                error
	}{
		{"an unknown type", "X25519KeyAgreementKey2019", `"publicKeyBase58":"1"`, did.ErrMaterial},
		{"an unknown type with a known form", "EcdsaSecp256k1VerificationKey2019", `"publicKeyJwk":` + rsaJWK, did.ErrMaterial},
		{"no key", did.Multikey, `"a":1`, did.ErrMaterial},
		{"another type's form", did.Multikey, `"publicKeyJwk":` + rsaJWK, did.ErrMaterial},
		{"another type's form, the other way", did.JSONWebKey, `"publicKeyMultibase":"` + multibase + `"`, did.ErrMaterial},
		{"two forms", did.Multikey, `"publicKeyMultibase":"` + multibase + `","publicKeyJwk":` + rsaJWK, did.ErrMaterial},
		{"a key that is a number", did.Multikey, `"publicKeyMultibase":1`, did.ErrMaterial},
		{"P-256 as Ed25519", "Ed25519VerificationKey2020", `"publicKeyMultibase":"` + p256 + `"`, nil},
		{"a secret key", did.Multikey, `"publicKeyMultibase":"z` + multikey.Encode58(append([]byte{0x80, 0x26}, make([]byte, 32)...)) + `"`, multikey.ErrSecret},
		{"a secret beside it", did.Multikey, `"publicKeyMultibase":"` + multibase + `","secretKeyMultibase":"z"`, jose.ErrPrivate},
		{"a private JWK", did.JSONWebKey, `"publicKeyJwk":` + strings.Replace(rsaJWK, "{", `{"d":"AA",`, 1), jose.ErrPrivate},
		{"a JWK that is a text", did.JSONWebKey, `"publicKeyJwk":"x"`, nil},
		{"small order", did.Multikey, `"publicKeyMultibase":"` + multikey.Ed25519(make([]byte, 32)) + `"`, multikey.ErrWeak},
		{"small order in the type of 2018", "Ed25519VerificationKey2018", `"publicKeyBase58":"` + multikey.Encode58(make([]byte, 32)) + `"`, multikey.ErrWeak},
		{"revoked without a date", did.Multikey, `"publicKeyMultibase":"` + multibase + `","revoked":true`, nil},
		{"revoked on a day", did.Multikey, `"publicKeyMultibase":"` + multibase + `","revoked":"2026-01-01"`, nil},
		{"expiry that is empty", did.Multikey, `"publicKeyMultibase":"` + multibase + `","expires":""`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := did.Parse([]byte(document(`{"id":"#a","type":"`+c.kind+`","controller":"did:web:example.org",`+c.members+`},
				{"id":"#ok","type":"Multikey","controller":"did:web:example.org","publicKeyMultibase":"`+multibase+`"}`, `"#a","#ok"`)))
			require.NoError(t, err)
			m, ok := d.Method("did:web:example.org#a")
			require.True(t, ok)
			assert.Nil(t, m.Key)
			if c.want == nil {
				assert.Error(t, m.Err)
			} else {
				assert.ErrorIs(t, m.Err, c.want)
			}
			fine, ok := d.Method("did:web:example.org#ok")
			require.True(t, ok)
			assert.NotNil(t, fine.Key)
			assert.NoError(t, fine.Err)
		})
	}
}

func TestParseRefuses(t *testing.T) {
	const method = `{"id":"#a","type":"Multikey","controller":"did:web:example.org","publicKeyMultibase":"` + multibase + `"}`
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"nothing", "", strictjson.ErrSyntax},
		{"a page", "<!doctype html>", strictjson.ErrSyntax},
		{"null", "null", did.ErrDocument},
		{"a list", "[]", did.ErrDocument},
		{"too long", `{"id":"` + strings.Repeat("a", 300<<10) + `"}`, strictjson.ErrLimit},
		{"a key twice", `{"id":"did:web:a.example","id":"did:web:b.example"}`, strictjson.ErrDuplicate},
		{"a key twice in a method", document(strings.Replace(method, `{`, `{"publicKeyMultibase":"z",`, 1), ""), strictjson.ErrDuplicate},
		{"no id", `{}`, did.ErrDocument},
		{"an id in upper case", `{"ID":"did:web:example.org"}`, did.ErrDocument},
		{"an id that is a list", `{"id":["did:web:example.org"]}`, did.ErrDocument},
		{"an address for an id", `{"id":"https://example.org"}`, did.ErrDID},
		{"an id with a fragment", `{"id":"did:web:example.org#a"}`, did.ErrDID},
		{"names that are no list", `{"id":"did:web:example.org","alsoKnownAs":"x"}`, did.ErrDocument},
		{"a name that is no text", `{"id":"did:web:example.org","alsoKnownAs":[1]}`, did.ErrDocument},
		{"methods that are no list", `{"id":"did:web:example.org","verificationMethod":{}}`, did.ErrDocument},
		{"methods that are null", `{"id":"did:web:example.org","verificationMethod":null}`, did.ErrDocument},
		{"a method that is a text", document(`"#a"`, ""), did.ErrDocument},
		{"a method that is null", document(`null`, ""), did.ErrDocument},
		{"a method without an id", document(`{"type":"Multikey","controller":"did:web:example.org"}`, ""), did.ErrDocument},
		{"a method without a type", document(`{"id":"#a","controller":"did:web:example.org"}`, ""), did.ErrDocument},
		{"a method without a controller", document(`{"id":"#a","type":"Multikey"}`, ""), did.ErrDocument},
		{"a method with an address for an id", document(`{"id":"https://example.org#a","type":"Multikey","controller":"x"}`, ""), did.ErrDocument},
		{"a method without a fragment", document(`{"id":"did:web:example.org","type":"Multikey","controller":"x"}`, ""), did.ErrDocument},
		{"a method with an empty fragment", document(`{"id":"#","type":"Multikey","controller":"x"}`, ""), did.ErrDocument},
		{"two methods with one id", document(method+","+strings.Replace(method, `#a`, `did:web:example.org#a`, 1), ""), did.ErrDocument},
		{"a method twice, once embedded", document(method, method), did.ErrDocument},
		{"signers that are numbers", document(method, `1`), did.ErrDocument},
		{"signers that are null", document(method, `null`), did.ErrDocument},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := did.Parse([]byte(c.text))
			assert.ErrorIs(t, err, c.want)
			assert.ErrorIs(t, err, did.ErrDocument)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(vectorDocument(f))
	f.Add([]byte(document(`{"id":"#a","type":"JsonWebKey","controller":"did:web:example.org","revoked":"2026-01-01T00:00:00Z","publicKeyJwk":`+rsaJWK+`}`, `"#a"`)))
	f.Add([]byte(document(`{"id":"#a","type":"X","controller":"x"}`, `{"id":"#b","type":"Y","controller":"x"}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := did.Parse(data)
		if err != nil {
			return
		}
		seen := make(map[string]bool)
		for _, m := range d.Methods {
			require.False(t, seen[m.ID])
			seen[m.ID] = true
			require.True(t, (m.Key == nil) == (m.Err != nil))
			if m.Key != nil {
				require.NoError(t, jose.CheckPublic(m.Key))
			}
		}
	})
}

func edKey(t *testing.T, d *did.Document) ed25519.PublicKey {
	t.Helper()
	key, ok := d.Methods[0].Key.(ed25519.PublicKey)
	require.True(t, ok)
	return key
}
