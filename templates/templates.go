// Package templates holds the HTML templates that the program carries inside. A project's own templates/ folder lies
// over them, file by file.
package templates

import "embed"

// FS holds the templates at its root.
//
//go:embed *.html
var FS embed.FS
