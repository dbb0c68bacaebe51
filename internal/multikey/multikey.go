// Package multikey reads and writes public keys in their multibase form (Controlled Identifiers 1.0, "Multikey").
package multikey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
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

// Decode58 is the reverse of Encode58. Each text that it takes is the only one of its bytes.
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

// The kinds of key, by the two bytes that stand before it: the varints of the multicodec table.
const (
	ed25519Public = "\xed\x01"
	p256Public    = "\x80\x24"
)

// secrets are the kinds of secret keys: Ed25519, P-256, P-384, P-521, RSA, secp256k1.
var secrets = []string{"\x80\x26", "\x86\x26", "\x87\x26", "\x88\x26", "\x85\x26", "\x81\x26"}

// Ed25519 is a public key's Multikey form; it starts with z6Mk.
func Ed25519(key ed25519.PublicKey) string {
	return "z" + Encode58(append([]byte(ed25519Public), key...))
}

// P256 is the Multikey form of a public key on the curve P-256; it starts with zDn.
func P256(key *ecdsa.PublicKey) (string, error) {
	if key.Curve != elliptic.P256() {
		return "", errors.New("is not a key on the curve P-256")
	}
	point, err := key.Bytes()
	if err != nil {
		return "", ErrPoint
	}
	// X9.62, 2.3.3: the parity of y, then x.
	compressed := append([]byte{2 | point[64]&1}, point[1:33]...)
	return "z" + Encode58(append([]byte(p256Public), compressed...)), nil
}

// ParseEd25519 reads the form that Ed25519 writes. Its errors never repeat the text, which may be a secret key.
func ParseEd25519(s string) (ed25519.PublicKey, error) {
	rest, ok := strings.CutPrefix(s, "z")
	if !ok {
		return nil, errors.New("does not start with z6Mk")
	}
	kind, data, err := split(rest)
	switch {
	case err != nil:
		return nil, err
	case kind != ed25519Public || len(data) != ed25519.PublicKeySize:
		return nil, errors.New("is not the public half of an Ed25519 key")
	}
	return ed25519.PublicKey(data), CheckEd25519(data)
}

// Parse reads the Multikey form of an Ed25519 or P-256 key; ErrKind is the error of other kinds. No error repeats the
// text, which may be a secret key.
func Parse(s string) (crypto.PublicKey, error) {
	rest, ok := strings.CutPrefix(s, "z")
	if !ok {
		return nil, errors.New("is not in base58btc: it does not start with z")
	}
	kind, data, err := split(rest)
	switch {
	case err != nil:
		return nil, err
	case kind == ed25519Public && len(data) == ed25519.PublicKeySize:
		if err := CheckEd25519(data); err != nil {
			return nil, err
		}
		return ed25519.PublicKey(data), nil
	case kind == p256Public && len(data) == 33:
		return decompress(data)
	case kind == ed25519Public || kind == p256Public:
		return nil, errors.New("has the wrong length for its kind of key")
	}
	return nil, ErrKind
}

// split takes a key's kind off its bytes.
func split(s string) (kind string, data []byte, err error) {
	data, err = Decode58(s)
	if err != nil || len(data) < 2 {
		return "", nil, err
	}
	kind = string(data[:2])
	for _, secret := range secrets {
		if kind == secret {
			return "", nil, ErrSecret
		}
	}
	return kind, data[2:], nil
}

// decompress finds a point on P-256 by its x and the parity of its y.
func decompress(data []byte) (*ecdsa.PublicKey, error) {
	x, y := elliptic.UnmarshalCompressed(elliptic.P256(), data)
	if x == nil {
		return nil, ErrPoint
	}
	point := make([]byte, 65)
	point[0] = 4
	x.FillBytes(point[1:33])
	y.FillBytes(point[33:])
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
}

// Errors of keys.
var (
	ErrSecret = errors.New("is the secret half of a key")
	ErrKind   = errors.New("is a kind of key that is not known")
	ErrPoint  = errors.New("is not a point on the curve")
	ErrWeak   = errors.New("is a key of small order, under which one signature fits many texts")
)
