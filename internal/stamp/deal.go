package stamp

import (
	"bufio"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
)

// A status list has listSize slots, and an issuer has at most maxLists lists (model.SlotMax).
const (
	listSize = 131072
	maxLists = 1000
)

// tries is how often a number is drawn before the source is taken for broken: of good ones, half are free.
const tries = 200

var (
	errRandom = errors.New("the random source repeats itself")
	errFull   = errors.New("the issuer's status lists are full")
)

// Dealer hands out ids and slots that no award has.
type Dealer struct {
	random  *bufio.Reader
	ids     map[string]struct{}
	issuers map[string]*slots
}

// NewDealer is a Dealer that draws from a random source and knows of no award yet.
func NewDealer(random io.Reader) *Dealer {
	return &Dealer{random: bufio.NewReader(random), ids: make(map[string]struct{}), issuers: make(map[string]*slots)}
}

// Take tells the dealer of an award: its id, and its slot in its issuer's lists. An empty id and a slot outside of the
// lists are those of an award that has none yet.
func (d *Dealer) Take(id, issuer string, slot int) {
	if id != "" {
		d.ids[id] = struct{}{}
	}
	if slot >= 0 && slot < maxLists*listSize {
		d.slotsOf(issuer).take(slot)
	}
}

// slotsOf is the book of an issuer's slots.
func (d *Dealer) slotsOf(issuer string) *slots {
	s, ok := d.issuers[issuer]
	if !ok {
		s = &slots{lists: make(map[int][]uint64), max: maxLists}
		d.issuers[issuer] = s
	}
	return s
}

var alphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// ID is a new id: 128 random bits in base32.
func (d *Dealer) ID() (string, error) {
	var b [16]byte
	for range tries {
		if _, err := io.ReadFull(d.random, b[:]); err != nil {
			return "", err
		}
		id := alphabet.EncodeToString(b[:])
		if _, taken := d.ids[id]; taken || isNumber(id) {
			continue
		}
		d.ids[id] = struct{}{}
		return id, nil
	}
	return "", errRandom
}

// isNumber reports whether YAML may take an id for a number: digits, with an exponent or without.
func isNumber(id string) bool {
	return strings.Count(id, "e") < 2 && strings.Trim(id, "234567e") == ""
}

// Slot is a free slot of an issuer. The error says that its lists are full, or that the random source failed.
func (d *Dealer) Slot(issuer string) (int, error) {
	s := d.slotsOf(issuer)
	if !s.open() {
		return 0, errFull
	}
	var b [8]byte
	for range tries {
		if _, err := io.ReadFull(d.random, b[:]); err != nil {
			return 0, err
		}
		// At most 2^27 slots: the remainder of 64 bits is even enough.
		n := int(binary.BigEndian.Uint64(b[:]) % uint64(len(s.order)*listSize))
		if slot := s.order[n/listSize]*listSize + n%listSize; s.take(slot) {
			return slot, nil
		}
	}
	return 0, errRandom
}

// slots is which slots of an issuer are taken, by list. Lists that hold no award are not open.
type slots struct {
	lists map[int][]uint64 // a bit a slot
	order []int            // the open lists, ascending
	taken int
	max   int // number of lists
}

// take takes a slot; false where it is taken already.
func (s *slots) take(slot int) bool {
	list, bit := slot/listSize, slot%listSize
	s.add(list)
	word := &s.lists[list][bit/64]
	if *word&(1<<(bit%64)) != 0 {
		return false
	}
	*word |= 1 << (bit % 64)
	s.taken++
	return true
}

func (s *slots) add(list int) {
	if s.lists[list] == nil {
		s.lists[list] = make([]uint64, listSize/64)
		at, _ := slices.BinarySearch(s.order, list)
		s.order = slices.Insert(s.order, at, list)
	}
}

// open opens the first unused list where the open ones are half full; false where there is no more.
func (s *slots) open() bool {
	if s.taken < len(s.order)*listSize/2 {
		return true
	}
	for list := range s.max {
		if s.lists[list] == nil {
			s.add(list)
			return true
		}
	}
	return false
}
