package cli

import (
	"context"
	"crypto"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/keyring"
	"blazon/internal/model"
	"blazon/internal/scaffold"
)

// initOptions are the flags of blazon init.
type initOptions struct {
	name, url, base, email  string
	ci, slug, colour, reads string
	noKey                   bool
}

func newInit(sys System, dir *string) *cobra.Command {
	var opts initOptions
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Begin a project",
		Long: `Writes a small project into a new or empty folder (one with nothing but .git in it counts as empty):
an issuer, one badge class with artwork in the organisation's colour, an empty folder for awards, a
README for those who look after it, and the file that lets CI check, build and publish it. It builds
at once. Nothing that is there is ever written over.

A signing key is made too. Its private half goes to blazon/keys/ in the user's configuration folder,
never into the project; what to do with it is said at the end.

On a terminal it asks for what the flags do not say. Elsewhere --name, --url, --base-url and --email
are needed.
` + exitStatus,
		Example: `  blazon init badges
  blazon init badges --name "Northwind Academy" --url https://academy.example.org \
      --base-url https://badges.example.org --email badges@example.org --ci github
  blazon init badges ... --ci none --repository private --colour '#00843d'`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("directory") {
				return usageError("blazon init "+scaffold.Shell(filepath.Join(*dir, args[0])), "init takes its folder as an argument, not with -C")
			}
			return runInit(cmd.Context(), sys, args[0], opts)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	f := cmd.Flags()
	f.StringVar(&opts.name, "name", "", "the organisation's `name`, in any script")
	f.StringVar(&opts.url, "url", "", "the address of its own web `site`")
	f.StringVar(&opts.base, "base-url", "", "the `address` under which the badges will be published; it never changes afterwards")
	f.StringVar(&opts.email, "email", "", "the `address` where questions about badges are answered; it is published")
	f.StringVar(&opts.ci, "ci", "", "the `service` that checks and publishes: github, gitlab, forgejo or none (default github)")
	f.StringVar(&opts.reads, "repository", "", "`who` can read the repository: public, where recipients are hashed, or private (default public)")
	f.StringVar(&opts.slug, "slug", "", "the issuer's `name` in addresses; it never changes afterwards (default: made from --name)")
	f.StringVar(&opts.colour, "colour", "", "the `colour` of the first badge, such as #2266aa (default: made from --name)")
	f.BoolVar(&opts.noKey, "no-key", false, "make no signing key: Open Badges 2.0 only")
	for flag, words := range map[string][]string{"ci": services(), "repository": repositories} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "color" {
			name = "colour"
		}
		return pflag.NormalizedName(name)
	})
	return cmd
}

func runInit(ctx context.Context, sys System, dir string, opts initOptions) error {
	ground, err := findGround(sys, dir)
	if err != nil {
		return err
	}
	if err := settle(ctx, sys, opts.questions()); err != nil {
		return err
	}
	project := opts.project()
	var key *firstKey
	if !opts.noKey {
		if key, err = makeFirst(sys, dir, project.Slug); err != nil {
			return err
		}
		project.Key = &scaffold.Key{ID: key.id, Public: publicText(key.id, key.signer.Public()), From: key.from, Variable: keyring.Variable(key.id)}
	}
	files, err := project.Files()
	if err != nil {
		return failed("", "couldn't make the project: %s", err)
	}
	if err := ground.fill(files, key); err != nil {
		return err
	}
	fmt.Fprintf(sys.Out, "made %s in %s, for %s\n", diag.Count(len(files), "file", "files"), filepath.ToSlash(dir), project.BaseURL)
	if key != nil {
		keepSafe(sys, key.id, key.file)
		tellSecret(sys, project.CI, key)
	}
	tellNext(sys, dir, project)
	return nil
}

// project is what the answers make.
func (o *initOptions) project() scaffold.Project {
	p := scaffold.Project{
		Name: o.name, URL: o.url, BaseURL: o.base, Email: o.email, Slug: o.slug,
		CI: scaffold.CI(o.ci), Public: o.reads == "public", Colour: scaffold.ColourOf(o.name),
	}
	if o.colour != "" {
		p.Colour = scaffold.Colour(o.colour)
	}
	return p
}

// firstKey is the key of a new project, made and not yet kept.
type firstKey struct {
	id, file, from string
	signer         crypto.Signer
}

// makeFirst makes a key as key new does. Where the user keeps one of that name already, as after a first try, it has
// another name: the file is somebody's key.
func makeFirst(sys System, dir, slug string) (*firstKey, error) {
	if sys.KeyFolder == "" {
		return nil, failed("leave the key out with --no-key; blazon key new --out FILE makes one later",
			"there is no folder for the user's configuration: neither HOME nor XDG_CONFIG_HOME is set")
	}
	today := sys.Now().UTC()
	taken := &badge.Issuer{Slug: slug}
	id := freshID(taken, badge.Ed25519, today.Year())
	for {
		if _, err := os.Lstat(filepath.Join(sys.KeyFolder, id+".pem")); err != nil {
			break
		}
		taken.Keys = append(taken.Keys, badge.Key{ID: id})
		id = freshID(taken, badge.Ed25519, today.Year())
	}
	if err := model.CheckSlug(id); err != nil {
		return nil, usageError("give a shorter one with --slug", "the key would be called %s, which %s", diag.Quote(id), err)
	}
	file, err := privateFile(sys, dir, id, "")
	if err != nil {
		return nil, err
	}
	if insideFolder(file, dir) {
		return nil, usageError("name another folder, or leave the key out with --no-key", "the folder of your keys, %s, stands in %s", filepath.ToSlash(sys.KeyFolder), filepath.ToSlash(dir))
	}
	signer, err := makeKey(sys.Random, badge.Ed25519)
	if err != nil {
		return nil, failed("", "couldn't make a key: %s", err)
	}
	return &firstKey{id: id, file: file, from: today.Format("2006-01-02"), signer: signer}, nil
}

// tellSecret says how the service gets the key.
func tellSecret(sys System, ci scaffold.CI, key *firstKey) {
	name := keyring.Variable(key.id)
	switch ci {
	case scaffold.GitHub:
		fmt.Fprintf(sys.Err, "On GitHub: gh secret set %s < %s\n", name, scaffold.Shell(filepath.ToSlash(key.file)))
	case scaffold.GitLab:
		fmt.Fprintf(sys.Err, "On GitLab: Settings, CI/CD, Variables: %s, protected, of the type File.\n", name)
	case scaffold.Forgejo:
		fmt.Fprintf(sys.Err, "On Forgejo: Settings, Actions, Secrets: %s.\n", name)
	}
}

// tellNext says what to do next.
func tellNext(sys System, dir string, project scaffold.Project) {
	fmt.Fprintln(sys.Err, "\nNext:")
	if filepath.Clean(dir) != "." {
		fmt.Fprintf(sys.Err, "  cd %s\n", scaffold.Shell(filepath.ToSlash(dir)))
	}
	fmt.Fprintf(sys.Err, "  blazon award %s %s\n  blazon build\n", scaffold.Class, scaffold.Shell(project.Email))
	fmt.Fprintln(sys.Err, "\nREADME.md there says the rest: how to award, check, publish and take back.")
	root, found := repository(dir)
	switch {
	case !found && hasProgram(sys, "git"):
		fmt.Fprintln(sys.Err, "The folder is in no git repository yet: git init -b main makes one of it.")
	case found && root != "." && project.CI != scaffold.NoCI:
		fmt.Fprintf(sys.Err, "note: the folder is a part of another git repository, and CI reads %s at the root of one only\n", project.CI.Path())
	}
}
