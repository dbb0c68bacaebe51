package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"blazon/internal/bake"
	"blazon/internal/document"
	"blazon/internal/fetch"
	"blazon/internal/strictjson"
	"blazon/internal/verdict"
)

// source is where a badge was found.
type source struct {
	address string // the URL that answered with it; empty where it was a file or stood inside something
	gone    bool   // the URL answered 410
}

// target verifies what a file or a URL holds.
func (n *run) target(ctx context.Context, t Target) {
	if t.Data != nil {
		n.bytes(ctx, t.Data, source{})
		return
	}
	answer, err := n.get(ctx, t.Name, fetch.Any)
	if err != nil {
		n.problem(verdict.Hosting, "the badge", err)
		return
	}
	from := source{address: fetch.WithoutFragment(t.Name)}
	if err := answer.Err(); err != nil {
		if from.gone = answer.Status == 410; !from.gone {
			n.problem(verdict.Hosting, "the badge", err)
			return
		}
		if Recognize(answer.Body) != JSON {
			n.report.Kind = string(assertionKind)
			n.fail(verdict.Revocation, "revoked: the server says that it was taken away (410)")
			return
		}
	}
	if answer.URL != from.address && Recognize(answer.Body) == HTML {
		from.address = answer.URL // what links in a page are relative to
	}
	n.bytes(ctx, answer.Body, from)
}

func (n *run) bytes(ctx context.Context, data []byte, from source) {
	switch form := Recognize(data); form {
	case PNG, SVG:
		n.image(ctx, data, form)
	case HTML:
		n.page(ctx, data, from)
	case JSON:
		o, err := document.Read(data)
		if err != nil {
			n.unreadable(err)
			return
		}
		n.object(ctx, o, from)
	case JWS:
		n.jws(ctx, string(trim(data)), from)
	case Address:
		n.follow(ctx, string(trim(data)))
	default:
		n.fail(verdict.Structure, "this is no badge: neither an image, JSON, a JWS nor a page")
	}
}

func trim(data []byte) []byte {
	return []byte(strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff")))
}

// unreadable notes that a document cannot be read, or not in one way only.
func (n *run) unreadable(err error) {
	what := "the document"
	if errors.Is(err, strictjson.ErrDuplicate) || errors.Is(err, strictjson.ErrEncoding) {
		what = "readers may take the document differently: it"
	}
	n.problem(verdict.Structure, what, err)
}

// object verifies a JSON document.
func (n *run) object(ctx context.Context, o document.Object, from source) {
	switch kindOf(o) {
	case assertionKind:
		n.assertion(ctx, o, from)
	case credentialKind:
		n.credential(ctx, o)
	default:
		if name := named(o); name != "" {
			n.report.Kind = strings.TrimPrefix(strings.TrimPrefix(name, "an "), "a ")
			n.unknown(verdict.Structure, "this is %s, which is nobody's badge: verify an assertion or a credential", name)
			return
		}
		n.fail(verdict.Structure, "this is neither an assertion nor a credential")
	}
}

// follow verifies the assertion at an address that stands alone.
func (n *run) follow(ctx context.Context, to string) {
	answer, err := n.get(ctx, to, fetch.JSON)
	if err != nil {
		n.problem(verdict.Hosting, "the assertion", err)
		return
	}
	from := source{address: to, gone: answer.Status == 410}
	if err := answer.Err(); err != nil && (!from.gone || Recognize(answer.Body) != JSON) {
		if from.gone {
			n.fail(verdict.Revocation, "revoked: the server says that it was taken away (410)")
			return
		}
		n.problem(verdict.Hosting, "the assertion", err)
		return
	}
	o, err := document.Read(answer.Body)
	switch {
	case err != nil:
		n.unreadable(err)
	case kindOf(o) != assertionKind:
		n.fail(verdict.Structure, "what stands at %s is no assertion", document.Show(to))
	default:
		n.assertion(ctx, o, from)
	}
}

// image verifies what is baked into an image: one badge, or one of each generation.
func (n *run) image(ctx context.Context, data []byte, form Form) {
	n.report.Kind = string(form)
	found, err := bake.Unbake(data)
	if err != nil {
		if errors.Is(err, bake.ErrTooLarge) {
			n.unknown(verdict.Baked, "the image is larger than what is read")
			return
		}
		n.fail(verdict.Baked, "the image cannot be read: %s", document.Plain(err.Error()))
		return
	}
	var badges []bake.Found
	for _, keyword := range []string{bake.OB2, bake.OB3} {
		if b, ok := bake.First(found, keyword); ok {
			badges = append(badges, b)
		}
	}
	if len(badges) == 0 {
		n.fail(verdict.Baked, "there is no badge in this image")
		return
	}
	for _, b := range badges {
		several := slices.IndexFunc(found, func(f bake.Found) bool { return f.Keyword == b.Keyword && f.Chunk == b.Chunk && f.Offset != b.Offset })
		if several >= 0 {
			n.fail(verdict.Baked, "the image holds several badges of one generation, and readers may take either")
			return
		}
		if b.Compressed {
			n.note(verdict.Baked, "the badge is compressed, which old readers do not understand")
		}
	}
	if len(badges) == 1 {
		n.pass(verdict.Baked, "the %s holds a badge", form)
		n.baked(ctx, badges[0], form)
		return
	}
	n.holds = true
	n.pass(verdict.Baked, "the %s holds two badges, of Open Badges 2.0 and 3.0", form)
	for _, b := range badges {
		p := n.part(fmt.Sprintf("%s (%s)", n.report.Target, b.Keyword), string(form))
		p.baked(ctx, b, form)
		p.conclude()
		n.count(verdict.Baked, p)
	}
	n.report.Badge, n.report.Issuer = n.report.Parts[0].Badge, n.report.Parts[0].Issuer
	if first, second := n.report.Parts[0], n.report.Parts[1]; first.Badge != second.Badge || first.Issuer != second.Issuer {
		n.note(verdict.Baked, "the two badges are not of one name and issuer")
	}
}

// count makes the verdict on a part a check of the whole.
func (n *run) count(id verdict.ID, p *run) {
	switch what := p.report.Kind + " " + p.report.Generation; p.report.Verdict {
	case verdict.Valid:
		n.pass(id, "the %s is valid", strings.TrimSpace(what))
	case verdict.Invalid:
		n.fail(id, "the %s is not valid", strings.TrimSpace(what))
	default:
		n.unknown(id, "of the %s nothing can be told", strings.TrimSpace(what))
	}
}

// baked verifies one text of an image.
func (n *run) baked(ctx context.Context, b bake.Found, form Form) {
	text := strings.TrimSpace(b.Value)
	switch Recognize([]byte(text)) {
	case JWS:
		n.jws(ctx, text, source{})
	case Address:
		if b.Keyword != bake.OB2 {
			n.fail(verdict.Baked, "the image holds an address where a credential should be")
			return
		}
		n.follow(ctx, text)
	case JSON:
		o, err := document.Read([]byte(text))
		if err != nil {
			n.unreadable(err)
			break
		}
		if form == SVG && b.Keyword == bake.OB2 && b.Verify != "" {
			if own, err := bake.HostedURL(text); err == nil && own != b.Verify {
				n.fail(verdict.Baked, "the drawing says that the assertion is at %s, but the assertion says %s", document.Show(b.Verify), document.Show(own))
			}
		}
		want := map[string]kind{bake.OB2: assertionKind, bake.OB3: credentialKind}[b.Keyword]
		if got := kindOf(o); got != want && got != otherKind {
			n.fail(verdict.Baked, "the image holds, as a badge of another generation, %s %s", article(string(got)), got)
		}
		n.object(ctx, o, source{})
	default:
		n.fail(verdict.Baked, "what the image holds is no badge: neither JSON, a JWS nor an address")
	}
	n.report.Kind = fmt.Sprintf("%s in %s", n.report.Kind, article(string(form))+" "+string(form))
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiouS") { // an SVG, but a PNG
		return "an"
	}
	return "a"
}

// sortChecks orders checks as IDs has them; those of one id stay in the order in which they were made.
func sortChecks(r *verdict.Report) {
	ids := verdict.IDs()
	slices.SortStableFunc(r.Checks, func(a, b verdict.Check) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
}
