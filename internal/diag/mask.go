package diag

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"
	"unicode"
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

var (
	// address is anything around an @: local parts hold almost every character.
	address = regexp.MustCompile(`(?i)[^\s"'<>(),;\[\]{}|]*("[^"]*")?(@|＠|%40)[^\s"'<>(),;\[\]{}|]+`)
	// longRun is what keys look like: PEM lines, JWK members, multibase secrets.
	longRun = regexp.MustCompile(`[A-Za-z0-9+/_=-]{40,}`)
)

// Mask hides e-mail addresses and what may be key material, at equal width on a terminal. What quotes content goes
// through it: a log or an annotation may be read by more people than the repository.
func Mask(s string) string {
	s = address.ReplaceAllStringFunc(s, Stars)
	return longRun.ReplaceAllStringFunc(s, Stars)
}

// Stars is as many stars as s is wide on a terminal. Tabs and line breaks stay.
func Stars(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteRune(r)
		default:
			b.WriteString(strings.Repeat("*", Width(r)))
		}
	}
	return b.String()
}

// Width is the number of terminal cells that a character takes: 0, 1 or 2.
func Width(r rune) int {
	switch {
	case r < 0x20 || r == 0x7f:
		return 0
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
