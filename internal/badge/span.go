package badge

import (
	"fmt"
	"time"
)

// Span is a length of time in calendar terms. At most one field is set.
type Span struct {
	Years, Months, Days int
}

// IsZero reports whether the span is empty.
func (s Span) IsZero() bool { return s == Span{} }

// String is the span as a declaration writes it: "2y", "18mo", "90d".
func (s Span) String() string {
	switch {
	case s.Years != 0:
		return fmt.Sprintf("%dy", s.Years)
	case s.Months != 0:
		return fmt.Sprintf("%dmo", s.Months)
	case s.Days != 0:
		return fmt.Sprintf("%dd", s.Days)
	}
	return ""
}

// After is the moment one span after t, counted on the calendar of t's zone. Where the target month is shorter, the
// day is its last one: a month after 31 January is 28 or 29 February.
func (s Span) After(t time.Time) time.Time {
	months := 12*s.Years + s.Months
	year, month, day := t.Date()
	first := time.Date(year, month+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(first.Year(), first.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	day = min(day, last)
	hour, minute, second := t.Clock()
	return Moment(first.Year(), first.Month(), day+s.Days, hour, minute, second, t.Location())
}

// Moment is a date and a time of a zone's clocks. Of a time that the clocks show twice it is the first, and one that they
// skip counts on from before the change: 00:00 is then 01:00 of the same day. time.Date leaves both open, and what was
// issued must not move with the Go release.
func Moment(year int, month time.Month, day, hour, minute, second int, in *time.Location) time.Time {
	wall := time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	at := func(near time.Time) (t time.Time, fits bool) {
		_, offset := near.In(in).Zone()
		t = wall.Add(-time.Duration(offset) * time.Second).In(in)
		_, got := t.Zone()
		return t, got == offset
	}
	before, fits := at(wall.Add(-24 * time.Hour))
	if fits {
		return before
	}
	if after, fits := at(wall.Add(24 * time.Hour)); fits {
		return after
	}
	return before
}
