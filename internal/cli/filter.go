package cli

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/issuance"
	"blazon/internal/model"
)

// filter is which awards a command is about.
type filter struct {
	badges, issuers, states []string
	recipient, kind         string
	since, until, expiring  string
	public                  bool
	now                     string
}

// The states of awards on a day: badge.State, and valid ones that have expired.
var stateNames = []string{"valid", "expired", "revoked", "erased"}

func (f *filter) flags(cmd *cobra.Command, dir *string) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.badges, "badge", nil, "only of this badge `class`; may be repeated")
	flags.StringSliceVar(&f.issuers, "issuer", nil, "only of this `issuer`; may be repeated")
	flags.StringVar(&f.since, "since", "", "only those issued on this `date` or later")
	flags.StringVar(&f.until, "until", "", "only those issued on this `date` or earlier")
	todayFlag(cmd, &f.now)
	_ = cmd.RegisterFlagCompletionFunc("badge", completeSlugs(dir, "content/badges"))
	_ = cmd.RegisterFlagCompletionFunc("issuer", completeSlugs(dir, "content/issuers"))
}

// more adds the flags that only a list has.
func (f *filter) more(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.recipient, "recipient", "", "only of this `recipient`, hashed ones too")
	kindFlag(cmd, &f.kind, "of --recipient", "its")
	flags.StringSliceVar(&f.states, "state", nil, "only in this `state`: valid, expired, revoked or erased; may be repeated")
	flags.BoolVar(&f.public, "public", false, "only those that the site may list")
	flags.StringVar(&f.expiring, "expiring", "", "only valid ones that expire within this `time`, such as 30d or 6mo")
	_ = cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(stateNames, cobra.ShellCompDirectiveNoFileComp))
}

// stateOn is an award's state at a time.
func stateOn(a *badge.Award, now time.Time) string {
	switch {
	case a.State() == badge.Erased:
		return "erased"
	case a.State() == badge.Revoked:
		return "revoked"
	case !a.Expires.IsZero() && !a.Expires.After(now):
		return "expired"
	}
	return "valid"
}

// apply are the awards that the filter lets through, in the order of their issue.
func (f *filter) apply(r *register) ([]*badge.Award, error) {
	if err := f.known(r); err != nil {
		return nil, err
	}
	since, until, err := f.days(r)
	if err != nil {
		return nil, err
	}
	limit, err := within(f.expiring, r.now.In(r.cat.Site.Zone))
	if err != nil {
		return nil, err
	}
	all := r.cat.Awards
	if f.recipient != "" {
		recipient, err := recipientOf(f.recipient, f.kind)
		if err != nil {
			return nil, err
		}
		all = issuance.NewHolders(all).Of([]badge.Recipient{recipient})[0]
	}
	var found []*badge.Award
	for _, a := range all {
		state := stateOn(a, r.now)
		switch {
		case len(f.badges) > 0 && !slices.Contains(f.badges, a.Class.Slug),
			len(f.issuers) > 0 && (a.Class.Issuer == nil || !slices.Contains(f.issuers, a.Class.Issuer.Slug)),
			len(f.states) > 0 && !slices.Contains(f.states, state),
			f.public && !a.Public,
			!since.IsZero() && a.Issued.Before(since),
			!until.IsZero() && a.Issued.After(until),
			!limit.IsZero() && (state != "valid" || a.Expires.IsZero() || a.Expires.After(limit)):
			continue
		}
		found = append(found, a)
	}
	slices.SortFunc(found, func(a, b *badge.Award) int { return cmp.Or(a.Issued.Compare(b.Issued), strings.Compare(a.ID, b.ID)) })
	return found, nil
}

// known refuses classes, issuers and states that there are not.
func (f *filter) known(r *register) error {
	for _, slug := range f.badges {
		if _, err := r.class(slug); err != nil {
			return err
		}
	}
	for _, slug := range f.issuers {
		if !slices.ContainsFunc(r.cat.Issuers, func(i *badge.Issuer) bool { return i.Slug == slug }) {
			return usageError("an issuer is named by its file in content/issuers/, without .yaml", "there is no issuer %s", diag.Quote(slug))
		}
	}
	for _, state := range f.states {
		if !slices.Contains(stateNames, state) {
			return usageError("one of: "+strings.Join(stateNames, ", "), "there is no state %s", diag.Quote(state))
		}
	}
	return nil
}

func (f *filter) days(r *register) (since, until time.Time, err error) {
	if f.since != "" {
		date, err := dateOf("--since", f.since)
		if err != nil {
			return since, until, err
		}
		since = date.Start(r.cat.Site.Zone)
	}
	if f.until != "" {
		date, err := dateOf("--until", f.until)
		if err != nil {
			return since, until, err
		}
		until = date.End(r.cat.Site.Zone)
	}
	return since, until, nil
}

// within is the time that a span after another one ends; zero where there is no span.
func within(span string, now time.Time) (time.Time, error) {
	if span == "" {
		return time.Time{}, nil
	}
	s, err := model.ParseSpan(span)
	if err != nil {
		return time.Time{}, usageError("write it as 30d, 6mo or 1y", "--expiring %s: %s", err, diag.Quote(span))
	}
	return s.After(now), nil
}
