package did

import (
	"crypto"
	"encoding/base64"
	"strings"

	"blazon/internal/jose"
	"blazon/internal/multikey"
)

// Resolve makes the document of a DID that holds its own key: did:key (The did:key Method §3) with an Ed25519 or P-256
// key, and did:jwk. Others are ErrMethod.
func Resolve(name string) (*Document, error) {
	if len(name) > nameLimit {
		return nil, ErrDID
	}
	if s, ok := strings.CutPrefix(name, "did:key:"); ok {
		key, err := multikey.Parse(s)
		if err != nil {
			return nil, err
		}
		return own(name, s, Multikey, key), nil
	}
	if s, ok := strings.CutPrefix(name, "did:jwk:"); ok {
		data, err := base64.RawURLEncoding.Strict().DecodeString(s)
		if err != nil || strings.ContainsAny(s, "\r\n") {
			return nil, ErrDID
		}
		key, err := jose.ParseJWK(data)
		if err != nil {
			return nil, err
		}
		return own(name, "0", JSONWebKey, key.Public()), nil
	}
	if isDID(name) {
		return nil, ErrMethod
	}
	return nil, ErrDID
}

// own is the document of a DID with one key.
func own(name, fragment, kind string, key crypto.PublicKey) *Document {
	id := name + "#" + fragment
	return &Document{
		ID:        name,
		Methods:   []Method{{ID: id, Type: kind, Controller: name, Key: key}},
		Assertion: []string{id},
	}
}
