package stamp_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/stamp"
)

// writer writes award files as people do: in all the ways that stamp promises to edit.
type writer struct {
	*rand.Rand
	out        strings.Builder
	eol        string
	ids        int
	recipients []string // each plain e-mail address as it is written, in order
	anchors    int
}

func (w *writer) chance(percent int) bool { return w.IntN(100) < percent }

func (w *writer) oneOf(choices ...string) string { return choices[w.IntN(len(choices))] }

// put writes text with the file's line ends.
func (w *writer) put(format string, args ...any) {
	w.out.WriteString(strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", w.eol))
}

// rest is the end of a line, often with a comment.
func (w *writer) rest() string {
	return w.oneOf("", "", "", " ", "   ", " # c", "\t# a\ttab", "  # 山田 é {id: x}", " # - id:", " # 'a", " # x\u2028  # y")
}

// between is what may stand between two lines.
func (w *writer) between(indent string) string {
	return w.oneOf("", "", "", "", "\n", indent+"# id: no\n", "      \n", "# \u0301combining 👩‍🚀\n", "\n\n"+indent+"# a # b\n", indent+"# x\u0085")
}

func (w *writer) text() string {
	return w.oneOf("Ada", "\"A \\\"quoted\\\" # name\"", "'it''s'", "山田 太郎", "\"\\u00e9 é\"", "x: y"[:1]+"#z", "\"one: two\"", "𝒜𝒹𝒶 👩‍🚀", "'{'", "\"id: x\"", "\"a\\\n      b\"", "\"a\u2028      b\"")
}

func (w *writer) key(k string) string {
	return w.oneOf(k, k, k, `"`+k+`"`, "'"+k+"'")
}

func (w *writer) anchor() string {
	if w.chance(85) {
		return ""
	}
	w.anchors++
	return fmt.Sprintf("&a%d ", w.anchors)
}

// pair is a key and a value that fit into a block; flow ones fit into braces too.
type pair struct{ key, value string }

func (w *writer) recipient(n int) string {
	address := fmt.Sprintf("person%d@example.org", n)
	text := w.oneOf(address, `"`+address+`"`, "'"+address+"'", `" `+strings.ToUpper(address)+`"`, `"\x70`+address[1:]+`"`)
	w.recipients = append(w.recipients, text)
	return text
}

func (w *writer) id() string {
	w.ids++
	return idOf(w.ids) // has no letters beyond those of small numbers, as no new one will
}

// pairs are an award's, in any order. alone says that badge and issued must be among them.
func (w *writer) pairs(n int, alone bool) []pair {
	pairs := []pair{{"recipient", w.recipient(n)}}
	if alone || w.chance(20) {
		pairs = append(pairs, pair{"badge", w.oneOf("go", `"go"`, "'rust'", "sailing")}, pair{"issued", w.anchor() + w.oneOf("2026-03-14", `"2026-03-14"`, "2026-03-14T18:30:00+01:00")})
	}
	if w.chance(30) {
		id := w.id()
		pairs = append(pairs, pair{"id", w.oneOf(id, id, `"`+id+`"`, "'"+id+"'")})
	}
	if w.chance(15) {
		pairs = append(pairs, pair{"status_index", fmt.Sprint(n)})
	}
	if w.chance(30) {
		pairs = append(pairs, pair{"name", w.anchor() + w.text()})
	}
	if w.chance(20) {
		pairs = append(pairs, pair{"evidence", w.anchor() + w.oneOf("[{url: \"https://example.org/#a\"}]", "[{narrative: 'a, b', \"url\":\"https://example.org/\"}, ]")})
	}
	if w.chance(20) {
		pairs = append(pairs, pair{"revoked", "{date: 2026-05-01, reason: " + w.text() + "}"})
	}
	w.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	return pairs
}

// block writes an award on lines of its own, behind a dash.
func (w *writer) block(indent string, pairs []pair) {
	gap := strings.Repeat(" ", 1+w.IntN(4))
	inner := indent + " " + gap
	start := w.oneOf("", "", "", "newline", "comment")
	if start == "" {
		w.put("%s-%s", indent, gap)
	} else {
		anchor := strings.TrimSuffix(w.anchor(), " ")
		if anchor != "" {
			anchor = " " + anchor
		}
		w.put("%s-%s%s\n", indent, anchor, map[string]string{"newline": "", "comment": " # the start"}[start])
		w.put("%s", w.between(inner))
		w.put("%s", inner)
	}
	for i, p := range pairs {
		if i > 0 {
			w.put("%s", w.between(inner))
			w.put("%s", inner)
		}
		switch {
		case p.key == "name" && w.chance(30):
			w.put("%s: %s\n%s    a: b # no comment\n", w.key("narrative"), w.oneOf("|", ">", "|-", ">2"[:1], "|+"), inner)
		case w.chance(8) && !strings.Contains(p.value, "\n"):
			w.put("? %s%s\n%s: %s%s\n", w.key(p.key), w.rest(), inner, p.value, w.rest())
		case w.chance(8):
			w.put("%s:%s\n%s    %s%s\n", w.key(p.key), w.rest(), inner, p.value, w.rest())
		default:
			w.put("%s%s:%s%s%s\n", w.key(p.key), w.oneOf("", "", " "), w.oneOf(" ", " ", "   "), p.value, w.rest())
		}
	}
}

// flow writes an award in braces.
func (w *writer) flow(indent string, pairs []pair) {
	open, sep, end := w.oneOf("{", "{ "), w.oneOf(", ", ",", " , "), w.oneOf("}", " }", ", }")
	if w.chance(35) {
		open, sep, end = "{"+w.oneOf("", " # c")+"\n"+indent+"    ", ","+w.oneOf("", " # c")+"\n"+indent+"    ", "\n"+indent+"  }"
	}
	quoted := w.chance(30)
	w.put("%s%s", w.anchor(), open)
	for i, p := range pairs {
		if i > 0 {
			w.put("%s", sep)
		}
		key := w.key(p.key)
		colon := ": "
		if quoted {
			key, colon = `"`+p.key+`"`, w.oneOf(": ", ":")
		}
		w.put("%s%s%s", key, colon, p.value)
	}
	w.put("%s", end)
}

func (w *writer) file(awards int) []byte {
	w.eol = w.oneOf("\n", "\n", "\r\n", "\r")
	if w.chance(10) {
		w.put("%s", bom)
	}
	w.put("%s", w.between(""))
	alone := w.chance(50)
	indent := ""
	brackets := w.chance(20)
	if !alone {
		w.put("%s: go%s\n%sissued: 2026-03-14\n%s:%s", w.key("badge"), w.rest(), w.between(""), w.key("awards"), w.oneOf("", " "))
		indent = strings.Repeat(" ", w.IntN(5))
		if brackets {
			indent += " "
		} else {
			w.put("%s\n", w.rest())
		}
	}
	if brackets {
		w.put("[")
	}
	for i := range awards {
		pairs := w.pairs(i, alone)
		switch {
		case brackets:
			if i > 0 {
				w.put("%s", w.oneOf(",", ", ", ",\n  "+indent))
			}
			w.flow(indent+"  ", pairs)
		case w.chance(25):
			w.put("%s- ", indent)
			w.flow(indent, pairs)
			w.put("%s\n", w.rest())
		default:
			w.put("%s", w.between(indent))
			w.block(indent, pairs)
		}
	}
	if brackets {
		w.put("%s]", w.oneOf("", " ", "\n  "))
	}
	text := w.out.String()
	if w.chance(30) && !strings.Contains(text, "|") {
		text = strings.TrimSuffix(text, w.eol)
	}
	return []byte(text)
}

var (
	eolForm  = `(?:\r\n|\r|\n)[ \t]*`
	newPairs = regexp.MustCompile(`"?id"?: "?(z[a-z2-7]{25})"?(?:, |,?` + eolForm + `)(?:"?status_index"?: [0-9]{4,}(?:, |,?` + eolForm + `))?`)
	newSlot  = regexp.MustCompile(`(?:, |,?` + eolForm + `)"?status_index"?: [0-9]{4,}`)
	newHash  = regexp.MustCompile(`\{"?hash"?: "sha256\$[0-9a-f]{64}", "?salt"?: "[0-9a-f]{16}", "?type"?: "?email"?\}`)
)

// marked is a random source whose ids start with z and whose slots have four digits or more, so that the test can tell
// them from those that were there.
type marked struct {
	counter
}

func (m *marked) Read(p []byte) (int, error) {
	n, err := m.counter.Read(p)
	if n == 8 {
		p[0], p[6] = 0xcf, p[6]|0x08
	}
	return n, err
}

// TestProperty stamps random files. Without what was put in, the new text is the old one, byte for byte; and the values
// are the old ones.
func TestProperty(t *testing.T) {
	awards, edits, odd := 0, 0, 0
	for seed := range uint64(500) {
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 7))}
		before := w.file(1 + w.IntN(6))
		if _, problems := decl.Parse("a.yaml", before); len(problems) > 0 {
			odd++ // tabs and such, where the library is of two minds
			continue
		}
		hash := w.chance(40)
		opts := stamp.Options{Random: &marked{}, Hash: hash, IssuerOf: issuerOf}
		files := []stamp.File{{Path: "a.yaml", Data: before}}
		planned, problems, err := stamp.Plan(files, opts)
		require.NoError(t, err)
		require.Empty(t, problemText(problems), "seed %d:\n%s", seed, before)
		for _, e := range planned {
			edits++
			awards += len(e.Awards)
			checkEdit(t, e)
			stripped := e.New
			if hash {
				rest := w.recipients
				stripped = newHash.ReplaceAllFunc(stripped, func(found []byte) []byte {
					if len(rest) == 0 {
						return found
					}
					text := rest[0]
					rest = rest[1:]
					return []byte(text)
				})
				assert.Empty(t, rest)
			}
			stripped = newPairs.ReplaceAll(stripped, nil)
			stripped = newSlot.ReplaceAll(stripped, nil)
			if !assert.Equal(t, string(before), string(stripped), "seed %d:\n%s", seed, e.New) || t.Failed() {
				return
			}
			added := strings.ReplaceAll(string(e.New), "\r\n", "\n")
			if bytes.Contains(before, []byte("\r\n")) && !bytes.Contains(before, []byte("\n\n")) {
				assert.Equal(t, strings.Count(added, "\n"), strings.Count(string(e.New), "\r\n"), "seed %d: a line end of another kind", seed)
			}
		}
		checkAgain(t, files, planned, hash)
	}
	assert.Less(t, odd, 50)
	assert.Greater(t, edits, 400)
	assert.Greater(t, awards, 1000)
}
