package deflate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/deflate"
)

// TestStream: what stands in the stream already costs less than what does not, and weighing leaves no trace.
func TestStream(t *testing.T) {
	all := samples()
	seen, unseen := all["noise"][:3000], all["noise"][3000:6000]
	s, untouched := deflate.NewStream(30_000), deflate.NewStream(30_000)
	for range 3 {
		s.Add(seen)
		untouched.Add(seen)
		s.Weigh(unseen)
		s.Weigh(all["changing"][:5000])
	}
	assert.Less(t, 20*s.Weigh(seen), s.Weigh(unseen))
	assert.InDelta(t, 3000*8*256, s.Weigh(unseen), 3000*8*256/20)
	for _, part := range [][]byte{seen, unseen, all["changing"][:5000], nil} {
		assert.Equal(t, untouched.Weigh(part), s.Weigh(part))
	}
	assert.Zero(t, s.Weigh(nil))
}
