// Package verify judges badges of strangers: Open Badges 0.5 to 2.0, hosted and signed, and 3.0, with embedded proofs and
// as JWTs. It follows the procedures of the standards and says of each check what came out and why.
//
//	v := verify.New(verify.Options{Fetch: web, Now: now})
//	report := v.Verify(ctx, verify.Target{Name: "badge.png", Data: image})
//	report.Verdict // valid, not valid, could not tell
//
// Data in, data out: it reads no files, asks no clock, and fetches through the Port that it is given only. What it is
// given is hostile until shown otherwise, so everything has limits, and what is wrong with the verifier itself is never
// said of the badge.
package verify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"blazon/internal/document"
	"blazon/internal/fetch"
	"blazon/internal/strictjson"
	"blazon/internal/verdict"
)

// Limits of what one badge may make the verifier do.
const (
	maxFetches      = 40 // documents asked for in one verification, all parts together
	maxEndorsements = 20 // endorsements of one badge that are looked at
	maxListed       = 20 // problems of one document that are listed
)

// Options say how to verify.
type Options struct {
	Fetch     fetch.Port // nil: nothing is fetched
	Now       time.Time  // the moment for which badges are judged
	Recipient string     // to whom it should have been awarded: an e-mail address, URL, telephone number or DID; may be empty
	// Contexts are JSON-LD contexts that are fetched, by URL, with the SHA-256 of their bytes in lower-case hexadecimal
	// digits: who controls a context decides what is signed. Those of the standards the program carries.
	Contexts map[string]string
}

// Verifier verifies one batch of badges. What they share (badge classes, issuers, keys, status lists) it fetches and checks
// once, so a Verifier should not live long. It may be used by several goroutines.
type Verifier struct {
	options Options
	shared  memo[*fetch.Answer]
	images  memo[string]
	lists   memo[*statusList]
	terms   *terms
}

// New makes a Verifier.
func New(o Options) *Verifier {
	if o.Fetch == nil {
		o.Fetch = fetch.Nothing{}
	}
	return &Verifier{options: o, terms: newTerms(o.Fetch, o.Contexts)}
}

// Target is what is to be verified.
type Target struct {
	Name string // a file's name for the report, or an http or https URL
	Data []byte // the file; nil: Name is a URL
}

// Verify judges one target. It always returns a report with a verdict: what goes wrong in the verifier itself, too, leads
// to "could not tell".
func (v *Verifier) Verify(ctx context.Context, t Target) (report *verdict.Report) {
	left := maxFetches
	n := &run{Verifier: v, report: &verdict.Report{Target: t.Name, Kind: "unknown"}, left: &left}
	defer func() {
		report = n.report
		if bug := recover(); bug != nil {
			// What was found so far may be wrong as well, so it does not count.
			report.Checks = nil
			report.Add(verdict.Program, verdict.Unknown, fmt.Sprintf("the verifier failed, which is a bug in it and says nothing about the badge: %s", document.Show(fmt.Sprint(bug))))
			report.Conclude()
		}
	}()
	n.target(ctx, t)
	n.conclude()
	return n.report
}

// run is the verification of one badge.
type run struct {
	*Verifier
	report *verdict.Report
	left   *int // documents that may still be fetched; shared by all parts of a verification
	depth  int  // how many badges this one is inside of
	holds  bool // it is no badge itself, but holds some
}

// part begins the report on a badge inside of this one.
func (n *run) part(name, kind string) *run {
	p := &run{Verifier: n.Verifier, report: &verdict.Report{Target: name, Kind: kind}, left: n.left, depth: n.depth + 1}
	n.report.Parts = append(n.report.Parts, p.report)
	return p
}

// conclude sorts the checks and sets the verdict. Nothing is valid only because nothing was found against it: either it
// stood where its issuer publishes, or a key of the issuer's signed it.
func (n *run) conclude() {
	r := n.report
	signed := r.Has(verdict.Signature, verdict.Pass) && r.Has(verdict.Key, verdict.Pass)
	hosted := r.Has(verdict.Hosting, verdict.Pass) && r.Has(verdict.Scope, verdict.Pass)
	if !n.holds && !signed && !hosted && !r.Any(verdict.Fail) && !r.Any(verdict.Unknown) {
		n.unknown(verdict.Program, "nothing shows that it comes from its issuer")
	}
	sortChecks(r)
	r.Conclude()
}

func (n *run) add(id verdict.ID, o verdict.Outcome, format string, args []any) {
	n.report.Add(id, o, fmt.Sprintf(format, args...))
}
func (n *run) pass(id verdict.ID, format string, args ...any) { n.add(id, verdict.Pass, format, args) }
func (n *run) fail(id verdict.ID, format string, args ...any) { n.add(id, verdict.Fail, format, args) }
func (n *run) unknown(id verdict.ID, format string, args ...any) {
	n.add(id, verdict.Unknown, format, args)
}
func (n *run) skip(id verdict.ID, format string, args ...any) {
	n.add(id, verdict.Skipped, format, args)
}
func (n *run) note(id verdict.ID, format string, args ...any) { n.add(id, verdict.Note, format, args) }

// problem notes an error in getting or reading something that has to be there: it fails where the error says something
// about what was asked for, and is unknown where it only says that it could not be had.
func (n *run) problem(id verdict.ID, what string, err error) {
	if tells(err) {
		n.fail(id, "%s %s", what, reason(err))
		return
	}
	n.unknown(id, "%s %s", what, reason(err))
}

// tells reports whether an error says that something is wrong, and not just that it could not be looked at.
func tells(err error) bool {
	var f *fetch.Error
	if errors.As(err, &f) {
		return f.Kind == fetch.Missing
	}
	return !errors.Is(err, strictjson.ErrLimit) && !errors.Is(err, context.Canceled)
}

// reason is an error in the words that go behind the name of what it is about.
func reason(err error) string {
	var f *fetch.Error
	if errors.As(err, &f) {
		verb := "could not be had from"
		if f.Kind == fetch.Missing {
			verb = "is not at"
		}
		return fmt.Sprintf("%s %s: %s", verb, document.Show(f.URL), f.Reason)
	}
	return err.Error()
}

// get asks for a document, and counts.
func (n *run) get(ctx context.Context, address, accept string) (*fetch.Answer, error) {
	if *n.left--; *n.left < 0 {
		return nil, &fetch.Error{URL: address, Kind: fetch.Refused, Reason: fmt.Sprintf("one badge may ask for %d documents", maxFetches)}
	}
	return n.options.Fetch.Get(ctx, fetch.WithoutFragment(address), accept)
}

// share gets a document that other badges of the batch may need too. The error is a *fetch.Error where it is not there.
func (n *run) share(ctx context.Context, address string) (*fetch.Answer, error) {
	key := fetch.WithoutFragment(address)
	if !n.shared.has(key) {
		if *n.left--; *n.left < 0 {
			return nil, &fetch.Error{URL: address, Kind: fetch.Refused, Reason: fmt.Sprintf("one badge may ask for %d documents", maxFetches)}
		}
	}
	return n.shared.do(key, func() (*fetch.Answer, error) {
		a, err := n.options.Fetch.Get(ctx, key, fetch.JSON)
		if err == nil {
			err = a.Err()
		}
		return a, err
	})
}

// document gets and reads a shared JSON document.
func (n *run) document(ctx context.Context, address string) (document.Object, error) {
	a, err := n.share(ctx, address)
	if err != nil {
		return nil, err
	}
	return document.Read(a.Body)
}

// memo makes each value once.
type memo[T any] struct{ made sync.Map }

func (m *memo[T]) has(key string) bool {
	_, ok := m.made.Load(key)
	return ok
}

func (m *memo[T]) do(key string, compute func() (T, error)) (T, error) {
	made, ok := m.made.Load(key)
	if !ok {
		made, _ = m.made.LoadOrStore(key, sync.OnceValues(compute))
	}
	return made.(func() (T, error))()
}
