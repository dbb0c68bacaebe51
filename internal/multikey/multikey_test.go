package multikey_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"math/big"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/multikey"
)

func TestBase58(t *testing.T) {
	// Vectors of the base58 draft of the IETF.
	for text, want := range map[string]string{
		"Hello World!": "2NEpo7TZRRrLZSi2U",
		"The quick brown fox jumps over the lazy dog.": "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
		"\x00\x00\x28\x7f\xb4\xcd":                     "11233QC4",
	} {
		assert.Equal(t, want, multikey.Encode58([]byte(text)))
		data, err := multikey.Decode58(want)
		require.NoError(t, err)
		assert.Equal(t, text, string(data))
	}
}

func TestEd25519(t *testing.T) {
	const example = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
	key, err := multikey.ParseEd25519(example)
	require.NoError(t, err)
	assert.Equal(t, example, multikey.Ed25519(key))
}

func TestRefuses(t *testing.T) {
	secret := "z" + multikey.Encode58(append([]byte{0x80, 0x26}, bytes.Repeat([]byte{7}, 32)...))
	_, err := multikey.ParseEd25519(secret)
	require.ErrorIs(t, err, multikey.ErrSecret)
	for _, s := range []string{"", "z", "6Mk", "z6Mk", "zO0Il", "u" + secret, "z" + multikey.Encode58(append([]byte{0xed, 0x01}, bytes.Repeat([]byte{7}, 31)...))} {
		_, err := multikey.ParseEd25519(s)
		assert.Error(t, err, "%q", s)
	}
	_, err = multikey.Decode58(string(bytes.Repeat([]byte("z"), 1000)))
	assert.Error(t, err)
}

func TestP256(t *testing.T) {
	// A did:key of The did:key Method, and the key that it names, from its x and y.
	const example = "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
	key, err := multikey.Parse(example)
	require.NoError(t, err)
	again, err := multikey.P256(key.(*ecdsa.PublicKey))
	require.NoError(t, err)
	assert.Equal(t, example, again)

	other, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	_, err = multikey.P256(&other.PublicKey)
	assert.Error(t, err)
}

// typed is a key of a kind in its Multikey form.
func typed(kind string, data ...byte) string {
	return "z" + multikey.Encode58(append([]byte(kind), data...))
}

func TestParse(t *testing.T) {
	key, err := multikey.Parse("z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd")
	require.NoError(t, err)
	assert.IsType(t, ed25519.PublicKey{}, key)
	offCurve := append([]byte{2}, bytes.Repeat([]byte{0}, 31)...)
	for _, c := range []struct {
		name, text, want string
	}{
		{"nothing", "", "is not in base58btc: it does not start with z"},
		{"the prefix alone", "z", "is a kind of key that is not known"},
		{"another base", "u7QEj", "is not in base58btc: it does not start with z"},
		{"a letter that base58 lacks", "z6MkO", "not base58"},
		{"a line break", "z6Mk\n", "not base58"},
		{"a secret Ed25519 key", typed("\x80\x26", make([]byte, 32)...), "is the secret half of a key"},
		{"a secret P-256 key", typed("\x86\x26", make([]byte, 32)...), "is the secret half of a key"},
		{"secp256k1", typed("\xe7\x01", make([]byte, 33)...), "is a kind of key that is not known"},
		{"X25519", typed("\xec\x01", make([]byte, 32)...), "is a kind of key that is not known"},
		{"an Ed25519 key that is too short", typed("\xed\x01", make([]byte, 31)...), "has the wrong length for its kind of key"},
		{"an Ed25519 key that is too long", typed("\xed\x01", make([]byte, 33)...), "has the wrong length for its kind of key"},
		{"zeros ahead", typed("\x00\xed\x01", make([]byte, 32)...), "is a kind of key that is not known"},
		{"a P-256 key that is not compressed", typed("\x80\x24", make([]byte, 65)...), "has the wrong length for its kind of key"},
		{"a P-256 point off the curve", typed("\x80\x24", append(offCurve, 1)...), "is not a point on the curve"},
		{"a P-256 point with another sign", typed("\x80\x24", append([]byte{4}, make([]byte, 32)...)...), "is not a point on the curve"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := multikey.Parse(c.text)
			assert.EqualError(t, err, c.want)
		})
	}
}

// TestCheckEd25519 has all points of small order in all their spellings, of which those that are no multiple of the field
// are also written otherwise.
func TestCheckEd25519(t *testing.T) {
	ff := strings.Repeat("ff", 30)
	for _, c := range []struct {
		name, key string
		want      error
	}{
		{"order 1", "01" + strings.Repeat("00", 31), multikey.ErrWeak},
		{"order 2", "ec" + ff + "7f", multikey.ErrWeak},
		{"order 4", strings.Repeat("00", 32), multikey.ErrWeak},
		{"order 4, the other", strings.Repeat("00", 31) + "80", multikey.ErrWeak},
		{"order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", multikey.ErrWeak},
		{"order 8, the second", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", multikey.ErrWeak},
		{"order 8, the third", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", multikey.ErrWeak},
		{"order 8, the fourth", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", multikey.ErrWeak},
		{"0 with a sign", "01" + strings.Repeat("00", 30) + "80", multikey.ErrPoint},
		{"p - 1 with a sign", "ec" + ff + "ff", multikey.ErrPoint},
		{"p for 0", "ed" + ff + "7f", multikey.ErrPoint},
		{"p + 1 for 1", "ee" + ff + "7f", multikey.ErrPoint},
		{"p + 1 for 1, with a sign", "ee" + ff + "ff", multikey.ErrPoint},
		{"off the curve", "02" + strings.Repeat("00", 31), multikey.ErrPoint},
		{"too short", "01", multikey.ErrPoint},
		{"the base point", "58" + strings.Repeat("66", 31), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, err := hex.DecodeString(c.key)
			require.NoError(t, err)
			assert.Equal(t, c.want, multikey.CheckEd25519(key))
			if c.want != nil && len(key) == 32 {
				got, err := multikey.ParseEd25519(multikey.Ed25519(key))
				assert.Equal(t, c.want, err)
				assert.Nil(t, got)
			}
		})
	}
	// Of keys that were made none is refused.
	for i := range 200 {
		key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(i)}, 32)).Public().(ed25519.PublicKey)
		require.NoError(t, multikey.CheckEd25519(key))
	}
}

// FuzzParse: a key that is taken has one spelling.
func FuzzParse(f *testing.F) {
	f.Add("z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd")
	f.Add("zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169")
	f.Add("z" + multikey.Encode58(append([]byte("\x80\x26"), make([]byte, 32)...)))
	f.Add("z")
	f.Fuzz(func(t *testing.T, s string) {
		key, err := multikey.Parse(s)
		if err != nil {
			return
		}
		again := ""
		switch key := key.(type) {
		case ed25519.PublicKey:
			again = multikey.Ed25519(key)
		case *ecdsa.PublicKey:
			again, err = multikey.P256(key)
			require.NoError(t, err)
		}
		require.Equal(t, s, again)
	})
}

func BenchmarkCheckEd25519(b *testing.B) {
	key := ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey)
	for b.Loop() {
		if err := multikey.CheckEd25519(key); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzBase58(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 1})
	f.Add(make([]byte, ed25519.PublicKeySize))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 300 {
			t.Skip()
		}
		got, err := multikey.Decode58(multikey.Encode58(data))
		require.NoError(t, err)
		require.True(t, bytes.Equal(data, got))
	})
}

// TestEncode58IsTheNumber compares with arithmetic on one large number.
func TestEncode58IsTheNumber(t *testing.T) {
	noise := mathrand.New(mathrand.NewPCG(1, 2))
	for n := range 400 {
		data := make([]byte, n%140)
		for i := range data {
			data[i] = byte(noise.Uint32())
		}
		for i := range min(len(data), n%5) {
			data[i] = 0
		}
		var want []byte
		for rest := new(big.Int).SetBytes(data); rest.Sign() > 0; {
			digit := new(big.Int)
			rest.DivMod(rest, big.NewInt(58), digit)
			want = append(want, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit.Int64()])
		}
		slices.Reverse(want)
		zeros := len(data) - len(bytes.TrimLeft(data, "\x00"))
		assert.Equal(t, strings.Repeat("1", zeros)+string(want), multikey.Encode58(data))
	}
}

func BenchmarkEncode58(b *testing.B) {
	data := bytes.Repeat([]byte{0xa7}, 64)
	for b.Loop() {
		multikey.Encode58(data)
	}
}
