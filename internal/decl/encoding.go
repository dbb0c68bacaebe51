package decl

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"blazon/internal/diag"
	"blazon/internal/rule"
)

// encodingProblem looks at a file's bytes: too many of them, not UTF-8, or control characters, which YAML does not
// allow (YAML 1.2.2 §5.1). The file starts after skip lines of another.
func encodingProblem(path string, data []byte, skip int) (diag.Problem, bool) {
	if len(data) > FileLimit {
		return rule.Encoding.At(diag.Pos{File: path}, "split it into several files", "the file is larger than %d MiB", FileLimit>>20), true
	}
	if name := wideEncoding(data); name != "" {
		return rule.Encoding.At(diag.Pos{File: path, Line: skip + 1, Col: 1}, "save it as UTF-8", "the file is %s", name), true
	}
	at, what, hint := badByte(data)
	if at < 0 {
		return diag.Problem{}, false
	}
	line, col := place(data, at)
	return rule.Encoding.At(diag.Pos{File: path, Line: skip + line, Col: col}, hint, "%s", what), true
}

// wideEncoding is the name of an encoding with several bytes a character that a text is in; empty for UTF-8.
func wideEncoding(data []byte) string {
	for _, e := range []struct{ start, name string }{
		{"\xff\xfe\x00\x00", "UTF-32"}, {"\x00\x00\xfe\xff", "UTF-32"},
		{"\xff\xfe", "UTF-16"}, {"\xfe\xff", "UTF-16"},
	} {
		if bytes.HasPrefix(data, []byte(e.start)) {
			return e.name
		}
	}
	if len(data) >= 4 && len(data)%2 == 0 && (data[0] == 0 && data[2] == 0 || data[1] == 0 && data[3] == 0) {
		return "UTF-16"
	}
	return ""
}

// badByte finds the first byte that is no part of a text; -1 where there is none.
func badByte(data []byte) (at int, what, hint string) {
	for i := 0; i < len(data); {
		b := data[i]
		switch {
		case b >= 0x20 && b < 0x7f, b == '\t', b == '\n', b == '\r':
			i++
		case b < utf8.RuneSelf:
			return i, fmt.Sprintf("a control character, U+%04X", b), "remove it"
		default:
			r, size := utf8.DecodeRune(data[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				return i, fmt.Sprintf("this is not UTF-8: byte 0x%02x", b), "save the file as UTF-8"
			case 0x80 <= r && r < 0xa0 && r != 0x85, r == 0xfffe, r == 0xffff:
				return i, fmt.Sprintf("a control character, U+%04X", r), "remove it"
			}
			i += size
		}
	}
	return -1, "", ""
}

// place is the line and the column of a byte, both from 1. A byte order mark does not count.
func place(data []byte, at int) (line, col int) {
	line, start := 1, 0
	if bytes.HasPrefix(data, bom) {
		start = len(bom)
	}
	for i := start; i < at; {
		if n := diag.LineBreak(data[i:]); n > 0 && i+n <= at {
			i += n
			line, start = line+1, i
			continue
		}
		i++
	}
	return line, 1 + utf8.RuneCount(data[start:max(start, at)])
}

var bom = []byte("\ufeff")
