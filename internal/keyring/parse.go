package keyring

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"

	"blazon/internal/jose"
)

// Errors of what should be a private key. They say nothing of what was found but its kind.
var (
	ErrForm      = errors.New("is not a private key in PEM (PKCS #8) or JWK form")
	ErrLines     = errors.New("is a key whose lines were run together: put the text there as it stands in the file, line by line")
	ErrEncrypted = errors.New("is encrypted with a passphrase, which nobody can be asked for here")
	ErrOldForm   = errors.New("is a private key in an older form: turn it into PKCS #8 with openssl pkcs8 -topk8 -nocrypt")
	ErrPublic    = errors.New("is the public half of a key, not the private one")
	ErrType      = errors.New("is neither an Ed25519 nor an RSA key")
	ErrSize      = errors.New("is an RSA key of a size that is not taken: 2048 to 8192 bits are")
)

// sizeLimit is the longest text of a key that is read, in bytes.
const sizeLimit = 64 << 10

// Parse reads a private key, Ed25519 or RSA of 2048 to 8192 bits: one PKCS #8 block of PEM, with whatever words stand
// ahead of it and nothing behind, or a JWK.
func Parse(data []byte) (crypto.Signer, error) {
	if len(data) > sizeLimit {
		return nil, ErrForm
	}
	var signer crypto.Signer
	var err error
	if trimmed := bytes.TrimSpace(data); bytes.HasPrefix(trimmed, []byte("{")) {
		signer, err = parseJWK(trimmed)
	} else {
		signer, err = parsePEM(data)
	}
	if err != nil {
		return nil, err
	}
	switch public := signer.Public().(type) {
	case ed25519.PublicKey:
	case *rsa.PublicKey:
		if err := jose.CheckPublic(public); errors.Is(err, jose.ErrBits) {
			return nil, ErrSize
		} else if err != nil {
			return nil, ErrForm
		}
	default:
		return nil, ErrType
	}
	return signer, nil
}

func parseJWK(data []byte) (crypto.Signer, error) {
	signer, err := jose.ParsePrivateJWK(data)
	switch {
	case err == nil:
		return signer, nil
	case errors.Is(err, jose.ErrBits):
		return nil, ErrSize
	case errors.Is(err, jose.ErrKind):
		return nil, ErrType
	}
	if _, err := jose.ParseJWK(data); err == nil {
		return nil, ErrPublic
	}
	return nil, ErrForm
}

func parsePEM(data []byte) (crypto.Signer, error) {
	block, rest := pem.Decode(data)
	if block == nil {
		first, _, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
		if begin, ok := bytes.CutPrefix(first, []byte("-----BEGIN ")); ok && bytes.Contains(begin, []byte("-----END ")) {
			return nil, ErrLines
		}
		return nil, ErrForm
	}
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		return nil, ErrEncrypted
	case block.Type == "PUBLIC KEY" || block.Type == "RSA PUBLIC KEY":
		return nil, ErrPublic
	case block.Type != "PRIVATE KEY" && strings.HasSuffix(block.Type, " PRIVATE KEY"):
		return nil, ErrOldForm
	case block.Type != "PRIVATE KEY" || len(bytes.TrimSpace(rest)) > 0:
		return nil, ErrForm
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, ErrForm
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, ErrType // a key of X25519 agrees on secrets and signs nothing
	}
	return signer, nil
}

// Encode is a private key in PEM form, PKCS #8.
func Encode(key crypto.Signer) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, ErrType
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// EncodePublic is a public key in PEM form, PKIX, as an issuer's YAML names it for RSA keys.
func EncodePublic(key crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, ErrType
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}
