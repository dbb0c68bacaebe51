package verify

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"

	"blazon/internal/document"
	"blazon/internal/jose"
	"blazon/internal/verdict"
)

// unknownAlgorithms are signatures that exist, and that this verifier does not know. What they sign may be valid.
var unknownAlgorithms = []string{"RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512", "ES256K", "Ed448", "ESB256", "ESB384", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"}

// jws verifies a text that is signed as a whole: an assertion before 3.0, or a credential as a JWT.
func (n *run) jws(ctx context.Context, text string, from source) {
	n.report.Kind = string(JWS)
	m, err := jose.Parse(text)
	if err != nil {
		n.unsigned(err)
		return
	}
	o, err := document.Read(m.Payload)
	if err != nil {
		n.problem(verdict.Structure, "what is signed", err)
		return
	}
	if vc, ok := o.Object("vc"); ok && kindOf(o) == otherKind {
		n.jwt(ctx, m, o, inner(o, vc))
		return
	}
	switch kindOf(o) {
	case credentialKind:
		n.jwt(ctx, m, o, o)
	case assertionKind:
		n.signedAssertion(ctx, m, o)
	default:
		n.fail(verdict.Structure, "what is signed is neither an assertion nor a credential")
	}
}

// unsigned notes that a JWS is none, or one that cannot be verified.
func (n *run) unsigned(err error) {
	if errors.Is(err, jose.ErrTooLong) || errors.Is(err, jose.ErrKind) || errors.Is(err, jose.ErrBits) || errors.Is(err, jose.ErrCritical) {
		n.unknown(verdict.Signature, "the JWS %s", err)
		return
	}
	n.fail(verdict.Signature, "the JWS %s", err)
}

// fitsKey verifies a JWS and says how that went.
func (n *run) fitsKey(m *jose.Message, key crypto.PublicKey) bool {
	err := m.Verify(key)
	var algorithm *jose.AlgorithmError
	switch {
	case err == nil:
		n.pass(verdict.Signature, "the signature (%s) fits", m.Header.Alg)
		return true
	case errors.Is(err, jose.ErrSignature):
		n.fail(verdict.Signature, "the signature (%s) does not fit: the text was changed, or another key signed it", m.Header.Alg)
	case errors.As(err, &algorithm) && slices.Contains(unknownAlgorithms, m.Header.Alg):
		n.unknown(verdict.Signature, "it is signed with %s, which is not known here", m.Header.Alg)
	default:
		n.unsigned(err)
	}
	return false
}

// signedAssertion verifies an assertion of Open Badges 1.x or 2.0 that is signed (OB 2.0, "SignedBadge Verification"; 1.1,
// "Signed Assertion").
func (n *run) signedAssertion(ctx context.Context, m *jose.Message, o document.Object) {
	n.report.Kind = "signed assertion"
	g, ok := generationOf(o)
	if !ok {
		n.fail(verdict.Structure, "its @context is none of Open Badges")
		return
	}
	n.report.Generation, n.report.ID = string(g), o.ID()
	if n.report.ID == "" {
		n.report.ID = o.Or("uid", "")
	}
	if v, ok := verification(o); ok && !v.Is("signed", "SignedBadge") {
		n.fail(verdict.Structure, "it is signed, but does not say so: its verification is another")
	}
	if o["revoked"] == true {
		n.revoked(o, "")
	}
	n.judge(ctx, &award{Object: o, generation: g, signed: m})
}

// signature checks a signed assertion's signature, and that the key is one of the issuer's.
func (n *run) signature(ctx context.Context, a *award) {
	v, ok := verification(a.Object)
	if !ok {
		return // checkAssertion says so
	}
	if a.issuer == nil {
		n.unknown(verdict.Key, "without the issuer's profile it is not known whose keys count")
		n.keyless()
		return
	}
	var key crypto.PublicKey
	var err error
	if a.generation == v20 {
		key, err = n.creator(ctx, a, v)
	} else {
		key, err = n.keyAt(ctx, a, v.Or("url", ""))
	}
	if err != nil {
		n.problem(verdict.Key, "the key", err)
	}
	if err != nil || key == nil {
		n.keyless()
		return
	}
	n.fitsKey(a.signed, key)
}

// keyless notes that there is no key to verify a signature with; why, the check of the key says.
func (n *run) keyless() { n.skip(verdict.Signature, "without a key it cannot be looked at") }

// creator is the key that a signed assertion of 2.0 names, which the issuer's profile must name too. It is nil where that
// is said already.
func (n *run) creator(ctx context.Context, a *award, v document.Object) (crypto.PublicKey, error) {
	named := document.Ref(v["creator"])
	own := a.issuer.List("publicKey")
	if named == "" && len(own) == 1 {
		named = document.Ref(own[0])
		n.note(verdict.Key, "the assertion does not name its key; its issuer has one only")
	}
	if named == "" {
		n.fail(verdict.Key, "the assertion does not name the key that signed it")
		return nil, nil
	}
	at := slices.IndexFunc(own, func(k any) bool { return document.Ref(k) == named })
	inside, embedded := document.Object(nil), false
	if at >= 0 {
		inside, embedded = document.As(own[at])
	}
	stated := inside
	if !embedded || isWeb(named) {
		if !isWeb(named) {
			n.fail(verdict.Key, "the key %s is not one of the issuer's keys", document.Show(named))
			return nil, nil
		}
		var err error
		if stated, err = n.document(ctx, named); err != nil {
			return nil, err
		}
		if id := stated.ID(); id != "" && !same(id, named) {
			n.fail(verdict.Key, "the key at %s says that its id is %s", document.Show(named), document.Show(id))
			return nil, nil
		}
	}
	if stated["revoked"] == true {
		n.fail(verdict.Key, "the key %s was revoked", document.Show(named))
		return nil, nil
	}
	key, err := readPEM([]byte(stated.Or("publicKeyPem", "")))
	if err != nil {
		return nil, err
	}
	owner := document.Ref(stated["owner"])
	switch {
	case a.issuerAt == "":
		n.unknown(verdict.Key, "the issuer's profile only stands inside the assertion: anybody could have written it there")
	case at < 0:
		n.fail(verdict.Key, "the key %s is not one of those that the issuer %s names as its own", document.Show(named), document.Show(a.issuerAt))
	case owner != "" && !same(owner, a.issuerAt):
		n.fail(verdict.Key, "the key %s belongs to %s, and not to the issuer %s", document.Show(named), document.Show(owner), document.Show(a.issuerAt))
	default:
		n.pass(verdict.Key, "the key is one of the issuer's")
	}
	return key, nil
}

// keyAt is the key of a signed assertion of 1.x: a PEM at an address. Nothing ties it to the issuer but the host.
func (n *run) keyAt(ctx context.Context, a *award, at string) (crypto.PublicKey, error) {
	if !isWeb(at) {
		n.fail(verdict.Key, "the assertion does not say where its key is")
		return nil, nil
	}
	answer, err := n.share(ctx, at)
	if err != nil {
		return nil, err
	}
	key, err := readPEM(answer.Body)
	if err != nil {
		return nil, err
	}
	authority := a.issuerAt
	if authority == "" {
		authority = a.classAt
	}
	if authority != "" && originOf(at) == originOf(authority) {
		n.pass(verdict.Key, "the key is on the issuer's host")
	} else {
		n.unknown(verdict.Key, "the key is on %s, and nothing ties it to the issuer", document.Show(originOf(at)))
	}
	return key, nil
}

// readPEM reads a public key as OB 1.x and 2.0 have it. No error repeats the text, which may be a private key.
func readPEM(data []byte) (crypto.PublicKey, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("is not a PEM")
	}
	var key crypto.PublicKey
	var err error
	switch {
	case strings.Contains(block.Type, "PRIVATE"):
		return nil, errors.New("is published with its private half: whoever has read it can sign")
	case block.Type == "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case block.Type == "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	default:
		return nil, errors.New("is not a public key in PEM")
	}
	if err != nil {
		return nil, errors.New("cannot be read")
	}
	return key, nil
}

// listed checks that a signed assertion is not in its issuer's revocation list, of either form.
func (n *run) listed(ctx context.Context, a *award) {
	if a.issuer == nil {
		n.unknown(verdict.Revocation, "without the issuer's profile it is not known where revocations are listed")
		return
	}
	at := document.Ref(a.issuer["revocationList"])
	if at == "" {
		n.pass(verdict.Revocation, "the issuer publishes no revocation list")
		return
	}
	if !isWeb(at) {
		n.unknown(verdict.Revocation, "the issuer's revocation list is at %s, which is no http or https URL", document.Show(at))
		return
	}
	list, err := n.document(ctx, at)
	if err != nil {
		// Without its list nothing is known of the badge: it may have been on it.
		n.unknown(verdict.Revocation, "the revocation list %s", reason(err))
		return
	}
	reasonFor, found, err := revokedIn(list, at, a)
	switch {
	case err != nil:
		n.unknown(verdict.Revocation, "the revocation list at %s %s", document.Show(at), err)
	case !found:
		n.pass(verdict.Revocation, "it is not in the issuer's revocation list")
	case reasonFor == "":
		n.fail(verdict.Revocation, "revoked: it is in the issuer's revocation list")
	default:
		n.fail(verdict.Revocation, "revoked: it is in the issuer's revocation list, giving as the reason %s", document.Show(reasonFor))
	}
}

// revokedIn looks for an assertion in a revocation list: the RevocationList of 2.0, or the object of 1.x, whose keys are
// uids or ids and whose values are reasons.
func revokedIn(list document.Object, at string, a *award) (why string, found bool, err error) {
	ids := []string{a.ID(), a.Or("uid", "")}
	known := func(id string) bool { return id != "" && slices.Contains(ids, id) }
	if !list.Is("RevocationList") && !list.Has("revokedAssertions") {
		for id, v := range list {
			if known(id) {
				why, _ = v.(string)
				return why, v != false, nil
			}
		}
		return "", false, nil
	}
	if id := list.ID(); id != "" && !same(id, at) {
		return "", false, errors.New("says that its id is another")
	}
	if issuer := document.Ref(list["issuer"]); issuer != "" && a.issuerAt != "" && !same(issuer, a.issuerAt) {
		return "", false, errors.New("is another issuer's")
	}
	for _, v := range list.List("revokedAssertions") {
		if s, ok := v.(string); ok {
			if known(s) {
				return "", true, nil
			}
			continue
		}
		entry, ok := document.As(v)
		if !ok {
			return "", false, errors.New("has an entry that is neither an id nor an object")
		}
		if (known(entry.ID()) || known(entry.Or("uid", ""))) && entry["revoked"] != false {
			return entry.Or("revocationReason", ""), true, nil
		}
	}
	return "", false, nil
}
