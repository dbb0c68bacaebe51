package ob3_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/iri"
	"blazon/internal/layout"
	"blazon/internal/ob3"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var encoder = ob3.Encoder{Site: layout.Site{Base: "https://badges.example.org"}, Language: "de-CH", OB2: true}

func class() *badge.Class {
	return &badge.Class{
		Slug: "go-basics", Name: "Go <basics>", Description: "Écrit un petit programme; 書く 🏅.",
		Issuer: &badge.Issuer{
			Slug: "northwind", Name: "Northwind Académie", URL: "https://académie.example.org/à propos",
			Email: "badges@academy.example.org", Telephone: "+41441234568", Description: "Teaches.",
			Image: &badge.Image{File: "northwind.png"},
		},
		Criteria: "# How\n\nWrite *one* & test it.\n", Version: "1.2", Tags: []string{"go", "programmation & tests"},
		Type:  "Course",
		Image: &badge.Image{File: "go-basics.png", Alt: "A \"gopher\" holding a rosette"},
		Alignment: []badge.Alignment{
			{Name: "Programming", URL: "https://standards.example.net/ç?a=[1]", Description: "Writes programs.",
				Framework: "Framework", Code: "P-1"},
			{Name: "Testing", URL: "https://standards.example.net/t/4"},
		},
		Supersedes: &badge.Class{Slug: "golang-101", Version: "1"},
		Results: []badge.ResultDescription{
			{ID: "score", Name: "Score", Type: "Percent", Min: "0", Max: "100", Required: "80"},
			{ID: "état 1", Name: "Outcome", Type: "Status", Allowed: []string{"Failed", "Completed"}},
		},
	}
}

func minimal() *badge.Class {
	return &badge.Class{
		Slug: "svg-only", Name: "N", Description: "D", Image: &badge.Image{SVG: "svg-only.svg"},
		Issuer: &badge.Issuer{Slug: "n", Name: "N", URL: "https://n.example.org"},
	}
}

func TestGolden(t *testing.T) {
	claimed := map[string]bool{}
	for _, g := range []struct {
		name    string
		encoder ob3.Encoder
		class   *badge.Class
	}{
		{"full", encoder, class()},
		{"minimal", ob3.Encoder{Site: layout.Site{Base: "https://example.org/badges"}}, minimal()},
	} {
		t.Run(g.name, func(t *testing.T) {
			file := filepath.Join("testdata", "achievement-"+g.name+".json")
			claimed[file] = true
			got, err := g.encoder.Achievement(g.class)
			require.NoError(t, err)
			again, err := g.encoder.Achievement(g.class)
			require.NoError(t, err)
			assert.Equal(t, string(got), string(again))
			if *update {
				require.NoError(t, os.WriteFile(file, got, 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got))
			assert.Regexp(t, `^\{\n  "@context": \[\n    "https://www.w3.org/ns/credentials/v2",\n`, string(got))
			assert.Regexp(t, `\n\}\n$`, string(got))
		})
	}
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	for _, file := range files {
		assert.True(t, claimed[file], "no test makes %s", file)
	}
}

// TestModel checks a document against OB 3.0's table of each object: the required properties are there, no others than
// the table's are, and what may occur more than once is a list.
func TestModel(t *testing.T) {
	type table struct{ required, optional, many []string }
	tables := map[string]table{
		"Achievement": {[]string{"id", "type", "name", "description", "criteria"},
			[]string{"@context", "image", "achievementType", "alignment", "creator", "inLanguage", "related",
				"resultDescription", "tag", "version"},
			[]string{"@context", "type", "alignment", "related", "resultDescription", "tag"}},
		"Profile":   {[]string{"id", "type"}, []string{"name", "url"}, []string{"type"}},
		"Image":     {[]string{"id", "type"}, []string{"caption"}, nil},
		"Alignment": {[]string{"type", "targetName", "targetUrl"}, []string{"targetDescription", "targetFramework", "targetCode"}, []string{"type"}},
		"Related":   {[]string{"id", "type"}, []string{"inLanguage", "version"}, []string{"type"}},
		"ResultDescription": {[]string{"id", "type", "name", "resultType"},
			[]string{"allowedValue", "requiredValue", "valueMin", "valueMax"}, []string{"type", "allowedValue"}},
		"criteria": {nil, []string{"id", "narrative"}, nil},
	}
	legal := regexp.MustCompile(`^https://[!-~]+$`)
	seen := map[string]bool{}
	var walk func(kind string, object map[string]any)
	walk = func(kind string, object map[string]any) {
		if kind == "" {
			switch value := object["type"].(type) {
			case []any:
				kind = value[0].(string)
			case string:
				kind = value
			}
		}
		want, ok := tables[kind]
		require.True(t, ok, "no table for %q", kind)
		seen[kind] = true
		for _, key := range want.required {
			assert.Contains(t, object, key, kind)
		}
		for key, value := range object {
			assert.Contains(t, slices.Concat(want.required, want.optional), key, kind)
			list, many := value.([]any)
			assert.Equal(t, slices.Contains(want.many, key), many, "%s.%s", kind, key)
			assert.NotEmpty(t, value, "%s.%s", kind, key)
			if key == "id" || key == "targetUrl" || key == "url" {
				assert.Regexp(t, legal, value, "%s.%s", kind, key)
			}
			if !many {
				list = []any{value}
			}
			for _, item := range list {
				if inner, ok := item.(map[string]any); ok && key == "criteria" {
					walk("criteria", inner)
				} else if ok {
					walk("", inner)
				}
			}
		}
	}
	for _, c := range []*badge.Class{class(), minimal()} {
		data, err := encoder.Achievement(c)
		require.NoError(t, err)
		var doc map[string]any
		require.NoError(t, json.Unmarshal(data, &doc))
		walk("", doc)
	}
	assert.Len(t, seen, len(tables))
}

// TestIssuerEdits: what an issuer may change does not change what its credentials carry, but for name and url.
func TestIssuerEdits(t *testing.T) {
	before, err := encoder.Achievement(class())
	require.NoError(t, err)
	c := class()
	c.Issuer.Email, c.Issuer.Telephone, c.Issuer.Description, c.Issuer.Image = "new@example.org", "", "New.", nil
	c.Issuer.Keys, c.Issuer.DIDRoot, c.Issuer.OB3 = []badge.Key{{ID: "2026"}}, true, true
	after, err := encoder.Achievement(c)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
}

func TestResultID(t *testing.T) {
	c := class()
	data, err := encoder.Achievement(c)
	require.NoError(t, err)
	var published struct{ ResultDescription []struct{ ID string } }
	require.NoError(t, json.Unmarshal(data, &published))
	require.Len(t, published.ResultDescription, len(c.Results))
	for n := range c.Results {
		id, err := encoder.ResultID(c, &c.Results[n])
		require.NoError(t, err)
		assert.Equal(t, id, published.ResultDescription[n].ID)
	}
}

func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*badge.Class)
		message string
	}{
		"issuer":    {func(c *badge.Class) { c.Issuer.URL = "ada@example.org" }, "issuer northwind: url: "},
		"alignment": {func(c *badge.Class) { c.Alignment[1].URL = "ada@example.org" }, "class go-basics: alignment 2: url: "},
		"result":    {func(c *badge.Class) { c.Results[1].ID = "a\nb" }, "class go-basics: result 2: id: " + iri.ErrControl.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			broken := class()
			c.change(broken)
			data, err := encoder.Achievement(broken)
			require.ErrorContains(t, err, c.message)
			assert.NotContains(t, err.Error(), "@")
			assert.Nil(t, data)
		})
	}
}

func BenchmarkAchievement(b *testing.B) {
	c := class()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := encoder.Achievement(c); err != nil {
			b.Fatal(err)
		}
	}
}
