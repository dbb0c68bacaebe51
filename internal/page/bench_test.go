package page_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
)

// BenchmarkAward is a valid award, as most are: a name and a date, without and with a text of its own.
func BenchmarkAward(b *testing.B) {
	for _, narrative := range []string{"", "Wrote **kestrel**, which finds dead links, and finished [first](https://example.org/)."} {
		b.Run(fmt.Sprintf("narrative=%v", narrative != ""), func(b *testing.B) {
			cat := sample()
			award := cat.Awards[0]
			award.Details = &badge.Details{Name: "Grace H.", Narrative: narrative}
			r := renderer(b, cat)
			b.ReportAllocs()
			for b.Loop() {
				_, err := r.Award(award)
				require.NoError(b, err)
			}
		})
	}
}
