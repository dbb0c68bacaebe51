package artwork

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// text is a piece of the file after decoding that knows where each of its bytes came from.
type text struct {
	s     string
	start int     // offset in the file of s[0] where from is nil: s stands there byte for byte
	from  []int32 // otherwise the offset in the file of each byte of s
}

// offset is the place in the file of t.s[i].
func (t text) offset(i int) int {
	if t.from == nil {
		return t.start + i
	}
	return int(t.from[i])
}

// builder puts a text together.
type builder struct {
	s    []byte
	from []int32
}

// grow makes room for n bytes.
func (b *builder) grow(n int) {
	b.s, b.from = slices.Grow(b.s, n), slices.Grow(b.from, n)
}

// rune adds one character that was decoded from the given place.
func (b *builder) rune(r rune, from int) {
	before := len(b.s)
	b.s = utf8.AppendRune(b.s, r)
	for range len(b.s) - before {
		b.from = append(b.from, int32(from))
	}
}

// text adds another text.
func (b *builder) text(t text) { b.part(t, 0, len(t.s)) }

// part adds t.s[from:to].
func (b *builder) part(t text, from, to int) {
	b.s = append(b.s, t.s[from:to]...)
	for i := from; i < to; i++ {
		b.from = append(b.from, int32(t.offset(i)))
	}
}

func (b *builder) done() text { return text{s: string(b.s), from: b.from} }

// position turns an offset into line and column. A line ends as XML says: with LF, CR LF or CR.
func position(src string, offset int) (line, col int) {
	line, start := 1, 0
	for i := range offset {
		if src[i] == '\n' || src[i] == '\r' && !strings.HasPrefix(src[i+1:], "\n") {
			line, start = line+1, i+1
		}
	}
	return line, utf8.RuneCountInString(src[start:offset]) + 1
}

// maxQuote is how many characters of a file are quoted, be it content or a name.
const maxQuote = 40

// quote shortens content for a message: white space becomes single spaces, what cannot be printed a replacement
// character, and e-mail addresses stars.
func quote(s string) string {
	// Four bytes a character and as much again for white space; the rest cannot be shown anyway. An address that
	// is cut in two by this lies beyond what is shown.
	if len(s) > 8*maxQuote {
		s = s[:8*maxQuote]
	}
	var out []rune
	for _, r := range strings.Join(strings.Fields(s), " ") {
		if !unicode.IsPrint(r) {
			r = utf8.RuneError
		}
		out = append(out, r)
	}
	maskAddresses(out)
	if len(out) > maxQuote {
		out = append(out[:maxQuote-1], '…')
	}
	return string(out)
}

// maskAddresses overwrites everything that could be an e-mail address, at equal width.
func maskAddresses(s []rune) {
	part := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._%+-", r)
	}
	for i, r := range s {
		if r != '@' {
			continue
		}
		from, to := i, i+1
		for from > 0 && part(s[from-1]) {
			from--
		}
		for to < len(s) && part(s[to]) {
			to++
		}
		if from == i || to == i+1 {
			continue
		}
		for j := from; j < to; j++ {
			s[j] = '*'
		}
	}
}
