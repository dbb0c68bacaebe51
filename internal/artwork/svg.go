package artwork

import (
	"cmp"
	"slices"
	"strings"
)

const (
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
	r, err := newReader(data)
	if err != nil {
		return Info{}, nil, err
	}
	in := inspector{reader: r}
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
	*reader
	info   Info
	places []place
	styles []*builder // the text of each open element that is a style sheet, nil for others
}

// add notes a finding and reports whether there is room for more.
func (in *inspector) add(at int, what, found string) bool {
	if len(in.places) < maxFindings {
		in.places = append(in.places, place{at, what, quote(found)})
	}
	return len(in.places) < maxFindings
}

func (in *inspector) run() error {
	for {
		t, err := in.next()
		if err != nil {
			return err
		}
		switch t.kind {
		case endOfFile:
			return nil
		case startElement:
			if err := in.element(t); err != nil {
				return err
			}
		case endElement:
			top := len(in.styles) - 1
			if style := in.styles[top]; style != nil {
				sheet(style.done(), func(at int, what, found string) bool { return in.add(at, what+" in style sheet", found) })
			}
			in.styles = in.styles[:top]
		case characters:
			if style := in.styles[len(in.styles)-1]; style != nil {
				style.text(t.text)
			}
		case instruction:
			// What HTML reads as a comment ends at the first ">" within an instruction.
			if t.local != "xpacket" || strings.Contains(t.text.s, ">") {
				in.add(t.at, "processing instruction "+t.name.String(), in.src[t.at:t.end])
			}
		case doctype:
			in.add(t.at, "DOCTYPE declaration", in.src[t.at:t.end])
		case entity:
			in.add(t.at, "entity declaration "+quote(t.text.s), in.src[t.at:t.end])
		}
	}
}

func (in *inspector) element(t token) error {
	if len(in.styles) == 0 {
		if err := in.root(t); err != nil {
			return err
		}
	}
	lower := strings.ToLower(t.local)
	if known, ok := unsafeElements[lower]; ok {
		in.add(t.at, known+" element", in.src[t.at:t.end])
	} else if t.space == xhtmlSpace {
		in.add(t.at, "HTML element "+t.name.String(), in.src[t.at:t.end])
	}
	if len(in.styles) > 0 && in.styles[len(in.styles)-1] != nil {
		in.add(t.at, "element inside of style", in.src[t.at:t.end])
	}
	var style *builder
	if lower == "style" {
		style = new(builder)
	}
	in.styles = append(in.styles, style)
	for _, a := range t.attributes {
		in.attribute(a)
	}
	return nil
}

// root checks the first element and notes the size it declares.
func (in *inspector) root(t token) error {
	// A namespace may be hidden in an entity that a DOCTYPE declares; the DOCTYPE is refused in any case.
	if t.local != "svg" || t.space != svgSpace && !(in.typed && strings.Contains(t.space, "&")) {
		return in.fail(t.at, "root element is %s in namespace %q, want svg in %q", t.name, quote(t.space), svgSpace)
	}
	values := map[string]string{}
	for _, a := range t.attributes {
		if a.space == "" {
			values[a.local] = a.value.s
		}
	}
	in.info = size(values["width"], values["height"], values["viewBox"])
	return nil
}

func (in *inspector) attribute(a attribute) {
	if _, ok := a.declares(); ok {
		return
	}
	lower := strings.ToLower(a.local)
	value := a.value.s
	add := func(what string) { in.add(a.at, what+" attribute "+a.name.String(), value) }
	switch {
	case handler(lower), a.space == eventsSpace:
		add("event handler")
		return
	case a.space == xmlSpace && lower == "base":
		add(baseAddress + " in")
		return
	case references[lower]:
		if !local(value) {
			add(classify(value) + " in")
		}
		return
	case lower == "attributename":
		if target := animated(value); target != "" {
			in.add(a.at, "animation of "+quote(target), value)
		}
		return
	case words[lower], strings.HasPrefix(lower, "aria-"), strings.HasPrefix(lower, "data-"):
		return
	}
	before := len(in.places)
	sheet(a.value, func(_ int, what, found string) bool {
		return in.add(a.at, what+" in attribute "+a.name.String(), found)
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
	target := compact(text{s: value}).s
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
		l, c := position(in.src[at:p.at], p.at-at)
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
