package page_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
)

// BenchmarkAward is a valid award, as most are: a name and a date, without and with a text of its own. A text with
// markup is its holder's own, or one for all.
func BenchmarkAward(b *testing.B) {
	const marked = "Wrote **kestrel**, which finds dead links, and finished [first](https://example.org/)."
	for _, bench := range []struct {
		name string
		text func(i int) string
	}{
		{"plain", func(int) string { return "" }},
		{"words", func(i int) string {
			return fmt.Sprintf("Wrote kestrel, which finds dead links, and finished as number %d.", i)
		}},
		{"shared", func(int) string { return marked }},
		{"own", func(i int) string { return fmt.Sprintf("%s As number %d.", marked, i) }},
	} {
		b.Run("narrative="+bench.name, func(b *testing.B) {
			cat := sample()
			awards := make([]*badge.Award, 10_000)
			for i := range awards {
				a := *cat.Awards[0]
				a.ID = fmt.Sprintf("award%021d", i)
				a.ReissueOf = nil
				a.Details = &badge.Details{Name: "Grace H.", Narrative: bench.text(i)}
				awards[i] = &a
			}
			r := renderer(b, cat)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				_, err := r.Award(awards[i%len(awards)])
				require.NoError(b, err)
			}
		})
	}
}
