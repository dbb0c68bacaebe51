//go:build unix

package conformance_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/hosting"
)

// configuration is what docs/hosting.md says for a server.
func configuration(t *testing.T, language string) string {
	t.Helper()
	page, err := os.ReadFile(root + "/docs/hosting.md")
	require.NoError(t, err)
	found := regexp.MustCompile("(?s)\n```"+language+"\n(.*?)\n```\n").FindAllSubmatch(page, -1)
	require.Len(t, found, 1, "docs/hosting.md has one block for %s", language)
	return string(found[0][1]) + "\n"
}

// change does what the page says to change in a configuration. Each place must be there, as often as it is named.
func change(t *testing.T, text string, places map[string]string) string {
	t.Helper()
	for _, place := range slices.Sorted(maps.Keys(places)) {
		require.Equal(t, 1, strings.Count(text, place), "%q in\n%s", place, text)
		text = strings.Replace(text, place, places[place], 1)
	}
	return text
}

// served is the example in a folder of its own, with one of each file that the table knows and the example lacks.
func served(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	s := example(t)
	files := maps.Clone(s.files)
	id := award(s.match(t, "awards/*/badge.png")[0])
	for _, path := range []string{
		"awards/" + id + "/signed.json", "awards/" + id + "/signed.jws", "awards/" + id + "/credential.json", "awards/" + id + "/credential.jwt", "awards/" + id + "/credential.svg",
		"issuers/northwind/did.json", "issuers/northwind/keys/2026.json", "issuers/northwind/keys/rsa.jwk.json", "issuers/northwind/status/0.json", "issuers/northwind/revocations.json",
		".well-known/did.json", "did.json", "feed.xml", "issuer.js", "verify/verify.js", "fonts/serif.woff2", "images/Logo.SVG", "images/über uns.jpg", "badges/index.svg", "CNAME",
	} {
		if files[path] == nil {
			files[path] = []byte("bytes of " + path + "\n")
		}
	}
	for path, data := range files {
		name := filepath.Join(dir, filepath.FromSlash(path))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, data, 0o644))
	}
	return files
}

// program finds a server that is installed.
func program(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	missing(t, "%s is not installed", names[0])
	return ""
}

// freePort is a port of this machine that nothing listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// start runs a server until the test ends, and waits until it answers.
func start(t *testing.T, address string, cmd *exec.Cmd) {
	t.Helper()
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
		if t.Failed() {
			t.Logf("%s", log.Bytes())
		}
	})
	awaitAnswer(t, ended, &log, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// awaitAnswer waits until a program that was started answers. ended holds its end, once, and log what it says.
func awaitAnswer(t *testing.T, ended chan error, log *bytes.Buffer, answers func() bool) {
	t.Helper()
	for limit := time.Now().Add(time.Minute); !answers(); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-ended:
			ended <- err
			require.FailNow(t, "the server ended", "%v\n%s", err, log.Bytes())
		default:
			require.True(t, time.Now().Before(limit), "the server does not answer")
		}
	}
}

func TestNginx(t *testing.T) {
	nginx := program(t, "nginx", "/usr/sbin/nginx")
	for prefix, places := range map[string]map[string]string{
		"":        {},
		"/school": {"~^/(.*)$ ": "~^/school/(.*)$ ", "=404 /404.html;": "=404 /school/404.html;"},
	} {
		t.Run("at "+prefix+"/", func(t *testing.T) {
			dir, address := t.TempDir(), freePort(t)
			files := served(t, filepath.Join(dir, "root", prefix))
			places := maps.Clone(places)
			places["listen 80;"] = "listen " + address + ";"
			places["root /var/www/badges;"] = "root " + filepath.Join(dir, "root") + ";"
			var temporary strings.Builder
			for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
				fmt.Fprintf(&temporary, "%s_temp_path %s;\n", kind, filepath.Join(dir, kind))
			}
			config := filepath.Join(dir, "nginx.conf")
			require.NoError(t, os.WriteFile(config, []byte("daemon off;\nmaster_process off;\nerror_log stderr;\npid "+filepath.Join(dir, "pid")+";\nevents {}\nhttp {\naccess_log off;\n"+
				temporary.String()+change(t, configuration(t, "nginx"), places)+"}\n"), 0o644))
			start(t, address, exec.Command(nginx, "-p", dir, "-c", config, "-e", "stderr"))
			checkServer(t, "http://"+address+prefix, files)
		})
	}
}

func TestCaddy(t *testing.T) {
	caddy := program(t, "caddy")
	dir, address := t.TempDir(), freePort(t)
	files := served(t, filepath.Join(dir, "site"))
	config := filepath.Join(dir, "Caddyfile")
	require.NoError(t, os.WriteFile(config, []byte("{\n\tadmin off\n}\n"+change(t, configuration(t, "caddy"), map[string]string{
		"badges.example.org {": "http://" + address + " {",
		"* /var/www/badges\n":  "* " + filepath.Join(dir, "site") + "\n",
	})), 0o644))
	cmd := exec.Command(caddy, "run", "--config", config, "--adapter", "caddyfile")
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+dir, "XDG_DATA_HOME="+dir, "HOME="+dir)
	start(t, address, cmd)
	checkServer(t, "http://"+address, files)
}

// reply is what a server sends.
type reply struct {
	status int
	header http.Header
	body   string
}

// ask sends a request as a validator in a browser does, and follows no redirect.
func ask(t *testing.T, method, address string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	require.NoError(t, err)
	request.Header.Set("Origin", "https://validator.example")
	request.Header.Set("Accept", "application/ld+json, application/json")
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return reply{response.StatusCode, response.Header, string(body)}
}

// told are the headers that the table is about.
var told = []string{"Access-Control-Allow-Origin", "Cache-Control", "Content-Security-Policy", "Content-Type", "Referrer-Policy", "X-Content-Type-Options", "X-Robots-Tag"}

// checkReply compares what a server sends, to GET and to HEAD, with what it should.
func checkReply(t *testing.T, address string, status int, published string, body []byte) {
	t.Helper()
	got := ask(t, http.MethodGet, address)
	assert.Equal(t, status, got.status, address)
	assert.True(t, string(body) == got.body, "%s: another body: %.200s", address, got.body)
	want, sent := http.Header{}, http.Header{}
	for _, h := range hosting.Of(published).Headers() {
		want.Set(h.Name, h.Value)
	}
	for _, name := range told {
		if values := got.header.Values(name); values != nil {
			sent[name] = values
		}
	}
	assert.Equal(t, want, sent, address)

	head := ask(t, http.MethodHead, address)
	assert.Equal(t, status, head.status, address)
	assert.Empty(t, head.body, address)
	for _, name := range []string{"Date", "Connection"} { // a server ends a connection after so many requests
		got.header.Del(name)
		head.header.Del(name)
	}
	assert.Equal(t, got.header, head.header, "HEAD %s", address)
	assert.Equal(t, fmt.Sprint(len(body)), head.header.Get("Content-Length"), address)
}

// checkServer asks a server for every file that it has, and for some that it does not have.
func checkServer(t *testing.T, base string, files map[string][]byte) {
	t.Helper()
	kinds := map[string]int{}
	for path, body := range files {
		if path == "_headers" || path == ".nojekyll" {
			continue
		}
		address := base + (&url.URL{Path: "/" + path}).EscapedPath()
		if folder, ok := strings.CutSuffix(address, "/index.html"); ok {
			address = folder + "/"
		}
		checkReply(t, address, http.StatusOK, path, body)
		kinds[filepath.Ext(path)]++
	}
	t.Logf("%v", kinds)
	for _, ext := range []string{".html", ".json", ".jws", ".jwt", ".png", ".svg", ".css", ".txt", ".xml"} {
		assert.NotZero(t, kinds[ext], "no %s among the files", ext)
	}
	checkReply(t, base+"/style.css?v=c0ffee", http.StatusOK, "style.css", files["style.css"])

	for _, path := range []string{
		"/awards/aaaaaaaaaaaaaaaaaaaaaaaaaa/assertion.json", "/awards/aaaaaaaaaaaaaaaaaaaaaaaaaa/badge.svg", "/awards/aaaaaaaaaaaaaaaaaaaaaaaaaa/", "/nowhere", "/nowhere/", "/none.css",
		"/awards/", "/issuers/", "/images/", "/.well-known/", // folders that have no page, and list nothing
	} {
		checkReply(t, base+path, http.StatusNotFound, "404.html", files["404.html"])
	}

	moved := ask(t, http.MethodGet, base+"/badges")
	assert.Contains(t, []int{http.StatusMovedPermanently, http.StatusPermanentRedirect}, moved.status)
	to, err := url.Parse(base + "/badges")
	require.NoError(t, err)
	to, err = to.Parse(moved.header.Get("Location"))
	require.NoError(t, err)
	assert.Equal(t, base+"/badges/", to.String())

	// What hosts read themselves is a file like any other to these, and no page.
	own := ask(t, http.MethodGet, base+"/_headers")
	if own.status != http.StatusNotFound {
		assert.Equal(t, "application/octet-stream", own.header.Get("Content-Type"))
		assert.Equal(t, string(files["_headers"]), own.body)
	}
}
