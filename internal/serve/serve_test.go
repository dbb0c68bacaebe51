package serve_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/build"
	"blazon/internal/diag"
	"blazon/internal/hosting"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/plan"
	"blazon/internal/serve"
	"blazon/site"
	"blazon/templates"
)

const page = "<!doctype html>\n<html><head><title>x</title></head>\n<body><h1>Hello</h1></body>\n</html>\n"

func text(path, body string) plan.Output {
	return plan.Output{Path: path, Make: func() ([]byte, error) { return []byte(body), nil }}
}

func made(t *testing.T, outputs ...plan.Output) *plan.Plan {
	t.Helper()
	p, err := plan.New(outputs)
	require.NoError(t, err)
	return p
}

// small is a site of a few files.
func small(t *testing.T, more ...plan.Output) *plan.Plan {
	t.Helper()
	return made(t, append(more, text("index.html", page), text("404.html", page+"<!-- not there -->"), text("badges/index.html", page),
		text("badges/über uns/index.html", page), text("badges/x/class.json", "{}"), text("badges/x/image.svg", "<svg/>"), text("style.css", "p{}"), text("_headers", "/*\n"))...)
}

// ask sends a request, with header fields given as name and value in turn.
func ask(h http.Handler, method, target string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i] == "Host" {
			r.Host = fields[i+1]
			continue
		}
		r.Header.Set(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func get(h http.Handler, path string, fields ...string) *httptest.ResponseRecorder {
	return ask(h, http.MethodGet, "http://localhost:8080"+path, fields...)
}

// browse is what a browser asks when it opens a page.
func browse(h http.Handler, path string) *httptest.ResponseRecorder {
	return get(h, path, "Accept", "text/html,*/*;q=0.8", "Sec-Fetch-Mode", "navigate")
}

var piece = regexp.MustCompile(`(?s)<!-- blazon serve -->.*<!-- /blazon serve -->`)

// project plans a project as build does.
func project(t *testing.T, baseURL string) (*plan.Plan, []diag.Problem) {
	t.Helper()
	repository, err := input.OpenFolder("../..")
	require.NoError(t, err)
	t.Cleanup(func() { repository.Close() })
	loaded, err := load.Load(repository)
	require.NoError(t, err)
	if baseURL != "" {
		loaded.Catalog.Site.BaseURL = baseURL
	}
	art, err := os.ReadFile("../../content/badges/go-basics.png")
	require.NoError(t, err)
	return build.Plan(loaded.Catalog, build.Inputs{Project: repository, Templates: templates.FS, Assets: site.FS, Pictures: onePicture(art)})
}

// onePicture is taken for every picture that would be drawn or reduced, which takes long and is not what is tested here.
type onePicture []byte

func (p onePicture) Get([32]byte) ([]byte, bool) { return p, true }
func (p onePicture) Put([32]byte, []byte)        {}

// TestEveryPath: for every path of the plan, body and headers are what build publishes and what a host should send, and a
// page that a browser opens is that but for one piece. It stands at the base URL's path.
func TestEveryPath(t *testing.T) {
	for prefix, base := range map[string]string{"": "", "/school/badges": "https://example.org/school/badges"} {
		t.Run("at "+prefix+"/", func(t *testing.T) {
			p, problems := project(t, base)
			require.Empty(t, problems)
			h := serve.New(serve.Options{})
			h.Set(serve.Site{Plan: p, Prefix: prefix})
			pages := 0
			for _, o := range p.All() {
				want, err := o.Make()
				require.NoError(t, err)
				address := prefix + (&url.URL{Path: "/" + o.Path}).EscapedPath()
				if folder, ok := strings.CutSuffix(address, "/index.html"); ok {
					address = folder + "/"
				}
				w := get(h, address)
				require.Equal(t, http.StatusOK, w.Code, address)
				require.True(t, string(want) == w.Body.String(), "%s: another body", address)
				for _, header := range hosting.Of(o.Path).Headers() {
					assert.Equal(t, []string{header.Value}, w.Header()[header.Name], "%s: %s", address, header.Name)
				}
				tag := w.Header().Get("ETag")
				require.NotEmpty(t, tag)
				again := get(h, address, "If-None-Match", tag)
				assert.Equal(t, http.StatusNotModified, again.Code)
				assert.Empty(t, again.Body)

				browsed := browse(h, address)
				if !strings.HasSuffix(o.Path, ".html") {
					assert.Equal(t, string(want), browsed.Body.String(), "%s is no page", address)
					continue
				}
				pages++
				found := piece.FindAllString(browsed.Body.String(), -1)
				require.Len(t, found, 1, address)
				assert.True(t, string(want) == strings.Replace(browsed.Body.String(), found[0], "", 1), "%s: without the piece it is another page", address)
				for _, header := range hosting.Of(o.Path).Headers() {
					assert.Equal(t, []string{header.Value}, browsed.Header()[header.Name], "%s: %s", address, header.Name)
				}
				assert.NotEqual(t, tag, browsed.Header().Get("ETag"), "two bodies with one tag")
			}
			assert.Greater(t, pages, 50)
		})
	}
}

func TestAnswers(t *testing.T) {
	h := serve.New(serve.Options{})
	h.Set(serve.Site{Plan: small(t)})
	notThere := page + "<!-- not there -->"
	for _, tt := range []struct {
		path   string
		status int
		body   string
	}{
		{"/", 200, page}, {"/index.html", 200, page}, {"/badges/", 200, page}, {"/badges/index.html", 200, page}, {"/style.css?v=1", 200, "p{}"},
		{"/_headers", 200, "/*\n"}, {"/badges/%C3%BCber%20uns/", 200, page},
		{"/404.html", 200, notThere}, {"/nowhere", 404, notThere}, {"/nowhere/", 404, notThere}, {"/style.css/", 404, notThere},
		{"//", 404, notThere}, {"/badges//", 404, notThere}, {"/badges/x/", 404, notThere}, {"/badges/x", 404, notThere},
		{"/../content/site.yaml", 404, notThere}, {"/badges/..%2f..%2fgo.mod", 404, notThere}, {"/badges/%2e%2e/", 404, notThere}, {"/badges/x%00", 404, notThere},
	} {
		w := get(h, tt.path)
		assert.Equal(t, tt.status, w.Code, tt.path)
		assert.Equal(t, tt.body, w.Body.String(), tt.path)
		head := ask(h, http.MethodHead, "http://localhost"+tt.path)
		assert.Equal(t, tt.status, head.Code, tt.path)
		assert.Empty(t, head.Body.String(), tt.path)
		assert.Equal(t, w.Header(), head.Header(), tt.path)
		if tt.status == http.StatusNotFound {
			assert.Equal(t, 404, get(h, tt.path, "If-None-Match", "*").Code, "what is not there has no copy that is still good")
			assert.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
		}
	}
	for from, to := range map[string]string{"/badges": "/badges/", "/badges?x=1": "/badges/?x=1", "/badges/%C3%BCber%20uns": "/badges/%C3%BCber%20uns/"} {
		w := get(h, from)
		assert.Equal(t, http.StatusMovedPermanently, w.Code)
		assert.Equal(t, to, w.Header().Get("Location"))
		assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	}
	part := get(h, "/style.css", "Range", "bytes=1-2")
	assert.Equal(t, http.StatusPartialContent, part.Code)
	assert.Equal(t, "{}", part.Body.String())
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
		w := ask(h, method, "http://localhost/")
		assert.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
		assert.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
	}
}

func TestPrefix(t *testing.T) {
	h := serve.New(serve.Options{})
	h.Set(serve.Site{Plan: small(t), Prefix: "/school"})
	for from, to := range map[string]string{"/": "/school/", "/school": "/school/", "/school/badges": "/school/badges/"} {
		assert.Equal(t, to, get(h, from).Header().Get("Location"), from)
	}
	assert.Equal(t, 200, get(h, "/school/").Code)
	for _, outside := range []string{"/badges/", "/style.css", "/schoolbadges/", "/school/school/"} {
		assert.Equal(t, 404, get(h, outside).Code, outside)
	}
}

// TestHosts: a page of another site that has its own name lead to this machine learns nothing.
func TestHosts(t *testing.T) {
	h := serve.New(serve.Options{Hosts: []string{"Preview.example"}})
	h.Set(serve.Site{Plan: small(t)})
	for host, want := range map[string]int{
		"localhost": 200, "localhost:9999": 200, "LOCALHOST:8080": 200, "localhost.": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "[::1]": 200,
		"preview.example:8080": 200, "evil.example": 403, "evil.example:8080": 403, "localhost.evil.example": 403, "192.168.1.5": 403, "": 403, "127.0.0.1.evil.example:8080": 403,
	} {
		for _, path := range []string{"/", "/.blazon/serve.js", "/.blazon/state?path=/"} {
			w := get(h, path, "Host", host)
			assert.Equal(t, want, w.Code, "%q", host)
			if want == 403 {
				assert.NotContains(t, w.Body.String(), "Hello")
			}
		}
	}
	h = serve.New(serve.Options{Hosts: []string{"0.0.0.0"}, AnyAddress: true})
	h.Set(serve.Site{Plan: small(t)})
	assert.Equal(t, 200, get(h, "/", "Host", "192.168.1.5:8080").Code)
	assert.Equal(t, 403, get(h, "/", "Host", "evil.example").Code)
}

func TestPieceIsForBrowsersOnly(t *testing.T) {
	h := serve.New(serve.Options{})
	h.Set(serve.Site{Plan: small(t)})
	for name, fields := range map[string][]string{
		"a validator": {"Accept", "application/ld+json, application/json"}, "curl": {"Accept", "*/*"}, "nothing": nil,
		"a script that reads the page": {"Accept", "text/html", "Sec-Fetch-Mode", "cors"},
	} {
		assert.Equal(t, page, get(h, "/", fields...).Body.String(), name)
	}
	assert.Contains(t, browse(h, "/").Body.String(), "serve.js")
	assert.Contains(t, get(h, "/", "Accept", "text/html").Body.String(), "serve.js", "a browser that does not say what it wants it for")
	assert.Contains(t, browse(h, "/nowhere").Body.String(), "serve.js", "the page for what is not there")
	body := browse(h, "/").Body.String()
	assert.Less(t, strings.Index(body, "serve.js"), strings.Index(body, "</body>"))
}

var mistake = diag.Problem{Pos: diag.Pos{File: "content/site.yaml", Line: 2, Col: 1}, Rule: "unknown-key", Message: `unknown key "<script>" of ada@example.org`, Hint: "did you mean it?"}

func source(string) ([]byte, error) { return []byte("a: 1\n<b>: ada@example.org\n"), nil }

func TestProblems(t *testing.T) {
	h := serve.New(serve.Options{})
	h.Set(serve.Site{Problems: []diag.Problem{mistake}, Source: source})
	for path, body := range map[string]string{"/": browse(h, "/").Body.String(), "/x.json": get(h, "/x.json").Body.String()} {
		w := get(h, path)
		assert.Equal(t, http.StatusServiceUnavailable, w.Code, "there is nothing to show yet")
		assert.Contains(t, body, "content/site.yaml:2:1")
		assert.NotContains(t, body, "ada@")
	}
	body := browse(h, "/").Body.String()
	assert.Contains(t, body, "&lt;b&gt;: ***************")
	assert.NotContains(t, body, "<script>\"", "escaped")
	assert.NotContains(t, body, "<b>")

	h.Set(serve.Site{Plan: small(t)})
	assert.NotContains(t, browse(h, "/").Body.String(), "blazon-problems")
	h.Set(serve.Site{Problems: []diag.Problem{mistake}, Source: source})
	w := browse(h, "/")
	assert.Equal(t, http.StatusOK, w.Code, "the last good site stays")
	assert.Contains(t, w.Body.String(), "Hello")
	assert.Contains(t, w.Body.String(), "content/site.yaml:2:1")
	assert.Equal(t, page, get(h, "/").Body.String())
	warning := mistake
	warning.Severity = diag.Warning
	h.Set(serve.Site{Plan: small(t), Problems: []diag.Problem{warning}, Source: source})
	assert.NotContains(t, browse(h, "/").Body.String(), "blazon-problems", "warnings are for the terminal")

	var many []diag.Problem
	for range 50 {
		many = append(many, mistake)
	}
	h.Set(serve.Site{Problems: many, Source: source})
	body = browse(h, "/").Body.String()
	assert.Equal(t, 20, strings.Count(body, "content/site.yaml:2:1"))
	assert.Contains(t, body, "30 mistakes more")
}

// TestFailure: a file that cannot be made is as it was before, with the reason; where there was none, there is the reason.
func TestFailure(t *testing.T) {
	var told []string
	h := serve.New(serve.Options{Failed: func(p diag.Problem) { told = append(told, p.Message) }})
	bad := func(path string) plan.Output {
		return plan.Output{Path: path, Make: func() ([]byte, error) { return nil, errors.New("no such <field>") }}
	}
	panics := plan.Output{Path: "z/index.html", Make: func() ([]byte, error) { panic("at the disco") }}
	h.Set(serve.Site{Plan: made(t, text("about/index.html", page), text("404.html", page))})
	h.Set(serve.Site{Plan: made(t, bad("about/index.html"), bad("new/index.html"), bad("x.json"), panics, text("404.html", page))})
	for range 2 {
		w := browse(h, "/about/")
		assert.Equal(t, http.StatusOK, w.Code)
		assert.Contains(t, w.Body.String(), "Hello")
		assert.Contains(t, w.Body.String(), "no such &lt;field&gt;")
		for _, path := range []string{"/new/", "/z/"} {
			w = browse(h, path)
			assert.Equal(t, http.StatusInternalServerError, w.Code)
			assert.Contains(t, w.Body.String(), "serve.js", "it loads anew when it is mended")
			assert.Contains(t, w.Body.String(), "couldn&#39;t make")
		}
		w = get(h, "/x.json")
		assert.Equal(t, http.StatusInternalServerError, w.Code)
		assert.Contains(t, w.Body.String(), "no such <field>")
		assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
	}
	assert.Equal(t, []string{"couldn't make about/index.html: no such <field>", "couldn't make new/index.html: no such <field>",
		"couldn't make z/index.html: a mistake in blazon: at the disco", "couldn't make x.json: no such <field>"}, told, "each is told once")

	var found []string
	serve.Probe(made(t, bad("a/1/index.html"), bad("a/2/index.html"), bad("b/index.html"), text("c/index.html", page), bad("index.html"), bad("x.json"), panics),
		func(published string, err error) { found = append(found, published) })
	assert.Equal(t, []string{"a/1/index.html", "b/index.html", "index.html", "z/index.html"}, found)
}

func TestProvisionalNotice(t *testing.T) {
	h := serve.New(serve.Options{})
	h.Set(serve.Site{Plan: made(t, text("awards/aa/index.html", page), text("awards/bb/index.html", page), text("404.html", page)), Provisional: map[string]bool{"aa": true}})
	assert.Contains(t, browse(h, "/awards/aa/").Body.String(), "blazon-notice")
	assert.NotContains(t, browse(h, "/awards/bb/").Body.String(), "blazon-notice")
	assert.NotContains(t, browse(h, "/awards/").Body.String(), "blazon-notice")
}

func TestOwnFiles(t *testing.T) {
	h := serve.New(serve.Options{})
	h.Set(serve.Site{Plan: small(t)})
	own, err := os.ReadDir("client")
	require.NoError(t, err)
	require.Len(t, own, 3)
	for _, f := range own {
		w := get(h, "/.blazon/"+f.Name())
		assert.Equal(t, 200, w.Code, f.Name())
		data, err := os.ReadFile("client/" + f.Name())
		require.NoError(t, err)
		assert.Equal(t, string(data), w.Body.String())
		assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		assert.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
		assert.Equal(t, 403, get(h, "/.blazon/"+f.Name(), "Sec-Fetch-Site", "cross-site").Code)
	}
	assert.Equal(t, "text/javascript; charset=utf-8", get(h, "/.blazon/serve.js").Header().Get("Content-Type"))
	assert.Contains(t, get(h, "/.blazon/worker.js").Header().Get("Content-Security-Policy"), "connect-src 'self'")
	for _, none := range []string{"", "x", "../serve.go", "client/serve.js", "/serve.js", ".."} {
		assert.Equal(t, 404, get(h, "/.blazon/"+none).Code, none)
	}
	assert.Equal(t, 400, get(h, "/.blazon/state").Code)
	assert.Equal(t, 400, get(h, "/.blazon/state?path=%25zz").Code)
}
