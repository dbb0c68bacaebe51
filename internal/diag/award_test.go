package diag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/diag"
)

func TestAwardLine(t *testing.T) {
	// The part between « and » must be hidden; what stands around it must not.
	tests := map[string]string{
		"id":                       "  - id: k7q2m4x5o3d6a2f7w4z5b6c7ey",
		"slot":                     "    status_index: 48213",
		"badge":                    "badge: go-basics",
		"issued":                   "issued: 2026-03-14",
		"issued with a time":       "issued: 2026-03-14T18:30:00+01:00",
		"quoted time":              `issued: "2026-03-14T18:30Z"`,
		"list":                     "awards:",
		"list in brackets":         "awards: [",
		"comment":                  "awards: «# of ada»",
		"comment line":             "  «# ada, +41441234567»",
		"comment after a value":    "    badge: go «# +41441234567»",
		"no comment":               "    reason: issue#3",
		"name":                     "    name: Grace H.",
		"apostrophe":               "    reason: Ada's slip",
		"quoted name":              `    "name": "Grace H."`,
		"single-quoted key":        "    'name': Grace H.",
		"block text":               "    narrative: |",
		"revoked":                  "    revoked: {date: 2026-05-01, reason: Issued in error}",
		"results":                  `    results: [{of: score, value: "92", status: Completed}]`,
		"anchored":                 "    badge: &b go-basics",
		"dash alone":               "  -",
		"dashes":                   "- - - id: x",
		"address":                  "    recipient: «ada@example.org»",
		"after the dash":           "  - recipient: «ada@example.org»",
		"quoted address":           `    recipient: «"ada@example.org"»`,
		"telephone":                `    recipient: «{telephone: "+41441234567"}»`,
		"quoted key":               `    "recipient": «x»`,
		"single-quoted secret":     `    'recipient': «x»`,
		"space before the colon":   "    recipient : «x»",
		"no space after the colon": "    recipient:«x»",
		"capitals":                 "    Recipient: «x»",
		"own line":                 "      telephone: «+41441234567»",
		"url":                      "      url: «https://ada.example/»",
		"did":                      "      did: «did:key:z6Mkx»",
		"did, no space":            "    did:«web:ada.example»",
		"hash":                     "      hash: «sha256$c934»",
		"salt":                     "      salt: «s4lt»",
		"type":                     "      type: «+41441234567»",
		"flow":                     `  - {id: x, recipient: «{url: "https://ada.example"}, public: true}»`,
		"flow, secret first":       `  - {recipient: «+41441234567, id: x}»`,
		"flow, compact":            `  - {"id":"x","recipient":«"+41441234567"}»`,
		"flow, quoted":             `  - {id: x, 'recipient': «y}»`,
		"flow in flow":             `awards: [{id: x, recipient: «y}, {id: z}]»`,
		"evidence":                 "    evidence: [{name: Page, url: «https://ada.example/}]»",
		"bare awards":              "awards: [«+41441234567, +41447654321]»",
		"bare award":               "awards: «+41441234567»",
		"bare evidence":            "    evidence: «https://ada.example»",
		"bare item":                "  - «+41441234567»",
		"bare revocation in flow":  "  - {id: x, revoked: «+41441234567}»",
		"unknown key":              "    «recipent: +41441234567»",
		"misspelt":                 "    isued: «2026-03-14»",
		"misspelt narrative":       "    narative: «x»",
		"misspelt revoked":         "  - revocked: «{date: 2026-03-14}»",
		"misspelt in flow":         "  - {id: x, isued: «2026-03-14, public: true}»",
		"misspelt in capitals":     "    Issued: «2026-03-14»",
		"misspelt with a dash":     "    status-index: «7»",
		"misspelt secret":          "    «recipeint: x»",
		"near to a secret":         "    «emial: x»",
		"name like a key":          "    «Kate: x»",
		"initials like a key":      "    «jd: x»",
		"unknown key in flow":      "  - {id: x, «phone: +41441234567}»",
		"identity as key":          "  - {id: x, «+41441234567: y}»",
		"identity as first key":    "  - {«+41441234567: y}»",
		"escaped key":              `    «"recip\u0069ent": x»`,
		"complex key":              "  ? «recipient»",
		"complex value":            "  «: +41441234567»",
		"empty key":                `  - {id: x, "«": +41441234567}»`,
		"anchor before":            "  - «&a {id: x}»",
		"continuation":             "      «and then Ada of +41441234567 came»",
		"flow continuation":        "      «+41441234567, type: telephone}»",
		"unclosed quote":           `    name: "Ada, recipient: «+41441234567»`,
		"quote that swallows":      `  - {name: "Ada, recipient: «"+41441234567"}»`,
		"text with a colon":        "    reason: «Note: Ada of +41441234567»",
		"link in a text":           "    narrative: See «https://ada.example»",
		"address in a text":        "    narrative: Sent to «ada@example.org» today",
		"key in a text":            "    narrative: the url: «https://ada.example»",
		"merge key":                "    «<<: *defaults»",
		"alias":                    "    recipient: «*ada»",
		"tag":                      "    recipient: «!!str +41441234567»",
		"block scalar":             "    recipient: «>-»",
		"after wide":               "    name: 證書 «ada@example.org»",
		"wide secret":              "    recipient: «用户＠例子»",
		"tabs":                     "\trecipient:\t«x»",
		"value like a time":        "    value: 18:30",
		"telephone in place of it": "    issued: «tel:+41441234567»",
		"front of a document":      "---",
		"yes":                      "    public: true",
	}
	for name, marked := range tests {
		t.Run(name, func(t *testing.T) {
			raw := strings.NewReplacer("«", "", "»", "").Replace(marked)
			want := starred(marked)
			got := excerpt(t, "content/awards/a.yaml", raw+"\n", 1, 1, 0)
			require.Len(t, got, 2)
			assert.Equal(t, want, got[0])
			assert.Equal(t, diag.Cells(raw), diag.Cells(got[0]), "width")
		})
	}
}

func TestAwardLinesBelow(t *testing.T) {
	tests := map[string]string{
		"mapping": `
- id: x
  recipient:
    «name: Ada»
    telephone: «+41»
    type: «x»
  badge: go-basics
`,
		"list at the same indentation": `
recipient:
- «name: Ada»
- url: «x»
badge: go-basics
`,
		"block scalar": `
- recipient: «>-»
    «badge: +41441234567»
    «ada@example.org»

    «id: more»
  badge: go-basics
- badge: go-basics
`,
		"quoted on two lines": `
- recipient: «"ada@»
    «example.org"»
  badge: go-basics
`,
		"address on two lines of a flow": `
- {id: x, recipient: «ada@»
      «example.org, name: x}»
- badge: go-basics
`,
		"flow": `
- {id: x,
   recipient: «{»
     «name: Ada,»
     email: «ada@example.org},»
   badge: go-basics}
- badge: go-basics
`,
		"unknown key": `
- «recipent:»
    «name: Ada»
  badge: go-basics
`,
		"comments do not hide": `
awards: «# of March»
  - badge: go-basics
    «# recipient: x»
      «# deeper»
    issued: 2026-03-14
`,
		"misspelt outer key": `
- revocked:
    «date: 2026-05-01»
  badge: go-basics
`,
		"misspelt inside of a secret": `
- recipient:
    «nmae: Ada»
  badge: go-basics
`,
		"text": `
- narrative: |
    «She came and saw.»
      «badge: mine»
  badge: go-basics
`,
		"outer keys": `
awards:
  - evidence:
      - name: Page
        url: «https://ada.example»
        narrative: seen
    revoked:
      date: 2026-05-01
      reason: In error
`,
	}
	for name, marked := range tests {
		t.Run(name, func(t *testing.T) {
			raw := strings.NewReplacer("«", "", "»", "").Replace(marked)
			for i, line := range strings.Split(marked, "\n") {
				if strings.TrimSpace(line) == "" {
					continue
				}
				got := excerpt(t, "content/awards/2026/a.yaml", raw, i+1, 1, 0)
				assert.Equal(t, starred(line), got[0], "line %d", i+1)
			}
		})
	}
}

// The lines may be asked for in any order.
func TestAwardLinesBackwards(t *testing.T) {
	var b strings.Builder
	p := diag.Printer{W: &b, Source: func(string) ([]byte, error) {
		return []byte("- recipient:\n    name: Ada\n- name: Ada\n"), nil
	}}
	at := func(line int) diag.Problem {
		return diag.Problem{Pos: diag.Pos{File: "content/awards/a.yaml", Line: line}, Message: "m"}
	}
	require.NoError(t, p.Print([]diag.Problem{at(3), at(2), at(1)}))
	assert.Equal(t, `content/awards/a.yaml:3: m
  3 | - name: Ada
content/awards/a.yaml:2: m
  2 |     *********
content/awards/a.yaml:1: m
  1 | - recipient:
`, b.String())
}

func TestOnlyAwardFilesHideAll(t *testing.T) {
	for file, want := range map[string]string{
		"content/awards/a.yaml":       "url: *",
		"content/awards/2026/a.yaml":  "url: *",
		"Content/Awards/a.yaml":       "url: *",
		"content/badges/awards.yaml":  "url: x",
		"content/issuers/awards.yaml": "url: x",
	} {
		assert.Equal(t, want, excerpt(t, file, "url: x\n", 1, 0, 0)[0], file)
	}
}

func FuzzAwardExcerpt(f *testing.F) {
	const secret = "+41441234567"
	f.Add("- id: x\n", "  recipient: ", "\n  badge: y\n")
	f.Add("awards: [{id: x, ", "recipient: {telephone: ", "}}]\n")
	f.Add("- recipient:\n", "    telephone: ", "\n")
	f.Add("- recipient: >\n", "    ", "\n  badge: go\n")
	f.Add("{\"awards\":[", "{\"recipient\":{\"telephone\":\"", "\"}}]}")
	f.Fuzz(func(t *testing.T, before, key, after string) {
		content := before + key + secret + after
		lines := strings.Count(content, "\n") + 1
		var b strings.Builder
		p := diag.Printer{W: &b, Width: 1 << 20, Source: func(string) ([]byte, error) { return []byte(content), nil }}
		var problems []diag.Problem
		for i := range lines {
			problems = append(problems, diag.Problem{Pos: diag.Pos{File: "content/awards/a.yaml", Line: i + 1, Col: i}, Message: "m"})
		}
		require.NoError(t, p.Print(problems))
		for _, r := range b.String() {
			assert.False(t, r != '\n' && r != '\t' && diag.Visible(string(r)) != string(r), "%q", r)
		}
		// What stands right behind a recipient's key is never shown.
		line := key[strings.LastIndexByte(key, '\n')+1:]
		for _, k := range []string{"recipient", "telephone", "email", "url", "did", "hash", "salt"} {
			if strings.HasSuffix(strings.TrimRight(line, " \"'"), k+":") {
				assert.NotContains(t, b.String(), secret, fmt.Sprintf("%q", content))
			}
		}
	})
}
