package roster

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/issuance"
)

// Award makes an award of a row. What the row does not state is as in base. The problems are with cells that cannot be
// read, which are left as in base; a cell that is read as it stands is for others to judge.
func (t *Table) Award(columns []Column, row Row, base issuance.Award) (issuance.Award, []diag.Problem) {
	a := base
	if row.Wrong != nil {
		return a, []diag.Problem{*row.Wrong}
	}
	var problems []diag.Problem
	var first, last string
	for i, c := range columns {
		text := row.Cells[i]
		if text == "" {
			continue
		}
		var why, hint string
		switch c.Key {
		case "":
		case Recipient:
			a.Recipient = issuance.RecipientOf(text)
		case Name:
			a.Name = oneLine(text)
		case FirstName:
			first = oneLine(text)
		case LastName:
			last = oneLine(text)
		case Badge:
			a.Badge = text
		case Issued:
			why, hint = date(text, &a.Issued)
		case Expires:
			if strings.EqualFold(text, "never") {
				a.Expires = "never"
			} else {
				why, hint = date(text, &a.Expires)
			}
		case Evidence:
			a.Evidence = nil
			for url := range strings.FieldsSeq(text) {
				a.Evidence = append(a.Evidence, badge.Evidence{URL: url})
			}
		case Narrative:
			a.Narrative = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
		case Public:
			var ok bool
			if a.Public, ok = yesOrNo[strings.ToLower(text)]; !ok {
				why, hint = "is neither yes nor no", "write yes or no"
			}
		default:
			a.Results = append(a.Results[:len(a.Results):len(a.Results)], issuance.Result{Of: strings.TrimPrefix(c.Key, resultPrefix), Value: text})
		}
		if why != "" {
			problems = append(problems, t.problem(row.Line, hint, "%s %s", diag.Quote(c.Header), why))
		}
	}
	if a.Name == "" {
		a.Name = strings.TrimSpace(first + " " + last)
	}
	if a.Recipient.Kind == badge.NoRecipient {
		problems = append(problems, t.problem(row.Line, "write an e-mail address", "the row has no recipient"))
	}
	return a, problems
}

var yesOrNo = map[string]bool{"true": true, "yes": true, "y": true, "ja": true, "oui": true, "x": true, "1": true, "wahr": true,
	"false": false, "no": false, "n": false, "nein": false, "non": false, "0": false, "falsch": false}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

var (
	dayForm    = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00(:00(\.0+)?)?$`)
	dottedForm = regexp.MustCompile(`^([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})$`)
	yearForm   = regexp.MustCompile(`^([0-9]{4})[/-]([0-9]{1,2})[/-]([0-9]{1,2})$`)
	slashForm  = regexp.MustCompile(`^[0-9]{1,4}[/-][0-9]{1,2}[/-][0-9]{1,4}$`)
	serialForm = regexp.MustCompile(`^[0-9]{5}(\.[0-9]+)?$`)
)

// date reads a date as spreadsheets write it into iso. What has one meaning only is taken, and what is no date at all is
// left as it stands for others to judge; why says why another is not taken.
func date(text string, iso *string) (why, hint string) {
	if m := dayForm.FindStringSubmatch(text); m != nil {
		*iso = m[1]
		return "", ""
	}
	if m := dottedForm.FindStringSubmatch(text); m != nil { // the day comes first wherever dates have dots
		return onCalendar(m[3], m[2], m[1], iso)
	}
	if m := yearForm.FindStringSubmatch(text); m != nil { // the month comes next wherever the year is first
		return onCalendar(m[1], m[2], m[3], iso)
	}
	if serialForm.MatchString(text) {
		days, _ := strconv.Atoi(text[:5])
		d := time.Date(1899, 12, 30+days, 0, 0, 0, 0, time.UTC)
		return "is a number, as Excel keeps a date", "give the column a date format such as YYYY-MM-DD and save the file again; " + text[:5] + " is likely " + d.Format(time.DateOnly)
	}
	if slashForm.MatchString(text) {
		return "may be the day or the month first", "write it as 2026-03-14"
	}
	*iso = text
	return "", ""
}

// onCalendar makes iso of a date whose parts are known.
func onCalendar(year, month, day string, iso *string) (why, hint string) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if at.Day() != d || int(at.Month()) != m {
		return "is not on the calendar", "write it as 2026-03-14"
	}
	*iso = at.Format(time.DateOnly)
	return "", ""
}
