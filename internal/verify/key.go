package verify

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"strings"

	"blazon/internal/did"
	"blazon/internal/document"
	"blazon/internal/fetch"
	"blazon/internal/jose"
	"blazon/internal/multikey"
	"blazon/internal/verdict"
)

// owned finds the key of a verification method and checks that it is the issuer's: its controller is the issuer, and the
// issuer's own document lists it for assertions (Data Integrity, "Verify Proof"; Controlled Identifiers, "Retrieve
// Verification Method"). The key comes back also where it is somebody else's, so that the signature can be looked at; it
// is nil where there is none.
func (n *run) owned(ctx context.Context, method, issuer string) crypto.PublicKey {
	subject, fragment, _ := strings.Cut(method, "#")
	switch {
	case strings.HasPrefix(method, "did:"):
		if fragment == "" {
			n.fail(verdict.Key, "%s names no key", document.Show(method))
			return nil
		}
		doc, err := n.controller(ctx, subject)
		if err != nil {
			n.keyProblem("the document of "+document.Show(subject), err)
			return nil
		}
		m, ok := doc.Method(method)
		if !ok {
			n.fail(verdict.Key, "the document of %s has no key %s", document.Show(subject), document.Show("#"+fragment))
			return nil
		}
		if !n.usable(m) {
			return m.Key
		}
		n.controls(m.Controller, issuer, subject, doc.Asserts(method))
		return m.Key
	case isWeb(method):
		return n.webKey(ctx, method, issuer)
	}
	n.unknown(verdict.Key, "%s is no DID and no http or https URL, so that the key cannot be found", document.Show(method))
	return nil
}

// controls says whether a key's controller is the issuer, and lists it.
func (n *run) controls(controller, issuer, listedBy string, listed bool) {
	switch {
	case controller != issuer:
		n.fail(verdict.Key, "the key belongs to %s, and not to the issuer %s", document.Show(controller), document.Show(issuer))
	case listedBy != issuer:
		n.fail(verdict.Key, "the key stands in the document of %s, and not in that of the issuer %s", document.Show(listedBy), document.Show(issuer))
	case !listed:
		n.fail(verdict.Key, "the issuer does not list the key for assertions (assertionMethod)")
	default:
		n.pass(verdict.Key, "the key is one of the issuer's, and listed for assertions")
	}
}

// usable checks what a method says of itself. Once a key was revoked or ran out, nothing that it signed counts
// (Controlled Identifiers, "Verification Methods").
func (n *run) usable(m *did.Method) bool {
	switch {
	case m.Err != nil:
		n.keyProblem("the key", m.Err)
	case n.passed(m.Revoked):
		n.fail(verdict.Key, "the key was revoked on %s", day(m.Revoked))
	case n.passed(m.Expires):
		n.fail(verdict.Key, "the key ran out on %s", day(m.Expires))
	default:
		return true
	}
	return false
}

// keyProblem tells kinds of keys and DIDs that are not known from broken ones.
func (n *run) keyProblem(what string, err error) {
	for _, strange := range []error{did.ErrMethod, did.ErrMaterial, jose.ErrKind, jose.ErrBits, multikey.ErrKind} {
		if errors.Is(err, strange) {
			n.unknown(verdict.Key, "%s %s", what, err)
			return
		}
	}
	n.problem(verdict.Key, what, err)
}

// controller is the document of a DID: its own, or the one that did:web says where it is (did:web, "Read").
func (n *run) controller(ctx context.Context, name string) (*did.Document, error) {
	at, err := did.WebURL(name)
	if errors.Is(err, did.ErrMethod) {
		return did.Resolve(name)
	}
	if err != nil {
		return nil, err
	}
	answer, err := n.share(ctx, at)
	if err != nil {
		return nil, err
	}
	doc, err := did.Parse(answer.Body)
	if err != nil {
		return nil, err
	}
	if doc.ID != name {
		return nil, errors.New("says that it is that of " + document.Show(doc.ID))
	}
	return doc, nil
}

// webKey is a key at an http or https URL: a document of its own, or one of those in a controller document.
func (n *run) webKey(ctx context.Context, method, issuer string) crypto.PublicKey {
	o, err := n.document(ctx, method)
	if err != nil {
		n.problem(verdict.Key, "the key", err)
		return nil
	}
	found, listed, listedBy := o, false, ""
	if o.Has("verificationMethod") || o.Has("assertionMethod") {
		if found, listed = methodIn(o, method); found == nil {
			n.fail(verdict.Key, "the document at %s has no such key", document.Show(fetch.WithoutFragment(method)))
			return nil
		}
		listedBy = o.ID()
		if !same(listedBy, method) {
			n.fail(verdict.Key, "the document at %s says that its id is %s", document.Show(fetch.WithoutFragment(method)), document.Show(listedBy))
			return nil
		}
	} else if id := o.ID(); id != method {
		n.fail(verdict.Key, "the key at %s says that its id is %s", document.Show(method), document.Show(id))
		return nil
	}
	m, err := did.ParseMethod(encode(found))
	if err != nil {
		n.keyProblem("the key", err)
		return nil
	}
	if !n.usable(m) {
		return m.Key
	}
	if listedBy == "" && m.Controller == issuer {
		n.vouched(ctx, m, method, issuer)
		return m.Key
	}
	n.controls(m.Controller, issuer, listedBy, listed)
	return m.Key
}

// methodIn finds a key in a controller document and whether it is listed for assertions.
func methodIn(o document.Object, id string) (found document.Object, listed bool) {
	_, fragment, _ := strings.Cut(id, "#")
	is := func(s string) bool { return s == id || fragment != "" && s == "#"+fragment }
	for _, v := range o.List("verificationMethod") {
		if m, ok := document.As(v); ok && is(m.ID()) {
			found = m
		}
	}
	for _, v := range o.List("assertionMethod") {
		if s, ok := v.(string); ok && is(s) {
			listed = true
		}
		if m, ok := document.As(v); ok && is(m.ID()) {
			found, listed = m, true
		}
	}
	return found, listed
}

// vouched checks that an issuer stands by a key that only says itself that it is the issuer's: by its own document, or,
// where the issuer is no DID, by publishing the key on its own host.
func (n *run) vouched(ctx context.Context, m *did.Method, method, issuer string) {
	if strings.HasPrefix(issuer, "did:") {
		n.among(ctx, m.Key, issuer, "")
		return
	}
	if originOf(method) != "" && originOf(method) == originOf(issuer) {
		n.pass(verdict.Key, "the key says that it is the issuer's, and is on the issuer's host")
		return
	}
	n.unknown(verdict.Key, "the key says that it is the issuer's, but it is on %s, and nothing of the issuer's says so", document.Show(originOf(method)))
}

// among checks that an issuer's DID document has a key, under whatever name, listed for assertions.
func (n *run) among(ctx context.Context, key crypto.PublicKey, issuer, otherwise string) {
	doc, err := n.controller(ctx, issuer)
	if err != nil {
		n.keyProblem("the document of "+document.Show(issuer), err)
		return
	}
	for i := range doc.Methods {
		m := &doc.Methods[i]
		if !equal(m.Key, key) || m.Controller != issuer || !doc.Asserts(m.ID) {
			continue
		}
		if n.usable(m) {
			n.pass(verdict.Key, "the key is one of the issuer's, and listed for assertions")
		}
		return
	}
	if otherwise == "" {
		otherwise = "the key is not one of those that the issuer %s lists for assertions"
	}
	n.fail(verdict.Key, otherwise, document.Show(issuer))
}

// equal reports whether two public keys are one.
func equal(a, b crypto.PublicKey) bool {
	switch a := a.(type) {
	case ed25519.PublicKey:
		return a.Equal(b)
	case *rsa.PublicKey:
		return a.Equal(b)
	case *ecdsa.PublicKey:
		return a.Equal(b)
	}
	return false
}
