package model

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"blazon/internal/badge"
	"blazon/internal/iri"
	"blazon/internal/rule"
	"blazon/internal/zone"
)

const (
	// noControl is text on any number of lines; visible has something to read on them, oneLine on a single one.
	noControl = `^[^\x00-\x08\x0B-\x1F\x7F-\x9F]*$`
	visible   = `^[^\x00-\x08\x0B-\x1F\x7F-\x9F]*[^\x00-\x20\x7F-\xA0][^\x00-\x08\x0B-\x1F\x7F-\x9F]*$`
	oneLine   = `^[^\x00-\x1F\x7F-\x9F]*[^\x00-\x20\x7F-\xA0][^\x00-\x1F\x7F-\x9F]*$`
	datePart  = `[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`
	timePart  = `T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?`
	slugPart  = `[a-z0-9_-]([a-z0-9._-]*[a-z0-9_-])?`
)

// An e-mail address is one whose letters may be of any script (RFC 6531), without the forms that nobody has: quoted
// parts, comments, literal addresses. The ranges of foreign hold curly quotation marks and most of what cannot be seen;
// they begin and end with something visible, so that the schema can be read.
const (
	foreign = `\xAD῾-⁰ﻼ-！`
	unlocal = `\x00- "(),./:;<>@[-\]\x7F-\xA0` + foreign
	inside  = `[^` + unlocal + `]`
	first   = `[^'` + unlocal + `]`
	label   = `[^\x00-/:-@[-\x60{-\xA0` + foreign + `]`
	labels  = label + `(-*` + label + `)*`
	address = first + `(\.?` + inside + `)*@` + labels + `(\.` + labels + `)+`
)

var (
	anyText = &Format{Name: "text", Pattern: noControl, Check: checkText, Rule: rule.Encoding,
		Hint: "leave out control characters; a line break and a tab are fine"}
	prose = &Format{Name: "prose", Pattern: visible, Check: checkProse, Rule: rule.Value,
		Hint: "write something to read, without control characters"}
	line = &Format{Name: "line", Pattern: oneLine, Check: checkLine, common: commonLine, Rule: rule.Value,
		Hint: "write something to read, on one line"}
	day = &Format{Name: "day", Pattern: `^` + datePart + `$`, Check: checkDate, Rule: rule.Date,
		Hint: "write a day of the calendar, such as 2026-03-14"}
	date = &Format{Name: "date", Pattern: `^` + datePart + `(` + timePart + `)?$`, Check: checkDate, Rule: rule.Date,
		Hint: "write a date such as 2026-03-14, or with a time: 2026-03-14T18:30:00+01:00"}
	dateOrNever = &Format{Name: "date-or-never", Pattern: `^(never|` + datePart + `(` + timePart + `)?)$`, Check: checkDate, Rule: rule.Date,
		Hint: "write a date such as 2028-03-14, or never"}
	span = &Format{Name: "span", Pattern: `^[1-9][0-9]{0,4}(y|mo|d)$`, Check: checkSpan, Rule: rule.Span,
		Hint: "write years, months or days: 2y, 18mo, 90d"}
	webURL = &Format{Name: "url", Pattern: `^https?://[^\x00-\x20\x7F-\xA0/?#\\]+[^\x00-\x20\x7F-\xA0\\]*$`, Check: checkURL, Rule: rule.URL,
		Hint: "write an absolute link: https://example.org/path (a space is %20)"}
	email = &Format{Name: "email", Pattern: `^` + address + `$`, Check: checkEmail, Rule: rule.Email,
		Hint: "write an address such as name@example.org"}
	recipientEmail = &Format{Name: "recipient-email", Pattern: `^ *` + address + ` *$`, Check: checkEmail, common: commonEmail, Rule: rule.Email,
		Hint: "write one e-mail address; other kinds are {url: ...}, {telephone: ...}, {did: ...} or {hash: ..., salt: ..., type: ...}"}
	telephone = &Format{Name: "telephone", Pattern: `^\+[1-9][0-9]{0,14}(;ext=[0-9]+)?$`, Rule: rule.Telephone,
		Hint: `write it in the international form, quoted: "+41441234567"`}
	did = &Format{Name: "did", Pattern: `^did:[a-z0-9]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._%-]$`, Rule: rule.DID,
		Hint: "write a DID such as did:web:example.org or did:key:z6Mk..."}
	hash = &Format{Name: "hash", Pattern: `^(sha256\$[0-9A-Fa-f]{64}|md5\$[0-9A-Fa-f]{32})$`, Rule: rule.Hash,
		Hint: "write sha256$ and the 64 hexadecimal digits of the address followed by the salt"}
	slug = &Format{Name: "slug", Pattern: `^` + slugPart + `$`, Check: CheckSlug, common: commonSlug, Rule: rule.Slug,
		Hint: "use lower-case letters a to z, digits, - and _"}
	awardID = &Format{Name: "id", Pattern: `^[a-z2-7]{26}$`, common: commonID, Rule: rule.ID,
		Hint: "leave the id out and run blazon stamp: it makes one of 26 characters"}
	baseURL = &Format{Name: "base-url", Pattern: `^https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?(/` + slugPart + `)*$`, Check: CheckBaseURL, Rule: rule.BaseURL,
		Hint: "write it as https://badges.example.org or https://example.org/badges"}
	language = &Format{Name: "language", Pattern: `^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`, Rule: rule.Value,
		Hint: "write a language tag such as en, de or pt-BR"}
	timezone = &Format{Name: "time-zone", Pattern: `^[A-Za-z0-9_+/-]+$`, Check: checkZone, Words: zone.Names, Rule: rule.TimeZone,
		Hint: "write a name of the IANA database such as Europe/Zurich, or UTC"}
	file = &Format{Name: "file", Pattern: `^[^\x00-\x1F\x7F\\]+$`, Check: checkFile, Rule: rule.Path,
		Hint: "name a file beside this one, or in content/images/"}
)

// Valid says what is wrong with a value, or nil.
func (f *Format) Valid(value string) error {
	if f.common != nil && f.common(value) {
		return nil
	}
	if f.Check != nil {
		if err := f.Check(value); err != nil {
			return err
		}
	}
	if !f.regexp().MatchString(value) {
		return ErrForm
	}
	return nil
}

// ErrForm is Valid's answer where there is no more to say than that the pattern does not fit.
var ErrForm = errors.New("is not of the right form")

// OpenWord reports whether a word of the user's own is well formed: the prefix, then letters, digits and ._-.
func OpenWord(word, prefix string) bool {
	rest, ok := strings.CutPrefix(word, prefix)
	return ok && rest != "" && openForm.MatchString(rest)
}

// OpenPattern is what follows the prefix of a word of the user's own.
const OpenPattern = `[A-Za-z0-9._-]+`

var openForm = regexp.MustCompile(`^` + OpenPattern + `$`)

// compiled holds each format's pattern; the map is filled once and only read.
var compiled = func() map[string]*regexp.Regexp {
	m := make(map[string]*regexp.Regexp)
	for _, f := range []*Format{anyText, prose, line, day, date, dateOrNever, span, webURL, email, recipientEmail, telephone, did, hash, slug, awardID, baseURL, language, timezone, file} {
		m[f.Name] = regexp.MustCompile(f.Pattern)
	}
	return m
}()

func (f *Format) regexp() *regexp.Regexp { return compiled[f.Name] }

// reservedNames are file names that Windows keeps for devices: a site with one cannot be checked out there.
var reservedNames = []string{"con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$"}

// CheckSlug says what is wrong with a name that becomes part of a URL, or nil.
func CheckSlug(s string) error {
	stem, _, _ := strings.Cut(s, ".")
	switch {
	case s == "":
		return errors.New("is empty")
	case len(s) > 100:
		return errors.New("is longer than 100 characters")
	case slices.Contains(reservedNames, stem):
		return errors.New("is a name that Windows reserves for a device")
	case strings.HasPrefix(s, "."):
		return errors.New("starts with a dot")
	case strings.HasSuffix(s, "."):
		return errors.New("ends in a dot")
	case s != strings.ToLower(s):
		return errors.New("has capital letters")
	}
	for _, r := range s {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_.", r) {
			return errors.New("has the character " + strconv.QuoteRune(r))
		}
	}
	return nil
}

var hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// CheckBaseURL says what is wrong with a base URL, or nil. It is for base_url in site.yaml and for --base-url.
func CheckBaseURL(s string) error {
	u, err := url.Parse(s)
	if err != nil {
		return errors.New("is not a URL")
	}
	host := u.Hostname()
	_, notIP := netip.ParseAddr(host)
	switch {
	case u.Scheme == "http":
		return errors.New("is http, but badges are verified over https")
	case u.Scheme != "https" || u.Opaque != "":
		return errors.New("is not an https URL")
	case !strings.HasPrefix(s, "https:"):
		return errors.New("has capital letters in https://")
	case u.User != nil:
		return errors.New("holds a user name")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(s, "#"):
		return errors.New("has a query or a fragment")
	case strings.HasSuffix(s, "/"):
		return errors.New("ends in a slash")
	case host == "":
		return errors.New("has no host")
	case notIP == nil || regexp.MustCompile(`^[0-9.]+$`).MatchString(host):
		return errors.New("is an IP address, which badges outlive")
	case host == "localhost" || strings.HasSuffix(host, ".localhost"):
		return errors.New("is localhost, where nobody else can verify a badge")
	case !strings.Contains(host, "."):
		return errors.New("has a host name without a dot")
	case host != strings.ToLower(host):
		return errors.New("has capital letters in its host name")
	}
	for _, r := range s {
		if r > 0x7e {
			return errors.New("holds the character " + strconv.QuoteRune(r) + "; a host name is written in its xn-- form")
		}
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return errors.New("has a port that does not exist")
		}
	}
	if strings.HasSuffix(u.Host, ":") {
		return errors.New("has an empty port")
	}
	for label := range strings.SplitSeq(host, ".") {
		if len(label) > 63 || !hostLabel.MatchString(label) {
			return errors.New("has a host name that cannot exist")
		}
	}
	if last := host[strings.LastIndexByte(host, '.')+1:]; strings.Trim(last, "0123456789") == "" {
		return errors.New("has a host name that cannot exist") // browsers take it for an IP address
	}
	if path := strings.TrimPrefix(u.EscapedPath(), "/"); path != "" {
		for segment := range strings.SplitSeq(path, "/") {
			if err := CheckSlug(segment); err != nil {
				return errors.New("has the path segment " + strconv.Quote(segment) + ", which " + err.Error())
			}
		}
	}
	return nil
}

func checkText(s string) error {
	for _, r := range s {
		if r < 0x20 && r != '\t' && r != '\n' || r >= 0x7f && r < 0xa0 {
			return errors.New("holds a control character")
		}
	}
	return nil
}

func checkProse(s string) error {
	if strings.Trim(s, "\t\n \u00a0") == "" {
		return errors.New("is empty")
	}
	return checkText(s)
}

func checkLine(s string) error {
	switch at := strings.IndexByte(s, '\n'); {
	case strings.Trim(s, "\t\n \u00a0") == "":
		return errors.New("is empty")
	case at >= 0 && at == len(s)-1:
		return errors.New("ends in a line break, which |- and >- leave out")
	case at >= 0:
		return errors.New("has several lines")
	case strings.Contains(s, "\t"):
		return errors.New("holds a tab")
	}
	return checkText(s)
}

func checkURL(s string) error {
	if strings.TrimSpace(s) != s || strings.ContainsAny(s, " \t\n") {
		return errors.New("holds a space")
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return errors.New("is not a URL")
	case u.Scheme == "":
		return errors.New("is not absolute")
	case u.Scheme != "http" && u.Scheme != "https":
		return errors.New("is not a web address")
	case u.User != nil:
		return errors.New("holds a user name")
	case u.Hostname() == "":
		return errors.New("has no host")
	}
	// What is published goes through Encode, whose refusal would have neither file nor line.
	switch _, err := iri.Encode(s); {
	case errors.Is(err, iri.ErrPort):
		return errors.New("has a port that does not exist")
	case errors.Is(err, iri.ErrHost):
		return errors.New("has a host name that cannot exist")
	case errors.Is(err, iri.ErrLength):
		return errors.New("is longer than " + strconv.Itoa(iri.MaxLength) + " bytes")
	case err != nil:
		return errors.New("is not a URL")
	}
	return nil
}

func checkEmail(s string) error {
	s = strings.Trim(s, " ")
	if scheme, _, ok := strings.Cut(s, ":"); ok && strings.EqualFold(scheme, "mailto") {
		return errors.New("begins with mailto:, which is no part of an address")
	}
	for _, r := range s {
		switch {
		case r != ' ' && !unicode.IsGraphic(r), unicode.IsSpace(r) && r != ' ':
			return errors.New("holds an invisible character")
		case strings.ContainsRune(`:;,()<>[]\/`, r), unicode.Is(unicode.Quotation_Mark, r) && r != '\'':
			return errors.New("holds the character " + strconv.QuoteRune(r))
		}
	}
	local, domain, _ := strings.Cut(s, "@")
	if strings.Count(s, "@") != 1 || local == "" || domain == "" {
		return ErrForm
	}
	switch {
	case strings.Contains(s, " "):
		return errors.New("holds a space")
	case strings.Contains(s, ".."):
		return errors.New("has two dots in a row")
	case strings.HasPrefix(s, "."):
		return errors.New("starts with a dot")
	case strings.HasSuffix(s, "."):
		return errors.New("ends in a dot")
	case strings.HasSuffix(local, "."), strings.HasPrefix(domain, "."):
		return errors.New("has a dot beside its @")
	case strings.HasPrefix(local, "'"), strings.HasSuffix(local, "'"), strings.HasSuffix(domain, "'"):
		return errors.New("stands between apostrophes")
	case !strings.Contains(domain, "."):
		return errors.New("has a host name without a dot")
	}
	for part := range strings.SplitSeq(domain, ".") {
		if strings.HasPrefix(part, "-") || strings.HasSuffix(part, "-") {
			return errors.New("has a host name with a hyphen at the edge of a part")
		}
	}
	return nil
}

func checkZone(s string) error {
	_, err := zone.Load(s)
	if err != nil {
		return errors.New("is not a time zone")
	}
	return nil
}

func checkFile(s string) error {
	switch {
	case strings.HasPrefix(s, "/") || regexp.MustCompile(`^[A-Za-z]:`).MatchString(s):
		return errors.New("is an absolute path")
	case strings.Contains(s, "://"):
		return errors.New("is a URL, not a file of this project")
	}
	for segment := range strings.SplitSeq(s, "/") {
		switch segment {
		case "..":
			return errors.New("leaves its folder")
		case "", ".":
			return errors.New("is not a plain path")
		}
	}
	return nil
}

// Date is a date as a declaration writes it.
type Date struct {
	Day     string // YYYY-MM-DD, as written
	HasTime bool
	time    time.Time
	hasZone bool
}

// ParseDate reads a date with or without a time.
func ParseDate(s string) (Date, error) {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00"} {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if year := t.Year(); year < 1900 || year > 9998 {
			return Date{}, errors.New("is not between the years 1900 and 9998")
		}
		return Date{Day: s[:10], HasTime: len(layout) > 10, time: t, hasZone: strings.HasSuffix(layout, "Z07:00")}, nil
	}
	if regexp.MustCompile(`^` + datePart).MatchString(s) {
		if _, err := time.Parse("2006-01-02", s[:10]); err != nil {
			return Date{}, errors.New("is not on the calendar")
		}
	}
	return Date{}, errors.New("is not a date")
}

// Start is the date's moment, in the given zone where the date names none. A date alone starts at 00:00.
func (d Date) Start(in *time.Location) time.Time {
	if d.hasZone {
		return d.time.In(in)
	}
	t := d.time
	return badge.Moment(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), in)
}

// End is as Start, but a date alone is its last second.
func (d Date) End(in *time.Location) time.Time {
	if d.HasTime {
		return d.Start(in)
	}
	t := d.time
	return badge.Moment(t.Year(), t.Month(), t.Day(), 23, 59, 59, in)
}

func checkDate(s string) error {
	if s == "never" {
		return nil
	}
	_, err := ParseDate(s)
	return err
}

// ParseSpan reads a length of time such as 2y, 18mo or 90d.
func ParseSpan(s string) (badge.Span, error) {
	var unit string
	for _, u := range []string{"mo", "y", "d"} {
		if strings.HasSuffix(s, u) {
			unit = u
			break
		}
	}
	n, err := strconv.Atoi(strings.TrimSuffix(s, unit))
	if err != nil || unit == "" || n < 1 || n > 99999 || strconv.Itoa(n)+unit != s {
		return badge.Span{}, errors.New("is not a length of time")
	}
	switch unit {
	case "y":
		return badge.Span{Years: n}, spanLimit(n, 1000)
	case "mo":
		return badge.Span{Months: n}, spanLimit(n, 12000)
	}
	return badge.Span{Days: n}, nil
}

func spanLimit(n, most int) error {
	if n > most {
		return errors.New("is longer than a thousand years")
	}
	return nil
}

func checkSpan(s string) error {
	_, err := ParseSpan(s)
	return err
}
