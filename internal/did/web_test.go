package did_test

import (
	"encoding/base64"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/did"
	"blazon/internal/jose"
	"blazon/internal/multikey"
	"blazon/internal/strictjson"
)

var webs = []struct{ name, url string }{
	{"did:web:badges.example.org", "https://badges.example.org/.well-known/did.json"},
	{"did:web:example.org:badges", "https://example.org/badges/did.json"},
	{"did:web:alice.github.io:my-badges", "https://alice.github.io/my-badges/did.json"},
	{"did:web:localhost%3A8443", "https://localhost:8443/.well-known/did.json"},
	{"did:web:localhost%3A8443:a:b", "https://localhost:8443/a/b/did.json"},
	{"did:web:xn--bcher-kva.example:a%20b:C_d.e", "https://xn--bcher-kva.example/a%20b/C_d.e/did.json"},
	{"did:web:1.2.3.4.example", "https://1.2.3.4.example/.well-known/did.json"},
	{"did:web:0x1g", "https://0x1g/.well-known/did.json"},
}

func TestWebURL(t *testing.T) {
	for _, c := range webs {
		got, err := did.WebURL(c.name)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.url, got)
	}
	for name, text := range map[string]string{
		"nothing": "", "the method alone": "did:web:", "no method": "web:example.org", "in upper case": "DID:web:example.org",
		"a host in upper case": "did:web:Example.org", "a host that is not ASCII": "did:web:bücher.example", "an empty label": "did:web:a..example",
		"a dot behind": "did:web:example.org.", "a hyphen ahead": "did:web:-a.example", "a hyphen behind": "did:web:a-.example", "an underscore": "did:web:a_b.example",
		"IPv4": "did:web:127.0.0.1", "IPv4 in one number": "did:web:2130706433", "IPv4 in hexadecimal": "did:web:0x7f000001", "IPv4 that ends so": "did:web:127.0.0.0x1",
		"IPv4 in short": "did:web:127.1", "a bare 0x": "did:web:0x", "IPv6": "did:web:[::1]", "IPv6 in escapes": "did:web:%5B%3A%3A1%5D",
		"a port in lower-case escapes": "did:web:localhost%3a80", "no port": "did:web:localhost%3A", "port 0": "did:web:localhost%3A0", "a port with a zero": "did:web:localhost%3A080",
		"a port too large": "did:web:localhost%3A65536", "a port with a sign": "did:web:localhost%3A+80", "two ports": "did:web:localhost%3A80%3A80",
		"a user": "did:web:user@example.org", "a user in escapes": "did:web:user%40example.org", "an escaped letter": "did:web:ex%61mple.org",
		"a path": "did:web:example.org/a", "a query": "did:web:example.org?a", "a fragment": "did:web:example.org#a",
		"an empty folder": "did:web:example.org::a", "a colon behind": "did:web:example.org:", "a folder up": "did:web:example.org:..", "a folder up in escapes": "did:web:example.org:%2e%2E:a",
		"the same folder": "did:web:example.org:.", "a slash in escapes": "did:web:example.org:a%2Fb", "a backslash in escapes": "did:web:example.org:a%5cb", "a zero byte": "did:web:example.org:a%00",
		"half an escape": "did:web:example.org:a%2", "no escape": "did:web:example.org:a%zz", "a blank": "did:web:example.org:a b", "a line break": "did:web:example.org\n",
		"a long label": "did:web:" + strings.Repeat("a", 64) + ".example", "a long host": "did:web:" + strings.Repeat("a.", 130) + "example", "too long": "did:web:example.org:" + strings.Repeat("a", 5000),
	} {
		_, err := did.WebURL(text)
		assert.ErrorIs(t, err, did.ErrDID, name)
	}
	_, err := did.WebURL("did:key:" + multibase)
	assert.ErrorIs(t, err, did.ErrMethod)
}

func TestWeb(t *testing.T) {
	for _, c := range []struct {
		base  string
		below []string
		want  string
	}{
		{"https://badges.example.org", nil, "did:web:badges.example.org"},
		{"https://badges.example.org", []string{"issuers", "northwind"}, "did:web:badges.example.org:issuers:northwind"},
		{"https://example.org/badges", []string{"issuers", "x"}, "did:web:example.org:badges:issuers:x"},
		{"https://example.org:8443/a/b", nil, "did:web:example.org%3A8443:a:b"},
		{"https://example.org/a%20b", nil, "did:web:example.org:a%20b"},
	} {
		got, err := did.Web(c.base, c.below...)
		require.NoError(t, err, c.base)
		assert.Equal(t, c.want, got)
		// It leads back under the base URL.
		address, err := did.WebURL(got)
		require.NoError(t, err)
		want := c.base + "/" + strings.Join(append(c.below, "did.json"), "/")
		if len(c.below) == 0 && strings.Count(c.base, "/") == 2 {
			want = c.base + "/.well-known/did.json"
		}
		assert.Equal(t, want, address)
	}
	for name, base := range map[string]string{
		"nothing": "", "plain http": "http://example.org", "in upper case": "HTTPS://example.org", "a slash behind": "https://example.org/", "a query": "https://example.org?a",
		"a fragment": "https://example.org#a", "a user": "https://user@example.org", "an IP address": "https://127.0.0.1", "IPv6": "https://[::1]", "a host in upper case": "https://Example.org",
		"a colon in the path": "https://example.org/a:b", "a host that is escaped": "https://localhost%3A8443", "a folder up": "https://example.org/..", "an empty folder": "https://example.org//a",
	} {
		_, err := did.Web(base)
		assert.ErrorIs(t, err, did.ErrBaseURL, name)
	}
	_, err := did.Web("https://example.org", "a:b")
	assert.ErrorIs(t, err, did.ErrBaseURL)
	_, err = did.Web("https://example.org", "")
	assert.ErrorIs(t, err, did.ErrBaseURL)
}

// FuzzWebURL: an address leads to the host that the name says, in the folder that it says, and back.
func FuzzWebURL(f *testing.F) {
	for _, c := range webs {
		f.Add(c.name)
	}
	f.Add("did:web:127.0.0.1")
	f.Add("did:web:example.org:%2e%2e")
	f.Fuzz(func(t *testing.T, name string) {
		address, err := did.WebURL(name)
		if err != nil {
			return
		}
		u, err := url.Parse(address)
		require.NoError(t, err)
		require.Equal(t, "https", u.Scheme)
		require.Nil(t, u.User)
		require.Empty(t, u.RawQuery+u.Fragment)
		require.Nil(t, net.ParseIP(u.Hostname()))
		require.Equal(t, address, u.JoinPath("x", "..").String(), "no folder leads elsewhere")
		base := strings.TrimSuffix(strings.TrimSuffix(address, "/did.json"), "/.well-known")
		again, err := did.Web(base)
		if strings.HasSuffix(name, ":.well-known") {
			return // stands at the address of the name without it
		}
		require.NoError(t, err)
		require.Equal(t, name, again)
	})
}

func TestResolve(t *testing.T) {
	d, err := did.Resolve("did:key:" + multibase)
	require.NoError(t, err)
	require.Len(t, d.Methods, 1)
	assert.Equal(t, "did:key:"+multibase+"#"+multibase, d.Methods[0].ID)
	assert.True(t, d.Asserts(d.Methods[0].ID))
	assert.Equal(t, multibase, multikey.Ed25519(edKey(t, d)))

	d, err = did.Resolve("did:key:" + p256)
	require.NoError(t, err)
	assert.NotNil(t, d.Methods[0].Key)

	encode := func(s string) string { return "did:jwk:" + base64.RawURLEncoding.EncodeToString([]byte(s)) }
	d, err = did.Resolve(encode(rsaJWK))
	require.NoError(t, err)
	assert.Equal(t, encode(rsaJWK)+"#0", d.Methods[0].ID)
	assert.Equal(t, did.JSONWebKey, d.Methods[0].Type)
	_, err = did.Encode(d)
	require.NoError(t, err)

	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"did:web", "did:web:example.org", did.ErrMethod},
		{"an unknown method", "did:ion:abc", did.ErrMethod},
		{"nothing", "", did.ErrDID},
		{"an address", "https://example.org", did.ErrDID},
		{"too long", "did:jwk:" + strings.Repeat("A", 5000), did.ErrDID},
		{"a secret key", "did:key:z" + multikey.Encode58(append([]byte{0x80, 0x26}, make([]byte, 32)...)), multikey.ErrSecret},
		{"a key of small order", "did:key:" + multikey.Ed25519(make([]byte, 32)), multikey.ErrWeak},
		{"a kind that is not known", "did:key:z" + multikey.Encode58(append([]byte{0xe7, 0x01}, make([]byte, 33)...)), multikey.ErrKind},
		{"padding", encode(rsaJWK) + "=", did.ErrDID},
		{"a line break", encode(rsaJWK) + "\n", did.ErrDID},
		{"a fragment", encode(rsaJWK) + "#0", did.ErrDID},
		{"a private key", encode(strings.Replace(rsaJWK, "{", `{"d":"AA",`, 1)), jose.ErrPrivate},
		{"a key twice", encode(strings.Replace(rsaJWK, "{", `{"kty":"EC",`, 1)), strictjson.ErrDuplicate},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := did.Resolve(c.text)
			assert.ErrorIs(t, err, c.want)
		})
	}
}
