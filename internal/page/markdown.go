package page

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Limits of a Markdown text. The parser's time and the size of what it makes grow with the square of some inputs, so
// that a text of a few kilobytes could otherwise fill the disk.
const (
	maxMarkdown = 64 << 10 // bytes; longer is an error
	maxNesting  = 64       // lists and quotations inside each other; deeper is plain text
	maxCells    = 20_000   // of all tables of a text together; a table beyond is plain text
)

// markdown turns the Markdown of declarations into HTML: CommonMark with tables, strikethrough and bare web addresses
// as links. There is no raw HTML: a tag is shown as the text that it is, so that its author sees it.
type markdown struct {
	base string // the site's base URL
	md   goldmark.Markdown
}

// never matches nothing: a name without a scheme and an e-mail address in running text stay text.
var never = regexp.MustCompile(`^[^\s\S]`)

// prose says how one text is rendered.
type prose struct {
	links  Links
	level  int  // of the heading that the text stands under; its own are below that
	early  bool // links to pages of the site, which may not exist yet, become text
	others bool // the text is about a holder: the site does not vouch for its links
}

func newMarkdown(base string) *markdown {
	p := parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(shallow{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
			util.Prioritized(extension.NewStrikethroughParser(), 500),
			util.Prioritized(extension.NewLinkifyParser(
				extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}),
				extension.WithLinkifyWWWRegexp(never),
				extension.WithLinkifyEmailRegexp(never),
			), 999),
		),
		parser.WithParagraphTransformers(
			util.Prioritized(parser.LinkReferenceParagraphTransformer, 100),
			util.Prioritized(smallTable{extension.NewTableParagraphTransformer()}, 200),
		),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
	r := renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(anchors{}, 100),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		// No style attributes: the pages work under a policy that forbids them.
		util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)), 500),
		util.Prioritized(html.NewRenderer(), 1000),
	))
	return &markdown{base: base, md: goldmark.New(goldmark.WithParser(p), goldmark.WithRenderer(r))}
}

// html renders a text. It fails only when the text is longer than maxMarkdown.
func (m *markdown) html(source string, p prose) (template.HTML, error) {
	source, err := tidy(source)
	if err != nil {
		return "", err
	}
	if html, ok := words(source); ok {
		return template.HTML(html), nil
	}
	return m.parse(source, p)
}

// tidy is a text that is valid UTF-8 without white space around it. It fails only when the text is longer than
// maxMarkdown.
func tidy(source string) (string, error) {
	source = strings.TrimSpace(strings.ToValidUTF8(source, "\uFFFD"))
	if len(source) > maxMarkdown {
		return "", fmt.Errorf("the Markdown text has %d bytes; at most %d are allowed", len(source), maxMarkdown)
	}
	return source, nil
}

// parse renders a text that is tidy.
func (m *markdown) parse(source string, p prose) (template.HTML, error) {
	src := []byte(source)
	doc := m.md.Parser().Parse(text.NewReader(src))
	m.rewrite(doc, src, p)
	var out unbuffered
	out.Grow(len(source) + len(source)/2)
	if err := m.md.Renderer().Render(&out, src, doc); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil
}

// unbuffered is in memory: the renderer need not put a buffer of its own before it, which would be larger than most texts.
type unbuffered struct{ strings.Builder }

var _ util.BufWriter = (*unbuffered)(nil)

// Available, Buffered and Flush implement util.BufWriter.
func (u *unbuffered) Available() int { return u.Cap() - u.Len() }

// Buffered is nothing.
func (u *unbuffered) Buffered() int { return 0 }

// Flush does nothing.
func (u *unbuffered) Flush() error { return nil }

// rewrite gives headings, links, pictures and tables of a parsed text the form in which the site shows them.
func (m *markdown) rewrite(doc ast.Node, src []byte, p prose) {
	var nodes []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && n.Kind() != ast.KindText {
			nodes = append(nodes, n)
		}
		return ast.WalkContinue, nil
	})
	var above []int // levels, as written, of the headings that the current place stands under
	for _, n := range nodes {
		switch n := n.(type) {
		case *ast.Heading:
			for len(above) > 0 && above[len(above)-1] >= n.Level {
				above = above[:len(above)-1]
			}
			above = append(above, n.Level)
			n.Level = min(p.level+len(above), 6)
		case *ast.Link:
			m.link(n, resolved(n.Destination), p)
		case *ast.AutoLink:
			link, label := ast.NewLink(), ast.NewString(n.Label(src))
			label.SetRaw(true)
			link.AppendChild(link, label)
			n.Parent().ReplaceChild(n.Parent(), n, link)
			address := string(util.URLEscape(n.URL(src), false))
			if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
				address = "mailto:" + address
			}
			m.link(link, address, p)
		case *ast.Image:
			m.image(n, resolved(n.Destination), p)
		case *east.TableCell:
			if n.Alignment != east.AlignNone {
				n.SetAttributeString("class", []byte("align-"+n.Alignment.String()))
			}
		}
	}
}

// resolved is a link's address without backslash escapes and entities, percent-encoded.
func resolved(dest []byte) string {
	return string(util.URLEscape(dest, true))
}

// link sets a link's address, or puts its text in its place where it may not lead there.
func (m *markdown) link(n *ast.Link, dest string, p prose) {
	to, ok := p.links.resolve(m.base, dest)
	if !ok || p.early && !to.outside && !to.here && !always(to.address, p.links) {
		unwrap(n)
		return
	}
	n.Destination = []byte(to.href)
	if to.outside && p.others {
		n.SetAttributeString("rel", []byte("nofollow noopener noreferrer"))
	}
}

// image sets a picture's address. A picture that would be a request to another site is replaced by its text.
func (m *markdown) image(n *ast.Image, dest string, p prose) {
	to, ok := p.links.resolve(m.base, dest)
	if !ok || to.outside || to.here || p.early && !always(to.address, p.links) {
		unwrap(n)
		return
	}
	n.Destination = []byte(to.href)
}

// always reports whether an address is there before an update begins: the home page, the catalogue and assets.
func always(address string, l Links) bool {
	_, asset := l.assets[address]
	return asset || address == "" || address == "badges/"
}

// unwrap puts a node's children in its place.
func unwrap(n ast.Node) {
	parent := n.Parent()
	for child := n.FirstChild(); child != nil; {
		next := child.NextSibling()
		parent.InsertBefore(parent, n, child)
		child = next
	}
	parent.RemoveChild(parent, n)
}

// anchors renders links and pictures whose addresses rewrite has settled. The renderer that it stands in for would
// resolve entities in them a second time.
type anchors struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (anchors) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindLink, func(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
		n := node.(*ast.Link)
		if !entering {
			_, _ = w.WriteString("</a>")
			return ast.WalkContinue, nil
		}
		_, _ = w.WriteString(`<a href="`)
		_, _ = w.Write(util.EscapeHTML(n.Destination))
		_ = w.WriteByte('"')
		title(w, n.Title)
		if rel, ok := n.AttributeString("rel"); ok {
			_, _ = w.WriteString(` rel="` + string(rel.([]byte)) + `"`)
		}
		_ = w.WriteByte('>')
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindImage, func(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		n := node.(*ast.Image)
		_, _ = w.WriteString(`<img src="`)
		_, _ = w.Write(util.EscapeHTML(n.Destination))
		_, _ = w.WriteString(`" alt="`)
		_, _ = w.Write(util.EscapeHTML([]byte(plain(n, src))))
		_ = w.WriteByte('"')
		title(w, n.Title)
		_, _ = w.WriteString(` loading="lazy">`)
		return ast.WalkSkipChildren, nil
	})
}

func title(w util.BufWriter, title []byte) {
	if title == nil {
		return
	}
	_, _ = w.WriteString(` title="`)
	html.DefaultWriter.Write(w, title)
	_ = w.WriteByte('"')
}

// plain is the text below a node, without markup.
func plain(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(n.Value(src)))))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// shallow is a block parser that does not open blocks deeper than maxNesting.
type shallow struct{ parser.BlockParser }

// Open implements parser.BlockParser.
func (s shallow) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if len(pc.OpenedBlocks()) > maxNesting {
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, r, pc)
}

// smallTable leaves a paragraph alone that would become too large a table: rows are filled up to the header's width,
// so that the table may be the square of its text.
type smallTable struct{ parser.ParagraphTransformer }

var cellsKey = parser.NewContextKey()

// Transform implements parser.ParagraphTransformer.
func (s smallTable) Transform(n *ast.Paragraph, r text.Reader, pc parser.Context) {
	width := 0
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		value := line.Value(r.Source())
		if len(bytes.Trim(value, "|:- \t\r\n")) == 0 {
			width = max(width, bytes.Count(value, []byte("|"))+1)
		}
	}
	if width == 0 {
		return
	}
	cells, _ := pc.Get(cellsKey).(int)
	cells += width * n.Lines().Len()
	if cells > maxCells {
		return
	}
	pc.Set(cellsKey, cells)
	s.ParagraphTransformer.Transform(n, r, pc)
}
