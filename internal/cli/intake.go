package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"blazon/internal/diag"
	"blazon/internal/issuance"
	"blazon/internal/roster"
)

// reportBad prints every bad row. Without --skip-bad there may be none.
func (in *intake) reportBad() error {
	var problems []diag.Problem
	bads := 0
	for i := range in.rows {
		problems = append(problems, in.rows[i].bad...)
		bads += count(len(in.rows[i].bad) > 0)
	}
	if len(problems) == 0 {
		return nil
	}
	if err := show(in.sys, nil, diag.Sort(problems)); err != nil {
		return err
	}
	if !in.opts.skipBad {
		return bad("correct them, or leave them out with --skip-bad", "%s: %d of %s bad", in.undone, bads, diag.Count(len(in.rows), "row is", "rows are"))
	}
	return nil
}

// counts are how many rows are new, there already, and bad.
func (in *intake) counts() (fresh, there, bads int) {
	for i := range in.rows {
		row := &in.rows[i]
		fresh += count(row.isNew())
		there += count(row.has != nil)
		bads += count(len(row.bad) > 0)
	}
	return fresh, there, bads
}

// preview shows what was understood of the list. As the result of --dry-run it goes to standard output.
func (in *intake) preview(b *batch) {
	w := in.sys.Err
	if in.opts.dryRun {
		w = in.sys.Out
	}
	if in.opts.asJSON && in.opts.dryRun {
		_ = in.summaryJSON(nil)
		return
	}
	form := "JSON Lines"
	if in.table.Separator != 0 {
		form = "CSV with " + map[rune]string{';': "semicolons", ',': "commas", '\t': "tabs", '|': "bars"}[in.table.Separator]
	}
	fmt.Fprintf(w, "%s: %s, %s, %s\n", in.table.Name, form, in.table.Encoding, diag.Count(len(in.rows), "row", "rows"))
	for _, c := range in.columns {
		states := c.Key
		if states == "" {
			states = "not used"
		}
		if c.Why != "" {
			states += ": " + c.Why
		}
		fmt.Fprintf(w, "  %s: %s\n", diag.Quote(c.Header), states)
	}
	const most = 3
	shown := 0
	for i := range in.rows {
		if row := &in.rows[i]; row.isNew() && shown < most {
			shown++
			fmt.Fprintf(w, "  line %d: %s\n", row.Line, described(&row.award))
		}
	}
	fresh, there, bads := in.counts()
	if fresh > shown {
		fmt.Fprintf(w, "  ... and %d more\n", fresh-shown)
	}
	fmt.Fprintf(w, "%d to award, %d there already, %d bad\n", fresh, there, bads)
}

// described is a new award in a line, its recipient masked.
func described(a *issuance.Award) string {
	parts := []string{a.Badge, a.Issued, diag.Stars(a.Recipient.Plain)}
	if a.Name != "" {
		parts = append(parts, "with a name")
	}
	for _, r := range a.Results {
		parts = append(parts, r.Of+"="+diag.Mask(r.Value))
	}
	if len(a.Evidence) > 0 {
		parts = append(parts, diag.Count(len(a.Evidence), "piece of evidence", "pieces of evidence"))
	}
	if a.Narrative != "" {
		parts = append(parts, "with a narrative")
	}
	if a.Public {
		parts = append(parts, "public")
	}
	return strings.Join(parts, ", ")
}

// confirm asks on a terminal whether to go on. Elsewhere nobody is asked.
func (in *intake) confirm(ctx context.Context, name string) error {
	keyboard, ok := in.sys.In.(*os.File)
	if in.opts.yes || name == "-" || !in.sys.Terminal || !ok || !term.IsTerminal(int(keyboard.Fd())) {
		return nil
	}
	fresh, _, _ := in.counts()
	fmt.Fprintf(in.sys.Err, "Award %s? [y/N] ", diag.Count(fresh, "badge", "badges"))
	answers := make(chan string, 1)
	go func() { // a read from a terminal cannot be interrupted, and ends with the process
		answer, err := bufio.NewReader(io.LimitReader(keyboard, 1000)).ReadString('\n')
		if err != nil {
			answer = ""
		}
		answers <- strings.ToLower(strings.TrimSpace(answer))
	}()
	select {
	case answer := <-answers:
		if answer == "y" || answer == "yes" {
			return nil
		}
	case <-ctx.Done():
	}
	return bad("", "%s", in.undone)
}

// finish writes the results beside the list and sums up.
func (in *intake) finish(b *batch) error {
	var results []roster.Result
	var rejections []roster.Rejection
	for i := range in.rows {
		row := &in.rows[i]
		switch {
		case row.has != nil:
			status := "there already"
			if state := stateOn(row.has, in.now); state != "valid" {
				status += ", " + state
			}
			results = append(results, roster.Result{Row: row.Row, Status: status, ID: row.has.ID, URL: in.url(row.has.ID)})
		case row.isNew():
			results = append(results, roster.Result{Row: row.Row, Status: "new", ID: row.award.ID, URL: in.url(row.award.ID)})
		default:
			var why []string
			for _, p := range row.bad {
				why = append(why, p.Message)
			}
			rejections = append(rejections, roster.Rejection{Row: row.Row, Why: strings.Join(why, "; ")})
		}
	}
	if in.opts.result != "" {
		if err := writeResult(in.sys.Out, in.opts.result, in.table.Results(results), true); err != nil {
			return in.lost(err)
		}
	}
	if len(rejections) > 0 && in.opts.rejected != "" {
		if err := writeResult(in.sys.Out, in.opts.rejected, in.table.Rejected(rejections), true); err != nil {
			return in.lost(err)
		}
	}
	if in.opts.asJSON && in.opts.result != "-" {
		return in.summaryJSON(b)
	}
	w := in.sys.Out
	if in.opts.result == "-" {
		w = in.sys.Err
	}
	fresh, there, bads := in.counts()
	if b == nil {
		fmt.Fprintf(w, "nothing new: %d there already, %d bad\n", there, bads)
	} else {
		fmt.Fprintf(w, "awarded %s in %s; %d there already, %d bad\n", diag.Count(fresh, "badge", "badges"), masked(b.file.Path), there, bads)
	}
	if in.opts.result != "" && in.opts.result != "-" {
		fmt.Fprintf(w, "addresses: %s\n", filepath.ToSlash(in.opts.result))
	}
	if len(rejections) > 0 && in.opts.rejected != "" {
		fmt.Fprintf(w, "rejected rows: %s\n", filepath.ToSlash(in.opts.rejected))
	}
	return nil
}

// lost is the error of a result that could not be written when the awards are there already.
func (in *intake) lost(err error) error {
	return failed("the awards are made all the same: import the list again to have the file, or see blazon list --urls", "%s", err)
}

func (in *intake) summaryJSON(b *batch) error {
	fresh, there, bads := in.counts()
	file := ""
	if b != nil {
		file = b.file.Path
	}
	result := in.opts.result
	if in.opts.dryRun {
		result = ""
	}
	return writeJSON(in.sys.Out, struct {
		Rows     int    `json:"rows"`
		New      int    `json:"new"`
		There    int    `json:"there"`
		Bad      int    `json:"bad"`
		File     string `json:"file,omitempty"`
		Result   string `json:"result,omitempty"`
		Rejected string `json:"rejected,omitempty"`
	}{len(in.rows), fresh, there, bads, file, filepath.ToSlash(result), in.opts.rejected})
}
