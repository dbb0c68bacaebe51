package diag_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/diag"
)

var files = map[string]string{
	"content/site.yaml":      "format: 1\ntitel: Northwind\n",
	"content/awards/a.yaml":  "- id: x\n  recipient: [ada@example.org]\n",
	"content/badges/go.yaml": "name: Go\nversion: 1.0\n",
}

func read(file string) ([]byte, error) {
	if text, ok := files[file]; ok {
		return []byte(text), nil
	}
	return nil, errors.New("no such file")
}

var problems = []diag.Problem{
	{Pos: diag.Pos{File: "content/awards/a.yaml", Line: 2, Col: 14}, Rule: "kind", Message: `"recipient" is a list`, Hint: "write one"},
	{Pos: diag.Pos{File: "content/badges/go.yaml", Line: 2}, Rule: "kind", Severity: diag.Warning, Message: "100% wrong:\nall, of it"},
	{Pos: diag.Pos{File: "content/badges/x.txt"}, Rule: "stray-file", Severity: diag.Warning, Message: "nothing reads this file"},
	{Pos: diag.Pos{File: "content/site.yaml", Line: 2, Col: 1}, Rule: "unknown-key", Message: `unknown key "titel"`, Hint: `did you mean "title"?`},
	{Rule: "issuers", Message: "no issuer; ask ada@example.org", Hint: "write \x1b[31mcontent/issuers/alan@example.org.yaml"},
}

func TestPrint(t *testing.T) {
	var b strings.Builder
	p := diag.Printer{W: &b, Source: read}
	require.NoError(t, p.Print(problems))
	assert.Equal(t, `content/awards/a.yaml:2:14: "recipient" is a list [kind]
  2 |   recipient: *****************
    |              ^
  hint: write one
content/badges/go.yaml:2: warning: 100% wrong:␊all, of it [kind]
  2 | version: 1.0
content/badges/x.txt: warning: nothing reads this file [stray-file]
content/site.yaml:2:1: unknown key "titel" [unknown-key]
  2 | titel: Northwind
    | ^
  hint: did you mean "title"?
no issuer; ask *************** [issuers]
  hint: write ␛[****************************************
`, b.String())
}

func TestPrintWithoutSource(t *testing.T) {
	var b strings.Builder
	require.NoError(t, (&diag.Printer{W: &b}).Print(problems[3:4]))
	assert.Equal(t, "content/site.yaml:2:1: unknown key \"titel\" [unknown-key]\n  hint: did you mean \"title\"?\n", b.String())
}

func TestPrintGutter(t *testing.T) {
	var b strings.Builder
	p := diag.Printer{W: &b, Source: func(string) ([]byte, error) { return []byte(strings.Repeat("x: y\n", 120)), nil }}
	require.NoError(t, p.Print([]diag.Problem{{Pos: diag.Pos{File: "a.yaml", Line: 107, Col: 4}, Message: "m"}}))
	assert.Equal(t, "a.yaml:107:4: m\n  107 | x: y\n      |    ^\n", b.String())
}

func TestPrefix(t *testing.T) {
	for prefix, want := range map[string]string{
		"":                "content/site.yaml: m\n",
		".":               "content/site.yaml: m\n",
		"./":              "content/site.yaml: m\n",
		"badges":          "badges/content/site.yaml: m\n",
		"./badges/":       "badges/content/site.yaml: m\n",
		"../badges":       "../badges/content/site.yaml: m\n",
		"/":               "/content/site.yaml: m\n",
		"/home/ada@work":  "/home/ada@work/content/site.yaml: m\n",
		"/home/\x1b[31mx": "/home/␛[31mx/content/site.yaml: m\n",
	} {
		var b strings.Builder
		require.NoError(t, (&diag.Printer{W: &b, Prefix: prefix}).Print([]diag.Problem{{Pos: diag.Pos{File: "content/site.yaml"}, Message: "m"}}))
		assert.Equal(t, want, b.String(), prefix)
	}
}

func TestFileNameIsMasked(t *testing.T) {
	d := []diag.Problem{{Pos: diag.Pos{File: "content/awards/ada@example.org.yaml", Line: 1, Col: 1}, Message: "m"}}
	var text, machine, actions strings.Builder
	require.NoError(t, (&diag.Printer{W: &text, Source: read}).Print(d))
	require.NoError(t, (&diag.Printer{W: &machine}).JSON(d))
	require.NoError(t, (&diag.Printer{W: &actions}).GitHub(d))
	for _, out := range []string{text.String(), machine.String(), actions.String()} {
		assert.NotContains(t, out, "ada")
		assert.Contains(t, out, "***")
	}
}

// A file that is masked cannot be found, so a long slug stays what it is.
func TestLongFileNameIsShown(t *testing.T) {
	const file = "content/badges/k7q2m4x5o3d6a2f7w4z5b6c7eyk7q2m4x5o3d6a2f7w4z5b6c7ey.yaml"
	var b strings.Builder
	p := diag.Printer{W: &b, Prefix: "site"}
	d := []diag.Problem{{Pos: diag.Pos{File: file}, Message: "m"}}
	require.NoError(t, p.Print(d))
	require.NoError(t, p.JSON(d))
	require.NoError(t, p.GitHub(d))
	assert.Equal(t, 3, strings.Count(b.String(), "site/"+file))
}

func TestJSON(t *testing.T) {
	var b strings.Builder
	p := diag.Printer{W: &b, Source: read, Prefix: "badges"}
	require.NoError(t, p.JSON(problems))
	assert.Equal(t, `{
  "problems": [
    {
      "file": "badges/content/awards/a.yaml",
      "line": 2,
      "col": 14,
      "severity": "error",
      "rule": "kind",
      "message": "\"recipient\" is a list",
      "hint": "write one"
    },`, b.String()[:strings.Index(b.String(), "},")+2])
	var got struct {
		Problems         []map[string]any
		Errors, Warnings int
	}
	require.NoError(t, json.Unmarshal([]byte(b.String()), &got))
	assert.Equal(t, 3, got.Errors)
	assert.Equal(t, 2, got.Warnings)
	require.Len(t, got.Problems, len(problems))
	assert.Equal(t, map[string]any{"file": "", "line": 0., "col": 0., "severity": "error", "rule": "issuers",
		"message": "no issuer; ask ***************", "hint": "write ␛[****************************************"}, got.Problems[4])
	assert.Equal(t, "warning", got.Problems[1]["severity"])
}

func TestJSONOfNothing(t *testing.T) {
	var b strings.Builder
	require.NoError(t, (&diag.Printer{W: &b}).JSON(nil))
	assert.JSONEq(t, `{"problems":[],"errors":0,"warnings":0}`, b.String())
}

func TestGitHub(t *testing.T) {
	var b strings.Builder
	p := diag.Printer{W: &b, Source: read, Prefix: "my, badges: 100%"}
	require.NoError(t, p.GitHub(problems))
	assert.Equal(t, `::error file=my%2C badges%3A 100%25/content/awards/a.yaml,line=2,col=14,title=kind::"recipient" is a list%0Ahint: write one
::warning file=my%2C badges%3A 100%25/content/badges/go.yaml,line=2,title=kind::100%25 wrong:␊all, of it
::warning file=my%2C badges%3A 100%25/content/badges/x.txt,title=stray-file::nothing reads this file
::error file=my%2C badges%3A 100%25/content/site.yaml,line=2,col=1,title=unknown-key::unknown key "titel"%0Ahint: did you mean "title"?
::error title=issuers::no issuer; ask ***************%0Ahint: write ␛[****************************************
`, b.String())
}

func TestPrinterReportsWriteErrors(t *testing.T) {
	p := diag.Printer{W: full{}}
	assert.ErrorIs(t, p.Print(problems), errFull)
	assert.ErrorIs(t, p.JSON(problems), errFull)
	assert.ErrorIs(t, p.GitHub(problems), errFull)
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestSummary(t *testing.T) {
	e, w := diag.Problem{}, diag.Problem{Severity: diag.Warning}
	for want, problems := range map[string][]diag.Problem{
		"no problems":         nil,
		"1 error":             {e},
		"2 errors":            {e, e},
		"3 warnings":          {w, w, w},
		"1 warning":           {w},
		"2 errors, 1 warning": {e, w, e},
		"1 error, 2 warnings": {w, w, e},
	} {
		assert.Equal(t, want, diag.Summary(problems))
	}
	assert.Equal(t, "0 files", diag.Count(0, "file", "files"))
	assert.Equal(t, "1 class", diag.Count(1, "class", "classes"))
	assert.Equal(t, "14 classes", diag.Count(14, "class", "classes"))
}

func TestSort(t *testing.T) {
	at := func(file string, line, col int, rule, message string) diag.Problem {
		return diag.Problem{Pos: diag.Pos{File: file, Line: line, Col: col}, Rule: rule, Message: message}
	}
	sorted := []diag.Problem{at("", 0, 0, "", "x"), at("a", 0, 0, "", ""), at("a", 1, 9, "z", "z"), at("a", 2, 1, "", ""), at("a", 2, 2, "a", "a"),
		at("a", 2, 2, "a", "b"), at("a", 2, 2, "b", "a"), at("b", 1, 1, "", "")}
	mixed := []diag.Problem{sorted[3], sorted[7], sorted[1], sorted[6], sorted[0], sorted[5], sorted[3], sorted[4], sorted[2], sorted[7]}
	assert.Equal(t, sorted, diag.Sort(mixed))
	assert.True(t, diag.HasErrors(sorted))
	assert.False(t, diag.HasErrors([]diag.Problem{{Severity: diag.Warning}}))
}
