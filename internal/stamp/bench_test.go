package stamp_test

import (
	"fmt"
	"strings"
	"testing"

	"blazon/internal/stamp"
)

// BenchmarkPlan stamps 100,000 awards in one file of some 25 MB: a second or more each, so run it with -benchtime 1x.
func BenchmarkPlan(b *testing.B) {
	filler := strings.Repeat("Finished first, and helped the others on. ", 4)
	shapes := []struct{ name, head, award, sep, tail string }{
		{"lines", "badge: go\nissued: 2026-03-14\nawards:\n", "  - recipient: person%d@example.org # é\n    name: Ada %[1]d\n    narrative: " + filler + "\n", "", ""},
		{"one line", `{"badge":"go","issued":"2026-03-14","awards":[`, `{"recipient":"person%d@example.org","name":"Ada é %[1]d","narrative":"` + filler + `"}`, ",", "]}"},
	}
	for _, shape := range shapes {
		for _, awards := range []int{10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", shape.name, awards), func(b *testing.B) {
				var text strings.Builder
				text.WriteString(shape.head)
				for i := range awards {
					if i > 0 {
						text.WriteString(shape.sep)
					}
					fmt.Fprintf(&text, shape.award, i)
				}
				text.WriteString(shape.tail)
				files := []stamp.File{{Path: "a.yaml", Data: []byte(text.String())}}
				b.SetBytes(int64(text.Len()))
				b.ReportAllocs()
				for b.Loop() {
					edits, problems, err := stamp.Plan(files, options(true))
					if err != nil || len(problems) > 0 || edits[0].Hashes != awards {
						b.Fatal(err, problems, len(edits))
					}
				}
			})
		}
	}
}
