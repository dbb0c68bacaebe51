package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/subtle"
	"math/big"

	"blazon/internal/strictjson"
)

// ParsePrivateJWK reads a private key: RSA with two primes, P-256 or Ed25519, whose public members fit the private ones.
// Its errors never repeat a part of what was found.
func ParsePrivateJWK(data []byte) (crypto.Signer, error) {
	members, err := strictjson.Object(data, keyLimits)
	if err != nil {
		return nil, err
	}
	public, err := parsePublic(members)
	if err != nil {
		return nil, err
	}
	m := memberReader{members: members}
	if _, more := members["oth"]; more {
		return nil, errPrivate
	}
	switch key := public.key.(type) {
	case *rsa.PublicKey:
		private := &rsa.PrivateKey{PublicKey: *key, D: m.number("d"), Primes: []*big.Int{m.number("p"), m.number("q")}}
		if m.err != nil || private.Validate() != nil {
			return nil, errPrivate
		}
		private.Precompute()
		return private, nil
	case *ecdsa.PublicKey:
		d := m.fixed("d")
		if m.err != nil {
			return nil, errPrivate
		}
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d)
		if err != nil || !private.PublicKey.Equal(key) {
			return nil, errPrivate
		}
		return private, nil
	case ed25519.PublicKey:
		d := m.fixed("d")
		if m.err != nil {
			return nil, errPrivate
		}
		private := ed25519.NewKeyFromSeed(d)
		if subtle.ConstantTimeCompare(private[32:], key) != 1 {
			return nil, errPrivate
		}
		return private, nil
	}
	return nil, errPrivate
}
