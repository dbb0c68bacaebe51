package verify

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"

	"blazon/internal/bake"
	"blazon/internal/document"
	"blazon/internal/fetch"
	"blazon/internal/verdict"
)

// pictures checks that an award's images are there and are images, and that what is baked into its own is the assertion.
func (n *run) pictures(ctx context.Context, a *award) {
	seen := false
	if a.class != nil {
		at := pictureAt(a.class["image"], a)
		if at != "" {
			seen = true
			n.shown(ctx, "the badge class's image", at)
		}
	}
	if a.issuer != nil {
		if at := pictureAt(a.issuer["image"], a); at != "" {
			seen = true
			n.shown(ctx, "the issuer's image", at)
		}
	}
	if at := pictureAt(a.Object["image"], a); at != "" {
		seen = true
		n.own(ctx, a, at)
	}
	if !seen {
		n.skip(verdict.Images, "there are none")
	}
}

// pictureAt is an image's URL. In Open Badges 0.5 it may be relative to the issuer's origin.
func pictureAt(v any, a *award) string {
	at := document.Ref(v)
	if a.generation == v05 && at != "" && !strings.HasPrefix(at, "data:") && a.issuer != nil {
		origin, _ := a.issuer.Text("origin")
		if base, err := url.Parse(origin); err == nil {
			if u, err := base.Parse(at); err == nil {
				return u.String()
			}
		}
	}
	return at
}

// shown checks an image that many awards share, once.
func (n *run) shown(ctx context.Context, what, at string) {
	if strings.HasPrefix(at, "data:") {
		data, err := dataURI(at)
		if err == nil {
			err = pictureError(data)
		}
		if err != nil {
			n.fail(verdict.Images, "%s, a data URI, %s", what, err)
			return
		}
		n.pass(verdict.Images, "%s is one", what)
		return
	}
	if !isWeb(at) {
		return // its document is said to be wrong
	}
	key := fetch.WithoutFragment(at)
	if !n.images.has(key) {
		if *n.left--; *n.left < 0 {
			n.note(verdict.Images, "%s was not looked at: one badge may ask for %d documents", what, maxFetches)
			return
		}
	}
	problem, err := n.images.do(key, func() (string, error) {
		answer, err := n.options.Fetch.Get(ctx, key, fetch.Image)
		if err == nil {
			err = answer.Err()
		}
		if err != nil {
			return "", err
		}
		if err := pictureError(answer.Body); err != nil {
			return err.Error(), nil
		}
		return "", nil
	})
	switch {
	case err != nil && tells(err):
		n.fail(verdict.Images, "%s %s", what, reason(err))
	case err != nil:
		// A picture that cannot be had for now changes nothing about who was awarded what.
		n.note(verdict.Images, "%s %s", what, reason(err))
	case problem != "":
		n.fail(verdict.Images, "%s at %s %s", what, document.Show(at), problem)
	default:
		n.pass(verdict.Images, "%s is there", what)
	}
}

// own checks the image that an assertion names as its own.
func (n *run) own(ctx context.Context, a *award, at string) {
	const what = "the award's image"
	if strings.HasPrefix(at, "data:") {
		n.shown(ctx, what, at)
		return
	}
	if !isWeb(at) {
		return
	}
	found, ok := n.bakedAt(ctx, what, at)
	if !ok {
		return
	}
	baked, ok := bake.First(found, bake.OB2)
	if !ok {
		n.pass(verdict.Images, "%s is there, and nothing is baked into it", what)
		return
	}
	text := strings.TrimSpace(baked.Value)
	switch Recognize([]byte(text)) {
	case Address:
		if same(text, a.address) {
			n.pass(verdict.Images, "%s is there, with the assertion's address baked into it", what)
			return
		}
	case JWS:
		if a.signed != nil && text == a.signed.String() {
			n.pass(verdict.Images, "%s is there, with the assertion baked into it", what)
			return
		}
	case JSON:
		o, err := document.Read([]byte(text))
		if err != nil {
			n.fail(verdict.Images, "what is baked into %s %s", what, err)
			return
		}
		place, differ := document.Difference(o, a.Object)
		if !differ {
			n.pass(verdict.Images, "%s is there, with the assertion baked into it", what)
			return
		}
		g, known := generationOf(o)
		if own := addressOf(o, g); !known || own == "" || same(own, a.address) {
			n.fail(verdict.Images, "what is baked into %s is not the published assertion: they differ at %s", what, document.Show(place))
			return
		}
	}
	// An award may be published in several forms, and an image holds one of them.
	n.note(verdict.Images, "%s holds another assertion than this one", what)
}

// pictureError says in which way bytes are no image, or not a whole one, as far as that can be told without drawing it.
func pictureError(data []byte) error {
	switch bake.FormOf(data) {
	case bake.PNG:
		if _, err := bake.Chunks(data); err != nil {
			return errors.New("is a broken PNG: " + document.Plain(err.Error()))
		}
		return nil
	case bake.SVG:
		if _, err := bake.UnbakeSVG(data); err != nil {
			return errors.New("is no SVG: " + document.Plain(err.Error()))
		}
		return nil
	}
	return errors.New("is neither a PNG nor an SVG")
}

// dataURI is the data of a data URI (RFC 2397) of one of the two kinds of images.
func dataURI(s string) ([]byte, error) {
	head, body, ok := strings.Cut(strings.TrimPrefix(s, "data:"), ",")
	if !ok {
		return nil, errors.New("is not well-formed")
	}
	if strings.HasSuffix(head, ";base64") {
		body, err := url.PathUnescape(body)
		if err != nil {
			return nil, errors.New("is not well-formed")
		}
		data, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return nil, errors.New("is not base64")
		}
		return data, nil
	}
	text, err := url.PathUnescape(body)
	if err != nil {
		return nil, errors.New("is not well-formed")
	}
	return []byte(text), nil
}

// bakedAt fetches the picture that what names and returns what is baked into it, or false when it has already said what is
// wrong.
func (n *run) bakedAt(ctx context.Context, what, at string) ([]bake.Found, bool) {
	answer, err := n.get(ctx, at, fetch.Image)
	if err == nil {
		err = answer.Err()
	}
	switch {
	case err != nil && tells(err):
		n.fail(verdict.Images, "%s %s", what, reason(err))
		return nil, false
	case err != nil:
		n.note(verdict.Images, "%s %s", what, reason(err))
		return nil, false
	}
	if err := pictureError(answer.Body); err != nil {
		n.fail(verdict.Images, "%s at %s %s", what, document.Show(at), err)
		return nil, false
	}
	found, err := bake.Unbake(answer.Body)
	if err != nil {
		n.fail(verdict.Images, "%s at %s cannot be read: %s", what, document.Show(at), document.Plain(err.Error()))
		return nil, false
	}
	return found, true
}
