package serve

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"time"

	"blazon/internal/layout"
)

// reserved is where the server's own files are. Nothing of a site is published there.
const reserved = "/.blazon/"

//go:embed client
var client embed.FS

// workerName names the worker by its content: browsers let a worker live on that belongs to pages of an older program.
var workerName = func() string {
	data, err := client.ReadFile("client/worker.js")
	if err != nil {
		panic(err)
	}
	return "worker.js?v=" + digest(data)
}()

// beat is how often an open stream is written to although nothing has changed, so that one that has no reader any more is
// found.
const beat = 15 * time.Second

// own answers with the server's own files, to pages of this server alone.
func (h *Handler) own(w http.ResponseWriter, r *http.Request, name string) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		refuse(w, http.StatusForbidden, "These are for pages of this server.")
		return
	}
	switch name {
	case "events":
		h.events(w, r)
	case "state":
		h.tell(w, r)
	default:
		data, err := client.ReadFile("client/" + name)
		if err != nil || path.Base(name) != name {
			refuse(w, http.StatusNotFound, "There is no such file.")
			return
		}
		header.Set("Content-Type", layout.Type(name))
		if name == "worker.js" {
			// A worker is bound by its own policy, not by that of the page that starts it.
			header.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'")
		}
		write(w, r, http.StatusOK, data)
	}
}

// events is a stream of server-sent events (HTML Standard §9.2): one for each state of the project, and one at once.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	stream := http.NewResponseController(w)
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	if _, err := fmt.Fprint(w, "retry: 500\n"); err != nil {
		return
	}
	for s := h.state.Load(); ; {
		if _, err := fmt.Fprintf(w, "data: %d\n\n", s.version); err != nil {
			return
		}
		for waiting := true; waiting; {
			if stream.Flush() != nil {
				return
			}
			select {
			case <-r.Context().Done():
				return
			case <-h.done:
				return
			case <-s.next:
				s, waiting = h.state.Load(), false
			case <-ticker.C:
				if _, err := fmt.Fprint(w, ":\n\n"); err != nil {
					return
				}
			}
		}
	}
}

// told is what a page learns about itself.
type told struct {
	Key    string   `json:"key"`
	Shape  string   `json:"shape"`
	Styles []string `json:"styles"`
}

// tell answers a page that asks what it would be by now.
func (h *Handler) tell(w http.ResponseWriter, r *http.Request) {
	page, err := url.PathUnescape(r.URL.Query().Get("path"))
	if err != nil || page == "" {
		refuse(w, http.StatusBadRequest, "The path is missing.")
		return
	}
	s := h.state.Load()
	a := answer{status: http.StatusServiceUnavailable, panel: s.problems}
	if s.plan != nil {
		if a = h.answer(s, page); a.err != nil {
			a = answer{status: http.StatusInternalServerError, panel: a.panel}
		}
	}
	t := told{Styles: styleSheets(a.body)}
	t.Key, t.Shape = s.keys(a)
	data, err := json.Marshal(t)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	write(w, r, http.StatusOK, data)
}
