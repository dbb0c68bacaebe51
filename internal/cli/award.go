package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/issuance"
)

type awardOptions struct {
	issued, expires, name, narrative string
	kind                             string
	evidence, results                []string
	public                           bool
	change
}

func newAward(sys System, dir *string) *cobra.Command {
	var opts awardOptions
	cmd := &cobra.Command{
		Use:   "award BADGE RECIPIENT...",
		Short: "Award a badge to one or more people",
		Long: `Awards a badge class, named by its file in content/badges/, to each recipient: an e-mail
address, the https address of a page of their own, a telephone number that begins with +, or a
DID. The awards get their ids and status slots at once, and stand in a new file of their own
below content/awards/, so that what two people award merges by itself. In a public repository
(site.yaml) salted hashes are written in place of recipients.

The project is checked as it would be afterwards: what blazon check would refuse is refused
here, and nothing is written. The address of each award's page is printed; it works once the
site is built and published.
` + exitStatus,
		Example: `  blazon award go-basics ada@example.org
  blazon award go-basics ada@example.org grace@example.org --issued 2026-03-14
  blazon award go-basics ada@example.org --name "Ada L." --results score=92 --public
  blazon award go-basics ada@example.org --evidence https://code.example.org/ada/weather`,
		Args: atLeast(2),
		RunE: func(_ *cobra.Command, args []string) error {
			return runAward(sys, *dir, args[0], args[1:], opts)
		},
		ValidArgsFunction: completeBadge(dir),
	}
	f := cmd.Flags()
	f.StringVar(&opts.issued, "issued", "", "the `date` of the award (default: today in the site's zone)")
	f.StringVar(&opts.expires, "expires", "", "the last `date` on which it is valid, or never (default: what the class says)")
	f.StringVar(&opts.name, "name", "", "the recipient's `name`, shown on the award's page")
	f.StringArrayVar(&opts.evidence, "evidence", nil, "the `URL` of something that shows why; may be repeated")
	f.StringVar(&opts.narrative, "narrative", "", "how it was earned, as Markdown `text`")
	f.StringArrayVar(&opts.results, "results", nil, "a result that the class describes, as `ID=VALUE`; may be repeated")
	f.BoolVar(&opts.public, "public", false, "let the site list the awards")
	kindFlag(cmd, &opts.kind, "of the recipients", "their")
	opts.change.flags(cmd, "check everything and write nothing")
	return cmd
}

// atLeast is the check of a command that takes any number of arguments from one on.
func atLeast(least int) cobra.PositionalArgs { return takes(least, 1<<20) }

func runAward(sys System, dir, slug string, recipients []string, opts awardOptions) error {
	if opts.name != "" && len(recipients) > 1 {
		return usageError("award each with a name of its own, or import a list", "--name is for one recipient, and there are %d", len(recipients))
	}
	r, err := openRegister(sys, dir, opts.now, "nothing is awarded")
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.siteIsClear(); err != nil {
		return err
	}
	class, err := r.class(slug)
	if err != nil {
		return err
	}
	awards, err := newAwards(r, class, recipients, opts)
	if err != nil {
		return err
	}
	if err := r.mayHave(class, awards); err != nil {
		return err
	}
	b, err := r.draft(awards)
	if err != nil {
		return err
	}
	if err := r.refused(b); err != nil {
		return err
	}
	if !opts.dryRun {
		if err := r.write([]edit.File{b.file}); err != nil {
			return err
		}
	}
	return r.printAwarded(b, opts.change)
}

// newAwards are the awards that a command line asks for.
func newAwards(r *register, class *badge.Class, recipients []string, opts awardOptions) ([]issuance.Award, error) {
	base := issuance.Award{Badge: class.Slug, Issued: opts.issued, Expires: opts.expires, Name: strings.TrimSpace(opts.name), Narrative: opts.narrative, Public: opts.public}
	if base.Issued == "" {
		base.Issued = r.today()
	}
	if _, err := dateOf("--issued", base.Issued); err != nil {
		return nil, err
	}
	if opts.expires != "" && opts.expires != "never" {
		if _, err := dateOf("--expires", opts.expires); err != nil {
			return nil, err
		}
	}
	for _, url := range opts.evidence {
		base.Evidence = append(base.Evidence, badge.Evidence{URL: url})
	}
	for _, result := range opts.results {
		of, value, ok := strings.Cut(result, "=")
		if !ok {
			return nil, usageError("write it as --results score=92", "--results %s has no =", diag.Quote(result))
		}
		base.Results = append(base.Results, issuance.Result{Of: strings.TrimSpace(of), Value: strings.TrimSpace(value)})
	}
	for _, text := range append(slices.Clone(recipients), opts.name, opts.narrative) {
		if !utf8.ValidString(text) {
			return nil, usageError("", "what is given is not UTF-8")
		}
	}
	var awards []issuance.Award
	for _, text := range recipients {
		a := base
		var err error
		if a.Recipient, err = recipientOf(text, opts.kind); err != nil {
			return nil, err
		}
		awards = append(awards, a)
	}
	return awards, nil
}

// recipientOf is a recipient as the command line names it. kind is what --kind says.
func recipientOf(text, kind string) (badge.Recipient, error) {
	if kind == "" {
		return issuance.RecipientOf(text), nil
	}
	for _, k := range []badge.RecipientKind{badge.Email, badge.URL, badge.Telephone, badge.DID} {
		if k.String() == kind {
			r := badge.Recipient{Kind: k, Plain: strings.TrimSpace(text)}
			if k == badge.Email {
				r.Plain = badge.NormalEmail(text)
			}
			return r, nil
		}
	}
	return badge.Recipient{}, usageError("one of: email, url, telephone, did", "there is no kind %s", diag.Quote(kind))
}

// mayHave refuses awards to recipients who have the class, in words of the command line.
func (r *register) mayHave(class *badge.Class, awards []issuance.Award, except ...*badge.Award) error {
	holders := issuance.NewHolders(class.Awards)
	var recipients []badge.Recipient
	for _, a := range awards {
		recipients = append(recipients, a.Recipient)
	}
	r.sayComparisons(holders.Comparisons(recipients))
	var problems []diag.Problem
	report := func(i int, hint, format string, args ...any) {
		message := fmt.Sprintf(format, args...)
		if len(awards) > 1 {
			message = fmt.Sprintf("recipient %d: %s", i+1, message)
		}
		problems = append(problems, diag.Problem{Message: message, Hint: hint})
	}
	for i, has := range holders.Of(recipients) {
		if first := slices.Index(recipients, recipients[i]); first < i {
			report(i, "", "is the same as recipient %d", first+1)
			continue
		}
		issued, expires, err := awards[i].Span(class, r.cat.Site.Zone)
		if err != nil {
			continue // what is wrong with the date is said elsewhere
		}
		has = slices.DeleteFunc(slices.Clone(has), func(a *badge.Award) bool { return a.State() != badge.Valid || slices.Contains(except, a) })
		if old, _ := issuance.Conflict(has, class.Repeatable, issued, expires); old != nil && !class.Repeatable {
			report(i, "revoke the older one, or write repeatable: true in the class", "this recipient has the class %s already, since %s: %s", class.Slug, r.dayIn(old.Issued), r.url(old.ID))
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return refuse(r.sys, nil, problems, "", r.undone)
}

// manyComparisons is how many comparisons take so long that it is said: about half a second's worth.
const manyComparisons = 5_000_000

func (r *register) sayComparisons(n int) {
	if n > manyComparisons {
		fmt.Fprintf(r.sys.Err, "note: comparing each address with each hashed recipient: %d million hashes, about %s\n", n/1_000_000, diag.Count(max(1, n*73/1_000_000_000), "second", "seconds"))
	}
}

// refused prints what is wrong with new awards; nil where nothing is.
func (r *register) refused(b *batch) error {
	var problems []diag.Problem
	for i := range b.awards {
		for _, p := range b.own[i] {
			if len(b.awards) > 1 && p.Message != "" {
				p.Message = fmt.Sprintf("recipient %d: %s", i+1, p.Message)
			}
			problems = append(problems, p)
		}
	}
	return r.refuse(append(problems, diag.Sort(b.other)...), b.texts)
}

// awarded is a new award as it is told to scripts. One that is not written has no id: the next run deals another.
type awarded struct {
	ID     string `json:"id,omitempty"`
	URL    string `json:"url,omitempty"`
	Badge  string `json:"badge"`
	Issued string `json:"issued"`
}

// awarded are the batch's awards, and the file in which they stand.
func (r *register) awarded(b *batch, written bool) (file string, all []awarded) {
	for _, a := range b.awards {
		told := awarded{Badge: a.Badge, Issued: a.Issued}
		if written {
			told.ID, told.URL = a.ID, r.url(a.ID)
		}
		all = append(all, told)
	}
	if written {
		file = b.file.Path
	}
	return file, all
}

func (r *register) printAwarded(b *batch, how change) error {
	file, all := r.awarded(b, !how.dryRun)
	if how.asJSON {
		return writeJSON(r.sys.Out, struct {
			File    string    `json:"file,omitempty"`
			Awards  []awarded `json:"awards"`
			Written bool      `json:"written"`
		}{file, all, !how.dryRun})
	}
	if how.dryRun {
		fmt.Fprintf(r.sys.Out, "would award %s to %s; nothing is written\n", b.awards[0].Badge, diag.Count(len(all), "recipient", "recipients"))
		return nil
	}
	for _, a := range all {
		fmt.Fprintln(r.sys.Out, a.URL)
	}
	fmt.Fprintf(r.sys.Err, "awarded %s in %s\n", diag.Count(len(all), "badge", "badges"), masked(file))
	return nil
}
