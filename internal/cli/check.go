package cli

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"blazon/internal/build"
	"blazon/internal/diag"
	"blazon/internal/model"
)

func newCheck(sys System, dir *string) *cobra.Command {
	var asJSON, strict bool
	var format, at string
	var against against
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say everything that is wrong with a project",
		Long: `Reads the whole project and says everything that is wrong with it at once: each mistake with
file, line, column, the line itself and what would be right. Recipients and key material are
masked. docs/checks.md lists the rules.

With --base it also compares the project with an earlier state that git has, and says what
publishing it would break: a URL that vanishes, an award that changes, a class with awards that
means something else, a key that is gone; each with the way out. The state is where REVISION and
HEAD last agreed (the merge base), with --exact REVISION itself. --published does the same with
the ledger of a published site, from which less can be told. docs/guard.md has more on both.

Where there is no mistake it also says what the class images take, and what reducing them for
publishing saves (not with --format github). That takes two seconds at most, two images at a
time; .blazon/images/ remembers them for the next check and build. Nothing else is written.
` + exitStatus,
		Example: `  blazon check
  blazon check --strict --format github    # in a pull request: warnings fail too
  blazon check --base origin/main          # and nothing published may break
  blazon check --published https://badges.example.org
  blazon check --json | jq '.problems[].rule'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON && cmd.Flags().Changed("format") && format != "json" {
				return usageError("give one of them", "--json and --format %s", format)
			}
			if asJSON {
				format = "json"
			}
			if format != "text" && format != "json" && format != "github" {
				return usageError("one of: text, json, github", "there is no format %q", format)
			}
			if err := against.valid(); err != nil {
				return err
			}
			now, err := moment(at, sys)
			if err != nil {
				return err
			}
			p, err := openProject(*dir, "", nil, build.Shard{}, now)
			if err != nil {
				return err
			}
			defer p.close()
			if err := against.compare(cmd.Context(), sys, p); err != nil {
				return err
			}
			return reportCheck(sys, p, format, strict)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, as --format json does")
	cmd.Flags().StringVar(&format, "format", "text", "text, json, or github for annotations")
	cmd.Flags().BoolVar(&strict, "strict", false, "treat warnings as errors")
	cmd.Flags().StringVar(&against.base, "base", "", "compare with a `revision` of git: nothing published may break")
	cmd.Flags().BoolVar(&against.exact, "exact", false, "compare with that revision itself, not with where it and HEAD last agreed")
	cmd.Flags().StringVar(&against.published, "published", "", "compare with a published site: a `folder` or its URL")
	cmd.Flags().StringVar(&at, "now", "", "the `date` that awards may not lie after (default: the clock)")
	return cmd
}

// clock tells the moment that awards may not lie after, for a site's time zone.
type clock func(*time.Location) time.Time

// moment is the time that --now names, else the clock's. A day alone is its last second in the site's zone.
func moment(at string, sys System) (clock, error) {
	if at == "" {
		now := sys.Now()
		return func(*time.Location) time.Time { return now }, nil
	}
	date, err := model.ParseDate(at)
	if err != nil {
		return nil, usageError("write it as 2026-03-14 or 2026-03-14T18:30:00Z", "--now %s: %s", err, diag.Quote(at))
	}
	return date.End, nil
}

func reportCheck(sys System, p *project, format string, strict bool) error {
	problems := p.problems
	if strict {
		for i := range problems {
			problems[i].Severity = diag.Error
		}
	}
	printer := &diag.Printer{W: sys.Out, Source: source(p.folder)}
	var saved savings
	if format != "github" && p.plan != nil && !diag.HasErrors(problems) {
		saved = p.measure(sys.Now)
		printer.Images = saved
	}
	var err error
	switch format {
	case "json":
		err = printer.JSON(problems)
	case "github":
		if p.dir != "." {
			printer.Prefix = filepath.ToSlash(p.dir)
		}
		err = printer.GitHub(problems)
	default:
		err = printer.Print(problems)
	}
	if err != nil {
		return failed("", "%s", plainError(err))
	}
	if format != "json" {
		fmt.Fprintf(sys.Err, "%s in %s: %s\n", diag.Summary(problems), diag.Count(p.files, "file", "files"), p.holds())
		if line := saved.String(); line != "" {
			fmt.Fprintln(sys.Err, line)
		}
	}
	if diag.HasErrors(problems) {
		return reported(ExitBad)
	}
	return nil
}

// holds says what a project declares, in numbers.
func (p *project) holds() string {
	return holds(len(p.catalog.Issuers), len(p.catalog.Classes), len(p.catalog.Awards))
}

func holds(issuers, classes, awards int) string {
	return fmt.Sprintf("%s, %s, %s", diag.Count(issuers, "issuer", "issuers"), diag.Count(classes, "badge class", "badge classes"), diag.Count(awards, "award", "awards"))
}
