package roster

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"blazon/internal/diag"
)

// readJSON reads JSON Lines: an object on each line, whose keys are the columns.
func (t *Table) readJSON(text string) []diag.Problem {
	columns := make(map[string]int)
	line := 0
	for text != "" {
		line++
		var one string
		one, text, _ = strings.Cut(text, "\n")
		if trim(one) == "" {
			continue
		}
		keys, values, problem := t.object(line, one)
		row := Row{Line: line, Cells: make([]string, len(t.Header)), Wrong: problem}
		for i, key := range keys {
			at, known := columns[key]
			if !known {
				at = len(t.Header)
				columns[key] = at
				t.Header = append(t.Header, key)
				row.Cells = append(row.Cells, "")
			}
			row.Cells[at] = values[i]
		}
		if len(t.Header) > MaxColumns {
			return []diag.Problem{t.problem(line, "", "the file has more than %d keys", MaxColumns)}
		}
		if row.Wrong != nil || slices.ContainsFunc(row.Cells, func(c string) bool { return c != "" }) {
			t.Rows = append(t.Rows, row)
		}
		if len(t.Rows) > MaxRows {
			return []diag.Problem{t.problem(0, "split it", "the file has more than %d rows", MaxRows)}
		}
	}
	t.headerLine = 1
	if len(t.Header) == 0 { // the lines themselves say why
		var problems []diag.Problem
		for _, row := range t.Rows[:min(len(t.Rows), maxProblems)] {
			problems = append(problems, *row.Wrong)
		}
		return problems
	}
	for i := range t.Rows {
		missing := len(t.Header) - len(t.Rows[i].Cells)
		t.Rows[i].Cells = append(t.Rows[i].Cells, make([]string, missing)...)
	}
	return nil
}

// object reads one line.
func (t *Table) object(line int, text string) (keys, values []string, wrong *diag.Problem) {
	problem := func(hint, format string, args ...any) ([]string, []string, *diag.Problem) {
		p := t.problem(line, hint, format, args...)
		return nil, nil, &p
	}
	const oneObject = `write one object on the line: {"email": "name@example.org", "name": "Ada"}`
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if token, err := dec.Token(); err != nil || token != json.Delim('{') {
		return problem(oneObject, "the line is no JSON object")
	}
	for dec.More() {
		token, err := dec.Token()
		key, ok := token.(string)
		if err != nil || !ok {
			return problem(oneObject, "the line is no JSON object")
		}
		var value any
		if err := dec.Decode(&value); err != nil {
			return problem(oneObject, "the line is no JSON object")
		}
		cell, ok := cellOf(value)
		switch {
		case !ok:
			return problem("write a text, a number, true, false, or a list of texts", "the value of %s is an object, or a list of other than texts", diag.Quote(key))
		case utf8.RuneCountInString(cell) > MaxCell:
			return problem("", "the value of %s holds more than %d characters", diag.Quote(key), MaxCell)
		case len(keys) == MaxColumns:
			return problem("", "the line's object has more than %d keys", MaxColumns)
		case slices.Contains(keys, key):
			return problem("keep one of the two", "the key %s stands twice", diag.Quote(key))
		}
		keys, values = append(keys, key), append(values, trim(cell))
	}
	if _, err := dec.Token(); err != nil {
		return problem(oneObject, "the line is no JSON object")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return problem(oneObject, "more stands behind the line's object")
	}
	return keys, values, nil
}

// cellOf is a JSON value as a cell has it.
func cellOf(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	case json.Number:
		return v.String(), true
	case []any:
		var texts []string
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				return "", false
			}
			texts = append(texts, text)
		}
		return strings.Join(texts, "\n"), true
	}
	return "", false
}
