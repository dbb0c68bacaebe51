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

// TestMoulds makes the pages of all kinds of awards whole and from moulds: they are the same, whatever the templates are.
func TestMoulds(t *testing.T) {
	given := func(name string) string {
		text, err := fs.ReadFile(templates.FS, name)
		require.NoError(t, err)
		return string(text)
	}
	layout := given("layout.html")
	around := func(before, after string) map[string]string {
		return map[string]string{"layout.html": "<html>" + before + `{{template "main" .}}` + after + "</html>"}
	}
	open := map[string]string{"layout.html": `{{template "main" .}}">x</p>`}
	for _, name := range []string{"404.html", "catalogue.html", "class.html", "holders.html", "home.html", "issuer-badges.html", "issuer.html", "page.html"} {
		open[name] = title + `{{define "main"}}<p title="{{end}}`
	}
	open["award.html"] = title + `{{define "main"}}<p title="{{.Name}}{{end}}`
	tests := map[string]struct {
		files map[string]string
		used  bool
	}{
		"given":                  {nil, true},
		"address in many places": {around(`<a href="{{.Canonical}}" title='{{.Canonical}}'>{{.Canonical}}</a><a href="https://share.example/?u={{.Canonical}}">`, `</a><p data-x={{.Canonical}}>`), true},
		"address in a script":    {around(`<script>let x = {{.Canonical}}, y = "{{.Canonical}}"</script>`, ""), true},
		"links and variables":    {around(`{{$f := .Frame}}<a href="{{.Href "about/"}}">{{with $f.Canonical}}{{.}}{{end}}{{if $f.NoIndex}}x{{else}}y{{end}}</a>`, `<i>{{$f.Asset "style.css"}}</i>`), true},
		"part":                   {map[string]string{"layout.html": layout, "header.html": given("header.html"), "x/top.html": "{{.Canonical}}"}, true},
		"called part":            {map[string]string{"layout.html": `{{template "x/top.html" .}}{{template "main" .}}`, "x/top.html": "<b>{{.Canonical}}</b>"}, true},
		"only the main part":     {map[string]string{"layout.html": `{{template "main" .}}`}, true},
		"length":                 {around(`{{len .Canonical}}`, ""), false},
		"pipeline":               {around(`{{.Canonical | printf "%.30s"}}`, ""), false},
		"slice":                  {around(`{{with .Canonical}}{{slice . 3 30}}{{end}}`, ""), false},
		"comparison":             {around(`{{if eq .Canonical "https://badges.example.org/academy/awards/award000000000000000000001/"}}first{{end}}`, ""), false},
		"in a called part":       {map[string]string{"layout.html": `{{template "x/top.html" .}}{{template "main" .}}`, "x/top.html": "{{len .Canonical}}"}, false},
		"title":                  {map[string]string{"layout.html": `<title>{{template "title" .}}</title>{{template "main" .}}`}, false},
		"title with a name":      {map[string]string{"layout.html": `<title>{{template "title" .}}</title>{{template "main" .}}`, "award.html": strings.Replace(given("award.html"), "{{else}}{{.Badge.Name}}", "{{else}}{{.Name}}", 1)}, false},
		"loop":                   {around(`{{range $c := .Canonical}}{{$c}}{{end}}`, ""), false},
		"main twice":             {around(`{{template "main" .}}`, ""), false},
		"main in another place":  {around("<textarea>", "</textarea>"), false},
		"main is not closed":     {open, false},
		"main in a branch":       {map[string]string{"layout.html": `{{if .NoIndex}}{{template "main" .}}{{else}}<i>{{template "main" .}}</i>{{end}}`}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cat := sample()
			moulded, err := page.New(cat, with(t, test.files), assets, true)
			require.NoError(t, err)
			whole, err := page.New(cat, with(t, test.files), assets, true)
			require.NoError(t, err)
			whole.WithoutMoulds()
			for _, a := range cat.Awards {
				for _, public := range []bool{true, false} {
					a.Public = public
					want, wantErr := whole.Award(a)
					got, err := moulded.Award(a)
					require.Equal(t, wantErr, err)
					require.Equal(t, string(want), string(got), "award %s", a.ID)
					if err == nil {
						assert.Equal(t, test.used, moulded.Moulded(a), "a mould of %s", a.ID)
					}
				}
			}
			assert.False(t, whole.Moulded(cat.Awards[0]))
		})
	}
}

// TestMouldsHoldNoOtherAward has an award among others whose page is made first.
func TestMouldsHoldNoOtherAward(t *testing.T) {
	cat := sample()
	r := renderer(t, cat)
	for _, a := range cat.Awards {
		doc, err := r.Award(a)
		require.NoError(t, err)
		for _, other := range cat.Awards {
			named := a.Revoked != nil && a.Revoked.ReissuedAs.ID == other.ID
			assert.Equal(t, other == a || named, strings.Contains(string(doc), other.ID))
		}
		assert.NotRegexp(t, "mould|award2award|xeqtr", string(doc))
	}
	assert.Equal(t, badge.Valid, cat.Awards[0].State())
}
