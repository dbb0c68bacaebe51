package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/issuance"
	"blazon/internal/retraction"
)

type eraseOptions struct {
	recipient, kind, date string
	change
}

func newErase(sys System, dir *string) *cobra.Command {
	var opts eraseOptions
	cmd := &cobra.Command{
		Use:   "erase ID... | --recipient RECIPIENT",
		Short: "Remove everything about an award's holder",
		Long: `Puts a tombstone in the place of awards whose holder asks to be forgotten: it keeps the class,
the day of issue, the id and the status slot, and nothing about the holder. Comments inside the
award go as well. With --recipient all awards of an address are erased, hashed ones too: the
address is hashed with the salt of each.

The addresses of an erased award stay, and say after the next build and publication that it was
erased. What git's history, clones, forks and backups hold stays too: the command says so, and
docs/privacy.md what can be done.
` + exitStatus,
		Example: `  blazon erase k7q2m4x5o3d6a2f7w4z5b6c7ey
  blazon erase --recipient ada@example.org --dry-run    # which awards would it be?
  blazon erase --recipient ada@example.org`,
		Args: takes(0, 1<<20),
		RunE: func(_ *cobra.Command, args []string) error {
			if (len(args) == 0) == (opts.recipient == "") {
				return usageError("blazon erase --help shows how it is used", "give the ids of awards, or --recipient")
			}
			return runErase(sys, *dir, args, opts)
		},
		ValidArgsFunction: completeAwards(dir),
	}
	f := cmd.Flags()
	f.StringVar(&opts.recipient, "recipient", "", "erase all awards of this `recipient`")
	kindFlag(cmd, &opts.kind, "of the recipient", "its")
	f.StringVar(&opts.date, "date", "", "the `date` of the erasure (default: today in the site's zone)")
	opts.change.flags(cmd, "say which awards it would be and write nothing")
	return cmd
}

func runErase(sys System, dir string, args []string, opts eraseOptions) error {
	r, err := openRegister(sys, dir, opts.now, "nothing is erased")
	if err != nil {
		return err
	}
	defer r.close()
	date, err := r.dateOr(opts.date)
	if err != nil {
		return err
	}
	awards, err := r.awards(args)
	if err == nil && opts.recipient != "" {
		awards, err = r.awardsOf(opts.recipient, opts.kind)
	}
	if err != nil {
		return err
	}
	var problems []diag.Problem
	var changes []retracted
	for _, a := range awards {
		if a.State() == badge.Erased {
			problems = append(problems, diag.Problem{Pos: a.Pos(a.At.Award), Message: "the award is erased already, since " + a.Erased.Day})
		}
		changes = append(changes, retracted{a, retraction.Change{ID: a.ID, Erase: date}})
	}
	if err := r.refuse(diag.Sort(problems), nil); err != nil {
		return err
	}
	edits, err := r.retract(changes)
	if err != nil {
		return err
	}
	if !opts.dryRun {
		if err := r.write(filesOf(edits)); err != nil {
			return err
		}
	}
	if err := r.printRetracted(awards, "erased", opts.change); err != nil || opts.dryRun {
		return err
	}
	r.noteLeftovers(awards, edits, opts)
	fmt.Fprint(sys.Err, leftBehind)
	return nil
}

// leftBehind is what an erasure does not reach.
const leftBehind = `note: the files no longer name the holder, but what was committed before still does: git's history holds
  the old bytes, and so does every clone, fork, cache and backup. What can be done: build and publish, so
  that the site says it is erased; rewrite the history (git filter-repo) where the law asks for it, and have
  every clone made anew; ask the host to drop its caches. See docs/privacy.md, "Erasure".
`

// awardsOf are all awards of a recipient that are not erased.
func (r *register) awardsOf(text, kind string) ([]*badge.Award, error) {
	recipient, err := recipientOf(text, kind)
	if err != nil {
		return nil, err
	}
	holders := issuance.NewHolders(r.cat.Awards)
	hashed := holders.Comparisons([]badge.Recipient{recipient})
	found := slices.Clone(holders.Of([]badge.Recipient{recipient})[0])
	if len(found) == 0 {
		return nil, bad("blazon list shows the awards", "no award is this recipient's: compared with %s of kind %s, %d of them hashed",
			diag.Count(r.ofKind(recipient.Kind), "recipient", "recipients"), recipient.Kind, hashed)
	}
	slices.SortFunc(found, func(a, b *badge.Award) int { return cmp.Or(a.Issued.Compare(b.Issued), strings.Compare(a.ID, b.ID)) })
	return found, nil
}

func (r *register) ofKind(kind badge.RecipientKind) int {
	n := 0
	for _, a := range r.cat.Awards {
		if a.Recipient.Kind == kind {
			n++
		}
	}
	return n
}

// noteLeftovers names what may still be about the holder: comments above, addresses elsewhere, defaults of a file all of
// whose awards are erased, and the other one of two awards of which one replaces the other.
func (r *register) noteLeftovers(awards []*badge.Award, edits []retraction.Edit, opts eraseOptions) {
	note := func(format string, args ...any) { fmt.Fprintf(r.sys.Err, "note: "+format+"\n", args...) }
	for _, e := range edits {
		for _, pos := range e.Comments {
			note("%s:%d: a comment stands above an erased award; look whether it is about the holder", masked(pos.File), pos.Line)
		}
	}
	gone := make(map[string]bool)
	left := make(map[string]bool) // files that hold an award that is not erased
	for _, a := range awards {
		gone[a.ID] = true
	}
	for _, a := range r.cat.Awards {
		if !gone[a.ID] && a.State() != badge.Erased {
			left[*a.File] = true
		}
	}
	for _, a := range awards {
		for _, other := range []*badge.Reissue{a.ReissueOf, reissuedAs(a)} {
			if other != nil && !gone[other.ID] && !other.Erased {
				note("%s stands in for it, or it for that one; erase that one too where it is the same holder's", r.url(other.ID))
			}
		}
	}
	for _, e := range edits {
		if !left[e.Path] && hasOwnDefaults(e.New) {
			note("%s: every award of this file is erased; look whether what stands above its list is about a holder", masked(e.Path))
		}
	}
	r.noteAddresses(awards, edits, opts)
}

func reissuedAs(a *badge.Award) *badge.Reissue {
	if a.Revoked == nil {
		return nil
	}
	return a.Revoked.ReissuedAs
}

// hasOwnDefaults reports whether a file of awards states a narrative, evidence or results for all of them.
func hasOwnDefaults(text []byte) bool {
	file, _ := decl.Parse("", text)
	return slices.ContainsFunc([]string{"narrative", "evidence", "results"}, func(key string) bool { return file.Root.Field(key).Exists() })
}

// noteAddresses says where an erased address still stands.
func (r *register) noteAddresses(awards []*badge.Award, edits []retraction.Edit, opts eraseOptions) {
	var addresses []string
	if opts.recipient != "" {
		addresses = append(addresses, regexp.QuoteMeta(strings.TrimSpace(opts.recipient)))
	}
	for _, a := range awards {
		if a.Recipient.Plain != "" {
			addresses = append(addresses, regexp.QuoteMeta(a.Recipient.Plain))
		}
	}
	texts, err := awardTexts(r.folder, edits)
	if err != nil || len(addresses) == 0 {
		return // it is a courtesy
	}
	// A part of a longer address is somebody else's.
	address, err := regexp.Compile(`(?i)(^|[^a-z0-9._%+-])(` + strings.Join(addresses, "|") + `)($|[^a-z0-9.-]|\.($|[^a-z0-9]))`)
	if err != nil {
		return
	}
	for _, file := range slices.Sorted(maps.Keys(texts)) {
		line := 0
		for text := range bytes.Lines(texts[file]) {
			line++
			if address.Match(bytes.TrimRight(text, "\r\n")) {
				fmt.Fprintf(r.sys.Err, "note: %s:%d: an address that was erased still stands here\n", masked(file), line)
			}
		}
	}
}
