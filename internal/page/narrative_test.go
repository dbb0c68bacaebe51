package page_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/page"
)

// TestSharedNarratives renders texts for several awards, in two orders and by a renderer for each: what was rendered before
// makes no difference.
func TestSharedNarratives(t *testing.T) {
	cat := sample()
	ids := []string{cat.Awards[plainAward].ID, cat.Awards[fullAward].ID}
	texts := []string{
		"Wrote *it*.", "See [rules](/rules/), [a file](x.pdf), [up](../) and [the class](/badges/go-basics/).",
		"[own](" + cat.Site.BaseURL + "/awards/" + ids[0] + "/assertion.json) [other](../" + ids[1] + "/)",
		"[own](/awards/&#97;" + ids[0][1:] + "/)", "[none](/awards/-/)", "*Plain*", "", "# A\n\n**b**",
	}
	awards := []*badge.Award{cat.Awards[plainAward], cat.Awards[fullAward]}
	awards[0].Details, awards[1].Details = &badge.Details{}, &badge.Details{}
	make := func(r *page.Renderer, a *badge.Award, text string) string {
		a.Details.Narrative = text
		a.Details.Evidence = []badge.Evidence{{Narrative: text}}
		doc, err := r.Award(a)
		require.NoError(t, err)
		return string(doc)
	}
	want := map[string]string{}
	for n, a := range awards {
		for _, text := range texts {
			want[fmt.Sprint(n, text)] = make(renderer(t, cat), a, text)
		}
	}
	for _, first := range []int{0, 1} {
		r := renderer(t, cat)
		for range 2 {
			for i := range awards {
				n := (i + first) % 2
				for _, text := range texts {
					assert.Equal(t, want[fmt.Sprint(n, text)], make(r, awards[n], text))
				}
			}
		}
	}
	assert.Contains(t, want["0"+texts[2]], `<a href="assertion.json">own</a> <a href="../`+ids[1]+`/">other</a>`)
	assert.Contains(t, want["1"+texts[2]], `<a href="../`+ids[0]+`/assertion.json">own</a> <a href="./">other</a>`)
	assert.Contains(t, want["0"+texts[4]], `<a href="../-/">none</a>`)
	assert.Contains(t, want["0"+texts[3]], `<a href="./">own</a>`)
}

// TestNarrativesAreBounded renders more texts than are kept.
func TestNarrativesAreBounded(t *testing.T) {
	cat := sample()
	r := renderer(t, cat)
	a := cat.Awards[plainAward]
	most := 0
	for n := range 1200 {
		a.Details = &badge.Details{Narrative: fmt.Sprintf("*%d* %s", n, strings.Repeat("word ", 200))}
		doc, err := r.Award(a)
		require.NoError(t, err)
		require.Contains(t, string(doc), fmt.Sprintf("<em>%d</em> word", n))
		size := r.Rendered()
		require.LessOrEqual(t, size, page.MaxRendered)
		most = max(most, size)
	}
	assert.Greater(t, most, page.MaxRendered/2)
	before := r.Rendered()
	a.Details.Narrative = "*long* " + strings.Repeat("word ", 9000)
	_, err := r.Award(a)
	require.NoError(t, err)
	assert.Equal(t, before, r.Rendered(), "a long text is not kept")
}
