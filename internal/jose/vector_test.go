package jose_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jose"
)

// vector is testdata/vcjwt-rs256.json: a VC-JWT that another library made and verified.
type vector struct {
	Payload, PublicJWK, PrivateJWK json.RawMessage
	JWT                            string
}

func readVector(t testing.TB) vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vcjwt-rs256.json")
	require.NoError(t, err)
	var v vector
	require.NoError(t, json.Unmarshal(data, &v))
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, v.Payload))
	v.Payload = compact.Bytes()
	return v
}

func TestVector(t *testing.T) {
	v := readVector(t)
	key, err := jose.ParseJWK(v.PublicJWK)
	require.NoError(t, err)
	assert.Equal(t, "did:web:badges.example.org#jwt-2026-01", key.ID)
	m, err := jose.Parse(v.JWT)
	require.NoError(t, err)
	require.NoError(t, m.Verify(key.Public()))
	assert.Equal(t, jose.Header{Alg: "RS256", Kid: key.ID, Typ: "JWT"}, m.Header)
	assert.Equal(t, string(v.Payload), string(m.Payload))
	assert.Equal(t, v.JWT, m.String())
	assert.Equal(t, string(m.SigningInput()), string(jose.SigningInput(m.Header, v.Payload)))
	assert.Equal(t, v.JWT, jose.Assemble(m.Header, v.Payload, m.Signature))

	private, err := jose.ParsePrivateJWK(v.PrivateJWK)
	require.NoError(t, err)
	signed, err := jose.Sign(m.Header, v.Payload, private)
	require.NoError(t, err)
	assert.Equal(t, v.JWT, signed)

	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, v.PublicJWK))
	again, err := key.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, compact.String(), string(again))
}
