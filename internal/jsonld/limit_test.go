package jsonld_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jsonld"
)

// TestLimits: documents made to be dear end with an error. That they end soon is seen by the test ending.
func TestLimits(t *testing.T) {
	wide := func(n int, item string) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	terms := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"t%d":"urn:t%d"`, i, i)
		}
		return b.String()[1:]
	}
	for _, c := range []struct{ name, doc string }{
		{"bytes", `{"name":"` + strings.Repeat("x", jsonld.MaxBytes) + `"}`},
		{"depth", `{"@context":` + v2 + `,"name":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`},
		{"values", `{"@context":` + v2 + `,"name":[` + wide(60_000, "1") + `]}`},
		{"contexts", `{"name":[` + wide(300, `{"@context":`+v2+`}`) + `]}`},
		{"contexts in a list", `{"@context":[` + wide(600, v2) + `],"name":"x"}`},
		{"terms", `{"@context":{` + terms(5000) + `},"name":"x"}`},
		{"terms and objects", `{"@context":{` + terms(1900) + `},"t1":[` + wide(10_000, `{"t2":1}`) + `]}`},
		{"scoped contexts by URL", `{"@context":{"a":{"@id":"urn:a","@context":` + v2 + `}},"a":[` + wide(600, `{"a":{"a":[]}}`) + `]}`},
		{"long IRIs", `{"@context":{"a":"urn:` + strings.Repeat("x", 1000) + `"},"a":[` + wide(8000, "1,2,3,4,5") + `]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			quads, err := jsonld.New(nil).ToRDF(t.Context(), []byte(c.doc))
			assert.ErrorIs(t, err, jsonld.ErrLimit)
			assert.Nil(t, quads)
		})
	}
}

// TestDear: what is dear and within the limits gets done.
func TestDear(t *testing.T) {
	var items []string
	for i := range 5000 {
		items = append(items, fmt.Sprintf(`{"type":"Alignment","targetName":"%d"}`, i))
	}
	text := canonical(t, []byte(`{"@context":[`+v2+`,`+ob3+`],"id":"urn:x","alignment":[`+strings.Join(items, ",")+`]}`))
	assert.Equal(t, 15_000, strings.Count(text, "\n"))
}

// contexts is a Loader of texts.
type contexts map[string]string

var errNone = errors.New("no such file")

func (c contexts) Context(ctx context.Context, url string) ([]byte, error) {
	if text, ok := c[url]; ok {
		return []byte(text), nil
	}
	return nil, errNone
}

func TestLoader(t *testing.T) {
	const url = "https://example.org/c"
	const good = `{"@context":{"own":"urn:own","scoped":{"@id":"urn:scoped","@context":"https://example.org/c"}}}`
	digest := sha256.Sum256([]byte(good))
	pin := hex.EncodeToString(digest[:])
	doc := func(context string) string {
		return `{"@context":[` + v2 + `,` + context + `],"id":"urn:x","own":"x"}`
	}
	for _, c := range []struct {
		name, text, doc, pin string
		unpinned             bool
		want                 string
	}{
		{"pinned", good, doc(`"` + url + `"`), pin, false, ""},
		{"unpinned and allowed", good, doc(`"` + url + `"`), "", true, ""},
		{"unpinned", good, doc(`"` + url + `"`), "", false, "context https://example.org/c: not one that this program knows"},
		{"changed", good + " ", doc(`"` + url + `"`), pin, false, "context https://example.org/c: has changed: its digest is not the one that is known"},
		{"changed although allowed", good + " ", doc(`"` + url + `"`), pin, true, "context https://example.org/c: has changed: its digest is not the one that is known"},
		{"a missing one", good, doc(`"https://example.org/d"`), "", true, "context https://example.org/d: could not be had: no such file"},
		{"imported", good, doc(`{"@version":1.1,"@import":"` + url + `","more":"urn:more"}`), "", true, ""},
		{"no JSON", "x", doc(`"` + url + `"`), "", true, "context https://example.org/c: is not JSON: document: not JSON at byte 0"},
		{"no context", "{}", doc(`"` + url + `"`), "", true, "context https://example.org/c: is no JSON-LD context"},
		{"a list", "[]", doc(`"` + url + `"`), "", true, "context https://example.org/c: is no JSON-LD context"},
		{"too large", `{"@context":{"own":"urn:` + strings.Repeat("x", jsonld.MaxContextBytes) + `"}}`, doc(`"` + url + `"`), "", true,
			"context https://example.org/c: larger than this reader takes: beyond the limits of this reader"},
		{"one that names itself", `{"@context":["https://example.org/c",{"own":"urn:own"}]}`, doc(`"` + url + `"`), "", true, "contexts named more than 512 times: beyond the limits of this reader"},
		{"another name for a keyword", `{"@context":{"own":"urn:own","all":"@list"}}`, doc(`"` + url + `"`), "", true, "context https://example.org/c: another name for a keyword, which this reader does not take"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := jsonld.New(contexts{url: c.text})
			p.Unpinned = c.unpinned
			if c.pin != "" {
				p.Pins = map[string]string{url: c.pin}
			}
			quads, err := p.ToRDF(t.Context(), []byte(c.doc))
			if c.want == "" {
				require.NoError(t, err)
				assert.Equal(t, "<urn:x> <urn:own> \"x\" .\n", text(t, quads))
				return
			}
			assert.EqualError(t, err, c.want)
		})
	}

	_, err := jsonld.New(contexts{}).ToRDF(t.Context(), []byte(doc(`"`+url+`"`)))
	var fault *jsonld.ContextError
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, url, fault.URL)

	p := jsonld.New(contexts{})
	p.Unpinned = true
	_, err = p.ToRDF(t.Context(), []byte(doc(`"`+url+`"`)))
	assert.ErrorIs(t, err, errNone)

	p.Known = true
	_, err = p.ToRDF(t.Context(), []byte(doc(`"`+url+`"`)))
	assert.EqualError(t, err, "context https://example.org/c: not one that this program knows")

	var many []string
	all := contexts{}
	for i := range 20 {
		all[fmt.Sprint(url, i)] = good
		many = append(many, fmt.Sprintf(`"%s%d"`, url, i))
	}
	p = jsonld.New(all)
	p.Unpinned = true
	_, err = p.ToRDF(t.Context(), []byte(doc(strings.Join(many, ","))))
	assert.ErrorIs(t, err, jsonld.ErrLimit)
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := jsonld.New(nil).ToRDF(ctx, []byte(`{"@context":`+v2+`,"name":"x"}`))
	assert.ErrorIs(t, err, context.Canceled)
}

type broken struct{}

func (broken) Context(context.Context, string) ([]byte, error) { panic("out of order") }

// TestBug: a panic below is no judgement on the document.
func TestBug(t *testing.T) {
	p := jsonld.New(broken{})
	p.Unpinned = true
	_, err := p.ToRDF(t.Context(), []byte(`{"@context":"https://example.org/c"}`))
	assert.ErrorIs(t, err, jsonld.ErrBug)
}

// TestCarried: the contexts are all there, and a document may use each.
func TestCarried(t *testing.T) {
	urls := jsonld.Carried()
	assert.Len(t, urls, 16)
	for _, url := range urls {
		_, err := jsonld.New(nil).ToRDF(t.Context(), []byte(`{"@context":"`+url+`","urn:p":"x"}`))
		assert.NoError(t, err, url)
	}
}

func FuzzToRDF(f *testing.F) {
	for _, name := range []string{"minimal", "full", "unicode", "statuslist"} {
		f.Add(read(f, "testdata/"+name+".signed.json"))
	}
	for _, seed := range []string{
		`{"@context":[` + v2 + `,{"@vocab":"urn:","own":{"@id":"urn:own","@container":["@graph","@id"]},"of":{"@reverse":"urn:of","@container":"@index"}}],"own":{"urn:a":{"of":[{"name":1.5}]}}}`,
		`{"@context":{"a":{"@id":"urn:a","@container":"@type"},"b":{"@id":"urn:b","@container":"@language"},"c":{"@id":"urn:c","@container":"@index","@index":"a"}},"a":{"urn:T":["x",{"b":{"en":["x"]}}]},"c":{"i":{"a":1}}}`,
		`{"@context":{"@propagate":false,"t":"@type","T":{"@id":"urn:T","@context":{"n":{"@id":"urn:n","@type":"@json"}}}},"t":["T"],"n":[{"@list":null}],"@graph":[{"@id":"_:b"}]}`,
		`{"@reverse":{"name":{"@value":1}},"@nest":[{"@included":[]}],"@index":"x","@set":[],"@list":[{"@id":"urn:x","@language":"e n"}]}`,
		`[{"@context":{"@import":"https://www.w3.org/ns/credentials/v2","@base":null,"@language":"en","@direction":"rtl"}}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 20_000 {
			return
		}
		quads, err := jsonld.New(nil).ToRDF(t.Context(), data)
		if err != nil {
			require.Nil(t, quads)
			require.NotErrorIs(t, err, jsonld.ErrBug, "%s", data)
			return
		}
		require.NotEmpty(t, quads)
		_, err = rdfcText(quads)
		if err != nil {
			require.NotContains(t, err.Error(), "not an RDF term", "%s", data)
		}
	})
}
