// Package decl reads a person's YAML: nodes with their positions, what YAML 1.2 says they are, and whether they are
// what the content model asks for. It is the only package that knows the YAML library, whose nodes cost 1.8 KB an
// award: nothing outside keeps a Node once its file is read.
package decl

import (
	"iter"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"blazon/internal/diag"
)

// Node is a value in a YAML file. The zero Node is no value at all; its methods answer as an empty text would.
type Node struct {
	file *string
	node *yaml.Node // with aliases resolved
	at   *yaml.Node // where it is used: the alias, where there is one
}

// Kind is what YAML 1.2 takes a node for.
type Kind uint8

// The kinds of node. Odd has a tag of its own.
const (
	Absent Kind = iota
	Null
	Bool
	Integer
	Float
	Text
	List
	Map
	Odd
)

// String is the kind with its article, as messages name it.
func (k Kind) String() string {
	return [...]string{"nothing", "nothing", "a true or false", "a number", "a number", "text", "a list", "a mapping", "a tagged value"}[k]
}

func (f *File) wrap(n *yaml.Node) Node { return wrap(&f.Path, n) }

func (n Node) wrap(m *yaml.Node) Node { return wrap(n.file, m) }

func wrap(file *string, n *yaml.Node) Node {
	at := n
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return Node{file: file, node: n, at: at}
}

// Exists reports whether there is a value.
func (n Node) Exists() bool { return n.node != nil }

// Pos is where the node stands.
func (n Node) Pos() diag.Pos {
	if n.at == nil {
		return diag.Pos{}
	}
	return diag.Pos{File: *n.file, Line: n.at.Line, Col: n.at.Column}
}

// Kind is what YAML 1.2 (core schema) takes the node for, whatever the library's own rules say.
func (n Node) Kind() Kind {
	if n.node == nil {
		return Absent
	}
	kind, tag := Text, "!!str"
	switch n.node.Kind {
	case yaml.SequenceNode:
		kind, tag = List, "!!seq"
	case yaml.MappingNode:
		kind, tag = Map, "!!map"
	}
	switch {
	case n.node.Style&yaml.TaggedStyle != 0 && n.node.ShortTag() != tag:
		return Odd
	case n.node.Style&yaml.TaggedStyle != 0 || kind != Text:
		return kind
	}
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if n.node.Style&quoted != 0 {
		return Text
	}
	return plainKind(n.node.Value)
}

var (
	integerForm = regexp.MustCompile(`^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$`)
	floatForm   = regexp.MustCompile(`^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
)

// plainKind is the kind of a scalar without quotes (YAML 1.2.2 §10.3.2).
func plainKind(s string) Kind {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return Null
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return Bool
	}
	if c := s[0]; c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') {
		return Text
	}
	switch {
	case allDigits(strings.TrimLeft(s, "-+")) && len(strings.TrimLeft(s, "-+")) >= len(s)-1:
		return Integer // as nearly all numbers are
	case strings.Trim(s, "0123456789abcdefABCDEFoxinINTty+-.") != "":
		return Text // a date has more dashes than a number, but a time its colons
	case integerForm.MatchString(s):
		return Integer
	case floatForm.MatchString(s):
		return Float
	}
	return Text
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Text is a scalar's text, whatever its kind; empty for lists and mappings.
func (n Node) Text() string {
	if n.node == nil || n.node.Kind != yaml.ScalarNode {
		return ""
	}
	return n.node.Value
}

// IsTrue reports whether the node is the YAML true.
func (n Node) IsTrue() bool { return n.Kind() == Bool && strings.EqualFold(n.Text(), "true") }

// Int is an integer's value; false where it is none or does not fit.
func (n Node) Int() (int, bool) {
	if n.Kind() != Integer {
		return 0, false
	}
	s := n.Text()
	base := 10
	switch {
	case strings.HasPrefix(s, "0o"):
		base, s = 8, s[2:]
	case strings.HasPrefix(s, "0x"):
		base, s = 16, s[2:]
	}
	v, err := strconv.ParseInt(s, base, 64)
	if err != nil || v > math.MaxInt32 || v < math.MinInt32 {
		return 0, false
	}
	return int(v), true
}

// Items are a list's items.
func (n Node) Items() iter.Seq2[int, Node] {
	return func(yield func(int, Node) bool) {
		if n.node == nil || n.node.Kind != yaml.SequenceNode {
			return
		}
		for i, item := range n.node.Content {
			if !yield(i, n.wrap(item)) {
				return
			}
		}
	}
}

// Len is the number of a list's items or a mapping's pairs.
func (n Node) Len() int {
	switch n.Kind() {
	case List:
		return len(n.node.Content)
	case Map:
		return len(n.node.Content) / 2
	}
	return 0
}

// Pairs are a mapping's keys and values, in the file's order.
func (n Node) Pairs() iter.Seq2[Node, Node] {
	return func(yield func(Node, Node) bool) {
		if n.node == nil || n.node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.node.Content); i += 2 {
			if !yield(n.wrap(n.node.Content[i]), n.wrap(n.node.Content[i+1])) {
				return
			}
		}
	}
}

// Field is the value of a mapping's key; the zero Node where there is none.
func (n Node) Field(key string) Node {
	for k, v := range n.Pairs() {
		if k.Text() == key && k.node.Kind == yaml.ScalarNode {
			return v
		}
	}
	return Node{}
}

func (n Node) isScalar() bool { return n.node != nil && n.node.Kind == yaml.ScalarNode }

// IsFlow reports whether a list or mapping is written in brackets or braces.
func (n Node) IsFlow() bool { return n.node != nil && n.node.Style&yaml.FlowStyle != 0 }

// IsAlias reports whether the node is used through an alias (*name).
func (n Node) IsAlias() bool { return n.at != n.node }

// Anchor is the name under which aliases may refer to the node; empty where it has none.
func (n Node) Anchor() string {
	if n.node == nil {
		return ""
	}
	return n.node.Anchor
}

// IsAliased reports whether an alias elsewhere in the file stands for the very same node, so that an edit of the one would
// change the other.
func (f *File) IsAliased(n Node) bool { return f.aliased[n.node] }

// IsQuoted reports whether a scalar stands in single or double quotes.
func (n Node) IsQuoted() bool {
	return n.node != nil && n.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
}

// IsBlockScalar reports whether a scalar is written with | or >.
func (n Node) IsBlockScalar() bool {
	return n.node != nil && n.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// IsTagged reports whether the node has an explicit tag.
func (n Node) IsTagged() bool { return n.node != nil && n.node.Style&yaml.TaggedStyle != 0 }

// Value is the node as JSON would have it: nil, bool, int64, float64, string, []any, map[string]any. For the schema's tests and for
// tools; the loader has no use for it.
func (n Node) Value() any {
	switch n.Kind() {
	case Bool:
		return n.IsTrue()
	case Integer:
		if v, ok := n.Int(); ok {
			return int64(v)
		}
		return int64(math.MaxInt64) // it does not fit; no limit of the model is as high
	case Float:
		v, _ := strconv.ParseFloat(n.Text(), 64)
		return v
	case Text:
		return n.Text()
	case Odd:
		return n.untagged().Value()
	case List:
		items := make([]any, 0, n.Len())
		for _, item := range n.Items() {
			items = append(items, item.Value())
		}
		return items
	case Map:
		pairs := make(map[string]any, n.Len())
		for k, v := range n.Pairs() {
			pairs[k.Text()] = v.Value()
		}
		return pairs
	}
	return nil
}

// untagged is the node as it would be without its tag.
func (n Node) untagged() Node {
	plain := *n.node
	plain.Style &^= yaml.TaggedStyle
	return Node{file: n.file, node: &plain, at: n.at}
}
