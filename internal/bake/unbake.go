package bake

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"blazon/internal/markup"
)

// Content says what a baked text looks like. It is a guess by form, for choosing a reader; nothing is verified.
type Content string

const (
	JSON    Content = "json" // a JSON object: an assertion or a credential
	JWS     Content = "jws"  // three base64url parts with dots between them
	URL     Content = "url"  // an http or https address, as bakers wrote before 2013
	Unknown Content = "unknown"
)

// Found is a baked text as it stands in a file.
type Found struct {
	Text
	// Chunk is the type of the PNG's chunk: "iTXt", or "tEXt" of the bakers before 2013. Of an SVG it is the element's
	// name: "assertion" or "credential".
	Chunk      string
	Offset     int    // byte at which the chunk or the element begins
	Compressed bool   // an iTXt may be, though no generation of Open Badges allows it
	Verify     string // the attribute of that name in an SVG: an address or a JWS; nothing makes sure that it fits Value
	Content    Content
}

// Unbake returns every baked text of an image in file order, as UnbakePNG or UnbakeSVG does. The bytes tell which it
// is. The error is one of theirs, or wraps ErrNotImage.
func Unbake(image []byte) ([]Found, error) {
	switch FormOf(image) {
	case PNG:
		return UnbakePNG(image)
	case SVG:
		return UnbakeSVG(image)
	}
	return nil, fmt.Errorf("%w: %s", ErrNotImage, describe(image))
}

// Form is a kind of image that badges are baked into.
type Form string

const (
	PNG Form = "png"
	SVG Form = "svg"
)

// FormOf tells PNG and SVG by the first bytes, and is empty for everything else. Whether they are sound is for others
// to say; any XML or HTML counts as SVG.
func FormOf(image []byte) Form {
	if bytes.HasPrefix(image, []byte(signature)) {
		return PNG
	}
	start := bytes.TrimPrefix(image, []byte(markup.Mark))
	// UTF-16 is told as well, so that whoever reads the SVG can say so.
	wide := bytes.HasPrefix(start, []byte("\xff\xfe<\x00")) || bytes.HasPrefix(start, []byte("\xfe\xff\x00<"))
	if start = bytes.TrimLeft(start, blanks); wide || len(start) > 0 && start[0] == '<' {
		return SVG
	}
	return ""
}

// UnbakePNG returns every baked text of a PNG in file order. A PNG without any is no error. The text of a tEXt chunk is
// turned from Latin-1 into UTF-8, a compressed iTXt is unpacked. Bytes after IEND do not matter.
//
// The error is one that Chunks returns, or a *FormatError for a chunk that has one of the keywords and cannot be
// read: malformed, not UTF-8, beyond MaxText, a zTXt (no generation of Open Badges has badges there), or one of more
// than 16.
func UnbakePNG(png []byte) ([]Found, error) {
	chunks, err := Chunks(png)
	if err != nil {
		return nil, err
	}
	var found []Found
	for _, c := range chunks {
		keyword := keyword(c)
		if keyword == "" {
			continue
		}
		if len(found) == maxFound {
			return nil, c.errorf("more than %d badges in one file", maxFound)
		}
		f := Found{Text: Text{Keyword: keyword}, Chunk: c.Type, Offset: c.Offset}
		switch c.Type {
		case "iTXt":
			f.Value, f.Compressed, err = international(c)
		case "tEXt":
			f.Value, err = latin1(c)
		default:
			err = c.errorf("badges are not allowed in compressed text chunks")
		}
		if err != nil {
			return nil, err
		}
		f.Content = contentOf(f.Value)
		found = append(found, f)
	}
	return found, nil
}

// First picks the text of a keyword that counts: the first iTXt ("Baking", PNGs) or the first element of an SVG. Only
// OB2 has a past in tEXt, so a tEXt counts for OB2 and there only where no iTXt has the keyword.
func First(found []Found, keyword string) (Found, bool) {
	var old *Found
	for i, f := range found {
		switch {
		case f.Keyword != keyword:
		case f.Chunk != "tEXt":
			return f, true
		case keyword == OB2 && old == nil:
			old = &found[i]
		}
	}
	if old == nil {
		return Found{}, false
	}
	return *old, true
}

// keyword is the keyword of a chunk that holds a badge, and empty for every other chunk. The end of the data ends a
// keyword too, so that a chunk that is cut short counts as a broken badge and is not handed on.
func keyword(c Chunk) string {
	switch c.Type {
	case "iTXt", "tEXt", "zTXt":
		name, _, _ := bytes.Cut(c.Data, []byte{0})
		for _, k := range keywords {
			if string(name) == k {
				return k
			}
		}
	}
	return ""
}

// international reads an iTXt chunk (PNG, "iTXt").
func international(c Chunk) (text string, compressed bool, err error) {
	_, rest, ok := bytes.Cut(c.Data, []byte{0})
	if !ok || len(rest) < 2 {
		return "", false, c.errorf("the data ends after the keyword")
	}
	flag, method := rest[0], rest[1]
	_, rest, ok = bytes.Cut(rest[2:], []byte{0}) // language tag
	if ok {
		_, rest, ok = bytes.Cut(rest, []byte{0}) // translated keyword
	}
	if !ok {
		return "", false, c.errorf("the data ends before the text")
	}
	switch flag {
	case 0:
	case 1:
		if method != 0 {
			return "", true, c.errorf("compression method %d, want 0", method)
		}
		if rest, err = inflate(c, rest); err != nil {
			return "", true, err
		}
	default:
		return "", false, c.errorf("compression flag %d, want 0 or 1", flag)
	}
	if len(rest) > MaxText {
		return "", flag == 1, c.errorf("text is longer than %d bytes", MaxText)
	}
	if !utf8.Valid(rest) {
		return "", flag == 1, c.errorf("text is not UTF-8")
	}
	return string(rest), flag == 1, nil
}

// inflate unpacks at most one byte more than MaxText, which is enough for the caller to see that it is too much.
func inflate(c Chunk, packed []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, c.errorf("compressed text cannot be unpacked: %s", plain(err))
	}
	text, err := io.ReadAll(io.LimitReader(r, MaxText+1))
	if err != nil {
		return nil, c.errorf("compressed text cannot be unpacked: %s", plain(err))
	}
	return text, nil
}

func plain(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "zlib: ")
}

// latin1 reads a tEXt chunk (PNG, "tEXt").
func latin1(c Chunk) (string, error) {
	_, text, ok := bytes.Cut(c.Data, []byte{0})
	if !ok {
		return "", c.errorf("the data ends after the keyword")
	}
	if len(text) > MaxText {
		return "", c.errorf("text is longer than %d bytes", MaxText)
	}
	var out strings.Builder
	out.Grow(len(text))
	for _, b := range text {
		out.WriteRune(rune(b))
	}
	return out.String(), nil
}

func contentOf(text string) Content {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "{"):
		if json.Valid([]byte(text)) {
			return JSON
		}
	case isJWS(text):
		return JWS
	case isURL(text):
		return URL
	}
	return Unknown
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// isJWS reports whether the text has the form of a JWS compact serialization (RFC 7515, section 7.1).
func isJWS(text string) bool {
	parts := strings.SplitN(text, ".", 4)
	// The decoder skips line ends, which a compact serialization does not have.
	if len(parts) != 3 || strings.ContainsAny(text, "\r\n") {
		return false
	}
	for _, part := range parts {
		if _, err := base64.RawURLEncoding.DecodeString(part); part == "" || err != nil {
			return false
		}
	}
	return true
}
