package page

import (
	"bytes"
	"html/template"
	"strings"

	"blazon/internal/layout"
)

// mould is what stands around the main parts of the pages of a share: layout.html, executed once. Of each award it holds
// nothing but the id.
type mould struct {
	before, after []string // the award's id stands between two of them
	casts         casts
}

// The ids of awards that there are not, and what stands for the main part, in texts that are taken apart again. The two
// ids have no letter in common at any place.
var (
	sampleIDs = [2]string{"mould2of2an2award2page2a3a", "xeqtr7kb7wy7hivbc7zuvq7f4j"}
	mainMark  = "xeqtr7kb7wy7hivbc7zuvq7f4j main mould2of2an2award2page2a3a"
)

// halves are the templates of award pages that are put together.
type halves struct {
	layout *template.Template // with mainMark in place of the main part
	main   *template.Template
	plain  bool // main shows the name of a holder, of whom nothing else is said, as it is or not at all
}

// readHalves takes the templates of award pages apart; nil where that cannot be done. set is the one of award.html, not
// executed yet. Its own templates are left alone: html/template makes one useless that fails by itself, even where it
// would do within another.
func readHalves(set *template.Template) (*halves, error) {
	if e := (examiner{set: set}); e.call(layoutTemplate, false) {
		return nil, nil
	}
	layout, err := set.Clone()
	if err != nil {
		return nil, err
	}
	if _, err := layout.New("main").Parse(mainMark); err != nil {
		return nil, err
	}
	whole, err := set.Clone()
	if err != nil {
		return nil, err
	}
	e := examiner{set: set, bare: true}
	main := set.Lookup("main")
	plain := main != nil && main.Tree != nil && !e.list(main.Tree.Root, true)
	h := &halves{layout: layout.Lookup(layoutTemplate), main: whole.Lookup("main"), plain: plain}
	if escape(layout, layoutTemplate, &Award{}) != nil || escape(whole, "main", &Award{}) != nil {
		return nil, nil
	}
	return h, nil
}

// makeMould is the mould of a share's pages; nil where they cannot be put together so, or where a template fails: then
// the page itself says how. v is the share's view.
func (r *Renderer) makeMould(v Award, noIndex bool) *mould {
	if r.halves == nil {
		return nil
	}
	v.NoIndex = noIndex
	var frames [len(sampleIDs)]string
	for i, id := range sampleIDs {
		v.setPath(r, id)
		var out bytes.Buffer
		if r.halves.layout.Execute(&out, &v) != nil {
			return nil
		}
		frames[i] = out.String()
	}
	first, second := sampleIDs[0], sampleIDs[1]
	before, after, ok := strings.Cut(frames[1], mainMark)
	if !ok {
		return nil
	}
	m := &mould{before: strings.Split(before, second), after: strings.Split(after, second)}
	other, rest, _ := strings.Cut(frames[0], mainMark)
	if strings.Join(m.before, first) != other || strings.Join(m.after, first) != rest {
		return nil
	}
	whole, err := r.execute(awardTemplate, &v)
	if err != nil {
		return nil
	}
	if made, err := r.pour(m, second, &v); err != nil || !bytes.Equal(made, whole) {
		return nil
	}
	return m
}

// setPath makes the view that of an award's page.
func (v *Award) setPath(r *Renderer, id string) {
	v.from = layout.AwardPage(id)
	v.Canonical = r.site.URL(v.from)
}

// pour makes an award's page of its main part.
func (r *Renderer) pour(m *mould, id string, v *Award) ([]byte, error) {
	out := r.buffers.Get().(*bytes.Buffer)
	defer r.buffers.Put(out)
	out.Reset()
	fill(out, m.before, id)
	if err := r.main(out, &m.casts, id, v); err != nil {
		return nil, err
	}
	fill(out, m.after, id)
	return bytes.Clone(out.Bytes()), nil
}

func fill(out *bytes.Buffer, parts []string, id string) {
	for i, part := range parts {
		if i > 0 {
			out.WriteString(id)
		}
		out.WriteString(part)
	}
}
