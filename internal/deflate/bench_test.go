package deflate_test

import (
	"testing"

	"blazon/internal/deflate"
)

func BenchmarkZlib(b *testing.B) {
	data := samples()["slow pictures"]
	for name, e := range efforts {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				deflate.Zlib(data, e)
			}
		})
	}
	b.Run("level 9", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			standard(b, data)
		}
	})
}
