package jose_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jose"
	"blazon/internal/strictjson"
)

// signers are a key of each kind with its algorithm.
func signers(t testing.TB) map[string]crypto.Signer {
	t.Helper()
	rsaKey, err := jose.ParsePrivateJWK(readVector(t).PrivateJWK)
	require.NoError(t, err)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return map[string]crypto.Signer{"RS256": rsaKey, "ES256": ecKey, "EdDSA": ed25519.NewKeyFromSeed(make([]byte, 32))}
}

func TestSign(t *testing.T) {
	for alg, key := range signers(t) {
		own, err := jose.FromPublic(key.Public())
		require.NoError(t, err)
		h := jose.Header{Alg: alg, Kid: "https://example.org/<k>&", JWK: own, Typ: "JWT"}
		text, err := jose.Sign(h, []byte(`{"a":1}`), key)
		require.NoError(t, err)
		again, err := jose.Sign(h, []byte(`{"a":1}`), key)
		require.NoError(t, err)
		assert.Equal(t, text, again, "equal arguments give equal texts")

		m, err := jose.Parse(text)
		require.NoError(t, err)
		require.NoError(t, m.Verify(key.Public()))
		assert.Equal(t, `{"a":1}`, string(m.Payload))
		assert.Equal(t, own.Thumbprint(), m.Header.JWK.Thumbprint())
		assert.Equal(t, "https://example.org/<k>&", m.Header.Kid)
		assert.Equal(t, text, jose.Assemble(h, m.Payload, m.Signature))
		assert.Equal(t, string(m.SigningInput()), string(jose.SigningInput(h, m.Payload)))

		for other, wrong := range signers(t) {
			if other == alg {
				continue
			}
			_, err := jose.Sign(jose.Header{Alg: alg}, nil, wrong)
			var algorithm *jose.AlgorithmError
			assert.ErrorAs(t, err, &algorithm)
			assert.ErrorAs(t, m.Verify(wrong.Public()), &algorithm, "%s under a key for %s", alg, other)
		}
	}
	_, err := jose.Sign(jose.Header{Alg: "EdDSA", Crit: []string{"b64"}}, nil, ed25519.NewKeyFromSeed(make([]byte, 32)))
	assert.ErrorIs(t, err, jose.ErrHeader)
	_, err = jose.Sign(jose.Header{}, nil, ed25519.NewKeyFromSeed(make([]byte, 32)))
	var algorithm *jose.AlgorithmError
	assert.ErrorAs(t, err, &algorithm)
	text, err := jose.Sign(jose.Header{Alg: "Ed25519"}, nil, ed25519.NewKeyFromSeed(make([]byte, 32)))
	require.NoError(t, err)
	m, err := jose.Parse(text)
	require.NoError(t, err)
	assert.NoError(t, m.Verify(ed25519.NewKeyFromSeed(make([]byte, 32)).Public()), "the name of RFC 9864")
}

// TestRFC has the example of RFC 8037 appendix A.4.
func TestRFC(t *testing.T) {
	m, err := jose.Parse("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
	require.NoError(t, err)
	key, err := jose.ParseJWK([]byte(okpJWK))
	require.NoError(t, err)
	assert.NoError(t, m.Verify(key.Public()))
	assert.Equal(t, "Example of Ed25519 signing", string(m.Payload))
}

// compact is a message of a header, a payload and a signature as they are.
func compact(header, payload string, signature []byte) string {
	return b64([]byte(header)) + "." + b64([]byte(payload)) + "." + b64(signature)
}

func TestParseRefuses(t *testing.T) {
	good := compact(`{"alg":"EdDSA"}`, `{}`, make([]byte, 64))
	_, err := jose.Parse(good)
	require.NoError(t, err)
	parts := strings.Split(good, ".")
	header := func(text string) string { return compact(text, `{}`, make([]byte, 64)) }
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"nothing", "", jose.ErrForm},
		{"one part", parts[0], jose.ErrForm},
		{"two parts", parts[0] + "." + parts[1], jose.ErrForm},
		{"four parts", good + ".", jose.ErrForm},
		{"five parts, as of JWE", good + "..", jose.ErrForm},
		{"JSON", `{"payload":"","signatures":[]}`, jose.ErrForm},
		{"an empty header", "." + parts[1] + "." + parts[2], strictjson.ErrSyntax},
		{"padding in the header", b64([]byte(`{"alg":"EdDSA" }`)) + "==." + parts[1] + "." + parts[2], jose.ErrBase64},
		{"padding in the payload", parts[0] + "." + parts[1] + "=." + parts[2], jose.ErrBase64},
		{"padding in the signature", good + "==", jose.ErrBase64},
		{"stray bits in the payload", parts[0] + ".e31." + parts[2], jose.ErrBase64},
		{"stray bits in the signature", good[:len(good)-1] + "B", jose.ErrBase64},
		{"the other alphabet", parts[0] + ".+/+/." + parts[2], jose.ErrBase64},
		{"a line break in the payload", parts[0] + ".e\n30." + parts[2], jose.ErrBase64},
		{"a line break behind", good + "\n", jose.ErrBase64},
		{"a line break ahead", "\r\n" + good, jose.ErrBase64},
		{"a blank", " " + good, jose.ErrBase64},
		{"one letter", parts[0] + ".e." + parts[2], jose.ErrBase64},
		{"a header that is no object", header(`["alg"]`), jose.ErrHeader},
		{"a header that is null", header(`null`), jose.ErrHeader},
		{"a header that is cut", header(`{"alg":"EdDSA"`), jose.ErrHeader},
		{"a header with a byte order mark", header("\ufeff{\"alg\":\"EdDSA\"}"), strictjson.ErrEncoding},
		{"an algorithm twice", header(`{"alg":"none","alg":"EdDSA"}`), strictjson.ErrDuplicate},
		{"an algorithm twice, once escaped", header(`{"alg":"EdDSA","\u0061lg":"none"}`), strictjson.ErrDuplicate},
		{"no algorithm", header(`{}`), jose.ErrMember},
		{"an algorithm in upper case", header(`{"ALG":"EdDSA"}`), jose.ErrMember},
		{"an algorithm that is null", header(`{"alg":null}`), jose.ErrMember},
		{"an algorithm that is a list", header(`{"alg":["EdDSA"]}`), jose.ErrMember},
		{"an empty algorithm", header(`{"alg":""}`), jose.ErrMember},
		{"a key id that is a number", header(`{"alg":"EdDSA","kid":1}`), jose.ErrMember},
		{"a type that is null", header(`{"alg":"EdDSA","typ":null}`), jose.ErrMember},
		{"a key that is null", header(`{"alg":"EdDSA","jwk":null}`), jose.ErrHeader},
		{"a private key", header(`{"alg":"EdDSA","jwk":` + change(okpJWK, `{`, `{"d":"AA",`) + `}`), jose.ErrPrivate},
		{"a key of small order", header(`{"alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"` + b64(make([]byte, 32)) + `"}}`), jose.ErrWeak},
		{"nothing critical", header(`{"alg":"EdDSA","crit":[]}`), jose.ErrMember},
		{"critical, and not a list", header(`{"alg":"EdDSA","crit":"exp","exp":1}`), jose.ErrMember},
		{"critical, and missing", header(`{"alg":"EdDSA","crit":["exp"]}`), jose.ErrHeader},
		{"critical twice", header(`{"alg":"EdDSA","crit":["exp","exp"],"exp":1}`), jose.ErrHeader},
		{"critical by the standard", header(`{"alg":"EdDSA","crit":["alg"]}`), jose.ErrHeader},
		{"a long header", header(`{"alg":"EdDSA","a":"` + strings.Repeat("a", 40000) + `"}`), jose.ErrTooLong},
		{"a long signature", compact(`{"alg":"EdDSA"}`, `{}`, make([]byte, 2000)), jose.ErrTooLong},
		{"a long payload", compact(`{"alg":"EdDSA"}`, strings.Repeat("a", 4<<20), make([]byte, 64)), jose.ErrTooLong},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := jose.Parse(c.text)
			assert.ErrorIs(t, err, c.want)
		})
	}
	for _, none := range []string{"none", "None", "NONE", "nOnE"} {
		var algorithm *jose.AlgorithmError
		_, err := jose.Parse(header(`{"alg":"` + none + `"}`))
		require.ErrorAs(t, err, &algorithm)
		assert.Equal(t, none, algorithm.Alg)
		_, err = jose.Parse(compact(`{"alg":"`+none+`"}`, `{}`, nil))
		assert.ErrorAs(t, err, &algorithm)
	}
	_, err = jose.Parse(header(`{"alg":"EdDSA","KID":"x","z":1,"a":2}`))
	require.NoError(t, err)
	m, err := jose.Parse(header(`{"alg":"EdDSA","KID":"x","z":1,"a":2}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"KID", "a", "z"}, m.Header.Other)
	assert.Empty(t, m.Header.Kid, "a key in another case is another key")
}

// TestVerifyRefuses tries what has fooled verifiers before.
func TestVerifyRefuses(t *testing.T) {
	keys := signers(t)
	rsaKey, ecKey, edKey := keys["RS256"].(*rsa.PrivateKey), keys["ES256"].(*ecdsa.PrivateKey), keys["EdDSA"].(ed25519.PrivateKey)
	sign := func(h string, key crypto.Signer, opts crypto.SignerOpts) []byte {
		input := []byte(b64([]byte(h)) + "." + b64([]byte(`{}`)))
		if opts.HashFunc() != 0 {
			sum := sha256.Sum256(input)
			input = sum[:]
		}
		signature, err := key.Sign(rand.Reader, input, opts)
		require.NoError(t, err)
		return signature
	}
	mac := func(h string, secret []byte) []byte {
		m := hmac.New(sha256.New, secret)
		m.Write([]byte(b64([]byte(h)) + "." + b64([]byte(`{}`))))
		return m.Sum(nil)
	}
	const rs, es, ed, hs = `{"alg":"RS256"}`, `{"alg":"ES256"}`, `{"alg":"EdDSA"}`, `{"alg":"HS256"}`
	der := sign(es, ecKey, crypto.SHA256)
	edSignature := sign(ed, edKey, crypto.Hash(0))
	rsSignature := sign(rs, rsaKey, crypto.SHA256)
	raw := rawForm(t, der)
	flip := func(b []byte) []byte { b = slices.Clone(b); b[len(b)/2] ^= 1; return b }
	const crit = `{"alg":"EdDSA","crit":["b64"],"b64":false}`
	weak := make(ed25519.PublicKey, 32)
	for _, c := range []struct {
		name      string
		header    string
		signature []byte
		key       crypto.PublicKey
		want      error
	}{
		{"RS256 that fits", rs, rsSignature, rsaKey.Public(), nil},
		{"ES256 that fits", es, raw, ecKey.Public(), nil},
		{"EdDSA that fits", ed, edSignature, edKey.Public(), nil},

		{"RS256 under a curve's key", rs, raw, ecKey.Public(), &jose.AlgorithmError{}},
		{"RS256 under an Ed25519 key", rs, edSignature, edKey.Public(), &jose.AlgorithmError{}},
		{"ES256 under an RSA key", es, rsSignature, rsaKey.Public(), &jose.AlgorithmError{}},
		{"EdDSA under an RSA key", ed, rsSignature, rsaKey.Public(), &jose.AlgorithmError{}},
		{"HMAC with a public key for a secret", hs, mac(hs, rsaKey.N.Bytes()), rsaKey.Public(), &jose.AlgorithmError{}},
		{"HMAC with an Ed25519 key for a secret", hs, mac(hs, edKey.Public().(ed25519.PublicKey)), edKey.Public(), &jose.AlgorithmError{}},
		{"RS256 in lower case", `{"alg":"rs256"}`, rsSignature, rsaKey.Public(), &jose.AlgorithmError{}},
		{"RS512", `{"alg":"RS512"}`, rsSignature, rsaKey.Public(), &jose.AlgorithmError{}},
		{"PS256", `{"alg":"PS256"}`, sign(`{"alg":"PS256"}`, rsaKey, &rsa.PSSOptions{Hash: crypto.SHA256}), rsaKey.Public(), &jose.AlgorithmError{}},
		{"PSS called RS256", rs, sign(rs, rsaKey, &rsa.PSSOptions{Hash: crypto.SHA256}), rsaKey.Public(), jose.ErrSignature},

		{"ES256 in DER", es, der, ecKey.Public(), jose.ErrSignature},
		{"ES256 with a byte more", es, append(slices.Clone(raw), 0), ecKey.Public(), jose.ErrSignature},
		{"ES256 with a zero ahead", es, append([]byte{0}, raw...), ecKey.Public(), jose.ErrSignature},
		{"ES256 with a byte less", es, raw[:63], ecKey.Public(), jose.ErrSignature},
		{"ES256 of zeros", es, make([]byte, 64), ecKey.Public(), jose.ErrSignature},
		{"ES256 with r beyond the order", es, beyond(raw), ecKey.Public(), jose.ErrSignature},
		{"ES256 changed", es, flip(raw), ecKey.Public(), jose.ErrSignature},
		{"RS256 changed", rs, flip(rsSignature), rsaKey.Public(), jose.ErrSignature},
		{"RS256 with a zero ahead", rs, append([]byte{0}, rsSignature...), rsaKey.Public(), jose.ErrSignature},
		{"RS256 empty", rs, nil, rsaKey.Public(), jose.ErrSignature},
		{"RS256 beyond the modulus", rs, new(big.Int).Add(rsaKey.N, big.NewInt(1)).Bytes(), rsaKey.Public(), jose.ErrSignature},
		{"EdDSA changed", ed, flip(edSignature), edKey.Public(), jose.ErrSignature},
		{"EdDSA with a byte more", ed, append(slices.Clone(edSignature), 0), edKey.Public(), jose.ErrSignature},
		{"EdDSA with S beyond the order", ed, malleable(edSignature), edKey.Public(), jose.ErrSignature},
		{"EdDSA under a key of small order", ed, smallOrder(), weak, jose.ErrWeak},
		{"an RSA key of 1024 bits", rs, rsSignature[:128], &rsa.PublicKey{N: new(big.Int).SetBytes(rsaKey.N.Bytes()[:128]), E: 65537}, jose.ErrBits},
		{"no key", rs, rsSignature, nil, jose.ErrKind},
		{"a private key", ed, edSignature, edKey, jose.ErrKind},
		{"a critical extension", crit, sign(crit, edKey, crypto.Hash(0)), edKey.Public(), jose.ErrCritical},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := jose.Parse(compact(c.header, `{}`, c.signature))
			require.NoError(t, err)
			err = m.Verify(c.key)
			if _, typed := c.want.(*jose.AlgorithmError); typed {
				var algorithm *jose.AlgorithmError
				assert.ErrorAs(t, err, &algorithm)
				return
			}
			assert.ErrorIs(t, err, c.want)
		})
	}
	// The message, not only its signature.
	m, err := jose.Parse(compact(rs, `{"a":1}`, rsSignature))
	require.NoError(t, err)
	assert.ErrorIs(t, m.Verify(rsaKey.Public()), jose.ErrSignature)
	m, err = jose.Parse(compact(`{"alg":"RS256" }`, `{}`, rsSignature))
	require.NoError(t, err)
	assert.ErrorIs(t, m.Verify(rsaKey.Public()), jose.ErrSignature)
}

// rawForm is r and s of a signature in DER, read by hand.
func rawForm(t *testing.T, der []byte) []byte {
	t.Helper()
	require.Equal(t, byte(0x30), der[0])
	r := der[4 : 4+int(der[3])]
	s := der[4+len(r)+2:]
	raw := make([]byte, 64)
	new(big.Int).SetBytes(r).FillBytes(raw[:32])
	new(big.Int).SetBytes(s).FillBytes(raw[32:])
	return raw
}

// beyond has the order of P-256 for r, which must be smaller.
func beyond(raw []byte) []byte {
	raw = slices.Clone(raw)
	elliptic.P256().Params().N.FillBytes(raw[:32])
	return raw
}

// malleable is a signature whose S has the order of the group added: the same number to a lax verifier (RFC 8032 §5.1.7).
func malleable(signature []byte) []byte {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	signature = slices.Clone(signature)
	s := slices.Clone(signature[32:])
	slices.Reverse(s)
	sum := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
	slices.Reverse(sum)
	return append(signature[:32], sum...)
}

// smallOrder is R = the neutral point and S = 0: under a key of small order it fits every text whose hash is a multiple of
// that order, and crypto/ed25519 accepts it.
func smallOrder() []byte {
	signature := make([]byte, 64)
	signature[0] = 1
	return signature
}

// TestSmallOrder shows that the check is needed: the library alone is fooled.
func TestSmallOrder(t *testing.T) {
	identity := append([]byte{1}, make([]byte, 31)...)
	assert.True(t, ed25519.Verify(identity, []byte("any text"), smallOrder()))
	assert.True(t, ed25519.Verify(identity, []byte("another"), smallOrder()))
	m, err := jose.Parse(compact(`{"alg":"EdDSA"}`, `{}`, smallOrder()))
	require.NoError(t, err)
	assert.ErrorIs(t, m.Verify(ed25519.PublicKey(identity)), jose.ErrWeak)
}

func TestAlgorithmErrorIsShort(t *testing.T) {
	m, err := jose.Parse(compact(`{"alg":"`+strings.Repeat("x", 9000)+`"}`, `{}`, nil))
	require.NoError(t, err)
	assert.Less(t, len(m.Verify(ed25519.NewKeyFromSeed(make([]byte, 32)).Public()).Error()), 120)
}

// FuzzParse: what is accepted is the one spelling of itself.
func FuzzParse(f *testing.F) {
	f.Add(readVector(f).JWT)
	for alg, key := range signers(f) {
		own, err := jose.FromPublic(key.Public())
		require.NoError(f, err)
		text, err := jose.Sign(jose.Header{Alg: alg, JWK: own, Typ: "JWT"}, []byte(`{"é":1}`), key)
		require.NoError(f, err)
		f.Add(text)
	}
	for _, h := range []string{`{"alg":"none"}`, `{"alg":"EdDSA","crit":["exp"],"exp":1}`, `{"alg":"a","alg":"b"}`} {
		f.Add(compact(h, "", make([]byte, 64)))
	}
	keys := signers(f)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := jose.Parse(text)
		if err != nil {
			return
		}
		require.Equal(t, text, m.String())
		header, _, _ := strings.Cut(text, ".")
		raw, err := base64.RawURLEncoding.DecodeString(header)
		require.NoError(t, err)
		require.NoError(t, strictjson.Check(raw, strictjson.Limits{}))
		require.NotEmpty(t, m.Header.Alg)
		for _, key := range keys {
			_ = m.Verify(key.Public())
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	for alg, key := range signers(b) {
		text, err := jose.Sign(jose.Header{Alg: alg}, make([]byte, 2000), key)
		require.NoError(b, err)
		b.Run(alg, func(b *testing.B) {
			for b.Loop() {
				m, err := jose.Parse(text)
				if err != nil || m.Verify(key.Public()) != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
