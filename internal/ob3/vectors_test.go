package ob3

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/rdfc"
)

// TestVectors makes the statements of documents that others have checked, byte for byte.
func TestVectors(t *testing.T) {
	const vectors = "../../testdata/vectors/"
	for _, name := range []string{"minimal", "unicode", "statuslist"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(vectors + name + ".unsigned.json")
			require.NoError(t, err)
			want, err := os.ReadFile(vectors + name + ".document.nq")
			require.NoError(t, err)
			got, err := appendStatements(nil, objectOf(t, data), nil)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got))
		})
	}
}

// objectOf reads a document of the terms that this package knows.
func objectOf(t *testing.T, data []byte) *object {
	t.Helper()
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &fields))
	o := &object{kind: criteriaKind}
	for key, value := range fields {
		var text string
		var texts []string
		var flag bool
		var objects []json.RawMessage
		isText, isTexts := json.Unmarshal(value, &text) == nil, json.Unmarshal(value, &texts) == nil
		switch {
		case key == "@context":
		case key == "id":
			require.True(t, isText)
			o.id = text
		case key == "type" && isText:
			o.kind = kindOf(text).alone()
		case key == "type":
			o.kind = kindOf(texts...)
		case isText:
			o.put(key, text)
		case isTexts:
			o.putTexts(key, texts)
		case json.Unmarshal(value, &flag) == nil:
			o.putFlag(key, flag)
		case json.Unmarshal(value, &objects) == nil:
			var inner []*object
			for _, data := range objects {
				inner = append(inner, objectOf(t, data))
			}
			o.putObjects(key, inner)
		default:
			o.putObject(key, objectOf(t, value))
		}
	}
	return o
}

// TestLabels compares the short way with the full algorithm, over random documents of which some need it.
func TestLabels(t *testing.T) {
	settled, alike := 0, 0
	for seed := range uint64(3000) {
		noise := rand.New(rand.NewPCG(seed, 7))
		o := randomCredential(noise)
		g := newGraph()
		g.object(o, -1)
		switch noise.IntN(3) {
		case 0:
			g.shared = share(g.parts...)
		case 1:
			g.shared = share() // of other documents
		}
		short := g.label()
		got, err := g.canonical(nil)
		require.NoError(t, err)
		want, err := g.whole(nil)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), "seed %d", seed)
		graphs.Put(g)
		if short {
			settled++
		} else {
			alike++
		}
		quads, err := rdfc.Parse(got)
		require.NoError(t, err)
		lines := bytes.SplitAfter(got, []byte("\n"))
		assert.Len(t, quads, len(lines)-1)
		assert.True(t, slices.IsSortedFunc(lines[:len(lines)-1], bytes.Compare))
	}
	assert.Greater(t, settled, 1000)
	assert.Greater(t, alike, 300)
}

// randomCredential uses few different texts, so that some of its objects are alike.
func randomCredential(noise *rand.Rand) *object {
	word := func() string {
		return []string{"a", "b", "ﬁ", "𝄞", "\n", `"`, "", "é"}[noise.IntN(8)]
	}
	o := &object{id: "https://b.example/c", kind: credentialKind}
	achievement := &object{id: "https://b.example/a", kind: kindOf("Achievement")}
	achievement.put("name", word())
	for range noise.IntN(3) {
		achievement.putTexts("tag", []string{"x" + word(), "x" + word()})
	}
	var alignments, descriptions []*object
	for range noise.IntN(4) {
		a := &object{kind: kindOf("Alignment")}
		a.put("targetName", word())
		a.put("targetUrl", "https://t.example/"+fmt.Sprint(noise.IntN(3)))
		alignments = append(alignments, a)
	}
	achievement.putObjects("alignment", alignments)
	for n := range noise.IntN(3) {
		d := &object{id: fmt.Sprintf("https://b.example/a#%d", n), kind: kindOf("ResultDescription")}
		var allowed []string
		for range noise.IntN(4) {
			allowed = append(allowed, "v"+word())
		}
		d.putTexts("allowedValue", allowed)
		descriptions = append(descriptions, d)
	}
	achievement.putObjects("resultDescription", descriptions)
	compiled, err := compile(achievement, 2)
	if err != nil {
		panic(err)
	}
	subject := &object{kind: kindOf("AchievementSubject")}
	if noise.IntN(2) == 0 {
		subject.id = "urn:uuid:1"
	}
	if noise.IntN(2) == 0 {
		subject.props = append(subject.props, property{key: "achievement", part: compiled})
	} else {
		subject.putObject("achievement", achievement)
	}
	o.putObject("credentialSubject", subject)
	if noise.IntN(2) == 0 {
		issuer := &object{id: "https://b.example/i", kind: kindOf("Profile")}
		if noise.IntN(4) == 0 {
			issuer = achievement // all its statements twice
		}
		issuer.put("name", word())
		compiled, err := compile(issuer, 1)
		if err != nil {
			panic(err)
		}
		o.props = append(o.props, property{key: "issuer", part: compiled})
	}
	var evidence []*object
	for range noise.IntN(5) {
		e := &object{kind: kindOf("Evidence")}
		if noise.IntN(4) == 0 {
			e.id = "https://e.example/" + strings.Repeat("e", noise.IntN(2))
		}
		e.put("name", word())
		evidence = append(evidence, e)
	}
	o.putObjects("evidence", evidence)
	return o
}

// TestUnknownTerms: what no context defines is an error, not left unsigned.
func TestUnknownTerms(t *testing.T) {
	for name, o := range map[string]*object{
		"a key":                       {id: "urn:a", kind: kindOf("Achievement"), props: []property{{key: "genre", text: "x"}}},
		"a text for an object":        {id: "urn:a", kind: kindOf("Achievement"), props: []property{{key: "creator", text: "x"}}},
		"an object for a text":        {id: "urn:a", kind: criteriaKind, props: []property{{key: "name", object: &object{id: "urn:b", kind: criteriaKind}}}},
		"an IRI with a space":         {id: "urn:a b", kind: kindOf("Profile")},
		"an IRI that ends":            {id: "urn:a>", kind: kindOf("Profile")},
		"an IRI with a line end":      {id: "urn:a\n", kind: kindOf("Profile")},
		"a term of an object within":  {id: "urn:a", kind: kindOf("VerifiableCredential"), props: []property{{key: "caption", text: "x"}}},
		"an object with another type": {id: "urn:a", kind: kindOf("Image"), props: []property{{key: "targetName", text: "x"}}},
	} {
		_, err := appendStatements(nil, o, nil)
		assert.Error(t, err, name)
	}
}
