package did

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"blazon/internal/jose"
	"blazon/internal/multikey"
)

// The contexts of a document, and of the types of its methods.
const (
	contextDID      = "https://www.w3.org/ns/did/v1"
	contextMultikey = "https://w3id.org/security/multikey/v1"
	contextJWK      = "https://w3id.org/security/jwk/v1"
)

type encoded struct {
	Context     []string        `json:"@context"`
	ID          string          `json:"id"`
	AlsoKnownAs []string        `json:"alsoKnownAs,omitempty"`
	Methods     []encodedMethod `json:"verificationMethod"`
	Assertion   []string        `json:"assertionMethod"`
}

type encodedMethod struct {
	ID         string    `json:"id"`
	Type       string    `json:"type"`
	Controller string    `json:"controller"`
	Expires    string    `json:"expires,omitempty"`
	Revoked    string    `json:"revoked,omitempty"`
	Multibase  string    `json:"publicKeyMultibase,omitempty"`
	JWK        *jose.JWK `json:"publicKeyJwk,omitempty"`
}

// Encode writes a document as it is published: keys in a fixed order, indented by two spaces, a line break at the end.
// Methods are of the types Multikey and JsonWebKey, under absolute ids. assertionMethod is a list of texts, each of which
// is the id of a method: validators take nothing else.
func Encode(d *Document) ([]byte, error) {
	e := encoded{Context: []string{contextDID}, ID: d.ID, AlsoKnownAs: d.AlsoKnownAs, Methods: []encodedMethod{}, Assertion: d.Assertion}
	if !isDID(d.ID) {
		return nil, ErrDID
	}
	if e.Assertion == nil {
		e.Assertion = []string{}
	}
	for _, id := range d.Assertion {
		if _, ok := d.Method(id); !ok {
			return nil, fmt.Errorf("%w: %s signs and is not listed", ErrDocument, id)
		}
	}
	var multi, jwk bool
	for _, m := range d.Methods {
		em := encodedMethod{ID: m.ID, Type: m.Type, Controller: m.Controller, Expires: stamp(m.Expires), Revoked: stamp(m.Revoked)}
		err := em.put(m)
		if err != nil {
			return nil, fmt.Errorf("%s %w", m.ID, err)
		}
		multi, jwk = multi || m.Type == Multikey, jwk || m.Type == JSONWebKey
		e.Methods = append(e.Methods, em)
	}
	if multi {
		e.Context = append(e.Context, contextMultikey)
	}
	if jwk {
		e.Context = append(e.Context, contextJWK)
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(e); err != nil {
		return nil, err
	}
	// What is published must read back as what was meant.
	again, err := Parse(b.Bytes())
	if err != nil {
		return nil, err
	}
	if again.ID != d.ID || !slices.Equal(again.Assertion, d.Assertion) {
		return nil, ErrDocument
	}
	return b.Bytes(), nil
}

// put writes the key in the form of the method's type.
func (em *encodedMethod) put(m Method) (err error) {
	switch key := m.Key.(type) {
	case ed25519.PublicKey:
		if m.Type == Multikey {
			em.Multibase = multikey.Ed25519(key)
			return multikey.CheckEd25519(key)
		}
	case *ecdsa.PublicKey:
		if m.Type == Multikey {
			em.Multibase, err = multikey.P256(key)
			return err
		}
	}
	if m.Type != JSONWebKey {
		return ErrMaterial
	}
	em.JWK, err = jose.FromPublic(m.Key)
	return err
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
