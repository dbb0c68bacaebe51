package rdfc

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SyntaxError says where a text is not N-Quads.
type SyntaxError struct {
	// Line and Column count from 1; columns count bytes.
	Line, Column int
	// What is wrong there.
	What string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.What) }

// Parse reads N-Quads (RDF 1.1 N-Quads), canonical or not: comments, blank lines and every escape are understood.
// Quads come in the order of the text, and as often. IRIs must be absolute. The error is a *SyntaxError.
func Parse(nquads []byte) ([]Quad, error) {
	p := &parser{line: 1}
	var quads []Quad
	for text := string(nquads); text != ""; p.line++ {
		// Any run of LF and CR ends a line; CR LF counts once.
		end := strings.IndexAny(text, "\r\n")
		next := ""
		if end < 0 {
			p.rest = text
		} else {
			p.rest = text[:end]
			next = strings.TrimPrefix(text[end:], "\r")
			if len(next) == len(text)-end || strings.HasPrefix(next, "\n") {
				next = next[1:]
			}
		}
		p.width = len(p.rest)
		q, ok, err := p.quad()
		if err != nil {
			return nil, err
		}
		if ok {
			quads = append(quads, q)
		}
		text = next
	}
	return quads, nil
}

// parser reads one line after another.
type parser struct {
	rest        string // what is left of the line
	line, width int
}

func (p *parser) fail(format string, args ...any) error {
	return &SyntaxError{p.line, p.width - len(p.rest) + 1, fmt.Sprintf(format, args...)}
}

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t") }

// quad reads a line; ok is false for one with nothing in it.
func (p *parser) quad() (q Quad, ok bool, err error) {
	if p.space(); p.rest == "" || p.rest[0] == '#' {
		if !utf8.ValidString(p.rest) {
			return q, false, p.fail("not UTF-8")
		}
		return q, false, nil
	}
	for _, part := range []struct {
		name, start string
		term        *Term
	}{
		{"subject", "<_", &q.Subject},
		{"predicate", "<", &q.Predicate},
		{"object", "<_\"", &q.Object},
		{"graph", "<_.", &q.Graph},
	} {
		p.space()
		if p.rest == "" {
			return q, false, p.fail("the line ends where its %s should be", part.name)
		}
		if strings.IndexByte(part.start, p.rest[0]) < 0 {
			r, _ := utf8.DecodeRuneInString(p.rest)
			return q, false, p.fail("no %s begins with %q", part.name, r)
		}
		if p.rest[0] != '.' {
			if err := p.term(part.term); err != nil {
				return q, false, err
			}
		}
	}
	if p.space(); !strings.HasPrefix(p.rest, ".") {
		return q, false, p.fail("a quad without a full stop")
	}
	p.rest = p.rest[1:]
	if p.space(); p.rest != "" && p.rest[0] != '#' {
		return q, false, p.fail("more after the full stop")
	}
	if !utf8.ValidString(p.rest) {
		return q, false, p.fail("not UTF-8")
	}
	return q, true, nil
}

func (p *parser) term(t *Term) (err error) {
	switch p.rest[0] {
	case '<':
		t.Kind = IRI
		t.Value, err = p.iri()
	case '_':
		t.Kind = Blank
		t.Value, err = p.label()
	default:
		t.Kind = Literal
		if t.Value, err = p.quoted(); err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(p.rest, "^^<"):
			p.rest = p.rest[2:]
			t.Datatype, err = p.iri()
			*t = t.normal()
		case strings.HasPrefix(p.rest, "@"):
			end := 1
			for end < len(p.rest) && (isLetterOrDigit(p.rest[end]) || p.rest[end] == '-') {
				end++
			}
			if t.Language = p.rest[1:end]; !isLanguage(t.Language) {
				return p.fail("not a language tag")
			}
			p.rest = p.rest[end:]
		}
	}
	return err
}

func isLetterOrDigit(b byte) bool {
	return 'a' <= b|0x20 && b|0x20 <= 'z' || '0' <= b && b <= '9'
}

func (p *parser) iri() (string, error) {
	end := strings.IndexByte(p.rest, '>')
	if end < 0 {
		return "", p.fail("an IRI without an end")
	}
	iri, err := p.unescape(p.rest[1:end], "")
	if err != nil {
		return "", err
	}
	if what := iriFault(iri); what != "" {
		return "", p.fail("%s", what)
	}
	if !isAbsolute(iri) {
		return "", p.fail("a relative IRI")
	}
	p.rest = p.rest[end+1:]
	return iri, nil
}

// isAbsolute tells whether an IRI begins with a scheme (RFC 3987 §2.2).
func isAbsolute(iri string) bool {
	scheme, _, found := strings.Cut(iri, ":")
	if !found || scheme == "" || scheme[0] <= '9' {
		return false
	}
	for i := range len(scheme) {
		if !isLetterOrDigit(scheme[i]) && strings.IndexByte("+-.", scheme[i]) < 0 {
			return false
		}
	}
	return true
}

// label reads a BLANK_NODE_LABEL. A full stop may be in it, but not at its end.
func (p *parser) label() (string, error) {
	if !strings.HasPrefix(p.rest, "_:") {
		return "", p.fail("an underscore without a colon")
	}
	end := len(p.rest)
	for i, r := range p.rest[2:] {
		if r == utf8.RuneError && !strings.HasPrefix(p.rest[2+i:], "\uFFFD") {
			return "", p.fail("not UTF-8")
		}
		if !inLabel(r, i == 0) {
			end = 2 + i
			break
		}
	}
	label := strings.TrimRight(p.rest[2:end], ".")
	if label == "" {
		return "", p.fail("a blank node without a label")
	}
	p.rest = p.rest[2+len(label):]
	return label, nil
}

// inLabel is the grammar's PN_CHARS, with the digits, the underscore and the colon that N-Quads adds to its beginning.
func inLabel(r rune, first bool) bool {
	switch {
	case r < 0x80:
		return isLetterOrDigit(byte(r)) || r == '_' || r == ':' || !first && (r == '-' || r == '.')
	case r == 0xB7, 0x300 <= r && r <= 0x36F, 0x203F <= r && r <= 0x2040:
		return !first
	}
	for _, span := range [...][2]rune{{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D},
		{0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}} {
		if span[0] <= r && r <= span[1] {
			return true
		}
	}
	return false
}

// quoted reads a STRING_LITERAL_QUOTE.
func (p *parser) quoted() (string, error) {
	end := 1
	for end < len(p.rest) && p.rest[end] != '"' {
		if p.rest[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(p.rest) {
		return "", p.fail("a literal without an end")
	}
	value, err := p.unescape(p.rest[1:end], "tbnrf\"'\\")
	if err != nil {
		return "", err
	}
	p.rest = p.rest[end+1:]
	return value, nil
}

// escaped are the characters of ECHAR, in the order of the letters that unescape takes.
var escaped = map[byte]byte{'t': '\t', 'b': '\b', 'n': '\n', 'r': '\r', 'f': '\f', '"': '"', '\'': '\'', '\\': '\\'}

// unescape decodes \u and \U, and \ before one of the letters.
func (p *parser) unescape(s, letters string) (string, error) {
	if !utf8.ValidString(s) {
		return "", p.fail("not UTF-8")
	}
	if strings.IndexByte(s, '\\') < 0 {
		return s, nil
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, `\`)
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		digits := 0
		switch {
		case after == "":
		case after[0] == 'u':
			digits = 4
		case after[0] == 'U':
			digits = 8
		case strings.IndexByte(letters, after[0]) >= 0:
			b.WriteByte(escaped[after[0]])
			s = after[1:]
			continue
		}
		if digits == 0 || len(after) < 1+digits {
			return "", p.fail("an escape that N-Quads does not have")
		}
		code, err := strconv.ParseUint(after[1:1+digits], 16, 32)
		if err != nil || !utf8.ValidRune(rune(code)) || code > utf8.MaxRune {
			return "", p.fail("an escape that is no character")
		}
		b.WriteRune(rune(code))
		s = after[1+digits:]
	}
}
