package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"blazon/internal/audit"
	"blazon/internal/bake"
	"blazon/internal/document"
	"blazon/internal/fetch"
	"blazon/internal/input"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

// verifyPatience is how long the verification of one badge may take in all. What could not be had by then could not be told.
const verifyPatience = time.Minute

// verifyFlags are the options of blazon verify.
type verifyFlags struct {
	site, recipient, at     string
	maps, contexts          []string
	asJSON, offline         bool
	allowPrivate, allowHTTP bool
}

func newVerify(sys System) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify TARGET...",
		Short: "Tell whether badges are genuine, in force and whose they are",
		Long: `Verifies badges of any issuer: Open Badges 0.5, 1.0, 1.1 and 2.0, hosted and signed, and 3.0 with
embedded proofs (eddsa-rdfc-2022, Ed25519Signature2020) or as JWTs. A target is a file (an image
with a badge in it, an assertion, a credential, a JWS or JWT; a dash stands for standard input)
or the URL of one, or the URL of a page about an award. Every check is printed with its outcome
and the reason; docs/verify.md tells what each one is.

With --site it verifies a whole published folder instead: every award's documents and images, the
links between all files, the ledger, status and revocation lists. Nothing is fetched then.

Documents are fetched over https, from public addresses only.

Exit status: 0 valid; 1 not valid; 2 used wrongly; 3 could not tell. Of several targets the worst
counts, and not valid is worse than could not tell.`,
		Example: `  blazon verify badge.png
  blazon verify https://badges.example.org/awards/x/ --recipient ada@example.org
  blazon verify --site public                                # before it is deployed
  blazon verify badge.png --map https://badges.example.org=public
  blazon verify *.png --json | jq '.reports[] | {target, verdict}'`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.site == "" && len(args) == 0:
				return usageError(cmd.CommandPath()+" --help shows how it is used", "name what to verify, or a site's folder with --site")
			case f.site != "" && len(args) > 0:
				return usageError("verify the one, then the other", "--site and %s", args[0])
			case f.site != "" && f.recipient != "":
				return usageError("verify one badge for that", "--site and --recipient")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			now, err := moment(f.at, sys)
			if err != nil {
				return err
			}
			sites, done, err := openMaps(f.maps)
			if err != nil {
				return err
			}
			defer done()
			if f.site != "" {
				return auditSite(cmd.Context(), sys, f, sites, now(time.UTC))
			}
			o := verify.Options{Now: now(time.UTC), Recipient: f.recipient, Fetch: fetch.Sites{Sites: sites, Next: f.web()}}
			if o.Contexts, err = pinned(f.contexts); err != nil {
				return err
			}
			return verifyTargets(cmd.Context(), sys, verify.New(o), args, f.asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.site, "site", "", "verify the `folder` of a published site")
	flags.StringVar(&f.recipient, "recipient", "", "the e-mail `address`, URL, telephone number or DID that it should be awarded to")
	flags.StringArrayVar(&f.maps, "map", nil, "answer a base URL from a folder: `BASE=DIR` (repeatable)")
	flags.BoolVar(&f.asJSON, "json", false, "print JSON")
	flags.StringVar(&f.at, "now", "", "judge as of this `date` (default: the clock)")
	flags.BoolVar(&f.offline, "offline", false, "fetch nothing but what --map answers")
	flags.BoolVar(&f.allowPrivate, "allow-private", false, "also fetch from private, loopback and link-local addresses")
	flags.BoolVar(&f.allowHTTP, "allow-http", false, "also fetch over plain http, which anybody on the way can change")
	flags.StringArrayVar(&f.contexts, "context", nil, "fetch a JSON-LD context that has this SHA-256: `URL=DIGEST` (repeatable)")
	return cmd
}

// web is what answers for everything that no --map answers.
func (f verifyFlags) web() fetch.Port {
	if f.offline {
		return fetch.Nothing{}
	}
	return fetch.NewWeb(fetch.Options{HTTP: f.allowHTTP, Private: f.allowPrivate, Agent: "blazon/" + Version})
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// pinned reads the contexts that --context names.
func pinned(list []string) (map[string]string, error) {
	pins := map[string]string{}
	for _, c := range list {
		at := strings.LastIndexByte(c, '=')
		if at < 0 || !digestForm.MatchString(c[at+1:]) || !isAddress(c[:at]) {
			return nil, usageError("write it as https://example.org/context.json=<64 hexadecimal digits, lower case>", "--context %s", c)
		}
		pins[c[:at]] = c[at+1:]
	}
	return pins, nil
}

// openMaps opens the folders that --map names. The function that it returns closes them.
func openMaps(list []string) (sites []fetch.Site, done func(), err error) {
	var open []*input.Folder
	done = func() {
		for _, folder := range open {
			folder.Close()
		}
	}
	for _, m := range list {
		base, dir, ok := strings.Cut(m, "=")
		base = strings.TrimSuffix(base, "/")
		if !ok || dir == "" || !isAddress(base) {
			done()
			return nil, nil, usageError("write it as https://badges.example.org=public", "--map %s", m)
		}
		folder, err := input.OpenFolder(dir)
		if err != nil {
			done()
			return nil, nil, failed("", "--map: %s", plainError(err))
		}
		open = append(open, folder)
		sites = append(sites, fetch.Site{Base: base, Files: folder})
	}
	return sites, done, nil
}

func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// verifyTargets verifies one target after another and prints the reports.
func verifyTargets(ctx context.Context, sys System, v *verify.Verifier, targets []string, asJSON bool) error {
	worst := verdict.Valid
	unread := false
	reports := []*verdict.Report{}
	for i, name := range targets {
		t := verify.Target{Name: name}
		if !isAddress(name) && !strings.Contains(name, "://") {
			data, err := readTarget(sys.In, name)
			if err != nil {
				fmt.Fprintf(sys.Err, "blazon: %s\n", err)
				unread = true
				continue
			}
			t.Data = data
		}
		r := verifyOne(ctx, v, t)
		worst = verdict.Worse(worst, r.Verdict)
		reports = append(reports, r)
		if !asJSON {
			if i > 0 {
				fmt.Fprintln(sys.Out)
			}
			printReport(sys.Out, r, "")
		}
	}
	if unread {
		worst = verdict.Worse(worst, verdict.Untold)
	}
	if asJSON {
		data, err := encodeJSON(struct {
			Verdict verdict.Verdict   `json:"verdict"`
			Reports []*verdict.Report `json:"reports"`
		}{worst, reports})
		if err != nil {
			return failed("", "%s", err)
		}
		if err := writeResult(sys.Out, "", data, false); err != nil {
			return err
		}
	}
	return concluded(worst)
}

func verifyOne(ctx context.Context, v *verify.Verifier, t verify.Target) *verdict.Report {
	ctx, cancel := context.WithTimeout(ctx, verifyPatience)
	defer cancel()
	return v.Verify(ctx, t)
}

// concluded is the exit code of a verdict.
func concluded(v verdict.Verdict) error {
	switch v {
	case verdict.Valid:
		return nil
	case verdict.Invalid:
		return reported(ExitBad)
	}
	return reported(ExitFailure)
}

func readTarget(in io.Reader, name string) ([]byte, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s: this is a folder: a published site is verified with --site %s", name, filepath.Clean(name))
	}
	data, err := readInput(in, name, bake.MaxFile)
	if data == nil {
		data = []byte{}
	}
	return data, err
}

// outcomeSigns stand before checks, and are wide enough for the eye.
var outcomeSigns = map[verdict.Outcome]string{verdict.Pass: "✓", verdict.Fail: "✗", verdict.Unknown: "?", verdict.Skipped: "·", verdict.Note: "i"}

// printReport prints a report for people: what it is, a line a check, and the verdict last.
func printReport(out io.Writer, r *verdict.Report, indent string) {
	fmt.Fprintf(out, "%s%s: %s\n", indent, document.Plain(r.Target), headline(r))
	for _, c := range r.Checks {
		fmt.Fprintf(out, "%s  %s %-11s %s\n", indent, outcomeSigns[c.Outcome], c.ID, printable(c.Reason))
	}
	for _, p := range r.Parts {
		printReport(out, p, indent+"    ")
	}
	fmt.Fprintf(out, "%s  %s\n", indent, conclusion(r))
}

// headline says what was verified.
func headline(r *verdict.Report) string {
	line := r.Kind
	if r.Generation != "" {
		line += ", Open Badges " + r.Generation
	}
	if r.Badge != "" {
		line += ": " + r.Badge
	}
	// Anybody can take any name. Who it is, the address or the DID tells.
	if id := document.Plain(r.IssuerID); id != "" {
		line += ", by " + strings.TrimSpace(r.Issuer+" ("+id+")")
	} else if r.Issuer != "" {
		line += ", by " + r.Issuer
	}
	return line
}

// conclusion is the verdict with what led to it.
func conclusion(r *verdict.Report) string {
	because := func(o verdict.Outcome) string {
		var ids []string
		for _, c := range r.Checks {
			if c.Outcome == o && !slices.Contains(ids, string(c.ID)) {
				ids = append(ids, string(c.ID))
			}
		}
		return strings.Join(ids, ", ")
	}
	switch r.Verdict {
	case verdict.Valid:
		return "VALID"
	case verdict.Invalid:
		return "NOT VALID: " + because(verdict.Fail)
	}
	return "COULD NOT TELL: " + because(verdict.Unknown)
}

// printable keeps a stranger's characters from steering the terminal, should any have come through.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '�'
		}
		return r
	}, s)
}

// auditSite verifies a published folder and prints what is wrong with it.
func auditSite(ctx context.Context, sys System, f verifyFlags, sites []fetch.Site, now time.Time) error {
	folder, err := input.OpenFolder(f.site)
	if err != nil {
		return failed("", "--site: %s", plainError(err))
	}
	defer folder.Close()
	o := audit.Options{Now: now, Workers: runtime.GOMAXPROCS(0)}
	for i, m := range f.maps {
		// A --map of the same folder says under which URL it will be deployed.
		if _, dir, _ := strings.Cut(m, "="); filepath.Clean(dir) == filepath.Clean(f.site) {
			o.Base = sites[i].Base
			continue
		}
		o.Others = append(o.Others, sites[i])
	}
	r, err := audit.Site(ctx, folder, o)
	switch {
	case errors.Is(err, audit.ErrNoSite):
		return failed("name the folder that blazon build wrote, public by default; --map BASE="+f.site+" tells its URL", "--site %s: %s", f.site, err)
	case err != nil:
		return failed("", "--site: %s", plainError(err))
	}
	if f.asJSON {
		data, err := encodeJSON(r)
		if err != nil {
			return failed("", "%s", err)
		}
		if err := writeResult(sys.Out, "", data, false); err != nil {
			return err
		}
		return concluded(r.Verdict)
	}
	printFaults(sys.Out, r.Faults)
	fmt.Fprintf(sys.Out, "%s: %s, %s, %s (%d revoked, %d erased), %s, %s followed\n", r.Base, plural(r.Issuers, "issuer", "issuers"),
		plural(r.Classes, "badge class", "badge classes"), plural(r.Awards, "award", "awards"), r.Revoked, r.Erased, plural(r.Files, "file", "files"), plural(r.Links, "link", "links"))
	switch r.Verdict {
	case verdict.Valid:
		fmt.Fprintln(sys.Out, "VALID")
	case verdict.Invalid:
		fmt.Fprintf(sys.Out, "NOT VALID: %s\n", plural(len(r.Faults), "fault", "faults"))
	default:
		fmt.Fprintf(sys.Out, "COULD NOT TELL: %s\n", plural(len(r.Faults), "question is open", "questions are open"))
	}
	return concluded(r.Verdict)
}

// maxAlike is how many faults of one kind and reason are printed: whatever is behind them, it is one thing.
const maxAlike = 10

func printFaults(out io.Writer, faults []audit.Fault) {
	like := func(f audit.Fault) audit.Fault {
		f.Path = ""
		return f
	}
	alike := map[audit.Fault]int{}
	for _, f := range faults {
		alike[like(f)]++
	}
	printed := map[audit.Fault]int{}
	for _, f := range faults {
		kind := like(f)
		printed[kind]++
		switch n := printed[kind]; {
		case n <= maxAlike:
			fmt.Fprintf(out, "%s %s: %s [%s]\n", outcomeSigns[f.Outcome], document.Plain(f.Path), printable(f.Reason), f.Check)
		case n == alike[kind]:
			fmt.Fprintf(out, "%s and %d more files: %s [%s]\n", outcomeSigns[f.Outcome], n-maxAlike, printable(f.Reason), f.Check)
		}
	}
}

// plural is a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
