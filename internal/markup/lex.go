package markup

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// decode resolves references. Line ends and other white space stay as they are, since nobody who looks at the result
// tells one from the other.
func (r *Reader) decode(raw string, start int) (Text, error) {
	if !strings.Contains(raw, "&") {
		return Text{S: raw, start: start}, nil
	}
	var out Builder
	for i := 0; i < len(raw); {
		c, size := utf8.DecodeRuneInString(raw[i:])
		at := start + i
		if c != '&' {
			out.Rune(c, at)
			i += size
			continue
		}
		end := strings.IndexByte(raw[i:], ';')
		if end < 0 {
			return Text{}, r.Errorf(at, "\"&\" does not begin an entity; write &amp;")
		}
		reference := raw[i+1 : i+end]
		if decoded, ok := character(reference); ok {
			out.Rune(decoded, at)
		} else if r.typed && isName(reference) {
			out.Part(Text{S: raw, Entities: true, start: start}, i, i+end+1)
		} else {
			return Text{}, r.Errorf(at, "entity %q is not known", Quote("&"+reference+";"))
		}
		i += end + 1
	}
	return out.Done(), nil
}

// character is the character that a reference stands for, given without & and semicolon (XML 1.0, section 4.1).
func character(reference string) (rune, bool) {
	switch reference {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	digits, ok := strings.CutPrefix(reference, "#")
	if !ok {
		return 0, false
	}
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	// ParseUint takes digits only, no sign and, with a base given, no underscore.
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune || !isChar(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

// quoted reads a value in quotes and returns what is between them.
func (r *Reader) quoted() (string, error) {
	rest := r.src[r.at:]
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", r.Errorf(r.at, "a value must stand in quotes")
	}
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return "", r.Errorf(r.at, "quotes are not closed")
	}
	r.at += end + 2
	return rest[1 : end+1], nil
}

// qualified reads a name with or without a prefix (Namespaces in XML 1.0, production 7).
func (r *Reader) qualified() (Name, error) {
	at := r.at
	for i, c := range r.src[at:] {
		if !isNameChar(c) && c != ':' {
			break
		}
		r.at = at + i + utf8.RuneLen(c)
	}
	whole := r.src[at:r.at]
	if whole == "" {
		return Name{}, r.Errorf(at, "a name is missing, found %q", firstRune(r.src[at:]))
	}
	prefix, local, ok := strings.Cut(whole, ":")
	if !ok {
		prefix, local = "", whole
	}
	if !isName(local) || ok && !isName(prefix) {
		return Name{}, r.Errorf(at, "%q is not a name", Quote(whole))
	}
	return Name{Prefix: prefix, Local: local}, nil
}

// space passes over white space and reports whether there was any.
func (r *Reader) space() bool {
	at := r.at
	for r.at < len(r.src) && isSpace(r.src[r.at]) {
		r.at++
	}
	return r.at > at
}

// skip passes over s if it comes next.
func (r *Reader) skip(s string) bool {
	if !strings.HasPrefix(r.src[r.at:], s) {
		return false
	}
	r.at += len(s)
	return true
}

func firstRune(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// isChar is production 2 of XML 1.0.
func isChar(c rune) bool {
	return c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xd7ff ||
		c >= 0xe000 && c <= 0xfffd || c >= 0x10000 && c <= utf8.MaxRune
}

// isName is the production NCName: a name without a colon.
func isName(s string) bool {
	for i, c := range s {
		if i == 0 && !isNameStart(c) || !isNameChar(c) {
			return false
		}
	}
	return s != ""
}

// isNameStart and isNameChar are productions 4 and 4a of XML 1.0 (fifth edition) without the colon.
func isNameStart(c rune) bool {
	switch {
	case c < 0x80:
		return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z'
	case c < 0x300:
		return c >= 0xc0 && c != 0xd7 && c != 0xf7
	case c < 0x2000:
		return c >= 0x370 && c != 0x37e
	}
	return c == 0x200c || c == 0x200d || c >= 0x2070 && c <= 0x218f || c >= 0x2c00 && c <= 0x2fef ||
		c >= 0x3001 && c <= 0xd7ff || c >= 0xf900 && c <= 0xfdcf || c >= 0xfdf0 && c <= 0xfffd ||
		c >= 0x10000 && c <= 0xeffff
}

func isNameChar(c rune) bool {
	return isNameStart(c) || c == '-' || c == '.' || c >= '0' && c <= '9' || c == 0xb7 ||
		c >= 0x300 && c <= 0x36f || c == 0x203f || c == 0x2040
}
