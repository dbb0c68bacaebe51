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
	"regexp"
	"slices"
	"strings"
	"unicode"
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

// Pair is a key and its value, to be written into a mapping. The key is one that needs no quotation marks. With Pairs,
// the value is a mapping of them in braces.
type Pair struct {
	Key, Value string
	Form       Form
	Pairs      []Pair
}

// Text is a pair whose value is a text, written as plainly as YAML takes it for one.
func Text(key, value string) Pair { return Pair{Key: key, Value: value, Form: FormOf(value)} }

// FormOf is the plainest form in which every reader of YAML, of version 1.1 too, takes a text for itself: a Word where it
// begins with a letter, has no sign with a meaning in YAML and is no word for something else; else Quoted. A date, too,
// is a Word: YAML 1.2 takes it for text.
func FormOf(s string) Form {
	if dateForm.MatchString(s) {
		return Word
	}
	last := ' '
	for i, r := range s {
		switch {
		case unicode.IsLetter(r) || i > 0 && (unicode.IsDigit(r) || strings.ContainsRune("-_./+@()", r)):
		case r == ' ' && last != ' ':
		default:
			return Quoted
		}
		last = r
	}
	if last == ' ' || notText[strings.ToLower(s)] {
		return Quoted
	}
	return Word
}

var (
	dateForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	// notText are the words that YAML 1.1 or 1.2 takes for something else than text.
	notText = map[string]bool{"null": true, "true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true}
)

// Block is pairs as the text of a mapping in the lines of a block, each line with its line feed. Each line begins with
// indent, and the first with first in its place.
func Block(first, indent string, pairs ...Pair) string {
	var b strings.Builder
	for i, p := range pairs {
		if i == 0 {
			b.WriteString(first)
		} else {
			b.WriteString(indent)
		}
		b.WriteString(join([]Pair{p}, "", false))
		b.WriteByte('\n')
	}
	return b.String()
}

// List is a pair whose value is a list in brackets of mappings in braces.
func List(key string, items ...[]Pair) Pair {
	var b strings.Builder
	for i, pairs := range items {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("{" + join(pairs, ", ", false) + "}")
	}
	return Pair{Key: key, Value: "[" + b.String() + "]"}
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
		if len(pair.Pairs) > 0 {
			b.WriteString("{" + join(pair.Pairs, ", ", asJSON) + "}")
			continue
		}
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
