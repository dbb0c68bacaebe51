package ob2

import (
	"strings"
	"unicode/utf8"
)

// writer appends JSON to a buffer. Assertions are made 100,000 at a time and more than once each, which is why this is
// not encoding/json: it would have to reflect, then indent what it wrote. Strings come out as encoding/json writes them
// without its escapes for HTML, but for what XML cannot hold.
type writer struct {
	buf   []byte
	depth int
	empty bool // nothing was written yet in the innermost object or list
}

func newWriter(size int) *writer { return &writer{buf: make([]byte, 0, size), empty: true} }

// bytes is the finished document.
func (w *writer) bytes() []byte { return append(w.buf, '\n') }

// open starts an object or a list with its bracket.
func (w *writer) open(bracket byte) {
	w.buf = append(w.buf, bracket)
	w.depth++
	w.empty = true
}

// close ends an object or a list with its bracket.
func (w *writer) close(bracket byte) {
	w.depth--
	if !w.empty {
		w.line()
	}
	w.buf = append(w.buf, bracket)
	w.empty = false
}

// element comes before each value of a list.
func (w *writer) element() {
	if !w.empty {
		w.buf = append(w.buf, ',')
	}
	w.line()
	w.empty = false
}

// key comes before each value of an object. It is one of ours, in plain ASCII.
func (w *writer) key(key string) {
	w.element()
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, key...)
	w.buf = append(w.buf, `": `...)
}

func (w *writer) line() {
	const indent = "\n                "
	w.buf = append(w.buf, indent[:1+2*w.depth]...)
}

// head writes the three properties that every 2.0 document begins with.
func (w *writer) head(id, kind string) {
	w.text("@context", context)
	w.text("id", id)
	w.text("type", kind)
}

func (w *writer) text(key, value string) {
	w.key(key)
	w.quote(value)
}

// optional writes a property unless it is empty.
func (w *writer) optional(key, value string) {
	if value != "" {
		w.text(key, value)
	}
}

func (w *writer) flag(key string, value bool) {
	w.key(key)
	if value {
		w.buf = append(w.buf, "true"...)
	} else {
		w.buf = append(w.buf, "false"...)
	}
}

// quote writes a string (RFC 8259, section 7). What is not UTF-8 becomes U+FFFD. U+2028 and U+2029 are escaped, since
// the documents are read by programs that take JSON for JavaScript.
func (w *writer) quote(s string) {
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
