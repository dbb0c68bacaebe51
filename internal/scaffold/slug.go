package scaffold

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"blazon/internal/model"
)

// latin is how letters are written in a URL that norm.NFKD does not take apart: Latin ones, then Greek and Cyrillic by
// their usual romanisation. A name in another script takes its slug from an address.
var latin = map[rune]string{
	'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss", 'æ': "ae", 'ø': "o", 'œ': "oe", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ı': "i", 'ħ': "h", 'ŋ': "n", 'ə': "e",
	'α': "a", 'β': "v", 'γ': "g", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "th", 'ι': "i", 'κ': "k", 'λ': "l", 'μ': "m", 'ν': "n", 'ξ': "x", 'ο': "o",
	'π': "p", 'ρ': "r", 'σ': "s", 'ς': "s", 'τ': "t", 'υ': "y", 'φ': "f", 'χ': "ch", 'ψ': "ps", 'ω': "o",
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'ё': "e", 'є': "ie", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i", 'ї': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ў': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch",
	'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia", 'ђ': "dj", 'ј': "j", 'љ': "lj", 'њ': "nj", 'ћ': "c", 'џ': "dz",
	'ѓ': "g", 'ќ': "k", 'ѕ': "dz",
	'&': "-and-",
}

// slugLength is how long a slug that is made from a name may become: it is part of every URL of the issuer and of the
// names of its keys.
const slugLength = 40

// SlugOf makes a slug from a name in any script; where a URL can hold too little of the name, from the host of webURL,
// and at last from nothing. What it makes is valid.
func SlugOf(name, webURL string) string {
	for _, text := range []string{name, hostWord(webURL)} {
		s := spell(text)
		if len(s) >= 3 && strings.Trim(s, "-0123456789") != "" && model.CheckSlug(s) == nil {
			return s
		}
	}
	return "issuer"
}

// spell writes a text with small letters, digits and single dashes, and leaves out what it cannot write. A long one ends
// with a whole word where there is one.
func spell(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFKC.String(text)) {
		if s, ok := letter(r); ok {
			b.WriteString(s)
			continue
		}
		for _, part := range norm.NFKD.String(string(r)) {
			s, ok := letter(part)
			if !ok {
				s = "-"
			}
			b.WriteString(s)
		}
	}
	s := strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == '-' }), "-")
	if len(s) > slugLength {
		s = s[:slugLength+1]
		if at := strings.LastIndexByte(s, '-'); at > slugLength/2 {
			s = s[:at]
		}
		s = strings.Trim(s[:min(len(s), slugLength)], "-")
	}
	return s
}

// letter is how a character is written in a slug. Marks and apostrophes are written as nothing.
func letter(r rune) (string, bool) {
	switch s, known := latin[r]; {
	case known:
		return s, true
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return string(r), true
	case unicode.Is(unicode.Mn, r) || r == '\'' || r == '\u2019' || r == '\u02bc':
		return "", true
	}
	return "", false
}

// hostWord is the telling part of an address: "academy" of https://www.academy.example.org.
func hostWord(webURL string) string {
	u, err := url.Parse(webURL)
	if err != nil {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	word, _, _ := strings.Cut(host, ".")
	if strings.HasPrefix(word, "xn--") {
		return ""
	}
	return word
}
