package cli

import (
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/examplekey"
	"blazon/internal/jose"
	"blazon/internal/keyring"
	"blazon/internal/model"
	"blazon/internal/multikey"
)

// shownKey is a key as key show tells it.
type shownKey struct {
	Issuer     string    `json:"issuer,omitempty"`
	ID         string    `json:"id,omitempty"`
	Type       string    `json:"type"`
	From       string    `json:"from,omitempty"`
	Until      string    `json:"until,omitempty"`
	DID        string    `json:"did,omitempty"`
	Method     string    `json:"verificationMethod,omitempty"`
	Multibase  string    `json:"publicKeyMultibase,omitempty"`
	JWK        *jose.JWK `json:"publicKeyJwk"`
	Thumbprint string    `json:"thumbprint"`
	Private    *shownAt  `json:"private,omitempty"`
}

// shownAt is where a key's private half is.
type shownAt struct {
	AtHand   bool   `json:"atHand"`
	File     string `json:"file,omitempty"`
	Variable string `json:"variable,omitempty"`
	Example  bool   `json:"example,omitempty"` // the program's own, which everybody has
	Problem  string `json:"problem,omitempty"`
}

func (s shownAt) String() string {
	switch {
	case s.Problem != "":
		return s.Problem
	case s.Example:
		return "the program's own example key, which everybody has"
	case s.AtHand:
		return keyring.Place{File: filepath.ToSlash(s.File), Variable: s.Variable}.String()
	}
	return "not at hand"
}

func newKeyShow(sys System, dir *string) *cobra.Command {
	var slug string
	var asJSON bool
	var opts signOptions
	cmd := &cobra.Command{
		Use:   "show [FILE]",
		Short: "Show keys, their names and where they are",
		Long: `Lists the keys that the issuers declare: with their days, the DID and the verification method under
which they are published, the public half in each form, and whether the private half is at hand,
in which file or variable. With the file of a private key it prints the public half as the line for
an issuer's file. Private halves are never printed.
` + exitStatus,
		Example: `  blazon key show
  blazon key show --issuer northwind --json | jq -r '.[].verificationMethod'
  blazon key show ~/.config/blazon/keys/northwind-2026.pem`,
		Args: takes(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				if slug != "" || len(opts.keys) > 0 {
					return usageError("leave them out", "--issuer and --key do not go with a file")
				}
				return showKeyFile(sys, *dir, args[0], asJSON)
			}
			return showKeys(sys, *dir, slug, opts, asJSON)
		},
	}
	cmd.Flags().StringVar(&slug, "issuer", "", "only the keys of the issuer with this `slug`")
	cmd.Flags().StringArrayVar(&opts.keys, "key", nil, "count the private key in this `file` as at hand; may stand several times")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func showKeys(sys System, dir, slug string, opts signOptions, asJSON bool) error {
	folder, loaded, err := openKeys(sys, dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := soundButKeys(sys, folder, loaded); err != nil {
		return err
	}
	all, err := issuers(loaded.Catalog, slug)
	if err != nil {
		return err
	}
	ring, err := opts.ring(sys)
	if err != nil {
		return err
	}
	shown := []shownKey{}
	for _, i := range all {
		name, err := issuerDID(loaded.Catalog, i)
		if err != nil {
			return bad("see base_url in content/site.yaml", "the issuer %s can have no DID: %s", i.Slug, err)
		}
		for n := range i.Keys {
			k := &i.Keys[n]
			s, err := showPublic(publicKey(k))
			if err != nil {
				return bad("blazon check says more", "the key %s of %s %s", k.ID, i.Slug, err)
			}
			s.Issuer, s.ID, s.DID, s.Method = i.Slug, k.ID, name, methodID(name, k.ID, publicKey(k))
			s.From = k.From.In(loaded.Catalog.Site.Zone).Format("2006-01-02")
			if !k.Until.IsZero() {
				s.Until = k.Until.In(loaded.Catalog.Site.Zone).Format("2006-01-02")
			}
			s.Private, _ = lookFor(ring, k, loaded.Catalog.Site.BaseURL) // what is wrong is told
			shown = append(shown, s)
		}
	}
	if asJSON {
		return writeJSON(sys.Out, shown)
	}
	for n, s := range shown {
		if n > 0 {
			fmt.Fprintln(sys.Out)
		}
		if err := s.print(sys.Out); err != nil {
			return failed("", "%s", err)
		}
	}
	if len(shown) == 0 {
		fmt.Fprintln(sys.Err, "no key is declared\nhint: blazon key new makes one")
	}
	return nil
}

// showPublic is what can be told of a public key alone.
func showPublic(public crypto.PublicKey) (shownKey, error) {
	jwk, err := jose.FromPublic(public)
	if err != nil {
		return shownKey{}, err
	}
	s := shownKey{Type: string(typeOf(public)), JWK: jwk, Thumbprint: jwk.Thumbprint()}
	if key, ok := public.(ed25519.PublicKey); ok {
		s.Multibase = multikey.Ed25519(key)
	}
	return s, nil
}

// lookFor tells where a key's private half is. The error is one of keyring, and stands in what is told too.
func lookFor(ring *keyring.Ring, k *badge.Key, baseURL string) (*shownAt, error) {
	signer, place, err := ring.Find(k.ID, publicKey(k))
	if err != nil {
		return &shownAt{File: place.File, Variable: place.Variable, Problem: err.Error()}, err
	}
	if signer != nil {
		return &shownAt{AtHand: true, File: place.File, Variable: place.Variable}, nil
	}
	_, example := examplekey.Private(publicKey(k), baseURL)
	return &shownAt{AtHand: example, Example: example}, nil
}

func (s shownKey) print(w io.Writer) error {
	jwk, err := s.JWK.MarshalJSON()
	if err != nil {
		return err
	}
	days := "from " + s.From
	if s.Until != "" {
		days += " until " + s.Until
	}
	fmt.Fprintf(w, "%s: %s, %s, %s\n", s.Issuer, s.ID, s.Type, days)
	for _, line := range [][2]string{
		{"did", s.DID}, {"method", s.Method}, {"multibase", s.Multibase}, {"jwk", string(jwk)}, {"thumbprint", s.Thumbprint}, {"private half", s.Private.String()},
	} {
		if line[1] != "" {
			fmt.Fprintf(w, "  %-12s  %s\n", line[0], line[1])
		}
	}
	return nil
}

// showKeyFile prints the public half of a private key.
func showKeyFile(sys System, dir, file string, asJSON bool) error {
	key, err := keyring.ReadFile(file)
	if err != nil {
		return fileError(err)
	}
	public := key.Public()
	if asJSON {
		s, err := showPublic(public)
		if err != nil {
			return failed("", "%s", err)
		}
		return writeJSON(sys.Out, s)
	}
	id := idOf(file)
	fmt.Fprint(sys.Out, keyLine(id, public, today(sys, dir).Format("2006-01-02")))
	if typeOf(public) == badge.Ed25519 {
		return nil
	}
	data, err := keyring.EncodePublic(public)
	if err != nil {
		return failed("", "%s", err)
	}
	fmt.Fprintf(sys.Out, "\n%s", data)
	fmt.Fprintf(sys.Err, "\nThe line belongs under keys: in the issuer's file, and the rest into %s beside it.\n", publicFile(id))
	return nil
}

// today is the day in the project's zone, or in UTC where there is no project.
func today(sys System, dir string) time.Time {
	now := sys.Now().UTC()
	folder, err := openFolder(dir)
	if err != nil {
		return now
	}
	defer folder.Close()
	read, end := reader(dir, sys.Now())
	defer end()
	if loaded, err := read.Load(folder); err == nil && loaded.Catalog.Site.Zone != nil {
		return now.In(loaded.Catalog.Site.Zone)
	}
	return now
}

// idOf is the id that a key's file is called by, as far as it can be one.
func idOf(file string) string {
	name := filepath.Base(file)
	id := strings.ToLower(strings.TrimSuffix(name, filepath.Ext(name)))
	if model.CheckSlug(id) != nil {
		return "key"
	}
	return id
}

// fileError says what to do about a private key that cannot be read.
func fileError(err error) error {
	switch {
	case errors.Is(err, keyring.ErrOpen):
		return failed("chmod 600 takes that away from others", "%s", err)
	case errors.Is(err, keyring.ErrEncrypted):
		return failed("openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW takes the passphrase off", "%s", err)
	}
	return failed("", "%s", err)
}
