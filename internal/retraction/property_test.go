package retraction_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/retraction"
)

// author writes files of awards as people do. What belongs to an award, values and comments, holds HOLDER and its number;
// comments between awards hold OUTSIDE.
type author struct {
	*rand.Rand
	out      strings.Builder
	comments int  // of those outside
	json     bool // no comments, and everything in quotation marks
	shared   bool // an anchor is there to refer to
	brackets bool // the list is in brackets, so that a line may be of several awards
}

func (a *author) chance(percent int) bool        { return a.IntN(100) < percent }
func (a *author) oneOf(texts ...string) string   { return texts[a.IntN(len(texts))] }
func (a *author) put(format string, args ...any) { fmt.Fprintf(&a.out, format, args...) }
func (a *author) remark(about, indent string) string {
	return indent + a.oneOf("# ", "#\t", "#é\t") + about + a.oneOf("", " - {x: y", ` "`, "\t日本")
}

// outside are lines between awards, indented as the dashes at most.
func (a *author) outside(indent string) {
	for a.chance(30) {
		if a.chance(40) {
			a.put("%s\n", a.oneOf("", indent, "  "))
			continue
		}
		a.comments++
		a.put("%s\n", a.remark("OUTSIDE", indent[:a.IntN(len(indent)+1)]))
	}
}

func (a *author) id(n int) string { return strings.Repeat(string(rune('a'+n)), 26) }

func (a *author) pairs(n int, flow bool) [][2]string {
	holder := fmt.Sprintf("HOLDER%d", n)
	pairs := [][2]string{
		{"id", a.oneOf(a.id(n), a.id(n), `"`+a.id(n)+`"`, "'"+a.id(n)+"'")},
		{"status_index", fmt.Sprint(n + 3)},
		{"recipient", a.oneOf(strings.ToLower("h")+"@"+holder+".example", `"`+holder+`@x.org"`, "{email: "+holder+"@x.org}", `{hash: "sha256$`+holder+`", salt: s, type: email}`)},
	}
	if a.chance(50) {
		pairs = append(pairs, [2]string{"badge", a.oneOf("go", `"go"`)}, [2]string{"issued", a.oneOf("2026-03-14", `"2026-03-14"`, `"2026-03-14T18:30:00+01:00"`)})
	}
	if a.chance(40) {
		pairs = append(pairs, [2]string{"name", a.oneOf(holder, fmt.Sprintf("&n%d %s", n, holder), `"`+holder+` Ö. # no: \" comment"`, "'"+holder+" it''s'", holder+" 名前")})
	}
	if a.chance(30) && !flow {
		pairs = append(pairs, [2]string{"narrative", a.oneOf("|\nINDENT  "+holder+" did\n\nINDENT  # no comment: {\n", ">-\nINDENT  "+holder+"\nINDENT  more\n", `"`+holder+"\nINDENT  goes on\"")})
	}
	if a.chance(30) {
		pairs = append(pairs, [2]string{"evidence", a.oneOf("[{url: \"https://x.org/"+holder+"\"}]", "[{url: https://x.org/a, name: "+holder+"}, {narrative: '"+holder+", ] }'}]")})
	}
	if a.shared && a.chance(30) {
		pairs = append(pairs, [2]string{"results", "*shared"})
	}
	if a.json {
		pairs = [][2]string{{"id", `"` + a.id(n) + `"`}, {"status_index", fmt.Sprint(n + 3)}, {"recipient", `{"email": "` + holder + `@x.org"}`}, {"name", `"` + holder + ` \u00e9 } ]"`}}
	}
	a.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	return pairs
}

func (a *author) block(n int, indent string) {
	holder := fmt.Sprintf("HOLDER%d", n)
	pairs := a.pairs(n, false)
	inner := indent + "  "
	a.put("%s-%s", indent, a.oneOf(" ", " ", " ", " "+a.remark(holder, "")+"\n"+inner))
	for i, p := range pairs {
		if i > 0 {
			if a.chance(15) {
				a.put("%s\n", a.remark(holder, inner))
			}
			a.put("%s", inner)
		}
		value := strings.ReplaceAll(p[1], "INDENT", inner)
		a.put("%s: %s", p[0], value)
		if !strings.HasSuffix(value, "\n") {
			if a.chance(20) {
				a.put("%s", a.remark(holder, " "))
			}
			a.put("\n")
		}
	}
	if a.chance(20) && !strings.HasSuffix(a.out.String(), "\n\n") {
		a.put("%s\n", a.remark(holder, inner))
	}
}

func (a *author) flow(n int, indent string) {
	a.put("{%s", a.oneOf("", " "))
	for i, p := range a.pairs(n, true) {
		if i > 0 {
			a.put(",%s", a.oneOf(" ", " ", "\n"+indent+"    "))
		}
		key, colon := p[0], ": "
		if a.json {
			key = `"` + key + `"`
		}
		a.put("%s%s%s", key, colon, p[1])
	}
	a.put("%s}", a.oneOf("", " ", ", "[:map[bool]int{true: 0, false: 2}[a.json]]))
}

func (a *author) file(awards int) []byte {
	if a.chance(10) {
		a.put("\ufeff")
	}
	indent := ""
	brackets := a.chance(25)
	a.brackets = brackets
	a.json = brackets && a.chance(40)
	switch {
	case a.json:
		a.put(`{"badge": "go", "issued": "2026-03-14", "awards": `)
	case a.chance(60):
		a.outside("")
		a.put("badge: go # a class\nissued: 2026-03-14\n")
		if a.chance(50) {
			a.put("results: &shared [{of: score, value: \"1\"}]\n")
			a.shared = true
		}
		a.put("awards:")
		indent = strings.Repeat(" ", a.IntN(4))
		if !brackets {
			a.put("\n")
		} else {
			indent += " "
			a.put(" ")
		}
	}
	if brackets {
		a.put("[")
	}
	for n := range awards {
		switch {
		case brackets:
			if n > 0 {
				a.put(",%s", a.oneOf(" ", "\n  "+indent))
			}
			a.flow(n, indent)
			if !a.json && a.chance(20) {
				comma := a.oneOf("", ",")
				if n == awards-1 {
					comma = ""
				}
				if comma == "" {
					a.put("%s\n%s  ", a.remark(fmt.Sprintf("HOLDER%d", n), " "), indent)
				}
			}
		case a.chance(25):
			a.outside(indent)
			a.put("%s- ", indent)
			a.flow(n, indent)
			a.put("%s\n", a.oneOf("", a.remark(fmt.Sprintf("HOLDER%d", n), " ")))
		default:
			a.outside(indent)
			a.block(n, indent)
		}
	}
	switch {
	case brackets:
		a.put("]")
		if a.json {
			a.put("}")
		}
	default:
		a.outside(indent)
	}
	text := a.out.String()
	if a.chance(20) {
		text = strings.TrimSuffix(text, "\n")
	}
	return []byte(strings.ReplaceAll(text, "\n", a.oneOf("\n", "\n", "\r\n", "\r")))
}

var (
	revocation = regexp.MustCompile(`(?:, ?|(?:\r\n|\r|\n)[ ]*|,(?:\r\n|\r|\n)[ ]*)"?revoked"?: \{"?date"?: "?2026-06-01"?, "?reason"?: "It: was #1, \\"so\\""\}`)
	grave      = regexp.MustCompile(`"?erased"?: \{"?date"?: "?2026-06-01"?\}`)
)

// TestProperty changes awards of random files. Without a revocation the text is the old one, byte for byte. Of an erased
// award nothing about its holder is left, and everything outside of it is.
func TestProperty(t *testing.T) {
	done, refused, odd := 0, 0, 0
	for seed := range uint64(1500) {
		a := &author{Rand: rand.New(rand.NewPCG(seed, 11))}
		awards := 1 + a.IntN(5)
		before := a.file(awards)
		if _, problems := decl.Parse("a.yaml", before); len(problems) > 0 {
			odd++
			continue
		}
		var changes []retraction.Change
		erase := a.chance(60)
		erased := make(map[int]bool)
		for n := range awards {
			if a.chance(50) || n == awards-1 && len(changes) == 0 {
				c := retraction.Change{ID: a.id(n), Erase: "2026-06-01"}
				if !erase {
					c = retraction.Change{ID: a.id(n), Revoke: &retraction.Revocation{Date: "2026-06-01", Reason: `It: was #1, "so"`}}
				}
				changes = append(changes, c)
				erased[n] = erase
			}
		}
		e, problems := retraction.Plan("a.yaml", before, changes)
		if len(problems) > 0 {
			refused++
			assert.Nil(t, e.New)
			continue
		}
		done++
		after := string(e.New)
		if !erase {
			require.Len(t, revocation.FindAllString(after, -1), len(changes), "seed %d:\n%s\n%s", seed, before, after)
			require.Equal(t, string(before), revocation.ReplaceAllString(after, ""), "seed %d:\n%s", seed, after)
			continue
		}
		require.Len(t, grave.FindAllString(after, -1), len(changes))
		require.Equal(t, a.comments, strings.Count(after, "OUTSIDE"), "seed %d:\n%s\n---\n%s", seed, before, after)
		for n := range awards {
			holder := fmt.Sprintf("HOLDER%d", n)
			if erased[n] {
				require.NotContains(t, after, holder, "seed %d:\n%s\n---\n%s", seed, before, after)
			} else {
				require.Equal(t, strings.Count(string(before), holder), strings.Count(after, holder), "seed %d:\n%s\n---\n%s", seed, before, after)
			}
		}
		if !a.brackets {
			checkLines(t, string(before), after, erased)
		}
		checkValues(t, before, e.New, erased)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s\n---\n%s", seed, before, after)
		}
	}
	assert.Greater(t, done, 1400)
	assert.Less(t, refused, 15)
	assert.Less(t, odd, 200)
}

var lineBreak = regexp.MustCompile(`\r\n|\r|\n`)

// checkLines finds every line that is not of an erased award again, in order.
func checkLines(t *testing.T, before, after string, erased map[int]bool) {
	t.Helper()
	lines := lineBreak.Split(after, -1)
	for _, line := range lineBreak.Split(before, -1) {
		if !strings.Contains(line, "OUTSIDE") && !(strings.Contains(line, "HOLDER") && !ofErased(line, erased)) {
			continue // of an erased one, or in more than one
		}
		at := 0
		for at < len(lines) && lines[at] != line {
			at++
		}
		if !assert.Less(t, at, len(lines), "a line is gone: %q", line) {
			return
		}
		lines = lines[at+1:]
	}
}

func ofErased(line string, erased map[int]bool) bool {
	for n, is := range erased {
		if is && strings.Contains(line, fmt.Sprintf("HOLDER%d", n)) {
			return true
		}
	}
	return false
}

// checkValues compares what the two texts say, by another way than the package's own.
func checkValues(t *testing.T, before, after []byte, erased map[int]bool) {
	t.Helper()
	read := func(data []byte) (any, []any) {
		f, problems := decl.Parse("a.yaml", data)
		require.Empty(t, problems)
		root := f.Root.Value()
		if m, ok := root.(map[string]any); ok {
			awards, _ := m["awards"].([]any)
			delete(m, "awards")
			return m, awards
		}
		awards, _ := root.([]any)
		return nil, awards
	}
	restBefore, old := read(before)
	restAfter, now := read(after)
	assert.Equal(t, restBefore, restAfter)
	require.Len(t, now, len(old))
	for n := range old {
		if !erased[n] {
			assert.Equal(t, old[n], now[n])
			continue
		}
		want := map[string]any{"erased": map[string]any{"date": "2026-06-01"}}
		for _, key := range []string{"id", "status_index", "badge", "issued"} {
			if v, ok := old[n].(map[string]any)[key]; ok {
				want[key] = v
			}
		}
		assert.Equal(t, want, now[n])
	}
}
