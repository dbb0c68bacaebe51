package verify_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jsonld"
	"blazon/internal/rdfc"
	"blazon/internal/verdict"
)

const credentials = "https://www.w3.org/2018/credentials#"

// meaning is the canonical RDF of a document without its proofs, read with whatever contexts it brings.
func meaning(t *testing.T, o object) string {
	t.Helper()
	bare := clone(o)
	delete(bare, "proof")
	quads, err := jsonld.New(nil).ToRDF(t.Context(), marshal(bare))
	require.NoError(t, err)
	text, err := rdfc.Canonicalize(quads, rdfc.Limits{})
	require.NoError(t, err)
	return string(text)
}

// TestRenamed: a proof signs what keys mean. A holder who gives another name to what speaks against the badge leaves the
// signature as it is, and is refused all the same.
func TestRenamed(t *testing.T) {
	move := func(from object, old, name string) { from[name] = from[old]; delete(from, old) }
	define := func(o object, terms object) { o["@context"] = append(o["@context"].([]any), terms) }
	date := func(id string) object { return object{"@id": id, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"} }
	for name, rename := range map[string]func(o object){
		"end, by a context": func(o object) {
			define(o, object{"comment": date(credentials + "validUntil")})
			move(o, "validUntil", "comment")
		},
		"end, by a prefix": func(o object) {
			define(o, object{"c": object{"@id": credentials, "@prefix": true}})
			delete(o, "validUntil")
			o["c:validUntil"] = object{"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-06-01T00:00:00Z"}
		},
		"end, by an IRI": func(o object) {
			delete(o, "validUntil")
			o[credentials+"validUntil"] = object{"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-06-01T00:00:00Z"}
		},
		"status, by a context": func(o object) {
			define(o, object{"note": object{"@id": credentials + "credentialStatus", "@type": "@id"}})
			move(o, "credentialStatus", "note")
		},
		"status, by an IRI": func(o object) { move(o, "credentialStatus", credentials+"credentialStatus") },
		"place, by a context": func(o object) {
			status := o["credentialStatus"].(object)
			status["@context"] = object{"remark": "https://www.w3.org/ns/credentials/status#statusListIndex"}
			move(status, "statusListIndex", "remark")
			status["statusListIndex"] = nil
		},
		"end, in a context for a type": func(o object) {
			define(o, object{"Plain": object{"@id": "https://www.w3.org/2018/credentials#VerifiableCredential", "@context": object{"comment": date(credentials + "validUntil")}}})
			o["type"] = []any{"VerifiableCredential", "OpenBadgeCredential", "Plain"}
			move(o, "validUntil", "comment")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, o := world30(t)
			o["validUntil"] = "2026-06-01T00:00:00Z" // in the past
			o["credentialStatus"] = entry("8")       // revoked
			w.put(statusURL, prove(t, statusListOf(t, issuerDID, 8), proof{key: edKey(0)}))
			signed := prove(t, o, proof{key: edKey(0)})
			wants(t, w.verify(t, signed), verdict.Invalid, verdict.Expiry, verdict.Revocation)

			attack := clone(signed)
			rename(attack)
			require.NotEqual(t, marshal(signed), marshal(attack))
			require.Equal(t, meaning(t, signed), meaning(t, attack), "the attack changes what is signed, and is none")
			r := w.verify(t, attack)
			assert.Equal(t, verdict.Invalid, r.Verdict, describe(r))
			assert.True(t, r.Has(verdict.Terms, verdict.Fail), describe(r))
			assert.False(t, r.Has(verdict.Signature, verdict.Pass), describe(r))
		})
	}
}

// TestRenamedProof: nor can a proof's own end be given another name.
func TestRenamedProof(t *testing.T) {
	w, o := world30(t)
	signed := prove(t, o, proof{key: edKey(0), extra: object{"expires": "2026-06-01T00:00:00Z"}})
	wants(t, w.verify(t, signed), verdict.Invalid, verdict.Proof)
	attack := clone(signed)
	attack["@context"] = append(attack["@context"].([]any), object{"later": object{"@id": "https://w3id.org/security#expiration", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}})
	p := at(attack, "proof", 0)
	p["later"] = p["expires"]
	delete(p, "expires")
	r := w.verify(t, attack)
	assert.Equal(t, verdict.Invalid, r.Verdict, describe(r))
	assert.True(t, r.Has(verdict.Terms, verdict.Fail), describe(r))
}
