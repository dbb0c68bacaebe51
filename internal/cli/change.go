package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"blazon/internal/diag"
	"blazon/internal/model"
)

// change is what the commands that change awards have in common.
type change struct {
	now            string
	dryRun, asJSON bool
}

// flags adds the options. dry says what --dry-run does.
func (c *change) flags(cmd *cobra.Command, dry string) {
	cmd.Flags().BoolVar(&c.dryRun, "dry-run", false, dry)
	cmd.Flags().BoolVar(&c.asJSON, "json", false, "print JSON")
	todayFlag(cmd, &c.now)
}

func todayFlag(cmd *cobra.Command, now *string) {
	cmd.Flags().StringVar(now, "now", "", "the `date` that counts as today (default: the clock)")
}

// kindFlag adds --kind, the kind of a recipient that another argument names.
func kindFlag(cmd *cobra.Command, kind *string, of, whose string) {
	cmd.Flags().StringVar(kind, "kind", "", fmt.Sprintf("the `kind` %s: email, url, telephone or did (default: by %s form)", of, whose))
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions([]string{"email", "url", "telephone", "did"}, cobra.ShellCompDirectiveNoFileComp))
}

// dateOf is the date that an option names.
func dateOf(option, text string) (model.Date, error) {
	date, err := model.ParseDate(text)
	if err != nil {
		return date, usageError("write it as 2026-03-14", "%s %s: %s", option, err, diag.Quote(text))
	}
	return date, nil
}
