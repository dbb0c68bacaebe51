package keyring_test

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/examplekey"
	"blazon/internal/keyring"
)

// key is an Ed25519 key of a number.
func key(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
}

// exampleRSA is a key that need not be made first.
func exampleRSA(t testing.TB) crypto.Signer {
	t.Helper()
	k, ok := examplekey.Private(examplekey.Public()[1], "https://example.org")
	require.True(t, ok)
	return k
}

func pemOf(t testing.TB, k crypto.Signer) []byte {
	t.Helper()
	data, err := keyring.Encode(k)
	require.NoError(t, err)
	return data
}

func jwkOf(k ed25519.PrivateKey) []byte {
	e := base64.RawURLEncoding.EncodeToString
	return fmt.Appendf(nil, `{"kty":"OKP","crv":"Ed25519","d":%q,"x":%q}`, e(k.Seed()), e(k.Public().(ed25519.PublicKey)))
}

// write puts a file that only its owner may read into a folder.
func write(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestOrder(t *testing.T) {
	folder := t.TempDir()
	file := write(t, t.TempDir(), "any.key", pemOf(t, key(1)))
	write(t, folder, "2026.pem", pemOf(t, key(1)))
	write(t, folder, "2025.pem", pemOf(t, key(2)))
	write(t, folder, "2024.jwk", jwkOf(key(3)))
	named := write(t, t.TempDir(), "k.jwk", jwkOf(key(4)))
	env := map[string]string{
		"BLAZON_KEY_2026":       string(pemOf(t, key(1))),
		"BLAZON_KEY_2025":       "\n " + string(jwkOf(key(2))) + "\n",
		"BLAZON_KEY_A_B_C":      named,
		"BLAZON_KEY_BLANK":      "  ",
		"BLAZON_KEY_NORTHWIND7": string(pemOf(t, exampleRSA(t))),
	}
	ring, err := keyring.Open(keyring.Sources{Files: []string{file}, Getenv: func(name string) string { return env[name] }, Folder: folder})
	require.NoError(t, err)
	for _, c := range []struct {
		id    string
		key   crypto.Signer
		place keyring.Place
	}{
		{"2026", key(1), keyring.Place{File: file}}, // a file that is named goes first
		{"other", key(1), keyring.Place{File: file}},
		{"2025", key(2), keyring.Place{Variable: "BLAZON_KEY_2025"}}, // then the environment
		{"a-b.c", key(4), keyring.Place{Variable: "BLAZON_KEY_A_B_C", File: named}},
		{"northwind7", exampleRSA(t), keyring.Place{Variable: "BLAZON_KEY_NORTHWIND7"}},
		{"2024", key(3), keyring.Place{File: filepath.Join(folder, "2024.jwk")}}, // then the folder
	} {
		signer, place, err := ring.Find(c.id, c.key.Public())
		require.NoError(t, err, c.id)
		require.NotNil(t, signer, c.id)
		assert.True(t, keyring.Fits(signer, c.key.Public()), c.id)
		assert.Equal(t, c.place, place, c.id)
		signer, err = ring.Signer(c.id, c.key.Public())
		require.NoError(t, err)
		assert.NotNil(t, signer)
	}
	for _, id := range []string{"2023", "blank"} {
		signer, err := ring.Signer(id, key(9).Public())
		assert.NoError(t, err, id)
		assert.Nil(t, signer, id)
	}
	assert.Empty(t, ring.Stray([]crypto.PublicKey{key(9).Public(), key(1).Public()}))
	assert.Equal(t, []string{file}, ring.Stray([]crypto.PublicKey{key(9).Public()}))

	// Nothing at all is no error either.
	ring, err = keyring.Open(keyring.Sources{})
	require.NoError(t, err)
	signer, err := ring.Signer("2026", key(1).Public())
	assert.NoError(t, err)
	assert.Nil(t, signer)
	ring, err = keyring.Open(keyring.Sources{Folder: filepath.Join(folder, "not", "there")})
	require.NoError(t, err)
	signer, err = ring.Signer("2026", key(1).Public())
	assert.NoError(t, err)
	assert.Nil(t, signer)
}

func TestMismatch(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "2026.pem", pemOf(t, key(1)))
	ring, err := keyring.Open(keyring.Sources{Folder: folder, Getenv: func(name string) string {
		return map[string]string{"BLAZON_KEY_2025": string(pemOf(t, key(2)))}[name]
	}})
	require.NoError(t, err)
	for id, has := range map[string]crypto.Signer{"2026": key(1), "2025": key(2)} {
		for _, public := range []crypto.PublicKey{key(5).Public(), exampleRSA(t).Public(), nil} {
			signer, err := ring.Signer(id, public)
			assert.Nil(t, signer)
			var mismatch *keyring.MismatchError
			require.ErrorAs(t, err, &mismatch)
			assert.Equal(t, id, mismatch.ID)
			assert.Equal(t, has.Public(), mismatch.Found)
		}
	}
	_, err = ring.Signer("2026", key(5).Public())
	assert.EqualError(t, err, filepath.Join(folder, "2026.pem")+": is not the private half of the key 2026, but of another one")
}

// TestIDs: no id leads out of the folder.
func TestIDs(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "up.pem", pemOf(t, key(1)))
	folder := filepath.Join(dir, "keys")
	require.NoError(t, os.Mkdir(folder, 0o700))
	ring, err := keyring.Open(keyring.Sources{Folder: folder})
	require.NoError(t, err)
	for _, id := range []string{"", "../up", "..", "a/b", `..\up`, ".hidden", "a\x00", "é", strings.Repeat("a", 300)} {
		signer, err := ring.Signer(id, key(1).Public())
		assert.Error(t, err, id)
		assert.Nil(t, signer, id)
	}
}

func TestPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such permissions")
	}
	for mode, open := range map[fs.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true, 0o660: true, 0o644: true, 0o622: true, 0o610: true} {
		folder := t.TempDir()
		file := write(t, folder, "k.pem", pemOf(t, key(1)))
		require.NoError(t, os.Chmod(file, mode))
		_, named := keyring.Open(keyring.Sources{Files: []string{file}})
		ring, err := keyring.Open(keyring.Sources{Folder: folder})
		require.NoError(t, err)
		_, kept := ring.Signer("k", key(1).Public())
		_, read := keyring.ReadFile(file)
		ring, err = keyring.Open(keyring.Sources{Getenv: func(string) string { return file }})
		require.NoError(t, err)
		_, variable := ring.Signer("k", key(1).Public())
		for _, err := range []error{named, kept, read, variable} {
			if !open {
				assert.NoError(t, err, "%o", mode)
				continue
			}
			assert.ErrorIs(t, err, keyring.ErrOpen, "%o", mode)
			var place *keyring.PlaceError
			require.ErrorAs(t, err, &place)
			assert.Equal(t, file, place.Place.File)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		file string
		want error
	}{
		"missing":  {filepath.Join(dir, "x.pem"), fs.ErrNotExist},
		"a folder": {dir, nil},
		"garbage":  {write(t, dir, "garbage", []byte("hello")), keyring.ErrForm},
	} {
		_, err := keyring.Open(keyring.Sources{Files: []string{c.file}})
		var place *keyring.PlaceError
		require.ErrorAs(t, err, &place, name)
		if c.want != nil {
			assert.ErrorIs(t, err, c.want, name)
		}
		assert.Equal(t, 1, strings.Count(err.Error(), c.file), "the name stands once in %q", err)
	}
}

func TestParse(t *testing.T) {
	block := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	pkcs8 := func(k any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(k)
		require.NoError(t, err)
		return der
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	require.NoError(t, err)
	public, err := keyring.EncodePublic(key(1).Public())
	require.NoError(t, err)
	good := pemOf(t, key(1))
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"PEM", good, nil},
		{"PEM with words ahead", append([]byte("This is my key.\n\n"), good...), nil},
		{"PEM with other line ends", bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), nil},
		{"JWK", jwkOf(key(1)), nil},
		{"JWK with blanks", append([]byte("\n "), jwkOf(key(1))...), nil},
		{"RSA", pemOf(t, exampleRSA(t)), nil},

		{"nothing", nil, keyring.ErrForm},
		{"words", []byte("secret"), keyring.ErrForm},
		{"DER", pkcs8(key(1)), keyring.ErrForm},
		{"two keys", append(bytes.Clone(good), pemOf(t, key(2))...), keyring.ErrForm},
		{"words behind", append(bytes.Clone(good), "x"...), keyring.ErrForm},
		{"cut off", good[:len(good)-30], keyring.ErrForm},
		{"line ends as spaces", bytes.ReplaceAll(good, []byte("\n"), []byte(" ")), keyring.ErrLines},
		{"line ends in letters", bytes.ReplaceAll(bytes.TrimSpace(good), []byte("\n"), []byte(`\n`)), keyring.ErrLines},
		{"no line ends", bytes.ReplaceAll(good, []byte("\n"), nil), keyring.ErrLines},
		{"half of the line ends", bytes.Replace(good, []byte("\n"), nil, 1), keyring.ErrForm},
		{"a certificate", block("CERTIFICATE", []byte("x")), keyring.ErrForm},
		{"bytes that are no key", block("PRIVATE KEY", []byte("x")), keyring.ErrForm},
		{"too long", append(bytes.Repeat([]byte("x\n"), 40000), good...), keyring.ErrForm},
		{"the public half", public, keyring.ErrPublic},
		{"the public half of RSA", block("RSA PUBLIC KEY", nil), keyring.ErrPublic},
		{"the public half in JWK", []byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`), keyring.ErrPublic},
		{"encrypted", block("ENCRYPTED PRIVATE KEY", []byte("x")), keyring.ErrEncrypted},
		{"encrypted in the old way", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "x"}}), keyring.ErrEncrypted},
		{"PKCS #1", block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(small)), keyring.ErrOldForm},
		{"SEC 1", block("EC PRIVATE KEY", nil), keyring.ErrOldForm},
		{"OpenSSH", block("OPENSSH PRIVATE KEY", nil), keyring.ErrOldForm},
		{"a curve that no issuer has", block("PRIVATE KEY", pkcs8(p256)), keyring.ErrType},
		{"a key that does not sign", block("PRIVATE KEY", pkcs8(x25519)), keyring.ErrType},
		{"an RSA key that is too small", block("PRIVATE KEY", pkcs8(small)), keyring.ErrSize},
		{"JWK with a key twice", bytes.Replace(jwkOf(key(1)), []byte("{"), []byte(`{"kty":"RSA",`), 1), keyring.ErrForm},
		{"JWK whose halves differ", bytes.Replace(jwkOf(key(1)), []byte(`"d":"AQ`), []byte(`"d":"AR`), 1), keyring.ErrForm},
		{"JWK of a kind that signs nothing here", []byte(`{"kty":"oct","k":"AA"}`), keyring.ErrType},
	} {
		t.Run(c.name, func(t *testing.T) {
			signer, err := keyring.Parse(c.data)
			if c.want == nil {
				require.NoError(t, err)
				assert.NotNil(t, signer)
				return
			}
			assert.ErrorIs(t, err, c.want)
			assert.Nil(t, signer)
		})
	}
}

// TestNothingLeaks prints everything there is, in every way, and looks for the key in it.
func TestNothingLeaks(t *testing.T) {
	secret := pemOf(t, key(7))
	body := strings.Split(string(secret), "\n")[1]
	seed := base64.RawURLEncoding.EncodeToString(key(7).Seed())
	mangled := strings.ReplaceAll(strings.TrimSuffix(string(secret), "\n"), "\n", " ")
	values := map[string]string{
		"BLAZON_KEY_WHOLE":    string(secret),
		"BLAZON_KEY_JWK":      string(jwkOf(key(7))),
		"BLAZON_KEY_BODY":     body,
		"BLAZON_KEY_MANGLED":  mangled,
		"BLAZON_KEY_BROKEN":   string(secret[:len(secret)-10]),
		"BLAZON_KEY_JWKCUT":   string(jwkOf(key(7)))[:80],
		"BLAZON_KEY_JWKTWICE": strings.Replace(string(jwkOf(key(7))), "{", `{"d":"`+seed+`",`, 1),
	}
	file := write(t, t.TempDir(), "k", secret)
	ring, err := keyring.Open(keyring.Sources{Files: []string{file}, Getenv: func(name string) string { return values[name] }})
	require.NoError(t, err)
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		fmt.Fprintf(&out, verb+" "+verb+"\n", ring, *ring)
	}
	assert.Contains(t, out.String(), "keyring.Ring")
	failures := 0
	for name := range values {
		id := strings.ToLower(strings.TrimPrefix(name, "BLAZON_KEY_"))
		_, err := ring.Signer(id, key(8).Public())
		require.Error(t, err, id)
		failures++
		fmt.Fprintf(&out, "%v %+v %#v\n", err, err, err)
	}
	require.Equal(t, len(values), failures)
	for _, part := range []string{body[20:], seed[:20], fmt.Sprintf("%x", key(7).Seed()), "7 7 7 7", "0x7, 0x7"} {
		assert.False(t, strings.Contains(out.String(), part), "a part of the key is printed")
	}
}

func TestSave(t *testing.T) {
	name := filepath.Join(t.TempDir(), "blazon", "keys", "2026.pem")
	require.NoError(t, keyring.Save(name, key(1)))
	signer, err := keyring.ReadFile(name)
	require.NoError(t, err)
	assert.True(t, keyring.Fits(signer, key(1).Public()))
	if runtime.GOOS != "windows" {
		for path, want := range map[string]fs.FileMode{name: 0o600, filepath.Dir(name): 0o700} {
			info, err := os.Stat(path)
			require.NoError(t, err)
			assert.Equal(t, want, info.Mode().Perm(), path)
		}
	}
	before, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.ErrorIs(t, keyring.Save(name, key(2)), keyring.ErrExists)
	after, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	assert.Error(t, keyring.Save(filepath.Join(name, "x.pem"), key(1)))
}

func TestVariable(t *testing.T) {
	for id, want := range map[string]string{"2026": "BLAZON_KEY_2026", "northwind-2026": "BLAZON_KEY_NORTHWIND_2026", "a.B_c": "BLAZON_KEY_A_B_C"} {
		assert.Equal(t, want, keyring.Variable(id))
	}
}

// FuzzParse: a key that is taken comes back from what Encode writes, and no error repeats the text.
func FuzzParse(f *testing.F) {
	f.Add(pemOf(f, key(1)))
	f.Add(pemOf(f, exampleRSA(f)))
	f.Add(jwkOf(key(1)))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		signer, err := keyring.Parse(data)
		if err != nil {
			require.Less(t, len(err.Error()), 120)
			return
		}
		again, err := keyring.Parse(pemOf(t, signer))
		require.NoError(t, err)
		require.True(t, keyring.Fits(again, signer.Public()))
	})
}
