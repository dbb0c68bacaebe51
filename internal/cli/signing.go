package cli

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/examplekey"
	"blazon/internal/fetch"
	"blazon/internal/keyring"
	"blazon/internal/layout"
	"blazon/internal/signing"
)

// signOptions say what a site is signed with.
type signOptions struct {
	keys     []string // files
	previous string   // a folder or a URL; empty: none
	unsigned bool
}

func (o *signOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&o.keys, "key", nil, "sign with the private key in this `file`; may stand several times")
	cmd.Flags().StringVar(&o.previous, "previous", "", "take signatures over from the published site at a `folder or URL`, where keys are not at hand")
	cmd.Flags().BoolVar(&o.unsigned, "unsigned", false, "leave out what is signed, for a look at the site")
}

func (o *signOptions) check() error {
	if o.unsigned && (len(o.keys) > 0 || o.previous != "") {
		return usageError("leave one of them out", "--unsigned goes with neither --key nor --previous")
	}
	return nil
}

// keySource finds private keys for a site: those of a ring, or the program's own example keys.
type keySource struct {
	ring    *keyring.Ring
	baseURL string
	example func(id string) // told of each declared key for which an example key serves
}

// Signer is the private half of a declared key.
func (k *keySource) Signer(id string, public crypto.PublicKey) (crypto.Signer, error) {
	signer, err := k.ring.Signer(id, public)
	if signer != nil || err != nil {
		return signer, err
	}
	if example, ok := examplekey.Private(public, k.baseURL); ok {
		k.example(id)
		return example, nil
	}
	return nil, nil
}

// ring opens the private keys that are at hand.
func (o *signOptions) ring(sys System) (*keyring.Ring, error) {
	ring, err := keyring.Open(keyring.Sources{Files: o.keys, Getenv: sys.Getenv, Folder: sys.KeyFolder})
	if err != nil {
		return nil, keyError(err)
	}
	return ring, nil
}

func keyError(err error) error {
	var mismatch *keyring.MismatchError
	hint := "blazon key check says which keys the project needs and where it looks for them; docs/keys.md has more"
	if errors.As(err, &mismatch) {
		hint = "put the private half of that key there, or declare the public half of the one that is there"
	}
	return failed(hint, "%s", err)
}

// signer prepares what a project's site is signed with, and makes sure that the keys are there before anything is made.
// It is nil for a site that is not signed; why says why not, where nobody has asked for that. Notes are for the user.
func (o *signOptions) signer(ctx context.Context, sys System, p *project) (signer *signing.Signer, notes []string, err error) {
	if err := o.check(); err != nil {
		return nil, nil, err
	}
	if o.unsigned || !signs(p.catalog) {
		return nil, nil, nil
	}
	if p.catalog.Site.BaseURL != p.declaredBase {
		if len(o.keys) > 0 || o.previous != "" {
			return nil, nil, usageError("leave --key and --previous out", "a site under another base URL than site.yaml's is not signed: no real credential carries another site's ids")
		}
		return nil, nil, nil
	}
	ring, err := o.ring(sys)
	if err != nil {
		return nil, nil, err
	}
	if stray := ring.Stray(declared(p.catalog)); len(stray) > 0 {
		return nil, nil, failed("blazon key show FILE prints the public half of a key; paste it into the issuer's file", "%s holds the private half of no key that is declared", strings.Join(stray, ", "))
	}
	source, examples := exampleSource(ring, p.catalog.Site.BaseURL)
	published, err := o.published(ctx)
	if err != nil {
		return nil, nil, err
	}
	signer = signing.New(source, published)
	if err := o.atHand(signer, p.catalog); err != nil {
		return nil, nil, err
	}
	return signer, examples(), nil
}

// exampleSource is where a site's keys are looked for, and what is to be said once they have been.
func exampleSource(ring *keyring.Ring, baseURL string) (source *keySource, notes func() []string) {
	served := false
	source = &keySource{ring: ring, baseURL: baseURL, example: func(string) { served = true }}
	return source, func() []string {
		if !served {
			return nil
		}
		return []string{"signed with the program's own example key, which everybody has: these credentials prove nothing"}
	}
}

// signs reports whether anything of a site is signed.
func signs(cat *badge.Catalog) bool {
	return slices.ContainsFunc(cat.Issuers, func(i *badge.Issuer) bool { return i.OB3 || i.Signed && cat.Site.OB2 })
}

// declared are the public keys of all issuers.
func declared(cat *badge.Catalog) []crypto.PublicKey {
	var all []crypto.PublicKey
	for _, i := range cat.Issuers {
		for n := range i.Keys {
			if public := publicKey(&i.Keys[n]); public != nil {
				all = append(all, public)
			}
		}
	}
	return all
}

// publicKey is a declared key; nil where it cannot be read.
func publicKey(k *badge.Key) crypto.PublicKey {
	if k.Type == badge.Ed25519 {
		return ed25519.PublicKey(k.Public)
	}
	public, err := x509.ParsePKIXPublicKey(k.Public)
	if err != nil {
		return nil
	}
	return public
}

// need is a key that signs something of a site.
type need struct {
	issuer *badge.Issuer
	key    *badge.Key
	awards int // that it signs
	lists  bool
	next   bool // it signs nothing yet, and what comes next
}

// needs lists the keys that a site is signed with, in the order of the declarations.
func needs(cat *badge.Catalog) []*need {
	found := make(map[*badge.Key]*need)
	of := func(i *badge.Issuer, k *badge.Key) *need {
		n := found[k]
		if n == nil {
			n = &need{issuer: i, key: k}
			found[k] = n
		}
		return n
	}
	for _, a := range cat.Awards {
		i := a.Class.Issuer
		if a.State() == badge.Erased {
			continue
		}
		for _, kind := range []badge.KeyType{badge.Ed25519, badge.RSA} {
			if !i.OB3 && (kind == badge.Ed25519 || !i.Signed) {
				continue
			}
			if s := i.Signing(kind, a); s.Key != nil {
				of(i, s.Key).awards++
			}
		}
	}
	for _, i := range cat.Issuers {
		if k := i.Current(badge.Ed25519).Key; i.OB3 && k != nil {
			of(i, k).lists = true
		}
		for _, kind := range []badge.KeyType{badge.Ed25519, badge.RSA} {
			if k := i.Newest(kind); k != nil && found[k] == nil && (i.OB3 || i.Signed && kind == badge.RSA) {
				of(i, k).next = true
			}
		}
	}
	var all []*need
	for _, i := range cat.Issuers {
		for n := range i.Keys {
			if need := found[&i.Keys[n]]; need != nil {
				all = append(all, need)
			}
		}
	}
	return all
}

// atHand demands every key that a site is signed with, all at once, unless a published site may have the signatures.
func (o *signOptions) atHand(signer *signing.Signer, cat *badge.Catalog) error {
	var missing []string
	variable := ""
	for _, n := range needs(cat) {
		if n.next {
			continue
		}
		has, err := signer.Has(n.key)
		if err != nil {
			return keyError(err)
		}
		if has || signer.Remembers() {
			continue
		}
		what := diag.Count(n.awards, "award", "awards")
		if n.lists {
			what = "its status lists and " + what
		}
		if variable == "" {
			variable = keyring.Variable(n.key.ID)
		}
		missing = append(missing, fmt.Sprintf("the private key %s of %s, which signs %s", n.key.ID, n.issuer.Slug, what))
	}
	if len(missing) == 0 {
		return nil
	}
	return failed("give it with --key FILE or in a variable such as "+variable+
		"; --previous takes signatures over from the published site; --unsigned leaves out what is signed",
		"nothing is published: not at hand: %s", strings.Join(missing, "; "))
}

// published opens the site as it was published.
func (o *signOptions) published(ctx context.Context) (signing.Published, error) {
	if o.previous == "" {
		return nil, nil
	}
	if u, err := url.Parse(o.previous); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		site := &publishedURL{ctx: ctx, base: strings.TrimSuffix(o.previous, "/"), web: publishedSite(signedLimit)}
		// A host that does not answer is said once, and not of every file.
		if _, err := site.Signature(layout.Ledger); err != nil {
			return nil, failed("name the folder or the URL of the published site", "--previous: %s", err)
		}
		return site, nil
	}
	root, err := os.OpenRoot(o.previous)
	if err != nil {
		return nil, failed("name the folder or the URL of the published site", "--previous: %s", plainError(err))
	}
	return &publishedFolder{root: root}, nil
}

// publishedFolder is a published site in a folder.
type publishedFolder struct{ root *os.Root }

// signedLimit is the largest signed file that is read, in bytes.
const signedLimit = 4 << 20

// Signature is that of a file of the folder.
func (p *publishedFolder) Signature(path string) ([]byte, error) {
	f, err := p.root.Open(filepath.FromSlash(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := limited(f, path, signedLimit)
	if err != nil {
		return nil, err
	}
	return signing.InDocument(path, data), nil
}

// publishedURL is a published site on the web.
type publishedURL struct {
	ctx  context.Context
	base string
	web  fetch.Port
}

// Signature is that of a file of the site.
func (p *publishedURL) Signature(path string) ([]byte, error) {
	answer, err := p.web.Get(p.ctx, p.base+"/"+path, fetch.JSON)
	if err == nil {
		err = answer.Err()
	}
	var failed *fetch.Error
	if errors.As(err, &failed) && failed.Kind == fetch.Missing {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return signing.InDocument(path, answer.Body), nil
}

// refuseUnsigned keeps a site without signatures out of a folder that holds one with them, whether or not there is a record
// of the build that made it.
func refuseUnsigned(dir string, cat *badge.Catalog) error {
	holds := func(path string) bool {
		_, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(path)))
		return err == nil
	}
	signed := slices.ContainsFunc(cat.Issuers, func(i *badge.Issuer) bool { return holds(layout.StatusList(i.Slug, 0)) }) ||
		slices.ContainsFunc(cat.Awards, func(a *badge.Award) bool { return a.Class.Issuer.Signed && holds(layout.SignedJWS(a.ID)) })
	if signed {
		return failed("name another folder with --out", "nothing is published: %s holds a signed site, and what is published stays", filepath.ToSlash(dir))
	}
	return nil
}
