package roster

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
)

// The columns that Results and Rejected add to those of the list.
var (
	resultColumns   = []string{"award_status", "award_id", "award_url"}
	rejectedColumns = []string{"line", "error"}
)

// Result is what became of a row.
type Result struct {
	Row     Row
	Status  string // "new", or what stands there already
	ID, URL string // of its award
}

// Results is the list as CSV with what became of each row, for letters and for the next program. It has the list's own
// separator, in UTF-8, and a byte order mark where the list had one.
func (t *Table) Results(results []Result) []byte {
	rows := make([][]string, len(results))
	for i, r := range results {
		rows[i] = append(t.own(r.Row, resultColumns), r.Status, r.ID, r.URL)
	}
	return t.write(resultColumns, rows)
}

// Rejection is a row that was not taken.
type Rejection struct {
	Row Row
	Why string
}

// Rejected is a list of the rows that were not taken, as Results writes it. Corrected, it can be read again.
func (t *Table) Rejected(rejections []Rejection) []byte {
	rows := make([][]string, len(rejections))
	for i, r := range rejections {
		rows[i] = append(t.own(r.Row, rejectedColumns), strconv.Itoa(r.Row.Line), r.Why)
	}
	return t.write(rejectedColumns, rows)
}

// IsResult reports whether a file is one that Results wrote, or Rejected.
func IsResult(data []byte) bool {
	header, _, _ := bytes.Cut(data, []byte("\n"))
	for _, columns := range [][]string{resultColumns, rejectedColumns} {
		missing := false
		for _, c := range columns {
			missing = missing || !bytes.Contains(header, []byte(c))
		}
		if !missing {
			return true
		}
	}
	return false
}

// own are a row's cells without those of the columns that are added.
func (t *Table) own(row Row, added []string) []string {
	var cells []string
	for i, h := range t.Header {
		if !slices.Contains(added, h) {
			cells = append(cells, row.Cells[i])
		}
	}
	return cells
}

func (t *Table) write(added []string, rows [][]string) []byte {
	var b bytes.Buffer
	if t.BOM {
		b.WriteString("\ufeff")
	}
	w := csv.NewWriter(&b)
	if t.Separator != 0 {
		w.Comma = t.Separator
	}
	_ = w.Write(append(t.own(Row{Cells: t.Header}, added), added...)) // a buffer takes everything
	_ = w.WriteAll(rows)
	return b.Bytes()
}
