package artwork

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"blazon/internal/markup"
)

// Style sheets are not parsed. They are searched for what could reach outside, after their escapes are resolved. Each
// reference that a CSS parser sees is found that way, since its letters then stand side by side. What stands inside of
// a comment or a string is found too: readers differ on where those end, and drawings need no such text.

// sheet searches CSS, be it a style sheet or the value of an attribute. It reports the offset in the file, what it is
// and the words found there, until report returns false.
func sheet(css markup.Text, report func(at int, what, found string) bool) {
	css = unescape(css)
	if !strings.ContainsAny(css.S, "(:@") {
		return
	}
	variants := []markup.Text{css}
	if strings.Contains(css.S, "/*") {
		variants = append(variants, uncomment(css))
	}
	seen := map[int]bool{}
	scripts := false
	for _, t := range variants {
		lower := lowerASCII(t.S)
		for _, search := range searches {
			for i := range each(lower, search.words) {
				if at := t.Offset(i); !seen[at] {
					what := search.what(t.S[i+len(search.words):])
					if what == "" {
						continue
					}
					seen[at] = true
					scripts = scripts || strings.HasSuffix(what, "script: address")
					if !report(at, what, upTo(t.S[i:], search.end)) {
						return
					}
				}
			}
		}
	}
	if scripts {
		return
	}
	dense := compact(css)
	for _, scheme := range scriptSchemes {
		for i := range each(dense.S, scheme) {
			if !report(dense.Offset(i), scheme+" address", upTo(dense.S[i:], ";\"')")) {
				return
			}
		}
	}
}

// searches are what style sheets are searched for, in small letters.
var searches = []struct {
	words string
	end   string                      // characters that end what is quoted
	what  func(content string) string // what it is by what follows the words; empty where it is harmless
}{
	{"url(", ")", urlContent},
	{"@import", ";", func(string) string { return "@import rule" }},
	// Functions that take an address as a plain string (CSS Images 4, CSS Values 5).
	{"image-set(", ")", func(string) string { return outside }},
	{"image(", ")", func(string) string { return outside }},
	{"src(", ")", func(string) string { return outside }},
}

// urlContent says what a url() is by what stands after its parenthesis.
func urlContent(content string) string {
	content = strings.TrimLeft(content, " \t\r\n\f")
	if localURL(content) {
		return ""
	}
	return classify(strings.TrimLeft(content[:min(len(content), maxScheme)], `"'`))
}

// upTo is the beginning of s up to and with the first of the characters in end.
func upTo(s, end string) string {
	s = s[:min(len(s), maxScheme)]
	if i := strings.IndexAny(s, end); i >= 0 {
		return s[:i+1]
	}
	return s
}

const (
	outside     = "outside reference"
	dataAddress = "data: address"
	baseAddress = "base address"

	// maxScheme is how much of an address is looked at to tell its scheme: enough for padding, small enough for a
	// file of nothing but addresses.
	maxScheme = 1024
)

var scriptSchemes = []string{"javascript:", "vbscript:"}

// classify says what an address that is not local is.
func classify(address string) string {
	dense := compact(markup.Text{S: address[:min(len(address), maxScheme)]}).S
	for _, scheme := range scriptSchemes {
		if strings.Contains(dense, scheme) {
			return scheme + " address"
		}
	}
	if strings.HasPrefix(dense, "data:") {
		return dataAddress
	}
	return outside
}

// local reports whether an address is the id of an element in the same file, and plainly so.
func local(address string) bool {
	rest, ok := strings.CutPrefix(strings.TrimSpace(address), "#")
	return ok && rest != "" && fragment(rest) == len(rest)
}

// localURL reports whether the content of a url(), up to and with its closing parenthesis, is local.
func localURL(content string) bool {
	mark := ""
	if content != "" && (content[0] == '"' || content[0] == '\'') {
		mark, content = content[:1], content[1:]
	}
	content, ok := strings.CutPrefix(content, "#")
	end := fragment(content)
	if !ok || end == 0 {
		return false
	}
	content, ok = strings.CutPrefix(content[end:], mark)
	return ok && strings.HasPrefix(strings.TrimLeft(content, " \t\r\n\f"), ")")
}

// fragment is the length of the id that s begins with.
func fragment(s string) int {
	for i, c := range s {
		if c <= ' ' || strings.ContainsRune("\"'()\\<>#", c) || !unicode.IsPrint(c) {
			return i
		}
	}
	return len(s)
}

// unescape resolves escapes (CSS Syntax 3, section 4.3.7). A backslash at a line's end goes away with the line end, as
// in strings.
func unescape(t markup.Text) markup.Text {
	if !strings.Contains(t.S, `\`) {
		return t
	}
	var out markup.Builder
	for i := 0; i < len(t.S); {
		c, size := utf8.DecodeRuneInString(t.S[i:])
		at := t.Offset(i)
		i += size
		if c != '\\' || i == len(t.S) {
			out.Rune(c, at)
			continue
		}
		digits, code := 0, rune(0)
		for digits < 6 && i+digits < len(t.S) {
			digit := strings.IndexByte("0123456789abcdefABCDEF", t.S[i+digits])
			if digit < 0 {
				break
			}
			if digit > 15 {
				digit -= 6
			}
			code = code<<4 | rune(digit)
			digits++
		}
		i += digits
		switch {
		case digits > 0:
			if code == 0 || !utf8.ValidRune(code) {
				code = utf8.RuneError
			}
			out.Rune(code, at)
			i += lineOrSpace(t.S[i:])
		case lineOrSpace(t.S[i:]) > 0 && t.S[i] != ' ' && t.S[i] != '\t':
			i += lineOrSpace(t.S[i:])
		default:
			c, size := utf8.DecodeRuneInString(t.S[i:])
			out.Rune(c, at)
			i += size
		}
	}
	return out.Done()
}

// lineOrSpace is the length of the one white space that ends an escape.
func lineOrSpace(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return 2
	case s != "" && strings.IndexByte(" \t\r\n\f", s[0]) >= 0:
		return 1
	}
	return 0
}

// uncomment takes comments out and joins what they part, as no parser should but some did.
func uncomment(t markup.Text) markup.Text {
	var out markup.Builder
	for i := 0; i < len(t.S); {
		start := strings.Index(t.S[i:], "/*")
		if start < 0 {
			start = len(t.S) - i
		}
		out.Part(t, i, i+start)
		i += start
		if i < len(t.S) {
			end := strings.Index(t.S[i+2:], "*/")
			if end < 0 {
				break
			}
			i += 2 + end + 2
		}
	}
	return out.Done()
}

// compact leaves out what address parsers pass over or people cannot see, and lowers ASCII letters.
func compact(t markup.Text) markup.Text {
	var out markup.Builder
	out.Grow(len(t.S))
	for i, c := range t.S {
		switch {
		case c <= ' ', c >= 0x7f && (c <= 0xa0 || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Zs, c)):
		case c >= 'A' && c <= 'Z':
			out.Rune(c|0x20, t.Offset(i))
		default:
			out.Rune(c, t.Offset(i))
		}
	}
	return out.Done()
}

// lowerASCII keeps every byte in its place, which strings.ToLower does not.
func lowerASCII(s string) string {
	out := []byte(s)
	for i, b := range out {
		if b >= 'A' && b <= 'Z' {
			out[i] = b | 0x20
		}
	}
	return string(out)
}

// each yields the places of sub in s.
func each(s, sub string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for from := 0; ; {
			i := strings.Index(s[from:], sub)
			if i < 0 || !yield(from+i) {
				return
			}
			from += i + len(sub)
		}
	}
}
