// Package page makes the pages of the published site: HTML from templates and Markdown. New reads the templates once;
// the methods of the Renderer that it returns are pure and may be called from any goroutine. The pages need no script,
// no inline style and nothing from another site. See view.go for what a template may use.
package page

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"blazon/internal/badge"
	"blazon/internal/hosting"
	"blazon/internal/layout"
)

// How much of what a page shows.
const (
	maxFeatured   = 12 // badges on the home page
	maxNavIssuers = 3  // issuers in the navigation; more, and none is there
)

// Renderer makes the pages of one catalogue.
type Renderer struct {
	cat      *badge.Catalog
	site     layout.Site
	root     string // the base URL's path, with a slash at its end
	dir      string // direction of the site's language
	sets     map[string]*template.Template
	halves   *halves // of award pages; nil where they are made whole
	assets   map[string]string
	signed   bool // what is signed is published
	markdown *markdown
	index    *badge.Page   // the home page's introduction; may be nil
	nav      []*badge.Page // content pages in the navigation, in its order
	days     sync.Map      // ISO date to Day: dates come in cohorts

	sizes     sizes
	catalogue shelf                         // all classes, the current ones by issuer
	shelves   map[*badge.Issuer]*shelf      // an issuer's classes
	rolls     map[*badge.Class]func() *roll // a class's listed awards

	// What award pages share is made when the first of them is: share to a function that returns a *common.
	shares     sync.Map
	narratives rendered
	buffers    sync.Pool
}

// New reads the templates and returns a Renderer of a catalogue. assets maps the published path of each file of site/
// ("style.css") to a hash of its content. signed says whether what is signed is published. An error names every mistake in the templates, with file and line, each as a
// *TemplateError.
func New(cat *badge.Catalog, templates fs.FS, assets map[string]string, signed bool) (*Renderer, error) {
	base, err := url.Parse(cat.Site.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the base URL: %w", err)
	}
	sets, apart, err := readSets(templates)
	if err != nil {
		return nil, err
	}
	r := &Renderer{
		cat:      cat,
		site:     layout.Site{Base: cat.Site.BaseURL},
		root:     base.EscapedPath() + "/",
		dir:      direction(cat.Site.Language),
		sets:     sets,
		halves:   apart,
		assets:   assets,
		signed:   signed,
		markdown: newMarkdown(cat.Site.BaseURL),
		sizes:    defaultSizes,
	}
	r.arrange()
	r.buffers.New = func() any { return new(bytes.Buffer) }
	for _, p := range cat.Pages {
		if p.Slug == "index" {
			r.index = p
		} else if p.Nav > 0 {
			r.nav = append(r.nav, p)
		}
	}
	slices.SortStableFunc(r.nav, func(a, b *badge.Page) int { return cmp.Compare(a.Nav, b.Nav) })
	return r, nil
}

// Home is the home page.
func (r *Renderer) Home() ([]byte, error) {
	frame, err := r.frame(layout.Home, full)
	if err != nil {
		return nil, err
	}
	v := Home{Frame: frame, Total: Number(len(r.cat.Classes))}
	v.Description = r.cat.Site.Description
	if len(r.cat.Issuers) == 1 {
		v.Preview, v.PreviewAlt = r.preview(r.issuerImage(v.Links, r.cat.Issuers[0]), v.Canonical)
	}
	if r.index != nil {
		if v.Description == "" {
			v.Description = r.index.Description
		}
		v.Intro, err = r.markdown.html(r.index.Body, prose{links: v.Links, level: 1})
		if err != nil {
			return nil, fmt.Errorf("page index: %w", err)
		}
	}
	var featured []*badge.Class
	for _, c := range r.cat.Classes {
		if len(featured) < maxFeatured && isCurrent(c) {
			featured = append(featured, c)
		}
	}
	v.Badges, err = r.badges(v.Links, featured)
	if err != nil {
		return nil, err
	}
	return r.execute(homeTemplate, &v)
}

// Page is a content page. The early form links to no other page but the home page and the catalogue.
func (r *Renderer) Page(p *badge.Page, early bool) ([]byte, error) {
	reach := full
	if early {
		reach = beforePages
	}
	frame, err := r.frame(layout.Page(p.Slug), reach)
	if err != nil {
		return nil, err
	}
	v := Content{Frame: frame, Title: p.Title}
	v.Description = p.Description
	v.Body, err = r.markdown.html(p.Body, prose{links: v.Links, level: 1, early: early})
	if err != nil {
		return nil, fmt.Errorf("page %s: %w", p.Slug, err)
	}
	return r.execute(contentTemplate, &v)
}

// NotFound is the page that a host shows in place of one that there is not. It may stand at any address, so that its
// links are root-absolute.
func (r *Renderer) NotFound() ([]byte, error) {
	frame, err := r.frame(layout.NotFound, full)
	if err != nil {
		return nil, err
	}
	frame.Canonical = ""
	frame.NoIndex = true
	return r.execute(notFoundTemplate, &NotFound{Frame: frame})
}

// pngIcon is the site's icon where it is not the one that the program carries.
const pngIcon = "favicon.png"

// reach says what an update has written before the page that is being made, and what the page may link to.
type reach uint8

const (
	beforePages   reach = iota // assets only
	beforeIssuers              // content pages too
	full                       // everything
)

// links makes the links of a published path.
func (r *Renderer) links(path string) Links {
	l := Links{from: path, assets: r.assets}
	if path == layout.NotFound {
		l.root = r.root
	}
	return l
}

// frame is the frame of a page, with everything that does not depend on what the page shows.
func (r *Renderer) frame(path string, reach reach) (Frame, error) {
	bar := Bar{Links: r.links(path), Site: r.siteView(r.links(path))}
	bar.Home = Link{Href: bar.Site.Home, Current: path == layout.Home}
	bar.Catalogue = Link{Href: bar.Site.Catalogue, Current: path == layout.Catalogue}
	if reach == full && len(r.cat.Issuers) <= maxNavIssuers {
		for _, i := range r.cat.Issuers {
			link := r.issuerLink(bar.Links, i)
			link.Current = path == layout.IssuerPage(i.Slug)
			bar.Issuers = append(bar.Issuers, link)
		}
	}
	if reach >= beforeIssuers {
		for _, p := range r.nav {
			target := layout.Page(p.Slug)
			bar.Pages = append(bar.Pages, Link{Href: bar.to(target), Text: p.Title, Current: path == target})
		}
	}
	header, err := r.part("", headerTemplate, bar)
	if err != nil {
		return Frame{}, err
	}
	footer, err := r.part("", footerTemplate, bar)
	if err != nil {
		return Frame{}, err
	}
	icon := ""
	if _, ok := r.assets[pngIcon]; ok {
		if icon, err = bar.Asset(pngIcon); err != nil {
			return Frame{}, err
		}
	}
	return Frame{
		Icon:       icon,
		Links:      bar.Links,
		Site:       bar.Site,
		Canonical:  r.site.URL(path),
		NoReferrer: true,
		Policy:     hosting.PageMeta,
		Header:     header,
		Footer:     footer,
	}, nil
}

func (r *Renderer) siteView(l Links) Site {
	s := r.cat.Site
	return Site{
		Title:       s.Title,
		Description: s.Description,
		Language:    cmp.Or(s.Language, "en"),
		Dir:         r.dir,
		Home:        l.to(layout.Home),
		Catalogue:   l.to(layout.Catalogue),
	}
}

func (r *Renderer) issuerLink(l Links, i *badge.Issuer) Link {
	return Link{Href: l.to(layout.IssuerPage(i.Slug)), Text: i.Name}
}

func (r *Renderer) issuerImage(l Links, i *badge.Issuer) *Image {
	return image(l, i.Image, func(ext string) string { return layout.IssuerImage(i.Slug, ext) })
}

// image is the view of a picture whose published path is named by its extension; nil where there is none.
func image(l Links, picture *badge.Image, path func(ext string) string) *Image {
	switch {
	case picture == nil:
		return nil
	case picture.PNG():
		return &Image{Src: l.to(path("png")), Alt: picture.Alt, Width: picture.Width, Height: picture.Height}
	case picture.SVG != "":
		return &Image{Src: l.to(path("svg")), Alt: picture.Alt}
	}
	return nil
}

// preview is the absolute address and the alternative text of a page's picture. Link previews know no SVG.
func (r *Renderer) preview(picture *Image, canonical string) (address, alt string) {
	if picture == nil || !strings.HasSuffix(picture.Src, ".png") {
		return "", ""
	}
	from, err := url.Parse(canonical)
	if err != nil {
		return "", ""
	}
	to, err := from.Parse(picture.Src)
	if err != nil {
		return "", ""
	}
	return to.String(), picture.Alt
}

// card makes a class's link preview that of a page.
func (r *Renderer) card(f *Frame, c *badge.Class) {
	if c.Image != nil {
		f.Preview, f.PreviewAlt, f.PreviewCard = r.site.URL(layout.ClassPreview(c.Slug)), c.Image.Alt, true
	}
}

// badges are classes as cards show them.
func (r *Renderer) badges(l Links, classes []*badge.Class) ([]Badge, error) {
	var badges []Badge
	for _, c := range classes {
		b, err := r.badge(l, c)
		if err != nil {
			return nil, err
		}
		badges = append(badges, b)
	}
	return badges, nil
}

func (r *Renderer) badge(l Links, c *badge.Class) (Badge, error) {
	b := Badge{
		Href:        l.to(layout.ClassPage(c.Slug)),
		Name:        c.Name,
		Description: c.Description,
		Image:       image(l, c.Image, func(ext string) string { return layout.ClassImage(c.Slug, ext) }),
		Issuer:      r.issuerLink(l, c.Issuer),
		Superseded:  len(c.SupersededBy) > 0,
	}
	if !c.Retired.IsZero() {
		day, err := r.day(c.RetiredDay, c.Retired)
		if err != nil {
			return Badge{}, err
		}
		b.Retired = &day
	}
	return b, nil
}

// execute makes a page.
func (r *Renderer) execute(name string, v view) ([]byte, error) {
	if err := r.head(name, v); err != nil {
		return nil, err
	}
	// Many pages are made, and each is some kilobytes long: a buffer that has grown once serves for the next one.
	out := r.buffers.Get().(*bytes.Buffer)
	defer r.buffers.Put(out)
	out.Reset()
	if err := r.sets[name].ExecuteTemplate(out, layoutTemplate, v); err != nil {
		return nil, explain(name, err)
	}
	return bytes.Clone(out.Bytes()), nil
}

// head fills in a page's head, unless it is there already.
func (r *Renderer) head(name string, v view) (err error) {
	if f := v.frame(); f.Head == "" {
		f.Head, err = r.part(name, headTemplate, v)
	}
	return err
}

// part executes a template that is only a part of a page. page names the page whose set of templates it belongs to; it
// is empty for a part of any page.
func (r *Renderer) part(page, name string, view any) (template.HTML, error) {
	var out bytes.Buffer
	if err := r.sets[page].ExecuteTemplate(&out, name, view); err != nil {
		return "", explain(name, err)
	}
	return template.HTML(strings.TrimSpace(out.String())), nil
}

// rightToLeft are the scripts that are written from right to left.
var rightToLeft = []string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg", "Mand", "Samr"}

// direction is the direction of a language's usual script.
func direction(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return "ltr"
	}
	if script, _ := t.Script(); slices.Contains(rightToLeft, script.String()) {
		return "rtl"
	}
	return "ltr"
}
