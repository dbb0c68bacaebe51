package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
)

type statsOptions struct {
	filter
	asCSV, asJSON bool
}

func newStats(sys System, dir *string) *cobra.Command {
	var opts statsOptions
	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Count awards by class and by month",
		Long: `Counts awards: of each class how many there are, and how many of them are valid, expired,
revoked and erased, and expire within a time (30 days unless --expiring says otherwise); and how
many were issued in each month. Nothing in it names a holder.
` + exitStatus,
		Example: `  blazon stats
  blazon stats --badge go-basics --since 2026-01-01 --until 2026-12-31
  blazon stats --expiring 6mo --json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if opts.asCSV && opts.asJSON {
				return usageError("give one of them", "--csv and --json are two forms")
			}
			return runStats(sys, *dir, opts)
		},
	}
	opts.flags(cmd, dir)
	f := cmd.Flags()
	f.StringVar(&opts.expiring, "expiring", "30d", "count the valid ones that expire within this `time`, such as 30d or 6mo")
	f.BoolVar(&opts.asCSV, "csv", false, "print CSV: a line for each class and month")
	f.BoolVar(&opts.asJSON, "json", false, "print JSON")
	return cmd
}

// tally is a number of awards by state.
type tally struct {
	Badge    string `json:"badge,omitempty"`
	Month    string `json:"month,omitempty"` // YYYY-MM
	Awards   int    `json:"awards"`
	Valid    int    `json:"valid"`
	Expired  int    `json:"expired"`
	Revoked  int    `json:"revoked"`
	Erased   int    `json:"erased"`
	Public   int    `json:"public"`
	Expiring int    `json:"expiring"`
}

func (t *tally) add(state string, public, expiring bool) {
	t.Awards++
	switch state {
	case "valid":
		t.Valid++
	case "expired":
		t.Expired++
	case "revoked":
		t.Revoked++
	case "erased":
		t.Erased++
	}
	t.Public += count(public)
	t.Expiring += count(expiring)
}

func (t *tally) numbers() []string {
	var cells []string
	for _, n := range []int{t.Awards, t.Valid, t.Expired, t.Revoked, t.Erased, t.Public, t.Expiring} {
		cells = append(cells, strconv.Itoa(n))
	}
	return cells
}

func runStats(sys System, dir string, opts statsOptions) error {
	r, err := openRegister(sys, dir, opts.now, "")
	if err != nil {
		return err
	}
	defer r.close()
	limit, err := within(opts.expiring, r.now.In(r.cat.Site.Zone))
	if err != nil {
		return err
	}
	counted := opts.filter
	counted.expiring = ""
	found, err := counted.apply(r)
	if err != nil {
		return err
	}
	r.noteBroken()
	tallies := make(map[[2]string]*tally)
	for _, a := range found {
		state := stateOn(a, r.now)
		month := r.dayIn(a.Issued)[:7]
		expiring := state == "valid" && !a.Expires.IsZero() && !a.Expires.After(limit)
		for _, key := range [][2]string{{a.Class.Slug, month}, {a.Class.Slug, ""}, {"", month}, {"", ""}} {
			if tallies[key] == nil {
				tallies[key] = &tally{Badge: key[0], Month: key[1]}
			}
			tallies[key].add(state, a.Public && a.State() == badge.Valid, expiring)
		}
	}
	return r.printStats(tallies, opts)
}

func (r *register) printStats(tallies map[[2]string]*tally, opts statsOptions) error {
	pick := func(class, month bool) []tally {
		picked := []tally{}
		for key, t := range tallies {
			if (key[0] != "") == class && (key[1] != "") == month {
				picked = append(picked, *t)
			}
		}
		slices.SortFunc(picked, func(a, b tally) int {
			return cmp.Or(strings.Compare(a.Badge, b.Badge), strings.Compare(a.Month, b.Month))
		})
		return picked
	}
	total := tally{}
	if t := tallies[[2]string{}]; t != nil {
		total = *t
	}
	switch {
	case opts.asJSON:
		return writeJSON(r.sys.Out, struct {
			Within  string  `json:"expiring_within"`
			Total   tally   `json:"total"`
			Classes []tally `json:"classes"`
			Months  []tally `json:"months"`
		}{opts.expiring, total, pick(true, false), pick(false, true)})
	case opts.asCSV:
		rows := [][]string{{"badge", "month", "awards", "valid", "expired", "revoked", "erased", "public", "expiring"}}
		for _, t := range pick(true, true) {
			rows = append(rows, append([]string{t.Badge, t.Month}, t.numbers()...))
		}
		return r.writeCSV(rows)
	}
	numbers := []string{"AWARDS", "VALID", "EXPIRED", "REVOKED", "ERASED", "PUBLIC", "EXPIRING " + opts.expiring}
	var rows [][]string
	for _, t := range pick(true, false) {
		rows = append(rows, append([]string{t.Badge}, t.numbers()...))
	}
	rows = append(rows, append([]string{"all"}, total.numbers()...))
	if err := writeTable(r.sys.Out, append([]string{"BADGE"}, numbers...), rows); err != nil {
		return failed("", "%s", plainError(err))
	}
	rows = nil
	for _, t := range pick(false, true) {
		rows = append(rows, append([]string{t.Month}, t.numbers()...))
	}
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintln(r.sys.Out)
	if err := writeTable(r.sys.Out, append([]string{"MONTH"}, numbers...), rows); err != nil {
		return failed("", "%s", plainError(err))
	}
	return nil
}
