package markup

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Reader cuts a file into tokens. What it accepts is well-formed and namespace-well-formed XML 1.0 in UTF-8, so that
// every other XML reader must see the same tokens. A document type declaration is passed over; entities that it may
// have declared are left as they are written.
type Reader struct {
	src      string
	limits   Limits
	prolog   int // where the XML declaration ends
	at       int
	open     []string // qualified names of the open elements
	elements int
	root     bool // there has been a root
	typed    bool // there has been a doctype
	closing  bool // the element just opened is empty: its end comes next
	queue    []Token
	bound    map[string][]string // namespaces of each prefix, innermost last
	declared [][]string          // prefixes that each open element declares
}

// NewReader is NewReaderWithin the limits of a drawing.
func NewReader(data []byte) (*Reader, error) { return NewReaderWithin(data, Drawing()) }

// NewReaderWithin checks what concerns the file as a whole: size, encoding, characters, XML declaration. The reader
// keeps a copy; data stays the caller's. The error is a *SyntaxError.
func NewReaderWithin(data []byte, limits Limits) (*Reader, error) {
	whole := func(format string, args ...any) (*Reader, error) {
		return nil, &SyntaxError{Reason: fmt.Sprintf(format, args...)}
	}
	data = bytes.TrimPrefix(data, []byte(Mark))
	switch {
	case len(data) > limits.Bytes:
		return whole("file has %d bytes, at most %d are allowed", len(data), limits.Bytes)
	case len(data) == 0:
		return whole("file is empty")
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		return whole("file is compressed (svgz), want plain SVG")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")),
		bytes.IndexByte(data[:min(4, len(data))], 0) >= 0:
		return whole("file is in UTF-16 or UTF-32, want UTF-8")
	}
	r := &Reader{src: string(data), limits: limits, bound: map[string][]string{"": {""}, "xml": {xmlSpace}, "xmlns": {xmlnsSpace}}}
	for i, c := range r.src {
		if c == utf8.RuneError && !strings.HasPrefix(r.src[i:], "\ufffd") {
			return nil, r.Errorf(i, "not UTF-8")
		}
		if !isChar(c) {
			return nil, r.Errorf(i, "character %U is not allowed in XML", c)
		}
	}
	if strings.HasPrefix(r.src, "<?xml") && len(r.src) > 5 && isSpace(r.src[5]) {
		if err := r.declaration(); err != nil {
			return nil, err
		}
		r.prolog = r.at
	}
	return r, nil
}

// Source is the file without its byte order mark. Every offset counts its bytes.
func (r *Reader) Source() string { return r.src }

// Prolog is the offset after the XML declaration, 0 where there is none.
func (r *Reader) Prolog() int { return r.prolog }

// Typed reports whether a DOCTYPE has been read.
func (r *Reader) Typed() bool { return r.typed }

// Errorf makes a *SyntaxError for the place at an offset.
func (r *Reader) Errorf(at int, format string, args ...any) error {
	line, col := Position(r.src, at)
	return &SyntaxError{Line: line, Col: col, Reason: fmt.Sprintf(format, args...)}
}

// declaration reads <?xml version="1.0" encoding="UTF-8" standalone="no"?> (XML 1.0, production 23).
func (r *Reader) declaration() error {
	r.at = len("<?xml")
	for i, field := range []string{"version", "encoding", "standalone"} {
		before := r.at
		spaced := r.space()
		at := r.at
		if !r.skip(field) {
			if i == 0 {
				return r.Errorf(at, "XML declaration without version")
			}
			r.at = before
			continue
		}
		r.space()
		if !spaced || !r.skip("=") {
			return r.Errorf(at, "XML declaration is malformed")
		}
		r.space()
		value, err := r.quoted()
		if err != nil {
			return err
		}
		switch {
		case field == "version" && value != "1.0":
			return r.Errorf(at, "XML version is %q, want 1.0", Quote(value))
		case field == "encoding" && !strings.EqualFold(value, "utf-8"):
			return r.Errorf(at, "encoding is %q, want UTF-8", Quote(value))
		case field == "standalone" && value != "yes" && value != "no":
			return r.Errorf(at, "standalone is %q, want yes or no", Quote(value))
		}
	}
	r.space()
	if !r.skip("?>") {
		return r.Errorf(r.at, "XML declaration is malformed")
	}
	return nil
}

// Next returns the next token. Its error is a *SyntaxError and final. After the root and what may follow it comes
// EndOfFile, again and again.
func (r *Reader) Next() (Token, error) {
	if r.closing {
		r.closing = false
		return r.pop(r.at), nil
	}
	for len(r.queue) == 0 {
		at := r.at
		rest := r.src[at:]
		switch {
		case rest == "":
			switch {
			case len(r.open) > 0:
				return Token{}, r.Errorf(at, "element %s is not closed", Quote(r.open[len(r.open)-1]))
			case !r.root:
				return Token{}, r.Errorf(at, "there is no element")
			}
			return Token{Kind: EndOfFile, At: at, End: at}, nil
		case strings.HasPrefix(rest, "<!--"):
			return r.comment()
		case strings.HasPrefix(rest, "<?"):
			return r.instruction()
		case strings.HasPrefix(rest, "<!DOCTYPE"):
			if err := r.doctype(); err != nil {
				return Token{}, err
			}
		case strings.HasPrefix(rest, "<![CDATA[") && len(r.open) > 0:
			end := strings.Index(rest, "]]>")
			if end < 0 {
				return Token{}, r.Errorf(at, "CDATA section is not closed")
			}
			r.at += end + len("]]>")
			start := len("<![CDATA[")
			return Token{Kind: Characters, At: at, End: r.at, CDATA: true, Text: Text{S: rest[start:end], start: at + start}}, nil
		case strings.HasPrefix(rest, "</"):
			return r.endTag()
		case strings.HasPrefix(rest, "<!"):
			return Token{}, r.Errorf(at, "markup %q is not allowed here", Quote(rest[:min(len(rest), 9)]))
		case rest[0] == '<':
			return r.startTag()
		case len(r.open) > 0:
			return r.characters()
		case !r.space():
			return Token{}, r.Errorf(at, "text outside of the root element")
		}
	}
	t := r.queue[0]
	r.queue = r.queue[1:]
	return t, nil
}

func (r *Reader) startTag() (Token, error) {
	t := Token{Kind: StartElement, At: r.at}
	if r.root && len(r.open) == 0 {
		return t, r.Errorf(t.At, "a second root element")
	}
	r.root = true
	if r.elements++; r.elements > r.limits.Elements {
		return t, r.Errorf(t.At, "more than %d elements", r.limits.Elements)
	}
	if len(r.open) == r.limits.Depth {
		return t, r.Errorf(t.At, "elements are nested more than %d deep", r.limits.Depth)
	}
	r.at++
	var err error
	if t.Name, err = r.qualified(); err != nil {
		return t, err
	}
	t.NameEnd = r.at
	qualified := r.src[t.At+1 : r.at]
	for {
		spaced := r.space()
		if r.skip(">") {
			break
		}
		if r.skip("/>") {
			t.Empty, r.closing = true, true
			break
		}
		if r.at == len(r.src) {
			return t, r.Errorf(t.At, "tag of element %s is not closed", t.Name)
		}
		if !spaced {
			return t, r.Errorf(r.at, "unexpected %q in the tag of element %s", firstRune(r.src[r.at:]), t.Name)
		}
		if len(t.Attributes) == r.limits.Attributes {
			return t, r.Errorf(t.At, "more than %d attributes", r.limits.Attributes)
		}
		a, err := r.attribute()
		if err != nil {
			return t, err
		}
		t.Attributes = append(t.Attributes, a)
	}
	t.End = r.at
	r.open = append(r.open, qualified)
	return t, r.bind(&t)
}

func (r *Reader) attribute() (a Attribute, err error) {
	a.At = r.at
	if a.Name, err = r.qualified(); err != nil {
		return a, err
	}
	r.space()
	if !r.skip("=") {
		return a, r.Errorf(a.At, "attribute %s has no value", a.Name)
	}
	r.space()
	start := r.at + 1
	raw, err := r.quoted()
	if err != nil {
		return a, err
	}
	if i := strings.IndexByte(raw, '<'); i >= 0 {
		return a, r.Errorf(start+i, "\"<\" in the value of attribute %s", a.Name)
	}
	a.End = r.at
	a.Value, err = r.decode(raw, start)
	return a, err
}

// bind resolves the prefixes of an element and its attributes (Namespaces in XML 1.0, sections 3 to 6).
func (r *Reader) bind(t *Token) error {
	var declared []string
	for _, a := range t.Attributes {
		prefix, ok := a.Declares()
		if !ok {
			continue
		}
		space := a.Value.S
		switch {
		case prefix == "xmlns", space == xmlnsSpace, (prefix == "xml") != (space == xmlSpace):
			return r.Errorf(a.At, "prefix %q may not stand for namespace %q", Quote(prefix), Quote(space))
		case prefix != "" && space == "":
			return r.Errorf(a.At, "prefix %q stands for no namespace", Quote(prefix))
		case slices.Contains(declared, prefix):
			return r.Errorf(a.At, "attribute %s is given twice", a.Name)
		}
		declared = append(declared, prefix)
		r.bound[prefix] = append(r.bound[prefix], space)
	}
	r.declared = append(r.declared, declared)

	resolve := func(n *Name, at int) error {
		spaces := r.bound[n.Prefix]
		if len(spaces) == 0 {
			return r.Errorf(at, "prefix %q of %s is not declared", Quote(n.Prefix), n)
		}
		n.Space = spaces[len(spaces)-1]
		return nil
	}
	if t.Prefix == "xmlns" {
		return r.Errorf(t.At, "element %s has a reserved prefix", t.Name)
	}
	if err := resolve(&t.Name, t.At); err != nil {
		return err
	}
	type expanded struct{ local, space string }
	seen := make(map[expanded]bool, len(t.Attributes))
	for i := range t.Attributes {
		a := &t.Attributes[i]
		// An attribute without a prefix is in no namespace, whatever the default is.
		if a.Prefix != "" {
			if err := resolve(&a.Name, a.At); err != nil {
				return err
			}
		}
		if key := (expanded{a.Local, a.Space}); seen[key] {
			return r.Errorf(a.At, "attribute %s is given twice", a.Name)
		} else {
			seen[key] = true
		}
	}
	return nil
}

func (r *Reader) endTag() (Token, error) {
	at := r.at
	r.at += len("</")
	start := r.at
	if _, err := r.qualified(); err != nil {
		return Token{}, err
	}
	qualified := r.src[start:r.at]
	r.space()
	if !r.skip(">") {
		return Token{}, r.Errorf(at, "end tag of %s is malformed", Quote(qualified))
	}
	if len(r.open) == 0 {
		return Token{}, r.Errorf(at, "end tag of %s without its start tag", Quote(qualified))
	}
	if want := r.open[len(r.open)-1]; qualified != want {
		return Token{}, r.Errorf(at, "end tag of %s, want that of %s", Quote(qualified), Quote(want))
	}
	return r.pop(at), nil
}

func (r *Reader) pop(at int) Token {
	top := len(r.open) - 1
	for _, prefix := range r.declared[top] {
		r.bound[prefix] = r.bound[prefix][:len(r.bound[prefix])-1]
	}
	r.open, r.declared = r.open[:top], r.declared[:top]
	return Token{Kind: EndElement, At: at, End: r.at}
}

func (r *Reader) characters() (Token, error) {
	at := r.at
	raw := r.src[at:]
	if end := strings.IndexByte(raw, '<'); end >= 0 {
		raw = raw[:end]
	}
	if i := strings.Index(raw, "]]>"); i >= 0 {
		return Token{}, r.Errorf(at+i, "\"]]>\" in text")
	}
	r.at += len(raw)
	t, err := r.decode(raw, at)
	return Token{Kind: Characters, At: at, End: r.at, Text: t}, err
}

func (r *Reader) comment() (Token, error) {
	at := r.at
	r.at += len("<!--")
	start := r.at
	end := strings.Index(r.src[r.at:], "--")
	if end < 0 {
		return Token{}, r.Errorf(at, "comment is not closed")
	}
	r.at += end
	if !r.skip("-->") {
		return Token{}, r.Errorf(r.at, "\"--\" in a comment")
	}
	return Token{Kind: Comment, At: at, End: r.at, Text: Text{S: r.src[start : start+end], start: start}}, nil
}

func (r *Reader) instruction() (Token, error) {
	t := Token{Kind: Instruction, At: r.at}
	r.at += len("<?")
	var err error
	if t.Name, err = r.qualified(); err != nil {
		return t, err
	}
	if t.Prefix == "" && t.Local == "xml" {
		return t, r.Errorf(t.At, "the XML declaration must stand at the very beginning")
	}
	if t.Prefix != "" || strings.EqualFold(t.Local, "xml") {
		return t, r.Errorf(t.At, "processing instruction may not be called %s", t.Name)
	}
	spaced := r.space()
	end := strings.Index(r.src[r.at:], "?>")
	if end < 0 || end > 0 && !spaced {
		return t, r.Errorf(t.At, "processing instruction is not closed")
	}
	t.Text = Text{S: r.src[r.at : r.at+end], start: r.at}
	r.at += end + len("?>")
	t.End = r.at
	return t, nil
}

// doctype passes over a document type declaration and queues what it found. The declaration is refused by whoever
// reads the tokens; here it matters only where it ends, which quotes, comments and brackets decide.
func (r *Reader) doctype() error {
	at := r.at
	if r.root || r.typed {
		return r.Errorf(at, "DOCTYPE is not allowed here")
	}
	r.typed = true
	r.at += len("<!DOCTYPE")
	spaced := r.space()
	start := r.at
	if _, err := r.qualified(); err != nil || !spaced {
		return r.Errorf(at, "DOCTYPE is malformed")
	}
	r.queue = append(r.queue, Token{Kind: Doctype, At: at, End: r.at, Text: Text{S: r.src[start:r.at], start: start}})
	subset := false
	for r.at < len(r.src) {
		rest := r.src[r.at:]
		switch {
		case subset && strings.HasPrefix(rest, "<!--"):
			if _, err := r.comment(); err != nil {
				return err
			}
		case subset && strings.HasPrefix(rest, "<?"):
			t, err := r.instruction()
			if err != nil {
				return err
			}
			r.queue = append(r.queue, t)
		case rest[0] == '"', rest[0] == '\'':
			if _, err := r.quoted(); err != nil {
				return err
			}
		case subset && strings.HasPrefix(rest, "<!ENTITY"):
			found := Token{Kind: Entity, At: r.at}
			r.at += len("<!ENTITY")
			r.space()
			if r.skip("%") {
				r.space()
			}
			start := r.at
			if _, err := r.qualified(); err != nil {
				return err
			}
			found.Text, found.End = Text{S: r.src[start:r.at], start: start}, r.at
			r.queue = append(r.queue, found)
		case rest[0] == '[' && !subset:
			subset = true
			r.at++
		case rest[0] == ']' && subset:
			r.at++
			r.space()
			if !r.skip(">") {
				return r.Errorf(at, "DOCTYPE is malformed")
			}
			return nil
		case rest[0] == '>' && !subset:
			r.at++
			return nil
		default:
			r.at++
		}
	}
	return r.Errorf(at, "DOCTYPE is not closed")
}
