package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/issuance"
	"blazon/internal/model"
	"blazon/internal/retraction"
)

type reissueOptions struct {
	to, kind, reason, issued, name string
	named                          bool
	change
}

func newReissue(sys System, dir *string) *cobra.Command {
	var opts reissueOptions
	cmd := &cobra.Command{
		Use:   "reissue ID --to RECIPIENT",
		Short: "Give an award to another address, in place of an old one",
		Long: `Makes a new award that says what the old one says, to another address, and revokes the old one:
for a holder whose address has changed, or was written wrongly. Each names the other, and their
pages say so; the page of the old one tells the new one's address only where the new one is
public, as the old page may be known to somebody else. The new award keeps the day of issue and
the day on which it expires, unless --issued names another day.
` + exitStatus,
		Example: `  blazon reissue k7q2m4x5o3d6a2f7w4z5b6c7ey --to ada@new.example.org
  blazon reissue k7q2m4 --to ada@new.example.org --reason "The address was misspelt" --name "Ada L."`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.named = cmd.Flags().Changed("name")
			return runReissue(sys, *dir, args[0], opts)
		},
		ValidArgsFunction: completeAwards(dir),
	}
	f := cmd.Flags()
	f.StringVar(&opts.to, "to", "", "the new `recipient`")
	kindFlag(cmd, &opts.kind, "of the recipient", "its")
	f.StringVar(&opts.reason, "reason", "Reissued to another address", "`text` that says why the old one is revoked; it is published")
	f.StringVar(&opts.issued, "issued", "", "the `date` of the new award (default: that of the old one)")
	f.StringVar(&opts.name, "name", "", "the recipient's `name` (default: that of the old award; empty: none)")
	opts.change.flags(cmd, "check everything and write nothing")
	return cmd
}

func runReissue(sys System, dir, arg string, opts reissueOptions) error {
	reason, err := oneReason(opts.reason)
	if err != nil {
		return err
	}
	if strings.TrimSpace(opts.to) == "" {
		return usageError("give the new address with --to", "to whom is not said")
	}
	r, err := openRegister(sys, dir, opts.now, "nothing is reissued")
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.siteIsClear(); err != nil {
		return err
	}
	if err := r.mayPublish(reason); err != nil {
		return err
	}
	old, err := r.award(arg)
	if err != nil {
		return err
	}
	if err := r.mayRevoke([]*badge.Award{old}); err != nil {
		return err
	}
	again, err := r.again(old, opts)
	if err != nil {
		return err
	}
	awards := []issuance.Award{again}
	if err := r.mayHave(old.Class, awards, old); err != nil {
		return err
	}
	b, edits, err := r.replace(old, awards, reason)
	if err != nil {
		return err
	}
	if !opts.dryRun {
		// The new award first: were the second file never written, check says that the old one does not name the new one.
		if err := r.write(append([]edit.File{b.file}, filesOf(edits)...)); err != nil {
			return err
		}
	}
	file, made := r.awarded(b, !opts.dryRun)
	if opts.asJSON {
		return writeJSON(sys.Out, struct {
			File    string  `json:"file,omitempty"`
			Award   awarded `json:"award"`
			Revoked string  `json:"revoked"`
			Written bool    `json:"written"`
		}{file, made[0], r.url(old.ID), !opts.dryRun})
	}
	if opts.dryRun {
		fmt.Fprintf(sys.Out, "would reissue %s; nothing is written\n", r.url(old.ID))
		return nil
	}
	fmt.Fprintln(sys.Out, made[0].URL)
	fmt.Fprintf(sys.Err, "reissued in %s; revoked: %s\n", masked(file), r.url(old.ID))
	return nil
}

// replace drafts the new award and the revocation of the old one, which name each other.
func (r *register) replace(old *badge.Award, awards []issuance.Award, reason string) (*batch, []retraction.Edit, error) {
	if err := issuance.Deal(r.cat, r.sys.Random, awards); err != nil {
		return nil, nil, failed("", "couldn't make ids: %s", err)
	}
	edits, problems, err := r.edits([]retracted{{old, retraction.Change{ID: old.ID, Revoke: &retraction.Revocation{Date: r.today(), Reason: reason, ReissuedAs: awards[0].ID}}}})
	if err == nil {
		err = r.refuse(diag.Sort(problems), nil)
	}
	if err != nil {
		return nil, nil, err
	}
	b, err := r.draft(awards, filesOf(edits)...)
	if err != nil {
		return nil, nil, err
	}
	return b, edits, r.refused(b)
}

// again is an award that says what another one says, to a new recipient.
func (r *register) again(old *badge.Award, opts reissueOptions) (issuance.Award, error) {
	a := issuance.Award{Badge: old.Class.Slug, Issued: r.dateText(old.Issued, "00:00:00"), Public: old.Public, ReissueOf: old.ID}
	var err error
	if a.Recipient, err = recipientOf(opts.to, opts.kind); err != nil {
		return a, err
	}
	// Expiry is stated only where it is not what the class says of the old date.
	if _, usual, err := a.Span(old.Class, r.cat.Site.Zone); err != nil || !usual.Equal(old.Expires) {
		a.Expires = "never"
		if !old.Expires.IsZero() {
			a.Expires = r.dateText(old.Expires, "23:59:59")
		}
	}
	if opts.issued != "" {
		a.Issued = opts.issued
		if _, err := dateOf("--issued", opts.issued); err != nil {
			return a, err
		}
	}
	if d := old.Details; d != nil {
		a.Name, a.Narrative, a.Evidence = d.Name, d.Narrative, d.Evidence
		for _, result := range d.Results {
			a.Results = append(a.Results, issuance.Result{Of: result.Of.ID, Value: result.Value, Status: result.Status})
		}
	}
	if opts.named {
		a.Name = strings.TrimSpace(opts.name)
	}
	return a, nil
}

// dateText is a moment as a declaration has it: a day alone where it is that day's usual time in the site's zone.
func (r *register) dateText(t time.Time, usual string) string {
	local := t.In(r.cat.Site.Zone)
	day := local.Format(time.DateOnly)
	if date, err := model.ParseDate(day); err == nil {
		at := date.Start(r.cat.Site.Zone)
		if usual == "23:59:59" {
			at = date.End(r.cat.Site.Zone)
		}
		if at.Equal(t) {
			return day
		}
	}
	return t.UTC().Format(time.RFC3339)
}
