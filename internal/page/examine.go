package page

import (
	"html/template"
	"slices"
	"text/template/parse"
)

// examiner finds out whether a template, or one that it calls, may show more of a view than values as they are, letter by
// letter: it calls a function, or "title" or another template of award.html. Its methods say so by true.
type examiner struct {
	set  *template.Template
	bare bool            // what is said only of some awards does not count: see bare
	seen map[string]bool // templates that were looked at
}

// call looks at a template. root says whether its dot is an award's view.
func (e *examiner) call(name string, root bool) bool {
	if name == "main" || e.seen[name] {
		return e.bare && name == "main"
	}
	if e.seen == nil {
		e.seen = make(map[string]bool)
	}
	e.seen[name] = true
	t := e.set.Lookup(name)
	return t == nil || t.Tree == nil || t.Tree.ParseName == awardTemplate || e.list(t.Tree.Root, root)
}

func (e *examiner) list(l *parse.ListNode, root bool) bool {
	return l != nil && slices.ContainsFunc(l.Nodes, func(n parse.Node) bool { return e.node(n, root) })
}

func (e *examiner) node(n parse.Node, root bool) bool {
	switch n := n.(type) {
	case *parse.TextNode, *parse.CommentNode:
		return false
	case *parse.ActionNode:
		return pries(n.Pipe)
	case *parse.IfNode:
		return e.branch(&n.BranchNode, root, root)
	case *parse.WithNode:
		return e.branch(&n.BranchNode, root, false)
	case *parse.RangeNode:
		// What it ranges over may be letters, and it may count.
		return !e.skips(n.Pipe, root) || e.list(n.ElseList, root)
	case *parse.TemplateNode:
		return pries(n.Pipe) || e.call(n.Name, false)
	}
	return true
}

// branch looks at both lists of a branch. inner is root for the first.
func (e *examiner) branch(b *parse.BranchNode, root, inner bool) bool {
	if e.skips(b.Pipe, root) {
		return e.list(b.ElseList, root)
	}
	return pries(b.Pipe) || e.list(b.List, inner) || e.list(b.ElseList, root)
}

// skips reports whether a branch is on something that no bare view has.
func (e *examiner) skips(p *parse.PipeNode, root bool) bool {
	if !e.bare || !root || p == nil || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return false
	}
	f, ok := p.Cmds[0].Args[0].(*parse.FieldNode)
	return ok && len(f.Ident) == 1 && slices.Contains(rare, f.Ident[0])
}

// pries reports whether a pipeline may look into a value.
func pries(p *parse.PipeNode) bool { return p != nil && (len(p.Cmds) != 1 || !simple(p.Cmds[0])) }

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
