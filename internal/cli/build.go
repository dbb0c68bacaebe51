package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/layout"
	"blazon/internal/ledger"
	"blazon/internal/publish"
	"blazon/internal/signing"
)

// progressAfter is how long a build runs before its progress is shown.
const progressAfter = 500 * time.Millisecond

type buildOptions struct {
	dir     string
	out     string // empty: public/ in the project
	baseURL string
	full    bool
	now     string
	asJSON  bool
	shard   string // such as 2/5; empty: everything
	sign    signOptions
}

func newBuild(sys System, dir *string) *cobra.Command {
	var opts buildOptions
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Publish the project as a static site",
		Long: `Checks the project and publishes it as a folder that any web server or CDN can serve. The
same project gives the same bytes. A first build appears at once; an update leaves every file
either old or new, and nothing that is published refers to what is not there. Files that stay
the same are left alone, files that blazon did not write are never touched, and an address that
machines read is never taken away.

With --shard i/n several machines build one site: each checks the whole project and builds its
part of the awards, the first one also everything outside /awards/. Each takes an empty folder;
the folders put together are the site.

Credentials are signed with the private keys of the issuers, which are looked for in --key, in
variables BLAZON_KEY_<ID> and in the user's folder of keys; docs/keys.md says more. Where a key is
not at hand, --previous takes over the signatures of what has not changed since it was published.

With a --base-url other than site.yaml's the site is for looking at: it is not signed, and nothing
in it verifies elsewhere.
` + exitStatus,
		Example: `  blazon build
  blazon build -C ~/badges --out /var/www/badges
  blazon build --base-url http://localhost:8080 --out /tmp/look
  blazon build --shard 2/5 --out part-2
  blazon build --previous https://badges.example.org    # without the private keys`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts.dir = *dir
			if err := previewBase(opts.baseURL); err != nil {
				return err
			}
			return runBuild(cmd, sys, opts)
		},
	}
	cmd.Flags().StringVarP(&opts.out, "out", "o", "", "the `folder` to publish to (default: public in the project)")
	cmd.Flags().StringVar(&opts.baseURL, "base-url", "", "publish under this `URL` in place of site.yaml's")
	cmd.Flags().BoolVar(&opts.full, "full", false, "compare every file with what is published, trusting no size or time")
	cmd.Flags().StringVar(&opts.shard, "shard", "", "build the `i/n`-th part of the awards into an empty folder")
	opts.sign.flags(cmd)
	cmd.Flags().BoolVar(&opts.asJSON, "json", false, "print the summary as JSON")
	cmd.Flags().StringVar(&opts.now, "now", "", "the `date` that awards may not lie after (default: the clock)")
	return cmd
}

func runBuild(cmd *cobra.Command, sys System, opts buildOptions) error {
	start := sys.Now()
	now, err := moment(opts.now, sys)
	if err != nil {
		return err
	}
	shard, err := parseShard(opts.shard)
	if err != nil {
		return err
	}
	target, err := chooseTarget(opts)
	if err != nil {
		return err
	}
	from, err := readSources(opts.dir, sys.Program)
	if err != nil {
		return err
	}
	if last, notes := opts.standing(cmd.Context(), sys, from, target); last != nil {
		return opts.report(sys, target, *last, publish.Summary{Unchanged: last.Files, Notes: notes}, start)
	}
	p, err := readProject(opts.dir, opts.baseURL, from, now)
	if err != nil {
		return err
	}
	defer p.close()
	var notes []string
	var keys []usedKey
	if !diag.HasErrors(p.problems) {
		signer, said, err := opts.sign.signer(cmd.Context(), sys, p)
		if err != nil {
			return err
		}
		if notes = said; signer == nil {
			p.planSite(shard, nil)
		} else {
			p.planSite(shard, signer)
			keys = p.usedKeys()
		}
	}
	if diag.HasErrors(p.problems) {
		return refuse(sys, p.folder, p.problems, "", "nothing is published")
	}
	if err := keepsBase(p, target, opts); err != nil {
		return err
	}
	if opts.sign.unsigned {
		if err := refuseUnsigned(target.dir, p.catalog); err != nil {
			return err
		}
	}
	if err := ignoreBlazon(p.dir); err != nil {
		return failed("", "couldn't make a folder for records: %s", plainError(err))
	}
	if shard.Of > 0 {
		if err := target.takeShard(shard); err != nil {
			return err
		}
	}
	p.seen.keep()
	site := p.describe(keys)
	progress := newProgress(sys, "publishing")
	summary, err := publish.Write(cmd.Context(), p.plan, publish.Options{
		Dir: target.dir, Record: target.record, Ours: looksOurs, Full: opts.full, Progress: progress.report,
		Label: func() (string, bool) {
			label, sure, note := opts.label(from, p.folder, site, now(p.catalog.Site.Zone))
			notes = append(notes, note...)
			return label, sure
		},
	})
	progress.clear()
	summary.Notes = append(notes, summary.Notes...)
	if err != nil {
		for _, note := range summary.Notes {
			fmt.Fprintf(sys.Err, "note: %s\n", note)
		}
		return publishError(err)
	}
	return opts.report(sys, target, site, summary, start)
}

// report says what a build has done.
func (o *buildOptions) report(sys System, t target, site built, s publish.Summary, start time.Time) error {
	for _, note := range s.Notes {
		fmt.Fprintf(sys.Err, "note: %s\n", note)
	}
	if len(s.Kept) > 0 {
		fmt.Fprintf(sys.Err, "note: kept %s that blazon published once and somebody changed since: %s\n",
			diag.Count(len(s.Kept), "file", "files"), strings.Join(s.Kept[:min(5, len(s.Kept))], ", "))
	}
	if site.Warnings > 0 {
		fmt.Fprintf(sys.Err, "note: %s; blazon check says more\n", diag.Count(site.Warnings, "warning", "warnings"))
	}
	if o.baseURL != "" && o.baseURL != site.Declared {
		fmt.Fprintf(sys.Err, "note: this site is for looking at: it is not signed, and its badges verify only where %s is served\n", o.baseURL)
	}
	if o.asJSON {
		return summaryJSON(sys, site, t, s)
	}
	fmt.Fprintf(sys.Out, "published %s in %s: %s (%d written, %d unchanged, %d removed) in %s\n",
		holds(site.Issuers, site.Classes, site.Awards), filepath.ToSlash(t.shown), diag.Count(site.Files, "file", "files"),
		s.Written, s.Unchanged, s.Removed, took(sys.Now().Sub(start)))
	return nil
}

// summaryJSON is the summary for scripts. It says nothing of the time that the build took: equal builds print equal lines.
func summaryJSON(sys System, site built, t target, s publish.Summary) error {
	data, err := encodeJSON(struct {
		Out       string   `json:"out"`
		BaseURL   string   `json:"base_url"`
		Issuers   int      `json:"issuers"`
		Classes   int      `json:"classes"`
		Awards    int      `json:"awards"`
		Files     int      `json:"files"`
		Written   int      `json:"written"`
		Unchanged int      `json:"unchanged"`
		Removed   int      `json:"removed"`
		Bytes     int64    `json:"bytes_written"`
		Kept      []string `json:"kept,omitempty"`
	}{filepath.ToSlash(t.shown), site.BaseURL, site.Issuers, site.Classes, site.Awards, site.Files,
		s.Written, s.Unchanged, s.Removed, s.Bytes, s.Kept})
	if err != nil {
		return failed("", "%s", err)
	}
	return writeResult(sys.Out, "", data, false)
}

func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// target is where a site is published, and where what was published is remembered.
type target struct {
	dir, record, shown string
}

// chooseTarget keeps the published folder out of what it is made from.
func chooseTarget(opts buildOptions) (target, error) {
	project, err := filepath.Abs(opts.dir)
	if err != nil {
		return target{}, failed("", "%s", plainError(err))
	}
	t := target{dir: filepath.Join(project, "public"), shown: filepath.Join(opts.dir, "public")}
	name := "public"
	if opts.out != "" {
		if t.dir, err = filepath.Abs(opts.out); err != nil {
			return target{}, failed("", "%s", plainError(err))
		}
		t.shown = opts.out
	}
	if t.dir != filepath.Join(project, "public") {
		sum := sha256.Sum256([]byte(t.dir))
		name = "out-" + hex.EncodeToString(sum[:6])
	}
	hint := "name a folder of its own with --out"
	if t.dir == project || strings.HasPrefix(project, withSeparator(t.dir)) {
		return target{}, usageError(hint, "--out %s holds the project itself", opts.out)
	}
	for _, room := range []string{"content", "templates", "site", ".blazon", ".git"} {
		room := filepath.Join(project, room)
		if t.dir == room || strings.HasPrefix(t.dir, withSeparator(room)) {
			return target{}, usageError(hint, "--out %s is within the project's %s/", opts.out, filepath.Base(room))
		}
	}
	t.record = filepath.Join(project, ".blazon", name)
	return t, nil
}

func withSeparator(dir string) string {
	return strings.TrimSuffix(dir, string(filepath.Separator)) + string(filepath.Separator)
}

// keepsBase refuses to publish over a site with another base URL: every id in it would change. Only a site made for a look,
// with --base-url, gives way.
func keepsBase(p *project, t target, opts buildOptions) error {
	published := publishedBase(t.dir, p.catalog.Issuers)
	wanted, declared := p.catalog.Site.BaseURL, p.declaredBase
	switch {
	case published == "" || published == wanted:
		return nil
	case wanted != declared && published == declared:
		return failed("name another folder with --out", "nothing is published: %s holds the site itself, and --base-url would put a look at it in its place", filepath.ToSlash(t.shown))
	case wanted == declared && !localBase.MatchString(published):
		return bad("write base_url: "+published+" again; to publish at another address, take another folder with --out and leave the old one where it is",
			"nothing is published: %s was published for %s, and with base_url: %s every address in it would change", filepath.ToSlash(t.shown), published, wanted)
	}
	return nil
}

// publishedBase is the base URL of the site in a folder, as its Profiles say; empty where there is none.
func publishedBase(dir string, issuers []*badge.Issuer) string {
	for _, i := range issuers {
		path := layout.Profile(i.Slug)
		data, err := readLimited(filepath.Join(dir, filepath.FromSlash(path)), 1<<20)
		var profile struct {
			ID string `json:"id"`
		}
		if err != nil || json.Unmarshal(data, &profile) != nil {
			continue
		}
		if base, ok := strings.CutSuffix(profile.ID, "/"+path); ok {
			return base
		}
	}
	return ""
}

// looksOurs reports whether a folder is a site that blazon published: it has a ledger.
func looksOurs(site fs.FS) bool {
	f, err := site.Open(layout.Ledger)
	if err != nil {
		return false
	}
	defer f.Close()
	_, err = ledger.Parse(f)
	return err == nil
}

func publishError(err error) error {
	var lasting *publish.LastingError
	var blocked *publish.BlockedError
	var busy *publish.BusyError
	var unmade *publish.MakeError
	switch {
	case errors.As(err, &lasting):
		return bad("a published address stays for ever; what was declared, and the forms in publish, stay as well", "nothing is published: %s", err)
	case errors.As(err, &blocked):
		return failed("", "nothing is published: %s", err)
	case errors.As(err, &busy):
		return failed("wait until it is done", "nothing is published: %s", err)
	case errors.As(err, &unmade):
		var missing *signing.MissingError
		if errors.As(err, &missing) {
			return failed("build it where the private key is; what --previous has no signature for is new or has changed", "nothing is published: %s", err)
		}
		return failed("", "nothing is published: %s", err)
	}
	return failed("", "couldn't publish: %s", err)
}

// progress shows on a terminal how far a long command is.
type progress struct {
	sys   System
	what  string
	start time.Time
	last  time.Time
	shown bool
}

func newProgress(sys System, what string) *progress {
	return &progress{sys: sys, what: what, start: sys.Now()}
}

func (p *progress) report(done, total int) {
	if !p.sys.Terminal {
		return
	}
	now := p.sys.Now()
	if now.Sub(p.start) < progressAfter || now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(p.sys.Err, "\r\x1b[K%s %d of %d files (%d%%)", p.what, done, total, 100*done/max(total, 1))
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.sys.Err, "\r\x1b[K")
	}
}

// ignoreBlazon keeps the folder of records out of version control, wherever the project is.
func ignoreBlazon(project string) error {
	dir := filepath.Join(project, ".blazon")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := filepath.Join(dir, ".gitignore")
	if _, err := os.Lstat(name); err == nil {
		return nil
	}
	return os.WriteFile(name, []byte("*\n"), 0o644)
}
