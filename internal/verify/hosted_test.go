package verify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

const (
	assertionURL = host + "/awards/a1/assertion.json"
	classURL     = host + "/badges/soldering/class.json"
	issuerURL    = host + "/issuers/makers/profile.json"
	imageURL     = host + "/badges/soldering/image.png"
	awardURL     = host + "/awards/a1/badge.png"
)

// hosted20 is a world with one hosted badge of Open Badges 2.0.
func hosted20(t *testing.T) (*world, object) {
	t.Helper()
	const context = "https://w3id.org/openbadges/v2"
	w := newWorld()
	w.put(issuerURL, object{"@context": context, "id": issuerURL, "type": "Issuer", "name": "Example Makers", "url": host + "/", "email": "badges@example.org",
		"verification": object{"type": "VerificationObject", "verificationProperty": "id", "startsWith": host + "/awards/", "allowedOrigins": "badges.example.org"}})
	w.put(classURL, object{"@context": context, "id": classURL, "type": "BadgeClass", "name": "Soldering", "description": "Solders.", "image": imageURL,
		"criteria": object{"narrative": "Solder."}, "issuer": issuerURL, "tags": []any{"metal"},
		"alignment": []any{object{"targetName": "Joints", "targetUrl": "https://standards.example.net/1"}}})
	w.put(imageURL, picture)
	a := object{"@context": context, "id": assertionURL, "type": "Assertion",
		"recipient": object{"type": "email", "hashed": true, "salt": "deadsea", "identity": hash(recipient, "deadsea")},
		"badge":     classURL, "verification": object{"type": "HostedBadge"}, "issuedOn": "2026-01-15T09:00:00Z", "expires": "2027-01-15T09:00:00Z",
		"image": awardURL, "evidence": []any{object{"narrative": "Seen."}, "https://alice.example.net/"}}
	w.put(assertionURL, a)
	w.put(awardURL, bakePNG(t, bake.Text{Keyword: bake.OB2, Value: string(marshal(a))}))
	return w, a
}

// hosted1 is a world with one hosted badge of Open Badges 1.0 or 1.1.
func hosted1(t *testing.T, one bool) (*world, object) {
	t.Helper()
	w := newWorld()
	add := func(o object, id, kind string) object {
		if one {
			o["@context"], o["id"], o["type"] = "https://w3id.org/openbadges/v1", id, kind
		}
		return o
	}
	w.put(issuerURL, add(object{"name": "Example Makers", "url": host}, issuerURL, "Issuer"))
	w.put(classURL, add(object{"name": "Soldering", "description": "Solders.", "image": imageURL, "criteria": host + "/badges/soldering/", "issuer": issuerURL,
		"alignment": []any{object{"name": "Joints", "url": "https://standards.example.net/1"}}}, classURL, "BadgeClass"))
	w.put(imageURL, picture)
	a := add(object{"uid": "a1", "recipient": object{"type": "email", "hashed": true, "salt": "deadsea", "identity": hash(recipient, "deadsea")},
		"badge": classURL, "verify": object{"type": "hosted", "url": assertionURL}, "issuedOn": 1768467600, "evidence": "https://alice.example.net/"}, assertionURL, "Assertion")
	w.put(assertionURL, a)
	return w, a
}

// hosted05 is a world with one badge of Open Badges 0.5.
func hosted05(*testing.T) (*world, object) {
	w := newWorld()
	a := object{"recipient": hash(recipient, "deadsea"), "salt": "deadsea", "issued_on": "2012-01-15", "evidence": "/alice",
		"badge": object{"version": "0.5.0", "name": "Soldering", "description": "Solders.", "image": "/badges/soldering/image.png", "criteria": "/badges/soldering/",
			"issuer": object{"origin": host, "name": "Example Makers", "contact": "badges@example.org"}}}
	w.put(assertionURL, a)
	w.put(imageURL, picture)
	return w, a
}

func TestHosted(t *testing.T) {
	for name, make := range map[string]func(*testing.T) (*world, object){
		"2.0": hosted20, "1.0": func(t *testing.T) (*world, object) { return hosted1(t, false) }, "1.1": func(t *testing.T) (*world, object) { return hosted1(t, true) },
	} {
		t.Run(name, func(t *testing.T) {
			w, a := make(t)
			for _, r := range []*verdict.Report{
				w.verify(t, a),
				w.verifier().Verify(t.Context(), verify.Target{Name: assertionURL}),
				w.verify(t, bakePNG(t, bake.Text{Keyword: bake.OB2, Value: string(marshal(a))})),
			} {
				wants(t, r, verdict.Valid)
				assert.Equal(t, name, r.Generation)
				assert.Equal(t, "Soldering", r.Badge)
				assert.Equal(t, "Example Makers", r.Issuer)
				for _, id := range []verdict.ID{verdict.Structure, verdict.Hosting, verdict.Class, verdict.Issuer, verdict.Scope, verdict.Issued, verdict.Revocation, verdict.Recipient, verdict.Images} {
					assert.True(t, r.Has(id, verdict.Pass), "%s: %s", id, describe(r))
				}
			}
		})
	}
	w, _ := hosted05(t)
	r := w.verifier().Verify(t.Context(), verify.Target{Name: assertionURL})
	wants(t, r, verdict.Valid)
	assert.Equal(t, "0.5", r.Generation)
}

// TestHostedTwins breaks one thing at a time. A change of the assertion is made where it is published and in the copy alike.
func TestHostedTwins(t *testing.T) {
	type change func(t *testing.T, w *world, a object)
	edit := func(f func(a object)) change {
		return func(_ *testing.T, w *world, a object) {
			f(a)
			delete(a, "image") // so that nothing is baked that differs
			w.put(assertionURL, a)
		}
	}
	in := func(address string, f func(o object)) change {
		return func(t *testing.T, w *world, _ object) { w.change(t, address, f) }
	}
	set := func(key string, v any) func(object) { return func(o object) { o[key] = v } }
	drop := func(key string) func(object) { return func(o object) { delete(o, key) } }
	valid, invalid, untold := verdict.Valid, verdict.Invalid, verdict.Untold
	for name, test := range map[string]struct {
		change change
		want   verdict.Verdict
		ids    []verdict.ID
	}{
		"nothing":                 {edit(func(object) {}), valid, nil},
		"no id":                   {edit(drop("id")), invalid, []verdict.ID{verdict.Hosting}},
		"id is no URL":            {edit(set("id", "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427")), invalid, []verdict.ID{verdict.Hosting}},
		"wrong type":              {edit(set("type", "BadgeClass")), invalid, []verdict.ID{verdict.Structure}},
		"no context":              {edit(drop("@context")), untold, []verdict.ID{}},
		"strange context":         {edit(set("@context", "https://example.org/context")), invalid, []verdict.ID{verdict.Structure}},
		"context in a list":       {edit(set("@context", []any{"https://w3id.org/openbadges/v2", object{"x": "https://example.org/x"}})), valid, nil},
		"no recipient":            {edit(drop("recipient")), invalid, []verdict.ID{verdict.Structure}},
		"no hashed":               {edit(func(a object) { delete(at(a, "recipient"), "hashed") }), invalid, []verdict.ID{verdict.Structure, verdict.Recipient}},
		"hash that is none":       {edit(func(a object) { at(a, "recipient")["identity"] = "sha256$12" }), invalid, []verdict.ID{verdict.Structure, verdict.Recipient}},
		"plain but said hashed":   {edit(func(a object) { at(a, "recipient")["identity"] = recipient }), invalid, []verdict.ID{verdict.Structure, verdict.Recipient}},
		"plain":                   {edit(func(a object) { a["recipient"] = object{"type": "email", "hashed": false, "identity": recipient} }), valid, nil},
		"somebody else's":         {edit(func(a object) { at(a, "recipient")["identity"] = hash("bob@example.org", "deadsea") }), invalid, []verdict.ID{verdict.Recipient}},
		"another salt":            {edit(func(a object) { at(a, "recipient")["salt"] = "x" }), invalid, []verdict.ID{verdict.Recipient}},
		"two verifications":       {edit(set("verify", object{"type": "hosted"})), invalid, []verdict.ID{verdict.Structure}},
		"verify for verification": {edit(func(a object) { a["verify"] = object{"type": "hosted", "url": assertionURL}; delete(a, "verification") }), valid, nil},
		"strange verification":    {edit(set("verification", object{"type": "Trust"})), invalid, []verdict.ID{verdict.Structure}},
		"says signed":             {edit(set("verification", object{"type": "SignedBadge"})), invalid, []verdict.ID{verdict.Signature}},
		"no date":                 {edit(drop("issuedOn")), invalid, []verdict.ID{verdict.Structure}},
		"a date alone":            {edit(set("issuedOn", "2026-01-15")), invalid, []verdict.ID{verdict.Structure}},
		"a number as date":        {edit(set("issuedOn", 1768467600)), invalid, []verdict.ID{verdict.Structure}},
		"in the future":           {edit(set("issuedOn", "2026-07-01T12:00:01Z")), invalid, []verdict.ID{verdict.Issued}},
		"just now":                {edit(set("issuedOn", "2026-07-01T14:00:00+02:00")), valid, nil},
		"expired":                 {edit(set("expires", "2026-07-01T11:59:59Z")), invalid, []verdict.ID{verdict.Expiry}},
		"expires before it began": {edit(set("expires", "2025-07-01T11:59:59Z")), invalid, []verdict.ID{verdict.Expiry, verdict.Structure}},
		"never expires":           {edit(drop("expires")), valid, nil},
		"revoked":                 {edit(set("revoked", true)), invalid, []verdict.ID{verdict.Revocation}},
		"not revoked":             {edit(set("revoked", false)), valid, nil},
		"image in a data URI":     {edit(func(a object) {}), valid, nil},
		"evidence of a number":    {edit(set("evidence", 5)), invalid, []verdict.ID{verdict.Structure}},
		"URL beyond ASCII":        {edit(set("evidence", "https://example.org/ü")), invalid, []verdict.ID{verdict.Structure}},

		"tampered copy": {func(_ *testing.T, _ *world, a object) { at(a, "recipient")["salt"] = "x" }, invalid, []verdict.ID{verdict.Copy}},
		"stripped": {func(_ *testing.T, w *world, a object) {
			w.put(assertionURL, object{"@context": a["@context"], "id": assertionURL, "type": "Assertion", "revoked": true, "revocationReason": "Issued in error"})
		}, invalid, []verdict.ID{verdict.Revocation}},
		"gone":                {func(_ *testing.T, w *world, _ object) { w.status(assertionURL, 410, "") }, invalid, []verdict.ID{verdict.Revocation}},
		"gone with reason":    {func(_ *testing.T, w *world, _ object) { w.status(assertionURL, 410, `{"revoked":true}`) }, invalid, []verdict.ID{verdict.Revocation}},
		"not there":           {func(_ *testing.T, w *world, _ object) { delete(w.pages, assertionURL) }, invalid, []verdict.ID{verdict.Hosting}},
		"host is down":        {func(_ *testing.T, w *world, _ object) { w.down[assertionURL] = true }, untold, []verdict.ID{verdict.Hosting}},
		"server fails":        {func(_ *testing.T, w *world, _ object) { w.status(assertionURL, 503, "") }, untold, []verdict.ID{verdict.Hosting}},
		"server wants a key":  {func(_ *testing.T, w *world, _ object) { w.status(assertionURL, 403, "") }, untold, []verdict.ID{verdict.Hosting}},
		"a page in its place": {func(_ *testing.T, w *world, _ object) { w.put(assertionURL, "<html>") }, invalid, []verdict.ID{verdict.Hosting}},
		"duplicate keys": {func(_ *testing.T, w *world, a object) {
			w.put(assertionURL, strings.Replace(string(marshal(a)), `{`, `{"id":"x",`, 1))
		}, invalid, []verdict.ID{verdict.Hosting}},
		"another assertion there": {func(t *testing.T, w *world, _ object) {
			w.change(t, assertionURL, func(o object) { o["id"] = host + "/awards/b2/assertion.json" })
		}, invalid, []verdict.ID{verdict.Hosting}},

		"class missing":          {func(_ *testing.T, w *world, _ object) { delete(w.pages, classURL) }, invalid, []verdict.ID{verdict.Class}},
		"class gone":             {func(_ *testing.T, w *world, _ object) { w.status(classURL, 410, "") }, invalid, []verdict.ID{verdict.Class}},
		"class unreachable":      {func(_ *testing.T, w *world, _ object) { w.down[classURL] = true }, untold, []verdict.ID{verdict.Class}},
		"class with another id":  {in(classURL, set("id", host+"/other")), invalid, []verdict.ID{verdict.Class}},
		"class without a name":   {in(classURL, drop("name")), invalid, []verdict.ID{verdict.Class}},
		"class of another type":  {in(classURL, set("type", "Issuer")), invalid, []verdict.ID{verdict.Class}},
		"criteria of nothing":    {in(classURL, set("criteria", object{"type": "Criteria"})), invalid, []verdict.ID{verdict.Class}},
		"alignment of nothing":   {in(classURL, set("alignment", []any{object{"targetName": "x"}})), invalid, []verdict.ID{verdict.Class}},
		"issuer missing":         {func(_ *testing.T, w *world, _ object) { delete(w.pages, issuerURL) }, invalid, []verdict.ID{verdict.Issuer}},
		"issuer without mail":    {in(issuerURL, drop("email")), invalid, []verdict.ID{verdict.Issuer}},
		"issuer with another id": {in(issuerURL, set("id", host+"/other")), invalid, []verdict.ID{verdict.Issuer}},
		"issuer unreachable":     {func(_ *testing.T, w *world, _ object) { w.down[issuerURL] = true }, untold, []verdict.ID{verdict.Issuer}},

		"outside of the policy's folder": {in(issuerURL, func(o object) { at(o, "verification")["startsWith"] = host + "/other/" }), invalid, []verdict.ID{verdict.Scope}},
		"outside of the policy's hosts":  {in(issuerURL, func(o object) { at(o, "verification")["allowedOrigins"] = []any{"example.net"} }), invalid, []verdict.ID{verdict.Scope}},
		"one of the policy's hosts":      {in(issuerURL, func(o object) { at(o, "verification")["allowedOrigins"] = []any{"example.net", "badges.example.org"} }), valid, nil},
		"policy of a prefix only":        {in(issuerURL, func(o object) { delete(at(o, "verification"), "allowedOrigins") }), valid, nil},
		"dots in the address": {func(t *testing.T, w *world, a object) {
			a["id"] = host + "/awards/../elsewhere/assertion.json"
			delete(a, "image")
			w.put(a["id"].(string), a)
		}, invalid, []verdict.ID{verdict.Scope}},
		"no policy": {in(issuerURL, drop("verification")), valid, nil},
		"issuer elsewhere": {func(t *testing.T, w *world, _ object) {
			other := "https://issuer.example.net/profile.json"
			w.put(other, func() object { o := w.read(t, issuerURL); o["id"] = other; delete(o, "verification"); return o }())
			w.change(t, classURL, set("issuer", other))
		}, invalid, []verdict.ID{verdict.Scope}},
		"class elsewhere": {func(t *testing.T, w *world, a object) {
			other := "https://evil.example.net/class.json"
			w.put(other, func() object { o := w.read(t, classURL); o["id"] = other; return o }())
			w.change(t, issuerURL, drop("verification"))
			a["badge"] = other
			delete(a, "image")
			w.put(assertionURL, a)
		}, invalid, []verdict.ID{verdict.Scope}},

		"class embedded": {func(t *testing.T, w *world, a object) {
			a["badge"] = w.read(t, classURL)
			delete(a, "image")
			w.put(assertionURL, a)
		}, valid, nil},
		"class embedded with its issuer": {func(t *testing.T, w *world, a object) {
			a["badge"] = w.read(t, classURL)
			at(a, "badge")["issuer"] = w.read(t, issuerURL)
			delete(a, "image")
			w.put(assertionURL, a)
		}, valid, nil},
		"everything embedded, under a name": {func(t *testing.T, w *world, a object) {
			class, issuer := w.read(t, classURL), w.read(t, issuerURL)
			class["id"], issuer["id"] = "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427", "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca428"
			class["issuer"], a["badge"] = issuer, class
			delete(a, "image")
			w.put(assertionURL, a)
		}, untold, []verdict.ID{verdict.Scope}},
		"issuer embedded in its class": {func(t *testing.T, w *world, _ object) {
			issuer := w.read(t, issuerURL)
			issuer["id"] = "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca428"
			w.change(t, classURL, set("issuer", issuer))
		}, valid, nil},
		"class embedded but another": {func(t *testing.T, w *world, a object) {
			a["badge"] = w.read(t, classURL)
			at(a, "badge")["name"] = "Mastery"
			delete(a, "image")
			w.put(assertionURL, a)
		}, invalid, []verdict.ID{verdict.Class}},

		"class image missing":       {func(_ *testing.T, w *world, _ object) { delete(w.pages, imageURL) }, invalid, []verdict.ID{verdict.Images}},
		"class image unreachable":   {func(_ *testing.T, w *world, _ object) { w.down[imageURL] = true }, valid, nil},
		"class image is a page":     {func(_ *testing.T, w *world, _ object) { w.put(imageURL, "<html></html>") }, invalid, []verdict.ID{verdict.Images}},
		"class image is cut":        {func(_ *testing.T, w *world, _ object) { w.put(imageURL, picture[:len(picture)/2]) }, invalid, []verdict.ID{verdict.Images}},
		"class image is drawn":      {func(_ *testing.T, w *world, _ object) { w.put(imageURL, drawing) }, valid, nil},
		"class image in a data URI": {in(classURL, set("image", "data:image/svg+xml,"+strings.ReplaceAll(strings.ReplaceAll(drawing, `"`, "%22"), "<", "%3C"))), valid, nil},
		"data URI of a page":        {in(classURL, set("image", "data:image/png;base64,AAAA")), invalid, []verdict.ID{verdict.Images}},
		"award image missing":       {func(_ *testing.T, w *world, _ object) { delete(w.pages, awardURL) }, invalid, []verdict.ID{verdict.Images}},
		"award image unbaked":       {func(_ *testing.T, w *world, _ object) { w.put(awardURL, picture) }, valid, nil},
		"another baked": {func(t *testing.T, w *world, a object) {
			other := clone(a)
			other["expires"] = "2030-01-01T00:00:00Z"
			w.put(awardURL, bakePNG(t, bake.Text{Keyword: bake.OB2, Value: string(marshal(other))}))
		}, invalid, []verdict.ID{verdict.Images}},
	} {
		t.Run(name, func(t *testing.T) {
			w, a := hosted20(t)
			test.change(t, w, a)
			r := w.verify(t, a)
			if name == "no context" {
				// It is then one of 1.0, which lacks most of what that has.
				assert.NotEqual(t, verdict.Valid, r.Verdict, describe(r))
				return
			}
			wants(t, r, test.want, test.ids...)
		})
	}
}

func TestHosted1Twins(t *testing.T) {
	for name, test := range map[string]struct {
		change func(t *testing.T, w *world, a object)
		want   verdict.Verdict
		ids    []verdict.ID
	}{
		"uid missing":        {func(_ *testing.T, w *world, a object) { delete(a, "uid"); w.put(assertionURL, a) }, verdict.Invalid, []verdict.ID{verdict.Structure}},
		"a date that is not": {func(_ *testing.T, w *world, a object) { a["issuedOn"] = "soon"; w.put(assertionURL, a) }, verdict.Invalid, []verdict.ID{verdict.Structure}},
		"a day as date":      {func(_ *testing.T, w *world, a object) { a["issuedOn"] = "2026-01-15"; w.put(assertionURL, a) }, verdict.Valid, nil},
		"not by mail":        {func(_ *testing.T, w *world, a object) { at(a, "recipient")["type"] = "url"; w.put(assertionURL, a) }, verdict.Invalid, []verdict.ID{verdict.Structure}},
		"sha512": {func(_ *testing.T, w *world, a object) {
			at(a, "recipient")["identity"] = "sha512$3a0ec9df26fa7ac2cb7b3b87c4d1d30bab9ba39dbd7c87ef7a6d5e3f41d6cd86d16c39b1c6a1d7ed9ea5b1ef4d0e11d0c0a57dbe5a4ab8c3a5c5ac4e0cfab2ba"
			w.put(assertionURL, a)
		}, verdict.Invalid, []verdict.ID{verdict.Recipient}},
		"revoked":          {func(_ *testing.T, w *world, _ object) { w.put(assertionURL, object{"revoked": true}) }, verdict.Invalid, []verdict.ID{verdict.Revocation}},
		"class elsewhere":  {func(t *testing.T, w *world, a object) { move(t, w, a, "https://evil.example.net/class.json") }, verdict.Untold, []verdict.ID{verdict.Scope}},
		"tampered copy":    {func(_ *testing.T, _ *world, a object) { a["issuedOn"] = 1768467601 }, verdict.Invalid, []verdict.ID{verdict.Copy}},
		"the same instant": {func(_ *testing.T, _ *world, a object) { a["issuedOn"] = 1768467600.0 }, verdict.Valid, nil},
		"no address":       {func(_ *testing.T, _ *world, a object) { delete(a, "verify"); delete(a, "id") }, verdict.Invalid, []verdict.ID{verdict.Hosting}},
	} {
		for _, one := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				w, a := hosted1(t, one)
				test.change(t, w, a)
				wants(t, w.verify(t, a), test.want, test.ids...)
			})
		}
	}
}

// move makes the class of an assertion one on another host, with the same issuer.
func move(t *testing.T, w *world, a object, to string) {
	c := w.read(t, classURL)
	if c["id"] != nil {
		c["id"] = to
	}
	w.put(to, c)
	a["badge"] = to
	w.put(assertionURL, a)
}

func TestHosted05Twins(t *testing.T) {
	w, a := hosted05(t)
	wants(t, w.verify(t, a), verdict.Untold, verdict.Hosting)
	at(a, "badge", "issuer")["origin"] = "https://other.example.net"
	w.put("https://other.example.net/badges/soldering/image.png", picture)
	w.put(assertionURL, a)
	wants(t, w.verifier().Verify(t.Context(), verify.Target{Name: assertionURL}), verdict.Untold, verdict.Scope)
	delete(at(a, "badge"), "name")
	at(a, "badge", "issuer")["origin"] = host
	w.put(assertionURL, a)
	wants(t, w.verifier().Verify(t.Context(), verify.Target{Name: assertionURL}), verdict.Invalid, verdict.Class)
}

// TestEndorsements2: an award is not valid with an endorsement that is false.
func TestEndorsements2(t *testing.T) {
	const url, profile = "https://guild.example.net/endorsements/1.json", "https://guild.example.net/profile.json"
	build := func(t *testing.T) (*world, object, object) {
		w, a := hosted20(t)
		w.put(profile, object{"@context": "https://w3id.org/openbadges/v2", "id": profile, "type": "Profile", "name": "Guild", "url": "https://guild.example.net", "email": "a@guild.example.net"})
		e := object{"@context": "https://w3id.org/openbadges/v2", "id": url, "type": "Endorsement", "claim": object{"id": classURL, "endorsementComment": "Good."},
			"issuer": profile, "issuedOn": "2026-02-01T00:00:00Z", "verification": object{"type": "HostedBadge"}}
		w.put(url, e)
		w.change(t, classURL, func(o object) { o["endorsement"] = []any{url} })
		return w, a, e
	}
	for name, test := range map[string]struct {
		change  func(t *testing.T, w *world, e object)
		want    verdict.Verdict
		outcome verdict.Outcome
	}{
		"good":     {func(*testing.T, *world, object) {}, verdict.Valid, verdict.Pass},
		"embedded": {func(t *testing.T, w *world, e object) { w.change(t, classURL, func(o object) { o["endorsement"] = e }) }, verdict.Valid, verdict.Pass},
		"embedded, other": {func(t *testing.T, w *world, e object) {
			at(e, "claim")["endorsementComment"] = "Best."
			w.change(t, classURL, func(o object) { o["endorsement"] = e })
		}, verdict.Invalid, verdict.Fail},
		"about another": {func(_ *testing.T, w *world, e object) { at(e, "claim")["id"] = assertionURL; w.put(url, e) }, verdict.Invalid, verdict.Fail},
		"revoked":       {func(_ *testing.T, w *world, e object) { w.status(url, 410, "") }, verdict.Valid, verdict.Note},
		"unreachable":   {func(_ *testing.T, w *world, e object) { w.down[url] = true }, verdict.Valid, verdict.Note},
		"out of scope":  {func(_ *testing.T, w *world, e object) { e["issuer"] = issuerURL; w.put(url, e) }, verdict.Invalid, verdict.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			w, a, e := build(t)
			test.change(t, w, e)
			r := w.verify(t, a)
			wants(t, r, test.want, verdict.Endorsement)
			require.Len(t, r.Parts, 1)
			assert.True(t, r.Has(verdict.Endorsement, test.outcome), describe(r))
		})
	}
}
