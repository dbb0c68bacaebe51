// Package jsontext writes the JSON of badges: UTF-8, properties in the order in which they are written, indented by two
// spaces with a newline at the end, or compact.
package jsontext

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Writer appends JSON to a buffer. Assertions are made 100,000 at a time and more than once each, which is why this is
// not encoding/json: it would have to reflect, then indent what it wrote. Strings come out as encoding/json writes them
// without its escapes for HTML, but for what XML cannot hold.
type Writer struct {
	buf     []byte
	depth   int
	empty   bool // nothing was written yet in the innermost object or list
	compact bool
}

// New is a writer of an indented document of about size bytes.
func New(size int) *Writer { return &Writer{buf: make([]byte, 0, size), empty: true} }

// Compact is a writer of a document without white space.
func Compact(size int) *Writer {
	return &Writer{buf: make([]byte, 0, size), empty: true, compact: true}
}

// Part is a writer of a value that later stands at a depth of another document: of a document's own properties 1.
func Part(size, depth int, compact bool) *Writer {
	return &Writer{buf: make([]byte, 0, size), empty: true, depth: depth, compact: compact}
}

// Bytes is the finished document.
func (w *Writer) Bytes() []byte {
	if w.compact {
		return w.buf
	}
	return append(w.buf, '\n')
}

// Value is what was written, without a newline at the end: for Raw.
func (w *Writer) Value() []byte { return w.buf }

// Raw writes a value that another writer has made for the same depth.
func (w *Writer) Raw(value []byte) { w.buf = append(w.buf, value...) }

// Open starts an object or a list with its bracket.
func (w *Writer) Open(bracket byte) {
	w.buf = append(w.buf, bracket)
	w.depth++
	w.empty = true
}

// Close ends an object or a list with its bracket.
func (w *Writer) Close(bracket byte) {
	w.depth--
	if !w.empty {
		w.line()
	}
	w.buf = append(w.buf, bracket)
	w.empty = false
}

// Element comes before each value of a list.
func (w *Writer) Element() {
	if !w.empty {
		w.buf = append(w.buf, ',')
	}
	w.line()
	w.empty = false
}

// Key comes before each value of an object. It is one of ours, in plain ASCII.
func (w *Writer) Key(key string) {
	w.Element()
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, key...)
	if w.compact {
		w.buf = append(w.buf, `":`...)
		return
	}
	w.buf = append(w.buf, `": `...)
}

func (w *Writer) line() {
	const indent = "\n                                "
	if w.compact {
		return
	}
	w.buf = append(w.buf, indent[:1+2*w.depth]...)
}

// Text writes a property that is a string.
func (w *Writer) Text(key, value string) {
	w.Key(key)
	w.Quote(value)
}

// Optional writes a property unless it is empty.
func (w *Writer) Optional(key, value string) {
	if value != "" {
		w.Text(key, value)
	}
}

// Flag writes a property that is true or false.
func (w *Writer) Flag(key string, value bool) {
	w.Key(key)
	if value {
		w.buf = append(w.buf, "true"...)
	} else {
		w.buf = append(w.buf, "false"...)
	}
}

// Quote writes a string (RFC 8259, section 7). What is not UTF-8 becomes U+FFFD. U+2028 and U+2029 are escaped, since
// the documents are read by programs that take JSON for JavaScript.
func (w *Writer) Quote(s string) {
	const hex = "0123456789abcdef"
	b := append(w.buf, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			// "]]>" ends a CDATA section of a baked SVG, and not every reader puts two of them together.
			if c >= 0x20 && c != '"' && c != '\\' && (c != '>' || !strings.HasSuffix(s[:i], "]]")) {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\b':
				b = append(b, '\\', 'b')
			case '\f':
				b = append(b, '\\', 'f')
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(b, s[start:i]...)
			b = append(b, `\ufffd`...)
			start = i + size
		} else if r == '\ufffe' || r == '\uffff' { // XML has no such characters
			b = append(b, s[start:i]...)
			b = append(b, '\\', 'u', 'f', 'f', 'f', hex[r&15])
			start = i + size
		} else if r == '\u2028' || r == '\u2029' {
			b = append(b, s[start:i]...)
			b = append(b, '\\', 'u', '2', '0', '2', hex[r&15])
			start = i + size
		}
		i += size
	}
	b = append(b, s[start:]...)
	w.buf = append(b, '"')
}

// Texts writes a property that is a list of strings, or nothing where there are none.
func (w *Writer) Texts(key string, values ...string) {
	if len(values) == 0 {
		return
	}
	w.Key(key)
	w.Open('[')
	for _, v := range values {
		w.Element()
		w.Quote(v)
	}
	w.Close(']')
}

// Number writes a property that is a whole number.
func (w *Writer) Number(key string, n int64) {
	w.Key(key)
	w.buf = strconv.AppendInt(w.buf, n, 10)
}

// DateForm is how every document states a moment: ISO 8601 in UTC, to the second (OB 2.0, DateTime; XML Schema, dateTime).
const DateForm = "2006-01-02T15:04:05Z"

// Date writes a property that is a moment, or nothing where it is zero.
func (w *Writer) Date(key string, t time.Time) {
	if t.IsZero() {
		return
	}
	w.Key(key)
	w.buf = append(w.buf, '"')
	w.buf = t.UTC().AppendFormat(w.buf, DateForm)
	w.buf = append(w.buf, '"')
}
