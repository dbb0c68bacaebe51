package artwork

import (
	"cmp"
	"slices"
	"strings"

	"blazon/internal/markup"
)

const (
	xmlSpace    = "http://www.w3.org/XML/1998/namespace"
	svgSpace    = "http://www.w3.org/2000/svg"
	xhtmlSpace  = "http://www.w3.org/1999/xhtml"
	eventsSpace = "http://www.w3.org/2001/xml-events"
)

// maxFindings bounds the report of a file that is made of nothing else.
const maxFindings = 1000

// unsafeElements are refused in every namespace and letter case: no drawing needs them, and not every reader is strict.
var unsafeElements = map[string]string{
	"script": "script", "handler": "handler", "listener": "listener", "foreignobject": "foreignObject",
	"iframe": "iframe", "frame": "frame", "frameset": "frameset", "embed": "embed", "object": "object",
	"applet": "applet", "audio": "audio", "video": "video",
}

// references are attributes whose value is an address, in every namespace.
var references = map[string]bool{
	"href": true, "src": true, "srcset": true, "srcdoc": true, "action": true, "formaction": true, "ping": true,
	"poster": true, "background": true, "codebase": true,
}

// words are attributes, besides aria-* and data-*, that hold a name or words for people: a badge may well be called
// "JavaScript: the basics".
var words = map[string]bool{
	"id": true, "class": true, "title": true, "alt": true, "label": true, "docname": true, "export-filename": true,
}

// InspectSVG looks for everything in an SVG that could run, load, link to or be replaced by something outside of the
// file. Findings are in file order, at most 1000:
//
//   - elements that run or embed: script, handler, listener, foreignObject, iframe, embed, object, audio, video and
//     the like in every namespace and letter case, and every HTML element
//   - event handler attributes: on and letters, whatever the event, and those of XML Events
//   - DOCTYPE and entity declarations, even the public ones of SVG
//   - processing instructions such as xml-stylesheet; Adobe's xpacket, which no browser reads, passes
//   - addresses other than "#id" in href, src and their like, in url() of any attribute or style sheet, in @import;
//     javascript: and data: addresses are named as such; xml:base, which gives "#id" another meaning
//   - animations that set an address or an event handler
//
// White space, letter case, character references and CSS escapes make no difference. A file without findings is safe as
// an image or a document of its own; pasted into HTML it would be read by other rules.
//
// The error is a *SyntaxError: not UTF-8, not well-formed XML, not SVG, or beyond 1 MiB, 20,000 elements, 64 levels
// and 256 attributes of an element. Findings up to there come with it.
func InspectSVG(data []byte) (Info, []Finding, error) {
	r, err := markup.NewReader(data)
	if err != nil {
		return Info{}, nil, err
	}
	in := inspector{Reader: r}
	err = in.run()
	if err != nil {
		in.info = Info{}
	}
	return in.info, in.findings(), err
}

// place is a finding that does not know its line yet.
type place struct {
	at          int
	what, found string
}

type inspector struct {
	*markup.Reader
	info   Info
	places []place
	styles []*markup.Builder // the text of each open element that is a style sheet, nil for others
}

// add notes a finding and reports whether there is room for more.
func (in *inspector) add(at int, what, found string) bool {
	if len(in.places) < maxFindings {
		in.places = append(in.places, place{at, what, markup.Quote(found)})
	}
	return len(in.places) < maxFindings
}

func (in *inspector) run() error {
	for {
		t, err := in.Next()
		if err != nil {
			return err
		}
		switch t.Kind {
		case markup.EndOfFile:
			return nil
		case markup.StartElement:
			if err := in.element(t); err != nil {
				return err
			}
		case markup.EndElement:
			top := len(in.styles) - 1
			if style := in.styles[top]; style != nil {
				sheet(style.Done(), func(at int, what, found string) bool { return in.add(at, what+" in style sheet", found) })
			}
			in.styles = in.styles[:top]
		case markup.Characters:
			if style := in.styles[len(in.styles)-1]; style != nil {
				style.Text(t.Text)
			}
		case markup.Instruction:
			// What HTML reads as a comment ends at the first ">" within an instruction.
			if t.Local != "xpacket" || strings.Contains(t.Text.S, ">") {
				in.add(t.At, "processing instruction "+t.Name.String(), in.Source()[t.At:t.End])
			}
		case markup.Doctype:
			in.add(t.At, "DOCTYPE declaration", in.Source()[t.At:t.End])
		case markup.Entity:
			in.add(t.At, "entity declaration "+markup.Quote(t.Text.S), in.Source()[t.At:t.End])
		}
	}
}

func (in *inspector) element(t markup.Token) error {
	if len(in.styles) == 0 {
		if err := in.root(t); err != nil {
			return err
		}
	}
	lower := strings.ToLower(t.Local)
	if known, ok := unsafeElements[lower]; ok {
		in.add(t.At, known+" element", in.Source()[t.At:t.End])
	} else if t.Space == xhtmlSpace {
		in.add(t.At, "HTML element "+t.Name.String(), in.Source()[t.At:t.End])
	}
	if len(in.styles) > 0 && in.styles[len(in.styles)-1] != nil {
		in.add(t.At, "element inside of style", in.Source()[t.At:t.End])
	}
	var style *markup.Builder
	if lower == "style" {
		style = new(markup.Builder)
	}
	in.styles = append(in.styles, style)
	for _, a := range t.Attributes {
		in.attribute(a)
	}
	return nil
}

// root checks the first element and notes the size it declares.
func (in *inspector) root(t markup.Token) error {
	// A namespace may be hidden in an entity that a DOCTYPE declares; the DOCTYPE is refused in any case.
	if t.Local != "svg" || t.Space != svgSpace && !(in.Typed() && strings.Contains(t.Space, "&")) {
		return in.Errorf(t.At, "root element is %s in namespace %q, want svg in %q", t.Name, markup.Quote(t.Space), svgSpace)
	}
	values := map[string]string{}
	for _, a := range t.Attributes {
		if a.Space == "" {
			values[a.Local] = a.Value.S
		}
	}
	in.info = size(values["width"], values["height"], values["viewBox"])
	return nil
}

func (in *inspector) attribute(a markup.Attribute) {
	if _, ok := a.Declares(); ok {
		return
	}
	lower := strings.ToLower(a.Local)
	value := a.Value.S
	add := func(what string) { in.add(a.At, what+" attribute "+a.Name.String(), value) }
	switch {
	case handler(lower), a.Space == eventsSpace:
		add("event handler")
		return
	case a.Space == xmlSpace && lower == "base":
		add(baseAddress + " in")
		return
	case references[lower]:
		if !local(value) {
			add(classify(value) + " in")
		}
		return
	case lower == "attributename":
		if target := animated(value); target != "" {
			in.add(a.At, "animation of "+markup.Quote(target), value)
		}
		return
	case words[lower], strings.HasPrefix(lower, "aria-"), strings.HasPrefix(lower, "data-"):
		return
	}
	before := len(in.places)
	sheet(a.Value, func(_ int, what, found string) bool {
		return in.add(a.At, what+" in attribute "+a.Name.String(), found)
	})
	if len(in.places) > before || !strings.Contains(value, ":") {
		return
	}
	// Lists of values, as of animations, are separated by semicolons.
	for part := range strings.SplitSeq(value, ";") {
		if classify(part) == dataAddress {
			add(dataAddress + " in")
			return
		}
	}
}

// handler reports whether an attribute, in small letters, is named as event handlers are: "on" and letters. Inkscape
// writes "only_selected", which is none.
func handler(lower string) bool {
	event, ok := strings.CutPrefix(lower, "on")
	return ok && event != "" && strings.Trim(event, "abcdefghijklmnopqrstuvwxyz") == ""
}

// animated is the attribute that an animation sets, without prefix, if no animation should.
func animated(value string) string {
	target := compact(markup.Text{S: value}).S
	target = target[strings.LastIndexByte(target, ':')+1:]
	if references[target] || target == "base" || handler(target) {
		return target
	}
	return ""
}

// findings sorts what was found by its place in the file and counts lines and columns in one go.
func (in *inspector) findings() []Finding {
	slices.SortStableFunc(in.places, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	var out []Finding
	line, col, at := 1, 1, 0
	for _, p := range in.places {
		l, c := markup.Position(in.Source()[at:p.at], p.at-at)
		if l > 1 {
			line, col = line+l-1, c
		} else {
			col += c - 1
		}
		at = p.at
		out = append(out, Finding{Line: line, Col: col, What: p.what, Found: p.found})
	}
	return slices.Compact(out)
}
