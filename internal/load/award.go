package load

import (
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/model"
	"blazon/internal/rule"
)

// awardFile is what one file of awards gives.
type awardFile struct {
	awards   []*badge.Award
	reissues []reissue
	problems []diag.Problem
}

// awardReader reads award files. It is only read from once it is made, so several files may be read at once.
type awardReader struct {
	fsys    fs.FS
	zone    *time.Location
	classes map[string]*badge.Class
	slugs   []string
	broken  map[string]bool
	model   *model.Type
}

func newAwardReader(l *loader) *awardReader {
	r := &awardReader{fsys: l.fsys, zone: l.cat.Site.Zone, classes: make(map[string]*badge.Class), slugs: l.classSlugs(), broken: l.broken, model: l.type_("awards")}
	for _, c := range l.cat.Classes {
		r.classes[c.Slug] = c
	}
	return r
}

func (r *awardReader) file(name string) awardFile {
	data, err := readFile(r.fsys, name)
	if err != nil {
		return awardFile{problems: []diag.Problem{unreadable(name, err)}}
	}
	file, problems := decl.Parse(name, data)
	if !file.Root.Exists() {
		return awardFile{problems: problems}
	}
	b := &awardBuilder{awardReader: r, name: &name, problems: append(problems, decl.Validate(file.Root, r.model)...)}
	list := file.Root
	if list.Kind() == decl.Map {
		b.defaults = file.Root
		b.shared = b.details(decl.Node{})
		list = file.Root.Field("awards")
	}
	b.awards = make([]*badge.Award, 0, list.Len())
	for _, item := range list.Items() {
		if item.Kind() == decl.Map {
			b.award(item)
		}
	}
	return awardFile{awards: b.awards, reissues: b.reissues, problems: b.problems}
}

// awardBuilder makes the awards of one file.
type awardBuilder struct {
	*awardReader
	name     *string
	defaults decl.Node
	shared   *badge.Details // what the file's defaults state
	awards   []*badge.Award
	reissues []reissue
	problems []diag.Problem
}

func (b *awardBuilder) report(p diag.Problem) { b.problems = append(b.problems, p) }

// field is an award's own value, or the file's default.
func (b *awardBuilder) field(n decl.Node, key string) decl.Node {
	if own := n.Field(key); own.Exists() {
		return own
	}
	return b.defaults.Field(key)
}

func mark(n decl.Node) badge.Mark {
	p := n.Pos()
	return badge.Mark{Line: uint32(min(max(p.Line, 0), math.MaxUint32)), Col: uint16(min(max(p.Col, 0), math.MaxUint16))}
}

func (b *awardBuilder) award(n decl.Node) {
	a := &badge.Award{StatusIndex: -1, File: b.name}
	at := func(v decl.Node) badge.Mark {
		if v.Exists() {
			return mark(v)
		}
		return mark(n)
	}
	class, issued, expires := b.field(n, "badge"), b.field(n, "issued"), b.field(n, "expires")
	a.At = badge.Marks{Award: mark(n), ID: at(n.Field("id")), Slot: at(n.Field("status_index")), Badge: at(class),
		Recipient: at(n.Field("recipient")), Issued: at(issued), Expires: at(expires)}
	if id := n.Field("id"); id.Kind() == decl.Text {
		a.ID = id.Text()
	}
	if slot, ok := n.Field("status_index").Int(); ok && slot >= 0 {
		a.StatusIndex = slot
	} else if n.Field("status_index").Exists() {
		a.StatusIndex = -2 // stated, but not a slot: Validate has reported it
	}
	a.Class = b.class(n, class)
	if !issued.Exists() {
		b.missing(n, "issued")
	}
	date, err := model.ParseDate(issued.Text())
	if a.Class == nil || err != nil {
		return
	}
	start := date.Start(b.zone)
	a.Issued = start.UTC()
	a.Expires = b.expiry(expires, a.Class, start)
	a.Revoked = b.revocation(n.Field("revoked"))
	if erased := n.Field("erased"); erased.Exists() {
		a.Erased = &badge.Erasure{}
		if d, err := model.ParseDate(erased.Field("date").Text()); err == nil {
			a.Erased.At, a.Erased.Day = d.Start(b.zone).UTC(), d.Day
		}
		b.awards = append(b.awards, a)
		return
	}
	a.Recipient = b.recipient(n.Field("recipient"))
	a.ReissueOf = b.reissue(n.Field("reissue_of"))
	a.Public = b.field(n, "public").IsTrue()
	a.Details = b.details(n)
	b.results(n, a)
	b.awards = append(b.awards, a)
}

// missing reports a key that neither the award nor its file states. In a bare list the model demands it already.
func (b *awardBuilder) missing(n decl.Node, key string) {
	if b.defaults.Exists() {
		for _, m := range []decl.Node{n, b.defaults} {
			if unclear(m, key) {
				return // the misspelt key is reported
			}
		}
		b.report(rule.Required.At(n.Pos(), "write it here, or above the list as the file's default", "the key %q is missing", key))
	}
}

func (b *awardBuilder) class(n, named decl.Node) *badge.Class {
	if !named.Exists() {
		b.missing(n, "badge")
		return nil
	}
	slug := named.Text()
	if c, ok := b.classes[slug]; ok {
		return c
	}
	if named.Kind() == decl.Text && model.CheckSlug(slug) == nil && !b.broken[slug] {
		b.report(rule.Reference.At(named.Pos(), suggestion(slug, b.slugs, "the classes are"), "there is no class %s", diag.Quote(slug)))
	}
	return nil
}

func (b *awardBuilder) expiry(n decl.Node, c *badge.Class, issued time.Time) time.Time {
	switch {
	case n.Text() == "never":
		return time.Time{}
	case n.Exists():
		if d, err := model.ParseDate(n.Text()); err == nil {
			return d.End(b.zone).UTC()
		}
		return time.Time{}
	case c.ExpiresAfter.IsZero():
		return time.Time{}
	}
	return c.ExpiresAfter.After(issued).UTC()
}

func (b *awardBuilder) revocation(n decl.Node) *badge.Revocation {
	if n.Kind() != decl.Map {
		return nil
	}
	r := &badge.Revocation{Reason: n.Field("reason").Text()}
	if d, err := model.ParseDate(n.Field("date").Text()); err == nil {
		r.At, r.Day = d.Start(b.zone).UTC(), d.Day
	}
	r.ReissuedAs = b.reissue(n.Field("reissued_as"))
	return r
}

// reissue is another award that one names; nil where it names none.
func (b *awardBuilder) reissue(n decl.Node) *badge.Reissue {
	if n.Kind() != decl.Text || n.Text() == "" {
		return nil
	}
	r := &badge.Reissue{ID: n.Text()}
	b.reissues = append(b.reissues, reissue{named: r, pos: n.Pos()})
	return r
}

func (b *awardBuilder) recipient(n decl.Node) badge.Recipient {
	switch n.Kind() {
	case decl.Text:
		return b.email(n)
	case decl.Map:
	default:
		return badge.Recipient{}
	}
	for key, value := range n.Pairs() {
		text := value.Text()
		switch key.Text() {
		case "email":
			return b.email(value)
		case "url":
			return badge.Recipient{Kind: badge.URL, Plain: text}
		case "telephone":
			return badge.Recipient{Kind: badge.Telephone, Plain: text}
		case "did":
			return badge.Recipient{Kind: badge.DID, Plain: text}
		case "hash":
			kinds := map[string]badge.RecipientKind{"email": badge.Email, "url": badge.URL, "telephone": badge.Telephone}
			return badge.Recipient{Kind: kinds[n.Field("type").Text()], Hash: text, Salt: n.Field("salt").Text()}
		}
	}
	return badge.Recipient{}
}

func (b *awardBuilder) email(n decl.Node) badge.Recipient {
	address := badge.NormalEmail(n.Text())
	if address != n.Text() {
		b.report(rule.MixedCase.At(n.Pos(), "write it in lower case, as it is hashed and as backpacks store it", "the e-mail address has capitals or spaces around it"))
	}
	return badge.Recipient{Kind: badge.Email, Plain: address}
}

// details are what an award states beyond the necessary. Awards that add nothing to their file's defaults share them.
func (b *awardBuilder) details(n decl.Node) *badge.Details {
	own := false
	for _, key := range []string{"name", "narrative", "evidence", "results"} {
		own = own || n.Field(key).Exists()
	}
	if n.Exists() && !own {
		return b.shared
	}
	d := &badge.Details{Name: n.Field("name").Text(), Narrative: b.field(n, "narrative").Text()}
	for _, e := range b.field(n, "evidence").Items() {
		d.Evidence = append(d.Evidence, badge.Evidence{
			URL: e.Field("url").Text(), Name: e.Field("name").Text(), Description: e.Field("description").Text(),
			Narrative: e.Field("narrative").Text(), Genre: e.Field("genre").Text(), Audience: e.Field("audience").Text(),
		})
	}
	if d.Name == "" && d.Narrative == "" && len(d.Evidence) == 0 && !b.field(n, "results").Exists() {
		return nil
	}
	return d
}

// results resolves an award's results against its class's descriptions.
func (b *awardBuilder) results(n decl.Node, a *badge.Award) {
	stated := b.field(n, "results")
	if stated.Len() == 0 || a.Details == nil {
		return
	}
	if a.Details == b.shared {
		copied := *b.shared
		a.Details = &copied
	}
	a.Details.Results = nil
	seen := make(map[string]bool)
	for _, r := range stated.Items() {
		of := r.Field("of")
		i := slices.IndexFunc(a.Class.Results, func(d badge.ResultDescription) bool { return d.ID == of.Text() })
		if i < 0 {
			if of.Kind() == decl.Text {
				var ids []string
				for _, d := range a.Class.Results {
					ids = append(ids, d.ID)
				}
				b.report(rule.Reference.At(of.Pos(), suggestion(of.Text(), ids, "its results are"), "the class %s describes no result %s", a.Class.Slug, diag.Quote(of.Text())))
			}
			continue
		}
		d := &a.Class.Results[i]
		if seen[d.ID] {
			b.report(rule.Result.At(of.Pos(), "keep one of the two", "the result %s stands twice", diag.Quote(d.ID)))
		}
		seen[d.ID] = true
		value := r.Field("value")
		if value.Kind() == decl.Text {
			b.resultValue(value, d)
		}
		a.Details.Results = append(a.Details.Results, badge.Result{Of: d, Value: value.Text(), Status: r.Field("status").Text()})
	}
}

func (b *awardBuilder) resultValue(n decl.Node, d *badge.ResultDescription) {
	value := n.Text()
	if len(d.Allowed) > 0 && !slices.Contains(d.Allowed, value) {
		b.report(rule.Result.At(n.Pos(), "one of: "+strings.Join(d.Allowed, ", "), "%s is not among the allowed values of %s", diag.Quote(value), d.ID))
		return
	}
	v, err := strconv.ParseFloat(value, 64)
	for _, bound := range []struct {
		text string
		out  func(limit float64) bool
		what string
	}{
		{d.Min, func(limit float64) bool { return v < limit }, "under the lowest value"},
		{d.Max, func(limit float64) bool { return v > limit }, "over the highest value"},
	} {
		limit, limitErr := strconv.ParseFloat(bound.text, 64)
		if bound.text == "" || limitErr != nil {
			continue
		}
		if err != nil {
			b.report(rule.Result.At(n.Pos(), "write a number", "the result %s is not a number: %s", d.ID, diag.Quote(value)))
			return
		}
		if bound.out(limit) {
			b.report(rule.Result.At(n.Pos(), "write a value from "+d.Min+" to "+d.Max, "the result %s is %s, %s: %s", d.ID, bound.what, bound.text, diag.Quote(value)))
		}
	}
}
