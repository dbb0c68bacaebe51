package diag

import (
	"regexp"
	"slices"
	"strings"

	"blazon/internal/near"
)

// isAwardFile reports whether recipients stand in a file of the project. Their identities may be anything, so what is
// shown of such a file is what is known to say nothing about them, and the rest is hidden.
func isAwardFile(file string) bool {
	return strings.HasPrefix(strings.ToLower(file), "content/awards/")
}

// What is known of the keys of award files: those whose values say nothing about who a recipient is, those whose
// values do, and, of the former, those whose values are made of further keys.
var (
	harmlessKeys = []string{"id", "status_index", "badge", "issued", "expires", "public", "awards", "revoked", "erased", "date", "reason",
		"name", "narrative", "evidence", "results", "of", "value", "status", "reissue_of", "reissued_as"}
	secretKeys = []string{"recipient", "email", "url", "telephone", "did", "hash", "salt", "type"}
	outerKeys  = []string{"awards", "revoked", "erased", "evidence", "results"}
)

func isSecretKey(key string) bool { return slices.Contains(secretKeys, strings.ToLower(key)) }

// isMisspelt reports whether a key is a slip for a harmless one: it may be shown, though not what follows it. What is as
// near to a secret key is none, and neither is what may be the name of a person.
func isMisspelt(key string) bool {
	meant, ok := near.Word(key, slices.Concat(secretKeys, harmlessKeys))
	return ok && slices.Contains(harmlessKeys, meant) && (strings.EqualFold(key, meant) || misspelt.MatchString(key))
}

var (
	// beforeColon is the word that a colon follows, without the quotation mark that may close it.
	beforeColon = regexp.MustCompile(`([^\s,{}\[\]"':#]*)["']?\s*$`)
	// misspelt is a key in small letters that is long enough for a slip in it to be one.
	misspelt = regexp.MustCompile(`^[a-z_-]{4,}$`)
	// clock is what stands before the colon of a time.
	clock = regexp.MustCompile(`^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}|[0-9]{2}|[0-9]{2}[+-][0-9]{2})$`)
)

// awardSecret is the byte of an award file's line from where on it is not shown. What comes before it is keys that are
// known and the values of harmless ones. secret says that a secret or something unknown begins there, not just a
// comment. inside says that the line stands below such a place.
func awardSecret(line string, inside bool) (from int, secret bool) {
	if text := strings.TrimRight(line, " \t"); text == "---" || text == "..." {
		return len(line), false
	}
	at := leadIn(line)
	for {
		at = skip(line, at, " \t[{")
		if at == len(line) || line[at] == '#' {
			return at, false
		}
		key, after, ok := keyAt(line, at)
		if !ok {
			return at, true
		}
		switch {
		case isSecretKey(key):
			return skip(line, after, " \t"), true
		case !inside && !slices.Contains(harmlessKeys, key) && isMisspelt(key):
			return skip(line, after, " \t"), true
		case inside || !slices.Contains(harmlessKeys, key):
			return at, true
		}
		at = after
		if slices.Contains(outerKeys, key) {
			continue
		}
		var more bool
		if at, secret, more = valueSecret(line, at); !more {
			return at, secret
		}
	}
}

// valueSecret goes on from the value of a harmless key: every colon must belong to another harmless key or to a time.
// more says that it has come to the value of an outer key.
func valueSecret(line string, at int) (from int, secret, more bool) {
	for i := at; i < len(line); i++ {
		switch c := line[i]; {
		case c == '#' && (line[i-1] == ' ' || line[i-1] == '\t'):
			return i, false, false
		case c == ':':
			m := beforeColon.FindStringSubmatchIndex(line[at:i])
			key := line[at+m[2] : at+m[3]]
			switch {
			case isSecretKey(key):
				return skip(line, i+1, " \t"), true, false
			case slices.Contains(outerKeys, key):
				return i + 1, false, true
			case slices.Contains(harmlessKeys, key), clock.MatchString(key):
				at = i + 1
			case isMisspelt(key):
				return skip(line, i+1, " \t"), true, false
			default:
				return at + m[2], true, false
			}
		}
	}
	return len(line), false, false
}

// keyAt is the key that stands at a place of a line, and where its colon ends. A key with an anchor, a tag or escapes
// is none that is known.
func keyAt(line string, at int) (key string, after int, ok bool) {
	from, to := at, at
	if q := line[at]; q == '"' || q == '\'' {
		from++
		n := strings.IndexByte(line[from:], q)
		if n < 0 {
			return "", 0, false
		}
		to = from + n
		at = to + 1
	} else {
		n := strings.IndexAny(line[at:], " \t,{}[]\"':#&*!|>%@`")
		if n <= 0 {
			return "", 0, false
		}
		to = at + n
		at = to
	}
	at = skip(line, at, " \t")
	if at == len(line) || line[at] != ':' {
		return "", 0, false
	}
	return line[from:to], at + 1, true
}

// leadIn is the length of a line's indentation and dashes.
func leadIn(line string) int {
	at := skip(line, 0, " \t")
	for at < len(line) && (line[at] == '-' || line[at] == '?') {
		next := skip(line, at+1, " \t")
		if next == at+1 && next < len(line) {
			break
		}
		at = next
	}
	return at
}

// skip is the first byte from at on that is not among the given ones.
func skip(line string, at int, bytes string) int {
	for at < len(line) && strings.IndexByte(bytes, line[at]) >= 0 {
		at++
	}
	return at
}

// awardLines knows which lines of an award file stand, by their indentation, below a line with something secret: a
// recipient's mapping, or a text on several lines.
type awardLines struct {
	known []bool
	open  []level // the lines that the next one may stand below
}

type level struct {
	col    int
	secret bool
}

// inside reports whether the line n, counted from 0, stands below something secret.
func (a *awardLines) inside(s *source, n int) bool {
	for len(a.known) <= n {
		a.known = append(a.known, a.next(s.line(len(a.known))))
	}
	return a.known[n]
}

func (a *awardLines) next(line string) bool {
	if text := strings.TrimLeft(line, " \t"); text == "" || text[0] == '#' {
		return false
	}
	if len(line) > longestLine {
		a.open = a.open[:0]
		return true
	}
	col := skip(line, leadIn(line), " \t[{")
	for len(a.open) > 0 && a.open[len(a.open)-1].col >= col {
		a.open = a.open[:len(a.open)-1]
	}
	below := len(a.open) > 0 && a.open[len(a.open)-1].secret
	_, secret := awardSecret(line, below)
	a.open = append(a.open, level{col, below || secret})
	return below
}
