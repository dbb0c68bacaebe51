package issuance

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"strings"
	"sync"
	"time"

	"blazon/internal/badge"
)

// Holders says who has a class already. Awards that are erased have no holder any more.
type Holders struct {
	plain  map[badge.Recipient][]*badge.Award
	hashed map[badge.RecipientKind][]hashed
}

// hashed is an award whose recipient is known by its salted hash alone.
type hashed struct {
	award  *badge.Award
	salt   string
	digest [sha256.Size]byte
	md5    bool // digest is one of MD5, in its first bytes
}

// NewHolders reads who has a class, of awards in any state.
func NewHolders(awards []*badge.Award) *Holders {
	h := &Holders{plain: make(map[badge.Recipient][]*badge.Award), hashed: make(map[badge.RecipientKind][]hashed)}
	for _, a := range awards {
		h.Add(a)
	}
	return h
}

// Add adds an award.
func (h *Holders) Add(a *badge.Award) {
	r := a.Recipient
	switch {
	case r.Kind == badge.NoRecipient:
	case r.Hash == "":
		h.plain[r] = append(h.plain[r], a)
	default:
		entry := hashed{award: a, salt: r.Salt}
		name, digits, _ := strings.Cut(r.Hash, "$")
		entry.md5 = name == "md5"
		digest, err := hex.DecodeString(digits)
		if err != nil || len(digest) > len(entry.digest) {
			return // the content model has a word on it
		}
		copy(entry.digest[:], digest)
		h.hashed[r.Kind] = append(h.hashed[r.Kind], entry)
	}
}

// Comparisons is how many times an address must be hashed to tell which awards the recipients have. One takes well under
// a tenth of a microsecond.
func (h *Holders) Comparisons(recipients []badge.Recipient) int {
	n := 0
	for _, r := range recipients {
		n += len(h.hashed[r.Kind])
	}
	return n
}

// Of are the awards that each of the recipients has: those with the same plain identity, and those whose hash is that of
// the identity. The recipients are plain.
func (h *Holders) Of(recipients []badge.Recipient) [][]*badge.Award {
	found := make([][]*badge.Award, len(recipients))
	workers := min(runtime.GOMAXPROCS(0), 1+len(recipients)/16)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() { // each fills every workers-th place
			for i := w; i < len(recipients); i += workers {
				found[i] = h.of(recipients[i])
			}
		})
	}
	group.Wait()
	return found
}

func (h *Holders) of(r badge.Recipient) []*badge.Award {
	found := h.plain[r]
	found = found[:len(found):len(found)]
	salted := []byte(r.Plain)
	for i := range h.hashed[r.Kind] {
		entry := &h.hashed[r.Kind][i]
		salted = append(salted[:len(r.Plain)], entry.salt...)
		if entry.md5 {
			if md5.Sum(salted) == [md5.Size]byte(entry.digest[:md5.Size]) {
				found = append(found, entry.award)
			}
		} else if sha256.Sum256(salted) == entry.digest {
			found = append(found, entry.award)
		}
	}
	return found
}

// Conflict is an award that stands in the way of a new one of the same class to the same recipient, issued and expiring at
// the given times, and whether it is the very same: issued at the same time, in whatever state it is now. Without one it
// is nil. Of a repeatable class only the same one stands in the way.
func Conflict(has []*badge.Award, repeatable bool, issued, expires time.Time) (award *badge.Award, same bool) {
	for _, a := range has {
		if a.Issued.Equal(issued) && (award == nil || award.State() != badge.Valid) {
			award = a
		}
	}
	if award != nil {
		return award, true
	}
	for _, a := range has {
		if repeatable || a.State() != badge.Valid {
			continue
		}
		until, next := expires, a.Issued // the earlier one's end, and the later one's beginning
		if a.Issued.Before(issued) {
			until, next = a.Expires, issued
		}
		if until.IsZero() || until.After(next) {
			return a, false
		}
	}
	return nil, false
}
