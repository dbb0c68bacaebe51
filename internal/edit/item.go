package edit

import (
	"strings"
	"unicode/utf8"

	"blazon/internal/decl"
	"blazon/internal/diag"
)

// ItemPlace is where a mapping can be put into a list.
type ItemPlace struct {
	at         int
	ahead, sep string
	flow, json bool // in braces; as JSON
}

// Put is the change that writes the mapping.
func (p ItemPlace) Put(pairs ...Pair) Change {
	text := join(pairs, p.sep, p.json)
	if p.flow {
		text = "{" + text + "}"
	}
	return Change{Start: p.at, End: p.at, Text: p.ahead + text}
}

// AfterItem is the place behind an item of a list that is a mapping of its own: no alias, without anchor and tag. What is
// put there is written as that item is, in braces or below each other, and set apart as it is from its neighbours.
func (s *Source) AfterItem(list, item decl.Node) (ItemPlace, error) {
	switch {
	case item.IsAlias():
		return ItemPlace{}, errAlias
	case item.Anchor() != "" || item.IsTagged():
		return ItemPlace{}, errAnchor
	case item.Kind() != decl.Map || item.Len() == 0:
		return ItemPlace{}, errEmpty
	}
	start, err := s.offset(item.Pos())
	if err != nil {
		return ItemPlace{}, err
	}
	for k := range item.Pairs() {
		if _, err := s.keyStart(item, k); err != nil {
			return ItemPlace{}, err
		}
	}
	end, err := s.end(item)
	if err != nil {
		return ItemPlace{}, err
	}
	p := ItemPlace{at: end, sep: ", ", flow: item.IsFlow(), json: s.isJSON(item)}
	if list.IsFlow() {
		p.ahead = ", "
		if s.ownsLine(start) {
			p.ahead = "," + s.eolAt(start) + s.blanksBefore(start)
		}
		return p, nil
	}
	blanks := s.blanksBefore(start)
	dash := start - len(blanks) - 1
	if blanks == "" || dash < 0 || s.data[dash] != '-' || dash > 0 && !s.ownsLine(dash) {
		return ItemPlace{}, errPlace
	}
	indent := s.blanksBefore(dash)
	p.ahead = s.eolAt(start) + indent + "-" + blanks
	if !p.flow {
		p.sep = s.eolAt(start) + indent + " " + strings.Repeat(" ", utf8.RuneCountInString(blanks))
	}
	p.at, err = s.lineEnd(end)
	return p, err
}

// end is where a value ends: behind its last letter, quotation mark or bracket.
func (s *Source) end(n decl.Node) (int, error) {
	if n.IsAlias() || n.Kind() != decl.Map && n.Kind() != decl.List {
		span, err := s.scalar(n, n)
		return span.end, err
	}
	if n.Anchor() != "" || n.IsTagged() {
		return 0, errAnchor
	}
	at, err := s.offset(n.Pos())
	if err != nil {
		return 0, err
	}
	if n.IsFlow() {
		at++
	}
	for _, item := range n.Items() {
		if at, err = s.end(item); err != nil {
			return 0, err
		}
	}
	for k, v := range n.Pairs() {
		if v.Kind() == decl.Null && !v.IsAlias() {
			span, err := s.value(n, k, v)
			if err != nil {
				return 0, err
			}
			at = span.end
		} else if at, err = s.end(v); err != nil {
			return 0, err
		}
	}
	if !n.IsFlow() {
		return at, nil
	}
	bracket := byte('}')
	if n.Kind() == decl.List {
		bracket = ']'
	}
	return s.closing(at, bracket)
}

// closing is the place behind the bracket that ends a mapping or list, ahead of which stand at most blanks, comments and
// a comma.
func (s *Source) closing(at int, bracket byte) (int, error) {
	for comma := false; at < len(s.data); {
		switch c := s.data[at]; {
		case c == bracket:
			return at + 1, nil
		case c == ',' && !comma:
			comma = true
			at++
		case c == '#':
			for at < len(s.data) && diag.LineBreak(s.data[at:]) == 0 {
				at++
			}
		case c == ' ' || c == '\t':
			at++
		case diag.LineBreak(s.data[at:]) > 0:
			at += diag.LineBreak(s.data[at:])
		default:
			return 0, errPlace
		}
	}
	return 0, errPlace
}
