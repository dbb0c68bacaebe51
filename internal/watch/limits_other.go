//go:build !unix

package watch

import "errors"

// Systems without these limits.
var (
	errWatches   = errors.New("too many watches")
	errInstances = errors.New("too many watchers")
)
