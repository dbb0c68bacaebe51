package keyring_test

import (
	"crypto/ed25519"
	"crypto/rsa"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jose"
	"blazon/internal/keyring"
)

func TestExample(t *testing.T) {
	keys := keyring.Examples()
	require.Len(t, keys, 2)
	require.IsType(t, ed25519.PublicKey{}, keys[0])
	require.IsType(t, &rsa.PublicKey{}, keys[1])
	for i, alg := range []string{"EdDSA", "RS256"} {
		key, ok := keyring.Example(keys[i], "https://badges.example.org")
		require.True(t, ok)
		signed, err := jose.Sign(jose.Header{Alg: alg}, []byte("{}"), key)
		require.NoError(t, err)
		m, err := jose.Parse(signed)
		require.NoError(t, err)
		assert.NoError(t, m.Verify(keys[i]))
		assert.True(t, keyring.IsExample(keys[i]))

		_, ok = keyring.Example(keys[i], "https://badges.example.io")
		assert.False(t, ok, "it must not sign for names that people own")
	}
	public, _, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	_, ok := keyring.Example(public, "https://badges.example.org")
	assert.False(t, ok)
	assert.False(t, keyring.IsExample(public))
}

// TestReserved: nothing that somebody can own, or that browsers read in another way, counts as reserved.
func TestReserved(t *testing.T) {
	for _, address := range []string{
		"https://example.org", "https://example.com/badges", "https://example.net:8443", "https://a.b.example.org/x",
		"https://EXAMPLE.org", "https://academy.example", "https://a.test", "https://x.invalid/", "http://localhost:8080",
		"https://badges.localhost", "https://example",
	} {
		assert.True(t, keyring.Reserved(address), address)
	}
	for _, address := range []string{
		"", "example.org", "https://", "https:example.org", "ftp://example.org", "https://badexample.org", "https://my-example.com",
		"https://example.org.evil.com", "https://example.io", "https://example.com.au", "https://example.co", "https://org",
		"https://example.org@evil.com", "https://user@example.org", "https://evil.com/example.org", "https://evil.com?example.org",
		"https://evil.com#.example.org", "https://evil.com\\.example.org", "https://test.com", "https://example.test.com",
		"https://example..org", "https://.example.org", "https://example.org.", "https://exаmple.org", "https://example%2eorg",
		"https://evil.com%00.example.org", "https://127.0.0.1", "https://[::1]", "https://evil.com%2f.example.org", "https://a/.test",
	} {
		assert.False(t, keyring.Reserved(address), address)
	}
}
