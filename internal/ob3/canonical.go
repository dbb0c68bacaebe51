package ob3

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strconv"

	"blazon/internal/rdfc"
)

// canonical appends the statements of the graph and its parts in canonical form (RDFC-1.0): every blank node has its
// label and the lines are sorted. Where two blank nodes look alike from one step away, package rdfc does it all.
func (g *graph) canonical(dst []byte) ([]byte, error) {
	if g.err != nil {
		return dst, g.err
	}
	if !g.label() {
		return g.whole(dst)
	}
	g.render = g.render[:0]
	g.sorted = g.sorted[:0]
	offset := 0
	for _, p := range g.parts {
		g.labelled(p.text, p.lines, offset)
		offset += len(p.hashes)
	}
	g.labelled(g.text, g.lines, offset)
	g.cut()
	slices.SortFunc(g.sorted, bytes.Compare)
	if len(g.parts) != 1 {
		for _, p := range g.parts {
			g.sorted = append(g.sorted, p.fixed...)
		}
		slices.SortFunc(g.sorted, bytes.Compare)
		return merge(dst, g.sorted, nil), nil
	}
	return merge(dst, g.sorted, g.parts[0].fixed), nil
}

// merge appends two sorted lists of lines as one, each line once.
func merge(dst []byte, a, b [][]byte) []byte {
	var last []byte
	for len(a) > 0 || len(b) > 0 {
		var next []byte
		if len(b) == 0 || len(a) > 0 && bytes.Compare(a[0], b[0]) < 0 {
			next, a = a[0], a[1:]
		} else {
			next, b = b[0], b[1:]
		}
		if !bytes.Equal(next, last) {
			dst = append(dst, next...)
			last = next
		}
	}
	return dst
}

// label gives each blank node its label, in the order of first-degree hashes (RDFC-1.0 §4.4). It reports whether these
// settle it: no two are alike.
func (g *graph) label() bool {
	g.hashes = g.hashes[:0]
	for _, p := range g.parts {
		g.hashes = append(g.hashes, p.hashes...)
	}
	g.hashes = g.degree(g.hashes, g.text, g.lines, g.nodes)
	g.order = g.order[:0]
	for n := range g.hashes {
		g.order = append(g.order, int32(n))
	}
	slices.SortFunc(g.order, func(a, b int32) int { return bytes.Compare(g.hashes[a][:], g.hashes[b][:]) })
	if cap(g.labels) < len(g.order) {
		g.labels = make([][]byte, len(g.order))
	}
	g.labels = g.labels[:len(g.order)]
	for rank, n := range g.order {
		if rank > 0 && g.hashes[n] == g.hashes[g.order[rank-1]] {
			return false
		}
		g.labels[n] = strconv.AppendInt(append(g.labels[n][:0], "_:c14n"...), int64(rank), 10)
	}
	return true
}

// degree appends the first-degree hash (RDFC-1.0 §4.6) of each of n blank nodes.
func (g *graph) degree(dst [][sha256.Size]byte, text []byte, lines []statement, n int) [][sha256.Size]byte {
	for node := range int32(n) {
		g.render, g.sorted = g.render[:0], g.sorted[:0]
		for _, line := range lines {
			if line.subject != node && line.object != node {
				continue
			}
			g.line(text, line, func(other int32) []byte {
				if other == node {
					return selfLabel
				}
				return otherLabel
			})
		}
		g.cut()
		slices.SortFunc(g.sorted, bytes.Compare)
		g.scratch = merge(g.scratch[:0], g.sorted, nil)
		dst = append(dst, sha256.Sum256(g.scratch))
	}
	return dst
}

var selfLabel, otherLabel = []byte("_:a"), []byte("_:z")

// labelled renders lines with the labels of their blank nodes, of which offset come before them.
func (g *graph) labelled(text []byte, lines []statement, offset int) {
	for _, line := range lines {
		g.line(text, line, func(n int32) []byte { return g.labels[int(n)+offset] })
	}
}

// line renders one statement into g.render; its length stands in g.sorted until cut.
func (g *graph) line(text []byte, line statement, label func(int32) []byte) {
	from := len(g.render)
	body := text[line.start:line.end]
	if line.subject >= 0 {
		g.render = append(g.render, label(line.subject)...)
		body = body[markLen:]
	}
	if line.object >= 0 {
		g.render = append(g.render, body[:len(body)-markLen-len(ending)]...)
		g.render = append(g.render, label(line.object)...)
		body = body[len(body)-len(ending):]
	}
	g.render = append(g.render, body...)
	g.sorted = append(g.sorted, g.render[from:len(g.render):len(g.render)])
}

// cut points the rendered lines into g.render, which may have moved while it grew.
func (g *graph) cut() {
	at := 0
	for i, line := range g.sorted {
		g.sorted[i] = g.render[at : at+len(line)]
		at += len(line)
	}
}

// whole leaves everything to the full algorithm.
func (g *graph) whole(dst []byte) ([]byte, error) {
	var text []byte
	name := func(offset int) func(int32) []byte {
		return func(n int32) []byte { return strconv.AppendInt([]byte("_:b"), int64(n)+int64(offset), 10) }
	}
	add := func(from []byte, lines []statement, offset int) {
		g.render, g.sorted = g.render[:0], g.sorted[:0]
		for _, line := range lines {
			g.line(from, line, name(offset))
		}
		text = append(text, g.render...)
	}
	offset := 0
	for _, p := range g.parts {
		for _, line := range p.fixed {
			text = append(text, line...)
		}
		add(p.text, p.lines, offset)
		offset += len(p.hashes)
	}
	add(g.text, g.lines, offset)
	quads, err := rdfc.Parse(text)
	if err != nil {
		return dst, err
	}
	canonical, err := rdfc.Canonicalize(quads, rdfc.Limits{})
	if err != nil {
		return dst, err
	}
	return append(dst, canonical...), nil
}
