// Package layering holds the test of the map of packages: which one may import which, who alone may touch the disk, the
// clock and each library. It has no code of its own.
package layering
