package build

import "blazon/internal/badge"

// AwardKey is what the tests of the package's inside need.
var AwardKey = awardKey

// Recent is what is kept of the last awards.
type Recent = recent

// Make is Recent's method of that name.
func (r *recent) Make(a *badge.Award, make func() ([]byte, error)) ([]byte, error) {
	return r.make(a, make)
}
