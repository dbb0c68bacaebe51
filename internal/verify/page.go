package verify

import (
	"bytes"
	"context"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"blazon/internal/fetch"
	"blazon/internal/verdict"
)

// maxLinks is how many badges of one page are verified.
const maxLinks = 4

// badgeFiles are names under which badges stand beside the pages about them.
var badgeFiles = []string{"assertion.json", "credential.json", "signed.jws", "credential.jwt"}

// badgeTypes are the media types of badges that a page may name as its alternate.
var badgeTypes = []string{"application/ld+json", "application/json", "application/vc+ld+json", "application/vc", "application/vc+jwt"}

// page verifies the badges that a page about an award links to.
func (n *run) page(ctx context.Context, data []byte, from source) {
	n.report.Kind = string(HTML)
	if from.address == "" {
		n.unknown(verdict.Structure, "this is a page: give its URL, as what it links to is relative to that")
		return
	}
	links := badgeLinks(data, from.address)
	if len(links) == 0 {
		n.unknown(verdict.Structure, "this is a page that links to no badge")
		return
	}
	n.holds = true
	for _, link := range links[:min(len(links), maxLinks)] {
		p := n.part(link, "unknown")
		answer, err := p.get(ctx, link, fetch.JSON)
		switch {
		case err != nil:
			p.problem(verdict.Hosting, "the badge", err)
		case answer.Err() != nil && answer.Status != 410:
			p.problem(verdict.Hosting, "the badge", answer.Err())
		case Recognize(answer.Body) == HTML:
			p.fail(verdict.Structure, "what the page links to as a badge is a page")
		case answer.Status == 410 && Recognize(answer.Body) != JSON:
			p.fail(verdict.Revocation, "revoked: the server says that it was taken away (410)")
		default:
			p.bytes(ctx, answer.Body, source{address: link, gone: answer.Status == 410})
		}
		p.conclude()
		n.count(verdict.Structure, p)
		if n.report.Badge == "" {
			n.report.Badge, n.report.Issuer = p.report.Badge, p.report.Issuer
		}
	}
	if len(links) > maxLinks {
		n.note(verdict.Structure, "the page links to further badges, which were not verified")
	}
}

// badgeLinks are the URLs of badges that a page links to, in its order: its alternates of a badge's type; where there are
// none, its links to files with the names of badges.
func badgeLinks(data []byte, base string) []string {
	var alternates, anchors []string
	root, err := url.Parse(base)
	if err != nil {
		return nil
	}
	add := func(list *[]string, href string) {
		u, err := root.Parse(strings.TrimSpace(href))
		if err != nil || u.Scheme != "https" && u.Scheme != "http" {
			return
		}
		u.Fragment, u.RawFragment = "", ""
		if s := u.String(); !slices.Contains(*list, s) && len(*list) <= maxLinks {
			*list = append(*list, s)
		}
	}
	z := html.NewTokenizer(bytes.NewReader(data))
	z.SetMaxBuf(1 << 20)
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(alternates) > 0 {
				return alternates
			}
			return anchors
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			get := func(key string) string {
				for _, a := range t.Attr {
					if a.Key == key {
						return a.Val
					}
				}
				return ""
			}
			switch t.Data {
			case "link":
				if slices.Contains(strings.Fields(strings.ToLower(get("rel"))), "alternate") && slices.Contains(badgeTypes, strings.ToLower(strings.TrimSpace(get("type")))) {
					add(&alternates, get("href"))
				}
			case "a":
				u, err := url.Parse(strings.TrimSpace(get("href")))
				if err == nil && slices.Contains(badgeFiles, path.Base(u.Path)) {
					add(&anchors, get("href"))
				}
			}
		}
	}
}
