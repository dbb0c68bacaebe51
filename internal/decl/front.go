package decl

import (
	"bytes"
	"strings"

	"blazon/internal/diag"
	"blazon/internal/rule"
)

// Front takes the front matter of a Markdown page apart: YAML between a first line of three dashes and the next such
// line. The body is padded with as many line breaks as were cut, so that its lines count as in the file.
func Front(path string, data []byte) (*File, string, []diag.Problem) {
	f := &File{Path: path}
	if p, bad := encodingProblem(path, data, 0); bad {
		return f, "", []diag.Problem{p}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	first, rest, found := bytes.Cut(data, []byte("\n"))
	if !isFence(first) {
		return f, "", []diag.Problem{rule.Syntax.At(diag.Pos{File: path, Line: 1, Col: 1},
			"begin with a line ---, then title: ..., then a line ---", "the page has no front matter")}
	}
	front := rest
	for line, at := 2, 0; found && at <= len(rest); line++ {
		text, _, more := bytes.Cut(rest[at:], []byte("\n"))
		if isFence(text) {
			front = rest[:at]
			body := ""
			if more {
				body = strings.Repeat("\n", line) + string(rest[at+len(text)+1:])
			}
			file, problems := parse(path, front, 1)
			return file, strings.ReplaceAll(body, "\r\n", "\n"), problems
		}
		if !more {
			break
		}
		at += len(text) + 1
	}
	return f, "", []diag.Problem{rule.Syntax.At(diag.Pos{File: path, Line: 1, Col: 1},
		"end it with a line of three dashes", "the front matter is not closed")}
}

func isFence(line []byte) bool {
	return string(bytes.TrimRight(line, " \t\r")) == "---"
}
