package page_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/page"
	"blazon/templates"
)

// TestCasts makes pages of awards that differ in little, whole and from casts: they are the same, whatever the template
// does with a name.
func TestCasts(t *testing.T) {
	given, err := fs.ReadFile(templates.FS, "award.html")
	require.NoError(t, err)
	main := func(text string) map[string]string {
		return map[string]string{"award.html": title + `{{define "main"}}` + text + `{{end}}`}
	}
	tests := map[string]struct {
		files map[string]string
		used  bool
	}{
		"given":                {nil, true},
		"name in places":       {main(`<p title="{{.Name}}" data-x='{{.Name}}'>{{.Name}}{{.Frame.Canonical}}</p><textarea>{{.Name}}</textarea>`), true},
		"variable":             {main(`{{$n := .Name}}<p>{{with .Expires}}{{.HTML}}{{else}}{{$n}}{{end}}{{$.Name}}</p>`), true},
		"in a comment":         {main(`<!-- {{.Name}} --><p>{{.Name}}</p>`), true},
		"called part":          {map[string]string{"award.html": title + `{{define "main"}}{{template "x/top.html" .}}{{end}}`, "x/top.html": "<b>{{.Name}}</b>"}, true},
		"what most have not":   {main(`{{if .Revoked}}{{len .Name}}{{else}}<p>{{.Name}}</p>{{end}}{{range .Evidence}}{{len .Name}}{{end}}`), true},
		"name in a link":       {main(`<a href="/?n={{.Name}}">x</a>`), false},
		"name as a link":       {main(`<a href="{{.Name}}">x</a>`), false},
		"name in a script":     {main(`<script>let n = {{.Name}}, m = "{{.Name}}"</script>`), false},
		"name in a style":      {main(`<p style="content: '{{.Name}}'">x</p>`), false},
		"name without quotes":  {main(`<p title={{.Name}}>x</p>`), false},
		"name of an attribute": {main(`<p {{.Name}}="x">x</p>`), false},
		"in two ways":          {main(`<p title={{.Name}}>{{.Name}}</p>`), false},
		"length":               {main(`<p>{{len .Name}}{{.Name}}</p>`), false},
		"comparison":           {main(`<p>{{if eq .Name "Grace H."}}first{{end}}{{.Name}}</p>`), false},
		"pipeline":             {main(`<p>{{.Name | printf "%.4s"}}</p>`), false},
		"slice of the address": {main(`<p>{{slice .Frame.Canonical 3 60}}{{.Name}}</p>`), false},
		"letters":              {main(`<p>{{range $c := .Name}}{{$c}}{{end}}</p>`), false},
		"in a called part":     {map[string]string{"award.html": title + `{{define "main"}}{{template "x/top.html" .}}{{end}}`, "x/top.html": "<b>{{len .Name}}</b>"}, false},
		"own template":         {map[string]string{"award.html": title + `{{define "n"}}{{len .Name}}{{end}}{{define "main"}}{{template "n" .}}{{end}}`}, false},
		"given with a length":  {map[string]string{"award.html": strings.Replace(string(given), `dir="auto">{{.}}</p>`, `dir="auto">{{.}} {{len .}}</p>`, 1)}, false},
	}
	names := []string{"Grace H.", "Ada", "Ada <b>&\"'+`=\x00</script>", "", "javascript:alert(1)", "é\u2028\U0001f3c5]]>", "Grace H.", " x ", "%41\\u0041", "-->"}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cat := sample()
			cast, err := page.New(cat, with(t, test.files), assets, true)
			require.NoError(t, err)
			whole, err := page.New(cat, with(t, test.files), assets, true)
			require.NoError(t, err)
			whole.WithoutMoulds()
			used := false
			for _, a := range cat.Awards {
				original := *a
				for round := range 5 * len(names) {
					a.Public = round%2 == 0
					if round >= 2*len(names) {
						a.Public, a.Expires = false, original.Expires
						if round >= 4*len(names) {
							a.Expires = on("2031-01-01")
						}
					}
					if original.Details == nil || len(original.Details.Evidence) == 0 {
						a.Details = &badge.Details{Name: names[round%len(names)]}
					}
					want, wantErr := whole.Award(a)
					got, err := cast.Award(a)
					require.Equal(t, wantErr, err)
					require.Equal(t, string(want), string(got), "award %s, round %d", a.ID, round)
				}
				used = used || cast.Cast(a)
			}
			assert.Equal(t, test.used, used)
		})
	}
}
