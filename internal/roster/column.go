package roster

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/near"
)

// What a column can state of an award. A result is named by resultPrefix and its id in the class: results.score.
const (
	Recipient = "recipient"
	Name      = "name"
	FirstName = "first_name"
	LastName  = "last_name"
	Badge     = "badge"
	Issued    = "issued"
	Expires   = "expires"
	Evidence  = "evidence"
	Narrative = "narrative"
	Public    = "public"

	resultPrefix = "results."
)

// Keys are all that a column can state, but for results.
var Keys = []string{Recipient, Name, FirstName, LastName, Badge, Issued, Expires, Evidence, Narrative, Public}

// aliases are the names that columns have in people's lists, as fold writes them. Those of what blazon itself writes
// stand for nothing, so that its own lists can be read again.
var aliases = map[string]string{
	"recipient": Recipient, "recipients": Recipient, "email": Recipient, "e mail": Recipient, "mail": Recipient,
	"email address": Recipient, "e mail address": Recipient, "mail address": Recipient, "recipient email": Recipient,
	"e mail adresse": Recipient, "email adresse": Recipient, "mailadresse": Recipient, "emailadresse": Recipient,
	"empfänger": Recipient, "courriel": Recipient, "adresse e mail": Recipient, "adresse email": Recipient,
	"correo": Recipient, "correo electrónico": Recipient, "indirizzo e mail": Recipient, "indirizzo email": Recipient, "e mailadres": Recipient,
	"メールアドレス": Recipient, "メール": Recipient,

	"name": Name, "full name": Name, "fullname": Name, "recipient name": Name, "vollständiger name": Name, "nom complet": Name, "nombre completo": Name, "nome completo": Name, "氏名": Name, "名前": Name,
	"first name": FirstName, "firstname": FirstName, "given name": FirstName, "forename": FirstName, "vorname": FirstName, "prénom": FirstName,
	"nombre": FirstName, "nome": FirstName, "voornaam": FirstName,
	"last name": LastName, "lastname": LastName, "family name": LastName, "surname": LastName, "nachname": LastName, "familienname": LastName, "nom": LastName,
	"apellido": LastName, "apellidos": LastName, "cognome": LastName, "achternaam": LastName,

	"badge": Badge, "class": Badge, "badge class": Badge,
	"issued": Issued, "issued on": Issued, "issue date": Issued, "date": Issued, "date issued": Issued, "datum": Issued, "ausgestellt": Issued, "ausgestellt am": Issued, "fecha": Issued, "日付": Issued,
	"expires": Expires, "expires on": Expires, "expiry": Expires, "expiry date": Expires, "valid until": Expires, "gültig bis": Expires,
	"evidence": Evidence, "evidence url": Evidence, "nachweis": Evidence, "beleg": Evidence,
	"narrative": Narrative, "public": Public, "öffentlich": Public,

	"award id": "", "award url": "", "award status": "", "line": "", "error": "",
}

// fold writes the names of columns alike: in small letters, with one space for whatever parts words.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("-_.:*\u00ad\u200b\ufeff‐‑–", r)
	}), " ")
}

// Column is one column of a list.
type Column struct {
	Header string
	Key    string // what it states; empty where it is not used
	Why    string // why it is not used, where there is something to say
}

// Mapping says how columns are to be understood.
type Mapping struct {
	Given   map[string]string         // header or key of JSON: what it states; empty: nothing
	Results []badge.ResultDescription // of the class that is awarded; columns with their names state them
	NoNames bool                      // people's names are left out unless Given maps them
}

// Columns maps the columns by their names.
func (t *Table) Columns(m Mapping) ([]Column, []diag.Problem) {
	var problems []diag.Problem
	report := func(hint, format string, args ...any) {
		problems = append(problems, t.problem(t.headerLine, hint, format, args...))
	}
	if slices.ContainsFunc(t.Header, looksLikeAddress) {
		report("begin the file with a line that names the columns, such as: email"+string(max(t.Separator, ','))+"name", "the first line holds an address where the names of the columns belong")
		return nil, problems
	}
	given := make(map[string]string)
	for header, key := range m.Given {
		given[fold(header)] = key
	}
	results := resultNames(m.Results)
	columns := make([]Column, len(t.Header))
	states := make(map[string][]string) // the headers of the columns that state a key
	for i, header := range t.Header {
		c := Column{Header: header}
		folded := fold(header)
		key, isGiven := given[folded]
		delete(given, folded)
		if !isGiven {
			key = c.guess(folded, results, m.NoNames)
			if c.Why == slip {
				report(fmt.Sprintf("map it with --map %q, or leave it out with --map %q", header+"="+key, header+"="), "the column %s is not known; did you mean %q?", diag.Quote(header), key)
				key, c.Why = "", ""
			}
		} else if key != "" && !slices.Contains(Keys, key) && !strings.HasPrefix(key, resultPrefix) {
			report("one of: "+strings.Join(Keys, ", ")+", results.<id>", "--map: there is nothing called %s", diag.Quote(key))
			key = ""
		}
		c.Key = key
		columns[i] = c
		if key != "" {
			states[key] = append(states[key], header)
		}
	}
	for header := range given {
		report("the columns are: "+list(t.Header), "--map: there is no column %s", diag.Quote(header))
	}
	for _, key := range append(slices.Clone(Keys), resultKeys(states)...) {
		if headers := states[key]; len(headers) > 1 {
			report(fmt.Sprintf("leave one out with --map %q", headers[1]+"="), "several columns state %s: %s", key, list(headers))
		}
	}
	if len(states[Recipient]) == 0 {
		report("name it with --map \"COLUMN=recipient\"; the columns are: "+list(t.Header), "no column holds the recipients")
	}
	if len(states[Name]) > 0 && len(states[FirstName])+len(states[LastName]) > 0 && len(problems) == 0 {
		for i := range columns { // the full name says it all
			if k := columns[i].Key; k == FirstName || k == LastName {
				columns[i].Key, columns[i].Why = "", "the full name has a column of its own"
			}
		}
	}
	return columns, problems
}

// slip is why a column is not used whose name is nearly a known one.
const slip = "slip"

// guess is what a column states by its name.
func (c *Column) guess(folded string, results map[string]string, noNames bool) string {
	if key, ok := results[folded]; ok {
		return key
	}
	if id, ok := strings.CutPrefix(folded, "results "); ok {
		return resultPrefix + strings.ReplaceAll(id, " ", "-")
	}
	key, ok := aliases[folded]
	if noNames && (key == Name || key == FirstName || key == LastName) {
		c.Why = fmt.Sprintf("names would be readable in a public repository; --map %q takes it", c.Header+"="+key)
		return ""
	}
	if ok {
		return key
	}
	if len(folded) <= 4 || len(folded) > 40 {
		return ""
	}
	if word, ok := near.Word(strings.ReplaceAll(folded, " ", "_"), Keys); ok {
		c.Why = slip
		return word
	}
	return ""
}

// resultNames are the folded names and ids of a class's results, and what a column of that name states.
func resultNames(results []badge.ResultDescription) map[string]string {
	names := make(map[string]string)
	for _, r := range results {
		names[fold(r.Name)] = resultPrefix + r.ID
	}
	for _, r := range results {
		names[fold(r.ID)] = resultPrefix + r.ID
		names["results "+fold(r.ID)] = resultPrefix + r.ID
	}
	return names
}

func resultKeys(states map[string][]string) []string {
	var keys []string
	for key := range states {
		if strings.HasPrefix(key, resultPrefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func looksLikeAddress(s string) bool {
	_, host, ok := strings.Cut(s, "@")
	return ok && strings.Contains(host, ".") && !strings.Contains(s, " ")
}

// list names columns, some of them where there are many.
func list(headers []string) string {
	const most = 12
	var names []string
	for i, h := range headers {
		if i == most {
			names = append(names, "...")
			break
		}
		names = append(names, diag.Quote(h))
	}
	return strings.Join(names, ", ")
}
