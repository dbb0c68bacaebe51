package strictjson_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/strictjson"
)

var good = []string{
	`{}`, `[]`, `null`, ` true `, "\t\r\nfalse\n", `0`, `-0`, `-1.5e+10`, `1E9`, `"\u00e9\ud83d\ude00\n\/"`,
	`{"a":{"a":1},"A":[{"a":2},{"a":3}]}`, `["é","😀"]`, `{"":1," ":2}`, "\"\u2028\"", `1e400`,
	"{" + keys(100) + `"x":1}`,
}

// keys are different ones, more than the few that are looked through.
func keys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"k%d":%d,`, i, i)
	}
	return b.String()
}

var bad = []struct {
	name, text string
	want       error
}{
	{"nothing", ``, strictjson.ErrSyntax},
	{"blanks", " \n", strictjson.ErrSyntax},
	{"a second value", `{}{}`, strictjson.ErrSyntax},
	{"a letter behind", `{} x`, strictjson.ErrSyntax},
	{"a zero byte behind", "{}\x00", strictjson.ErrSyntax},
	{"a comma behind", `{"a":1,}`, strictjson.ErrSyntax},
	{"a comma too many", `[1,]`, strictjson.ErrSyntax},
	{"no colon", `{"a" 1}`, strictjson.ErrSyntax},
	{"a bare key", `{a:1}`, strictjson.ErrSyntax},
	{"an object open", `{"a":1`, strictjson.ErrSyntax},
	{"an array open", `[`, strictjson.ErrSyntax},
	{"brackets crossed", `[1}`, strictjson.ErrSyntax},
	{"a string open", `"a`, strictjson.ErrSyntax},
	{"a string open after an escape", `"a\`, strictjson.ErrSyntax},
	{"a line break in a string", "\"a\nb\"", strictjson.ErrSyntax},
	{"an unknown escape", `"\x41"`, strictjson.ErrSyntax},
	{"a short escape", `"\u12"`, strictjson.ErrSyntax},
	{"an escape that is not hexadecimal", `"\u12g4"`, strictjson.ErrSyntax},
	{"a leading zero", `01`, strictjson.ErrSyntax},
	{"a plus", `+1`, strictjson.ErrSyntax},
	{"a point alone", `1.`, strictjson.ErrSyntax},
	{"an exponent alone", `1e`, strictjson.ErrSyntax},
	{"a minus alone", `-`, strictjson.ErrSyntax},
	{"not a number", `NaN`, strictjson.ErrSyntax},
	{"single quotes", `'a'`, strictjson.ErrSyntax},
	{"a comment", `{} // x`, strictjson.ErrSyntax},
	{"a no-break space", "\u00a0{}", strictjson.ErrSyntax},
	{"a byte order mark", "\ufeff{}", strictjson.ErrEncoding},
	{"Latin-1", "\"\xe9\"", strictjson.ErrEncoding},
	{"an overlong form", "\"\xc0\xaf\"", strictjson.ErrEncoding},
	{"a surrogate in UTF-8", "\"\xed\xa0\x80\"", strictjson.ErrEncoding},
	{"a high surrogate alone", `"\ud83d"`, strictjson.ErrEncoding},
	{"a high surrogate and a letter", `"\ud83dx"`, strictjson.ErrEncoding},
	{"two high surrogates", `"\ud83d\ud83d"`, strictjson.ErrEncoding},
	{"a low surrogate alone", `"\ude00"`, strictjson.ErrEncoding},
	{"a low surrogate in a key", `{"\ude00":1}`, strictjson.ErrEncoding},
	{"a key twice", `{"a":1,"a":2}`, strictjson.ErrDuplicate},
	{"a key twice, once escaped", `{"a":1,"\u0061":2}`, strictjson.ErrDuplicate},
	{"a key twice, escaped in part", `{"ab":1,"a\u0062":2}`, strictjson.ErrDuplicate},
	{"a key twice as a pair", `{"\ud83d\ude00":1,"😀":2}`, strictjson.ErrDuplicate},
	{"an empty key twice", `{"":1,"":2}`, strictjson.ErrDuplicate},
	{"a key twice, deep down", `[{"a":{"b":1,"c":{},"b":2}}]`, strictjson.ErrDuplicate},
	{"a key twice among many", "{" + keys(100) + `"k7":1}`, strictjson.ErrDuplicate},
	{"a late key twice among many", "{" + keys(100) + `"k99":1}`, strictjson.ErrDuplicate},
	{"too deep", strings.Repeat("[", 65) + strings.Repeat("]", 65), strictjson.ErrLimit},
	{"too many values", "[" + strings.Repeat("0,", 100_000) + "0]", strictjson.ErrLimit},
	{"too long", `"` + strings.Repeat("a", 1<<20) + `"`, strictjson.ErrLimit},
}

func TestCheck(t *testing.T) {
	for _, text := range good {
		require.True(t, json.Valid([]byte(text)))
		assert.NoError(t, strictjson.Check([]byte(text), strictjson.Limits{}), "%.60s", text)
	}
	for _, c := range bad {
		t.Run(c.name, func(t *testing.T) {
			err := strictjson.Check([]byte(c.text), strictjson.Limits{})
			assert.ErrorIs(t, err, c.want)
			var where *strictjson.Error
			if assert.ErrorAs(t, err, &where) {
				assert.LessOrEqual(t, where.Offset, len(c.text))
			}
		})
	}
}

func TestLimits(t *testing.T) {
	deep := []byte(strings.Repeat("[", 64) + strings.Repeat("]", 64))
	assert.NoError(t, strictjson.Check(deep, strictjson.Limits{}))
	assert.ErrorIs(t, strictjson.Check(deep, strictjson.Limits{Depth: 63}), strictjson.ErrLimit)
	assert.NoError(t, strictjson.Check(deep, strictjson.Limits{Values: 64}))
	assert.ErrorIs(t, strictjson.Check(deep, strictjson.Limits{Values: 63}), strictjson.ErrLimit)
	assert.NoError(t, strictjson.Check(deep, strictjson.Limits{Bytes: 128}))
	assert.ErrorIs(t, strictjson.Check(deep, strictjson.Limits{Bytes: 127}), strictjson.ErrLimit)
}

func TestErrorRepeatsNothing(t *testing.T) {
	err := strictjson.Check([]byte(`{"ada@example.org":1,"ada@example.org":2}`), strictjson.Limits{})
	require.Error(t, err)
	assert.Equal(t, "a key stands twice in an object (at byte 21)", err.Error())
}

func TestDecode(t *testing.T) {
	var v struct {
		Name string `json:"name"`
	}
	require.NoError(t, strictjson.Decode([]byte(`{"name":"Ada"}`), &v))
	assert.Equal(t, "Ada", v.Name)
	assert.ErrorIs(t, strictjson.Decode([]byte(`{"name":"Ada","name":"Bob"}`), &v), strictjson.ErrDuplicate)
	assert.EqualError(t, strictjson.Decode([]byte(`{"name":7}`), &v), "name is of the wrong kind: found number")
	assert.EqualError(t, strictjson.Decode([]byte(`[]`), &v), "is of the wrong kind: found array")
}

func TestObject(t *testing.T) {
	members, err := strictjson.Object([]byte(`{"alg":"a","ALG":"b"}`), strictjson.Limits{})
	require.NoError(t, err)
	assert.Equal(t, map[string]json.RawMessage{"alg": []byte(`"a"`), "ALG": []byte(`"b"`)}, members)
	for _, text := range []string{`null`, `[]`, `"a"`, `1`} {
		_, err := strictjson.Object([]byte(text), strictjson.Limits{})
		assert.Error(t, err, text)
	}
}

// FuzzCheck compares with encoding/json: what is accepted must be valid there, and what is refused as not being JSON
// must not be.
func FuzzCheck(f *testing.F) {
	for _, text := range good {
		f.Add([]byte(text))
	}
	for _, c := range bad {
		if len(c.text) < 1000 {
			f.Add([]byte(c.text))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := strictjson.Check(data, strictjson.Limits{})
		if err == nil {
			require.True(t, json.Valid(data))
			return
		}
		var where *strictjson.Error
		require.ErrorAs(t, err, &where)
		require.LessOrEqual(t, where.Offset, len(data))
		if where.Kind == strictjson.ErrSyntax {
			require.False(t, json.Valid(data), "%s", err)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	data := []byte(`[{` + keys(20) + `"text":"` + strings.Repeat("naïve ", 200) + `","list":[1,2,3,{"a":true,"b":null}]}]`)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if err := strictjson.Check(data, strictjson.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
