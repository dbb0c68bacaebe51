package verify_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/jose"
	"blazon/internal/jsonld"
	"blazon/internal/multikey"
	"blazon/internal/rdfc"
	"blazon/internal/status"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

const (
	issuerDID     = "did:web:badges.example.org:issuers:makers"
	didURL        = host + "/issuers/makers/did.json"
	credentialURL = host + "/awards/a1/credential.json"
	statusURL     = host + "/issuers/makers/status/0.json"
	jwkURL        = host + "/issuers/makers/keys/rsa.jwk.json"
)

func methodID(key ed25519.PrivateKey) string {
	return issuerDID + "#" + multikey.Ed25519(key.Public().(ed25519.PublicKey))
}

func multikeyMethod(did string, key ed25519.PrivateKey) object {
	public := multikey.Ed25519(key.Public().(ed25519.PublicKey))
	return object{"id": did + "#" + public, "type": "Multikey", "controller": did, "publicKeyMultibase": public}
}

func jwk(key crypto.PublicKey) object {
	k, err := jose.FromPublic(key)
	if err != nil {
		panic(err)
	}
	data, err := k.MarshalJSON()
	if err != nil {
		panic(err)
	}
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		panic(err)
	}
	return o
}

func didDocument(did string, methods ...object) object {
	list, ids := []any{}, []any{}
	for _, m := range methods {
		list, ids = append(list, m), append(ids, m["id"])
	}
	return object{"@context": []any{"https://www.w3.org/ns/did/v1"}, "id": did, "verificationMethod": list, "assertionMethod": ids}
}

// proof signs a document with Data Integrity.
type proof struct {
	suite, method, purpose, created string
	key                             ed25519.PrivateKey
	extra                           object
}

func canonical(t testing.TB, o object) [32]byte {
	t.Helper()
	quads, err := jsonld.New(nil).ToRDF(t.Context(), marshal(o))
	require.NoError(t, err)
	text, err := rdfc.Canonicalize(quads, rdfc.Limits{})
	require.NoError(t, err)
	return sha256.Sum256(text)
}

func prove(t testing.TB, o object, p proof) object {
	t.Helper()
	options := object{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}
	if p.suite == "Ed25519Signature2020" {
		options = object{"type": p.suite}
	}
	if p.created == "" {
		p.created = "2026-01-15T10:00:00Z"
	}
	if p.purpose == "" {
		p.purpose = "assertionMethod"
	}
	if p.method == "" {
		p.method = methodID(p.key)
	}
	options["created"], options["proofPurpose"], options["verificationMethod"] = p.created, p.purpose, p.method
	for k, v := range p.extra {
		options[k] = v
	}
	bare := clone(o)
	delete(bare, "proof")
	options["@context"] = o["@context"]
	proofHash, docHash := canonical(t, options), canonical(t, bare)
	delete(options, "@context")
	options["proofValue"] = "z" + multikey.Encode58(ed25519.Sign(p.key, append(proofHash[:], docHash[:]...)))
	signed := clone(o)
	signed["proof"] = []any{options}
	return signed
}

// world30 is a world with an issuer of Open Badges 3.0, and a badge before it is signed.
func world30(t testing.TB) (*world, object) {
	t.Helper()
	w := newWorld()
	w.put(didURL, didDocument(issuerDID, multikeyMethod(issuerDID, edKey(0)),
		object{"id": issuerDID + "#rsa", "type": "JsonWebKey", "controller": issuerDID, "publicKeyJwk": jwk(rsaKey(0).Public())},
		object{"id": issuerDID + "#p256", "type": "JsonWebKey", "controller": issuerDID, "publicKeyJwk": jwk(p256Key().Public())}))
	w.put(jwkURL, jwk(rsaKey(0).Public()))
	w.put(imageURL, picture)
	o := object{
		"@context": []any{"https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"},
		"id":       credentialURL, "type": []any{"VerifiableCredential", "OpenBadgeCredential"},
		"issuer": object{"id": issuerDID, "type": []any{"Profile"}, "name": "Example Makers", "url": host + "/"}, "validFrom": "2026-01-15T09:00:00Z", "validUntil": "2027-01-15T09:00:00Z", "name": "Soldering",
		"credentialSubject": object{"id": "urn:uuid:5a2b3c4d-0000-4000-8000-000000000001", "type": []any{"AchievementSubject"},
			"identifier": []any{object{"type": "IdentityObject", "hashed": true, "identityType": "emailAddress", "salt": "pepper", "identityHash": hash(recipient, "pepper")}},
			"achievement": object{"id": host + "/badges/soldering/achievement.json", "type": []any{"Achievement"}, "name": "Soldering", "description": "Solders.",
				"criteria": object{"narrative": "Solder three joints."}, "image": object{"id": imageURL, "type": "Image"}}},
	}
	return w, o
}

// entry is a place in the world's status list.
func entry(slot string) object {
	return object{"id": statusURL + "#" + slot, "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": slot, "statusListCredential": statusURL}
}

func statusListOf(t testing.TB, issuer string, set ...int) object {
	t.Helper()
	bits := status.NewBits()
	for _, i := range set {
		bits.Set(i)
	}
	encoded, err := status.Encode(bits)
	require.NoError(t, err)
	return object{"@context": []any{"https://www.w3.org/ns/credentials/v2"}, "id": statusURL, "type": []any{"VerifiableCredential", "BitstringStatusListCredential"},
		"issuer": issuer, "validFrom": "2026-01-01T00:00:00Z",
		"credentialSubject": object{"id": statusURL + "#list", "type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encoded}}
}

func TestCredential(t *testing.T) {
	w, o := world30(t)
	o["credentialStatus"] = entry("7")
	w.put(statusURL, prove(t, statusListOf(t, issuerDID, 8), proof{key: edKey(0)}))
	signed := prove(t, o, proof{key: edKey(0)})
	for _, data := range []any{signed, bakePNG(t, bake.Text{Keyword: bake.OB3, Value: string(marshal(signed))})} {
		r := w.verify(t, data)
		wants(t, r, verdict.Valid)
		assert.Equal(t, "3.0", r.Generation)
		assert.Equal(t, "Soldering", r.Badge)
		assert.Equal(t, "Example Makers", r.Issuer)
		for _, id := range []verdict.ID{verdict.Structure, verdict.Terms, verdict.Proof, verdict.Signature, verdict.Key, verdict.Issued, verdict.Expiry, verdict.Revocation, verdict.Recipient, verdict.Images} {
			assert.True(t, r.Has(id, verdict.Pass), "%s: %s", id, describe(r))
		}
	}
}

// TestVectors: credentials that other libraries signed and verified.
func TestVectors(t *testing.T) {
	for _, name := range []string{"minimal", "full", "unicode"} {
		w := newWorld()
		did, err := os.ReadFile("../../testdata/vectors/did.json")
		require.NoError(t, err)
		w.put("https://badges.example.org/.well-known/did.json", did)
		list, err := os.ReadFile("../../testdata/vectors/statuslist.signed.json")
		require.NoError(t, err)
		w.put("https://badges.example.org/status/1.json", list)
		data, err := os.ReadFile("../../testdata/vectors/" + name + ".signed.json")
		require.NoError(t, err)
		v := verify.New(verify.Options{Fetch: w, Now: now})
		r := v.Verify(t.Context(), verify.Target{Name: name, Data: data})
		assert.True(t, r.Has(verdict.Signature, verdict.Pass), describe(r))
		assert.True(t, r.Has(verdict.Key, verdict.Pass), describe(r))
		assert.True(t, r.Has(verdict.Structure, verdict.Pass), describe(r))
		if name == "full" {
			assert.True(t, r.Has(verdict.Revocation, verdict.Fail), describe(r))
		}
		tampered := strings.Replace(string(data), "Soldering", "Mastering", 1)
		tampered = strings.Replace(tampered, "wood lathe", "steel lathe", 1)
		tampered = strings.Replace(tampered, `"description": "`, `"description": "X`, 1)
		r = v.Verify(t.Context(), verify.Target{Name: name, Data: []byte(tampered)})
		assert.True(t, r.Has(verdict.Signature, verdict.Fail), describe(r))
	}
}

type twin struct {
	change func(t *testing.T, w *world, o object) // before signing
	sign   func(t *testing.T, o object) any       // nil: with the issuer's Ed25519 key
	after  func(t *testing.T, w *world, o object) // after signing; o is what was signed
	want   verdict.Verdict
	ids    []verdict.ID
}

func check(t *testing.T, twins map[string]twin) {
	for name, test := range twins {
		t.Run(name, func(t *testing.T) {
			w, o := world30(t)
			if test.change != nil {
				test.change(t, w, o)
			}
			var signed any
			if test.sign != nil {
				signed = test.sign(t, o)
			} else {
				signed = prove(t, o, proof{key: edKey(0)})
			}
			if test.after != nil {
				s, _ := signed.(object)
				test.after(t, w, s)
			}
			wants(t, w.verify(t, signed), test.want, test.ids...)
		})
	}
}

func TestCredentialTwins(t *testing.T) {
	set := func(v any, path ...any) func(*testing.T, *world, object) {
		return func(_ *testing.T, _ *world, o object) {
			key := path[len(path)-1].(string)
			target := at(o, path[:len(path)-1]...)
			if v == nil {
				delete(target, key)
				return
			}
			target[key] = v
		}
	}
	invalid, untold, valid := verdict.Invalid, verdict.Untold, verdict.Valid
	subject := "credentialSubject"
	check(t, map[string]twin{
		"good":              {want: valid},
		"tampered":          {after: set("2030-01-01T00:00:00Z", "validUntil"), want: invalid, ids: []verdict.ID{verdict.Signature}},
		"tampered inside":   {after: set("x", subject, "achievement", "name"), want: invalid, ids: []verdict.ID{verdict.Signature}},
		"term added":        {after: set("x", "honours"), want: invalid, ids: []verdict.ID{verdict.Terms}},
		"term added inside": {after: set("x", subject, "achievement", "grade"), want: invalid, ids: []verdict.ID{verdict.Terms}},
		"type added":        {after: set([]any{"VerifiableCredential", "OpenBadgeCredential", "Master"}, "type"), want: invalid, ids: []verdict.ID{verdict.Terms}},
		"no proof":          {after: set(nil, "proof"), want: invalid, ids: []verdict.ID{verdict.Signature}},
		"expired":           {change: set("2026-06-01T00:00:00Z", "validUntil"), want: invalid, ids: []verdict.ID{verdict.Expiry}},
		"not yet":           {change: set("2026-08-01T00:00:00Z", "validFrom"), want: invalid, ids: []verdict.ID{verdict.Issued}},
		"ends before":       {change: set("2026-01-01T00:00:00Z", "validUntil"), want: invalid, ids: []verdict.ID{verdict.Expiry, verdict.Structure}},
		"no end":            {change: set(nil, "validUntil"), want: valid},
		"no name":           {change: set(nil, "name"), want: valid},
		"no id":             {change: set(nil, "id"), want: invalid, ids: []verdict.ID{verdict.Structure}},
		"no start":          {change: set(nil, "validFrom"), want: invalid, ids: []verdict.ID{verdict.Structure}},
		"a day as start":    {change: set("2026-01-15", "validFrom"), want: invalid, ids: []verdict.ID{verdict.Structure}},
		"no holder": {change: func(_ *testing.T, _ *world, o object) {
			delete(at(o, subject), "id")
			delete(at(o, subject), "identifier")
		}, want: invalid, ids: []verdict.ID{verdict.Structure, verdict.Recipient}},
		"somebody else's":   {change: set(hash("bob@example.org", "pepper"), subject, "identifier", 0, "identityHash"), want: invalid, ids: []verdict.ID{verdict.Recipient}},
		"holder by an id":   {change: set("mailto:"+recipient, subject, "id"), want: valid},
		"no description":    {change: set(nil, subject, "achievement", "description"), want: invalid, ids: []verdict.ID{verdict.Structure}},
		"no criteria":       {change: set(nil, subject, "achievement", "criteria"), want: invalid, ids: []verdict.ID{verdict.Structure}},
		"issuer is a URI":   {change: set(issuerDID, "issuer"), want: valid},
		"issuer of no type": {change: set(nil, "issuer", "type"), want: invalid, ids: []verdict.ID{verdict.Structure}},
		"image missing":     {change: func(_ *testing.T, w *world, _ object) { delete(w.pages, imageURL) }, want: invalid, ids: []verdict.ID{verdict.Images}},
		"context after all": {change: func(_ *testing.T, _ *world, o object) {
			o["@context"] = append(o["@context"].([]any), object{"honours": "https://example.org/honours"})
			o["honours"] = "x"
		}, want: valid},
		"duplicate keys": {sign: func(t *testing.T, o object) any {
			return strings.Replace(string(marshal(prove(t, o, proof{key: edKey(0)}))), "{", `{"name":"x",`, 1)
		}, want: invalid, ids: []verdict.ID{verdict.Structure}},
		"other purpose": {sign: func(t *testing.T, o object) any { return prove(t, o, proof{key: edKey(0), purpose: "authentication"}) }, want: invalid, ids: []verdict.ID{verdict.Proof}},
		"proof ran out": {sign: func(t *testing.T, o object) any {
			return prove(t, o, proof{key: edKey(0), extra: object{"expires": "2026-02-01T00:00:00Z"}})
		}, want: invalid, ids: []verdict.ID{verdict.Proof}},
		"proof holds": {sign: func(t *testing.T, o object) any {
			return prove(t, o, proof{key: edKey(0), extra: object{"expires": "2028-02-01T00:00:00Z"}})
		}, want: valid},
		"purpose changed": {after: set("authentication", "proof", 0, "proofPurpose"), want: invalid, ids: []verdict.ID{verdict.Proof, verdict.Signature}},
		"created changed": {after: set("2026-01-16T10:00:00Z", "proof", 0, "created"), want: invalid, ids: []verdict.ID{verdict.Signature}},
		"strange suite":   {after: set("ecdsa-sd-2023", "proof", 0, "cryptosuite"), want: untold, ids: []verdict.ID{verdict.Signature}},
		"strange proof":   {after: set("BbsBlsSignature2020", "proof", 0, "type"), want: untold, ids: []verdict.ID{verdict.Signature}},
		"wrong key":       {sign: func(t *testing.T, o object) any { return prove(t, o, proof{key: edKey(1), method: methodID(edKey(0))}) }, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"unlisted key":    {sign: func(t *testing.T, o object) any { return prove(t, o, proof{key: edKey(1)}) }, want: invalid, ids: []verdict.ID{verdict.Key}},
		"key of another DID": {change: func(_ *testing.T, w *world, _ object) {
			w.put("https://evil.example.net/.well-known/did.json", didDocument("did:web:evil.example.net", multikeyMethod("did:web:evil.example.net", edKey(1))))
		}, sign: func(t *testing.T, o object) any {
			return prove(t, o, proof{key: edKey(1), method: "did:web:evil.example.net#" + multikey.Ed25519(edKey(1).Public().(ed25519.PublicKey))})
		}, want: invalid, ids: []verdict.ID{verdict.Key}},
		"key says it is the issuer's": {change: func(_ *testing.T, w *world, _ object) {
			m := multikeyMethod("did:web:evil.example.net", edKey(1))
			m["controller"] = issuerDID
			w.put("https://evil.example.net/.well-known/did.json", didDocument("did:web:evil.example.net", m))
		}, sign: func(t *testing.T, o object) any {
			return prove(t, o, proof{key: edKey(1), method: "did:web:evil.example.net#" + multikey.Ed25519(edKey(1).Public().(ed25519.PublicKey))})
		}, want: invalid, ids: []verdict.ID{verdict.Key}},
		"did:key of another": {sign: func(t *testing.T, o object) any {
			m := multikey.Ed25519(edKey(1).Public().(ed25519.PublicKey))
			return prove(t, o, proof{key: edKey(1), method: "did:key:" + m + "#" + m})
		}, want: invalid, ids: []verdict.ID{verdict.Key}},
		"did:key": {change: func(_ *testing.T, _ *world, o object) {
			at(o, "issuer")["id"] = "did:key:" + multikey.Ed25519(edKey(1).Public().(ed25519.PublicKey))
		}, sign: func(t *testing.T, o object) any {
			m := multikey.Ed25519(edKey(1).Public().(ed25519.PublicKey))
			return prove(t, o, proof{key: edKey(1), method: "did:key:" + m + "#" + m})
		}, want: valid},
		"strange DID": {change: func(_ *testing.T, _ *world, o object) { at(o, "issuer")["id"] = "did:ion:abc" }, sign: func(t *testing.T, o object) any { return prove(t, o, proof{key: edKey(1), method: "did:ion:abc#key"}) }, want: untold, ids: []verdict.ID{verdict.Key}},
		"not for assertions": {change: func(t *testing.T, w *world, _ object) {
			w.change(t, didURL, func(d object) { d["assertionMethod"] = []any{} })
		}, want: invalid, ids: []verdict.ID{verdict.Key}},
		"another controller": {change: func(t *testing.T, w *world, _ object) {
			w.change(t, didURL, func(d object) { at(d, "verificationMethod", 0)["controller"] = "did:web:evil.example.net" })
		}, want: invalid, ids: []verdict.ID{verdict.Key}},
		"key revoked": {change: func(t *testing.T, w *world, _ object) {
			w.change(t, didURL, func(d object) { at(d, "verificationMethod", 0)["revoked"] = "2026-06-01T00:00:00Z" })
		}, want: invalid, ids: []verdict.ID{verdict.Key}},
		"key ran out": {change: func(t *testing.T, w *world, _ object) {
			w.change(t, didURL, func(d object) { at(d, "verificationMethod", 0)["expires"] = "2026-06-01T00:00:00Z" })
		}, want: invalid, ids: []verdict.ID{verdict.Key}},
		"key runs out later": {change: func(t *testing.T, w *world, _ object) {
			w.change(t, didURL, func(d object) { at(d, "verificationMethod", 0)["expires"] = "2027-06-01T00:00:00Z" })
		}, want: valid},
		"DID of another": {change: func(t *testing.T, w *world, _ object) {
			w.change(t, didURL, func(d object) { d["id"] = "did:web:evil.example.net" })
		}, want: invalid, ids: []verdict.ID{verdict.Key}},
		"DID missing":     {change: func(_ *testing.T, w *world, _ object) { delete(w.pages, didURL) }, want: invalid, ids: []verdict.ID{verdict.Key}},
		"DID unreachable": {change: func(_ *testing.T, w *world, _ object) { w.down[didURL] = true }, want: untold, ids: []verdict.ID{verdict.Key}},
		"context unknown": {after: func(_ *testing.T, _ *world, o object) {
			o["@context"] = append(o["@context"].([]any), "https://example.org/unknown.json")
		}, want: untold, ids: []verdict.ID{verdict.Terms}},
		"no badge":         {change: set([]any{"VerifiableCredential"}, "type"), want: invalid, ids: []verdict.ID{verdict.Structure}},
		"no context":       {after: set(nil, "@context"), want: invalid, ids: []verdict.ID{verdict.Structure, verdict.Terms}},
		"evidence":         {change: set([]any{object{"id": "https://example.org/x", "type": []any{"Evidence"}}}, "evidence"), want: valid},
		"proof not base58": {after: set("u1234", "proof", 0, "proofValue"), want: invalid, ids: []verdict.ID{verdict.Signature}},
		"proof cut": {after: func(_ *testing.T, _ *world, o object) {
			p := at(o, "proof", 0)
			p["proofValue"] = p["proofValue"].(string)[:80]
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"proof padded": {after: func(_ *testing.T, _ *world, o object) {
			p := at(o, "proof", 0)
			p["proofValue"] = "z1" + p["proofValue"].(string)[1:]
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"malleated": {after: func(_ *testing.T, _ *world, o object) {
			p := at(o, "proof", 0)
			p["proofValue"] = addOrder(p["proofValue"].(string))
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"two proofs, one bad": {after: func(_ *testing.T, _ *world, o object) {
			bad := clone(at(o, "proof", 0))
			bad["created"] = "2026-01-16T10:00:00Z"
			o["proof"] = []any{o["proof"].([]any)[0], bad}
		}, want: invalid, ids: []verdict.ID{verdict.Signature}},
		"two proofs, one strange": {after: func(_ *testing.T, _ *world, o object) {
			o["proof"] = []any{o["proof"].([]any)[0], object{"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023"}}
		}, want: valid},
	})
}

// addOrder adds the group's order to the second half of an Ed25519 signature: a lax verifier takes it for the same.
func addOrder(value string) string {
	data, err := multikey.Decode58(value[1:])
	if err != nil {
		panic(err)
	}
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	s := slices.Clone(data[32:])
	slices.Reverse(s)
	n := new(big.Int).Add(new(big.Int).SetBytes(s), order)
	s = n.FillBytes(make([]byte, 32))
	slices.Reverse(s)
	return "z" + multikey.Encode58(append(slices.Clone(data[:32]), s...))
}
