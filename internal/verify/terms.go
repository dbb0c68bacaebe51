package verify

import (
	"context"
	"crypto/sha256"
	"errors"
	"strconv"
	"strings"
	"sync"

	"blazon/internal/document"
	"blazon/internal/fetch"
	"blazon/internal/jsonld"
	"blazon/internal/rdfc"
)

// maxRenamed is how many terms of contexts of its own a document may use.
const maxRenamed = 64

// terms turns credentials into what is signed of them.
//
// A proof signs what keys mean, and not how they are spelt, nor the contexts that say what they mean. With a context of
// one's own the validUntil of a signed credential can be made a "comment", and the proof still fits: whoever then reads it
// by its keys takes it for one that never expires. So documents are read with the known contexts only (strict); where that
// does not do, because a stranger's document brings terms of its own, nothing that is read here may be among them.
type terms struct {
	strict, open *jsonld.Processor
	options      sync.Map // hashes of proof options by their JSON: those of a day's badges are all alike
}

func newTerms(p fetch.Port, pins map[string]string) *terms {
	t := &terms{strict: jsonld.New(contexts{p}), open: jsonld.New(contexts{p})}
	t.strict.Pins, t.open.Pins = pins, pins
	t.strict.Known = true
	return t
}

// contexts gets those contexts that the program knows by their digests only.
type contexts struct{ fetch.Port }

// Context gets a context document.
func (c contexts) Context(ctx context.Context, url string) ([]byte, error) {
	a, err := c.Get(ctx, url, fetch.JSON)
	if err == nil {
		err = a.Err()
	}
	if err != nil {
		return nil, err
	}
	return a.Body, nil
}

// errRenamed says that a document was made to hide what it says from those who read it by its keys.
var errRenamed = errors.New("its own contexts give other names to what is signed, so that readers would not see it")

// proof is canonical of a proof's options, once for all that are alike.
func (t *terms) proof(ctx context.Context, o document.Object) (sum [sha256.Size]byte, err error) {
	key := string(encode(o))
	if known, ok := t.options.Load(key); ok {
		return known.([sha256.Size]byte), nil
	}
	if sum, err = t.canonical(ctx, o); err == nil {
		t.options.Store(key, sum)
	}
	return sum, err
}

// canonical is the SHA-256 of a document's canonical quads (RDFC-1.0).
func (t *terms) canonical(ctx context.Context, o document.Object) (sum [sha256.Size]byte, err error) {
	quads, err := t.strict.ToRDF(ctx, encode(o))
	if err != nil {
		if quads, err = t.open.ToRDF(ctx, encode(o)); err != nil {
			return sum, err
		}
		if err := t.unhidden(ctx, o, quads); err != nil {
			return sum, err
		}
	}
	text, err := rdfc.Canonicalize(quads, rdfc.Limits{})
	if err != nil {
		return sum, err
	}
	return sha256.Sum256(text), nil
}

// read are the beginnings of the properties that decide what a credential says. Names and descriptions are not among them:
// where they have to be, and are not, the check of the structure says so.
var read = []string{
	"https://www.w3.org/2018/credentials#", "https://w3id.org/security#", "https://www.w3.org/ns/credentials/status#",
	"https://w3id.org/vc/status-list#", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#", "http://purl.org/dc/terms/",
}

func counts(quads []rdfc.Quad) map[string]int {
	n := map[string]int{}
	for _, q := range quads {
		for _, prefix := range read {
			if strings.HasPrefix(q.Predicate.Value, prefix) {
				n[q.Predicate.Value]++
			}
		}
	}
	return n
}

// unhidden checks that a document with contexts of its own says all that is read here under the known names: without those
// contexts, and without the terms that they define, it still says as much of that.
func (t *terms) unhidden(ctx context.Context, o document.Object, all []rdfc.Quad) error {
	var bare any = known(map[string]any(o))
	for range maxRenamed {
		quads, err := t.strict.ToRDF(ctx, encode(bare.(map[string]any)))
		var term *jsonld.TermError
		switch {
		case errors.As(err, &term) && term.Pointer != "":
			bare = remove(bare, strings.Split(term.Pointer[1:], "/"))
			continue
		case err != nil:
			return err
		}
		there := counts(quads)
		for property, n := range counts(all) {
			if there[property] != n {
				return errRenamed
			}
		}
		return nil
	}
	return errRenamed
}

// known is a copy of a document without the contexts that stand in it.
func known(v any) any {
	switch v := v.(type) {
	case map[string]any:
		copied := make(map[string]any, len(v))
		for key, value := range v {
			if key != "@context" {
				copied[key] = known(value)
				continue
			}
			var urls []any
			for _, c := range (document.Object{key: value}).Contexts() {
				urls = append(urls, c)
			}
			if len(urls) > 0 {
				copied[key] = urls
			}
		}
		return copied
	case []any:
		copied := make([]any, len(v))
		for i, value := range v {
			copied[i] = known(value)
		}
		return copied
	}
	return v
}

// remove is a copy of a document without what a JSON pointer leads to.
func remove(v any, pointer []string) any {
	key := strings.NewReplacer("~1", "/", "~0", "~").Replace(pointer[0])
	switch v := v.(type) {
	case map[string]any:
		copied := make(map[string]any, len(v))
		for k, value := range v {
			switch {
			case k != key:
				copied[k] = value
			case len(pointer) > 1:
				copied[k] = remove(value, pointer[1:])
			}
		}
		return copied
	case []any:
		at, err := strconv.Atoi(key)
		if err != nil || at < 0 || at >= len(v) {
			return v
		}
		copied := append([]any{}, v[:at]...)
		if len(pointer) > 1 {
			copied = append(copied, remove(v[at], pointer[1:]))
		}
		return append(copied, v[at+1:]...)
	}
	return v
}
