package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/diag"
	"blazon/internal/keyring"
)

func newKeyCheck(sys System, dir *string) *cobra.Command {
	var slug string
	var opts signOptions
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say whether the private keys that the project needs are at hand",
		Long: `Looks for the private half of each key that a build signs with: in the files named with --key, then
in the variable BLAZON_KEY_<ID> (the key itself or the name of its file), then in the user's folder
of keys. Keys that sign nothing any more are not looked for.

Exit status: 0 all are at hand and fit; 1 another key stands under a key's name, or the content is
bad; 2 used wrongly; 3 one is not at hand, or could not work.`,
		Example: `  blazon key check
  blazon key check --key /run/secrets/northwind.pem`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return runKeyCheck(sys, *dir, slug, opts) },
	}
	cmd.Flags().StringVar(&slug, "issuer", "", "only the keys of the issuer with this `slug`")
	cmd.Flags().StringArrayVar(&opts.keys, "key", nil, "look at the private key in this `file` too; may stand several times")
	return cmd
}

func runKeyCheck(sys System, dir, slug string, opts signOptions) error {
	folder, loaded, err := openKeys(sys, dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := sound(sys, folder, loaded, ""); err != nil {
		return err
	}
	cat := loaded.Catalog
	if slug != "" {
		if _, err := issuer(cat, slug); err != nil {
			return err
		}
	}
	ring, err := opts.ring(sys)
	if err != nil {
		return err
	}
	var missing, wrong, unread int
	for _, n := range needs(cat) {
		if slug != "" && n.issuer.Slug != slug {
			continue
		}
		at, err := lookFor(ring, n.key, cat.Site.BaseURL)
		where := at.String()
		var mismatch *keyring.MismatchError
		switch {
		case errors.As(err, &mismatch):
			wrong++
		case err != nil:
			unread++
		case !at.AtHand:
			missing++
			where += ": " + lookedIn(sys, n.key.ID)
		}
		fmt.Fprintf(sys.Out, "%s: %s (%s): %s\n", n.issuer.Slug, n.key.ID, n.signs(), where)
	}
	stray := ring.Stray(declared(cat))
	for _, file := range stray {
		fmt.Fprintf(sys.Out, "%s: holds the private half of no key that is declared\n", filepath.ToSlash(file))
	}
	switch {
	case wrong > 0 || len(stray) > 0:
		return bad("blazon key show FILE prints the public half of a private key", "%s", diag.Count(wrong+len(stray), "key does not fit", "keys do not fit"))
	case unread > 0:
		return failed("docs/keys.md says what form they have; others than their owner may not read them", "%s", diag.Count(unread, "key could not be read", "keys could not be read"))
	case missing > 0:
		return failed("blazon build --previous can do without; docs/keys.md says what to do about a lost key", "%s", diag.Count(missing, "key is not at hand", "keys are not at hand"))
	}
	if len(needs(cat)) == 0 {
		fmt.Fprintln(sys.Out, "nothing is signed, and no key is needed")
	}
	return nil
}

// signs says what a key is needed for.
func (n *need) signs() string {
	var what []string
	if n.awards > 0 {
		what = append(what, diag.Count(n.awards, "award", "awards"))
	}
	if n.lists {
		what = append(what, "status lists")
	}
	if n.next {
		what = append(what, "nothing yet")
	}
	return string(n.key.Type) + ", signs " + strings.Join(what, " and ")
}

// lookedIn lists the places where a key could be.
func lookedIn(sys System, id string) string {
	places := []string{"the variable " + keyring.Variable(id)}
	if sys.KeyFolder != "" {
		places = append(places, filepath.ToSlash(filepath.Join(sys.KeyFolder, id+".pem")))
	}
	return "neither in --key nor in " + strings.Join(places, " nor ")
}
