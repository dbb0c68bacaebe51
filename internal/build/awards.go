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
	var all, hosted, twins, credentials, tokens, signed, pngs, drawn2, drawn3 []int32
	for i, a := range b.cat.Awards {
		n := int32(i)
		issuer := a.Class.Issuer
		two, three := ob2.HasAssertion(a), b.signs(issuer)
		all = append(all, n)
		if two {
			hosted = append(hosted, n)
		}
		if two && issuer.Signed && b.in.Signer != nil {
			signed = append(signed, n)
		}
		if ob2.HasTwin(a) {
			twins = append(twins, n)
		}
		if three {
			credentials = append(credentials, n)
		}
		if three && issuer.Newest(badge.RSA) != nil {
			tokens = append(tokens, n)
		}
		if two || three {
			pngs = append(pngs, n) // an image is published with something baked into it
		}
		if a.Class.Image.SVG != "" && two && site.OB2 {
			drawn2 = append(drawn2, n)
		}
		if a.Class.Image.SVG != "" && three {
			drawn3 = append(drawn3, n)
		}
	}
	b.each(all, layout.AwardPage, b.pages.Award).lasting = false
	if site.OB2 {
		b.each(hosted, layout.Assertion, b.assertion)
		b.each(signed, layout.Signed, b.signedJSON)
		b.each(signed, layout.SignedJWS, b.signedJWS)
	}
	if site.OB1 {
		b.each(twins, layout.Assertion1, func(a *badge.Award) ([]byte, error) { return ob2.Twin(b.site, a) })
	}
	b.each(credentials, layout.Credential, b.credential)
	b.each(tokens, layout.CredentialJWT, b.credentialJWT)
	b.each(pngs, func(id string) string { return layout.AwardImage(id, "png") }, nil).append = b.bakedPNG
	b.each(drawn2, func(id string) string { return layout.AwardImage(id, "svg") }, func(a *badge.Award) ([]byte, error) {
		return b.bakedSVG(a, b.text2, b.site.URL(layout.Assertion(a.ID)))
	})
	b.each(drawn3, layout.CredentialImage, func(a *badge.Award) ([]byte, error) { return b.bakedSVG(a, b.text3, "") })
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

// bakedPNG appends a class's image with an award's assertion and credential in it, or unbaked where it has been erased.
func (b *builder) bakedPNG(dst []byte, a *badge.Award) ([]byte, error) {
	t, err := b.pngTemplate(a.Class.Image)
	if err != nil {
		return nil, err
	}
	var texts []bake.Text
	for _, make := range []func(*badge.Award) (*bake.Text, error){b.text2, b.text3} {
		text, err := make(a)
		if err != nil {
			return nil, err
		}
		if text != nil {
			texts = append(texts, *text)
		}
	}
	return t.Append(dst, texts...)
}

// bakedSVG is an SVG with one text in it: one file has no room for two generations.
func (b *builder) bakedSVG(a *badge.Award, make func(*badge.Award) (*bake.Text, error), address string) ([]byte, error) {
	t, err := b.svgTemplate(a.Class.Image)
	if err != nil {
		return nil, err
	}
	text, err := make(a)
	if err != nil {
		return nil, err
	}
	if text == nil {
		return t.Unbaked(), nil
	}
	return t.Bake(*text, address)
}

// text2 is what is baked into an award's image for readers of 2.0: always the hosted assertion. nil where nothing is.
func (b *builder) text2(a *badge.Award) (*bake.Text, error) {
	if a.State() == badge.Erased || !b.cat.Site.OB2 || !ob2.HasAssertion(a) {
		return nil, nil
	}
	text, err := b.assertion(a)
	if err != nil {
		return nil, err
	}
	return &bake.Text{Keyword: bake.OB2, Value: string(text)}, nil
}

// text3 is the same for readers of 3.0: the credential with its proof.
func (b *builder) text3(a *badge.Award) (*bake.Text, error) {
	if a.State() == badge.Erased || !b.signs(a.Class.Issuer) {
		return nil, nil
	}
	text, err := b.credential(a)
	if err != nil {
		return nil, err
	}
	return &bake.Text{Keyword: bake.OB3, Value: string(text)}, nil
}
