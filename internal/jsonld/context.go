package jsonld

import (
	"context"
	"fmt"
	"maps"
	"strings"

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
	err                      error // the first one, which json-gold wraps in its own words
}

var _ ld.DocumentLoader = (*loads)(nil)

// LoadDocument is a context by its URL.
func (l *loads) LoadDocument(url string) (*ld.RemoteDocument, error) {
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
	case l.processor.loader == nil || !pinned && !l.processor.Unpinned:
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

// foreign looks at a context that is not ours. Only id and type may have other names: the check that everything comes
// out looks for the keywords themselves.
func (l *loads) foreign(context any, url string) error {
	switch c := context.(type) {
	case []any:
		for _, item := range c {
			if err := l.foreign(item, url); err != nil {
				return err
			}
		}
	case map[string]any:
		for term, definition := range c {
			if l.terms++; l.terms > maxTerms {
				return fmt.Errorf("contexts with more than %d terms: %w", maxTerms, ErrLimit)
			}
			if term == "@vocab" {
				if s, ok := definition.(string); definition != nil && (!ok || !isAbsolute(s)) {
					return &ContextError{URL: url, What: "a @vocab that is not an absolute IRI"}
				}
				continue
			}
			object, _ := definition.(map[string]any)
			for _, id := range []any{definition, object["@id"]} {
				if s, _ := id.(string); strings.HasPrefix(s, "@") && s != "@id" && s != "@type" && !strings.HasPrefix(term, "@") {
					return &ContextError{URL: url, What: "another name for a keyword, which this reader does not take"}
				}
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
