package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"

	"blazon/internal/layout"
)

// Port is what answers. Web, Site and Sites are Ports.
type Port interface {
	Get(ctx context.Context, address, accept string) (*Answer, error)
}

var _ = []Port{(*Web)(nil), Site{}, Sites{}, Nothing{}}

// Nothing is a Port that asks nobody.
type Nothing struct{}

// Get refuses everything.
func (Nothing) Get(_ context.Context, address, _ string) (*Answer, error) {
	return nil, &Error{address, Refused, "nothing is fetched"}
}

// fileLimit is the size of the largest file that a Site answers with.
const fileLimit = 64 << 20

// Site answers the URLs below a base from a folder, as a static host would: a folder by its index.html, and with a
// redirect where the URL lacks the slash at its end; media types by extension; 404 for everything that is not there.
type Site struct {
	Base  string // without a slash at the end
	Files fs.FS
}

// Path is the name of the file that answers a URL, whether it is there or not. It is false for URLs outside of the base.
func (s Site) Path(address string) (string, bool) {
	u, err := parse(address)
	if err != nil {
		return "", false
	}
	base, err := parse(s.Base)
	if err != nil || base.Scheme != u.Scheme || !strings.EqualFold(base.Host, u.Host) {
		return "", false
	}
	rest, ok := strings.CutPrefix(u.EscapedPath(), strings.TrimSuffix(base.EscapedPath(), "/"))
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	name, err := url.PathUnescape(strings.TrimPrefix(rest, "/"))
	if err != nil {
		return "", false
	}
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	return name, true
}

// Get answers from the folder. The error is an *Error: a URL outside of the base (Refused), or a file that cannot be read.
func (s Site) Get(_ context.Context, address, _ string) (*Answer, error) {
	name, ok := s.Path(address)
	if !ok {
		return nil, &Error{address, Refused, "not below " + s.Base}
	}
	at := WithoutFragment(address)
	missing := &Answer{Status: 404, URL: at, Type: layout.Type(layout.NotFound)}
	if !fs.ValidPath(name) || strings.Contains(name, `\`) {
		return missing, nil
	}
	if info, err := fs.Stat(s.Files, name); err == nil && info.IsDir() {
		name, at = name+"/index.html", at+"/"
	} else if err == nil && !info.Mode().IsRegular() {
		return nil, &Error{address, Unreachable, name + " is no plain file"} // a pipe would be waited for
	}
	body, err := read(s.Files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missing, nil
	case err != nil:
		return nil, &Error{address, Unreachable, fmt.Sprintf("couldn't read %s: %s", name, plain(err))}
	}
	return &Answer{Status: 200, URL: at, Type: layout.Type(name), Body: body}, nil
}

func read(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, fileLimit+1))
	if err == nil && len(body) > fileLimit {
		return nil, fmt.Errorf("larger than %d MiB", fileLimit>>20)
	}
	return body, err
}

// plain is an error without the name of the file, which its message gives already.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// Sites answers from the site with the longest base that fits, and asks Next for everything else.
type Sites struct {
	Sites []Site
	Next  Port // nil: nothing else is fetched
}

// Get answers from one of the sites or from Next.
func (s Sites) Get(ctx context.Context, address, accept string) (*Answer, error) {
	var best *Site
	for i := range s.Sites {
		if _, ok := s.Sites[i].Path(address); ok && (best == nil || len(s.Sites[i].Base) > len(best.Base)) {
			best = &s.Sites[i]
		}
	}
	if best != nil {
		return best.Get(ctx, address, accept)
	}
	if s.Next == nil {
		return nil, &Error{address, Refused, "nothing is fetched from outside of the site"}
	}
	return s.Next.Get(ctx, address, accept)
}
