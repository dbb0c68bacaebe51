package load

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/rule"
)

const (
	// provisionalPrefix begins every provisional id, so that nobody takes one for a real one. Its letters are of the same
	// alphabet.
	provisionalPrefix = "provisional"
	idLength          = 26

	listLength = 131_072 // slots of one status list
)

// stampProvisionally gives every award an id, and a slot where its issuer publishes OB 3.0. Awards are in the order of their
// files.
func (l *loader) stampProvisionally() {
	l.provisional = make(map[string]bool)
	taken := make(map[*badge.Issuer]map[int]bool)
	ids := make(map[string]bool, len(l.cat.Awards))
	for _, a := range l.cat.Awards {
		ids[a.ID] = true
		if a.StatusIndex >= 0 {
			slots(taken, a.Class.Issuer)[a.StatusIndex] = true
		}
	}
	missing := make(map[string][]*badge.Award)
	var files []string
	for _, a := range l.cat.Awards {
		slotless := a.StatusIndex == -1 && a.Class.Issuer != nil && a.Class.Issuer.OB3
		if a.ID != "" && !slotless {
			continue
		}
		seed := seed(a)
		if a.ID == "" {
			for n := 0; a.ID == "" || ids[a.ID]; n++ {
				a.ID = provisionalID(seed, n)
			}
			ids[a.ID] = true
		}
		if slotless {
			a.StatusIndex = freeSlot(slots(taken, a.Class.Issuer), seed)
		}
		l.provisional[a.ID] = true
		if missing[*a.File] == nil {
			files = append(files, *a.File)
		}
		missing[*a.File] = append(missing[*a.File], a)
	}
	for _, name := range files {
		first, n := missing[name][0], len(missing[name])
		p := rule.Unstamped.At(first.Pos(first.At.Award), "run blazon stamp before the site is published",
			"%s not stamped, and shown under a provisional address", diag.Count(n, "award is", "awards from here on are"))
		p.Severity = diag.Warning
		l.report(p)
	}
}

func slots(taken map[*badge.Issuer]map[int]bool, i *badge.Issuer) map[int]bool {
	if taken[i] == nil {
		taken[i] = make(map[int]bool)
	}
	return taken[i]
}

// seed is what a provisional id is made from: what an award has from its first line on, and not what is still being
// written.
func seed(a *badge.Award) [sha256.Size]byte {
	r := a.Recipient
	return sha256.Sum256(fmt.Appendf(nil, "blazon provisional %q %q %d %q %q %q %d", *a.File, a.Class.Slug, r.Kind, r.Plain, r.Hash, r.Salt, a.Issued.Unix()))
}

// provisionalID is the n-th id of a seed: awards that are the same have several.
func provisionalID(seed [sha256.Size]byte, n int) string {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(seed[:], uint64(n)))
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:])
	return provisionalPrefix + strings.ToLower(text[:idLength-len(provisionalPrefix)])
}

func freeSlot(taken map[int]bool, seed [sha256.Size]byte) int {
	slot := int(binary.BigEndian.Uint32(seed[:]) % listLength)
	for taken[slot] {
		slot++
	}
	taken[slot] = true
	return slot
}
