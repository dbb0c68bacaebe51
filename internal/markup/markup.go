// Package markup reads XML strictly: whatever it accepts, every other XML reader reads the same way. It serves those
// who look at drawings, draw them or put badges into them.
//
//	r, err := markup.NewReader(svg)
//	for {
//		t, err := r.Next()
//		...
//		switch t.Kind {
//		case markup.EndOfFile:
//			return nil
//		case markup.StartElement: // t.Local, t.Space, t.Attributes
//		case markup.Characters: // t.Text.S
//		case markup.EndElement:
//		}
//	}
//
// Tokens know where they stand, so that a message can point at them and an edit can be a splice. It reads XML 1.0
// (fifth edition) with Namespaces in XML 1.0 (third edition), in UTF-8. Nothing is fetched and no entity is expanded but
// those of XML itself.
package markup

import "fmt"

// Limits bound the work on a stranger's file.
type Limits struct {
	Bytes      int // of the file, without a byte order mark
	Elements   int
	Depth      int // levels of elements, the root being the first
	Attributes int // of one element, namespace declarations among them
}

// Drawing are the limits of a badge's drawing, which stays far below them: 1 MiB, 20,000 elements, 64 levels and 256
// attributes of an element.
func Drawing() Limits { return Limits{Bytes: 1 << 20, Elements: 20_000, Depth: 64, Attributes: 256} }

// Mark is the byte order mark that a file in UTF-8 may begin with. It is no part of the document.
const Mark = "\ufeff"

const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

// Kind says what a token is.
type Kind uint8

// The kinds of tokens. Each start has its end, that of an empty element tag too.
const (
	EndOfFile    Kind = iota
	StartElement      // Name, NameEnd, Empty, Attributes
	EndElement
	Characters  // Text, CDATA; one run of text may come in several tokens
	Instruction // Local is the target, Text the rest
	Comment     // Text; those inside of a DOCTYPE are left out
	Doctype     // Text is the qualified name of the root
	Entity      // a declaration in the DOCTYPE; Text is the name
)

// Name is a qualified name with the namespace that its prefix stands for. Space is empty where there is none; the name
// of an attribute without a prefix is in none.
type Name struct{ Prefix, Local, Space string }

// String is the name as it is written, shortened as Quote does.
func (n Name) String() string {
	if n.Prefix == "" {
		return Quote(n.Local)
	}
	return Quote(n.Prefix + ":" + n.Local)
}

// Attribute is an attribute or a namespace declaration.
type Attribute struct {
	Name
	At, End int // offsets of the name's first character and after the closing quote
	Value   Text
}

// Declares reports whether the attribute is a namespace declaration, and of which prefix: empty for the default.
func (a Attribute) Declares() (prefix string, ok bool) {
	if a.Prefix == "xmlns" {
		return a.Local, true
	}
	return "", a.Prefix == "" && a.Local == "xmlns"
}

// Token is a piece of the file. Which fields are set is said at its Kind; At and End always are.
type Token struct {
	Kind Kind
	Name
	At         int  // offset of the token's first character
	End        int  // offset after the token; of a Doctype or an Entity, after the name in it
	NameEnd    int  // offset after the qualified name in a start tag
	Empty      bool // the start tag ends with "/>": the end comes next, with At and End after the tag
	CDATA      bool // the characters stand in a CDATA section
	Attributes []Attribute
	Text       Text
}

// SyntaxError says why a file cannot be read. Line and Col count from 1, Col in characters; both are 0 where the whole
// file is meant.
type SyntaxError struct {
	Line, Col int
	Reason    string
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Col, e.Reason)
}
