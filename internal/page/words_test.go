package page_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/page"
)

func TestWords(t *testing.T) {
	for source, want := range map[string]bool{
		"Finished first.": true,
		"Wrote \"kestrel\" (a tool), and/or tested it; 100% of it.\nThen: more - by night?\n\n\nÄlter als 1.0.": true,
		"ليلى كتبت":              true,
		"it’s 3–4":               true,
		"1. a":                   false,
		"- a":                    false,
		"a\n- b":                 false,
		"a\n1) b":                false,
		"a\n===":                 false,
		"a  \nb":                 false,
		"a \nb":                  false,
		"a\n b":                  false,
		"a\n\n    b":             false,
		"a *b*":                  false,
		"a_b":                    false,
		"a~b":                    false,
		"a & b":                  false,
		"a < b":                  false,
		"a `b`":                  false,
		"a\\b":                   false,
		"a [b]":                  false,
		"a | b":                  false,
		"a!":                     false,
		"a # b":                  false,
		"a\tb":                   false,
		"a\r\nb":                 false,
		"see https://a.example/": false,
		"a\x00b":                 false,
		"a:":                     false,
	} {
		html, ok := page.Words(source)
		assert.Equal(t, want, ok, source)
		if ok {
			parsed, err := page.Parsed(source)
			require.NoError(t, err)
			assert.Equal(t, parsed, html)
		}
	}
}

// TestWordsAreWhatTheParserMakes makes texts of pieces that lie close to markup.
func TestWordsAreWhatTheParserMakes(t *testing.T) {
	pieces := []string{"a", "Word", "é", "字", "\u00a0", "\u2028", "\u3000", "1", "1.", "1)", " ", "  ", "\n", "\n\n", "-", "--", "---", ".", ",", ";", ":", ": ", "/", "//",
		"http", "https", "www.", "ftp", "@", "(", ")", "'", "\"", "?", "%", "x.org", "mailto", "!", "*", "=", "+", "#", "amp;", "\t", "\U0001F600", "\ufeff", "\u200b"}
	random := rand.New(rand.NewPCG(1, 2))
	plain := 0
	for range 60_000 {
		var b strings.Builder
		for range 1 + random.IntN(9) {
			piece := pieces[random.IntN(len(pieces))]
			if random.IntN(3) == 0 {
				piece = pieces[random.IntN(2)]
			}
			b.WriteString(piece)
		}
		source := strings.TrimSpace(b.String())
		html, ok := page.Words(source)
		if !ok || source == "" {
			continue
		}
		plain++
		parsed, err := page.Parsed(source)
		require.NoError(t, err)
		require.Equal(t, parsed, html, "%q", source)
	}
	assert.Greater(t, plain, 6_000)
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{"Finished first.", "a\nb\n\nc", "see: \"it\" (1), 2/3; 4%?", "a\n1. b", "é\u00a0\nü", "A-b - c -- d", "a://b", "x\n\n\n\ny"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		source = strings.TrimSpace(strings.ToValidUTF8(source, "\uFFFD"))
		if len(source) > 1<<12 || source == "" {
			return
		}
		html, ok := page.Words(source)
		if !ok {
			return
		}
		parsed, err := page.Parsed(source)
		require.NoError(t, err)
		require.Equal(t, parsed, html)
	})
}
