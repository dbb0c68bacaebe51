package build

import (
	"hash/fnv"
	"slices"

	"blazon/internal/badge"
	"blazon/internal/bake"
	"blazon/internal/layout"
	"blazon/internal/ob2"
	"blazon/internal/plan"
)

// awards lists what is published of each award, a series for each kind of file: there may be 100,000 of each.
func (b *builder) awards() {
	site := b.cat.Site
	var all, hosted, twins, drawn []int32
	for i, a := range b.cat.Awards {
		n := int32(i)
		all = append(all, n)
		if !ob2.HasAssertion(a) {
			continue // an image is published with something baked into it
		}
		hosted = append(hosted, n)
		if ob2.HasTwin(a) {
			twins = append(twins, n)
		}
		if a.Class.Image.SVG != "" {
			drawn = append(drawn, n)
		}
	}
	b.each(all, layout.AwardPage, b.pages.Award).lasting = false
	if site.OB2 {
		b.each(hosted, layout.Assertion, b.assertion)
	}
	if site.OB1 {
		b.each(twins, layout.Assertion1, func(a *badge.Award) ([]byte, error) { return ob2.Twin(b.site, a) })
	}
	b.each(hosted, func(id string) string { return layout.AwardImage(id, "png") }, nil).append = b.bakedPNG
	b.each(drawn, func(id string) string { return layout.AwardImage(id, "svg") }, b.bakedSVG)
}

// awardFiles is one kind of file that several awards have.
type awardFiles struct {
	awards  []int32 // of the catalogue's
	path    func(id string) string
	make    func(*badge.Award) ([]byte, error)
	append  func([]byte, *badge.Award) ([]byte, error) // in place of make; may be nil
	lasting bool
}

// each lists one file of each award.
func (b *builder) each(awards []int32, path func(id string) string, make func(*badge.Award) ([]byte, error)) *awardFiles {
	b.files = append(b.files, awardFiles{awards: awards, path: path, make: make, lasting: true})
	return &b.files[len(b.files)-1]
}

// series are the files of awards as a plan takes them.
func (b *builder) series() []plan.Series {
	var all []plan.Series
	for _, f := range b.files {
		award := func(i int) *badge.Award { return b.cat.Awards[f.awards[i]] }
		s := plan.Series{Type: layout.Type(f.path("id")), Stage: plan.Awards, Lasting: f.lasting, Len: len(f.awards),
			Path: func(i int) string { return f.path(award(i).ID) },
			Make: func(i int) ([]byte, error) { return f.make(award(i)) },
		}
		if f.append != nil {
			s.Append = func(dst []byte, i int) ([]byte, error) { return f.append(dst, award(i)) }
		}
		if b.keys != nil {
			s.Key = func(i int) plan.Key { return b.keys[f.awards[i]] }
		}
		all = append(all, s)
	}
	return all
}

// Shard is a part of a site: of the awards every Of-th, by their ids, and with the first part everything that stands
// outside of /awards/. All parts together are the site. The zero Shard is the whole.
type Shard struct {
	Part, Of int // Part counts from 1
}

// holds reports whether an award belongs to the shard.
func (s Shard) holds(a *badge.Award) bool {
	h := fnv.New32a()
	h.Write([]byte(a.ID))
	return int(h.Sum32()%uint32(s.Of)) == s.Part-1
}

// take leaves out what belongs to other shards.
func (b *builder) take(s Shard) {
	if s.Of < 2 {
		return
	}
	if s.Part != 1 {
		b.outputs = nil
	}
	for i := range b.files {
		f := &b.files[i]
		f.awards = slices.DeleteFunc(slices.Clone(f.awards), func(n int32) bool { return !s.holds(b.cat.Awards[n]) })
	}
}

// assertion is an award's hosted assertion, a file of its own and a part of its images.
func (b *builder) assertion(a *badge.Award) ([]byte, error) {
	return b.assertions.make(a, func() ([]byte, error) { return ob2.Assertion(b.site, a) })
}

// bakedPNG appends a class's image with an award's assertion in it.
func (b *builder) bakedPNG(dst []byte, a *badge.Award) ([]byte, error) {
	t, err := b.pngTemplate(a.Class.Image)
	if err != nil {
		return nil, err
	}
	text, err := b.badgeText(a)
	if err != nil {
		return nil, err
	}
	if text == nil {
		return t.Append(dst)
	}
	return t.Append(dst, *text)
}

// bakedSVG is the same of an SVG.
func (b *builder) bakedSVG(a *badge.Award) ([]byte, error) {
	t, err := b.svgTemplate(a.Class.Image)
	if err != nil {
		return nil, err
	}
	text, err := b.badgeText(a)
	if err != nil {
		return nil, err
	}
	if text == nil {
		return t.Unbaked(), nil
	}
	return t.Bake(*text, b.site.URL(layout.Assertion(a.ID)))
}

// badgeText is what is baked into an award's image; nil where nothing is.
func (b *builder) badgeText(a *badge.Award) (*bake.Text, error) {
	if a.State() == badge.Erased || !b.cat.Site.OB2 {
		return nil, nil
	}
	text, err := b.assertion(a)
	if err != nil {
		return nil, err
	}
	return &bake.Text{Keyword: bake.OB2, Value: string(text)}, nil
}
