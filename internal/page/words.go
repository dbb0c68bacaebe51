package page

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// words renders a text that is nothing but words, as most narratives are, at a tenth of the parser's cost. It takes only
// what can have no meaning in Markdown: paragraphs whose lines begin with a letter, hold letters, digits, single spaces
// and punctuation that marks nothing up, and end in no space. For anything else ok is false. The source is tidy.
func words(source string) (html string, ok bool) {
	if source == "" {
		return "", true
	}
	quotes := 0
	for i := 0; i < len(source); i++ {
		c := source[i]
		if i == 0 || source[i-1] == '\n' && c != '\n' {
			if first, _ := utf8.DecodeRuneInString(source[i:]); !unicode.IsLetter(first) {
				return "", false
			}
			continue
		}
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= utf8.RuneSelf:
		case c == ' ' || c == ':':
			// A space before another or before the end of a line may be a line break, a colon may stand in an address.
			if i+1 == len(source) || c == ' ' && (source[i+1] == ' ' || source[i+1] == '\n') || c == ':' && source[i+1] != ' ' {
				return "", false
			}
		case c == '"':
			quotes++
		case strings.IndexByte(",.;?()'-/%\n", c) < 0:
			return "", false
		}
	}
	var b strings.Builder
	b.Grow(len(source) + len("<p></p>\n") + quotes*len("&quot;"))
	b.WriteString("<p>")
	for from := 0; ; {
		i := strings.IndexAny(source[from:], "\"\n")
		if i < 0 {
			b.WriteString(source[from:])
			break
		}
		i += from
		b.WriteString(source[from:i])
		from = i + 1
		switch {
		case source[i] == '"':
			b.WriteString("&quot;")
		case source[from] != '\n':
			b.WriteByte('\n')
		default:
			for source[from] == '\n' {
				from++
			}
			b.WriteString("</p>\n<p>")
		}
	}
	b.WriteString("</p>\n")
	return b.String(), true
}
