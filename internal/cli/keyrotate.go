package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"time"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/keyring"
	"blazon/internal/load"
	"blazon/internal/model"
)

func newKeyRotate(sys System, dir *string) *cobra.Command {
	var opts newKeyOptions
	var from string
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "End a signing key and begin a new one",
		Long: `Makes a new key pair, as key new does, and writes its public half into the issuer's file, behind the
key that it follows; that one gets the day on which it signs no more (until). Not one other byte of
the file changes. What the old key has signed stays valid and its public half stays published: keep
its private half too, or build with --previous from then on.

The new key begins today, or on the day after the last award if that is later, so that no award
changes its signature. For a key that was stolen see docs/keys.md.
` + exitStatus,
		Example: `  blazon key rotate
  blazon key rotate --issuer northwind --type rsa --from 2027-01-01`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			opts.dir = *dir
			return runKeyRotate(sys, opts, from)
		},
	}
	opts.flags(cmd, "")
	cmd.Flags().Lookup("type").Usage += " (default: the type of the issuer's keys)"
	cmd.Flags().StringVar(&from, "from", "", "the `day` on which the new key begins (default: see above)")
	return cmd
}

func runKeyRotate(sys System, opts newKeyOptions, from string) error {
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
	kind, err := rotatedType(i, opts.kind)
	if err != nil {
		return err
	}
	old := i.Newest(kind)
	if old == nil {
		return usageError("blazon key new --type "+string(kind)+" makes a first one", "the issuer %s has no %s key", i.Slug, kind)
	}
	day, begins, err := firstDay(sys, loaded, i, old, from)
	if err != nil {
		return err
	}
	id, file, err := opts.choose(sys, i, kind, begins.Year())
	if err != nil {
		return err
	}
	key, err := makeKey(sys.Random, kind)
	if err != nil {
		return failed("", "couldn't make a key: %s", err)
	}
	r := rotation{path: "content/issuers/" + i.Slug + ".yaml", old: old, id: id, kind: kind, public: publicText(id, key.Public()), day: day}
	data, err := fs.ReadFile(folder, r.path)
	if err != nil {
		return failed("", "%s", plainError(err))
	}
	changed, err := r.edit(data)
	if err != nil {
		return bad("write it by hand: blazon key new prints the line, and the older key gets until: "+day, "%s: cannot be edited safely: %s", r.path, err)
	}
	if kind == badge.RSA {
		if err := writePublic(folder, id, key.Public()); err != nil {
			return err
		}
	}
	// The private half first: a public one without it would end the signing.
	if err = keyring.Save(file, key); err == nil {
		if err = edit.Write(folder.Root(), []edit.File{{Path: r.path, Old: data, New: changed}}); err != nil {
			_ = os.Remove(file) // it was made just now and has signed nothing
		}
	}
	if err != nil {
		if kind == badge.RSA {
			_ = folder.Root().Remove("content/issuers/" + publicFile(id))
		}
		return failed("run blazon key rotate again", "nothing is changed: %s", plainError(err))
	}
	fmt.Fprintf(sys.Out, "%s: the key %s signs until %s, and %s from then on\n", r.path, old.ID, day, id)
	if kind == badge.RSA {
		fmt.Fprintf(sys.Out, "content/issuers/%s: the public half of %s\n", publicFile(id), id)
	}
	keepSafe(sys, id, file)
	noteInside(sys, opts.dir, file)
	fmt.Fprintf(sys.Err, "\nKeep %s as well: what it has signed is signed with it at each build. Then run: blazon key check\n", old.ID)
	return nil
}

// rotatedType is the type that --type names, or that of all of the issuer's keys.
func rotatedType(i *badge.Issuer, kind string) (badge.KeyType, error) {
	if kind != "" {
		return badge.KeyType(kind), checkType(kind)
	}
	for _, k := range i.Keys {
		if kind != "" && kind != string(k.Type) {
			return "", usageError("name one with --type", "the issuer %s has ed25519 and rsa keys", i.Slug)
		}
		kind = string(k.Type)
	}
	if kind == "" {
		return "", usageError("blazon key new makes a first one", "the issuer %s has no key", i.Slug)
	}
	return badge.KeyType(kind), nil
}

// firstDay is the day on which a new key begins. No award that is declared may change its signature by it.
func firstDay(sys System, loaded *load.Project, i *badge.Issuer, old *badge.Key, asked string) (string, time.Time, error) {
	zone := loaded.Catalog.Site.Zone
	midnight := func(t time.Time, days int) time.Time {
		y, m, d := t.In(zone).Date()
		return badge.Moment(y, m, d+days, 0, 0, 0, zone)
	}
	earliest, why := midnight(old.From, 1), "that is the day after the key "+old.ID+" begins"
	if !old.Until.IsZero() {
		earliest, why = old.Until, "that is the day on which the key "+old.ID+" ends"
	}
	for _, a := range loaded.Catalog.Awards {
		if a.Class == nil || a.Class.Issuer != i || a.State() == badge.Erased || !old.Until.IsZero() && !a.Issued.Before(old.Until) {
			continue
		}
		if next := midnight(a.Issued, 1); next.After(earliest) {
			earliest, why = next, "an award was issued on the day before, and its signature would change"
		}
	}
	begins := midnight(sys.Now(), 0)
	if earliest.After(begins) || !old.Until.IsZero() {
		begins = earliest
	}
	if asked != "" {
		date, err := model.ParseDate(asked)
		if err != nil || date.HasTime {
			return "", time.Time{}, usageError("write it as 2027-01-01", "--from %s: is not a day", diag.Quote(asked))
		}
		begins = date.Start(zone)
	}
	day := begins.In(zone).Format("2006-01-02")
	first := earliest.In(zone).Format("2006-01-02")
	switch {
	case begins.Before(earliest):
		return "", time.Time{}, usageError("begin it on "+first+" or later: "+why, "--from %s: is too early", day)
	case !old.Until.IsZero() && begins.After(earliest):
		return "", time.Time{}, usageError("begin it on "+first+": "+why, "--from %s: would leave days without a key", day)
	}
	return day, begins.In(zone), nil
}

// rotation is a change of an issuer's file.
type rotation struct {
	path   string
	old    *badge.Key
	id     string
	kind   badge.KeyType
	public string // as the file has it
	day    string
}

var errProof = errors.New("it would not say what is meant")

// edit makes the new text, and reads it again to see that it says what the old one said and what was meant, nothing else.
func (r rotation) edit(data []byte) ([]byte, error) {
	file, problems := decl.Parse(r.path, data)
	if diag.HasErrors(problems) {
		return nil, errProof
	}
	list := file.Root.Field("keys")
	if list.IsAlias() {
		return nil, errors.New("the list of keys is an alias")
	}
	source := edit.Open(data)
	want, _ := file.Root.Value().(map[string]any)
	keys, _ := want["keys"].([]any)
	for n, item := range list.Items() {
		if item.Field("id").Text() != r.old.ID || n >= len(keys) {
			continue
		}
		var changes []edit.Change
		old, _ := keys[n].(map[string]any)
		if !item.Field("until").Exists() && old != nil {
			place, err := source.After(item, "from")
			if err != nil {
				return nil, err
			}
			changes = append(changes, place.Put(edit.Pair{Key: "until", Value: r.day, Form: edit.Word}))
			old["until"] = r.day
		}
		place, err := source.AfterItem(list, item)
		if err != nil {
			return nil, err
		}
		pairs, fresh := r.pairs()
		changes = append(changes, place.Put(pairs...))
		want["keys"] = append(append(append([]any{}, keys[:n+1]...), fresh), keys[n+1:]...)
		return r.proved(data, changes, want)
	}
	return nil, errors.New("the key " + r.old.ID + " is not found in it")
}

// pairs is the new key, as it is written and as it is meant.
func (r rotation) pairs() ([]edit.Pair, map[string]any) {
	text := func(key, value string) edit.Pair {
		form := edit.Quoted
		if isWord(value) {
			form = edit.Word
		}
		return edit.Pair{Key: key, Value: value, Form: form}
	}
	pairs := []edit.Pair{text("id", r.id), {Key: "type", Value: string(r.kind), Form: edit.Word}, text("public", r.public), {Key: "from", Value: r.day, Form: edit.Word}}
	meant := make(map[string]any)
	for _, p := range pairs {
		meant[p.Key] = p.Value
	}
	return pairs, meant
}

func (r rotation) proved(data []byte, changes []edit.Change, want map[string]any) ([]byte, error) {
	changed, err := edit.Apply(data, changes)
	if err != nil {
		return nil, err
	}
	file, problems := decl.Parse(r.path, changed)
	if diag.HasErrors(problems) || !reflect.DeepEqual(file.Root.Value(), any(want)) || bytes.Equal(data, changed) {
		return nil, errProof
	}
	return changed, nil
}
