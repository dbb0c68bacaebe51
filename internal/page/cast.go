package page

import (
	"bytes"
	"strings"
	"sync/atomic"
)

// cast is the main part of the pages of a share that tell the same days and nothing else but a name: the main template,
// executed for holders that there are not. An award's id and its holder's name stand between its pieces. What html/template
// makes of a name depends on where it stands; only where it makes of a name with every sign that it knows what it makes of
// it in a text is there a cast. It escapes sign by sign, so that it does the same with every other name.
type cast struct {
	key    castKey
	pieces []piece // empty: there is none
}

// castKey is what the main parts of one cast have in common besides their share.
type castKey struct {
	issued, expires string
	named           bool
}

type piece struct {
	text string
	name bool // the name comes after it, else the id; nothing after the last
}

// casts keeps the cast that was used last: awards that are made one after another mostly tell the same days.
type casts struct {
	last   atomic.Pointer[cast]
	missed atomic.Pointer[castKey] // what was asked for last and not there
}

// rare are the fields of an award's view that most awards have no value in. Without any the view is bare.
var rare = []string{"Narrative", "Evidence", "Results", "Replaces", "Revoked", "Erased"}

func (v *Award) bare() bool {
	return v.Narrative == "" && len(v.Evidence) == 0 && len(v.Results) == 0 && v.Replaces == nil && v.Revoked == nil && v.Erased == nil
}

// sampleNames are of holders that there are not. Two hold every sign that html/template knows, and some that it does not;
// the third holds none, as filters put one text in place of all others.
var sampleNames = func() (names [3]string) {
	var signs strings.Builder
	for c := range 0x80 {
		signs.WriteByte(byte(c))
	}
	signs.WriteString("\u00a0\u2028\u2029\ufeff\ufdd0\U0001f3c5e\u0301<!-- </script> ]]> javascript: {{}} %41 \\u0041 ")
	return [3]string{"dasher" + signs.String(), signs.String() + "prancer", "vixen"}
}()

// inText escapes a name as html/template does in a text.
var inText = strings.NewReplacer("\x00", "\ufffd", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;")

// main makes the main part of an award's page.
func (r *Renderer) main(out *bytes.Buffer, c *casts, id string, v *Award) error {
	if !r.halves.plain || !v.bare() {
		return r.executeMain(out, v)
	}
	key := castKey{issued: v.Issued.ISO, named: v.Name != ""}
	if v.Expires != nil {
		key.expires = v.Expires.ISO
	}
	if last := c.last.Load(); last != nil && last.key == key {
		if len(last.pieces) == 0 {
			return r.executeMain(out, v)
		}
		last.fill(out, id, inText.Replace(v.Name))
		return nil
	}
	if before := c.missed.Swap(&key); before != nil && *before == key {
		made := r.makeCast(key, *v)
		c.last.Store(made)
	}
	return r.executeMain(out, v)
}

func (r *Renderer) executeMain(out *bytes.Buffer, v *Award) error {
	if err := r.halves.main.Execute(out, v); err != nil {
		return explain(awardTemplate, err)
	}
	return nil
}

// makeCast is the cast of a view and those like it.
func (r *Renderer) makeCast(key castKey, v Award) *cast {
	var texts, ids, names [3]string
	for i := range texts {
		ids[i] = sampleIDs[i%2]
		v.setPath(r, ids[i])
		if key.named {
			v.Name = sampleNames[i]
			names[i] = inText.Replace(v.Name)
		}
		var out bytes.Buffer
		if r.executeMain(&out, &v) != nil {
			return &cast{key: key}
		}
		texts[i] = out.String()
	}
	c := &cast{key: key, pieces: cutPieces(texts[1], ids[1], names[1])}
	for i, text := range texts {
		var again bytes.Buffer
		if c.fill(&again, ids[i], names[i]); again.String() != text {
			return &cast{key: key}
		}
	}
	return c
}

// cutPieces takes a text apart at the ids and names in it.
func cutPieces(text, id, name string) []piece {
	var pieces []piece
	for {
		at, length, isName := strings.Index(text, id), len(id), false
		if name != "" {
			if n := strings.Index(text, name); n >= 0 && (at < 0 || n < at) {
				at, length, isName = n, len(name), true
			}
		}
		if at < 0 {
			return append(pieces, piece{text: text})
		}
		pieces = append(pieces, piece{text[:at], isName})
		text = text[at+length:]
	}
}

func (c *cast) fill(out *bytes.Buffer, id, name string) {
	for i, p := range c.pieces {
		out.WriteString(p.text)
		switch {
		case i == len(c.pieces)-1:
		case p.name:
			out.WriteString(name)
		default:
			out.WriteString(id)
		}
	}
}
