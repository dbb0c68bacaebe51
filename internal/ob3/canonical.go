package ob3

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strconv"

	"blazon/internal/rdfc"
)

// cut is where a line stands in a text. Lines are sorted as cuts: slices of bytes would have the collector watch each
// exchange of two.
type cut struct{ start, end int32 }

// sheaf is lines of a text, sorted.
type sheaf struct {
	text  []byte
	lines []cut
}

func (s sheaf) line(n int) []byte { return s.text[s.lines[n].start:s.lines[n].end] }

func (s sheaf) sort() {
	slices.SortFunc(s.lines, func(a, b cut) int { return bytes.Compare(s.text[a.start:a.end], s.text[b.start:b.end]) })
}

// canonical appends the statements of the graph and its parts in canonical form (RDFC-1.0): every blank node has its
// label and the lines are sorted. Where two blank nodes look alike from one step away, package rdfc does it all.
func (g *graph) canonical(dst []byte) ([]byte, error) {
	if g.err != nil {
		return dst, g.err
	}
	if !g.label() {
		return g.whole(dst)
	}
	g.clear()
	offset := 0
	for _, p := range g.parts {
		g.labelled(p.text, p.lines, offset)
		offset += len(p.hashes)
	}
	g.labelled(g.text, g.lines, offset)
	g.rendered.sort()
	g.sheaves = append(g.sheaves[:0], g.rendered)
	for _, p := range g.parts {
		g.sheaves = append(g.sheaves, p.fixed)
	}
	return merge(dst, g.sheaves), nil
}

// merge appends the lines of several sheaves in order, each line once. It uses the sheaves up.
func merge(dst []byte, sheaves []sheaf) []byte {
	var last []byte
	for {
		var next []byte
		from := -1
		for n := range sheaves {
			if len(sheaves[n].lines) == 0 {
				continue
			}
			if line := sheaves[n].line(0); from < 0 || bytes.Compare(line, next) < 0 {
				next, from = line, n
			}
		}
		if from < 0 {
			return dst
		}
		sheaves[from].lines = sheaves[from].lines[1:]
		if !bytes.Equal(next, last) {
			dst = append(dst, next...)
			last = next
		}
	}
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
	name := func(n, node int32) []byte {
		if n == node {
			return selfLabel
		}
		return otherLabel
	}
	for node := range int32(n) {
		g.clear()
		for _, line := range lines {
			if line.subject == node || line.object == node {
				g.line(text, line, name(line.subject, node), name(line.object, node))
			}
		}
		g.rendered.sort()
		g.sheaves = append(g.sheaves[:0], g.rendered)
		g.scratch = merge(g.scratch[:0], g.sheaves)
		dst = append(dst, sha256.Sum256(g.scratch))
	}
	return dst
}

var selfLabel, otherLabel = []byte("_:a"), []byte("_:z")

// labelled renders lines with the labels of their blank nodes, of which offset come before them.
func (g *graph) labelled(text []byte, lines []statement, offset int) {
	labels := g.labels[offset:]
	for _, line := range lines {
		var subject, object []byte
		if line.subject >= 0 {
			subject = labels[line.subject]
		}
		if line.object >= 0 {
			object = labels[line.object]
		}
		g.line(text, line, subject, object)
	}
}

// clear makes room for rendered lines.
func (g *graph) clear() {
	g.rendered = sheaf{text: g.rendered.text[:0], lines: g.rendered.lines[:0]}
}

// line renders one statement with the labels of its blank nodes.
func (g *graph) line(text []byte, line statement, subject, object []byte) {
	dst := g.rendered.text
	start := int32(len(dst))
	body := text[line.start:line.end]
	if line.subject >= 0 {
		dst = append(dst, subject...)
		body = body[markLen:]
	}
	if line.object >= 0 {
		dst = append(dst, body[:len(body)-markLen-len(ending)]...)
		dst = append(dst, object...)
		body = body[len(body)-len(ending):]
	}
	dst = append(dst, body...)
	g.rendered.text = dst
	g.rendered.lines = append(g.rendered.lines, cut{start, int32(len(dst))})
}

// whole leaves everything to the full algorithm.
func (g *graph) whole(dst []byte) ([]byte, error) {
	name := func(n int32, offset int) []byte { return strconv.AppendInt([]byte("_:b"), int64(n)+int64(offset), 10) }
	add := func(from []byte, lines []statement, offset int) {
		for _, line := range lines {
			g.line(from, line, name(line.subject, offset), name(line.object, offset))
		}
	}
	g.clear()
	offset := 0
	for _, p := range g.parts {
		g.rendered.text = append(g.rendered.text, p.fixed.text...)
		add(p.text, p.lines, offset)
		offset += len(p.hashes)
	}
	add(g.text, g.lines, offset)
	quads, err := rdfc.Parse(g.rendered.text)
	if err != nil {
		return dst, err
	}
	canonical, err := rdfc.Canonicalize(quads, rdfc.Limits{})
	if err != nil {
		return dst, err
	}
	return append(dst, canonical...), nil
}
