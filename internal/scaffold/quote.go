package scaffold

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// plain is text that every reader of YAML takes for text, alone and in a list in brackets.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._/+-]*( [A-Za-z0-9._/+-]+)*$`)

// words are values and not texts, in YAML 1.1 or 1.2.
var words = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan"}

// YAML is a text as a scalar of YAML, with quotation marks where it could be taken for something else. Characters that
// cannot be seen, and those that turn the direction of what follows, are written as escapes.
func YAML(s string) string {
	if plain.MatchString(s) && !slices.Contains(words, strings.ToLower(s)) || address.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

// address is an e-mail or web address that needs no quotation marks.
var address = regexp.MustCompile(`^(https?://|[A-Za-z][A-Za-z0-9._+-]*@)[A-Za-z][A-Za-z0-9._/-]*$`)

// Markdown is a text in a line of Markdown (CommonMark 0.31 §2.4), without effect on its form.
func Markdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>()#+!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// bare is a word that no shell reads anything into.
var bare = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=-]+$`)

// Shell is a text as one word of a POSIX shell.
func Shell(s string) string {
	if bare.MatchString(s) && !strings.HasPrefix(s, "-") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
