package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The ledger of a published site is fetched, from where it may be and within limits.
func TestPublishedURL(t *testing.T) {
	t.Parallel()
	r := guardedRepo(t)
	code, _, said := r.blazon("build")
	require.Zero(t, code, said)
	text := r.read("public/ledger.txt")
	mux := http.NewServeMux()
	answer := func(path, text string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) })
	}
	answer("/site/ledger.txt", text)
	answer("/page/ledger.txt", "<!doctype html>\n")
	mux.Handle("/moved/ledger.txt", http.RedirectHandler("/site/ledger.txt", http.StatusFound))
	mux.Handle("/round/ledger.txt", http.RedirectHandler("/round/ledger.txt", http.StatusFound))
	mux.Handle("/away/ledger.txt", http.RedirectHandler("http://badges.example.org/ledger.txt", http.StatusFound))
	server := httptest.NewServer(mux)
	defer server.Close()

	for path, want := range map[string]string{
		"/page":  "is no ledger: line 1",
		"/none":  "there is nothing (404)",
		"/round": "redirect",
		"/away":  "couldn't read",
	} {
		code, out, said := r.blazon("check", "--published", server.URL+path)
		assert.Equal(t, 3, code, path)
		assert.Empty(t, out)
		assert.Contains(t, said, want, path)
	}
	for _, url := range []string{"http://badges.example.org", "ftp://badges.example.org", "file:///etc", "https://name:secret@badges.example.org", "https://"} {
		code, _, said := r.blazon("check", "--published", url)
		assert.Equal(t, 3, code, url)
		assert.NotContains(t, said, "secret")
	}
	code, problems := r.check("--published", server.URL+"/site/")
	assert.Zero(t, code, "%v", problems)
	r.change(spring, "ada@example.org", "eve@example.org")
	for _, path := range []string{"/site", "/moved"} {
		code, problems = r.check("--published", server.URL+path)
		assert.Equal(t, 1, code)
		require.Len(t, problems, 1)
		assert.Equal(t, "award-changed", problems[0].Rule)
	}

	// Both comparisons at once, each with its own finding.
	code, problems = r.check("--published", server.URL+"/site", "--base", "HEAD")
	assert.Equal(t, 1, code)
	assert.Len(t, problems, 2)
}
