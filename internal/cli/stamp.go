package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/spf13/cobra"

	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/stamp"
)

func newStamp(sys System, dir *string) *cobra.Command {
	var hash, look bool
	cmd := &cobra.Command{
		Use:   "stamp",
		Short: "Give new awards their ids and status slots",
		Long: `Fills in what new awards lack, in place: the id that becomes part of their addresses, and
status_index, their place in the issuer's status lists. Not one other byte of the files changes:
comments, order, quotation marks and line ends stay. All files are stamped, or none.

With --hash, salted hashes take the place of plain e-mail addresses, links and telephone numbers,
so that a public repository holds none. The addresses are then nowhere in the project any more,
though git's history may still have them: see docs/privacy.md.
` + exitStatus,
		Example: `  blazon stamp
  blazon stamp --check    # exits 1 where an award lacks something; for CI
  blazon stamp --hash     # before a commit to a public repository`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			folder, err := openFolder(*dir)
			if err != nil {
				return err
			}
			defer folder.Close()
			return runStamp(sys, *dir, folder, hash, look)
		},
	}
	cmd.Flags().BoolVar(&hash, "hash", false, "put salted hashes in place of plain recipients")
	cmd.Flags().BoolVar(&look, "check", false, "change nothing; list what is missing")
	return cmd
}

func runStamp(sys System, dir string, folder *input.Folder, hash, look bool) error {
	loaded, err := load.Load(folder)
	if err != nil {
		return loadError(dir, err)
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
	opts := stamp.Options{Random: sys.Random, Hash: hash, IssuerOf: func(slug string) string { return issuers[slug] }}
	if look {
		opts.Random = nil
	}
	edits, problems, err := stamp.Plan(files, opts)
	if err != nil {
		return failed("", "couldn't make ids: %s", err)
	}
	if len(problems) > 0 {
		printer := &diag.Printer{W: sys.Err, Source: func(file string) ([]byte, error) { return fs.ReadFile(folder, file) }}
		if err := printer.Print(diag.Sort(problems)); err != nil {
			return failed("", "%s", plainError(err))
		}
		return bad("", "nothing is stamped: %s", diag.Summary(problems))
	}
	if look {
		return listUnstamped(sys, edits)
	}
	return writeStamps(sys, folder, edits)
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

func listUnstamped(sys System, edits []stamp.Edit) error {
	missing := 0
	for _, e := range edits {
		for _, a := range e.Awards {
			fmt.Fprintf(sys.Out, "%s:%d:%d: lacks %s\n", diag.Mask(a.File), a.Line, a.Col, a)
			missing++
		}
	}
	if missing > 0 {
		return bad("run blazon stamp", "%s to be stamped", diag.Count(missing, "award is", "awards are"))
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
