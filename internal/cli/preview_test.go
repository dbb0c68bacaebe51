package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/build"
	"blazon/internal/diag"
	"blazon/internal/watch"
)

// patience is how long a change may take to be shown on a busy machine.
const patience = 30 * time.Second

// running is a preview of a folder, with a watcher and a server, as the command has them.
type running struct {
	t       *testing.T
	dir     string
	preview *preview
	server  *httptest.Server
	printed *printed
	end     func()
}

// printed is what the terminal shows.
type printed struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (p *printed) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(data)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.String()
}

// copyProject copies the small project of the command's scripts.
func copyProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../../cmd/blazon/testdata/project")))
	return dir
}

func run(t *testing.T, dir string) *running {
	t.Helper()
	r := &running{t: t, dir: dir, printed: &printed{}}
	sys := System{Out: r.printed, Err: r.printed, Now: time.Now}
	var folders []string
	for _, room := range rooms {
		folders = append(folders, filepath.Join(dir, room))
	}
	watcher, err := watch.Open(folders, watch.Options{})
	require.NoError(t, err)
	require.NoError(t, watcher.Polling())
	r.preview = newPreview(sys, serveOptions{dir: dir, host: "localhost"})
	require.NoError(t, r.preview.first())
	r.server = httptest.NewServer(r.preview.handler)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		watcher.Run(ctx, r.preview.rebuild, func(err error) { assert.NoError(t, err) })
	}()
	r.end = sync.OnceFunc(func() {
		cancel()
		<-done
		assert.NoError(t, watcher.Close())
		r.preview.handler.Close()
		r.server.Client().CloseIdleConnections()
		r.server.Close()
		r.preview.close()
	})
	t.Cleanup(r.end)
	return r
}

// open asks for a page as a browser does.
func (r *running) open(path string) (status int, body string) {
	request, err := http.NewRequest(http.MethodGet, r.server.URL+path, nil)
	require.NoError(r.t, err)
	request.Header.Set("Sec-Fetch-Mode", "navigate")
	response, err := r.server.Client().Do(request)
	require.NoError(r.t, err)
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	return response.StatusCode, string(data)
}

// shows waits until a page shows a text, or shows it no more.
func (r *running) shows(path, text string, want bool) {
	r.t.Helper()
	var status int
	var body string
	for limit := time.Now().Add(patience); time.Now().Before(limit); time.Sleep(5 * time.Millisecond) {
		if status, body = r.open(path); strings.Contains(body, text) == want {
			return
		}
	}
	require.Fail(r.t, "the page never came", "%s: %q shown: %t is wanted\n%d\n%s\n%s", path, text, want, status, body, r.printed)
}

func (r *running) edit(name, old, new string) {
	r.t.Helper()
	file := filepath.Join(r.dir, filepath.FromSlash(name))
	data, err := os.ReadFile(file)
	require.NoError(r.t, err)
	require.Contains(r.t, string(data), old)
	require.NoError(r.t, os.WriteFile(file, []byte(strings.Replace(string(data), old, new, 1)), 0o644))
}

const overlay = "blazon-problems"

func TestPreview(t *testing.T) {
	r := run(t, copyProject(t))
	ada := "/awards/aaaaaaaaaaaaaaaaaaaaaaaaaa/"
	r.shows(ada, "Ada", true)
	r.edit("content/awards/spring.yaml", "name: Ada", "name: Ada Lovelace")
	r.shows(ada, "Ada Lovelace", true)

	// A mistake, and another one, and both mended.
	r.edit("content/awards/spring.yaml", "name: Ada Lovelace", "nome: Ada Byron")
	r.shows(ada, "unknown key", true)
	_, body := r.open(ada)
	assert.Contains(t, body, "Ada Lovelace", "the last good page")
	put(t, r.dir, "templates/award.html", `{{define "title"}}x{{end}}{{define "main"}}{{.Nonsense}}{{end}}`)
	r.edit("content/awards/spring.yaml", "nome: Ada Byron", "name: Ada Byron")
	r.shows(ada, "Nonsense", true)
	_, body = r.open(ada)
	assert.Contains(t, body, "templates/award.html:1")
	assert.Contains(t, body, "Ada Lovelace")
	require.NoError(t, os.RemoveAll(filepath.Join(r.dir, "templates")))
	r.shows(ada, overlay, false)
	r.shows(ada, "Ada Byron", true)

	// A mistake that only shows when a page is made.
	put(t, r.dir, "templates/award.html", `{{define "title"}}x{{end}}{{define "main"}}{{index .Site.Title 9999}}{{end}}`)
	r.shows(ada, overlay, true)
	_, body = r.open(ada)
	assert.Contains(t, body, "Ada Byron")
	require.NoError(t, os.RemoveAll(filepath.Join(r.dir, "templates")))
	r.shows(ada, overlay, false)

	// The content goes, and comes again.
	aside := filepath.Join(t.TempDir(), "aside")
	require.NoError(t, os.Rename(filepath.Join(r.dir, "content"), aside))
	r.shows(ada, "content", true)
	r.shows(ada, overlay, true)
	_, body = r.open(ada)
	assert.Contains(t, body, "Ada Byron")
	for _, path := range []string{"/badges/go-basics/image.png", "/style.css", ada + "badge.png"} {
		status, _ := r.open(path)
		assert.Equal(t, http.StatusOK, status, path)
	}
	require.NoError(t, os.Rename(aside, filepath.Join(r.dir, "content")))
	r.shows(ada, overlay, false)

	// A new folder, an asset, a new page.
	put(t, r.dir, "site/style.css", "main { color: teal }")
	r.shows("/style.css", "teal", true)
	put(t, r.dir, "content/pages/new/page.md", "---\ntitle: New page\n---\nHello.\n")
	r.shows("/new/page/", "Hello", true)
	require.NoError(t, os.Remove(filepath.Join(r.dir, "content/pages/new/page.md")))
	r.shows("/new/page/", "Hello", false)

	// An award that is not stamped.
	put(t, r.dir, "content/awards/new.yaml", "badge: go-basics\nissued: 2026-03-14\nawards:\n  - recipient: new@example.org\n    name: Newcomer\n    public: true\n")
	r.shows("/badges/go-basics/", "Newcomer", true)
	_, body = r.open("/badges/go-basics/")
	_, at, ok := strings.Cut(body, "awards/provisional")
	require.True(t, ok)
	id, _, _ := strings.Cut(at, "/")
	_, body = r.open("/awards/provisional" + id + "/")
	assert.Contains(t, body, "blazon-notice")
	assert.Contains(t, body, "Newcomer")
	text := r.printed.String()
	assert.Contains(t, text, "content/awards/new.yaml:4:5: warning: 1 award is not stamped")
	assert.Contains(t, text, "1 award changed, ")
	assert.NotContains(t, text, "new@example.org")
	entries, err := os.ReadDir(filepath.Join(r.dir, "content"))
	require.NoError(t, err)
	assert.Len(t, entries, 5, "nothing is written into the content")
}

// TestStormOfEdits: whatever is done to the files, each answer is a whole page, with the reason where it is not the page
// that the files say; in the end the site is what build makes of them, and nothing is left behind.
func TestStormOfEdits(t *testing.T) {
	storm := func(seed uint64, edits int) {
		dir := copyProject(t)
		r := run(t, dir)
		original := os.DirFS("../../cmd/blazon/testdata/project")
		stop := make(chan struct{})
		var readers sync.WaitGroup
		for _, path := range []string{"/", "/badges/go-basics/", "/awards/aaaaaaaaaaaaaaaaaaaaaaaaaa/", "/about/"} {
			readers.Go(func() {
				for {
					select {
					case <-stop:
						return
					case <-time.After(2 * time.Millisecond):
					}
					status, body := r.open(path)
					whole := strings.HasSuffix(body, "</html>\n") && strings.Contains(body, "serve.js")
					reasoned := status == http.StatusOK || strings.Contains(body, overlay) || status == http.StatusNotFound && path != "/"
					if !assert.True(t, whole && reasoned, "%s: %d\n%s", path, status, body) {
						return
					}
				}
			})
		}
		random := rand.New(rand.NewPCG(seed, 1))
		spring := filepath.Join(dir, "content/awards/spring.yaml")
		restore := func() {
			for _, room := range rooms {
				require.NoError(t, os.RemoveAll(filepath.Join(dir, room)))
			}
			require.NoError(t, os.CopyFS(dir, original))
		}
		for range edits {
			switch random.IntN(8) {
			case 0: // half a file, then all of it
				data, err := os.ReadFile(spring)
				if err != nil {
					continue
				}
				require.NoError(t, os.WriteFile(spring, data[:random.IntN(len(data)+1)], 0o644))
				time.Sleep(time.Duration(random.IntN(80)) * time.Millisecond)
				require.NoError(t, os.WriteFile(spring, data, 0o644))
			case 1: // as editors save: another file takes the place
				_ = os.WriteFile(spring+".new", []byte("badge: go-basics\nissued: 2026-03-14\nawards: []\n"), 0o644)
				_ = os.Rename(spring+".new", spring)
			case 2:
				_ = os.Rename(filepath.Join(dir, "content"), filepath.Join(dir, "gone"))
				time.Sleep(time.Duration(random.IntN(80)) * time.Millisecond)
				_ = os.Rename(filepath.Join(dir, "gone"), filepath.Join(dir, "content"))
			case 3:
				_ = os.RemoveAll(filepath.Join(dir, "content", []string{"awards", "badges", "pages", "site.yaml"}[random.IntN(4)]))
			case 4:
				put(t, dir, "templates/home.html", []string{"{{", `{{define "title"}}{{end}}{{define "main"}}{{.No}}{{end}}`, ""}[random.IntN(3)])
			case 5: // a checkout of 1,000 files
				for n := range 1000 {
					put(t, dir, fmt.Sprintf("content/awards/%02d/%d.yaml", n%30, n), fmt.Sprintf("- {id: %s, badge: go-basics, issued: 2026-03-14, status_index: %d, recipient: p%d@example.org}\n", cohortID(n), 1000+n, n))
				}
			case 6:
				restore()
			case 7:
				_ = os.RemoveAll(filepath.Join(dir, "content", "awards", fmt.Sprintf("%02d", random.IntN(30))))
				put(t, dir, "site/style.css", fmt.Sprintf("p { margin: %dpx }", random.IntN(9)))
			}
			time.Sleep(time.Duration(random.IntN(120)) * time.Millisecond)
		}
		restore()
		want, err := readProject(dir, "", nil, func(*time.Location) time.Time { return time.Now() })
		require.NoError(t, err)
		defer want.close()
		require.False(t, diag.HasErrors(want.problems))
		signer, _, err := new(signOptions).signer(t.Context(), System{}, want)
		require.NoError(t, err)
		want.planSite(build.Shard{}, signer)
		settled := func() string {
			for _, o := range want.plan.All() {
				if strings.HasSuffix(o.Path, ".png") {
					continue
				}
				data, err := o.Make()
				require.NoError(t, err)
				w := httptest.NewRecorder()
				r.preview.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost/"+strings.TrimSuffix(o.Path, "index.html"), nil))
				if w.Body.String() != string(data) {
					return o.Path
				}
			}
			if _, body := r.open("/"); strings.Contains(body, overlay) {
				return "an overlay"
			}
			return ""
		}
		differs := settled()
		for limit := time.Now().Add(patience); differs != "" && time.Now().Before(limit); differs = settled() {
			time.Sleep(20 * time.Millisecond)
		}
		assert.Empty(t, differs, "in the end the site is not what build makes\n%s", r.printed)
		close(stop)
		readers.Wait()
		r.end()
	}
	edits := 40
	if testing.Short() {
		edits = 15
	}
	storm(1, 5)
	goroutines, descriptors := runtime.NumGoroutine(), openFiles()
	for seed := range uint64(2) {
		storm(2+seed, edits)
	}
	for limit := time.Now().Add(patience); runtime.NumGoroutine() > goroutines && time.Now().Before(limit); {
		time.Sleep(10 * time.Millisecond)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines)
	assert.LessOrEqual(t, openFiles(), descriptors)
}

// openFiles is how many files this process has open; 0 where the system does not tell.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

func TestDescribe(t *testing.T) {
	assert.Equal(t, "content/site.yaml changed", describe([]string{"content/site.yaml"}))
	assert.Equal(t, "2 files of awards, 1 page, 2 templates, 1 file of site/, 1 file changed",
		describe([]string{"content/awards/a.yaml", "content/awards/b/c.yaml", "content/pages/a.md", "templates/a.html", "templates/b.html", "site/style.css", "content/site.yaml"}))
	assert.NotContains(t, describe([]string{"content/awards/ada@example.org.yaml"}), "ada@")
}
