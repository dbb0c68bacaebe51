package decl

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Award files are large and plain: mappings and lists in block form, one line a value. quick reads those into the nodes
// that the YAML library would make of them, several times as fast. It knows a small part of YAML and gives up at anything
// else, so that the library remains the one judge of what is right and what is not. The nodes lack what nothing here
// uses: the tags that the library guesses, and comments.
//
// What it takes, with the columns of keys and dashes as in any YAML:
//
//	key: value
//	key:
//	  - key: 'value'
//	    key: "value"
//	# a comment on a line of its own
//	  - value

// quick returns the root of a document, or nil where the library has to read it.
func quick(data []byte) *yaml.Node {
	if !simpleCharacters(data) {
		return nil
	}
	r := quickReader{text: string(data), line: 1}
	if !r.next() || r.column != 0 {
		return nil
	}
	root := r.block(0, 0)
	if root == nil || r.begin < len(r.text) {
		return nil
	}
	return root
}

// simpleCharacters reports whether a text has no tab, carriage return or other control character, and of what is not
// ASCII only what every version of YAML takes for a plain character that is not blank.
func simpleCharacters(data []byte) bool {
	for i := 0; i < len(data); {
		c := data[i]
		switch {
		case c >= 0x20 && c < 0x7f || c == '\n':
			i++
			continue
		case c < utf8.RuneSelf:
			return false
		}
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError || r < 0xa1 || r >= 0x2000 && r < 0x2070 || r == 0x1680 || r == 0x3000 || r == 0xfeff || r >= 0xfff0 && r < 0x10000 {
			return false
		}
		i += size
	}
	return !bytes.Contains(data, []byte("\n%")) && !bytes.HasPrefix(data, []byte("%"))
}

// quickDepth is how deep blocks may stand in each other; declarations have four.
const quickDepth = 16

// quickReader stands at the beginning of a line's content, or of what is left of it behind a dash.
type quickReader struct {
	text   string
	begin  int // of the content in text; at the end of the text there is no further line
	end    int // of the line, without its line feed
	line   int // from 1
	column int // of the content, from 0

	nodes    []yaml.Node  // to be given out
	pointers []*yaml.Node // the same
	open     []*yaml.Node // the nodes of the blocks that are being read
}

// next goes to the next line that is neither blank nor a comment, or to the end of the text; false there.
func (r *quickReader) next() bool {
	if r.end > 0 || r.begin > 0 { // not before the first line
		r.end++
		r.line++
	}
	for at := r.end; at < len(r.text); {
		end := strings.IndexByte(r.text[at:], '\n')
		if end < 0 {
			end = len(r.text)
		} else {
			end += at
		}
		begin := at
		for begin < end && r.text[begin] == ' ' {
			begin++
		}
		if begin < end && r.text[begin] != '#' {
			r.begin, r.end, r.column = begin, end, begin-at
			return true
		}
		at = end + 1
		r.line++
	}
	r.begin, r.end = len(r.text), len(r.text)
	r.column = -1
	return false
}

func (r *quickReader) node(kind yaml.Kind, column int) *yaml.Node {
	if len(r.nodes) == 0 {
		r.nodes = make([]yaml.Node, 256)
	}
	n := &r.nodes[0]
	r.nodes = r.nodes[1:]
	n.Kind, n.Line, n.Column = kind, r.line, column+1
	return n
}

// content is the list of what was opened since there were so many open nodes.
func (r *quickReader) content(since int) []*yaml.Node {
	list := r.open[since:]
	if len(r.pointers) < len(list) {
		r.pointers = make([]*yaml.Node, max(1024, len(list)))
	}
	own := r.pointers[:len(list):len(list)]
	r.pointers = r.pointers[len(list):]
	copy(own, list)
	r.open = r.open[:since]
	return own
}

// block reads a list or a mapping whose first line is the current one and whose dashes or keys stand in a column. It ends
// before a line with less in front.
func (r *quickReader) block(column, depth int) *yaml.Node {
	if depth > quickDepth {
		return nil
	}
	if r.dash() {
		return r.list(column, depth)
	}
	return r.mapping(column, depth)
}

// dash reports whether the content begins an item of a list.
func (r *quickReader) dash() bool {
	return r.begin+1 < r.end && r.text[r.begin] == '-' && r.text[r.begin+1] == ' '
}

func (r *quickReader) list(column, depth int) *yaml.Node {
	n := r.node(yaml.SequenceNode, column)
	since := len(r.open)
	for r.column == column && r.dash() {
		for r.begin++; r.begin < r.end && r.text[r.begin] == ' '; r.begin++ {
			r.column++
		}
		r.column++
		var item *yaml.Node
		if r.begin == r.end || r.dash() {
			return nil
		}
		if r.key() > 0 {
			item = r.mapping(r.column, depth+1)
		} else {
			item = r.scalar(r.begin, r.column)
			r.next()
		}
		if item == nil {
			return nil
		}
		r.open = append(r.open, item)
	}
	if r.column > column {
		return nil
	}
	n.Content = r.content(since)
	return n
}

// key is the length of the key with which the content begins; 0 where it begins with none that is plain.
func (r *quickReader) key() int {
	line := r.text[r.begin:r.end]
	n := 0
	for n < len(line) && (letter(line[n]) || line[n] == '_' || n > 0 && (digit(line[n]) || line[n] == '-')) {
		n++
	}
	if n == 0 || n > 100 || n == len(line) || line[n] != ':' || n+1 < len(line) && line[n+1] != ' ' {
		return 0
	}
	return n
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

func (r *quickReader) mapping(column, depth int) *yaml.Node {
	n := r.node(yaml.MappingNode, column)
	since := len(r.open)
	for r.column == column {
		length := r.key()
		if length == 0 {
			break // a dash of the list that the mapping is in, or nothing that can be read
		}
		key := r.node(yaml.ScalarNode, column)
		key.Value = r.text[r.begin : r.begin+length]
		at := r.begin + length + 1
		for at < r.end && r.text[at] == ' ' {
			at++
		}
		var value *yaml.Node
		if at < r.end {
			value = r.scalar(at, column+at-r.begin)
			r.next()
		} else {
			r.next()
			switch {
			case r.column == column && r.dash(): // a list may stand right below its key
				value = r.list(column, depth+1)
			case r.column > column:
				value = r.block(r.column, depth+1)
			}
		}
		if value == nil {
			return nil
		}
		r.open = append(r.open, key, value)
	}
	if r.column > column || len(r.open) == since {
		return nil
	}
	n.Content = r.content(since)
	return n
}

// scalar reads a value that ends with its line.
func (r *quickReader) scalar(at, column int) *yaml.Node {
	text := strings.TrimRight(r.text[at:r.end], " ")
	if text == "" {
		return nil
	}
	first := text[0]
	switch {
	case first == '\'' || first == '"':
		inner := text[1:]
		length := strings.IndexByte(inner, first)
		if length < 0 || length != len(inner)-1 || first == '"' && strings.IndexByte(inner, '\\') >= 0 {
			return nil
		}
		n := r.node(yaml.ScalarNode, column)
		n.Value, n.Style = inner[:length], yaml.SingleQuotedStyle
		if first == '"' {
			n.Style = yaml.DoubleQuotedStyle
		}
		return n
	case !letter(first) && !digit(first) && first < utf8.RuneSelf:
		return nil
	}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ':':
			if i+1 == len(text) || text[i+1] == ' ' {
				return nil
			}
		case '#':
			if text[i-1] == ' ' {
				return nil
			}
		}
	}
	n := r.node(yaml.ScalarNode, column)
	n.Value = text
	return n
}
