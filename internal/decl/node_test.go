package decl_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
)

func TestPlainScalars(t *testing.T) {
	kinds := map[decl.Kind][]string{
		decl.Null:    {"", "~", "null", "Null", "NULL"},
		decl.Bool:    {"true", "True", "TRUE", "false", "False", "FALSE"},
		decl.Integer: {"0", "7", "-1", "+1", "007", "0777", "08", "0o17", "0x1F", "0xdeadBEEF", "123456789012345678901234567890"},
		decl.Float:   {"1.0", "1.", ".5", "-.5", "+1.5", "1e3", "1E3", "1e+3", "1.5e-3", "0.0", ".inf", ".Inf", ".INF", "-.inf", "+.INF", ".nan", ".NaN", ".NAN"},
		decl.Text: {"yes", "no", "on", "off", "y", "n", "Yes", "NO", "nULL", "tRUE", "nil", "none", "1_000", "0b101", "0o18", "0x", "0xG", "-0o17", "+0x1F", "1:30",
			"190:20:30", "2026-03-14", "2026-03-14T18:30:00Z", "1.2.3", "1e", "e3", ".", "..", "-", "+", "--1", "1-2", "inf", "nan", "+.nan", ".Nan", ".iNF", "1,000", "=", "v1", "１"},
	}
	for kind, spellings := range kinds {
		for _, s := range spellings {
			t.Run(kind.String()+" "+s, func(t *testing.T) {
				data := "a: " + s + "\n"
				if s == "-" {
					data = "a: \"-\"\n" // a dash alone is an item
				}
				f, problems := decl.Parse("a.yaml", []byte(data))
				require.Empty(t, problems)
				n := f.Root.Field("a")
				assert.Equal(t, kind, n.Kind())
				assert.Equal(t, s, n.Text())
				quoted, problems := decl.Parse("a.yaml", []byte("a: '"+s+"'\n"))
				require.Empty(t, problems)
				assert.Equal(t, decl.Text, quoted.Root.Field("a").Kind())
			})
		}
	}
}

func TestTags(t *testing.T) {
	for data, kind := range map[string]decl.Kind{
		"!!str 7":                    decl.Text,
		"!!str true":                 decl.Text,
		"!!str":                      decl.Text,
		"!<tag:yaml.org,2002:str> 7": decl.Text,
		"!!int 7":                    decl.Odd,
		"!!int \"7\"":                decl.Odd,
		"!!bool yes":                 decl.Odd,
		"!!null x":                   decl.Odd,
		"!own x":                     decl.Odd,
		"!own [x]":                   decl.Odd,
		"!own {a: b}":                decl.Odd,
		"!!seq [x]":                  decl.List,
		"!!map {a: b}":               decl.Map,
		"!!set {a, b}":               decl.Odd,
		"!!omap [a: b]":              decl.Odd,
		"!!timestamp 2026-03-14":     decl.Odd,
		"!!binary aGk=":              decl.Odd,
		"[x]":                        decl.List,
		"{a: b}":                     decl.Map,
		"&anchor 7":                  decl.Integer,
		"|\n  7":                     decl.Text,
		">\n  7":                     decl.Text,
	} {
		f, problems := decl.Parse("a.yaml", []byte("x: "+data+"\n"))
		require.Empty(t, problems, data)
		assert.Equal(t, kind, f.Root.Field("x").Kind(), data)
	}
}

func TestInt(t *testing.T) {
	for s, want := range map[string]int{"0": 0, "7": 7, "+7": 7, "-7": -7, "007": 7, "0o17": 15, "0x1F": 31, "2147483647": math.MaxInt32, "-2147483648": math.MinInt32} {
		f, _ := decl.Parse("a.yaml", []byte(s))
		v, ok := f.Root.Int()
		assert.True(t, ok, s)
		assert.Equal(t, want, v, s)
	}
	for _, s := range []string{"2147483648", "-2147483649", "99999999999999999999", "1.0", `"1"`, "x", "true", "[1]", "0o777777777777777777777777"} {
		f, _ := decl.Parse("a.yaml", []byte(s))
		_, ok := f.Root.Int()
		assert.False(t, ok, s)
	}
}

func TestValue(t *testing.T) {
	f, problems := decl.Parse("a.yaml", []byte(`
text: x
quoted: "7"
number: 0x1F
huge: 99999999999999999999
float: 1.5
truth: True
nothing: ~
list: [a, 1, &m {b: c}]
alias: *m
tagged: !own 7
tagged-list: !own [7]
`))
	require.Empty(t, problems)
	assert.Equal(t, map[string]any{
		"text": "x", "quoted": "7", "number": int64(31), "huge": int64(math.MaxInt64), "float": 1.5, "truth": true, "nothing": nil,
		"list": []any{"a", int64(1), map[string]any{"b": "c"}}, "alias": map[string]any{"b": "c"}, "tagged": int64(7), "tagged-list": []any{int64(7)},
	}, f.Root.Value())
}

// No value at all answers as an empty text would.
func TestZeroNode(t *testing.T) {
	var n decl.Node
	assert.False(t, n.Exists())
	assert.Equal(t, decl.Absent, n.Kind())
	assert.Empty(t, n.Text())
	assert.Zero(t, n.Len())
	assert.Zero(t, n.Pos())
	assert.Nil(t, n.Value())
	assert.Empty(t, n.Anchor())
	assert.False(t, n.IsTrue() || n.IsFlow() || n.IsQuoted() || n.IsBlockScalar() || n.IsTagged())
	assert.Equal(t, n, n.Field("a"))
	for range n.Items() {
		assert.Fail(t, "an item")
	}
	for range n.Pairs() {
		assert.Fail(t, "a pair")
	}
}

func TestNode(t *testing.T) {
	f, problems := decl.Parse("content/a.yaml", []byte("flow: [a, b]\nblock:\n  - a\nalias: &x {y: z}\nuse: *x\ntext: |\n  z\nsingle: 'q'\ndouble: \"q\"\ntag: !!str 7\n"))
	require.Empty(t, problems)
	r := f.Root
	assert.Equal(t, 8, r.Len())
	assert.Equal(t, 2, r.Field("flow").Len())
	assert.True(t, r.Field("flow").IsFlow())
	assert.False(t, r.Field("block").IsFlow())
	assert.Equal(t, "x", r.Field("alias").Anchor())
	assert.True(t, r.Field("use").IsAlias())
	assert.False(t, r.Field("alias").IsAlias())
	assert.Equal(t, "z", r.Field("use").Field("y").Text())
	assert.Equal(t, 5, r.Field("use").Pos().Line, "where it is used")
	assert.Equal(t, "content/a.yaml", r.Field("use").Pos().File)
	assert.True(t, r.Field("text").IsBlockScalar())
	assert.True(t, r.Field("single").IsQuoted())
	assert.True(t, r.Field("double").IsQuoted())
	assert.False(t, r.Field("tag").IsQuoted())
	assert.True(t, r.Field("tag").IsTagged())
	assert.False(t, r.Field("missing").Exists())
}
