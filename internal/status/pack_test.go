package status_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/status"
)

// TestRuns packs lists that end in a run of every length, behind bytes of every value.
func TestRuns(t *testing.T) {
	for run := range 1100 {
		b := status.NewBits()
		for i := range len(b) - run {
			b[i] = byte(i * 37)
		}
		for i := len(b) - run; i < len(b); i++ {
			b[i] = byte(run)
		}
		s, err := status.Encode(b)
		require.NoError(t, err)
		got, err := status.Decode(s)
		require.NoError(t, err)
		require.Equal(t, b, got, "run of %d", run)
	}
}

// TestSizes: few revocations make a short list, and many one that is hardly larger than its bits.
func TestSizes(t *testing.T) {
	for n, most := range map[int]int{0: 180, 1: 200, 100: 700, 1000: 4500, 60000: 4 * status.Size / 8 / 3 * 102 / 100} {
		s, err := status.Encode(sample(n))
		require.NoError(t, err)
		assert.LessOrEqual(t, len(s), most, "%d", n)
	}
}
