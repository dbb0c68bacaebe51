package decl_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/rule"
)

// only is the single problem that a file has.
func only(t *testing.T, data string) diag.Problem {
	t.Helper()
	_, problems := decl.Parse("content/site.yaml", []byte(data))
	require.Len(t, problems, 1)
	assert.Equal(t, "content/site.yaml", problems[0].File)
	return problems[0]
}

func TestSyntax(t *testing.T) {
	tests := []struct {
		name, data    string
		line          int
		message, hint string // parts of them
	}{
		{"colon in a text", "format: 1\ntitle: Badges: the site\nlanguage: en\n", 2, "a colon stands where no key can be", `put text that holds ": " between`},
		{"no colon", "format: 1\ntitle Northwind\nlanguage: en\n", 2, "neither a key with a colon nor part of a text", "write key: value"},
		{"no colon on the first line", "title Northwind\nformat: 1\n", 1, "neither a key with a colon nor part of a text", "write key: value"},
		{"no colon, then comments", "title Northwind\n\n# a comment\nformat: 1\n", 1, "neither a key with a colon nor part of a text", ""},
		{"no space after the colon", "format: 1\ntitle:Northwind\nlanguage: en\n", 2, "no space follows the colon", "a space after the colon"},
		{"indented too far", "format: 1\n  title: x\nlanguage: en\n", 2, "indented further than the key above it", "in the same column"},
		{"indented too far below a colon", "format: 1\nurl: https://example.org\n  title: x\n", 3, "indented further than the key above it", "in the same column"},
		{"link indented too far", "name: x\n url: https://example.org\nemail: y\n", 2, "indented further than the key above it", "in the same column"},
		{"indented too far below a link", "name: x\nurl: https://example.org\n email: y\n", 3, "indented further than the key above it", ""},
		{"link indented too little", "- name: x\n  id: y\n url: https://example.org\n", 3, "the indentation breaks the list here", ""},
		{"link at the margin in a list", "- name: x\n  id: y\nurl: https://example.org\n", 3, "the indentation breaks the list here", ""},
		{"link at the margin, then more", "evidence:\n  - name: x\nurl: https://example.org\n    narrative: y\n", 4, "indented further than the key above it", ""},
		{"no-break space in front", "list:\n  a: b\n \u00a0c: d\n", 3, "a no-break space (U+00A0) stands where a plain space belongs", "replace it"},
		{"no-break space behind a colon", "a: b\ntitle:\u00a0X\nc: d\n", 2, "a no-break space (U+00A0) stands where a plain space belongs", "replace it"},
		{"no-break space behind a colon, first", "title:\u00a0X\nc: d\n", 1, "a no-break space (U+00A0) stands", ""},
		{"no-break space behind a mark", "\ufefftitle:\u00a0X\nc: d\n", 1, "a no-break space (U+00A0) stands", ""},
		{"no-break space before a quote", "a: b\ntitle:\u00a0\"X\"\nc: d\n", 2, "a no-break space (U+00A0) stands", ""},
		{"no-break space behind a dash", "- id: x\n  badge: y\n-\u00a0id: x\n  badge: y\n", 3, "a no-break space (U+00A0) stands", ""},
		{"no-break space behind the first dash", "-\u00a0id: x\n  badge: y\n", 1, "a no-break space (U+00A0) stands", ""},
		{"narrow no-break space", "title:\u202fX\nc: d\n", 1, "a narrow no-break space (U+202F)", ""},
		{"figure space", "title:\u2007X\nc: d\n", 1, "a figure space (U+2007)", ""},
		{"ideographic space", "title:\u3000X\nc: d\n", 1, "an ideographic space (U+3000)", ""},
		{"thin space", "title:\u2009X\nc: d\n", 1, "an odd space (U+2009)", ""},
		{"zero-width space", "a:\n  b: c\n  \u200b- d\n", 3, "a zero-width space (U+200B) stands where nothing belongs", "remove it"},
		{"byte order mark inside", "- a\n\ufeff- b\n", 2, "a byte order mark (U+FEFF) stands where nothing belongs", "remove it"},
		{"no-break space that is right", "a: \"b\n \u00a0c\"\nd:\n - @x\n", 4, "a character that cannot begin a value", ""},
		{"no space behind the dash", "-id: x\n  badge: y\n", 1, "no space follows the dash", "a dash and a space"},
		{"no space behind the dash, aligned", "-id: x\n badge: y\n", 1, "no space follows the dash", ""},
		{"no space behind the second dash", "- id: x\n-id: y\n", 2, "no space follows the dash", ""},
		{"no space behind the only dash", "list:\n  -id: x\n", 2, "no space follows the dash", ""},
		{"en dash", "– id: x\n  badge: y\n", 1, "this dash is not the one that begins a list item", "write -"},
		{"em dash", "- id: x\n— id: y\n  badge: z\n", 2, "this dash is not the one that begins a list item", ""},
		{"en dash that can be read", "list:\n  – id: x\n", 2, "this dash is not the one that begins a list item", ""},
		{"no-break space that can be read", "a: b\n\u00a0c: d\n", 2, "a no-break space (U+00A0) stands", ""},
		{"no-break space on the only line", "# a\ntitle:\u00a0X\n", 2, "a no-break space (U+00A0) stands", ""},
		{"tab behind a dash", "- badge: y\n-\trecipient: x\n  badge: y\n", 2, "a tab follows the dash", ""},
		{"tab behind the only dash", "-\trecipient: x\n", 1, "a tab follows the dash", "a dash and a space"},
		{"text after a bracket", "a: b\nname: [Go] basics\nc: d\n", 2, "text follows a closing bracket", "between quotation marks"},
		{"text after a brace", "- {Go} basics\n- c\n", 1, "text follows a closing bracket", ""},
		{"indented too little", "a:\n    b: 1\n  c: 2\nd: 3\n", 3, "the indentation breaks the mapping here", "in the same column"},
		{"item indented too little", "tags:\n  - a\n - b\nx: 1\n", 3, "the indentation breaks", ""},
		{"item where a key belongs", "format: 1\n- a\n", 2, "the indentation breaks the mapping here", ""},
		{"key where an item belongs", "- a\nb: 1\n", 2, "the indentation breaks the list here", "with a dash"},
		{"list behind its key", "x: 1\ntags: - a\n", 2, "a list starts where it cannot", "lines of its own"},
		{"bracket not closed", "x: 1\ntags: [a, b\ntitle: x\nlanguage: en\n", 2, "a list in brackets is not closed", "[one, two]"},
		{"bracket not closed at the end", "title: x\ntags: [a, b\n", 2, "a list in brackets is not closed", ""},
		{"brace not closed", "x: 1\nrevoked: {date: 2026-01-01\ntitle: x\n", 2, "a mapping in braces is not closed", "{key: value"},
		{"comma missing in braces", "revoked: {date: 2026-01-01 reason: x}\ntitle: x\n", 1, "or a comma is missing", ""},
		{"question mark in braces", "a: 1\nb: {url: https://example.org/?a}\n", 2, "or a comma is missing", "a link that holds a ?"},
		{"brace closed that was not opened", "a: 1\ntitle: } x\n", 2, "a value is missing", ""},
		{"double quotation mark not closed", "format: 1\ntitle: \"Northwind\nlanguage: en\ntimezone: UTC\n", 2, "opened and never closed", "close it"},
		{"single quotation mark not closed", "format: 1\ntitle: 'Northwind\nlanguage: en\n", 2, "opened and never closed", ""},
		{"apostrophe in single quotation marks", "format: 1\ntitle: 'Ada's badges'\nlanguage: en\n", 2, "text follows a closing quotation mark", "written ''"},
		{"text after a quotation mark", "format: 1\ntitle: \"Northwind\" Academy\nlanguage: en\n", 2, "text follows a closing quotation mark", "all of it"},
		{"text after a quoted item", "- \"a\" b\n- c\n", 1, "text follows a closing quotation mark", ""},
		{"at sign", "format: 1\ntitle: @northwind\n", 2, "a character that cannot begin a value", "quotation marks"},
		{"backtick", "format: 1\ntitle: `x`\nlanguage: en\n", 2, "a character that cannot begin a value", ""},
		{"percent sign", "format: 1\ntitle: %x\n", 2, "a character that cannot begin a value", ""},
		{"percent sign first", "format: 1\n%title: x\n", 2, "a % begins the line", ""},
		{"percent sign on the first line", "%title: x\nformat: 1\n", 1, "a % begins the line", "remove the line"},
		{"half a directive", "%YAML\n---\na: 1\n", 1, "a % begins the line", ""},
		{"version that is none", "%YAML x\n---\na: 1\n", 1, "a % begins the line", ""},
		{"unknown directive", "%FOO a\n---\na: 1\n", 1, "a % begins the line", ""},
		{"asterisk", "format: 1\ntitle: *bold* text\n", 2, "an & or * that begins no name", ""},
		{"ampersand", "format: 1\ntitle: & co\n", 2, "an & or * that begins no name", ""},
		{"unknown alias", "format: 1\ntitle: *north\nlanguage: en\n", 2, "an alias (*name) without its anchor", "write the value out"},
		{"unknown escape", "format: 1\ntitle: \"C:\\Users\"\nlanguage: en\n", 2, "an escape that YAML does not know", `\\ for a backslash`},
		{"letter as escape", "title: \"\\q\"\n", 1, "an escape that YAML does not know", ""},
		{"half a surrogate", "a: 1\ntitle: \"\\ud800\"\n", 2, "an escape that YAML does not know", ""},
		{"tab", "format: 1\nlist:\n\ttitle: x\n", 3, "a tab stands where YAML indents with spaces", "indent with spaces"},
		{"tab after spaces", "list:\n  a: 1\n  \tb: 2\n", 3, "a tab stands", ""},
		{"tab in a long text", "a: |\n\tx\n", 2, "a tab stands", ""},
		{"text behind |", "x: 1\ndescription: | text\n  more\n", 2, "something follows the | or >", "on the next line"},
		{"zero behind |", "title: |0\n  a\n", 1, "a 0 follows the | or >", ""},
		{"long text indented less", "description: |\n    one\n  two\nx: 1\n", 3, "the indentation breaks the mapping here", ""},
		{"question mark", "format: 1\ntitle: ? x\n", 2, "a question mark stands where no key can be", ""},
		{"no key", "format: 1\n: x\n", 2, "a key is missing before the colon", ""},
		{"tag that is not defined", "format: 1\ntitle: !e!x y\n", 2, "a tag (!) that is not defined", ""},
		{"tag that is not closed", "format: 1\ntitle: !<abc x\n", 2, "a tag (!) that cannot be read", ""},
		{"other version", "%YAML 1.3\n---\nformat: 1\n", 1, "a version of YAML other than 1.2", "remove the line"},
		{"after the end", "format: 1\n...\ntitle: x\n", 3, "is not part of it", ""},
		{"too deep in brackets", "a: " + strings.Repeat("[", 20_000) + "\n", 1, "values are nested too deeply", ""},
		{"too deep in dashes", "a: 1\nb:\n" + strings.Repeat("- ", 20_000) + "\n", 3, "values are nested too deeply", ""},
		{"Windows", "format: 1\r\ntitle: @northwind\r\nlanguage: en\r\n", 2, "a character that cannot begin a value", ""},
		{"old Macintosh", "format: 1\rtitle: @northwind\rlanguage: en\r", 2, "a character that cannot begin a value", ""},
		{"byte order mark", "\ufefftitle: @northwind\n", 1, "a character that cannot begin a value", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := only(t, test.data)
			assert.Equal(t, rule.Syntax.Name, p.Rule)
			assert.Equal(t, test.line, p.Line)
			assert.Contains(t, p.Message, test.message)
			assert.Contains(t, p.Hint, test.hint)
			assert.NotContains(t, p.Message, "this is not YAML")
			assert.NotEmpty(t, p.Hint)
		})
	}
}

func TestEncoding(t *testing.T) {
	tests := map[string]struct {
		data      string
		line, col int
		message   string
	}{
		"byte":                      {"a: b\nc: \xff\n", 2, 4, "this is not UTF-8: byte 0xff"},
		"byte after wide ones":      {"a: b\nü證🏅: \xe4\n", 2, 6, "this is not UTF-8: byte 0xe4"},
		"byte after CRLF":           {"a: b\r\n\r\nc\xc3\n", 3, 2, "this is not UTF-8: byte 0xc3"},
		"byte after CR":             {"a: b\rc\xc3\n", 2, 2, "this is not UTF-8: byte 0xc3"},
		"byte after U+2028":         {"a: \"b\u2028c\xc3\"\n", 2, 2, "this is not UTF-8: byte 0xc3"},
		"first byte":                {"\x80", 1, 1, "this is not UTF-8: byte 0x80"},
		"byte after the mark":       {"\ufeffab\xff", 1, 3, "this is not UTF-8: byte 0xff"},
		"end of a character":        {"a: \xe8\xad", 1, 4, "this is not UTF-8: byte 0xe8"},
		"surrogate":                 {"a: \xed\xa0\x80", 1, 4, "this is not UTF-8: byte 0xed"},
		"bell":                      {"a: b\nc: d\ae\n", 2, 5, "a control character, U+0007"},
		"escape":                    {"\x1b[31m: x", 1, 1, "a control character, U+001B"},
		"delete":                    {"a: \x7f", 1, 4, "a control character, U+007F"},
		"C1":                        {"a: x\u009bx", 1, 5, "a control character, U+009B"},
		"no character":              {"a: \ufffe", 1, 4, "a control character, U+FFFE"},
		"null":                      {"a: b\x00c", 1, 5, "a control character, U+0000"},
		"UTF-16, little-endian":     {"\xff\xfea\x00:\x00", 1, 1, "the file is UTF-16"},
		"UTF-16, big-endian":        {"\xfe\xff\x00a\x00:", 1, 1, "the file is UTF-16"},
		"UTF-16 without its mark":   {"a\x00:\x00 \x00b\x00", 1, 1, "the file is UTF-16"},
		"UTF-16 without, the other": {"\x00a\x00:\x00 \x00b", 1, 1, "the file is UTF-16"},
		"UTF-32":                    {"\xff\xfe\x00\x00a\x00\x00\x00", 1, 1, "the file is UTF-32"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := only(t, test.data)
			assert.Equal(t, rule.Encoding.Name, p.Rule)
			assert.Equal(t, test.message, p.Message)
			assert.Equal(t, [2]int{test.line, test.col}, [2]int{p.Line, p.Col})
		})
	}
}

func TestTooLarge(t *testing.T) {
	p := only(t, strings.Repeat("#", decl.FileLimit+1))
	assert.Equal(t, rule.Encoding.Name, p.Rule)
	assert.Equal(t, "the file is larger than 256 MiB", p.Message)
}

func TestDocuments(t *testing.T) {
	tests := map[string]struct {
		data      string
		line, col int
		message   string
	}{
		"nothing":              {"", 1, 1, "the file is empty"},
		"blank lines":          {"\n\n  \n", 1, 1, "the file is empty"},
		"comments":             {"# a\n# b\n", 1, 1, "the file is empty"},
		"a mark":               {"---\n", 1, 1, "the file is empty"},
		"a byte order mark":    {"\ufeff", 1, 1, "the file is empty"},
		"two documents":        {"a: 1\n---\nb: 2\n", 2, 1, "a second YAML document starts here"},
		"two after a mark":     {"---\na: 1\n---\nb: 2\n", 3, 1, "a second YAML document starts here"},
		"three documents":      {"a: 1\n---\nb: 2\n---\nc: 3\n", 2, 1, "a second YAML document starts here"},
		"an end between":       {"a: 1\n...\n---\nb: 2\n", 3, 1, "a second YAML document starts here"},
		"an empty one between": {"a: 1\n---\n---\nb: 2\n", 3, 1, "a second YAML document starts here"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := only(t, test.data)
			assert.Equal(t, rule.Documents.Name, p.Rule)
			assert.Equal(t, test.message, p.Message)
			assert.Equal(t, [2]int{test.line, test.col}, [2]int{p.Line, p.Col})
		})
	}
	for _, data := range []string{"a: 1\n", "---\na: 1\n", "---\na: 1\n...\n", "a: 1\n---\n", "a: 1\n---\n# end\n", "# a\n---\n# b\na: 1\n", "%YAML 1.2\n---\na: 1\n", "%YAML 1.1\n---\na: 1\n",
		"\ufeff%YAML 1.2\n---\na: 1\n"} {
		f, problems := decl.Parse("a.yaml", []byte(data))
		assert.Empty(t, problems, "%q", data)
		assert.Equal(t, map[string]any{"a": int64(1)}, f.Root.Value(), "%q", data)
	}
}

func TestStructure(t *testing.T) {
	tests := map[string]struct {
		data string
		want []string // line:col rule: message
	}{
		"key twice":             {"a: 1\nb: 2\na: 3\n", []string{`3:1 duplicate-key: the key "a" stands twice, first on line 1`}},
		"key three times":       {"a: 1\na: 2\na: 3\n", []string{`2:1 duplicate-key: the key "a" stands twice, first on line 1`, `3:1 duplicate-key: the key "a" stands twice, first on line 1`}},
		"key twice in quotes":   {"a: 1\n\"a\": 2\n", []string{`2:1 duplicate-key: the key "a" stands twice, first on line 1`}},
		"key twice in braces":   {"x: {a: 1, b: 2, a: 3}\n", []string{`1:17 duplicate-key: the key "a" stands twice, first on line 1`}},
		"identity twice":        {"+41441234567: 1\n+41441234567: 2\n", []string{`2:1 duplicate-key: a key stands twice, first on line 1`}},
		"address twice":         {"ada@example.org: 1\nada@example.org: 2\n", []string{`2:1 duplicate-key: a key stands twice, first on line 1`}},
		"same key elsewhere":    {"a: {b: 1}\nc: {b: 1}\n", nil},
		"merge key":             {"a: &a {b: 1}\nc:\n  <<: *a\n  d: 2\n", []string{`3:3 merge-key: the merge key << is not understood`}},
		"merge key in quotes":   {"a: {\"<<\": 1}\n", nil},
		"alias for a key":       {"a: &a b\n*a : c\n", []string{`2:1 kind: a key must be text, but is an alias`}},
		"list for a key":        {"[a]: b\n", []string{`1:1 kind: a key must be text, but is a list`}},
		"mapping for a key":     {"{a: b}: c\n", []string{`1:1 kind: a key must be text, but is a mapping`}},
		"alias":                 {"a: &a {b: 1}\nc: *a\n", nil},
		"alias before a second": {"a: &a 1\nb: *a\nc: &a 2\nd: *a\n", nil},
		"alias in itself":       {"a: &a [*a]\n", []string{`1:8 alias: the alias *a contains itself`}},
		"alias in itself, deep": {"a: &a\n  b:\n    - c: *a\n", []string{`3:10 alias: the alias *a contains itself`}},
		"two in one another":    {"a: &a [&b [*a, *b]]\n", []string{`1:12 alias: the alias *a contains itself`, `1:16 alias: the alias *b contains itself`}},
		"several at once":       {"a: 1\na: 2\n<<: 3\n[x]: 4\n", []string{`2:1 duplicate-key: the key "a" stands twice, first on line 1`, `3:1 merge-key: the merge key << is not understood`, `4:1 kind: a key must be text, but is a list`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f, problems := decl.Parse("a.yaml", []byte(test.data))
			var got []string
			for _, p := range problems {
				got = append(got, fmt.Sprintf("%d:%d %s: %s", p.Line, p.Col, p.Rule, p.Message))
			}
			assert.Equal(t, test.want, got)
			assert.Equal(t, !strings.Contains(strings.Join(got, ""), " alias: "), f.Root.Exists(), "a root")
		})
	}
}

// Ten levels of ten aliases each stand for ten thousand million values.
func TestAliasBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	start := time.Now()
	f, problems := decl.Parse("a.yaml", []byte(b.String()))
	require.Len(t, problems, 1)
	assert.Equal(t, rule.AliasCycle.Name, problems[0].Rule)
	assert.Contains(t, problems[0].Message, "aliases multiply ")
	assert.False(t, f.Root.Exists())
	assert.Less(t, time.Since(start), 5*time.Second)
}

// A hundred levels more than overflow any counter.
func TestAliasBombOverflow(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x]\n")
	for i := 1; i < 200; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	assert.Contains(t, only(t, b.String()).Message, "aliases multiply ")
}

// A few aliases of long values are nothing to complain of.
func TestAliasesAreFine(t *testing.T) {
	var b strings.Builder
	b.WriteString("- &e [a, b, c, d]\n")
	for range 10_000 {
		b.WriteString("- *e\n")
	}
	_, problems := decl.Parse("a.yaml", []byte(b.String()))
	assert.Empty(t, problems)
}

// What must not take time that grows with the square of the file.
func TestLargeFiles(t *testing.T) {
	tests := map[string]string{
		"flow":        "[" + strings.Repeat("{a: b, c: [d, e]}, ", 20_000) + "x]",
		"keys":        manyKeys(50_000),
		"same key":    strings.Repeat("a: b\n", 20_000),
		"late syntax": strings.Repeat("- {a: b, c: d}\n", 20_000) + "- @x\n" + strings.Repeat("- {a: b}\n", 2000),
		"long line":   "a: \"" + strings.Repeat("word ", 200_000) + "\"",
		"comments":    strings.Repeat("# a\n", 50_000) + "a: b\n",
		"not closed":  "a: [" + strings.Repeat("b,\n", 20_000),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			decl.Parse("a.yaml", []byte(data))
			assert.Less(t, time.Since(start), 20*time.Second)
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: v\n", i)
	}
	return b.String()
}

// Positions count characters, and lines as they are.
func TestPositions(t *testing.T) {
	f, problems := decl.Parse("a.yaml", []byte("\ufeff# ä\r\n證書: {ключ: x, 🏅: y}\r\n\r\nlist:\r\n  - \"z\"\r\n"))
	require.Empty(t, problems)
	var got []string
	for k, v := range f.Root.Pairs() {
		got = append(got, fmt.Sprintf("%s %d:%d %d:%d", k.Text(), k.Pos().Line, k.Pos().Col, v.Pos().Line, v.Pos().Col))
		for k, v := range v.Pairs() {
			got = append(got, fmt.Sprintf("%s %d:%d %d:%d", k.Text(), k.Pos().Line, k.Pos().Col, v.Pos().Line, v.Pos().Col))
		}
		for _, v := range v.Items() {
			got = append(got, fmt.Sprintf("item %d:%d", v.Pos().Line, v.Pos().Col))
		}
	}
	assert.Equal(t, []string{"證書 2:1 2:5", "ключ 2:6 2:12", "🏅 2:15 2:18", "list 4:1 5:3", "item 5:5"}, got)
}
