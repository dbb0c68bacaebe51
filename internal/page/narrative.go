package page

import (
	"html/template"
	"strings"
	"sync"
)

// maxRendered is how many bytes of rendered narratives are kept, source and result together.
const maxRendered = 1 << 20

// rendered keeps narratives that a cohort's awards share. Whether one is in it makes no difference but in time.
type rendered struct {
	mu    sync.Mutex
	texts map[string]template.HTML // by source
	size  int
}

func (c *rendered) get(source string) (template.HTML, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	html, ok := c.texts[source]
	return html, ok
}

func (c *rendered) put(source string, html template.HTML) {
	size := len(source) + len(html)
	if size > maxRendered/16 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.texts == nil || c.size+size > maxRendered {
		c.texts, c.size = make(map[string]template.HTML), 0
	}
	if _, ok := c.texts[source]; !ok {
		c.texts[source] = html
		c.size += size
	}
}

// narrative renders a text of an award's page. Links lead from one award's page to where they lead from any other's, but
// for links to the award itself, which its id gives away where it is not written in character references.
func (r *Renderer) narrative(v *Award, id, source string) (template.HTML, error) {
	source, err := tidy(source)
	if err != nil {
		return "", err
	}
	if html, ok := words(source); ok {
		return template.HTML(html), nil
	}
	text := prose{links: v.Links, level: 2, others: true}
	if strings.Contains(source, id) || strings.ContainsRune(source, '&') {
		return r.markdown.parse(source, text)
	}
	if html, ok := r.narratives.get(source); ok {
		return html, nil
	}
	html, err := r.markdown.parse(source, text)
	if err == nil {
		r.narratives.put(source, html)
	}
	return html, err
}
