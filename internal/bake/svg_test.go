package bake_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
)

const (
	address                  = "https://badges.example.org/awards/k/assertion.json"
	jws                      = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6IngifQ.c2ln"
	spaceSVG, space2, space3 = "http://www.w3.org/2000/svg", "http://openbadges.org", "https://purl.imsglobal.org/ob/v3p0"
)

// kinds are a text of each form that is baked, with its address.
var kinds = map[string]struct {
	text bake.Text
	url  string
}{
	"2.0 hosted":   {hosted, address},
	"1.0 hosted":   {bake.Text{Keyword: bake.OB2, Value: `{"uid":"k","verify":{"type":"hosted","url":"https://badges.example.org/a?b=\"1\"&c=<2>"}}`}, `https://badges.example.org/a?b="1"&c=<2>`},
	"2.0 signed":   {bake.Text{Keyword: bake.OB2, Value: jws}, ""},
	"3.0 embedded": {credential, ""},
	"3.0 jwt":      {bake.Text{Keyword: bake.OB3, Value: jws}, ""},
	"]]>":          {bake.Text{Keyword: bake.OB2, Value: `{"id":"` + address + `","n":"]]>]]]>]]>>&amp;<b>]]"}`}, address},
}

// drawings are the files that can be baked.
func drawings(t testing.TB) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, glob := range []string{"testdata/svg/*.svg", "../../testdata/drawings/*.svg"} {
		files, err := filepath.Glob(glob)
		require.NoError(t, err)
		require.NotEmpty(t, files, "%s matches nothing", glob)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			if _, refused := refusedSVG[filepath.Base(file)]; !refused {
				all[filepath.Base(file)] = data
			}
		}
	}
	require.Greater(t, len(all), 60)
	return all
}

// refusedSVG says why files of the corpus are not baked.
var refusedSVG = map[string]string{
	"doctype-and-badge.svg":   "line 1, column 1: DOCTYPE declaration: nothing is baked into a file that has one",
	"entity-in-badge.svg":     "line 1, column 1: DOCTYPE declaration: nothing is baked into a file that has one",
	"entity-namespace.svg":    "line 1, column 1: DOCTYPE declaration: nothing is baked into a file that has one",
	"illustrator-doctype.svg": "line 3, column 1: DOCTYPE declaration: nothing is baked into a file that has one",
	"html.svg":                `line 2, column 1: root element is html in namespace "http://www.w3.org/1999/xhtml", want svg in "http://www.w3.org/2000/svg"`,
	"no-namespace.svg":        `line 1, column 1: root element is svg in namespace "", want svg in "http://www.w3.org/2000/svg"`,
	"not-closed.svg":          "line 1, column 44: end tag of svg, want that of g",
	"prefix-in-attribute.svg": "line 2, column 6: openbadges:note: the prefix openbadges is kept for badges",
	"prefix-in-use.svg":       "line 2, column 3: openbadges:note: the prefix openbadges is kept for badges",
	"prefix-taken.svg":        `line 2, column 6: prefix openbadges stands for "urn:example:others": it is kept for badges`,
	"prefix-taken-below.svg":  `line 2, column 6: prefix openbadges stands for "urn:example:others": it is kept for badges`,
	"references.svg":          `line 1, column 1: <svg and "http://www.w3.org/2000/svg" cannot be brought into the first 256 bytes, where readers look for them`,
}

// node is an element as encoding/xml reads it.
type node struct {
	xml.StartElement
	text  string
	inner bool // it stands in a badge
}

// parse is a reading of the test's own: every element in document order, with the text directly in it.
func parse(t testing.TB, file []byte) []node {
	t.Helper()
	var nodes []node
	var open []int
	for d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nodes
		}
		require.NoError(t, err, "%.600s", file)
		switch token := token.(type) {
		case xml.StartElement:
			n := node{StartElement: token.Copy()}
			if len(open) > 0 {
				parent := nodes[open[len(open)-1]]
				n.inner = parent.inner || badgeNode(parent)
			}
			open = append(open, len(nodes))
			nodes = append(nodes, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				nodes[open[len(open)-1]].text += string(token)
			}
		}
	}
}

func badgeNode(n node) bool {
	return n.Name == xml.Name{Space: space2, Local: "assertion"} || n.Name == xml.Name{Space: space3, Local: "credential"} ||
		n.Name.Space == "https://purl.imsglobal.org/spec/ob/v3p0"
}

// names are the names and attributes of everything that is no badge and no badge's namespace.
func names(nodes []node) []string {
	var all []string
	for _, n := range nodes {
		if n.inner || badgeNode(n) {
			continue
		}
		line := fmt.Sprint(n.Name)
		slices.SortFunc(n.Attr, func(a, b xml.Attr) int { return strings.Compare(fmt.Sprint(a.Name), fmt.Sprint(b.Name)) })
		for _, a := range n.Attr {
			if a.Value != space2 && a.Value != space3 && a.Value != "https://purl.imsglobal.org/spec/ob/v3p0" {
				line += fmt.Sprintf(" %v=%q", a.Name, a.Value)
			}
		}
		all = append(all, line)
	}
	return all
}

// characters are the bytes of a file in an order that moving does not change.
func characters(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}

func TestBakeEveryDrawing(t *testing.T) {
	for name, file := range drawings(t) {
		for kind, k := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				before := bytes.Clone(file)
				template, err := bake.SplitSVG(file)
				require.NoError(t, err)
				baked, err := template.Bake(k.text, k.url)
				require.NoError(t, err)
				assert.Equal(t, before, file, "the caller's file")

				// Where it stands, and what it says to another reader.
				nodes := parse(t, baked)
				require.Greater(t, len(nodes), 1)
				root, badge := nodes[0], nodes[1]
				assert.Equal(t, xml.Name{Space: spaceSVG, Local: "svg"}, root.Name)
				want, tag := xml.Name{Space: space2, Local: "assertion"}, "<openbadges:assertion"
				if k.text.Keyword == bake.OB3 {
					want, tag = xml.Name{Space: space3, Local: "credential"}, "<openbadges:credential"
				}
				assert.Equal(t, want, badge.Name)
				assert.Contains(t, root.Attr, xml.Attr{Name: xml.Name{Space: "xmlns", Local: "openbadges"}, Value: want.Space})
				assert.Equal(t, 1, bytes.Count(baked, []byte(tag)))
				assert.False(t, slices.ContainsFunc(nodes[2:], badgeNode))
				verify, body := k.url, k.text.Value
				if body == jws {
					verify, body = jws, ""
				}
				if verify == "" {
					assert.Empty(t, badge.Attr)
				} else {
					assert.Equal(t, []xml.Attr{{Name: xml.Name{Local: "verify"}, Value: verify}}, badge.Attr)
				}
				assert.Equal(t, body, badge.text)
				assert.Equal(t, names(parse(t, file)), names(nodes))

				// Readers that look at the first bytes only.
				start := string(baked[:256])
				assert.Contains(t, start, spaceSVG)
				assert.Regexp(t, `<([a-z]+:)?svg\s`, start)

				found, err := bake.Unbake(baked)
				require.NoError(t, err)
				require.Len(t, found, 1)
				assert.Equal(t, bake.Found{Text: k.text, Chunk: want.Local, Verify: verify, Content: found[0].Content,
					Offset: bytes.Index(baked, []byte(tag))}, found[0])

				// Outside of the splice nothing changes.
				unbaked := string(template.Unbaked())
				declaration := ` xmlns:openbadges="` + want.Space + `"`
				element := string(baked[found[0].Offset:])
				if body == "" {
					element = element[:strings.Index(element, "/>")+2]
				} else {
					element = element[:strings.Index(element, "</openbadges:")+len("</")+len(tag)]
				}
				rest := strings.Replace(strings.Replace(string(baked), declaration, "", 1), element, "", 1)
				bare := strings.TrimPrefix(unbaked, "\ufeff")
				whole := bare == unbaked
				if start, white, ok := strings.Cut(bare, "/>"); ok && strings.TrimSpace(white) == "" {
					tag, _, _ := strings.Cut(strings.TrimPrefix(start, "<"), " ")
					bare, whole = start+"></"+tag+">"+white, false
				}
				if strings.Contains(bare[:min(len(bare), 256)], spaceSVG) {
					assert.Equal(t, bare, rest)
				} else {
					assert.NotEqual(t, bare, rest)
					assert.Equal(t, characters(bare), characters(rest))
					whole = false
				}

				// Twice is once.
				again, err := bake.SplitSVG(baked)
				require.NoError(t, err)
				twice, err := again.Bake(k.text, k.url)
				require.NoError(t, err)
				assert.Equal(t, string(baked), string(twice))
				if whole {
					assert.Equal(t, unbaked, string(again.Unbaked()))
				}
			})
		}
	}
}

// TestWhatIsMoved: nothing is lost, and the shape is the one that is promised.
func TestWhatIsMoved(t *testing.T) {
	const badge = `<openbadges:credential verify="` + jws + `"/>`
	const declared = ` xmlns:openbadges="` + space3 + `"`
	long := strings.Repeat("x", 230)
	for name, test := range map[string]struct{ file, want string }{
		"nothing":                        {`<svg a="1" xmlns="` + spaceSVG + `" ><g/></svg>`, `<svg a="1" xmlns="` + spaceSVG + `"` + declared + ` >` + badge + `<g/></svg>`},
		"mark":                           {"\ufeff" + `<svg xmlns="` + spaceSVG + `"/>`, `<svg xmlns="` + spaceSVG + `"` + declared + `>` + badge + `</svg>`},
		"namespace":                      {`<svg a="` + long + `"` + "\n" + ` xmlns="` + spaceSVG + `" b=""/>`, "<svg\n" + ` xmlns="` + spaceSVG + `" a="` + long + `" b=""` + declared + `>` + badge + `</svg>`},
		"namespace of a prefix":          {`<s:svg xmlns="urn:x" a="` + long + `" xmlns:s="` + spaceSVG + `"></s:svg>`, `<s:svg xmlns:s="` + spaceSVG + `" xmlns="urn:x" a="` + long + `"` + declared + `>` + badge + `</s:svg>`},
		"comment":                        {`<?xml version="1.0"?>` + "\n<!--" + long + "-->\n" + `<svg xmlns="` + spaceSVG + `">` + "\n</svg>\n<!-- end -->", `<?xml version="1.0"?><svg xmlns="` + spaceSVG + `"` + declared + `>` + badge + "\n<!--" + long + "-->\n\n</svg>\n<!-- end -->"},
		"comments around an instruction": {"<!--" + long + "--><?xpacket a?><!-- b -->" + `<svg xmlns="` + spaceSVG + `"/>`, `<?xpacket a?><svg xmlns="` + spaceSVG + `"` + declared + `>` + badge + "<!--" + long + "--><!-- b --></svg>"},
		"comment and namespace":          {"<!--" + long + "-->" + `<svg a="` + long + `" xmlns="` + spaceSVG + `"/>`, `<svg xmlns="` + spaceSVG + `" a="` + long + `"` + declared + `>` + badge + "<!--" + long + "--></svg>"},
		"namespace, not a short comment": {`<?xml version="1.0"?>` + "\n<!-- a -->\n" + `<svg a="` + long + `" xmlns="` + spaceSVG + `"/>`, `<?xml version="1.0"?>` + "\n<!-- a -->\n" + `<svg xmlns="` + spaceSVG + `" a="` + long + `"` + declared + `>` + badge + `</svg>`},
		"comment, not the namespace":     {"<!--" + long + "-->" + `<svg a="1" xmlns="` + spaceSVG + `"/>`, `<svg a="1" xmlns="` + spaceSVG + `"` + declared + `>` + badge + "<!--" + long + "--></svg>"},
		"comment about the namespace":    {"<!-- " + spaceSVG + " " + long[:150] + "-->" + `<svg a="` + long + `" xmlns="` + spaceSVG + `"/>`, "<!-- " + spaceSVG + " " + long[:150] + "-->" + `<svg xmlns="` + spaceSVG + `" a="` + long + `"` + declared + `>` + badge + `</svg>`},
		"instruction below":              {"<!--" + long + "-->" + `<svg xmlns="` + spaceSVG + `"><?a b?></svg>` + "<?c d?>", `<svg xmlns="` + spaceSVG + `"` + declared + `>` + badge + "<!--" + long + "--><?a b?></svg><?c d?>"},
		"white space":                    {strings.Repeat("\n", 250) + `<svg xmlns="` + spaceSVG + `"/>`, `<svg xmlns="` + spaceSVG + `"` + declared + `>` + badge + strings.Repeat("\n", 250) + "</svg>"},
	} {
		t.Run(name, func(t *testing.T) {
			template, err := bake.SplitSVG([]byte(test.file))
			require.NoError(t, err)
			assert.Equal(t, test.file, string(template.Unbaked()))
			baked, err := template.Bake(bake.Text{Keyword: bake.OB3, Value: jws}, "")
			require.NoError(t, err)
			assert.Equal(t, test.want, string(baked))
		})
	}
	for name, file := range map[string]string{
		"instruction": "<?x " + long + "?>" + `<svg xmlns="` + spaceSVG + `"/>`,
		"long name":   `<` + long + `:svg xmlns:` + long + `="` + spaceSVG + `"/>`,
	} {
		_, err := bake.SplitSVG([]byte(file))
		assert.ErrorContains(t, err, "cannot be brought into the first 256 bytes", name)
	}
}

func TestSVGsThatAreRefused(t *testing.T) {
	for name, want := range refusedSVG {
		file, err := os.ReadFile("testdata/svg/" + name)
		require.NoError(t, err)
		_, err = bake.SplitSVG(file)
		assert.EqualError(t, err, want, name)
	}
	many := func(n int) string { return `<svg xmlns="` + spaceSVG + `">` + strings.Repeat("<g/>", n-1) + "</svg>" }
	attributes := func(n int) string {
		out := `<svg xmlns="` + spaceSVG + `"`
		for i := range n - 1 {
			out += fmt.Sprintf(` a%d=""`, i)
		}
		return out + "/>"
	}
	for want, files := range map[string][2]string{
		"line 1, column 1: more than 100000 elements": {many(100_000), many(100_001)},
		"line 1, column 1: more than 255 attributes":  {attributes(255), attributes(256)},
	} {
		template, err := bake.SplitSVG([]byte(files[0]))
		require.NoError(t, err)
		baked, err := template.Bake(hosted, address)
		require.NoError(t, err)
		_, err = bake.Unbake(baked)
		require.NoError(t, err)
		again, err := bake.SplitSVG(baked)
		require.NoError(t, err)
		twice, err := again.Bake(hosted, address)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(baked, twice))
		_, err = bake.SplitSVG([]byte(files[1]))
		assert.EqualError(t, err, want)
	}
	_, err := bake.SplitSVG(bytes.Repeat([]byte(" "), bake.MaxSVG+1))
	assert.ErrorIs(t, err, bake.ErrTooLarge)
}

func TestTextsThatCannotBeBakedIntoSVG(t *testing.T) {
	template, err := bake.SplitSVG([]byte(`<svg xmlns="` + spaceSVG + `"/>`))
	require.NoError(t, err)
	for want, k := range map[string]struct {
		keyword, text, url string
	}{
		`keyword "svg" is neither openbadges nor openbadgecredential`:                              {"svg", "{}", ""},
		`text of openbadges is empty`:                                                              {bake.OB2, "", ""},
		`text of openbadges is not UTF-8`:                                                          {bake.OB2, "{\"a\":\"\xff\"}", ""},
		`text of openbadges is neither a JSON object nor a JWS`:                                    {bake.OB2, address, address},
		`text of openbadgecredential is neither a JSON object nor a JWS`:                           {bake.OB3, `{"a":}`, ""},
		`text of openbadgecredential has white space around a JWS`:                                 {bake.OB3, jws + "\n", ""},
		`text of openbadgecredential holds a carriage return, which XML turns into a line feed`:    {bake.OB3, "{\r\n}", ""},
		`text of openbadgecredential holds U+FFFF, which XML does not allow`:                       {bake.OB3, `{"a":"` + "\uffff" + `"}`, ""},
		`text of openbadgecredential holds U+0001, which XML does not allow`:                       {bake.OB3, "{\x01}", ""},
		`url is "", want "` + address + `", which the badge itself names`:                          {bake.OB2, hosted.Value, ""},
		`url is "` + address + `", want "", which the badge itself names`:                          {bake.OB3, credential.Value, address},
		`url is "https://x.example/", want "", which the badge itself names`:                       {bake.OB2, jws, "https://x.example/"},
		`url is "https://a.example/", want "https://b.example/", which the badge itself names`:     {bake.OB2, `{"ID":"https://a.example/","id":"https://b.example/","verify":{"url":"https://a.example/"}}`, "https://a.example/"},
		`assertion names no address of its own: neither id nor verify.url is an http or https URL`: {bake.OB2, `{"revoked":true}`, ""},
		`address of the assertion holds U+0000, which XML does not allow`:                          {bake.OB2, `{"id":"https://\u0000"}`, "https://\x00"},
	} {
		baked, err := template.Bake(bake.Text{Keyword: k.keyword, Value: k.text}, k.url)
		assert.EqualError(t, err, want)
		assert.Nil(t, baked)
	}
	for _, text := range []string{
		`{"id":"urn:uuid:2e1f6a52-3a0b-4c55-9b5a-9d1b8a1f6c11"}`, `{"id":7}`, `{"ID":"` + address + `"}`, `{"verify":"` + address + `"}`,
		`{"verify":{"type":"signed","url":"https://badges.example.org/key.pem"}}`, `{"id":null,"verify":{"url":"` + address + `"}}`,
	} {
		_, err := bake.HostedURL(text)
		assert.ErrorContains(t, err, "names no address of its own", text)
		_, err = template.Bake(bake.Text{Keyword: bake.OB2, Value: text}, "")
		assert.Error(t, err, text)
	}
	for _, text := range []string{"null", "[]", "{", jws} {
		_, err := bake.HostedURL(text)
		assert.EqualError(t, err, "assertion is not a JSON object")
	}
	most := bake.MaxText - len(`{"a":""}`)
	baked, err := template.Bake(bake.Text{Keyword: bake.OB3, Value: `{"a":"` + strings.Repeat("]]>", most/3) + `"}`}, "")
	require.NoError(t, err)
	found, err := bake.Unbake(baked)
	require.NoError(t, err)
	assert.Equal(t, `{"a":"`+strings.Repeat("]]>", most/3)+`"}`, found[0].Value)
	template, err = bake.SplitSVG([]byte(`<svg xmlns="` + spaceSVG + `"><!--` + strings.Repeat("x", bake.MaxSVG-100) + "--></svg>"))
	require.NoError(t, err)
	_, err = template.Bake(hosted, address)
	assert.ErrorIs(t, err, bake.ErrTooLarge)
}

// TestRandomTexts: what is baked comes out again, and another XML reader reads it the same.
func TestRandomTexts(t *testing.T) {
	template, err := bake.SplitSVG([]byte(`<svg xmlns="` + spaceSVG + `"><g/></svg>`))
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"]]>", "]]", "]", ">", "<", "&", "&lt;", "<![CDATA[", "\"", "'", "\n", "\t", " ", "é", "世", "🏅", "\u2028", "\u0085", "a", "</openbadges:assertion>", "<!--", "--"}
	word := func() string {
		var s string
		for range random.IntN(12) {
			s += pieces[random.IntN(len(pieces))]
		}
		return s
	}
	for range 2000 {
		url := "https://badges.example.org/" + word()
		var raw bytes.Buffer
		encoder := json.NewEncoder(&raw)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("\t", " ")
		require.NoError(t, encoder.Encode(map[string]string{"id": url, word(): word(), "n": word()}))
		text := bake.Text{Keyword: bake.OB2, Value: " " + raw.String()}
		baked, err := template.Bake(text, url)
		if address, _ := bake.HostedURL(text.Value); address != url {
			require.Error(t, err) // a word was id
			continue
		}
		require.NoError(t, err)
		found, err := bake.Unbake(baked)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, text, found[0].Text)
		require.Equal(t, url, found[0].Verify)
		badge := parse(t, baked)[1]
		require.Equal(t, text.Value, badge.text)
		require.Equal(t, url, badge.Attr[0].Value)
	}
}

func TestSVGTemplateIsShared(t *testing.T) {
	file := []byte(`<svg xmlns="` + spaceSVG + `"/>`)
	template, err := bake.SplitSVG(file)
	require.NoError(t, err)
	want, err := template.Bake(hosted, address)
	require.NoError(t, err)
	clear(file)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			got, err := template.Bake(hosted, address)
			assert.NoError(t, err)
			assert.Equal(t, want, got)
			clear(got)
			clear(template.Unbaked())
		})
	}
	group.Wait()
	got, err := template.Bake(hosted, address)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestFormOf(t *testing.T) {
	for file, want := range map[string]bake.Form{
		string(small(t)): bake.PNG, "<svg/>": bake.SVG, "\ufeff\n <?xml": bake.SVG, "\xff\xfe<\x00": bake.SVG,
		"": "", "{}": "", "\x1f\x8b": "", " ": "",
	} {
		assert.Equal(t, want, bake.FormOf([]byte(file)), "%q", file)
	}
	_, err := bake.Unbake([]byte("{}"))
	assert.ErrorIs(t, err, bake.ErrNotImage)
}

func BenchmarkBakeSVG(b *testing.B) {
	file := []byte(`<svg xmlns="` + spaceSVG + `">` + strings.Repeat(`<path d="M0 0h10v10z"/>`, 1000) + "</svg>")
	text := bake.Text{Keyword: bake.OB2, Value: `{"id":"` + address + `","narrative":"` + strings.Repeat("a", 1_000) + `"}`}
	template, err := bake.SplitSVG(file)
	require.NoError(b, err)
	baked, err := template.Bake(text, address)
	require.NoError(b, err)
	b.Run("split", func(b *testing.B) {
		b.SetBytes(int64(len(file)))
		for b.Loop() {
			bake.SplitSVG(file)
		}
	})
	b.Run("bake", func(b *testing.B) {
		b.SetBytes(int64(len(baked)))
		b.ReportAllocs()
		for b.Loop() {
			template.Bake(text, address)
		}
	})
	b.Run("copy", func(b *testing.B) {
		b.SetBytes(int64(len(baked)))
		for b.Loop() {
			bytes.Clone(baked)
		}
	})
	b.Run("unbake", func(b *testing.B) {
		b.SetBytes(int64(len(baked)))
		for b.Loop() {
			bake.UnbakeSVG(baked)
		}
	})
}

// TestCorpusIsExplained: the corpus says of each file why it is there, and its outcome as the tests have it.
func TestCorpusIsExplained(t *testing.T) {
	readme, err := os.ReadFile("testdata/svg/README.md")
	require.NoError(t, err)
	files, err := filepath.Glob("testdata/svg/*.svg")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	rows := regexp.MustCompile("(?m)^\\| `(.+)` \\| (.+) \\| .+ \\|$").FindAllStringSubmatch(string(readme), -1)
	require.Len(t, rows, len(files))
	for _, row := range rows {
		name, outcome := row[1], row[2]
		require.FileExists(t, "testdata/svg/"+name)
		_, refused := refusedSVG[name]
		assert.Equal(t, refused, strings.HasPrefix(outcome, "refused"), name)
		_, unreadable := unread[name]
		assert.Equal(t, unreadable, strings.HasSuffix(outcome, "not read"), name)
		if !unreadable && !refused {
			assert.Equal(t, len(badges()[name]) > 0, strings.HasPrefix(outcome, "baked anew"), name)
		}
	}
}
