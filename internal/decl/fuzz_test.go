package decl_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/model"
)

// planted is an address that the seeds hold. Whatever becomes of it, no message may repeat it.
const planted = "zq.planted@host.zq.example"

// goWords would be the traces of an error that was made for programmers.
var goWords = regexp.MustCompile(`yaml:|yaml\.v|!!(str|int|map|seq|bool|null|float)|\b(int64|uint|struct|runtime|reflect|panic|interface|nil|goroutine|decl\.|model\.|diag\.)\b|%!`)

// seeds are files of every kind, good and bad, with an address planted in them.
func seeds(f *testing.F) {
	for _, glob := range []string{"../schema/testdata/corpus/*/good/*", "../reference/*.yaml", "../reference/*.md"} {
		names, err := filepath.Glob(glob)
		require.NoError(f, err)
		require.NotEmpty(f, names, glob)
		for i, name := range names {
			if i%7 != 0 && strings.Contains(glob, "corpus") {
				continue
			}
			data, err := os.ReadFile(name)
			require.NoError(f, err)
			f.Add(bytes.ReplaceAll(data, []byte("ada@example.org"), []byte(planted)))
		}
	}
	messages, err := os.ReadFile("testdata/messages.txt")
	require.NoError(f, err)
	for _, c := range strings.Split(string(messages), "\n== ") {
		_, rest, _ := strings.Cut(c, "\n")
		input, _, _ := strings.Cut(rest, "\n----\n")
		f.Add([]byte(strings.ReplaceAll(input, "ada@example.org", planted)))
	}
	for _, s := range []string{
		"", "\ufeff", "---\n...\n---\n", "a: &a [*a, " + planted + "]", "- " + planted + ": " + planted, "recipient: !!int " + planted, "? [" + planted + "]\n: b",
		"a: \"" + planted, "<<: {a: " + planted + "}", "a:\r\n  - b\rc: d\u2028e: \u0085f", "%YAML 1.2\n---\n%TAG ! x", "- " + planted + "\n- " + planted, "\xff\xfea\x00",
		"badge: " + planted + "\nissued: " + planted + "\nid: " + planted + "\nawards: " + planted, "a: |\n\t" + planted, "{" + planted, "[[[[[[", "a: *" + planted,
	} {
		f.Add([]byte(s))
	}
}

// sound checks what holds of the problems with any file.
func sound(t *testing.T, path string, data []byte, problems []diag.Problem) {
	t.Helper()
	lines := splitLines(string(bytes.TrimPrefix(data, []byte("\ufeff"))))
	var out strings.Builder
	p := diag.Printer{W: &out, Source: func(string) ([]byte, error) { return data, nil }}
	require.NoError(t, p.Print(problems))
	assert.NotContains(t, out.String(), planted)
	for _, r := range out.String() {
		if r != '\n' && r != '\t' && diag.Visible(string(r)) != string(r) {
			assert.Fail(t, "a character that a terminal obeys", "%q", r)
		}
	}
	for _, p := range problems {
		assert.Equal(t, path, p.File)
		assert.NotEmpty(t, p.Rule)
		assert.NotEmpty(t, p.Message)
		for _, text := range []string{p.Message, p.Hint} {
			assert.NotContains(t, text, planted)
			assert.True(t, utf8.ValidString(text))
			// What the file itself says may be repeated in quotation marks, but not by the library.
			if m := goWords.FindString(text); m != "" && !bytes.Contains(data, []byte(m)) {
				assert.Fail(t, "a word for programmers", "%q in %q", m, text)
			}
		}
		if p.Line == 0 {
			continue
		}
		if assert.LessOrEqual(t, p.Line, len(lines)) && p.Col > 0 {
			assert.LessOrEqual(t, p.Col, utf8.RuneCountInString(lines[p.Line-1])+1, "line %d: %s", p.Line, p.Message)
		}
	}
}

// splitLines is the file as the YAML library counts its lines.
func splitLines(text string) []string {
	var lines []string
	start := 0
	for i := 0; i < len(text); {
		n := diag.LineBreak(text[i:])
		if n == 0 {
			i++
			continue
		}
		lines = append(lines, text[start:i])
		i += n
		start = i
	}
	return append(lines, text[start:])
}

func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		file, problems := decl.Parse("content/awards/a.yaml", data)
		sound(t, "content/awards/a.yaml", data, problems)
		if !file.Root.Exists() {
			assert.NotEmpty(t, problems)
			return
		}
		if len(data) < 1<<12 {
			file.Root.Value()
		}
		for _, m := range model.Files() {
			sound(t, "content/awards/a.yaml", data, decl.Validate(file.Root, m.Type))
		}
	})
}

func FuzzFront(f *testing.F) {
	seeds(f)
	f.Add([]byte("---\r\ntitle: " + planted + "\r\n---\r\nBody"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		file, body, problems := decl.Front("content/pages/a.md", data)
		sound(t, "content/pages/a.md", data, problems)
		if !file.Root.Exists() {
			assert.NotEmpty(t, problems)
			return
		}
		sound(t, "content/pages/a.md", data, decl.Validate(file.Root, model.Files()[len(model.Files())-1].Type))
		plain := strings.ReplaceAll(string(bytes.TrimPrefix(data, []byte("\ufeff"))), "\r\n", "\n")
		if rest := strings.TrimLeft(body, "\n"); rest != "" {
			assert.True(t, strings.HasSuffix(plain, rest), "the body is the end of the file")
			assert.Equal(t, strings.Count(plain, "\n"), strings.Count(body, "\n"), "its lines count as in the file")
		}
	})
}
