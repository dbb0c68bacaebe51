package artwork

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on an SVG. A drawing of a badge stays far below them.
const (
	maxSVG        = 1 << 20 // bytes
	maxElements   = 20_000
	maxDepth      = 64
	maxAttributes = 256 // of one element
)

const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

type kind uint8

const (
	endOfFile kind = iota
	startElement
	endElement
	characters
	instruction // name.local is the target, text the rest
	doctype     // text is the name of the root
	entity      // a declaration in the doctype; text is the name
)

// name is a qualified name with the namespace that its prefix stands for.
type name struct{ prefix, local, space string }

func (n name) String() string {
	if n.prefix == "" {
		return quote(n.local)
	}
	return quote(n.prefix + ":" + n.local)
}

type attribute struct {
	name
	at    int // offset of the name
	value text
}

// declares reports whether the attribute is a namespace declaration, and of which prefix.
func (a attribute) declares() (prefix string, ok bool) {
	if a.prefix == "xmlns" {
		return a.local, true
	}
	return "", a.prefix == "" && a.local == "xmlns"
}

type token struct {
	kind
	name
	at         int // offset of the token's first character
	end        int // offset after a tag or an instruction, or after the name in a declaration
	attributes []attribute
	text       text
}

// reader cuts an SVG into tokens. What it accepts is well-formed and namespace-well-formed XML 1.0 in UTF-8, so that
// every other XML reader must see the same tokens. Comments are checked and left out. A document type declaration is
// passed over; entities that it may have declared are left as they are written.
type reader struct {
	src      string
	at       int
	open     []string // qualified names of the open elements
	elements int
	root     bool // there has been a root
	typed    bool // there has been a doctype
	closing  bool // the element just opened is empty: its end comes next
	queue    []token
	bound    map[string][]string // namespaces of each prefix, innermost last
	declared [][]string          // prefixes that each open element declares
}

// newReader checks what concerns the file as a whole: size, encoding, characters, XML declaration.
func newReader(data []byte) (*reader, error) {
	whole := func(format string, args ...any) (*reader, error) {
		return nil, &SyntaxError{Reason: fmt.Sprintf(format, args...)}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > maxSVG:
		return whole("file has %d bytes, at most %d are allowed", len(data), maxSVG)
	case len(data) == 0:
		return whole("file is empty")
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		return whole("file is compressed (svgz), want plain SVG")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")),
		bytes.IndexByte(data[:min(4, len(data))], 0) >= 0:
		return whole("file is in UTF-16 or UTF-32, want UTF-8")
	}
	r := &reader{src: string(data), bound: map[string][]string{"": {""}, "xml": {xmlSpace}, "xmlns": {xmlnsSpace}}}
	for i, c := range r.src {
		if c == utf8.RuneError && !strings.HasPrefix(r.src[i:], "\ufffd") {
			return nil, r.fail(i, "not UTF-8")
		}
		if !isChar(c) {
			return nil, r.fail(i, "character %U is not allowed in XML", c)
		}
	}
	if strings.HasPrefix(r.src, "<?xml") && len(r.src) > 5 && isSpace(r.src[5]) {
		return r, r.declaration()
	}
	return r, nil
}

func (r *reader) fail(at int, format string, args ...any) error {
	line, col := position(r.src, at)
	return &SyntaxError{Line: line, Col: col, Reason: fmt.Sprintf(format, args...)}
}

// declaration reads <?xml version="1.0" encoding="UTF-8" standalone="no"?> (XML 1.0, production 23).
func (r *reader) declaration() error {
	r.at = len("<?xml")
	for i, field := range []string{"version", "encoding", "standalone"} {
		before := r.at
		spaced := r.space()
		at := r.at
		if !r.skip(field) {
			if i == 0 {
				return r.fail(at, "XML declaration without version")
			}
			r.at = before
			continue
		}
		r.space()
		if !spaced || !r.skip("=") {
			return r.fail(at, "XML declaration is malformed")
		}
		r.space()
		value, err := r.quoted()
		if err != nil {
			return err
		}
		switch {
		case field == "version" && value != "1.0":
			return r.fail(at, "XML version is %q, want 1.0", quote(value))
		case field == "encoding" && !strings.EqualFold(value, "utf-8"):
			return r.fail(at, "encoding is %q, want UTF-8", quote(value))
		case field == "standalone" && value != "yes" && value != "no":
			return r.fail(at, "standalone is %q, want yes or no", quote(value))
		}
	}
	r.space()
	if !r.skip("?>") {
		return r.fail(r.at, "XML declaration is malformed")
	}
	return nil
}

// next returns the next token. Its error is final.
func (r *reader) next() (token, error) {
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
				return token{}, r.fail(at, "element %s is not closed", quote(r.open[len(r.open)-1]))
			case !r.root:
				return token{}, r.fail(at, "there is no element")
			}
			return token{kind: endOfFile, at: at}, nil
		case strings.HasPrefix(rest, "<!--"):
			if err := r.comment(); err != nil {
				return token{}, err
			}
		case strings.HasPrefix(rest, "<?"):
			return r.instruction()
		case strings.HasPrefix(rest, "<!DOCTYPE"):
			if err := r.doctype(); err != nil {
				return token{}, err
			}
		case strings.HasPrefix(rest, "<![CDATA[") && len(r.open) > 0:
			end := strings.Index(rest, "]]>")
			if end < 0 {
				return token{}, r.fail(at, "CDATA section is not closed")
			}
			r.at += end + len("]]>")
			start := len("<![CDATA[")
			return token{kind: characters, at: at, text: text{s: rest[start:end], start: at + start}}, nil
		case strings.HasPrefix(rest, "</"):
			return r.endTag()
		case strings.HasPrefix(rest, "<!"):
			return token{}, r.fail(at, "markup %q is not allowed here", quote(rest[:min(len(rest), 9)]))
		case rest[0] == '<':
			return r.startTag()
		case len(r.open) > 0:
			return r.characters()
		case !r.space():
			return token{}, r.fail(at, "text outside of the root element")
		}
	}
	t := r.queue[0]
	r.queue = r.queue[1:]
	return t, nil
}

func (r *reader) startTag() (token, error) {
	t := token{kind: startElement, at: r.at}
	if r.root && len(r.open) == 0 {
		return t, r.fail(t.at, "a second root element")
	}
	r.root = true
	if r.elements++; r.elements > maxElements {
		return t, r.fail(t.at, "more than %d elements", maxElements)
	}
	if len(r.open) == maxDepth {
		return t, r.fail(t.at, "elements are nested more than %d deep", maxDepth)
	}
	r.at++
	var err error
	if t.name, err = r.qualified(); err != nil {
		return t, err
	}
	qualified := r.src[t.at+1 : r.at]
	for {
		spaced := r.space()
		if r.skip(">") {
			break
		}
		if r.skip("/>") {
			r.closing = true
			break
		}
		if r.at == len(r.src) {
			return t, r.fail(t.at, "tag of element %s is not closed", t.name)
		}
		if !spaced {
			return t, r.fail(r.at, "unexpected %q in the tag of element %s", firstRune(r.src[r.at:]), t.name)
		}
		if len(t.attributes) == maxAttributes {
			return t, r.fail(t.at, "more than %d attributes", maxAttributes)
		}
		a, err := r.attribute()
		if err != nil {
			return t, err
		}
		t.attributes = append(t.attributes, a)
	}
	t.end = r.at
	r.open = append(r.open, qualified)
	return t, r.bind(&t)
}

func (r *reader) attribute() (a attribute, err error) {
	a.at = r.at
	if a.name, err = r.qualified(); err != nil {
		return a, err
	}
	r.space()
	if !r.skip("=") {
		return a, r.fail(a.at, "attribute %s has no value", a.name)
	}
	r.space()
	start := r.at + 1
	raw, err := r.quoted()
	if err != nil {
		return a, err
	}
	if i := strings.IndexByte(raw, '<'); i >= 0 {
		return a, r.fail(start+i, "\"<\" in the value of attribute %s", a.name)
	}
	a.value, err = r.decode(raw, start)
	return a, err
}

// bind resolves the prefixes of an element and its attributes (Namespaces in XML 1.0, sections 3 to 6).
func (r *reader) bind(t *token) error {
	var declared []string
	for _, a := range t.attributes {
		prefix, ok := a.declares()
		if !ok {
			continue
		}
		space := a.value.s
		switch {
		case prefix == "xmlns", space == xmlnsSpace, (prefix == "xml") != (space == xmlSpace):
			return r.fail(a.at, "prefix %q may not stand for namespace %q", quote(prefix), quote(space))
		case prefix != "" && space == "":
			return r.fail(a.at, "prefix %q stands for no namespace", quote(prefix))
		case slices.Contains(declared, prefix):
			return r.fail(a.at, "attribute %s is given twice", a.name)
		}
		declared = append(declared, prefix)
		r.bound[prefix] = append(r.bound[prefix], space)
	}
	r.declared = append(r.declared, declared)

	resolve := func(n *name, at int) error {
		spaces := r.bound[n.prefix]
		if len(spaces) == 0 {
			return r.fail(at, "prefix %q of %s is not declared", quote(n.prefix), n)
		}
		n.space = spaces[len(spaces)-1]
		return nil
	}
	if t.prefix == "xmlns" {
		return r.fail(t.at, "element %s has a reserved prefix", t.name)
	}
	if err := resolve(&t.name, t.at); err != nil {
		return err
	}
	type expanded struct{ local, space string }
	seen := make(map[expanded]bool, len(t.attributes))
	for i := range t.attributes {
		a := &t.attributes[i]
		// An attribute without a prefix is in no namespace, whatever the default is.
		if a.prefix != "" {
			if err := resolve(&a.name, a.at); err != nil {
				return err
			}
		}
		if key := (expanded{a.local, a.space}); seen[key] {
			return r.fail(a.at, "attribute %s is given twice", a.name)
		} else {
			seen[key] = true
		}
	}
	return nil
}

func (r *reader) endTag() (token, error) {
	at := r.at
	r.at += len("</")
	start := r.at
	if _, err := r.qualified(); err != nil {
		return token{}, err
	}
	qualified := r.src[start:r.at]
	r.space()
	if !r.skip(">") {
		return token{}, r.fail(at, "end tag of %s is malformed", quote(qualified))
	}
	if len(r.open) == 0 {
		return token{}, r.fail(at, "end tag of %s without its start tag", quote(qualified))
	}
	if want := r.open[len(r.open)-1]; qualified != want {
		return token{}, r.fail(at, "end tag of %s, want that of %s", quote(qualified), quote(want))
	}
	return r.pop(at), nil
}

func (r *reader) pop(at int) token {
	top := len(r.open) - 1
	for _, prefix := range r.declared[top] {
		r.bound[prefix] = r.bound[prefix][:len(r.bound[prefix])-1]
	}
	r.open, r.declared = r.open[:top], r.declared[:top]
	return token{kind: endElement, at: at}
}

func (r *reader) characters() (token, error) {
	at := r.at
	raw := r.src[at:]
	if end := strings.IndexByte(raw, '<'); end >= 0 {
		raw = raw[:end]
	}
	if i := strings.Index(raw, "]]>"); i >= 0 {
		return token{}, r.fail(at+i, "\"]]>\" in text")
	}
	r.at += len(raw)
	t, err := r.decode(raw, at)
	return token{kind: characters, at: at, text: t}, err
}

func (r *reader) comment() error {
	at := r.at
	r.at += len("<!--")
	end := strings.Index(r.src[r.at:], "--")
	if end < 0 {
		return r.fail(at, "comment is not closed")
	}
	r.at += end
	if !r.skip("-->") {
		return r.fail(r.at, "\"--\" in a comment")
	}
	return nil
}

func (r *reader) instruction() (token, error) {
	t := token{kind: instruction, at: r.at}
	r.at += len("<?")
	var err error
	if t.name, err = r.qualified(); err != nil {
		return t, err
	}
	if t.prefix == "" && t.local == "xml" {
		return t, r.fail(t.at, "the XML declaration must stand at the very beginning")
	}
	if t.prefix != "" || strings.EqualFold(t.local, "xml") {
		return t, r.fail(t.at, "processing instruction may not be called %s", t.name)
	}
	spaced := r.space()
	end := strings.Index(r.src[r.at:], "?>")
	if end < 0 || end > 0 && !spaced {
		return t, r.fail(t.at, "processing instruction is not closed")
	}
	t.text = text{s: r.src[r.at : r.at+end], start: r.at}
	r.at += end + len("?>")
	t.end = r.at
	return t, nil
}

// doctype passes over a document type declaration and queues what it found. The declaration is refused by whoever
// reads the tokens; here it matters only where it ends, which quotes, comments and brackets decide.
func (r *reader) doctype() error {
	at := r.at
	if r.root || r.typed {
		return r.fail(at, "DOCTYPE is not allowed here")
	}
	r.typed = true
	r.at += len("<!DOCTYPE")
	spaced := r.space()
	start := r.at
	if _, err := r.qualified(); err != nil || !spaced {
		return r.fail(at, "DOCTYPE is malformed")
	}
	r.queue = append(r.queue, token{kind: doctype, at: at, end: r.at, text: text{s: r.src[start:r.at], start: start}})
	subset := false
	for r.at < len(r.src) {
		rest := r.src[r.at:]
		switch {
		case subset && strings.HasPrefix(rest, "<!--"):
			if err := r.comment(); err != nil {
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
			found := token{kind: entity, at: r.at}
			r.at += len("<!ENTITY")
			r.space()
			if r.skip("%") {
				r.space()
			}
			start := r.at
			if _, err := r.qualified(); err != nil {
				return err
			}
			found.text, found.end = text{s: r.src[start:r.at], start: start}, r.at
			r.queue = append(r.queue, found)
		case rest[0] == '[' && !subset:
			subset = true
			r.at++
		case rest[0] == ']' && subset:
			r.at++
			r.space()
			if !r.skip(">") {
				return r.fail(at, "DOCTYPE is malformed")
			}
			return nil
		case rest[0] == '>' && !subset:
			r.at++
			return nil
		default:
			r.at++
		}
	}
	return r.fail(at, "DOCTYPE is not closed")
}
