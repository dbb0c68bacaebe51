package bake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"blazon/internal/markup"
)

const (
	svgSpace = "http://www.w3.org/2000/svg"
	ob2Space = "http://openbadges.org"
	ob3Space = "https://purl.imsglobal.org/ob/v3p0"

	// prefix is the one that both generations prescribe, and that readers without namespaces look for.
	prefix = "openbadges"

	// window is how far widespread readers look to tell an SVG from other files.
	window = 256
)

// SVGTemplate is an SVG without a badge, ready to be baked many times. It does not change and may be used by several
// goroutines.
type SVGTemplate struct {
	bare  string // the author's file without badges
	head  string // as it is baked, to the end of the root's last attribute
	close string // the rest of the root's start tag
	tail  string // everything after it
}

// SplitSVG checks an SVG with the strict reader of markup and leaves out the badges that it holds: elements assertion and
// credential in the namespaces of OB 2.0 and 3.0, under any prefix and at any depth, and declarations of these namespaces
// that nothing else needs. White space around them stays, as does every other byte. An empty root tag becomes a start
// and an end tag when it is baked.
//
// Baking moves what must be moved for readers that look for "<svg" and the SVG namespace in the first 256 bytes only:
// the namespace declaration goes to the front of the root's tag; where that does not do, comments and white space before
// the root go into it, behind the badge. Nothing is dropped but a byte order mark: readers exist that want "<" first.
// Unbaked moves and drops nothing.
//
// The error wraps ErrTooLarge or is a *markup.SyntaxError: not well-formed or not SVG; beyond 100,000 elements, 256
// levels or 255 attributes of an element; a DOCTYPE, which could have other files change what the drawing is; the prefix
// openbadges, which badges need, for anything else on the root or below; an SVG that cannot be brought into a shape
// that readers recognise.
func SplitSVG(svg []byte) (*SVGTemplate, error) {
	s, err := scan(svg)
	if err != nil {
		return nil, err
	}
	if s.doctype >= 0 {
		return nil, s.Errorf(s.doctype, "DOCTYPE declaration: nothing is baked into a file that has one")
	}
	gone, err := s.leftOut()
	if err != nil {
		return nil, err
	}
	// Baking adds an element, and an attribute of the root.
	if s.elements-s.removed > maxElements {
		return nil, s.Errorf(s.root.At, "more than %d elements", maxElements)
	}

	src, root := s.Source(), s.root
	last := root.NameEnd // where the root's last attribute ends
	if n := len(root.Attributes); n > 0 {
		last = root.Attributes[n-1].End
	}
	name := src[root.At:root.NameEnd]
	attributes := span{root.NameEnd, last}
	plain := without(src, attributes, gone)
	if len(root.Attributes) > maxAttributes && plain == src[attributes.from:attributes.to] {
		return nil, s.Errorf(root.At, "more than %d attributes", maxAttributes)
	}
	content := without(src, span{root.End, len(src)}, gone)
	end := strings.TrimSuffix(strings.TrimSuffix(src[last:root.End], ">"), "/")
	t := &SVGTemplate{bare: string(svg[:len(svg)-len(src)]) + src[:root.At] + name + plain, close: end + ">"}
	if root.Empty {
		t.bare += end + "/>" + content
		content = "</" + name[1:] + ">" + content
	} else {
		t.bare += t.close + content
	}

	declaration := spaced(src, *s.declared)
	front := src[declaration.from:declaration.to] + without(src, attributes, sorted(append(slices.Clone(gone), declaration)))
	before := span{s.Prolog(), root.At}
	moved := without(src, before, s.outside)
	kept := src[:before.from]
	for _, i := range s.outside {
		kept += src[i.from:i.to]
	}
	for _, try := range []struct{ before, attributes, moved string }{
		{src[:root.At], plain, ""},
		{src[:root.At], front, ""},
		{kept, plain, moved},
		{kept, front, moved},
	} {
		t.head, t.tail = try.before+name+try.attributes, try.moved+content
		// A comment that speaks of the namespace is no declaration.
		if len(try.before)+len(name) <= window && strings.Contains(t.head[len(try.before):min(len(t.head), window)], svgSpace) {
			return t, nil
		}
	}
	return nil, s.Errorf(root.At, "%s and %q cannot be brought into the first %d bytes, where readers look for them", markup.Quote(name), svgSpace, window)
}

// Unbaked returns the SVG without a badge, as its author wrote it. The result is the caller's.
func (t *SVGTemplate) Unbaked() []byte { return []byte(t.bare) }

// Bake returns the SVG with one badge as the root's first child and its namespace declared behind the root's other
// attributes. A file has one generation, since both prescribe one prefix for different namespaces.
//
// The url is the address of a hosted assertion, for its attribute verify. It must be the one that the assertion itself
// names, see HostedURL; where there is none, with a JWS or a credential, it must be empty. A JWS stands in verify, with
// no body; JSON in a CDATA section, in two where it holds "]]>". There Mozilla's bakery reads the first only, and JSON can
// be written without.
//
// Errors: a keyword that is neither OB2 nor OB3; a text that is empty, longer than MaxText, not UTF-8, neither a JSON
// object nor a JWS, or that holds what XML cannot (carriage returns, which every reader turns into line feeds, among it);
// another url; a result beyond MaxSVG (ErrTooLarge).
func (t *SVGTemplate) Bake(text Text, url string) ([]byte, error) {
	if err := check(text); err != nil {
		return nil, err
	}
	if err := checkXML(text.Value); err != nil {
		return nil, fmt.Errorf("text of %s %w", text.Keyword, err)
	}
	space, element := ob2Space, prefix+":assertion"
	if text.Keyword == OB3 {
		space, element = ob3Space, prefix+":credential"
	}
	verify, body, want := "", "", ""
	object := strings.HasPrefix(strings.TrimLeft(text.Value, blanks), "{")
	switch {
	case object && text.Keyword == OB2:
		var err error
		if want, err = HostedURL(text.Value); err != nil {
			return nil, err
		}
		verify, body = want, text.Value
	case object && json.Valid([]byte(text.Value)):
		body = text.Value
	case isJWS(text.Value):
		verify = text.Value
	case isJWS(strings.TrimSpace(text.Value)):
		return nil, fmt.Errorf("text of %s has white space around a JWS", text.Keyword)
	default:
		return nil, fmt.Errorf("text of %s is neither a JSON object nor a JWS", text.Keyword)
	}
	if url != want {
		return nil, fmt.Errorf("url is %q, want %q, which the badge itself names", url, want)
	}
	if err := checkXML(verify); err != nil {
		return nil, fmt.Errorf("address of the assertion %w", err)
	}

	const cdata, end = "<![CDATA[", "]]>"
	size := len(t.head) + len(t.close) + len(t.tail) + 2*len(element) + 2*len(space) + len(verify) + len(body) + 100
	var out bytes.Buffer
	out.Grow(size)
	out.WriteString(t.head)
	out.WriteString(` xmlns:` + prefix + `="` + space + `"`)
	out.WriteString(t.close)
	out.WriteString("<" + element)
	if verify != "" {
		out.WriteString(` verify="`)
		escapes.WriteString(&out, verify)
		out.WriteString(`"`)
	}
	if body == "" {
		out.WriteString("/>")
	} else {
		out.WriteString(">" + cdata)
		// Each "]]>" is cut before its ">".
		for {
			at := strings.Index(body, end)
			if at < 0 {
				break
			}
			at += len("]]")
			out.WriteString(body[:at])
			out.WriteString(end + cdata)
			body = body[at:]
		}
		out.WriteString(body)
		out.WriteString(end + "</" + element + ">")
	}
	out.WriteString(t.tail)
	if out.Len() > MaxSVG {
		return nil, fmt.Errorf("%w: %d bytes with the badge, at most %d are written", ErrTooLarge, out.Len(), MaxSVG)
	}
	return out.Bytes(), nil
}

// HostedURL is the address of a hosted assertion as its JSON names it, an http or https URL: id, or verify.url of OB 1.0.
func HostedURL(assertion string) (string, error) {
	// Fields of a struct would match keys in any letter case.
	var document, verify map[string]json.RawMessage
	if json.Unmarshal([]byte(assertion), &document) != nil || document == nil {
		return "", errors.New("assertion is not a JSON object")
	}
	raw, ok := document["id"]
	if !ok && json.Unmarshal(document["verify"], &verify) == nil {
		// Of a signed assertion the URL would be that of the key.
		var kind string
		if raw = verify["url"]; json.Unmarshal(verify["type"], &kind) == nil && kind != "hosted" {
			raw = nil
		}
	}
	var url string
	if json.Unmarshal(raw, &url) != nil || !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return "", errors.New("assertion names no address of its own: neither id nor verify.url is an http or https URL")
	}
	return url, nil
}

// escapes are of what an attribute in double quotes cannot hold or would not keep.
var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;")

// checkXML looks for characters that XML does not allow (XML 1.0, production 2) or does not keep.
func checkXML(s string) error {
	for _, c := range s {
		switch {
		case c == '\r':
			return errors.New("holds a carriage return, which XML turns into a line feed")
		case c < 0x20 && c != '\t' && c != '\n', c == 0xfffe, c == 0xffff:
			return fmt.Errorf("holds %U, which XML does not allow", c)
		}
	}
	return nil
}
