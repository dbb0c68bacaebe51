package jsonld

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/piprate/json-gold/ld"
)

// loads are the contexts that one document asks for. It is json-gold's DocumentLoader.
type loads struct {
	ctx       context.Context
	processor *Processor
	remote    map[string]map[string]any // from the Loader, by URL
	count     int
	// What the document has that costs, see admit.
	terms, objects, contexts int
	typeNames                map[string]bool
	undo                     []func() // what has been changed in the document for json-gold
	err                      error    // the first one, which json-gold wraps in its own words
}

var _ ld.DocumentLoader = (*loads)(nil)

// LoadDocument is a context by its URL.
func (l *loads) LoadDocument(url string) (*ld.RemoteDocument, error) {
	url, _, _ = strings.Cut(url, again)
	context, err := l.context(url)
	if err != nil {
		if l.err == nil {
			l.err = err
		}
		return nil, err
	}
	return &ld.RemoteDocument{DocumentURL: url, Document: map[string]any{"@context": context}}, nil
}

func (l *loads) context(url string) (any, error) {
	if err := l.ctx.Err(); err != nil {
		return nil, err
	}
	if l.count++; l.count > maxLoads {
		return nil, fmt.Errorf("contexts named more than %d times: %w", maxLoads, ErrLimit)
	}
	if c, ok := carried()[url]; ok {
		// A context that imports this one writes into it (json-gold, @import).
		return maps.Clone(c), nil
	}
	if doc, ok := l.remote[url]; ok {
		if c, ok := doc["@context"].(map[string]any); ok {
			return maps.Clone(c), nil
		}
		return doc["@context"], nil
	}
	digest, pinned := l.processor.known(url)
	switch {
	case l.processor.loader == nil || !pinned && (!l.processor.Unpinned || l.processor.Known):
		return nil, &ContextError{URL: url, What: "not one that this program knows"}
	case len(l.remote) == maxRemote:
		return nil, fmt.Errorf("more than %d contexts to be fetched: %w", maxRemote, ErrLimit)
	}
	data, err := l.processor.loader.Context(l.ctx, url)
	if err != nil {
		return nil, &ContextError{URL: url, What: "could not be had", Err: err}
	}
	if len(data) > MaxContextBytes {
		return nil, &ContextError{URL: url, What: "larger than this reader takes", Err: ErrLimit}
	}
	if pinned && digestOf(data) != digest {
		return nil, &ContextError{URL: url, What: "has changed: its digest is not the one that is known"}
	}
	doc, err := decodeAny(data)
	if err != nil {
		return nil, &ContextError{URL: url, What: "is not JSON", Err: err}
	}
	object, ok := doc.(map[string]any)
	if _, has := object["@context"]; !ok || !has {
		return nil, &ContextError{URL: url, What: "is no JSON-LD context"}
	}
	if err := l.foreign(object["@context"], url); err != nil {
		return nil, err
	}
	l.remote[url] = object
	return l.context(url)
}

// admit counts what makes the expansion dear and looks at the contexts in the document. It does so before the
// expansion, and so counts what stands in JSON literals too.
func (l *loads) admit(root map[string]any) error {
	if err := l.look(root); err != nil {
		return err
	}
	return l.affordable()
}

// affordable bounds the work: json-gold copies every term at every object.
func (l *loads) affordable() error {
	if l.work() > maxWork {
		return fmt.Errorf("%d objects and %d terms: %w", l.objects, l.terms, ErrLimit)
	}
	return nil
}

func (l *loads) work() int {
	const carriedTerms = 100 // in the contexts of a credential, roughly
	return (1 + l.objects) * (carriedTerms + l.terms)
}

// look counts and checks what stands in a value.
func (l *loads) look(v any) error {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if err := l.look(item); err != nil {
				return err
			}
		}
	case map[string]any:
		l.objects++
		for key, item := range v {
			if key != "@context" {
				if err := l.look(item); err != nil {
					return err
				}
				continue
			}
			if l.contexts++; l.contexts > maxContexts {
				return fmt.Errorf("more than %d contexts: %w", maxContexts, ErrLimit)
			}
			if err := l.foreign(item, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// foreign looks at a context that is not ours, and refuses what json-gold would get wrong or what would hide something
// from account.
func (l *loads) foreign(context any, url string) error {
	switch c := context.(type) {
	case []any:
		seen := map[string]int{}
		for i, item := range c {
			if s, ok := item.(string); ok {
				// json-gold takes the same URL in one list for a recursion.
				if seen[s]++; seen[s] > 1 {
					c[i] = s + again + strconv.Itoa(seen[s])
					l.undo = append(l.undo, func() { c[i] = s })
				}
			}
			if err := l.foreign(item, url); err != nil {
				return err
			}
		}
	case map[string]any:
		if l.processor.Known && url == "" {
			return &ContextError{What: "may give other names to what is signed"}
		}
		for term, definition := range c {
			if l.terms++; l.terms > maxTerms {
				return fmt.Errorf("contexts with more than %d terms: %w", maxTerms, ErrLimit)
			}
			if what := contextFault(term, definition); what != "" {
				return &ContextError{URL: url, What: what}
			}
			object, _ := definition.(map[string]any)
			if definition == "@type" || object["@id"] == "@type" {
				l.typeNames[term] = true
			}
			if scoped, ok := object["@context"]; ok {
				if err := l.foreign(scoped, url); err != nil {
					return err
				}
			}
			if term == "@context" { // json-gold takes a context within a context
				if err := l.foreign(definition, url); err != nil {
					return err
				}
			}
		}
	}
	if url != "" {
		return l.affordable()
	}
	return nil
}

// again follows a URL that stands in a list of contexts a second time. No URL has it.
const again = "\x00"

// contextFault says what is wrong with one entry of a context that is not ours, or "".
func contextFault(term string, definition any) string {
	object, isObject := definition.(map[string]any)
	id, hasID := object["@id"]
	text, isText := definition.(string)
	switch {
	case term == "@vocab" && len(text) > maxIRI:
		return "an IRI that is longer than this reader takes"
	case term == "@vocab" && definition != nil && (!isText || !isAbsolute(text)):
		return "a @vocab that is not an absolute IRI"
	case term == "@base" && definition != nil:
		return "a @base, which this reader does not take"
	case term == "@language" && definition != nil && !isLanguage(text):
		return "a language tag that is none"
	case term == "@protected" && !isBool(definition):
		return "a @protected that is not true or false"
	case term == "@vocab" || term == "@base" || term == "@language" || term == "@protected":
		return ""
	}
	// json-gold takes these for what they should be without a look.
	if protected, ok := object["@protected"]; ok && !isBool(protected) {
		return "a @protected that is not true or false"
	}
	if container, ok := object["@container"]; ok && !isTexts(container) {
		return "a @container that is no text"
	}
	for _, kept := range []string{"@id", "@index"} {
		if object["@container"] == kept || hasItem(object["@container"], kept) {
			// The keys of such a map may be dropped.
			return "a map by id or index, which this reader does not take"
		}
	}
	if nest, ok := object["@nest"]; ok && nest == "" {
		return "a @nest that is empty"
	}
	if language, ok := object["@language"].(string); ok && !isLanguage(language) {
		return "a language tag that is none"
	}
	if isText {
		id = text
	}
	if s, _ := id.(string); len(s) > maxIRI || len(text) > maxIRI {
		return "an IRI that is longer than this reader takes"
	} else if strings.HasPrefix(s, "@") && s != "@id" && s != "@type" && !strings.HasPrefix(term, "@") {
		// account looks for the keywords themselves.
		return "another name for a keyword, which this reader does not take"
	}
	if !strings.HasPrefix(term, "@") && (definition == nil || hasID && id == nil) && protected()[term] {
		// json-gold lets null take the protection from a term.
		return "takes away a term that other contexts protect"
	}
	if _, scoped := object["@context"]; isObject && scoped && object["@container"] != nil && object["@container"] != "@set" {
		// json-gold looks for the container in the scoped context.
		return "a term with both a container and a context, which this reader does not take"
	}
	return ""
}

func hasItem(v any, item string) bool {
	list, _ := v.([]any)
	return slices.Contains(list, any(item))
}

func isBool(v any) bool {
	_, ok := v.(bool)
	return ok
}

// isTexts tells whether a value is a text or a list of texts.
func isTexts(v any) bool {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	return !slices.ContainsFunc(list, func(item any) bool {
		_, ok := item.(string)
		return !ok
	})
}

// protected are the terms of the carried contexts, scoped ones too.
var protected = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	var add func(v any)
	add = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				add(item)
			}
		case map[string]any:
			for term, definition := range v {
				all[term] = true
				if object, ok := definition.(map[string]any); ok {
					add(object["@context"])
				}
			}
		}
	}
	for _, c := range carried() {
		add(c)
	}
	return all
})
