package did

import (
	"crypto"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"blazon/internal/jose"
	"blazon/internal/multikey"
	"blazon/internal/strictjson"
)

// The types of verification methods that are known.
const (
	Multikey    = "Multikey"
	JSONWebKey  = "JsonWebKey"
	jwk2020     = "JsonWebKey2020"
	ed25519Y20  = "Ed25519VerificationKey2020"
	ed25519Y18  = "Ed25519VerificationKey2018"
	methodLimit = 1000
)

// limits bound a document. The longest that are needed have some dozens of keys.
var limits = strictjson.Limits{Bytes: 256 << 10, Depth: 32, Values: 20_000}

// Errors of documents.
var (
	ErrDocument = errors.New("is not a controller document")
	ErrMaterial = errors.New("has no key in a form that its type allows")
)

// Method is a verification method: a key by its name (Controlled Identifiers 1.0 "Verification Methods").
type Method struct {
	ID, Type, Controller string
	Key                  crypto.PublicKey // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey; nil where Err says why
	Revoked, Expires     time.Time        // zero where not stated
	Err                  error            // why Key is nil: the type is not known (ErrMaterial), or the key is not in order
}

// Document is a controller document, in so far as a verifier of badges needs it.
type Document struct {
	ID          string
	AlsoKnownAs []string
	Methods     []Method
	Assertion   []string // the ids of the methods that may sign credentials
}

// Method finds a verification method by its full id.
func (d *Document) Method(id string) (*Method, bool) {
	i := slices.IndexFunc(d.Methods, func(m Method) bool { return m.ID == id })
	if i < 0 {
		return nil, false
	}
	return &d.Methods[i], true
}

// Asserts reports whether the method with this id may sign credentials: whether it stands in assertionMethod.
func (d *Document) Asserts(id string) bool { return slices.Contains(d.Assertion, id) }

// Parse reads a controller document. Its id must be a DID; whether it is the one that was asked for is the caller's to
// see. Ids of methods may be relative (#key), and come out in full. A method whose key cannot be used is kept with the
// reason, so that it spoils no other; two methods with one id spoil the document.
func Parse(data []byte) (*Document, error) {
	members, err := strictjson.Object(data, limits)
	if err != nil {
		return nil, fmt.Errorf("%w: it %w", ErrDocument, err)
	}
	d := &Document{}
	if d.ID, err = text(members, "id"); err != nil {
		return nil, err
	}
	if !isDID(d.ID) {
		return nil, fmt.Errorf("%w: its \"id\" %w", ErrDocument, ErrDID)
	}
	names, err := list(members, "alsoKnownAs")
	if err != nil {
		return nil, err
	}
	for _, raw := range names {
		name, ok := word(raw)
		if !ok {
			return nil, fmt.Errorf("%w: \"alsoKnownAs\" holds something else than texts", ErrDocument)
		}
		d.AlsoKnownAs = append(d.AlsoKnownAs, name)
	}
	methods, err := list(members, "verificationMethod")
	if err != nil {
		return nil, err
	}
	for _, raw := range methods {
		if _, err := d.add(raw); err != nil {
			return nil, err
		}
	}
	assertions, err := list(members, "assertionMethod")
	if err != nil {
		return nil, err
	}
	for _, raw := range assertions {
		id, ok := word(raw)
		if ok {
			id = d.full(id)
		} else if id, err = d.add(raw); err != nil {
			return nil, err
		}
		if !slices.Contains(d.Assertion, id) {
			d.Assertion = append(d.Assertion, id)
		}
	}
	return d, nil
}

// full is a method's id with the document's id ahead where it is relative (DID Core §3.2.2).
func (d *Document) full(id string) string {
	if strings.HasPrefix(id, "#") {
		return d.ID + id
	}
	return id
}

// add reads a verification method into the document and returns its id.
func (d *Document) add(raw json.RawMessage) (string, error) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || members == nil {
		return "", fmt.Errorf("%w: a verification method is not an object", ErrDocument)
	}
	var m Method
	var err error
	if m.ID, err = text(members, "id"); err == nil {
		if m.Type, err = text(members, "type"); err == nil {
			m.Controller, err = text(members, "controller")
		}
	}
	if err != nil {
		return "", err
	}
	m.ID = d.full(m.ID)
	if subject, fragment, _ := strings.Cut(m.ID, "#"); !isDID(subject) || fragment == "" || strings.Contains(fragment, "#") {
		return "", fmt.Errorf("%w: a verification method's \"id\" is not a DID with a fragment", ErrDocument)
	}
	if _, twice := d.Method(m.ID); twice {
		return "", fmt.Errorf("%w: two verification methods have one \"id\"", ErrDocument)
	}
	if len(d.Methods) == methodLimit {
		return "", fmt.Errorf("%w: it has more than %d verification methods", ErrDocument, methodLimit)
	}
	m.read(members)
	d.Methods = append(d.Methods, m)
	return m.ID, nil
}

// read takes what decides whether the key may be used. What cannot be read of that counts against it.
func (m *Method) read(members map[string]json.RawMessage) {
	if m.Revoked, m.Err = date(members, "revoked"); m.Err != nil {
		return
	}
	if m.Expires, m.Err = date(members, "expires"); m.Err != nil {
		return
	}
	if m.Key, m.Err = material(m.Type, members); m.Err != nil {
		m.Key = nil
	}
}

// forms are the members that hold keys, and the types that have them there.
var forms = map[string][]string{
	"publicKeyMultibase": {Multikey, ed25519Y20},
	"publicKeyJwk":       {JSONWebKey, jwk2020},
	"publicKeyBase58":    {ed25519Y18},
}

func material(kind string, members map[string]json.RawMessage) (crypto.PublicKey, error) {
	for _, secret := range []string{"secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyJwk", "privateKeyBase58"} {
		if _, ok := members[secret]; ok {
			return nil, jose.ErrPrivate
		}
	}
	form := ""
	for name, kinds := range forms {
		if _, ok := members[name]; !ok {
			continue
		}
		if form != "" || !slices.Contains(kinds, kind) {
			return nil, ErrMaterial
		}
		form = name
	}
	raw := members[form]
	if form == "publicKeyJwk" {
		key, err := jose.ParseJWK(raw)
		if err != nil {
			return nil, err
		}
		return key.Public(), nil
	}
	s, ok := word(raw)
	switch {
	case !ok:
		return nil, ErrMaterial
	case kind == Multikey:
		return multikey.Parse(s)
	case kind == ed25519Y20:
		return multikey.ParseEd25519(s)
	}
	key, err := multikey.Decode58(s)
	if err != nil {
		return nil, err
	}
	return ed25519.PublicKey(key), multikey.CheckEd25519(key)
}

func date(members map[string]json.RawMessage, name string) (time.Time, error) {
	raw, ok := members[name]
	if !ok {
		return time.Time{}, nil
	}
	s, _ := word(raw)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.IsZero() {
		return time.Time{}, fmt.Errorf("%q is not a date with a time and a zone", name)
	}
	return t.UTC(), nil
}

func text(members map[string]json.RawMessage, name string) (string, error) {
	s, ok := word(members[name])
	if !ok || s == "" {
		return "", fmt.Errorf("%w: %q is not a text", ErrDocument, name)
	}
	return s, nil
}

func word(raw json.RawMessage) (s string, ok bool) {
	ok = len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil
	return s, ok
}

func list(members map[string]json.RawMessage, name string) ([]json.RawMessage, error) {
	raw, ok := members[name]
	if !ok {
		return nil, nil
	}
	var items []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &items) != nil {
		return nil, fmt.Errorf("%w: %q is not a list", ErrDocument, name)
	}
	return items, nil
}
