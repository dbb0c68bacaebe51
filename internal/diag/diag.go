// Package diag holds what blazon has to say about a person's files: where something stands, what is wrong with it and
// what would be right. Packages that read declarations return Problems; only the command line prints them.
package diag

import (
	"cmp"
	"slices"
)

// Pos is a place in a project's file. Line and Col count from 1, Col in characters; 0 means that it is not known.
type Pos struct {
	File string // slash-separated, relative to the project's folder
	Line int
	Col  int
}

// Severity says whether a problem stops a build.
type Severity uint8

const (
	// Error stops a build.
	Error Severity = iota
	// Warning does not, unless --strict is given.
	Warning
)

// String is the word that users and scripts see.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Problem is one thing that is wrong. Message says what is wrong and what was found; Hint, where there is one, says what
// would be right. Neither holds a recipient's identity or key material: see Quote.
type Problem struct {
	Pos
	Rule     string // a name from the table of rules, such as "unknown-key"
	Severity Severity
	Message  string
	Hint     string
}

// Sort orders problems by file, line, column, rule and message, and drops exact repeats.
func Sort(problems []Problem) []Problem {
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(problems)
}

// HasErrors reports whether any of the problems stops a build.
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}
