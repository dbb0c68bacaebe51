package ob3

import (
	"time"

	"blazon/internal/jsontext"
)

// object is an object of a document: JSON for readers, and a node with statements for the signature. Both come from it,
// so that nothing is shown that is not signed.
type object struct {
	context []string // of a document only
	id      string   // an IRI; a blank node where it is empty
	kind    *kind
	props   []property
	next    *object // in a list
}

// property is a key with its value. Exactly one of the other fields is set, but flag, which stands for itself where none is.
type property struct {
	key    string
	text   string
	texts  *[]string // a list
	object *object   // or the first of a list
	part   *part     // an object that was compiled before
	list   bool      // of objects, however few they are
	flag   bool
}

// room is where the objects of a common award's credential are made, all at once.
type room struct {
	objects                [8]object
	props                  [40]property
	usedObjects, usedProps int
}

func (r *room) clear() { r.usedObjects, r.usedProps = 0, 0 }

// object is a new object of at most some properties.
func (r *room) object(id string, k *kind, props int) *object {
	if r.usedObjects == len(r.objects) || r.usedProps+props > len(r.props) {
		return &object{id: id, kind: k, props: make([]property, 0, props)}
	}
	o := &r.objects[r.usedObjects]
	r.usedObjects++
	*o = object{id: id, kind: k, props: r.props[r.usedProps : r.usedProps : r.usedProps+props]}
	r.usedProps += props
	return o
}

// put adds a text unless it is empty.
func (o *object) put(key, text string) {
	if text != "" {
		o.props = append(o.props, property{key: key, text: text})
	}
}

// putTexts adds a list of texts unless it is empty.
func (o *object) putTexts(key string, texts []string) {
	if len(texts) > 0 {
		o.props = append(o.props, property{key: key, texts: &texts})
	}
}

// putObject adds an object unless there is none.
func (o *object) putObject(key string, value *object) {
	if value != nil {
		o.props = append(o.props, property{key: key, object: value})
	}
}

// putObjects adds a list of objects unless it is empty.
func (o *object) putObjects(key string, values []*object) {
	var all chain
	for _, value := range values {
		all.add(value)
	}
	o.putList(key, all.first)
}

// chain is a list of objects that hang together.
type chain struct{ first, last *object }

func (c *chain) add(o *object) {
	if c.first == nil {
		c.first = o
	} else {
		c.last.next = o
	}
	c.last = o
}

// putList adds a list of objects that hang together, unless it is empty.
func (o *object) putList(key string, first *object) {
	if first != nil {
		o.props = append(o.props, property{key: key, object: first, list: true})
	}
}

// putFlag adds true or false.
func (o *object) putFlag(key string, flag bool) {
	o.props = append(o.props, property{key: key, flag: flag})
}

// putDate adds a moment unless it is zero.
func (o *object) putDate(key string, t time.Time) {
	if !t.IsZero() {
		o.put(key, dateTime(t))
	}
}

// dateTime is a moment as documents and statements write it.
func dateTime(t time.Time) string { return t.UTC().Format(jsontext.DateForm) }

// write writes the object. extra comes before its end.
func (o *object) write(w *jsontext.Writer, compact bool, extra func(*jsontext.Writer)) {
	w.Open('{')
	w.Texts("@context", o.context...)
	w.Optional("id", o.id)
	if o.kind.single {
		w.Text("type", o.kind.names[0])
	} else {
		w.Texts("type", o.kind.names...)
	}
	for i := range o.props {
		p := &o.props[i]
		switch {
		case p.text != "":
			w.Text(p.key, p.text)
		case p.texts != nil:
			w.Texts(p.key, *p.texts...)
		case p.object != nil && !p.list:
			w.Key(p.key)
			p.object.write(w, compact, nil)
		case p.object != nil:
			w.Key(p.key)
			w.Open('[')
			for value := p.object; value != nil; value = value.next {
				w.Element()
				value.write(w, compact, nil)
			}
			w.Close(']')
		case p.part != nil:
			w.Key(p.key)
			if compact {
				w.Raw(p.part.compact)
			} else {
				w.Raw(p.part.indented)
			}
		default:
			w.Flag(p.key, p.flag)
		}
	}
	if extra != nil {
		extra(w)
	}
	w.Close('}')
}

// bytes is the object as a document.
func (o *object) bytes() []byte {
	w := jsontext.New(2 << 10)
	o.write(w, false, nil)
	return w.Bytes()
}
