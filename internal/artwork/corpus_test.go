package artwork_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/artwork"
)

// hostile has one file a trick and everything that must be found in it.
var hostile = map[string][]string{
	"animate-href-entity":           {"2:15 animation of href: xlink:href"},
	"animate-href":                  {"2:15 animation of href: href", "2:36 javascript: address in attribute values: javascript:alert(1)"},
	"animate-values-url":            {"2:33 outside reference in attribute values: url(https://evil.example/x)"},
	"audio-video":                   {"2:3 audio element: <audio/>", "2:11 video element: <video/>"},
	"base-attribute":                {"1:104 base address in attribute xml:base: https://evil.example/x.svg"},
	"cursor-image-set":              {"2:6 outside reference in attribute cursor: image-set('https://evil.example/x.png' …"},
	"doctype-attlist":               {"1:1 DOCTYPE declaration: <!DOCTYPE svg"},
	"doctype-plain":                 {"1:1 DOCTYPE declaration: <!DOCTYPE svg"},
	"doctype-public":                {"2:1 DOCTYPE declaration: <!DOCTYPE svg"},
	"embed-object":                  {"2:3 embed element: <embed src=\"a.swf\"/>", "2:10 outside reference in attribute src: a.swf", "2:23 object element: <object data=\"a.swf\"/>"},
	"entity-bomb":                   {"1:1 DOCTYPE declaration: <!DOCTYPE svg", "2:3 entity declaration a: <!ENTITY a", "3:3 entity declaration b: <!ENTITY b"},
	"entity-external":               {"1:1 DOCTYPE declaration: <!DOCTYPE svg", "2:3 entity declaration x: <!ENTITY x"},
	"entity-namespace":              {"1:1 DOCTYPE declaration: <!DOCTYPE svg", "2:3 entity declaration ns: <!ENTITY ns", "3:3 processing instruction xml-stylesheet: <?xml-stylesheet href=\"x.css\"?>", "5:19 script element: <script/>"},
	"entity-parameter":              {"1:1 DOCTYPE declaration: <!DOCTYPE svg", "2:14 entity declaration p: <!ENTITY % p"},
	"fe-image":                      {"2:27 outside reference in attribute href: https://evil.example/x.svg"},
	"fill-url-comment-inside":       {"2:9 outside reference in attribute fill: url(/**/#a)"},
	"fill-url-comment":              {"2:9 outside reference in attribute fill: url(https://evil.example/x)"},
	"fill-url-data":                 {"2:9 data: address in attribute fill: url(data:image/svg+xml,x)"},
	"fill-url-entity":               {"2:9 outside reference in attribute fill: url(https://evil.example/x)"},
	"fill-url-escape-letter":        {"2:9 outside reference in attribute fill: url(https://evil.example/x)"},
	"fill-url-escape-long":          {"2:9 outside reference in attribute fill: URl(https://evil.example/x)"},
	"fill-url-escape":               {"2:9 outside reference in attribute fill: url(https://evil.example/x)"},
	"fill-url-file":                 {"2:9 outside reference in attribute fill: url(x.svg#a)"},
	"fill-url-foreign":              {"2:25 outside reference in attribute i:fill: url(https://evil.example/x)"},
	"fill-url-quotes":               {"2:9 outside reference in attribute fill: URL( \"https://evil.example/x\" )"},
	"fill-url-second":               {"2:9 outside reference in attribute style: url('//evil.example/f#f')"},
	"fill-url-unclosed":             {"2:9 outside reference in attribute fill: url(#a"},
	"fill-url":                      {"2:9 outside reference in attribute fill: url(https://evil.example/x.svg#a)"},
	"foreign-object-lower-case":     {"2:3 foreignObject element: <foreignobject/>"},
	"foreign-object":                {"2:3 foreignObject element: <foreignObject width=\"9\" height=\"9\">", "2:39 HTML element p: <p xmlns=\"http://www.w3.org/1999/xhtml\">"},
	"gradient-outside":              {"2:26 outside reference in attribute xlink:href: other.svg#a"},
	"handler-element":               {"2:3 handler element: <handler type=\"application/ecmascript\">"},
	"html-default-namespace":        {"2:3 HTML element g: <g xmlns=\"http://www.w3.org/1999/xhtml\">", "2:43 HTML element b: <b/>"},
	"html-image":                    {"2:3 HTML element h:img: <h:img xmlns:h=\"http://www.w3.org/1999/…"},
	"html-meta-refresh":             {"2:3 HTML element meta: <meta xmlns=\"http://www.w3.org/1999/xht…"},
	"iframe":                        {"2:3 iframe element: <iframe xmlns=\"http://www.w3.org/1999/x…", "2:48 outside reference in attribute src: https://evil.example/"},
	"image-data":                    {"2:10 data: address in attribute href: data:image/png;base64,iVBORw0KGgo="},
	"image-file":                    {"2:10 outside reference in attribute href: file:///etc/passwd"},
	"image-href":                    {"2:10 outside reference in attribute href: https://evil.example/x.png"},
	"image-other-prefix":            {"2:49 outside reference in attribute q:href: //evil.example/x.png"},
	"image-xlink-href":              {"2:10 outside reference in attribute xlink:href: x.png"},
	"instruction-unknown":           {"2:3 processing instruction php: <?php echo 1; ?>"},
	"instruction-xpacket-html":      {"2:13 processing instruction xpacket: <?xpacket begin=\"><img src=x>\"?>"},
	"link-empty":                    {"2:6 outside reference in attribute href: ", "2:18 outside reference in attribute href: #", "2:31 outside reference in attribute href: ##a", "2:46 outside reference in attribute href: #xpointer(id('a'))"},
	"link-https":                    {"2:6 outside reference in attribute href: https://evil.example/"},
	"link-javascript-invisible":     {"2:6 javascript: address in attribute href: �java�script:alert(1)"},
	"link-javascript-space":         {"2:6 javascript: address in attribute href: JaVa Scr ipt:alert(1)"},
	"link-javascript":               {"2:6 javascript: address in attribute href: javascript:alert(1)"},
	"link-mailto":                   {"2:6 outside reference in attribute href: mailto:***************"},
	"link-upper-case":               {"2:6 outside reference in attribute HREF: https://evil.example/"},
	"link-vbscript":                 {"2:6 vbscript: address in attribute xlink:href: VBScript:msgbox(1)"},
	"listener-element":              {"2:3 listener element: <ev:listener xmlns:ev=\"http://www.w3.or…"},
	"onbegin-animation":             {"2:12 event handler attribute onbegin: alert(1)"},
	"onclick-after-non-ascii":       {"2:23 event handler attribute onclick: alert(1)"},
	"onload-line-break":             {"4:3 event handler attribute onload: alert(1)"},
	"onload-prefixed":               {"2:43 event handler attribute x:onload: alert(1)"},
	"onload-root":                   {"1:104 event handler attribute onload: alert(1)"},
	"onload-upper-case":             {"2:6 event handler attribute ONLOAD: alert(1)"},
	"script-after-comment-and-deep": {"2:36 script element: <script type=\"text/javascript\">"},
	"script-after-escaped-text":     {"2:27 script element: <script/>"},
	"script-cdata":                  {"2:3 script element: <script>"},
	"script-empty-href":             {"2:3 script element: <script href=\"#a\"/>"},
	"script-html-namespace":         {"2:3 script element: <h:script xmlns:h=\"http://www.w3.org/19…", "2:52 outside reference in attribute src: https://evil.example/x.js"},
	"script-other-prefix":           {"2:3 script element: <s:script>"},
	"script-unknown-namespace":      {"2:3 script element: <script xmlns=\"urn:nothing\">"},
	"script-upper-case":             {"2:3 script element: <SCRIPT>"},
	"script":                        {"2:3 script element: <script>"},
	"set-data":                      {"2:26 data: address in attribute to: 1; DATA:text/html,x"},
	"set-onclick":                   {"2:8 animation of onclick: onclick"},
	"set-xlink-href":                {"2:11 animation of href: xlink:href"},
	"style-behavior":                {"2:6 outside reference in attribute style: url(#default#time2)"},
	"style-data-font":               {"2:39 data: address in style sheet: url(\"data:font/woff2;base64,AAAA\")"},
	"style-element-inside":          {"2:14 element inside of style: <g>"},
	"style-font-face":               {"2:39 outside reference in style sheet: url(https://evil.example/x.woff2)"},
	"style-import-cdata":            {"2:19 @import rule in style sheet: @import \"x.css\";"},
	"style-import-escape":           {"4:5 @import rule in style sheet: @iMPORT url(https://evil.example/x.css);", "4:16 outside reference in style sheet: url(https://evil.example/x.css)"},
	"style-import-parts":            {"2:10 @import rule in style sheet: @import \"x.css\";"},
	"style-import":                  {"2:10 @import rule in style sheet: @import \"https://evil.example/x.css\";"},
	"style-javascript-string":       {"2:27 javascript: address in style sheet: javascript:alert(1)"},
	"style-javascript":              {"2:18 javascript: address in style sheet: url( \"javascript:alert(1)"},
	"style-other-prefix":            {"2:12 @import rule in style sheet: @import \"x.css\";"},
	"style-src-function":            {"2:18 outside reference in style sheet: src(\"https://evil.example/x\")"},
	"style-url-hidden-by-comment":   {"2:18 outside reference in style sheet: url(/*)", "2:34 outside reference in style sheet: url(https://evil.example/x)"},
	"style-url-hidden-by-string":    {"2:31 outside reference in style sheet: url(https://evil.example/x)"},
	"style-url":                     {"2:35 outside reference in style sheet: url( https://evil.example/x)"},
	"stylesheet-instruction-inside": {"2:7 processing instruction xml-stylesheet: <?xml-stylesheet href=\"#x\"?>"},
	"stylesheet-instruction":        {"2:1 processing instruction xml-stylesheet: <?xml-stylesheet type=\"text/css\" href=\"…"},
	"use-data":                      {"2:8 data: address in attribute href: data:image/svg+xml;base64,PHN2Zy8+#a"},
	"use-outside":                   {"2:8 outside reference in attribute xlink:href: other.svg#a"},
	"xml-events-attribute":          {"2:51 event handler attribute ev:event: load", "2:67 event handler attribute ev:handler: #h"},
}

// broken files cannot be looked at to the end.
var broken = map[string]string{
	"attribute-twice-by-namespace": "line 2, column 63: attribute q:href is given twice",
	"attribute-twice":              "line 2, column 17: attribute fill is given twice",
	"attribute-without-quotes":     "line 2, column 11: a value must stand in quotes",
	"attribute-without-value":      "line 2, column 6: attribute hidden has no value",
	"attributes-without-space":     "line 2, column 16: unexpected \"o\" in the tag of element g",
	"blank":                        "line 2, column 1: there is no element",
	"cdata-end-in-text":            "line 2, column 5: \"]]>\" in text",
	"cdata-not-closed":             "line 2, column 3: CDATA section is not closed",
	"comment-dashes":               "line 2, column 10: \"--\" in a comment",
	"comment-not-closed":           "line 2, column 3: comment is not closed",
	"compressed":                   "file is compressed (svgz), want plain SVG",
	"control-character":            "line 2, column 11: character U+0001 is not allowed in XML",
	"control-reference":            "line 2, column 11: entity \"&#1;\" is not known",
	"crossed":                      "line 2, column 9: end tag of a, want that of b",
	"declaration-late":             "line 2, column 1: the XML declaration must stand at the very beginning",
	"declaration-malformed":        "line 1, column 21: standalone is \"maybe\", want yes or no",
	"doctype-late":                 "line 2, column 3: DOCTYPE is not allowed here",
	"doctype-lower-case":           "line 1, column 1: markup \"<!doctype\" is not allowed here",
	"doctype-not-closed":           "line 1, column 1: DOCTYPE is not closed",
	"doctype-twice":                "line 1, column 15: DOCTYPE is not allowed here",
	"empty":                        "file is empty",
	"end-without-start":            "line 1, column 42: end tag of svg without its start tag",
	"html-root":                    "line 1, column 1: root element is html in namespace \"http://www.w3.org/1999/xhtml\", want svg in \"http://www.w3.org/2000/svg\"",
	"html":                         "line 2, column 1: root element is html in namespace \"http://www.w3.org/1999/xhtml\", want svg in \"http://www.w3.org/2000/svg\"",
	"instruction-not-closed":       "line 2, column 3: processing instruction is not closed",
	"latin-1":                      "line 1, column 21: encoding is \"ISO-8859-1\", want UTF-8",
	"less-than-in-value":           "line 2, column 10: \"<\" in the value of attribute id",
	"lone-ampersand":               "line 2, column 11: \"&\" does not begin an entity; write &amp;",
	"no-namespace":                 "line 1, column 1: root element is svg in namespace \"\", want svg in \"http://www.w3.org/2000/svg\"",
	"not-closed":                   "line 2, column 6: element g is not closed",
	"not-utf-8":                    "line 4, column 1: not UTF-8",
	"overlong-utf-8":               "line 2, column 3: not UTF-8",
	"png":                          "line 1, column 1: not UTF-8",
	"prefix-empty":                 "line 1, column 41: prefix \"x\" stands for no namespace",
	"prefix-unknown-attribute":     "line 2, column 6: prefix \"x\" of x:href is not declared",
	"prefix-unknown":               "line 2, column 3: prefix \"x\" of x:g is not declared",
	"prefix-xml":                   "line 1, column 41: prefix \"x\" may not stand for namespace \"http://www.w3.org/XML/1998/namespace\"",
	"prefix-xmlns":                 "line 1, column 41: prefix \"xmlns\" may not stand for namespace \"urn:x\"",
	"slash-in-tag":                 "line 2, column 7: unexpected \"/\" in the tag of element svg",
	"space-before-name":            "line 2, column 4: a name is missing, found \" \"",
	"tag-not-closed":               "line 1, column 41: tag of element g is not closed",
	"text-after-root":              "line 1, column 42: text outside of the root element",
	"two-colons":                   "line 2, column 4: \"a:b:script\" is not a name",
	"two-roots":                    "line 1, column 42: a second root element",
	"unknown-entity":               "line 2, column 9: entity \"&nbsp;\" is not known",
	"upper-case-root":              "line 1, column 1: root element is SVG in namespace \"http://www.w3.org/2000/svg\", want svg in \"http://www.w3.org/2000/svg\"",
	"utf-16-be-bom":                "file is in UTF-16 or UTF-32, want UTF-8",
	"utf-16-bom":                   "file is in UTF-16 or UTF-32, want UTF-8",
	"utf-16-le":                    "file is in UTF-16 or UTF-32, want UTF-8",
	"utf-32-be":                    "file is in UTF-16 or UTF-32, want UTF-8",
	"utf-7":                        "line 1, column 21: encoding is \"UTF-7\", want UTF-8",
	"version-1.1":                  "line 1, column 7: XML version is \"1.1\", want 1.0",
	"wrong-namespace":              "line 1, column 1: root element is svg in namespace \"http://www.w3.org/2000/SVG\", want svg in \"http://www.w3.org/2000/svg\"",
}

// safe drawings, as editors write them, have their size and no findings.
var safe = map[string]artwork.Info{
	"affinity":           {Width: 800, Height: 800},
	"animated":           {Width: 10, Height: 20},
	"figma":              {Width: 120, Height: 120},
	"illustrator-web":    {Width: 64, Height: 64},
	"illustrator":        {Width: 256, Height: 256},
	"inkscape-effect":    {Width: 10, Height: 10},
	"inkscape":           {Width: 226.77165354330708, Height: 226.77165354330708},
	"line-ends-and-mark": {Width: 24, Height: 24},
	"nested-and-links":   {Width: 0, Height: 0},
	"plain":              {Width: 600, Height: 600},
	"prefixed-namespace": {Width: 192, Height: 192},
	"style-cdata":        {Width: 377.95275590551176, Height: 188.9763779527559},
}

// corpus reads a folder of testdata and makes sure that the table knows exactly its files.
func corpus[T any](t testing.TB, folder string, table map[string]T) map[string][]byte {
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*"))
	require.NoError(t, err)
	all := map[string][]byte{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".svg")
		require.Contains(t, table, name)
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		all[name] = data
	}
	for name := range table {
		require.Contains(t, all, name, "no such file in testdata/%s", folder)
	}
	return all
}

// lines writes findings as the tables do.
func lines(findings []artwork.Finding) (out []string) {
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%d:%d %s: %s", f.Line, f.Col, f.What, f.Found))
	}
	return out
}

func TestHostileSVG(t *testing.T) {
	for name, data := range corpus(t, "hostile", hostile) {
		t.Run(name, func(t *testing.T) {
			require.NotEmpty(t, hostile[name])
			_, findings, err := artwork.InspectSVG(data)
			require.NoError(t, err)
			assert.Equal(t, hostile[name], lines(findings))
		})
	}
}

func TestBrokenSVG(t *testing.T) {
	for name, data := range corpus(t, "broken", broken) {
		t.Run(name, func(t *testing.T) {
			info, _, err := artwork.InspectSVG(data)
			var syntax *artwork.SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.EqualError(t, err, broken[name])
			assert.Zero(t, info)
		})
	}
}

func TestSafeSVG(t *testing.T) {
	for name, data := range corpus(t, "safe", safe) {
		t.Run(name, func(t *testing.T) {
			info, findings, err := artwork.InspectSVG(data)
			require.NoError(t, err)
			assert.Empty(t, lines(findings))
			assert.InDelta(t, safe[name].Width, info.Width, 1e-9)
			assert.InDelta(t, safe[name].Height, info.Height, 1e-9)
		})
	}
}
