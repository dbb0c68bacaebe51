package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"blazon/internal/build"
	"blazon/internal/diag"
	"blazon/internal/diff"
	"blazon/internal/load"
)

func newDiff(sys System, dir *string) *cobra.Command {
	var exact, asJSON bool
	var format, at string
	cmd := &cobra.Command{
		Use:   "diff REVISION",
		Short: "Say what has changed since a revision, in awards and badges",
		Long: `Compares the project's folder with an earlier state that git has, and says what publishing it
would change: new awards of each badge, revocations with their reasons, changed badges, keys and
settings, how many pages change and whether a published URL is lost.

The earlier state is where REVISION and HEAD last agreed (the merge base), so that what others
have done to REVISION since does not count; with --exact it is REVISION itself. What is not yet
committed in the folder counts as changed. Nothing is written.

No form of it holds a recipient's address or an award's id, so it can be shown where anybody
reads it. See docs/guard.md.
` + exitStatus,
		Example: `  blazon diff main
  blazon diff --exact v2026.1
  blazon diff origin/main --format markdown >> "$GITHUB_STEP_SUMMARY"`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asJSON && cmd.Flags().Changed("format") && format != "json" {
				return usageError("give one of them", "--json and --format %s", format)
			}
			if asJSON {
				format = "json"
			}
			if format != "text" && format != "markdown" && format != "json" {
				return usageError("one of: text, markdown, json", "there is no format %q", format)
			}
			now, err := moment(at, sys)
			if err != nil {
				return err
			}
			p, err := openProject(*dir, "", &sources{program: pagesKey}, build.Shard{}, now)
			if err != nil {
				return err
			}
			defer p.close()
			return runDiff(cmd, sys, p, args[0], exact, format)
		},
	}
	cmd.Flags().BoolVar(&exact, "exact", false, "compare with REVISION itself, not with where it and HEAD last agreed")
	cmd.Flags().StringVar(&format, "format", "text", "text, markdown or json")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, as --format json does")
	cmd.Flags().StringVar(&at, "now", "", "the `date` that awards may not lie after (default: the clock)")
	return cmd
}

// pagesKey stands for the program in the keys of pages: one program makes both states.
const pagesKey = "diff"

func runDiff(cmd *cobra.Command, sys System, p *project, rev string, exact bool, format string) error {
	if diag.HasErrors(p.problems) {
		return refuse(sys, p.folder, p.problems, "blazon check says the same", "nothing is compared while the project has mistakes")
	}
	ctx := cmd.Context()
	e, err := openEarlier(ctx, sys, load.Options{Pictures: p.seen}, p.dir, rev, exact, p.catalog.Site.BaseURL)
	if err != nil {
		return err
	}
	defer e.close()
	compared, err := p.compare(e, pagesKey)
	if err != nil {
		return err
	}
	e.tell(sys)
	if diag.HasErrors(e.broken) {
		fmt.Fprintf(sys.Err, "note: %s has mistakes of its own (%s), and what they hide is not compared\n", e.name, diag.Summary(e.broken))
	}
	d := diff.Of(compared)
	if e.state.Plan != nil && p.plan != nil {
		pages, err := diff.ComparePages(ctx, e.state.Plan, p.plan)
		if lfs := e.pointers(); lfs != nil {
			return lfs
		}
		if err != nil {
			return failed("", "%s", plainError(err))
		}
		d.Pages = &pages
	}
	switch format {
	case "json":
		err = d.JSON(sys.Out, e.name)
	case "markdown":
		err = d.Markdown(sys.Out, e.name)
	default:
		err = d.Text(sys.Out)
	}
	if err != nil {
		return failed("", "%s", plainError(err))
	}
	return nil
}
