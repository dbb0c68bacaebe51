package lossless_test

import (
	"encoding/binary"
	"math/rand"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/lossless"
)

func FuzzReduce(f *testing.F) {
	seeds := 0
	all := sketches()
	for _, name := range []string{"0-1-true-flat-29x23-true", "0-16-false-grey 16-29x23-true", "2-8-true-shape-29x23-true", "2-16-false-slope-3x5-true", "3-2-false-flat-29x23-true",
		"3-8-true-noise-29x23-true", "4-8-false-shape-29x23-false", "6-8-true-shape-29x23-false", "6-16-false-slope-29x23-false"} {
		s, ok := all[name]
		require.True(f, ok, name)
		s.early = append(s.early, chunk{"gAMA", gamma}, chunk{"eXIf", exif(true, 6)}, chunk{"tEXt", "a\x00b"})
		f.Add(s.encode(f))
		seeds++
	}
	r := rand.New(rand.NewSource(3))
	for range 6 {
		f.Add(random(r).encode(f))
		seeds++
	}
	files, err := filepath.Glob("../../site/*.png")
	require.NoError(f, err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
		seeds++
	}
	require.Greater(f, seeds, 15)
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 1<<16 || len(file) > 24 && uint64(binary.BigEndian.Uint32(file[16:]))*uint64(binary.BigEndian.Uint32(file[20:])) > 1<<16 {
			return
		}
		file = mendAll(file)
		r, err := lossless.Reduce(file)
		if err != nil {
			return
		}
		require.LessOrEqual(t, r.After, len(file))
		if _, err := bake.Split(r.PNG); err != nil {
			t.Fatal(err)
		}
		if r.After < r.Before && len(r.Done) > 1 { // it was decoded
			requireSame(t, file, r.PNG)
		}
		again, err := lossless.Reduce(r.PNG)
		require.NoError(t, err)
		require.LessOrEqual(t, again.After, r.After)
	})
}

// mendAll makes the checksums right, so that the fuzzer gets to what is behind them.
func mendAll(file []byte) []byte {
	if len(file) < 8 {
		return file
	}
	var chunks []chunk
	for rest := file[8:]; len(rest) >= 12; {
		n := int(binary.BigEndian.Uint32(rest)) & 0xffff
		if n > len(rest)-12 {
			return file
		}
		chunks = append(chunks, chunk{string(rest[4:8]), string(rest[8 : 8+n])})
		rest = rest[12+n:]
	}
	return assemble(chunks)
}
