// Package jsonld turns JSON-LD 1.1 documents of strangers into RDF in safe mode: whatever would not come out in the
// RDF, and so would not be signed by a proof over it, is an error.
//
//	quads, err := jsonld.New(nil).ToRDF(ctx, document)
//
// A credential that is signed with Data Integrity is only as good as this step. A key that no context defines is
// dropped by JSON-LD without a word, so that anybody could add it to a signed document, and a reader of the JSON would
// take it for signed. The package refuses:
//
//   - keys and types that no context defines, and those that a context maps to null,
//   - identifiers, types and datatypes that are not absolute IRIs,
//   - values that hang on nothing, objects that say nothing, @value null, @index and @direction,
//   - numbers that RDF would hold with other digits than the document has,
//   - language tags that are none, blank nodes as properties,
//   - keywords that credentials have no use for: @set, @list, @nest, @included, @reverse, @default and the like, and
//     contexts that give such a keyword another name.
//
// The expansion is json-gold's; the way from the expanded form to RDF is ours, since json-gold's drops what it does
// not like. Contexts are those that the program carries (Carried) and those that a Loader brings, if their digest is
// known. Nothing is fetched here.
package jsonld

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"blazon/internal/rdfc"
)

// Bounds of what one document may ask for. Beyond them the error wraps ErrLimit.
const (
	// MaxBytes is how large a document may be.
	MaxBytes = 2 << 20
	// MaxContextBytes is how large a context from a Loader may be.
	MaxContextBytes = 256 << 10
	maxDepth        = 64
	maxValues       = 50_000
	maxTerms        = 2_000     // defined by inline and loaded contexts together
	maxContexts     = 256       // places with an @context
	maxLoads        = 512       // contexts named by URL, each time they are read
	maxRemote       = 16        // different URLs that the Loader is asked for
	maxWork         = 2_000_000 // objects times terms: json-gold copies all terms at every object
	maxIRI          = 1 << 10   // bytes of an IRI in such a context, which may be a prefix of many
	maxText         = 32 << 20  // bytes of the terms of all quads
)

// Loader brings contexts that the program does not carry.
type Loader interface {
	// Context returns the bytes of a context document. The URL is what the document says, and may be anything.
	Context(ctx context.Context, url string) ([]byte, error)
}

// Processor turns documents into RDF. It may be used by several goroutines at once.
type Processor struct {
	loader Loader
	// Pins are SHA-256 digests, in lower-case hexadecimal digits, of the contexts that are taken from the Loader, by
	// URL: the digest is of the bytes. A context with another digest is refused: who controls a context decides what
	// a signed document means.
	Pins map[string]string
	// Unpinned takes contexts from the Loader that have no digest in Pins.
	Unpinned bool
	// Known refuses what may give another name to a property that other contexts have a name for: contexts that stand in
	// the document or are not pinned, keys that are IRIs, and @id and @type as keys of objects. A proof signs what a key
	// means and not how it is spelt: with a context of one's own, "validUntil" of a signed credential can be made
	// "comment", and the proof still fits. Whoever reads a signed document by its keys sets this (Data Integrity 1.0
	// §4.6, "Context Validation").
	Known bool
}

// New returns a Processor that has the carried contexts, and those that the loader brings if Pins or Unpinned allow
// them. The loader may be nil.
func New(l Loader) *Processor { return &Processor{loader: l} }

// ToRDF is the RDF dataset of a document, which must be one JSON object. Quads come in no certain order, labels of blank nodes
// mean nothing, and a quad may come twice: rdfc.Canonicalize makes a text of them.
//
// Errors are a *TermError, a *ContextError, a *SyntaxError, or wrap ErrLimit, ErrBug or the error of the context.
func (p *Processor) ToRDF(ctx context.Context, doc []byte) (quads []rdfc.Quad, err error) {
	defer func() {
		if r := recover(); r != nil {
			quads, err = nil, fmt.Errorf("%w: %v", ErrBug, r)
		}
	}()
	root, err := decode(doc)
	if err != nil {
		return nil, err
	}
	load := &loads{ctx: ctx, processor: p, remote: map[string]map[string]any{}, typeNames: map[string]bool{"type": true}}
	if err := load.admit(root); err != nil {
		return nil, err
	}
	e, err := expand(root, load)
	if err != nil {
		return nil, err
	}
	for _, undo := range load.undo {
		undo()
	}
	e.known = p.Known
	if err := e.account(root); err != nil {
		return nil, err
	}
	return e.quads()
}

// known is the digest under which a context is accepted; a false ok is a context of which no digest is known.
func (p *Processor) known(url string) (digest string, ok bool) {
	digest, ok = p.Pins[url]
	return digest, ok
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// ErrLimit is wrapped by the error for a document that asks for more than this package does.
var ErrLimit = errors.New("beyond the limits of this reader")

// ErrBug is wrapped by the error for a document that this program could not work on. It says nothing about the
// document.
var ErrBug = errors.New("a bug of this program, not a fault of the document")

// TermError is a key, type or value that would not be signed, or not as it stands.
type TermError struct {
	// Pointer is where it is (RFC 6901); "" is the whole document.
	Pointer string
	// What is wrong, without any value of the document.
	What string
}

func (e *TermError) Error() string {
	if e.Pointer == "" {
		return "document: " + e.What
	}
	return e.Pointer + ": " + e.What
}

// SyntaxError is a text that is not one JSON object, or that readers of JSON would not all read alike.
type SyntaxError struct {
	// Pointer is where it is (RFC 6901), as far as the text could be read.
	Pointer string
	// What is wrong, without any value of the document.
	What string
}

func (e *SyntaxError) Error() string {
	if e.Pointer == "" {
		return "document: " + e.What
	}
	return e.Pointer + ": " + e.What
}

// ContextError is a context that could not be had or used.
type ContextError struct {
	// URL of the context; empty for one that stands in the document.
	URL string
	// What is wrong.
	What string
	// Err is the Loader's error, or nil.
	Err error
}

func (e *ContextError) Error() string {
	name := "context in the document"
	if e.URL != "" {
		name = "context " + e.URL
	}
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", name, e.What, e.Err)
	}
	return name + ": " + e.What
}

func (e *ContextError) Unwrap() error { return e.Err }
