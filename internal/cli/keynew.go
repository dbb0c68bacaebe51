package cli

import (
	"crypto"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/keyring"
	"blazon/internal/model"
)

// newKeyOptions are the flags of the commands that make a key.
type newKeyOptions struct {
	dir, issuer, id, kind, out string
}

func (o *newKeyOptions) flags(cmd *cobra.Command, kind string) {
	cmd.Flags().StringVar(&o.issuer, "issuer", "", "the issuer's `slug`, where the project has several")
	cmd.Flags().StringVar(&o.id, "id", "", "the key's `name`, which becomes part of a URL (default: the issuer's slug and the year)")
	cmd.Flags().StringVar(&o.kind, "type", kind, "ed25519 (Open Badges 3.0) or rsa (VC-JWT and signed Open Badges 2.0)")
	cmd.Flags().StringVar(&o.out, "out", "", "write the private half to this `file`, not to the user's folder of keys")
}

// choose settles the id and the private key's file.
func (o *newKeyOptions) choose(sys System, i *badge.Issuer, kind badge.KeyType, year int) (id, file string, err error) {
	if id = o.id; id == "" {
		id = freshID(i, kind, year)
	}
	if err := model.CheckSlug(id); err != nil {
		return "", "", usageError("lower-case letters, digits, - and _", "--id %s: %s", diag.Quote(id), err)
	}
	if hasKey(i, id) {
		return "", "", usageError("give it another id: a key's name is never used again", "--id %s: the issuer %s has such a key", id, i.Slug)
	}
	file, err = privateFile(sys, o.dir, id, o.out)
	return id, file, err
}

func newKeyNew(sys System, dir *string) *cobra.Command {
	var opts newKeyOptions
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Make a signing key",
		Long: `Makes a key pair for an issuer. The private half goes to blazon/keys/<id>.pem in the user's
configuration folder, readable for nobody else, and never over a file that is there. The lines for
the issuer's file go to standard output; of an rsa key, whose public half is long, that half is
written to <id>.pub.pem beside the issuer's file. Nothing else in the project is touched.

Keys of all projects share the user's folder, and CI its names of secrets. That is why the id is
the issuer's slug and the year unless --id says otherwise.
` + exitStatus,
		Example: `  blazon key new
  blazon key new --type rsa                     # for VC-JWT and signed Open Badges 2.0
  blazon key new --issuer makerspace --id makerspace-2026 --out /media/stick/makerspace.pem`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			opts.dir = *dir
			return runKeyNew(sys, opts)
		},
	}
	opts.flags(cmd, string(badge.Ed25519))
	return cmd
}

func runKeyNew(sys System, opts newKeyOptions) error {
	if err := checkType(opts.kind); err != nil {
		return err
	}
	folder, loaded, err := openKeys(sys, opts.dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := soundButKeys(sys, folder, loaded); err != nil {
		return err
	}
	cat := loaded.Catalog
	i, err := issuer(cat, opts.issuer)
	if err != nil {
		return err
	}
	name, err := issuerDID(cat, i)
	if err != nil {
		return bad("see base_url in content/site.yaml", "the issuer can have no DID: %s", err)
	}
	kind, today := badge.KeyType(opts.kind), sys.Now().In(cat.Site.Zone)
	id, file, err := opts.choose(sys, i, kind, today.Year())
	if err != nil {
		return err
	}
	key, err := makeKey(sys.Random, kind)
	if err != nil {
		return failed("", "couldn't make a key: %s", err)
	}
	if kind == badge.RSA {
		if err := writePublic(folder, id, key.Public()); err != nil {
			return err
		}
	}
	if err := keyring.Save(file, key); err != nil {
		if kind == badge.RSA {
			_ = folder.Root().Remove("content/issuers/" + publicFile(id))
		}
		return failed("name another file with --out", "%s", err)
	}
	if len(i.Keys) == 0 {
		fmt.Fprintln(sys.Out, "keys:")
	}
	fmt.Fprint(sys.Out, keyLine(id, key.Public(), today.Format("2006-01-02")))
	tellNew(sys, opts.dir, i, kind, name, id, file, key.Public())
	return nil
}

// tellNew says what to do next.
func tellNew(sys System, dir string, i *badge.Issuer, kind badge.KeyType, name, id, file string, public crypto.PublicKey) {
	where := "Paste the lines above into"
	if len(i.Keys) > 0 {
		where = "Paste the line above under keys: in"
	}
	fmt.Fprintf(sys.Err, "\n%s content/issuers/%s.yaml, then run: blazon key check\n", where, i.Slug)
	if kind == badge.RSA {
		fmt.Fprintf(sys.Err, "The public half is in content/issuers/%s.\n", publicFile(id))
	}
	open := slices.IndexFunc(i.Keys, func(k badge.Key) bool { return k.Type == kind && k.Until.IsZero() })
	if open >= 0 {
		fmt.Fprintf(sys.Err, "note: the %s key %s signs already, and two may not at once: blazon key rotate ends one as the next begins\n", kind, i.Keys[open].ID)
	}
	fmt.Fprintf(sys.Err, "\nDID:    %s\nmethod: %s\n", name, methodID(name, id, public))
	keepSafe(sys, id, file)
	noteInside(sys, dir, file)
}

// noteInside warns of a private key that stands in the project's folder, though in none of its rooms.
func noteInside(sys System, dir, file string) {
	if insideFolder(file, dir) {
		fmt.Fprintln(sys.Err, "note: that file stands in the project's folder: keep it out of git")
	}
}
