package page

import (
	"fmt"
	"time"
)

// day is a date as pages show it: the day as it was written or, where that is empty, the day of a moment in the
// site's zone.
func (r *Renderer) day(written string, moment time.Time) (Day, error) {
	t, err := moment.In(r.cat.Site.Zone), error(nil)
	if written == "" {
		written = t.Format(time.DateOnly)
	}
	if d, ok := r.days.Load(written); ok {
		return d.(Day), nil
	}
	if t, err = time.Parse(time.DateOnly, written); err != nil {
		return Day{}, fmt.Errorf("%q is not a date", written)
	}
	d := Day{ISO: written, Year: t.Year(), Month: int(t.Month()), Day: t.Day()}
	if d.HTML, err = r.part("", dateTemplate, d); err != nil {
		return Day{}, err
	}
	r.days.Store(written, d)
	return d, nil
}

// dayAt is day for a date that a page may be without.
func (r *Renderer) dayAt(written string, moment time.Time) (*Day, error) {
	d, err := r.day(written, moment)
	return &d, err
}
