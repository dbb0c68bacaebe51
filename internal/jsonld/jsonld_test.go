package jsonld_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jsonld"
	"blazon/internal/rdfc"
)

func canonical(t testing.TB, doc []byte) string {
	t.Helper()
	quads, err := jsonld.New(nil).ToRDF(t.Context(), doc)
	require.NoError(t, err, "%s", doc)
	return text(t, quads)
}

func text(t testing.TB, quads []rdfc.Quad) string {
	t.Helper()
	canonical, err := rdfc.Canonicalize(quads, rdfc.Limits{})
	require.NoError(t, err)
	return string(canonical)
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return data
}

// TestVectors: documents and proofs of signed credentials come out as the texts that were signed, byte for byte.
func TestVectors(t *testing.T) {
	for _, name := range []string{"minimal", "full", "unicode", "statuslist"} {
		t.Run(name, func(t *testing.T) {
			want := string(read(t, "../rdfc/testdata/"+name+".document.nq"))
			assert.Equal(t, want, canonical(t, read(t, "testdata/"+name+".unsigned.json")))

			var signed map[string]any
			require.NoError(t, json.Unmarshal(read(t, "testdata/"+name+".signed.json"), &signed))
			proof := signed["proof"].(map[string]any)
			proof["@context"] = signed["@context"]
			delete(proof, "proofValue")
			options, err := json.Marshal(proof)
			require.NoError(t, err)
			if name == "statuslist" {
				name = "minimal" // the same options
			}
			assert.Equal(t, string(read(t, "../rdfc/testdata/"+name+".proof.nq")), canonical(t, options))
		})
	}
}

func BenchmarkToRDF(b *testing.B) {
	for _, name := range []string{"minimal", "full"} {
		doc := read(b, "testdata/"+name+".unsigned.json")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := jsonld.New(nil).ToRDF(b.Context(), doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func rdfcText(quads []rdfc.Quad) ([]byte, error) {
	return rdfc.Canonicalize(quads, rdfc.Limits{Quads: 1000, Steps: 20_000})
}
