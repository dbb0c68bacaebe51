// Package rdfc holds RDF datasets as lists of quads and writes them in their one canonical form: RDFC-1.0 (W3C RDF
// Dataset Canonicalization) with SHA-256. Two datasets that differ only in the order of their quads and in the labels
// of their blank nodes have the same canonical text, and no others have; that text is what a proof signs.
//
//	quads, err := rdfc.Parse(text)
//	canonical, err := rdfc.Canonicalize(quads, rdfc.Limits{})
//
// Nothing is normalised on the way: literals, IRIs and language tags stay as they are, code point by code point.
package rdfc

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind says what a Term is.
type Kind uint8

// The kinds of terms. None is the zero Term, which stands for the default graph.
const (
	None Kind = iota
	IRI
	Blank
	Literal
)

// The IRIs of the two datatypes that are not written out (RDF 1.1 Concepts §3.3).
const (
	xsdString  = "http://www.w3.org/2001/XMLSchema#string"
	langString = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
)

// Term is an RDF term (RDF 1.1 Concepts §3.1).
type Term struct {
	Kind Kind
	// Value is the IRI, the label of the blank node without "_:", or the lexical form of the literal.
	Value string
	// Datatype is the IRI of a literal's datatype; empty is xsd:string, or rdf:langString where there is a language.
	Datatype string
	// Language is a literal's language tag, without "@".
	Language string
}

// Quad is a triple in a graph (RDF 1.1 Concepts §4). The zero Graph is the default graph.
type Quad struct{ Subject, Predicate, Object, Graph Term }

// ErrTerm is wrapped by the errors for a quad that RDF does not have: a literal as subject, an IRI with a space.
var ErrTerm = errors.New("not an RDF term here")

// normal gives equal literals equal Terms.
func (t Term) normal() Term {
	if t.Datatype == xsdString && t.Language == "" || t.Datatype == langString && t.Language != "" {
		t.Datatype = ""
	}
	return t
}

// check refuses what would make the canonical text ambiguous: an IRI that holds ">" or a line end could spell out
// quads that are not in the dataset.
func (q *Quad) check() error {
	for _, part := range []struct {
		name string
		term *Term
		may  func(Kind) bool
	}{
		{"subject", &q.Subject, func(k Kind) bool { return k == IRI || k == Blank }},
		{"predicate", &q.Predicate, func(k Kind) bool { return k == IRI }},
		{"object", &q.Object, func(k Kind) bool { return k == IRI || k == Blank || k == Literal }},
		{"graph", &q.Graph, func(k Kind) bool { return k == IRI || k == Blank || k == None }},
	} {
		if !part.may(part.term.Kind) {
			return fmt.Errorf("%s of kind %d: %w", part.name, part.term.Kind, ErrTerm)
		}
		if what := part.term.fault(); what != "" {
			return fmt.Errorf("%s: %s: %w", part.name, what, ErrTerm)
		}
	}
	return nil
}

func (t *Term) fault() string {
	switch t.Kind {
	case IRI:
		return iriFault(t.Value)
	case Literal:
		switch {
		case !utf8.ValidString(t.Value):
			return "a literal that is not UTF-8"
		case t.Language != "" && !isLanguage(t.Language):
			return "a language tag that is none"
		case t.Language != "" && t.Datatype != "":
			return "a literal with a language and a datatype"
		case t.Datatype != "":
			return iriFault(t.Datatype)
		}
	}
	return ""
}

// iriFault says why a text is no IRIREF of N-Quads; whether it is absolute is not looked at.
func iriFault(s string) string {
	if s == "" {
		return "an empty IRI"
	}
	for i := range len(s) {
		if !inIRI(s[i]) {
			return fmt.Sprintf("an IRI with the character %q", rune(s[i]))
		}
	}
	if !utf8.ValidString(s) {
		return "an IRI that is not UTF-8"
	}
	return ""
}

// inIRI tells whether N-Quads allows a byte in an IRIREF. The bytes of characters beyond ASCII are allowed.
func inIRI(b byte) bool {
	return b > ' ' && strings.IndexByte("<>\"{}|^`\\", b) < 0
}

// isLanguage is the LANGTAG of N-Quads without its "@".
func isLanguage(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if part == "" {
			return false
		}
		for _, b := range []byte(part) {
			letter := 'a' <= b|0x20 && b|0x20 <= 'z'
			if !letter && (i == 0 || b < '0' || b > '9') {
				return false
			}
		}
	}
	return true
}

const hexDigits = "0123456789ABCDEF"

// AppendLiteral appends a text as a quoted string with the escapes of canonical N-Quads (RDFC-1.0 appendix A), without
// language or datatype.
func AppendLiteral(dst []byte, value string) []byte {
	dst = append(dst, '"')
	done := 0
	for i := range len(value) {
		c := value[i]
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			continue
		}
		dst = append(dst, value[done:i]...)
		done = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, `\b`...)
		case '\t':
			dst = append(dst, `\t`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\f':
			dst = append(dst, `\f`...)
		case '\r':
			dst = append(dst, `\r`...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(dst, value[done:]...), '"')
}

// AppendQuad appends a quad as one line of canonical N-Quads, "\n" included. Labels of blank nodes stay as they are.
func AppendQuad(dst []byte, q Quad) []byte {
	return appendQuad(dst, &q, func(dst []byte, label string) []byte { return append(dst, label...) })
}

// appendQuad writes a quad whose blank nodes' labels are written by name.
func appendQuad(dst []byte, q *Quad, name func(dst []byte, label string) []byte) []byte {
	term := func(t *Term) {
		switch t.Kind {
		case IRI:
			dst = append(append(append(dst, '<'), t.Value...), '>')
		case Blank:
			dst = name(append(dst, "_:"...), t.Value)
		case Literal:
			dst = AppendLiteral(dst, t.Value)
			switch {
			case t.Language != "":
				dst = append(append(dst, '@'), t.Language...)
			case t.Datatype != "" && t.Datatype != xsdString:
				dst = append(append(append(dst, "^^<"...), t.Datatype...), '>')
			}
		}
		dst = append(dst, ' ')
	}
	term(&q.Subject)
	term(&q.Predicate)
	term(&q.Object)
	if q.Graph.Kind != None {
		term(&q.Graph)
	}
	return append(dst, ".\n"...)
}
