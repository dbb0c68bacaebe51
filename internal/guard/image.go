package guard

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/png"
	"io/fs"

	"blazon/internal/badge"
	"blazon/internal/drawing"
)

// imageComparer tells whether two pictures look alike. Files that differ in their bytes are compared by their pixels: one
// that was only written anew, with other compression or without its metadata, is the same picture.
type imageComparer struct {
	old, new fs.FS
	seen     map[[4]string]string // by the files' names: classes share pictures
}

// differ names the file of a picture that looks different from the one before; it is empty where none does. A picture that
// could not be used is not compared.
func (c *imageComparer) differ(old, new *badge.Image) (string, error) {
	if old == nil || new == nil {
		return "", nil
	}
	key := [4]string{old.File, old.SVG, new.File, new.SVG}
	if file, ok := c.seen[key]; ok {
		return file, nil
	}
	file, err := c.compare(old, new)
	if err == nil {
		c.seen[key] = file
	}
	return file, err
}

func (c *imageComparer) compare(old, new *badge.Image) (string, error) {
	if old.SVG != "" && new.SVG != "" {
		if same, err := c.sameSVG(old, new); err != nil || !same {
			return new.SVG, err
		}
	}
	if !old.PNG() || !new.PNG() || old.Drawn && new.Drawn {
		return "", nil
	}
	file := cmp.Or(new.File, new.SVG)
	before, err := fs.ReadFile(c.old, cmp.Or(old.File, old.SVG))
	if err != nil {
		return "", err
	}
	after, err := fs.ReadFile(c.new, file)
	if err != nil {
		return "", err
	}
	if !old.Drawn && !new.Drawn && bytes.Equal(before, after) {
		return "", nil
	}
	a, err := pixels(before, old)
	if err != nil {
		return "", err
	}
	b, err := pixels(after, new)
	if err != nil || samePixels(a, b) {
		return "", err
	}
	return file, nil
}

// sameSVG compares two drawings: by their text, or drawn by blazon where it can draw both.
func (c *imageComparer) sameSVG(old, new *badge.Image) (bool, error) {
	before, err := fs.ReadFile(c.old, old.SVG)
	if err != nil {
		return false, err
	}
	after, err := fs.ReadFile(c.new, new.SVG)
	if err != nil {
		return false, err
	}
	if bytes.Equal(unixLines(before), unixLines(after)) {
		return true, nil
	}
	if len(drawing.Check(before)) > 0 || len(drawing.Check(after)) > 0 {
		return false, nil
	}
	if old.Drawn && new.Drawn && (old.Width != new.Width || old.Height != new.Height) {
		return false, nil
	}
	const side = badge.DrawnWidth
	a, err := drawing.Draw(context.Background(), before, side, side)
	if err != nil {
		return false, nil // too much to draw: then only the same text is the same picture
	}
	b, err := drawing.Draw(context.Background(), after, side, side)
	if err != nil {
		return false, nil
	}
	return samePixels(a, b), nil
}

// unixLines is a text without the carriage returns that git on Windows puts into it.
func unixLines(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// pixels decodes the PNG of a picture, or draws the one that is published.
func pixels(data []byte, img *badge.Image) (image.Image, error) {
	if img.Drawn {
		picture, err := drawing.Draw(context.Background(), data, img.Width, img.Height)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", img.SVG, err)
		}
		return picture, nil
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", img.File, err)
	}
	return picture, nil
}

// samePixels compares colours as they are seen: what is fully transparent has none.
func samePixels(a, b image.Image) bool {
	if a.Bounds().Size() != b.Bounds().Size() {
		return false
	}
	size, from, to := a.Bounds().Size(), a.Bounds().Min, b.Bounds().Min
	for y := range size.Y {
		for x := range size.X {
			r1, g1, b1, a1 := a.At(from.X+x, from.Y+y).RGBA()
			r2, g2, b2, a2 := b.At(to.X+x, to.Y+y).RGBA()
			if r1 != r2 || g1 != g2 || b1 != b2 || a1 != a2 {
				return false
			}
		}
	}
	return true
}
