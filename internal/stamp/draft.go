package stamp

import (
	"errors"
	"slices"
	"sort"
	"strconv"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/model"
	"blazon/internal/rule"
)

// draft is an edit whose values are not chosen yet. It keeps no YAML nodes, so that only one file's are in memory.
type draft struct {
	File
	awards []*entry
	before reading // of the file as it was
}

// entry is an award that lacks something.
type entry struct {
	Award
	index     int // in the file's list
	issuer    string
	recipient badge.Recipient // what is to be hashed
	gaps      []func(*entry) edit.Change
}

// survey reads a file: it tells the dealer which ids and slots are taken, and finds what awards lack and where it goes.
func survey(f File, opts Options, d *Dealer) (*draft, []diag.Problem) {
	s := surveyor{draft: &draft{File: f}, opts: opts, dealer: d, empty: make(map[diag.Pos]bool)}
	file, problems := decl.Parse(f.Path, f.Data)
	if !file.Root.Exists() {
		return s.draft, problems
	}
	s.file, s.problems = file, problems
	for i, n := range list(file.Root).Items() {
		if n.Kind() == decl.Map {
			s.award(i, n)
		}
	}
	for _, p := range decl.Validate(file.Root, awardsType()) {
		if s.empty[p.Pos] && (p.Rule == rule.Kind.Name || p.Rule == rule.ID.Name) {
			continue // it will be filled in
		}
		s.problems = append(s.problems, p)
	}
	if len(s.draft.awards) > 0 {
		s.draft.before = read(file.Root, s.draft.awards)
	}
	return s.draft, s.problems
}

func awardsType() *model.Type {
	for _, f := range model.Files() {
		if f.Name == "awards" {
			return f.Type
		}
	}
	panic("the content model has no awards")
}

// list is a file's list of awards.
func list(root decl.Node) decl.Node {
	if root.Kind() == decl.Map {
		return root.Field("awards")
	}
	return root
}

type surveyor struct {
	draft    *draft
	opts     Options
	dealer   *Dealer
	file     *decl.File
	source   *edit.Source // opened when it is first needed
	empty    map[diag.Pos]bool
	problems []diag.Problem
}

func (s *surveyor) report(p diag.Problem) { s.problems = append(s.problems, p) }

const plainly = "write the award with a key and its value on each line, without anchors, aliases and tags"

func (s *surveyor) award(index int, n decl.Node) {
	e := &entry{Award: Award{Pos: n.Pos()}, index: index, issuer: s.issuer(n)}
	id, slot := n.Field("id"), n.Field("status_index")
	if e.LacksID = s.isEmpty(id); !e.LacksID {
		e.ID = id.Text()
		s.dealer.Take(e.ID, e.issuer, -1)
	}
	e.Moves = s.opts.Moves[e.Pos]
	if e.LacksSlot = s.isEmpty(slot) || e.Moves; !e.LacksSlot {
		if v, ok := slot.Int(); ok {
			s.dealer.Take("", e.issuer, v)
		}
	}
	if s.opts.Hash {
		e.recipient = plainRecipient(n.Field("recipient"))
		e.Plain = e.recipient.Kind != badge.NoRecipient
	}
	if !e.LacksID && !e.LacksSlot && !e.Plain {
		return
	}
	switch {
	case n.IsAlias():
		s.report(e.refuse("write the award out", "it is an alias"))
		return
	case s.file.IsAliased(n):
		s.report(e.refuse("write the award out in both places", "an alias stands for it elsewhere"))
		return
	}
	if s.source == nil {
		s.source = edit.Open(s.draft.Data)
	}
	if err := s.place(e, n); err != nil {
		s.report(e.refuse(plainly, err.Error()))
		return
	}
	s.draft.awards = append(s.draft.awards, e)
}

// issuer is the slug of the issuer in whose lists an award has its slot.
func (s *surveyor) issuer(n decl.Node) string {
	b := n.Field("badge")
	if !b.Exists() && s.file.Root.Kind() == decl.Map {
		if b = s.file.Root.Field("badge"); !b.Exists() {
			s.report(rule.Required.At(n.Pos(), "write it in the award or among the defaults", `the key "badge" is missing`))
		}
	}
	if b.Kind() != decl.Text || model.CheckSlug(b.Text()) != nil {
		return "" // the content model has a word on it
	}
	issuer := s.opts.IssuerOf(b.Text())
	if issuer == "" {
		s.report(rule.Reference.At(b.Pos(), "the slot of an award stands in the lists of its badge's issuer",
			"there is no badge %s", diag.Quote(b.Text())))
	}
	return issuer
}

// isEmpty reports whether a key is missing or has no value, and notes that the model need not say so.
func (s *surveyor) isEmpty(n decl.Node) bool {
	switch {
	case !n.Exists():
		return true
	case n.Kind() == decl.Null || n.Kind() == decl.Text && n.Text() == "":
		s.empty[n.Pos()] = true
		return true
	}
	return false
}

// plainRecipient is a recipient that --hash hashes; the zero Recipient where there is none.
func plainRecipient(n decl.Node) badge.Recipient {
	if n.Kind() == decl.Text {
		return badge.Recipient{Kind: badge.Email, Plain: badge.NormalEmail(n.Text())}
	}
	for _, kind := range []badge.RecipientKind{badge.Email, badge.URL, badge.Telephone} {
		if v := n.Field(kind.String()); v.Kind() == decl.Text {
			plain := v.Text()
			if kind == badge.Email {
				plain = badge.NormalEmail(plain)
			}
			return badge.Recipient{Kind: kind, Plain: plain}
		}
	}
	return badge.Recipient{}
}

// place finds where everything goes that an award lacks.
func (s *surveyor) place(e *entry, n decl.Node) error {
	idKey, slotKey := n.Field("id").Exists(), n.Field("status_index").Exists()
	if e.LacksID && idKey {
		span, err := s.source.Value(n, "id")
		if err != nil {
			return err
		}
		e.gap(func(e *entry) edit.Change { return span.Replace(e.ID, edit.Word) })
	}
	if e.LacksSlot && slotKey {
		span, err := s.source.Value(n, "status_index")
		if err != nil {
			return err
		}
		e.gap(func(e *entry) edit.Change { return span.Replace(strconv.Itoa(e.Slot), edit.Bare) })
	}
	if e.LacksID && !idKey || e.LacksSlot && !slotKey {
		place, err := s.newKeys(n, idKey)
		if err != nil {
			return err
		}
		e.gap(func(e *entry) edit.Change { return place.Put(e.pairs(!idKey, !slotKey)...) })
	}
	if e.Plain {
		return s.placeHash(e, n)
	}
	return nil
}

func (e *entry) gap(fill func(*entry) edit.Change) { e.gaps = append(e.gaps, fill) }

// newKeys is where new keys go: behind the id, else to the front.
func (s *surveyor) newKeys(n decl.Node, idKey bool) (edit.Place, error) {
	if idKey {
		if place, err := s.source.After(n, "id"); err == nil {
			return place, nil
		}
	}
	return s.source.Front(n)
}

func (e *entry) pairs(id, slot bool) []edit.Pair {
	var pairs []edit.Pair
	if e.LacksID && id {
		pairs = append(pairs, edit.Pair{Key: "id", Value: e.ID, Form: edit.Word})
	}
	if e.LacksSlot && slot {
		pairs = append(pairs, edit.Pair{Key: "status_index", Value: strconv.Itoa(e.Slot)})
	}
	return pairs
}

// placeHash finds where the hash goes: in place of a text, or of the one pair of a mapping.
func (s *surveyor) placeHash(e *entry, n decl.Node) error {
	r := n.Field("recipient")
	if r.Kind() == decl.Text {
		span, err := s.source.Value(n, "recipient")
		if err != nil {
			return err
		}
		e.gap(func(e *entry) edit.Change { return span.Mapping(e.hashPairs()...) })
		return nil
	}
	if r.IsAlias() || r.Anchor() != "" {
		return errShared
	}
	kind := e.recipient.Kind.String()
	key, err := s.source.Key(r, kind)
	if err != nil {
		return err
	}
	value, err := s.source.Value(r, kind)
	if err != nil {
		return err
	}
	after, err := s.source.After(r, kind)
	if err != nil {
		return err
	}
	e.gap(func(*entry) edit.Change { return key.Replace("hash", edit.Word) })
	e.gap(func(e *entry) edit.Change { return value.Replace(e.hash(), edit.Quoted) })
	e.gap(func(e *entry) edit.Change { return after.Put(e.hashPairs()[1:]...) })
	return nil
}

var errShared = errors.New("its recipient is an alias or has an anchor")

func (e *entry) hash() string {
	return badge.HashIdentity(e.recipient.Plain, badge.Salt(e.ID))
}

func (e *entry) hashPairs() []edit.Pair {
	return []edit.Pair{
		{Key: "hash", Value: e.hash(), Form: edit.Quoted},
		{Key: "salt", Value: badge.Salt(e.ID), Form: edit.Quoted},
		{Key: "type", Value: e.recipient.Kind.String(), Form: edit.Word},
	}
}

// finish chooses the values, makes the new text and proves it.
func (d *draft) finish(deal *Dealer) (Edit, []diag.Problem, error) {
	out := Edit{File: edit.File{Path: d.Path, Old: d.Data}}
	for _, e := range d.awards {
		if err := e.choose(deal); errors.Is(err, errFull) {
			return out, []diag.Problem{rule.Unstamped.At(e.Pos, "award further badges through another issuer", "%s, and %v", e.lacks(), err)}, nil
		} else if err != nil {
			return out, nil, err
		}
		out.Awards = append(out.Awards, e.Award)
		out.IDs += count(e.LacksID)
		out.Slots += count(e.LacksSlot)
		out.Hashes += count(e.Plain)
	}
	text, ok := d.edited(len(d.awards))
	if ok {
		out.New = text
		return out, nil, nil
	}
	// The first award without which it would have gone well.
	bad := sort.Search(len(d.awards)-1, func(i int) bool {
		_, ok := d.edited(i + 1)
		return !ok
	})
	return out, []diag.Problem{d.awards[bad].refuse(plainly, "the file would no longer read the same")}, nil
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// choose gives an award what it lacks.
func (e *entry) choose(deal *Dealer) (err error) {
	if e.LacksID {
		if e.ID, err = deal.ID(); err != nil {
			return err
		}
	}
	if e.LacksSlot {
		e.Slot, err = deal.Slot(e.issuer)
	}
	return err
}

// edited is the text with the first n awards edited; false where it does not say what it said before and what those
// awards lacked, and nothing else.
func (d *draft) edited(n int) (text []byte, ok bool) {
	var changes []edit.Change
	for _, e := range d.awards[:n] {
		for _, fill := range e.gaps {
			changes = append(changes, fill(e))
		}
	}
	text, err := edit.Apply(d.Data, changes)
	if err != nil {
		return nil, false
	}
	file, problems := decl.Parse(d.Path, text)
	if len(problems) > 0 || !file.Root.Exists() {
		return nil, false
	}
	after := read(file.Root, d.awards)
	if after.rest != d.before.rest || !slices.Equal(after.awards, d.before.awards) {
		return nil, false
	}
	for i, e := range d.awards[:n] {
		if !after.filled[i].is(e) {
			return nil, false
		}
	}
	return text, true
}
