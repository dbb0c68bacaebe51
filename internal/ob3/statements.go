package ob3

import (
	"crypto/sha256"
	"fmt"
	"sync"

	"blazon/internal/jsontext"
	"blazon/internal/rdfc"
)

// A document's signature is over its statements: RDF in canonical N-Quads (RDFC-1.0). Of a credential most of them are
// those of its class, so that these are made, sorted and hashed once a class.

// mark stands in a statement for a blank node until it has its label: three bytes, none of which a statement begins or
// ends with, then its number.
const mark = 0x00

// markLen is the length of a blank node in a statement that has no labels yet.
const markLen = 3

// ending is what every statement ends with.
const ending = " .\n"

// statement is one line of a graph.
type statement struct {
	start, end      int32 // in the graph's text
	subject, object int32 // blank nodes; -1 where it is none
}

// graph collects the statements of a document.
type graph struct {
	text  []byte
	lines []statement
	nodes int // its own blank nodes, without those of its parts
	parts []*part
	err   error

	shared *shared // what its parts are likely to be; may be nil

	// What follows is room for canonical.
	hashes   [][sha256.Size]byte
	order    []int32
	labels   [][]byte
	rendered sheaf
	lineRoom []cut
	scratch  []byte
}

var graphs = sync.Pool{New: func() any { return new(graph) }}

// newGraph is an empty graph, to be given back to graphs.
func newGraph() *graph {
	g := graphs.Get().(*graph)
	g.text, g.lines, g.parts, g.nodes, g.err, g.shared = g.text[:0], g.lines[:0], g.parts[:0], 0, nil, nil
	return g
}

// part is an object that stands in many documents, with its statements. It does not depend on the documents.
type part struct {
	indented, compact []byte // its JSON
	id                string // its IRI
	fixed             sheaf  // its statements without blank nodes, canonical and each once
	text              []byte // those with blank nodes
	lines             []statement
	hashes            [][sha256.Size]byte // first-degree hashes of its blank nodes
}

// shared is several parts that stand in many documents together.
type shared struct {
	parts []*part
	fixed sheaf // of all of them
}

func share(parts ...*part) *shared { return &shared{parts: parts, fixed: join(parts)} }

// compile makes a part of an object, which must have an id. depth is that of its JSON in the documents.
func compile(o *object, depth int) (*part, error) {
	p := &part{id: o.id}
	for _, compact := range []bool{false, true} {
		w := jsontext.Part(4<<10, depth, compact)
		o.write(w, compact, nil)
		if compact {
			p.compact = w.Value()
		} else {
			p.indented = w.Value()
		}
	}
	var g graph
	g.object(o, -1)
	if g.err != nil {
		return nil, g.err
	}
	fixed := sheaf{text: g.text}
	for _, line := range g.lines {
		if line.subject < 0 && line.object < 0 {
			fixed.lines = append(fixed.lines, cut{line.start, line.end})
			continue
		}
		start := int32(len(p.text))
		p.text = append(p.text, g.text[line.start:line.end]...)
		p.lines = append(p.lines, statement{start, int32(len(p.text)), line.subject, line.object})
	}
	fixed.sort()
	p.fixed = sheafOf(merge(nil, fixed, sheaf{}))
	p.hashes = g.degree(nil, g.text, g.lines, g.nodes)
	return p, nil
}

// span is a place in the graph's text.
type span struct{ start, end int }

// object adds an object's statements. blank is its number, where it has no id.
func (g *graph) object(o *object, blank int32) {
	// The subject is written once and copied for each statement.
	subject := span{start: len(g.text)}
	if o.id != "" {
		g.iri(o.id)
	} else {
		g.mark(blank)
	}
	subject.end = len(g.text)
	for _, end := range o.kind.types {
		g.begin(subject, end)
		g.end(blank, -1)
	}
	for i := range o.props {
		p := &o.props[i]
		meaning, ok := o.kind.terms[p.key]
		if !ok {
			g.fail("no term %s in %v", p.key, o.kind.names)
			return
		}
		switch {
		case p.text != "":
			g.value(subject, blank, meaning, p.text)
		case p.texts != nil && meaning.kind == list:
			g.list(subject, blank, meaning, *p.texts)
		case p.texts != nil:
			for _, text := range *p.texts {
				g.value(subject, blank, meaning, text)
			}
		case p.object != nil && !p.list:
			g.link(subject, blank, meaning, p.object)
		case p.object != nil:
			for value := p.object; value != nil; value = value.next {
				g.link(subject, blank, meaning, value)
			}
		case p.part != nil:
			g.begin(subject, meaning.predicate)
			g.iri(p.part.id)
			g.finish(blank, -1)
			g.parts = append(g.parts, p.part)
		case p.flag:
			g.value(subject, blank, meaning, "true")
		default:
			g.value(subject, blank, meaning, "false")
		}
	}
}

func (g *graph) fail(format string, args ...any) {
	if g.err == nil {
		g.err = fmt.Errorf(format, args...)
	}
}

// begin begins a statement about a subject.
func (g *graph) begin(subject span, rest string) {
	g.lines = append(g.lines, statement{start: int32(len(g.text))})
	g.text = append(g.text, g.text[subject.start:subject.end]...)
	g.text = append(g.text, rest...)
}

// finish ends a statement.
func (g *graph) finish(subject, object int32) {
	g.text = append(g.text, ending...)
	g.end(subject, object)
}

// end notes the blank nodes of a statement that is written.
func (g *graph) end(subject, object int32) {
	line := &g.lines[len(g.lines)-1]
	line.end, line.subject, line.object = int32(len(g.text)), subject, object
}

// illegal are the bytes that may not stand in an IRI (RDF 1.1 N-Quads, IRIREF).
var illegal = func() (table [256]bool) {
	for c := range ' ' + 1 {
		table[c] = true
	}
	for _, c := range []byte("<>\"{}|^`\\") {
		table[c] = true
	}
	return table
}()

// iri writes an IRI. Those that people write were made URLs of RFC 3986 before; what could end one is refused all the same.
func (g *graph) iri(s string) {
	for i := range len(s) {
		if illegal[s[i]] {
			g.fail("an IRI holds a character that may not stand in one")
		}
	}
	g.text = append(g.text, '<')
	g.text = append(g.text, s...)
	g.text = append(g.text, '>')
}

func (g *graph) mark(n int32) {
	if n > 0xffff {
		g.fail("more than %d objects without an id", 0xffff)
	}
	g.text = append(g.text, mark, byte(n>>8), byte(n))
}

// blank is a new blank node.
func (g *graph) blank() int32 {
	g.nodes++
	return int32(g.nodes - 1)
}

func (g *graph) value(subject span, blank int32, meaning term, text string) {
	g.begin(subject, meaning.predicate)
	switch meaning.kind {
	case literal:
		g.text = rdfc.AppendLiteral(g.text, text)
		g.text = append(g.text, meaning.datatype...)
	case resource:
		g.iri(text)
	default:
		g.fail("a text where an object belongs")
	}
	g.finish(blank, -1)
}

func (g *graph) link(subject span, blank int32, meaning term, value *object) {
	if meaning.kind != resource && meaning.kind != node {
		g.fail("an object where a text belongs")
		return
	}
	g.begin(subject, meaning.predicate)
	inner := int32(-1)
	if value.id != "" {
		g.iri(value.id)
	} else {
		inner = g.blank()
		g.mark(inner)
	}
	g.finish(blank, inner)
	g.object(value, inner)
}

// list adds an ordered list (RDF Schema 1.1 §5.2, "RDF Collections").
func (g *graph) list(subject span, blank int32, meaning term, texts []string) {
	predicate := meaning.predicate
	for _, text := range texts {
		cell := g.blank()
		g.begin(subject, predicate)
		at := span{start: len(g.text)}
		g.mark(cell)
		at.end = len(g.text)
		g.finish(blank, cell)
		g.begin(at, " <"+rdf+"first> ")
		g.text = rdfc.AppendLiteral(g.text, text)
		g.finish(cell, -1)
		subject, blank, predicate = at, cell, " <"+rdf+"rest> "
	}
	g.begin(subject, predicate)
	g.iri(rdf + "nil")
	g.finish(blank, -1)
}
