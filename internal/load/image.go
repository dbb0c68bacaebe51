package load

import (
	"errors"
	"io/fs"
	"math"
	"path"
	"strings"

	"blazon/internal/artwork"
	"blazon/internal/badge"
	"blazon/internal/bake"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/drawing"
	"blazon/internal/rule"
)

const (
	largeImage = 250 * 1000 // bytes
	smallImage = 90         // pixels
)

// picture is an image file that was looked at once.
type picture struct {
	usable        bool
	width, height int               // in pixels; of an SVG those of the PNG that is drawn from it
	refusals      []drawing.Refusal // why an SVG cannot be drawn
	reported      bool              // those are reported
}

func isImage(name string) bool {
	ext := path.Ext(name)
	return ext == ".png" || ext == ".svg"
}

// image finds the image of a class or an issuer: the one it names, else the one beside it, else (for a class) the
// project's fallback. It is nil where there is none or none can be used.
func (l *loader) image(n decl.Node, dir, slug string, isClass bool) *badge.Image {
	img := &badge.Image{Alt: n.Field("alt").Text()}
	named := n.Field("image")
	var stem string
	var pngOnly bool
	switch {
	case named.Kind() == decl.Text:
		found, ok := l.namedImage(named, dir)
		if !ok {
			l.use(dir + "/" + slug)
			return nil
		}
		stem, pngOnly = strings.TrimSuffix(found, path.Ext(found)), path.Ext(found) == ".png"
	case named.Exists():
		l.use(dir + "/" + slug)
		return nil // Validate has reported it
	default:
		stem = dir + "/" + slug
		if !l.files[stem+".png"] && !l.files[stem+".svg"] && isClass {
			stem = "content/images/default"
		}
	}
	if name := stem + ".png"; l.files[name] {
		img.File = name
	}
	if name := stem + ".svg"; l.files[name] && !pngOnly {
		img.SVG = name
	}
	if img.File == "" && img.SVG == "" {
		if isClass {
			l.report(rule.ImageMissing.At(n.Pos(), "put "+slug+".png beside this file, or default.png in content/images/", "the class has no image"))
		}
		return nil
	}
	return l.inspect(img, n, isClass)
}

// namedImage finds the file that an image key names: beside the declaration, or in content/images/.
func (l *loader) namedImage(n decl.Node, dir string) (string, bool) {
	name := n.Text()
	if !fs.ValidPath(name) || strings.Contains(name, `\`) {
		return "", false // Validate has reported it
	}
	if !isImage(name) {
		l.report(rule.ImageMissing.At(n.Pos(), "badge images are .png or .svg, in lower case", "%s is neither a PNG nor an SVG", diag.Quote(name)))
		return "", false
	}
	for _, candidate := range []string{path.Join(dir, name), path.Join("content/images", name), path.Join("content", name)} {
		if l.files[candidate] {
			return candidate, true
		}
	}
	var near []string
	for _, f := range l.names {
		if isImage(f) {
			near = append(near, path.Base(f))
		}
	}
	l.report(rule.ImageMissing.At(n.Pos(), suggestion(name, near, "the images are"), "the image %s is neither beside this file nor in content/images/", diag.Quote(name)))
	return "", false
}

func (l *loader) inspect(img *badge.Image, n decl.Node, isClass bool) *badge.Image {
	usable := false
	for _, name := range []string{img.File, img.SVG} {
		if name == "" {
			continue
		}
		p := l.picture(name, isClass)
		usable = usable || p.usable
		if name == img.File {
			img.Width, img.Height = p.width, p.height
		}
	}
	if img.File == "" && usable {
		usable = l.drawn(img, isClass)
	}
	if img.Alt == "" {
		l.report(rule.ImageAlt.At(n.Pos(), `say what the picture shows: alt: A gopher holding a rosette`, "the image has no alternative text"))
	}
	if !usable {
		return nil
	}
	return img
}

// drawn settles whether a PNG is drawn from an SVG. An issuer's picture may do without.
func (l *loader) drawn(img *badge.Image, isClass bool) bool {
	p := l.images[img.SVG]
	if len(p.refusals) == 0 {
		img.Drawn, img.Width, img.Height = true, p.width, p.height
		return true
	}
	if isClass && !p.reported {
		p.reported = true
		stem := strings.TrimSuffix(path.Base(img.SVG), ".svg")
		for _, r := range p.refusals {
			found := ""
			if r.Found != "" {
				found = ": " + diag.Quote(r.Found)
			}
			l.report(rule.ImageDrawing.At(diag.Pos{File: img.SVG, Line: r.Line, Col: r.Col},
				"leave it out, or put a picture of the drawing beside it as "+stem+".png", "%s%s", r.What, found))
		}
	}
	return !isClass
}

// picture looks at an image file, once.
func (l *loader) picture(name string, isClass bool) *picture {
	l.used[name] = true
	if p, ok := l.images[name]; ok {
		return p
	}
	p := &picture{}
	l.images[name] = p
	data, ok := l.data(name)
	if !ok {
		return p
	}
	l.opts.Cache.picture(l, p, name, data, isClass)
	return p
}

// look looks at a picture's bytes.
func (l *loader) look(p *picture, name string, data []byte, isClass bool) {
	pos := diag.Pos{File: name}
	if path.Ext(name) == ".svg" {
		l.svg(p, name, data, isClass)
		return
	}
	info, err := artwork.InspectPNG(data)
	if err != nil {
		l.report(rule.ImageBroken.At(pos, "export the image again as PNG", "%s", err))
		return
	}
	p.usable, p.width, p.height = true, int(info.Width), int(info.Height)
	if !isClass {
		return
	}
	l.square(pos, info)
	if min(p.width, p.height) < smallImage {
		l.report(rule.ImageSmall.At(pos, "draw it 400 to 600 pixels wide", "the image is %d by %d pixels; some backpacks refuse less than %d", p.width, p.height, smallImage))
	}
	if len(data) > largeImage {
		l.report(rule.ImageLarge.At(pos, "draw it 400 to 600 pixels wide, with fewer colours", "the image has %d KB; some backpacks refuse more than %d KB", len(data)/1000, largeImage/1000))
	}
}

func (l *loader) square(pos diag.Pos, info artwork.Info) {
	if !info.Square() && info.Width != 0 {
		l.report(rule.ImageSquare.At(pos, "give it as many rows as columns", "the image is %g by %g, not square", info.Width, info.Height))
	}
}

func (l *loader) svg(p *picture, name string, data []byte, isClass bool) {
	info, findings, err := artwork.InspectSVG(data)
	for _, f := range findings {
		found := ""
		if f.Found != "" {
			found = ": " + diag.Quote(f.Found)
		}
		l.report(rule.ImageUnsafe.At(diag.Pos{File: name, Line: f.Line, Col: f.Col}, "export the drawing again without it; blazon never changes an author's drawing", "%s%s", f.What, found))
	}
	pos := diag.Pos{File: name}
	if err != nil {
		reason := err.Error()
		var syntax *artwork.SyntaxError
		if errors.As(err, &syntax) {
			pos.Line, pos.Col, reason = syntax.Line, syntax.Col, syntax.Reason
		}
		l.report(rule.ImageBroken.At(pos, "export the drawing again as plain SVG", "%s", reason))
		return
	}
	if isClass {
		l.square(pos, info)
	}
	if len(findings) > 0 {
		return
	}
	if _, err := bake.SplitSVG(data); err != nil {
		l.report(rule.ImageBroken.At(pos, "blazon puts badges into a copy of the drawing, and cannot into this one", "%s", err))
		return
	}
	p.usable = true
	p.refusals = drawing.Check(data)
	p.width, p.height = badge.DrawnWidth, badge.DrawnWidth
	if info.Width > 0 && info.Height > 0 {
		p.height = int(math.Round(badge.DrawnWidth * min(max(info.Height/info.Width, 1.0/badge.DrawnWidth), maxTall)))
	}
}

// maxTall is how many times as high as wide a picture is drawn at most.
const maxTall = 4
