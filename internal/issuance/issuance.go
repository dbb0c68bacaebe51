// Package issuance makes new awards: it says who has a class already, deals ids and status slots, and writes the text of
// the file in which a run's awards are declared. The text is for people, too: what all awards of a file share stands
// above its list.
//
// It reads and writes no files. Whether the new awards are right is for packages load and check to say, of the project
// with the text in it.
package issuance

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/model"
	"blazon/internal/stamp"
)

// Award is an award to be made. Texts are as a declaration would have them; they need not be right.
type Award struct {
	Badge     string // the slug of its class
	Recipient badge.Recipient
	Name      string // of the recipient; may be empty
	Issued    string // a date
	Expires   string // a date or never; empty: what its class says
	Narrative string
	Evidence  []badge.Evidence
	Results   []Result
	Public    bool
	ReissueOf string // the id of the award that it replaces; may be empty

	ID   string // see Deal
	Slot int    // see Deal
}

// Result is a value for one of the class's result descriptions.
type Result struct {
	Of, Value, Status string
}

// RecipientOf tells what kind of identity a text is by its form: a link, a telephone number, a DID, else an e-mail
// address. Addresses are put into the form in which they are hashed.
func RecipientOf(text string) badge.Recipient {
	text = strings.TrimSpace(text)
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(lower, "https://"), strings.HasPrefix(lower, "http://"):
		return badge.Recipient{Kind: badge.URL, Plain: text}
	case strings.HasPrefix(text, "+"):
		return badge.Recipient{Kind: badge.Telephone, Plain: text}
	case strings.HasPrefix(lower, "did:"):
		return badge.Recipient{Kind: badge.DID, Plain: text}
	}
	return badge.Recipient{Kind: badge.Email, Plain: badge.NormalEmail(text)}
}

// Deal gives awards their ids and slots, which no award of the catalogue has. Without a random source both stay unchosen,
// as they do for awards of a class that is not there.
func Deal(cat *badge.Catalog, random io.Reader, awards []Award) error {
	deal := stamp.NewDealer(random)
	for _, a := range cat.Awards {
		issuer := ""
		if a.Class.Issuer != nil {
			issuer = a.Class.Issuer.Slug
		}
		deal.Take(a.ID, issuer, a.StatusIndex)
	}
	issuers := make(map[string]string)
	for _, c := range cat.Classes {
		if c.Issuer != nil {
			issuers[c.Slug] = c.Issuer.Slug
		}
	}
	for i := range awards {
		var err error
		if awards[i].ID, err = deal.ID(); err != nil {
			return err
		}
		if awards[i].Slot, err = deal.Slot(issuers[awards[i].Badge]); err != nil {
			return err
		}
	}
	return nil
}

// uniqueLength is the number of random letters in a file's name: 56 bits.
const uniqueLength = 12

// Path is the name of a new file for awards of a day, YYYY-MM-DD: content/awards/<year>/<day>-<class>-<random>.yaml. The
// last part comes from the random source, so that two people's files have two names. It is letters, and the whole name
// one that messages show: package diag masks what may be a key.
func Path(day string, awards []Award, random io.Reader) (string, error) {
	deal := stamp.NewDealer(random)
	unique := ""
	for len(unique) < uniqueLength {
		id, err := deal.ID()
		if err != nil {
			return "", err
		}
		unique += strings.Map(letter, id)
	}
	name := func(what string) string {
		return path.Join("content/awards", day[:4], fmt.Sprintf("%s-%s-%s.yaml", day, what, unique[:uniqueLength]))
	}
	what := awards[0].Badge
	if model.CheckSlug(what) != nil || !all(awards, func(a *Award) string { return a.Badge }) || diag.Mask(name(what)) != name(what) {
		what = "badges"
	}
	return name(what), nil
}

// letter leaves digits out.
func letter(r rune) rune {
	if r < 'a' {
		return -1
	}
	return r
}

// all reports whether awards have a text in common.
func all(awards []Award, text func(*Award) string) bool {
	for i := range awards {
		if text(&awards[i]) != text(&awards[0]) {
			return false
		}
	}
	return true
}

// Text is the file that declares awards. lines are the lines, from 1, at which the awards begin. With hash, salted hashes
// stand in place of plain recipients; an award without an ID then has none.
func Text(awards []Award, hash bool) (text []byte, lines []int) {
	var b strings.Builder
	shared := make(map[string]string) // what stands above the list: the lines of a key
	indent := ""
	if len(awards) > 1 {
		for _, key := range []string{"badge", "issued", "expires", "narrative", "evidence", "results", "public"} {
			of := func(a *Award) string { return lineOf(a, key) }
			if line := of(&awards[0]); line != "" && all(awards, of) {
				shared[key] = line
				b.WriteString(line)
			}
		}
		if shared["badge"] == "" || shared["issued"] == "" { // a bare list says the same
			b.Reset()
			clear(shared)
		} else {
			b.WriteString("awards:\n")
			indent = "  "
		}
	}
	line := 1 + strings.Count(b.String(), "\n")
	for i := range awards {
		before := b.Len()
		lines = append(lines, line)
		b.WriteString(edit.Block(indent+"- ", indent+"  ", pairsOf(&awards[i], hash, shared)...))
		line += strings.Count(b.String()[before:], "\n")
	}
	return []byte(b.String()), lines
}

// Problems are the mistakes in a text of awards that the content model knows: each value by itself. They have lines, and
// no file.
func Problems(text []byte) []diag.Problem {
	file, problems := decl.Parse("", text)
	if !file.Root.Exists() {
		return problems
	}
	for _, f := range model.Files() {
		if f.Name == "awards" {
			problems = append(problems, decl.Validate(file.Root, f.Type)...)
		}
	}
	return slices.DeleteFunc(problems, func(p diag.Problem) bool { return p.Severity != diag.Error })
}

// lineOf is a key with its value on a line; empty where the award does not have it.
func lineOf(a *Award, key string) string {
	if text, ok := map[string]string{"badge": a.Badge, "issued": a.Issued, "expires": a.Expires, "narrative": a.Narrative}[key]; ok {
		if text == "" {
			return ""
		}
		return edit.Block("", "", edit.Text(key, text))
	}
	if key == "evidence" && len(a.Evidence) == 0 || key == "results" && len(a.Results) == 0 || key == "public" && !a.Public {
		return ""
	}
	for _, p := range pairsOf(a, false, nil) {
		if p.Key == key {
			return edit.Block("", "", p)
		}
	}
	return ""
}

// pairsOf are an award's keys and values, without those that stand above the list.
func pairsOf(a *Award, hash bool, shared map[string]string) []edit.Pair {
	var pairs []edit.Pair
	add := func(p edit.Pair) {
		if shared[p.Key] == "" {
			pairs = append(pairs, p)
		}
	}
	text := func(key, value string) {
		if value != "" {
			add(edit.Text(key, value))
		}
	}
	if a.ID != "" {
		add(edit.Pair{Key: "id", Value: a.ID, Form: edit.Word})
		add(edit.Pair{Key: "status_index", Value: strconv.Itoa(a.Slot)})
	}
	text("badge", a.Badge)
	text("issued", a.Issued)
	add(recipient(a, hash))
	text("name", a.Name)
	text("expires", a.Expires)
	text("narrative", a.Narrative)
	if len(a.Evidence) > 0 {
		var items [][]edit.Pair
		for _, e := range a.Evidence {
			items = append(items, texts("url", e.URL, "name", e.Name, "description", e.Description, "narrative", e.Narrative, "genre", e.Genre, "audience", e.Audience))
		}
		add(edit.List("evidence", items...))
	}
	if len(a.Results) > 0 {
		var items [][]edit.Pair
		for _, r := range a.Results {
			items = append(items, texts("of", r.Of, "value", r.Value, "status", r.Status))
		}
		add(edit.List("results", items...))
	}
	if a.Public {
		add(edit.Pair{Key: "public", Value: "true"})
	}
	if a.ReissueOf != "" {
		add(edit.Pair{Key: "reissue_of", Value: a.ReissueOf, Form: edit.Word})
	}
	return pairs
}

// texts are pairs of those keys whose value is not empty.
func texts(keysAndValues ...string) []edit.Pair {
	var pairs []edit.Pair
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		if keysAndValues[i+1] != "" {
			pairs = append(pairs, edit.Text(keysAndValues[i], keysAndValues[i+1]))
		}
	}
	return pairs
}

func recipient(a *Award, hash bool) edit.Pair {
	r := a.Recipient
	switch {
	case hash && r.Kind != badge.DID && r.Hash == "" && a.ID != "":
		salt := badge.Salt(a.ID)
		r = badge.Recipient{Kind: r.Kind, Hash: badge.HashIdentity(r.Plain, salt), Salt: salt}
		fallthrough
	case r.Hash != "":
		return edit.Pair{Key: "recipient", Pairs: []edit.Pair{
			{Key: "hash", Value: r.Hash, Form: edit.Quoted}, {Key: "salt", Value: r.Salt, Form: edit.Quoted}, {Key: "type", Value: r.Kind.String(), Form: edit.Word}}}
	case r.Kind == badge.Email:
		return edit.Text("recipient", r.Plain)
	}
	return edit.Pair{Key: "recipient", Pairs: []edit.Pair{edit.Text(r.Kind.String(), r.Plain)}}
}

// Span is when an award is valid: from its date of issue, and until when; zero: for ever. The dates are read in the
// site's zone, as package load reads them.
func (a *Award) Span(class *badge.Class, zone *time.Location) (issued, expires time.Time, err error) {
	date, err := model.ParseDate(a.Issued)
	if err != nil {
		return issued, expires, err
	}
	issued = date.Start(zone)
	switch {
	case a.Expires == "never":
	case a.Expires != "":
		end, err := model.ParseDate(a.Expires)
		if err != nil {
			return issued, expires, err
		}
		expires = end.End(zone).UTC()
	case !class.ExpiresAfter.IsZero():
		expires = class.ExpiresAfter.After(issued).UTC()
	}
	return issued.UTC(), expires, nil
}
