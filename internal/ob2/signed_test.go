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

// TestStolenKey: what a stolen key signed counts no more, so the Profile does not name it; one that was only lost stays.
func TestStolenKey(t *testing.T) {
	for reason, want := range map[string]any{
		"":       []any{"a", "b"},
		"lost":   []any{"a", "b"},
		"stolen": "b",
	} {
		i := issuer()
		i.Signed = true
		i.Keys = []badge.Key{{ID: "ed", Type: badge.Ed25519}, {ID: "a", Type: badge.RSA}, {ID: "b", Type: badge.RSA}}
		if reason != "" {
			i.Keys[1].Resigned = &badge.Resigning{With: "b", Stolen: reason == "stolen"}
		}
		data, err := ob2.Profile(site, i)
		require.NoError(t, err)
		var profile struct{ PublicKey any }
		require.NoError(t, json.Unmarshal(data, &profile))
		url := func(id any) any { return site.URL(layout.IssuerKey(i.Slug, id.(string))) }
		if list, ok := want.([]any); ok {
			want = []any{url(list[0]), url(list[1])}
		} else {
			want = url(want)
		}
		assert.Equal(t, want, profile.PublicKey, reason)
		var key map[string]any
		require.NoError(t, json.Unmarshal(ob2.Key(site, i, &i.Keys[1]), &key))
		assert.Equal(t, reason == "stolen", key["revoked"] == true, reason)
		assert.Equal(t, reason != "stolen", key["publicKeyPem"] != nil && key["owner"] != nil, reason)
	}
}
