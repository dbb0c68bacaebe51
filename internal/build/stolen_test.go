package build_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jose"
)

// TestStolenRSA: the addresses of a stolen key stay, and nobody can verify anything with what stands there. Those of a lost one
// are as they were.
func TestStolenRSA(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	fsys := inEachState(t)
	const jwk, pemFile = "issuers/northwind/keys/rsa.jwk.json", "issuers/northwind/keys/rsa.json"
	before := collect(t, fsys, nil, pemFile)
	fsys["content/issuers/new.pem"] = file(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	for reason, readable := range map[string]bool{"lost": true, "stolen": false} {
		resigned := without(fsys, "content/issuers/northwind.yaml", "public: rsa.pem, from: 2026-01-01}\n",
			"public: rsa.pem, from: 2026-01-01, until: 2026-06-01, resigned: {date: 2026-05-01, with: new, reason: "+reason+"}}\n"+
				"  - {id: new, type: rsa, public: new.pem, from: 2026-06-01}\n")
		data := collect(t, resigned, nil, jwk)
		_, err := jose.ParseJWK(data)
		assert.Equal(t, readable, err == nil, reason)
		if !readable {
			assert.JSONEq(t, `{"revoked": "2026-05-01T00:00:00Z"}`, string(data))
		}
		assert.Equal(t, readable, string(before) == string(collect(t, resigned, nil, pemFile)), reason)
	}
}
