package schema_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/decl"
	"blazon/internal/model"
)

// seen holds in which ways the corpus uses each key, object and list of the model.
type seen map[string]bool

func (s seen) note(format string, args ...any) { s[fmt.Sprintf(format, args...)] = true }

// walk notes what a value is, for its type: right, without a value, of the wrong kind, or otherwise wrong.
func (s seen) walk(key string, n decl.Node, t *model.Type) {
	switch {
	case n.Kind() == decl.Null:
		s.note("%s null", key)
	case !fits(n, t):
		s.note("%s kind", key)
	case len(decl.Validate(n, t)) > 0:
		s.note("%s value", key)
	default:
		s.note("%s right", key)
	}
	switch {
	case t.Kind == model.Text && slices.Contains(t.Enum, n.Text()):
		s.note("%s word %s", key, n.Text())
	case t.Kind == model.List && n.Kind() == decl.List:
		texts := make(map[string]bool)
		for _, item := range n.Items() {
			s.walk(key+"[]", item, t.Item)
			if texts[item.Text()] {
				s.note("%s twice", key)
			}
			texts[item.Text()] = true
		}
	case t.Kind == model.Map && n.Kind() == decl.Map:
		s.object(n, t.Object)
	case t.Kind == model.Choice:
		for i, c := range t.Choices {
			if fits(n, c) {
				s.walk(fmt.Sprintf("%s|%d", key, i), n, c)
			}
		}
	}
}

// fits reports whether a value is of the kind that its type asks for.
func fits(n decl.Node, t *model.Type) bool {
	if t.Kind == model.Choice {
		return slices.ContainsFunc(t.Choices, func(c *model.Type) bool { return fits(n, c) })
	}
	return n.Kind() == map[model.Kind]decl.Kind{model.Text: decl.Text, model.Bool: decl.Bool, model.Integer: decl.Integer,
		model.List: decl.List, model.Map: decl.Map}[t.Kind]
}

func (s seen) object(n decl.Node, o *model.Object) {
	var present []string
	for k, v := range n.Pairs() {
		if f, ok := o.Field(k.Text()); ok {
			present = append(present, f.Key)
			s.walk(o.Name+"."+f.Key, v, f.Type)
		} else {
			s.note("%s unknown", o.Name)
		}
	}
	count := func(keys []string) int {
		return len(keys) - len(slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return slices.Contains(present, k) }))
	}
	for _, f := range o.Fields {
		if !slices.Contains(present, f.Key) {
			s.note("%s missing", o.Name+"."+f.Key)
			continue
		}
		for _, other := range o.Keys() {
			if slices.Contains(present, other) {
				s.note("%s.%s beside %s", o.Name, f.Key, other)
			} else {
				s.note("%s.%s without %s", o.Name, f.Key, other)
			}
		}
	}
	s.note("%s with %d of one", o.Name, min(count(o.OneOf), 2))
	s.note("%s with %d of any", o.Name, min(count(o.AnyOf), 1))
}

// demand lists what the files that are right, and those that are not, must show of a type.
func demand(key string, t *model.Type, right, wrong *[]string) {
	add := func(to *[]string, format string, args ...any) { *to = append(*to, fmt.Sprintf(format, args...)) }
	add(right, "%s right", key)
	add(wrong, "%s null", key)
	add(wrong, "%s kind", key)
	switch t.Kind {
	case model.Text:
		if t.Format != nil || t.Enum != nil {
			add(wrong, "%s value", key)
		}
		if len(t.Enum) <= 8 { // the long lists are tried in TestWords
			for _, w := range t.Enum {
				add(right, "%s word %s", key, w)
			}
		}
	case model.Integer:
		add(wrong, "%s value", key)
	case model.List:
		add(wrong, "%s value", key)
		if t.Unique {
			add(wrong, "%s twice", key)
		}
		if t.Item.Kind != model.Map {
			demand(key+"[]", t.Item, right, wrong)
			return
		}
		object(t.Item.Object, right, wrong)
	case model.Map:
		add(wrong, "%s value", key)
		object(t.Object, right, wrong)
	case model.Choice:
		for i, c := range t.Choices {
			add(right, "%s|%d right", key, i)
			switch c.Kind {
			case model.Map:
				object(c.Object, right, wrong)
			case model.List:
				object(c.Item.Object, right, wrong)
			default:
				add(wrong, "%s|%d value", key, i)
			}
		}
	}
}

func object(o *model.Object, right, wrong *[]string) {
	add := func(to *[]string, format string, args ...any) { *to = append(*to, fmt.Sprintf(format, args...)) }
	add(wrong, "%s unknown", o.Name)
	for _, f := range o.Fields {
		demand(o.Name+"."+f.Key, f.Type, right, wrong)
		if f.Required {
			add(wrong, "%s.%s missing", o.Name, f.Key)
		} else {
			add(right, "%s.%s missing", o.Name, f.Key)
		}
		for _, needed := range o.Needs[f.Key] {
			add(right, "%s.%s beside %s", o.Name, f.Key, needed)
			add(wrong, "%s.%s without %s", o.Name, f.Key, needed)
		}
		if companions, ok := o.Alone[f.Key]; ok {
			for _, other := range o.Keys() {
				if slices.Contains(companions, other) {
					add(right, "%s.%s beside %s", o.Name, f.Key, other)
				} else if other != f.Key {
					add(wrong, "%s.%s beside %s", o.Name, f.Key, other)
				}
			}
		}
	}
	if o.OneOf != nil {
		add(wrong, "%s with 0 of one", o.Name)
		add(wrong, "%s with 2 of one", o.Name)
	}
	if o.AnyOf != nil {
		add(wrong, "%s with 0 of any", o.Name)
	}
}

func TestCorpusCoversTheModel(t *testing.T) {
	for _, f := range model.Files() {
		t.Run(f.Name, func(t *testing.T) {
			right, wrong := make(seen), make(seen)
			for _, file := range corpus(t, f, good) {
				right.walk(f.Name, file.root, f.Type)
			}
			for _, verdict := range []string{bad, beyond} {
				for _, file := range corpus(t, f, verdict) {
					wrong.walk(f.Name, file.root, f.Type)
				}
			}
			var inRight, inWrong []string
			demand(f.Name, f.Type, &inRight, &inWrong)
			assert.NotEmpty(t, inRight)
			for _, what := range inRight {
				assert.True(t, right[what], "no good file shows: %s", what)
			}
			for _, what := range inWrong {
				if what == f.Name+" null" || what == f.Name+" value" { // an empty file has no root
					continue
				}
				assert.True(t, wrong[what], "no bad file shows: %s", what)
			}
		})
	}
}
