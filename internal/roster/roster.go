// Package roster reads lists of people from spreadsheets: CSV in the forms in which programs and people write it, and
// JSON Lines. It finds the separator and the encoding from the bytes, maps columns to what an award states by their
// names, and makes awards of the rows.
//
// What it says of a file names lines, never what stands in a cell: that may be an address. Whether the awards are right
// is not for it to say.
package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"

	"blazon/internal/diag"
)

// The largest file that is read, in bytes; and the most rows and columns, and characters in a cell, as Excel has it.
const (
	MaxFile    = 64 << 20
	MaxRows    = 100_000
	MaxColumns = 256
	MaxCell    = 32_767
)

// maxProblems is after how many lines that are no CSV reading stops.
const maxProblems = 50

// Table is a list as it was read.
type Table struct {
	Name      string // of the file, for problems
	Header    []string
	Rows      []Row
	Encoding  string // "UTF-8", "Windows-1252" or "UTF-16"
	Separator rune   // of CSV; 0 where it is JSON Lines
	BOM       bool   // a byte order mark began the file: Excel wants one

	headerLine int
}

// Row is one row of a list, with a cell for each column.
type Row struct {
	Line  int // at which it begins in the file
	Cells []string
	Wrong *diag.Problem // why the row cannot be read; nil where it can
}

// problem is something that is wrong at a line of the list.
func (t *Table) problem(line int, hint, format string, args ...any) diag.Problem {
	return diag.Problem{Pos: diag.Pos{File: t.Name, Line: line}, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Read reads a list. The problems are those that leave it in doubt what its rows are; a row that is wrong by itself says
// so.
func Read(name string, data []byte) (*Table, []diag.Problem) {
	t := &Table{Name: name, Encoding: "UTF-8"}
	switch {
	case len(data) > MaxFile:
		return t, []diag.Problem{t.problem(0, "split it", "the file is larger than %d MiB", MaxFile>>20)}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return t, []diag.Problem{t.problem(0, "save it as CSV; Excel calls it CSV UTF-8", "the file is a workbook, not CSV")}
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return t, []diag.Problem{t.problem(0, "save the list that it was made from as CSV", "the file is a PDF, not CSV")}
	}
	text, problem := t.decode(data)
	if problem != nil {
		return t, []diag.Problem{*problem}
	}
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // as old programs write it
	}
	switch first := strings.TrimLeft(text, " \t\r\n"); {
	case first == "":
		return t, []diag.Problem{t.problem(0, "", "the file is empty")}
	case first[0] == '{':
		return t, t.readJSON(text)
	case first[0] == '[':
		return t, []diag.Problem{t.problem(1, "write one object on each line (JSON Lines): jq -c '.[]' makes them of a list", "the file is a JSON list")}
	case first[0] == '<':
		return t, []diag.Problem{t.problem(1, "download the list anew, as CSV: what came may be a page that asks to log in", "the file is a web page or XML, not CSV")}
	}
	return t, t.readCSV(text)
}

// decode makes UTF-8 of the file.
func (t *Table) decode(data []byte) (string, *diag.Problem) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		t.BOM, data = true, data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		t.BOM, t.Encoding = true, "UTF-16"
		text, err := utf16.UTF16(utf16.LittleEndian, utf16.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			p := t.problem(0, "save it as UTF-8", "the file is no text")
			return "", &p
		}
		data = text
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		p := t.problem(1+bytes.Count(data[:at], []byte("\n")), "save it as UTF-8", "the file holds a NUL character: it is no text, or UTF-16 that does not say so")
		return "", &p
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	t.Encoding = "Windows-1252"
	text, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if at := bytes.IndexRune(text, utf8.RuneError); err == nil && at >= 0 { // bytes that Windows-1252 does not use
		p := t.problem(1+bytes.Count(text[:at], []byte("\n")), "save it as UTF-8", "the file is neither UTF-8 nor Windows-1252")
		return "", &p
	}
	if err != nil {
		p := t.problem(0, "save it as UTF-8", "the file is no text")
		return "", &p
	}
	return string(text), nil
}

// readCSV reads the table of a text.
func (t *Table) readCSV(text string) []diag.Problem {
	skipped := 0
	if line, rest, _ := strings.Cut(text, "\n"); len(strings.TrimRight(line, "\r")) == 5 && strings.EqualFold(line[:4], "sep=") {
		t.Separator = rune(line[4]) // Excel's own way to say it
		text, skipped = rest, 1
	}
	if !slices.Contains([]rune{';', ',', '\t', '|'}, t.Separator) {
		t.Separator = separatorOf(text)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = t.Separator, -1, t.Separator != '\t'
	var problems []diag.Problem
	for len(problems) < maxProblems {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		switch {
		case errors.As(err, &wrong):
			problems = append(problems, t.problem(wrong.StartLine+skipped, `put a text that holds " or line breaks between quotation marks, and write each " in it twice`,
				"a quotation mark stands amid a text, or is not closed"))
			continue
		case err != nil:
			return append(problems, t.problem(0, "", "couldn't be read: %s", err))
		}
		line, _ := r.FieldPos(0)
		if problem := t.add(line+skipped, cells); problem != nil {
			problems = append(problems, *problem)
		}
		if len(t.Rows) > MaxRows {
			return append(problems, t.problem(0, "split it", "the file has more than %d rows", MaxRows))
		}
	}
	if t.Header == nil && len(problems) == 0 {
		problems = append(problems, t.problem(0, "", "the file is empty"))
	}
	return problems
}

// separatorOf is the sign that stands most often between the cells of the first line.
func separatorOf(text string) rune {
	counts := make(map[rune]int)
	quoted := false
	for _, r := range strings.TrimLeft(text, "\r\n") {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[r]++
		}
	}
	best := ','
	for _, r := range []rune{';', '\t', '|'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// add adds a line of cells: the header, or a row. Rows without anything in them are passed over.
func (t *Table) add(line int, cells []string) *diag.Problem {
	problem := func(p diag.Problem) *diag.Problem { return &p }
	var wrong *diag.Problem
	for i, c := range cells {
		if len(c) > MaxCell && utf8.RuneCountInString(c) > MaxCell {
			wrong = problem(t.problem(line, "a quotation mark may be missing", "a cell holds more than %d characters", MaxCell))
			c = ""
		}
		cells[i] = trim(c)
	}
	if wrong == nil && !slices.ContainsFunc(cells, func(c string) bool { return c != "" }) {
		return nil
	}
	if t.Header == nil {
		if wrong != nil {
			return wrong
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) > MaxColumns {
			return problem(t.problem(line, "", "the file has more than %d columns", MaxColumns))
		}
		t.Header, t.headerLine = cells, line
		return nil
	}
	for len(cells) > len(t.Header) && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if n, want := len(cells), len(t.Header); n != want {
		wrong = problem(t.problem(line, fmt.Sprintf("put a text with a %s in it between quotation marks; leave a cell empty where there is nothing to say", separatorName(t.Separator)),
			"the row has %s, and the header %d", diag.Count(n, "cell", "cells"), want))
		if n > want { // the last cell shows what was too much
			cells = append(cells[:want-1:want-1], strings.Join(cells[want-1:], string(t.Separator)))
		}
		cells = append(cells, make([]string, want-len(cells))...)
	}
	t.Rows = append(t.Rows, Row{Line: line, Cells: cells, Wrong: wrong})
	return nil
}

func separatorName(r rune) string {
	return map[rune]string{';': "semicolon", '\t': "tab", ',': "comma", '|': "bar"}[r]
}

// trim takes away blanks around a text, those too that cannot be told from others or seen at all.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u200e' || r == '\u200f'
	})
}
