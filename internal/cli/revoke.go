package cli

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/input"
	"blazon/internal/retraction"
)

type revokeOptions struct {
	reason, date string
	change
}

func newRevoke(sys System, dir *string) *cobra.Command {
	var opts revokeOptions
	cmd := &cobra.Command{
		Use:   "revoke ID... --reason TEXT",
		Short: "Take awards back",
		Long: `Takes awards back: writes the day and the reason into the file in which each stands, and changes
nothing else there. The award's addresses stay and say, once the site is published, that it was
revoked, and why: the reason is for everyone to read, so it names nobody. An award is named by
its id, by six or more characters that only its id begins with, or by its address.
` + exitStatus,
		Example: `  blazon revoke k7q2m4x5o3d6a2f7w4z5b6c7ey --reason "Issued in error"
  blazon revoke k7q2m4 b4x7q2 --reason "The exam was repeated" --date 2026-05-01
  blazon revoke https://badges.example.org/awards/k7q2m4x5o3d6a2f7w4z5b6c7ey/ --reason "Issued in error"`,
		Args: atLeast(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runRevoke(sys, *dir, args, opts)
		},
		ValidArgsFunction: completeAwards(dir),
	}
	f := cmd.Flags()
	f.StringVar(&opts.reason, "reason", "", "`text` that says why, on one line; it is published")
	f.StringVar(&opts.date, "date", "", "the `date` of the revocation (default: today in the site's zone)")
	opts.change.flags(cmd, "check everything and write nothing")
	return cmd
}

func runRevoke(sys System, dir string, args []string, opts revokeOptions) error {
	reason, err := oneReason(opts.reason)
	if err != nil {
		return err
	}
	r, err := openRegister(sys, dir, opts.now, "nothing is revoked")
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.mayPublish(reason); err != nil {
		return err
	}
	date, err := r.dateOr(opts.date)
	if err != nil {
		return err
	}
	awards, err := r.awards(args)
	if err != nil {
		return err
	}
	if err := r.mayRevoke(awards); err != nil {
		return err
	}
	var changes []retracted
	for _, a := range awards {
		changes = append(changes, retracted{a, retraction.Change{ID: a.ID, Revoke: &retraction.Revocation{Date: date, Reason: reason}}})
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
	return r.printRetracted(awards, "revoked", opts.change)
}

// anAddress is what looks like an e-mail address in a text.
var anAddress = regexp.MustCompile(`[^\s<>(),;:"']+@[^\s<>(),;:"'@]+\.[^\s<>(),;:"'.@]+`)

// mayPublish refuses a reason that holds an address: everybody reads it. An issuer's own is published anyway.
func (r *register) mayPublish(reason string) error {
	for _, address := range anAddress.FindAllString(reason, -1) {
		if !slices.ContainsFunc(r.cat.Issuers, func(i *badge.Issuer) bool { return strings.EqualFold(i.Email, address) }) {
			return usageError("the reason is for everyone to read: name nobody in it", "%s: --reason holds an e-mail address", r.undone)
		}
	}
	return nil
}

// oneReason is the reason of a revocation.
func oneReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", usageError(`give it with --reason "Issued in error"; it is published`, "a revocation needs a reason")
	case !utf8.ValidString(reason) || strings.ContainsAny(reason, "\n\r\t"):
		return "", usageError("write it on one line", "--reason holds line breaks, tabs, or what is not UTF-8")
	}
	return reason, nil
}

// dateOr is a date of the command line, today where there is none.
func (r *register) dateOr(date string) (string, error) {
	if date == "" {
		return r.today(), nil
	}
	_, err := dateOf("--date", date)
	return date, err
}

// mayRevoke refuses awards that are revoked or erased already.
func (r *register) mayRevoke(awards []*badge.Award) error {
	var problems []diag.Problem
	for _, a := range awards {
		switch a.State() {
		case badge.Revoked:
			problems = append(problems, diag.Problem{Pos: a.Pos(a.At.Award), Message: fmt.Sprintf("the award is revoked already, since %s: %s", a.Revoked.Day, diag.Quote(a.Revoked.Reason))})
		case badge.Erased:
			problems = append(problems, diag.Problem{Pos: a.Pos(a.At.Award), Message: "the award is erased already, since " + a.Erased.Day})
		}
	}
	return r.refuse(diag.Sort(problems), nil)
}

// retracted is an award and what becomes of it.
type retracted struct {
	award  *badge.Award
	change retraction.Change
}

// retract makes the new texts of the files in which awards stand, and refuses what would be a mistake in them.
func (r *register) retract(changes []retracted) ([]retraction.Edit, error) {
	edits, problems, err := r.edits(changes)
	if err != nil {
		return nil, err
	}
	var texts map[string][]byte
	if len(problems) == 0 {
		if problems, texts, err = r.wouldBreak(filesOf(edits)); err != nil {
			return nil, err
		}
	}
	return edits, r.refuse(diag.Sort(problems), texts)
}

// edits are the changes by file, in the files' order.
func (r *register) edits(changes []retracted) (edits []retraction.Edit, problems []diag.Problem, err error) {
	byFile := make(map[string][]retraction.Change)
	var files []string
	for _, c := range changes {
		file := *c.award.File
		if byFile[file] == nil {
			files = append(files, file)
		}
		byFile[file] = append(byFile[file], c.change)
	}
	for _, file := range files {
		data, err := fs.ReadFile(r.folder, file)
		if err != nil {
			return nil, nil, failed("", "%s", plainError(err))
		}
		e, wrong := retraction.Plan(file, data, byFile[file])
		edits, problems = append(edits, e), append(problems, wrong...)
	}
	return edits, problems, nil
}

func filesOf(edits []retraction.Edit) []edit.File {
	var files []edit.File
	for _, e := range edits {
		files = append(files, e.File)
	}
	return files
}

// printRetracted says what was done, or would be.
func (r *register) printRetracted(awards []*badge.Award, done string, how change) error {
	type line struct {
		ID    string `json:"id"`
		URL   string `json:"url"`
		Badge string `json:"badge"`
		File  string `json:"file"`
	}
	var all []line
	for _, a := range awards {
		all = append(all, line{a.ID, r.url(a.ID), a.Class.Slug, *a.File})
	}
	if how.asJSON {
		return writeJSON(r.sys.Out, map[string]any{done: all, "written": !how.dryRun})
	}
	if how.dryRun {
		done = "would be " + done
	}
	for _, l := range all {
		fmt.Fprintf(r.sys.Out, "%s: %s\n", done, l.URL)
	}
	return nil
}

// awardTexts are the project's files of awards as they would be after edits.
func awardTexts(folder *input.Folder, edits []retraction.Edit) (map[string][]byte, error) {
	files, err := awardFiles(folder)
	if err != nil {
		return nil, err
	}
	texts := make(map[string][]byte)
	for _, f := range files {
		texts[f.Path] = f.Data
	}
	for _, e := range edits {
		if e.New != nil {
			texts[e.Path] = e.New
		}
	}
	return texts, nil
}
