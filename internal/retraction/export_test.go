package retraction

import (
	"blazon/internal/decl"
	"blazon/internal/edit"
)

// Proves reports whether a text reads as another one does, but for the changes.
func Proves(before, after string, changes []Change) bool {
	b, _ := decl.Parse("a.yaml", []byte(before))
	a, _ := decl.Parse("a.yaml", []byte(after))
	p := planner{path: "a.yaml", data: []byte(before), before: b, source: edit.Open([]byte(before)), list: listOf(b.Root)}
	for _, c := range changes {
		if problem := p.add(c); problem != nil {
			panic(problem.Message)
		}
	}
	return p.proves(a.Root, p.drafts)
}
