package diag

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Width is the number of terminal cells that a character takes by itself: 0, 1 or 2.
func Width(r rune) int {
	switch {
	case r < 0x20 || 0x7f <= r && r < 0xa0:
		return 0
	case r < 0x300:
		return 1
	case 0x1160 <= r && r <= 0x11ff || 0xd7b0 <= r && r <= 0xd7ff: // the vowels and finals of a Hangul syllable
		return 0
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// Cells is the number of terminal cells that a text takes: of what is one emoji made of several, those of one.
func Cells(s string) int {
	var m meter
	n := 0
	for _, r := range s {
		n += m.next(r)
	}
	return n
}

const (
	zeroWidthJoiner = 0x200d
	emojiSelector   = 0xfe0f
)

// meter counts the cells of a text's characters in their order, for an emoji may take several of them.
type meter struct {
	before rune // the last character
	cells  int  // of the last character that had any
}

// next is the number of cells by which r makes the text wider.
func (m *meter) next(r rune) int {
	n := Width(r)
	switch {
	case n == 2 && m.before == zeroWidthJoiner && m.cells == 2:
		n = 0 // a woman, a joiner, a rocket: an astronaut
	case 0x1f3fb <= r && r <= 0x1f3ff && m.cells == 2:
		n = 0 // a colour of skin
	case r == emojiSelector && m.cells == 1 && m.before != emojiSelector:
		n = 1 // a heart that was narrow as text
	}
	m.before = r
	if n > 0 {
		m.cells = n
		if r == emojiSelector {
			m.cells = 2
		}
	}
	return n
}

// Visible makes the characters visible that a terminal would obey or hide: control characters, those that turn the
// direction of text, those without width. Content is a stranger's. Tabs, and line breaks in particular, are controls
// like others.
func Visible(s string) string {
	for i, r := range s {
		if _, bad := picture(s[i:], r); bad {
			var b strings.Builder
			for i, r := range s {
				text, _ := picture(s[i:], r)
				b.WriteString(text)
			}
			return b.String()
		}
	}
	return s
}

// picture is what to show for the first character of s, and whether that is not the character itself.
func picture(s string, r rune) (string, bool) {
	switch {
	case r < 0x20:
		return string(0x2400 + r), true
	case r == 0x7f:
		return "␡", true
	case r == utf8.RuneError && runeLen(s, r) == 1:
		return fmt.Sprintf("<0x%02X>", s[0]), true
	case hides(r):
		return fmt.Sprintf("<U+%04X>", r), true
	}
	return s[:runeLen(s, r)], false
}

// hides reports whether a character changes or conceals what stands around it. The joiners that scripts and emoji
// need are not among them.
func hides(r rune) bool {
	switch {
	case 0x80 <= r && r < 0xa0, // C1 controls
		r == 0x061c, r == 0x200e, r == 0x200f, 0x202a <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069, // direction
		r == 0x2028, r == 0x2029, // line and paragraph separator
		r == 0x180e, r == 0x200b, 0x2060 <= r && r <= 0x2065, 0x206a <= r && r <= 0x206f, r == 0xfeff, // nothing to see
		0xfff9 <= r && r <= 0xfffb,
		0xe0000 <= r && r <= 0xe007f: // tags
		return true
	}
	return false
}

// runeLen is the length in bytes of the first character of s, which is r.
func runeLen(s string, r rune) int {
	if r != utf8.RuneError {
		return utf8.RuneLen(r)
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}
