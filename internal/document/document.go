// Package document reads the JSON of badges that strangers made: one value from many spellings, and nothing that two
// readers could read differently.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"blazon/internal/strictjson"
)

// Object is a JSON object as it stands. Its values are those of encoding/json, with json.Number for numbers.
type Object map[string]any

// ErrNotObject is what Read gives for JSON that is no object.
var ErrNotObject = errors.New("is not a JSON object")

// Limits of one document. Status lists of a million badges are a document too.
var Limits = strictjson.Limits{Bytes: 4 << 20, Depth: 64, Values: 100_000}

// Read reads one document. The error is a *strictjson.Error or ErrNotObject; it repeats nothing of the text.
func Read(data []byte) (Object, error) {
	if err := strictjson.Check(data, Limits); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, ErrNotObject // unreachable after Check, but for numbers that nothing can hold
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil, ErrNotObject
	}
	return o, nil
}

// Has reports whether a property is there. null and an empty list count as missing, as JSON-LD has it.
func (o Object) Has(key string) bool { return len(o.List(key)) > 0 }

// Text is a property that is a string. It is false where the property is missing or something else.
func (o Object) Text(key string) (string, bool) {
	s, ok := o[key].(string)
	return s, ok
}

// Or is a text property, or a default.
func (o Object) Or(key, otherwise string) string {
	if s, ok := o.Text(key); ok {
		return s
	}
	return otherwise
}

// List is a property's values: those of a list, or the one value that stands for a list of one.
func (o Object) List(key string) []any {
	switch v := o[key].(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// Texts is a property that is a string or a list of strings. It is false where any value is something else.
func (o Object) Texts(key string) ([]string, bool) {
	var texts []string
	for _, v := range o.List(key) {
		s, ok := v.(string)
		if !ok {
			return nil, false
		}
		texts = append(texts, s)
	}
	return texts, true
}

// Object is a property that is an object, or a list of just one.
func (o Object) Object(key string) (Object, bool) {
	list := o.List(key)
	if len(list) != 1 {
		return nil, false
	}
	return As(list[0])
}

// As is a value that is an object.
func As(v any) (Object, bool) {
	switch v := v.(type) {
	case map[string]any:
		return v, true
	case Object:
		return v, true
	}
	return nil, false
}

// ID is the object's id, under the name that badges use or JSON-LD's own.
func (o Object) ID() string {
	if s, ok := o.Text("id"); ok {
		return s
	}
	return o.Or("@id", "")
}

// Types are the object's types.
func (o Object) Types() []string {
	key := "type"
	if _, ok := o[key]; !ok {
		key = "@type"
	}
	var types []string
	for _, v := range o.List(key) {
		if s, ok := v.(string); ok {
			types = append(types, s)
		}
	}
	return types
}

// Is reports whether the object has one of these types.
func (o Object) Is(types ...string) bool {
	return slices.ContainsFunc(o.Types(), func(t string) bool { return slices.Contains(types, t) })
}

// Contexts are the URLs of the object's @context, in order; contexts that stand in the document itself are left out.
func (o Object) Contexts() []string {
	var urls []string
	for _, v := range o.List("@context") {
		if s, ok := v.(string); ok {
			urls = append(urls, s)
		}
	}
	return urls
}

// Ref is the id of what a property refers to, by its URL or by an object with an id. It is empty where there is none.
func Ref(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	if o, ok := As(v); ok {
		return o.ID()
	}
	return ""
}

// Difference is the place of the first difference of two values as a JSON pointer (RFC 6901), and false where they are
// equal. The order of keys means nothing, that of lists does. Two spellings of one number are equal.
func Difference(a, b any) (pointer string, differ bool) { return difference("", a, b) }

func difference(at string, a, b any) (string, bool) {
	switch x := a.(type) {
	case map[string]any:
		y, ok := As(b)
		if !ok {
			return at, true
		}
		return objects(at, x, y)
	case Object:
		y, ok := As(b)
		if !ok {
			return at, true
		}
		return objects(at, x, y)
	case []any:
		y, ok := b.([]any)
		if !ok {
			return at, true
		}
		for i := range x {
			if i >= len(y) {
				return fmt.Sprintf("%s/%d", at, i), true
			}
			if p, d := difference(fmt.Sprintf("%s/%d", at, i), x[i], y[i]); d {
				return p, true
			}
		}
		if len(y) > len(x) {
			return fmt.Sprintf("%s/%d", at, len(x)), true
		}
		return "", false
	case json.Number:
		y, ok := b.(json.Number)
		return at, !ok || !same(x, y)
	}
	if _, ok := As(b); ok {
		return at, true
	}
	if _, ok := b.([]any); ok {
		return at, true
	}
	return at, a != b
}

func objects(at string, x, y Object) (string, bool) {
	keys := slices.Sorted(maps.Keys(x))
	for _, k := range slices.Sorted(maps.Keys(y)) {
		if _, ok := x[k]; !ok {
			keys = append(keys, k)
		}
	}
	for _, k := range keys {
		v, inX := x[k]
		w, inY := y[k]
		p := at + "/" + pointers.Replace(k)
		if inX != inY {
			return p, true
		}
		if p, d := difference(p, v, w); d {
			return p, true
		}
	}
	return "", false
}

var pointers = strings.NewReplacer("~", "~0", "/", "~1")

// same compares two numbers by their value as far as readers of JSON keep it.
func same(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(string(a), 64)
	y, errY := strconv.ParseFloat(string(b), 64)
	// Large integers that differ in what a float64 does not keep are not the same.
	whole := func(n json.Number) bool { return !strings.ContainsAny(string(n), ".eE") }
	return errX == nil && errY == nil && x == y && !(whole(a) && whole(b))
}

// Show quotes a stranger's text for a message: on one line, without control characters, and not too long.
func Show(s string) string {
	const most = 160
	runes := []rune(strings.ToValidUTF8(s, "�"))
	cut := len(runes) > most
	if cut {
		runes = runes[:most]
	}
	q := strconv.QuoteToGraphic(string(runes))
	if cut {
		q = q[:len(q)-1] + "…\""
	}
	return q
}

// Plain is a stranger's text for a headline: as Show, but without quotes.
func Plain(s string) string {
	const most = 200
	var b strings.Builder
	n := 0
	for _, r := range strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " ") {
		// Characters that turn the direction of writing could make a line say something else.
		if !unicode.IsGraphic(r) || unicode.Is(unicode.Bidi_Control, r) {
			continue
		}
		if n++; n > most {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
