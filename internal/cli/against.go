package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"blazon/internal/diag"
	"blazon/internal/guard"
	"blazon/internal/layout"
	"blazon/internal/ledger"
	"blazon/internal/load"
)

// against is what check compares a project with.
type against struct {
	base      string // a revision
	exact     bool
	published string // a folder or a URL
}

func (a against) valid() error {
	if a.exact && a.base == "" {
		return usageError("write check --base REVISION --exact", "--exact says how to take the revision of --base, and there is none")
	}
	return nil
}

// compare adds what publishing the project would break to its problems. A project is not compared while mistakes hide a
// part of it, which would count as gone.
func (a against) compare(ctx context.Context, sys System, p *project) error {
	if a.base == "" && a.published == "" {
		return nil
	}
	if !p.complete {
		fmt.Fprintln(sys.Err, "note: nothing is compared while mistakes hide a part of the project")
		return nil
	}
	if a.base != "" {
		if err := a.withRevision(ctx, sys, p); err != nil {
			return err
		}
	}
	if a.published != "" {
		lines, err := publishedLedger(ctx, sys, a.published)
		if err != nil {
			return err
		}
		p.problems = append(p.problems, guard.Published(lines, p.catalog)...)
	}
	p.problems = diag.Sort(p.problems)
	return nil
}

func (a against) withRevision(ctx context.Context, sys System, p *project) error {
	e, err := openEarlier(ctx, sys, load.Options{Pictures: p.seen}, p.dir, a.base, a.exact, p.catalog.Site.BaseURL)
	if err != nil {
		return err
	}
	defer e.close()
	compared, err := p.compare(e, "")
	if err != nil {
		return err
	}
	e.tell(sys)
	p.problems = append(p.problems, compared.Problems()...)
	p.problems = append(p.problems, guard.Broken(e.broken)...)
	return nil
}

// publishedLedger reads the ledger of a published site.
func publishedLedger(ctx context.Context, sys System, from string) ([]ledger.Line, error) {
	var data []byte
	var err error
	place := strings.TrimSuffix(from, "/") + "/" + layout.Ledger
	if isURL(from) {
		data, err = fetchPublished(ctx, place, ledgerLimit)
		if u, e := url.Parse(place); e == nil {
			place = u.Redacted()
		}
	} else {
		place = filepath.Join(from, layout.Ledger)
		data, err = os.ReadFile(place)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, failed("name the folder that blazon build wrote, or the address of the site", "%s is not there", filepath.ToSlash(place))
	case err != nil:
		return nil, failed("", "couldn't read %s: %s", filepath.ToSlash(place), bare(err))
	}
	lines, err := ledger.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, failed("is it the site that blazon published?", "%s is no ledger: %s", filepath.ToSlash(place), err)
	}
	return lines, nil
}

// bare is an error without the path that the message has already.
func bare(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
