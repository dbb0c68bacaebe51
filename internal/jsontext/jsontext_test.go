package jsontext_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jsontext"
)

// sample writes one of everything.
func sample(w *jsontext.Writer) {
	w.Open('{')
	w.Text("name", "Écrit \"a\" \\ <b> & \u2028 ]]> \x01\ufffe")
	w.Optional("nothing", "")
	w.Optional("something", "x")
	w.Texts("tags", "a", "b")
	w.Texts("none")
	w.Flag("yes", true)
	w.Flag("no", false)
	w.Number("n", -12)
	w.Date("never", time.Time{})
	w.Date("when", time.Date(2026, 3, 14, 1, 0, 0, 999, time.FixedZone("", 3600)))
	w.Key("list")
	w.Open('[')
	w.Element()
	w.Open('{')
	w.Close('}')
	w.Close(']')
	w.Close('}')
}

func TestForms(t *testing.T) {
	indented := jsontext.New(0)
	sample(indented)
	assert.Equal(t, `{
  "name": "Écrit \"a\" \\ <b> & \u2028 ]]\u003e \u0001\ufffe",
  "something": "x",
  "tags": [
    "a",
    "b"
  ],
  "yes": true,
  "no": false,
  "n": -12,
  "when": "2026-03-14T00:00:00Z",
  "list": [
    {}
  ]
}
`, string(indented.Bytes()))
	compact := jsontext.Compact(0)
	sample(compact)
	var want bytes.Buffer
	require.NoError(t, json.Compact(&want, indented.Bytes()))
	assert.Equal(t, want.String(), string(compact.Bytes()))
}

// TestPart puts a value that was written by itself where it would have been written in place.
func TestPart(t *testing.T) {
	for _, compact := range []bool{false, true} {
		part, whole, inPlace := jsontext.Part(0, 1, compact), jsontext.New(0), jsontext.New(0)
		if compact {
			whole, inPlace = jsontext.Compact(0), jsontext.Compact(0)
		}
		sample(part)
		whole.Open('{')
		whole.Key("part")
		whole.Raw(part.Value())
		whole.Text("after", "x")
		whole.Close('}')
		inPlace.Open('{')
		inPlace.Key("part")
		sample(inPlace)
		inPlace.Text("after", "x")
		inPlace.Close('}')
		assert.Equal(t, string(inPlace.Bytes()), string(whole.Bytes()))
	}
}

// TestStrings reads every string back.
func TestStrings(t *testing.T) {
	for _, s := range []string{"", "a", "a]]>b", "]]]>>", "\x00\x1f\x7f", "\b\f\n\r\t", "\"\\/", "書く 🏅", "\u2028\u2029", "\ufffe\uffff\ufffd"} {
		w := jsontext.Compact(0)
		w.Quote(s)
		var got string
		require.NoError(t, json.Unmarshal(w.Bytes(), &got))
		assert.Equal(t, s, got)
		assert.NotContains(t, string(w.Bytes()), "]]>")
	}
	w := jsontext.Compact(0)
	w.Quote("a\xffb")
	assert.Equal(t, `"a\ufffdb"`, string(w.Bytes()))
}
