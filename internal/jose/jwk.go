// Package jose reads and writes JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037) with their thumbprints (RFC 7638), and
// JSON Web Signatures in the compact form (RFC 7515): RS256, ES256 and EdDSA, no other.
//
// It is strict where two spellings of one thing would do harm: base64url without padding and without stray bits, each
// JSON key once, numbers at their full length, no algorithm that the key does not decide.
package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"blazon/internal/multikey"
	"blazon/internal/strictjson"
)

// The sizes of RSA keys that are taken, in bits: fewer are refused by verifiers (RFC 7518 §3.3), more take long.
const (
	minRSA = 2048
	maxRSA = 8192
)

// keyLimits bound the JSON of a key. The longest, of 8192 bits with its private half, has some 8 KiB.
var keyLimits = strictjson.Limits{Bytes: 32 << 10, Depth: 8, Values: 200}

// Errors of keys.
var (
	ErrPrivate = errors.New("holds the private half of a key")
	ErrKind    = errors.New("is a kind of key that is not known")
	ErrBits    = errors.New("is an RSA key of a size that is not taken")
	ErrRSA     = errors.New("is not an RSA key")
	ErrPoint   = errors.New("is not a point on the curve")
	ErrWeak    = errors.New("is a key of small order, under which one signature fits many texts")
	ErrBase64  = errors.New("is not base64url in its one spelling, without padding")
	ErrUse     = errors.New("is a key for something else than signing")
	ErrMember  = errors.New("has the wrong kind of value, or none")
	errPrivate = errors.New("is not a private key in JWK form")
)

// JWK is a public key in JSON: RSA of 2048 to 8192 bits, P-256 or Ed25519.
type JWK struct {
	// ID is "kid". MarshalJSON writes it, last, where it is not empty.
	ID  string
	key crypto.PublicKey
}

// FromPublic is the JWK of an *rsa.PublicKey, an *ecdsa.PublicKey on P-256 or an ed25519.PublicKey.
func FromPublic(key crypto.PublicKey) (*JWK, error) {
	if err := CheckPublic(key); err != nil {
		return nil, err
	}
	return &JWK{key: key}, nil
}

// CheckPublic reports what makes a key unfit: ErrKind, ErrBits, ErrRSA, ErrPoint or ErrWeak.
func CheckPublic(key crypto.PublicKey) error {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return checkRSA(key)
	case *ecdsa.PublicKey:
		if key.Curve != elliptic.P256() {
			return ErrKind
		}
		if _, err := key.Bytes(); err != nil {
			return ErrPoint
		}
		return nil
	case ed25519.PublicKey:
		switch err := multikey.CheckEd25519(key); {
		case errors.Is(err, multikey.ErrWeak):
			return ErrWeak
		case err != nil:
			return ErrPoint
		}
		return nil
	}
	return ErrKind
}

func checkRSA(key *rsa.PublicKey) error {
	switch {
	case key.N == nil || key.N.Sign() <= 0:
		return ErrRSA
	case key.N.BitLen() < minRSA || key.N.BitLen() > maxRSA:
		return fmt.Errorf("%w: found %d bits, and %d to %d are", ErrBits, key.N.BitLen(), minRSA, maxRSA)
	case key.N.Bit(0) == 0 || key.E < 3 || key.E&1 == 0 || key.E > 1<<31-1:
		return ErrRSA
	}
	return nil
}

// privateMembers are those of private and of symmetric keys (RFC 7518 §6; "priv" of the newer kinds).
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"}

// ParseJWK reads a public key. Members that no RFC gives a meaning here are passed over, as RFC 7517 §4 demands; those of
// a private key are ErrPrivate. No error repeats what was found.
func ParseJWK(data []byte) (*JWK, error) {
	members, err := strictjson.Object(data, keyLimits)
	if err != nil {
		return nil, err
	}
	for _, name := range privateMembers {
		if _, ok := members[name]; ok {
			return nil, ErrPrivate
		}
	}
	return parsePublic(members)
}

func parsePublic(members map[string]json.RawMessage) (*JWK, error) {
	m := memberReader{members: members}
	k := &JWK{ID: m.optional("kid")}
	kind, alg, use := m.text("kty"), m.optional("alg"), m.optional("use")
	ops := m.list("key_ops")
	if m.err != nil {
		return nil, m.err
	}
	switch kind {
	case "RSA":
		k.key = m.rsa()
	case "EC":
		k.key = m.ec()
	case "OKP":
		k.key = m.okp()
	default:
		return nil, ErrKind
	}
	if m.err != nil {
		return nil, m.err
	}
	if err := CheckPublic(k.key); err != nil {
		return nil, err
	}
	if alg != "" && !slices.Contains(algorithms(k.key), alg) {
		return nil, &AlgorithmError{Alg: alg, Key: kindOf(k.key)}
	}
	if use != "" && use != "sig" || ops != nil && !slices.Contains(ops, "verify") && !slices.Contains(ops, "sign") {
		return nil, ErrUse
	}
	return k, nil
}

// memberReader reads members and keeps the first error.
type memberReader struct {
	members map[string]json.RawMessage
	err     error
}

func (m *memberReader) fail(name string, err error) {
	if m.err == nil {
		m.err = fmt.Errorf("%q %w", name, err)
	}
}

// optional is a text that may be missing. One that is null, or empty, is an error: absence has one spelling.
func (m *memberReader) optional(name string) string {
	raw, ok := m.members[name]
	if !ok {
		return ""
	}
	var s string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &s) != nil || s == "" {
		m.fail(name, ErrMember)
	}
	return s
}

func (m *memberReader) text(name string) string {
	s := m.optional(name)
	if s == "" {
		m.fail(name, ErrMember)
	}
	return s
}

func (m *memberReader) list(name string) []string {
	raw, ok := m.members[name]
	if !ok {
		return nil
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil || len(items) == 0 {
		m.fail(name, ErrMember)
	}
	list := make([]string, len(items))
	for i, item := range items {
		if item[0] != '"' || json.Unmarshal(item, &list[i]) != nil || list[i] == "" {
			m.fail(name, ErrMember)
		}
	}
	return list
}

func (m *memberReader) bytes(name string) []byte {
	data, err := decode64(m.text(name))
	if err != nil {
		m.fail(name, err)
	}
	return data
}

// number is a Base64urlUInt (RFC 7518 §2): no zero bytes ahead.
func (m *memberReader) number(name string) *big.Int {
	data := m.bytes(name)
	if m.err == nil && (len(data) == 0 || data[0] == 0 || len(data) > maxRSA/8) {
		m.fail(name, ErrRSA)
	}
	return new(big.Int).SetBytes(data)
}

// fixed is bytes of a length that the curve gives.
func (m *memberReader) fixed(name string) []byte {
	data := m.bytes(name)
	if m.err == nil && len(data) != 32 {
		m.fail(name, ErrPoint)
	}
	return data
}

func (m *memberReader) rsa() crypto.PublicKey {
	n, e := m.number("n"), m.number("e")
	if m.err == nil && e.BitLen() > 31 {
		m.fail("e", ErrRSA)
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}
}

func (m *memberReader) ec() crypto.PublicKey {
	if m.text("crv") != "P-256" && m.err == nil {
		m.err = ErrKind
	}
	x, y := m.fixed("x"), m.fixed("y")
	if m.err != nil {
		return nil
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y))
	if err != nil {
		m.err = ErrPoint
	}
	return key
}

func (m *memberReader) okp() crypto.PublicKey {
	if m.text("crv") != "Ed25519" && m.err == nil {
		m.err = ErrKind
	}
	return ed25519.PublicKey(m.fixed("x"))
}

// decode64 reads base64url that has one spelling: no padding, no line breaks, no stray bits at the end.
func decode64(s string) ([]byte, error) {
	for i := range len(s) {
		if s[i] == '\r' || s[i] == '\n' {
			return nil, ErrBase64 // encoding/base64 would pass over it
		}
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, ErrBase64
	}
	return data, nil
}

func encode64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// Public is the key: an *rsa.PublicKey, an *ecdsa.PublicKey or an ed25519.PublicKey.
func (k *JWK) Public() crypto.PublicKey { return k.key }

// Algorithm is the one that the key signs with: RS256, ES256 or EdDSA.
func (k *JWK) Algorithm() string { return algorithms(k.key)[0] }

// Thumbprint is the base64url of the SHA-256 of the key's required members (RFC 7638).
func (k *JWK) Thumbprint() string {
	var b bytes.Buffer
	switch key := k.key.(type) {
	case *rsa.PublicKey:
		fmt.Fprintf(&b, `{"e":%q,"kty":"RSA","n":%q}`, encode64(exponent(key)), encode64(key.N.Bytes()))
	case *ecdsa.PublicKey:
		x, y := coordinates(key)
		fmt.Fprintf(&b, `{"crv":"P-256","kty":"EC","x":%q,"y":%q}`, x, y)
	case ed25519.PublicKey:
		fmt.Fprintf(&b, `{"crv":"Ed25519","kty":"OKP","x":%q}`, encode64(key))
	}
	sum := sha256.Sum256(b.Bytes())
	return encode64(sum[:])
}

// MarshalJSON writes the key in one form: its kind, its numbers, "alg", "use": "sig", and "kid" where it has an ID.
func (k *JWK) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	switch key := k.key.(type) {
	case *rsa.PublicKey:
		fmt.Fprintf(&b, `{"kty":"RSA","n":%q,"e":%q`, encode64(key.N.Bytes()), encode64(exponent(key)))
	case *ecdsa.PublicKey:
		x, y := coordinates(key)
		fmt.Fprintf(&b, `{"kty":"EC","crv":"P-256","x":%q,"y":%q`, x, y)
	case ed25519.PublicKey:
		fmt.Fprintf(&b, `{"kty":"OKP","crv":"Ed25519","x":%q`, encode64(key))
	default:
		return nil, ErrKind
	}
	fmt.Fprintf(&b, `,"alg":%q,"use":"sig"`, k.Algorithm())
	if k.ID != "" {
		b.WriteString(`,"kid":`)
		b.Write(quote(k.ID))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func exponent(key *rsa.PublicKey) []byte { return big.NewInt(int64(key.E)).Bytes() }

// coordinates are those of a point that CheckPublic has let pass.
func coordinates(key *ecdsa.PublicKey) (x, y string) {
	point, err := key.Bytes()
	if err != nil {
		return "", ""
	}
	return encode64(point[1:33]), encode64(point[33:])
}

// quote is a text in JSON, without the escapes that are only for HTML.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
