package serve

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"blazon/internal/hosting"
)

// knows reports whether a request may name this host.
func (h *Handler) knows(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"), "."))
	return h.hosts[host] || h.opts.AnyAddress && net.ParseIP(host) != nil
}

func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// redirect sends a browser on. No copy is kept: another project may be served at this address tomorrow.
func redirect(w http.ResponseWriter, r *http.Request, path string) {
	to := url.URL{Path: path, RawQuery: r.URL.RawQuery}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to.String())
	w.WriteHeader(http.StatusMovedPermanently)
}

// navigates reports whether a request is that of a browser for a page to show. No script can make such a request, so that
// what is added to pages is nothing that another site's page might read.
func navigates(r *http.Request) bool {
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

func isPage(published string) bool {
	return strings.HasPrefix(hosting.Of(published).Type, "text/html")
}

// send answers with a file as a host does.
func (s *state) send(w http.ResponseWriter, r *http.Request, a answer) {
	header := w.Header()
	for _, h := range hosting.Of(a.published).Headers() {
		header.Set(h.Name, h.Value)
	}
	body := a.body
	if isPage(a.published) {
		header.Set("Vary", "Accept, Sec-Fetch-Mode")
		if navigates(r) {
			body = inject(body, s.piece(a))
		}
	}
	if a.status == http.StatusOK {
		header.Set("ETag", `"`+digest(body)+`"`)
		// The time is left out: that of the file is when somebody built it.
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
		return
	}
	write(w, r, a.status, body)
}

// write answers with bytes that have no address of their own, whatever conditions the request has.
func write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func digest(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + " "))
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// unavailable answers where there is nothing to show but what is wrong.
func (s *state) unavailable(w http.ResponseWriter, r *http.Request, status int, p panel) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if !navigates(r) {
		header.Set("Content-Type", "text/plain; charset=utf-8")
		write(w, r, status, []byte(p.text))
		return
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	write(w, r, status, inject([]byte(emptyPage), s.piece(answer{status: status, panel: p})))
}

const emptyPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nothing to show yet</title>
</head>
<body>
</body>
</html>
`
