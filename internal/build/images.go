package build

import (
	"bytes"
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
		file, err := drawing.Encode(picture)
		if err != nil {
			return nil, named(img.SVG, err)
		}
		r, err := lossless.Reduce(file)
		return r.PNG, named(img.SVG, err)
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
		b.drawing.Lock()
		defer b.drawing.Unlock()
		picture, err := decode(file)
		if err != nil {
			return nil, err
		}
		return make(picture)
	})
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
	pngs map[string]*kept[*bake.Template]
	svgs map[string]*kept[*bake.SVGTemplate]
	size int
}

// templateBytes is how much of the classes' images is kept at once.
const templateBytes = 48 << 20

type kept[T any] struct {
	once sync.Once
	t    T
	err  error
}

// pngTemplate takes the published PNG of a picture apart.
func (b *builder) pngTemplate(img *badge.Image) (*bake.Template, error) {
	name := img.File + img.SVG
	if img.File != "" {
		name = img.File
	}
	return remember(&b.templates, &b.templates.pngs, name, func() (*bake.Template, int, error) {
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
	return remember(&b.templates, &b.templates.svgs, img.SVG, func() (*bake.SVGTemplate, int, error) {
		data, err := fs.ReadFile(b.in.Project, img.SVG)
		if err != nil {
			return nil, 0, err
		}
		t, err := bake.SplitSVG(data)
		return t, len(data), named(img.SVG, err)
	})
}

// remember keeps what make returns under a name, as long as there is room; make says how many bytes it takes.
func remember[T any](t *templates, held *map[string]*kept[T], name string, make func() (T, int, error)) (T, error) {
	t.Lock()
	k, ok := (*held)[name]
	if !ok && t.size < templateBytes {
		if *held == nil {
			*held = map[string]*kept[T]{}
		}
		k = new(kept[T])
		(*held)[name], ok = k, true
	}
	t.Unlock()
	if !ok {
		made, _, err := make()
		return made, err
	}
	k.once.Do(func() {
		var size int
		k.t, size, k.err = make()
		t.Lock()
		t.size += size
		t.Unlock()
	})
	return k.t, k.err
}
