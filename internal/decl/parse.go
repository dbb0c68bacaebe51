package decl

import (
	"bytes"
	"errors"
	"io"
	"regexp"

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
	data = withoutVersion(data)
	documents, err := decode(data)
	if err != nil {
		return f, []diag.Problem{syntaxProblem(path, data, skip, err)}
	}
	start := diag.Pos{File: path, Line: skip + 1, Col: 1}
	if len(documents) == 0 {
		if skip > 0 {
			return f, []diag.Problem{rule.Documents.At(start, "write title: ... between the two lines of three dashes", "the front matter is empty")}
		}
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
	if _, r := plainSpaces(root.Value); r != 0 && root.Kind == yaml.ScalarNode && root.Style == 0 {
		message, hint := oddSpaceText(r) // a file that is one text was to have a key
		return f, []diag.Problem{rule.Syntax.At(diag.Pos{File: path, Line: root.Line, Col: root.Column}, hint, "%s", message)}
	}
	f.aliased = make(map[*yaml.Node]bool)
	problems := structure(path, root, f.aliased)
	if diag.HasErrors(problems) && hasCycle(problems) {
		return f, problems
	}
	f.Root = f.wrap(root)
	return f, problems
}

// withoutVersion makes a comment of a first line that says "%YAML 1.2": the library knows 1.1 only and refuses others.
func withoutVersion(data []byte) []byte {
	start := 0
	if bytes.HasPrefix(data, bom) {
		start = len(bom)
	}
	if !bytes.HasPrefix(data[start:], []byte("%YAML 1.2")) {
		return data
	}
	data = bytes.Clone(data)
	data[start] = '#'
	return data
}

// decode returns the file's documents, at most two. It turns a panic of the YAML library into an error: its input is
// a stranger's.
func decode(data []byte) (documents []*yaml.Node, err error) {
	if root := quick(data); root != nil {
		return []*yaml.Node{{Kind: yaml.DocumentNode, Content: []*yaml.Node{root}, Line: root.Line, Column: root.Column}}, nil
	}
	return decodeAny(data)
}

func decodeAny(data []byte) (documents []*yaml.Node, err error) {
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
	first := make(map[string]int, len(n.Content)/2) // the lines of the keys
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
		if message, hint := keySlip(k.Value); message != "" && k.Style == 0 {
			w.report(rule.Syntax.At(pos, hint, "%s", message))
			continue
		}
		line, twice := first[k.Value]
		switch {
		case !twice:
			first[k.Value] = k.Line
		case isWord(k.Value):
			w.report(rule.DuplicateKey.At(pos, keepOne, "the key %s stands twice, first on line %d", diag.Quote(k.Value), line))
		default: // it may be a recipient's
			w.report(rule.DuplicateKey.At(pos, keepOne, "a key stands twice, first on line %d", line))
		}
	}
}

// keepOne counts with the dash that somebody forgot before the next award.
const keepOne = "keep one of the two; where another item of a list begins, begin it with a dash"

// isWord reports whether a key looks like one, and not like a telephone number, a link or an address in its place.
func isWord(key string) bool { return len(key) <= 40 && wordForm.MatchString(key) }

var wordForm = regexp.MustCompile(`^[A-Za-z_]+([ _-]?[A-Za-z0-9]+)*[0-9]?$`)

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
