// Package stamp fills in what awards lack: an id, a place in their issuer's status lists, and salted hashes where plain
// recipients stand. It edits a person's YAML in place and leaves every other byte as it is. What it cannot edit safely
// it refuses, by file and line: each edited text is read again and must hold the old values and what was filled in,
// nothing else.
//
// It reads and writes no files: Plan makes the new texts, edit.Write puts them in place.
package stamp

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/rule"
)

// File is a file of awards as it was read.
type File struct {
	Path string // slash-separated, relative to the project's folder
	Data []byte
}

// Options say what to fill in, and with what.
type Options struct {
	// Random is where ids and slots come from. Without it Plan only looks: its edits say what is missing and have no
	// New.
	Random io.Reader
	// Hash asks for salted hashes in place of plain e-mail addresses, links and telephone numbers.
	Hash bool
	// Moves are the awards, by their places, that get another slot in place of the one they state: see Collisions.
	Moves map[diag.Pos]bool
	// IssuerOf names the issuer of a badge class; the empty string where there is no such class.
	IssuerOf func(badgeSlug string) string
}

// Edit is what becomes of one file. Files that lack nothing have none.
type Edit struct {
	edit.File
	Awards             []Award // those that lack something, in the file's order
	IDs, Slots, Hashes int     // how many were filled in
}

// Award is an award that lacks something.
type Award struct {
	diag.Pos         // in the file as it was
	LacksID   bool   // it has no id
	LacksSlot bool   // it has no status_index, or Moves
	Moves     bool   // its status_index is another award's
	Plain     bool   // its recipient stands there plain, and Hash was asked for
	ID        string // its id, old or new; empty without one
	Slot      int    // its new status_index, where LacksSlot; 0 before it is chosen
}

// String says what is missing, for a list: "id, status_index, hash".
func (a Award) String() string {
	var missing []string
	for _, m := range []struct {
		lacks bool
		name  string
	}{{a.LacksID, "id"}, {a.LacksSlot && !a.Moves, "status_index"}, {a.Moves, "a status_index of its own"}, {a.Plain, "hash"}} {
		if m.lacks {
			missing = append(missing, m.name)
		}
	}
	return strings.Join(missing, ", ")
}

// lacks says what is missing as part of a sentence.
func (a Award) lacks() string {
	switch {
	case a.LacksID && a.LacksSlot:
		return "an award lacks its id and status_index"
	case a.LacksID:
		return "an award lacks its id"
	case a.LacksSlot:
		return "an award lacks its status_index"
	}
	return "a recipient is not hashed"
}

// refuse is the problem with an award that needs an edit and cannot have it.
func (a Award) refuse(hint, why string) diag.Problem {
	r := rule.Unstamped
	if !a.LacksID && !a.LacksSlot {
		r = rule.PlainAddress
	}
	return r.At(a.Pos, hint, "%s, and cannot be edited safely: %s", a.lacks(), why)
}

// Plan works out the edits of all files of awards of a project: all of them, because no new id or slot may be one that
// any award has. The same files and the same random bytes give the same edits, in the order of the files' paths. Where
// there are problems there are no edits. The error is one of Random.
func Plan(files []File, opts Options) ([]Edit, []diag.Problem, error) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	source := opts.Random
	if source == nil {
		source = rand.NewChaCha8([32]byte{}) // to try the edits with
	}
	d := NewDealer(source)
	var drafts []*draft
	var problems []diag.Problem
	for _, f := range files {
		draft, found := survey(f, opts, d)
		problems = append(problems, found...)
		if len(draft.awards) > 0 {
			drafts = append(drafts, draft)
		}
	}
	if diag.HasErrors(problems) {
		return nil, diag.Sort(problems), nil
	}
	edits := make([]Edit, 0, len(drafts))
	for _, draft := range drafts {
		e, found, err := draft.finish(d)
		if err != nil {
			return nil, nil, fmt.Errorf("choosing ids and status slots: %w", err)
		}
		problems = append(problems, found...)
		edits = append(edits, e)
	}
	if diag.HasErrors(problems) {
		return nil, diag.Sort(problems), nil
	}
	if opts.Random == nil {
		for i := range edits {
			edits[i].forget()
		}
	}
	return edits, diag.Sort(problems), nil
}

// forget takes what was only tried out of an edit again.
func (e *Edit) forget() {
	e.New = nil
	for i := range e.Awards {
		a := &e.Awards[i]
		a.Slot = 0
		if a.LacksID {
			a.ID = ""
		}
	}
}
