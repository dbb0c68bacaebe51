package stamp_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/stamp"
)

func TestCollisions(t *testing.T) {
	one, two := &badge.Class{Issuer: &badge.Issuer{Slug: "one"}}, &badge.Class{Issuer: &badge.Issuer{Slug: "two"}}
	file := "content/awards/a.yaml"
	award := func(id string, class *badge.Class, slot int, line uint32) *badge.Award {
		mark := badge.Mark{Line: line, Col: 3}
		return &badge.Award{ID: id, Class: class, StatusIndex: slot, File: &file, At: badge.Marks{Award: mark, Slot: mark}}
	}
	tests := map[string]struct {
		awards    []*badge.Award
		published []string
		moves     []int // lines
		problems  []int // lines
	}{
		"none":                   {awards: []*badge.Award{award("a", one, 1, 1), award("b", one, 2, 2)}},
		"other issuers":          {awards: []*badge.Award{award("a", one, 1, 1), award("b", two, 1, 2)}},
		"no slots":               {awards: []*badge.Award{award("a", one, -1, 1), award("b", one, -1, 2)}},
		"the later one":          {awards: []*badge.Award{award("b", one, 1, 1), award("a", one, 1, 2)}, moves: []int{2}},
		"the new one":            {awards: []*badge.Award{award("a", one, 1, 1), award("b", one, 1, 2)}, published: []string{"b"}, moves: []int{1}},
		"all but one":            {awards: []*badge.Award{award("a", one, 1, 1), award("b", one, 1, 2), award("c", one, 1, 3)}, published: []string{"b"}, moves: []int{1, 3}},
		"without an id":          {awards: []*badge.Award{award("", one, 1, 1), award("b", one, 1, 2)}, published: []string{"b"}, moves: []int{1}},
		"both published":         {awards: []*badge.Award{award("a", one, 1, 1), award("b", one, 1, 2)}, published: []string{"a", "b"}, problems: []int{2}},
		"both published, a new":  {awards: []*badge.Award{award("a", one, 1, 1), award("b", one, 1, 2), award("c", one, 1, 3)}, published: []string{"a", "b"}, moves: []int{3}, problems: []int{2}},
		"no issuer, so no lists": {awards: []*badge.Award{award("a", &badge.Class{}, 1, 1), award("b", &badge.Class{}, 1, 2)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			published := make(map[string]bool)
			for _, id := range test.published {
				published[id] = true
			}
			moves, problems := stamp.Collisions(&badge.Catalog{Awards: test.awards}, func(id string) bool { return published[id] })
			want := make(map[diag.Pos]bool)
			for _, line := range test.moves {
				want[diag.Pos{File: file, Line: line, Col: 3}] = true
			}
			assert.Equal(t, want, moves)
			var lines []int
			for _, p := range problems {
				assert.Equal(t, "duplicate-slot", p.Rule)
				lines = append(lines, p.Line)
			}
			assert.Equal(t, test.problems, lines)
		})
	}
}
