package markup

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is a piece of the file after decoding that knows where each of its bytes came from. Line ends and other white
// space are as they stand in the file, not as XML has them reach an application.
type Text struct {
	S        string
	Entities bool // it has references to entities that a DOCTYPE may declare, as they are written

	start int     // offset in the file of S[0] where from is nil: S stands there byte for byte
	from  []int32 // otherwise the offset in the file of each byte of S
}

// Offset is the place in the file of t.S[i]: of the whole reference where it was decoded from one.
func (t Text) Offset(i int) int {
	if t.from == nil {
		return t.start + i
	}
	return int(t.from[i])
}

// Builder puts a text together. The zero value is ready.
type Builder struct {
	s        []byte
	from     []int32
	entities bool
}

// Grow makes room for n bytes.
func (b *Builder) Grow(n int) {
	b.s, b.from = slices.Grow(b.s, n), slices.Grow(b.from, n)
}

// Rune adds one character that was decoded from the given place.
func (b *Builder) Rune(r rune, from int) {
	before := len(b.s)
	b.s = utf8.AppendRune(b.s, r)
	for range len(b.s) - before {
		b.from = append(b.from, int32(from))
	}
}

// Text adds another text.
func (b *Builder) Text(t Text) { b.Part(t, 0, len(t.S)) }

// Part adds t.S[from:to].
func (b *Builder) Part(t Text, from, to int) {
	b.entities = b.entities || t.Entities
	b.s = append(b.s, t.S[from:to]...)
	for i := from; i < to; i++ {
		b.from = append(b.from, int32(t.Offset(i)))
	}
}

// Done is the text so far.
func (b *Builder) Done() Text { return Text{S: string(b.s), Entities: b.entities, from: b.from} }

// Position turns an offset into line and column, both from 1, the column in characters. A line ends as XML says: with LF, CR LF or CR.
func Position(src string, offset int) (line, col int) {
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

// Quote shortens content for a message: white space becomes single spaces, what cannot be printed a replacement
// character, and e-mail addresses stars.
func Quote(s string) string {
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
