package page

import (
	"bytes"
	"html/template"
	"strings"
	"text/template/parse"

	"blazon/internal/layout"
)

// mould is what stands around the main parts of the pages of a share: layout.html, executed once. Of each award it holds
// nothing but the id.
type mould struct {
	before, after []string // the award's id stands between two of them
}

// The ids of awards that there are not, and what stands for the main part, in texts that are taken apart again. The two
// ids have no letter in common at any place.
var (
	sampleIDs = [2]string{"mould2of2an2award2page2a3a", "xeqtr7kb7wy7hivbc7zuvq7f4j"}
	mainMark  = "xeqtr7kb7wy7hivbc7zuvq7f4j main mould2of2an2award2page2a3a"
)

// halves are the templates of award pages that are put together.
type halves struct {
	layout *template.Template // with mainMark in place of the main part
	main   *template.Template
}

// readHalves takes the templates of award pages apart; nil where that cannot be done. set is the one of award.html, not
// executed yet. Its own templates are left alone: html/template makes one useless that fails by itself, even where it
// would do within another.
func readHalves(set *template.Template) (*halves, error) {
	if examines(set) {
		return nil, nil
	}
	layout, err := set.Clone()
	if err != nil {
		return nil, err
	}
	if _, err := layout.New("main").Parse(mainMark); err != nil {
		return nil, err
	}
	whole, err := set.Clone()
	if err != nil {
		return nil, err
	}
	h := &halves{layout: layout.Lookup(layoutTemplate), main: whole.Lookup("main")}
	if escape(layout, layoutTemplate, &Award{}) != nil || escape(whole, "main", &Award{}) != nil {
		return nil, nil
	}
	return h, nil
}

// examines reports whether layout.html, or a template that it calls besides the main one, may show more of an award than
// its address, letter by letter: it calls "title" or another template of award.html, or a function.
func examines(set *template.Template) bool {
	seen := map[string]bool{"main": true}
	var list func(l *parse.ListNode) bool
	pipe := func(p *parse.PipeNode) bool {
		if p == nil {
			return false
		}
		return len(p.Cmds) != 1 || !simple(p.Cmds[0])
	}
	branch := func(b *parse.BranchNode) bool { return pipe(b.Pipe) || list(b.List) || list(b.ElseList) }
	call := func(name string) bool {
		if seen[name] {
			return false
		}
		seen[name] = true
		t := set.Lookup(name)
		return t == nil || t.Tree == nil || t.Tree.ParseName == awardTemplate || list(t.Tree.Root)
	}
	node := func(n parse.Node) bool {
		switch n := n.(type) {
		case *parse.TextNode, *parse.CommentNode:
			return false
		case *parse.ActionNode:
			return pipe(n.Pipe)
		case *parse.IfNode:
			return branch(&n.BranchNode)
		case *parse.WithNode:
			return branch(&n.BranchNode)
		case *parse.TemplateNode:
			return pipe(n.Pipe) || call(n.Name)
		}
		return true
	}
	list = func(l *parse.ListNode) bool {
		if l == nil {
			return false
		}
		for _, n := range l.Nodes {
			if node(n) {
				return true
			}
		}
		return false
	}
	return call(layoutTemplate)
}

// simple reports whether a command is a value, or the link to a file or page that it names.
func simple(c *parse.CommandNode) bool {
	switch first := c.Args[0].(type) {
	case *parse.DotNode:
		return len(c.Args) == 1
	case *parse.FieldNode:
		return len(c.Args) == 1 || links(first.Ident) && named(c.Args[1:])
	case *parse.VariableNode:
		return len(c.Args) == 1 || links(first.Ident) && named(c.Args[1:])
	}
	return false
}

func links(names []string) bool {
	last := names[len(names)-1]
	return last == "Asset" || last == "Href"
}

func named(args []parse.Node) bool {
	for _, a := range args {
		if a.Type() != parse.NodeString {
			return false
		}
	}
	return true
}

// makeMould is the mould of a share's pages; nil where they cannot be put together so, or where a template fails: then
// the page itself says how. v is the share's view.
func (r *Renderer) makeMould(v Award, noIndex bool) *mould {
	if r.halves == nil {
		return nil
	}
	v.NoIndex = noIndex
	var frames [len(sampleIDs)]string
	for i, id := range sampleIDs {
		v.setPath(r, id)
		var out bytes.Buffer
		if r.halves.layout.Execute(&out, &v) != nil {
			return nil
		}
		frames[i] = out.String()
	}
	first, second := sampleIDs[0], sampleIDs[1]
	before, after, ok := strings.Cut(frames[1], mainMark)
	if !ok {
		return nil
	}
	m := &mould{before: strings.Split(before, second), after: strings.Split(after, second)}
	other, rest, _ := strings.Cut(frames[0], mainMark)
	if strings.Join(m.before, first) != other || strings.Join(m.after, first) != rest {
		return nil
	}
	whole, err := r.execute(awardTemplate, &v)
	if err != nil {
		return nil
	}
	if made, err := r.pour(m, second, &v); err != nil || !bytes.Equal(made, whole) {
		return nil
	}
	return m
}

// setPath makes the view that of an award's page.
func (v *Award) setPath(r *Renderer, id string) {
	v.from = layout.AwardPage(id)
	v.Canonical = r.site.URL(v.from)
}

// pour makes an award's page of its main part.
func (r *Renderer) pour(m *mould, id string, v *Award) ([]byte, error) {
	out := r.buffers.Get().(*bytes.Buffer)
	defer r.buffers.Put(out)
	out.Reset()
	fill(out, m.before, id)
	if err := r.halves.main.Execute(out, v); err != nil {
		return nil, explain(awardTemplate, err)
	}
	fill(out, m.after, id)
	return bytes.Clone(out.Bytes()), nil
}

func fill(out *bytes.Buffer, parts []string, id string) {
	for i, part := range parts {
		if i > 0 {
			out.WriteString(id)
		}
		out.WriteString(part)
	}
}
