// Package bake puts a badge into a PNG or an SVG and takes it out again (OB 2.0 and 3.0, "Baking").
//
// A badge is a text, JSON or a JWS, with a keyword that tells the generation. In a PNG it stands in one uncompressed
// iTXt chunk under that keyword, and one file may carry one text of each generation. In an SVG it stands in one element,
// and one file carries one text: the generations claim the same prefix for different namespaces. Baking is a splice:
// pixels are never decoded, a drawing is never written anew, and what is not an older badge keeps its bytes and its place.
//
//	template, err := bake.Split(png)                                       // once a class
//	baked, err := template.Bake(bake.Text{Keyword: bake.OB2, Value: json}) // once an award
//	found, err := bake.Unbake(baked)
//	badge, ok := bake.First(found, bake.OB2)
//
//	template, err := bake.SplitSVG(svg)
//	baked, err := template.Bake(bake.Text{Keyword: bake.OB2, Value: json}, address)
//
// Everything works on bytes in memory. No address that is found in an image is ever fetched.
package bake

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"unicode/utf8"
)

// Keywords of the chunks that hold badges. Case matters, as in every PNG keyword.
const (
	OB2 = "openbadges"          // OB 1.x and 2.0: an assertion's JSON or JWS
	OB3 = "openbadgecredential" // OB 3.0: a credential's JSON or JWS
)

// keywords is the order in which texts stand in a file: readers of 2.0 that stop at the first chunk come first.
var keywords = [...]string{OB2, OB3}

// Text is what is baked: a keyword, OB2 or OB3, and the badge as UTF-8 without zero bytes.
type Text struct {
	Keyword string
	Value   string
}

// Template is a PNG without a badge, ready to be baked many times. It does not change and may be used by several
// goroutines.
type Template struct {
	head []byte // signature and IHDR
	tail []byte // everything after IHDR
}

// Split checks a PNG as Chunks does and leaves out the badges that it holds: iTXt, tEXt and zTXt chunks of either
// keyword, readable or not. Bytes after IEND are an error, as a PNG ends there: to keep them would publish what no
// viewer shows, to drop them would change the author's file in silence. The template keeps a copy; png stays the
// caller's.
func Split(png []byte) (*Template, error) {
	chunks, err := Chunks(png)
	if err != nil {
		return nil, err
	}
	if last := chunks[len(chunks)-1]; last.End() != len(png) {
		return nil, last.errorf("the image ends here but %d bytes follow", len(png)-last.End())
	}
	whole := append(make([]byte, 0, len(png)), png[:chunks[0].End()]...)
	for _, c := range chunks[1:] {
		if keyword(c) == "" {
			whole = append(whole, png[c.Offset:c.End()]...)
		}
	}
	header := chunks[0].End()
	return &Template{head: whole[:header], tail: whole[header:]}, nil
}

// Bake returns the PNG with the texts directly after IHDR, where a reader finds them before the pixels: OB2 first,
// whatever the order given. Without texts it returns the unbaked image. It makes one allocation, the result.
//
// Errors: a keyword that is neither OB2 nor OB3 or is given twice; a text that is empty, longer than MaxText, not
// UTF-8 or holds a zero byte; a result beyond MaxFile (ErrTooLarge).
func (t *Template) Bake(texts ...Text) ([]byte, error) { return t.Append(nil, texts...) }

// Append is Bake into a buffer, which it grows if need be.
func (t *Template) Append(dst []byte, texts ...Text) ([]byte, error) {
	size := len(t.head) + len(t.tail)
	for i, text := range texts {
		if err := check(text); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(texts[:i], func(earlier Text) bool { return earlier.Keyword == text.Keyword }) {
			return nil, fmt.Errorf("keyword %s is given twice", text.Keyword)
		}
		size += overhead + len(text.Keyword) + len(fields) + len(text.Value)
	}
	if size > MaxFile {
		return nil, fmt.Errorf("%w: %d bytes with the badge, at most %d are written", ErrTooLarge, size, MaxFile)
	}
	out := append(slices.Grow(dst, size), t.head...)
	for _, keyword := range keywords {
		for _, text := range texts {
			if text.Keyword == keyword {
				out = appendText(out, text)
			}
		}
	}
	return append(out, t.tail...), nil
}

// Bake is Split and Template.Bake, for one image that is baked once.
func Bake(png []byte, texts ...Text) ([]byte, error) {
	template, err := Split(png)
	if err != nil {
		return nil, err
	}
	return template.Bake(texts...)
}

func check(text Text) error {
	switch {
	case !slices.Contains(keywords[:], text.Keyword):
		return fmt.Errorf("keyword %q is neither %s nor %s", text.Keyword, OB2, OB3)
	case text.Value == "":
		return fmt.Errorf("text of %s is empty", text.Keyword)
	case len(text.Value) > MaxText:
		return fmt.Errorf("text of %s has %d bytes, at most %d are allowed", text.Keyword, len(text.Value), MaxText)
	case !utf8.ValidString(text.Value):
		return fmt.Errorf("text of %s is not UTF-8", text.Keyword)
	case strings.IndexByte(text.Value, 0) >= 0:
		return fmt.Errorf("text of %s holds a zero byte", text.Keyword)
	}
	return nil
}

// fields stand between keyword and text of an uncompressed iTXt: the keyword's end, compression flag and method, an
// empty language tag and an empty translated keyword.
const fields = "\x00\x00\x00\x00\x00"

func appendText(out []byte, text Text) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(text.Keyword)+len(fields)+len(text.Value)))
	start := len(out)
	out = append(out, "iTXt"...)
	out = append(out, text.Keyword...)
	out = append(out, fields...)
	out = append(out, text.Value...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
}
