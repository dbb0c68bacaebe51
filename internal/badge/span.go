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
	first := time.Date(year, month+time.Month(months), 1, 0, 0, 0, 0, t.Location())
	last := time.Date(first.Year(), first.Month()+1, 0, 0, 0, 0, 0, t.Location()).Day()
	day = min(day, last)
	hour, minute, second := t.Clock()
	return time.Date(first.Year(), first.Month(), day+s.Days, hour, minute, second, t.Nanosecond(), t.Location())
}
