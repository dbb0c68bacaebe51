package diag_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"blazon/internal/diag"
)

// A problem at the end of 100,000 awards: all their lines are looked at.
func BenchmarkAwardExcerpt(b *testing.B) {
	var file strings.Builder
	file.WriteString("badge: go-basics\nissued: 2026-03-14\nawards:\n")
	for i := range 100_000 {
		fmt.Fprintf(&file, "  - id: k7q2m4x5o3d6a2f7w4z5b6c7ey\n    status_index: %d\n    recipient: r%d@example.org\n    narrative: First of them.\n", i, i)
	}
	data := []byte(file.String())
	last := diag.Problem{Pos: diag.Pos{File: "content/awards/a.yaml", Line: 400_002, Col: 5}, Message: "m"}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		p := diag.Printer{W: io.Discard, Source: func(string) ([]byte, error) { return data, nil }}
		if err := p.Print([]diag.Problem{last}); err != nil {
			b.Fatal(err)
		}
	}
}
