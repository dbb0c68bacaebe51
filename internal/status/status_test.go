package status_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/status"
)

// reference is the list of the reference's vector, which another library made: slot 4242 is set.
func reference(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/statuslist.signed.json")
	require.NoError(t, err)
	var list struct {
		CredentialSubject struct{ EncodedList string }
	}
	require.NoError(t, json.Unmarshal(data, &list))
	require.NotEmpty(t, list.CredentialSubject.EncodedList)
	return list.CredentialSubject.EncodedList
}

func TestVector(t *testing.T) {
	bits, err := status.Decode(reference(t))
	require.NoError(t, err)
	require.Equal(t, status.Size, bits.Len())
	for i := range bits.Len() {
		set, ok := bits.Get(i)
		require.True(t, ok)
		require.Equal(t, i == 4242, set, "slot %d", i)
	}
	want := status.NewBits()
	want.Set(4242)
	assert.Equal(t, want, bits)
}

func TestBits(t *testing.T) {
	b := status.NewBits()
	assert.Equal(t, 131072, b.Len())
	b.Set(0)
	b.Set(9)
	b.Set(131071)
	assert.Equal(t, byte(0x80), b[0], "slot 0 is the highest bit of the first byte")
	assert.Equal(t, byte(0x40), b[1])
	assert.Equal(t, byte(0x01), b[16383])
	for _, i := range []int{-1, 131072, 1 << 40} {
		set, ok := b.Get(i)
		assert.False(t, set || ok, "%d", i)
	}
	assert.Panics(t, func() { b.Set(131072) })
}

// samples are lists with n slots set, spread by a fixed generator.
func sample(n int) status.Bits {
	b := status.NewBits()
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for range n {
		b.Set(r.IntN(status.Size))
	}
	return b
}

// TestSameBytes pins the bytes: they are signed, so that a change of them signs every list anew.
func TestSameBytes(t *testing.T) {
	for n, want := range map[int]string{
		0:     "bb61c8efdb925b8e",
		1:     "4cc1dbaa53d3a605",
		1000:  "4bdb517078b8fc81",
		60000: "ae7988b453e980dc",
	} {
		s, err := status.Encode(sample(n))
		require.NoError(t, err)
		sum := sha256.Sum256([]byte(s))
		assert.Equal(t, want, hex.EncodeToString(sum[:8]), "%d", n)
		// No larger than what the library makes, which others publish.
		assert.LessOrEqual(t, len(s), 1+len(pack(t, sample(n))), "%d", n)
	}
}

func pack(t testing.TB, data []byte) string {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, 9)
	require.NoError(t, err)
	_, err = w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return base64.RawURLEncoding.EncodeToString(b.Bytes())
}

func TestRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 3, 100, 5000, 60000, 1000000} {
		want := sample(n)
		s, err := status.Encode(want)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(s, "uH4sI"), s[:5])
		for _, form := range []string{s, s[1:]} {
			got, err := status.Decode(form)
			require.NoError(t, err)
			assert.Equal(t, want, got, "%d", n)
		}
	}
	_, err := status.Encode(make(status.Bits, status.Size/8-1))
	assert.ErrorIs(t, err, status.ErrShort)
	_, err = status.Encode(make(status.Bits, 16<<20+1))
	assert.ErrorIs(t, err, status.ErrLength)
}

func TestDecodeRefuses(t *testing.T) {
	whole := pack(t, make([]byte, status.Size/8))
	raw, err := base64.RawURLEncoding.DecodeString(whole)
	require.NoError(t, err)
	encode := base64.RawURLEncoding.EncodeToString
	broken := bytes.Clone(raw)
	broken[len(broken)-6] ^= 1 // in the check sum
	stray := encode(append(bytes.Clone(raw), make([]byte, 2-len(raw)%3)...))
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"nothing", "", status.ErrForm},
		{"the letter alone", "u", status.ErrForm},
		{"two letters", "uu" + whole, status.ErrForm},
		{"another base", "z" + whole, status.ErrForm},
		{"the letter in upper case", "U" + whole, status.ErrForm},
		{"padding", "u" + encode(raw[:len(raw)-1]) + "==", status.ErrForm},
		{"a line break", "u" + whole[:20] + "\n" + whole[20:], status.ErrForm},
		{"a blank behind", "u" + whole + " ", status.ErrForm},
		{"the other alphabet", "u" + strings.Replace(base64.RawStdEncoding.EncodeToString(raw), "H", "+", 1), status.ErrForm},
		{"bytes behind the stream", "u" + encode(append(bytes.Clone(raw), 0)), status.ErrForm},
		{"bytes behind the stream that end evenly", "u" + stray, status.ErrForm},
		{"two streams", "u" + encode(append(bytes.Clone(raw), raw...)), status.ErrForm},
		{"cut off", "u" + encode(raw[:len(raw)-4]), status.ErrForm},
		{"a wrong check sum", "u" + encode(broken), status.ErrForm},
		{"not packed", "u" + encode(make([]byte, 100)), status.ErrForm},
		{"empty", "u" + pack(t, nil), status.ErrShort},
		{"a byte short", "u" + pack(t, make([]byte, status.Size/8-1)), status.ErrShort},
		{"a bomb", "u" + pack(t, make([]byte, 16<<20+1)), status.ErrLength},
		{"too long", "u" + strings.Repeat("A", 24<<20), status.ErrLength},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := status.Decode(c.text)
			assert.ErrorIs(t, err, c.want)
		})
	}
	largest, err := status.Decode("u" + pack(t, make([]byte, 16<<20)))
	require.NoError(t, err)
	assert.Equal(t, 16<<20, len(largest))
}

// FuzzDecode: what is accepted is bounded, and packing it again and unpacking that gives the same bits.
func FuzzDecode(f *testing.F) {
	f.Add(reference(f))
	f.Add(reference(f)[1:])
	f.Add("u" + pack(f, nil))
	f.Add("")
	for _, n := range []int{0, 1, 1000} {
		s, err := status.Encode(sample(n))
		require.NoError(f, err)
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		bits, err := status.Decode(s)
		if err != nil {
			return
		}
		require.GreaterOrEqual(t, bits.Len(), status.Size)
		require.LessOrEqual(t, len(bits), 16<<20)
		if len(bits) > 1<<17 {
			return // packing takes its time
		}
		again, err := status.Encode(bits)
		require.NoError(t, err)
		got, err := status.Decode(again)
		require.NoError(t, err)
		require.True(t, bytes.Equal(bits, got))
	})
}

func BenchmarkEncode(b *testing.B) {
	for name, n := range map[string]int{"none": 0, "some": 1000, "half": 60000} {
		bits := sample(n)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := status.Encode(bits); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
