// Package retraction takes awards back in the files that declare them: it writes a revocation into an award, or puts a
// tombstone in its place. It edits a person's YAML in place and leaves every byte outside of the award as it is. What it
// cannot edit safely it refuses, by file and line: each edited text is read again and must hold the old values with the
// change that was asked for, nothing else.
//
// It reads and writes no files: Plan makes the new text, edit.Write puts it in place.
package retraction

import (
	"slices"
	"sort"

	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/edit"
)

// Change is what becomes of one award. Exactly one of Revoke and Erase is set.
type Change struct {
	ID     string // the award's
	Revoke *Revocation
	Erase  string // the date of the erasure
}

// Revocation is what is written into an award that is taken back.
type Revocation struct {
	Date       string
	Reason     string // on one line
	ReissuedAs string // the id of the award in its place; may be empty
}

// Edit is what becomes of a file.
type Edit struct {
	edit.File
	// Comments are the places, in the new text, of comments that stand right above an erased award. They may be about its
	// holder, and stay.
	Comments []diag.Pos
}

const plainly = "write the award with a key and its value on each line, without anchors, aliases and tags"

// Plan makes the changes in a file's text: all of them, or none where there are problems.
func Plan(path string, data []byte, changes []Change) (Edit, []diag.Problem) {
	out := Edit{File: edit.File{Path: path, Old: data}}
	before, problems := decl.Parse(path, data)
	if diag.HasErrors(problems) {
		return out, problems
	}
	p := planner{path: path, data: data, before: before, source: edit.Open(data)}
	p.list = listOf(before.Root)
	for _, c := range changes {
		if problem := p.add(c); problem != nil {
			problems = append(problems, *problem)
		}
	}
	if len(problems) > 0 {
		return out, diag.Sort(problems)
	}
	text, after := p.edited(len(p.drafts))
	if text == nil {
		// The first change without which it would have gone well.
		bad := sort.Search(len(p.drafts)-1, func(i int) bool {
			text, _ := p.edited(i + 1)
			return text == nil
		})
		hint, why := plainly, "the file would no longer read the same"
		if p.hasAnchor(p.drafts[bad].node) {
			hint, why = "write the value out where the alias stands", "an alias elsewhere stands for a value in it"
		}
		return out, []diag.Problem{p.drafts[bad].refuse(hint, why)}
	}
	out.New = text
	items := itemsOf(listOf(after.Root))
	for _, d := range p.drafts {
		if d.above > 0 {
			pos := items[d.index].Pos()
			pos.Line, pos.Col = pos.Line-1, 0
			out.Comments = append(out.Comments, pos)
		}
	}
	return out, nil
}

type planner struct {
	path   string
	data   []byte
	before *decl.File
	list   decl.Node
	source *edit.Source
	drafts []draft
}

// draft is a change with its place.
type draft struct {
	Change
	index int
	node  decl.Node
	edits []edit.Change
	above int
}

// refuse is the problem with an award that cannot be changed.
func (d *draft) refuse(hint, why string) diag.Problem {
	return diag.Problem{Pos: d.node.Pos(), Message: "the award cannot be edited safely: " + why, Hint: hint}
}

func (p *planner) add(c Change) *diag.Problem {
	d := draft{Change: c, index: -1}
	for i, n := range p.list.Items() {
		if n.Field("id").Text() == c.ID && c.ID != "" {
			d.index, d.node = i, n
			break
		}
	}
	problem := func(p diag.Problem) *diag.Problem { return &p }
	switch {
	case d.index < 0:
		return &diag.Problem{Pos: diag.Pos{File: p.path}, Message: "the award is no longer in this file", Hint: "run the command again"}
	case slices.ContainsFunc(p.drafts, func(other draft) bool { return other.index == d.index }):
		return nil // named twice
	case d.node.IsAlias():
		return problem(d.refuse("write the award out", "it is an alias"))
	case p.before.IsAliased(d.node):
		return problem(d.refuse("write the award out in both places", "an alias stands for it elsewhere"))
	case d.node.Field("erased").Exists():
		return problem(d.refuse("", `it has the key "erased" already`))
	case c.Revoke != nil && d.node.Field("revoked").Exists():
		return problem(d.refuse("", `it has the key "revoked" already`))
	}
	if err := p.place(&d); err != nil {
		return problem(d.refuse(plainly, err.Error()))
	}
	p.drafts = append(p.drafts, d)
	return nil
}

// place works out the edits of a change.
func (p *planner) place(d *draft) error {
	if d.Revoke == nil {
		entry, err := p.source.Entry(p.list, d.index, p.behind())
		if err != nil {
			return err
		}
		d.edits, d.above = entry.Rewrite(tombstone(d.node, d.Erase)...), entry.Above
		return nil
	}
	place, err := p.last(d.node)
	if err != nil {
		return err
	}
	d.edits = []edit.Change{place.Put(edit.Pair{Key: "revoked", Pairs: d.Revoke.pairs()})}
	return nil
}

func (r *Revocation) pairs() []edit.Pair {
	pairs := []edit.Pair{edit.Text("date", r.Date), edit.Text("reason", r.Reason)}
	if r.ReissuedAs != "" {
		pairs = append(pairs, edit.Pair{Key: "reissued_as", Value: r.ReissuedAs, Form: edit.Word})
	}
	return pairs
}

// last is the place behind the last key that something can be put behind, else the front.
func (p *planner) last(n decl.Node) (edit.Place, error) {
	var keys []string
	for k := range n.Pairs() {
		keys = append(keys, k.Text())
	}
	for _, key := range slices.Backward(keys) {
		if place, err := p.source.After(n, key); err == nil {
			return place, nil
		}
	}
	return p.source.Front(n)
}

// kept are the keys that an erased award keeps.
var kept = []string{"id", "status_index", "badge", "issued"}

// tombstone is what stays of an award: what it states itself of the keys that are kept, in its own order.
func tombstone(n decl.Node, date string) []edit.Pair {
	var pairs []edit.Pair
	for k, v := range n.Pairs() {
		if !slices.Contains(kept, k.Text()) {
			continue
		}
		form := edit.Bare
		switch {
		case v.IsQuoted() || v.IsBlockScalar():
			form = edit.Quoted
		case v.Kind() == decl.Text:
			form = edit.Word
		}
		pairs = append(pairs, edit.Pair{Key: k.Text(), Value: v.Text(), Form: form})
	}
	return append(pairs, edit.Pair{Key: "erased", Pairs: []edit.Pair{edit.Text("date", date)}})
}

// behind is where a file of defaults and a list goes on behind the list; the zero Pos where it does not.
func (p *planner) behind() diag.Pos {
	found := false
	for k := range p.before.Root.Pairs() {
		if found {
			return k.Pos()
		}
		found = k.Text() == "awards"
	}
	return diag.Pos{}
}

// edited is the text with the first n changes, and how it reads; nil where it does not say what it said before and what
// the changes are, and nothing else.
func (p *planner) edited(n int) ([]byte, *decl.File) {
	var all []edit.Change
	for _, d := range p.drafts[:n] {
		all = append(all, d.edits...)
	}
	text, err := edit.Apply(p.data, all)
	if err != nil {
		return nil, nil
	}
	after, problems := decl.Parse(p.path, text)
	if len(problems) > 0 || !after.Root.Exists() || !p.proves(after.Root, p.drafts[:n]) {
		return nil, nil
	}
	return text, after
}

// hasAnchor reports whether a value in a node has an anchor that aliases may stand for.
func (p *planner) hasAnchor(n decl.Node) bool {
	if n.IsAlias() {
		return false
	}
	if n.Anchor() != "" && p.before.IsAliased(n) {
		return true
	}
	for _, item := range n.Items() {
		if p.hasAnchor(item) {
			return true
		}
	}
	for k, v := range n.Pairs() {
		if p.hasAnchor(k) || p.hasAnchor(v) {
			return true
		}
	}
	return false
}

// listOf is a file's list of awards.
func listOf(root decl.Node) decl.Node {
	if root.Kind() == decl.Map {
		return root.Field("awards")
	}
	return root
}
