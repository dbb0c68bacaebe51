package build

import (
	"sync/atomic"

	"blazon/internal/badge"
)

// recent keeps what was made of the awards that were asked for last: what several files of an award hold is made once,
// as they are made one after another. What is kept is never written to.
type recent struct {
	slots [16]atomic.Pointer[keptDocument] // each award has its own, which others share
}

type keptDocument struct {
	award *badge.Award
	data  []byte
}

// make returns what is kept of an award, or what make returns, which it keeps unless it fails. make must be pure.
func (r *recent) make(a *badge.Award, make func() ([]byte, error)) ([]byte, error) {
	slot := &r.slots[slotOf(a.ID)%uint8(len(r.slots))]
	if k := slot.Load(); k != nil && k.award == a {
		return k.data, nil
	}
	data, err := make()
	if err == nil {
		slot.Store(&keptDocument{a, data})
	}
	return data, err
}

// slotOf is the same for one id, and different for most.
func slotOf(id string) (n uint8) {
	for i := range len(id) {
		n = 31*n + id[i]
	}
	return n
}
