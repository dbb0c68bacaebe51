package conformance_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jsonld"
	"blazon/internal/rdfc"
)

// stricter are the reasons for which we refuse documents that jsonld.js takes.
var stricter = map[string]bool{
	// jsonld.js signs other digits than the document has.
	"a number that is not signed digit by digit": true,
	"a text that should be a number":             true,
	// jsonld.js drops the language of a node object in silence.
	"a language or direction of no text": true,
	// jsonld.js writes N-Quads that are none.
	"an id that is an IRI with a character that none has": true,
	// What nobody has use for in a credential.
	"a second key for the type":                                                   true,
	"a document that says nothing":                                                true,
	"a keyword that this reader does not take":                                    true,
	"a @base, which this reader does not take":                                    true,
	"a @vocab that is not an absolute IRI":                                        true,
	"a term with both a container and a context, which this reader does not take": true,
	"a map by id or index, which this reader does not take":                       true,
	"takes away a term that other contexts protect":                               true,
	"invalid language-tagged string":                                              true, // null
	"a datatype that is no absolute IRI":                                          true, // in a list
}

// TestJSONLD: jsonld.js, with the published contexts and in safe mode, makes the same RDF of thousands of documents as
// we do with ours, and refuses what we refuse.
func TestJSONLD(t *testing.T) {
	w := newWriter(t)
	var docs []map[string]any
	var spoke []string
	for i := range 160 * len(contextSets) {
		docs = append(docs, w.document(contextSets[i%len(contextSets)]))
		spoke = append(spoke, w.spoke)
	}
	both, neither, alone := 0, map[string]int{}, map[string]int{}
	for i, c := range compareRDF(t, docs) {
		switch {
		case c.theirs == "" && c.ours == "":
			both++
		case c.ours == "":
			t.Errorf("we take what jsonld.js refuses: %s\n%s (%s)", c.theirs, c.doc, spoke[i])
		case c.theirs != "":
			neither[c.ours]++
		case !stricter[c.ours]:
			t.Errorf("we refuse what jsonld.js takes: %s\n%s (%s)", c.ours, c.doc, spoke[i])
		default:
			alone[c.ours]++
		}
	}
	t.Logf("%d documents: %d alike, refused by both: %v, by us alone: %v", len(docs), both, neither, alone)
	assert.Greater(t, both, len(docs)/4)
	for what := range stricter {
		assert.NotZero(t, alone[what], "no document is refused because of %s", what)
	}
}

// TestTerms: every term of every published context, and every term that is scoped to another, means the same with ours.
func TestTerms(t *testing.T) {
	w := newWriter(t)
	var docs []map[string]any
	var chains []string
	for url := range w.published {
		w.each(url, func(chain string, doc map[string]any) {
			docs = append(docs, doc)
			chains = append(chains, chain)
		})
	}
	taken := map[string]int{}
	for i, c := range compareRDF(t, docs) {
		assert.Equal(t, c.theirs == "", c.ours == "", "%s: jsonld.js says %q, we say %q\n%s", chains[i], c.theirs, c.ours, c.doc)
		taken[chains[i]] += 0
		if c.theirs == "" {
			taken[chains[i]]++
		}
	}
	for chain, n := range taken {
		assert.NotZero(t, n, "no document with %s is taken", chain)
	}
	t.Logf("%d terms in %d contexts, %d documents", len(taken), len(w.published), len(docs))
	assert.Greater(t, len(taken), 600)
}

func newWriter(t *testing.T) *writer {
	t.Helper()
	w := &writer{Rand: rand.New(rand.NewPCG(11, 12))}
	w.published = judge[map[string]struct {
		Context any `json:"@context"`
	}](t, "rdf.js", "contexts")
	require.NotEmpty(t, w.published)
	for url := range w.published {
		assert.Contains(t, jsonld.Carried(), url)
	}
	return w
}

// comparison is why jsonld.js and we refuse a document; empty where one takes it.
type comparison struct {
	theirs, ours string
	doc          []byte
}

// compareRDF gives documents to jsonld.js and to us. Where both take one, the RDF must be the same.
func compareRDF(t *testing.T, docs []map[string]any) []comparison {
	t.Helper()
	processor := jsonld.New(nil)
	var all []comparison
	for i, theirs := range askRDF(t, "expand", docs) {
		data, err := json.Marshal(docs[i])
		require.NoError(t, err)
		quads, err := processor.ToRDF(t.Context(), data)
		var ours []byte
		if err == nil {
			ours, err = rdfc.Canonicalize(quads, rdfc.Limits{})
		}
		require.NotErrorIs(t, err, jsonld.ErrBug, "%s", data)
		c := comparison{theirs: theirs.Error, doc: data}
		if err != nil {
			c.ours = reason(err)
		} else if theirs.Error == "" {
			assert.Equal(t, sorted(theirs.Text), sorted(string(ours)), "%s", data)
		}
		all = append(all, c)
	}
	require.Len(t, all, len(docs))
	return all
}

// reason is an error without the place.
func reason(err error) string {
	var term *jsonld.TermError
	var context *jsonld.ContextError
	switch {
	case errors.As(err, &term):
		return term.What
	case errors.As(err, &context):
		return context.What
	}
	return err.Error()
}

// sorted puts lines into order of code points, each once: rdf-canonize sorts by UTF-16 code units, and has a quad twice
// that jsonld.js made of two values, such as a text with and without the datatype xsd:string.
func sorted(text string) string {
	return strings.Join(slices.Compact(slices.Sorted(strings.Lines(text))), "")
}
