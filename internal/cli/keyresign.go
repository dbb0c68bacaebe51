package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/load"
	"blazon/internal/model"
	"blazon/internal/near"
)

type resignOptions struct {
	dir, issuer  string
	id, with     string
	reason, date string
}

func newKeyResign(sys System, dir *string) *cobra.Command {
	var opts resignOptions
	cmd := &cobra.Command{
		Use:   "resign ID",
		Short: "Sign again, with another key, what a lost or stolen one had signed",
		Long: `Writes into the issuer's file that another key signs, from today on, everything that a key had
signed. The next build makes those credentials anew: they begin on that day (validFrom) and keep the
day of the award (awardedDate). Not one other byte of the file changes.

--reason lost says that nobody has the key: copies of old credentials stay valid beside the new ones.
--reason stolen says that somebody else may have it: the DID document then says that it is revoked,
and no copy with its signature verifies any more. Holders fetch the new one from the award's page.

The new key has to be declared; blazon key rotate makes one.
` + exitStatus,
		Example: `  blazon key rotate
  blazon key resign northwind-2024 --reason stolen
  blazon key resign rsa-2024 --issuer northwind --with rsa-2026 --reason lost`,
		Args: takes(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			opts.dir, opts.id = *dir, args[0]
			return runKeyResign(sys, opts)
		},
	}
	cmd.Flags().StringVar(&opts.issuer, "issuer", "", "the issuer's `slug` (needed where there are several)")
	cmd.Flags().StringVar(&opts.with, "with", "", "the `id` of the key that signs instead (default: the newest of its type)")
	cmd.Flags().StringVar(&opts.reason, "reason", "", "`lost` or stolen")
	cmd.Flags().StringVar(&opts.date, "date", "", "the `day` from which the new signatures count (default: today)")
	return cmd
}

func runKeyResign(sys System, opts resignOptions) error {
	if opts.reason != model.ResignLost && opts.reason != model.ResignStolen {
		return usageError("write --reason lost, or --reason stolen where somebody else may have the key", "say what became of the key")
	}
	folder, loaded, err := openKeys(sys, opts.dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := sound(sys, folder, loaded, ""); err != nil {
		return err
	}
	i, err := issuer(loaded.Catalog, opts.issuer)
	if err != nil {
		return err
	}
	old, with, err := opts.choose(i)
	if err != nil {
		return err
	}
	day, err := opts.day(sys, loaded)
	if err != nil {
		return err
	}
	r := resigning{path: "content/issuers/" + i.Slug + ".yaml", id: old.ID, with: with.ID, reason: opts.reason, day: day}
	data, err := fs.ReadFile(folder, r.path)
	if err != nil {
		return failed("", "%s", plainError(err))
	}
	changed, err := r.edit(data)
	if err != nil {
		return bad("write it into the key's entry by hand: resigned: "+r.flow(false), "%s: cannot be edited safely: %s", r.path, err)
	}
	if err := edit.Write(folder.Root(), []edit.File{{Path: r.path, Old: data, New: changed}}); err != nil {
		return failed("run blazon key resign again", "nothing is changed: %s", plainError(err))
	}
	count := 0
	for _, a := range loaded.Catalog.Awards {
		if a.Class != nil && a.Class.Issuer == i && a.State() != badge.Erased {
			if s := i.Signing(old.Type, a); s.Key == old {
				count++
			}
		}
	}
	fmt.Fprintf(sys.Out, "%s: %s signs again what %s had signed, %s, from %s on\n", r.path, with.ID, old.ID, diag.Count(count, "award", "awards"), day)
	if opts.reason == model.ResignStolen {
		fmt.Fprintf(sys.Err, "note: copies with the old signature verify no more once the site is published: tell their holders to fetch the new ones\n")
	}
	fmt.Fprintf(sys.Err, "Then run: blazon build\n")
	return nil
}

// choose finds the key that is replaced and the one that signs instead.
func (o resignOptions) choose(i *badge.Issuer) (old, with *badge.Key, err error) {
	var ids []string
	for _, k := range i.Keys {
		ids = append(ids, k.ID)
	}
	missing := func(flag, id string) error {
		hint := "the keys are " + strings.Join(ids, ", ")
		if len(ids) == 0 {
			hint = "blazon key new makes a first one"
		}
		if word, ok := near.Word(id, ids); ok {
			hint = fmt.Sprintf("did you mean %q?", word)
		}
		return usageError(hint, "%sthe issuer %s has no key %s", flag, i.Slug, diag.Quote(id))
	}
	if old = i.Key(o.id); old == nil {
		return nil, nil, missing("", o.id)
	}
	if old.Resigned != nil {
		return nil, nil, usageError("change the entry by hand if it is wrong", "what %s had signed was signed again with %s already, on %s", old.ID, old.Resigned.With, old.Resigned.Day)
	}
	with = i.Newest(old.Type)
	if o.with != "" {
		if with = i.Key(o.with); with == nil {
			return nil, nil, missing("--with: ", o.with)
		}
	}
	switch {
	case with == old:
		return nil, nil, usageError("blazon key rotate makes the next one", "%s is the newest %s key of %s, and cannot replace itself", old.ID, old.Type, i.Slug)
	case with.Type != old.Type:
		return nil, nil, usageError("name a key of the same type", "--with %s: is of type %s, and %s of type %s", with.ID, with.Type, old.ID, old.Type)
	case with.Resigned != nil:
		return nil, nil, usageError("name a key that signs today", "--with %s: was replaced itself, by %s", with.ID, with.Resigned.With)
	}
	return old, with, nil
}

// day is the day from which the new signatures count.
func (o resignOptions) day(sys System, loaded *load.Project) (string, error) {
	zone := loaded.Catalog.Site.Zone
	today := sys.Now().In(zone)
	if o.date == "" {
		return today.Format("2006-01-02"), nil
	}
	date, err := model.ParseDate(o.date)
	switch {
	case err != nil || date.HasTime:
		return "", usageError("write it as 2026-10-02", "--date %s: is not a day", diag.Quote(o.date))
	case date.Start(zone).After(today):
		return "", usageError("a credential that begins later is refused until then", "--date %s: is in the future", o.date)
	}
	return o.date, nil
}

// resigning is a change of an issuer's file.
type resigning struct {
	path, id, with, reason, day string
}

// flow is the value that is written.
func (r resigning) flow(asJSON bool) string {
	if asJSON {
		return fmt.Sprintf(`{"date": %q, "with": %q, "reason": %q}`, r.day, r.with, r.reason)
	}
	return fmt.Sprintf(`{date: %s, with: %q, reason: %s}`, r.day, r.with, r.reason)
}

// edit makes the new text, and reads it again to see that it says what the old one said and what was meant, nothing else.
func (r resigning) edit(data []byte) ([]byte, error) {
	file, problems := decl.Parse(r.path, data)
	if diag.HasErrors(problems) {
		return nil, errProof
	}
	source := edit.Open(data)
	want, _ := file.Root.Value().(map[string]any)
	keys, _ := want["keys"].([]any)
	for n, item := range file.Root.Field("keys").Items() {
		if item.Field("id").Text() != r.id || n >= len(keys) {
			continue
		}
		entry, ok := keys[n].(map[string]any)
		if !ok {
			return nil, errProof
		}
		entry["resigned"] = map[string]any{"date": r.day, "with": r.with, "reason": r.reason}
		last := "from"
		if item.Field("until").Exists() {
			last = "until"
		}
		place, err := source.After(item, last)
		if err != nil {
			return nil, err
		}
		asJSON := bytes.HasPrefix(bytes.TrimSpace(data), []byte("{"))
		pair := edit.Pair{Key: "resigned", Value: r.flow(asJSON), Form: edit.Bare}
		return rotation{path: r.path}.proved(data, []edit.Change{place.Put(pair)}, want)
	}
	return nil, errors.New("the key " + r.id + " is not found in it")
}
