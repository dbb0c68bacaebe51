package drawing

import (
	"slices"
	"strings"

	"blazon/internal/markup"
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	htmlSpace  = "http://www.w3.org/1999/xhtml"
	xlinkSpace = "http://www.w3.org/1999/xlink"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
)

// element is an element of the SVG namespace. Those of other namespaces are not kept: browsers draw none of them.
type element struct {
	name       string
	foreign    bool // of another namespace: known by its id alone
	at, end    int  // of the start tag
	attributes []markup.Attribute
	parent     *element
	children   []*element
	id         string
	classes    []string
	text       []markup.Text // between the tags, of the element itself
	// cascade is kept where no rule makes it hang on what the element is drawn by.
	cascade  cascade
	cascaded bool
}

// attribute is the value of an attribute without namespace.
func (e *element) attribute(name string) (*markup.Attribute, bool) {
	for i := range e.attributes {
		if a := &e.attributes[i]; a.Space == "" && a.Local == name {
			return a, true
		}
	}
	return nil, false
}

// href is the attribute that refers to another element; that of XLink counts where there is no other.
func (e *element) href() (*markup.Attribute, bool) {
	if a, ok := e.attribute("href"); ok {
		return a, true
	}
	for i := range e.attributes {
		if a := &e.attributes[i]; a.Space == xlinkSpace && a.Local == "href" {
			return a, true
		}
	}
	return nil, false
}

// document is an SVG as a tree.
type document struct {
	src      string
	root     *element
	ids      map[string]*element
	rules    []rule
	keys     map[string][]int // the numbers of rules by their keys
	below    bool             // whether a rule is for elements below others
	fontSize bool             // whether a font size is set anywhere
}

// reports are what a document is refused for, one for each place and reason.
type reports struct {
	list []report
	seen map[report]bool
}

type report struct {
	at    int
	what  string
	found string
}

// maxReports bounds the report of a file that is made of nothing else.
const maxReports = 1000

func (r *reports) refuse(at int, what, found string) {
	p := report{at, what, markup.Quote(found)}
	if r.seen[p] || len(r.list) == maxReports {
		return
	}
	if r.seen == nil {
		r.seen = make(map[report]bool)
	}
	r.seen[p] = true
	r.list = append(r.list, p)
}

// parse reads a document. The reports are of what is refused wherever it stands, drawn or not.
func parse(svg []byte, r *reports) (*document, error) {
	reader, err := markup.NewReader(svg)
	if err != nil {
		return nil, err
	}
	d := &document{src: reader.Source(), ids: make(map[string]*element), keys: make(map[string][]int)}
	var now *element
	foreign := 0 // how many elements of other namespaces are open
	var sheets []*element
	for {
		t, err := reader.Next()
		if err != nil {
			return nil, err
		}
		switch t.Kind {
		case markup.EndOfFile:
			for _, e := range sheets {
				d.style(e, r)
			}
			return d, nil
		case markup.StartElement:
			if foreign > 0 || t.Space != svgSpace {
				if now == nil {
					r.refuse(t.At, "root element is not svg in its namespace", d.src[t.At:t.End])
				}
				foreign++
				d.identify(newElement(t, nil))
				// Browsers heed these wherever they stand.
				if t.Space == htmlSpace && (t.Local == "link" || t.Local == "style" || t.Local == "script") ||
					t.Space == svgSpace && (t.Local == "style" || never[t.Local]) {
					r.refuse(t.At, "element "+t.Local+" among foreign ones cannot be drawn", d.src[t.At:t.End])
				}
				continue
			}
			e := newElement(t, now)
			if now == nil {
				d.root = e
				if e.name != "svg" {
					r.refuse(t.At, "root element is not svg in its namespace", d.src[t.At:t.End])
				}
			} else {
				now.children = append(now.children, e)
			}
			d.note(e, r)
			if e.name == "style" {
				sheets = append(sheets, e)
			}
			now = e
		case markup.EndElement:
			if foreign > 0 {
				foreign--
			} else {
				now = now.parent
			}
		case markup.Characters:
			if foreign == 0 && now != nil {
				now.text = append(now.text, t.Text)
			}
		case markup.Instruction:
			if t.Local == "xml-stylesheet" {
				r.refuse(t.At, "processing instruction xml-stylesheet cannot be drawn", d.src[t.At:t.End])
			}
		case markup.Doctype:
			r.refuse(t.At, "DOCTYPE declaration cannot be drawn", d.src[t.At:t.End])
		case markup.Entity:
			r.refuse(t.At, "entity declaration cannot be drawn", d.src[t.At:t.End])
		}
	}
}

func newElement(t markup.Token, parent *element) *element {
	e := &element{name: t.Local, foreign: t.Space != svgSpace, at: t.At, end: t.End, attributes: t.Attributes, parent: parent}
	if a, ok := e.attribute("id"); ok {
		e.id = a.Value.S
	}
	if a, ok := e.attribute("class"); ok {
		e.classes = fields(a.Value.S)
		slices.Sort(e.classes)
		e.classes = slices.Compact(e.classes)
	}
	return e
}

// never are elements that are refused wherever they stand: they could change what is drawn elsewhere.
var never = map[string]bool{
	"script": true, "handler": true, "listener": true,
	"animate": true, "animateTransform": true, "animateMotion": true, "animateColor": true, "set": true, "discard": true,
}

// note keeps what concerns the document as a whole.
func (d *document) note(e *element, r *reports) {
	if never[e.name] {
		r.refuse(e.at, "element "+e.name+" cannot be drawn", d.src[e.at:e.end])
	}
	d.identify(e)
	for i := range e.attributes {
		a := &e.attributes[i]
		switch {
		case a.Space == xmlSpace && a.Local == "base":
			r.refuse(a.At, "attribute xml:base cannot be drawn", a.Value.S)
		case a.Space == "" && strings.HasPrefix(lower(a.Local), "on") && strings.Trim(lower(a.Local[2:]), "abcdefghijklmnopqrstuvwxyz") == "" && len(a.Local) > 2:
			r.refuse(a.At, "event handler attribute "+a.Local+" cannot be drawn", a.Value.S)
		case a.Space == "" && (a.Local == "font-size" || a.Local == "style" && strings.Contains(lower(a.Value.S), "font")):
			d.fontSize = true
		}
	}
}

// identify keeps the id of an element; the first one of two that are the same counts. Those of other namespaces take
// theirs as well, so that nothing behind them is drawn for them.
func (d *document) identify(e *element) {
	if e.id != "" && d.ids[e.id] == nil {
		d.ids[e.id] = e
	}
}

// style reads a style element.
func (d *document) style(e *element, r *reports) {
	if a, ok := e.attribute("type"); ok && a.Value.S != "" && lower(trim(a.Value.S)) != "text/css" {
		r.refuse(a.At, "style sheet of this type cannot be drawn", a.Value.S)
		return
	}
	if a, ok := e.attribute("media"); ok {
		if m := lower(trim(a.Value.S)); m != "" && m != "all" && m != "screen" {
			r.refuse(a.At, "style sheet for some media cannot be drawn", a.Value.S)
			return
		}
	}
	var whole markup.Builder
	for _, t := range e.text {
		whole.Text(t)
	}
	s, ok := newSheet(whole.Done(), r.refuse)
	if !ok {
		return
	}
	for _, rule := range s.rules() {
		d.keys[rule.key()] = append(d.keys[rule.key()], len(d.rules))
		d.rules = append(d.rules, rule)
		d.below = d.below || len(rule.selector) > 1
		for _, l := range rule.declarations {
			d.fontSize = d.fontSize || strings.HasPrefix(l.property, "font")
		}
	}
}
