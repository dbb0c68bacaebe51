package diag

import (
	"path"
	"strings"
)

// longestLine is the length in bytes beyond which a line is not shown: finding the place in it would cost too much.
const longestLine = 1 << 16

// source is a file whose lines are shown beside problems.
type source struct {
	data   string
	starts []int       // of the lines, in bytes
	awards *awardLines // of an award file; nil for others
}

func newSource(file string, data []byte) *source {
	s := &source{data: strings.TrimPrefix(string(data), "\ufeff"), starts: []int{0}}
	ext := path.Ext(file)
	yaml := ext == ".yaml" || ext == ".yml" || ext == ".md"
	for i := 0; i < len(s.data); {
		n := 0
		if yaml || s.data[i] == '\n' {
			n = LineBreak(s.data[i:])
		}
		if i += max(n, 1); n > 0 {
			s.starts = append(s.starts, i)
		}
	}
	if isAwardFile(file) {
		s.awards = &awardLines{}
	}
	return s
}

// line is a line's text without its end; n counts from 0.
func (s *source) line(n int) string {
	end := len(s.data)
	if n+1 < len(s.starts) {
		end = s.starts[n+1]
	}
	return strings.TrimRight(s.data[s.starts[n]:end], "\n\r\u0085\u2028\u2029")
}

// LineBreak is the length of the line break that a text starts with; 0 where it starts with none. Positions in YAML
// count lines as the YAML library does, which breaks them at U+0085, U+2028 and U+2029 too, as YAML 1.1 did.
func LineBreak[T string | []byte](text T) int {
	if len(text) == 0 {
		return 0
	}
	switch c := text[0]; {
	case c == '\n':
		return 1
	case c == '\r':
		if len(text) > 1 && text[1] == '\n' {
			return 2
		}
		return 1
	case c == 0xc2 && len(text) > 1 && text[1] == 0x85:
		return 2
	case c == 0xe2 && len(text) > 2 && text[1] == 0x80 && (text[2] == 0xa8 || text[2] == 0xa9):
		return 3
	}
	return 0
}

// excerpt is a line, counted from 1, as it may be shown, and the line that points at its column, which is empty where
// the column is 0. The texts are masked, clipped to a number of cells and safe for a terminal.
func (s *source) excerpt(line, col, cells int) (text, caret string, ok bool) {
	if line < 1 || line > len(s.starts) {
		return "", "", false
	}
	raw := s.line(line - 1)
	if len(raw) > longestLine || strings.TrimSpace(raw) == "" {
		return "", "", false
	}
	var hidden []span
	if s.awards != nil {
		from, _ := awardSecret(raw, s.awards.inside(s, line-1))
		hidden = append(hidden, span{from, len(raw)})
	}
	hidden = join(append(hidden, secrets(raw)...))
	text, caret = clip(shown(raw, hidden), col, cells)
	return text, caret, true
}

// cell is a character as it is shown, and how many cells wide that is.
type cell struct {
	text  string
	width int
}

// shown is what to show of a line's characters, one for one.
func shown(raw string, hidden []span) []cell {
	cells := make([]cell, 0, len(raw))
	var m meter
	for i, r := range raw {
		for len(hidden) > 0 && hidden[0].to <= i {
			hidden = hidden[1:]
		}
		n := m.next(r)
		switch {
		case r == '\t':
			cells = append(cells, cell{"\t", tabWidth})
		case len(hidden) > 0 && hidden[0].from <= i:
			cells = append(cells, cell{strings.Repeat("*", n), n})
		default:
			text, changed := picture(raw[i:], r)
			if changed {
				n = Cells(text)
			}
			cells = append(cells, cell{text, n})
		}
	}
	return cells
}

// tabWidth is what a tab counts for where a line is clipped: the most that terminals make of it.
const tabWidth = 8

// clip cuts a line to a number of cells around the character at col, which counts from 1; 0 is none.
func clip(line []cell, col, cells int) (text, caret string) {
	at := min(max(col-1, 0), len(line))
	from, to := window(line, at, cells)
	var t, c strings.Builder
	if from > 0 {
		t.WriteString("…")
		c.WriteString(" ")
	}
	for i, ch := range line[from:to] {
		t.WriteString(ch.text)
		switch {
		case from+i >= at:
		case ch.text == "\t":
			c.WriteString("\t")
		default:
			c.WriteString(strings.Repeat(" ", ch.width))
		}
	}
	if to < len(line) {
		t.WriteString("…")
	}
	if col < 1 {
		return strings.TrimRight(t.String(), " \t"), ""
	}
	return strings.TrimRight(t.String(), " \t"), c.String() + "^"
}

// window is the part of a line that is shown: all of it, or as much as fits with the character at in its middle third.
func window(line []cell, at, cells int) (from, to int) {
	total := 0
	for _, c := range line {
		total += c.width
	}
	most := 4 * cells // characters: any number of them may have no width
	if total <= cells && len(line) <= most {
		return 0, len(line)
	}
	cells = max(cells-2, 1) // for the dots
	from, used := at, 0
	for from > 0 && used+line[from-1].width <= cells*2/3 && at-from < most {
		from--
		used += line[from].width
	}
	to = at
	for to < len(line) && used+line[to].width <= cells && to-from < 2*most {
		used += line[to].width
		to++
	}
	for from > 0 && used+line[from-1].width <= cells && to-from < 2*most {
		from--
		used += line[from].width
	}
	for from > 0 && from < at && line[from].width == 0 {
		from++ // a mark without the character that it stands on
	}
	return from, to
}
