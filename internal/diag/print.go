package diag

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// Printer writes problems for people and for machines. What it writes is masked once more and safe for a terminal,
// whatever the problems and the files hold. It writes problems in the order in which it gets them: see Sort.
type Printer struct {
	W io.Writer
	// Source reads a project's file for the line that a problem is about. Where it is nil or fails, no line is shown.
	Source func(file string) ([]byte, error)
	// Prefix goes before the files' paths: where the project is, unless it is the current folder.
	Prefix string
	// Width is the number of terminal cells that a line of a file may take; 0 is 100.
	Width int
	// Images, where it is not nil, becomes the member "images" of the JSON object.
	Images any

	file  string // of which lines are the lines
	lines *source
}

// Print writes each problem as "file:line:col: message [rule]", then the line that it is about with a caret below the
// column, then its hint.
func (p *Printer) Print(problems []Problem) error {
	w := bufio.NewWriter(p.W)
	for _, d := range problems {
		if where := p.where(d.Pos); where != "" {
			w.WriteString(where + ": ")
		}
		if d.Severity == Warning {
			w.WriteString("warning: ")
		}
		w.WriteString(safe(d.Message))
		if d.Rule != "" {
			w.WriteString(" [" + d.Rule + "]")
		}
		w.WriteString("\n")
		if text, caret, ok := p.excerpt(d.Pos); ok {
			number := strconv.Itoa(d.Line)
			w.WriteString("  " + number + " | " + text + "\n")
			if caret != "" {
				w.WriteString("  " + strings.Repeat(" ", len(number)) + " | " + caret + "\n")
			}
		}
		if d.Hint != "" {
			w.WriteString("  hint: " + safe(d.Hint) + "\n")
		}
	}
	return w.Flush()
}

// where is a position as compilers write it, as far as it is known.
func (p *Printer) where(pos Pos) string {
	where := p.path(pos.File)
	if where == "" || pos.Line < 1 {
		return where
	}
	where += ":" + strconv.Itoa(pos.Line)
	if pos.Col > 0 {
		where += ":" + strconv.Itoa(pos.Col)
	}
	return where
}

// path is a file's name as it is shown. Only what stands in the project is masked: the prefix is the user's own word.
func (p *Printer) path(file string) string {
	file = fileName(file)
	if file == "" || p.Prefix == "" {
		return file
	}
	prefix := strings.TrimSuffix(path.Clean(filepath.ToSlash(p.Prefix)), "/")
	if prefix == "." {
		return file
	}
	return Visible(prefix) + "/" + file
}

// fileName is a file's name without what may be somebody's address or number. A long one is a name still, not a key:
// without it nobody would find the file.
func fileName(file string) string { return Visible(cover(file, join(identities(file)))) }

// safe is a text of a problem as it may leave the program.
func safe(s string) string { return Visible(Mask(s)) }

func (p *Printer) excerpt(pos Pos) (text, caret string, ok bool) {
	if p.Source == nil || pos.File == "" || pos.Line < 1 {
		return "", "", false
	}
	if p.lines == nil || p.file != pos.File {
		data, err := p.Source(pos.File)
		if err != nil {
			data = nil // the problem is told without its line
		}
		p.file, p.lines = pos.File, newSource(pos.File, data)
	}
	return p.lines.excerpt(pos.Line, pos.Col, cmp.Or(p.Width, 100))
}

// JSON writes an object with the problems and their numbers. A line or column that is not known is 0.
func (p *Printer) JSON(problems []Problem) error {
	type problem struct {
		File     string `json:"file"`
		Line     int    `json:"line"`
		Col      int    `json:"col"`
		Severity string `json:"severity"`
		Rule     string `json:"rule"`
		Message  string `json:"message"`
		Hint     string `json:"hint"`
	}
	all := make([]problem, len(problems))
	for i, d := range problems {
		all[i] = problem{p.path(d.File), d.Line, d.Col, d.Severity.String(), d.Rule, safe(d.Message), safe(d.Hint)}
	}
	errors, warnings := Tally(problems)
	enc := json.NewEncoder(p.W)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Problems []problem `json:"problems"`
		Errors   int       `json:"errors"`
		Warnings int       `json:"warnings"`
		Images   any       `json:"images,omitempty"`
	}{all, errors, warnings, p.Images})
}

// GitHub writes each problem as a workflow command, which GitHub Actions shows beside the line in a pull request. The
// prefix must lead from the repository's top to the project.
func (p *Printer) GitHub(problems []Problem) error {
	w := bufio.NewWriter(p.W)
	for _, d := range problems {
		var properties []string
		add := func(name, value string) {
			if value != "" {
				properties = append(properties, name+"="+commandProperty.Replace(value))
			}
		}
		add("file", p.path(d.File))
		if d.File != "" && d.Line > 0 {
			add("line", strconv.Itoa(d.Line))
			if d.Col > 0 {
				add("col", strconv.Itoa(d.Col))
			}
		}
		add("title", d.Rule)
		text := safe(d.Message)
		if d.Hint != "" {
			text += "\nhint: " + safe(d.Hint)
		}
		command := "::" + d.Severity.String()
		if len(properties) > 0 {
			command += " " + strings.Join(properties, ",")
		}
		fmt.Fprintf(w, "%s::%s\n", command, commandText.Replace(text))
	}
	return w.Flush()
}

// The escapes of workflow commands: of their message, and of their properties.
var (
	commandText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// Tally counts the errors and the warnings.
func Tally(problems []Problem) (errors, warnings int) {
	for _, d := range problems {
		if d.Severity == Warning {
			warnings++
		} else {
			errors++
		}
	}
	return errors, warnings
}

// Summary words the numbers of problems: "2 errors, 1 warning", or "no problems".
func Summary(problems []Problem) string {
	errors, warnings := Tally(problems)
	switch {
	case errors == 0 && warnings == 0:
		return "no problems"
	case warnings == 0:
		return Count(errors, "error", "errors")
	case errors == 0:
		return Count(warnings, "warning", "warnings")
	}
	return Count(errors, "error", "errors") + ", " + Count(warnings, "warning", "warnings")
}

// Count is a number with its noun: Count(1, "error", "errors") is "1 error".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
