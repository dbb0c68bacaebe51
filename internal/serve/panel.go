package serve

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"blazon/internal/diag"
)

// mostShown is how many problems a page lists; the terminal has them all.
const mostShown = 20

// panel is what is wrong, as pages and terminals show it. The zero panel is nothing.
type panel struct {
	items []string // each a problem as the command line prints it
	text  string   // for those who cannot read HTML
}

// newPanel words the errors among the problems. The printer masks what must not be seen.
func newPanel(problems []diag.Problem, source func(string) ([]byte, error)) panel {
	var p panel
	var all strings.Builder
	left := 0
	for _, problem := range problems {
		if problem.Severity != diag.Error {
			continue
		}
		if len(p.items) == mostShown {
			left++
			continue
		}
		var b strings.Builder
		printer := &diag.Printer{W: &b, Source: source}
		_ = printer.Print([]diag.Problem{problem}) // a builder takes everything
		p.items = append(p.items, b.String())
		all.WriteString(b.String())
	}
	if left > 0 {
		more := fmt.Sprintf("%s more; the terminal shows all of them\n", diag.Count(left, "mistake", "mistakes"))
		p.items = append(p.items, more)
		all.WriteString(more)
	}
	p.text = all.String()
	return p
}

// and is both panels as one.
func (p panel) and(q panel) panel {
	return panel{slices.Concat(p.items, q.items), p.text + q.text}
}

// overlay is what is wrong as it is laid over a page.
func (a answer) overlay() string {
	if len(a.panel.items) == 0 {
		return ""
	}
	heading := "The project has mistakes; this page is as it was before them"
	if a.body == nil {
		heading = "The project has mistakes; there is nothing to show until they are mended"
	}
	var b strings.Builder
	b.WriteString(`<section id="blazon-problems" role="alert"><h2>` + heading + `</h2><ol>`)
	for _, item := range a.panel.items {
		b.WriteString("<li><pre>" + html.EscapeString(strings.TrimRight(item, "\n")) + "</pre></li>")
	}
	b.WriteString(`</ol><button type="button" id="blazon-hide">Hide</button></section>`)
	return b.String()
}

// What is added to a page stands between these, so that it can be told from the page.
const (
	pieceStart = "<!-- blazon serve -->"
	pieceEnd   = "<!-- /blazon serve -->"
)

// piece is what is added to a page that a browser opens.
func (s *state) piece(a answer) string {
	key, shape := s.keys(a)
	return fmt.Sprintf(`%s<link rel="stylesheet" href="%sserve.css"><div id="blazon-serve" data-key="%s" data-shape="%s" data-worker="%s">%s</div><script src="%sserve.js"></script>%s`,
		pieceStart, reserved, key, shape, workerName, s.notice(a)+a.overlay(), reserved, pieceEnd)
}

// notice says of a page of an award that is not stamped that it is none yet.
func (s *state) notice(a answer) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(a.published, "awards/"), "/")
	if !s.provisional[id] {
		return ""
	}
	return `<p id="blazon-notice" role="status">This award is not stamped: its address is provisional, and it is not published until <code>blazon stamp</code> has given it one.</p>`
}

// keys tell whether a page has changed since it was opened: key with everything that is shown, shape without the hashes by
// which the page names its style sheets.
func (s *state) keys(a answer) (key, shape string) {
	around := []byte(s.notice(a) + a.overlay())
	status := fmt.Append(nil, a.status)
	return digest(status, a.body, around), digest(status, styleSheet.ReplaceAll(a.body, []byte(`$1"`)), around)
}

// styleSheet is the address of a style sheet with its hash.
var styleSheet = regexp.MustCompile(`(\shref="([^"?#]+\.css))(\?v=[^"]*)"`)

// styleSheets are the addresses of a page's style sheets.
func styleSheets(body []byte) []string {
	all := []string{}
	for _, m := range styleSheet.FindAllSubmatch(body, -1) {
		all = append(all, html.UnescapeString(string(m[2])+string(m[3])))
	}
	return all
}

// inject adds a piece to a page, at the end of its body.
func inject(body []byte, piece string) []byte {
	at := cmp.Or(lastFold(body, "</body>"), lastFold(body, "</html>"), len(body))
	out := make([]byte, 0, len(body)+len(piece))
	out = append(out, body[:at]...)
	out = append(out, piece...)
	return append(out, body[at:]...)
}

// lastFold is where a tag stands for the last time, in any case; 0 where it does not.
func lastFold(body []byte, tag string) int {
	for at := len(body) - len(tag); at > 0; at-- {
		if body[at] == '<' && strings.EqualFold(string(body[at:at+len(tag)]), tag) {
			return at
		}
	}
	return 0
}
