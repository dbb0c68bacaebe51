package lossless_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"blazon/internal/lossless"
)

func BenchmarkReduce(b *testing.B) {
	file, err := os.ReadFile("../../content/badges/go-basics.png")
	require.NoError(b, err)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := lossless.Reduce(file); err != nil {
			b.Fatal(err)
		}
	}
}
