package ob2_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/layout"
	"blazon/internal/ob2"
)

// TestWhatXMLCannotHold has nothing in a document that would end the CDATA section of a baked SVG or has no place in XML.
func TestWhatXMLCannotHold(t *testing.T) {
	for _, name := range []string{"a]]>b", "]]>", "]]]>>", "a\ufffeb\uffff", "x > y"} {
		data, err := ob2.Class(layout.Site{Base: "https://badges.example.org"}, &badge.Class{
			Slug: "c", Name: name, Description: "D", Issuer: issuer(), Image: &badge.Image{File: "c.png"}})
		require.NoError(t, err)
		for _, cannot := range []string{"]]>", "\ufffe", "\uffff"} {
			assert.NotContains(t, string(data), cannot)
		}
		var read struct{ Name string }
		require.NoError(t, json.Unmarshal(data, &read))
		assert.Equal(t, name, read.Name)
	}
}
