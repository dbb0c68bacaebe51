// Package serve answers requests for a site that is still being written: from the last plan that could be made, with the
// headers that internal/hosting asks of a host. It adds to pages that a browser opens what a preview needs, and to nothing
// else: what is wrong with the project, and a script that loads the page anew when it has changed. Without that piece a
// page is byte for byte what build writes.
//
// Pages state a policy that lets them ask nobody anything but for scripts, styles and pictures. So the script that is
// added has a worker do the asking: a worker has a policy of its own.
package serve

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"blazon/internal/diag"
	"blazon/internal/layout"
	"blazon/internal/plan"
)

// Site is a state of the project.
type Site struct {
	// Plan is what build would publish; nil where the project has mistakes. Then the site before stays.
	Plan *plan.Plan
	// Prefix is the path of the base URL, under which the site is served as well: empty, or such as "/badges".
	Prefix string
	// Provisional are the ids of awards that are not stamped: their pages say so.
	Provisional map[string]bool
	// Problems is what is wrong with the project; warnings are not shown in pages.
	Problems []diag.Problem
	// Source reads a file of the project for the lines that problems are about; may be nil.
	Source func(file string) ([]byte, error)
}

// Handler serves the site that it was given last. Set and Close may be called while it answers.
type Handler struct {
	opts  Options
	hosts map[string]bool

	setting sync.Mutex // of those who call Set
	state   atomic.Pointer[state]
	done    chan struct{}
	closing sync.Once
}

// state is what requests are answered from. It is replaced whole.
type state struct {
	version     int
	plan        *plan.Plan // the last good one; nil before there was one
	before      *plan.Plan // the one before that, for what this one turns out to be unable to make; may be nil
	prefix      string
	provisional map[string]bool
	problems    panel
	source      func(file string) ([]byte, error)
	next        chan struct{} // closed when another state takes this one's place

	mu       sync.Mutex
	failures map[string]bool // that were told already
}

// Options say how to serve.
type Options struct {
	// Hosts are the names and addresses that a request may name as its host besides localhost and the loopback addresses.
	// A page of another site cannot then reach the server by having its own name lead here (DNS rebinding).
	Hosts []string
	// AnyAddress lets a request name any IP address: where the server listens on all addresses of the machine.
	AnyAddress bool
	// Failed is told once for each state when a file of the plan cannot be made; may be nil.
	Failed func(problem diag.Problem)
	// Explain words the failure of a producer; may be nil.
	Explain func(published string, err error) diag.Problem
}

// New returns a handler that has no site yet.
func New(opts Options) *Handler {
	h := &Handler{opts: opts, hosts: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}, done: make(chan struct{})}
	for _, name := range opts.Hosts {
		h.hosts[strings.ToLower(name)] = true
	}
	h.state.Store(&state{next: make(chan struct{})})
	return h
}

// Set gives the handler a new state of the project, and tells the pages that are open.
func (h *Handler) Set(site Site) {
	h.setting.Lock()
	defer h.setting.Unlock()
	last := h.state.Load()
	s := &state{version: last.version + 1, plan: site.Plan, before: last.plan, prefix: site.Prefix, provisional: site.Provisional,
		problems: newPanel(site.Problems, site.Source), source: site.Source, next: make(chan struct{})}
	if s.plan == nil {
		s.plan, s.before, s.prefix, s.provisional = last.plan, last.before, last.prefix, last.provisional
	}
	h.state.Store(s)
	close(last.next)
}

// Close ends the answers that would not end by themselves. It may be called more than once.
func (h *Handler) Close() { h.closing.Do(func() { close(h.done) }) }

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.knows(r.Host) {
		refuse(w, http.StatusForbidden, "blazon serve does not answer for this host name. Open it as localhost, or name the host with --host.")
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "Only GET and HEAD are answered.")
		return
	}
	if name, ok := strings.CutPrefix(r.URL.Path, reserved); ok {
		h.own(w, r, name)
		return
	}
	s := h.state.Load()
	if s.plan == nil {
		s.unavailable(w, r, http.StatusServiceUnavailable, s.problems)
		return
	}
	if to := s.redirect(r.URL.Path); to != "" {
		redirect(w, r, to)
		return
	}
	a := h.answer(s, r.URL.Path)
	if a.err != nil {
		s.unavailable(w, r, http.StatusInternalServerError, a.panel)
		return
	}
	s.send(w, r, a)
}

// answer is what a path is answered with.
type answer struct {
	status    int
	published string // the path of the file
	body      []byte
	panel     panel // what is wrong, for a page
	err       error // why there is no body
}

// answer finds what a URL's path is answered with: the file, or the site's page for what is not there.
func (h *Handler) answer(s *state, path string) answer {
	a := answer{status: http.StatusOK, panel: s.problems}
	rest, ok := strings.CutPrefix(path, s.prefix+"/")
	if a.published = rest; rest == "" || strings.HasSuffix(rest, "/") {
		a.published += layout.Home
	}
	o, found := s.plan.Lookup(a.published)
	if !ok || !found {
		a.status, a.published = http.StatusNotFound, layout.NotFound
		o, found = s.plan.Lookup(layout.NotFound)
	}
	if !found {
		a.body = []byte("Not found.\n")
		return a
	}
	if a.body, a.err = produce(o); a.err == nil {
		return a
	}
	failure := h.explain(a.published, a.err)
	if s.first(failure) && h.opts.Failed != nil {
		h.opts.Failed(failure)
	}
	a.panel = a.panel.and(newPanel([]diag.Problem{failure}, s.source))
	if s.before != nil {
		if o, ok := s.before.Lookup(a.published); ok {
			if body, err := produce(o); err == nil {
				a.body, a.err = body, nil
			}
		}
	}
	return a
}

// explain words the failure of a producer.
func (h *Handler) explain(published string, err error) diag.Problem {
	if h.opts.Explain != nil {
		return h.opts.Explain(published, err)
	}
	return diag.Problem{Message: fmt.Sprintf("couldn't make %s: %s", published, err)}
}

// first reports whether a failure is new to this state.
func (s *state) first(failure diag.Problem) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failures[failure.Message] {
		return false
	}
	if s.failures == nil {
		s.failures = make(map[string]bool)
	}
	s.failures[failure.Message] = true
	return true
}

// produce makes a file. A producer that panics is a mistake in the program, and no reason to leave a page without one.
func produce(o plan.Output) (data []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a mistake in blazon: %v", p)
		}
	}()
	return o.Make()
}

// Probe makes one page of each kind, for mistakes that only show when a page is made, and calls failed for each that
// cannot be.
func Probe(p *plan.Plan, failed func(published string, err error)) {
	kinds := make(map[string]bool)
	for i := range p.Len() {
		published := p.Path(i)
		if !strings.HasSuffix(published, ".html") {
			continue
		}
		kind, below, _ := strings.Cut(published, "/")
		kind += fmt.Sprint(strings.Count(below, "/"), below == "")
		if kinds[kind] {
			continue
		}
		kinds[kind] = true
		if _, err := produce(p.At(i)); err != nil {
			failed(published, err)
		}
	}
}

// redirect is where a path leads that names no file: a folder without its slash, or the root above the site's prefix.
func (s *state) redirect(path string) string {
	if s.prefix != "" && (path == "/" || path == s.prefix) {
		return s.prefix + "/"
	}
	rest, ok := strings.CutPrefix(path, s.prefix+"/")
	if !ok || rest == "" || strings.HasSuffix(rest, "/") {
		return ""
	}
	if _, file := s.plan.Lookup(rest); file {
		return ""
	}
	if _, page := s.plan.Lookup(rest + "/" + layout.Home); page {
		return path + "/"
	}
	return ""
}
