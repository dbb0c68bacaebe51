package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"blazon/internal/strictjson"
)

// Limits of a message, in bytes.
const (
	compactLimit   = 4 << 20
	headerLimit    = 32 << 10
	signatureLimit = maxRSA / 8
)

// Errors of messages.
var (
	ErrForm      = errors.New("is not a JWS in the compact form: three parts with a dot between them")
	ErrTooLong   = errors.New("is longer than what is read")
	ErrHeader    = errors.New("has a header that is not one of a JWS")
	ErrCritical  = errors.New("has a header that demands an extension which is not known")
	ErrSignature = errors.New("has a signature that does not fit")
)

// AlgorithmError says that a message's algorithm is none that the key signs with.
type AlgorithmError struct {
	Alg string // as the message or the key states it
	Key string // the kind of key; empty where no key has that algorithm
}

func (e *AlgorithmError) Error() string {
	alg := e.Alg
	if len(alg) > 40 {
		alg = "a long name"
	}
	if e.Key == "" {
		return fmt.Sprintf("is signed with %q, which is no signature", alg)
	}
	return fmt.Sprintf("is signed with %q, which is not for %s", alg, e.Key)
}

// algorithms are those that a key signs with, the usual name first (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
func algorithms(key crypto.PublicKey) []string {
	switch key.(type) {
	case *rsa.PublicKey:
		return []string{"RS256"}
	case *ecdsa.PublicKey:
		return []string{"ES256"}
	case ed25519.PublicKey:
		return []string{"EdDSA", "Ed25519"}
	}
	return nil
}

func kindOf(key crypto.PublicKey) string {
	switch key.(type) {
	case *rsa.PublicKey:
		return "an RSA key"
	case *ecdsa.PublicKey:
		return "a key on P-256"
	case ed25519.PublicKey:
		return "an Ed25519 key"
	}
	return "a key of this kind"
}

// Header is the protected header of a message (RFC 7515 §4). Of the fields only Alg, Kid, JWK and Typ are written.
type Header struct {
	Alg, Kid, Typ string
	JWK           *JWK
	Other         []string // the names of further members, sorted
	Crit          []string // extensions that must be understood; none are, so that Verify refuses
}

// encode writes a header. Its order is that of the reference vector, for ever: the bytes are signed.
func (h Header) encode() []byte {
	b := append([]byte(`{"alg":`), quote(h.Alg)...)
	if h.Kid != "" {
		b = append(append(b, `,"kid":`...), quote(h.Kid)...)
	}
	if h.JWK != nil {
		if key, err := h.JWK.MarshalJSON(); err == nil {
			b = append(append(b, `,"jwk":`...), key...)
		}
	}
	if h.Typ != "" {
		b = append(append(b, `,"typ":`...), quote(h.Typ)...)
	}
	return append(b, '}')
}

// Message is a JWS that was read. Nothing in it is trusted before Verify has passed.
type Message struct {
	Header    Header
	Payload   []byte
	Signature []byte

	input string // what is signed, as it was read
}

// Parse reads a message in the compact form. It takes only the one spelling of each part and refuses what no verifier may
// take, such as the algorithm "none" (an *AlgorithmError) or a header key that holds its private half (ErrPrivate). What
// the payload says is not looked at.
func Parse(compact string) (*Message, error) {
	if len(compact) > compactLimit {
		return nil, ErrTooLong
	}
	parts := strings.SplitN(compact, ".", 4)
	if len(parts) != 3 {
		return nil, ErrForm
	}
	if len(parts[0]) > headerLimit*4/3 || len(parts[2]) > (signatureLimit+2)*4/3 {
		return nil, ErrTooLong
	}
	header, err := decode64(parts[0])
	if err != nil {
		return nil, fmt.Errorf("the header %w", err)
	}
	m := &Message{input: compact[:len(parts[0])+1+len(parts[1])]}
	if m.Payload, err = decode64(parts[1]); err != nil {
		return nil, fmt.Errorf("the payload %w", err)
	}
	if m.Signature, err = decode64(parts[2]); err != nil {
		return nil, fmt.Errorf("the signature %w", err)
	}
	if m.Header, err = parseHeader(header); err != nil {
		return nil, err
	}
	return m, nil
}

// registered are the header parameters of RFC 7515 §4.1, which "crit" must not name.
var registered = []string{"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"}

func parseHeader(data []byte) (Header, error) {
	members, err := strictjson.Object(data, strictjson.Limits{Bytes: headerLimit, Depth: 16, Values: 1000})
	if err != nil {
		return Header{}, fmt.Errorf("%w: it %w", ErrHeader, err)
	}
	m := memberReader{members: members}
	h := Header{Alg: m.text("alg"), Kid: m.optional("kid"), Typ: m.optional("typ"), Crit: m.list("crit")}
	if m.err != nil {
		return Header{}, fmt.Errorf("%w: %w", ErrHeader, m.err)
	}
	if strings.EqualFold(h.Alg, "none") {
		return Header{}, &AlgorithmError{Alg: h.Alg}
	}
	if raw, ok := members["jwk"]; ok {
		if h.JWK, err = ParseJWK(raw); err != nil {
			return Header{}, fmt.Errorf("%w: its key %w", ErrHeader, err)
		}
	}
	for i, name := range h.Crit {
		_, there := members[name]
		if !there || slices.Contains(registered, name) || slices.Contains(h.Crit[:i], name) {
			return Header{}, fmt.Errorf("%w: \"crit\" is not in order", ErrHeader)
		}
	}
	for _, known := range []string{"alg", "kid", "typ", "jwk", "crit"} {
		delete(members, known)
	}
	if len(members) > 0 {
		h.Other = slices.Sorted(maps.Keys(members))
	}
	return h, nil
}

// SigningInput is the bytes that the signature covers, as they were read.
func (m *Message) SigningInput() []byte { return []byte(m.input) }

// String is the message in the compact form: the very text that Parse read.
func (m *Message) String() string { return m.input + "." + encode64(m.Signature) }

// Verify checks the signature with a key that the caller has reason to trust. The key decides the algorithm: where the
// message states another one, that is an *AlgorithmError. A key that CheckPublic refuses is refused here too. Where all is
// in order but the signature, the error is ErrSignature.
func (m *Message) Verify(key crypto.PublicKey) error {
	if err := CheckPublic(key); err != nil {
		return fmt.Errorf("the key %w", err)
	}
	if len(m.Header.Crit) > 0 {
		return ErrCritical
	}
	if !slices.Contains(algorithms(key), m.Header.Alg) {
		return &AlgorithmError{Alg: m.Header.Alg, Key: kindOf(key)}
	}
	if !fits(key, m.SigningInput(), m.Signature) {
		return ErrSignature
	}
	return nil
}

func fits(key crypto.PublicKey, input, signature []byte) bool {
	digest := sha256.Sum256(input)
	switch key := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
	case *ecdsa.PublicKey:
		// RFC 7518 §3.4: r and s of 32 bytes each. The form in DER is another spelling, so it is refused.
		if len(signature) != 64 {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(key, digest[:], r, s)
	case ed25519.PublicKey:
		return len(signature) == ed25519.SignatureSize && ed25519.Verify(key, input, signature)
	}
	return false
}

// SigningInput is what is signed of a header and a payload.
func SigningInput(h Header, payload []byte) []byte {
	return []byte(encode64(h.encode()) + "." + encode64(payload))
}

// Assemble puts a message into the compact form. The signature must be of the bytes of SigningInput.
func Assemble(h Header, payload, signature []byte) string {
	return string(SigningInput(h, payload)) + "." + encode64(signature)
}

// Sign signs a payload. The header's algorithm must be one that the key signs with. Equal arguments give equal texts: RSA
// (PKCS #1 v1.5) and Ed25519 are deterministic, and of P-256 keys those of crypto/ecdsa (RFC 6979).
func Sign(h Header, payload []byte, key crypto.Signer) (string, error) {
	public := key.Public()
	if err := CheckPublic(public); err != nil {
		return "", fmt.Errorf("the key %w", err)
	}
	if !slices.Contains(algorithms(public), h.Alg) {
		return "", &AlgorithmError{Alg: h.Alg, Key: kindOf(public)}
	}
	if len(h.Other) > 0 || len(h.Crit) > 0 {
		return "", fmt.Errorf("%w: only alg, kid, jwk and typ are written", ErrHeader)
	}
	input := SigningInput(h, payload)
	digest, hash := input, crypto.Hash(0)
	if _, plain := public.(ed25519.PublicKey); !plain {
		sum := sha256.Sum256(input)
		digest, hash = sum[:], crypto.SHA256
	}
	signature, err := key.Sign(nil, digest, hash)
	if err != nil {
		return "", errors.New("the key could not sign")
	}
	if _, curve := public.(*ecdsa.PublicKey); curve {
		if signature, err = fixedForm(signature); err != nil {
			return "", err
		}
	}
	return string(input) + "." + encode64(signature), nil
}

// fixedForm turns a signature in DER into r and s of 32 bytes each (RFC 7518 §3.4).
func fixedForm(der []byte) ([]byte, error) {
	var pair struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &pair)
	if err != nil || len(rest) > 0 || pair.R.Sign() <= 0 || pair.S.Sign() <= 0 || pair.R.BitLen() > 256 || pair.S.BitLen() > 256 {
		return nil, errors.New("the key made a signature in an unknown form")
	}
	signature := make([]byte, 64)
	pair.R.FillBytes(signature[:32])
	pair.S.FillBytes(signature[32:])
	return signature, nil
}
