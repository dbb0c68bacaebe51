package guard

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/rule"
)

// Problems judges the differences: each thing that would break what was published, with the way out. They are sorted.
// Positions are of the newer state where there is something to point at, else they name the file in which it stood.
func (c *Comparison) Problems() []diag.Problem {
	j := &judge{Comparison: c, at: places{fsys: c.New.Files, files: make(map[string]decl.Node)}}
	j.site()
	for _, p := range c.Issuers {
		j.issuer(p)
	}
	for _, p := range c.Classes {
		j.class(p)
	}
	j.awards()
	j.urls()
	return diag.Sort(j.problems)
}

// Broken words the mistakes of the older state: what they hide cannot be compared.
func Broken(problems []diag.Problem) []diag.Problem {
	var all []diag.Problem
	for _, p := range problems {
		if p.Severity != diag.Error {
			continue
		}
		where := p.File
		if p.Line > 0 {
			where = fmt.Sprintf("%s:%d", where, p.Line)
		}
		all = append(all, rule.BaseBroken.At(diag.Pos{File: p.File}, "compare with a state that blazon check accepts",
			"in the state that is compared with, %s: %s", where, p.Message))
	}
	return diag.Sort(all)
}

type judge struct {
	*Comparison
	at       places
	problems []diag.Problem
}

func (j *judge) report(p diag.Problem) { j.problems = append(j.problems, p) }

const (
	siteFile     = "content/site.yaml"
	awardsFolder = "content/awards"
)

func issuerFile(slug string) string { return "content/issuers/" + slug + ".yaml" }
func classFile(slug string) string  { return "content/badges/" + slug + ".yaml" }

func (j *judge) site() {
	old, new := j.Old.Catalog, j.New.Catalog
	if was := old.Site.BaseURL; was != new.Site.BaseURL && was != "" && len(old.Classes)+len(old.Issuers) > 0 {
		j.report(rule.BaseURLMoved.At(j.at.of(siteFile, "base_url"), "put the old one back: badges say it for ever. A site that moves keeps answering at its old address",
			"base_url was %s: every published id would move", diag.Quote(was)))
	}
	lost := func(form, what string) {
		j.report(rule.PublishShrunk.At(j.at.of(siteFile, "publish"), "keep "+form+" in publish", "%s is no longer published, and %s would vanish", form, what))
	}
	if old.Site.OB1 && !new.Site.OB1 && len(old.Awards) > 0 {
		lost("ob1", "the assertions in Open Badges 1.0 form")
	}
	if old.Site.OB2 && !new.Site.OB2 && len(old.Classes) > 0 {
		lost("ob2", "the documents of Open Badges 2.0")
	}
	j.zone()
}

// zone reports dates that move with the time zone, all of them at once.
func (j *judge) zone() {
	n := 0
	for _, p := range j.Awards {
		if p.Cause == ByZone {
			n++
		}
	}
	if n > 0 {
		j.report(rule.AwardChanged.At(j.at.of(siteFile, "timezone"), "put the old zone back; an award's own date may name another one: 2026-03-14T09:00:00+01:00",
			"the time zone was %s, and with another one the published dates of %s change", j.Old.Catalog.Site.Zone, diag.Count(n, "award", "awards")))
	}
}

func (j *judge) issuer(p IssuerPair) {
	switch {
	case p.Old == nil:
		return
	case p.New == nil:
		j.report(rule.URLLost.At(diag.Pos{File: issuerFile(p.Old.Slug)}, "put the file back: an issuer's slug never changes, its name may",
			"the issuer %s is gone, and with it its profile and what it was published for", diag.Quote(p.Old.Slug)))
		return
	}
	file := issuerFile(p.New.Slug)
	if p.Refuses("ob3") {
		j.report(rule.PublishShrunk.At(j.at.of(siteFile, "publish"), "keep ob3 in publish", "Open Badges 3.0 is no longer published for the issuer %s, and its credentials, its DID and its status lists would vanish", p.New.Slug))
	}
	if p.Refuses("signed") {
		j.report(rule.PublishShrunk.At(j.at.of(file, "signed"), "keep signed: true", "signed assertions are no longer published, and those there are would vanish"))
	}
	if p.Refuses("did") {
		hint := "put did: root back"
		if p.New.DIDRoot {
			hint = "remove did: root"
		}
		j.report(rule.DIDMoved.At(j.at.of(file, "did"), hint, "the issuer's DID would be another one, and the credentials that name the old one could not be verified"))
	}
	for _, k := range p.Keys {
		switch {
		case !p.RefusesKey(k):
		case k.New == nil:
			j.report(rule.KeyDropped.At(j.at.of(file, "keys"), "keep it with until: and the first day on which it signs no more", "the key %s is gone, and what it signed could not be verified", diag.Quote(k.ID)))
		default:
			j.report(rule.KeyDropped.At(j.at.key(file, k.ID), "put the old public half back, end it with until:, and give the new key another id", "the key %s is another key, and what the old one signed could not be verified", diag.Quote(k.ID)))
		}
	}
}

func (j *judge) class(p ClassPair) {
	switch {
	case p.Old == nil:
		return
	case p.New == nil:
		hint, held := "put the file back; retired: and a day ends awarding it", ""
		if p.Holders > 0 {
			hint += ", what was awarded stays"
			held = ", which has " + diag.Count(p.Holders, "award", "awards")
		}
		j.report(rule.URLLost.At(diag.Pos{File: classFile(p.Old.Slug)}, hint, "the class %s is gone%s", diag.Quote(p.Old.Slug), held))
		return
	}
	file := classFile(p.New.Slug)
	if p.Holders == 0 {
		return
	}
	for _, a := range p.Dropped {
		j.report(rule.ClassChanged.At(j.at.of(file, "amended"), "put it back: the record of corrections only grows", "a correction is gone from the record: %s of %s", diag.Quote(a.Reason), a.Day))
	}
	for _, change := range p.Changes {
		if !p.Refuses(change) {
			continue
		}
		was := ""
		if change.Old != "" {
			was = ": was " + diag.Quote(change.Old)
		}
		j.report(rule.ClassChanged.At(j.placeOf(p.New, file, change), wayOut(p.New, change), "the %s changed of a class that has %s%s",
			has(change.What), diag.Count(p.Holders, "award", "awards"), was))
	}
}

// has is a word with the verb that its number wants.
func has(what string) string {
	switch what {
	case "criteria", "results", "results' names":
		return what + " have"
	}
	return what + " has"
}

// placeOf is where a change to a class stands.
func (j *judge) placeOf(c *badge.Class, file string, change Change) diag.Pos {
	switch {
	case change.File != "":
		return diag.Pos{File: change.File}
	case change.What == "criteria" && c.Criteria != "":
		return diag.Pos{File: strings.TrimSuffix(file, path.Ext(file)) + ".md"}
	}
	return j.at.of(file, change.Place...)
}

func wayOut(c *badge.Class, change Change) string {
	another := fmt.Sprintf("another class with supersedes: %s", c.Slug)
	switch {
	case change.What == "expires_after":
		return "put it back, and give the new length to " + another + "; or write expires: in the awards themselves"
	case change.Law == Amendable:
		return "a correction is recorded in the class, amended: [{date: 2026-03-14, reason: Spelling}]; a new meaning is " + another
	}
	if change.What == "image" {
		return "put the old picture back, and give the new one to " + another
	}
	return "put it back, and make " + another
}

// crowdLimit is how many awards of a file are reported one by one; a count stands for the rest.
const crowdLimit = 20

func (j *judge) awards() {
	reported := make(map[string]int)
	crowded := func(p diag.Problem) {
		key := p.Rule + " " + p.File
		if reported[key]++; reported[key] <= crowdLimit {
			j.report(p)
		}
	}
	renamed := j.renamed()
	for _, p := range j.Awards {
		switch {
		case p.Old == nil:
		case p.New == nil && renamed[p.Old] != nil:
			n := renamed[p.Old]
			crowded(rule.URLLost.At(n.Pos(n.At.ID), "put the old id back: it is part of the award's address",
				"the id of a published award has changed: it stood in %s on line %d", fileOf(p.Old), p.Old.At.ID.Line))
		case p.New == nil:
			crowded(rule.URLLost.At(diag.Pos{File: fileOf(p.Old)}, "put it back, with revoked: {date, reason} or, at the holder's wish, erased: {date}",
				"an award is gone: it stood here on line %d, a %s of %s", p.Old.At.Award.Line, diag.Quote(p.Old.Class.Slug), j.day(j.Old, p.Old.Issued)))
		default:
			if problem, ok := j.award(p); ok {
				crowded(problem)
			}
			if p.Changed.Is(Withdrawn) {
				crowded(rule.RevocationWithdrawn.At(p.New.Pos(p.New.At.Award), "nothing needs doing where that is meant; who has seen it revoked may keep it so", "a revocation is withdrawn: the award counts as valid again"))
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(reported)) {
		name, file, _ := strings.Cut(key, " ")
		if more := reported[key] - crowdLimit; more > 0 {
			i := slices.IndexFunc(rule.All(), func(r *rule.Rule) bool { return r.Name == name })
			j.report(rule.All()[i].At(diag.Pos{File: file}, "", "%d more of this file's awards are in the same case", more))
		}
	}
}

func fileOf(a *badge.Award) string {
	if a.File == nil {
		return awardsFolder
	}
	return *a.File
}

// award judges an award that both states have. What its class or the time zone has changed is reported there.
func (j *judge) award(p AwardPair) (diag.Problem, bool) {
	n := p.New
	if p.Changed.Is(Unerased) {
		return rule.Unerased.At(n.Pos(n.At.Award), "put erased: {date} back; with the holder's consent, make another award", "an erased award is back"), true
	}
	changed := p.Changed & fixed
	if p.Cause != Itself {
		changed &^= Issued | Expires
	}
	if changed == 0 {
		return diag.Problem{}, false
	}
	var parts []string
	mark := n.At.Award
	add := func(aspect Aspects, at badge.Mark, format string, args ...any) {
		if changed.Is(aspect) {
			if len(parts) == 0 {
				mark = at
			}
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(Recipient, n.At.Recipient, "another recipient")
	add(Class, n.At.Badge, "another badge (was %s)", p.Old.Class.Slug)
	add(Issued, n.At.Issued, "another date of issue (was %s)", j.day(j.Old, p.Old.Issued))
	add(Expires, n.At.Expires, "another expiry (was %s)", j.day(j.Old, p.Old.Expires))
	add(Slot, n.At.Slot, "another status_index (was %d)", p.Old.StatusIndex)
	hint := "put it back; to correct it, revoke this award, revoked: {date, reason}, and make another"
	if changed == Slot {
		hint = "put it back: its credential says it. Where two awards have one slot, blazon stamp --base moves the one that is not published"
	}
	return rule.AwardChanged.At(n.Pos(mark), hint, "a published award has %s", strings.Join(parts, ", ")), true
}

// day is a moment as a person writes it, in a state's zone.
func (j *judge) day(s State, t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	t = t.In(s.Catalog.Site.Zone)
	if clock := t.Format("15:04:05"); clock != "00:00:00" && clock != "23:59:59" {
		return t.Format(time.RFC3339)
	}
	return t.Format(time.DateOnly)
}

// renamed finds new awards that are published ones under another id: of the same class, date and recipient.
func (j *judge) renamed() map[*badge.Award]*badge.Award {
	type kind struct {
		class  string
		issued int64
	}
	const most = 1000 // of a class and a day, so that the search stays short
	fresh := make(map[kind][]*badge.Award)
	for _, p := range j.Awards {
		if k := (kind{p.Award().Class.Slug, p.Award().Issued.Unix()}); p.Old == nil && len(fresh[k]) < most {
			fresh[k] = append(fresh[k], p.New)
		}
	}
	found := make(map[*badge.Award]*badge.Award)
	for _, p := range j.Awards {
		if p.New != nil {
			continue
		}
		k := kind{p.Old.Class.Slug, p.Old.Issued.Unix()}
		if i := slices.IndexFunc(fresh[k], func(n *badge.Award) bool { return onePerson(p.Old.Recipient, n.Recipient) }); i >= 0 {
			found[p.Old] = fresh[k][i]
			fresh[k] = slices.Delete(fresh[k], i, i+1)
		}
	}
	return found
}

// onePerson reports whether two recipients of different awards are one, as far as that can be told.
func onePerson(a, b badge.Recipient) bool {
	switch {
	case a.Kind != b.Kind || a.Kind == badge.NoRecipient:
		return false
	case a.Hash != "" && b.Hash != "":
		return a == b
	case a.Hash != "":
		return badge.MatchesHash(a.Hash, b.Plain, a.Salt)
	case b.Hash != "":
		return badge.MatchesHash(b.Hash, a.Plain, b.Salt)
	}
	return a.Plain == b.Plain
}
