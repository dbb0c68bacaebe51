// Package edit changes single values in YAML files that a person wrote and leaves every other byte as it is.
//
// A Source finds the bytes of a parsed node; Places and Spans say what can be put there; Apply makes the new text; Write
// puts several files on the disk, all of them or none. The places are found from the positions that the YAML library
// gives, and checked against the bytes that stand there. That is not proof enough: whoever edits reads the new text
// again and compares it with what was meant.
package edit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Change replaces the bytes from Start up to End by Text. With Start and End equal it only inserts.
type Change struct {
	Start, End int
	Text       string
}

// Apply makes all changes at once. Changes at one place come out in the order given; it is an error when they overlap or
// stand outside the text.
func Apply(data []byte, changes []Change) ([]byte, error) {
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(a.Start, b.Start) })
	size, last := len(data), 0
	for _, c := range changes {
		if c.Start < last || c.End < c.Start || c.End > len(data) {
			return nil, errors.New("edits overlap")
		}
		last = c.End
		size += len(c.Text) - (c.End - c.Start)
	}
	out := make([]byte, 0, size)
	last = 0
	for _, c := range changes {
		out = append(out, data[last:c.Start]...)
		out = append(out, c.Text...)
		last = c.End
	}
	return append(out, data[last:]...), nil
}

// Form says how a value is written.
type Form uint8

// The forms of a value.
const (
	Bare   Form = iota // as it is: a number, true, a date
	Word               // text that YAML takes for text without quotation marks; in JSON it has them
	Quoted             // text between double quotation marks
)

// Pair is a key and its value, to be written into a mapping. The key is one that needs no quotation marks.
type Pair struct {
	Key, Value string
	Form       Form
}

// Place is where pairs can be put into a mapping.
type Place struct {
	at               int
	ahead, sep, tail string
	json             bool
}

// Put is the change that writes the pairs.
func (p Place) Put(pairs ...Pair) Change {
	return Change{Start: p.at, End: p.at, Text: p.ahead + join(pairs, p.sep, p.json) + p.tail}
}

func join(pairs []Pair, sep string, asJSON bool) string {
	var b strings.Builder
	for i, pair := range pairs {
		if i > 0 {
			b.WriteString(sep)
		}
		if asJSON {
			b.WriteString(quote(pair.Key))
		} else {
			b.WriteString(pair.Key)
		}
		b.WriteString(": ")
		b.WriteString(write(pair.Value, pair.Form, asJSON))
	}
	return b.String()
}

func write(value string, form Form, asJSON bool) string {
	if form == Quoted || form == Word && asJSON {
		return quote(value)
	}
	return value
}

// quote is a text between double quotation marks, by the rules that JSON and YAML share.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// Span is the bytes of a key or of a scalar, quotation marks included.
type Span struct {
	start, end int
	lead       string // what keeps a value from the colon before it
	mark       string // the quotation mark it stands in
	json       bool
}

// Replace is the change that writes another value there. A Word keeps the quotation marks that stand there.
func (s Span) Replace(value string, form Form) Change {
	text := write(value, form, s.json)
	if form == Word && s.mark != "" {
		text = s.mark + value + s.mark
	}
	return Change{Start: s.start, End: s.end, Text: s.lead + text}
}

// Mapping is the change that writes a mapping in braces there.
func (s Span) Mapping(pairs ...Pair) Change {
	return Change{Start: s.start, End: s.end, Text: s.lead + "{" + join(pairs, ", ", s.json) + "}"}
}
