package model

import "strings"

// The functions below tell common values from those that Check and Pattern have to look at: what they accept is valid,
// what they do not may be so too. Half of the time that reading awards took went into patterns.

// commonLine is printable ASCII with a letter.
func commonLine(s string) bool {
	letter := false
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
		letter = letter || isLetter(s[i]|0x20)
	}
	return letter
}

// commonSlug is letters, digits and single dashes within, and longer than every name that is reserved.
func commonSlug(s string) bool {
	return len(s) >= 10 && len(s) <= 100 && separated(s, "-")
}

// commonID is an id as stamp gives them.
func commonID(s string) bool {
	if len(s) != 26 {
		return false
	}
	for i := range len(s) {
		if !isLetter(s[i]) && (s[i] < '2' || s[i] > '7') {
			return false
		}
	}
	return true
}

// commonEmail is words with single dots and dashes between them on both sides of the @, the last of them of letters.
func commonEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	dot := strings.LastIndexByte(domain, '.')
	if !ok || dot < 0 || len(s) > 60 || !separated(local, ".-_") || !separated(domain, ".-") {
		return false
	}
	for i := range domain[dot+1:] {
		if !isLetter(domain[dot+1+i]) {
			return false
		}
	}
	return dot < len(domain)-2
}

// separated reports whether s is words of small letters and digits with one of the separators between each two.
func separated(s, separators string) bool {
	within := false
	for i := range len(s) {
		switch c := s[i]; {
		case isLetter(c) || c >= '0' && c <= '9':
			within = true
		case !within || strings.IndexByte(separators, c) < 0:
			return false
		default:
			within = false
		}
	}
	return within
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' }
