package multikey_test

import (
	"bytes"
	"crypto/ed25519"
	"math/big"
	"math/rand/v2"
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
	noise := rand.New(rand.NewPCG(1, 2))
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
