package artwork_test

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/artwork"
	"blazon/internal/bake"
)

var handler = regexp.MustCompile(`^on[a-z]+$`)

// suspect reads an SVG with another XML reader and says what a careless person would see is wrong with it.
func suspect(data []byte) (string, error) {
	decoder := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.Directive:
			return "directive", nil
		case xml.ProcInst:
			if token.Target == "xml-stylesheet" {
				return "style sheet", nil
			}
		case xml.StartElement:
			switch strings.ToLower(token.Name.Local) {
			case "script", "foreignobject", "iframe", "object", "embed", "handler":
				return token.Name.Local, nil
			}
			for _, a := range token.Attr {
				local := strings.ToLower(a.Name.Local)
				switch {
				case a.Name.Space == "xmlns":
				case handler.MatchString(local):
					return a.Name.Local, nil
				case local == "href" && !strings.HasPrefix(strings.TrimSpace(a.Value), "#"):
					return "href", nil
				case local == "style" && strings.Contains(a.Value, "url(h"):
					return "style", nil
				}
			}
		}
	}
}

func FuzzInspectSVG(f *testing.F) {
	count := 0
	for _, set := range []map[string][]byte{corpus(f, "hostile", hostile), corpus(f, "broken", broken), corpus(f, "safe", safe)} {
		for _, data := range set {
			f.Add(data)
			count++
		}
	}
	require.Greater(f, count, 100)
	f.Fuzz(func(t *testing.T, data []byte) {
		info, findings, err := artwork.InspectSVG(data)
		text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(data), "\ufeff"))
		rows := strings.Split(text, "\n")
		inside := func(line, col int) {
			require.LessOrEqual(t, line, len(rows))
			require.LessOrEqual(t, col, utf8.RuneCountInString(rows[line-1])+1)
		}
		for _, f := range findings {
			require.Positive(t, f.Line)
			require.Positive(t, f.Col)
			inside(f.Line, f.Col)
			assert.NotEmpty(t, f.What)
			assert.LessOrEqual(t, utf8.RuneCountInString(f.Found), 40)
		}
		if err != nil {
			var syntax *artwork.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.Zero(t, info)
			if syntax.Line > 0 {
				inside(syntax.Line, syntax.Col)
			}
			return
		}
		if len(findings) > 0 {
			return
		}
		// Go's reader knows fewer letters for names (XML 1.0, fourth edition).
		what, err := suspect(data)
		if err != nil && strings.IndexFunc(string(data), func(r rune) bool { return r > 0x7f }) < 0 {
			require.NoError(t, err, "accepted here but not by encoding/xml")
		}
		require.Empty(t, what)
	})
}

func FuzzInspectPNG(f *testing.F) {
	for _, pattern := range []string{"pngsuite/*.png", "invalid-*.png"} {
		files, err := filepath.Glob(filepath.Join(goTestdata(f), pattern))
		require.NoError(f, err)
		require.NotEmpty(f, files)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			if len(data) < 2_000 {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, data := range [][]byte{data, mend(data)} {
			info, err := artwork.InspectPNG(data)
			if err != nil {
				assert.Zero(t, info)
				continue
			}
			_, err = bake.Split(data)
			require.NoError(t, err)
			img, err := png.Decode(bytes.NewReader(data))
			require.NoError(t, err)
			assert.Equal(t, info, artwork.Info{Width: float64(img.Bounds().Dx()), Height: float64(img.Bounds().Dy())})
		}
	})
}

// mend corrects the checksums of a file, so that a fuzzer's changes come past them, and keeps the picture small.
func mend(data []byte) []byte {
	out := bytes.Clone(data[:min(len(data), 8)])
	for at := 8; at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if n > len(data)-at-12 {
			break
		}
		body := bytes.Clone(data[at+8 : at+8+n])
		if at == 8 && n == 13 {
			body[0], body[1], body[4], body[5] = 0, 0, 0, 0
		}
		out = append(out, chunk(string(data[at+4:at+8]), string(body))...)
		at += 12 + n
	}
	return out
}
