// Package schema makes JSON Schemas (draft 2020-12) of the content model, for editors that complete and check YAML as
// it is typed. A schema says what the loader says, as far as a schema can: it knows the form of a date, but not that
// February has no 30th day.
package schema

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"blazon/internal/model"
)

// Dialect is the $schema of every schema.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Names lists the kinds of file that have a schema, in the order of the documentation.
func Names() []string {
	var names []string
	for _, f := range model.Files() {
		names = append(names, f.Name)
	}
	return names
}

// Make returns the schema of one kind of file, or, for the empty name, one schema for all of them with each under
// $defs. It is indented JSON that ends in a line break. The error is about an unknown name.
func Make(name string) ([]byte, error) {
	files := model.Files()
	if name == "" {
		return encode(everything(files)), nil
	}
	for _, f := range files {
		if f.Name == name {
			return encode(single(f)), nil
		}
	}
	return nil, fmt.Errorf("no schema %q: the schemas are %s", name, strings.Join(Names(), ", "))
}

// single is the schema of one kind of file.
func single(f model.File) object {
	m := maker{defs: make(map[string]object)}
	root := append(object{{"$schema", Dialect}}, m.file(f)...)
	return m.withDefs(root)
}

// everything is the schema of any file.
func everything(files []model.File) object {
	m := maker{defs: make(map[string]object)}
	var any []value
	for _, f := range files {
		m.define(f.Name, m.file(f))
		any = append(any, reference(f.Name))
	}
	return m.withDefs(object{
		{"$schema", Dialect},
		{"title", "blazon"},
		{"description", "Any file that blazon reads. The schema of one kind of file gives better messages."},
		{"anyOf", any},
	})
}

// maker collects the definitions that a schema refers to.
type maker struct {
	defs  map[string]object
	names []string // of the definitions, in the order in which they are first needed
}

func (m *maker) define(name string, o object) {
	if _, ok := m.defs[name]; !ok {
		m.names = append(m.names, name)
	}
	m.defs[name] = o
}

func (m *maker) withDefs(root object) object {
	if len(m.names) == 0 {
		return root
	}
	var defs object
	for _, name := range m.names {
		defs = append(defs, member{name, m.defs[name]})
	}
	return append(root, member{"$defs", defs})
}

func reference(name string) object { return object{{"$ref", "#/$defs/" + name}} }

// file is a kind of file as a whole: its type's own keywords below its title.
func (m *maker) file(f model.File) object {
	head := object{{"title", f.Pattern}, {"description", f.Doc}}
	if f.Type.Kind == model.Map {
		return append(head, m.object(f.Type.Object)...)
	}
	return append(head, m.typ(f.Type)...)
}

func (m *maker) typ(t *model.Type) object {
	switch t.Kind {
	case model.Text:
		return text(t)
	case model.Bool:
		return object{{"type", "boolean"}}
	case model.Integer:
		return object{{"type", "integer"}, {"minimum", t.Min}, {"maximum", t.Max}}
	case model.List:
		o := object{{"type", "array"}, {"items", m.typ(t.Item)}}
		if t.Unique {
			o = append(o, member{"uniqueItems", true})
		}
		if len(t.Needs) > 0 {
			o = append(o, member{"allOf", needs(t.Needs)})
		}
		return o
	case model.Map:
		name := t.Object.Name
		if _, ok := m.defs[name]; !ok {
			m.define(name, nil) // its place, ahead of what it refers to
			o := m.object(t.Object)
			if t.Object.Doc != "" {
				o = append(object{{"description", t.Object.Doc}}, o...)
			}
			m.define(name, o)
		}
		return reference(name)
	}
	var choices []value
	for _, c := range t.Choices {
		choices = append(choices, m.typ(c))
	}
	return object{{"anyOf", choices}}
}

// needs says that some items of a list want others beside them.
func needs(all []model.Need) []value {
	holds := func(item string) object { return object{{"contains", object{{"const", item}}}} }
	var rules []value
	for _, n := range all {
		rules = append(rules, object{{"if", holds(n.Item)}, {"then", holds(n.Other)}})
	}
	return rules
}

func text(t *model.Type) object {
	o := object{{"type", "string"}}
	switch {
	case len(t.Enum) > 0 && t.Open != "":
		own := "^" + t.Open + model.OpenPattern + "$"
		return append(o, member{"anyOf", []value{object{{"enum", list(t.Enum)}}, object{{"pattern", own}}}})
	case len(t.Enum) > 0:
		return append(o, member{"enum", list(t.Enum)})
	case t.Format != nil:
		return append(o, member{"pattern", t.Format.Pattern})
	}
	return o
}

// object is the keywords of a mapping, without a description.
func (m *maker) object(o *model.Object) object {
	var properties object
	var required []string
	for _, f := range o.Fields {
		properties = append(properties, member{f.Key, m.field(f)})
		if f.Required {
			required = append(required, f.Key)
		}
	}
	s := object{{"type", "object"}, {"properties", properties}}
	if required != nil {
		s = append(s, member{"required", list(required)})
	}
	s = append(s, member{"additionalProperties", false})
	if o.OneOf != nil {
		s = append(s, member{"oneOf", eachRequired(o.OneOf)})
	}
	if o.AnyOf != nil {
		s = append(s, member{"anyOf", eachRequired(o.AnyOf)})
	}
	if o.Needs != nil {
		var needs object
		for _, key := range inOrder(o, o.Needs) {
			needs = append(needs, member{key, list(o.Needs[key])})
		}
		s = append(s, member{"dependentRequired", needs})
	}
	if o.Alone != nil {
		var all []value
		for _, key := range inOrder(o, o.Alone) {
			allowed := append([]string{key}, o.Alone[key]...)
			all = append(all, object{
				{"if", object{{"required", list([]string{key})}}},
				{"then", object{{"propertyNames", object{{"enum", list(allowed)}}}}},
			})
		}
		s = append(s, member{"allOf", all})
	}
	return s
}

// inOrder lists the keys of a map in the order of the object's fields.
func inOrder(o *model.Object, of map[string][]string) []string {
	var keys []string
	for _, key := range o.Keys() {
		if _, ok := of[key]; ok {
			keys = append(keys, key)
		}
	}
	return keys
}

func eachRequired(keys []string) []value {
	var each []value
	for _, key := range keys {
		each = append(each, object{{"required", list([]string{key})}})
	}
	return each
}

func (m *maker) field(f model.Field) object {
	doc := f.Doc
	if f.Default != "" {
		doc += " Default: " + f.Default + "."
	}
	example, ok := exampleOf(f)
	if !ok && f.Example != "" {
		doc += " Example: " + f.Example
	}
	o := object{{"description", doc}}
	o = append(o, m.typ(f.Type)...)
	if ok {
		o = append(o, member{"examples", []value{example}})
	}
	return o
}

// exampleOf is a field's example, which the model has as YAML, where it is a single text or number.
func exampleOf(f model.Field) (value, bool) {
	t := f.Type
	if t.Kind == model.Choice {
		i := slices.IndexFunc(t.Choices, func(c *model.Type) bool { return c.Kind == model.Text })
		if i < 0 {
			return nil, false
		}
		t = t.Choices[i]
	}
	switch {
	case f.Example == "":
		return nil, false
	case t.Kind == model.Text:
		return strings.Trim(f.Example, `"`), true
	case t.Kind == model.Integer:
		n, err := strconv.Atoi(f.Example)
		return n, err == nil
	}
	return nil, false
}

func list(words []string) []value {
	values := make([]value, len(words))
	for i, w := range words {
		values[i] = w
	}
	return values
}

func encode(o object) []byte {
	var b bytes.Buffer
	write(&b, o, "")
	b.WriteByte('\n')
	return b.Bytes()
}
