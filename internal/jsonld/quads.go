package jsonld

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"blazon/internal/rdfc"
)

const (
	rdf        = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	xsd        = "http://www.w3.org/2001/XMLSchema#"
	xsdDouble  = xsd + "double"
	xsdInteger = xsd + "integer"
	xsdBoolean = xsd + "boolean"
)

// The faults of an expanded document, beside those of iriFault.
const (
	saysNothing = "an object that says nothing"
	noProperty  = "a value that belongs to no property"
)

// emitter makes quads of an expanded document (JSON-LD 1.1 API §8.1). It needs no node map: what is said twice is one
// quad in a set.
type emitter struct {
	*expanded
	all    []rdfc.Quad
	blanks map[string]string // labels of the document to ours
	count  int               // blank nodes
	size   int
}

func (e *expanded) quads() ([]rdfc.Quad, error) {
	m := &emitter{expanded: e, blanks: map[string]string{}}
	top, ok := e.top.(map[string]any)
	if !ok {
		return nil, &TermError{"", saysNothing}
	}
	var err error
	if graph, ok := top["@graph"]; ok && len(top) == 1 {
		// A document of nothing but a graph is the default graph (JSON-LD 1.1 API §5.1.2, step 19).
		err = m.graph(graph, rdfc.Term{}, "")
	} else {
		_, err = m.node(top, rdfc.Term{}, "")
	}
	if err == nil && len(m.all) == 0 {
		err = &TermError{"", "a document that says nothing"}
	}
	if err != nil {
		return nil, err
	}
	return m.all, nil
}

func (m *emitter) add(q rdfc.Quad) error {
	for _, t := range [...]*rdfc.Term{&q.Subject, &q.Predicate, &q.Object, &q.Graph} {
		m.size += len(t.Value) + len(t.Datatype)
	}
	if m.size > maxText {
		return fmt.Errorf("quads of more than %d bytes: %w", maxText, ErrLimit)
	}
	m.all = append(m.all, q)
	return nil
}

// blank is a blank node by the label that the document gives it, or a new one.
func (m *emitter) blank(label string) rdfc.Term {
	ours, ok := m.blanks[label]
	if !ok || label == "" {
		ours = "b" + strconv.Itoa(m.count)
		m.count++
		m.blanks[label] = ours
	}
	return rdfc.Term{Kind: rdfc.Blank, Value: ours}
}

// resource is the term of an @id or @type.
func (m *emitter) resource(id any, at, name string) (rdfc.Term, error) {
	s, ok := id.(string)
	if label, isBlank := strings.CutPrefix(s, "_:"); isBlank && label != "" {
		return m.blank(label), nil
	}
	if what := iriFault(s); !ok || what != "" {
		return rdfc.Term{}, &TermError{at, name + " that is " + what}
	}
	return rdfc.Term{Kind: rdfc.IRI, Value: s}, nil
}

// node emits a node object and returns its term.
func (m *emitter) node(object map[string]any, graph rdfc.Term, at string) (rdfc.Term, error) {
	if pointer, ok := m.pointers[identity(object)]; ok {
		at = pointer
	}
	self := rdfc.Term{}
	if id, ok := object["@id"]; ok {
		var err error
		if self, err = m.resource(id, at, "an id"); err != nil {
			return self, err
		}
	} else {
		self = m.blank("")
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := object[key]
		var err error
		switch key {
		case "@id":
		case "@type":
			err = m.types(value, self, graph, at)
		case "@graph":
			err = m.graph(value, self, at)
		case "@reverse":
			err = m.reverse(value, self, graph, at)
		case "@index":
			err = &TermError{at, "an index, which is not signed"}
		default:
			err = m.property(key, value, self, graph, at)
		}
		if err != nil {
			return self, err
		}
	}
	return self, nil
}

func (m *emitter) types(value any, self, graph rdfc.Term, at string) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, item := range list {
		class, err := m.resource(item, at, "a type")
		if err != nil {
			return err
		}
		if err := m.add(rdfc.Quad{Subject: self, Predicate: rdfc.Term{Kind: rdfc.IRI, Value: rdf + "type"}, Object: class, Graph: graph}); err != nil {
			return err
		}
	}
	return nil
}

// graph emits the nodes of a graph. A node that says nothing would leave no trace of itself.
func (m *emitter) graph(value any, name rdfc.Term, at string) error {
	list, _ := value.([]any)
	for _, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			return &TermError{at, noProperty}
		}
		for _, keyword := range []string{"@value", "@list", "@set"} {
			if _, ok := object[keyword]; ok {
				return &TermError{at, noProperty}
			}
		}
		before := len(m.all)
		if _, err := m.node(object, name, at); err != nil {
			return err
		}
		if len(m.all) == before {
			if pointer, ok := m.pointers[identity(object)]; ok {
				at = pointer
			}
			return &TermError{at, saysNothing}
		}
	}
	return nil
}

func (m *emitter) reverse(value any, self, graph rdfc.Term, at string) error {
	properties, _ := value.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		predicate, err := m.predicate(key, at)
		if err != nil {
			return err
		}
		list, _ := properties[key].([]any)
		for _, item := range list {
			object, ok := item.(map[string]any)
			if !ok || object["@value"] != nil || object["@list"] != nil {
				return &TermError{at, "a reverse property whose value is no object"}
			}
			other, err := m.node(object, graph, at)
			if err != nil {
				return err
			}
			if err := m.add(rdfc.Quad{Subject: other, Predicate: predicate, Object: self, Graph: graph}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *emitter) predicate(key, at string) (rdfc.Term, error) {
	switch what := iriFault(key); {
	case strings.HasPrefix(key, "@"):
		return rdfc.Term{}, &TermError{at, "a keyword that this reader does not take"}
	case strings.HasPrefix(key, "_:"):
		return rdfc.Term{}, &TermError{at, "a property that is a blank node"}
	case what != "":
		return rdfc.Term{}, &TermError{at, "a property that is " + what}
	}
	return rdfc.Term{Kind: rdfc.IRI, Value: key}, nil
}

func (m *emitter) property(key string, value any, self, graph rdfc.Term, at string) error {
	predicate, err := m.predicate(key, at)
	if err != nil {
		return err
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, item := range list {
		object, err := m.object(item, graph, at)
		if err != nil {
			return err
		}
		if err := m.add(rdfc.Quad{Subject: self, Predicate: predicate, Object: object, Graph: graph}); err != nil {
			return err
		}
	}
	return nil
}

// object is the term of a value of a property; what hangs on it is emitted.
func (m *emitter) object(item any, graph rdfc.Term, at string) (rdfc.Term, error) {
	object, ok := item.(map[string]any)
	if !ok {
		return rdfc.Term{}, &TermError{at, noProperty}
	}
	if _, ok := object["@value"]; ok {
		return m.literal(object, at)
	}
	list, ok := object["@list"]
	if !ok {
		return m.node(object, graph, at)
	}
	if len(object) > 1 {
		return rdfc.Term{}, &TermError{at, "a list with an index, which is not signed"}
	}
	items, _ := list.([]any)
	head := rdfc.Term{Kind: rdfc.IRI, Value: rdf + "nil"}
	for _, item := range slices.Backward(items) {
		first, err := m.object(item, graph, at)
		if err != nil {
			return head, err
		}
		cell := m.blank("")
		for _, q := range []rdfc.Quad{
			{Subject: cell, Predicate: rdfc.Term{Kind: rdfc.IRI, Value: rdf + "first"}, Object: first, Graph: graph},
			{Subject: cell, Predicate: rdfc.Term{Kind: rdfc.IRI, Value: rdf + "rest"}, Object: head, Graph: graph},
		} {
			if err := m.add(q); err != nil {
				return head, err
			}
		}
		head = cell
	}
	return head, nil
}

// literal is the term of a value object (JSON-LD 1.1 API §8.2).
func (m *emitter) literal(object map[string]any, at string) (rdfc.Term, error) {
	t := rdfc.Term{Kind: rdfc.Literal}
	datatype := ""
	for _, key := range slices.Sorted(maps.Keys(object)) {
		s, isString := object[key].(string)
		switch key {
		case "@value":
		case "@type":
			if datatype = s; s != "@json" {
				if what := iriFault(s); !isString || what != "" || strings.HasPrefix(s, "_:") {
					return t, &TermError{at, "a datatype that is no absolute IRI"}
				}
			}
		case "@language":
			if t.Language = s; !isString || !isLanguage(s) {
				return t, &TermError{at, "a language tag that is none"}
			}
		case "@direction":
			return t, &TermError{at, "a direction of text, which is not signed"}
		default:
			return t, &TermError{at, "a key in a value object, which is not signed"}
		}
	}
	var what string
	switch v := object["@value"].(type) {
	case bool:
		t.Value, t.Datatype = strconv.FormatBool(v), xsdBoolean
	case json.Number:
		t.Value, t.Datatype, what = number(v, datatype == xsdDouble)
	case string:
		t.Value = v
		if datatype == xsdDouble && !isCanonicalDouble(v) {
			// jsonld.js signs another text than the specification asks for.
			what = "a text that should be a number"
		}
	default:
		if datatype != "@json" {
			return t, &TermError{at, "a value that is neither text nor number nor boolean"}
		}
	}
	if datatype == "@json" {
		var text []byte
		text, what = appendJSON(nil, object["@value"])
		t.Value, t.Datatype = string(text), rdf+"JSON"
	} else if datatype != "" {
		t.Datatype = datatype
	}
	if t.Language != "" && t.Datatype != "" {
		what = "a language of something that is no text"
	}
	if what != "" {
		return t, &TermError{at, what}
	}
	return t, nil
}

// iriFault says why a text is no absolute IRI, or "".
func iriFault(s string) string {
	if !isAbsolute(s) {
		return "no absolute IRI"
	}
	for i := range len(s) {
		if s[i] <= ' ' || strings.IndexByte("<>\"{}|^`\\", s[i]) >= 0 {
			return "an IRI with a character that none has"
		}
	}
	return ""
}

// isAbsolute tells whether a text begins with a scheme (RFC 3987 §2.2).
func isAbsolute(s string) bool {
	scheme, _, found := strings.Cut(s, ":")
	for i := range len(scheme) {
		letter := 'a' <= scheme[i]|0x20 && scheme[i]|0x20 <= 'z'
		if !letter && (i == 0 || strings.IndexByte("0123456789+-.", scheme[i]) < 0) {
			return false
		}
	}
	return found && scheme != ""
}

// isLanguage tells whether a text has the form of a language tag (BCP 47, as JSON-LD looks at it).
func isLanguage(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if len(part) < 1 || len(part) > 8 {
			return false
		}
		for _, b := range []byte(part) {
			letter := 'a' <= b|0x20 && b|0x20 <= 'z'
			if !letter && (i == 0 || b < '0' || b > '9') {
				return false
			}
		}
	}
	return true
}
