package page_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"blazon/internal/page"
)

const (
	base = "https://badges.example.org/academy"
	from = "badges/go-basics/index.html"
)

func TestMarkdown(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"empty":             {" \n\n ", ""},
		"emphasis":          {"*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n"},
		"headings nest":     {"# a\n\n### b\n\n## c\n\n# d", "<h3>a</h3>\n<h4>b</h4>\n<h4>c</h4>\n<h3>d</h3>\n"},
		"headings end at 6": {"# a\n\n## b\n\n### c\n\n#### d\n\n##### e", "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h6>d</h6>\n<h6>e</h6>\n"},
		"deep first":        {"#### a\n\nb\n=", "<h3>a</h3>\n<h3>b</h3>\n"},
		"heading in a list": {"- # a\n- ### b", "<ul>\n<li>\n<h3>a</h3>\n</li>\n<li>\n<h4>b</h4>\n</li>\n</ul>\n"},
		"raw html is text":  {"a <b onclick=x>c</b> <!-- d -->\n\n<script>e</script>", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt; &lt;!-- d --&gt;</p>\n<p>&lt;script&gt;e&lt;/script&gt;</p>\n"},
		"table": {"|a|b|c|\n|:-|:-:|-|\n|1|2|3|",
			"<table>\n<thead>\n<tr>\n<th class=\"align-left\">a</th>\n<th class=\"align-center\">b</th>\n<th>c</th>\n</tr>\n</thead>\n" +
				"<tbody>\n<tr>\n<td class=\"align-left\">1</td>\n<td class=\"align-center\">2</td>\n<td>3</td>\n</tr>\n</tbody>\n</table>\n"},
		"bare address":       {"see https://example.org/a?b=1&c=2.", `<p>see <a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>.</p>` + "\n"},
		"bare name":          {"www.example.org ftp://example.org ada@example.org", "<p>www.example.org ftp://example.org ada@example.org</p>\n"},
		"address in <>":      {"<https://example.org/ü> <ada@example.org> <ftp://x.org>", `<p><a href="https://example.org/%C3%BC">https://example.org/ü</a> <a href="mailto:ada@example.org">ada@example.org</a> ftp://x.org</p>` + "\n"},
		"as it is written":   {`<https://example.org/\*&amp;x>`, `<p><a href="https://example.org/%5C*&amp;amp;x">https://example.org/\*&amp;amp;x</a></p>` + "\n"},
		"site path":          {"[a](/rules/#x) [b](/) [c](/badges/go-basics/) [d](/badges/) [e](/x.pdf?y=1)", `<p><a href="../../rules/#x">a</a> <a href="../../">b</a> <a href="./">c</a> <a href="../">d</a> <a href="../../x.pdf?y=1">e</a></p>` + "\n"},
		"own absolute":       {"[a](" + base + "/rules/) [b](" + base + ") [c](" + base + "x/) [d](" + base + "?q#f)", `<p><a href="../../rules/">a</a> <a href="../../">b</a> <a href="` + base + `x/">c</a> <a href="../../?q#f">d</a></p>` + "\n"},
		"stays on the site":  {"[a](/../../etc/) [b](../../../../x) [c](/%2e%2E/x)", `<p><a href="../../etc/">a</a> <a href="../../x">b</a> <a href="../../x">c</a></p>` + "\n"},
		"relative":           {"[a](../x/) [b](y.pdf) [c](#z) [d](?q)", `<p><a href="../x/">a</a> <a href="y.pdf">b</a> <a href="#z">c</a> <a href="./?q">d</a></p>` + "\n"},
		"no scheme":          {"[a](//example.org/x)", `<p><a href="https://example.org/x">a</a></p>` + "\n"},
		"mail and telephone": {"[a](mailto:x@example.org) [b](TEL:+4144)", `<p><a href="mailto:x@example.org">a</a> <a href="tel:+4144">b</a></p>` + "\n"},
		"forbidden schemes": {"[a](javascript:alert(1)) [b](JaVaScRiPt:x) [c](data:text/html,x) [d](vbscript:x) [e](file:///etc) [f](java&#115;cript:x) [g](java&Tab;script:x) [h](&#1;javascript:x) [i](j\\avascript:x) [j](blob:x) [k]()",
			"<p>a b c d e f g h i j k</p>\n"},
		"reference":        {"[a][x] ![b][x]\n\n[x]: javascript:alert(1) 'y'", "<p>a b</p>\n"},
		"title":            {"[a](/x/ \"b&quot;<\\\"c\")", `<p><a href="../../x/" title="b&quot;&lt;&quot;c">a</a></p>` + "\n"},
		"entities once":    {"[a](/x?a=1&amp;amp;b=2)", `<p><a href="../../x?a=1&amp;amp;b=2">a</a></p>` + "\n"},
		"image":            {"![a *b* &amp; \"c\"](/images/map.png) ![d](pic.png 'e')", `<p><img src="../../images/map.png" alt="a b &amp; &quot;c&quot;" loading="lazy"> <img src="pic.png" alt="d" title="e" loading="lazy"></p>` + "\n"},
		"outside image":    {"![a *b*](https://other.example/x.png) ![c](//other.example/x) ![d](data:image/png;base64,x) ![e](#f)", "<p>a <em>b</em> c d e</p>\n"},
		"image in a link":  {"[![a](https://x.example/y.png)](/rules/)", `<p><a href="../../rules/">a</a></p>` + "\n"},
		"link in an image": {"![a [b](javascript:x)](/images/map.png)", `<p><img src="../../images/map.png" alt="a b" loading="lazy"></p>` + "\n"},
		"code":             {"```go\n<a>\n```", "<pre><code class=\"language-go\">&lt;a&gt;\n</code></pre>\n"},
		"backslash":        {`[a](/\example.org) [b](\\example.org)`, `<p><a href="../../%5Cexample.org">a</a> <a href="%5Cexample.org">b</a></p>` + "\n"},
		"broken text":      {"a\xffb [c](/\xff)", "<p>a\uFFFDb <a href=\"../../%EF%BF%BD\">c</a></p>\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := page.Markdown(base, from, test.in, 2, false, false)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestMarkdownOfHolders(t *testing.T) {
	got, err := page.Markdown(base, from, "[a](https://example.org/) [b](/rules/)", 2, false, true)
	require.NoError(t, err)
	assert.Equal(t, `<p><a href="https://example.org/" rel="nofollow noopener noreferrer">a</a> <a href="../../rules/">b</a></p>`+"\n", got)
}

func TestEarlyMarkdown(t *testing.T) {
	got, err := page.Markdown(base, from, "[a *b*](/rules/) [c](https://example.org/) [d](/badges/) [e](/) [f](#g) [h](x/) ![i](/images/map.png) ![j](/badges/x/image.png)", 2, true, false)
	require.NoError(t, err)
	assert.Equal(t, `<p>a <em>b</em> <a href="https://example.org/">c</a> <a href="../">d</a> <a href="../../">e</a> <a href="#f">f</a> h `+
		`<img src="../../images/map.png" alt="i" loading="lazy"> j</p>`+"\n", strings.ReplaceAll(got, "#g", "#f"))
}

func TestMarkdownLimits(t *testing.T) {
	_, err := page.Markdown(base, from, strings.Repeat("a", page.MaxMarkdown+1), 2, false, false)
	assert.EqualError(t, err, "the Markdown text has 65537 bytes; at most 65536 are allowed")
	const n = 20_000
	tests := map[string]string{
		"quotations": strings.Repeat("> ", n) + "x",
		"lists":      strings.Repeat("- ", n) + "x",
		"mixed":      strings.Repeat("- > 1. ", n) + "x",
		"brackets":   strings.Repeat("[", n) + strings.Repeat("](x)", n),
		"images":     strings.Repeat("![", n) + strings.Repeat("](x)", n),
		"unclosed":   strings.Repeat("[a](<b", n/4),
		"references": strings.Repeat("[a]: x\n", n/3) + strings.Repeat("[a]", n/3),
		"code":       strings.Repeat("`a``", n),
		"indents":    strings.Repeat("1. a\n   ", n/3),
		"addresses":  strings.Repeat(" https://a.b/(", n/4),
		"emphasis":   strings.Repeat("*a **a ", n),
		"table":      strings.Repeat("a|", n) + "\n" + strings.Repeat("-|", n) + "\n" + strings.Repeat("a|\n", n),
		"tables":     strings.Repeat(strings.Repeat("a|", 60)+"\n"+strings.Repeat("-|", 60)+"\n"+strings.Repeat("a|\n", 100)+"\n", 100),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			out, err := page.Markdown(base, from, text[:min(len(text), page.MaxMarkdown)], 2, false, false)
			require.NoError(t, err)
			assert.Less(t, len(out), 40*page.MaxMarkdown)
			assert.Less(t, time.Since(start), time.Minute)
			assert.Less(t, strings.Count(out, "<td"), page.MaxCells)
			assert.Less(t, strings.Count(out, "<blockquote>"), 100)
			assert.Less(t, strings.Count(out, "<ul>"), 100)
		})
	}
}

// allowed are the elements that Markdown may become, with their attributes.
var allowed = map[string][]string{
	"p": nil, "em": nil, "strong": nil, "del": nil, "br": nil, "hr": nil, "blockquote": nil, "ul": nil, "ol": {"start"}, "li": nil,
	"pre": nil, "code": {"class"}, "h3": nil, "h4": nil, "h5": nil, "h6": nil, "table": nil, "thead": nil, "tbody": nil, "tr": nil,
	"th": {"class"}, "td": {"class"}, "a": {"href", "title", "rel"}, "img": {"src", "alt", "title", "loading"},
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{
		"# a\n\nb [c](/d/ 'e') ![f](g.png)", "[a](javascript:alert(1))", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
		"[a](java&#x0A;script:x)", "![a\" onload=\"b](/images/map.png \"c\" )", "|a|b|\n|-|-|\n|c|", "<https://example.org/\"onclick=x>",
		"[a]: data:x\n\n[a] ![a]", "> - 1. ```x\"y\n<b>", "https://example.org/a\"b<c>", "[x](//e.org) [y](/..//e.org) [z](../../../e)",
		"`` ` `` ~~a~~ \\[ \\< &lt;script&gt;", "a  \nb\\\nc\n***\n[a](<javascript:b>)", "[a](/%0a:b) [c](d:e) [f](./g:h)",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 1<<12 {
			return
		}
		for _, early := range []bool{false, true} {
			out, err := page.Markdown(base, from, source, 2, early, !early)
			require.NoError(t, err)
			assert.NotContains(t, strings.ToLower(out), "<script")
			var open []string
			z := html.NewTokenizer(strings.NewReader(out))
			for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
				token := z.Token()
				switch kind {
				case html.TextToken:
				case html.StartTagToken:
					attributes, ok := allowed[token.Data]
					require.True(t, ok, "<%s> in %q", token.Data, out)
					for _, a := range token.Attr {
						require.Contains(t, attributes, a.Key, "<%s> in %q", token.Data, out)
						if a.Key == "href" || a.Key == "src" {
							checkAddress(t, token.Data, a.Val)
						}
					}
					if !slices.Contains(void, token.Data) {
						open = append(open, token.Data)
					}
				case html.EndTagToken:
					require.NotEmpty(t, open, out)
					require.Equal(t, open[len(open)-1], token.Data, out)
					open = open[:len(open)-1]
				default:
					require.Fail(t, "neither text nor tag", "%v in %q", kind, out)
				}
			}
			require.Empty(t, open, out)
		}
	})
}

// checkAddress checks where a browser would go: it ignores tabs and line breaks, takes "\" for "/" and knows no case.
func checkAddress(t *testing.T, tag, address string) {
	t.Helper()
	seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/", "%2e", ".").Replace(strings.ToLower(strings.TrimFunc(address, func(r rune) bool { return r <= ' ' })))
	here, err := url.Parse(base + "/badges/go-basics/")
	require.NoError(t, err)
	scheme, _, found := strings.Cut(seen, ":")
	if found && !strings.ContainsAny(scheme, "/?#") {
		assert.Equal(t, "a", tag, "an outside picture: %s", address)
		assert.Contains(t, []string{"http", "https", "mailto", "tel"}, scheme)
		return
	}
	assert.False(t, strings.HasPrefix(seen, "/"), "%s is not relative", address)
	if to, err := here.Parse(seen); err == nil {
		assert.Equal(t, here.Host, to.Host, address)
		assert.True(t, strings.HasPrefix(to.Path, "/academy/"), "%s leaves the site", address)
	}
}
