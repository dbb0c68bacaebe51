package document_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/document"
	"blazon/internal/strictjson"
)

func TestRead(t *testing.T) {
	o, err := document.Read([]byte(`{"@context":["https://a",{"b":"c"},"https://d"],"@id":"x","type":["A","B"],"n":1.50,"none":null,"empty":[],"one":"1","two":["1",2],"in":{"id":"y"},"list":[{"id":"z"}]}`))
	require.NoError(t, err)
	assert.Equal(t, "x", o.ID())
	assert.Equal(t, []string{"A", "B"}, o.Types())
	assert.True(t, o.Is("C", "B"))
	assert.False(t, o.Is("C"))
	assert.Equal(t, []string{"https://a", "https://d"}, o.Contexts())
	assert.Equal(t, json.Number("1.50"), o["n"])
	for key, want := range map[string]bool{"none": false, "empty": false, "missing": false, "one": true, "n": true, "in": true} {
		assert.Equal(t, want, o.Has(key), key)
	}
	texts, ok := o.Texts("one")
	assert.True(t, ok)
	assert.Equal(t, []string{"1"}, texts)
	_, ok = o.Texts("two")
	assert.False(t, ok)
	for _, key := range []string{"in", "list"} {
		inner, ok := o.Object(key)
		require.True(t, ok)
		assert.NotEmpty(t, inner.ID())
		assert.NotEmpty(t, document.Ref(o.List(key)[0]))
	}
	_, ok = o.Object("two")
	assert.False(t, ok)
	assert.Equal(t, "1", document.Ref(o["one"]))
	assert.Empty(t, document.Ref(o["n"]))

	_, err = document.Read([]byte(`[]`))
	assert.ErrorIs(t, err, document.ErrNotObject)
	_, err = document.Read([]byte(`{"a":1,"\u0061":2}`))
	assert.ErrorIs(t, err, strictjson.ErrDuplicate)
	_, err = document.Read([]byte(`{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`))
	assert.ErrorIs(t, err, strictjson.ErrLimit)
}

func TestDifference(t *testing.T) {
	read := func(s string) any {
		o, err := document.Read([]byte(`{"v":` + s + `}`))
		require.NoError(t, err, s)
		return o["v"]
	}
	for _, test := range []struct{ a, b, want string }{
		{`{"a":1,"b":[1,{"c":null}]}`, `{"b":[1,{"c":null}],"a":1}`, "="},
		{`1`, `1.0`, "="}, {`1e2`, `100`, "="}, {`"1"`, `1`, ""}, {`1`, `2`, ""},
		{`9007199254740993`, `9007199254740992`, ""},
		{`{"a":{"b/c~d":1}}`, `{"a":{"b/c~d":2}}`, "/a/b~1c~0d"},
		{`{"a":1}`, `{}`, "/a"}, {`{}`, `{"a":1}`, "/a"}, {`{"a":null}`, `{}`, "/a"},
		{`[1,2]`, `[2,1]`, "/0"}, {`[1]`, `[1,2]`, "/1"}, {`[1,2]`, `[1]`, "/1"},
		{`{}`, `[]`, ""}, {`[]`, `{}`, ""}, {`null`, `{}`, ""}, {`true`, `true`, "="}, {`"a"`, `[]`, ""},
	} {
		at, differ := document.Difference(read(test.a), read(test.b))
		if test.want == "=" {
			assert.False(t, differ, "%s and %s at %s", test.a, test.b, at)
			continue
		}
		assert.True(t, differ, "%s and %s", test.a, test.b)
		assert.Equal(t, test.want, at, "%s and %s", test.a, test.b)
	}
}

func TestMoment(t *testing.T) {
	for s, want := range map[string]string{
		"2026-01-15T09:00:00Z": "2026-01-15T09:00:00Z", "2026-01-15T09:00:00+01:00": "2026-01-15T08:00:00Z", "2026-01-15T09:00:00-0130": "2026-01-15T10:30:00Z",
		"2026-01-15T09:00:00+02": "2026-01-15T07:00:00Z", "2026-01-15T09:00Z": "2026-01-15T09:00:00Z", "2026-01-15t09:00:00.123456789012z": "2026-01-15T09:00:00.123456789Z",
		"2016-12-31T23:59:60Z": "2017-01-01T00:00:00Z", "2026-01-15T24:00:00Z": "2026-01-16T00:00:00Z",
	} {
		got, err := document.Moment(s)
		require.NoError(t, err, s)
		assert.Equal(t, want, got.UTC().Format(time.RFC3339Nano), s)
	}
	for _, s := range []string{"", "2026-01-15", "2026-01-15T09:00:00", "2026-02-30T09:00:00Z", "1768467600", "2026-01-15 09:00:00Z", "2026-01-15T09:00:00Z ", "2026-01-15T25:00:00Z"} {
		_, err := document.Moment(s)
		assert.Error(t, err, s)
	}
	for _, s := range []string{"2026-01-15", "2026-01-15T09:00:00"} {
		_, err := document.Moment(s)
		assert.ErrorIs(t, err, document.ErrZone)
	}
	for _, v := range []any{"2026-01-15", "2026-01-15T00:00:00", json.Number("1768435200"), "1768435200", "2026-01-15T00:00:00Z", "2026-01-15 00:00:00"} {
		got, err := document.Loose(v)
		require.NoError(t, err, v)
		assert.Equal(t, "2026-01-15T00:00:00Z", got.UTC().Format(time.RFC3339))
	}
	for _, v := range []any{nil, true, "soon", json.Number("12"), json.Number("99999999999")} {
		_, err := document.Loose(v)
		assert.Error(t, err, v)
	}
}

func TestShow(t *testing.T) {
	assert.Equal(t, `"a\x1b[31mb\n"`, document.Show("a\x1b[31mb\n"))
	assert.LessOrEqual(t, len([]rune(document.Show(strings.Repeat("ä", 1000)))), 170)
	assert.Equal(t, "a b[31mcd", document.Plain(" a\n b\x1b[31mc\u202ed"))
	assert.LessOrEqual(t, len([]rune(document.Plain(strings.Repeat("ä", 1000)))), 201)
}
