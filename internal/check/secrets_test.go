package check_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/check"
	"blazon/internal/rule"
)

// alphabet of base58, of which the tail of a key is made.
const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

func TestPrivateKeys(t *testing.T) {
	const (
		x     = `"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"`
		d     = `"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"`
		pair  = "zruzduHAdRqBudqdsJLcYGEMGL4CFFXkvHUZ4dCMzwkJ7vbFTf3YJa1K9ciXKf5az8osaZgA7GPMrQCvfFFdaBfmNJj"
		plain = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
	)
	long := strings.Repeat(alphabet, 2)
	for _, c := range []struct{ name, text, want string }{
		{"JWK", `{"kty":"OKP","crv":"Ed25519",` + x + `,"d":` + d + `}`, "this is a private key in JWK form"},
		{"JWK, the secret first", `{"d":` + d + `,` + x + `,"kty":"OKP"}`, "this is a private key in JWK form"},
		{"JWK over lines", "{\n  \"d\" :\n    " + d + ",\n  \"kty\" : \"OKP\"\n}", "this is a private key in JWK form"},
		{"JWK in YAML", "kty: OKP\nd: " + strings.Trim(d, `"`) + "\n", "this is a private key in JWK form"},
		{"JWK of RSA", `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nnd","e":"AQAB","d":"X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoVH"}`, "this is a private key in JWK form"},
		{"JWK in a set", `{"keys":[{"kty":"EC","d":` + d + `}]}`, "this is a private key in JWK form"},
		{"Ed25519 in multibase", "secret: z3u2" + long[:43], "this is the secret half of a key in multibase form"},
		{"Ed25519 with its public half", `"privateKeyMultibase":"` + pair + `"`, "this is the secret half of a key in multibase form"},
		{"the same with other letters", "zrv" + long[:87], "this is the secret half of a key in multibase form"},
		{"P-256 in multibase", "z42t" + long[:43], "this is the secret half of a key in multibase form"},
		{"PEM", "-----BEGIN PRIVATE KEY-----", "this is a private key in PEM form"},
		{"PEM of OpenSSH", "-----BEGIN OPENSSH PRIVATE KEY-----", "this is a private key in PEM form"},
		{"PEM with a passphrase", "-----BEGIN ENCRYPTED PRIVATE KEY-----", "this is a private key in PEM form"},

		{"a public JWK", `{"kty":"OKP","crv":"Ed25519",` + x + `,"kid":"d"}`, ""},
		{"d without a kind of key", `{"d":` + d + `}`, ""},
		{"a short d", `{"kty":"x","d":"2026-01-01"}`, ""},
		{"a key that ends in d", `{"kty":"OKP","kid":` + d + `}`, ""},
		{"a word with kty in it", `lucktyping "d": ` + d, ""},
		{"a word that ends in kty", `luckty "d": ` + d, ""},
		{"a public key", plain, ""},
		{"a text that ends so", "az3u2" + long[:43], ""},
		{"a short text that begins so", "z3u2" + long[:20] + " zru" + long[:40] + " z42t" + long[:20], ""},
		{"no base58", "z3u2" + strings.Repeat("0", 50), ""},
		{"a public PEM", "-----BEGIN PUBLIC KEY-----", ""},
		{"words", "A PRIVATE KEY is for nobody else.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, room := range []string{"content", "templates", "site"} {
				fsys := fstest.MapFS{room + "/deep/note.txt": &fstest.MapFile{Data: []byte("first\n  " + c.text + "\n")}}
				got := check.Check(&badge.Catalog{Site: badge.Site{Zone: time.UTC}}, fsys, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
				if c.want == "" {
					assert.Empty(t, got)
					continue
				}
				require.Len(t, got, 1)
				assert.Equal(t, rule.PrivateKey.Name, got[0].Rule)
				assert.Equal(t, c.want, got[0].Message)
				assert.Equal(t, room+"/deep/note.txt", got[0].File)
				assert.GreaterOrEqual(t, got[0].Line, 2)
				for _, part := range []string{"nWGx", "X4cT", "duHA", long[:12]} {
					assert.NotContains(t, got[0].Message+got[0].Hint, part)
				}
			}
		})
	}
}

// TestPrivateKeyInALargeFile: it is found at the end of one too.
func TestPrivateKeyInALargeFile(t *testing.T) {
	data := append(bytes.Repeat([]byte("kty word z3u2 and more\n"), 50_000), "-----BEGIN RSA PRIVATE KEY-----"...)
	got := check.Check(&badge.Catalog{Site: badge.Site{Zone: time.UTC}}, fstest.MapFS{"site/a.js": &fstest.MapFile{Data: data}}, time.Now())
	require.Len(t, got, 1)
	assert.Equal(t, 50_001, got[0].Line)
}
