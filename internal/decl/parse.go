package decl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"blazon/internal/diag"
	"blazon/internal/rule"
)

// FileLimit is the largest file of declarations, in bytes: a million awards fit.
const FileLimit = 256 << 20

// File is one YAML document with its positions.
type File struct {
	Path    string
	Root    Node
	aliased map[*yaml.Node]bool // the nodes that an alias refers to
}

// Parse reads one YAML document. Problems with syntax, encoding, keys that stand twice, merge keys and aliases come back
// together; Root does not exist where the file could not be read at all.
func Parse(path string, data []byte) (*File, []diag.Problem) {
	return parse(path, data, 0)
}

// parse reads a document that starts after skip lines of its file.
func parse(path string, data []byte, skip int) (*File, []diag.Problem) {
	f := &File{Path: path}
	if p, bad := encodingProblem(path, data, skip); bad {
		return f, []diag.Problem{p}
	}
	documents, err := decode(data)
	if err != nil {
		return f, []diag.Problem{syntaxProblem(path, data, skip, err)}
	}
	start := diag.Pos{File: path, Line: skip + 1, Col: 1}
	if len(documents) == 0 {
		return f, []diag.Problem{rule.Documents.At(start, "write the declaration, or remove the file", "the file is empty")}
	}
	if len(documents) > 1 {
		at := documents[1]
		return f, []diag.Problem{rule.Documents.At(diag.Pos{File: path, Line: at.Line + skip, Col: at.Column},
			"give each its own file", "a second YAML document starts here")}
	}
	root := documents[0].Content[0]
	if skip > 0 {
		shift(root, skip, make(map[*yaml.Node]bool))
	}
	f.aliased = make(map[*yaml.Node]bool)
	problems := structure(path, root, f.aliased)
	if diag.HasErrors(problems) && hasCycle(problems) {
		return f, problems
	}
	f.Root = f.wrap(root)
	return f, problems
}

// decode returns the file's documents, at most two. It turns a panic of the YAML library into an error: its input is
// a stranger's.
func decode(data []byte) (documents []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("yaml: the file cannot be read")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for len(documents) < 2 {
		var n yaml.Node
		err := dec.Decode(&n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(n.Content) > 0 && !isEmptyDocument(&n) {
			documents = append(documents, &n)
		}
	}
	return documents, nil
}

// isEmptyDocument reports whether a document is only comments: the library makes a null of it.
func isEmptyDocument(n *yaml.Node) bool {
	c := n.Content[0]
	return c.Kind == yaml.ScalarNode && c.Value == "" && c.Style == 0 && c.Anchor == ""
}

func encodingProblem(path string, data []byte, skip int) (diag.Problem, bool) {
	if len(data) > FileLimit {
		return rule.Encoding.At(diag.Pos{File: path}, "split it into several files", "the file is larger than %d MiB", FileLimit>>20), true
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return rule.Encoding.At(diag.Pos{File: path, Line: 1, Col: 1}, "save it as UTF-8", "the file is UTF-16"), true
	}
	if utf8.Valid(data) {
		return diag.Problem{}, false
	}
	line, col := skip+1, 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line, col = line+1, 0
		}
		col++
		data = data[size:]
	}
	return rule.Encoding.At(diag.Pos{File: path, Line: line, Col: col}, "save the file as UTF-8", "this is not UTF-8: byte 0x%02x", data[0]), true
}

func hasCycle(problems []diag.Problem) bool {
	for _, p := range problems {
		if p.Rule == rule.AliasCycle.Name {
			return true
		}
	}
	return false
}

// structure looks at every node once: keys that stand twice, merge keys, keys that are no text, and what aliases add up
// to. It notes in aliased what they refer to.
func structure(path string, root *yaml.Node, aliased map[*yaml.Node]bool) []diag.Problem {
	w := walker{path: path, sizes: make(map[*yaml.Node]int), aliased: aliased}
	total := w.walk(root, make(map[*yaml.Node]bool))
	if total > 10*w.plain+100_000 {
		w.report(rule.AliasCycle.At(diag.Pos{File: path, Line: root.Line, Col: root.Column}, "write the values out",
			"aliases multiply %d values into %d", w.plain, total))
	}
	return w.problems
}

type walker struct {
	path     string
	problems []diag.Problem
	plain    int                // nodes in the file
	sizes    map[*yaml.Node]int // of anchored nodes, with their aliases written out
	aliased  map[*yaml.Node]bool
}

func (w *walker) report(p diag.Problem) { w.problems = append(w.problems, p) }

const sizeLimit = 1 << 40

// walk returns the number of values below n with all aliases written out. open holds the anchored nodes that n is in.
func (w *walker) walk(n *yaml.Node, open map[*yaml.Node]bool) int {
	pos := diag.Pos{File: w.path, Line: n.Line, Col: n.Column}
	if n.Kind == yaml.AliasNode {
		w.aliased[n.Alias] = true
		if open[n.Alias] {
			w.report(rule.AliasCycle.At(pos, "write the value out", "the alias *%s contains itself", n.Value))
			return 1
		}
		return max(1, w.sizes[n.Alias])
	}
	w.plain++
	if n.Anchor != "" {
		open[n] = true
		defer delete(open, n)
	}
	size := 1
	if n.Kind == yaml.MappingNode {
		w.keys(n)
	}
	for _, c := range n.Content {
		size = min(sizeLimit, size+w.walk(c, open))
	}
	if n.Anchor != "" {
		w.sizes[n] = size
	}
	return size
}

func (w *walker) keys(n *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		pos := diag.Pos{File: w.path, Line: k.Line, Col: k.Column}
		switch {
		case k.Kind == yaml.AliasNode || k.Kind != yaml.ScalarNode:
			w.report(rule.Kind.At(pos, "write the key as plain text", "a key must be text, but is %s", keyKind(k)))
			continue
		case k.Value == "<<" && k.Style == 0:
			w.report(rule.MergeKey.At(pos, "write the keys out; an award file's defaults save repeating them", "the merge key << is not understood"))
			continue
		}
		for j := 0; j < i; j += 2 {
			if first := n.Content[j]; first.Kind == yaml.ScalarNode && first.Value == k.Value {
				w.report(rule.DuplicateKey.At(pos, "keep one of the two", "the key %s stands twice, first on line %d", diag.Quote(k.Value), first.Line))
				break
			}
		}
	}
}

func keyKind(k *yaml.Node) string {
	switch k.Kind {
	case yaml.AliasNode:
		return "an alias"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a mapping"
}

// shift moves positions down, for YAML that does not start on its file's first line.
func shift(n *yaml.Node, lines int, seen map[*yaml.Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	n.Line += lines
	for _, c := range n.Content {
		shift(c, lines, seen)
	}
}

// syntaxProblem says in plain words what the YAML library says, on the line where the trouble shows.
func syntaxProblem(path string, data []byte, skip int, err error) diag.Problem {
	line, what := splitSyntaxError(err)
	if found := troubleLine(data, what); found > 0 {
		line = found
	}
	message, hint := plainSyntax(what)
	pos := diag.Pos{File: path}
	if line > 0 {
		pos.Line = line + skip
	}
	if pos.Line > 0 && hasLeadingTab(data, line) {
		message, hint = "a tab stands where YAML indents with spaces", "indent with spaces"
	}
	return rule.Syntax.At(pos, hint, "%s", message)
}

func hasLeadingTab(data []byte, line int) bool {
	lines := bytes.Split(data, []byte("\n"))
	return line >= 1 && line <= len(lines) && strings.Contains(leadingSpace(string(lines[line-1])), "\t")
}

func leadingSpace(s string) string { return s[:len(s)-len(strings.TrimLeft(s, " \t"))] }

// splitSyntaxError takes "yaml: line 3: what" apart. The line is 0 where the library gives none.
func splitSyntaxError(err error) (line int, what string) {
	what = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(what, "line "); ok {
		if n, _ := fmt.Sscanf(rest, "%d:", &line); n == 1 {
			_, what, _ = strings.Cut(rest, ": ")
		}
	}
	return line, what
}

// troubleLine is the first line with which the file fails as it does as a whole. The library names the start of the
// construct that it could not finish, or a line beside it, or none.
func troubleLine(data []byte, what string) int {
	ends := []int{0}
	for i, b := range data {
		if b == '\n' {
			ends = append(ends, i+1)
		}
	}
	if ends[len(ends)-1] != len(data) {
		ends = append(ends, len(data))
	}
	fails := func(lines int) bool {
		_, err := decode(data[:ends[lines]])
		if err == nil {
			return false
		}
		_, w := splitSyntaxError(err)
		return w == what
	}
	low, high := 0, len(ends)-1 // low does not fail so, high does
	if high < 1 || !fails(high) {
		return 0
	}
	for high-low > 1 {
		if middle := (low + high) / 2; fails(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// plainSyntax is the library's message in a writer's words.
func plainSyntax(what string) (message, hint string) {
	for _, m := range []struct{ theirs, message, hint string }{
		{"mapping values are not allowed", "a colon stands where no key can be", `put text that holds ": " between quotation marks`},
		{"could not find expected ':'", "a line that is neither a key with a colon nor part of a text", "write key: value, and indent the lines of a longer text"},
		{"did not find expected key", "the indentation breaks the mapping here", "begin each key of a mapping in the same column"},
		{"did not find expected '-' indicator", "the indentation breaks the list here", "begin each item of a list with a dash in the same column"},
		{"did not find expected ',' or ']'", "a list in brackets is not closed, or a comma is missing", "write [one, two]"},
		{"did not find expected ',' or '}'", "a mapping in braces is not closed, or a comma is missing", "write {key: value, key: value}"},
		{"found unexpected end of stream", "a quotation mark is opened and never closed", "close it, or remove it"},
		{"found character that cannot start any token", "a character that cannot begin a value", "put the value between quotation marks"},
		{"found unknown escape character", "an escape that YAML does not know", `inside double quotation marks, write \\ for a backslash`},
		{"unknown anchor", "an alias (*name) without its anchor (&name)", "write the value out, or put it between quotation marks"},
		{"control characters are not allowed", "a control character", "remove it"},
		{"block sequence entries are not allowed", "a list starts where it cannot", "put the list on lines of its own, below its key"},
		{"did not find expected <document start>", "something stands before or after the document that is not part of it", "indent it, or remove it"},
		{"did not find expected node content", "a value is missing", "write the value"},
		{"found a tab character", "a tab stands where YAML indents with spaces", "indent with spaces"},
		{"did not find expected comment or line break", "something follows the | or > of a long text", "start the text on the next line"},
		{"did not find expected alphabetic or numeric character", "an & or * that begins no name", "put the value between quotation marks"},
		{"found undefined tag handle", "a tag (!) that is not defined", "put the value between quotation marks"},
		{"while scanning a tag", "a tag (!) that cannot be read", "put the value between quotation marks"},
		{"exceeded max depth", "values are nested too deeply", "nest them less"},
	} {
		if strings.Contains(what, m.theirs) {
			return m.message, m.hint
		}
	}
	return "this is not YAML", "compare it with the examples in docs/yaml.md"
}
