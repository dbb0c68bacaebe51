package signing_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/proof"
	"blazon/internal/signing"
)

// ring holds private keys by their ids.
type ring map[string]crypto.Signer

func (r ring) Signer(id string, _ crypto.PublicKey) (crypto.Signer, error) { return r[id], nil }

// site holds the signatures of published files.
type site map[string][]byte

func (s site) Signature(path string) ([]byte, error) {
	if path == "broken" {
		return nil, errors.New("a broken line")
	}
	return s[path], nil
}

func ed(t *testing.T, seed byte) (ed25519.PrivateKey, *badge.Key) {
	t.Helper()
	seeds := make([]byte, ed25519.SeedSize)
	seeds[0] = seed
	key := ed25519.NewKeyFromSeed(seeds)
	return key, &badge.Key{ID: "ed", Type: badge.Ed25519, Public: key.Public().(ed25519.PublicKey)}
}

func rsaKey(t *testing.T) (*rsa.PrivateKey, *badge.Key) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	return key, &badge.Key{ID: "rsa", Type: badge.RSA, Public: public}
}

func TestSign(t *testing.T) {
	edKey, edPublic := ed(t, 1)
	rsaPrivate, rsaPublic := rsaKey(t)
	message := []byte("what is signed")
	keys := ring{"ed": edKey, "rsa": rsaPrivate}
	for _, k := range []*badge.Key{edPublic, rsaPublic} {
		s := signing.New(keys, nil)
		first, err := s.Sign(k, message, "a")
		require.NoError(t, err)
		again, err := signing.New(keys, nil).Sign(k, message, "a")
		require.NoError(t, err)
		assert.Equal(t, first, again, "a signature is the same each time")
		has, err := s.Has(k)
		require.NoError(t, err)
		assert.True(t, has)

		t.Run(k.ID+" recalled", func(t *testing.T) {
			without := signing.New(nil, site{"a": first})
			recalled, err := without.Sign(k, message, "a")
			require.NoError(t, err)
			assert.Equal(t, first, recalled)

			var missing *signing.MissingError
			_, err = without.Sign(k, []byte("something else"), "a")
			require.ErrorAs(t, err, &missing)
			assert.Equal(t, signing.MissingError{Key: k.ID, Path: "a", Looked: true}, *missing)
			_, err = without.Sign(k, message, "b")
			require.ErrorAs(t, err, &missing)
			_, err = without.Sign(k, message, "broken")
			require.ErrorContains(t, err, "broken line")
			assert.False(t, errors.As(err, new(*signing.MissingError)), "what could not be read may be there")
		})
	}
}

func TestMissing(t *testing.T) {
	_, public := ed(t, 1)
	s := signing.New(ring{}, nil)
	_, err := s.Sign(public, nil, "a")
	var missing *signing.MissingError
	require.ErrorAs(t, err, &missing)
	assert.False(t, missing.Looked)
	has, err := s.Has(public)
	require.NoError(t, err)
	assert.False(t, has)
}

// TestSelfCheck has a key source that hands out another key than the one that is declared, and one that signs badly.
func TestSelfCheck(t *testing.T) {
	other, _ := ed(t, 2)
	key, public := ed(t, 1)
	for name, wrong := range map[string]crypto.Signer{"another key": other, "a key that signs badly": sloppy{key}} {
		t.Run(name, func(t *testing.T) {
			signature, err := signing.New(ring{"ed": wrong}, nil).Sign(public, []byte("m"), "a")
			require.ErrorIs(t, err, signing.ErrSelfCheck)
			assert.Nil(t, signature)
		})
	}
}

type sloppy struct{ ed25519.PrivateKey }

func (s sloppy) Sign(r io.Reader, m []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := s.PrivateKey.Sign(r, m, opts)
	signature[3] ^= 1
	return signature, err
}

func TestInDocument(t *testing.T) {
	key, _ := ed(t, 1)
	signature := ed25519.Sign(key, []byte("m"))
	value := proof.Options{}.With(signature).Value
	encoded := base64.RawURLEncoding.EncodeToString(signature)
	for name, test := range map[string]struct {
		file, text string
		want       []byte
	}{
		"proof":          {"a/credential.json", `{"proof": [{"proofValue": "` + value + `"}]}`, signature},
		"JWT":            {"a/credential.jwt", "e30.e30." + encoded + "\n", signature},
		"JWS":            {"a/signed.jws", "e30.e30." + encoded, signature},
		"no proof":       {"a.json", `{}`, nil},
		"two proofs":     {"a.json", `{"proof": [{}, {}]}`, nil},
		"not JSON":       {"a.json", `<html>`, nil},
		"not multibase":  {"a.json", `{"proof": [{"proofValue": "z0OIl"}]}`, nil},
		"too short":      {"a.json", `{"proof": [{"proofValue": "z11"}]}`, nil},
		"empty JWT":      {"a.jwt", "", nil},
		"JWT of parts":   {"a.jwt", "e30." + encoded, nil},
		"padded":         {"a.jwt", "e30.e30." + encoded + "==", nil},
		"not base64url":  {"a.jwt", "e30.e30.***", nil},
		"trailing bits":  {"a.jwt", "e30.e30.AB", nil},
		"leading zeroes": {"a.json", `{"proof": [{"proofValue": "z1` + value[1:] + `"}]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, signing.InDocument(test.file, []byte(test.text)))
		})
	}
}
