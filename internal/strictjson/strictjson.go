// Package strictjson asks of a text whether it is JSON that every reader reads alike.
//
// A signature covers bytes, and what a badge says is what a reader makes of them. Where two readers may differ, over a
// key that stands twice, half a surrogate pair, or a second value behind the first, one can be shown what the other did
// not verify. RFC 8259 leaves that open; RFC 7493 (I-JSON) closes it, and so does Check. It bounds the work too.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits bound what is read. A field that is zero stands for its default.
type Limits struct {
	Bytes  int // length of the text: 1 MiB
	Depth  int // arrays and objects inside each other: 64
	Values int // values in all, arrays and objects among them: 100,000
}

func (l Limits) orDefaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = 1 << 20
	}
	if l.Depth == 0 {
		l.Depth = 64
	}
	if l.Values == 0 {
		l.Values = 100_000
	}
	return l
}

// What can be wrong with a text. An *Error wraps one of them.
var (
	ErrSyntax    = errors.New("is not JSON")
	ErrEncoding  = errors.New("is not clean UTF-8")
	ErrDuplicate = errors.New("a key stands twice in an object")
	ErrLimit     = errors.New("is larger than what is read")
)

// Error says what is wrong with a text, and where. It repeats nothing of the text.
type Error struct {
	Offset int    // in bytes
	Kind   error  // ErrSyntax, ErrEncoding, ErrDuplicate or ErrLimit
	Detail string // may be empty
}

func (e *Error) Error() string {
	if e.Detail == "" {
		return fmt.Sprintf("%s (at byte %d)", e.Kind, e.Offset)
	}
	return fmt.Sprintf("%s: %s (at byte %d)", e.Kind, e.Detail, e.Offset)
}

func (e *Error) Unwrap() error { return e.Kind }

// Check reports the first thing wrong with a text, as an *Error; nil where it is one JSON value in UTF-8 without a byte
// order mark, without keys that are equal once their escapes are read, without half surrogate pairs and within the
// limits. Numbers are held to the grammar only.
func Check(data []byte, l Limits) error {
	l = l.orDefaults()
	if len(data) > l.Bytes {
		return &Error{Offset: l.Bytes, Kind: ErrLimit, Detail: fmt.Sprintf("more than %d bytes", l.Bytes)}
	}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		return &Error{Kind: ErrEncoding, Detail: "a byte order mark stands first"}
	}
	s := scanner{data: data, limits: l}
	s.blanks()
	if err := s.value(); err != nil {
		return err
	}
	s.blanks()
	if s.at < len(data) {
		return s.syntax("more stands behind the value")
	}
	return nil
}

// Decode checks a text with the default limits and decodes it as encoding/json does. That takes a key in another case
// for a struct's field: where a key alone decides, decode with Object.
func Decode(data []byte, into any) error {
	if err := Check(data, Limits{}); err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return plain(err)
	}
	return nil
}

// Object checks a text with the limits given and takes it for an object, of which each key counts as it is written.
func Object(data []byte, l Limits) (map[string]json.RawMessage, error) {
	if err := Check(data, l); err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, plain(err)
	}
	if members == nil {
		return nil, errors.New("is null, not an object")
	}
	return members, nil
}

// plain is an error of encoding/json without the names of Go's types.
func plain(err error) error {
	var typed *json.UnmarshalTypeError
	if !errors.As(err, &typed) {
		return err
	}
	if typed.Field == "" {
		return fmt.Errorf("is of the wrong kind: found %s", typed.Value)
	}
	return fmt.Errorf("%s is of the wrong kind: found %s", typed.Field, typed.Value)
}

// scanner reads a text once, from the front.
type scanner struct {
	data          []byte
	at            int
	limits        Limits
	depth, values int
}

func (s *scanner) fail(at int, kind error, detail string) error {
	return &Error{Offset: at, Kind: kind, Detail: detail}
}

func (s *scanner) syntax(detail string) error { return s.fail(s.at, ErrSyntax, detail) }

// peek is the next byte; 0, which no text of JSON holds, at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

func (s *scanner) blanks() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) value() error {
	if s.values++; s.values > s.limits.Values {
		return s.fail(s.at, ErrLimit, fmt.Sprintf("more than %d values", s.limits.Values))
	}
	switch c := s.peek(); {
	case c == '{':
		return s.nested(s.object)
	case c == '[':
		return s.nested(s.array)
	case c == '"':
		_, err := s.text()
		return err
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case s.at == len(s.data):
		return s.syntax("it ends too early")
	}
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(s.data[s.at:], []byte(word)) {
			s.at += len(word)
			return nil
		}
	}
	return s.syntax("a value is missing")
}

func (s *scanner) nested(read func() error) error {
	if s.depth++; s.depth > s.limits.Depth {
		return s.fail(s.at, ErrLimit, fmt.Sprintf("more than %d levels", s.limits.Depth))
	}
	s.at++
	s.blanks()
	err := read()
	s.depth--
	return err
}

func (s *scanner) array() error {
	if s.peek() == ']' {
		s.at++
		return nil
	}
	for {
		if err := s.value(); err != nil {
			return err
		}
		if more, err := s.next(']'); !more {
			return err
		}
	}
}

// next reads what follows an element: a comma, or the end.
func (s *scanner) next(end byte) (more bool, err error) {
	s.blanks()
	switch s.peek() {
	case end:
		s.at++
		return false, nil
	case ',':
		s.at++
		s.blanks()
		return true, nil
	}
	return false, s.syntax("a comma or a bracket is missing")
}

// few is the number of keys up to which looking through them is cheaper than a map.
const few = 12

func (s *scanner) object() error {
	if s.peek() == '}' {
		s.at++
		return nil
	}
	var first [few][]byte
	seen := first[:0]
	var many map[string]bool
	for {
		start := s.at
		if s.peek() != '"' {
			return s.syntax("a key is missing")
		}
		key, err := s.text()
		if err != nil {
			return err
		}
		twice := many[string(key)]
		for i := 0; many == nil && i < len(seen) && !twice; i++ {
			twice = bytes.Equal(seen[i], key)
		}
		switch {
		case twice:
			return s.fail(start, ErrDuplicate, "")
		case many != nil:
			many[string(key)] = true
		case len(seen) < few:
			seen = append(seen, key)
		default:
			many = map[string]bool{string(key): true}
			for _, k := range seen {
				many[string(k)] = true
			}
		}
		s.blanks()
		if s.peek() != ':' {
			return s.syntax("a colon is missing")
		}
		s.at++
		s.blanks()
		if err := s.value(); err != nil {
			return err
		}
		if more, err := s.next('}'); !more {
			return err
		}
	}
}

// text reads a string and returns what it says. Where nothing is escaped, that is a part of the data.
func (s *scanner) text() ([]byte, error) {
	s.at++
	start := s.at
	var said []byte
	for from := start; s.at < len(s.data); {
		switch c := s.data[s.at]; {
		case c == '"':
			end := s.at
			s.at++
			if said == nil {
				return s.data[start:end], nil
			}
			return append(said, s.data[from:end]...), nil
		case c < 0x20:
			return nil, s.syntax("a control character stands in a string")
		case c == '\\':
			said = append(said, s.data[from:s.at]...)
			r, err := s.escape()
			if err != nil {
				return nil, err
			}
			said = utf8.AppendRune(said, r)
			from = s.at
		case c < utf8.RuneSelf:
			s.at++
		default:
			r, size := utf8.DecodeRune(s.data[s.at:])
			if r == utf8.RuneError && size == 1 {
				return nil, s.fail(s.at, ErrEncoding, "a byte is not UTF-8")
			}
			s.at += size
		}
	}
	return nil, s.syntax("a string does not end")
}

// escape reads what a backslash begins.
func (s *scanner) escape() (rune, error) {
	start := s.at
	s.at++
	c := s.peek()
	s.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		r, ok := s.unit()
		switch {
		case !ok:
			return 0, s.fail(start, ErrSyntax, "an escape is not one of JSON's")
		case !utf16.IsSurrogate(r):
			return r, nil
		}
		if s.peek() == '\\' && s.at+1 < len(s.data) && s.data[s.at+1] == 'u' {
			s.at += 2
			if low, ok := s.unit(); ok {
				if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
					return pair, nil
				}
			}
		}
		return 0, s.fail(start, ErrEncoding, "half a surrogate pair is escaped")
	}
	return 0, s.fail(start, ErrSyntax, "an escape is not one of JSON's")
}

// unit reads the four hexadecimal digits of an escape.
func (s *scanner) unit() (rune, bool) {
	if s.at+4 > len(s.data) {
		return 0, false
	}
	var r rune
	for _, c := range s.data[s.at : s.at+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	s.at += 4
	return r, true
}

func (s *scanner) number() error {
	if s.peek() == '-' {
		s.at++
	}
	if s.peek() == '0' {
		s.at++
	} else if !s.digits() {
		return s.syntax("a number lacks a digit")
	}
	if s.peek() == '.' {
		s.at++
		if !s.digits() {
			return s.syntax("a number lacks a digit")
		}
	}
	if s.peek()|0x20 == 'e' {
		s.at++
		if c := s.peek(); c == '+' || c == '-' {
			s.at++
		}
		if !s.digits() {
			return s.syntax("a number lacks a digit")
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	start := s.at
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.at++
	}
	return s.at > start
}
