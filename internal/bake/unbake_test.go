package bake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
)

func TestUnbake(t *testing.T) {
	const jws = "eyJhbGciOiJSUzI1NiJ9.eyJ0eXBlIjoiQXNzZXJ0aW9uIn0.c2lnbmF0dXJl"
	for name, test := range map[string]struct {
		chunk      piece
		text       string
		content    bake.Content
		compressed bool
	}{
		"json":             {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00{\"a\":1}"}, `{"a":1}`, bake.JSON, false},
		"json with spaces": {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00 \n{}\n"}, " \n{}\n", bake.JSON, false},
		"json broken":      {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00{\"a\":"}, `{"a":`, bake.Unknown, false},
		"json list":        {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00[1]"}, `[1]`, bake.Unknown, false},
		"jws":              {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00" + jws}, jws, bake.JWS, false},
		"jws four parts":   {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00" + jws + ".a"}, jws + ".a", bake.Unknown, false},
		"jws empty part":   {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00YQ..YQ"}, "YQ..YQ", bake.Unknown, false},
		"jws line end":     {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00YQ.Y\nQ.YQ"}, "YQ.Y\nQ.YQ", bake.Unknown, false},
		"url":              {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00https://example.org/a.json"}, "https://example.org/a.json", bake.URL, false},
		"no url":           {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00file:///etc/passwd"}, "file:///etc/passwd", bake.Unknown, false},
		"empty":            {piece{"iTXt", "openbadges\x00\x00\x00\x00\x00"}, "", bake.Unknown, false},
		"language":         {piece{"iTXt", "openbadges\x00\x00\x00en-US\x00Open Badges\x00{}"}, "{}", bake.JSON, false},
		"method ignored":   {piece{"iTXt", "openbadges\x00\x00\x07\x00\x00{}"}, "{}", bake.JSON, false},
		"compressed":       {piece{"iTXt", "openbadges\x00\x01\x00\x00\x00" + deflate(`{"é":1}`)}, `{"é":1}`, bake.JSON, true},
		"compressed limit": {piece{"iTXt", "openbadges\x00\x01\x00\x00\x00" + deflate(strings.Repeat("a", bake.MaxText))}, strings.Repeat("a", bake.MaxText), bake.Unknown, true},
		"legacy":           {piece{"tEXt", "openbadges\x00http://example.org/a.json"}, "http://example.org/a.json", bake.URL, false},
		"legacy latin-1":   {piece{"tEXt", "openbadges\x00http://example.org/\xe9\xff"}, "http://example.org/éÿ", bake.URL, false},
	} {
		t.Run(name, func(t *testing.T) {
			want := []bake.Found{{
				Text:  bake.Text{Keyword: bake.OB2, Value: test.text},
				Chunk: test.chunk.kind, Offset: 33, Compressed: test.compressed, Content: test.content,
			}}
			file := insert(small(t), 1, test.chunk)
			found, err := bake.Unbake(file)
			require.NoError(t, err)
			assert.Equal(t, want, found)

			found, err = bake.Unbake(append(file, "bytes after the end"...))
			require.NoError(t, err)
			assert.Equal(t, want, found)
		})
	}
}

func TestUnbakeErrors(t *testing.T) {
	long := strings.Repeat("a", bake.MaxText+1)
	zipped := func(text string) string { return "openbadges\x00\x01\x00\x00\x00" + deflate(text) }
	for _, test := range []struct{ kind, data, want string }{
		{"iTXt", "openbadges\x00\x00", "the data ends after the keyword"},
		{"iTXt", "openbadges\x00\x00\x00\x00", "the data ends before the text"},
		{"iTXt", "openbadges\x00\x02\x00\x00\x00{}", "compression flag 2, want 0 or 1"},
		{"iTXt", "openbadges\x00\x01\x01\x00\x00" + deflate("{}"), "compression method 1, want 0"},
		{"iTXt", "openbadges\x00\x01\x00\x00\x00{}", "compressed text cannot be unpacked: invalid header"},
		{"iTXt", "openbadges\x00\x01\x00\x00\x00" + deflate("{}")[:4], "compressed text cannot be unpacked: it ends too early"},
		{"iTXt", "openbadges\x00\x00\x00\x00\x00a\xffb", "text is not UTF-8"},
		{"iTXt", "openbadges\x00\x00\x00\x00\x00" + long, "text is longer than 1048576 bytes"},
		{"tEXt", "openbadges\x00" + long, "text is longer than 1048576 bytes"},
		{"tEXt", "openbadges", "the data ends after the keyword"},
		{"zTXt", "openbadges\x00\x00" + deflate("{}"), "badges are not allowed in compressed text chunks"},
		{"iTXt", "openbadgecredential", "the data ends after the keyword"},
		{"iTXt", zipped(strings.Repeat("a", 64<<20)), "text is longer than 1048576 bytes"},
		{"iTXt", zipped("\xff"), "text is not UTF-8"},
		{"iTXt", "openbadges\x00\x01\x00\x00\x00" + deflate("{}")[:len(deflate("{}"))-4] + "abcd", "compressed text cannot be unpacked: invalid checksum"},
		{"iTXt", "openbadges\x00\x01\x00\x00\x00\x78\xbb\x01\x02\x03\x04\x03\x00", "compressed text cannot be unpacked: invalid dictionary"},
		{"iTXt", "openbadges\x00\x01\x00\x00\x00\x78\x9c\xff\xff\xff\xff\xff", "compressed text cannot be unpacked: flate: corrupt input before"},
	} {
		_, err := bake.Unbake(insert(small(t), 1, piece{test.kind, test.data}))
		assert.ErrorContains(t, err, "chunk "+test.kind+" at byte 33: "+test.want)
	}
}

func TestUnbakeStopsAtTooManyBadges(t *testing.T) {
	var many []piece
	for range 16 {
		many = append(many, piece{"tEXt", "openbadges\x00https://example.org/"})
	}
	found, err := bake.Unbake(insert(small(t), 1, many...))
	require.NoError(t, err)
	assert.Len(t, found, 16)
	_, err = bake.Unbake(insert(small(t), 1, append(many, many[0])...))
	assert.ErrorContains(t, err, "more than 16 badges in one file")
}

func TestUnbakeWithoutBadge(t *testing.T) {
	found, err := bake.Unbake(pictures(t)["made-neighbours"])
	require.NoError(t, err)
	assert.Empty(t, found)
}

func TestFirst(t *testing.T) {
	text := func(kind, keyword, value string) piece {
		if kind == "iTXt" {
			return piece{kind, keyword + "\x00\x00\x00\x00\x00" + value}
		}
		return piece{kind, keyword + "\x00" + value}
	}
	for name, test := range map[string]struct {
		chunks         []piece
		want2, want3   string
		found2, found3 bool
	}{
		"none":                  {},
		"first iTXt":            {[]piece{text("iTXt", bake.OB2, "a"), text("iTXt", bake.OB2, "b")}, "a", "", true, false},
		"iTXt before tEXt":      {[]piece{text("tEXt", bake.OB2, "a"), text("iTXt", bake.OB2, "b")}, "b", "", true, false},
		"tEXt alone":            {[]piece{text("tEXt", bake.OB2, "a"), text("tEXt", bake.OB2, "b")}, "a", "", true, false},
		"by keyword":            {[]piece{text("iTXt", bake.OB3, "a"), text("iTXt", bake.OB2, "b")}, "b", "a", true, true},
		"no tEXt in generation": {[]piece{text("tEXt", bake.OB3, "a")}, "", "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := bake.Unbake(insert(small(t), 2, test.chunks...))
			require.NoError(t, err)
			require.Len(t, found, len(test.chunks))
			got2, ok2 := bake.First(found, bake.OB2)
			got3, ok3 := bake.First(found, bake.OB3)
			assert.Equal(t, test.found2, ok2)
			assert.Equal(t, test.found3, ok3)
			assert.Equal(t, test.want2, got2.Value)
			assert.Equal(t, test.want3, got3.Value)
		})
	}
}

func TestBrokenFiles(t *testing.T) {
	good := cut(small(t))
	header, rest := good[0], good[1:]
	withHeader := func(data string) []byte { return join(append([]piece{{"IHDR", data}}, rest...)...) }
	flipped := insert(small(t), 1, piece{"tEXt", "Comment\x00a"})
	flipped[33+8] ^= 1
	badType := insert(small(t), 1, piece{"te\xe9t", ""})

	for _, test := range []struct {
		name string
		file []byte
		want string
	}{
		{"checksum", flipped, "chunk tEXt at byte 33: checksum does not match"},
		{"chunk type", badType, `byte 33: chunk type "te\xe9t" is not four letters`},
		{"chunk type digits", insert(small(t), 1, piece{"te1t", ""}), `byte 33: chunk type "te1t" is not four letters`},
		{"second header", insert(small(t), 1, header), "chunk IHDR at byte 33: a second IHDR"},
		{"no header", join(rest...), "chunk IDAT at byte 8: the first chunk must be IHDR"},
		{"header late", insert(small(t), 0, piece{"CgBI", "abcd"}), "chunk CgBI at byte 8: the first chunk must be IHDR"},
		{"header long", withHeader(header.data + "\x00"), "chunk IHDR at byte 8: 14 bytes of data, want 13"},
		{"no width", withHeader("\x00\x00\x00\x00" + header.data[4:]), "chunk IHDR at byte 8: width is 0, want 1 to 2147483647"},
		{"huge height", withHeader(header.data[:4] + "\x80\x00\x00\x00" + header.data[8:]), "chunk IHDR at byte 8: height is 2147483648, want 1 to 2147483647"},
		{"no pixels", join(header, piece{"IEND", ""}), "chunk IEND at byte 33: no IDAT chunk before it, so there is no picture"},
		{"end with data", join(header, rest[0], piece{"IEND", "ab"}), fmt.Sprintf("chunk IEND at byte %d: 2 bytes of data, want none", 33+12+len(rest[0].data))},
		{"no end", join(header, rest[0]), fmt.Sprintf("byte %d: the file ends without an IEND chunk", 33+12+len(rest[0].data))},
		{"ends in head", join(header)[:18], "chunk IHDR at byte 8: 13 bytes of data announced, the file ends after 2"},
		{"ends in length", append(join(header), 0, 0), "byte 35: the file ends inside a chunk"},
		{"ends in data", join(header, rest[0])[:50], fmt.Sprintf("chunk IDAT at byte 33: %d bytes of data announced, the file ends after 9", len(rest[0].data))},
		{"ends in checksum", join(header, piece{"teSt", "abcdef"})[:50], "chunk teSt at byte 33: the file ends inside the checksum"},
		{"length beyond all", append(join(header), "\xff\xff\xff\xffIDATabcdefgh"...), "chunk IDAT at byte 33: 4294967295 bytes of data announced, the file ends after 8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var format *bake.FormatError
			_, err := bake.Chunks(test.file)
			assert.EqualError(t, err, test.want)
			assert.ErrorAs(t, err, &format)
			_, err = bake.Split(test.file)
			assert.EqualError(t, err, test.want)
			_, err = bake.Unbake(test.file)
			assert.EqualError(t, err, test.want)
			_, err = bake.Bake(test.file, hosted)
			assert.EqualError(t, err, test.want)
		})
	}
}

func TestTooManyChunks(t *testing.T) {
	file := []byte(signature)
	pieces := cut(small(t))
	file = append(file, pieces[0].bytes()...)
	filler := piece{"teSt", ""}.bytes()
	for range 1 << 16 {
		file = append(file, filler...)
	}
	_, err := bake.Chunks(file)
	assert.EqualError(t, err, fmt.Sprintf("chunk teSt at byte %d: more than 65536 chunks", 33+(1<<16-1)*12))
}

func TestBytesAfterTheEnd(t *testing.T) {
	file := append(small(t), "abc"...)
	_, err := bake.Split(file)
	assert.EqualError(t, err, fmt.Sprintf("chunk IEND at byte %d: the image ends here but 3 bytes follow", len(file)-15))
	_, err = bake.Unbake(file)
	assert.NoError(t, err)
}

func TestFilesThatAreNoPNG(t *testing.T) {
	for file, want := range map[string]string{
		"":                            "the file is empty",
		"\x89PNG\r\n":                 "the file ends after 6 bytes",
		"\x89PNG\n\x1a\n\x00\x00\x00": "line ends were changed, as by a transfer in text mode",
		"\xff\xd8\xff\xe0":            "the file is a JPEG",
		"GIF89a":                      "the file is a GIF",
		"RIFF\x00\x00\x00\x00WEBPVP8": "the file is a WebP",
		"RIFF\x00\x00\x00\x00WAVEfmt": "the file does not begin with the PNG signature",
		"%PDF-1.7":                    "the file is a PDF",
		"\n <svg/>":                   "the file is SVG, HTML or other XML",
		"\x1f\x8b\b":                  "the file is compressed, as an svgz is",
		"hello":                       "the file does not begin with the PNG signature",
	} {
		_, err := bake.UnbakePNG([]byte(file))
		assert.EqualError(t, err, "not a PNG: "+want)
		assert.ErrorIs(t, err, bake.ErrNotPNG)
		_, err = bake.Split([]byte(file))
		assert.ErrorIs(t, err, bake.ErrNotPNG)
	}
}

// damaged is a small file with a badge that everything is done to.
func damaged(t *testing.T) []byte {
	baked, err := bake.Bake(small(t), bake.Text{Keyword: bake.OB2, Value: `{"type":"Assertion"}`})
	require.NoError(t, err)
	return baked
}

func TestEveryTruncation(t *testing.T) {
	file := damaged(t)
	for n := range file {
		_, err := bake.UnbakePNG(file[:n])
		var format *bake.FormatError
		if n < len(signature) {
			assert.ErrorIs(t, err, bake.ErrNotPNG, "%d bytes", n)
		} else if assert.True(t, errors.As(err, &format), "%d bytes", n) {
			assert.LessOrEqual(t, format.Offset, n)
		}
		_, err = bake.Split(file[:n])
		assert.Error(t, err, "%d bytes", n)
	}
}

// TestEveryBitFlip relies on each byte of a PNG being in its signature, a length or a checksum's reach.
func TestEveryBitFlip(t *testing.T) {
	file := damaged(t)
	for i := range file {
		for bit := range 8 {
			file[i] ^= 1 << bit
			_, err := bake.UnbakePNG(file)
			assert.Error(t, err, "bit %d of byte %d", bit, i)
			_, err = bake.Split(file)
			assert.Error(t, err, "bit %d of byte %d", bit, i)
			file[i] ^= 1 << bit
		}
	}
	_, err := bake.UnbakePNG(file)
	assert.NoError(t, err)
}
