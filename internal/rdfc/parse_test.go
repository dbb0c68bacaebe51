package rdfc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/rdfc"
)

func TestParse(t *testing.T) {
	iri := func(s string) rdfc.Term { return rdfc.Term{Kind: rdfc.IRI, Value: s} }
	blank := func(s string) rdfc.Term { return rdfc.Term{Kind: rdfc.Blank, Value: s} }
	for _, c := range []struct {
		name, text string
		want       []rdfc.Quad
	}{
		{"nothing", "", nil},
		{"comments", " # one\n\t\r\n#two", nil},
		{"no space, no line end", `<a:><p:><b:>.`, []rdfc.Quad{{Subject: iri("a:"), Predicate: iri("p:"), Object: iri("b:")}}},
		{"a comment after", "<a:> <p:> <b:> . # \u00e9", []rdfc.Quad{{Subject: iri("a:"), Predicate: iri("p:"), Object: iri("b:")}}},
		{"a graph", `_:a.b <p:> _:ü:1 <g:> .`, []rdfc.Quad{{Subject: blank("a.b"), Predicate: iri("p:"), Object: blank("ü:1"), Graph: iri("g:")}}},
		{"a label before the stop", "_:a <p:> _:b.\r\r\n\n_:a <p:> _:c _:g.", []rdfc.Quad{
			{Subject: blank("a"), Predicate: iri("p:"), Object: blank("b")},
			{Subject: blank("a"), Predicate: iri("p:"), Object: blank("c"), Graph: blank("g")}}},
		{"a literal", `<a:> <p:> "\t\b\n\r\f\"\'\\\u00e9\U0001D11E"@de-AT .`, []rdfc.Quad{
			{Subject: iri("a:"), Predicate: iri("p:"), Object: rdfc.Term{Kind: rdfc.Literal, Value: "\t\b\n\r\f\"'\\é𝄞", Language: "de-AT"}}}},
		{"a datatype", `<a:> <p:> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .`, []rdfc.Quad{
			{Subject: iri("a:"), Predicate: iri("p:"), Object: rdfc.Term{Kind: rdfc.Literal, Value: "1", Datatype: "http://www.w3.org/2001/XMLSchema#integer"}}}},
		{"escapes in an IRI", `<a:\u00e9> <p:> <b:> .`, []rdfc.Quad{{Subject: iri("a:é"), Predicate: iri("p:"), Object: iri("b:")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			quads, err := rdfc.Parse([]byte(c.text))
			require.NoError(t, err)
			assert.Equal(t, c.want, quads)
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"<a:> <p:> <b:> .\r\n<a:> ", "2:6: the line ends where its predicate should be"},
		{"<a:> <p:> <b:>", "1:15: the line ends where its graph should be"},
		{"<a:> <p:> <b:> <g:>", "1:20: a quad without a full stop"},
		{"<a:> <p:> <b:> <g:> <h:> .", "1:21: a quad without a full stop"},
		{"<a:> <p:> <b:> . .", "1:18: more after the full stop"},
		{"<a:> . <b:> .", `1:6: no predicate begins with '.'`},
		{`"a" <p:> <b:> .`, `1:1: no subject begins with '"'`},
		{`<a:> _:p <b:> .`, `1:6: no predicate begins with '_'`},
		{`<a:> <p:> <b:> "g" .`, `1:16: no graph begins with '"'`},
		{"<a:> <p:> é .", "1:11: no object begins with 'é'"},
		{"<a> <p:> <b:> .", "1:1: a relative IRI"},
		{"<1a:> <p:> <b:> .", "1:1: a relative IRI"},
		{"<a/b:> <p:> <b:> .", "1:1: a relative IRI"},
		{"<> <p:> <b:> .", "1:1: an empty IRI"},
		{"<a: b> <p:> <b:> .", "1:1: an IRI with the character ' '"},
		{`<a:\u0020> <p:> <b:> .`, "1:1: an IRI with the character ' '"},
		{`<a:\t> <p:> <b:> .`, "1:1: an escape that N-Quads does not have"},
		{"<a:> <p:> <b: .", "1:11: an IRI without an end"},
		{`<a:> <p:> "b .`, "1:11: a literal without an end"},
		{`<a:> <p:> "b\`, "1:11: a literal without an end"},
		{`<a:> <p:> "\x" .`, "1:11: an escape that N-Quads does not have"},
		{`<a:> <p:> "\u12" .`, "1:11: an escape that N-Quads does not have"},
		{`<a:> <p:> "\uD800" .`, "1:11: an escape that is no character"},
		{`<a:> <p:> "\UFFFFFFFF" .`, "1:11: an escape that is no character"},
		{`<a:> <p:> "\u+123" .`, "1:11: an escape that is no character"},
		{`<a:> <p:> "b"@ .`, "1:14: not a language tag"},
		{`<a:> <p:> "b"@en- .`, "1:14: not a language tag"},
		{`<a:> <p:> "b"@1 .`, "1:14: not a language tag"},
		{`<a:> <p:> "b"^^<d> .`, "1:16: a relative IRI"},
		{`<a:> <p:> "b"^<d:> .`, "1:14: no graph begins with '^'"},
		{"<a:> <p:> \"\xff\" .", "1:11: not UTF-8"},
		{"<a:\xff> <p:> <b:> .", "1:1: not UTF-8"},
		{"_:\xff <p:> <b:> .", "1:1: not UTF-8"},
		{"#\xff", "1:1: not UTF-8"},
		{"<a:> <p:> <b:> . #\xff", "1:18: not UTF-8"},
		{"_a <p:> <b:> .", "1:1: an underscore without a colon"},
		{"_: <p:> <b:> .", "1:1: a blank node without a label"},
		{"_:. <p:> <b:> .", "1:1: a blank node without a label"},
	} {
		t.Run(c.text, func(t *testing.T) {
			quads, err := rdfc.Parse([]byte(c.text))
			var syntax *rdfc.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.EqualError(t, err, c.want)
			assert.Nil(t, quads)
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range shapes {
		f.Add([]byte(s.text))
	}
	f.Add([]byte(`<a:\u00e9> <p:> "\t\U0001D11E"@de-AT _:g. # x`))
	f.Add([]byte("_:a.b <p:> \"1\"^^<d:> .\r\n\r_:a <p:> _:ü:1 <g:> ."))
	f.Fuzz(func(t *testing.T, data []byte) {
		quads, err := rdfc.Parse(data)
		if err != nil {
			return
		}
		var text []byte
		for _, q := range quads {
			text = rdfc.AppendQuad(text, q)
		}
		again, err := rdfc.Parse(text)
		require.NoError(t, err, "%s", text)
		require.Equal(t, quads, again)
	})
}
