package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/model"
	"blazon/internal/schema"
)

func TestNames(t *testing.T) {
	assert.Equal(t, []string{"site", "issuer", "badge", "awards", "page"}, schema.Names())
	_, err := schema.Make("sites")
	assert.EqualError(t, err, `no schema "sites": the schemas are site, issuer, badge, awards, page`)
}

func TestSchemaIsSchema(t *testing.T) {
	meta, err := jsonschema.NewCompiler().Compile(schema.Dialect)
	require.NoError(t, err)
	for _, name := range append(schema.Names(), "") {
		data, err := schema.Make(name)
		require.NoError(t, err)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		require.NoError(t, err)
		assert.NoError(t, meta.Validate(doc), name)
		assert.True(t, bytes.HasSuffix(data, []byte("}\n")))
		again, err := schema.Make(name)
		require.NoError(t, err)
		assert.Equal(t, string(data), string(again))
		for i, line := range strings.Split(string(data), "\n") {
			assert.Less(t, len(line), 400, "%s, line %d", name, i+1)
		}
	}
}

// Every value keeps its order, and what may stand on one line does.
func TestLayout(t *testing.T) {
	data, err := schema.Make("page")
	require.NoError(t, err)
	assert.Equal(t, `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "content/pages/**/*.md",`, strings.Join(strings.SplitN(string(data), "\n", 4)[:3], "\n"))
	assert.Contains(t, string(data), `
    "nav": {
      "description": "Its place in the site's navigation; without it the page is not in it.",
      "type": "integer",
      "minimum": 1,
      "maximum": 1000
    }
  },
  "required": ["title"],
  "additionalProperties": false
}
`)
}

// A key's keywords follow from the model alone.
func TestEveryKeyIsDescribed(t *testing.T) {
	data, err := schema.Make("")
	require.NoError(t, err)
	var doc struct {
		AnyOf []map[string]string
		Defs  map[string]struct {
			Properties map[string]map[string]any
			AnyOf      []any
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(data, &doc))
	assert.Len(t, doc.AnyOf, len(model.Files()))
	keys := 0
	for name, def := range doc.Defs {
		assert.True(t, len(def.Properties) > 0 || len(def.AnyOf) > 0, name)
		for key, property := range def.Properties {
			keys++
			assert.NotEmpty(t, property["description"], "%s.%s", name, key)
		}
	}
	assert.Greater(t, keys, 90)
}

// The examples pass the schemas that they stand in.
func TestExamples(t *testing.T) {
	examples := 0
	for _, name := range schema.Names() {
		data, err := schema.Make(name)
		require.NoError(t, err)
		var doc map[string]any
		require.NoError(t, json.Unmarshal(data, &doc))
		var visit func(v any)
		visit = func(v any) {
			switch v := v.(type) {
			case []any:
				for _, item := range v {
					visit(item)
				}
			case map[string]any:
				for _, item := range v {
					visit(item)
				}
				given, ok := v["examples"].([]any)
				if !ok {
					return
				}
				alone := maps.Clone(v)
				if defs, ok := doc["$defs"]; ok {
					alone["$defs"] = defs
				}
				c := jsonschema.NewCompiler()
				require.NoError(t, c.AddResource("example.json", alone))
				s, err := c.Compile("example.json")
				require.NoError(t, err)
				for _, e := range given {
					examples++
					assert.NoError(t, s.Validate(e), "%s: %v", name, e)
				}
			}
		}
		visit(doc)
	}
	assert.Greater(t, examples, 20)
}

// The long lists of words, each in the loader and in the schema.
func TestWords(t *testing.T) {
	badge := compile(t, "badge")
	for _, f := range model.Files() {
		if f.Name != "badge" {
			continue
		}
		for _, w := range model.AchievementTypes {
			file := load(t, f, "content/badges/x.yaml", fmt.Appendf(nil, "name: x\ndescription: x\ntype: %s\n", w))
			assert.Empty(t, file.problems, w)
			assert.NoError(t, badge.Validate(file.value(t)), w)
		}
		for _, w := range model.ResultTypes {
			file := load(t, f, "content/badges/x.yaml", fmt.Appendf(nil, "name: x\ndescription: x\nresults: [{id: a, name: a, type: %s}]\n", w))
			assert.Empty(t, file.problems, w)
			assert.NoError(t, badge.Validate(file.value(t)), w)
		}
		return
	}
	t.Fatal("no badge in the model")
}

// Patterns are read by Go and by ECMA-262 (ECMA-262 §22.2, with the u flag): only what both understand alike may stand
// in them.
func TestPatternsArePortable(t *testing.T) {
	data, err := schema.Make("")
	require.NoError(t, err)
	patterns := regexp.MustCompile(`"pattern": ("(?:[^"\\]|\\.)*")`).FindAllSubmatch(data, -1)
	require.NotEmpty(t, patterns)
	for _, m := range patterns {
		var p string
		require.NoError(t, json.Unmarshal(m[1], &p))
		assert.Regexp(t, `^\^.*\$$`, p)
		assert.NotRegexp(t, `\(\?|\[\[:|\\[AzZQEpPdDwWsSbBCk]|[*+?}][+?]|\(\*`, p, "a construct that differs")
		_, err := regexp.Compile(p)
		assert.NoError(t, err)
	}
}
