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
	// Lines without blank nodes stay where they are.
	all := sheaf{text: g.text, lines: g.lineRoom[:0]}
	for _, line := range g.lines {
		if line.subject < 0 && line.object < 0 {
			all.lines = append(all.lines, cut{line.start, line.end})
		}
	}
	offset := 0
	for _, p := range g.parts {
		all.labelled(p.text, p.lines, g.labels[offset:])
		offset += len(p.hashes)
	}
	all.labelled(g.text, g.lines, g.labels[offset:])
	g.text, g.lineRoom = all.text, all.lines
	all.sort()
	return merge(dst, all, g.fixed()), nil
}

// fixed are the statements without blank nodes of all parts.
func (g *graph) fixed() sheaf {
	if g.shared != nil && slices.Equal(g.parts, g.shared.parts) {
		return g.shared.fixed
	}
	return join(g.parts)
}

// join are the statements without blank nodes of some parts.
func join(parts []*part) sheaf {
	var all sheaf
	for _, p := range parts {
		all = sheafOf(merge(nil, all, p.fixed))
	}
	return all
}

// sheafOf is a text of sorted lines.
func sheafOf(text []byte) sheaf {
	s := sheaf{text: text}
	start := int32(0)
	for line := range bytes.Lines(text) {
		end := start + int32(len(line))
		s.lines = append(s.lines, cut{start, end})
		start = end
	}
	return s
}

// merge appends the lines of two sheaves in order, each line once. The second holds no line twice, and its lines stand one
// after another in its text.
func merge(dst []byte, a, b sheaf) []byte {
	done := 0 // of b
	for n, at := range a.lines {
		line := a.text[at.start:at.end]
		from, order := done, 1
		for done < len(b.lines) {
			if order = bytes.Compare(b.line(done), line); order >= 0 {
				break
			}
			done++
		}
		if from < done {
			dst = append(dst, b.text[b.lines[from].start:b.lines[done-1].end]...)
		}
		if order == 0 && done < len(b.lines) || n > 0 && bytes.Equal(line, a.line(n-1)) {
			continue
		}
		dst = append(dst, line...)
	}
	if done < len(b.lines) {
		dst = append(dst, b.text[b.lines[done].start:]...)
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
	name := func(n, node int32) []byte {
		if n == node {
			return selfLabel
		}
		return otherLabel
	}
	for node := range int32(n) {
		g.rendered.clear()
		for _, line := range lines {
			if line.subject == node || line.object == node {
				g.rendered.add(text, line, name(line.subject, node), name(line.object, node))
			}
		}
		g.rendered.sort()
		g.scratch = merge(g.scratch[:0], g.rendered, sheaf{})
		dst = append(dst, sha256.Sum256(g.scratch))
	}
	return dst
}

var selfLabel, otherLabel = []byte("_:a"), []byte("_:z")

// labelled adds the lines that have blank nodes, with the labels of these.
func (s *sheaf) labelled(text []byte, lines []statement, labels [][]byte) {
	for _, line := range lines {
		if line.subject < 0 && line.object < 0 {
			continue
		}
		var subject, object []byte
		if line.subject >= 0 {
			subject = labels[line.subject]
		}
		if line.object >= 0 {
			object = labels[line.object]
		}
		s.add(text, line, subject, object)
	}
}

func (s *sheaf) clear() { s.text, s.lines = s.text[:0], s.lines[:0] }

// add adds one statement with the labels of its blank nodes.
func (s *sheaf) add(text []byte, line statement, subject, object []byte) {
	dst := s.text
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
	s.text = dst
	s.lines = append(s.lines, cut{start, int32(len(dst))})
}

// whole leaves everything to the full algorithm.
func (g *graph) whole(dst []byte) ([]byte, error) {
	name := func(n int32, offset int) []byte { return strconv.AppendInt([]byte("_:b"), int64(n)+int64(offset), 10) }
	add := func(from []byte, lines []statement, offset int) {
		for _, line := range lines {
			g.rendered.add(from, line, name(line.subject, offset), name(line.object, offset))
		}
	}
	g.rendered.clear()
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
