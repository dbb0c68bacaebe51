package badge

import (
	"slices"
	"time"

	"blazon/internal/diag"
)

// Key is the public half of a signing key.
type Key struct {
	ID       string
	Type     KeyType
	Public   []byte     // ed25519: the 32 bytes of the key; RSA: PKIX DER
	From     time.Time  // the first moment of the days on which it signs
	Until    time.Time  // the first moment after them; zero: open
	Resigned *Resigning // may be nil
	Pos      diag.Pos
}

// KeyType is a kind of signing key.
type KeyType string

// The kinds of key that an issuer may declare.
const (
	Ed25519 KeyType = "ed25519"
	RSA     KeyType = "rsa"
)

// Resigning says that another key has signed anew what a key had signed.
type Resigning struct {
	With   string    // the other key's id, of the same type
	At     time.Time // from when the new signatures count
	Day    string    // that day as written, YYYY-MM-DD
	Stolen bool      // the old key's signatures count no more
}

// Signing is how something of an issuer is signed.
type Signing struct {
	Key  *Key
	From time.Time // from when the document counts: its own date, or the day on which it was signed anew
}

// Key finds a key by its id; nil where there is none.
func (i *Issuer) Key(id string) *Key {
	for n := range i.Keys {
		if i.Keys[n].ID == id {
			return &i.Keys[n]
		}
	}
	return nil
}

// Newest is the key of a type that signs last; nil where there is none.
func (i *Issuer) Newest(kind KeyType) *Key {
	var newest *Key
	for n := range i.Keys {
		if k := &i.Keys[n]; k.Type == kind && (newest == nil || k.From.After(newest.From)) {
			newest = k
		}
	}
	return newest
}

// Current is the key of a type that signs what has no date of its own, such as status lists: the newest that had begun
// when the issuer last awarded or took back anything, or the one that signs in its place. So a key that is declared before
// its first day signs nothing yet, and no clock is asked. What it signs counts from the key's first day; where that is yet
// to come, as when a key was stolen on the day of an award and the next one begins tomorrow, from the last of those days. Its
// Key is nil where there is none.
func (i *Issuer) Current(kind KeyType) Signing {
	var current, oldest *Key
	for n := range i.Keys {
		k := &i.Keys[n]
		if k.Type != kind {
			continue
		}
		if oldest == nil || k.From.Before(oldest.From) {
			oldest = k
		}
		if !k.From.After(i.Latest) && (current == nil || k.From.After(current.From)) {
			current = k
		}
	}
	if current == nil {
		current = oldest
	}
	for range i.Keys {
		if current == nil || current.Resigned == nil {
			break
		}
		current = i.Key(current.Resigned.With)
	}
	if current == nil {
		return Signing{}
	}
	s := Signing{Key: current, From: current.From}
	if !i.Latest.IsZero() && s.From.After(i.Latest) {
		s.From = i.Latest
	}
	return s
}

// Signing is the key of a type with which an award is signed: that on whose days it was issued, the oldest before all of
// them, or the one with which that key's credentials were signed anew. What had expired by then keeps its date, since a
// document does not begin after its end. Its Key is nil where no key covers the date.
func (i *Issuer) Signing(kind KeyType, a *Award) Signing {
	k := i.keyAt(kind, a.Issued)
	s := Signing{Key: k, From: a.Issued}
	for range i.Keys { // a chain has no more links than there are keys
		if s.Key == nil || s.Key.Resigned == nil {
			break
		}
		r := s.Key.Resigned
		s.Key = i.Key(r.With)
		if r.At.After(s.From) && (a.Expires.IsZero() || r.At.Before(a.Expires)) {
			s.From = r.At
		}
	}
	return s
}

func (i *Issuer) keyAt(kind KeyType, t time.Time) *Key {
	var line []*Key
	for n := range i.Keys {
		if i.Keys[n].Type == kind {
			line = append(line, &i.Keys[n])
		}
	}
	if len(line) == 0 {
		return nil
	}
	oldest := slices.MinFunc(line, func(a, b *Key) int { return a.From.Compare(b.From) })
	if t.Before(oldest.From) {
		return oldest
	}
	for _, k := range line {
		if !t.Before(k.From) && (k.Until.IsZero() || t.Before(k.Until)) {
			return k
		}
	}
	return nil
}
