// Package multikey reads and writes public keys in their multibase form (Controlled Identifiers 1.0, "Multikey").
package multikey

import (
	"crypto/ed25519"
	"errors"
	"math/big"
	"slices"
	"strings"
)

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// lengthLimit is the longest text that is decoded: base58 takes time quadratic in it.
const lengthLimit = 512

// chunk is how many base58 digits are made at once: their number fits 32 bits.
const (
	chunk     = 5
	chunkSize = 58 * 58 * 58 * 58 * 58
)

// Encode58 is bytes in base58btc, without the multibase prefix z. Every credential has a signature in it, which is why
// this is not math/big.
func Encode58(data []byte) string {
	zeros := 0
	for zeros < len(data) && data[zeros] == 0 {
		zeros++
	}
	rest := data[zeros:]
	var room [32]uint32
	chunks := room[:0] // the least first
	for len(rest) > 0 {
		n := (len(rest)-1)%4 + 1
		var carry uint64
		for _, b := range rest[:n] {
			carry = carry<<8 | uint64(b)
		}
		rest = rest[n:]
		for i, c := range chunks {
			carry += uint64(c) << 32
			chunks[i] = uint32(carry % chunkSize)
			carry /= chunkSize
		}
		for carry > 0 {
			chunks = append(chunks, uint32(carry%chunkSize))
			carry /= chunkSize
		}
	}
	text := make([]byte, zeros, zeros+chunk*len(chunks))
	for i := range text {
		text[i] = alphabet[0]
	}
	for i, c := range slices.Backward(chunks) {
		var digits [chunk]byte
		for d := chunk - 1; d >= 0; d-- {
			digits[d] = alphabet[c%58]
			c /= 58
		}
		from := 0
		for i == len(chunks)-1 && digits[from] == alphabet[0] {
			from++ // the number has no leading zeros
		}
		text = append(text, digits[from:]...)
	}
	return string(text)
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
