package cli

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
)

type listOptions struct {
	filter
	asCSV, asJSON, urls, show bool
}

func newList(sys System, dir *string) *cobra.Command {
	var opts listOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List awards",
		Long: `Lists awards in the order of their issue, as a table, CSV or JSON. Recipients are masked and
names left out unless --show-recipients asks for them; of a recipient who is only known by a
hash there is nothing to show. With --urls it is CSV for letters: recipient, name, the badge's
name, the day of issue and the address of the award's page.
` + exitStatus,
		Example: `  blazon list --badge go-basics --since 2026-01-01
  blazon list --state revoked,erased
  blazon list --recipient ada@example.org
  blazon list --expiring 30d --urls --show-recipients > letters.csv`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if count(opts.asCSV)+count(opts.asJSON)+count(opts.urls) > 1 {
				return usageError("give one of them", "--csv, --json and --urls are three forms")
			}
			return runList(sys, *dir, opts)
		},
	}
	opts.flags(cmd, dir)
	opts.more(cmd)
	f := cmd.Flags()
	f.BoolVar(&opts.asCSV, "csv", false, "print CSV")
	f.BoolVar(&opts.asJSON, "json", false, "print JSON")
	f.BoolVar(&opts.urls, "urls", false, "print CSV for letters")
	f.BoolVar(&opts.show, "show-recipients", false, "show who the recipients are, and their names")
	return cmd
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// listed is an award as it is listed.
type listed struct {
	ID            string `json:"id"`
	Badge         string `json:"badge"`
	Issued        string `json:"issued"`
	Expires       string `json:"expires,omitempty"`
	State         string `json:"state"`
	Public        bool   `json:"public"`
	RecipientKind string `json:"recipient_kind,omitempty"`
	Hashed        bool   `json:"hashed,omitempty"`
	Recipient     string `json:"recipient,omitempty"`
	Name          string `json:"name,omitempty"`
	URL           string `json:"url"`
	File          string `json:"file"`

	badgeName string
}

func runList(sys System, dir string, opts listOptions) error {
	r, err := openRegister(sys, dir, opts.now, "")
	if err != nil {
		return err
	}
	defer r.close()
	found, err := opts.apply(r)
	if err != nil {
		return err
	}
	r.noteBroken()
	rows := make([]listed, 0, len(found))
	for _, a := range found {
		rows = append(rows, r.listed(a, opts.show))
	}
	switch {
	case opts.asJSON:
		return writeJSON(sys.Out, rows)
	case opts.asCSV:
		return r.listCSV(rows, opts.show)
	case opts.urls:
		return r.listURLs(rows, opts.show)
	}
	return r.listTable(rows, opts.show)
}

// noteBroken says that what is listed may not be all.
func (r *register) noteBroken() {
	if errors, _ := diag.Tally(r.loaded); errors > 0 {
		fmt.Fprintf(r.sys.Err, "note: the project has %s, and awards may be missing here; blazon check says more\n", diag.Count(errors, "mistake", "mistakes"))
	}
}

func (r *register) listed(a *badge.Award, show bool) listed {
	l := listed{ID: a.ID, Badge: a.Class.Slug, Issued: r.dayIn(a.Issued), State: stateOn(a, r.now), Public: a.Public,
		RecipientKind: a.Recipient.Kind.String(), Hashed: a.Recipient.Hash != "", File: *a.File, badgeName: a.Class.Name}
	if a.ID != "" {
		l.URL = r.url(a.ID)
	}
	if !a.Expires.IsZero() {
		l.Expires = r.dayIn(a.Expires)
	}
	if show {
		l.Recipient = a.Recipient.Plain
		if a.Details != nil {
			l.Name = a.Details.Name
		}
	}
	return l
}

// who is a recipient as the table shows it.
func (l *listed) who() string {
	switch {
	case l.RecipientKind == "":
		return ""
	case l.Hashed:
		return l.RecipientKind + ", hashed"
	case l.Recipient != "":
		return l.Recipient
	}
	return l.RecipientKind + " ****"
}

func (r *register) listTable(rows []listed, show bool) error {
	header := []string{"ID", "BADGE", "ISSUED", "EXPIRES", "STATE", "RECIPIENT"}
	if show {
		header = append(header, "NAME")
	}
	var lines [][]string
	for _, l := range rows {
		line := []string{l.ID, l.Badge, l.Issued, l.Expires, l.State, l.who()}
		if show {
			line = append(line, l.Name)
		}
		lines = append(lines, line)
	}
	if len(lines) > 0 {
		if err := writeTable(r.sys.Out, header, lines); err != nil {
			return failed("", "%s", plainError(err))
		}
	}
	fmt.Fprintln(r.sys.Err, diag.Count(len(rows), "award", "awards"))
	return nil
}

// writeTable writes aligned columns, as wide as a terminal shows them.
func writeTable(w io.Writer, header []string, rows [][]string) error {
	widths := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], diag.Cells(diag.Visible(cell)))
		}
	}
	var b bytes.Buffer
	for _, row := range append([][]string{header}, rows...) {
		var line strings.Builder
		for i, cell := range row {
			cell = diag.Visible(cell)
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-diag.Cells(cell)+2))
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (r *register) listCSV(rows []listed, show bool) error {
	header := []string{"id", "badge", "issued", "expires", "state", "public", "recipient_kind", "url", "file"}
	if show {
		header = append(header, "recipient", "name")
	}
	all := [][]string{header}
	for _, l := range rows {
		line := []string{l.ID, l.Badge, l.Issued, l.Expires, l.State, fmt.Sprint(l.Public), l.RecipientKind, l.URL, l.File}
		if show {
			line = append(line, l.Recipient, text(l.Name))
		}
		all = append(all, line)
	}
	return r.writeCSV(all)
}

func (r *register) listURLs(rows []listed, show bool) error {
	all := [][]string{{"recipient", "name", "badge", "issued", "url"}}
	for _, l := range rows {
		all = append(all, []string{l.who(), text(l.Name), text(l.badgeName), l.Issued, l.URL})
	}
	if !show {
		fmt.Fprintln(r.sys.Err, "note: recipients and names are left out; --show-recipients shows them")
	}
	return r.writeCSV(all)
}

// text keeps a spreadsheet from taking a text for a formula.
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (r *register) writeCSV(rows [][]string) error {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return failed("", "%s", err)
	}
	return writeResult(r.sys.Out, "", b.Bytes(), false)
}
