package badge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/zone"
)

func TestSpanAfter(t *testing.T) {
	const form = "2006-01-02T15:04:05Z07:00"
	tests := []struct {
		name, zone, start string
		span              badge.Span
		want              string
	}{
		{"nothing", "UTC", "2026-03-14T10:00:00Z", badge.Span{}, "2026-03-14T10:00:00Z"},
		{"a year", "UTC", "2026-03-14T10:00:00Z", badge.Span{Years: 1}, "2027-03-14T10:00:00Z"},
		{"a leap day and a year", "UTC", "2024-02-29T00:00:00Z", badge.Span{Years: 1}, "2025-02-28T00:00:00Z"},
		{"a leap day and four years", "UTC", "2024-02-29T00:00:00Z", badge.Span{Years: 4}, "2028-02-29T00:00:00Z"},
		{"into a leap year", "UTC", "2023-02-28T00:00:00Z", badge.Span{Years: 1}, "2024-02-28T00:00:00Z"},
		{"31 January and a month", "UTC", "2026-01-31T12:00:00Z", badge.Span{Months: 1}, "2026-02-28T12:00:00Z"},
		{"31 January and a month in a leap year", "UTC", "2028-01-31T12:00:00Z", badge.Span{Months: 1}, "2028-02-29T12:00:00Z"},
		{"31 March and a month", "UTC", "2026-03-31T12:00:00Z", badge.Span{Months: 1}, "2026-04-30T12:00:00Z"},
		{"31 August and six months", "UTC", "2026-08-31T12:00:00Z", badge.Span{Months: 6}, "2027-02-28T12:00:00Z"},
		{"eighteen months", "UTC", "2026-03-14T12:00:00Z", badge.Span{Months: 18}, "2027-09-14T12:00:00Z"},
		{"over the end of a year", "UTC", "2026-12-31T23:59:59Z", badge.Span{Months: 2}, "2027-02-28T23:59:59Z"},
		{"thirty days", "UTC", "2026-01-31T12:00:00Z", badge.Span{Days: 30}, "2026-03-02T12:00:00Z"},
		{"365 days over a leap day", "UTC", "2028-02-01T00:00:00Z", badge.Span{Days: 365}, "2029-01-31T00:00:00Z"},
		{"a century", "UTC", "2000-02-29T00:00:00Z", badge.Span{Years: 100}, "2100-02-28T00:00:00Z"},
		{"a thousand years", "UTC", "2026-03-14T00:00:00Z", badge.Span{Years: 1000}, "3026-03-14T00:00:00Z"},
		{"a day into summer time", "Europe/Zurich", "2026-03-28T12:00:00+01:00", badge.Span{Days: 1}, "2026-03-29T12:00:00+02:00"},
		{"a day out of it", "Europe/Zurich", "2026-10-24T12:00:00+02:00", badge.Span{Days: 1}, "2026-10-25T12:00:00+01:00"},
		{"six months keep the hour", "Europe/Zurich", "2026-01-15T00:00:00+01:00", badge.Span{Months: 6}, "2026-07-15T00:00:00+02:00"},
		{"a year over an hour that is skipped", "Europe/Zurich", "2025-03-29T02:30:00+01:00", badge.Span{Years: 1, Days: 0}, "2026-03-29T03:30:00+02:00"},
		{"a day that was skipped", "Pacific/Apia", "2011-12-29T12:00:00-10:00", badge.Span{Days: 2}, "2011-12-31T12:00:00+14:00"},
		{"midnight that does not exist", "America/Sao_Paulo", "2018-10-04T00:00:00-03:00", badge.Span{Months: 1}, "2018-11-04T01:00:00-02:00"},
		{"south of the equator", "Australia/Lord_Howe", "2026-01-31T00:00:00+11:00", badge.Span{Months: 3}, "2026-04-30T00:00:00+10:30"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, err := zone.Load(test.zone)
			require.NoError(t, err)
			start, err := time.Parse(form, test.start)
			require.NoError(t, err)
			assert.Equal(t, test.start, start.In(in).Format(form), "the start as the zone has it")
			assert.Equal(t, test.want, test.span.After(start.In(in)).Format(form))
		})
	}
}

// The calendar is that of the zone: the same moment is still February in one and already March in the other.
func TestSpanAfterDependsOnTheZone(t *testing.T) {
	start := time.Date(2026, 1, 31, 23, 30, 0, 0, time.UTC)
	zurich, err := zone.Load("Europe/Zurich")
	require.NoError(t, err)
	month := badge.Span{Months: 1}
	assert.Equal(t, time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC), month.After(start))
	assert.Equal(t, time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC), month.After(start.In(zurich)).UTC(), "1 February 00:30 there, so 1 March 00:30")
	start = start.Add(-time.Hour)
	assert.Equal(t, time.Date(2026, 2, 28, 22, 30, 0, 0, time.UTC), month.After(start.In(zurich)).UTC(), "31 January 23:30 there, so 28 February 23:30")
}

func TestSpan(t *testing.T) {
	for s, span := range map[string]badge.Span{"2y": {Years: 2}, "18mo": {Months: 18}, "90d": {Days: 90}, "": {}} {
		assert.Equal(t, s, span.String())
		assert.Equal(t, s == "", span.IsZero())
	}
}

func TestMoment(t *testing.T) {
	const form = "2006-01-02T15:04:05Z07:00"
	tests := []struct{ zone, wall, want string }{
		{"UTC", "2026-03-14T00:00:00", "2026-03-14T00:00:00Z"},
		{"Europe/Zurich", "2026-03-29T01:59:59", "2026-03-29T01:59:59+01:00"},
		{"Europe/Zurich", "2026-03-29T02:00:00", "2026-03-29T03:00:00+02:00"}, // skipped
		{"Europe/Zurich", "2026-03-29T02:59:59", "2026-03-29T03:59:59+02:00"}, // skipped
		{"Europe/Zurich", "2026-03-29T03:00:00", "2026-03-29T03:00:00+02:00"},
		{"Europe/Zurich", "2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"}, // twice
		{"Europe/Zurich", "2026-10-25T03:00:00", "2026-10-25T03:00:00+01:00"},
		{"America/Sao_Paulo", "2018-11-04T00:00:00", "2018-11-04T01:00:00-02:00"}, // no midnight
		{"Asia/Beirut", "2026-03-29T00:00:00", "2026-03-29T01:00:00+03:00"},       // no midnight
		{"America/Havana", "2026-11-01T00:30:00", "2026-11-01T00:30:00-04:00"},    // midnight twice
		{"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-31T12:00:00+14:00"},      // no such day
		{"Pacific/Apia", "2011-12-31T00:00:00", "2011-12-31T00:00:00+14:00"},
		{"Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-05T01:45:00+11:00"}, // half an hour twice
		{"Asia/Kathmandu", "1900-01-01T00:00:00", "1900-01-01T00:00:00+05:41"},
	}
	for _, test := range tests {
		t.Run(test.zone+" "+test.wall, func(t *testing.T) {
			in, err := zone.Load(test.zone)
			require.NoError(t, err)
			w, err := time.Parse("2006-01-02T15:04:05", test.wall)
			require.NoError(t, err)
			assert.Equal(t, test.want, badge.Moment(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), in).Format(form))
		})
	}
}

// Wherever the clocks show a time once, Moment is what time.Date says, in every zone and around every hour of a year.
func TestMomentIsDate(t *testing.T) {
	for i, name := range zone.Names() {
		if i%9 != 0 {
			continue
		}
		in, err := zone.Load(name)
		require.NoError(t, err, name)
		for hour := range 366 * 24 {
			w := time.Date(2026, 1, 1, hour, 30, 0, 0, time.UTC)
			got := badge.Moment(w.Year(), w.Month(), w.Day(), w.Hour(), 30, 0, in)
			want := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), 30, 0, 0, in)
			if got.Equal(want) {
				continue
			}
			_, before := want.Add(-3 * time.Hour).Zone()
			_, after := want.Add(3 * time.Hour).Zone()
			require.NotEqual(t, before, after, "%s %s", name, w)
		}
	}
}
