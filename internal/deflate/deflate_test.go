package deflate_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/deflate"
)

var efforts = map[string]deflate.Effort{"quick": deflate.Quick, "best": deflate.Best}

// samples are data of many kinds, the same in every run.
func samples() map[string][]byte {
	r := rand.New(rand.NewSource(1))
	noise := make([]byte, 70_000)
	r.Read(noise)
	all := map[string][]byte{
		"nothing":       nil,
		"one byte":      {7},
		"two bytes":     {7, 7},
		"three bytes":   {7, 7, 7},
		"four bytes":    {1, 2, 3, 4},
		"a run":         bytes.Repeat([]byte{0}, 100_000),
		"a long run":    bytes.Repeat([]byte{9}, 1<<19+700),
		"noise":         noise,
		"far noise":     append(append(append([]byte{}, noise[:300]...), make([]byte, 32_500)...), noise[:300]...),
		"too far":       append(append(append([]byte{}, noise[:300]...), make([]byte, 33_000)...), noise[:300]...),
		"noise thrice":  bytes.Repeat(noise[:20_000], 3),
		"all lengths":   nil,
		"skewed":        nil,
		"changing":      nil,
		"slow pictures": nil,
	}
	for n := 3; n < 300; n++ {
		all["all lengths"] = append(append(all["all lengths"], noise[n*40:n*40+n]...), noise[n*40:n*40+n]...)
	}
	for i := range 24 { // counts like Fibonacci's numbers make codes longer than the limit
		a, b := 1, 1
		for range i {
			a, b = b, a+b
		}
		all["skewed"] = append(all["skewed"], bytes.Repeat([]byte{byte(i)}, a)...)
	}
	skewed := all["skewed"]
	r.Shuffle(len(skewed), func(i, j int) { skewed[i], skewed[j] = skewed[j], skewed[i] })
	for part := range 6 {
		for range 20_000 {
			all["changing"] = append(all["changing"], byte(part*40+r.Intn(4+part*6)))
		}
	}
	for y := range 200 {
		for x := range 3000 {
			all["slow pictures"] = append(all["slow pictures"], byte((x*x+y*y)>>11))
		}
	}
	return all
}

func unpack(t testing.TB, packed []byte) []byte {
	t.Helper()
	in := bytes.NewReader(packed)
	r, err := zlib.NewReader(in)
	require.NoError(t, err)
	data, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Zero(t, in.Len(), "bytes follow the stream")
	return data
}

func standard(t testing.TB, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	require.NoError(t, err)
	_, err = w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Len()
}

func TestZlib(t *testing.T) {
	for name, data := range samples() {
		level9 := standard(t, data)
		for effort, e := range efforts {
			t.Run(fmt.Sprintf("%s/%s", name, effort), func(t *testing.T) {
				packed := deflate.Zlib(data, e)
				require.True(t, bytes.Equal(data, unpack(t, packed)))
				assert.Equal(t, packed, deflate.Zlib(data, e), "the bytes differ from time to time")
				assert.LessOrEqual(t, len(packed), level9+level9/100+2, "level 9 of compress/zlib is smaller")
			})
		}
	}
}

// TestEffort: more effort never leads to more bytes here, and to fewer where there is something to choose.
func TestEffort(t *testing.T) {
	for name, data := range samples() {
		quick, best := len(deflate.Zlib(data, deflate.Quick)), len(deflate.Zlib(data, deflate.Best))
		assert.LessOrEqual(t, best, quick, name)
		if name == "slow pictures" || name == "changing" {
			assert.Less(t, best, quick, name)
		}
	}
}

// TestEverywhere: the bytes are the same on every machine and with every release of Go. A change to the algorithm
// changes the digest, and asks for a new lossless.Version.
func TestEverywhere(t *testing.T) {
	all := samples()
	sum := sha256.New()
	for _, name := range []string{"changing", "far noise", "skewed", "slow pictures"} {
		for _, e := range []deflate.Effort{deflate.Quick, deflate.Best} {
			sum.Write(deflate.Zlib(all[name], e))
		}
	}
	assert.Equal(t, "e2b8e53ed8a9fa866f34cb2e4d4d00450c0e3db4425d5377e37bbe92c5348e45", hex.EncodeToString(sum.Sum(nil)))
}

func TestSize(t *testing.T) {
	for name, data := range samples() {
		want := len(deflate.Zlib(data, deflate.Quick))
		assert.InDelta(t, want, deflate.Size(data), 8+float64(want)/12, name)
	}
}

func TestLog2(t *testing.T) {
	for _, n := range []uint32{1, 2, 3, 5, 255, 256, 257, 4095, 4097, 8193, 1 << 20, 1<<20 + 12345, math.MaxUint32} {
		assert.InDelta(t, 256*math.Log2(float64(n)), deflate.Log2(n), 0.65, n)
	}
}

func FuzzZlib(f *testing.F) {
	seeds := samples()
	for _, name := range []string{"nothing", "one byte", "three bytes", "all lengths", "skewed", "far noise"} {
		require.Contains(f, seeds, name)
		f.Add(seeds[name])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		for _, e := range efforts {
			require.True(t, bytes.Equal(data, unpack(t, deflate.Zlib(data, e))))
		}
		deflate.Size(data)
	})
}
