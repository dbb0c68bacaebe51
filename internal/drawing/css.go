package drawing

import (
	"slices"
	"strings"

	"blazon/internal/markup"
)

func trim(s string) string { return strings.Trim(s, " \t\r\n\f") }

// lower makes small letters of the capitals of ASCII, which are all that CSS takes for the same.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// fields cuts a text at the white space of CSS, which is less than that of Unicode.
func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r < 128 && isBlank(byte(r)) })
}

// declaration is a property with its value, from a style sheet, a style attribute or an attribute of its own.
type declaration struct {
	property, value string
	at              int // offset in the file
	important       bool
}

// compound is a part of a selector that one element must match.
type compound struct {
	name, id string
	classes  []string
}

// rule is the declarations of one selector.
type rule struct {
	selector     []compound // the element last, its ancestors before
	weight       int        // its specificity
	declarations []declaration
}

// sheet reads style sheets and the values of style attributes.
type sheet struct {
	text   markup.Text
	s      string // the text without comments
	refuse func(at int, what, found string)
}

// newSheet blanks comments out. Escapes would be a second spelling of everything, and drawings do not need them.
func newSheet(text markup.Text, refuse func(at int, what, found string)) (*sheet, bool) {
	s := &sheet{text: text, s: text.S, refuse: refuse}
	if i := strings.IndexByte(s.s, '\\'); i >= 0 {
		refuse(text.Offset(i), "escape in a style sheet cannot be read", s.s[i:])
		return nil, false
	}
	var out []byte
	for i := 0; i < len(s.s); {
		if strings.HasPrefix(s.s[i:], "/*") {
			end := strings.Index(s.s[i+2:], "*/")
			if end < 0 {
				refuse(text.Offset(i), "comment in a style sheet is not closed", s.s[i:])
				return nil, false
			}
			if out == nil {
				out = []byte(s.s)
			}
			for j := range end + 4 {
				out[i+j] = ' '
			}
			i += end + 4
			continue
		}
		if c := s.s[i]; c == '"' || c == '\'' {
			end := strings.IndexByte(s.s[i+1:], c)
			if end < 0 || strings.ContainsAny(s.s[i:i+end+1], "\n\r\f") {
				refuse(text.Offset(i), "quotes in a style sheet are not closed", s.s[i:])
				return nil, false
			}
			i += end + 1
		}
		i++
	}
	if out != nil {
		s.s = string(out)
	}
	return s, true
}

// until is the offset of the next of the given bytes outside of quotes and parentheses, from i on; to where there is
// none before.
func (s *sheet) until(i, to int, stops string) int {
	depth := 0
	for ; i < to; i++ {
		switch c := s.s[i]; {
		case c == '"' || c == '\'':
			i += strings.IndexByte(s.s[i+1:], c) + 1
		case c == '(':
			depth++
		case c == ')':
			depth = max(0, depth-1)
		case depth == 0 && strings.IndexByte(stops, c) >= 0:
			return i
		}
	}
	return to
}

func (s *sheet) start(i int) int {
	for i < len(s.s) && isBlank(s.s[i]) {
		i++
	}
	return i
}

// rules reads a whole style sheet.
func (s *sheet) rules() []rule {
	var rules []rule
	for i := s.start(0); i < len(s.s); i = s.start(i) {
		if s.s[i] == '@' {
			s.refuse(s.text.Offset(i), "at-rule in a style sheet cannot be drawn", s.s[i:])
			i = s.until(i, len(s.s), "{;")
			if i < len(s.s) && s.s[i] == '{' {
				i = s.block(i)
			}
			i++
			continue
		}
		open := s.until(i, len(s.s), "{}")
		if open == len(s.s) || s.s[open] == '}' {
			s.refuse(s.text.Offset(i), "rule in a style sheet has no declarations", s.s[i:])
			return rules
		}
		end := s.until(open+1, len(s.s), "{}")
		if end == len(s.s) || s.s[end] == '{' {
			s.refuse(s.text.Offset(open), "block in a style sheet is nested or not closed", s.s[i:])
			return rules
		}
		declarations := s.declarations(open+1, end)
		for j := i; j < open; {
			stop := s.until(j, open, ",")
			selector, weight, ok := parseSelector(s.s[j:stop])
			if !ok {
				s.refuse(s.text.Offset(min(s.start(j), open)), "selector cannot be drawn", trim(s.s[j:stop]))
			} else {
				rules = append(rules, rule{selector, weight, declarations})
			}
			j = stop + 1
			if j == open {
				s.refuse(s.text.Offset(stop), "selector is missing", s.s[i:])
			}
		}
		i = end + 1
	}
	return rules
}

// block is the offset of the bracket that closes the one at i.
func (s *sheet) block(i int) int {
	depth := 0
	for i < len(s.s) {
		if s.s[i] == '{' {
			depth++
		} else if depth--; depth == 0 {
			return i
		}
		i = s.until(i+1, len(s.s), "{}")
	}
	return i
}

// declarations reads what stands between two offsets.
func (s *sheet) declarations(from, to int) []declaration {
	var list []declaration
	for from < to {
		end := s.until(from, to, ";")
		at := s.start(from)
		text := trim(s.s[from:end])
		from = end + 1
		if text == "" {
			continue
		}
		name, value, ok := strings.Cut(text, ":")
		name = trim(name)
		if w := (scanner{s: name}); !ok || name == "" || w.word() != name || strings.ContainsAny(value, "[]{}") {
			s.refuse(s.text.Offset(at), "declaration cannot be read", text)
			continue
		}
		d := declaration{property: lower(name), value: trim(value), at: s.text.Offset(at)}
		if i := strings.LastIndexByte(d.value, '!'); i >= 0 && lower(trim(d.value[i+1:])) == "important" {
			d.value, d.important = trim(d.value[:i]), true
		}
		list = append(list, d)
	}
	return list
}

// parseSelector reads one selector of types, classes and ids, alone or below others.
func parseSelector(text string) (selector []compound, weight int, ok bool) {
	for _, part := range fields(text) {
		var c compound
		s := scanner{s: part}
		c.name = s.word()
		if c.name != "" {
			weight++
		}
		for !s.done() {
			kind := s.peek()
			s.at++
			name := s.word()
			if name == "" || isDigit(name[0]) {
				return nil, 0, false
			}
			switch kind {
			case '.':
				c.classes = append(c.classes, name)
				weight += 1 << 10
			case '#':
				if c.id != "" && c.id != name {
					return nil, 0, false
				}
				c.id = name
				weight += 1 << 20
			default:
				return nil, 0, false
			}
		}
		if isDigit(part[0]) {
			return nil, 0, false
		}
		selector = append(selector, c)
	}
	return selector, weight, len(selector) > 0 && len(selector) < 1<<8
}

// key is what an element must have for a rule to be worth a look: an id, a class or a name, by the sign before it.
func (r *rule) key() string {
	c := &r.selector[len(r.selector)-1]
	switch {
	case c.id != "":
		return "#" + c.id
	case len(c.classes) > 0:
		return "." + c.classes[0]
	}
	return c.name
}

// candidates are the rules that may be for an element, by number and in order.
func (d *document) candidates(e *element) []int {
	list := slices.Clone(d.keys[e.name])
	if e.id != "" {
		list = append(list, d.keys["#"+e.id]...)
	}
	for _, class := range e.classes {
		list = append(list, d.keys["."+class]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// matches reports whether the rule is one for e. Its ancestors count up to the scope: what is drawn by a use is a tree
// of its own.
func (r *rule) matches(e, scope *element, count *meter) bool {
	last := len(r.selector) - 1
	count.effort(float64(40 + 8*len(e.classes)*len(r.selector[last].classes)))
	if !r.selector[last].matches(e) {
		return false
	}
	for i := last - 1; i >= 0; i-- {
		for {
			if e == scope || e.parent == nil {
				return false
			}
			e = e.parent
			count.effort(float64(20 + 8*len(e.classes)))
			if r.selector[i].matches(e) {
				break
			}
		}
	}
	return true
}

func (c *compound) matches(e *element) bool {
	if c.name != "" && c.name != e.name || c.id != "" && c.id != e.id {
		return false
	}
	for _, class := range c.classes {
		if !slices.Contains(e.classes, class) {
			return false
		}
	}
	return true
}
