package bake_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/markup"
)

// badges are what the files of the corpus hold; the others hold none.
func badges() map[string][]bake.Found {
	const old = "https://badges.example.org/awards/old/assertion.json"
	const signed = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6Im9sZCJ9.c2ln"
	const json2 = `{"@context": "https://w3id.org/openbadges/v2", "id": "` + old + `", "type": "Assertion", "narrative": "a < b && c"}`
	const json3 = `{"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "https://badges.example.org/awards/old/credential.json"}`
	two := func(offset int, content bake.Content, value, verify string) bake.Found {
		return bake.Found{Text: bake.Text{Keyword: bake.OB2, Value: value}, Chunk: "assertion", Offset: offset, Verify: verify, Content: content}
	}
	three := func(offset int, content bake.Content, value, verify string) bake.Found {
		return bake.Found{Text: bake.Text{Keyword: bake.OB3, Value: value}, Chunk: "credential", Offset: offset, Verify: verify, Content: content}
	}
	return map[string][]bake.Found{
		"baked-2.svg":                 {two(101, bake.JSON, json2, old)},
		"baked-2-standard.svg":        {two(153, bake.JSON, "\n       "+json2+"\n    ", old)},
		"baked-2-escaped.svg":         {two(84, bake.JSON, json2, old)},
		"baked-2-split.svg":           {two(81, bake.JSON, `{"narrative": "]]>"}`, old)},
		"baked-2-crlf.svg":            {two(83, bake.JSON, "{\n\"a\":\n1}\n", old)},
		"baked-2-address.svg":         {two(81, bake.URL, old+"?a=1&b=2", old+"?a=1&b=2")},
		"baked-2-jws.svg":             {two(101, bake.JWS, signed, signed)},
		"baked-2-jws-twice.svg":       {two(81, bake.JWS, signed, signed)},
		"baked-3.svg":                 {three(114, bake.JSON, json3, "")},
		"baked-3-jwt.svg":             {three(94, bake.JWS, signed, signed)},
		"baked-3-other-namespace.svg": {three(99, bake.JSON, json3, "")},
		"baked-both.svg":              {two(81, bake.JSON, json2, old), three(356, bake.JSON, json3, "")},
		"baked-deep.svg":              {two(117, bake.URL, old, old)},
		"baked-default-namespace.svg": {two(60, bake.JSON, json2, old)},
		"baked-nested-svg.svg":        {two(81, bake.JSON, json2, old), two(402, bake.JSON, json2, old)},
		"baked-other-prefix.svg":      {two(93, bake.JSON, json2, old)},
		"baked-root-default.svg":      {two(94, bake.URL, old, old)},
		"baked-two.svg":               {two(81, bake.URL, old+"#1", old+"#1"), two(171, bake.URL, old+"#2", old+"#2")},
		"doctype-and-badge.svg":       {two(180, bake.JSON, json2, old)},
		"namespace-in-use.svg":        {two(93, bake.URL, old, old)},
	}
}

// unread says why a file of the corpus is not read.
var unread = map[string]string{
	"badge-in-badge.svg":   "line 1, column 166: element openbadges:assertion stands in a badge",
	"element-in-badge.svg": "line 1, column 166: element g stands in a badge",
	"entity-in-badge.svg":  "line 2, column 82: a badge with entities that a DOCTYPE declares is not read",
	"html.svg":             `line 2, column 1: root element is html in namespace "http://www.w3.org/1999/xhtml", want svg in "http://www.w3.org/2000/svg"`,
	"no-namespace.svg":     `line 1, column 1: root element is svg in namespace "", want svg in "http://www.w3.org/2000/svg"`,
	"not-closed.svg":       "line 1, column 44: end tag of svg, want that of g",
}

func TestUnbakeSVGCorpus(t *testing.T) {
	want := badges()
	files, err := filepath.Glob("testdata/svg/*.svg")
	require.NoError(t, err)
	require.Greater(t, len(files), 40)
	seen := 0
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			found, err := bake.Unbake(data)
			if reason, bad := unread[name]; bad {
				seen++
				assert.EqualError(t, err, reason)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, want[name], found)
			seen += min(len(found), 1)
			marked, err := bake.Unbake([]byte(markup.Mark + string(data)))
			if strings.HasPrefix(string(data), markup.Mark) {
				assert.Error(t, err, "two marks")
				return
			}
			require.NoError(t, err)
			for i := range marked {
				marked[i].Offset -= len(markup.Mark)
			}
			assert.Equal(t, found, marked)
		})
	}
	assert.Equal(t, len(want)+len(unread), seen)
	first, ok := bake.First(want["baked-two.svg"], bake.OB2)
	assert.True(t, ok)
	assert.Equal(t, 81, first.Offset)
	_, ok = bake.First(want["baked-two.svg"], bake.OB3)
	assert.False(t, ok)
}

// TestUnbakeSVGWhiteSpace: line ends and white space reach the text as XML has them.
func TestUnbakeSVGWhiteSpace(t *testing.T) {
	for name, test := range map[string]struct{ element, value, verify string }{
		"attribute":          {"<b:assertion verify=\"a\r\nb\tc\nd&#10;&#13;&#9;\"/>", "a b c d\n\r\t", "a b c d\n\r\t"},
		"line ends":          {"<b:assertion>\r\n <![CDATA[a\r\nb\rc\n]]>\r\n</b:assertion>", "a\nb\nc\n", ""},
		"references":         {"<b:assertion>a&#13;\nb&#13;</b:assertion>", "a\r\nb", ""},
		"words beside CDATA": {"<b:assertion> a<![CDATA[ <b> ]]>c </b:assertion>", "a <b> c", ""},
		"comment":            {"<b:assertion>a<!-- x -->b<?y z?></b:assertion>", "ab", ""},
		"two sections":       {"<b:assertion><![CDATA[a ]]> <![CDATA[ b]]></b:assertion>", "a  b", ""},
		"empty section":      {"<b:assertion verify='v'> <![CDATA[ ]]> </b:assertion>", "v", "v"},
		"other attributes":   {"<b:assertion b:verify='x' Verify='y' xmlns:verify='z'>t</b:assertion>", "t", ""},
		"nothing":            {"<b:assertion/>", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := bake.UnbakeSVG([]byte(`<svg xmlns="` + spaceSVG + `" xmlns:b="` + space2 + `"><g/>` + test.element + `</svg>`))
			require.NoError(t, err)
			require.Len(t, found, 1)
			assert.Equal(t, test.value, found[0].Value)
			assert.Equal(t, test.verify, found[0].Verify)
		})
	}
	for name, element := range map[string]string{
		"other element":     `<b:Assertion/>`,
		"other namespace":   `<b:assertion xmlns:b="urn:x"/>`,
		"no namespace":      `<assertion/>`,
		"of the drawing":    `<credential/>`,
		"text of a comment": `<!-- <b:assertion verify="x"/> -->`,
		"text of a section": `<text><![CDATA[<b:assertion verify="x"/>]]></text>`,
	} {
		found, err := bake.UnbakeSVG([]byte(`<svg xmlns="` + spaceSVG + `" xmlns:b="` + space2 + `">` + element + `</svg>`))
		require.NoError(t, err, name)
		assert.Empty(t, found, name)
	}
}

func TestUnbakeSVGLimits(t *testing.T) {
	file := func(inside string) []byte {
		return []byte(`<svg xmlns="` + spaceSVG + `" xmlns:b="` + space2 + `">` + inside + `</svg>`)
	}
	long := strings.Repeat("a", bake.MaxText)
	for name, test := range map[string]struct{ good, bad, want string }{
		"body":    {"<b:assertion>" + long + "</b:assertion>", "<b:assertion>a<![CDATA[" + long + "]]></b:assertion>", "line 1, column 73: text is longer than 1048576 bytes"},
		"verify":  {`<b:assertion verify="` + long + `"/>`, `<b:assertion verify="a` + long + `"/>`, "line 1, column 73: text is longer than 1048576 bytes"},
		"badges":  {strings.Repeat("<b:assertion/>", 16), strings.Repeat("<b:assertion/>", 17), "line 1, column 297: more than 16 badges in one file"},
		"depth":   {strings.Repeat("<g>", 255) + strings.Repeat("</g>", 255), strings.Repeat("<g>", 256) + strings.Repeat("</g>", 256), "line 1, column 838: elements are nested more than 256 deep"},
		"entity":  {"<b:assertion>&amp;</b:assertion>", "<b:assertion>&x;</b:assertion>", `line 1, column 86: entity "&x;" is not known`},
		"element": {"<b:assertion/>", "<b:assertion><![CDATA[a]]><b:c/></b:assertion>", "line 1, column 99: element b:c stands in a badge"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bake.UnbakeSVG(file(test.good))
			assert.NoError(t, err)
			_, err = bake.UnbakeSVG(file(test.bad))
			var syntax *markup.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.EqualError(t, err, test.want)
		})
	}
	whole := file("<!--" + strings.Repeat("x", bake.MaxSVG-len(file("<!---->"))) + "-->")
	require.Len(t, whole, bake.MaxSVG)
	_, err := bake.UnbakeSVG(whole)
	assert.NoError(t, err)
	_, err = bake.UnbakeSVG(append(whole, ' '))
	assert.ErrorIs(t, err, bake.ErrTooLarge)
}

// FuzzSVG: whatever can be taken apart can be baked, and what is baked comes out again, also for another XML reader.
func FuzzSVG(f *testing.F) {
	count := 0
	for _, glob := range []string{"testdata/svg/*.svg", "../../testdata/drawings/hand-*.svg"} {
		files, err := filepath.Glob(glob)
		require.NoError(f, err)
		for i, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			if len(data) > 5_000 {
				continue
			}
			f.Add(data, []string{"", "]]>", "\"<&>'\n", "é"}[i%4])
			count++
		}
	}
	require.Greater(f, count, 40)
	f.Fuzz(func(t *testing.T, file []byte, words string) {
		found, err := bake.UnbakeSVG(file)
		var syntax *markup.SyntaxError
		if err != nil {
			assert.ErrorAs(t, err, &syntax)
		}
		for _, f := range found {
			assert.True(t, utf8.ValidString(f.Value))
			assert.Less(t, f.Offset, len(file))
			assert.Equal(t, byte('<'), file[f.Offset])
		}
		template, err := bake.SplitSVG(file)
		if err != nil {
			assert.ErrorAs(t, err, &syntax)
			return
		}
		url := address + words
		text := bake.Text{Keyword: bake.OB2, Value: fmt.Sprintf(`{"id":%s,"n":%s}`, quoted(url), quoted(words))}
		baked, err := template.Bake(text, url)
		if !utf8.ValidString(words) || strings.ContainsFunc(words, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0xfffe || c == 0xffff }) {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		found, err = bake.UnbakeSVG(baked)
		require.NoError(t, err)
		require.Len(t, found, 1)
		assert.Equal(t, text, found[0].Text)
		assert.Equal(t, url, found[0].Verify)
		assert.Contains(t, string(baked[:min(len(baked), 256)]), spaceSVG)
		nodes := parse(t, baked)
		assert.Equal(t, "assertion", nodes[1].Name.Local)
		assert.Equal(t, text.Value, nodes[1].text)

		again, err := bake.SplitSVG(baked)
		require.NoError(t, err)
		twice, err := again.Bake(text, url)
		require.NoError(t, err)
		assert.Equal(t, string(baked), string(twice))
		unbaked, err := bake.UnbakeSVG(template.Unbaked())
		require.NoError(t, err)
		assert.Empty(t, unbaked)
	})
}

// quoted is a JSON string that keeps what it can.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}
