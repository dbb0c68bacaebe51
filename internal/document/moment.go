package document

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"time"
)

var (
	dateTime = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d)(:\d\d)?(\.\d{1,12})?([Zz]|[+-]\d\d(?::?\d\d)?)$`)
	unix     = regexp.MustCompile(`^1\d{9}$`)
)

// ErrZone says that a date has no time or no zone, so that it is not one moment everywhere.
var ErrZone = errors.New("has no time or no time zone")

// Moment reads a date with time and zone: ISO 8601 as Open Badges 2.0 has it ("DateTime"), which includes RFC 3339 and the
// xsd:dateTime of 3.0 that validators insist on.
func Moment(s string) (time.Time, error) {
	m := dateTime.FindStringSubmatch(s)
	if m == nil {
		if _, err := time.Parse(time.DateOnly, s); err == nil {
			return time.Time{}, ErrZone
		}
		if _, err := time.Parse("2006-01-02T15:04:05.999999999", s); err == nil {
			return time.Time{}, ErrZone
		}
		return time.Time{}, errors.New("is not a date and time")
	}
	seconds, zone := m[3], m[5]
	if seconds == "" {
		seconds = ":00"
	}
	switch len(zone) {
	case 1:
		zone = "Z"
	case 3:
		zone += ":00"
	case 5:
		zone = zone[:3] + ":" + zone[3:]
	}
	clock := m[2]
	// A leap second and midnight's other name are moments too.
	extra := time.Duration(0)
	if seconds == ":60" {
		seconds, extra = ":59", time.Second
	}
	if clock == "24:00" && seconds == ":00" {
		clock, extra = "00:00", 24*time.Hour
	}
	t, err := time.Parse(time.RFC3339Nano, m[1]+"T"+clock+seconds+fraction(m[4])+zone)
	if err != nil {
		return time.Time{}, errors.New("is not on the calendar")
	}
	return t.Add(extra), nil
}

// fraction is what time can hold of a fraction of a second.
func fraction(s string) string { return s[:min(len(s), 10)] }

// Loose reads a date of Open Badges before 2.0: what Moment reads, a day alone (as midnight UTC), a time without a zone (as
// UTC), or a ten-digit Unix time, as a number or a string.
func Loose(v any) (time.Time, error) {
	s, ok := v.(string)
	if n, number := v.(json.Number); number {
		s, ok = string(n), true
	}
	if !ok {
		return time.Time{}, errors.New("is neither a text nor a number")
	}
	if unix.MatchString(s) {
		n, err := strconv.ParseInt(s, 10, 64)
		return time.Unix(n, 0).UTC(), err
	}
	if t, err := Moment(s); err == nil {
		return t, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("is not a date")
}
