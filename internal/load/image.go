package load

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

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

// png is what a look at a PNG tells.
type png struct {
	info           artwork.Info
	size           int // in bytes
	unread, broken error
}

// lookAhead looks at PNGs in the background, the last first, as every pixel is looked at and who asks for them asks for
// the first first. Each is looked at once. The function that it returns ends that and waits for it.
func (l *loader) lookAhead() (end func()) {
	l.pngs = make(map[string]func() png)
	var names []string
	for _, name := range l.names {
		if path.Ext(name) != ".png" {
			continue
		}
		l.pngs[name] = sync.OnceValue(func() (p png) {
			data, err := readFile(l.fsys, name)
			if err != nil {
				return png{unread: err}
			}
			p.size = len(data)
			p.info, p.broken = l.opts.inspectPNG(data)
			return p
		})
		if path.Dir(name) == "content/badges" && l.opts.Cache == nil { // others may be anybody's, or are remembered
			names = append(names, name)
		}
	}
	var ended atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		for _, name := range slices.Backward(names) {
			if ended.Load() {
				return
			}
			l.pngs[name]()
		}
	})
	return func() { ended.Store(true); wg.Wait() }
}

// Pictures remembers from one run to the next which PNGs are whole: to look at every pixel takes longer than to read all the
// rest of a project. It may forget any of them at any time, and is asked by several goroutines at once. A key stands for
// the bytes of a file and for the look at them.
type Pictures interface {
	Get(key [32]byte) ([]byte, bool)
	Put(key [32]byte, data []byte)
}

// inspectPNG looks at a PNG, or remembers what it saw. What is broken it looks at each time.
func (o *Options) inspectPNG(data []byte) (artwork.Info, error) {
	if o.Pictures == nil {
		return artwork.InspectPNG(data)
	}
	sum := sha256.Sum256(data)
	key := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%x", artwork.Version, runtime.Version(), sum))
	if size, ok := o.Pictures.Get(key); ok && len(size) == 8 {
		return artwork.Info{Width: float64(binary.BigEndian.Uint32(size)), Height: float64(binary.BigEndian.Uint32(size[4:]))}, nil
	}
	info, err := artwork.InspectPNG(data)
	if err == nil {
		o.Pictures.Put(key, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(info.Width)), uint32(info.Height)))
	}
	return info, err
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
	if l.opts.Cache != nil || path.Ext(name) == ".svg" {
		if data, ok := l.data(name); ok {
			l.opts.Cache.picture(l, p, name, data, isClass)
		}
		return p
	}
	l.read++
	png := l.pngs[name]()
	if png.unread != nil {
		l.report(unreadable(name, png.unread))
		return p
	}
	l.png(p, name, png, isClass)
	return p
}

// look looks at a picture's bytes.
func (l *loader) look(p *picture, name string, data []byte, isClass bool) {
	if path.Ext(name) == ".svg" {
		l.svg(p, name, data, isClass)
		return
	}
	found := png{size: len(data)}
	found.info, found.broken = l.opts.inspectPNG(data)
	l.png(p, name, found, isClass)
}

// png judges a PNG by what a look at it tells.
func (l *loader) png(p *picture, name string, png png, isClass bool) {
	pos, info := diag.Pos{File: name}, png.info
	if png.broken != nil {
		l.report(rule.ImageBroken.At(pos, "export the image again as PNG", "%s", png.broken))
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
	if png.size > largeImage {
		l.report(rule.ImageLarge.At(pos, "draw it 400 to 600 pixels wide, with fewer colours", "the image has %d KB; some backpacks refuse more than %d KB", png.size/1000, largeImage/1000))
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
	p.width, p.height = badge.DrawnWidth, drawing.Height(badge.DrawnWidth, info.Width, info.Height)
}
