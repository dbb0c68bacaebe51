package verify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jose"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

func TestStatus(t *testing.T) {
	invalid, untold, valid := verdict.Invalid, verdict.Untold, verdict.Valid
	at7 := func(change func(e object)) func(*testing.T, *world, object) {
		return func(t *testing.T, w *world, o object) {
			e := entry("7")
			if change != nil {
				change(e)
			}
			o["credentialStatus"] = e
			w.put(statusURL, prove(t, statusListOf(t, issuerDID, 8), proof{key: edKey(0)}))
		}
	}
	list := func(build func(t *testing.T, w *world) any) func(*testing.T, *world, object) {
		return func(t *testing.T, w *world, _ object) { w.put(statusURL, build(t, w)) }
	}
	plain := at7(nil)
	changed := func(change func(l object)) func(*testing.T, *world, object) {
		return list(func(t *testing.T, _ *world) any {
			l := statusListOf(t, issuerDID, 8)
			change(l)
			return prove(t, l, proof{key: edKey(0)})
		})
	}
	const purpose = "statusPurpose"
	rev := []verdict.ID{verdict.Revocation}
	check(t, map[string]twin{
		"not revoked": {change: plain, want: valid},
		"revoked":     {change: plain, after: list(func(t *testing.T, _ *world) any { return prove(t, statusListOf(t, issuerDID, 7), proof{key: edKey(0)}) }), want: invalid, ids: rev},
		"list is a JWT": {change: plain, after: list(func(t *testing.T, _ *world) any {
			return sign(jose.Header{Alg: "RS256", Kid: jwkURL, Typ: "vc+jwt"}, statusListOf(t, issuerDID, 8), rsaKey(0))
		}), want: valid},
		"list is a JWT, revoked": {change: plain, after: list(func(t *testing.T, _ *world) any {
			return sign(jose.Header{Alg: "RS256", Kid: jwkURL, Typ: "vc+jwt"}, statusListOf(t, issuerDID, 7), rsaKey(0))
		}), want: invalid, ids: rev},
		"index as a number":    {change: at7(func(e object) { e["statusListIndex"] = 7 }), sign: jwtOnly, want: valid},
		"index is no number":   {change: at7(func(e object) { e["statusListIndex"] = "x" }), want: invalid, ids: rev},
		"index below zero":     {change: at7(func(e object) { e["statusListIndex"] = "-1" }), want: invalid, ids: rev},
		"index behind the end": {change: at7(func(e object) { e["statusListIndex"] = "131072" }), want: invalid, ids: rev},
		"index padded":         {change: at7(func(e object) { e["statusListIndex"] = "007" }), want: invalid, ids: rev},
		"no purpose":           {change: at7(func(e object) { delete(e, purpose) }), want: invalid, ids: rev},
		"another purpose":      {change: at7(func(e object) { e[purpose] = "suspension" }), want: invalid, ids: rev},
		"suspended":            {change: at7(func(e object) { e[purpose] = "suspension"; e["statusListIndex"] = "8" }), after: changed(func(l object) { at(l, "credentialSubject")[purpose] = "suspension" }), want: invalid, ids: rev},
		"several purposes":     {change: at7(nil), after: changed(func(l object) { at(l, "credentialSubject")[purpose] = []any{"suspension", "revocation"} }), want: valid},
		"a message":            {change: at7(func(e object) { e[purpose] = "message" }), after: changed(func(l object) { at(l, "credentialSubject")[purpose] = "message" }), want: valid},
		"larger entries":       {change: at7(func(e object) { e["statusSize"] = 2 }), want: untold, ids: rev},
		"list missing":         {change: plain, after: func(_ *testing.T, w *world, _ object) { delete(w.pages, statusURL) }, want: untold, ids: rev},
		"list unreachable":     {change: plain, after: func(_ *testing.T, w *world, _ object) { w.down[statusURL] = true }, want: untold, ids: rev},
		"list is a page":       {change: plain, after: func(_ *testing.T, w *world, _ object) { w.put(statusURL, "<html></html>") }, want: invalid, ids: rev},
		"list is a badge":      {change: plain, after: list(func(t *testing.T, _ *world) any { _, o := world30(t); return prove(t, o, proof{key: edKey(0)}) }), want: invalid, ids: rev},
		"list unsigned":        {change: plain, after: list(func(t *testing.T, _ *world) any { return statusListOf(t, issuerDID) }), want: invalid, ids: rev},
		"list by another key":  {change: plain, after: list(func(t *testing.T, _ *world) any { return prove(t, statusListOf(t, issuerDID), proof{key: edKey(1)}) }), want: invalid, ids: rev},
		"list by another key, under the issuer's name": {change: plain, after: list(func(t *testing.T, _ *world) any {
			return prove(t, statusListOf(t, issuerDID), proof{key: edKey(1), method: methodID(edKey(0))})
		}), want: invalid, ids: rev},
		"list tampered": {change: plain, after: list(func(t *testing.T, _ *world) any {
			good, bad := statusListOf(t, issuerDID, 7), statusListOf(t, issuerDID)
			signed := prove(t, good, proof{key: edKey(0)})
			signed["credentialSubject"] = bad["credentialSubject"]
			return signed
		}), want: invalid, ids: rev},
		"list of another issuer": {change: plain, after: list(func(t *testing.T, w *world) any {
			const evil = "did:web:evil.example.net"
			w.put("https://evil.example.net/.well-known/did.json", didDocument(evil, multikeyMethod(evil, edKey(1))))
			return prove(t, statusListOf(t, evil), proof{key: edKey(1), method: multikeyMethod(evil, edKey(1))["id"].(string)})
		}), want: untold, ids: rev},
		"list of another address": {change: plain, after: changed(func(l object) { l["id"] = host + "/other.json" }), want: invalid, ids: rev},
		"list expired":            {change: plain, after: changed(func(l object) { l["validUntil"] = "2026-06-01T00:00:00Z" }), want: untold, ids: rev},
		"list not packed":         {change: plain, after: changed(func(l object) { at(l, "credentialSubject")["encodedList"] = "uAAAA" }), want: invalid, ids: rev},
		"list without its letter": {change: plain, after: changed(func(l object) {
			s := at(l, "credentialSubject")
			s["encodedList"] = strings.TrimPrefix(s["encodedList"].(string), "u")
		}), want: invalid, ids: rev},
		"1EdTech, revoked":   {change: edtech(object{"id": listURL, "issuer": issuerDID, "revokedCredential": []any{object{"id": credentialURL, "revocationReason": "Error"}}}), sign: jwtOnly, want: invalid, ids: rev},
		"1EdTech, not so":    {change: edtech(object{"id": listURL, "issuer": issuerDID, "revokedCredential": []any{object{"id": credentialURL, "revoked": false}}}), sign: jwtOnly, want: valid},
		"1EdTech, empty":     {change: edtech(object{"id": listURL, "issuer": issuerDID, "revokedCredential": []any{}}), sign: jwtOnly, want: valid},
		"1EdTech, another's": {change: edtech(object{"id": listURL, "issuer": "did:web:evil.example.net", "revokedCredential": []any{}}), sign: jwtOnly, want: untold, ids: rev},
		"1EdTech, none":      {change: edtech(object{"x": 1}), sign: jwtOnly, want: untold, ids: rev},
		"unknown mechanism": {change: func(_ *testing.T, _ *world, o object) {
			o["credentialStatus"] = object{"id": listURL, "type": "MagicList"}
		}, sign: jwtOnly, want: untold, ids: rev},
		"two, one revoked": {change: func(t *testing.T, w *world, o object) {
			plain(t, w, o)
			o["credentialStatus"] = []any{entry("7"), entry("8")}
		}, want: invalid, ids: rev},
	})
}

// jwtOnly signs as a JWT, for what the contexts do not define.
func jwtOnly(_ *testing.T, o object) any {
	return sign(jose.Header{Alg: "RS256", Kid: jwkURL}, claims(o), rsaKey(0))
}

func edtech(list object) func(*testing.T, *world, object) {
	return func(_ *testing.T, w *world, o object) {
		o["credentialStatus"] = object{"id": listURL, "type": "1EdTechRevocationList"}
		w.put(listURL, list)
	}
}

// TestStatusList2021 is the older form of lists.
func TestStatusList2021(t *testing.T) {
	const context = "https://w3id.org/vc/status-list/2021/v1"
	for slot, want := range map[string]verdict.Verdict{"7": verdict.Valid, "8": verdict.Invalid} {
		w, o := world30(t)
		o["@context"] = append(o["@context"].([]any), context)
		o["credentialStatus"] = object{"id": statusURL + "#" + slot, "type": "StatusList2021Entry", "statusPurpose": "revocation", "statusListIndex": slot, "statusListCredential": statusURL}
		l := statusListOf(t, issuerDID, 8)
		l["@context"] = append(l["@context"].([]any), context)
		l["type"] = []any{"VerifiableCredential", "StatusList2021Credential"}
		s := at(l, "credentialSubject")
		s["type"], s["encodedList"] = "StatusList2021", strings.TrimPrefix(s["encodedList"].(string), "u")
		w.put(statusURL, sign(jose.Header{Alg: "RS256", Kid: jwkURL, Typ: "vc+jwt"}, l, rsaKey(0)))
		wants(t, w.verify(t, jwtOnly(t, o)), want, verdict.Revocation)
	}
}

// TestSharedOnce: what badges of a batch share is fetched once.
func TestSharedOnce(t *testing.T) {
	w, o := world30(t)
	o["credentialStatus"] = entry("7")
	w.put(statusURL, prove(t, statusListOf(t, issuerDID, 8), proof{key: edKey(0)}))
	v := w.verifier()
	data := marshal(prove(t, o, proof{key: edKey(0)}))
	for range 3 {
		r := v.Verify(t.Context(), verify.Target{Name: "x", Data: data})
		wants(t, r, verdict.Valid)
	}
	asked := map[string]int{}
	for _, a := range w.asked {
		asked[a]++
	}
	require.NotEmpty(t, asked)
	for address, times := range asked {
		assert.Equal(t, 1, times, address)
	}
}
