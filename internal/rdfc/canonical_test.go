package rdfc_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/rdfc"
)

func parse(t testing.TB, text string) []rdfc.Quad {
	t.Helper()
	quads, err := rdfc.Parse([]byte(text))
	require.NoError(t, err)
	return quads
}

func canonical(t testing.TB, quads []rdfc.Quad) string {
	t.Helper()
	text, err := rdfc.Canonicalize(quads, rdfc.Limits{})
	require.NoError(t, err)
	return string(text)
}

// disguise gives the blank nodes other labels and the quads another order, some of them twice.
func disguise(quads []rdfc.Quad, r *rand.Rand) []rdfc.Quad {
	labels := map[string]string{}
	for _, q := range quads {
		for _, t := range []rdfc.Term{q.Subject, q.Object, q.Graph} {
			if t.Kind == rdfc.Blank {
				labels[t.Value] = ""
			}
		}
	}
	numbers := r.Perm(len(labels))
	i := 0
	for l := range labels {
		labels[l] = fmt.Sprintf("n%d", numbers[i])
		i++
	}
	relabel := func(t rdfc.Term) rdfc.Term {
		if t.Kind == rdfc.Blank {
			t.Value = labels[t.Value]
		}
		return t
	}
	var out []rdfc.Quad
	for _, q := range quads {
		q.Subject, q.Object, q.Graph = relabel(q.Subject), relabel(q.Object), relabel(q.Graph)
		out = append(out, q)
		if r.IntN(8) == 0 {
			out = append(out, q)
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// TestVectors: the canonical texts of real credentials stay what they are, byte for byte, and come back from any
// order and any labels.
func TestVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/*.nq")
	require.NoError(t, err)
	require.Len(t, files, 7)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			quads := parse(t, string(want))
			assert.Equal(t, string(want), canonical(t, quads))
			var again []byte
			for _, q := range quads {
				again = rdfc.AppendQuad(again, q)
			}
			assert.Equal(t, string(want), string(again))
			r := rand.New(rand.NewPCG(1, 2))
			for range 20 {
				assert.Equal(t, string(want), canonical(t, disguise(quads, r)))
			}
		})
	}
}

// digraph is the graph with an edge for each bit that is set, out of n×n.
func digraph(n int, bits uint) []rdfc.Quad {
	var quads []rdfc.Quad
	node := func(i int) rdfc.Term { return rdfc.Term{Kind: rdfc.Blank, Value: fmt.Sprint("x", i)} }
	for i := range n * n {
		if bits>>i&1 == 1 {
			quads = append(quads, rdfc.Quad{Subject: node(i / n), Predicate: rdfc.Term{Kind: rdfc.IRI, Value: "p:"}, Object: node(i % n)})
		}
	}
	return quads
}

// TestEveryGraph: among all graphs of a few blank nodes, loops allowed, there are as many canonical texts as there are
// graphs that differ in more than labels (OEIS A000595).
func TestEveryGraph(t *testing.T) {
	for n, want := range []int{1, 2, 10, 104, 3044} {
		texts := map[string]bool{}
		for bits := range uint(1) << (n * n) {
			texts[canonical(t, digraph(n, bits))] = true
		}
		assert.Len(t, texts, want, "%d nodes", n)
	}
}

// TestEveryNamedGraph does the same where a blank node may be the name of a graph: every set of quads over two nodes
// is counted with those that the other labelling makes of it (Burnside: half of those that stay and of all).
func TestEveryNamedGraph(t *testing.T) {
	node := func(i uint) rdfc.Term { return rdfc.Term{Kind: rdfc.Blank, Value: fmt.Sprint("x", i)} }
	texts := map[string]bool{}
	for bits := range uint(1) << 12 {
		var quads []rdfc.Quad
		for i := range uint(12) {
			if bits>>i&1 == 0 {
				continue
			}
			q := rdfc.Quad{Subject: node(i & 1), Predicate: rdfc.Term{Kind: rdfc.IRI, Value: "p:"}, Object: node(i >> 1 & 1)}
			if g := i >> 2; g < 2 {
				q.Graph = node(g)
			}
			quads = append(quads, q)
		}
		texts[canonical(t, quads)] = true
	}
	// Twelve quads in six pairs that change places with the labels: 2^6 sets stay.
	assert.Len(t, texts, (1<<12+1<<6)/2)
}

// shapes are datasets in which some blank nodes look alike at first.
var shapes = []struct {
	name, text string
	// blanks is how many there are.
	blanks int
}{
	{"empty", "", 0},
	{"no blank node", "<a:> <p:> <b:> .\n", 0},
	{"a ring of three", "_:a <p:> _:b .\n_:b <p:> _:c .\n_:c <p:> _:a .\n", 3},
	{"a ring of four with a text", "_:a <p:> _:b .\n_:b <p:> _:c .\n_:c <p:> _:d .\n_:d <p:> _:a .\n_:c <q:> \"c\" .\n", 4},
	{"two rings", "_:a <p:> _:b .\n_:b <p:> _:a .\n_:c <p:> _:d .\n_:d <p:> _:c .\n", 4},
	{"a loop and a pair", "_:a <p:> _:a .\n_:b <p:> _:c .\n_:c <p:> _:b .\n", 3},
	{"equal alignments", "<a:> <p:> _:x .\n<a:> <p:> _:y .\n_:x <q:> \"same\" .\n_:y <q:> \"same\" .\n", 2},
	{"equal alignments of twins", "_:s <p:> _:x .\n_:s <p:> _:y .\n_:u <p:> _:v .\n_:u <p:> _:w .\n_:x <q:> \"1\" .\n_:y <q:> \"1\" .\n_:v <q:> \"1\" .\n_:w <q:> \"1\" .\n", 6},
	{"lists that end alike", "<a:> <p:> _:a1 .\n_:a1 <first:> \"x\" .\n_:a1 <rest:> _:a2 .\n_:a2 <first:> \"z\" .\n_:a2 <rest:> <nil:> .\n" +
		"<b:> <p:> _:b1 .\n_:b1 <first:> \"y\" .\n_:b1 <rest:> _:b2 .\n_:b2 <first:> \"z\" .\n_:b2 <rest:> <nil:> .\n", 4},
	{"a graph named by a node", "_:a <p:> \"1\" _:g .\n_:g <p:> _:a .\n_:b <p:> \"1\" _:h .\n_:h <p:> _:b .\n", 4},
	{"a node in two graphs", "_:a <p:> _:b _:g .\n_:a <p:> _:b _:h .\n_:b <p:> _:a _:g .\n_:b <p:> _:a _:h .\n", 4},
	{"a graph in itself", "_:g <p:> _:g _:g .\n_:h <p:> _:h _:h .\n", 2},
	{"two ways to one node", "_:a <p:> _:b .\n_:a <q:> _:b .\n_:c <p:> _:d .\n_:c <q:> _:d .\n_:b <p:> _:c .\n_:d <p:> _:a .\n", 4},
	{"a square with its corners", "_:a <p:> _:b .\n_:a <p:> _:c .\n_:b <p:> _:d .\n_:c <p:> _:d .\n_:e <p:> _:f .\n_:e <p:> _:g .\n_:f <p:> _:h .\n_:g <p:> _:h .\n", 8},
	{"Petersen's graph", petersen(), 10},
}

func petersen() string {
	var b strings.Builder
	edge := func(i, j int) { fmt.Fprintf(&b, "_:x%d <p:> _:x%d .\n_:x%d <p:> _:x%d .\n", i, j, j, i) }
	for i := range 5 {
		edge(i, (i+1)%5)
		edge(i, i+5)
		edge(i+5, (i+2)%5+5)
	}
	return b.String()
}

func TestShapes(t *testing.T) {
	texts := map[string]string{}
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			quads := parse(t, s.text)
			text := canonical(t, quads)
			assert.Equal(t, strings.Count(s.text, "\n"), strings.Count(text, "\n"))
			for i := range s.blanks {
				assert.Contains(t, text, fmt.Sprintf("_:c14n%d ", i))
			}
			assert.NotContains(t, text, fmt.Sprintf("_:c14n%d ", s.blanks))
			assert.Equal(t, text, canonical(t, parse(t, text)), "canonical text is not canonical")
			r := rand.New(rand.NewPCG(3, 4))
			for range 30 {
				require.Equal(t, text, canonical(t, disguise(quads, r)))
			}
			assert.NotContains(t, texts, text)
			texts[text] = s.name
		})
	}
}

// TestSameTexts: what is one and the same dataset has one text; what is not has another.
func TestSameTexts(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"an explicit xsd:string", `<a:> <p:> "x"^^<http://www.w3.org/2001/XMLSchema#string> .`, `<a:> <p:> "x" .`, true},
		{"a quad twice", "<a:> <p:> \"x\" .\n<a:> <p:> \"x\" .", `<a:> <p:> "x" .`, true},
		{"escapes", `<a:> <p:> "\u0041\n\U0001D11E" .`, "<a:> <p:> \"A\\u000A\U0001D11E\" .", true},
		{"a language", `<a:> <p:> "x"@en .`, `<a:> <p:> "x" .`, false},
		{"letter case of a language", `<a:> <p:> "x"@en .`, `<a:> <p:> "x"@EN .`, false},
		{"a datatype", `<a:> <p:> "1"^^<d:> .`, `<a:> <p:> "1" .`, false},
		{"composed and decomposed", `<a:> <p:> "é" .`, "<a:> <p:> \"e\u0301\" .", false},
		{"a graph", `<a:> <p:> "x" <g:> .`, `<a:> <p:> "x" .`, false},
		{"an IRI and its text", `<a:> <p:> <b:> .`, `<a:> <p:> "b:" .`, false},
		{"triangles and a hexagon", digraphText(0, 1, 1, 2, 2, 0, 3, 4, 4, 5, 5, 3), digraphText(0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.same, canonical(t, parse(t, c.a)) == canonical(t, parse(t, c.b)))
		})
	}
}

func digraphText(ends ...int) string {
	var b strings.Builder
	for i := 0; i < len(ends); i += 2 {
		fmt.Fprintf(&b, "_:x%d <p:> _:x%d .\n", ends[i], ends[i+1])
	}
	return b.String()
}

// TestOrder: lines are sorted by code point, in which U+FB01 precedes U+1D11E; in UTF-16 it would follow.
func TestOrder(t *testing.T) {
	text := "<a:> <p:> \"\uFB01\" .\n<a:> <p:> \"\U0001D11E\" .\n"
	assert.Equal(t, text, canonical(t, disguise(parse(t, text), rand.New(rand.NewPCG(5, 6)))))
}

func TestRefusedTerms(t *testing.T) {
	iri := func(s string) rdfc.Term { return rdfc.Term{Kind: rdfc.IRI, Value: s} }
	text := func(s string) rdfc.Term { return rdfc.Term{Kind: rdfc.Literal, Value: s} }
	blank := rdfc.Term{Kind: rdfc.Blank, Value: "b"}
	for _, c := range []struct {
		name string
		quad rdfc.Quad
		want string
	}{
		{"nothing", rdfc.Quad{}, "quad 2: subject of kind 0: not an RDF term here"},
		{"a literal subject", rdfc.Quad{Subject: text("x"), Predicate: iri("p:"), Object: text("x")}, "quad 2: subject of kind 3: not an RDF term here"},
		{"a blank predicate", rdfc.Quad{Subject: blank, Predicate: blank, Object: blank}, "quad 2: predicate of kind 2: not an RDF term here"},
		{"no object", rdfc.Quad{Subject: blank, Predicate: iri("p:")}, "quad 2: object of kind 0: not an RDF term here"},
		{"a literal graph", rdfc.Quad{Subject: blank, Predicate: iri("p:"), Object: blank, Graph: text("g")}, "quad 2: graph of kind 3: not an RDF term here"},
		{"an IRI that ends early", rdfc.Quad{Subject: blank, Predicate: iri("p:"), Object: iri("x:> <p:> <y")}, "quad 2: object: an IRI with the character '>': not an RDF term here"},
		{"an IRI with a line end", rdfc.Quad{Subject: blank, Predicate: iri("p:\n"), Object: blank}, `quad 2: predicate: an IRI with the character '\n': not an RDF term here`},
		{"an IRI that is not UTF-8", rdfc.Quad{Subject: iri("x:\xff"), Predicate: iri("p:"), Object: blank}, "quad 2: subject: an IRI that is not UTF-8: not an RDF term here"},
		{"an empty IRI", rdfc.Quad{Subject: blank, Predicate: iri("p:"), Object: blank, Graph: iri("")}, "quad 2: graph: an empty IRI: not an RDF term here"},
		{"a datatype with a space", rdfc.Quad{Subject: blank, Predicate: iri("p:"), Object: rdfc.Term{Kind: rdfc.Literal, Datatype: "d: "}}, "quad 2: object: an IRI with the character ' ': not an RDF term here"},
		{"a text that is not UTF-8", rdfc.Quad{Subject: blank, Predicate: iri("p:"), Object: text("\xff")}, "quad 2: object: a literal that is not UTF-8: not an RDF term here"},
		{"a bad language", rdfc.Quad{Subject: blank, Predicate: iri("p:"), Object: rdfc.Term{Kind: rdfc.Literal, Language: "en_GB"}}, "quad 2: object: a language tag that is none: not an RDF term here"},
		{"language and datatype", rdfc.Quad{Subject: blank, Predicate: iri("p:"), Object: rdfc.Term{Kind: rdfc.Literal, Language: "en", Datatype: "d:"}}, "quad 2: object: a literal with a language and a datatype: not an RDF term here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			good := rdfc.Quad{Subject: blank, Predicate: iri("p:"), Object: blank}
			_, err := rdfc.Canonicalize([]rdfc.Quad{good, c.quad}, rdfc.Limits{})
			assert.ErrorIs(t, err, rdfc.ErrTerm)
			assert.EqualError(t, err, c.want)
		})
	}
}
