package ob2_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/layout"
	"blazon/internal/ob2"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden lists every document of this package in every shape that it takes.
var golden = []struct {
	name string
	make func() ([]byte, error)
}{
	{"profile-full", func() ([]byte, error) { return ob2.Profile(site, issuer()) }},
	{"profile-minimal", func() ([]byte, error) {
		return ob2.Profile(layout.Site{Base: "https://localhost:8443/badges"}, &badge.Issuer{
			Slug: "n", Name: "N", URL: "https://n.example.org", Email: "n@example.org", Image: &badge.Image{SVG: "n.svg"},
		})
	}},
	{"class-full", func() ([]byte, error) { return ob2.Class(site, class()) }},
	{"class-minimal", func() ([]byte, error) {
		return ob2.Class(layout.Site{Base: "https://example.org/badges"}, &badge.Class{
			Slug: "svg-only", Issuer: issuer(), Name: "N", Description: "D", Image: &badge.Image{SVG: "svg-only.svg"},
		})
	}},
	{"assertion-full", func() ([]byte, error) { return ob2.Assertion(site, full()) }},
	{"assertion-email", func() ([]byte, error) { return ob2.Assertion(site, award(badge.Email, mail)) }},
	{"assertion-url", func() ([]byte, error) { return ob2.Assertion(site, award(badge.URL, page)) }},
	{"assertion-telephone", func() ([]byte, error) { return ob2.Assertion(site, award(badge.Telephone, phone)) }},
	{"assertion-hash", func() ([]byte, error) {
		return ob2.Assertion(site, with(award(badge.Email, ""), func(a *badge.Award) {
			a.Recipient.Hash, a.Recipient.Salt = hidden, "deadsea"
		}))
	}},
	{"assertion-svg", func() ([]byte, error) {
		return ob2.Assertion(site, with(award(badge.Email, mail), func(a *badge.Award) {
			a.Class.Image = &badge.Image{SVG: "go-basics.svg"}
		}))
	}},
	{"assertion-revoked", func() ([]byte, error) { return ob2.Assertion(site, revoked(full(), "Issued in error")) }},
	{"assertion-revoked-silently", func() ([]byte, error) { return ob2.Assertion(site, revoked(full(), "")) }},
	{"assertion-erased", func() ([]byte, error) { return ob2.Assertion(site, erased(full())) }},
	{"twin-full", func() ([]byte, error) { return ob2.Twin(site, full()) }},
	{"twin-email", func() ([]byte, error) { return ob2.Twin(site, award(badge.Email, mail)) }},
	{"twin-evidence-one", func() ([]byte, error) {
		return ob2.Twin(site, with(full(), func(a *badge.Award) { a.Details.Evidence = a.Details.Evidence[:1] }))
	}},
	{"twin-evidence-words", func() ([]byte, error) {
		return ob2.Twin(site, with(full(), func(a *badge.Award) { a.Details.Evidence = a.Details.Evidence[1:] }))
	}},
	{"twin-revoked", func() ([]byte, error) { return ob2.Twin(site, revoked(full(), "Issued in error")) }},
	{"twin-erased", func() ([]byte, error) { return ob2.Twin(site, erased(full())) }},
}

func TestGolden(t *testing.T) {
	claimed := map[string]bool{}
	for _, g := range golden {
		t.Run(g.name, func(t *testing.T) {
			file := filepath.Join("testdata", g.name+".json")
			claimed[file] = true
			got, err := g.make()
			require.NoError(t, err)
			again, err := g.make()
			require.NoError(t, err)
			assert.Equal(t, string(got), string(again))
			if *update {
				require.NoError(t, os.WriteFile(file, got, 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got))
			assert.True(t, json.Valid(got))
		})
	}
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	for _, file := range files {
		assert.True(t, claimed[file], "no test makes %s", file)
	}
}
