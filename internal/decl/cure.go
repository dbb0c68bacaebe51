package decl

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"blazon/internal/diag"
)

// patient is a file that cannot be read. What is suspected of a line is tried: when the file can be read as far as its
// trouble with that line put right, the line was to blame.
type patient struct {
	data  []byte
	lines []textLine
	line  int // of the trouble, from 1
	tries int // that are left: each reads the file up to the trouble
}

// window is the number of lines above the trouble among which its cause is sought.
const window = 100

// cured reports whether the file is no longer in trouble at the line with these lines in place of its own.
func (p *patient) cured(with map[int]string) bool {
	if p.tries == 0 {
		return false
	}
	p.tries--
	var b bytes.Buffer
	start := 0
	for n := 1; n <= p.line; n++ {
		text, changed := with[n]
		if !changed {
			continue
		}
		begin := 0
		if n > 1 {
			begin = p.lines[n-2].end
		}
		b.Write(p.data[start:begin])
		b.WriteString(text)
		start = begin + len(p.lines[n-1].text)
	}
	b.Write(p.data[start:p.lines[p.line-1].end])
	_, err := decode(b.Bytes())
	if err == nil {
		return true
	}
	// What a text lacks that goes on below is no trouble yet.
	if p.line == 1 {
		return false
	}
	_, before := decode(p.data[:p.lines[p.line-2].end])
	return before != nil && reason(before) == reason(err)
}

func reason(err error) string {
	_, what := splitSyntaxError(err)
	return what
}

// above is the nearest line above one that is neither empty nor a comment; 0 where there is none.
func (p *patient) above(line int) int {
	for line--; line > 0; line-- {
		if text := strings.TrimSpace(p.lines[line-1].text); text != "" && text[0] != '#' {
			break
		}
	}
	return line
}

// diagnose finds a slip on the line of the trouble or above it. The line is 0 where there is none.
func (p *patient) diagnose() (line int, message, hint string) {
	for _, find := range []func() (int, string, string){p.oddSpace, p.oddDash, p.openQuote} {
		if line, message, hint = find(); line > 0 {
			return line, message, hint
		}
	}
	return 0, "", ""
}

// odd are characters that look like a space, or like nothing, and are neither to YAML.
const odd = "\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff"

var (
	oddLead  = regexp.MustCompile(`^(?:[ \t` + odd + `]|-[ ` + odd + `])*`)
	oddColon = regexp.MustCompile(`:[ ` + odd + `]*[` + odd + `]`)
	oddRune  = regexp.MustCompile(`[` + odd + `]`)
)

// plainSpaces is a line with plain spaces for odd ones where YAML needs them, and the first odd one.
func plainSpaces(text string) (with string, first rune) {
	replace := func(s string) string {
		return oddRune.ReplaceAllStringFunc(s, func(c string) string {
			r := []rune(c)[0]
			if first == 0 {
				first = r
			}
			if diag.Width(r) == 0 {
				return ""
			}
			return " "
		})
	}
	lead := oddLead.FindString(text)
	with = replace(lead) + oddColon.ReplaceAllStringFunc(text[len(lead):], replace)
	return with, first
}

func (p *patient) oddSpace() (line int, message, hint string) {
	var suspects []int // the nearest first
	first := make(map[int]rune)
	with := make(map[int]string)
	for n := p.line; n > max(p.line-window, 0); n-- {
		text, mark := p.lines[n-1].text, ""
		if n == 1 && strings.HasPrefix(text, string(bom)) {
			text, mark = text[len(bom):], string(bom)
		}
		if text, r := plainSpaces(text); r != 0 {
			suspects = append(suspects, n)
			first[n], with[n] = r, mark+text
		}
	}
	if len(suspects) == 0 {
		return 0, "", ""
	}
	line = suspects[0]
	if !p.cured(with) && (line != p.line || !oddRune.MatchString(oddLead.FindString(p.lines[line-1].text))) {
		return 0, "", ""
	}
	for _, n := range suspects[:min(len(suspects), 3)] {
		if p.cured(map[int]string{n: with[n]}) {
			line = n
			break
		}
	}
	message, hint = oddSpaceText(first[line])
	return line, message, hint
}

func oddSpaceText(r rune) (message, hint string) {
	name := map[rune]string{0xa0: "a no-break space", 0x202f: "a narrow no-break space", 0x2007: "a figure space", 0x3000: "an ideographic space",
		0x200b: "a zero-width space", 0xfeff: "a byte order mark"}[r]
	if name == "" {
		name = "an odd space"
	}
	name += fmt.Sprintf(" (U+%04X)", r)
	if diag.Width(r) == 0 {
		return name + " stands where nothing belongs, though it cannot be seen", "remove it"
	}
	return name + " stands where a plain space belongs", "replace it with a plain space"
}

// keySlip is what is wrong at the beginning of a key that can be read and was meant otherwise; empty where nothing is.
func keySlip(key string) (message, hint string) {
	if key != "" && key[0]|0x20 >= 'a' && key[0]|0x20 <= 'z' {
		return "", "" // every slip is at the beginning; this is called for every key of every award
	}
	if r, n := utf8.DecodeRuneInString(key); oddRune.MatchString(key[:n]) {
		return oddSpaceText(r)
	}
	for _, d := range dashes {
		if d.form.MatchString(key) {
			return d.message, d.hint
		}
	}
	return "", ""
}

// dashes are slips with the dash that begins an item of a list.
var dashes = []struct {
	form          *regexp.Regexp // the second group is to be a dash and a space
	message, hint string
}{
	{regexp.MustCompile(`^(\s*(?:- +)*)(-\t[ \t]*)`), "a tab follows the dash", "write a dash and a space"},
	{regexp.MustCompile(`^(\s*(?:- +)*)(-)[A-Za-z_"'{\[]`), "no space follows the dash", "begin an item of a list with a dash and a space"},
	{regexp.MustCompile(`^(\s*(?:- +)*)([\x{2010}-\x{2015}\x{2212}\x{FE58}\x{FE63}\x{FF0D}] *)`), "this dash is not the one that begins a list item", "write - and a space"},
}

func (p *patient) oddDash() (line int, message, hint string) {
	for _, n := range []int{p.line, p.above(p.line)} {
		if n == 0 {
			continue
		}
		text := p.lines[n-1].text
		for _, d := range dashes {
			m := d.form.FindStringSubmatchIndex(text)
			if m == nil {
				continue
			}
			before, behind := text[:m[4]], text[m[5]:]
			// Below a dash without its space, the other keys may stand in the column of the first.
			if p.cured(map[int]string{n: before + "- " + behind}) || p.cured(map[int]string{n: before + " " + behind}) {
				return n, d.message, d.hint
			}
		}
	}
	return 0, "", ""
}

// openQuote finds a quotation mark that its line does not close, and that was to be closed there: the library reads on
// to the next mark, and is in trouble behind it.
func (p *patient) openQuote() (line int, message, hint string) {
	for n := p.line - 1; n > max(p.line-window, 0); n-- {
		text := strings.TrimRight(p.lines[n-1].text, " \t")
		mark := openMark(text)
		if mark == "" {
			continue
		}
		inner := strings.TrimRight(text, "}], ")
		if p.cured(map[int]string{n: text + mark}) || inner != text && p.cured(map[int]string{n: inner + mark + text[len(inner):]}) {
			message, hint = plainSyntax("found unexpected end of stream")
			return n, message, hint
		}
	}
	return 0, "", ""
}

// openMark is the quotation mark that begins a value on a line and is not closed there; empty where there is none.
func openMark(text string) string {
	begins := true // a value may begin here
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' || c == '\t':
			if i+1 < len(text) && text[i+1] == '#' {
				return ""
			}
		case begins && (c == '"' || c == '\''):
			end := closing(text[i+1:], c)
			if end < 0 {
				return string(c)
			}
			i += 1 + end
			begins = false
		case c == ':' || c == ',' || c == '{' || c == '[':
			begins = true
		case c == '-' && begins:
		default:
			begins = false
		}
	}
	return ""
}

// closing is the place of the mark that closes a text; -1 where there is none.
func closing(text string, mark byte) int {
	for i := 0; i < len(text); i++ {
		switch {
		case mark == '"' && text[i] == '\\':
			i++
		case text[i] != mark:
		case mark == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		default:
			return i
		}
	}
	return -1
}
