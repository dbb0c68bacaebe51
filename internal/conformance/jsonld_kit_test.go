package conformance_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// contextSets are the contexts of a document together. Two that define a term differently are no set, but are tried
// too: both sides must refuse it.
var contextSets = func() [][]string {
	const ob, v1, v2 = "https://purl.imsglobal.org/spec/ob/v3p0/", "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
	sets := [][]string{
		{v2},
		{v1},
		{v2, ob + "context-3.0.3.json", ob + "extensions.json"},
		{v2, "https://www.w3.org/ns/credentials/undefined-terms/v2"},
		{v2, "https://www.w3.org/ns/credentials/status/v1"},
		{v2, "https://w3id.org/security/data-integrity/v2", "https://w3id.org/security/multikey/v1"},
		{v2, "https://w3id.org/security/data-integrity/v1"},
		{v2, ob + "context-3.0.3.json", "https://w3id.org/security/suites/ed25519-2020/v1"},
		{v1, ob + "context-3.0.1.json", "https://w3id.org/security/suites/ed25519-2020/v1"},
		{v1, ob + "context-3.0.2.json", "https://w3id.org/security/data-integrity/v1"},
		{v1, ob + "context.json", "https://w3id.org/vc/status-list/2021/v1"},
		{v1, "https://w3id.org/vc/status-list/2021/v1", "https://w3id.org/security/data-integrity/v2"},
		{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/suites/ed25519-2020/v1"},
		{"https://www.w3.org/ns/did/v1", v2},
		{v1, v2},
		{ob + "context-3.0.3.json", v1, v1},
		{ob + "context-3.0.2.json", ob + "context-3.0.3.json"},
	}
	for _, version := range []string{"", "-3.0.1", "-3.0.2", "-3.0.3"} {
		sets = append(sets, []string{v2, ob + "context" + version + ".json"}, []string{v1, ob + "context" + version + ".json"})
	}
	return sets
}()

// writer makes documents of the terms that published contexts define, so that one which ours lack is found.
type writer struct {
	*rand.Rand
	published map[string]struct {
		Context any `json:"@context"`
	}
	root map[string]any // terms of the document
	left int
	// spoil is how many more values until one is made that should not be; negative for none.
	spoil int
	spoke string
}

// terms are the definitions of a context, or of what is scoped to a term.
func terms(context any) map[string]any {
	all := map[string]any{}
	switch c := context.(type) {
	case []any:
		for _, item := range c {
			maps.Copy(all, terms(item))
		}
	case map[string]any:
		for term, definition := range c {
			if !strings.HasPrefix(term, "@") && term != "id" && term != "type" {
				all[term] = definition
			}
		}
	}
	return all
}

func choose[T any](w *writer, from ...T) T { return from[w.IntN(len(from))] }

func (w *writer) term(from map[string]any) string {
	return choose(w, slices.Sorted(maps.Keys(from))...)
}

// scoped are the terms that a definition scopes to its term.
func scoped(definition any) map[string]any {
	d, _ := definition.(map[string]any)
	return terms(d["@context"])
}

func isType(term string) bool {
	first := strings.TrimLeft(term, "1_.")
	return first != "" && first[0] >= 'A' && first[0] <= 'Z'
}

// document is a document with a set of contexts, and perhaps one of its own.
func (w *writer) document(urls []string) map[string]any {
	w.root, w.left, w.spoke = map[string]any{}, 4+w.IntN(30), ""
	if w.spoil = -1; w.IntN(2) == 0 {
		w.spoil = 1 + w.IntN(12)
	}
	var contexts []any
	for _, url := range urls {
		contexts = append(contexts, url)
		maps.Copy(w.root, terms(w.published[url].Context))
	}
	if w.IntN(3) == 0 {
		own := w.context()
		contexts = append(contexts, own)
		maps.Copy(w.root, terms(own))
	}
	doc := w.node(nil)
	doc["@context"] = any(contexts)
	return doc
}

// each calls use with a document for every term of a context and a few values, and with every term that is scoped to a
// type or property. The chain names the term.
func (w *writer) each(url string, use func(chain string, doc map[string]any)) {
	values := []any{"text", "https://example.org/x", "assertionMethod", true, json.Number("2"), map[string]any{"@type": "https://example.org/T"}, []any{"a", "b"}}
	var dive func(all map[string]any, chain string, wrap func(map[string]any) map[string]any)
	dive = func(all map[string]any, chain string, wrap func(map[string]any) map[string]any) {
		for _, term := range slices.Sorted(maps.Keys(all)) {
			for _, value := range values {
				use(chain+term, wrap(map[string]any{term: value}))
			}
			below := scoped(all[term])
			if isType(term) {
				use(chain+term, wrap(map[string]any{"type": term}))
				dive(below, chain+term+"/", func(inner map[string]any) map[string]any {
					inner["type"] = term
					return wrap(inner)
				})
			} else if chain != "" || len(below) > 0 {
				dive(below, chain+term+"/", func(inner map[string]any) map[string]any {
					return wrap(map[string]any{term: inner})
				})
			}
		}
	}
	dive(terms(w.published[url].Context), url+" ", func(doc map[string]any) map[string]any {
		doc["@context"] = url
		if url == "https://w3id.org/vc/status-list/2021/v1" {
			// It has no name for @type.
			doc["@context"] = []any{"https://www.w3.org/2018/credentials/v1", url}
		}
		return doc
	})
}

// node is an object with some of the terms that are defined in it.
func (w *writer) node(inherited map[string]any) map[string]any {
	object := map[string]any{}
	known := maps.Clone(w.root)
	maps.Copy(known, inherited)
	var types []any
	for range w.IntN(3) {
		term := w.term(known)
		if isType(term) || w.IntN(20) == 0 {
			types = append(types, term)
		}
	}
	for _, t := range types {
		// What is scoped to a type is more interesting than all else.
		if s := scoped(known[t.(string)]); len(s) > 0 {
			for range 1 + w.IntN(4) {
				term := w.term(s)
				w.entry(object, term, s[term])
			}
		}
	}
	for range w.IntN(4) {
		term := w.term(known)
		w.entry(object, term, known[term])
	}
	switch w.IntN(8) {
	case 0:
		object["id"] = "_:b" + fmt.Sprint(w.IntN(3))
	case 1, 2, 3:
		object["id"] = w.iri()
	}
	if len(types) == 1 && w.IntN(2) == 0 {
		object["type"] = types[0]
	} else if len(types) > 0 {
		object[choose(w, "type", "type", "@type")] = types
	}
	if w.spoil--; w.spoil == 0 {
		w.spoilObject(object)
	}
	return object
}

func (w *writer) iri() string {
	return choose(w, "https://example.org/a", "https://example.org/b#c", "urn:uuid:3f6c2f60-0f1e-4d3c-9a57-0d4a1f0b1c01", "did:web:example.org#k", "mailto:a@example.org", "https://example.org/é", "data:,x")
}

// entry gives an object a value of a term, as the term's definition asks for, or now and then another.
func (w *writer) entry(object map[string]any, term string, definition any) {
	if w.left--; w.left < 0 {
		return
	}
	d, _ := definition.(map[string]any)
	var value any
	switch kind, _ := d["@type"].(string); {
	case w.IntN(12) == 0:
		value = w.scalar()
	case kind == "@json":
		value = w.json(3)
	case kind == "@vocab":
		value = choose(w, "assertionMethod", "authentication", w.iri())
	case kind == "@id" && w.IntN(2) == 0:
		value = w.iri()
	case kind == "@id", kind == "" && w.IntN(3) == 0, d["@context"] != nil:
		value = w.node(scoped(d))
	case kind == "" && w.IntN(4) == 0:
		value = w.valueObject()
	case strings.HasSuffix(kind, "boolean"):
		value = w.IntN(2) == 0
	default:
		value = w.scalar()
	}
	switch container := fmt.Sprint(d["@container"]); {
	case strings.Contains(container, "@language") && w.IntN(3) > 0:
		value = map[string]any{"en": "x", choose(w, "de", "x-y", "zh-Hant"): choose(w, any("y"), any([]any{"y", "z"}))}
	case strings.Contains(container, "@type") && w.IntN(3) > 0:
		value = map[string]any{w.term(w.root): w.node(nil), "https://example.org/T": []any{w.node(nil)}}
	case strings.Contains(container, "@id") && w.IntN(3) > 0:
		value = map[string]any{w.iri(): w.node(nil), "_:m": []any{w.node(nil)}}
	case w.IntN(3) == 0 || len(container) > 5 && w.IntN(3) > 0:
		value = []any{value, w.scalar()}
	}
	if w.spoil--; w.spoil == 0 {
		value = w.spoilValue(value)
	}
	object[term] = value
}

func (w *writer) scalar() any {
	return choose[any](w, "text", "", "Zażółć \u2028 \"quoted\" \\ \n\t\x01\x7f", "2026-01-15T09:00:00Z", "𝄞", true, false,
		json.Number("0"), json.Number("1"), json.Number("-17"), json.Number("3.0"), json.Number("1.5"), json.Number("0.1"), json.Number("12.25"),
		json.Number("1e21"), json.Number("1E2"), json.Number("-0.00001"), json.Number("9007199254740992"), json.Number("123456.789e3"), json.Number("-0"), "https://example.org/x")
}

func (w *writer) valueObject() any {
	v := map[string]any{"@value": w.scalar()}
	switch w.IntN(4) {
	case 0:
		v["@type"] = choose(w, "https://example.org/type", "http://www.w3.org/2001/XMLSchema#date", "http://www.w3.org/2001/XMLSchema#double", "http://www.w3.org/2001/XMLSchema#string")
	case 1:
		v = map[string]any{"@value": "text", "@language": choose(w, "en", "de-AT", "zh-Hant-TW", "EN-us")}
	case 2:
		v = map[string]any{"@value": w.json(2), choose(w, "@type", "type"): "@json"}
	}
	return v
}

func (w *writer) json(depth int) any {
	if depth == 0 || w.IntN(3) == 0 {
		if w.IntN(5) == 0 {
			return nil
		}
		return w.scalar()
	}
	if w.IntN(2) == 0 {
		return []any{w.json(depth - 1), w.json(depth - 1)}
	}
	return map[string]any{"b": w.json(depth - 1), "@list": w.json(depth - 1), "é\n": 1, "\U0001D11E": 2, "\uFB01": w.json(depth - 1), "id": "x"}
}

// spoilObject does to an object what safe mode should not let through.
func (w *writer) spoilObject(o map[string]any) {
	what := choose(w, "unknown key", "unknown type", "relative id", "number id", "null id", "keyword key", "odd id", "absolute key", "blank key", "compact key", "null key", "free value", "free node", "graph", "context", "null context", "type again", "language")
	w.spoke = what
	switch what {
	case "unknown key":
		o["unheard"] = choose[any](w, "x", true, map[string]any{}, []any{})
	case "unknown type":
		o["type"] = choose[any](w, "Unheard", []any{"Unheard", "https://example.org/T"}, "_:t", "unheard:of")
	case "relative id":
		o["id"] = choose(w, "relative", "#x", "", "/a", "a b", "1a:b", "https//x")
	case "number id":
		o["id"] = json.Number("1")
	case "null id":
		o["id"] = nil
	case "keyword key":
		o[choose(w, "@foo", "@index", "@nest", "@included", "@default", "@explicit", "@", "@1")] = choose[any](w, "x", map[string]any{"name": "x"}, nil)
	case "odd id":
		o["id"] = choose(w, "@foo", "@type", "urn:a b", "urn:<x>", "urn:x\"y")
	case "absolute key":
		o["https://example.org/key"] = w.scalar()
	case "blank key":
		o["_:p"] = w.scalar()
	case "compact key":
		o[choose(w, "cred:x", "xsd:x", "sec:x", "name:x", "ex:x")] = w.scalar()
	case "null key":
		o["unheard"] = nil
	case "free value":
		o["@graph"] = []any{w.scalar(), map[string]any{"name": "x"}}
	case "free node":
		o["@graph"] = []any{map[string]any{"id": "urn:x"}, map[string]any{}, map[string]any{"@value": "x"}}[w.IntN(3):]
	case "graph":
		o["@graph"] = []any{map[string]any{"id": "urn:x", "name": "x"}, map[string]any{"id": "urn:y", "type": "https://example.org/T"}}
	case "context":
		o["@context"] = w.context()
	case "null context":
		o["@context"] = choose[any](w, nil, []any{}, "https://example.org/none", map[string]any{}, true)
	case "type again":
		o["@type"] = "https://example.org/T"
	case "language":
		o["@language"] = "en"
	}
}

func (w *writer) spoilValue(value any) any {
	what := choose(w, "null", "nulls", "empty", "set", "list", "null value", "language", "direction", "index", "type", "only language", "number", "nested", "value key", "id")
	w.spoke = what
	switch what {
	case "null":
		return nil
	case "nulls":
		return []any{nil, value, nil}
	case "empty":
		return choose[any](w, []any{}, map[string]any{}, []any{map[string]any{}}, "")
	case "set":
		return map[string]any{"@set": choose(w, value, any([]any{value, map[string]any{"unheard": 1}}))}
	case "list":
		return map[string]any{"@list": choose(w, value, any([]any{value, map[string]any{"unheard": 1}}))}
	case "null value":
		return map[string]any{"@value": nil}
	case "language":
		return map[string]any{"@value": "x", "@language": choose[any](w, "e n", "", "en_GB", "toolongatag", nil, true)}
	case "direction":
		return map[string]any{"@value": "x", "@direction": choose(w, "rtl", "ltr", "x")}
	case "index":
		return map[string]any{"@value": "x", "@index": "i"}
	case "type":
		return map[string]any{"@value": "x", "@type": choose[any](w, "relative", "_:t", "", nil, "@id", []any{"https://example.org/T"})}
	case "only language":
		return map[string]any{"@language": "en"}
	case "number":
		return choose(w, json.Number("12345678901234567890"), json.Number("0.30000000000000004"), json.Number("1e-7"), json.Number("1e400"), json.Number("1.0000000000000000001"))
	case "nested":
		return []any{[]any{value}, []any{}}
	case "value key":
		return map[string]any{"@value": "x", "name": "y"}
	}
	return map[string]any{"id": choose(w, "relative", "@foo", "urn:x")}
}

// context is a context as strangers put into their documents.
func (w *writer) context() any {
	c := map[string]any{}
	for range 1 + w.IntN(3) {
		switch w.IntN(17) {
		case 0:
			c["@vocab"] = choose[any](w, "https://example.org/vocab#", nil, "https://example.org/vocab#", "ex:v", "")
		case 1:
			c["ex"] = choose[any](w, "https://example.org/ns#", map[string]any{"@id": "https://example.org/ns", "@prefix": true}, "https://example.org/ns")
		case 2:
			c["@language"] = choose[any](w, "en", "de-AT", nil, "")
		case 3:
			c[w.term(w.root)] = choose[any](w, nil, "https://example.org/other", map[string]any{"@id": "https://schema.org/name"})
		case 4:
			term := w.term(w.root)
			c[term] = w.root[term]
		case 5:
			c["Own"] = map[string]any{"@id": "https://example.org/Own", "@context": map[string]any{"ownName": "https://example.org/ownName", "deep": map[string]any{"@id": "https://example.org/deep", "@type": "@id"}}}
		case 6:
			c["ownTexts"] = map[string]any{"@id": "https://example.org/ownTexts", "@container": "@language"}
		case 7:
			c["ownIds"] = map[string]any{"@id": "https://example.org/ownIds", "@container": choose[any](w, "@id", "@type", []any{"@graph", "@id"}, "@graph", []any{"@set", "@type"})}
		case 8:
			c["ownList"] = map[string]any{"@id": "https://example.org/ownList", "@container": "@list", "@type": choose[any](w, "@id", "https://example.org/T", "@vocab", "@none")}
		case 9:
			c["@base"] = "https://example.org/base/"
		case 10:
			c["ownReverse"] = map[string]any{"@reverse": "https://example.org/reverse"}
		case 11:
			c["ownScoped"] = map[string]any{"@id": "https://example.org/scoped", "@type": "@id", "@context": choose[any](w, map[string]any{"inner": "https://example.org/inner"}, nil,
				map[string]any{"@propagate": false, "inner": "https://example.org/inner"}, "https://w3id.org/security/multikey/v1", map[string]any{"name": "https://example.org/name"})}
		case 12:
			c["@propagate"] = choose(w, true, false)
		case 13:
			c["ownText"] = map[string]any{"@id": "https://example.org/ownText", "@language": choose[any](w, "fr", nil), "@protected": true}
		case 14:
			c["ownBlank"] = choose(w, "_:b", "https://example.org/x", "relative", "@id", "@type")
		case 15:
			c["@version"] = json.Number("1.1")
		case 16:
			c["OwnType"] = map[string]any{"@id": "https://example.org/OwnType", "@context": map[string]any{"@propagate": true, "name": "https://example.org/typeName", "image": map[string]any{"@id": "https://example.org/image", "@type": "@id"}}}
		}
	}
	return c
}
