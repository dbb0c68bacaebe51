package rdfc_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/rdfc"
)

// complete is the graph in which every node leads to every other.
func complete(n int) string {
	var b strings.Builder
	for i := range n {
		for j := range n {
			if i != j {
				fmt.Fprintf(&b, "_:x%d <p:> _:x%d .\n", i, j)
			}
		}
	}
	return b.String()
}

// twins is a tree of nodes with two equal children each.
func twins(depth int) string {
	var b strings.Builder
	for i := 1; i < 1<<depth; i++ {
		fmt.Fprintf(&b, "_:x%d <p:> _:x%d .\n_:x%d <p:> _:x%d .\n", i, 2*i, i, 2*i+1)
	}
	return b.String()
}

// ring is n nodes in a circle, none of which differs from the next.
func ring(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "_:x%d <p:> _:x%d .\n", i, (i+1)%n)
	}
	return b.String()
}

// TestPoison: datasets of a few kilobytes that would take years end with an error, and end soon. That they do is seen
// by the test ending.
func TestPoison(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"a complete graph", complete(12)},
		{"a large complete graph", complete(120)},
		{"a tree of twins", twins(9)},
		{"a ring too long to follow", ring(30_000)},
		{"a star of stars", func() string {
			var b strings.Builder
			for i := range 40 {
				for j := range 40 {
					fmt.Fprintf(&b, "_:x%d <p:> _:y%d_%d .\n", i, i, j)
				}
			}
			return b.String()
		}()},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := rdfc.Canonicalize(parse(t, c.text), rdfc.Limits{})
			assert.ErrorIs(t, err, rdfc.ErrLimit)
			assert.Nil(t, text)
		})
	}
}

func TestLimits(t *testing.T) {
	quads := parse(t, shapes[len(shapes)-1].text)
	require.Len(t, quads, 30)
	_, err := rdfc.Canonicalize(append(quads, quads...), rdfc.Limits{Quads: 30})
	assert.NoError(t, err, "the same quad again counts")
	_, err = rdfc.Canonicalize(quads, rdfc.Limits{Quads: 29})
	assert.ErrorIs(t, err, rdfc.ErrLimit)

	// What the steps suffice for gives the same text as without a limit; whatever the steps, nothing else comes out.
	want := canonical(t, quads)
	refused, done := 0, 0
	for steps := 1; steps < 1<<20; steps *= 2 {
		text, err := rdfc.Canonicalize(quads, rdfc.Limits{Steps: steps})
		if err != nil {
			require.ErrorIs(t, err, rdfc.ErrLimit)
			require.Zero(t, done, "more steps did not suffice")
			refused++
			continue
		}
		require.Equal(t, want, string(text))
		done++
	}
	assert.NotZero(t, refused)
	assert.NotZero(t, done)
}

// TestLongChains: what is long and not dear goes through.
func TestLongChains(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"a ring", ring(400)},
		{"a chain", func() string {
			var b strings.Builder
			for i := range 50_000 {
				fmt.Fprintf(&b, "_:x%d <rest:> _:x%d .\n_:x%d <first:> \"%d\" .\n", i, i+1, i, i)
			}
			return b.String()
		}()},
		{"many equal nodes", func() string {
			var b strings.Builder
			for i := range 2000 {
				fmt.Fprintf(&b, "<a:> <p:> _:x%d .\n_:x%d <q:> \"same\" .\n", i, i)
			}
			return b.String()
		}()},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := canonical(t, parse(t, c.text))
			assert.Equal(t, strings.Count(c.text, "\n"), strings.Count(text, "\n"))
		})
	}
}

func FuzzCanonicalize(f *testing.F) {
	for _, s := range shapes {
		f.Add([]byte(s.text), uint64(1))
	}
	f.Add([]byte(complete(5)), uint64(2))
	f.Add([]byte(twins(3)), uint64(3))
	for _, name := range []string{"full.document.nq", "unicode.document.nq"} {
		data, err := os.ReadFile("testdata/" + name)
		require.NoError(f, err)
		f.Add(data, uint64(4))
	}
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		quads, err := rdfc.Parse(data)
		if err != nil {
			return
		}
		limits := rdfc.Limits{Quads: 1000, Steps: 50_000}
		text, err := rdfc.Canonicalize(quads, limits)
		if err != nil {
			require.True(t, errors.Is(err, rdfc.ErrLimit), "%v", err)
			return
		}
		limits.Steps *= 8 // another order may take longer
		other, err := rdfc.Canonicalize(disguise(quads, rand.New(rand.NewPCG(seed, 0))), limits)
		if errors.Is(err, rdfc.ErrLimit) {
			return
		}
		require.NoError(t, err)
		require.Equal(t, string(text), string(other))
		again, err := rdfc.Parse(text)
		require.NoError(t, err)
		other, err = rdfc.Canonicalize(again, limits)
		if errors.Is(err, rdfc.ErrLimit) {
			return
		}
		require.NoError(t, err)
		require.Equal(t, string(text), string(other))
	})
}

// BenchmarkCanonicalize takes a dataset as large as a credential's, of whose eight blank nodes four look alike.
func BenchmarkCanonicalize(b *testing.B) {
	var text strings.Builder
	for i := range 8 {
		fmt.Fprintf(&text, "<https://badges.example.org/badges/lathe/achievement.json> <https://purl.imsglobal.org/spec/vc/ob/vocab.html#alignment> _:x%d .\n", i)
		fmt.Fprintf(&text, "_:x%d <https://schema.org/targetName> \"Machine safety %d\" .\n", i, max(i, 4))
		fmt.Fprintf(&text, "_:x%d <https://purl.imsglobal.org/spec/vc/ob/vocab.html#targetType> \"CFItem\" .\n", i)
	}
	for i := range 36 {
		fmt.Fprintf(&text, "<https://badges.example.org/badges/lathe/achievement.json> <https://schema.org/keywords> \"safety %d\" .\n", i)
	}
	quads := parse(b, text.String())
	require.Len(b, quads, 60)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rdfc.Canonicalize(quads, rdfc.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
