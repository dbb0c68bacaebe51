package drawing

import (
	"math"
	"strconv"
	"strings"
)

// maxCoordinate bounds every number that places something. Beyond it, the differences that make up a shape are lost.
const maxCoordinate = 1e9

// scanner reads the small languages of attribute values.
type scanner struct {
	s  string
	at int
}

func (s *scanner) rest() string { return s.s[s.at:] }
func (s *scanner) done() bool   { return s.at >= len(s.s) }

// peek is the next byte, or 0.
func (s *scanner) peek() byte {
	if s.done() {
		return 0
	}
	return s.s[s.at]
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (s *scanner) blanks() {
	for !s.done() && isBlank(s.s[s.at]) {
		s.at++
	}
}

// separator passes over white space with at most one comma in it, and reports the comma.
func (s *scanner) separator() bool {
	s.blanks()
	if s.peek() != ',' {
		return false
	}
	s.at++
	s.blanks()
	return true
}

func (s *scanner) skip(word string) bool {
	if !strings.HasPrefix(s.rest(), word) {
		return false
	}
	s.at += len(word)
	return true
}

// number reads a number as SVG and CSS agree on it: digits follow a point, and so the letter e.
func (s *scanner) number() (float64, bool) {
	i := s.at
	digits := func() bool {
		from := i
		for i < len(s.s) && isDigit(s.s[i]) {
			i++
		}
		return i > from
	}
	if i < len(s.s) && (s.s[i] == '+' || s.s[i] == '-') {
		i++
	}
	whole := digits()
	if i+1 < len(s.s) && s.s[i] == '.' && isDigit(s.s[i+1]) {
		i++
		whole = digits()
	} else if i < len(s.s) && s.s[i] == '.' {
		return 0, false
	}
	if !whole {
		return 0, false
	}
	if i < len(s.s) && s.s[i]|0x20 == 'e' {
		mantissa := i
		i++
		if i < len(s.s) && (s.s[i] == '+' || s.s[i] == '-') {
			i++
		}
		// "1em" is a number and a unit.
		if !digits() {
			i = mantissa
		}
	}
	v, err := strconv.ParseFloat(s.s[s.at:i], 64)
	if err != nil || math.Abs(v) > maxCoordinate {
		return 0, false
	}
	s.at = i
	return v, true
}

// word reads letters, digits, hyphens and underscores.
func (s *scanner) word() string {
	from := s.at
	for !s.done() {
		c := s.s[s.at]
		if !isDigit(c) && c != '-' && c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') {
			break
		}
		s.at++
	}
	return s.s[from:s.at]
}

// numbers reads a whole string of numbers, separated by white space or commas.
func numbers(text string) (list []float64, at int, ok bool) {
	s := scanner{s: text}
	s.blanks()
	for !s.done() {
		v, ok := s.number()
		if !ok {
			return nil, s.at, false
		}
		list = append(list, v)
		if s.separator() && s.done() {
			return nil, s.at, false
		}
	}
	return list, s.at, true
}
