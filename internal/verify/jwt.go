package verify

import (
	"context"
	"crypto"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"blazon/internal/document"
	"blazon/internal/jose"
	"blazon/internal/verdict"
)

// jwt verifies a credential that is the payload of a JWS (OB 3.0, "JSON Web Token Proof Format"). The claims are the
// payload itself, the credential is it too or, in the older form, its claim vc.
func (n *run) jwt(ctx context.Context, m *jose.Message, claims, o document.Object) {
	c := newCredential(o, m)
	n.begin(c)
	n.header(m.Header)
	n.structure(checkCredential(c))
	n.skip(verdict.Terms, "a JWT signs every byte, whatever terms mean")
	if key := n.jwtKey(ctx, m, c.issuer); key != nil {
		n.fitsKey(m, key)
	} else {
		n.keyless()
	}
	n.claims(m.Header, claims, c)
	_, untilKey := c.validity()
	if exp, ok := whole(claims["exp"]); ok && !c.Has(untilKey) {
		c.Object = without(c.Object, untilKey)
		c.Object[untilKey] = time.Unix(exp, 0).UTC().Format(time.RFC3339)
	}
	n.rest(ctx, c)
}

// inner is the credential of the older form, where a JWT's claims stand for properties (VC data model 1.1, §6.3.1).
func inner(claims, vc document.Object) document.Object {
	o := make(document.Object, len(vc)+4)
	for k, v := range vc {
		o[k] = v
	}
	set := func(key string, v any) {
		if _, ok := o[key]; !ok && v != nil {
			o[key] = v
		}
	}
	set("issuer", claims["iss"])
	set("id", claims["jti"])
	date := func(key, claim string) {
		if t, ok := whole(claims[claim]); ok {
			set(key, time.Unix(t, 0).UTC().Format(time.RFC3339))
		}
	}
	if c := o.Contexts(); len(c) > 0 && c[0] == oldContext {
		date("issuanceDate", "nbf")
		date("expirationDate", "exp")
	} else {
		date("validFrom", "nbf")
		date("validUntil", "exp")
	}
	if subject, ok := o.Object("credentialSubject"); ok && subject.ID() == "" && claims["sub"] != nil {
		copied := without(subject, "id")
		copied["id"] = claims["sub"]
		o["credentialSubject"] = map[string]any(copied)
	}
	return o
}

// header checks the members of a JOSE header (OB 3.0, "Create the JOSE Header").
func (n *run) header(h jose.Header) {
	switch strings.ToLower(h.Typ) {
	case "", "jwt":
	case "vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt":
		n.note(verdict.Proof, "its header follows W3C's rules for JOSE and not those of Open Badges: typ is %s", document.Show(h.Typ))
	default:
		n.fail(verdict.Proof, "its header says that it is something else than a credential: typ is %s", document.Show(h.Typ))
	}
	if len(h.Other) > 0 {
		n.note(verdict.Proof, "its header has members that Open Badges does not know, and that were not used: %s", document.Show(strings.Join(h.Other, ", ")))
	}
}

// jwtKey finds the key of a JWT, by its kid or in its header (OB 3.0, "Dereferencing the Public Key"), and says whose it
// is. It is nil where there is none.
func (n *run) jwtKey(ctx context.Context, m *jose.Message, issuer string) crypto.PublicKey {
	h := m.Header
	var key crypto.PublicKey
	switch {
	case h.Kid == "" && h.JWK == nil:
		n.fail(verdict.Key, "its header names no key: neither kid nor jwk")
		return nil
	case h.Kid == "" || h.JWK != nil && !isURI(h.Kid):
		// Whoever makes a JWT can put a key into it, so that it only shows that nothing was changed since.
		key = h.JWK.Public()
		const otherwise = "the key comes with the badge itself, and is not one of those that the issuer %s lists for assertions"
		if strings.HasPrefix(issuer, "did:") {
			n.among(ctx, key, issuer, otherwise)
		} else {
			n.unknown(verdict.Key, "the key comes with the badge itself, and nothing of the issuer's says that it is the issuer's")
		}
		return key
	case strings.HasPrefix(h.Kid, "did:"):
		key = n.owned(ctx, h.Kid, issuer)
	case strings.HasPrefix(h.Kid, "#") && strings.HasPrefix(issuer, "did:"):
		key = n.owned(ctx, issuer+h.Kid, issuer)
	case isWeb(h.Kid):
		key = n.jwkAt(ctx, h.Kid, issuer)
	default:
		n.unknown(verdict.Key, "its header names the key %s, which is no DID and no http or https URL", document.Show(h.Kid))
		return nil
	}
	if key != nil && h.JWK != nil && !equal(key, h.JWK.Public()) {
		n.fail(verdict.Key, "its header names one key and holds another")
	}
	return key
}

// jwkAt is the single JWK at a URL. It says nothing of its owner, so the issuer's own document must list it, or, where the
// issuer is no DID, it must be on the issuer's host.
func (n *run) jwkAt(ctx context.Context, at, issuer string) crypto.PublicKey {
	answer, err := n.share(ctx, at)
	if err != nil {
		n.problem(verdict.Key, "the key", err)
		return nil
	}
	o, err := document.Read(answer.Body)
	if err == nil && !o.Has("kty") && o.Has("revoked") {
		n.fail(verdict.Key, "what stands at %s says that the key was revoked", document.Show(at))
		return nil
	}
	if err == nil && !o.Has("kty") && (o.Has("verificationMethod") || o.Has("publicKeyJwk") || o.Has("publicKeyMultibase")) {
		return n.webKey(ctx, at, issuer)
	}
	k, err := jose.ParseJWK(answer.Body)
	if err != nil {
		n.keyProblem("the key at "+document.Show(at), err)
		return nil
	}
	key := k.Public()
	switch {
	case strings.HasPrefix(issuer, "did:"):
		n.among(ctx, key, issuer, "")
	case originOf(at) == originOf(issuer):
		n.pass(verdict.Key, "the key is on the issuer's host")
	default:
		n.fail(verdict.Key, "the key is on %s, and the issuer on %s", document.Show(originOf(at)), document.Show(originOf(issuer)))
	}
	return key
}

// claims checks that a JWT's claims say what its credential says (OB 3.0, "Verify a Credential"), or readers of the one
// and of the other would be told different things.
func (n *run) claims(h jose.Header, claims document.Object, c *credential) {
	fromKey, untilKey := c.validity()
	// W3C's own form has the credential say everything.
	lenient := slices.Contains([]string{"vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt"}, strings.ToLower(h.Typ))
	before := len(n.report.Checks)
	text := func(claim, property, want string, required bool) {
		v, there := claims[claim]
		s, ok := v.(string)
		switch {
		case !there && required && !lenient:
			n.fail(verdict.Claims, "the claim %s is missing: it has to repeat %s", claim, property)
		case there && (!ok || s != want):
			n.fail(verdict.Claims, "the claim %s is not %s", claim, property)
		}
	}
	text("iss", "the issuer's id", c.issuer, true)
	text("jti", "the credential's id", c.ID(), true)
	text("sub", "the subject's id", c.subject.ID(), c.subject.ID() != "")
	date := func(claim, property string, required bool) {
		v, there := claims[claim]
		if !there {
			if required && !lenient {
				n.fail(verdict.Claims, "the claim %s is missing: it has to repeat %s", claim, property)
			}
			return
		}
		t, ok := whole(v)
		want, err := document.Moment(c.Or(property, ""))
		if !ok || err != nil || want.Unix() != t {
			n.fail(verdict.Claims, "the claim %s is not %s", claim, property)
		}
	}
	date("nbf", fromKey, true)
	if c.Has(untilKey) {
		date("exp", untilKey, true)
	} else if _, ok := whole(claims["exp"]); claims["exp"] != nil && !ok {
		n.fail(verdict.Claims, "the claim exp is not a number")
	}
	if v, there := claims["iat"]; there {
		if _, ok := v.(json.Number); !ok {
			n.fail(verdict.Claims, "the claim iat is not a number")
		}
	}
	if len(n.report.Checks) == before {
		n.pass(verdict.Claims, "the claims say what the credential says")
	}
}
