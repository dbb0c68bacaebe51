package serve_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/diag"
	"blazon/internal/plan"
	"blazon/internal/serve"
)

// listener reads the stream of events of a real server.
type listener struct {
	t     *testing.T
	lines chan string
	end   context.CancelFunc
}

func listen(t *testing.T, server *httptest.Server) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/.blazon/events", nil)
	require.NoError(t, err)
	response, err := server.Client().Do(r)
	require.NoError(t, err)
	require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	l := &listener{t: t, lines: make(chan string, 1000), end: cancel}
	go func() {
		defer close(l.lines)
		defer response.Body.Close()
		for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
			if data, ok := strings.CutPrefix(scanner.Text(), "data: "); ok {
				l.lines <- data
			}
		}
	}()
	return l
}

// patience is how long an event may take on a busy machine.
const patience = 10 * time.Second

func (l *listener) next() string {
	l.t.Helper()
	select {
	case line, ok := <-l.lines:
		require.True(l.t, ok, "the stream ended")
		return line
	case <-time.After(patience):
		require.Fail(l.t, "no event")
		return ""
	}
}

// server is a real server, that is ended as the command line ends its own.
func server(t *testing.T, h *serve.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		h.Close()
		h.Close() // a second time is no mistake
		s.Close()
	})
	return s
}

func TestEvents(t *testing.T) {
	h := serve.New(serve.Options{})
	s := server(t, h)
	l := listen(t, s)
	defer l.end()
	first := l.next()
	h.Set(serve.Site{Plan: small(t)})
	second := l.next()
	assert.NotEqual(t, first, second)
	h.Set(serve.Site{Problems: []diag.Problem{mistake}})
	assert.NotEqual(t, second, l.next())
	h.Close()
	select {
	case _, ok := <-l.lines:
		assert.False(t, ok)
	case <-time.After(patience):
		assert.Fail(t, "the stream did not end")
	}
}

// state is what a page learns of itself.
func state(t *testing.T, h *serve.Handler, path string) (told struct {
	Key, Shape string
	Styles     []string
}) {
	t.Helper()
	w := get(h, "/.blazon/state?path="+url.QueryEscape(path))
	require.Equal(t, http.StatusOK, w.Code)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &told))
	return told
}

var keyed = regexp.MustCompile(`data-key="(\w+)" data-shape="(\w+)"`)

// TestPagesKnowWhenTheyChange: a page's key is the one that it was opened with for as long as it shows what it showed.
func TestPagesKnowWhenTheyChange(t *testing.T) {
	h := serve.New(serve.Options{})
	styled := func(hash, words string) plan.Output {
		return text("a/index.html", `<link rel="stylesheet" href="../style.css?v=`+hash+`"><link rel="icon" href="x.svg?v=1"><body>`+words+"</body>")
	}
	site := func(outputs ...plan.Output) serve.Site {
		return serve.Site{Plan: made(t, append(outputs, text("404.html", page))...)}
	}
	opened := func(path string) (key, shape string) {
		m := keyed.FindStringSubmatch(browse(h, path).Body.String())
		require.NotNil(t, m)
		told := state(t, h, path)
		assert.Equal(t, m[1], told.Key, "a page that was just opened is as it should be")
		assert.Equal(t, m[2], told.Shape)
		return m[1], m[2]
	}
	h.Set(serve.Site{Problems: []diag.Problem{mistake}})
	nothing, _ := opened("/a/")
	h.Set(site(styled("1", "Hello"), text("b/index.html", page)))
	key, shape := opened("/a/")
	assert.NotEqual(t, nothing, key)
	none, _ := opened("/c/")

	h.Set(site(styled("1", "Hello"), text("b/index.html", page+"changed")))
	assert.Equal(t, key, state(t, h, "/a/").Key, "another page changed")
	assert.Equal(t, none, state(t, h, "/c/").Key)
	h.Set(site(styled("2", "Hello")))
	told := state(t, h, "/a/")
	assert.NotEqual(t, key, told.Key, "the style sheet changed")
	assert.Equal(t, shape, told.Shape, "and nothing else")
	assert.Equal(t, []string{"../style.css?v=2"}, told.Styles)
	h.Set(site(styled("2", "Bye")))
	assert.NotEqual(t, shape, state(t, h, "/a/").Shape, "the words changed")
	h.Set(site(styled("1", "Hello"), text("c/index.html", page)))
	assert.Equal(t, key, state(t, h, "/a/").Key, "it is what it was")
	assert.NotEqual(t, none, state(t, h, "/c/").Key, "a page that was not there is there")
	h.Set(serve.Site{Problems: []diag.Problem{mistake}})
	told = state(t, h, "/a/")
	assert.NotEqual(t, key, told.Key)
	assert.NotEqual(t, shape, told.Shape, "there is a mistake to show")
	h.Set(site(plan.Output{Path: "a/index.html", Make: func() ([]byte, error) { return nil, errors.New("broken") }}))
	broken, _ := opened("/a/")
	h.Set(site(plan.Output{Path: "a/index.html", Make: func() ([]byte, error) { return nil, errors.New("broken otherwise") }}))
	assert.NotEqual(t, broken, state(t, h, "/a/").Key)
	_, _ = opened("/%61/")
}

// TestStorm: many browsers come and go while the site changes; each answer is of one state, and nobody is left behind.
func TestStorm(t *testing.T) {
	h := serve.New(serve.Options{})
	h.Set(serve.Site{Plan: small(t)})
	s := httptest.NewServer(h)
	round := func() {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				l := listen(t, s)
				for range 3 {
					l.next()
					response, err := s.Client().Get(s.URL + "/n.txt")
					if assert.NoError(t, err) {
						response.Body.Close()
					}
				}
				l.end()
				for range l.lines { // until the stream is closed
				}
			})
		}
		stop := make(chan struct{})
		var setting sync.WaitGroup
		setting.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond):
				}
				if n%3 == 2 {
					h.Set(serve.Site{Problems: []diag.Problem{mistake}})
				} else {
					h.Set(serve.Site{Plan: small(t, text("n.txt", fmt.Sprint(n)))})
				}
			}
		})
		group.Wait()
		close(stop)
		setting.Wait()
		s.Client().CloseIdleConnections()
	}
	round()
	before := settled(0)
	for range 5 {
		round()
	}
	assert.LessOrEqual(t, settled(before), before, "goroutines")
	h.Close()
	s.Close()
}

// settled is the number of goroutines once it is at most so many, or does not change any more.
func settled(most int) int {
	n := runtime.NumGoroutine()
	for range 100 {
		time.Sleep(20 * time.Millisecond)
		if n = runtime.NumGoroutine(); n <= most {
			break
		}
	}
	return n
}
