package jsonld

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// account looks through the document for what the expansion drops without an error. It knows all the ways in which it
// can: values and objects at the top or in @graph that say nothing, and value objects without a value. Elsewhere a
// keyword might hide something, so that only those are taken that do not.
func (e *expanded) account(root map[string]any) error {
	literals := map[uintptr]bool{}
	collectLiterals(e.top, literals)
	return e.walk(root, "", true, literals)
}

// collectLiterals finds the values of JSON literals, which are the document's own: nothing in them is JSON-LD.
func collectLiterals(v any, literals map[uintptr]bool) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			collectLiterals(item, literals)
		}
	case map[string]any:
		if value, ok := v["@value"]; ok {
			if v["@type"] == "@json" && isTree(value) {
				literals[identity(value)] = true
			}
			return
		}
		for _, item := range v {
			collectLiterals(item, literals)
		}
	}
}

func isTree(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return reflect.ValueOf(v).Len() > 0
	}
	return false
}

// walk goes through a part of the document. What is free hangs on no property: the document itself, the items of a
// @graph.
func (e *expanded) walk(v any, at string, free bool, literals map[uintptr]bool) error {
	if isTree(v) && literals[identity(v)] {
		return nil
	}
	switch v := v.(type) {
	case nil:
	case []any:
		for i, item := range v {
			if err := e.walk(item, at+"/"+strconv.Itoa(i), free, literals); err != nil {
				return err
			}
		}
	case map[string]any:
		value, isValue := v["@value"]
		types := 0
		for _, key := range slices.Sorted(maps.Keys(v)) {
			below := at + "/" + escape(key)
			if strings.HasPrefix(key, "@") && !keywords[key] {
				return &TermError{below, "a keyword that this reader does not take"}
			}
			if key == "@type" || e.typeNames[key] {
				// Of two, json-gold may drop one.
				if types++; types > 1 {
					return &TermError{below, "a second key for the type"}
				}
			}
			if e.known && !isValue && (key == "@id" || key == "@type" || strings.Contains(key, ":")) {
				return &TermError{below, "another name for what contexts have a name for"}
			}
			if isValue && !valueKeywords[key] {
				return &TermError{below, "a key in a value object"}
			}
			if key == "@context" || isValue {
				continue
			}
			if err := e.walk(v[key], below, key == "@graph", literals); err != nil {
				return err
			}
		}
		switch {
		case isValue && value == nil && v["@type"] != "@json" && v["type"] != "@json":
			return &TermError{at, "a value object without a value"}
		case !isValue && (v["@language"] != nil || v["@direction"] != nil):
			return &TermError{at, "a language or direction of no text"}
		case free && !e.kept[at] && !(at == "" && e.onlyGraph(v)):
			return &TermError{at, "an object that says nothing"}
		}
	default:
		if free {
			return &TermError{at, "a value that belongs to no property"}
		}
	}
	return nil
}

// onlyGraph tells whether a document has only a context and a graph.
func (e *expanded) onlyGraph(root map[string]any) bool {
	_, ok := root["@graph"]
	return ok && e.top != nil
}

var (
	keywords      = map[string]bool{"@context": true, "@id": true, "@type": true, "@value": true, "@language": true, "@direction": true, "@graph": true}
	valueKeywords = map[string]bool{"@context": true, "@type": true, "type": true, "@value": true, "@language": true, "@direction": true}
)
