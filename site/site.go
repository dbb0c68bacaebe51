// Package site holds the files that the program copies to a published site as they are: style sheet and icons. A
// project's own site/ folder lies over them, file by file.
package site

import "embed"

// FS holds the files at its root.
//
//go:embed style.css favicon.svg apple-touch-icon.png
var FS embed.FS
