package serve_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"blazon/internal/serve"
)

// FuzzRequest: whatever is asked, the answer is a file of the plan, the page for what is not there, or one of the server's
// own, and only for hosts that are known.
func FuzzRequest(f *testing.F) {
	p := []string{"/", "/index.html", "/school/", "/school/badges", "/school//", "/school/../x", "/.blazon/state?path=/", "/.blazon/state?path=%2e%2e%2f",
		"/.blazon/serve.js", "/.blazon/../serve.go", "/school/badges/%C3%BCber%20uns", "//evil.example/", "/school/\x00", "*"}
	for _, path := range p {
		f.Add(path, "localhost:8080", "GET", "navigate")
		f.Add(path, "evil.example", "HEAD", "")
	}
	f.Fuzz(func(t *testing.T, target, host, method, mode string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || strings.HasPrefix(u.Path, "/.blazon/events") {
			return // a stream does not end
		}
		h := serve.New(serve.Options{})
		h.Set(serve.Site{Plan: small(t), Prefix: "/school"})
		r := &http.Request{Method: method, URL: u, Host: host, Header: http.Header{"Sec-Fetch-Mode": {mode}}, Body: http.NoBody}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		switch body := w.Body.String(); w.Code {
		case http.StatusOK:
			if method != http.MethodGet && method != http.MethodHead {
				t.Fatalf("%s was answered", method)
			}
			if host := strings.ToLower(host); !strings.Contains(host, "localhost") && !strings.Contains(host, "127.0.0.1") && !strings.Contains(host, "::1") {
				t.Fatalf("%q was answered", host)
			}
		case http.StatusMovedPermanently:
			to, err := url.Parse(w.Header().Get("Location"))
			if err != nil || to.Host != "" || to.Scheme != "" || !strings.HasPrefix(to.Path, "/school") {
				t.Fatalf("%q leads to %q", target, w.Header().Get("Location"))
			}
		case http.StatusNotFound:
			if method == http.MethodGet && !strings.HasPrefix(u.Path, "/.blazon/") && !strings.Contains(body, "not there") {
				t.Fatalf("%q: another page: %q", target, body)
			}
		case http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusBadRequest, http.StatusNotModified, http.StatusPartialContent, http.StatusRequestedRangeNotSatisfiable:
		default:
			t.Fatalf("%q: %d", target, w.Code)
		}
	})
}
