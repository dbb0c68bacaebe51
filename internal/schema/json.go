package schema

import (
	"bytes"
	"encoding/json"
)

// value is what JSON can hold: object, []value, string, int, bool.
type value any

// object is a JSON object whose members keep their order, so that a person can read the schema from top to bottom.
type object []member

type member struct {
	key   string
	value value
}

// widest is the length up to which an object or an array stays on one line.
const widest = 100

// write appends indented JSON. What is short and holds no object of several members stays on one line.
func write(b *bytes.Buffer, v value, indent string) {
	start := b.Len()
	if compact(b, v) && b.Len()-start+len(indent) <= widest {
		return
	}
	deeper := indent + "  "
	switch v := v.(type) {
	case object:
		b.Truncate(start)
		b.WriteByte('{')
		for i, m := range v {
			separate(b, i, deeper)
			compact(b, m.key)
			b.WriteString(": ")
			write(b, m.value, deeper)
		}
		b.WriteString("\n" + indent + "}")
	case []value:
		b.Truncate(start)
		b.WriteByte('[')
		for i, item := range v {
			separate(b, i, deeper)
			write(b, item, deeper)
		}
		b.WriteString("\n" + indent + "]")
	}
}

func separate(b *bytes.Buffer, i int, indent string) {
	if i > 0 {
		b.WriteByte(',')
	}
	b.WriteString("\n" + indent)
}

// compact appends JSON on one line and reports whether it may stay there.
func compact(b *bytes.Buffer, v value) bool {
	simple := true
	switch v := v.(type) {
	case object:
		simple = len(v) <= 1
		b.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			compact(b, m.key)
			b.WriteString(": ")
			simple = compact(b, m.value) && simple
		}
		b.WriteByte('}')
	case []value:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			simple = compact(b, item) && simple
		}
		b.WriteByte(']')
	default:
		enc := json.NewEncoder(b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			panic(err) // a string, a number or a boolean always has a JSON form
		}
		b.Truncate(b.Len() - 1) // the encoder's line break
	}
	return simple
}
