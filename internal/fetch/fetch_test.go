package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/fetch"
)

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"1.1.1.1": true, "93.184.215.14": true, "2606:4700::1111": true, "64:ff9b::101:101": true, "::ffff:1.1.1.1": true,
		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "100.64.0.1": false, "100.100.100.200": false, "127.0.0.1": false, "127.255.0.9": false,
		"169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false, "172.32.0.1": true, "192.0.0.192": false,
		"192.168.1.1": false, "198.18.0.1": false, "203.0.113.5": false, "224.0.0.1": false, "255.255.255.255": false, "168.63.129.16": false,
		"::": false, "::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false,
		"64:ff9b:1::101:101": false, "2002:7f00:1::": false, "2002:101:101::": false, "2001:0:1::1": false, "2001:db8::1": false,
		"fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false, "fec0::1": false, "3fff::1": false,
	} {
		assert.Equal(t, want, fetch.Public(netip.MustParseAddr(address)), address)
	}
	assert.False(t, fetch.Public(netip.Addr{}))
}

// serve starts a server on the loopback address that counts what it is asked.
func serve(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *int) {
	t.Helper()
	asked := new(int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked++
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s, asked
}

func kind(t *testing.T, err error) fetch.Kind {
	t.Helper()
	var e *fetch.Error
	require.ErrorAs(t, err, &e)
	assert.NotContains(t, e.Reason, "\n")
	return e.Kind
}

func TestAnswer(t *testing.T) {
	s, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, fetch.JSON, r.Header.Get("Accept"))
		assert.Equal(t, "blazon", r.Header.Get("User-Agent"))
		assert.Empty(t, r.Header.Get("Referer"))
		assert.Empty(t, r.Header.Get("Authorization"))
		assert.Empty(t, r.Header.Get("Cookie"))
		switch r.URL.Path {
		case "/from":
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
			http.Redirect(w, r, "/to", http.StatusFound)
		case "/to":
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte("{}"))
		case "/gone":
			w.WriteHeader(http.StatusGone)
			_, _ = w.Write([]byte(`{"revoked":true}`))
		case "/broken":
			w.WriteHeader(http.StatusBadGateway)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	web := fetch.NewWeb(fetch.Options{Private: true})
	a, err := web.Get(t.Context(), s.URL+"/from#part", fetch.JSON)
	require.NoError(t, err)
	require.NoError(t, a.Err())
	assert.Equal(t, fetch.Answer{Status: 200, URL: s.URL + "/to", Type: "application/json", Body: []byte("{}")}, *a)

	a, err = web.Get(t.Context(), s.URL+"/gone", fetch.JSON)
	require.NoError(t, err)
	assert.Equal(t, fetch.Missing, kind(t, a.Err()))
	assert.JSONEq(t, `{"revoked":true}`, string(a.Body), "the body of a 410 says why")

	for path, want := range map[string]fetch.Kind{"/nothing": fetch.Missing, "/broken": fetch.Unreachable} {
		a, err = web.Get(t.Context(), s.URL+path, fetch.JSON)
		require.NoError(t, err)
		assert.Equal(t, want, kind(t, a.Err()))
	}
}

func TestRefusesLocalAddresses(t *testing.T) {
	s, asked := serve(t, func(http.ResponseWriter, *http.Request) {})
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	for _, address := range []string{
		s.URL, "http://localhost" + port, "http://127.0.0.2" + port, "http://0.0.0.0" + port, "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port,
		"http://169.254.169.254/latest/meta-data/", "http://2130706433" + port, "http://0x7f.1" + port, "http://127.1" + port,
	} {
		// Short, because some of these are names that a resolver may be asked for.
		_, err := fetch.NewWeb(fetch.Options{HTTP: true, Timeout: 2 * time.Second}).Get(t.Context(), address, fetch.Any)
		assert.NotEqual(t, fetch.Missing, kind(t, err), address)
	}
	for _, address := range []string{s.URL, "http://localhost" + port} {
		_, err := fetch.NewWeb(fetch.Options{HTTP: true}).Get(t.Context(), address, fetch.Any)
		assert.Equal(t, fetch.Refused, kind(t, err), address)
		assert.ErrorContains(t, err, "private, local or reserved")
	}
	assert.Zero(t, *asked, "a local server was asked")
}

// TestRedirectsAreChecked: a server that may be asked cannot send the program to one that may not. The names stand for
// hosts of which a resolver would say where they are.
func TestRedirectsAreChecked(t *testing.T) {
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		to := r.URL.Query().Get("to")
		if to == "" {
			return
		}
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
	})
	web := fetch.NewWeb(fetch.Options{Private: true})
	for to, reason := range map[string]string{
		"file:///etc/passwd":             "not an http or https URL",
		"ftp://example.org/":             "not an http or https URL",
		"http://user:s3cret@example.org": "user name",
		"http://1.1.1.1/":                "plain http",
	} {
		_, err := web.Get(t.Context(), s.URL+"/?to="+to, fetch.Any)
		require.Equal(t, fetch.Refused, kind(t, err), to)
		assert.ErrorContains(t, err, reason)
		assert.NotContains(t, err.Error(), "s3cret")
	}
	*asked = 0
	_, err := web.Get(t.Context(), s.URL+"/?to=/%3Fto=/", fetch.Any)
	require.NoError(t, err)
	assert.Equal(t, 3, *asked)
	loop, count := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) })
	_, err = web.Get(t.Context(), loop.URL, fetch.Any)
	assert.Equal(t, fetch.Refused, kind(t, err))
	assert.Equal(t, 6, *count)
	_, err = fetch.NewWeb(fetch.Options{Private: true, Redirects: -1}).Get(t.Context(), loop.URL, fetch.Any)
	assert.Equal(t, fetch.Refused, kind(t, err))
	assert.Equal(t, 7, *count)
}

// TestPlainHTTP: a public host is asked over https only, also after a redirect from a private one.
func TestPlainHTTP(t *testing.T) {
	_, err := fetch.NewWeb(fetch.Options{}).Get(t.Context(), "http://example.org/", fetch.Any)
	assert.Equal(t, fetch.Refused, kind(t, err))
	for _, address := range []string{"http://1.1.1.1/", "http://[2606:4700::1111]/"} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_, err = fetch.NewWeb(fetch.Options{Private: true}).Get(ctx, address, fetch.Any)
		cancel()
		assert.Equal(t, fetch.Refused, kind(t, err), address)
		assert.ErrorContains(t, err, "plain http")
	}
}

func TestLimits(t *testing.T) {
	s, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.Copy(z, io.LimitReader(zeros{}, 1<<20))
			_ = z.Close()
		case "/long":
			_, _ = w.Write(bytes.Repeat([]byte("a"), 1001))
		case "/fits":
			_, _ = w.Write(bytes.Repeat([]byte("a"), 1000))
		case "/slow":
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}
	})
	web := fetch.NewWeb(fetch.Options{Private: true, Size: 1000, Timeout: 500 * time.Millisecond})
	for _, path := range []string{"/bomb", "/long"} {
		_, err := web.Get(t.Context(), s.URL+path, fetch.Any)
		assert.Equal(t, fetch.Refused, kind(t, err), path)
	}
	a, err := web.Get(t.Context(), s.URL+"/fits", fetch.Any)
	require.NoError(t, err)
	assert.Len(t, a.Body, 1000)
	_, err = web.Get(t.Context(), s.URL+"/slow", fetch.Any)
	assert.Equal(t, fetch.Unreachable, kind(t, err))
	assert.ErrorContains(t, err, "in time")
	s.Close()
	_, err = web.Get(t.Context(), s.URL, fetch.Any)
	assert.Equal(t, fetch.Unreachable, kind(t, err))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := fetch.NewWeb(fetch.Options{Private: true}).Get(t.Context(), s.URL, fetch.Any)
	assert.Equal(t, fetch.Unreachable, kind(t, err), "a certificate that nobody vouches for")
	assert.ErrorContains(t, err, "certificate")
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	a, err := fetch.NewWeb(fetch.Options{Private: true, TLS: &tls.Config{RootCAs: pool}}).Get(t.Context(), s.URL, fetch.Any)
	require.NoError(t, err)
	assert.Equal(t, "hello", string(a.Body))
}

func TestURLs(t *testing.T) {
	web := fetch.NewWeb(fetch.Options{})
	for _, address := range []string{"", "x", "/x", "https://", "https:x", "file:///etc/passwd", "data:,x", "https://a:b@example.org/", "https://" + strings.Repeat("a", 9000), "https://exa mple.org", "\x00"} {
		_, err := web.Get(t.Context(), address, fetch.Any)
		assert.Equal(t, fetch.Refused, kind(t, err), address)
		assert.Less(t, len(err.Error()), 400)
	}
}

func TestSite(t *testing.T) {
	site := fetch.Site{Base: "https://example.org/badges", Files: fstest.MapFS{
		"index.html": {Data: []byte("home")}, "a/index.html": {Data: []byte("a")}, "a/b.json": {Data: []byte("{}")},
		"a/ü.png": {Data: []byte("u")}, "a/c.jwt": {}, ".well-known/did.json": {}, "pipe.json": {Mode: fs.ModeNamedPipe},
	}}
	_, err := site.Get(t.Context(), "https://example.org/badges/pipe.json", fetch.Any)
	assert.Equal(t, fetch.Unreachable, kind(t, err))
	for address, want := range map[string]fetch.Answer{
		"https://example.org/badges":              {Status: 200, URL: "https://example.org/badges", Type: "text/html; charset=utf-8", Body: []byte("home")},
		"https://example.org/badges/":             {Status: 200, URL: "https://example.org/badges/", Type: "text/html; charset=utf-8", Body: []byte("home")},
		"https://EXAMPLE.org/badges/a":            {Status: 200, URL: "https://EXAMPLE.org/badges/a/", Type: "text/html; charset=utf-8", Body: []byte("a")},
		"https://example.org/badges/a/b.json#x":   {Status: 200, URL: "https://example.org/badges/a/b.json", Type: "application/json", Body: []byte("{}")},
		"https://example.org/badges/a/%C3%BC.png": {Status: 200, URL: "https://example.org/badges/a/%C3%BC.png", Type: "image/png", Body: []byte("u")},
		"https://example.org/badges/a/c.jwt?x=y":  {Status: 200, URL: "https://example.org/badges/a/c.jwt?x=y", Type: "text/plain", Body: []byte{}},
	} {
		a, err := site.Get(t.Context(), address, fetch.Any)
		require.NoError(t, err, address)
		assert.Equal(t, want, *a)
	}
	for _, address := range []string{
		"https://example.org/badges/b", "https://example.org/badges/a/B.json", "https://example.org/badges/../etc", "https://example.org/badges/%2e%2e/x",
		"https://example.org/badges/a//b.json", `https://example.org/badges/a%5Cb.json`, "https://example.org/badges/a/b.json/",
	} {
		a, err := site.Get(t.Context(), address, fetch.Any)
		require.NoError(t, err, address)
		assert.Equal(t, 404, a.Status, address)
	}
	for _, address := range []string{"https://example.org/badges2", "http://example.org/badges/", "https://example.org/", "https://other.example.org/badges/", "did:web:example.org"} {
		_, err := site.Get(t.Context(), address, fetch.Any)
		assert.Equal(t, fetch.Refused, kind(t, err), address)
	}
}

func TestSites(t *testing.T) {
	page := func(text string) fstest.MapFS { return fstest.MapFS{"x": {Data: []byte(text)}} }
	sites := fetch.Sites{Sites: []fetch.Site{{Base: "https://example.org", Files: page("short")}, {Base: "https://example.org/a", Files: page("long")}}}
	for address, want := range map[string]string{"https://example.org/x": "short", "https://example.org/a/x": "long"} {
		a, err := sites.Get(t.Context(), address, fetch.Any)
		require.NoError(t, err)
		assert.Equal(t, want, string(a.Body))
	}
	_, err := sites.Get(t.Context(), "https://example.net/", fetch.Any)
	assert.Equal(t, fetch.Refused, kind(t, err))
	sites.Next = fetch.Nothing{}
	_, err = sites.Get(t.Context(), "https://example.net/", fetch.Any)
	assert.Equal(t, fetch.Refused, kind(t, err))
	_, err = sites.Get(t.Context(), "https://example.org/y", fetch.Any)
	require.NoError(t, err)
	var e *fetch.Error
	assert.False(t, errors.As(err, &e))
}

// FuzzSite asks a site for every address: no answer comes from outside of the folder, and only 200 has a body.
func FuzzSite(f *testing.F) {
	for _, address := range []string{"https://example.org/badges/", "https://example.org/badges/a/../../etc/passwd", "https://example.org/badges/%2e%2e%2fx", "https://example.org/badges/a%00b",
		"https://example.org//badges", "https://example.org/badges?x#y", "https://u:p@example.org/badges/a", "https://example.org:443/badges/a", "HTTPS://EXAMPLE.ORG/badges/a", `https://example.org/badges/\..\x`, "::", "https://[::1]/"} {
		f.Add(address)
	}
	site := fetch.Site{Base: "https://example.org/badges", Files: fstest.MapFS{"index.html": {Data: []byte("home")}, "a": {Data: []byte("a")}}}
	f.Fuzz(func(t *testing.T, address string) {
		a, err := site.Get(t.Context(), address, fetch.Any)
		if err != nil {
			var e *fetch.Error
			require.ErrorAs(t, err, &e)
			return
		}
		if a.Status != 200 {
			require.Equal(t, 404, a.Status)
			require.Empty(t, a.Body)
			return
		}
		require.Contains(t, []string{"home", "a"}, string(a.Body))
		name, ok := site.Path(address)
		require.True(t, ok)
		require.True(t, fs.ValidPath(name))
	})
}
