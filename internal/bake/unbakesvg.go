package bake

import (
	"strings"

	"blazon/internal/markup"
)

// UnbakeSVG returns every baked text of an SVG in document order; the first of a generation counts. An SVG without any
// is no error, and what else it holds does not matter.
//
// A badge is an element assertion or credential in a namespace of Open Badges, under any prefix and at any depth. Its
// text is what stands in CDATA sections; where there are none, or words beside them, all text, trimmed; where there is
// none at all, the attribute verify. White space reaches the text as XML prescribes.
//
// The error wraps ErrTooLarge or is a *markup.SyntaxError: those of SplitSVG that concern reading; a badge beyond MaxText; one
// with elements in it or with entities that a DOCTYPE may declare; one of more than 16.
func UnbakeSVG(svg []byte) ([]Found, error) {
	s, err := scan(svg)
	if err != nil {
		return nil, err
	}
	if len(s.badges) > maxFound {
		return nil, s.Errorf(s.badges[maxFound].from, "more than %d badges in one file", maxFound)
	}
	var found []Found
	for _, b := range s.badges {
		f, err := s.found(b)
		if err != nil {
			return nil, err
		}
		f.Offset = b.from + len(svg) - len(s.Source())
		found = append(found, f)
	}
	return found, nil
}

func (s *scanned) found(b *baked) (Found, error) {
	all := b.all.Done()
	switch {
	case b.problem != nil:
		return Found{}, b.problem
	case b.size > MaxText, len(b.verify.S) > MaxText:
		return Found{}, s.Errorf(b.from, "text is longer than %d bytes", MaxText)
	case all.Entities, b.verify.Entities:
		return Found{}, s.Errorf(b.from, "a badge with entities that a DOCTYPE declares is not read")
	}
	f := Found{Text: Text{Keyword: b.keyword}, Chunk: names[b.keyword], Verify: attribute(s.Source(), b.verify)}
	if text := lines(s.Source(), b.sections.Done()); !b.loose && strings.Trim(text, blanks) != "" {
		f.Value = text
	} else {
		f.Value = strings.Trim(lines(s.Source(), all), blanks)
	}
	if f.Value == "" {
		f.Value = f.Verify
	}
	f.Content = contentOf(f.Value)
	return f, nil
}

// lines is a text with line ends as XML has them reach an application (XML 1.0, section 2.11).
func lines(src string, t markup.Text) string {
	if strings.IndexByte(t.S, '\r') < 0 {
		return t.S
	}
	return written(src, t, "\r", '\n')
}

// attribute is the value of an attribute as XML has it reach an application (XML 1.0, section 3.3.3).
func attribute(src string, t markup.Text) string { return written(src, t, "\t\n\r", ' ') }

// written replaces characters that stand in the file as such; CR LF counts as one. Those that were written as references
// stay.
func written(src string, t markup.Text, characters string, by byte) string {
	out := make([]byte, 0, len(t.S))
	for i := range len(t.S) {
		c, at := t.S[i], t.Offset(i)
		literal := src[at] == c
		switch {
		case literal && c == '\n' && at > 0 && src[at-1] == '\r':
		case literal && strings.IndexByte(characters, c) >= 0:
			out = append(out, by)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
