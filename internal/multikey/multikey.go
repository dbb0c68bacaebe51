// Package multikey reads and writes public keys in their multibase form (Controlled Identifiers 1.0, "Multikey").
package multikey

import (
	"crypto/ed25519"
	"errors"
	"math/big"
	"strings"
)

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// lengthLimit is the longest text that is decoded: base58 takes time quadratic in it.
const lengthLimit = 512

// Encode58 is bytes in base58btc, without the multibase prefix z.
func Encode58(data []byte) string {
	n := new(big.Int).SetBytes(data)
	base, digit := big.NewInt(58), new(big.Int)
	var reversed []byte
	for n.Sign() > 0 {
		n.DivMod(n, base, digit)
		reversed = append(reversed, alphabet[digit.Int64()])
	}
	for _, b := range data {
		if b != 0 {
			break
		}
		reversed = append(reversed, alphabet[0])
	}
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	return string(reversed)
}

// Decode58 is the reverse of Encode58.
func Decode58(s string) ([]byte, error) {
	if len(s) > lengthLimit {
		return nil, errors.New("too long for a key")
	}
	n, base := new(big.Int), big.NewInt(58)
	zeros := 0
	for i := range len(s) {
		digit := strings.IndexByte(alphabet, s[i])
		if digit < 0 {
			return nil, errors.New("not base58")
		}
		if digit == 0 && zeros == i {
			zeros++
		}
		n.Mul(n, base).Add(n, big.NewInt(int64(digit)))
	}
	return append(make([]byte, zeros), n.Bytes()...), nil
}

// Ed25519 is a public key's Multikey form; it starts with z6Mk.
func Ed25519(key ed25519.PublicKey) string {
	return "z" + Encode58(append([]byte{0xed, 0x01}, key...))
}

// ParseEd25519 reads the form that Ed25519 writes. Its errors never repeat the text, which may be a secret key.
func ParseEd25519(s string) (ed25519.PublicKey, error) {
	rest, ok := strings.CutPrefix(s, "z")
	if !ok {
		return nil, errors.New("does not start with z6Mk")
	}
	data, err := Decode58(rest)
	switch {
	case err != nil:
		return nil, err
	case len(data) >= 2 && data[0] == 0x80 && data[1] == 0x26:
		return nil, ErrSecret
	case len(data) != 2+ed25519.PublicKeySize || data[0] != 0xed || data[1] != 0x01:
		return nil, errors.New("is not the public half of an Ed25519 key")
	}
	return ed25519.PublicKey(data[2:]), nil
}

// ErrSecret says that a text is the secret half of a key.
var ErrSecret = errors.New("is the secret half of a key")
