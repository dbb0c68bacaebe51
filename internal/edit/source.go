package edit

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"blazon/internal/decl"
	"blazon/internal/diag"
)

// Source is a file's text with the places of its nodes.
type Source struct {
	data  []byte
	lines []line
	steps []int  // where every stepth character starts
	eol   string // the file's first line break
}

// line is where a line starts, in bytes and in characters.
type line struct {
	at, char int
}

const (
	bom  = "\ufeff"
	step = 64
)

// Open indexes a text. It takes time linear in its length, whatever the length of its lines.
func Open(data []byte) *Source {
	s := &Source{data: data}
	at := 0
	if bytes.HasPrefix(data, []byte(bom)) {
		at = len(bom) // the YAML library does not count it
	}
	s.lines = append(s.lines, line{at: at})
	for char := 0; at < len(data); char++ {
		if char%step == 0 {
			s.steps = append(s.steps, at)
		}
		_, size := utf8.DecodeRune(data[at:])
		if n := diag.LineBreak(data[at:]); n > 0 {
			if s.eol == "" {
				s.eol = ownBreak(data, at)
			}
			if n == 2 && data[at] == '\r' {
				at, char = at+1, char+1
				if char%step == 0 {
					s.steps = append(s.steps, at)
				}
				size = 1
			}
			s.lines = append(s.lines, line{at: at + size, char: char + 1})
		}
		at += size
	}
	if s.eol == "" {
		s.eol = "\n"
	}
	return s
}

// ownBreak is the line break at a place in so far as YAML 1.2 knows it; empty for one of the others.
func ownBreak(data []byte, at int) string {
	if n := diag.LineBreak(data[at:]); data[at] < utf8.RuneSelf {
		return string(data[at : at+n])
	}
	return ""
}

var (
	errPlace   = errors.New("its place in the file is not clear")
	errAnchor  = errors.New("a value there has an anchor or a tag")
	errAlias   = errors.New("a value there is an alias")
	errBlock   = errors.New("a value there is a text on several lines")
	errBraces  = errors.New("it is a mapping in a list in brackets, without braces of its own")
	errEmpty   = errors.New("it has no keys")
	errColon   = errors.New("a key there has no colon")
	errMissing = errors.New("a key is missing")
	errRest    = errors.New("more stands on the line")
)

// offset is where a node starts, in bytes.
func (s *Source) offset(pos diag.Pos) (int, error) {
	if pos.Line < 1 || pos.Line > len(s.lines) || pos.Col < 1 {
		return 0, errPlace
	}
	char := s.lines[pos.Line-1].char + pos.Col - 1
	at := len(s.data)
	if i := char / step; i < len(s.steps) {
		at = s.steps[i]
		for range char % step {
			if at < len(s.data) {
				_, size := utf8.DecodeRune(s.data[at:])
				at += size
			}
		}
	}
	if pos.Line < len(s.lines) && at >= s.lines[pos.Line].at {
		return 0, errPlace
	}
	return at, nil
}

// Front is the place ahead of a mapping's first key.
func (s *Source) Front(m decl.Node) (Place, error) {
	for k := range m.Pairs() {
		start, err := s.keyStart(m, k)
		if err != nil {
			return Place{}, err
		}
		p := s.beside(m, k.Pos(), start)
		p.at, p.tail = start, p.sep
		return p, nil
	}
	return Place{}, errEmpty
}

// After is the place behind a key whose value is a scalar: the next line, or in braces the place after the comma.
func (s *Source) After(m decl.Node, key string) (Place, error) {
	k, v, err := pair(m, key)
	if err != nil {
		return Place{}, err
	}
	start, err := s.keyStart(m, k)
	if err != nil {
		return Place{}, err
	}
	span, err := s.value(m, k, v)
	if err != nil {
		return Place{}, err
	}
	p := s.beside(m, k.Pos(), start)
	p.at, p.ahead = span.end, p.sep
	if m.IsFlow() {
		return p, nil
	}
	p.at, err = s.lineEnd(span.end)
	return p, err
}

// Value is the span of a key's value, which is a scalar of its own: no alias, anchor, tag or text on several lines.
// A value that is not there is the empty span after the colon.
func (s *Source) Value(m decl.Node, key string) (Span, error) {
	k, v, err := pair(m, key)
	if err != nil {
		return Span{}, err
	}
	if v.IsAlias() {
		return Span{}, errAlias
	}
	return s.value(m, k, v)
}

// Key is the span of a key.
func (s *Source) Key(m decl.Node, key string) (Span, error) {
	k, _, err := pair(m, key)
	if err != nil {
		return Span{}, err
	}
	return s.scalar(m, k)
}

func pair(m decl.Node, key string) (k, v decl.Node, err error) {
	for k, v := range m.Pairs() {
		if k.Text() == key && !k.IsAlias() {
			return k, v, nil
		}
	}
	return decl.Node{}, decl.Node{}, errMissing
}

// beside is how pairs are set apart from the one that starts at a place: as that one is from its own neighbours.
func (s *Source) beside(m decl.Node, pos diag.Pos, start int) Place {
	p := Place{json: s.isJSON(m)}
	indent := s.data[s.lines[pos.Line-1].at:start]
	switch {
	case !m.IsFlow():
		p.sep = s.eolAt(start) + strings.Repeat(" ", utf8.RuneCount(indent))
	case s.ownsLine(start):
		p.sep = "," + s.eolAt(start) + s.blanksBefore(start)
	default:
		p.sep = ", "
	}
	return p
}

// isJSON reports whether a mapping may be JSON, so that what is put there must be.
func (s *Source) isJSON(m decl.Node) bool {
	if !m.IsFlow() {
		return false
	}
	for k := range m.Pairs() {
		at, err := s.offset(k.Pos())
		return err == nil && at < len(s.data) && s.data[at] == '"'
	}
	return false
}

// keyStart is where a pair starts: at its key, or at the question mark before it.
func (s *Source) keyStart(m, k decl.Node) (int, error) {
	at, err := s.offset(k.Pos())
	if err != nil {
		return 0, err
	}
	if k.Anchor() == "" && !k.IsTagged() {
		if _, err := s.scalar(m, k); err != nil {
			return 0, err
		}
	}
	start, err := s.offset(m.Pos())
	switch {
	case err != nil || start >= len(s.data):
		return 0, errPlace
	case m.IsFlow() && m.Anchor() == "" && !m.IsTagged() && s.data[start] != '{':
		return 0, errBraces
	}
	blanks := len(s.blanksBefore(at))
	if before := at - blanks - 1; blanks > 0 && before >= 0 && s.data[before] == '?' {
		return before, nil
	}
	return at, nil
}

// value is the span of a pair's value, aliases included.
func (s *Source) value(m, k, v decl.Node) (Span, error) {
	if v.Kind() != decl.Null || v.Text() != "" || v.IsAlias() || v.Anchor() != "" || v.IsTagged() {
		return s.scalar(m, v)
	}
	key, err := s.scalar(m, k)
	if err != nil {
		return Span{}, err
	}
	colon := key.end
	for colon < len(s.data) && strings.IndexByte(" \t\r\n", s.data[colon]) >= 0 {
		colon++
	}
	if colon == len(s.data) || s.data[colon] != ':' {
		return Span{}, errColon
	}
	return Span{start: colon + 1, end: colon + 1, lead: " ", json: s.isJSON(m)}, nil
}

// scalar is the span of a scalar or an alias.
func (s *Source) scalar(m, n decl.Node) (Span, error) {
	at, err := s.offset(n.Pos())
	if err != nil {
		return Span{}, err
	}
	span := Span{start: at, json: s.isJSON(m)}
	rest := s.data[at:]
	switch {
	case n.IsAlias():
		span.end = at + 1 + aliasLength(rest)
		if len(rest) == 0 || rest[0] != '*' {
			return Span{}, errPlace
		}
	case n.Anchor() != "" || n.IsTagged():
		return Span{}, errAnchor
	case n.Kind() == decl.List || n.Kind() == decl.Map || n.IsBlockScalar():
		return Span{}, errBlock
	case n.IsQuoted():
		length := quotedLength(rest)
		if length == 0 {
			return Span{}, errPlace
		}
		span.end, span.mark = at+length, string(rest[:1])
	case n.Text() == "" || !bytes.HasPrefix(rest, []byte(n.Text())):
		return Span{}, errPlace
	default:
		span.end = at + len(n.Text())
	}
	return span, nil
}

func aliasLength(rest []byte) int {
	n := 1
	for n < len(rest) {
		c := rest[n]
		if c != '_' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			break
		}
		n++
	}
	return n - 1
}

// quotedLength is the length of the quoted scalar at the start of rest; 0 where there is none or it does not end.
func quotedLength(rest []byte) int {
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return 0
	}
	mark := rest[0]
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && mark == '"':
			i++
		case rest[i] != mark:
		case mark == '\'' && i+1 < len(rest) && rest[i+1] == mark:
			i++
		default:
			return i + 1
		}
	}
	return 0
}

// lineEnd is the end of the line, where only blanks and a comment follow.
func (s *Source) lineEnd(at int) (int, error) {
	end := at
	for end < len(s.data) && (s.data[end] == ' ' || s.data[end] == '\t') {
		end++
	}
	comment := end > at && end < len(s.data) && s.data[end] == '#'
	if !comment && end < len(s.data) && diag.LineBreak(s.data[end:]) == 0 {
		return 0, errRest
	}
	for end < len(s.data) && diag.LineBreak(s.data[end:]) == 0 {
		end++
	}
	return end, nil
}

// eolAt is how the line of a place ends: the file's own way where it is the last line.
func (s *Source) eolAt(at int) string {
	for at < len(s.data) && diag.LineBreak(s.data[at:]) == 0 {
		at++
	}
	if at < len(s.data) && ownBreak(s.data, at) != "" {
		return ownBreak(s.data, at)
	}
	return s.eol
}

func (s *Source) blanksBefore(at int) string {
	start := at
	for start > 0 && (s.data[start-1] == ' ' || s.data[start-1] == '\t') {
		start--
	}
	return string(s.data[start:at])
}

// ownsLine reports whether only blanks stand before a place on its line.
func (s *Source) ownsLine(at int) bool {
	at -= len(s.blanksBefore(at))
	return at > 0 && (s.data[at-1] == '\n' || s.data[at-1] == '\r')
}
