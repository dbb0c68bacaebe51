// Package signing makes the signatures of a build, without a memory: with a private key that is at hand, or else by taking
// over the signature of the site as it was published, where it still fits. Both algorithms give the same signature each
// time (RFC 8032; RFC 8017 §8.2), so that it does not matter which.
//
// No signature leaves this package that does not verify with the public half that the project declares: a wrong key ends a
// build, it does not break a site.
package signing

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"sync"

	"blazon/internal/badge"
)

// Keys finds private keys.
type Keys interface {
	// Signer is the private half of a declared key; nil where it is not at hand. The error is a key under this name that
	// does not belong to the public half, or that cannot be read. It never holds any of the key.
	Signer(id string, public crypto.PublicKey) (crypto.Signer, error)
}

// Published is the site as it was published before.
type Published interface {
	// Signature is the signature that a published file holds; nil where there is no such file, or none in it.
	Signature(path string) ([]byte, error)
}

// Signer signs what a build makes. It may be used by several goroutines.
type Signer struct {
	keys      Keys
	published Published

	mu    sync.Mutex
	found map[string]*pair // by what the key is
}

// New makes a signer of what is at hand; each may be nil.
func New(keys Keys, published Published) *Signer {
	return &Signer{keys: keys, published: published, found: make(map[string]*pair)}
}

// MissingError says that a document cannot be signed: the private key is not at hand.
type MissingError struct {
	Key  string // its id
	Path string // of the document; empty where the key itself is spoken of
	// Looked says that a published site was at hand, and had no signature that fits.
	Looked bool
}

// Error says what is missing.
func (e *MissingError) Error() string {
	text := fmt.Sprintf("the private key %s is not at hand", e.Key)
	if e.Looked {
		text += ", and the published site has no signature that fits " + e.Path
	}
	return text
}

// ErrSelfCheck says that a signature does not verify with the public half that is declared.
var ErrSelfCheck = errors.New("the signature does not verify with the public key that the issuer declares")

// pair is a declared key with its private half.
type pair struct {
	public crypto.PublicKey
	signer crypto.Signer // nil: not at hand
	err    error
}

// pair looks for a key's private half, once.
func (s *Signer) pair(k *badge.Key) *pair {
	name := string(k.Type) + " " + k.ID + " " + string(k.Public)
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.found[name]; ok {
		return p
	}
	p := &pair{}
	s.found[name] = p
	if k.Type == badge.Ed25519 {
		p.public = ed25519.PublicKey(k.Public)
	} else if p.public, p.err = x509.ParsePKIXPublicKey(k.Public); p.err != nil {
		p.err = fmt.Errorf("the public key %s: %w", k.ID, p.err)
		return p
	}
	if s.keys != nil {
		p.signer, p.err = s.keys.Signer(k.ID, p.public)
	}
	return p
}

// Has reports whether a key's private half is at hand. The error is that of Keys.
func (s *Signer) Has(k *badge.Key) (bool, error) {
	p := s.pair(k)
	return p.signer != nil, p.err
}

// Remembers reports whether a published site is at hand.
func (s *Signer) Remembers() bool { return s.published != nil }

// Sign signs a message with a declared key: Ed25519 over the message itself, RSA by PKCS #1 v1.5 over its SHA-256 (JOSE's
// RS256). path is the file that holds the signature on the published site. The error is a *MissingError where neither the
// key nor a signature that fits is at hand.
func (s *Signer) Sign(k *badge.Key, message []byte, path string) ([]byte, error) {
	p := s.pair(k)
	if p.err != nil {
		return nil, p.err
	}
	if p.signer == nil {
		return s.recall(k, p, message, path)
	}
	signature, err := sign(p.signer, message)
	if err != nil {
		return nil, fmt.Errorf("couldn't sign with the key %s: %w", k.ID, err)
	}
	if !verifies(p.public, message, signature) {
		return nil, fmt.Errorf("key %s: %w", k.ID, ErrSelfCheck)
	}
	return signature, nil
}

// recall takes over the published signature, if it is one of this message.
func (s *Signer) recall(k *badge.Key, p *pair, message []byte, path string) ([]byte, error) {
	if s.published == nil {
		return nil, &MissingError{Key: k.ID, Path: path}
	}
	signature, err := s.published.Signature(path)
	if err != nil {
		return nil, fmt.Errorf("couldn't read %s of the published site: %w", path, err)
	}
	if !verifies(p.public, message, signature) {
		return nil, &MissingError{Key: k.ID, Path: path, Looked: true}
	}
	return signature, nil
}

func sign(key crypto.Signer, message []byte) ([]byte, error) {
	if _, ok := key.Public().(ed25519.PublicKey); ok {
		return key.Sign(nil, message, crypto.Hash(0))
	}
	digest := sha256.Sum256(message)
	return key.Sign(nil, digest[:], crypto.SHA256)
}

func verifies(public crypto.PublicKey, message, signature []byte) bool {
	switch key := public.(type) {
	case ed25519.PublicKey:
		return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, signature)
	case *rsa.PublicKey:
		digest := sha256.Sum256(message)
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
	}
	return false
}
