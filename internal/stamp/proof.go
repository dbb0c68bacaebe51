package stamp

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strconv"

	"blazon/internal/badge"
	"blazon/internal/decl"
)

// reading is what a file says, but for what is filled in, as digests: two readings are compared without keeping both.
type reading struct {
	rest   digest
	awards []digest
	filled []filled // what stands where the entries have their gaps
}

type digest [sha256.Size]byte

// filled are the values of an award that stamp fills in, as the file has them.
type filled struct {
	id, slot                string
	idKind, slotKind        decl.Kind
	recipient               int // number of its keys
	hash, salt, recipientIs string
}

// is reports whether the values are those of the entry.
func (f filled) is(e *entry) bool {
	switch {
	case e.LacksID && (f.id != e.ID || f.idKind != decl.Text),
		e.LacksSlot && (f.slot != strconv.Itoa(e.Slot) || f.slotKind != decl.Integer),
		e.Plain && (f.recipient != 3 || f.hash != e.hash() || f.salt != badge.Salt(e.ID) || f.recipientIs != e.recipient.Kind.String()):
		return false
	}
	return true
}

// read reads a file's values. Of the awards that the entries stand for, it leaves out what they lack.
func read(root decl.Node, entries []*entry) reading {
	w := digester{h: sha256.New()}
	awards := list(root)
	p := reading{awards: make([]digest, 0, awards.Len())}
	w.node(root)
	for k, v := range root.Pairs() {
		w.value(k)
		if k.Text() == "awards" {
			w.node(v)
			continue
		}
		w.value(v)
	}
	w.number(awards.Len())
	p.rest = w.sum()
	for i, n := range awards.Items() {
		if len(entries) == 0 || entries[0].index != i {
			w.value(n)
			p.awards = append(p.awards, w.sum())
			continue
		}
		w.node(n)
		for k, v := range n.Pairs() {
			if !entries[0].fills(k.Text()) {
				w.value(k)
				w.value(v)
			}
		}
		p.awards = append(p.awards, w.sum())
		p.filled = append(p.filled, readFilled(n))
		entries = entries[1:]
	}
	return p
}

// fills reports whether a key's value is what stamp writes.
func (e *entry) fills(key string) bool {
	return e.LacksID && key == "id" || e.LacksSlot && key == "status_index" || e.Plain && key == "recipient"
}

func readFilled(n decl.Node) filled {
	id, slot, r := n.Field("id"), n.Field("status_index"), n.Field("recipient")
	f := filled{id: id.Text(), idKind: id.Kind(), slot: slot.Text(), slotKind: slot.Kind()}
	if r.Kind() == decl.Map {
		f.recipient = r.Len()
		f.hash, f.salt, f.recipientIs = r.Field("hash").Text(), r.Field("salt").Text(), r.Field("type").Text()
	}
	return f
}

// digester sums up values: all that YAML sees, so positions and comments aside.
type digester struct {
	h   hash.Hash
	buf []byte
}

func (w *digester) number(n int) {
	w.buf = binary.AppendUvarint(w.buf, uint64(n))
}

func (w *digester) text(s string) {
	w.number(len(s))
	w.buf = append(w.buf, s...)
}

// node is a node without what it holds.
func (w *digester) node(n decl.Node) {
	flags := 0
	for i, flag := range []bool{n.IsFlow(), n.IsAlias(), n.IsQuoted(), n.IsBlockScalar(), n.IsTagged()} {
		if flag {
			flags |= 1 << i
		}
	}
	w.number(int(n.Kind()))
	w.number(flags)
	w.text(n.Anchor())
	w.text(n.Text())
}

func (w *digester) value(n decl.Node) {
	if len(w.buf) > 1<<16 {
		w.flush()
	}
	w.node(n)
	w.number(n.Len())
	for _, item := range n.Items() {
		w.value(item)
	}
	for k, v := range n.Pairs() {
		w.value(k)
		w.value(v)
	}
}

func (w *digester) flush() {
	w.h.Write(w.buf)
	w.buf = w.buf[:0]
}

func (w *digester) sum() digest {
	w.flush()
	var d digest
	w.h.Sum(d[:0])
	w.h.Reset()
	return d
}
