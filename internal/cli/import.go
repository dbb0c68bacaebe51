package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/issuance"
	"blazon/internal/roster"
)

type importOptions struct {
	badge, issued    string
	maps             []string
	result, rejected string
	skipBad, yes     bool
	change
}

func newImport(sys System, dir *string) *cobra.Command {
	var opts importOptions
	cmd := &cobra.Command{
		Use:   "import FILE --badge BADGE",
		Short: "Award a badge to everyone on a list",
		Long: `Awards badges to the people on a list: CSV as any spreadsheet saves it (separator and encoding are
found by themselves), or JSON Lines. A dash stands for standard input. Columns are known by their
names, in any order: email, name, issued, expires, evidence, narrative, public, badge, and those
of the class's results; --map says it of others. In a public repository names are left out
unless --map asks for them.

First it shows what it understood and, on a terminal, asks. Each bad row is reported by its line,
and none is awarded then, unless --skip-bad leaves the bad ones out and writes them to a file.
Whoever has the award of that day already is counted and passed over, so the same list can be
imported again; who has the class of another day is a bad row, unless the class is repeatable.
Awards that were erased since are not recognised: take their rows out of the list.

Beside the list, people.awards.csv for people.csv then holds its rows with the address of each
award, for letters.
` + exitStatus,
		Example: `  blazon import people.csv --badge go-basics --dry-run
  blazon import people.csv --badge go-basics --issued 2026-03-14
  blazon import people.csv --badge go-basics --map "Wer=recipient" --map "Punkte=results.score"
  blazon import people.csv --badge go-basics --skip-bad --yes`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runImport(cmd.Context(), sys, *dir, args[0], opts)
		},
	}
	f := cmd.Flags()
	f.StringVar(&opts.badge, "badge", "", "the badge `class`; a column badge overrides it")
	f.StringVar(&opts.issued, "issued", "", "the `date` of rows that name none (default: today in the site's zone)")
	f.StringArrayVar(&opts.maps, "map", nil, "what a column states, as `COLUMN=KEY`; without a key the column is left out")
	f.BoolVarP(&opts.yes, "yes", "y", false, "do not ask")
	f.BoolVar(&opts.skipBad, "skip-bad", false, "leave bad rows out and write them to a file of their own")
	f.StringVar(&opts.result, "result", "", "the `file` for the rows with their awards' addresses (default: beside the list, as people.awards.csv)")
	f.StringVar(&opts.rejected, "rejected", "", "the `file` for the bad rows (default: beside the list, as people.rejected.csv)")
	opts.change.flags(cmd, "show what would be done and write nothing")
	_ = cmd.RegisterFlagCompletionFunc("badge", completeSlugs(dir, "content/badges"))
	return cmd
}

// intake is one run of import.
type intake struct {
	*register
	opts    importOptions
	table   *roster.Table
	columns []roster.Column
	rows    []intakeRow
}

// intakeRow is a row on its way.
type intakeRow struct {
	roster.Row
	award issuance.Award
	has   *badge.Award // the one that is there already
	bad   []diag.Problem
}

func (row *intakeRow) isNew() bool { return row.has == nil && len(row.bad) == 0 }

func runImport(ctx context.Context, sys System, dir, name string, opts importOptions) error {
	data, err := readInput(sys.In, name, roster.MaxFile)
	if err != nil {
		return err
	}
	r, err := openRegister(sys, dir, opts.now, "nothing is awarded")
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.siteIsClear(); err != nil {
		return err
	}
	in := &intake{register: r, opts: opts}
	if err := in.files(name); err != nil {
		return err
	}
	if err := in.read(shownName(name), data); err != nil {
		return err
	}
	in.compare()
	in.checkBad()
	b, err := in.check()
	if err != nil {
		return err
	}
	if err := in.reportBad(); err != nil {
		return err
	}
	in.preview(b)
	if opts.dryRun {
		return nil
	}
	if b != nil {
		if err := in.confirm(ctx, name); err != nil {
			return err
		}
		if err := r.write([]edit.File{b.file}); err != nil {
			return err
		}
	}
	return in.finish(b)
}

// shownName is what messages call the list.
func shownName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return filepath.ToSlash(name)
}

// files chooses where the results go, and refuses to write over what import did not write.
func (in *intake) files(name string) error {
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	for _, f := range []struct {
		file   *string
		suffix string
		wanted bool
	}{{&in.opts.result, ".awards.csv", true}, {&in.opts.rejected, ".rejected.csv", in.opts.skipBad}} {
		if *f.file == "" && name != "-" && f.wanted {
			*f.file = stem + f.suffix
		}
		if *f.file == "" || *f.file == "-" || in.opts.dryRun {
			continue
		}
		if filepath.Clean(*f.file) == filepath.Clean(name) {
			return usageError("name another file", "%s is the list itself", *f.file)
		}
		old, err := os.ReadFile(*f.file)
		if err == nil && !roster.IsResult(old) {
			return failed("name another file with --result or --rejected, or move that one away", "%s: there is a file already, which blazon import did not write", *f.file)
		}
	}
	return nil
}

// read makes awards of the list's rows.
func (in *intake) read(name string, data []byte) error {
	table, problems := roster.Read(name, data)
	in.table = table
	if len(problems) > 0 {
		return in.refuseList(problems)
	}
	mapping := roster.Mapping{Given: make(map[string]string), NoNames: !in.cat.Site.Private}
	for _, m := range in.opts.maps {
		at := strings.LastIndexByte(m, '=')
		if at < 1 {
			return usageError(`write it as --map "Column=key"`, "--map %s has no =", diag.Quote(m))
		}
		mapping.Given[m[:at]] = strings.TrimSpace(m[at+1:])
	}
	if in.opts.badge != "" {
		class, err := in.class(in.opts.badge)
		if err != nil {
			return err
		}
		mapping.Results = class.Results
	}
	if in.columns, problems = table.Columns(mapping); len(problems) > 0 {
		return in.refuseList(problems)
	}
	if in.opts.badge == "" && !in.states(roster.Badge) {
		return usageError("name it with --badge", "no column names the badge")
	}
	base := issuance.Award{Badge: in.opts.badge, Issued: in.opts.issued}
	if base.Issued == "" {
		base.Issued = in.today()
	} else if _, err := dateOf("--issued", base.Issued); err != nil {
		return err
	}
	for _, row := range table.Rows {
		a, bad := table.Award(in.columns, row, base)
		in.rows = append(in.rows, intakeRow{Row: row, award: a, bad: bad})
	}
	if len(in.rows) == 0 {
		return bad("", "%s: there is nobody on the list", name)
	}
	return nil
}

func (in *intake) states(key string) bool {
	for _, c := range in.columns {
		if c.Key == key {
			return true
		}
	}
	return false
}

func (in *intake) refuseList(problems []diag.Problem) error {
	return refuse(in.sys, nil, diag.Sort(problems), "", in.undone)
}

func (in *intake) problem(row *intakeRow, hint, format string, args ...any) {
	row.bad = append(row.bad, diag.Problem{Pos: diag.Pos{File: in.table.Name, Line: row.Line}, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// compare finds the rows whose recipients have the award already, or may not have it: from an award that there is, or
// from a row further up.
func (in *intake) compare() {
	classes := make(map[string]*badge.Class)
	for _, c := range in.cat.Classes {
		classes[c.Slug] = c
	}
	byClass := make(map[*badge.Class][]*intakeRow)
	for i := range in.rows {
		row := &in.rows[i]
		if c := classes[row.award.Badge]; c != nil && len(row.bad) == 0 {
			byClass[c] = append(byClass[c], row)
		}
	}
	total := 0
	for class, rows := range byClass {
		total += issuance.NewHolders(class.Awards).Comparisons(recipientsOf(rows))
	}
	in.sayComparisons(total)
	for _, class := range in.cat.Classes {
		if rows := byClass[class]; len(rows) > 0 {
			in.compareClass(class, rows)
		}
	}
}

func recipientsOf(rows []*intakeRow) []badge.Recipient {
	recipients := make([]badge.Recipient, len(rows))
	for i, row := range rows {
		recipients[i] = row.award.Recipient
	}
	return recipients
}

func (in *intake) compareClass(class *badge.Class, rows []*intakeRow) {
	there := issuance.NewHolders(class.Awards).Of(recipientsOf(rows))
	above := make(map[badge.Recipient][]*badge.Award)
	lines := make(map[*badge.Award]int)
	for i, row := range rows {
		issued, expires, err := row.award.Span(class, in.cat.Site.Zone)
		if err != nil {
			continue // what is wrong with the date is said when it is checked
		}
		recipient := row.award.Recipient
		if old, _ := issuance.Conflict(above[recipient], class.Repeatable, issued, expires); old != nil {
			in.problem(row, "remove one of the two", "the recipient is that of line %d too", lines[old])
			continue
		}
		old, same := issuance.Conflict(there[i], class.Repeatable, issued, expires)
		switch {
		case same:
			row.has = old
		case old != nil:
			in.problem(row, "give --issued "+in.dayIn(old.Issued)+" where this is that award, revoke the older one, or write repeatable: true in the class",
				"the recipient has the class %s already, since %s: %s", class.Slug, in.dayIn(old.Issued), in.url(old.ID))
		}
		mine := &badge.Award{Issued: issued, Expires: expires, Recipient: recipient}
		lines[mine] = row.Line
		above[recipient] = append(above[recipient], mine)
	}
}

// checkBad says what else is wrong with rows of which a cell could not be read: the content model judges the other cells.
func (in *intake) checkBad() {
	for i := range in.rows {
		row := &in.rows[i]
		if len(row.bad) == 0 || row.Wrong != nil || row.award.Recipient.Kind == badge.NoRecipient {
			continue
		}
		text, lines := issuance.Text([]issuance.Award{row.award}, false)
		b := &batch{own: make(map[int][]diag.Problem)}
		b.sort(issuance.Problems(text), lines, "")
		in.blame(row, b.own[0])
	}
}

// blame says of a row what is wrong with its award.
func (in *intake) blame(row *intakeRow, problems []diag.Problem) {
	for _, p := range problems {
		p.Pos = diag.Pos{File: in.table.Name, Line: row.Line}
		row.bad = append(row.bad, p)
	}
}

// check drafts the file of the new awards, and sorts out the rows that the project would not bear; nil where nobody is
// new.
func (in *intake) check() (*batch, error) {
	for {
		var fresh []*intakeRow
		var awards []issuance.Award
		for i := range in.rows {
			if row := &in.rows[i]; row.isNew() {
				fresh = append(fresh, row)
				awards = append(awards, row.award)
			}
		}
		if len(fresh) == 0 {
			return nil, nil
		}
		b, err := in.draft(awards)
		if err != nil {
			return nil, err
		}
		if len(b.other) > 0 {
			return nil, in.refuse(b.other, b.texts)
		}
		if len(b.own) == 0 {
			for i, row := range fresh {
				row.award = b.awards[i]
			}
			return b, nil
		}
		for i, row := range fresh {
			in.blame(row, b.own[i])
		}
	}
}
