package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/check"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/rule"
	"blazon/internal/stamp"
)

func newStamp(sys System, dir *string) *cobra.Command {
	var hash, look bool
	var base string
	cmd := &cobra.Command{
		Use:   "stamp",
		Short: "Give new awards their ids and status slots",
		Long: `Fills in what new awards lack, in place: the id that becomes part of their addresses, and
status_index, their place in the issuer's status lists. Not one other byte of the files changes:
comments, order, quotation marks and line ends stay. All files are stamped, or none.

With --hash, salted hashes take the place of plain e-mail addresses, links and telephone numbers,
so that a public repository holds none. The addresses are then nowhere in the project any more,
though git's history may still have them: see docs/privacy.md.

Two branches that awarded at the same time may have given out one status slot twice. --base mends
that after they are merged: an award that REVISION has keeps its slot, the other gets a new one.
` + exitStatus,
		Example: `  blazon stamp
  blazon stamp --check               # exits 1 where an award lacks something; for CI
  blazon stamp --hash                # before a commit to a public repository
  blazon stamp --base origin/main    # after a merge`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := openFolder(*dir)
			if err != nil {
				return err
			}
			defer folder.Close()
			return runStamp(cmd.Context(), sys, *dir, folder, stampFlags{hash, look, base})
		},
	}
	cmd.Flags().BoolVar(&hash, "hash", false, "put salted hashes in place of plain recipients")
	cmd.Flags().BoolVar(&look, "check", false, "change nothing; list what is missing")
	cmd.Flags().StringVar(&base, "base", "", "give awards that share a slot with one of this `revision` another slot")
	return cmd
}

// stampFlags are what stamp is asked for.
type stampFlags struct {
	hash, look bool
	base       string // a revision
}

func runStamp(ctx context.Context, sys System, dir string, folder *input.Folder, flags stampFlags) error {
	read, end := reader(dir, sys.Now())
	defer end()
	loaded, err := read.Load(folder)
	if err != nil {
		return loadError(dir, err)
	}
	if flags.hash {
		if err := mayHash(sys, folder, loaded); err != nil {
			return err
		}
	}
	files, err := awardFiles(folder)
	if err != nil {
		return err
	}
	issuers := make(map[string]string)
	for _, c := range loaded.Catalog.Classes {
		if c.Issuer != nil {
			issuers[c.Slug] = c.Issuer.Slug
		}
	}
	opts := stamp.Options{Random: sys.Random, Hash: flags.hash, IssuerOf: func(slug string) string { return issuers[slug] }}
	if flags.look {
		opts.Random = nil
	}
	var problems []diag.Problem
	if flags.base != "" {
		if opts.Moves, problems, err = collisions(ctx, sys, read, dir, flags.base, loaded.Catalog); err != nil {
			return err
		}
	}
	edits, found, err := stamp.Plan(files, opts)
	if err != nil {
		return failed("", "couldn't make ids: %s", err)
	}
	if problems = append(problems, found...); len(problems) > 0 {
		return refuse(sys, folder, diag.Sort(problems), "", "nothing is stamped")
	}
	if flags.look {
		return listUnstamped(sys, edits, flags)
	}
	if err := writeStamps(sys, folder, edits); err != nil {
		return err
	}
	if flags.hash {
		noteLeftAddresses(sys, loaded.Catalog, edits)
	}
	return nil
}

// collisions finds the awards whose slot is that of another, and which of them move. The revision itself says which are
// published: in the middle of a merge, what the two sides have in common knows neither.
func collisions(ctx context.Context, sys System, read load.Options, dir, base string, cat *badge.Catalog) (map[diag.Pos]bool, []diag.Problem, error) {
	e, err := openEarlier(ctx, sys, read, dir, base, true, cat.Site.BaseURL)
	if err != nil {
		return nil, nil, err
	}
	defer e.close()
	e.tell(sys)
	if diag.HasErrors(e.broken) {
		return nil, nil, failed("name a revision that blazon check accepts", "%s has mistakes of its own (%s), so that which awards it has cannot be told", e.name, diag.Summary(e.broken))
	}
	published := make(map[string]bool, len(e.state.Catalog.Awards))
	for _, a := range e.state.Catalog.Awards {
		published[a.ID] = true
	}
	moves, problems := stamp.Collisions(cat, func(id string) bool { return published[id] })
	return moves, problems, nil
}

// mayHash refuses to hash while what cannot be seen afterwards is wrong: a hash is not undone, and of two hashes nobody
// can tell that they are one person's.
func mayHash(sys System, folder *input.Folder, loaded *load.Project) error {
	var wrong []diag.Problem
	for _, p := range append(loaded.Problems, check.Check(loaded.Catalog, folder, sys.Now())...) {
		if p.Severity == diag.Error && (p.File == "content/site.yaml" || p.Rule == rule.AwardTwice.Name) {
			wrong = append(wrong, p)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return refuse(sys, folder, diag.Sort(wrong), "mend this first: a hash cannot be undone", "nothing is hashed")
}

// noteLeftAddresses says where an address that was hashed still stands, in a comment or a text.
func noteLeftAddresses(sys System, cat *badge.Catalog, edits []stamp.Edit) {
	plain := make(map[string][]string)
	for _, a := range cat.Awards {
		if a.Recipient.Plain != "" && a.Recipient.Kind != badge.DID && a.File != nil {
			plain[*a.File] = append(plain[*a.File], strings.ToLower(a.Recipient.Plain))
		}
	}
	for _, e := range edits {
		text := strings.ToLower(string(e.New))
		for _, address := range plain[e.Path] {
			if at := strings.Index(text, address); at >= 0 {
				fmt.Fprintf(sys.Err, "note: %s:%d: an address that was hashed still stands here\n", diag.Mask(e.Path), 1+strings.Count(text[:at], "\n"))
			}
		}
	}
}

// awardFiles reads the project's files of awards.
func awardFiles(folder *input.Folder) ([]stamp.File, error) {
	entries, err := input.Files(folder, "content/awards")
	if err != nil {
		return nil, failed("", "%s", plainError(err))
	}
	var files []stamp.File
	for _, e := range entries {
		if e.Err != nil || path.Ext(e.Path) != ".yaml" || load.Ignored(e.Path) {
			continue
		}
		data, err := fs.ReadFile(folder, e.Path)
		if err != nil {
			return nil, failed("", "%s", plainError(err))
		}
		files = append(files, stamp.File{Path: e.Path, Data: data})
	}
	return files, nil
}

func listUnstamped(sys System, edits []stamp.Edit, flags stampFlags) error {
	missing := 0
	for _, e := range edits {
		for _, a := range e.Awards {
			fmt.Fprintf(sys.Out, "%s:%d:%d: lacks %s\n", diag.Mask(a.File), a.Line, a.Col, a)
			missing++
		}
	}
	if missing > 0 {
		command := "blazon stamp"
		if flags.hash {
			command += " --hash"
		}
		if flags.base != "" {
			command += " --base " + flags.base
		}
		return bad("run "+command, "%s to be stamped", diag.Count(missing, "award is", "awards are"))
	}
	fmt.Fprintln(sys.Out, "every award is stamped")
	return nil
}

func writeStamps(sys System, folder *input.Folder, edits []stamp.Edit) error {
	var files []edit.File
	var total stamp.Edit
	for _, e := range edits {
		files = append(files, e.File)
		total.IDs, total.Slots, total.Hashes = total.IDs+e.IDs, total.Slots+e.Slots, total.Hashes+e.Hashes
	}
	if err := edit.Write(folder.Root(), files); err != nil {
		if errors.Is(err, edit.ErrChanged) {
			return failed("run blazon stamp again", "nothing is stamped: %s", plainError(err))
		}
		return failed("", "couldn't stamp: %s", plainError(err))
	}
	for _, e := range edits {
		fmt.Fprintf(sys.Out, "%s: %s\n", diag.Mask(e.Path), stamped(e))
	}
	switch {
	case len(edits) == 0:
		fmt.Fprintln(sys.Out, "every award is stamped already")
	case len(edits) > 1:
		fmt.Fprintf(sys.Out, "stamped %s: %s\n", diag.Count(len(edits), "file", "files"), stamped(total))
	}
	return nil
}

// stamped says in words what was filled in.
func stamped(e stamp.Edit) string {
	return fmt.Sprintf("%s, %s, %s", diag.Count(e.IDs, "id", "ids"), diag.Count(e.Slots, "status slot", "status slots"), diag.Count(e.Hashes, "hash", "hashes"))
}
