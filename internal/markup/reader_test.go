package markup_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/markup"
)

// tokens reads a file to its end or first mistake.
func tokens(data string, limits markup.Limits) (*markup.Reader, []markup.Token, error) {
	r, err := markup.NewReaderWithin([]byte(data), limits)
	if err != nil {
		return nil, nil, err
	}
	var all []markup.Token
	for {
		t, err := r.Next()
		if err != nil || t.Kind == markup.EndOfFile {
			return r, all, err
		}
		all = append(all, t)
	}
}

// show writes a token with the bytes of the file that its offsets mean.
func show(src string, t markup.Token) string {
	span := src[t.At:t.End]
	switch t.Kind {
	case markup.StartElement:
		line := fmt.Sprintf("start {%s}%s name %s empty %t", t.Space, t.Local, src[t.At+1:t.NameEnd], t.Empty)
		for _, a := range t.Attributes {
			prefix, declares := a.Declares()
			line += fmt.Sprintf("; {%s}%s=%s from %s", a.Space, a.Local, a.Value.S, src[a.At:a.End])
			if declares {
				line += " for " + prefix
			}
		}
		return line
	case markup.EndElement:
		return "end " + span
	case markup.Characters:
		return fmt.Sprintf("text %s cdata %t entities %t from %s", t.Text.S, t.CDATA, t.Text.Entities, span)
	case markup.Instruction:
		return fmt.Sprintf("instruction %s %s from %s", t.Local, t.Text.S, span)
	case markup.Comment:
		return "comment" + t.Text.S + "from " + span
	case markup.Doctype:
		return "doctype " + t.Text.S + " from " + span
	case markup.Entity:
		return "entity " + t.Text.S + " from " + span
	}
	return "?"
}

func TestTokens(t *testing.T) {
	for name, test := range map[string]struct {
		file   string
		prolog string
		want   []string
	}{
		"empty element": {"<a/>", "", []string{"start {}a name a empty true", "end "}},
		"prolog":        {"\ufeff<?xml version='1.0'?>\n<a></a>\n", "<?xml version='1.0'?>", []string{"start {}a name a empty false", "end </a>"}},
		"namespaces": {`<a:b xmlns:a="urn:1" c="1" a:c = '2'><d xmlns="urn:2" e=""/></a:b >`, "", []string{
			`start {urn:1}b name a:b empty false; {http://www.w3.org/2000/xmlns/}a=urn:1 from xmlns:a="urn:1" for a; {}c=1 from c="1"; {urn:1}c=2 from a:c = '2'`,
			`start {urn:2}d name d empty true; {}xmlns=urn:2 from xmlns="urn:2" for ; {}e= from e=""`,
			"end ", "end </a:b >",
		}},
		"text": {"<a>b &lt;&#x63;<!-- d --><![CDATA[&e;]]><?f g?></a><!--h -->", "", []string{
			"start {}a name a empty false", "text b <c cdata false entities false from b &lt;&#x63;", "comment d from <!-- d -->",
			"text &e; cdata true entities false from <![CDATA[&e;]]>", "instruction f g from <?f g?>", "end </a>", "comment" + "h from <!--h -->",
		}},
		"doctype": {"<!DOCTYPE a [<!ENTITY b 'c'><!-- > -->]><a b='&b;'>&b;&amp;</a>", "", []string{
			"doctype a from <!DOCTYPE a", "entity b from <!ENTITY b", "start {}a name a empty false; {}b=&b; from b='&b;'",
			"text &b;& cdata false entities true from &b;&amp;", "end </a>",
		}},
		"references beside a doctype": {"<!DOCTYPE a><a>&amp;lt;</a>", "", []string{
			"doctype a from <!DOCTYPE a", "start {}a name a empty false", "text &lt; cdata false entities false from &amp;lt;", "end </a>",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r, all, err := tokens(test.file, markup.Drawing())
			require.NoError(t, err)
			assert.Equal(t, strings.TrimPrefix(test.file, markup.Mark), r.Source())
			assert.Equal(t, test.prolog, r.Source()[:r.Prolog()])
			assert.Equal(t, strings.Contains(name, "doctype"), r.Typed())
			var got []string
			for _, token := range all {
				got = append(got, show(r.Source(), token))
			}
			assert.Equal(t, test.want, got)
			end, err := r.Next()
			require.NoError(t, err)
			assert.Equal(t, markup.EndOfFile, end.Kind)
		})
	}
}

func TestOffsets(t *testing.T) {
	r, all, err := tokens("\ufeff<a>x&amp;é&#65;y</a>", markup.Drawing())
	require.NoError(t, err)
	text := all[1].Text
	require.Equal(t, "x&éAy", text.S)
	for i, want := range map[int]string{0: "x", 1: "&amp;", 2: "é", 3: "é", 4: "&#65;", 5: "y"} {
		assert.True(t, strings.HasPrefix(r.Source()[text.Offset(i):], want), "byte %d", i)
	}
	var b markup.Builder
	b.Rune('é', 7)
	b.Part(text, 1, 4)
	b.Text(all[1].Text)
	built := b.Done()
	assert.Equal(t, "é&éx&éAy", built.S)
	assert.Equal(t, []int{7, 7, text.Offset(1), text.Offset(2)}, []int{built.Offset(0), built.Offset(1), built.Offset(2), built.Offset(3)})
}

func TestPosition(t *testing.T) {
	const src = "é\r\nb\rc\n\nd"
	for offset, want := range map[int][2]int{0: {1, 1}, 2: {1, 2}, 4: {2, 1}, 6: {3, 1}, 8: {4, 1}, 9: {5, 1}, 10: {5, 2}} {
		line, col := markup.Position(src, offset)
		assert.Equal(t, want, [2]int{line, col}, "offset %d", offset)
	}
}

func TestLimits(t *testing.T) {
	limits := markup.Limits{Bytes: 60, Elements: 3, Depth: 2, Attributes: 2}
	for name, test := range map[string]struct{ at, beyond, want string }{
		"bytes":      {"<a>" + strings.Repeat(" ", 53) + "</a>", "<a>" + strings.Repeat(" ", 54) + "</a>", "file has 61 bytes, at most 60 are allowed"},
		"mark":       {"\ufeff<a>" + strings.Repeat(" ", 53) + "</a>", "", "file is empty"},
		"elements":   {"<a><b/><b/></a>", "<a><b/><b/><b/></a>", "line 1, column 12: more than 3 elements"},
		"depth":      {"<a><b></b></a>", "<a><b><c/></b></a>", "line 1, column 7: elements are nested more than 2 deep"},
		"attributes": {"<a b='' c=''/>", "<a b='' c='' d=''/>", "line 1, column 1: more than 2 attributes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := tokens(test.at, limits)
			assert.NoError(t, err)
			_, _, err = tokens(test.beyond, limits)
			assert.EqualError(t, err, test.want)
		})
	}
}

// plain writes what both readers say of a file: elements, attributes and text, joined.
func plain(all []markup.Token) (out []string) {
	text := ""
	flush := func() {
		if text != "" {
			out = append(out, "text "+text)
		}
		text = ""
	}
	for _, t := range all {
		switch t.Kind {
		case markup.StartElement:
			flush()
			line := "start " + t.Space + " " + t.Local
			for _, a := range t.Attributes {
				if _, ok := a.Declares(); !ok {
					line += " " + a.Space + " " + a.Local + "=" + a.Value.S
				}
			}
			out = append(out, line)
		case markup.EndElement:
			flush()
			out = append(out, "end")
		case markup.Characters:
			text += t.Text.S
		}
	}
	return out
}

// others is plain by Go's own reader, which turns line ends into LF.
func others(data string) (out []string, err error) {
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(data, markup.Mark)))
	text, depth := "", 0
	flush := func() {
		if text != "" {
			out = append(out, "text "+text)
		}
		text = ""
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			flush()
			depth++
			line := "start " + token.Name.Space + " " + token.Name.Local
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" && (a.Name.Space != "" || a.Name.Local != "xmlns") {
					line += " " + a.Name.Space + " " + a.Name.Local + "=" + a.Value
				}
			}
			out = append(out, line)
		case xml.EndElement:
			flush()
			depth--
			out = append(out, "end")
		case xml.CharData:
			if depth > 0 {
				text += string(token)
			}
		}
	}
}

func FuzzReader(f *testing.F) {
	count := 0
	for _, folder := range []string{"safe", "hostile", "broken"} {
		files, err := filepath.Glob(filepath.Join("..", "artwork", "testdata", folder, "*"))
		require.NoError(f, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(data)
			count++
		}
	}
	require.Greater(f, count, 100)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, all, err := tokens(string(data), markup.Drawing())
		if err != nil {
			var syntax *markup.SyntaxError
			require.ErrorAs(t, err, &syntax)
			return
		}
		at, depth := r.Prolog(), 0
		for _, token := range all {
			require.GreaterOrEqual(t, token.At, 0)
			require.LessOrEqual(t, token.At, token.End)
			require.LessOrEqual(t, token.End, len(r.Source()))
			switch token.Kind {
			case markup.StartElement:
				depth++
				require.Equal(t, byte('<'), r.Source()[token.At])
				require.Equal(t, byte('>'), r.Source()[token.End-1])
				require.Equal(t, token.Empty, r.Source()[token.End-2] == '/')
				for _, a := range token.Attributes {
					require.Less(t, a.At, a.End)
					require.LessOrEqual(t, a.End, token.End)
				}
			case markup.EndElement:
				depth--
			case markup.Doctype, markup.Entity:
				continue
			}
			if token.Kind != markup.EndElement || token.At >= at {
				require.GreaterOrEqual(t, token.At, at)
				at = token.End
			}
			for i := range token.Text.S {
				require.Less(t, token.Text.Offset(i), len(r.Source()))
			}
		}
		require.Zero(t, depth)
		// Go's reader knows fewer letters for names (XML 1.0, fourth edition), no DOCTYPE to speak of, and takes the
		// parts of a file apart differently where white space is white space only to XML.
		if r.Typed() || bytes.ContainsAny(data, "\r") || strings.IndexFunc(string(data), func(c rune) bool { return c > 0x7f }) >= 0 {
			return
		}
		want, err := others(string(data))
		require.NoError(t, err, "accepted here but not by encoding/xml")
		require.Equal(t, want, plain(all))
	})
}

func BenchmarkReader(b *testing.B) {
	drawing := []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat(`<path d="M1.234 5.678L9.012 3.456" style="fill:url(#a);stroke:#fff"/>`, 10_000) + "</svg>")
	b.SetBytes(int64(len(drawing)))
	for b.Loop() {
		r, err := markup.NewReader(drawing)
		require.NoError(b, err)
		for {
			t, err := r.Next()
			require.NoError(b, err)
			if t.Kind == markup.EndOfFile {
				break
			}
		}
	}
}
