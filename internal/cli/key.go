package cli

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/did"
	"blazon/internal/input"
	"blazon/internal/keyring"
	"blazon/internal/load"
	"blazon/internal/multikey"
	"blazon/internal/near"
	"blazon/internal/rule"
)

func newKey(sys System, dir *string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make, show, check and replace signing keys",
		Long: `Makes the keys that issuers sign with and looks after them. The public halves stand in the issuers'
files and are published; the private halves stay with the user, in the environment of CI, or in
files that are named with --key, and never in the project. docs/keys.md says how they are made,
kept, given to CI, replaced, and what to do when one is lost or stolen.
` + exitStatus,
		Example: `  blazon key new                 # make an issuer's first key
  blazon key check               # are all that the project needs at hand?
  blazon key rotate              # end a key, and begin a new one
  blazon key resign northwind-2024 --reason stolen`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeyNew(sys, dir), newKeyShow(sys, dir), newKeyCheck(sys, dir), newKeyRotate(sys, dir), newKeyResign(sys, dir))
	return cmd
}

// openKeys opens and reads a project for a command of key. The caller closes the folder.
func openKeys(sys System, dir string) (*input.Folder, *load.Project, error) {
	folder, err := openFolder(dir)
	if err != nil {
		return nil, nil, err
	}
	read, end := reader(dir, sys.Now())
	defer end()
	loaded, err := read.Load(folder)
	if err != nil {
		folder.Close()
		return nil, nil, loadError(dir, err)
	}
	return folder, loaded, nil
}

// sound refuses a project whose issuers cannot be relied on: it prints the errors of site.yaml and of the issuers' files,
// but for those of a rule that is named.
func sound(sys System, folder *input.Folder, loaded *load.Project, but string) error {
	var wrong []diag.Problem
	for _, p := range loaded.Problems {
		about := p.File == "content/site.yaml" || strings.HasPrefix(p.File, "content/issuers")
		if about && p.Severity == diag.Error && p.Rule != but {
			wrong = append(wrong, p)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return refuse(sys, folder, diag.Sort(wrong), "mend this first", "nothing is done")
}

// soundButKeys is sound for what makes a first key: that one is missing is why it is called.
func soundButKeys(sys System, folder *input.Folder, loaded *load.Project) error {
	return sound(sys, folder, loaded, rule.Key.Name)
}

// issuer finds the issuer that --issuer names, or the only one.
func issuer(cat *badge.Catalog, slug string) (*badge.Issuer, error) {
	var slugs []string
	for _, i := range cat.Issuers {
		if i.Slug == slug || slug == "" && len(cat.Issuers) == 1 {
			return i, nil
		}
		slugs = append(slugs, i.Slug)
	}
	hint := "one of: " + strings.Join(slugs, ", ")
	switch {
	case len(slugs) == 0:
		return nil, bad("write content/issuers/<slug>.yaml with name, url and email", "the project declares no issuer")
	case slug == "":
		return nil, usageError(hint, "the project has %d issuers: name one with --issuer", len(slugs))
	}
	if word, ok := near.Word(slug, slugs); ok {
		hint = fmt.Sprintf("did you mean %q?", word)
	}
	return nil, usageError(hint, "there is no issuer %s", diag.Quote(slug))
}

// issuers are those that --issuer names: one, or all where it is not given.
func issuers(cat *badge.Catalog, slug string) ([]*badge.Issuer, error) {
	if slug == "" && len(cat.Issuers) > 0 {
		return cat.Issuers, nil
	}
	i, err := issuer(cat, slug)
	return []*badge.Issuer{i}, err
}

// issuerDID is an issuer's DID.
func issuerDID(cat *badge.Catalog, i *badge.Issuer) (string, error) {
	if i.DIDRoot {
		return did.Web(cat.Site.BaseURL)
	}
	return did.Web(cat.Site.BaseURL, "issuers", i.Slug)
}

// methodID is the name of a key in its issuer's document: an Ed25519 key is its own fragment, which some validators can
// use without fetching anything.
func methodID(issuerDID, id string, public crypto.PublicKey) string {
	if key, ok := public.(ed25519.PublicKey); ok {
		return issuerDID + "#" + multikey.Ed25519(key)
	}
	return issuerDID + "#" + id
}

// keyTypes are the words that --type takes.
var keyTypes = []string{string(badge.Ed25519), string(badge.RSA)}

func checkType(kind string) error {
	if slices.Contains(keyTypes, kind) {
		return nil
	}
	return usageError("one of: "+strings.Join(keyTypes, ", "), "there is no type of key %s", diag.Quote(kind))
}

// rsaBits is the size of RSA keys that are made: 128 bits of strength, good for as long as RSA is (NIST SP 800-57, part 1).
const rsaBits = 3072

// makeKey makes a private key.
func makeKey(random io.Reader, kind badge.KeyType) (crypto.Signer, error) {
	if kind == badge.RSA {
		return rsa.GenerateKey(random, rsaBits)
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// freshID is the id of a new key: the issuer and the year, so that the keys of several projects can stand side by side in
// one folder and a secret of CI says what it is; then the type where it is not the usual one; then a number where that is
// taken.
func freshID(i *badge.Issuer, kind badge.KeyType, year int) string {
	stem := fmt.Sprintf("%s-%d", i.Slug, year)
	if kind == badge.RSA {
		stem += "-rsa"
	}
	id := stem
	for n := 2; hasKey(i, id); n++ {
		id = fmt.Sprintf("%s-%d", stem, n)
	}
	return id
}

func hasKey(i *badge.Issuer, id string) bool {
	return slices.ContainsFunc(i.Keys, func(k badge.Key) bool { return k.ID == id })
}

// privateFile is where a new private key goes: the file that --out names, or <id>.pem in the user's folder of keys.
func privateFile(sys System, dir, id, out string) (string, error) {
	name := out
	if name == "" {
		if sys.KeyFolder == "" {
			return "", failed("name a file with --out", "there is no folder for the user's configuration: neither HOME nor XDG_CONFIG_HOME is set")
		}
		name = filepath.Join(sys.KeyFolder, id+".pem")
	}
	for _, room := range []string{"content", "templates", "site", "public"} {
		if insideFolder(name, filepath.Join(dir, room)) {
			return "", usageError("name a file outside the project with --out", "%s stands in the project's %s/: a private key there is public with the next push or build", filepath.ToSlash(name), room)
		}
	}
	if _, err := os.Lstat(name); err == nil {
		hint := "give the new one another name with --id or --out"
		if out == "" {
			hint += "; blazon key show " + filepath.ToSlash(name) + " says what this one is"
		}
		return "", failed(hint, "%s: there is a file already, and a key is never written over", filepath.ToSlash(name))
	}
	return name, nil
}

// insideFolder reports whether a file stands, or would stand, in a folder, whatever links and spellings lead there.
func insideFolder(name, folder string) bool {
	name, err := filepath.Abs(name)
	if err != nil {
		return true // what cannot be told is refused
	}
	if absolute, err := filepath.Abs(folder); err == nil {
		if rest, err := filepath.Rel(absolute, name); err == nil && filepath.IsLocal(rest) {
			return true
		}
	}
	room, err := os.Stat(folder)
	if err != nil {
		return false // it is not there
	}
	up := filepath.Dir(name)
	for up != filepath.Dir(up) {
		if real, err := filepath.EvalSymlinks(up); err == nil {
			up = real
			break
		}
		up = filepath.Dir(up) // it would be made
	}
	for ; ; up = filepath.Dir(up) {
		if info, err := os.Stat(up); err == nil && os.SameFile(info, room) {
			return true
		}
		if up == filepath.Dir(up) {
			return false
		}
	}
}

// publicFile is the name of the PEM file that holds an RSA key's public half, beside the issuer's file.
func publicFile(id string) string { return id + ".pub.pem" }

// writePublic puts the public half of an RSA key beside the issuer's file. It writes over nothing.
func writePublic(folder *input.Folder, id string, public crypto.PublicKey) error {
	data, err := keyring.EncodePublic(public)
	if err != nil {
		return failed("", "%s", err)
	}
	name := "content/issuers/" + publicFile(id)
	f, err := folder.Root().OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return failed("give the key another name with --id", "%s", plainError(err))
	}
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = folder.Root().Remove(name)
		return failed("", "%s", plainError(err))
	}
	return nil
}

// publicText is the public half as the issuer's file has it.
func publicText(id string, public crypto.PublicKey) string {
	if key, ok := public.(ed25519.PublicKey); ok {
		return multikey.Ed25519(key)
	}
	return publicFile(id)
}

// keyLine is a key as a line of the issuer's file.
func keyLine(id string, public crypto.PublicKey, from string) string {
	return fmt.Sprintf("  - {id: %s, type: %s, public: %s, from: %s}\n", yamlText(id), typeOf(public), yamlText(publicText(id, public)), from)
}

func typeOf(public crypto.PublicKey) badge.KeyType {
	if _, ok := public.(ed25519.PublicKey); ok {
		return badge.Ed25519
	}
	return badge.RSA
}

var wordForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]*$`)

// isWord reports whether no reader of YAML takes a text for anything else: neither for a number nor for one of the words
// that are values in YAML 1.1.
func isWord(s string) bool {
	return wordForm.MatchString(s) && !slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan"}, strings.ToLower(s))
}

// yamlText is a text in YAML, with quotation marks where it could be taken for something else.
func yamlText(s string) string {
	if isWord(s) {
		return s
	}
	return fmt.Sprintf("%q", s)
}

// keepSafe tells what to do with a new private key.
func keepSafe(sys System, id, file string) {
	fmt.Fprintf(sys.Err, `
The private half is in %s, which only you can read.
Keep a copy where your organisation keeps its passwords: nobody can make it again.
For CI, store the file's text as the secret %s; docs/keys.md shows how.
`, filepath.ToSlash(file), keyring.Variable(id))
}
