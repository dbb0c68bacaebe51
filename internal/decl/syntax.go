package decl

import (
	"fmt"
	"regexp"
	"strings"

	"blazon/internal/diag"
	"blazon/internal/rule"
)

// syntaxProblem says in plain words what the YAML library says, on the line where the trouble shows.
func syntaxProblem(path string, data []byte, skip int, err error) diag.Problem {
	line, what := splitSyntaxError(err)
	lines := splitLines(data)
	if found := troubleLine(data, lines, line, what); found > 0 {
		line = found
	}
	pos := diag.Pos{File: path}
	if line < 1 || line > len(lines) {
		message, hint := plainSyntax(what)
		return rule.Syntax.At(pos, hint, "%s", message)
	}
	patient := patient{data: data, lines: lines, line: line, tries: 8}
	at, message, hint := patient.diagnose()
	if at == 0 {
		at, message, hint = explain(lines, line, what)
	}
	pos.Line = at + skip
	return rule.Syntax.At(pos, hint, "%s", message)
}

// splitSyntaxError takes "yaml: line 3: what" apart. The line is 0 where the library gives none.
func splitSyntaxError(err error) (line int, what string) {
	what = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(what, "line "); ok {
		if n, _ := fmt.Sscanf(rest, "%d:", &line); n == 1 {
			_, what, _ = strings.Cut(rest, ": ")
		}
	}
	return line, what
}

// textLine is a line of a file without its end, and where the next one starts.
type textLine struct {
	text string
	end  int
}

func splitLines(data []byte) []textLine {
	var lines []textLine
	start := 0
	for i := 0; i < len(data); {
		n := diag.LineBreak(data[i:])
		if n == 0 {
			i++
			continue
		}
		lines = append(lines, textLine{string(data[start:i]), i + n})
		i += n
		start = i
	}
	if start < len(data) {
		lines = append(lines, textLine{string(data[start:]), len(data)})
	}
	return lines
}

// troubleLine is the first line with which the file fails as it does as a whole; 0 where there is none. The library
// names the start of the construct that it could not finish, or a line beside it, or none. The search begins there and
// strides out, as each try reads the file up to a line.
func troubleLine(data []byte, lines []textLine, named int, what string) int {
	fails := func(n int) bool {
		_, err := decode(data[:lines[n-1].end])
		if err == nil {
			return false
		}
		_, w := splitSyntaxError(err)
		return w == what
	}
	if len(lines) == 0 {
		return 0
	}
	high := min(max(named, 1), len(lines))
	for stride := 1; !fails(high); stride *= 2 {
		if high == len(lines) {
			return 0
		}
		high = min(high+stride, len(lines))
	}
	low := high - 1
	for stride := 2; low > 0 && fails(low); stride *= 2 {
		high, low = low, max(low-stride, 0)
	}
	for high-low > 1 { // low does not fail so, high does
		if middle := (low + high) / 2; fails(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

var (
	// afterQuote is a value in quotation marks with more behind it.
	afterQuote = regexp.MustCompile(`^\s*(?:- +)*(?:[^\s"'#]+:\s+)?(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*[^\s,:#}\]]`)
	// afterBracket is a list or mapping in brackets with more behind it.
	afterBracket = regexp.MustCompile(`^\s*(?:- +)*(?:[^\s"'#]+:\s+)?(?:\[[^\[\]]*\]|\{[^{}]*\})\s*[^\s,:#}\]]`)
	// noSpace is a key with its value right behind the colon.
	noSpace = regexp.MustCompile(`^\s*(?:- +)*[A-Za-z_]+:[^\s:/]`)
	// oneKey is a line with a key and no other in its value: a colon there is inside of a word, as in a link.
	oneKey = regexp.MustCompile(`^\s*(?:- +)*[^\s:#"'{\[][^:]*:(?:\s+(?:[^:]|:\S)*)?$`)
)

// explain says what is wrong on a line, or on the one above that the line shows to be wrong.
func explain(lines []textLine, line int, what string) (at int, message, hint string) {
	text := lines[line-1].text
	above := line - 1
	for above > 0 && (strings.TrimSpace(lines[above-1].text) == "" || strings.HasPrefix(strings.TrimSpace(lines[above-1].text), "#")) {
		above--
	}
	is := func(s string) bool { return strings.Contains(what, s) }
	switch {
	case strings.HasPrefix(text, "%") && !is("incompatible"):
		message, hint = plainSyntax("directive")
		return line, message, hint
	case strings.Contains(leadingSpace(text), "\t"):
		return line, "a tab stands where YAML indents with spaces", "indent with spaces"
	case (is("did not find expected key") || is("did not find expected '-' indicator") || is("did not find expected <document start>")) &&
		afterQuote.MatchString(text):
		return line, "text follows a closing quotation mark", `put all of it between quotation marks; between '...' an apostrophe is written ''`
	case (is("did not find expected key") || is("did not find expected '-' indicator") || is("did not find expected <document start>")) &&
		afterBracket.MatchString(text):
		return line, "text follows a closing bracket", "put all of it between quotation marks"
	case strings.HasPrefix(strings.TrimLeft(text, " -"), ":"):
		return line, "a key is missing before the colon", "write key: value, or put the text between quotation marks"
	case is("could not find expected ':'") && noSpace.MatchString(text):
		return line, "no space follows the colon", "write key: value, with a space after the colon"
	case (is("mapping values are not allowed") || is("did not find expected <document start>")) && oneKey.MatchString(text) && above > 0 &&
		!isMark(lines[above-1].text):
		switch before := lines[above-1].text; {
		case !strings.Contains(before, ":"):
			message, hint = plainSyntax("could not find expected ':'")
			return above, message, hint
		case len(leadingSpace(text)) > len(leadingSpace(before)):
			return line, "this line is indented further than the key above it, which has a value already",
				"begin each key of a mapping in the same column"
		}
	}
	message, hint = plainSyntax(what)
	if (is("expected ',' or '}'") || is("expected ',' or ']'")) && strings.Contains(text, "?") {
		// The library ends a text in brackets at a question mark, though YAML 1.2 does not.
		hint = "put a link that holds a ? between quotation marks; otherwise " + hint
	}
	return line, message, hint
}

// isMark reports whether a line is one of those between documents.
func isMark(line string) bool {
	text := strings.TrimRight(line, " \t")
	return text == "---" || text == "..."
}

func leadingSpace(s string) string { return s[:len(s)-len(strings.TrimLeft(s, " \t"))] }

// plainSyntax is the library's message in a writer's words.
func plainSyntax(what string) (message, hint string) {
	for _, m := range []struct{ theirs, message, hint string }{
		{"mapping values are not allowed", "a colon stands where no key can be", `put text that holds ": " between quotation marks`},
		{"could not find expected ':'", "a line that is neither a key with a colon nor part of a text", "write key: value, and indent the lines of a longer text"},
		{"did not find expected key", "the indentation breaks the mapping here", "begin each key of a mapping in the same column"},
		{"did not find expected '-' indicator", "the indentation breaks the list here", "begin each item of a list with a dash in the same column"},
		{"did not find expected ',' or ']'", "a list in brackets is not closed, or a comma is missing", "write [one, two]"},
		{"did not find expected ',' or '}'", "a mapping in braces is not closed, or a comma is missing", "write {key: value, key: value}"},
		{"found unexpected end of stream", "a quotation mark is opened and never closed", "close it, or remove it"},
		{"found unexpected document indicator", "a quotation mark is opened and never closed", "close it, or remove it"},
		{"found character that cannot start any token", "a character that cannot begin a value", "put the value between quotation marks"},
		{"found unknown escape character", "an escape that YAML does not know", `inside double quotation marks, write \\ for a backslash`},
		{"did not find expected hexdecimal number", "an escape that YAML does not know", `inside double quotation marks, write \\ for a backslash`},
		{"found invalid Unicode character escape code", "an escape that YAML does not know", `inside double quotation marks, write \\ for a backslash`},
		{"unknown anchor", "an alias (*name) without its anchor (&name)", "write the value out, or put it between quotation marks"},
		{"block sequence entries are not allowed", "a list starts where it cannot", "put the list on lines of its own, below its key"},
		{"mapping keys are not allowed", "a question mark stands where no key can be", "put the value between quotation marks"},
		{"found unexpected non-alphabetical character", "a % begins the line, which makes it a directive", "remove the line, or put the text between quotation marks"},
		{"version number", "a % begins the line, which makes it a directive", "remove the line, or put the text between quotation marks"},
		{"digit or '.'", "a % begins the line, which makes it a directive", "remove the line, or put the text between quotation marks"},
		{"directive", "a % begins the line, which makes it a directive", "remove the line, or put the text between quotation marks"},
		{"found incompatible YAML document", "a version of YAML other than 1.2", "remove the line that begins with %YAML"},
		{"did not find expected <document start>", "something stands before or after the document that is not part of it", "indent it, or remove it"},
		{"did not find expected node content", "a value is missing", "write the value"},
		{"found a tab character", "a tab stands where YAML indents with spaces", "indent with spaces"},
		{"found an indentation indicator equal to 0", "a 0 follows the | or > of a long text", "leave it out"},
		{"did not find expected comment or line break", "something follows the | or > of a long text", "start the text on the next line"},
		{"did not find expected alphabetic or numeric character", "an & or * that begins no name", "put the value between quotation marks"},
		{"found undefined tag handle", "a tag (!) that is not defined", "put the value between quotation marks"},
		{"tag", "a tag (!) that cannot be read", "put the value between quotation marks"},
		{"URI", "a tag (!) that cannot be read", "put the value between quotation marks"},
		{"expected '!'", "a tag (!) that cannot be read", "put the value between quotation marks"},
		{"expected whitespace", "a tag (!) that cannot be read", "put the value between quotation marks"},
		{"expected '>'", "a tag (!) that cannot be read", "put the value between quotation marks"},
		{"exceeded max depth", "values are nested too deeply", "nest them less"},
	} {
		if strings.Contains(what, m.theirs) {
			return m.message, m.hint
		}
	}
	return "this is not YAML", "compare it with the examples in docs/yaml.md"
}
