package page

import (
	"fmt"
	"html/template"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"
)

// checker finds fields and templates that do not exist in all branches of the templates, so that a mistake in what is
// shown of a revoked award does not wait for the first revocation. It follows the type of the dot and of variables and
// keeps quiet where it cannot know it.
type checker struct {
	errs []error
	seen map[checked]bool
	set  *template.Template
}

type checked struct {
	set  *template.Template
	name string
	dot  reflect.Type
}

// scope is what a name means at one place in a template. A nil type is one that is not known.
type scope struct {
	dot  reflect.Type
	vars map[string]reflect.Type
}

// check checks one template and those that it calls.
func (c *checker) check(set *template.Template, name string, dot reflect.Type) {
	if c.seen == nil {
		c.seen = map[checked]bool{}
	}
	key := checked{set, name, dot}
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	c.set = set
	if t := set.Lookup(name); t != nil && t.Tree != nil {
		c.list(t.Tree, t.Tree.Root, scope{dot, map[string]reflect.Type{"$": dot}})
	}
}

func (c *checker) report(t *parse.Tree, n parse.Node, format string, args ...any) {
	place, _ := t.ErrorContext(n)
	c.errs = append(c.errs, explain(t.ParseName, fmt.Errorf("template: %s: %s", place, fmt.Sprintf(format, args...))))
}

func (c *checker) list(t *parse.Tree, l *parse.ListNode, s scope) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			c.declare(n.Pipe, c.pipe(t, n.Pipe, s), s)
		case *parse.IfNode:
			inner := s.copied()
			c.declare(n.Pipe, c.pipe(t, n.Pipe, s), inner)
			c.list(t, n.List, inner)
			c.list(t, n.ElseList, inner)
		case *parse.WithNode:
			inner := s.copied()
			typ := c.pipe(t, n.Pipe, s)
			c.declare(n.Pipe, typ, inner)
			c.list(t, n.ElseList, inner)
			inner.dot = typ
			c.list(t, n.List, inner)
		case *parse.RangeNode:
			inner := s.copied()
			key, elem := ranged(c.pipe(t, n.Pipe, s))
			if decl := n.Pipe.Decl; len(decl) == 1 {
				inner.vars[decl[0].Ident[0]] = elem
			} else if len(decl) == 2 {
				inner.vars[decl[0].Ident[0]], inner.vars[decl[1].Ident[0]] = key, elem
			}
			c.list(t, n.ElseList, inner)
			inner.dot = elem
			c.list(t, n.List, inner)
		case *parse.TemplateNode:
			var dot reflect.Type
			if n.Pipe != nil {
				dot = c.pipe(t, n.Pipe, s)
			}
			if c.set.Lookup(n.Name) == nil {
				c.report(t, n, "there is no template %q", n.Name)
			} else if dot != nil {
				c.check(c.set, n.Name, dot)
			}
		}
	}
}

func (s scope) copied() scope {
	vars := make(map[string]reflect.Type, len(s.vars))
	for name, typ := range s.vars {
		vars[name] = typ
	}
	return scope{s.dot, vars}
}

// declare gives the pipeline's variables, where it has any, its type. An assignment does not change a variable's type.
func (c *checker) declare(p *parse.PipeNode, typ reflect.Type, s scope) {
	if p.IsAssign {
		return
	}
	for _, v := range p.Decl {
		s.vars[v.Ident[0]] = typ
	}
}

// pipe is the type of a pipeline's value.
func (c *checker) pipe(t *parse.Tree, p *parse.PipeNode, s scope) reflect.Type {
	var typ reflect.Type
	for _, command := range p.Cmds {
		typ = c.command(t, command, s)
	}
	return typ
}

func (c *checker) command(t *parse.Tree, command *parse.CommandNode, s scope) reflect.Type {
	var types []reflect.Type
	for _, arg := range command.Args {
		types = append(types, c.value(t, arg, s))
	}
	name, ok := command.Args[0].(*parse.IdentifierNode)
	if !ok {
		return types[0]
	}
	switch name.Ident {
	case "index":
		if len(types) == 3 {
			_, elem := ranged(types[1])
			return elem
		}
	case "slice":
		if len(types) > 1 {
			return types[1]
		}
	case "len":
		return reflect.TypeFor[int]()
	case "print", "printf", "println", "html", "js", "urlquery":
		return reflect.TypeFor[string]()
	case "eq", "ne", "lt", "le", "gt", "ge", "not":
		return reflect.TypeFor[bool]()
	}
	return nil
}

func (c *checker) value(t *parse.Tree, n parse.Node, s scope) reflect.Type {
	switch n := n.(type) {
	case *parse.DotNode:
		return s.dot
	case *parse.FieldNode:
		return c.fields(t, n, s.dot, n.Ident)
	case *parse.VariableNode:
		return c.fields(t, n, s.vars[n.Ident[0]], n.Ident[1:])
	case *parse.ChainNode:
		return c.fields(t, n, c.value(t, n.Node, s), n.Field)
	case *parse.PipeNode:
		return c.pipe(t, n, s)
	}
	return nil
}

// fields follows a chain of names.
func (c *checker) fields(t *parse.Tree, n parse.Node, typ reflect.Type, names []string) reflect.Type {
	for _, name := range names {
		if typ == nil {
			return nil
		}
		if m, ok := typ.MethodByName(name); ok {
			typ = m.Type.Out(0)
			continue
		}
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if m, ok := typ.MethodByName(name); ok {
			typ = m.Type.Out(0)
			continue
		}
		switch typ.Kind() {
		case reflect.Interface:
			return nil
		case reflect.Map:
			typ = typ.Elem()
			continue
		case reflect.Struct:
			if f, ok := typ.FieldByName(name); ok && f.IsExported() {
				typ = f.Type
				continue
			}
		}
		c.report(t, n, "{{%s}}: %s has no field %q%s", n, called(typ), name, listing(typ))
		return nil
	}
	return typ
}

// called is how a message names a type.
func called(typ reflect.Type) string {
	switch typ.Kind() {
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct:
		return typ.Name()
	}
	return "a " + typ.String()
}

// listing is what a struct's fields are.
func listing(typ reflect.Type) string {
	if typ.Kind() != reflect.Struct {
		return ""
	}
	var names []string
	for _, f := range reflect.VisibleFields(typ) {
		if f.IsExported() && !f.Anonymous {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return "; it has " + strings.Join(slices.Compact(names), ", ")
}

// ranged is what {{range}} yields for a value.
func ranged(typ reflect.Type) (key, elem reflect.Type) {
	if typ == nil {
		return nil, nil
	}
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch typ.Kind() {
	case reflect.Slice, reflect.Array:
		return reflect.TypeFor[int](), typ.Elem()
	case reflect.Map:
		return typ.Key(), typ.Elem()
	case reflect.Int:
		return typ, typ
	}
	return nil, nil
}
