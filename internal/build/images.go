package build

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"runtime"
	"sync"

	"blazon/internal/badge"
	"blazon/internal/bake"
	"blazon/internal/drawing"
	"blazon/internal/lossless"
	"blazon/internal/plan"
	"blazon/internal/preview"
)

// Pictures remembers derived pictures from one build to the next. It may forget any of them at any time. A key stands for
// everything that the bytes depend on.
type Pictures interface {
	Get(key [32]byte) ([]byte, bool)
	Put(key [32]byte, data []byte)
}

// image lists the forms of a picture, each without any badge that it holds: somebody's badge, taken for artwork, may name
// a person.
func (b *builder) image(stage plan.Stage, img *badge.Image, path func(ext string) string) {
	if img.SVG != "" {
		b.lasting(stage, path("svg"), func() ([]byte, error) {
			t, err := b.svgTemplate(img)
			if err != nil {
				return nil, err
			}
			return t.Unbaked(), nil
		})
	}
	if img.PNG() {
		b.later = append(b.later, img)
		b.lasting(stage, path("png"), func() ([]byte, error) {
			t, err := b.pngTemplate(img)
			if err != nil {
				return nil, err
			}
			return t.Bake()
		})
	}
}

// png is the PNG of a picture as it is published: the author's, or drawn from the author's SVG, and with its pixels in as
// few bytes as possible.
func (b *builder) png(img *badge.Image) ([]byte, error) {
	if img.File != "" {
		data, err := fs.ReadFile(b.in.Project, img.File)
		if err != nil {
			return nil, err
		}
		return b.derive("reduce", data, func() ([]byte, error) {
			r, err := lossless.Reduce(data)
			return r.PNG, named(img.File, err)
		})
	}
	data, err := fs.ReadFile(b.in.Project, img.SVG)
	if err != nil {
		return nil, err
	}
	return b.derive(fmt.Sprintf("draw %d %d", img.Width, img.Height), data, func() ([]byte, error) {
		picture, err := drawing.Draw(context.Background(), data, img.Width, img.Height)
		if err != nil {
			return nil, named(img.SVG, err)
		}
		file, err := lossless.Encode(picture)
		return file, named(img.SVG, err)
	})
}

// card is the link preview of a picture.
func (b *builder) card(img *badge.Image) ([]byte, error) {
	return b.fromPNG("card", img, func(picture image.Image) ([]byte, error) { return preview.Card(picture, nil) })
}

// icon is a picture as an icon.
func (b *builder) icon(img *badge.Image, size int, ground color.Color) ([]byte, error) {
	return b.fromPNG(fmt.Sprintf("icon %d %v", size, ground), img, func(picture image.Image) ([]byte, error) {
		return preview.Icon(picture, size, ground)
	})
}

// fromPNG derives a picture from a published PNG.
func (b *builder) fromPNG(what string, img *badge.Image, make func(image.Image) ([]byte, error)) ([]byte, error) {
	t, err := b.pngTemplate(img)
	if err != nil {
		return nil, err
	}
	file, err := t.Bake()
	if err != nil {
		return nil, err
	}
	return b.derive(what, file, func() ([]byte, error) {
		b.drawing <- struct{}{}
		defer func() { <-b.drawing }()
		picture, err := decode(file)
		if err != nil {
			return nil, err
		}
		return make(picture)
	})
}

// drawings is how many pictures are derived from others at once: each takes about 12 MB. Of a site with very many awards,
// these need the memory.
func drawings(awards int) int {
	if awards > 30_000 {
		return 1
	}
	return min(runtime.GOMAXPROCS(0), 4)
}

func decode(file []byte) (image.Image, error) { return png.Decode(bytes.NewReader(file)) }

// named says which file an error is about.
func named(file string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", file, err)
}

// derive makes a picture from another one, or remembers it. image/png and compression may differ between releases of Go.
func (b *builder) derive(what string, from []byte, make func() ([]byte, error)) ([]byte, error) {
	if b.in.Pictures == nil {
		return make()
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%s\n", drawing.Version, lossless.Version, preview.Version, runtime.Version(), what)
	h.Write(from)
	key := [32]byte(h.Sum(nil))
	if data, ok := b.in.Pictures.Get(key); ok {
		return data, nil
	}
	data, err := make()
	if err == nil {
		b.in.Pictures.Put(key, data)
	}
	return data, err
}

// templates are the classes' images, taken apart once for all awards. Classes share pictures, and beyond a limit those
// that come later are taken apart again for each award: there may be 5,000 classes.
type templates struct {
	sync.Mutex
	pngs  map[string]*kept[*bake.Template]
	svgs  map[string]*kept[*bake.SVGTemplate]
	size  int
	later []*badge.Image // what may be made ahead of time
}

// templateBytes is how much of the classes' images is kept at once.
const templateBytes = 48 << 20

// kept is what is remembered, once made is closed.
type kept[T any] struct {
	made chan struct{}
	t    T
	err  error
}

// pngName is the file that a published PNG comes from.
func pngName(img *badge.Image) string { return cmp.Or(img.File, img.SVG) }

// pngTemplate takes the published PNG of a picture apart.
func (b *builder) pngTemplate(img *badge.Image) (*bake.Template, error) {
	name := pngName(img)
	return remember(b, &b.templates.pngs, name, func() (*bake.Template, int, error) {
		data, err := b.png(img)
		if err != nil {
			return nil, 0, err
		}
		t, err := bake.Split(data)
		return t, len(data), named(name, err)
	})
}

// svgTemplate takes the SVG of a picture apart.
func (b *builder) svgTemplate(img *badge.Image) (*bake.SVGTemplate, error) {
	return remember(b, &b.templates.svgs, img.SVG, func() (*bake.SVGTemplate, int, error) {
		data, err := fs.ReadFile(b.in.Project, img.SVG)
		if err != nil {
			return nil, 0, err
		}
		t, err := bake.SplitSVG(data)
		return t, len(data), named(img.SVG, err)
	})
}

// remember keeps what produce returns under a name, as long as there is room; produce says how many bytes it takes.
func remember[T any](b *builder, held *map[string]*kept[T], name string, produce func() (T, int, error)) (T, error) {
	t := &b.templates
	t.Lock()
	k, ok := (*held)[name]
	if ok {
		t.Unlock()
		await(b, k.made)
		return k.t, k.err
	}
	if t.size >= templateBytes {
		t.Unlock()
		made, _, err := produce()
		return made, err
	}
	if *held == nil {
		*held = map[string]*kept[T]{}
	}
	k = &kept[T]{made: make(chan struct{})}
	(*held)[name] = k
	t.Unlock()
	defer close(k.made)
	var size int
	k.t, size, k.err = produce()
	t.Lock()
	t.size += size
	t.Unlock()
	return k.t, k.err
}

// await waits for what somebody else makes. Awards of one class come one after the other, so all workers would wait for
// one picture, then for the next one: each makes others in the meantime, which are needed soon.
func await(b *builder, made <-chan struct{}) {
	for {
		select {
		case <-made:
			return
		default:
		}
		img := b.next()
		if img == nil {
			<-made
			return
		}
		_, _ = b.pngTemplate(img) // whoever needs it gets the error
	}
}

// next takes a picture that nobody has begun to make; nil where there is none, or no room for it.
func (b *builder) next() *badge.Image {
	t := &b.templates
	t.Lock()
	defer t.Unlock()
	for len(t.later) > 0 && t.size < templateBytes {
		img := t.later[0]
		t.later = t.later[1:]
		if _, begun := t.pngs[pngName(img)]; !begun {
			return img
		}
	}
	return nil
}
