package edit

import (
	"errors"
	"strings"
	"unicode/utf8"

	"blazon/internal/decl"
	"blazon/internal/diag"
)

// Entry is the bytes of a mapping that is an item of a list: of one in a block of lines all its lines, with the comments
// among them and behind them; of one in a list in brackets what is between its braces, and a comment that follows on the
// last line.
type Entry struct {
	start, end int
	lead       string // what goes between a list's dash and the entry; empty where it stands there already
	indent     string // what goes between two pairs in lines: a line break and blanks
	flow, json bool
	comment    Change // takes a comment away that follows behind a comma
	// Above is the line of the comment that stands right above the entry, outside of it; 0 where there is none.
	Above int
}

// Entry finds the bytes of an item of a list, which is a mapping of its own: no alias, without anchor and tag. next is
// where the file goes on behind the list; the zero Pos where it ends there.
func (s *Source) Entry(list decl.Node, index int, next diag.Pos) (Entry, error) {
	var item decl.Node
	following := next
	for i, n := range list.Items() {
		switch i {
		case index:
			item = n
		case index + 1:
			following = s.itemStart(list, n.Pos())
		}
	}
	switch {
	case item.Kind() != decl.Map:
		return Entry{}, errMissing
	case item.IsAlias():
		return Entry{}, errAlias
	case item.Anchor() != "" || item.IsTagged():
		return Entry{}, errAnchor
	case item.Len() == 0:
		return Entry{}, errEmpty
	}
	start, err := s.offset(item.Pos())
	if err != nil {
		return Entry{}, err
	}
	e := Entry{start: start, flow: item.IsFlow(), json: s.isJSON(item)}
	if list.IsFlow() {
		if start >= len(s.data) || s.data[start] != '{' {
			return Entry{}, errBraces
		}
		if e.end, err = s.flowEnd(item); err == nil {
			s.trailing(&e)
		}
		return e, err
	}
	return s.inLines(e, item.Pos(), following)
}

var (
	errDash     = errors.New("its dash is not where it is looked for")
	errMultiple = errors.New("a value in it stands on several lines")
)

// inLines finds the bytes of an entry of a list in lines. It ends where the next thing begins, without the comments and
// empty lines that belong to that.
func (s *Source) inLines(e Entry, pos, following diag.Pos) (Entry, error) {
	first := pos.Line - 1
	before := string(s.data[s.lines[first].at:e.start])
	dash := strings.IndexByte(before, '-')
	e.indent = s.eolAt(e.start) + strings.Repeat(" ", utf8.RuneCountInString(before))
	if dash < 0 && strings.Trim(before, " ") == "" {
		if first, dash = s.dashAbove(first); dash >= 0 {
			e.start, e.lead = s.lines[first].at+dash+1, " "
			e.indent = s.eolAt(e.start) + strings.Repeat(" ", dash+2)
		}
	} else if strings.Trim(before, " \t") != "-" {
		return Entry{}, errDash
	}
	if dash < 0 {
		return Entry{}, errDash
	}
	last := len(s.lines)
	if following.Line > 0 {
		last = following.Line - 1
	}
	if last <= first {
		return Entry{}, errRest
	}
	for last > first+1 && s.isOutside(last-1, dash) {
		last--
	}
	e.end = len(s.data)
	if last < len(s.lines) {
		e.end = s.lines[last].at
	}
	e.end -= len(lineBreakAt(s.data[:e.end]))
	if e.end < e.start {
		return Entry{}, errPlace
	}
	if first > 0 && s.isOutside(first-1, dash) && strings.HasPrefix(strings.TrimLeft(s.text(first-1), " \t"), "#") {
		e.Above = first
	}
	return e, nil
}

// itemStart is the place of an item of a list in lines, or that of its dash where it stands on a line above.
func (s *Source) itemStart(list decl.Node, pos diag.Pos) diag.Pos {
	at, err := s.offset(pos)
	if err != nil || list.IsFlow() || strings.Trim(string(s.data[s.lines[pos.Line-1].at:at]), " ") != "" {
		return pos
	}
	if line, dash := s.dashAbove(pos.Line - 1); dash >= 0 {
		return diag.Pos{File: pos.File, Line: line + 1, Col: dash + 1}
	}
	return pos
}

// dashAbove is the line, counted from 0, and the place in it of a dash that only comments and empty lines part from a
// line; -1 where there is none.
func (s *Source) dashAbove(line int) (above, dash int) {
	for above = line - 1; above >= 0; above-- {
		text := s.text(above)
		trimmed := strings.TrimLeft(text, " ")
		switch rest := strings.TrimLeft(strings.TrimPrefix(trimmed, "-"), " \t"); {
		case strings.HasPrefix(trimmed, "-"):
			if rest == "" || rest[0] == '#' && len(rest) < len(trimmed)-1 {
				return above, len(text) - len(trimmed)
			}
			return line, -1
		case trimmed != "" && trimmed[0] != '#':
			return line, -1
		}
	}
	return line, -1
}

// lineBreakAt is the line break that a text ends with.
func lineBreakAt(text []byte) string {
	for _, n := range []int{3, 2, 1} {
		if len(text) >= n && diag.LineBreak(text[len(text)-n:]) == n {
			return string(text[len(text)-n:])
		}
	}
	return ""
}

// text is a line, counted from 0, without its line break.
func (s *Source) text(line int) string {
	end := len(s.data)
	if line+1 < len(s.lines) {
		end = s.lines[line+1].at
	}
	text := s.data[s.lines[line].at:end]
	return string(text[:len(text)-len(lineBreakAt(text))])
}

// isOutside reports whether a line at the end of an entry, counted from 0, is not part of it: it is empty, a comment that
// is not indented deeper than the list's dash, or the mark of a document's end.
func (s *Source) isOutside(line, dash int) bool {
	text := s.text(line)
	trimmed := strings.TrimLeft(text, " \t")
	return trimmed == "" || trimmed[0] == '#' && len(text)-len(trimmed) <= dash || strings.HasPrefix(text, "...") || strings.HasPrefix(text, "---")
}

// flowEnd is the end of a list or mapping in brackets or braces, or of a scalar in it.
func (s *Source) flowEnd(n decl.Node) (int, error) {
	if n.IsAlias() || n.Kind() != decl.List && n.Kind() != decl.Map {
		span, err := s.scalar(decl.Node{}, n)
		switch {
		case err == nil:
			return span.end, nil
		case errors.Is(err, errPlace) && n.Text() != "":
			return 0, errMultiple
		}
		return 0, err
	}
	at, err := s.offset(n.Pos())
	if err != nil {
		return 0, err
	}
	if at >= len(s.data) || s.data[at] != '{' && s.data[at] != '[' {
		return 0, errBraces
	}
	closing := byte('}')
	if s.data[at] == '[' {
		closing = ']'
	}
	at++
	inside := func(n decl.Node) error {
		if n.Kind() == decl.Null && n.Text() == "" && !n.IsAlias() && n.Anchor() == "" && !n.IsTagged() {
			return nil
		}
		end, err := s.flowEnd(n)
		at = max(at, end)
		return err
	}
	for _, item := range n.Items() {
		if err := inside(item); err != nil {
			return 0, err
		}
	}
	for k, v := range n.Pairs() {
		if err := inside(k); err != nil {
			return 0, err
		}
		if err := inside(v); err != nil {
			return 0, err
		}
	}
	for at < len(s.data) {
		switch c := s.data[at]; {
		case c == closing:
			return at + 1, nil
		case c == '#' && at > 0 && strings.IndexByte(" \t\r\n,", s.data[at-1]) >= 0:
			for at < len(s.data) && diag.LineBreak(s.data[at:]) == 0 {
				at++
			}
		case strings.IndexByte(" \t\r\n,:", c) >= 0:
			at++
		default:
			return 0, errPlace
		}
	}
	return 0, errPlace
}

// trailing finds a comment that follows a mapping in braces on its last line: it belongs to the mapping. Behind a comma
// too, which stays.
func (s *Source) trailing(e *Entry) {
	at := s.skipBlanks(e.end)
	comma := at < len(s.data) && s.data[at] == ','
	from := e.end
	if comma {
		from = at + 1
		at = s.skipBlanks(from)
	}
	if at == from || at == len(s.data) || s.data[at] != '#' {
		return
	}
	for at < len(s.data) && diag.LineBreak(s.data[at:]) == 0 {
		at++
	}
	if comma {
		e.comment = Change{Start: from, End: at}
	} else {
		e.end = at
	}
}

func (s *Source) skipBlanks(at int) int {
	for at < len(s.data) && (s.data[at] == ' ' || s.data[at] == '\t') {
		at++
	}
	return at
}

// Rewrite are the changes that put a mapping of the pairs in the entry's place, and leave nothing of what stood there.
func (e Entry) Rewrite(pairs ...Pair) []Change {
	text := join(pairs, e.indent, e.json)
	if e.flow {
		text = "{" + join(pairs, ", ", e.json) + "}"
	}
	changes := []Change{{Start: e.start, End: e.end, Text: e.lead + text}}
	if e.comment != (Change{}) {
		changes = append(changes, e.comment)
	}
	return changes
}
