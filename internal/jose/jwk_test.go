package jose_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jose"
	"blazon/internal/strictjson"
)

// The keys of the RFCs' examples: RFC 7638 §3.1, RFC 8037 appendix A.2, RFC 7515 appendix A.3.1.
const (
	rsaJWK = `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`
	okpJWK = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	ecJWK  = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
)

func TestThumbprint(t *testing.T) {
	for text, want := range map[string]string{
		rsaJWK: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", // RFC 7638 §3.1
		okpJWK: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", // RFC 8037 appendix A.3
		ecJWK:  "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
	} {
		key, err := jose.ParseJWK([]byte(text))
		require.NoError(t, err)
		assert.Equal(t, want, key.Thumbprint(), key.Algorithm())
	}
}

func TestMarshal(t *testing.T) {
	for text, want := range map[string]string{
		okpJWK: strings.TrimSuffix(okpJWK, "}") + `,"alg":"EdDSA","use":"sig"}`,
		ecJWK:  strings.TrimSuffix(ecJWK, "}") + `,"alg":"ES256","use":"sig"}`,
		rsaJWK: strings.Replace(rsaJWK, `"RS256"`, `"RS256","use":"sig"`, 1),
	} {
		key, err := jose.ParseJWK([]byte(text))
		require.NoError(t, err)
		data, err := json.Marshal(key)
		require.NoError(t, err)
		assert.Equal(t, want, string(data))
	}
	key, err := jose.ParseJWK([]byte(okpJWK))
	require.NoError(t, err)
	key.ID = "did:web:é.example#<&>\""
	data, err := key.MarshalJSON()
	require.NoError(t, err)
	assert.Contains(t, string(data), `"kid":"did:web:é.example#<&>\""}`)
	again, err := jose.ParseJWK(data)
	require.NoError(t, err)
	assert.Equal(t, key.ID, again.ID)
}

// b64 is a number or bytes as a JWK has them.
func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// rsaOf is a JWK of an RSA key with a modulus of so many bits and an exponent.
func rsaOf(bits int, e []byte) string {
	n := make([]byte, (bits+7)/8)
	n[0] = 1 << ((bits - 1) % 8)
	n[len(n)-1] |= 1
	return fmt.Sprintf(`{"kty":"RSA","n":%q,"e":%q}`, b64(n), b64(e))
}

func change(text, old, replacement string) string {
	if !strings.Contains(text, old) {
		panic("no " + old)
	}
	return strings.Replace(text, old, replacement, 1)
}

func TestParseJWKRefuses(t *testing.T) {
	v := readVector(t)
	evenN := make([]byte, 256)
	evenN[0] = 0x80
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"nothing", ``, strictjson.ErrSyntax},
		{"a key twice", change(okpJWK, `"kty"`, `"kty":"RSA","kty"`), strictjson.ErrDuplicate},
		{"a key twice, once escaped", change(okpJWK, `"kty"`, `"\u006bty":"RSA","kty"`), strictjson.ErrDuplicate},
		{"too long", change(okpJWK, `{`, `{"a":"`+strings.Repeat("a", 40000)+`",`), strictjson.ErrLimit},
		{"a private RSA key", string(v.PrivateJWK), jose.ErrPrivate},
		{"a private Ed25519 key", change(okpJWK, `{`, `{"d":"AA",`), jose.ErrPrivate},
		{"a private member that is null", change(okpJWK, `{`, `{"d":null,`), jose.ErrPrivate},
		{"a prime", change(rsaJWK, `{`, `{"p":"AQ",`), jose.ErrPrivate},
		{"a symmetric key", `{"kty":"oct","k":"AAAA"}`, jose.ErrPrivate},
		{"no kind", change(okpJWK, `"kty":"OKP",`, ``), jose.ErrMember},
		{"a kind in upper case", change(okpJWK, `"kty"`, `"KTY"`), jose.ErrMember},
		{"a kind that is a number", change(okpJWK, `"OKP"`, `1`), jose.ErrMember},
		{"an unknown kind", `{"kty":"AKP","pub":"AA"}`, jose.ErrKind},
		{"another curve", change(ecJWK, `P-256`, `P-384`), jose.ErrKind},
		{"secp256k1", change(ecJWK, `P-256`, `secp256k1`), jose.ErrKind},
		{"X25519", change(okpJWK, `Ed25519`, `X25519`), jose.ErrKind},
		{"another algorithm", change(rsaJWK, `RS256`, `PS256`), &jose.AlgorithmError{}},
		{"an algorithm of another kind", change(rsaJWK, `RS256`, `ES256`), &jose.AlgorithmError{}},
		{"HMAC", change(rsaJWK, `RS256`, `HS256`), &jose.AlgorithmError{}},
		{"for encryption", change(okpJWK, `{`, `{"use":"enc",`), jose.ErrUse},
		{"for deriving", change(okpJWK, `{`, `{"key_ops":["deriveKey"],`), jose.ErrUse},
		{"operations that are none", change(okpJWK, `{`, `{"key_ops":[],`), jose.ErrMember},
		{"an operation that is no text", change(okpJWK, `{`, `{"key_ops":[null],`), jose.ErrMember},
		{"an id that is a number", change(okpJWK, `{`, `{"kid":1,`), jose.ErrMember},
		{"padding", change(okpJWK, `HURo"`, `HURo="`), jose.ErrBase64},
		{"stray bits", change(okpJWK, `HURo"`, `HURp"`), jose.ErrBase64},
		{"the other alphabet", change(okpJWK, `VS_7`, `VS/7`), jose.ErrBase64},
		{"a line break", change(okpJWK, `VS_7`, `VS\n_7`), jose.ErrBase64},
		{"a carriage return", change(okpJWK, `VS_7`, `VS\r_7`), jose.ErrBase64},
		{"a short x", change(okpJWK, `HURo"`, `"`), jose.ErrPoint},
		{"no x", `{"kty":"OKP","crv":"Ed25519"}`, jose.ErrMember},
		{"no y", `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}`, jose.ErrMember},
		{"a point off the curve", change(ecJWK, `"x":"f83`, `"x":"f84`), jose.ErrPoint},
		{"the point at infinity", fmt.Sprintf(`{"kty":"EC","crv":"P-256","x":%q,"y":%q}`, b64(make([]byte, 32)), b64(make([]byte, 32))), jose.ErrPoint},
		{"a long y", fmt.Sprintf(`{"kty":"EC","crv":"P-256","x":%q,"y":%q}`, b64(make([]byte, 32)), b64(make([]byte, 33))), jose.ErrPoint},
		{"small order", fmt.Sprintf(`{"kty":"OKP","crv":"Ed25519","x":%q}`, b64(make([]byte, 32))), jose.ErrWeak},
		{"off the Edwards curve", fmt.Sprintf(`{"kty":"OKP","crv":"Ed25519","x":%q}`, b64(append([]byte{2}, make([]byte, 31)...))), jose.ErrPoint},
		{"2047 bits", rsaOf(2047, []byte{1, 0, 1}), jose.ErrBits},
		{"1024 bits", rsaOf(1024, []byte{1, 0, 1}), jose.ErrBits},
		{"8193 bits", rsaOf(8193, []byte{1, 0, 1}), jose.ErrBits},
		{"an even exponent", rsaOf(2048, []byte{1, 0, 0}), jose.ErrRSA},
		{"the exponent 1", rsaOf(2048, []byte{1}), jose.ErrRSA},
		{"the exponent 2", rsaOf(2048, []byte{2}), jose.ErrRSA},
		{"a zero ahead of the exponent", rsaOf(2048, []byte{0, 1, 0, 1}), jose.ErrRSA},
		{"a long exponent", rsaOf(2048, []byte{1, 0, 0, 0, 1}), jose.ErrRSA},
		{"a zero ahead of the modulus", fmt.Sprintf(`{"kty":"RSA","n":%q,"e":"AQAB"}`, b64(append([]byte{0}, bytes.Repeat([]byte{255}, 256)...))), jose.ErrRSA},
		{"an even modulus", fmt.Sprintf(`{"kty":"RSA","n":%q,"e":"AQAB"}`, b64(evenN)), jose.ErrRSA},
		{"no modulus", `{"kty":"RSA","n":"","e":"AQAB"}`, jose.ErrMember},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := jose.ParseJWK([]byte(c.text))
			if _, typed := c.want.(*jose.AlgorithmError); typed {
				var alg *jose.AlgorithmError
				assert.ErrorAs(t, err, &alg)
				return
			}
			assert.ErrorIs(t, err, c.want)
		})
	}
	for _, bits := range []int{2048, 2049, 4096, 8192} {
		_, err := jose.ParseJWK([]byte(rsaOf(bits, []byte{1, 0, 1})))
		assert.NoError(t, err, "%d", bits)
	}
	_, err := jose.ParseJWK([]byte(rsaOf(2048, []byte{3})))
	assert.NoError(t, err)
	_, err = jose.ParseJWK([]byte(change(okpJWK, `{`, `{"key_ops":["verify"],"x5t":"what is not known is passed over",`)))
	assert.NoError(t, err)
}

func TestFromPublicRefuses(t *testing.T) {
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		key  crypto.PublicKey
		want error
	}{
		"nothing":        {nil, jose.ErrKind},
		"a text":         {"key", jose.ErrKind},
		"P-384":          {&p384.PublicKey, jose.ErrKind},
		"RSA by value":   {rsa.PublicKey{}, jose.ErrKind},
		"an empty RSA":   {&rsa.PublicKey{}, jose.ErrRSA},
		"a small RSA":    {&rsa.PublicKey{N: new(big.Int).SetBytes(bytes.Repeat([]byte{255}, 128)), E: 65537}, jose.ErrBits},
		"a negative RSA": {&rsa.PublicKey{N: big.NewInt(-5), E: 65537}, jose.ErrRSA},
		"a short key":    {ed25519.PublicKey{1}, jose.ErrPoint},
	} {
		_, err := jose.FromPublic(c.key)
		assert.ErrorIs(t, err, c.want, name)
	}
}

func TestParsePrivateJWK(t *testing.T) {
	v := readVector(t)
	const d = `"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"` // RFC 8037 appendix A.1
	okp := change(okpJWK, `{`, `{`+d+`,`)
	key, err := jose.ParsePrivateJWK([]byte(okp))
	require.NoError(t, err)
	assert.IsType(t, ed25519.PrivateKey{}, key)
	ec := change(ecJWK, `{`, `{"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",`) // RFC 7515 appendix A.3.1
	key, err = jose.ParsePrivateJWK([]byte(ec))
	require.NoError(t, err)
	assert.IsType(t, &ecdsa.PrivateKey{}, key)

	private := string(v.PrivateJWK)
	for name, text := range map[string]string{
		"the public half":             okpJWK,
		"the public half of RSA":      rsaJWK,
		"another key's public half":   change(okp, `"11qY`, `"12qY`),
		"another key's private half":  change(okp, `"nWGx`, `"nWGy`),
		"a short private half":        change(okp, `yuf2A"`, `yug"`),
		"another point's private one": change(ec, `jpsQ`, `jpsR`),
		"d of zero":                   change(ec, `jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI`, b64(make([]byte, 32))),
		"another d":                   change(private, `"D28M`, `"D28N`),
		"another prime":               change(private, `"4YiV`, `"4YiX`),
		"more primes":                 change(private, `{`, `{"oth":[],`),
		"another modulus":             change(private, `"qIxC`, `"qIxD`),
	} {
		_, err := jose.ParsePrivateJWK([]byte(text))
		require.Error(t, err, name)
		for _, part := range []string{"nWG", "yuf2A", "jps", "D28", "4Yi", "qIx"} {
			assert.NotContains(t, err.Error(), part, name)
		}
	}
}

// FuzzParseJWK: a key that is taken comes back from what is written of it, under the same thumbprint.
func FuzzParseJWK(f *testing.F) {
	v := readVector(f)
	for _, text := range []string{rsaJWK, okpJWK, ecJWK, string(v.PublicJWK), string(v.PrivateJWK), rsaOf(2048, []byte{3}), `{}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = jose.ParsePrivateJWK(data)
		key, err := jose.ParseJWK(data)
		if err != nil {
			return
		}
		require.NoError(t, jose.CheckPublic(key.Public()))
		text, err := key.MarshalJSON()
		require.NoError(t, err)
		again, err := jose.ParseJWK(text)
		require.NoError(t, err)
		require.Equal(t, key.Thumbprint(), again.Thumbprint())
		require.Equal(t, key.ID, again.ID)
	})
}
