package jsonld_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jsonld"
)

const (
	v2  = `"https://www.w3.org/ns/credentials/v2"`
	v1  = `"https://www.w3.org/2018/credentials/v1"`
	ob3 = `"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"`
)

// TestRefused: what would not be signed is named with its place.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, doc, want string }{
		{"an unknown key", `{"@context":` + v2 + `,"id":"urn:x","name":"x","nmae":"y"}`, "/nmae: a key that no context defines"},
		{"an unknown key with null", `{"@context":` + v2 + `,"name":"x","nmae":null}`, "/nmae: a key that no context defines"},
		{"an unknown key below", `{"@context":[` + v2 + `,` + ob3 + `],"type":["VerifiableCredential"],"credentialSubject":{"type":["AchievementSubject"],"achievement":[{"id":"urn:a","type":"Achievement","name":"x"},{"id":"urn:a","type":"Achievement","bad/key~":"x"}]}}`,
			"/credentialSubject/achievement/1/bad~1key~0: a key that no context defines"},
		{"a key of another type", `{"@context":[` + v2 + `,` + ob3 + `],"type":"Image","salt":"x"}`, "/salt: a key that no context defines"},
		{"a key of the type around", `{"@context":[` + v2 + `,` + ob3 + `],"type":"Profile","image":{"id":"urn:i","email":"x"}}`, "/image/email: a key that no context defines"},
		{"a key mapped to null", `{"@context":[` + v2 + `,{"own":null}],"name":"x","own":"y"}`, "/own: a key that no context defines"},
		{"a key that is relative with @vocab null", `{"@context":[` + v2 + `,{"@vocab":null}],"name":"x","a/b":"y"}`, "/a~1b: a key that no context defines"},
		{"an unknown keyword", `{"@context":` + v2 + `,"name":"x","@name":"y"}`, "/@name: a key that no context defines"},
		{"an unknown type", `{"@context":` + v2 + `,"credentialSchema":1,"name":"x","type":"Unheard"}`, "/credentialSchema: a key that no context defines"},
		{"an unknown type alone", `{"@context":` + v2 + `,"name":"x","type":"Unheard"}`, "document: a type that is no absolute IRI"},
		{"an unknown type below", `{"@context":[` + v2 + `,` + ob3 + `],"alignment":[{"type":"Alignment","targetName":"x"},{"type":["Alignment","alignment"],"image":{"type":"Imge"}}]}`, "/alignment/1/image: a type that is no absolute IRI"},
		{"a relative id", `{"@context":` + v2 + `,"id":"alice@example.org","name":"x"}`, "document: an id that is no absolute IRI"},
		{"an id that is a keyword", `{"@context":` + v2 + `,"id":"@x","name":"x"}`, "document: an id that is no absolute IRI"},
		{"an id with a space", `{"@context":` + v2 + `,"id":"urn:a b","name":"x"}`, "document: an id that is an IRI with a character that none has"},
		{"an id that ends an IRI", `{"@context":` + v2 + `,"id":"urn:a> <urn:b","name":"x"}`, "document: an id that is an IRI with a character that none has"},
		{"a relative reference", `{"@context":` + v2 + `,"type":"VerifiableCredential","issuer":"issuer"}`, "document: an id that is no absolute IRI"},
		{"an unknown purpose", `{"@context":` + v2 + `,"type":"DataIntegrityProof","proofPurpose":"assertion"}`, "document: an id that is no absolute IRI"},
		{"a number as id", `{"@context":` + v2 + `,"id":1,"name":"x"}`, "/id: invalid @id value"},
		{"a number as type", `{"@context":` + v2 + `,"type":1,"name":"x"}`, "document: invalid type value"},
		{"two keys for the type", `{"@context":` + v2 + `,"@type":"JsonSchema","type":["JsonSchema"]}`, "/type: a second key for the type"},
		{"two names for the type", `{"@context":[` + v2 + `,{"kind":"@type"}],"kind":"JsonSchema","type":["JsonSchema"]}`, "/type: a second key for the type"},
		{"two keys for the id", `{"@context":` + v2 + `,"@id":"urn:a","id":"urn:b","name":"x"}`, "document: colliding keywords"},
		{"only an id", `{"@context":` + v2 + `,"id":"urn:x"}`, "document: an object that says nothing"},
		{"nothing", `{}`, "document: an object that says nothing"},
		{"nothing in a graph", `{"@context":` + v2 + `,"@graph":[{"name":"x"},{"id":"urn:x"}]}`, "/@graph/1: an object that says nothing"},
		{"a text in a graph", `{"@context":` + v2 + `,"id":"urn:x","@graph":[{"name":"x"},"y"]}`, "/@graph/1: a value that belongs to no property"},
		{"a value in a graph", `{"@context":` + v2 + `,"@graph":[{"name":"x"},{"@value":"y"}]}`, "/@graph/1: an object that says nothing"},
		{"a proof that is a text", `{"@context":` + v2 + `,"type":"VerifiableCredential","name":"x","proof":"urn:x"}`, "document: an object that says nothing"},
		{"an empty proof", `{"@context":` + v2 + `,"type":"VerifiableCredential","name":"x","proof":{}}`, "/proof: an object that says nothing"},
		{"a blank node as property", `{"@context":` + v2 + `,"_:p":"x"}`, "document: a property that is a blank node"},
		{"a value of null", `{"@context":` + v2 + `,"name":{"@value":null}}`, "/name: a value object without a value"},
		{"a language of nothing", `{"@context":` + v2 + `,"name":{"@language":"en"}}`, "/name: a language or direction of no text"},
		{"a language of an object", `{"@context":` + v2 + `,"name":"x","@language":"en"}`, "document: a language or direction of no text"},
		{"a language that is none", `{"@context":` + v2 + `,"name":{"@value":"x","@language":"en GB"}}`, "document: a language tag that is none"},
		{"a direction", `{"@context":` + v2 + `,"name":{"@value":"x","@language":"ar","@direction":"rtl"}}`, "document: a direction of text, which is not signed"},
		{"an index", `{"@context":` + v2 + `,"name":{"@value":"x","@index":"i"}}`, "/name/@index: a keyword that this reader does not take"},
		{"an index of a container", `{"@context":[` + v2 + `,{"own":{"@id":"urn:own","@container":"@index"}}],"own":{"i":{"name":"x"}}}`, "context in the document: a map by id or index, which this reader does not take"},
		{"a map by id", `{"@context":[` + v2 + `,{"own":{"@id":"urn:own","@container":["@graph","@id"]}}],"own":{"urn:a":{"id":"urn:b","name":"x"}}}`, "context in the document: a map by id or index, which this reader does not take"},
		{"an unknown key in a set", `{"@context":` + v2 + `,"name":{"@set":[{"nmae":"x"}]}}`, "/name/@set: a keyword that this reader does not take"},
		{"an unknown key in a list", `{"@context":` + v2 + `,"name":{"@list":[{"nmae":"x"}]}}`, "/name/@list: a keyword that this reader does not take"},
		{"a datatype that is none", `{"@context":` + v2 + `,"name":{"@value":"x","@type":"date"}}`, "/name: invalid typed value"},
		{"a value with more", `{"@context":` + v2 + `,"name":{"@value":"x","name":"y"}}`, "/name: invalid value object"},
		{"a list in a list", `{"@context":` + v2 + `,"name":[["x",{"nmae":"y"}]]}`, "/name/0/1/nmae: a key that no context defines"},

		{"a large integer", `{"@context":` + v2 + `,"name":12345678901234567890}`, "document: a number that is not signed digit by digit"},
		{"seventeen digits", `{"@context":` + v2 + `,"name":0.30000000000000004}`, "document: a number that is not signed digit by digit"},
		{"a large exponent", `{"@context":` + v2 + `,"name":1e400}`, "document: a number that is not signed digit by digit"},
		{"a small exponent", `{"@context":` + v2 + `,"name":1e-99999999999999999999}`, "document: a number that is not signed digit by digit"},
		{"a number in a JSON literal", `{"@context":` + v2 + `,"_sd":[{"a":0.1,"b":9007199254740993}]}`, "document: a number that is not signed digit by digit"},
		{"a number in a JSON literal's context", `{"@context":` + v2 + `,"_sd":{"@context":{"@version":12345678901234567891}}}`, "document: a number that is not signed digit by digit"},
		{"a text as a double", `{"@context":` + v2 + `,"name":{"@value":"1.50","@type":"http://www.w3.org/2001/XMLSchema#double"}}`, "document: a text that should be a number"},

		{"an unknown context", `{"@context":[` + v2 + `,"https://example.org/c"],"name":"x"}`, "context https://example.org/c: not one that this program knows"},
		{"no context", `{"@context":[` + v2 + `,true],"name":"x"}`, "context in the document: invalid local context"},
		{"a protected term", `{"@context":[` + v2 + `,{"name":"urn:name"}],"id":"urn:x"}`, "context in the document: protected term redefinition"},
		{"a protected term by null", `{"@context":[` + v2 + `,{"issuer":null},{"issuer":"urn:own"}],"id":"urn:x"}`, "context in the document: takes away a term that other contexts protect"},
		{"contexts forgotten", `{"@context":[` + v2 + `,null],"id":"urn:x"}`, "context in the document: invalid context nullification"},
		{"another name for a keyword", `{"@context":[` + v2 + `,{"all":{"@id":"@set"}}],"name":{"all":[]}}`, "context in the document: another name for a keyword, which this reader does not take"},
		{"a keyword by @vocab", `{"@context":[` + v2 + `,{"@vocab":"@"}],"name":{"set":[{"nmae":"x"}]}}`, "context in the document: a @vocab that is not an absolute IRI"},
		{"a base", `{"@context":[` + v2 + `,{"@base":"https://example.org/"}],"id":"x","name":"x"}`, "context in the document: a @base, which this reader does not take"},

		{"a long IRI", `{"@context":[` + v2 + `,{"own":{"@id":"urn:` + strings.Repeat("x", 1100) + `"}}],"name":"x"}`, "context in the document: an IRI that is longer than this reader takes"},
		{"a long vocabulary", `{"@context":[` + v2 + `,{"@vocab":"urn:` + strings.Repeat("x", 1100) + `"}],"name":"x"}`, "context in the document: an IRI that is longer than this reader takes"},

		{"an array", `[{"@context":` + v2 + `,"name":"x"}]`, "document: not a JSON object"},
		{"two documents", `{"name":"x"}{}`, "document: more than one JSON value"},
		{"a key twice", `{"@context":` + v2 + `,"name":[{"name":"x","na\u006de":"y"}]}`, "/name/0/name: the same key twice in one object"},
		{"not JSON", `{"@context":` + v2 + `,"name":[}`, "/name: not JSON at byte 59"},
		{"an end too early", `{"name":`, "/name: not JSON at byte 8"},
		{"a first half of a character", `{"name":"\ud834\\udd1e"}`, "document: half of a character, written as an escape"},
		{"a second half of a character", `{"name":"\\\udd1e"}`, "document: half of a character, written as an escape"},
		{"a half of a character at the end", `{"name":"\ud834`, "document: half of a character, written as an escape"},
		{"not UTF-8", "{\"name\":\"\xff\"}", "document: not UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			quads, err := jsonld.New(nil).ToRDF(t.Context(), []byte(c.doc))
			require.Error(t, err)
			assert.NotErrorIs(t, err, jsonld.ErrBug)
			assert.Equal(t, c.want, err.Error())
			assert.Nil(t, quads)
		})
	}
}

// TestTaken: what is unusual and comes out whole.
func TestTaken(t *testing.T) {
	for _, c := range []struct{ name, doc, want string }{
		{"nulls", `{"@context":` + v2 + `,"name":[null,"x"],"description":null}`, "_:c14n0 <https://schema.org/name> \"x\" .\n"},
		{"a JSON literal", `{"@context":` + v2 + `,"_sd":{"b":[1.0,1e21,1E-7,null,true],"@set":"\u000b\"","\ud834\udd1e":1,"\ufb01":{},"@context":{"@list":0.1}}}`,
			`_:c14n0 <https://www.iana.org/assignments/jwt#_sd> "{\"@context\":{\"@list\":0.1},\"@set\":\"\\u000b\\\"\",\"b\":[1,1e+21,1e-7,null,true],\"𝄞\":1,\"ﬁ\":{}}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .` + "\n"},
		{"contexts in a JSON literal", `{"@context":` + v2 + `,"_sd":{"@context":["a","a",{"@version":1.1}]}}`,
			`_:c14n0 <https://www.iana.org/assignments/jwt#_sd> "{\"@context\":[\"a\",\"a\",{\"@version\":1.1}]}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .` + "\n"},
		{"a JSON null", `{"@context":` + v2 + `,"name":{"@value":null,"@type":"@json"}}`, `_:c14n0 <https://schema.org/name> "null"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .` + "\n"},
		{"halves of characters", `{"@context":` + v2 + `,"name":"\ud834\udd1e\\ud834\uD834\uDD1E"}`, `_:c14n0 <https://schema.org/name> "𝄞\\ud834𝄞" .` + "\n"},
		{"numbers and booleans", `{"@context":` + v2 + `,"name":[1.50,100,-0,true,1e21,0.10]}`, strings.Join([]string{
			`_:c14n0 <https://schema.org/name> "0"^^<http://www.w3.org/2001/XMLSchema#integer> .`,
			`_:c14n0 <https://schema.org/name> "1.0E-1"^^<http://www.w3.org/2001/XMLSchema#double> .`,
			`_:c14n0 <https://schema.org/name> "1.0E21"^^<http://www.w3.org/2001/XMLSchema#double> .`,
			`_:c14n0 <https://schema.org/name> "1.5E0"^^<http://www.w3.org/2001/XMLSchema#double> .`,
			`_:c14n0 <https://schema.org/name> "100"^^<http://www.w3.org/2001/XMLSchema#integer> .`,
			`_:c14n0 <https://schema.org/name> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .`, ""}, "\n")},
		{"a language", `{"@context":` + v2 + `,"name":{"@value":"x","@language":"de-AT"}}`, "_:c14n0 <https://schema.org/name> \"x\"@de-at .\n"},
		{"a default graph", `{"@context":` + v2 + `,"@graph":[{"id":"urn:x","name":"x"}]}`, "<urn:x> <https://schema.org/name> \"x\" .\n"},
		{"a named graph", `{"@context":` + v2 + `,"id":"urn:g","@graph":[{"id":"urn:x","name":"x"}]}`, "<urn:x> <https://schema.org/name> \"x\" <urn:g> .\n"},
		{"a proof", `{"@context":` + v2 + `,"id":"urn:c","type":"VerifiableCredential","proof":{"type":"DataIntegrityProof"}}`, strings.Join([]string{
			"<urn:c> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiableCredential> .",
			"<urn:c> <https://w3id.org/security#proof> _:c14n1 .",
			"_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/security#DataIntegrityProof> _:c14n1 .", ""}, "\n")},
		{"a long URL", `{"@context":` + v2 + `,"id":"https://example.org/` + strings.Repeat("x", 3000) + `","name":"x"}`, "<https://example.org/" + strings.Repeat("x", 3000) + "> <https://schema.org/name> \"x\" .\n"},
		{"a host with an underscore", `{"@context":` + v2 + `,"id":"https://_a_b/","name":"x"}`, "<https://_a_b/> <https://schema.org/name> \"x\" .\n"},
		{"an empty list", `{"@context":[` + v2 + `,` + ob3 + `],"type":"ResultDescription","id":"urn:x","allowedValue":[]}`, strings.Join([]string{
			"<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://purl.imsglobal.org/spec/vc/ob/vocab.html#ResultDescription> .",
			"<urn:x> <https://purl.imsglobal.org/spec/vc/ob/vocab.html#allowedValue> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .", ""}, "\n")},
		{"a reverse term", `{"@context":[` + v2 + `,{"of":{"@reverse":"urn:has"}}],"id":"urn:x","of":{"id":"urn:y"}}`, "<urn:y> <urn:has> <urn:x> .\n"},
		{"a context named twice", `{"@context":[` + v1 + `,` + v2[:1] + `https://www.w3.org/2018/credentials/v1"],"id":"urn:x","type":"VerifiableCredential"}`,
			"<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiableCredential> .\n"},
		{"a vocabulary", `{"@context":[` + v2 + `,"https://www.w3.org/ns/credentials/undefined-terms/v2"],"own":"x"}`, "_:c14n0 <https://www.w3.org/ns/credentials/undefined-term#own> \"x\" .\n"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, canonical(t, []byte(c.doc))) })
	}
}

// TestKnown: a signed document whose keys have been given other names means the same, and is refused where only known
// names will do.
func TestKnown(t *testing.T) {
	const want = "<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiableCredential> .\n" +
		"<urn:x> <https://www.w3.org/2018/credentials#validUntil> \"2026-01-01T00:00:00Z\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n"
	for _, c := range []struct{ name, doc, err string }{
		{"as it was", `{"@context":` + v2 + `,"id":"urn:x","type":"VerifiableCredential","validUntil":"2026-01-01T00:00:00Z"}`, ""},
		{"a typed value", `{"@context":` + v2 + `,"id":"urn:x","type":"VerifiableCredential","validUntil":{"@value":"2026-01-01T00:00:00Z","@type":"http://www.w3.org/2001/XMLSchema#dateTime"}}`, ""},
		{"an own context", `{"@context":[` + v2 + `,{"comment":{"@id":"https://www.w3.org/2018/credentials#validUntil","@type":"http://www.w3.org/2001/XMLSchema#dateTime"}}],"id":"urn:x","type":"VerifiableCredential","comment":"2026-01-01T00:00:00Z"}`,
			"context in the document: may give other names to what is signed"},
		{"an IRI", `{"@context":` + v2 + `,"id":"urn:x","type":"VerifiableCredential","https://www.w3.org/2018/credentials#validUntil":{"@value":"2026-01-01T00:00:00Z","@type":"http://www.w3.org/2001/XMLSchema#dateTime"}}`,
			"/https:~1~1www.w3.org~12018~1credentials#validUntil: another name for what contexts have a name for"},
		{"a prefix", `{"@context":` + v1 + `,"id":"urn:x","type":"VerifiableCredential","cred:validUntil":{"@value":"2026-01-01T00:00:00Z","@type":"http://www.w3.org/2001/XMLSchema#dateTime"}}`,
			"/cred:validUntil: another name for what contexts have a name for"},
		{"the keyword for the id", `{"@context":` + v2 + `,"@id":"urn:x","type":"VerifiableCredential","validUntil":"2026-01-01T00:00:00Z"}`, "/@id: another name for what contexts have a name for"},
		{"the keyword for the type", `{"@context":` + v2 + `,"id":"urn:x","@type":"VerifiableCredential","validUntil":"2026-01-01T00:00:00Z"}`, "/@type: another name for what contexts have a name for"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, want, canonical(t, []byte(c.doc)))
			p := jsonld.New(nil)
			p.Known = true
			quads, err := p.ToRDF(t.Context(), []byte(c.doc))
			if c.err != "" {
				assert.EqualError(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, want, text(t, quads))
		})
	}
}

// leaves calls use with every key and every scalar of a document, and functions that change them.
func leaves(v any, at string, use func(at string, change func(), undo func())) {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			if key == "@context" {
				continue
			}
			below := at + "/" + key
			use(below+" (key)", func() { delete(v, key); v["x"+key] = item }, func() { delete(v, "x"+key); v[key] = item })
			use(below+" (gone)", func() { delete(v, key) }, func() { v[key] = item })
			if s, ok := item.(string); ok {
				use(below, func() { v[key] = s + "x" }, func() { v[key] = s })
			}
			leaves(item, below, use)
		}
		use(at+" (new key)", func() { v["unheard"] = "x" }, func() { delete(v, "unheard") })
	case []any:
		for i, item := range v {
			if s, ok := item.(string); ok {
				use(fmt.Sprint(at, "/", i), func() { v[i] = s + "x" }, func() { v[i] = s })
			}
			leaves(item, fmt.Sprint(at, "/", i), use)
		}
	}
}

// TestEverythingCounts: whatever is changed in a credential, the RDF changes or the document is refused.
func TestEverythingCounts(t *testing.T) {
	for _, name := range []string{"minimal", "full", "unicode", "statuslist"} {
		t.Run(name, func(t *testing.T) {
			data := read(t, "testdata/"+name+".signed.json")
			want := canonical(t, data)
			var doc map[string]any
			require.NoError(t, json.Unmarshal(data, &doc))
			n := 0
			leaves(doc, "", func(at string, change, undo func()) {
				change()
				changed, err := json.Marshal(doc)
				undo()
				require.NoError(t, err)
				n++
				quads, err := jsonld.New(nil).ToRDF(t.Context(), changed)
				if err != nil {
					assert.NotErrorIs(t, err, jsonld.ErrBug)
					return
				}
				assert.NotContains(t, at, "new key")
				// The full credential says in several places who the issuer is: one of them may go.
				if name != "full" || !strings.Contains(at, "gone") {
					assert.False(t, want == text(t, quads), at)
				}
			})
			assert.Greater(t, n, 40)
		})
	}
}
