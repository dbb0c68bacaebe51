package cli

import (
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"errors"

	"blazon/internal/badge"
	"blazon/internal/keyring"
)

// signOptions say what a site is signed with.
type signOptions struct {
	keys []string // files
}

// ring opens the private keys that are at hand.
func (o *signOptions) ring(sys System) (*keyring.Ring, error) {
	ring, err := keyring.Open(keyring.Sources{Files: o.keys, Getenv: sys.Getenv, Folder: sys.KeyFolder})
	if err != nil {
		return nil, keyError(err)
	}
	return ring, nil
}

func keyError(err error) error {
	var mismatch *keyring.MismatchError
	hint := "blazon key check says which keys the project needs and where it looks for them; docs/keys.md has more"
	if errors.As(err, &mismatch) {
		hint = "put the private half of that key there, or declare the public half of the one that is there"
	}
	return failed(hint, "%s", err)
}

// declared are the public keys of all issuers.
func declared(cat *badge.Catalog) []crypto.PublicKey {
	var all []crypto.PublicKey
	for _, i := range cat.Issuers {
		for n := range i.Keys {
			if public := publicKey(&i.Keys[n]); public != nil {
				all = append(all, public)
			}
		}
	}
	return all
}

// publicKey is a declared key; nil where it cannot be read.
func publicKey(k *badge.Key) crypto.PublicKey {
	if k.Type == badge.Ed25519 {
		return ed25519.PublicKey(k.Public)
	}
	public, err := x509.ParsePKIXPublicKey(k.Public)
	if err != nil {
		return nil
	}
	return public
}

// need is a key that signs something of a site.
type need struct {
	issuer *badge.Issuer
	key    *badge.Key
	awards int // that it signs
	lists  bool
}

// needs lists the keys that a site is signed with, in the order of the declarations.
func needs(cat *badge.Catalog) []*need {
	var all []*need
	for _, i := range cat.Issuers {
		for n := range i.Keys {
			k := &i.Keys[n]
			oldest, newest := true, true
			for _, other := range i.Keys {
				if other.Type == k.Type {
					oldest = oldest && !other.From.Before(k.From)
					newest = newest && !other.From.After(k.From)
				}
			}
			need := &need{issuer: i, key: k, lists: newest && k.Type == badge.Ed25519 && i.OB3}
			for _, a := range cat.Awards {
				covers := (oldest || !a.Issued.Before(k.From)) && (k.Until.IsZero() || a.Issued.Before(k.Until))
				if a.Class != nil && a.Class.Issuer == i && a.State() != badge.Erased && (i.OB3 || k.Type == badge.RSA && i.Signed) && covers {
					need.awards++
				}
			}
			if need.awards > 0 || need.lists {
				all = append(all, need)
			}
		}
	}
	return all
}
