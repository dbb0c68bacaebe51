package bake

import (
	"fmt"
	"slices"
	"strings"

	"blazon/internal/markup"
)

// Limits on an SVG that is baked. Those of a file that is read have room for what baking adds, and for the badges that
// an earlier baking may have added.
const (
	maxElements   = 100_000
	maxAttributes = 255
)

func limits() markup.Limits {
	return markup.Limits{Bytes: MaxSVG, Elements: maxElements + maxFound, Depth: 256, Attributes: maxAttributes + 1}
}

// namespaces in which badges are found: the two prescribed ones, and one that some bakers of 3.0 write instead.
var namespaces = []string{ob2Space, ob3Space, "https://purl.imsglobal.org/spec/ob/v3p0"}

// elements in which badges are found, with the keyword that tells their generation. The element decides and not its
// namespace, since bakers confuse the latter.
var elements = map[string]string{"assertion": OB2, "credential": OB3}

// names are the elements by keyword.
var names = map[string]string{OB2: "assertion", OB3: "credential"}

// span is a part of the source.
type span struct{ from, to int }

// declaration is a namespace declaration outside of badges.
type declaration struct {
	prefix, space string
	at            markup.Attribute
	user          string // the first name outside of badges that needs it; empty where none does
	usedAt        int
}

// baked is a badge element as it stands in the source.
type baked struct {
	span
	keyword  string
	size     int // of all text
	verify   markup.Text
	sections markup.Builder // what stands in CDATA sections
	all      markup.Builder // all text
	loose    bool           // there is text outside of the sections
	problem  error          // why it cannot be read
}

// scanned is what an SVG holds as far as baking is concerned.
type scanned struct {
	*markup.Reader
	root     markup.Token
	declared *markup.Attribute // the declaration of the root's namespace
	doctype  int               // offset, or -1
	outside  []span            // processing instructions before the root
	badges   []*baked
	elements int
	removed  int // elements that are badges or stand in them

	declarations []*declaration
	bound        map[string][]*declaration // innermost last
	open         [][]string                // prefixes that each open element declares
}

// scan reads an SVG to its end. The error wraps ErrTooLarge or is a *markup.SyntaxError.
func scan(svg []byte) (*scanned, error) {
	if len(svg) > MaxSVG {
		return nil, fmt.Errorf("%w: %d bytes, at most %d are read", ErrTooLarge, len(svg), MaxSVG)
	}
	r, err := markup.NewReaderWithin(svg, limits())
	if err != nil {
		return nil, err
	}
	s := &scanned{Reader: r, doctype: -1, bound: make(map[string][]*declaration)}
	for {
		t, err := s.Next()
		if err != nil {
			return nil, err
		}
		switch t.Kind {
		case markup.EndOfFile:
			return s, nil
		case markup.Doctype:
			s.doctype = t.At
		case markup.Instruction:
			if s.elements == 0 {
				s.outside = append(s.outside, span{t.At, t.End})
			}
		case markup.StartElement:
			if err := s.element(t); err != nil {
				return nil, err
			}
		case markup.EndElement:
			for _, prefix := range s.open[len(s.open)-1] {
				s.bound[prefix] = s.bound[prefix][:len(s.bound[prefix])-1]
			}
			s.open = s.open[:len(s.open)-1]
		}
	}
}

func (s *scanned) element(t markup.Token) error {
	s.elements++
	if len(s.open) == 0 {
		if err := s.first(t); err != nil {
			return err
		}
	} else if keyword := elements[t.Local]; keyword != "" && slices.Contains(namespaces, t.Space) {
		return s.badge(t, keyword)
	}
	var prefixes []string
	for _, a := range t.Attributes {
		if prefix, ok := a.Declares(); ok {
			d := &declaration{prefix: prefix, space: a.Value.S, at: a}
			s.declarations = append(s.declarations, d)
			s.bound[prefix] = append(s.bound[prefix], d)
			prefixes = append(prefixes, prefix)
		}
	}
	s.open = append(s.open, prefixes)
	s.use(t.Name, t.At)
	for _, a := range t.Attributes {
		if _, ok := a.Declares(); !ok && a.Prefix != "" {
			s.use(a.Name, a.At)
		}
	}
	return nil
}

// first checks the root.
func (s *scanned) first(t markup.Token) error {
	s.root = t
	// A namespace may be hidden in an entity that a DOCTYPE declares.
	if t.Local != "svg" || t.Space != svgSpace && !(s.Typed() && strings.Contains(t.Space, "&")) {
		return s.Errorf(t.At, "root element is %s in namespace %q, want svg in %q", t.Name, markup.Quote(t.Space), svgSpace)
	}
	for i, a := range t.Attributes {
		if prefix, ok := a.Declares(); ok && prefix == t.Prefix {
			s.declared = &t.Attributes[i]
		}
	}
	return nil
}

// use notes that a name outside of badges needs the declaration of its prefix.
func (s *scanned) use(n markup.Name, at int) {
	if bound := s.bound[n.Prefix]; len(bound) > 0 {
		if d := bound[len(bound)-1]; d.user == "" {
			d.user, d.usedAt = n.String(), at
		}
	}
}

// badge reads a badge to its end.
func (s *scanned) badge(start markup.Token, keyword string) error {
	b := &baked{keyword: keyword}
	for _, a := range start.Attributes {
		if a.Prefix == "" && a.Local == "verify" {
			b.verify = a.Value
		}
	}
	s.removed++
	for depth := 1; depth > 0; {
		t, err := s.Next()
		if err != nil {
			return err
		}
		switch t.Kind {
		case markup.StartElement:
			depth++
			s.elements++
			s.removed++
			if b.problem == nil {
				b.problem = s.Errorf(t.At, "element %s stands in a badge", t.Name)
			}
		case markup.EndElement:
			depth--
			b.span = span{start.At, t.End}
		case markup.Characters:
			if b.size += len(t.Text.S); b.size > MaxText || len(s.badges) >= maxFound {
				continue // there is no need to keep what will not be read
			}
			b.all.Text(t.Text)
			if t.CDATA {
				b.sections.Text(t.Text)
			} else if strings.Trim(t.Text.S, blanks) != "" {
				b.loose = true
			}
		}
	}
	s.badges = append(s.badges, b)
	return nil
}

// leftOut are the parts of the source that a template does without: the badges, and the namespace declarations that
// serve nothing else. They are in order and do not overlap.
func (s *scanned) leftOut() ([]span, error) {
	var gone []span
	for _, b := range s.badges {
		gone = append(gone, b.span)
	}
	for _, d := range s.declarations {
		ours := slices.Contains(namespaces, d.space)
		switch {
		case d.prefix == prefix && !ours:
			return nil, s.Errorf(d.at.At, "prefix %s stands for %q: it is kept for badges", prefix, markup.Quote(d.space))
		case d.prefix == prefix && d.user != "":
			return nil, s.Errorf(d.usedAt, "%s: the prefix %s is kept for badges", d.user, prefix)
		case ours && d.user == "":
			gone = append(gone, spaced(s.Source(), d.at))
		}
	}
	return sorted(gone), nil
}

func sorted(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	return spans
}

// spaced is an attribute with the white space before it.
func spaced(src string, a markup.Attribute) span {
	return span{len(strings.TrimRight(src[:a.At], blanks)), a.End}
}

// without is a part of the source without the parts that are gone, each of which lies inside of it or outside.
func without(src string, whole span, gone []span) string {
	var out strings.Builder
	for _, g := range gone {
		if whole.from <= g.from && g.to <= whole.to {
			out.WriteString(src[whole.from:g.from])
			whole.from = g.to
		}
	}
	out.WriteString(src[whole.from:whole.to])
	return out.String()
}

// blanks are what XML calls white space.
const blanks = " \t\r\n"
