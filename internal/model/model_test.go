package model_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/model"
)

// objects are all mappings of the model by their names.
func objects(t *testing.T) map[string]*model.Object {
	t.Helper()
	all := make(map[string]*model.Object)
	var collect func(*model.Type)
	collect = func(typ *model.Type) {
		switch typ.Kind {
		case model.List:
			collect(typ.Item)
		case model.Choice:
			for _, c := range typ.Choices {
				collect(c)
			}
		case model.Map:
			if before, ok := all[typ.Object.Name]; ok {
				assert.Equal(t, before.Keys(), typ.Object.Keys(), "two objects named %s", typ.Object.Name)
				return
			}
			all[typ.Object.Name] = typ.Object
			for _, f := range typ.Object.Fields {
				collect(f.Type)
			}
		}
	}
	for _, f := range model.Files() {
		collect(f.Type)
	}
	return all
}

// What the schema, the reference and the messages are made of is there, and fits together.
func TestModelIsWhole(t *testing.T) {
	for _, f := range model.Files() {
		assert.NotEmpty(t, f.Doc)
		assert.True(t, strings.HasPrefix(f.Pattern, "content/"), f.Pattern)
	}
	all := objects(t)
	assert.Greater(t, len(all), 12)
	for name, o := range all {
		seen := make(map[string]bool)
		for _, f := range o.Fields {
			at := name + "." + f.Key
			assert.False(t, seen[f.Key], "%s twice", at)
			seen[f.Key] = true
			assert.Regexp(t, `^[a-z][a-z_]*$`, f.Key)
			assert.True(t, strings.HasSuffix(f.Doc, "."), "%s: a sentence", at)
			assert.NotEmpty(t, f.Type.Noun, at)
			assert.NotRegexp(t, `^[A-Z]`, strings.TrimPrefix(f.Type.Noun, "Markdown"), at)
			if f.Required {
				assert.Empty(t, f.Default, at)
				assert.True(t, f.Example != "" || f.Type.Enum != nil || f.Type.Kind == model.List, "%s: the hint has nothing to show", at)
			}
		}
		together := slices.Concat(o.OneOf, o.AnyOf, o.Pair)
		assert.True(t, o.Pair == nil || len(o.Pair) == 2, name)
		for k, others := range o.Needs {
			together = append(append(together, k), others...)
		}
		for k, others := range o.Alone {
			together = append(append(together, k), others...)
		}
		for _, k := range together {
			assert.True(t, seen[k], "%s has no key %s", name, k)
		}
		for k, hint := range o.Elsewhere {
			assert.False(t, seen[k], "%s.%s is a key", name, k)
			assert.NotEmpty(t, hint)
		}
	}
}

// A recipient's identity is secret wherever it stands.
func TestSecrets(t *testing.T) {
	holds := map[string]bool{"award": true, "award-with-defaults": true, "award-file": true, "recipient": true}
	for name, o := range objects(t) {
		assert.Equal(t, holds[name], o.HoldsSecret(), name)
	}
	for _, key := range []string{"email", "url", "telephone", "did", "hash", "salt"} {
		f, ok := objects(t)["recipient"].Field(key)
		assert.True(t, ok && f.Secret, key)
	}
	for _, f := range model.Files() {
		assert.Equal(t, f.Name == "awards", f.Type.HoldsSecret(), f.Name)
	}
}

func TestField(t *testing.T) {
	o := objects(t)["site"]
	f, ok := o.Field("title")
	assert.True(t, ok)
	assert.Equal(t, "title", f.Key)
	_, ok = o.Field("titel")
	assert.False(t, ok)
	assert.Equal(t, []string{"format", "base_url", "title"}, o.Keys()[:3])
}
