package diag

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Placeholder and PlaceholderNumber are the address and the telephone number that blazon's own messages and examples
// show: nobody has them, and Mask leaves them alone.
const (
	Placeholder       = "name@example.org"
	PlaceholderNumber = "+41441234567"
)

// Quote puts a value from a declaration between quotation marks: masked, on one line, and cut where it is long.
func Quote(value string) string {
	const most = 60
	runes := []rune(Mask(value))
	if len(runes) > most {
		runes = append(runes[:most-1], '…')
	}
	return strconv.Quote(string(runes))
}

// Mask hides e-mail addresses, telephone numbers in their international form and what may be key material, at equal width on a terminal. What quotes content goes
// through it: a log or an annotation may be read by more people than the repository.
func Mask(s string) string {
	return cover(s, secrets(s))
}

// Stars is as many stars as s is wide on a terminal. Tabs and line breaks stay.
func Stars(s string) string {
	return cover(s, []span{{0, len(s)}})
}

const (
	// localChar and domainChar are the characters of an address before and after the @: a local part may hold almost
	// anything.
	localChar  = `[^\s"<>(),;\[\]]`
	domainChar = `[^\s"'<>(),;\[\]{}|]`
	// extra is a quoted part ("ada l"@...) or a comment (ada(work)@...), which may hold spaces. A colon and a space
	// are no part of one: they stand between two quotations of a message.
	extra = `(?:"(?:[^":\\]|:[^ "]|\\.)*\\?"|\([^()]*\))`
	// at is the sign and what stands for it where text is escaped: in URLs, in YAML and JSON strings, in HTML.
	at   = `(?:@|＠|﹫|%(?:25)*40|\\u0040|\\x40|\\U00000040|&#0*64;|&#x0*40;|&commat;)`
	host = `(?:\[[^\]\s]*\]?|` + domainChar + `+)`
)

var (
	// address is anything with an @ that has something on at least one side of it. With spaces around the @ it takes
	// a dot in what follows, as a sentence may have an @ too.
	address = regexp.MustCompile(`(?i)(?:` + localChar + `+` + extra + `?|` + extra + `)` + extra + `?` + at + host + `?` +
		`|` + at + host +
		`|` + localChar + `+\s+` + at + `\s+` + domainChar + `+\.` + domainChar + `+`)
	// telephone is a number in the international form (E.164), with what people put between its digits.
	telephone = regexp.MustCompile(`(?i)(?:\+|＋|%(?:25)*2B|\\u002B|\\x2B|\\U0000002B|&#0*43;|&#x0*2B;|&plus;)\(?\p{Nd}(?:[\s\p{Z}\p{Pd}./()]{0,3}\p{Nd}){6,}`)
	// longRun is what keys look like: PEM lines, JWK members, multibase secrets, hashes.
	longRun = regexp.MustCompile(`[A-Za-z0-9+/_=-]{40,}`)
	// octets are the bytes of a key as tools print them: 4f:8a:...
	octets = regexp.MustCompile(`(?i)(?:[0-9a-f]{2}:){7,}(?:[0-9a-f]{2})?`)
	// wordy is a long run that is a path or a name with dashes: every part of it is a word or a number.
	wordy = regexp.MustCompile(`^[/_-]*(?:` + wordyPart + `)(?:[/_-]+(?:` + wordyPart + `))*[/_-]*$`)
)

const wordyPart = `[A-Z]{0,12}[a-z]{0,30}[0-9]{0,8}|(?:(?:[A-Z][a-z])?[A-Z][a-z]{2,29})+[0-9]{0,4}|[0-9]{1,8}[a-z]{0,3}`

// span is a part of a text, from one byte to before another.
type span struct{ from, to int }

// secrets finds the addresses, telephone numbers and keys in a text, in order and apart.
func secrets(s string) []span {
	found := identities(s)
	for _, m := range longRun.FindAllStringIndex(s, -1) {
		if !wordy.MatchString(s[m[0]:m[1]]) {
			found = append(found, span{m[0], m[1]})
		}
	}
	for _, m := range octets.FindAllStringIndex(s, -1) {
		found = append(found, span{m[0], m[1]})
	}
	return join(found)
}

// identities finds the addresses and telephone numbers in a text.
func identities(s string) []span {
	var found []span
	if strings.ContainsAny(s, "@＠﹫%\\&") {
		for _, m := range address.FindAllStringIndex(s, -1) {
			if text := s[m[0]:m[1]]; strings.Trim(text, "'`.") != Placeholder {
				found = append(found, span{m[0], m[1]})
			}
		}
	}
	if strings.ContainsAny(s, "+＋%\\&") {
		for _, m := range telephone.FindAllStringIndex(s, -1) {
			if s[m[0]:m[1]] != PlaceholderNumber {
				found = append(found, span{m[0], m[1]})
			}
		}
	}
	return found
}

// join sorts spans and makes one of those that touch.
func join(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	joined := spans[:0]
	for _, s := range spans {
		if n := len(joined); n > 0 && s.from <= joined[n-1].to {
			joined[n-1].to = max(joined[n-1].to, s.to)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// cover puts stars in place of the spans, which are in order and apart.
func cover(s string, spans []span) string {
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	var m meter
	for i, r := range s {
		cells := m.next(r)
		for len(spans) > 0 && spans[0].to <= i {
			spans = spans[1:]
		}
		switch {
		case len(spans) == 0 || i < spans[0].from:
			b.WriteString(s[i : i+runeLen(s[i:], r)])
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteRune(r)
		default:
			b.WriteString(strings.Repeat("*", cells))
		}
	}
	return b.String()
}
