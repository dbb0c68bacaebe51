// Package model describes the content model once, as data: which files there are, which keys each may hold and what a
// value must look like. The loader checks against it, the JSON Schema, the YAML reference in docs/ and the
// did-you-mean hints are made from it, so that they cannot differ.
package model

import (
	"slices"

	"blazon/internal/rule"
)

// Kind is the kind of a value.
type Kind uint8

// The kinds of value. A Choice takes one of several types, told apart by what YAML says the value is.
const (
	Text Kind = iota
	Bool
	Integer
	List
	Map
	Choice
)

// Type describes a value.
type Type struct {
	Kind Kind
	Noun string // what it is, with its article: "a date", "a list of tags"

	Format *Format  // of Text; nil: any text
	Enum   []string // of Text: the allowed words
	Open   string   // of Text with Enum: other words are allowed with this prefix ("ext:")

	Min, Max int // of Integer

	Item   *Type  // of List
	Unique bool   // of List: no item twice
	Needs  []Need // of List of Text

	Object  *Object // of Map
	Choices []*Type // of Choice: at most one for each of text, list and mapping
}

// Need is an item of a list that makes no sense without another.
type Need struct {
	Item, Other string
	Why         string // what is said where the other is missing
}

// Format is what a text must look like.
type Format struct {
	Name    string
	Pattern string                   // a regular expression that Go and ECMA-262 (so JSON Schema) read alike
	Check   func(value string) error // what a pattern cannot say; may be nil. The error does not repeat the value
	Hint    string                   // what would be right, with an example
	Words   func() []string          // where there is a list of all that is right; may be nil
	Rule    *rule.Rule

	common func(value string) bool // what it accepts is valid, without a look at Pattern and Check; may be nil
}

// Object describes a mapping.
type Object struct {
	Name      string // of its definition in the schema
	Doc       string
	Fields    []Field
	OneOf     []string            // exactly one of these keys
	AnyOf     []string            // at least one of these keys
	Needs     map[string][]string // a key, and the keys that must stand beside it
	Alone     map[string][]string // a key, and the only keys that may stand beside it
	Elsewhere map[string]string   // keys that people expect here, and what to do instead
	Pair      []string            // two keys, for which people write one: what belongs in the first as a key, in the second as its value
}

// Field describes one key of a mapping.
type Field struct {
	Key      string
	Type     *Type
	Required bool
	Secret   bool // a recipient's identity: never quoted
	Doc      string
	Default  string // in words; empty where there is none
	Example  string
}

// Field finds a key.
func (o *Object) Field(key string) (*Field, bool) {
	for i := range o.Fields {
		if o.Fields[i].Key == key {
			return &o.Fields[i], true
		}
	}
	return nil, false
}

// HoldsSecret reports whether a recipient's identity stands somewhere in the object.
func (o *Object) HoldsSecret() bool {
	for _, f := range o.Fields {
		if f.Secret || f.Type.HoldsSecret() {
			return true
		}
	}
	return false
}

// HoldsSecret reports whether a recipient's identity stands somewhere in a value of the type.
func (t *Type) HoldsSecret() bool {
	switch t.Kind {
	case List:
		return t.Item.HoldsSecret()
	case Map:
		return t.Object.HoldsSecret()
	case Choice:
		return slices.ContainsFunc(t.Choices, (*Type).HoldsSecret)
	}
	return false
}

// Keys lists the object's keys in order.
func (o *Object) Keys() []string {
	keys := make([]string, len(o.Fields))
	for i, f := range o.Fields {
		keys[i] = f.Key
	}
	return keys
}

// File is a kind of file that a project declares things in.
type File struct {
	Name    string // of the schema: "site", "issuer", "badge", "awards", "page"
	Pattern string // where it stands: "content/badges/<slug>.yaml"
	Doc     string
	Type    *Type
}

// Files lists the kinds of file in the order of the documentation.
func Files() []File {
	return []File{
		{"site", "content/site.yaml", "What the whole site shares. Every project has one.", siteType},
		{"issuer", "content/issuers/<slug>.yaml", "Who awards badges. The file's name is the issuer's slug and part of its URLs: it never changes.", issuerType},
		{"badge", "content/badges/<slug>.yaml", "A badge class: what is awarded. The file's name is its slug and part of its URLs: it never changes. Beside it stand `<slug>.png` or `<slug>.svg`, the image, and `<slug>.md`, the criteria.", badgeType},
		{"awards", "content/awards/**/*.yaml", "Who was awarded what, in any number of files and folders: a list of awards, or defaults and a list.", awardsType},
		{"page", "content/pages/**/*.md", "A further page of the site: Markdown with these keys in its front matter, between two lines of three dashes. `index.md` is the introduction of the home page.", pageType},
	}
}
